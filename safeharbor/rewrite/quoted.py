"""Quoted: sentences of a draft that ask something of a counselor and tell of nobody, so that they can stand as they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import regex

from safeharbor.detect.page import Page
from safeharbor.draft import Span
from safeharbor.findings import Finding
from safeharbor.labels import CIRCLE
from safeharbor.rewrite.places import Place
from safeharbor.rewrite.tables import Slot
from safeharbor.rulebook import Rulebook
from safeharbor.sentences import sentence_starts
from safeharbor.words import tokens

__all__ = ["Quote", "Quoter"]

_CUT = regex.compile(
    r"\s*[,;](?=\s)\s*|,?\s+so(?: that)?\s+|\s*[—–]+\s*|\s+-+\s+|\s*\((?=\S)|\)\s*(?:[,;]\s*)?|\s*:\s+|\s*\.\.+\s*|\s*\p{Emoji_Presentation}+\s*|\s*[\"“”]\s*"
)
_END = regex.compile(r"[.!?\s\"'’”)]*$")
_JOINS = "and|or|but|plus|&|\\+"
_LEAD = regex.compile(rf"(?:(?:{_JOINS}|so|also|then|now|because|bc|just|really|actually|basically|pref(?=\s\w+ed))\b[ ,]*|[-*•·–>✅✔▪]+\s*|\(?\d{{1,2}}[.):]\s+)+", regex.IGNORECASE)
_REASON = regex.compile(
    rf"\s+(?:for|because|b/c|bc|cuz|cause|since|when|while|as|so(?: that)?|due|whose|where|and|but|plus|&|\\+|if|(?:in|of|with|w/)(?=\s+(?:someone|somebody|an? (?:\w+ )?(?:kid|teen|man|woman|guy|client|person))))(?=\s)", regex.IGNORECASE
)
_ALWAYS = regex.compile(
    r"\s+(?:because|b/c|bc|cuz|cause|since|when|while|due|whose|(?:after|before|during|between|until)(?=\s+(?!(?:school|work|hours|\d|noon|midday|dark|dinner|lunch|five|six|seven|four|three)\b)))(?=\s)",
    regex.IGNORECASE,
)
"""What always begins a reason, or somebody's day, unless it is part of what is asked for."""
_SUBJECT = (
    r"(?:(?:my |the |our |this )?(?:he|she|they|client|clt|cl|ct|pt|patient|couple|family|fam|parents?|mom|mother|dad|father|kiddo|teen|"
    r"husband|wife|both|student|folks)(?:(?:\s(?:and|&)\s|\s?/\s?)(?:he|she|mom|dad|mother|father|husband|wife|teen|kiddo))?)"
)
_STRIPPED = tuple(
    (regex.compile(rf"{_SUBJECT}{verbs}\s+", regex.IGNORECASE), said)
    for verbs, said in (
        (r"(?:['’]s|['’]re| is| are| was| were)?(?: also| both| really)? (?:looking for|hoping for|seeking|asking for|wanting)", "ideally "),
        (r"(?: would|['’]d)(?: also| really| strongly| both)? (?:like|love|prefer|want|do (?:best|well) with)", "ideally "),
        (r"(?: also| really| strongly| both)? (?:prefers?|wants?)", "ideally "),
        (r"(?: also| both| only)? (?:has|have|needs?|will need|got|uses?)(?: got)?", ""),
        (r"['’](?:s|ve) got", ""),
        (r" (?:can|could) (?:do|make|meet)", ""),
        (r" can only (?:do|make|meet)", "only "),
        (r"(?: is| are|['’]s|['’]re) (?:on|insured (?:by|with|through)|available|free)", ""),
        (r"(?: is| are|['’]s|['’]re) (?:also )?(?:open to)", "open to "),
        (r"(?: is| are|['’]s|['’]re) (?:fine|ok|okay|good|cool|comfortable) (?:with|w/)", "ok with "),
    )
)  # fmt: skip
_STRIPPED += (
    (regex.compile(r"(?:also |really |both )?(?:wants|prefers|would (?:like|love|prefer))\s+(?!to\b)", regex.IGNORECASE), "ideally "),
    (regex.compile(r"(?:also |only )?(?:needs|has)\s+(?!to\b|someone|somebody)", regex.IGNORECASE), ""),
)
_AUTHOR = regex.compile(
    r"(?:i|we)(?:['’]m|['’]re| am| are)?(?= (?:looking|seeking|searching|hoping|trying|in need|need|also))|(?:i|we)(?:['’]d| would) (?=like|love)",
    regex.IGNORECASE,
)
_PERSONAL = regex.compile(
    r"\b(?:he|she|him|her|hers|his|himself|herself|i|i['’]?m|i['’]?ve|i['’]?d|my|we|we['’]?re|our|us|clients?|pts?|cts?|"
    r"mom|mother|dad|father|son|daughter|husband|hubby|wife|kiddo|ex|they|them|their|theirs|themselves)\b",
    regex.IGNORECASE,
)
_PERSON = regex.compile(r"he|she|him|her|hers|his|they|them|their|theirs", regex.IGNORECASE)
_KIN = regex.compile(
    r"(?<!\b(?:with|w/|to|for|include|includes|including|involve|involves|involving|coach|coaches|foster|see|sees|support|supports|help|helps|some|and|or|adoptive|both|treats?) )"
    r"\b(?:parents?|family|families|siblings?|spouse|partner)\b(?! (?:coaching|training|sessions?|work|support|groups?|consult\w*|guidance|therap\w+|systems?|counsel\w+|involvement|meetings?))",
    regex.IGNORECASE,
)
_CANS = regex.compile(r"(?:will|can|can['’]?t|cannot|won['’]?t|could|is|isn['’]?t|are|was|has|had|have|does|doesn['’]?t|do|would(?! (?:love|like|prefer)))\b(?! to be\b)", regex.IGNORECASE)
"""Verbs at the beginning of what tells of somebody who is not named, as often as of the counselor."""
_ODD = regex.compile(r"[$#@%=]|\b(?:this|these|those|then|such|there|it|its|it's|that(?=\s*$)|(?:in|of|treat|see|help) (?:someone|somebody|folks)|everyone|no (?:car|wifi|internet|transportation|insurance|worries|joke|problem))\b", regex.IGNORECASE)
_OPEN_END = regex.compile(
    r"(?<!\w)(?:and|or|but|the|a|an|of|to|with|w|w/|about|so|by|from|in|at|for|if|when|that|than|like|as|is|are|not|no|even|because|bc|where|who|what|"
    r"has|have|be|being|their|other|both|her|his|our|my|&|\+|near|around|needs?|wants?|prefer|can|will|must|should|in someone|or somewhere|or some|for someone|with someone|than|between|until|only if)$",
    regex.IGNORECASE,
)
_ASKED_START = regex.compile(
    r"(?:(?:an?|the|any|either|some|only|not|no|also|someone|somebody|ideally|preferably|pref|prefer|strongly prefer|in|on|at|near|around|or|another|with|w/|after|before|between|during|early|late)\b\s*)*",
    regex.IGNORECASE,
)
_GLUED = regex.compile(r"\b(BCBS)([A-Z]{2})\b")
"""A Blue Cross plan and its state in one word: whoever looks for BCBS does not find it."""
_OF_THE_POSTER = regex.compile(r"\b(?:here|asking|posting)$", regex.IGNORECASE)
_UPPER = frozenset({"I", "I'M", "OK", "TX", "W", "PT", "OT", "RD", "PCP", "IEP", "SUD", "SI", "AM", "PM", "MWF", "TTH", "TH", "MD", "PHD", "NYC", "CA"})
_BLANK_WORDS = frozenset({"or", "and", "in", "near", "around", "on", "the", "area", "of", "side", "to", "anywhere", "via", "at", "preferably", "ideally", "is", "best", "only", "ok", "fine"})


