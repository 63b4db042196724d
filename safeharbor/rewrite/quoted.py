"""Quoted: what of a draft's sentences asks something of a counselor and tells of nobody, so that it can stand as it is written.

Which words may stay is told by the language model, word by word. Here they are put together to passages that make sense by themselves:
words that tell of a person are no part of them, nor what was found in the draft and is not asked for.
"""

from __future__ import annotations

import bisect
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import regex

from safeharbor.detect.page import Page
from safeharbor.detect.patterns import Pattern, bounded
from safeharbor.draft import Span
from safeharbor.findings import Finding
from safeharbor.labels import CIRCLE
from safeharbor.rewrite.clauses import MANY_WORDS, ONE, RELATIVE, SEEKS, ends_in_quotes, is_courtesy, parted, trimmed, whole_clauses
from safeharbor.rewrite.places import Place
from safeharbor.rewrite.register import GREETING, SUBJECT
from safeharbor.rewrite.tables import Slot
from safeharbor.rulebook import Rulebook, Strict
from safeharbor.sentences import sentence_starts
from safeharbor.words import normalise, tokens

if TYPE_CHECKING:
    from safeharbor.model.readings import Staying

__all__ = ["OF_A_PERSON", "OF_THE_SUBJECT", "Quote", "Quoter", "Sign", "Strip"]

