"""Required words: what a text must hold for a pattern to match, so that most patterns need not be compiled or run.

Compiling a few hundred patterns takes longer than reading a post with them. Nearly all hold a word without which they cannot
match; a text that has none of a pattern's words is passed over without asking the pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Words = frozenset[str]
"""Lower-case words at least one of which stands in every match; empty if none could be told."""

_NONE: Words = frozenset()
_SHORTEST = 2
_QUANTIFIER = re.compile(r"(?:[?*+]|\{(?P<least>\d*)(?:,\d*)?\})[?+]?")
_GROUP = re.compile(r"\((?:\?(?:P?<(?P<name>[A-Za-z_]\w*)>|[>|]|[a-zA-Z-]*:))?")
_LOOK = re.compile(r"\(\?<?[=!]")
_FRAGMENT = re.compile(r"\{\{([^{}]+)\}\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]")
_ESCAPE = re.compile(r"\\(?:[pP]\{[^}]*\}|[pP].|L<[^>]*>|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_ZERO_WIDTH = frozenset("bBAZG")


def required_words(pattern: str, fragment: Callable[[str], Words]) -> Words:
    """Give the words one of which every match of a pattern holds, read in lower case.

    `fragment` gives the same for a {{FRAGMENT}}. A pattern whose syntax is not understood gives no words, which never
    hides a match.
    """
    reader = _Reader(pattern, fragment)
    try:
        words = reader.alternatives()
    except _NotUnderstood:
        return _NONE
    return words if reader.at == len(pattern) else _NONE


class _NotUnderstood(Exception):  # noqa: N818 - it is caught above and never seen
    """A construct that this reader does not know."""


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str, fragment: Callable[[str], Words]) -> None:
        self.pattern = pattern
        self.fragment = fragment
        self.at = 0

    def alternatives(self) -> Words:
        """Read to the end of a group: each alternative needs a word for the whole to need one."""
        found = [self.sequence()]
        while self.pattern.startswith("|", self.at):
            self.at += 1
            found.append(self.sequence())
        return frozenset().union(*found) if all(found) else _NONE

    def sequence(self) -> Words:
        """Read one alternative and give its best words: the longest, then the fewest."""
        best: Words = _NONE
        run = ""
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            literal, words = self.atom()
            least = self.quantifier()
            if literal is not None and least is None:
                run += literal
                continue
            if literal and least:
                run += literal
            best = _better(best, _words(run))
            run = ""
            if words and (least is None or least > 0):
                best = _better(best, words)
        return _better(best, _words(run))

    def atom(self) -> tuple[str | None, Words]:
        """Read one thing: its literal text ("" for what has no width, None for what is no literal), and words that it needs."""
        pattern, at = self.pattern, self.at
        if match := _FRAGMENT.match(pattern, at):
            self.at = match.end()
            return None, _NONE if match[1].startswith("words:") else self.fragment(match[1])
        if pattern[at] == "(":
            return None, self.bracket()
        match = _CLASS.match(pattern, at) or _ESCAPE.match(pattern, at)
        self.at = match.end() if match else at + 1
        return self.literal(pattern[at : self.at]), _NONE

    def bracket(self) -> Words:
        """Read a bracket: a group with its words, or a look around, which needs none of the match."""
        if look := _LOOK.match(self.pattern, self.at):
            self.group(look.end())
            return _NONE
        group = _GROUP.match(self.pattern, self.at)
        if group is None or (self.pattern.startswith("(?", self.at) and len(group[0]) == 1):
            raise _NotUnderstood
        return self.group(group.end())

    @staticmethod
    def literal(sign: str) -> str | None:
        """Give the text that a sign stands for, "" for one that has no width, None for one that stands for many."""
        if sign[0] == "\\" and len(sign) > 1:
            if sign[1] in _ZERO_WIDTH:
                return ""
            return None if sign[1].isalnum() else sign[1]
        if sign in "^$":
            return ""
        return None if sign[0] in ".[" else sign.lower()

    def group(self, inside: int) -> Words:
        """Read the group whose content begins at `inside`, to behind its bracket."""
        self.at = inside
        words = self.alternatives()
        if not self.pattern.startswith(")", self.at):
            raise _NotUnderstood
        self.at += 1
        return words

    def quantifier(self) -> int | None:
        """Read a quantifier, if one follows, and give the least number that it allows."""
        match = _QUANTIFIER.match(self.pattern, self.at)
        if match is None or self.pattern.startswith("{{", self.at):
            return None
        self.at = match.end()
        if match[0][0] == "{":
            return int(match["least"] or 0)
        return int(match[0][0] == "+")


def _words(run: str) -> Words:
    word = run.strip()
    return frozenset([word]) if len(word) >= _SHORTEST else _NONE


def _better(left: Words, right: Words) -> Words:
    """Give the words that tell more: the longer shortest word, up to four letters, then the fewer."""

    def worth(words: Words) -> tuple[int, int]:
        return (min(4, *map(len, words)), -len(words)) if words else (0, 0)

    return right if worth(right) > worth(left) else left