_AND = regex.compile(r"\s+(?:and|but|&|plus)\s+", regex.IGNORECASE)
_ADJECTIVES = regex.compile(r"\b(?:an?|another)(?: (?!therapist|counselor|clinician|provider)[\w-]+(?:,)?){1,2}$", regex.IGNORECASE)
"""What stands before a comma that parts adjectives: a young, relatable therapist."""
_ANY_JOIN = regex.compile(rf"\s+(?:{_JOINS})\s+", regex.IGNORECASE)
_TIME = regex.compile(r"\d|\b(?:school|work|lunch|noon|day)\b", regex.IGNORECASE)
_TELLING: frozenset[Slot] = frozenset({"specialty", "population", "accessibility"})
"""Slots whose words by themselves tell of somebody as often as they ask."""
_LACKS = regex.compile(r"(?:no|without|doesn't have|lost) (?:an? |the )?(?:car|wifi|internet|transportation|insurance|video|vehicle)", regex.IGNORECASE)
"""What somebody lacks, from which a need follows."""
_ASKS = regex.compile(
    r"\b(?:someone|somebody|anyone|therapists?|counsell?ors?|clinicians?|providers?|experienced?|exp|knows?|understands?|gets|comfortable|works?|"
    r"speciali[sz]\w+|treats?|does|good (?:with|w/)|competent|informed|savvy|friendly|aware|plus|preferred|pref|ideal|sees|offers|office|accessible|"
    r"visits?|sessions?|home|school|groups?|willing|able|must|should)\b",
    regex.IGNORECASE,
)
_OWN_WORDS: frozenset[Slot] = frozenset({"insurance", "credential", "modality", "language", "telehealth", "specialty", "population"})
"""Slots whose patterns hold names: of plans, degrees, ways of working, languages."""
_CASED = regex.compile(r"(?<![\p{L}\p{N}'’.-])\p{Lu}")