STAYS, LIKELY = 0.6, 0.4
"""The chance from which a word is taken for one that may stay, and from which a small word beside it is."""
_SIGN_STAYS = 0.2
"""The chance from which a sign goes on with the words before it."""
SURE, SURE_ALONE = 0.7, 0.75
"""The mean chance that a passage needs, and one of which the tables read nothing."""
SURE_WHEREVER = 0.95
"""The mean chance that a passage needs in the middle of a sentence that tells of somebody."""
SURE_CLUE = 0.9
"""The chance that the words of a clue need to stand."""
_ABBREVIATED = 5
"""Letters of an abbreviation: RD, CPT."""
_IDEALLY = "ideally "
"""What is said for who wants something."""
OF_THE_SUBJECT = -1
"""The number of the sentence that is the subject line."""
_END = regex.compile(r"[.!?\s\"'’”)]*$")
_WOULD_LIKE = regex.compile(r"(?:(?:i|we)(?:['’]d| would) |would |['’]?d )?(?:also |really )*(?:love|like|prefer) (?=\w)", regex.IGNORECASE)
_TO_FIND = regex.compile(r"to (?:find|locate|connect with) (?=some|an?\b)", regex.IGNORECASE)
_WANTS_IT = regex.compile(
    r"(?:(?:also )?(?:wants|prefers|would like)|"
    r"(?P<has>has|(?:(?:can|will|could|would) )?pays?(?= (?:\$|\d|maybe|up to|around|about))|can do|"
    r"do(?= (?:any|morning|afternoon|evening|night|week|after|before|mon|tue|wed|thu|fri|sat|sun|"
    r"in[ -]person|tele|zoom|virtual|video)))) (?!to\b)(?=[\w$])",
    regex.IGNORECASE,
)
"""What is said otherwise, or not at all, before what is asked for."""
_BARE_VERB = regex.compile(r"^(accept|take)\b(?= \p{Lu})")
"""A verb whose subject is gone: accept Medicare."""
_NOT = regex.compile(r"n['’]t$", regex.IGNORECASE)
_POINTS = regex.compile(
    r"(?:this|its|that|these|those|such|both|same(?! (?:day|morning|afternoon|evening|week|office|building)))\b|if\b(?!.*,)|"
    r"can get (?:it|one|him|her)\b|(?:them|him|her)sel(?:f|ves)\b|(?:would|will|could|might) be\b(?!.* if\b)|"
    r"at least (?:be|know\w*|sat|has|have|who|understand\w*|gets?)\b",
    regex.IGNORECASE,
)
"""Words that point to what is gone, or to what does not follow."""
_PERSON = regex.compile(r"he|she|him|her|hers|his|himself|herself|clients?|pts?|cts?|kiddo|hubby", regex.IGNORECASE)
"""Words of a person."""
_COMMA, _SEMICOLON = regex.compile(r",\s+"), regex.compile(r";\s+")
_BETWEEN = regex.compile(r"[\s,;:()/–—-]*(?:(?:and|or|but|plus|&|\+)\s+)?")
"""What may part two passages of a sentence that go together."""
_OF_THE_POSTER = regex.compile(
    r"\b(?:(?<!licensed )here|asking|posting)$|\bnot a (?:therapist|counselor|clinician)\b|"
    r"^(?:[\w&/.-]+ ){0,3}(?:SW|MSW|RN|NP|OT|SLP|GAL|social worker|case manager|care manager|discharge planner|nurse|chaplain|principal|"
    r"teacher|pastor|midwife) (?:in|at|out of) (?:[\w.'’-]+ ?){1,4}$",
    regex.IGNORECASE,
)
"""What ends the poster's words of themselves: school counselor here."""
_ASKS_LATER = regex.compile(
    r"(?:[\w'’]+ ){1,6}[\w'’]+[,:] (?:i|we) (?:really |just )?(?:need|want|am looking for|are looking for)\b", regex.IGNORECASE
)
"""What asks behind a beginning of its own: hoping to borrow your brains, I need."""
_ASKER = regex.compile(r"(?:i|we|also)\b", regex.IGNORECASE)
_UP_TO = regex.compile(r"to (?:\d|an?\b|the\b)", regex.IGNORECASE)
"""What follows `up` rather than `wants`."""
_REFUSES = regex.compile(r"(?:no|not|nobody|never|none)\b", regex.IGNORECASE)
_FEWEST_WORDS = 2
"""Words of a passage of which the tables read nothing, at the edge of a sentence or where one asks."""
_DEMANDS = regex.compile(
    r"(?:some(?:one|body)|an?|the therapist|must|should|has to|needs?|needs to|ideally|preferably|bonus|pref\w*|who|that|no|not|never|can|"
    r"will|would|please|pls|ok|comfortable|familiar|experience\w*|good|able|willing|open|knows?|gets|understands?|works?|does|isn|won|doesn)\b",
    regex.IGNORECASE,
)
"""How a passage begins that asks for something, in the middle of a sentence."""
_PARTS = ";:!?)"
"""Signs behind which a new thought begins in the middle of a sentence."""
_TURNS_TO_ASK = regex.compile(r"(?:\b(?:but|so|question|q|hi|hey|folks|peeps|all|shot|ask)[ ,:–—-]*|\?\s*)$", regex.IGNORECASE)
"""What stands before a question in the middle of a sentence: this is a long shot but does anyone do sex therapy?"""
_WANTED = regex.compile(r"\b(?:needed|wanted)$", regex.IGNORECASE)
_NEEDS = regex.compile(r"\b(?:needs?|has|have|ought)\s+$", regex.IGNORECASE)
_QUESTION = regex.compile(r"(?:does|do|can|could|is there|are there|any|anyone|anybody|who)\b", regex.IGNORECASE)
_WHOM = regex.compile(
    r"\b(?:someone|somebody|any(?:one|body)|who|therapists?|counsell?ors?|clinicians?|providers?|psychologists?|psychiatrists?|"
    r"psych(?= (?:evals?|testing|np|nurse))|prescribers?|specialists?|practitioners?|"
    r"coach(?:es)?|groups?|programs?|referrals?|recs?|recommendations?|names|(?<!in[ -])person|folks|people|matches|match|"
    r"evaluators?|testers?)\b",
    regex.IGNORECASE,
)
"""Whom, or what, a request begins to ask for."""
_NOUNS = regex.compile(r"(?:(?!(?:would|is|are|has|needs?|who|that)\b)[\w'’+/.-]+[ ,]*)+?(?:(?:who|that)\b.*)?")
"""What begins with a name of a profession: Perinatal loss specialist."""
_MOST_NOUNS = 30


