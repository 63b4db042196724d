"""Copied: what a draft asks of the counselor in words that no table knows, taken over where the words can describe nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import regex

from safeharbor.detect.page import Page
from safeharbor.detect.patterns import Pattern
from safeharbor.draft import Span
from safeharbor.findings import Finding
from safeharbor.labels import CIRCLE
from safeharbor.rewrite.english import negated, third_person
from safeharbor.rewrite.tables import Slot
from safeharbor.rulebook import Rulebook, Strict
from safeharbor.words import tokens

__all__ = ["Copied", "Copier", "Frame"]

_MOST_WORDS = 12
"""Words of a passage that is taken over; what is longer tells a story."""
_REACH = 400
"""Characters after words of asking in which what they ask for is looked for."""
_SENTENCE = regex.compile(r"[.!?]+(?=\s|$)|\n|\p{Emoji_Presentation}")
_BLANK = regex.compile(r"\n[ \t]*\n")
_COMMA = regex.compile(
    r"\s*[,;\[\]–—]+\s*|\s+-+\s+|\s*\([^()\n]*\)\s*|\s*[()]\s*|\s*\.\.+\s*|\s*\n\s*(?:[-*•·–>✅✔▪]\s*|\(?\d{1,2}[.):]\s+)?|[.!?]+(?:\s+|$)|"
    r"\s*[:\"“”]\s*|\s*\p{Emoji_Presentation}\s*"
)
_QUOTES = regex.compile(r"\s*[:\"“”]")
_AND = regex.compile(r"\s+(?:and/or|and|but|or|&|\+)\s+", regex.IGNORECASE)
_LEAD = regex.compile(
    r"(?:[-*•>\s]|(?:also|ideally|preferably|pref|and|or|but|just|really|actually|maybe|either|someone|somebody|anyone|"
    r"a therapist|therapist|who|that|they|hopefully|definitely|please|pls|bonus if|a plus if|must)\b[ ,]*)+",
    regex.IGNORECASE,
)
_TAIL = regex.compile(
    r"(?:\s+(?:too|also|tho|though|lol|etc|maybe|really|as well|please|pls|preferred|ideally|if possible|a plus|a must|bonus|"
    r"would be (?:great|nice|ideal))|"
    r"(?!['’])[\W_])+$",
    regex.IGNORECASE,
)
_OPEN_END = regex.compile(
    r"(?<!\w)(?:and|or|but|the|a|an|of|to|with|w|about|so|by|from|in|at|for|if|when|that|than|like|as|is|are|not|long|even|because|bc|where|who|what)$",
    regex.IGNORECASE,
)
"""With what no passage ends: its sense goes on."""
_PERSONAL = regex.compile(
    r"\b(?:he|she|they|him|her|hers|his|their|theirs|them|himself|herself|themself|themselves|i|i'?m|i'?ve|i'?d|my|we|we'?re|our|us|clients?|patients?|pts?|"
    r"cts?|mom|mother|dad|father|son|daughter|husband|hub|hubby|wife|kiddo|couple|ex)\b",
    regex.IGNORECASE,
)
_PARENT = "(?:mom|mother|mama|dad|father)"
_CHILD = r"(?:kid(?:do)?s?|child(?:ren)?|teen(?:ager)?s?)"
_CLIENT = r"(?:client|patient|pt|ct|guy|gal|lady|gentleman|man|woman)s?"
_AFTER_OBJECT = "and|or|to|with|in|on|at|for|where|when|as|over|out|up|down|through|back|off|away|into|alone"
_IMPERSONAL = (
    (rf"\b{_PARENT}(?:\s*(?:and|&|/|or)\s*{_PARENT})?\b|\b(?:the|both|her|his|their|my) parents\b", "parents"),
    (rf"\b(?:my|the|this|our|a) {_CHILD}\b(?!')", "kids"),
    (rf"\b(?:my|the|this|our|a) {_CLIENT}\b(?!')", "people"),
    (r"(?<=\b(?:make|making|let|letting|help|helping|have|having|watch|hear|see|win)s? )(?:her|him|them)\b", "people"),
    (rf"\b(?:him|them)\b|\bher\b(?= (?:{_AFTER_OBJECT})\b|\s*$)", "people"),
    (rf"\b(?:our|my|his|her|their|the {_CHILD}'s|(?:my|the) {_CLIENT}'s) (?!own\b|dime\b)(?=(?:[\w-]+ )?[\w-]+(?<!s)s\b)", ""),
    (r"\b(?:our|my|his|her|their) (?=\w+ing\b)", ""),
    (r"\b(?:our|my|his|her|their) (?!own\b|dime\b)(?=[aeiou])", "an "),
    (r"\b(?:our|my|his|her|their) (?!own\b|dime\b)(?=\w)", "a "),
)  # fmt: skip
"""Words of a person, and what says the same of anybody."""
_IMPERSONALLY = tuple((regex.compile(pattern, regex.IGNORECASE), other) for pattern, other in _IMPERSONAL)
_ANY = (
    "clock|room|table|hour|sessions?|first sessions?|basics|science|research|law|system|service industry|military|church|internet|"
    "phone|pace|process|hard (?:stuff|things|questions)|questions|big stuff|whole family|community|culture|language|couch|"
    "long haul|right pronouns|body|mind|outdoors"
)
"""What may stand after `the`: it need not have been told of before."""
_ODD = regex.compile(
    rf"[\d$#@%/=]|\bthe (?!(?:{_ANY})\b)|\b(?:one|not just|someone|somebody|this|these|those|it|it's|its|there|then|such|"
    r"because|bc|cuz|can't stop|no (?:joke|problem|worries|thanks))\b|"
    r"\bthat\b(?! (?:is|isn't|are|aren't|can|can't|won't|will|doesn't|don't|has|have|feel\w*)\b)",
    regex.IGNORECASE,
)
"""What no passage may hold: numbers, signs, what points to something that the draft has told of."""
_TOPICAL = frozenset({"DIAGNOSIS", "HEALTH_CONDITION"})
"""Labels of findings that hold back no passage in which a table reads a topic that is asked for."""
_STYLED = regex.compile(
    r"(?:[\w-]+[ -]){0,3}[\w-]*(?:friendly|aware|informed|literate|competent|savvy|affirming|positive|centered|minded|led|run|owned)",
    regex.IGNORECASE,
)
_LACKED = regex.compile(r"no (?:car|wifi|internet|transportation|insurance|vehicle|video|phone)\b", regex.IGNORECASE)
"""What a person lacks rather than a counselor goes without."""
_REFUSED = regex.compile(r"(?:not|no|never) (?:some ?one|some ?body|one|any ?one|a \w+) (?:who|that)(?P<aux>'s|'d|'ll)? ", regex.IGNORECASE)
_AUXILIARIES = {"'s": "is", "'d": "would", "'ll": "will", "": ""}
_SECOND_VERB = regex.compile(r"\s(?:would|could|has|had|was|were|is|are|will)\b", regex.IGNORECASE)
"""What follows `nobody who …` where that is the subject of a sentence, not a wish."""
_LATER = frozenset({"be", "have", "know", "not", "understand", "get", "take", "see"})
"""Verbs without an ending that go on after the first: should move slowly, be able to talk, not bend."""
_NO_NOUNS = frozenset({"the", "not", "that", "when", "if"})
"""Words with which no topic begins."""
_HELPERS, _HELPED = frozenset({"can", "will", "has", "would", "isn't"}), 2
"""Verbs that say nothing yet with as few words."""
Takes = Literal["verb", "bare", "noun", "quality", "refused"]


class Frame(Strict, frozen=True, kw_only=True, rename={"passes": "pass"}):
    """Words with which a draft asks something of the counselor, and what may follow them."""

    id: str
    slot: Slot
    before: str
    """A pattern for the words that stand before what is taken over."""
    say: str
    """How it is said, around `{said}`."""
    takes: Takes
    """What follows: a `verb` (or what somebody is like), a `bare` verb without ending, a `noun`, a `quality`, or what is `refused`."""
    is_list: bool = False
    """Whether a list follows, in which each item stands for itself."""
    examples: Mapping[str, str]
    """Texts, and what is taken over from them."""
    passes: tuple[str, ...]
    """Texts from which it takes nothing over."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A passage that asks something of the counselor. Its repr shows no text."""

    slot: Slot
    say: str = field(repr=False)
    span: Span
    frame: str


