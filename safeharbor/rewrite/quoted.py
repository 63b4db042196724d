"""Quoted: what of a draft's sentences asks something of a counselor and tells of nobody, so that it can stand as it is written.

A sentence is read part by part, between its commas. A part stands if it asks for something that the tables read, or names a place to look
in, and every other word of it is one that posts without a client use (`quoted` in `words/asking.txt`), none a finding, a person or what
points to somebody. Before it may go who asks ("she would like"), after it the reason ("because of practice").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, Protocol

import regex

from safeharbor.detect.page import Page
from safeharbor.detect.patterns import Pattern, bounded
from safeharbor.draft import Span
from safeharbor.findings import Finding
from safeharbor.labels import CIRCLE
from safeharbor.rewrite.places import Place
from safeharbor.rewrite.register import SUBJECT
from safeharbor.rewrite.tables import Slot
from safeharbor.rulebook import Rulebook, Strict
from safeharbor.sentences import sentence_starts
from safeharbor.words import tokens

__all__ = ["GLUED", "OF_THE_SUBJECT", "WANTING", "Quote", "Quoter", "Sign", "Strip"]

WANTING = "wanting "
"""What stands for who wants somebody."""
OF_THE_SUBJECT = -1
"""The number of the sentence that is the subject line."""
_CUT = regex.compile(
    r"\s*[,;](?=\s)\s*|,?\s+so(?: that)?\s+|\s*[—–]+\s*|\s+-+\s+|\s*\((?=\S)|\)\s*(?:[,;]\s*)?|\s*:\s+|\s*\.\.+\s*|"
    r"\s*\p{Emoji_Presentation}+\s*|\s*[\"“”]\s*"
)
"""What parts a sentence."""
_END = regex.compile(r"[.!?\s\"'’”)]*$")
_ADJECTIVES = regex.compile(r"\b(?:an?|another)(?: (?!therapist|counselor|clinician|provider)[\w-]+,?){1,2}$", regex.IGNORECASE)
"""What stands before a comma that parts adjectives: a young, relatable therapist."""
_TO_A_NOUN = regex.compile(
    r"(?:[\w-]+,? ){0,3}(?:therapist|counsell?or|clinician|provider|psychologist|psychiatrist|prescriber|person|human|someone|coach|"
    r"specialist)",
    regex.IGNORECASE,
)
_LEAD = regex.compile(
    r"(?:(?:and|or|but|plus|so|also|then|now|because|bc|just|really|actually|basically)\b[ ,]*|[&+]\s*|[-*•·–>✅✔▪]+\s*|"
    r"\(?\d{1,2}[.):]\s+)+",
    regex.IGNORECASE,
)
"""What goes from the beginning of a part."""
_AND = regex.compile(r"\s+(?:and|but|&|plus)\s+", regex.IGNORECASE)
_JOIN = regex.compile(r"\s+(?:and|or|but|plus|&|\+)\s+", regex.IGNORECASE)
_CLOCK = r"school|work|hours|\d|noon|midday|dark|dinner|lunch|three|four|five|six|seven"
_REASON = regex.compile(
    rf"\s+(?:because|b/c|bc|cuz|cause|since|when|while|due|whose|(?:after|before|during|between|until)(?=\s+(?!(?:{_CLOCK})\b)))(?=\s)",
    regex.IGNORECASE,
)
"""What begins a reason, or somebody's day, unless it is part of a time that is asked for."""
_TELLS_ON = regex.compile(
    r"\s+(?:for|because|b/c|bc|cuz|cause|since|when|while|as|so(?: that)?|due|whose|where|and|but|plus|&|\+|if|"
    r"(?:in|of|with|w/)(?=\s+(?:someone|somebody|an? (?:\w+ )?(?:kid|teen|man|woman|guy|client|person))))(?=\s)",
    regex.IGNORECASE,
)
"""Before what a part that goes on about somebody can be cut off."""
_AUTHOR = regex.compile(
    r"(?:i|we)(?:['’]m|['’]re| am| are)?(?= (?:looking|seeking|searching|hoping|trying|in need|need|also))|"
    r"(?:i|we)(?:['’]d| would)(?= (?:like|love))",
    regex.IGNORECASE,
)
"""The poster who asks."""
_ASKED_START = regex.compile(
    r"(?:(?:an?|the|any|either|some|only|not|no|also|someone|somebody|ideally|preferably|pref|prefer|strongly prefer|in|on|at|near|"
    r"around|or|"
    r"another|with|w/|after|before|between|during|early|late)\b\s*)*",
    regex.IGNORECASE,
)
"""Small words between who asks and what is asked for."""
_OPEN_END = regex.compile(
    r"(?<!\w)(?:and|or|but|the|a|an|of|to|with|w|w/|about|so|by|from|in|at|for|if|when|that|than|like|as|is|are|not|no|even|because|bc|"
    r"where|who|what|has|have|be|being|their|other|both|her|his|our|my|&|\+|near|around|needs?|wants?|prefer|can|will|(?<!\ba )must|should|"
    r"(?:in|for|with) someone|or some(?:where)?|than|between|until|only if)$",
    regex.IGNORECASE,
)
"""With what no part ends: its sense goes on."""
_QUOTATION = regex.compile(r"[\s,:]*[\"“](?=\S)")
_OF_THE_POSTER = regex.compile(r"\b(?:here|asking|posting)$|\bnot a (?:therapist|counselor|clinician)\b", regex.IGNORECASE)
"""What ends the poster's words of themselves: school counselor here."""
_UNNAMED = regex.compile(
    r"(?:am|will|can|can['’]?t|cannot|won['’]?t|could|is|isn['’]?t|are|was|has|had|have|does|doesn['’]?t|do|would(?! (?:love|like|"
    r"prefer)))\b"
    r"(?! to be\b)",
    regex.IGNORECASE,
)
"""Verbs with which as often somebody is told of who is not named as a counselor is asked for."""
_DEPENDENT = regex.compile(r"(?:in|near|with|w/|for|at|by|to|of|from|about|as|than|or|and)\b", regex.IGNORECASE)
_RELATIVE = regex.compile(r"(?:who|that|which)\b", regex.IGNORECASE)
_REFUSAL, _REFUSED_WORDS = regex.compile(r"(?:no|not|never)\b", regex.IGNORECASE), 6
"""A short refusal, in which more words are known: no jargon."""
_TIME = regex.compile(r"\d|\b(?:school|work|lunch|noon|day)\b", regex.IGNORECASE)
_SOMEBODY = regex.compile(r"\b(?:kids?|bab(?:y|ies)|he|she|they|mom|dad|wife|husband|is|are|gets?|sleeps?)\b", regex.IGNORECASE)
_ASKS = regex.compile(
    r"\b(?:someone|somebody|anyone|therapists?|counsell?ors?|clinicians?|providers?|experienced?|exp|knows?|understands?|gets|"
    r"comfortable|"
    r"works?|speciali[sz]\w+|treats?|does|good (?:with|w/)|competent|informed|savvy|friendly|aware|plus|preferred|pref|ideal|sees|offers|"
    r"office|accessible|visits?|sessions?|home|school|groups?|willing|able|must|should)\b",
    regex.IGNORECASE,
)
"""Words of asking, without which a topic tells of somebody as often."""
_ASKS_ALONE = regex.compile(
    r"^(?:must|should|has to|needs to|please|pls|ideally|preferably|bonus|someone|somebody|"
    r"(?:a |the )?(?:therapist|counselor|clinician|provider) who|prefer)\b"
    r"(?! (?:get|sleep|stay|leave|go|move|talk|stop|eat|find|start|be (?:seen|in (?:treatment|therapy))|"
    r"see (?:someone|somebody|a)|process)\b)(?= .*\w)|"
    r"\b(?:a (?:big |huge |definite )?(?:plus|must|bonus)|preferred|required|please|pls|"
    r"(?:would be|is) (?:great|ideal|helpful|wonderful|amazing|lovely))$",
    regex.IGNORECASE,
)
"""What asks of a counselor whatever it says."""
_TOPICS: frozenset[Slot] = frozenset({"specialty", "population", "accessibility"})
"""Slots whose words by themselves tell of somebody as often as they ask."""
_OF_MONEY_AND_TIME: frozenset[Slot] = frozenset({"fee", "insurance", "schedule"})
_NAMED: frozenset[Slot] = frozenset({"insurance", "credential", "modality", "language", "telehealth", "specialty", "population"})
"""Slots whose patterns know names that no list of words holds: of plans, degrees, ways of working, languages, disorders."""
_SMALL_WORDS = frozenset(
    {
        *("or", "and", "in", "near", "around", "on", "the", "area", "of", "side", "to", "anywhere", "via", "at", "preferably", "ideally"),
        *("is", "best", "only", "ok", "fine"),
    }
)
"""Words beside which what is asked for still says all of a part."""
_CAPITALS = frozenset(
    {"I", "I'M", "OK", "TX", "W", "PT", "OT", "RD", "PCP", "IEP", "SUD", "SI", "AM", "PM", "MWF", "TTH", "TH", "MD", "PHD"}
)
"""What is written in capitals and names nobody."""
GLUED = regex.compile(r"\b(BCBS)([A-Z]{2})\b")
"""A Blue Cross plan and its state in one word: whoever looks for BCBS does not find it."""
_PERSON = regex.compile(r"he|she|him|her|hers|his|they|them|their|theirs", regex.IGNORECASE)
_SEEKS = regex.compile(
    r"(?:[\w'’]+[ /]+){0,2}?(?:(?:i|we)(?:['’]m|['’]re| am| are)? )?(?:also )?(?P<strong>looking (?:for|4)|iso\b|in search of|seeking|"
    r"searching for|hoping (?:to find|for|some)|trying to find|needs?\b|in need of|busco)|"
    r"(?:[\w'’]+[ /]+){0,2}?(?:want\b|referral (?:for|to)|(?:can|does|do) (?:any(?:one|body)|you all|y['’]?all)|any(?:one|body)\b|"
    r"any (?=\w)|"
    r"who (?:is|does|has|here|sees|takes|treats|works|knows|do|can|around|in|near|out there|gets|actually)\b|who['’]s\b)",
    regex.IGNORECASE,
)
"""With what a request begins."""
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
_MOST_NOUNS = 12


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
    """Words that tell of somebody, so that what holds them does not stand."""

    id: str
    pattern: str
    beside: Literal["names", "asked", "anything"]
    """Where it is none: in names that the tables know, in anything that is asked for; `anything` for nowhere."""
    examples: tuple[str, ...]
    passes: tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class Quote:
    """A part of a sentence that can stand as it is written. Its repr shows no text."""

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
    is_plain: bool = False
    """Whether it holds nothing but what it asks for and small words."""
    is_complete: bool = False
    """Whether all of its sentence stands."""
    request: int = 0
    """Which of several requests it belongs to, from 1; 0 for all of them."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a part of a sentence can stand."""

    first: int
    last: int
    prefix: str = ""
    """What is said before it."""
    is_whole: bool = True
    """Whether it reaches to the end of the part."""
    is_from_start: bool = True
    is_stripped: bool = False
    """Whether who asks is gone from it."""