class Strip(Strict, frozen=True, kw_only=True, rename={"passes": "pass"}):
    """Who asks, before what is asked for: it goes, and `say` stands for it."""

    id: str
    pattern: str
    say: str
    examples: Mapping[str, str]
    """Texts, and what stands of them."""
    passes: tuple[str, ...]
    """Texts of which nothing goes."""


class Sign(Strict, frozen=True, kw_only=True, rename={"passes": "pass"}):
    """Words that tell of somebody whatever the language model makes of them."""

    id: str
    pattern: str
    examples: tuple[str, ...]
    passes: tuple[str, ...]
    """Texts without them."""


class Stated(Protocol):
    """Something that a draft asks for."""

    @property
    def slot(self) -> Slot:
        """What kind of thing it is."""

    @property
    def say(self) -> str:
        """How the tables say it."""

    @property
    def span(self) -> Span:
        """Where it stands."""

    @property
    def is_stated(self) -> bool:
        """Whether it is asked for in so many words."""


_SAID_ALIKE: frozenset[Slot] = frozenset({"insurance", "schedule", "telehealth", "contact", "fee", "credential", "language"})
"""Slots of which the tables say all that a draft's words do."""
_STEM = 5
"""Letters by which words are taken for the same."""
Clause = tuple[str, tuple[tuple[Slot, str], ...]]
"""Words of a quote between commas, and what they ask for."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage that can stand as it is written. Its repr shows no text."""

    text: str = field(repr=False)
    span: Span
    says: tuple[tuple[Slot, str], ...] = field(repr=False)
    """What it asks for: slots, and how the tables say it."""
    places: tuple[Place, ...] = field(repr=False)
    """The places that it names."""
    sentence: int
    """Which sentence of the draft it is in."""
    before: str = field(default="", repr=False)
    """What parts it from the quote before it, if that is its neighbor; empty otherwise."""
    end: str = ""
    """How the sentence ends, if it is the end of one."""
    is_lead: bool = False
    """Whether it begins to ask for a counselor."""
    seeks: bool = False
    """Whether it begins with words of asking, rather than with what is asked for."""
    is_wish: bool = False
    """Whether it says who is wanted, without words of asking: someone warm, a couples therapist who knows loss."""
    is_plain: bool = False
    """Whether it holds nothing but what it asks for and small words."""
    is_complete: bool = False
    """Whether all of its sentence stands."""
    chance: float = 1.0
    """How sure it is that it may stay, from 0 to 1."""
    clauses: tuple[Clause, ...] = field(default=(), repr=False)
    """The same between commas, where any may go and the others still stand; empty if it is one."""
    request: int = 0
    """Which of several requests it belongs to, from 1; 0 for all of them."""

    def without(self, words: Collection[str]) -> Quote | None:
        """Give the quote less the clauses that hold any of some words, as `normalise` gives them; None if nothing of it is left."""
        return self._of([clause for clause in self.clauses if not any(each in normalise(clause[0]) for each in words)])

    def without_slot(self, slot: Slot) -> Quote | None:
        """Give the quote less the clauses that ask for something of a slot; None if nothing of it is left."""
        if all(slot != each for each, _ in self.says):
            return self
        return self._of([clause for clause in self.clauses if all(slot != each for each, _ in clause[1])])

    def _of(self, kept: Sequence[Clause]) -> Quote | None:
        """Give the quote with some of its clauses only; None if it does not begin as it should without the others."""
        if not kept or (kept[0] != self.clauses[0] and (self.is_lead or self.before)):
            return None
        text = ("; " if "; " in self.text else ", ").join(text for text, _ in kept)
        end = self.end if kept[-1] == self.clauses[-1] else "."
        says = tuple(dict.fromkeys(each for _, says in kept for each in says))
        return replace(self, text=text, says=says, clauses=tuple(kept) if len(kept) > 1 else (), end=end, is_complete=False)

    def without_places(self) -> Quote | None:
        """Give the quote without the places it names, if they stand together behind a preposition; None if they do not."""
        if not self.places:
            return self
        name = "|".join(regex.escape(place.written) for place in self.places)
        names = rf"(?:{name})(?:(?:\s*[,/&]\s*| (?:(?:or|and) )?)(?:{name}))*(?:,? [A-Z]{{2}})?(?: area| anywhere)?"
        text, cuts = regex.subn(
            rf",?(?: (?:or|and))? (?:in|near|around|close to|by) (?:the )?{names}(?!\w)|,? \({names}\)|, {names}(?=,|$)", "", self.text
        )
        is_left = cuts == 1 and text and regex.search(rf"(?<!\w)(?:{name})(?!\w)", text) is None
        return replace(self, text=text, places=(), is_complete=False) if is_left else None


