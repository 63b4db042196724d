"""Word lists: names, places and other words, read from plain text files and looked up token by token."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import regex

from safeharbor.errors import RuleError

_TOKEN = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['.&-](?=[\p{L}\p{N}])[\p{L}\p{M}\p{N}]+)*")
_POSSESSIVE = regex.compile(r"'s?$", regex.IGNORECASE)


def normalise(word: str) -> str:
    """Give a word as the lists hold it: lower case, no accents, plain apostrophes, no full stops."""
    if word.isascii():
        return word.lower().replace(".", "")
    plain = unicodedata.normalize("NFD", word.lower().replace("’", "'"))
    return "".join(char for char in plain if not unicodedata.combining(char)).replace(".", "")


_LEET = str.maketrans("@4310!$57", "aaeioisst")


def undisguise(word: str) -> str:
    """Give the word behind letters parted by signs (`k-a-t-i-e`) or replaced by signs and digits (`m@r1a`)."""
    letters: str = regex.sub(r"(?<=^|[^\p{L}])(\p{L})[^\p{L}\p{N}@$!]{1,2}(?=\p{L}(?!\p{L}))", r"\1", normalise(word))
    return letters.translate(_LEET)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text and where it stands; a possessive 's is not part of it."""

    start: int
    end: int
    key: str = field(repr=False)


def tokens(text: str) -> list[Token]:
    """Split a text into words, ready for looking up."""
    out = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        word = match[0]
        possessive = _POSSESSIVE.search(word)
        if possessive and possessive.start() > 0:
            end = start + possessive.start()
            word = word[: possessive.start()]
        out.append(Token(start, end, normalise(word)))
    return out


@dataclass(frozen=True)
class WordList:
    """The entries of one file, each with what the file says about it in further columns."""

    name: str
    entries: Mapping[str, tuple[str, ...]] = field(repr=False)

    @cached_property
    def _longest(self) -> dict[str, int]:
        """For each first word, the number of words in the longest entry that it begins."""
        longest: dict[str, int] = {}
        for entry in self.entries:
            first = entry.partition(" ")[0]
            longest[first] = max(longest.get(first, 1), entry.count(" ") + 1)
        return longest

    @staticmethod
    def read(path: Path) -> WordList:
        """Read a list. Lines that begin with `#` are comments; a tab parts an entry from its columns. Raises RuleError."""
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            msg = f"the word list {path.name} cannot be read at {path} ({type(error).__name__})"
            raise RuleError(msg) from error
        entries: dict[str, tuple[str, ...]] = {}
        for line in lines:
            if line and not line.startswith("#"):
                entry, *columns = line.split("\t")
                entries[entry] = tuple(columns)
        return WordList(path.stem, entries)

    def of_kind(self, kind: str) -> WordList:
        """Give the entries one of whose columns is `kind`. Raises RuleError if there are none."""
        entries = {entry: columns for entry, columns in self.entries.items() if kind in columns}
        if not entries:
            msg = f"the word list {self.name} has no entries of kind {kind}"
            raise RuleError(msg)
        return WordList(f"{self.name}/{kind}", entries)

    def find(self, words: list[Token], text: str) -> Iterator[tuple[int, int]]:
        """Give the longest entries in a text, left to right, as start and end; `words` are the text's tokens."""
        at = 0
        while at < len(words):
            longest = self._longest.get(words[at].key, 0)
            for size in range(min(longest, len(words) - at), 0, -1):
                last = words[at + size - 1]
                if size > 1 and not _joined(words[at : at + size], text):
                    continue
                if " ".join(word.key for word in words[at : at + size]) in self.entries:
                    yield words[at].start, last.end
                    at += size
                    break
            else:
                at += 1


def _joined(words: list[Token], text: str) -> bool:
    """Whether the words are one phrase: nothing but a space, or a full stop and a space as in `St. Louis`, between them."""
    return all(text[left.end : right.start] in (" ", ". ", "\n", "-") for left, right in pairwise(words))