class Copier:
    """The frames of a rulebook, ready to read drafts. It keeps nothing of a draft."""

    def __init__(self, frames: Sequence[Frame], rulebook: Rulebook, where: str) -> None:
        """Make the frames ready."""
        self._frames = tuple(
            (frame, Pattern(rf"(?<!\w)(?:{frame.before})\s+", rulebook, where=f"{where}: {frame.id}", ignore_case=True)) for frame in frames
        )
        self._lists = rulebook
        self._is_ready = False

    def _make_ready(self) -> None:
        """Read the word lists when a draft is first copied from: a masked check never is."""
        words = self._lists.words("asking")
        self._known = (frozenset(self._lists.words("english").entries) | frozenset(words.entries)) - frozenset(
            words.of_kind("never").entries
        )
        self._any_verbs, self._bare, self._adjectives = (frozenset(words.of_kind(kind).entries) for kind in ("verb", "bare", "adjective"))
        self._function, self._joins, self._done = (frozenset(words.of_kind(kind).entries) for kind in ("function", "join", "done"))
        self._verbs = self._any_verbs - frozenset(words.of_kind("noun").entries)
        self._is_ready = True

    def read(self, page: Page, taken: Sequence[Span], told: Sequence[Span], found: Sequence[Finding]) -> Iterator[Copied]:
        """Give what is asked for beyond what the tables read, none of it twice.

        `taken` are spans of which all is said already, `told` those of topics that a longer passage may name again. Raises TimeoutError
        when a pattern takes longer than the limit, RuleError for a word list that is missing.
        """
        if not self._is_ready:
            self._make_ready()
        done: list[Span] = []
        blocked = [
            finding.span
            for finding in found
            if finding.is_loud
            or (
                finding.about in (*CIRCLE, "author")
                and not (finding.rule.label in _TOPICAL and any(topic.touches(finding.span) for topic in told))
            )
        ]
        for frame, pattern in self._frames:
            for match in pattern.finditer(page.sought):
                aux = (match.groupdict().get("aux") or "").replace("’", "'").lower()
                for start, end, say in self._asked(page, match.end(), frame, aux, blocked):
                    span = page.reading.source(start, end)
                    inside = [other for other in told if other.touches(span)]
                    if any(span.touches(other) for other in (*taken, *blocked, *done)) or not self._says_more(page, start, end, inside):
                        continue
                    done.append(span)
                    yield Copied(frame.slot, say, span, frame.id)

    def _says_more(self, page: Page, start: int, end: int, inside: Sequence[Span]) -> bool:
        """Whether a passage says something beside the topics of the tables in it."""
        own = [
            token
            for token in tokens(page.text[start:end])
            if token.key not in self._function
            and not any(page.reading.source(start + token.start, start + token.end).touches(span) for span in inside)
        ]
        return len(own) > bool(inside)

    def _asked(self, page: Page, at: int, frame: Frame, aux: str, blocked: Sequence[Span]) -> Iterator[tuple[int, int, str]]:
        """Give what can be taken over of the sentence or list after words of asking, with how it is said."""
        for which, (start, end) in enumerate(_segments(page.text, at, frame)):
            if start >= end:
                continue
            is_told = any(page.reading.source(start, end).touches(span) for span in blocked) or _is_personal(page.text[start:end])
            if is_told and frame.is_list:
                continue
            if is_told:
                return  # what follows goes on about somebody
            yield from self._parts(page.text, start, end, frame, aux if which == 0 else "", which)

    def _parts(self, text: str, start: int, end: int, frame: Frame, aux: str, which: int) -> Iterator[tuple[int, int, str]]:
        """Give the passages of a segment that can be taken over, with how each is said: the whole of it, or what `and` joins."""
        begin, finish = _trimmed(text, start, end)
        if say := self._said(text[begin:finish], frame, aux, is_first=which == 0):
            yield begin, finish, say
        cuts = [(cut.start(), cut.end()) for cut in _AND.finditer(text, start, end)]
        at = start
        for part, (left, right) in enumerate([*cuts, (end, end)] if cuts else []):
            begin, finish = _trimmed(text, at, left)
            first = next((token.key for token in tokens(text[begin:finish])), "")
            if (part == 0 or first in self._verbs) and (
                say := self._said(text[begin:finish], frame, aux if part == 0 else "", is_first=which == part == 0)
            ):
                yield begin, finish, say
            at = right

    def _said(self, words: str, frame: Frame, aux: str, *, is_first: bool) -> str:
        """Give how a passage is said, or `` if it cannot be taken over."""
        words = regex.sub(r"(?<!\w)['‘’]|['‘’](?!\w)", "", " ".join(words.split()))
        words = regex.sub(r"\b[A-Z]{5,}\b", lambda shouted: shouted[0].lower(), words)
        words = _impersonal(" ".join(regex.sub(r"\bw/o\b", "without", regex.sub(r"\bw/(?!o\b)", "with ", words)).split()))
        refused = _REFUSED.match(words)
        words = words[refused.end() :] if refused else words
        aux = (refused["aux"] or "").lower() if refused else aux
        keys = [token.key for token in tokens(words)]
        if (
            not 0 < len(keys) <= _MOST_WORDS
            or keys.count("people") > 1
            or any(key not in self._known for key in keys)
            or _ODD.search(words)
            or _OPEN_END.search(words)
        ):
            return ""
        words = words if words[1:2].isupper() else words[:1].lower() + words[1:]
        first = keys[0]
        if aux:
            helper = "has" if aux == "'s" and first in self._done else _AUXILIARIES[aux]
            words, first, keys = f"{helper} {words}", helper, [helper, *keys]
        if first in _HELPERS and len(keys) <= _HELPED:
            return ""
        if frame.takes == "noun":
            return frame.say.format(said=words) if first not in (*_NO_NOUNS, *self._verbs) else ""
        if frame.takes == "refused" or refused:
            has_more = _SECOND_VERB.search(words, len(first)) or any(key in self._any_verbs for key in _after_joins(words))
            is_one_verb = first in self._any_verbs and len(keys) > 1 and not has_more
            return frame.say.format(said=negated(words)) if is_one_verb else ""
        said = self._third(words, first, keys, frame, is_first=is_first)
        return frame.say.format(said=said) if said else ""

    def _third(self, words: str, first: str, keys: Sequence[str], frame: Frame, *, is_first: bool) -> str:
        """Give a passage as what somebody is or does, in the third person; `` if it is neither."""
        if len(keys) > 1:
            if frame.takes == "bare" and first in (self._bare if is_first else _LATER):
                return "" if _AND.search(words) else third_person(words)
            is_after_who = is_first and not frame.is_list
            if first in (self._any_verbs if is_after_who else self._verbs) and (frame.takes != "quality" or not is_first):
                return words
            if first == "not" and frame.takes != "quality":
                is_verb = keys[1] in self._bare and keys[1] not in self._adjectives
                return f"does {words}" if is_verb else f"is {words}"
            if first == "no" and frame.takes != "quality":
                return "" if _LACKED.match(words) else f"works without {words[3:]}"
        words = regex.split(r"\s+(?:would|is|are|might)\s", words, maxsplit=1)[0]
        is_quality = first in self._adjectives and (len(keys) == 1 or keys[1] in self._joins)
        return f"is {words}" if is_quality or _STYLED.fullmatch(words) else ""