class Quoter:
    """What passages are read with, ready for drafts. It keeps nothing of a draft."""

    def __init__(self, strips: Sequence[Strip], signs: Sequence[Sign], small: Collection[str], rulebook: Rulebook, where: str) -> None:
        """Make the patterns ready. `small` are the words beside which what is asked for still says all of a passage."""
        self._strips = tuple(
            (strip, Pattern(bounded(strip.pattern), rulebook, where=f"{where}: {strip.id}", ignore_case=True)) for strip in strips
        )
        self._signs = tuple(
            (sign, Pattern(bounded(sign.pattern), rulebook, where=f"{where}: {sign.id}", ignore_case=True)) for sign in signs
        )
        self._lists = rulebook
        self._small = frozenset(word for line in small for word in line.split())

    def read(
        self,
        page: Page,
        stays: Staying | None,
        wants: Sequence[Stated],
        places: Sequence[Place],
        found: Sequence[Finding],
        skipped: Sequence[Span],
    ) -> Iterator[Quote]:
        """Give what can stand as it is written, in order; nothing of the `skipped` spans, and nothing at all if no model told what `stays`.

        Raises TimeoutError when a pattern takes longer than the limit.
        """
        if stays is None or not stays.chances:
            return
        stated = tuple(want for want in wants if want.say and want.is_stated and want.slot != "contact")
        searched = tuple(place for place in places if place.is_search)
        blocked = [
            *(finding.span for finding in found if _is_in_the_way(finding, page, stays, stated, searched)),
            *(want.span for want in wants if want.slot == "contact"),
            *skipped,
            *(page.reading.source(*match.span()) for _, pattern in self._signs for match in pattern.finditer(page.sought)),
        ]
        strips = {match.end(): strip.say for strip, pattern in self._strips for match in pattern.finditer(page.sought)}
        sheet = _Sheet(page, stays, stated, searched, blocked, strips, self._small, self._lists.words("english").entries)
        subject = SUBJECT.match(page.text)
        if subject is not None:
            yield from sheet.quotes(OF_THE_SUBJECT, *subject.span("subject"))
        body = subject.end() if subject is not None else 0
        greeting = GREETING.match(page.text[body:])
        body += greeting.end() if greeting is not None else 0
        starts = [body, *(start for start in sentence_starts(page.text) if start > body)]
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(page.text)], strict=True)):
            yield from sheet.quotes(number, start, end)


OF_A_PERSON = frozenset({"FAMILY", "OCCUPATION", "EMPLOYER", "SCHOOL", "AGE", "UNIQUE_DETAIL"})
"""Labels of clues that tell of a person, rather than of what a counselor should be or know."""


