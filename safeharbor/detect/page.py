"""Pages: what the rules need to know about one draft, worked out once and gone with it."""

from __future__ import annotations

import bisect
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import regex

from safeharbor.detect.required import Sought
from safeharbor.draft import Draft, Reading, Span
from safeharbor.findings import Gap
from safeharbor.labels import About
from safeharbor.rulebook import HIT
from safeharbor.sentences import sentence_starts
from safeharbor.words import Token, tokens

if TYPE_CHECKING:
    from safeharbor.model.readings import ModelReading

TIME_LIMIT = 60.0
"""Seconds that the reading of one draft may take before the rest counts as checks that could not run."""

_LONG = 1000
_WIDEST = 400
"""Characters of a sentence that are read on each side of a hit; text without full stops must not become one sentence."""
_SIGN_OFF = regex.compile(
    r"^\s*(?:[-~*_]{1,3}\s?)?(?:thanks?(?: you)?(?: so much| in advance| all)?|thx|tia|ty|best(?: regards| wishes)?|"
    r"warm(?:ly|est)?(?: regards)?|regards|kind(?:ly| regards)|sincerely|cheers|gratefully|respectfully|in community|"
    r"take care|with (?:gratitude|appreciation|thanks)|blessings|mahalo|gracias|peace|yours|sent from my \w+)[\s,.!~-]*(?:\n|$)",
    regex.IGNORECASE | regex.MULTILINE,
)
_CREDENTIAL = regex.compile(
    r"\b(?:LCSW(?:-[A-Z]{1,2})?|LICSW|LISW(?:-S)?|LMSW|LSW|MSW|ACSW|LMFT(?:-?A)?|MFTI?|AMFT|LMHCA?|LMHP|LIMHP|LCMHC|QMH[PA]|"
    r"LPCC?(?:-?[A-Z]{1,2})?|LCPC|LPCA|APCC|NCC|LCDC|LAC|LADC|CADC(?: ?I{1,3})?|CSAC|SUDP|PsyD|Psy\.D|Ph\.?D|EdD|MEd|EdS|"
    r"M\.?A|M\.?S|LP|MD|DO|RN|NP|ARNP|PMHNP(?:-BC)?|PMH-C|RPT(?:-S)?|ATR(?:-BC)?|LCAT|BCBA|LBA|CCTP|LSSP|NCSP)\b"
)
_SIGNATURE_LINES = 7
_NOT_THE_POSTER = regex.compile(
    r"^(?!.*\b(?:my|our) (?:cell|phone|number|e-?mail|office|fax)\b)"
    r".*(?<![/\w])(?:(?:client|clt|patient|pt|ct|she|he|her|his|mom|dad|mother|father|husband|wife)(?:'?s)?"
    r"(?![/\w-]| ?[/,&|] ?(?:her|him|hers|his|they))"
    r"|^\W*(?:(?:legal |full |first )?name|dob|d\.o\.b\.?|insurance|ins|dx|diagnosis|clients?'?s?) ?:|^ ?>"
    r"|\b(?:lives|goes to|works at)\b|^\W*\p{Lu}[\w'-]*, \(?\d\d(?:[,)]| ?[FMfm]\b| ?yo))",
    regex.IGNORECASE | regex.MULTILINE,
)
"""A line below a sign-off that tells of somebody else: a postscript, or what was pasted below."""


@dataclass(frozen=True, slots=True)
class Named:
    """A range of a reading that a language model named."""

    start: int
    end: int
    label: str
    chance: float | None
    is_ours: bool


