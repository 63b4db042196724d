"""Required words: what a text must hold for a pattern to match, so that most patterns need not be compiled or run.

Compiling a few hundred patterns takes longer than reading a post with them. Nearly all hold a word without which they cannot
match; a text that has none of a pattern's words is passed over without asking the pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

Words = frozenset[str]
"""Lower-case words of which at least one stands in every match."""
Needs = tuple[Words, ...]
"""Sets of words, each of which every match needs; none if nothing could be told."""

_SHORTEST = 2
_MOST_RUNS = 32
_DIGITS: Words = frozenset("0123456789")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{(?P<least>\d*)(?:,(?P<most>\d*))?\})[?+]?")
_GROUP = re.compile(r"\((?:\?(?:P?<(?P<name>[A-Za-z_]\w*)>|[>|]|[a-zA-Z-]*:))?")
_LOOK = re.compile(r"\(\?<?[=!]")
_FRAGMENT = re.compile(r"\{\{([^{}]+)\}\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]")
_SMALL_CLASS = re.compile(r"\[([^\]\\^-]{1,4})\]")
_ESCAPE = re.compile(r"\\(?:[pP]\{[^}]*\}|[pP].|L<[^>]*>|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_PLAIN = re.compile(r"[a-z0-9 ',-]{2,}(?![?*+{])")
"""Signs that stand for themselves, the last of them not repeated: read at once, since most of a pattern is made of them."""
_ZERO_WIDTH = frozenset("bBAZG")


def required_words(pattern: str, fragment: Callable[[str], Needs]) -> Needs:
    """Give what every match of a pattern needs, read in lower case: a word of each of these sets.

    `fragment` gives the same for a {{FRAGMENT}}. A pattern whose syntax is not understood needs nothing, which never
    hides a match.
    """
    reader = _Reader(pattern, fragment)
    try:
        needs = reader.alternatives()
    except _NotUnderstood:
        return ()
    return needs if reader.at == len(pattern) else ()


def may_match(needs: Needs, lower: str) -> bool:
    """Whether a text, in lower case, holds a word of each set."""
    return all(any(word in lower for word in words) for words in needs)


class _NotUnderstood(Exception):  # noqa: N818 - it is caught above and never seen
    """A construct that this reader does not know."""


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str, fragment: Callable[[str], Needs]) -> None:
        self.pattern = pattern
        self.fragment = fragment
        self.at = 0

    def alternatives(self) -> Needs:
        """Read to the end of a group. One alternative needs all that it needs; of several, one of their best sets is needed."""
        found = [self.sequence()]
        while self.pattern.startswith("|", self.at):
            self.at += 1
            found.append(self.sequence())
        if len(found) == 1:
            return found[0]
        return (frozenset().union(*(max(needs, key=_worth) for needs in found)),) if all(found) else ()

    def sequence(self) -> Needs:
        """Read one alternative. Letters in a row make runs, several where a letter may be missing or another."""
        needs: list[Words] = []
        runs = {""}
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            plain = _PLAIN.match(self.pattern, self.at)
            if plain is not None and 2 * len(runs) <= _MOST_RUNS:
                self.at = plain.end()
                runs = {run + plain[0] for run in runs}
                continue
            letters, inner = self.atom()
            least, most = self.quantifier()
            if letters is None or least > 1 or most > 1 or len(runs) * (len(letters) + 1) > _MOST_RUNS:
                needs += _words(runs)
                needs += inner if least else ()
                runs = set(letters) if letters and least else {""}
                if most > 1:
                    needs += _words(runs)
                    runs = {""}
                continue
            longer = {run + letter for run in runs for letter in letters}
            runs = longer if least else runs | longer
        return (*needs, *_words(runs))

    def atom(self) -> tuple[frozenset[str] | None, Needs]:
        """Read one thing: the letters that it can be ("" for what has no width, None for what is no letter), and what it needs."""
        pattern, at = self.pattern, self.at
        if match := _FRAGMENT.match(pattern, at):
            self.at = match.end()
            return None, () if match[1].startswith("words:") else self.fragment(match[1])
        if pattern[at] == "(":
            return None, self.bracket()
        match = _CLASS.match(pattern, at) or _ESCAPE.match(pattern, at)
        self.at = match.end() if match else at + 1
        sign = pattern[at : self.at]
        return _letters(sign), (_DIGITS,) if sign == r"\d" else ()

    def bracket(self) -> Needs:
        """Read a bracket: a group with what it needs, or a look around, which needs nothing of the match."""
        if look := _LOOK.match(self.pattern, self.at):
            self.group(look.end())
            return ()
        group = _GROUP.match(self.pattern, self.at)
        if group is None or (self.pattern.startswith("(?", self.at) and len(group[0]) == 1):
            raise _NotUnderstood
        return self.group(group.end())

    def group(self, inside: int) -> Needs:
        """Read the group whose content begins at `inside`, to behind its bracket."""
        self.at = inside
        needs = self.alternatives()
        if not self.pattern.startswith(")", self.at):
            raise _NotUnderstood
        self.at += 1
        return needs

    def quantifier(self) -> tuple[int, int]:
        """Read a quantifier, if one follows, and give the least number that it allows and the most (2 for more)."""
        match = _QUANTIFIER.match(self.pattern, self.at)
        if match is None or self.pattern.startswith("{{", self.at):
            return 1, 1
        self.at = match.end()
        sign = match[0][0]
        if sign != "{":
            return int(sign == "+"), 1 if sign == "?" else 2
        least = int(match["least"] or 0)
        return least, max(least, 2 if match["most"] == "" else int(match["most"] or 0))


@cache
def _letters(sign: str) -> frozenset[str] | None:
    """Give the letters that a sign can be: "" for one that has no width, None for one that stands for too many."""
    if sign[0] == "\\" and len(sign) > 1:
        if sign[1] in _ZERO_WIDTH:
            return frozenset([""])
        return None if sign[1].isalnum() else frozenset([sign[1]])
    if sign in "^$":
        return frozenset([""])
    if small := _SMALL_CLASS.fullmatch(sign):
        return frozenset(small[1].lower())
    return None if sign[0] in ".[" else frozenset([sign.lower()])


def _words(runs: set[str]) -> list[Words]:
    words = frozenset(run.strip() for run in runs)
    return [words] if min(map(len, words)) >= _SHORTEST else []


def _worth(words: Words) -> tuple[int, int]:
    """Rank a set by how much it tells: the longer its shortest word, up to four letters, then the fewer words."""
    return min(4, *map(len, words)), -len(words)