def _is_in_the_way(finding: Finding, page: Page, stays: Staying, stated: Sequence[Stated], searched: Sequence[Place]) -> bool:
    """Whether what holds a finding cannot stand: it is of a person, or names a place or somebody, and is not what is asked for."""
    if any(place.span.holds(finding.span) for place in searched):
        return False
    chance = min(stays.of(finding.span), default=0.0)
    if finding.rule.label == "PERSON" or (finding.rule.label in ("LOCATION", "STATE") and (finding.about in CIRCLE or chance < SURE_CLUE)):
        return True
    is_asked = any(want.span.holds(finding.span) for want in stated)
    is_date = finding.rule.label == "DATE" and (finding.about in CIRCLE or any(map(str.isdigit, page.draft[finding.span])))
    if is_date or not (finding.is_loud or finding.about in (*CIRCLE, "author")):
        return is_date and not is_asked
    # Loud by what it adds to other details, which are gone, unless it can only tell of a person.
    is_clue = not finding.is_loud or (bool(finding.because) and finding.rule.label not in OF_A_PERSON)
    is_language = finding.rule.label == "LANGUAGE" and chance >= SURE_CLUE  # the one to be spoken, whoever else speaks it
    if (not is_clue and finding.about in CIRCLE and not is_language) or finding.about == "author":
        return True
    # A clue may be what the counselor should be or know. Whether it is, the second reading of the rewrite decides.
    return not is_asked and chance < SURE_CLUE


@dataclass(frozen=True, slots=True)
class _Word:
    """A word or sign of a page, and how likely it may stay."""

    start: int
    end: int
    chance: float
    least: float
    """The chance from which it may stay beside others."""
    is_blocked: bool