@dataclass
class Page:
    """One draft as the rules see it. It lives as long as the check of that draft."""

    draft: Draft
    gaps: list[Gap] = field(default_factory=list)
    gaps_are_read: bool = False
    answers: dict[str, bool] = field(default_factory=dict, repr=False)
    """What was asked of the whole page and does not change: whether it describes a client."""
    named: list[Named] = field(default_factory=list, repr=False)
    """What language models named."""
    model: ModelReading | None = None
    """What our own language model made of the draft."""
    _parts: dict[tuple[int, int], Sought] = field(default_factory=dict, repr=False)
    _asked: tuple[tuple[int, int], dict[tuple[int, int], Sought]] = field(default_factory=lambda: ((0, 0), {}), repr=False)
    _until: float = field(default_factory=lambda: time.monotonic() + TIME_LIMIT, repr=False)

    def __repr__(self) -> str:
        return f"<Page of {self.draft!r}>"

    def around(self, first: int, start: int, end: int, last: int) -> Sought:
        """Give `first:last` of the reading with HIT in place of `start:end`; kept until another hit is asked about."""
        if self._asked[0] != (start, end):
            self._asked = ((start, end), {})
        if (first, last) not in self._asked[1]:
            self._asked[1][first, last] = Sought(f"{self.text[first:start]}{HIT}{self.text[end:last]}")
        return self._asked[1][first, last]

    def check_time(self) -> None:
        """Raise TimeoutError once the page has taken longer than its limit."""
        if time.monotonic() > self._until:
            raise TimeoutError

    @property
    def reading(self) -> Reading:
        """The draft as a careful reader sees it."""
        return self.draft.reading

    @property
    def text(self) -> str:
        """The characters of the reading."""
        return self.draft.reading.text

    @cached_property
    def sought(self) -> Sought:
        """The reading as patterns are looked for in it."""
        return Sought(self.text)

    def part(self, start: int, end: int) -> Sought:
        """Give a range of the reading as patterns are looked for in it, made once for each; instead of a long one all of the reading."""
        if end - start > _LONG:
            return self.sought
        if (start, end) not in self._parts:
            self._parts[start, end] = Sought(self.text[start:end])
        return self._parts[start, end]

    @cached_property
    def words(self) -> list[Token]:
        """The words of the reading."""
        return tokens(self.text)

    @cached_property
    def _breaks(self) -> list[int]:
        """Where sentences begin, the end of the text included."""
        return [*sentence_starts(self.text), len(self.text)]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Give the sentence around a range of the reading; at the most 400 characters on each side."""
        first = self._breaks[bisect.bisect_right(self._breaks, start) - 1]
        last = self._breaks[bisect.bisect_left(self._breaks, end)]
        return max(first, start - _WIDEST), min(last, end + _WIDEST)

    def sentence_before(self, start: int) -> tuple[int, int]:
        """Give the sentence before the one that begins at `start`; empty at the beginning of the text."""
        first = self._breaks[max(bisect.bisect_left(self._breaks, start) - 1, 0)]
        return max(min(first, start), start - _WIDEST), start

    def line(self, start: int, end: int) -> tuple[int, int]:
        """Give the line around a range of the reading."""
        last = self.text.find("\n", end)
        first = self.text.rfind("\n", 0, start) + 1
        return max(first, start - _WIDEST), min(len(self.text) if last < 0 else last, end + _WIDEST)

    @cached_property
    def signatures(self) -> tuple[tuple[int, int], ...]:
        """The ranges in which a poster signs: a few lines after a sign-off, or closing lines that carry a credential."""
        found = []
        for match in _SIGN_OFF.finditer(self.text):
            lines = self.text[match.end() :].split("\n\n\n")[0].split("\n")[:_SIGNATURE_LINES]
            if all(len(line) <= 90 for line in lines):
                last = match.end() + len("\n".join(lines))
                other = _NOT_THE_POSTER.search(self.text, match.end(), last)
                found.append((match.start(), other.start() if other else last))
        at = len(self.text)
        credential_seen = False
        for line in reversed(self.text.rstrip().split("\n")[1:][-4:]):
            at = self.text.rfind(line, 0, at)
            if len(line) > 110 or _NOT_THE_POSTER.search(line):
                break
            credential_seen = credential_seen or _CREDENTIAL.search(line) is not None
            if credential_seen:
                found.append((at, len(self.text)))
                break
        return tuple(found)

    def in_signature(self, start: int, end: int) -> bool:
        """Whether a range of the reading stands where the poster signs."""
        return any(first <= start and end <= last for first, last in self.signatures)

    @cached_property
    def excluded(self) -> dict[str, list[tuple[int, int]]]:
        """The ranges that exclusions cover, by paragraph; filled by the recognizer that first reads the page."""
        return {}

    def covers(self, paragraph: str, start: int, end: int) -> bool:
        """Whether an exclusion for this paragraph covers half of the range or more."""
        return any(2 * (min(end, last) - max(start, first)) >= end - start for first, last in self.excluded.get(paragraph, ()))

    def name(self, span: Span, label: str, *, chance: float | None = None, is_ours: bool = False) -> None:
        """Note what a language model named a span of the draft."""
        start, end = self.reading.find(span)
        if start < end:
            self.named.append(Named(start, end, label, chance, is_ours))

    def named_like(self, label: str, start: int, end: int) -> float:
        """Give the chance, as our language model told it, that something in a range of the reading has a label; 0 if it did not say so."""
        told = [n.chance for n in self.named if n.is_ours and n.label == label and n.start < end and start < n.end and n.chance is not None]
        return max(told, default=0.0)

    def camps(self, start: int, end: int) -> Mapping[About, float] | None:
        """Give the chance of each camp for a range of the reading, as our language model told it; None without one."""
        if self.model is None:
            return None
        span = self.reading.source(start, end)
        return self.model.camps(span.start, span.end)
