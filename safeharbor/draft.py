"""Drafts: the text as given, where its lines start, and a reading of it that a rule can match."""

from __future__ import annotations

import bisect
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from typing import NewType

RedactedText = NewType("RedactedText", str)
"""Text from which every finding has been replaced; the only text of a draft that may leave in a machine format."""

# Typed or pasted invisibly, and used to slip a word past filters: zero-width and directional marks, soft hyphen,
# variation selectors, the keycap that turns a digit into an emoji, the byte order mark.
_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u180e\u20e3\ufeff"
    + "".join(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10))))
)
_PLAIN = {
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    **dict.fromkeys("‘’‚‛′ʹʻʼ`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    "·": "·",
    "\u2028": "\n",
    "\u2029": "\n",
    "\u0085": "\n",
    "\t": " ",
}
# Cyrillic and Greek letters that look like Latin ones, read as Latin only inside a word that has Latin letters too.
_LOOKALIKE = dict(
    zip(
        "аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅαορνικτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxijshdqwABEKMHOPCTYXIJSaopviktABEZHIKMNOPTYX",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points: start is inside, end is not."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            msg = f"span {self.start}:{self.end} is empty or reversed"
            raise ValueError(msg)

    def touches(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        """Whether every character of `other` is inside."""
        return self.start <= other.start and other.end <= self.end

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Reading:
    """A draft as a careful reader sees it, with the way back to the text as given.

    Look-alikes, full-width characters and every kind of dash and quote are plain ones, combining marks are joined to their
    letters, invisible characters are gone and every line ends in one newline. `starts[i]:ends[i]` are the characters
    of the draft that character `i` was read from; both are empty when the reading is the text itself.
    """

    text: str = field(repr=False)
    starts: tuple[int, ...] = field(default=(), repr=False)
    ends: tuple[int, ...] = field(default=(), repr=False)

    def source(self, start: int, end: int) -> Span:
        """Give the span of the draft that characters `start:end` of the reading were read from."""
        if not self.starts:
            return Span(start, end)
        return Span(self.starts[start], self.ends[end - 1])

    def find(self, span: Span) -> tuple[int, int]:
        """Give the range of the reading that covers a span of the draft (empty if all of it is invisible)."""
        if not self.starts:
            return span.start, span.end
        return bisect.bisect_right(self.ends, span.start), bisect.bisect_left(self.starts, span.end)


def read(text: str) -> Reading:
    """Read a text the way a person would, whatever characters it was typed in."""
    if text.isascii() and "\r" not in text and "\t" not in text and "`" not in text:
        return Reading(text)
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    size = len(text)
    at = 0
    while at < size:
        end = at + 1
        if text[at] == "\r" and end < size and text[end] == "\n":
            end += 1
        while end < size and unicodedata.combining(text[end]):
            end += 1
        for char in _plain(text[at:end]):
            out.append(char)
            starts.append(at)
            ends.append(end)
        at = end
    return Reading(_latin_words("".join(out)), tuple(starts), tuple(ends))


def _plain(cluster: str) -> str:
    """Give one character with its combining marks in its plainest form."""
    if cluster in ("\r\n", "\r"):
        return "\n"
    if cluster[0] in _INVISIBLE:
        return cluster[1:]
    if len(cluster) == 1:
        if cluster in _PLAIN:
            return _PLAIN[cluster]
        if unicodedata.category(cluster) == "Nd":
            return str(unicodedata.digit(cluster))
    # NFKC would turn an ellipsis into three full stops and ½ into 1⁄2: both would read as something they are not.
    plain = unicodedata.normalize("NFC" if cluster[0] in "…½¼¾™ªº²³¹" else "NFKC", cluster)
    return "".join(_PLAIN.get(char, char) for char in plain)


def _latin_words(text: str) -> str:
    """Read Cyrillic and Greek look-alikes as Latin where the same word has Latin letters."""
    if not any(char in _LOOKALIKE for char in text):
        return text
    out = list(text)
    at = 0
    while at < len(out):
        end = at
        while end < len(out) and (out[end].isalnum() or out[end] in "'@.-_"):
            end += 1
        word = out[at:end]
        if any(char.isascii() and char.isalpha() for char in word):
            out[at:end] = [_LOOKALIKE.get(char, char) for char in word]
        at = max(end, at + 1)
    return "".join(out)


@dataclass(frozen=True)
class Draft:
    """A text to check, and what to call it. Its repr never shows the text."""

    name: str
    text: str = field(repr=False)

    def __repr__(self) -> str:
        return f"<Draft {self.name}, {len(self.text)} characters>"

    @cached_property
    def reading(self) -> Reading:
        """The text as a careful reader sees it."""
        return read(self.text)

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        starts += [at + 1 for at, char in enumerate(self.text) if char == "\n"]
        return starts

    def line_and_column(self, at: int) -> tuple[int, int]:
        """Give the 1-based line and column, in code points, of the character at `at`."""
        line = bisect.bisect_right(self._line_starts, at)
        return line, at - self._line_starts[line - 1] + 1

    def __getitem__(self, span: Span) -> str:
        return self.text[span.start : span.end]