@dataclass(frozen=True)
class _Sheet:
    """A draft with all that was read in it, while it is quoted from."""

    page: Page
    stays: Staying
    stated: Sequence[Stated]
    searched: Sequence[Place]
    blocked: Sequence[Span]
    strips: Mapping[int, str]
    small: frozenset[str]
    known: Collection[str]

    @cached_property
    def asked(self) -> list[Span]:
        """Where the tables read something that is asked for, or a place to look in."""
        return [*(want.span for want in self.stated), *(place.span for place in self.searched)]

    def quotes(self, number: int, start: int, end: int) -> Iterator[Quote]:
        """Give what of a sentence can stand."""
        text = self.page.text
        tail = _END.search(text, start, end)
        stop = tail.start() if tail else end
        mark = next((char for char in text[stop:end] if char in "?!"), ".")
        passages = [
            each for passage in self._passages(start, stop) for each in parted(text, *passage) if not is_courtesy(text[slice(*each)])
        ]
        is_complete = len(passages) == 1 and not text[start : passages[0][0]].strip(" \t\n-*•·–—>") and passages[0][1] == stop
        last = -1
        for first, after in passages:
            said = self._said(start, first, after, is_question=mark == "?")
            if said is None:
                continue
            prefix, words = said
            inside, places = self._inside(first, after)
            chance = self._chance(first, after)
            before = text[start:first].rstrip()
            is_edge = not before or before[-1] in _PARTS or not text[after:stop].strip() or _DEMANDS.match(words) is not None
            size = len(words.split())
            is_worded = (is_edge and size >= _FEWEST_WORDS and chance >= SURE_ALONE) or (chance >= SURE_WHEREVER and size >= MANY_WORDS)
            if not (is_worded or (chance >= SURE and (inside or places or prefix))):
                continue
            seeks = SEEKS.match(words) or _WANTED.search(words) or _ASKS_LATER.match(words)
            between = text[last:first] if last >= 0 else ""
            is_joined = last >= 0 and _BETWEEN.fullmatch(between) is not None
            is_first = last >= 0 or not text[start:first].strip(" \t\n-*•·–—>,:") or _TURNS_TO_ASK.search(text, start, first) is not None
            is_wish = prefix in (_IDEALLY, "") and ONE.match(words) is not None
            is_lead = is_wish or (not prefix and _leads(words, inside, is_first=is_first))
            yield Quote(
                prefix + words,
                self.page.reading.source(first, after),
                tuple(dict.fromkeys((want.slot, want.say) for want in inside)),
                tuple(places),
                number,
                before=(between.strip() or ",") if is_joined and not prefix else "",
                end="?" if is_lead and _QUESTION.match(words) else mark if after == stop and (mark != "?" or is_complete) else "",
                is_lead=is_lead,
                seeks=seeks is not None,
                is_wish=is_wish,
                is_plain=self._is_plain(first + (seeks.end() if seeks and seeks.start() == 0 else 0), after),
                is_complete=is_complete,
                chance=chance,
                clauses=() if places else self._clauses(first, after, prefix + words),
            )
            last = after

    def _clauses(self, first: int, after: int, words: str) -> tuple[Clause, ...]:
        """Give what stands between the semicolons or commas of a passage, and what it asks for, if it is a row of wishes."""
        between = _SEMICOLON if "; " in words else _COMMA
        said = between.split(words)
        cuts = [first, *(sign.end() for sign in between.finditer(self.page.text, first, after)), after]
        if len(said) < 2 or len(said) != len(cuts) - 1 or '"' in words or "(" in words:
            return ()
        inside = (self._inside(start, end)[0] for start, end in pairwise(cuts))
        return tuple(
            (each, tuple(dict.fromkeys((want.slot, want.say) for want in wants))) for each, wants in zip(said, inside, strict=True)
        )

    def _said(self, start: int, first: int, after: int, *, is_question: bool) -> tuple[str, str] | None:
        """Give how a passage of a sentence is said: what stands for who asks, and its words; None if it cannot stand."""
        text = self.page.text
        span = self.page.reading.source(first, after)
        words = " ".join(text[first:after].split())
        if ends_in_quotes(text, after) and words.count('"') + words.count("“") + words.count("”") == 1:
            words += text[after + 1]
        prefix = self._prefix(first) or ""
        if would_like := _WOULD_LIKE.match(words):
            prefix, words = _IDEALLY, words[would_like.end() :]
            if finds := _TO_FIND.match(words):
                prefix, words = "", words[finds.end() :]
        if asks := _WANTS_IT.match(words):
            prefix, words = "" if asks["has"] else _IDEALLY, words[asks.end() :]
        words = _BARE_VERB.sub(r"\1s", words)
        seeks = SEEKS.match(words) if self.page.text[start:first].strip() else None
        if seeks is not None and seeks["strong"] is not None and not _ASKER.match(words):
            words = words[seeks.start("strong") :]  # what stands before is the end of something else
        is_part = any(want.span.holds(span) and want.span != span for want in self.stated)  # of what the tables say whole
        if is_part or _POINTS.match(words) or _UP_TO.match(words) or _OF_THE_POSTER.search(words):
            return None
        if words.startswith("to ") and not prefix:
            prefix = "needs " if _NEEDS.search(text, start, first) else _IDEALLY
        return prefix, words if is_question or not RELATIVE.match(words) else f"someone {words}"

    def _passages(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Give the runs of words that may stay, as far as they are whole clauses."""
        run: list[_Word] = []
        first, last = (bisect.bisect_left(self._words, at, key=lambda word: word.start) for at in (start, stop))
        for word in [*self._words[first:last], None]:
            if word is not None and word.chance >= word.least and not word.is_blocked:
                run.append(word)
                continue
            if any(each.chance >= STAYS for each in run):
                first, after = run[0].start, run[-1].end
                is_said, is_found = self._prefix(first) is not None, self._is_found_behind(after)
                whole = whole_clauses(self.page.text, first, after, (start, stop), is_said=is_said, is_found=is_found)
                yield from trimmed(self.page.text, *whole)
            run = []

    @cached_property
    def _words(self) -> list[_Word]:
        """The words of the page, with how likely each may stay."""
        out: list[_Word] = []
        for word, chance in zip(self.stays.words, self.stays.chances, strict=False):
            span = Span(word.start, word.end)
            start, end = self.page.reading.find(span)
            written = self.page.text[start:end]
            if _NOT.search(self.page.text, max(start - 2, 0), end) and len(out) > 1:  # isn, ', t
                chance = max(chance, out[-2].chance)  # noqa: PLW2901
                out[-2:] = [replace(each, chance=chance) for each in out[-2:]]
            is_blocked = (
                _PERSON.fullmatch(written) is not None
                or any(span.touches(other) for other in self.blocked)
                or (written[:1].isupper() and self._is_name(start, written, span))
            )
            is_word = any(map(str.isalnum, written))
            least = STAYS if is_word and written.lower() not in self.small else LIKELY if is_word else _SIGN_STAYS
            out.append(_Word(start, end, chance, least, is_blocked))
        return out

    def _prefix(self, first: int) -> str | None:
        """Give what is said for who asks before a passage; None if nobody asks there."""
        return next((say for at, say in self.strips.items() if at <= first and not self.page.text[at:first].strip()), None)

    def _is_name(self, start: int, written: str, span: Span) -> bool:
        """Whether a word with a capital is a name that no table knows: no word of the language, nor at the head of a sentence."""
        is_short = written.isupper() and 1 < len(written) <= _ABBREVIATED
        if is_short or written == "I" or written.lower() in self.known or any(other.touches(span) for other in self.asked):
            return False
        before = self.page.text[:start].rstrip()
        return bool(before) and before[-1] not in ".!?\n" and "\n" not in self.page.text[len(before) : start]

    def _is_found_behind(self, at: int) -> bool:
        """Whether the first word behind a place of the page is one that cannot stand whatever the model makes of it."""
        behind = bisect.bisect_left(self._words, at, key=lambda word: word.start)
        return behind < len(self._words) and self._words[behind].is_blocked

    def _chance(self, first: int, after: int) -> float:
        """Give the mean chance of the words of a passage, but for those before it that belong to it."""
        chances = [chance for chance in self.stays.of(self.page.reading.source(first, after)) if chance >= LIKELY]
        return sum(chances) / max(len(chances), 1)

    def _inside(self, first: int, last: int) -> tuple[list[Stated], list[Place]]:
        """Give what is asked for inside a range, and the places; nothing inside of nothing."""
        if first >= last:
            return [], []
        span = self.page.reading.source(first, last)
        inside = [want for want in self.stated if span.holds(want.span) or span.holds(self._without_stop(want.span))]
        return inside, [place for place in self.searched if span.holds(place.span)]

    def _without_stop(self, span: Span) -> Span:
        """Give a span without the full stop that ends it, as a.m. ends a sentence."""
        return Span(span.start, span.end - 1) if self.page.draft[span].endswith(".") else span

    def _is_plain(self, first: int, last: int) -> bool:
        """Whether a range holds nothing but what is asked for in it and small words."""
        inside, places = self._inside(first, last)
        # What a counselor is or knows is said best in the draft's words; how it is paid and when are said alike.
        asked = [want for want in inside if want.slot in _SAID_ALIKE]
        said = {token.key[:_STEM] for want in inside for token in tokens(want.say)}
        spans = [*(want.span for want in asked), *(place.span for place in places)]
        return all(
            token.key in self.small or token.key[:_STEM] in said or any(span.touches(other) for other in spans)
            for token in tokens(self.page.text[first:last])
            for span in [self.page.reading.source(first + token.start, first + token.end)]
        )


def _leads(words: str, inside: Sequence[Stated], *, is_first: bool) -> bool:
    """Whether words begin to ask for a counselor, or name one to begin with: Perinatal loss specialist."""
    has_noun = _WHOM.search(words) is not None or any(want.slot == "credential" for want in inside)
    seeks = SEEKS.match(words)
    if _WANTED.search(words) or _ASKS_LATER.match(words):
        return has_noun
    if _REFUSES.match(words):
        return False
    if seeks is not None:
        return (has_noun or any(want.slot == "modality" for want in inside)) and (is_first or seeks["strong"] is not None)
    return is_first and has_noun and bool(inside) and len(words.split()) <= _MOST_NOUNS and _NOUNS.fullmatch(words) is not None