class Stated(Protocol):
    """What a draft asks for."""

    slot: Slot
    say: str
    span: Span
    is_stated: bool


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
    before: str = ""
    """What parts it from the quote before it, if that is its neighbor; empty otherwise."""
    end: str = ""
    """How the sentence ends, if it is the end of one."""
    is_lead: bool = False
    """Whether it begins to ask for a counselor."""
    is_plain: bool = False
    """Whether it holds nothing but what it asks for and small words."""
    request: int = 0


class Quoter:
    """The words that describe nobody, ready to read drafts. It keeps nothing of a draft."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Note where the word lists are; they are read when a draft is first quoted from."""
        self._lists = rulebook
        self._known: frozenset[str] = frozenset()

    def _make_ready(self) -> None:
        words = self._lists.words("asking")
        self._known = frozenset(words.of_kind("quoted").entries)
        self._function = frozenset(words.of_kind("function").entries) | _BLANK_WORDS

    def read(self, page: Page, read: Sequence[Stated], places: Sequence[Place], found: Sequence[Finding], skipped: Sequence[Span]) -> Iterator[Quote]:
        """Give what can stand as it is written, in order."""
        if not self._known:
            self._make_ready()
        stated = [want for want in read if want.say and want.is_stated and want.slot != "contact"]
        searched = [place for place in places if place.is_search]
        allowed = [want.span for want in stated] + [place.span for place in searched]
        blocked = [
            finding.span
            for finding in found
            if (finding.is_loud or finding.about in (*CIRCLE, "author")) and not any(span.holds(finding.span) for span in allowed)
        ]
        blocked += skipped
        blocked += [want.span for want in stated if _LACKS.match(page.draft[want.span])]
        blocked += [want.span for want in read if want.slot == "contact"]
        starts = sentence_starts(page.text)
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(page.text)], strict=True)):
            yield from self._of_sentence(page, number, start, end, stated, searched, blocked)

    def _of_sentence(self, page, number, start, end, stated, searched, blocked) -> Iterator[Quote]:
        tail = _END.search(page.text, start, end)
        mark = next((char for char in tail[0] if char in "?!"), ".") if tail else "."
        stop = tail.start() if tail else end
        cuts = [(cut.start(), cut.end()) for cut in _CUT.finditer(page.text, start, stop)]
        cuts = [cut for cut in cuts if not (page.text[cut[0] : cut[1]].strip() == "," and _ADJECTIVES.search(page.text, start, cut[0]))]
        begins = [start, *(after for _, after in cuts)]
        ends = [*(at for at, _ in cuts), stop]
        last_kept = last_in = -1
        is_of_place = False
        for which, (left, right) in enumerate(zip(begins, ends, strict=True)):
            if left >= right:
                if last_kept == which - 1 and which:
                    last_kept = which
                continue
            made = self._core(page, left, right, stated, searched, blocked, last_kept == which - 1 and which > 0)
            if made is None:
                continue
            first, last, prefix, is_whole, is_from_start = made
            sep = page.text[ends[which - 1] : begins[which]] if which and last_kept == which - 1 and not prefix and is_from_start else ""
            span = page.reading.source(first, last)
            inside = [want for want in stated if span.holds(want.span)]
            named = tuple(place for place in searched if span.holds(place.span))
            is_first = not which or (which - 1 == last_in and is_of_place) or page.text[ends[which - 1]] == ":"
            is_of_place = not inside
            if (not inside and not named) or (last_in < 0 and which and _RELATIVE.match(page.text, first)) or (last_in < 0 and _CANS.match(page.text, first)):
                continue
            last_in = which
            words = _GLUED.sub(r"\1 \2", " ".join(page.text[first:last].split()))
            yield Quote(
                prefix + words,
                span,
                tuple(dict.fromkeys((want.slot, want.say) for want in inside)),
                named,
                number,
                before=" ".join(sep.split(" ")) if sep else "",
                end=mark if (which == len(begins) - 1 and is_whole) or (mark == "?" and _QUESTION.match(words)) else "",
                is_lead=is_from_start and not prefix and self._leads(words, inside, is_first=is_first),
                is_plain=self._is_plain(page, first, last, inside, tuple(place.span for place in named)),
            )
            last_kept = which if is_whole else -2

    def _is_plain(self, page, first, last, inside, named) -> bool:
        return not any(
            not any(page.reading.source(first + token.start, first + token.end).touches(span) for span in (*(want.span for want in inside), *named))
            and token.key not in self._function
            for token in tokens(page.text[first:last])
        )

    def _leads(self, words, inside, *, is_first) -> bool:
        """Whether words begin to ask for a counselor, or name one to begin with: Perinatal loss specialist."""
        has_noun = _WHOM.search(words) is not None or any(want.slot in ("credential", "modality") for want in inside)
        seeks = _SEEKS.match(words)
        if seeks:
            return has_noun and (is_first or _STRONG.search(seeks[0]) is not None)
        if not is_first:
            return False
        names = regex.fullmatch(r"(?:(?!(?:would|is|are|has|needs?|who|that)\b)[\w'’+/.-]+[ ,]*)+?(?:(?:who|that)\b.*)?", words) is not None
        return names and has_noun and len(words.split()) <= 12 and len(inside) > 0

    def _core(self, page, left, right, stated, searched, blocked, is_joined):
        """Give the range of a segment that can stand, what is said before it, whether it reaches to the end and begins at the start."""
        for start in (left, *(join.end() for join in _AND.finditer(page.text, left, right))):
            made = self._from(page, start, right, stated, searched, blocked, is_joined and start == left)
            if made is not None:
                return (*made, start == left)
        return None

    def _from(self, page, left, right, stated, searched, blocked, is_joined):
        lead = _LEAD.match(page.text, left, right)
        at = lead.end() if lead else left
        prefix = ""
        is_stripped = False
        for pattern, said in _STRIPPED:
            strip = pattern.match(page.text, at, right)
            if strip and strip.end() > at:
                begin = _ASKED_START.match(page.text, strip.end(), right)
                first = begin.end() if begin else strip.end()
                source = page.reading.source(first, min(first + 1, right)) if first < right else None
                if source is not None and any(want.span.touches(source) for want in stated):
                    at, prefix, is_stripped = strip.end(), said, True
                    break
        author = _AUTHOR.match(page.text, at, right)
        stops = [cut.start() for cut in _ALWAYS.finditer(page.text, at, right) if not self._is_inside_want(page, cut.end(), stated)]
        stop = min(stops, default=right)
        bad = self._first_bad(page, author.end() if author else at, stop, stated, searched, blocked)
        if bad is None:
            made = self._checked(page, at, stop, prefix, stop == right, stated, searched, is_joined, is_stripped)
            if made is not None:
                return made
            bad = stop
        for cut in reversed(list(_REASON.finditer(page.text, at, bad))):
            join = max((each.end() for each in _ANY_JOIN.finditer(page.text, at, cut.start())), default=at)
            if join < cut.start() and not any(want.span.touches(page.reading.source(join, cut.start())) for want in (*stated, *searched)):
                continue  # what it joined is cut off
            made = self._checked(page, at, cut.start(), prefix, False, stated, searched, is_joined, is_stripped)
            if made is not None:
                return made
        return None

    def _is_inside_want(self, page, at, stated):
        """Whether the word that begins after a blank at `at` is part of a time that is asked for: after 3."""
        word = regex.compile(r"\s*\S").match(page.text, at)
        source = page.reading.source(word.end() - 1, word.end()) if word else None
        return source is not None and any(want.span.holds(source) and want.slot == "schedule" and _TIME.search(page.text, *page.reading.find(want.span)) for want in stated)

    def _checked(self, page, first, last, prefix, is_whole, stated, searched, is_joined=False, is_stripped=False):
        words = page.text[first:last].rstrip()
        last = first + len(words)
        words = words.rstrip(":")
        if not words or _OPEN_END.search(words) or _OF_THE_POSTER.search(words):
            return None
        span = page.reading.source(first, last)
        inside = [want for want in stated if span.holds(want.span)]
        crossing = [want for want in stated if span.touches(want.span) and not span.holds(want.span)]
        named = [place for place in searched if span.holds(place.span)]
        if crossing:
            return None
        if not inside and not (named and self._is_plain(page, first, last, (), tuple(place.span for place in named))):
            return None
        if inside and not named and all(want.slot == "credential" for want in inside) and not _is_lead(words):
            return None
        is_telling = all(want.slot in _TELLING or want.say == "discreet" for want in inside)
        if inside and is_telling and not named and not is_joined and not _ASKS.search(words) and not _is_lead(words):
            return None
        if prefix == "" and is_stripped and not self._is_plain(page, first, last, inside, tuple(place.span for place in named)):
            return None
        return first, last, prefix, is_whole

    def _first_bad(self, page, at, right, stated, searched, blocked) -> int | None:
        """Give where the first word stands that may tell of somebody."""
        text = page.text[at:right]
        named = [want.span for want in stated if want.slot in _OWN_WORDS] + [place.span for place in searched]
        spans = [want.span for want in stated] + [place.span for place in searched]
        for token in tokens(text):
            span = page.reading.source(at + token.start, at + token.end)
            if any(span.touches(other) for other in blocked):
                return at + token.start
            if _PERSON.fullmatch(text, token.start, token.end):
                return at + token.start
            if any(other.touches(span) for other in named):
                continue
            word = text[token.start : token.end]
            is_asked = any(other.touches(span) for other in spans)
            if is_asked and any(char.isdigit() for char in token.key):
                continue
            if token.key not in self._known and token.key not in self._function and not (is_asked and not word.isupper()):
                return at + token.start
            is_cased = word[0].isupper() and token.start > 0 and text[: token.start].strip()
            if is_cased and not is_asked and word.upper() not in _UPPER and not (word.isupper() and token.key in self._known):
                return at + token.start
        for pattern in (_PERSONAL, _KIN, _ODD):
            for match in pattern.finditer(text):
                span = page.reading.source(at + match.start(), at + match.end())
                if not any(other.touches(span) for other in spans):
                    return at + match.start()
        return None


