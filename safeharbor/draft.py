"""Drafts: the text as given, where its lines start, and a reading of it that a rule can match."""

from __future__ import annotations

import bisect
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NewType

RedactedText = NewType("RedactedText", str)
"""Text from which every finding has been replaced; the only text of a draft that may leave in a machine format."""

# Typed or pasted invisibly, and used to slip a word past filters: zero-width and directional marks, soft hyphen,
# variation selectors, fillers, tags, the keycap that turns a digit into an emoji, the byte order mark.
_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u20e3\u3164\ufeff\uffa0"
    + "".join(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10))))
    + "".join(map(chr, range(0xE0000, 0xE0080)))
)
_PLAIN = {
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    **dict.fromkeys("‘’‚‛′ʹʻʼ`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
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


# Same length, so that offsets hold: a carriage return is blank, other control characters show as pictures and do nothing, and
# marks that turn the direction of writing, which can make a line read otherwise than it is, show as missing.
_VISIBLE = {
    **{code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"},
    0x0D: 0x20,
    0x7F: 0x2421,
    **dict.fromkeys([*range(0x80, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)], 0xFFFD),
}


def visible(text: str) -> str:
    """Give text from outside with its control characters made harmless to a terminal, at the same length."""
    return text.translate(_VISIBLE)


def one_line(name: str) -> str:
    """Give a name from outside as one line that neither a terminal nor a CI log takes for a command."""
    line = visible(name).replace("\n", "\u240a").replace("\t", " ")
    return line.replace("::", ": :").replace("##[", "## [")


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


_SEAM = re.compile(
    r"(?P<wrap>(?<=\d[-./])\r?\n(?=\d))|(?P<line>\r\n?)|(?P<bold>\*\*)|"
    r"\\(?P<escaped>[!-/:-@\[-`{-~])|(?P<entity>&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|amp|lt|gt|quot|apos|nbsp|commat|period|hyphen|num);)"
)
"""What several characters are read as one or none: a line end within a number, a line end, bold marks on a word, a Markdown
escape, an HTML entity."""
_BOLD = re.compile(r"(?<!\w)\*\*(?=\w)[^*\n]{1,80}\*\*|\*\*[^*\n]{1,80}(?<=\w)\*\*(?!\w)")
_LINE_END = re.compile(r"\r\n?|\n")
_OVERLAY = dict.fromkeys(range(0x0334, 0x0339))


def read(text: str) -> Reading:
    """Read a text the way a person would, whatever characters it was typed in."""
    if text.isascii() and not _SEAM.search(text) and "\t" not in text and "`" not in text:
        return Reading(text)
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, plain in _units(text):
        out.append(plain)
        starts += [start] * len(plain)
        ends += [end] * len(plain)
    return Reading(_latin_words("".join(out)), tuple(starts), tuple(ends))


def _units(text: str) -> Iterator[tuple[int, int, str]]:
    """Give the parts of a text that are read as one, with what each is read as."""
    at = 0
    bold = {at for pair in _BOLD.finditer(text) for at in (pair.start(), pair.end() - 2)}
    for seam in _SEAM.finditer(text):
        if seam["bold"] and seam.start() not in bold:
            continue  # a mark that nothing closes hides letters, as in J**h
        yield from _clusters(text, at, seam.start())
        yield seam.start(), seam.end(), _across(seam)
        at = seam.end()
    yield from _clusters(text, at, len(text))


def _across(seam: re.Match[str]) -> str:
    """Give what a seam is read as."""
    if seam["entity"]:
        return "".join(map(_plain, html.unescape(seam["entity"])))
    return "\n" if seam["line"] else seam["escaped"] or ""


def _clusters(text: str, at: int, last: int) -> Iterator[tuple[int, int, str]]:
    """Give each character of a part of a text, with the combining marks that follow it."""
    while at < last:
        end = at + 1
        while end < last and unicodedata.combining(text[end]):
            end += 1
        yield at, end, _plain(text[at:end])
        at = end


def _plain(cluster: str) -> str:
    """Give one character with its combining marks in its plainest form."""
    if cluster[0] in _INVISIBLE:
        return cluster[1:]
    # Strokes through letters and any marks on digits only hide what is written.
    cluster = cluster.translate(_OVERLAY) if cluster[0].isalpha() else cluster[0]
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
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def line_and_column(self, at: int) -> tuple[int, int]:
        """Give the 1-based line and column, in code points, of the character at `at`."""
        line = bisect.bisect_right(self._line_starts, at)
        return line, at - self._line_starts[line - 1] + 1

    def __getitem__(self, span: Span) -> str:
        return self.text[span.start : span.end]