class Quoter:
    """What parts of sentences are read with, ready for drafts. It keeps nothing of a draft."""

    def __init__(self, strips: Sequence[Strip], signs: Sequence[Sign], rulebook: Rulebook, where: str) -> None:
        """Make the patterns ready; the word lists are read when a draft is first quoted from."""

        def ready(each: Strip | Sign) -> Pattern:
            return Pattern(bounded(each.pattern), rulebook, where=f"{where}: {each.id}", ignore_case=True)

        self._strips = tuple((strip, ready(strip)) for strip in strips)
        self._signs = tuple((sign, ready(sign)) for sign in signs)
        self._lists = rulebook

    @cached_property
    def known(self) -> frozenset[str]:
        """The words that may stand beside what is asked for."""
        return frozenset(self._lists.words("asking").of_kind("quoted").entries)

    @cached_property
    def known_refused(self) -> frozenset[str]:
        """The words that may stand in a short refusal."""
        words = self._lists.words("asking")
        english = frozenset(self._lists.words("english").entries)
        return self.known | ((english | frozenset(words.entries)) - frozenset(words.of_kind("never").entries))

    @cached_property
    def small(self) -> frozenset[str]:
        """The words beside which what is asked for still says all of a part."""
        return frozenset(self._lists.words("asking").of_kind("function").entries) | _SMALL_WORDS

    @cached_property
    def verbs(self) -> frozenset[str]:
        """Third persons of verbs that are no nouns."""
        words = self._lists.words("asking")
        return frozenset(words.of_kind("verb").entries) - frozenset(words.of_kind("noun").entries)

    def read(
        self, page: Page, wants: Sequence[Stated], places: Sequence[Place], found: Sequence[Finding], skipped: Sequence[Span]
    ) -> Iterator[Quote]:
        """Give what can stand as it is written, in order; nothing of the `skipped` spans.

        Raises TimeoutError when a pattern takes longer than the limit, RuleError for a word list that is missing.
        """
        stated = tuple(want for want in wants if want.say and want.is_stated and want.slot != "contact")
        searched = tuple(place for place in places if place.is_search)
        asked = [*(want.span for want in stated), *(place.span for place in searched)]
        blocked = [
            *(finding.span for finding in found if _is_in_the_way(finding, page, stated, searched)),
            *(want.span for want in wants if want.slot == "contact"),
            *skipped,
        ]
        named = [*(want.span for want in stated if want.slot in _NAMED), *(place.span for place in searched)]
        strips = {match.start(): (match.end(), strip.say) for strip, pattern in self._strips for match in pattern.finditer(page.sought)}
        tells = []
        for sign, pattern in self._signs:
            but_in = {"names": named, "asked": asked, "anything": []}[sign.beside]
            for match in pattern.finditer(page.sought):
                span = page.reading.source(*match.span())
                if not any(span.touches(other) for other in but_in):
                    tells.append(match.start())
        sheet = _Sheet(page, self, stated, searched, blocked, asked, named, strips, sorted(tells))
        subject = SUBJECT.match(page.text)
        if subject is not None:
            yield from sheet.quotes(OF_THE_SUBJECT, *subject.span("subject"))
        starts = [start for start in sentence_starts(page.text) if subject is None or start >= subject.end()]
        if subject is not None and subject.end() not in starts:
            starts = [subject.end(), *starts]
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(page.text)], strict=True)):
            yield from sheet.quotes(number, start, end)