_SEEKS = regex.compile(
    r"(?:[\w'’]+[ /]+){0,2}?(?:(?:i|we)(?:['’]m|['’]re| am| are)? )?(?:also )?(?:looking (?:for|4)|iso\b|in search of|seeking|searching for|"
    r"hoping (?:to find|for|some)|trying to find|needs?\b|in need of|want\b|referral (?:for|to)|busco|"
    r"(?:can|does|do) (?:any(?:one|body)|you all|y['’]?all)|any(?:one|body)\b|any (?=\w)|who (?:is|does|has|here|sees|takes|treats|works|knows|do|can)\b|who['’]s\b)",
    regex.IGNORECASE,
)
_QUESTION = regex.compile(r"(?:does|do|can|any|anyone|anybody|who)\b", regex.IGNORECASE)
_STRONG = regex.compile(r"looking|iso|search|seeking|hoping|trying|need|busco", regex.IGNORECASE)
_RELATIVE = regex.compile(r"(?:who|that|which)\b", regex.IGNORECASE)
_WHOM = regex.compile(
    r"\b(?:someone|somebody|any(?:one|body)|who|therapists?|counsell?ors?|clinicians?|providers?|psych\w*|prescribers?|specialists?|practitioners?|"
    r"coach(?:es)?|groups?|programs?|referrals?|recs?|recommendations?|names|person|folks|people|matches|match|evaluators?|testers?)\b",
    regex.IGNORECASE,
)
"""Whom, or what, a request begins to ask for."""


def _is_lead(words: str) -> bool:
    """Whether words begin to ask for somebody."""
    return _SEEKS.match(words) is not None and _WHOM.search(words) is not None