def _after_joins(words: str) -> Iterator[str]:
    """Give the word after each `and`, `or` and the like."""
    for join in _AND.finditer(words):
        yield from (token.key for token in tokens(words[join.end() :])[:1])


def _impersonal(words: str) -> str:
    """Say of anybody what a passage says of a person, as far as that goes: your words to him become your words to people."""
    for pattern, other in _IMPERSONALLY:
        words = pattern.sub(other, words)
    return words


def _is_personal(words: str) -> bool:
    """Whether a passage speaks of a person in a way that cannot be said of anybody."""
    return _PERSONAL.search(_impersonal(words)) is not None


def _segments(text: str, start: int, frame: Frame) -> Iterator[tuple[int, int]]:
    """Give the parts of the sentence, or of the list, that begins at `start`; none before a quotation."""
    stop = (_BLANK if frame.is_list else _SENTENCE).search(text, start)
    end = min(stop.start() if stop else len(text), start + _REACH)
    at = start
    for cut in _COMMA.finditer(text, start, end):
        if at < cut.start() and not _QUOTES.match(cut[0]):
            yield at, cut.start()
            if frame.takes in ("noun", "refused"):
                return
        at = cut.end()
    if at < end:
        yield at, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Give a passage without what stands at its edges and says nothing."""
    lead = _LEAD.match(text, start, end)
    start = lead.end() if lead else start
    tail = _TAIL.search(text, start, end)
    return start, tail.start() if tail else end