def _is_in_the_way(finding: Finding, page: Page, stated: Sequence[Stated], searched: Sequence[Place]) -> bool:
    """Whether what holds a finding cannot stand: it is of a person, and not only the words of what is asked for."""
    if not (finding.is_loud or finding.about in (*CIRCLE, "author")):
        return False
    if any(place.span.holds(finding.span) for place in searched):
        return False
    around = [want for want in stated if want.span.holds(finding.span)]
    is_day = finding.rule.label == "DATE" and not any(char.isdigit() for char in page.draft[finding.span])
    if (finding.is_loud and finding.about in CIRCLE and not is_day) or finding.about == "author":
        return True
    return not around or (finding.rule.label == "FAMILY" and any(want.slot in _OF_MONEY_AND_TIME for want in around))


@dataclass(frozen=True)
class _Sheet:
    """A draft with all that was read in it, while it is quoted from."""

    page: Page
    by: Quoter
    stated: Sequence[Stated]
    searched: Sequence[Place]
    blocked: Sequence[Span]
    asked: Sequence[Span]
    named: Sequence[Span]
    strips: Mapping[int, tuple[int, str]]
    tells: Sequence[int]

    def quotes(self, number: int, start: int, end: int) -> Iterator[Quote]:
        """Give what of a sentence can stand."""
        text = self.page.text
        tail = _END.search(text, start, end)
        stop = tail.start() if tail else end
        mark = next((char for char in text[stop:end] if char in "?!"), ".")
        cuts = [cut.span() for cut in _CUT.finditer(text, start, stop)]
        cuts = [
            cut
            for cut in cuts
            if not (text[slice(*cut)].strip() == "," and _ADJECTIVES.search(text, start, cut[0]) and _TO_A_NOUN.match(text, cut[1]))
        ]
        begins = [start, *(after for _, after in cuts)]
        ends = [*(at for at, _ in cuts), stop]
        neighbor = last = -1
        is_of_place = is_of_asker = False
        made: list[Quote] = []
        whole = 0
        for which, (left, right) in enumerate(zip(begins, ends, strict=True)):
            is_joined = which > 0 and neighbor == which - 1
            if left >= right:
                neighbor, whole = which if is_joined else neighbor, whole + 1
                continue
            part = self._part(left, right, is_joined=is_joined)
            if part is None or (last < 0 and self._is_unnamed(part, which)) or (is_of_asker and self._is_verb(part)):
                continue
            if which and not is_joined and _DEPENDENT.match(text, part.first) and not self._is_plain(part.first, part.last):
                continue  # what it goes on from is gone
            between = text[ends[which - 1] : left] if which else ""
            is_first = not which or (last == which - 1 and is_of_place) or between.strip() in (":", "-", "–", "—")
            quote = self._quote(number, part, is_first=is_first)
            is_all = part.is_whole and part.is_from_start and not part.prefix
            made.append(
                replace(
                    quote,
                    before=between if is_joined and not part.prefix and part.is_from_start else "",
                    end=self._mark(quote, mark, is_end=part.is_whole and which == len(begins) - 1),
                )
            )
            whole += is_all
            last, is_of_place = which, not quote.says
            is_of_asker = (is_of_asker or part.is_stripped) and " who " not in quote.text
            neighbor = which if part.is_whole else -1
        is_complete = whole == len(begins)
        for quote in made:
            if is_complete or quote.is_plain or quote.is_lead or quote.before or _ASKS.search(quote.text):
                is_scrap = quote.end == "?" and not (is_complete or _QUESTION.match(quote.text))
                yield replace(quote, end="." if is_scrap else quote.end, is_complete=is_complete)

    def _quote(self, number: int, part: _Part, *, is_first: bool) -> Quote:
        inside, places = self._inside(part.first, part.last)
        seeks = _SEEKS.match(self.page.text[part.first : part.last])
        words = GLUED.sub(r"\1 \2", " ".join(self.page.text[part.first : part.last].split()))
        is_wish = part.prefix == WANTING and _WHOM.search(words) is not None
        return Quote(
            part.prefix + words,
            self.page.reading.source(part.first, part.last),
            tuple(dict.fromkeys((want.slot, want.say) for want in inside)),
            tuple(places),
            number,
            is_lead=part.is_from_start and (_leads(words, inside, is_first=is_first) if not part.prefix else is_wish),
            seeks=seeks is not None or is_wish,
            is_plain=self._is_plain(part.first + (seeks.end() if seeks else 0), part.last),
        )

    def _inside(self, first: int, last: int) -> tuple[list[Stated], list[Place]]:
        """Give what is asked for inside a range, and the places; nothing inside of nothing."""
        if first >= last:
            return [], []
        span = self.page.reading.source(first, last)
        return [want for want in self.stated if span.holds(want.span)], [place for place in self.searched if span.holds(place.span)]

    def _is_plain(self, first: int, last: int) -> bool:
        """Whether a range holds nothing but what is asked for in it and small words."""
        inside, places = self._inside(first, last)
        spans = [*(want.span for want in inside), *(place.span for place in places)]
        return all(
            token.key in self.by.small or any(span.touches(other) for other in spans)
            for token in tokens(self.page.text[first:last])
            for span in [self.page.reading.source(first + token.start, first + token.end)]
        )

    def _part(self, left: int, right: int, *, is_joined: bool) -> _Part | None:
        """Give what can stand of a part of a sentence, or of what follows an `and` in it."""
        made = self._from(left, right, is_joined=is_joined)
        if made is not None:
            return made
        starts = (join.end() for join in _AND.finditer(self.page.text, left, right))
        made = next(filter(None, (self._from(start, right, is_joined=False) for start in starts)), None)
        return replace(made, is_from_start=False) if made else None

    def _from(self, left: int, right: int, *, is_joined: bool) -> _Part | None:
        """Give what can stand from `left` on: up to the end, or to where a reason or somebody's story begins."""
        text = self.page.text
        lead = None if is_joined or text[left - 1 : left] == "(" else _LEAD.match(text, left, right)
        at = lead.end() if lead else left
        at, prefix, is_stripped = self._stripped(at, right)
        author = _AUTHOR.match(text, at, right)
        reasons = (cut.start() for cut in _REASON.finditer(text, at, right) if not self._is_of_a_time(cut.end()))
        stop = next(reasons, right)
        bad = self._first_telling(author.end() if author else at, stop)
        if bad is None and stop == right and _QUOTATION.match(text, right):
            bad = right  # what somebody says follows
        whole = _Part(at, stop, prefix, is_whole=stop == right, is_stripped=is_stripped)
        if bad is None and (made := self._checked(whole, is_joined=is_joined)):
            return made
        for cut in reversed(list(_TELLS_ON.finditer(text, at, stop if bad is None else bad))):
            joined = max((join.end() for join in _JOIN.finditer(text, at, cut.start())), default=at)
            if joined < cut.start() and not any(self._inside(joined, cut.start())):
                continue  # what was joined is cut off
            part = replace(whole, last=cut.start(), is_whole=False)
            if made := self._checked(part, is_joined=is_joined):
                return made
        return None

    def _stripped(self, at: int, right: int) -> tuple[int, str, bool]:
        """Give where a part begins once who asks in it is gone, and what is said instead."""
        if at not in self.strips:
            return at, "", False
        text = self.page.text
        end, say = self.strips[at]
        end += len(text[end:right]) - len(text[end:right].lstrip())
        small = _ASKED_START.match(text, end, right)
        first = small.end() if small else end
        is_asked = first < right and any(want.span.touches(self.page.reading.source(first, first + 1)) for want in self.stated)
        return (end, say, True) if is_asked else (at, "", False)

    def _is_of_a_time(self, at: int) -> bool:
        """Whether the word behind `at` is part of a time that is asked for: after 3."""
        word = _BLANKS.match(self.page.text, at)
        if word is None or word.end() >= len(self.page.text):
            return False
        span = self.page.reading.source(word.end(), word.end() + 1)
        times = (self.page.draft[want.span] for want in self.stated if want.slot == "schedule" and want.span.holds(span))
        return any(_TIME.search(time) and not _SOMEBODY.search(time) for time in times)

    def _checked(self, part: _Part, *, is_joined: bool) -> _Part | None:
        """Give a part if it asks for something and its sense does not go on; None otherwise."""
        words = self.page.text[part.first : part.last].rstrip().rstrip(":")
        part = replace(part, last=part.first + len(words))
        if not any(char.isalpha() for char in words) or _OPEN_END.search(words) or _OF_THE_POSTER.search(words):
            return None
        span = self.page.reading.source(part.first, part.last)
        inside, places = self._inside(part.first, part.last)
        if any(want.span.touches(span) and not span.holds(want.span) for want in self.stated):
            return None
        if not inside and not places:
            is_refusal = is_joined and part.is_whole and _REFUSAL.match(words)
            is_asking = _ASKS_ALONE.search(words) is not None and len(words.split()) > 1
            return part if is_refusal or is_asking else None
        is_plain = self._is_plain(part.first, part.last)
        slots = {want.slot for want in inside}
        is_alone = not places and not is_joined and not (_SEEKS.match(words) and _WHOM.search(words))
        is_telling = all(want.slot in _TOPICS or want.say == "discreet" for want in inside) and not _ASKS.search(words)
        if (not inside and not is_plain) or (is_alone and inside and (slots == {"credential"} or is_telling)):
            return None
        return None if part.is_stripped and not part.prefix and not is_plain else part

    def _mark(self, quote: Quote, mark: str, *, is_end: bool) -> str:
        """Give how a quote ends: a question with its mark, the end of a sentence as that does."""
        if quote.is_lead and _QUESTION.match(quote.text):
            return "?"
        return mark if is_end else ""

    def _is_unnamed(self, part: _Part, which: int) -> bool:
        """Whether the first part of a sentence that could stand tells of somebody who is not named in it: will do telehealth."""
        text = self.page.text
        return _UNNAMED.match(text, part.first) is not None or (which > 0 and _RELATIVE.match(text, part.first) is not None)

    def _is_verb(self, part: _Part) -> bool:
        """Whether a part begins with what somebody does, who is the one that asks in its sentence: works nights."""
        first = next((token.key for token in tokens(self.page.text[part.first : part.last])), "")
        return first in self.by.verbs or _UNNAMED.match(self.page.text, part.first) is not None

    def _first_telling(self, at: int, right: int) -> int | None:
        """Give where the first word stands that may tell of somebody; None if none does."""
        tell = next((tell for tell in self.tells if at <= tell < right), None)
        unknown = self._first_unknown(at, right if tell is None else tell)
        return tell if unknown is None else unknown

    def _first_unknown(self, at: int, right: int) -> int | None:
        """Give where the first word stands that is a finding, a name, or none of the words that may stand beside what is asked for."""
        text = self.page.text[at:right]
        refuses = _REFUSAL.match(text) is not None and len(text.split()) <= _REFUSED_WORDS
        known = self.by.known_refused if refuses else self.by.known
        for token in tokens(text):
            span = self.page.reading.source(at + token.start, at + token.end)
            word = text[token.start : token.end]
            if any(span.touches(other) for other in self.blocked) or _PERSON.fullmatch(word):
                return at + token.start
            if any(span.touches(other) for other in self.named):
                continue
            is_asked = any(span.touches(other) for other in self.asked)
            if is_asked and (not word.isupper() or any(char.isdigit() for char in word)):
                continue
            is_name = token.start > 0 and word[0].isupper() and not (word.isupper() and token.key in known)
            if (token.key not in known and token.key not in self.by.small) or (is_name and not is_asked and word.upper() not in _CAPITALS):
                return at + token.start
        return None


_BLANKS = regex.compile(r"\s*")


def _leads(words: str, inside: Sequence[Stated], *, is_first: bool) -> bool:
    """Whether words begin to ask for a counselor, or name one to begin with: Perinatal loss specialist."""
    has_noun = _WHOM.search(words) is not None or any(want.slot == "credential" for want in inside)
    seeks = _SEEKS.match(words)
    if seeks is not None:
        return (has_noun or any(want.slot == "modality" for want in inside)) and (is_first or seeks["strong"] is not None)
    return is_first and has_noun and bool(inside) and len(words.split()) <= _MOST_NOUNS and _NOUNS.fullmatch(words) is not None
