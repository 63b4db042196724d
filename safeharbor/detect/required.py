r"""Required words: what a text must hold for a pattern to match, so that most patterns need not be compiled or run.

Compiling a few hundred patterns takes longer than reading a post with them. Nearly all hold a word without which they cannot
match; a text that has none of a pattern's words is passed over without asking the pattern.

Words are read as they stand in `Sought.marked`: in small letters, each digit as 0, and a mark where a word begins or ends,
so that the `id` of `\bid\b` is not seen in `did`, nor the six digits of `\d{6}` in an age.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product

import regex

from safeharbor.rulebook import HIT

EDGE = "\x01"
"""Stands where a word begins or ends."""


@dataclass(frozen=True, slots=True)
class Words:
    """What at least one of stands in every match: `whole` words, or `parts`, which may be several words or a piece of one."""

    whole: frozenset[str]
    parts: frozenset[str]


Needs = tuple[Words, ...]
"""Sets of words, each of which every match needs; none if nothing could be told."""
Fragment = Callable[[str, bool, bool], Needs]
"""Gives what a {{FRAGMENT}} needs, where a word begins right before it or ends right behind it."""


@dataclass(frozen=True)
class Sought:
    """A text that patterns are looked for in, with what tells at once that most of them are not there."""

    text: str

    def __repr__(self) -> str:
        return f"<Sought of {len(self.text)} characters>"

    @cached_property
    def _pieces(self) -> list[str]:
        """Its words and what stands between them, in small letters, each digit as 0."""
        pieces: list[str] = _PIECE.findall(_flat(self.text))
        return pieces

    @cached_property
    def marked(self) -> str:
        """The text in the same writing, with a mark at each edge of a word."""
        pieces = self._pieces
        ends = [EDGE if pieces and _is_word(sign) else "" for sign in (self.text[:1], self.text[-1:])]
        return ends[0] + EDGE.join(pieces) + ends[1]

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words, in the same writing."""
        return frozenset(self._pieces)

    @cached_property
    def keys(self) -> frozenset[str]:
        """Its words, and how they begin and end, to compare with what `keys` gives for a pattern."""
        words = [word for word in self.words if len(word) > 1]
        ends = (end for size in _SIZES for word in words for end in (EDGE + word[:size], word[-size:] + EDGE))
        return self.words.union(ends)

    def may_hold(self, needs: Needs) -> bool:
        """Whether it holds a word of each set."""
        return all(not each.whole.isdisjoint(self.words) or any(part in self.marked for part in each.parts) for each in needs)


def required_words(pattern: str, fragment: Fragment, *, begins: bool = False, ends: bool = False) -> Needs:
    """Give what every match of a pattern needs: a word of each of these sets.

    `begins` and `ends` say that no word goes on before or behind a match. A pattern whose syntax is not understood needs
    nothing, which never hides a match.
    """
    reader = _Reader(pattern, fragment)
    try:
        read = reader.alternatives(begins=begins)
    except _NotUnderstood:
        return ()
    return read.needs(ends=ends) if reader.at == len(pattern) else ()


def keys(needs: Needs) -> frozenset[str]:
    """Give words, or beginnings and ends of words, of which a text has at least one if it meets needs; none if that cannot be said.

    They are of one set only, the one that tells most, so that most patterns can be passed over by one look.
    """
    told = [found for each in needs if (found := _keys(each))]
    return max(told, key=lambda found: (min(5, *map(len, found)), -len(found)), default=frozenset())


def _keys(words: Words) -> frozenset[str]:
    found = {_key(part) for part in words.parts}
    return frozenset() if "" in found else words.whole | found


def _key(part: str) -> str:
    """Give the longest word that stands whole in a part, else how the longest begins or ends, or nothing."""
    first, *inside = part.split(EDGE)
    last = inside.pop() if inside else ""
    inside = [word for word in inside if _is_word(word[0])]
    if inside:
        return max(inside, key=len)
    begun, ended = EDGE + last[: _SIZES[-1]], first[-_SIZES[-1] :] + EDGE
    best = max((begun, ended), key=len) if EDGE in part else ""
    return best if len(best) > _SIZES[0] and _is_word(best.strip(EDGE)[0]) else ""


_SIZES = (2, 3, 4)
"""Letters of the beginnings and ends of words that are keys."""
_PIECE = regex.compile(r"\w+|\W+")
_DIGIT = regex.compile(r"\d")
_FLAT = str.maketrans("123456789", "0" * 9)
_SHORTEST = 2
_MOST_RUNS = 32
_STOP = "\x02"
"""Stands in a run where the pattern says that no word goes on."""
_QUANTIFIER = re.compile(r"(?:[?*+]|\{(?P<least>\d*)(?P<comma>,(?P<most>\d*))?\})[?+]?")
_GROUP = re.compile(r"\((?:\?(?:P?<(?P<name>[A-Za-z_]\w*)>|[>|]|[a-zA-Z-]*:))?")
_FLAGS = re.compile(r"\(\?[a-zA-Z]+\)")
_LOOK = re.compile(r"\(\?<?[=!]")
_FRAGMENT = re.compile(r"\{\{([^{}]+)\}\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]")
_SMALL_CLASS = re.compile(r"\[(-?[^\]\\^-]{1,5}-?)\]")
_ESCAPE = re.compile(r"\\(?:[pP]\{[^}]*\}|[pP].|L<[^>]*>|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_PLAIN = re.compile(r"[a-z0-9 ',-]{2,}(?![?*+{])")
"""Signs that stand for themselves, the last of them not repeated: read at once, since most of a pattern is made of them."""
_LIMIT = re.compile(r"\(\?<?!(?:\\w|\[\\w[^\]]*\])\)")
"""A look around that lets no word go on."""
_NO_WORD = re.compile(rf"\\b|{_LIMIT.pattern}|[ ,'](?![?*{{])")
"""What says, after a group, that no word of it goes on."""
_BEHIND = r"[ ',/-](?![?*{])[^()|]*"
_ENDINGS = re.compile(rf"(?:\(\?:{_BEHIND}(?:\|{_BEHIND})*\)(?:[?*]|\{{0?,\d*\}})[?+]?)*")
"""Groups that may be missing and do not begin with a word."""
_ESCAPED = {"d": "0", "n": "\n", "b": _STOP, "B": "", "A": "", "Z": "", "G": ""}
_ANY = 99


def _flat(text: str) -> str:
    lower = text.lower()
    return lower.translate(_FLAT) if lower.isascii() else str(_DIGIT.sub("0", lower))


class _NotUnderstood(Exception):  # noqa: N818 - it is caught above and never seen
    """A construct that this reader does not know."""


@dataclass(frozen=True, slots=True)
class _Sequence:
    """One alternative: what it needs, and the runs of letters that it ends with; `is_whole` if these are all there is to it."""

    found: Needs
    runs: frozenset[str]
    is_whole: bool

    def needs(self, *, ends: bool) -> Needs:
        """Give what it needs, where a word ends right behind it or not."""
        runs = self.runs
        return (*self.found, *_words({run + _STOP for run in runs} if ends else runs))


@dataclass(frozen=True, slots=True)
class _Alternatives:
    """The alternatives of a group or a pattern."""

    each: tuple[_Sequence, ...]

    @property
    def strings(self) -> frozenset[str] | None:
        """All that it can be, if these are few strings."""
        if not all(one.is_whole for one in self.each) or sum(len(one.runs) for one in self.each) > _MOST_RUNS:
            return None
        return frozenset().union(*(one.runs for one in self.each))

    def needs(self, *, ends: bool) -> Needs:
        """Give what it needs. One alternative needs all that it needs; of several, one of their best sets is needed."""
        found = [one.needs(ends=ends) for one in self.each]
        if len(found) == 1:
            return found[0]
        if not all(found):
            return ()
        best = [max(needs, key=_worth) for needs in found]
        return (Words(frozenset().union(*(one.whole for one in best)), frozenset().union(*(one.parts for one in best))),)


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str, fragment: Fragment) -> None:
        self.pattern = pattern
        self.fragment = fragment
        self.at = 0

    def alternatives(self, *, begins: bool) -> _Alternatives:
        """Read to the end of a group. `begins` says that no word goes on before it."""
        found = [self.sequence(begins=begins)]
        while self.pattern.startswith("|", self.at):
            self.at += 1
            found.append(self.sequence(begins=begins))
        return _Alternatives(tuple(found))

    def sequence(self, *, begins: bool) -> _Sequence:
        """Read one alternative. Letters in a row make runs, several where a letter may be missing or another."""
        needs: list[Words] = []
        runs = {_STOP if begins else ""}
        is_whole = True
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            plain = _PLAIN.match(self.pattern, self.at)
            if plain is not None:
                self.at = plain.end()
                said = _flat(plain[0])
                runs = {run + said for run in runs}
                continue
            begins = all(run and not _is_word(run[-1]) for run in runs)
            letters, inner = self.atom(begins=begins)
            least, most = self.quantifier()
            longer = _repeated(runs, letters, least, most) if letters else None
            if longer is not None:
                runs = longer
                ahead = inner(False) if inner and least else ()  # noqa: FBT003 - called as a plain function
                needs += ahead
                is_whole = is_whole and not ahead
                continue
            is_whole = False
            if letters and least:
                times = next((n for n in range(least, 0, -1) if len(runs) * len(letters) ** n <= _MOST_RUNS), 0)
                needs += _words(_times(runs, letters, times))
                runs = {_STOP + each for each in letters} if begins and most == 1 else set(letters)
            else:
                needs += _words(runs)
                needs += inner(most == 1 and self.stops()) if least and inner else ()
                runs = {""}
        return _Sequence(tuple(needs), frozenset(runs), is_whole)

    def stops(self) -> bool:
        """Whether no word goes on from here, where optional endings such as a 's may stand between."""
        match = _ENDINGS.match(self.pattern, self.at)
        at = match.end() if match else self.at
        return _NO_WORD.match(self.pattern, at) is not None

    def atom(self, *, begins: bool) -> tuple[frozenset[str] | None, Callable[[bool], Needs] | None]:
        """Read one thing: the strings that it can be (None for too many), or else what it needs, if a word ends with it or not."""
        pattern, at = self.pattern, self.at
        if match := _FRAGMENT.match(pattern, at):
            self.at = match.end()
            name = match[1]
            if name == "HIT":
                return frozenset([HIT]), None
            return None, None if name.startswith("words:") else lambda ends: self.fragment(name, begins, ends)
        if pattern[at] == "(":
            return self.bracket(begins=begins)
        match = _CLASS.match(pattern, at) or _ESCAPE.match(pattern, at)
        self.at = match.end() if match else at + 1
        return _letters(pattern[at : self.at]), None

    def bracket(self, *, begins: bool) -> tuple[frozenset[str] | None, Callable[[bool], Needs] | None]:
        """Read a bracket: a group with what it can be or needs, or a look around, which needs nothing of the match."""
        at = self.at
        if look := _LOOK.match(self.pattern, at):
            seen = self.group(look.end(), begins=False)
            # What must follow stands in the text as well; what must go before may lie outside of the part that is looked at.
            width = frozenset([_STOP if _LIMIT.fullmatch(self.pattern, at, self.at) else ""])
            return width, (lambda _: seen.needs(ends=False)) if look[0] == "(?=" else None
        if flags := _FLAGS.match(self.pattern, at):
            self.at = flags.end()
            return frozenset([""]), None
        group = _GROUP.match(self.pattern, at)
        if group is None or (self.pattern.startswith("(?", at) and len(group[0]) == 1):
            raise _NotUnderstood
        read = self.group(group.end(), begins=begins)
        strings = read.strings
        if strings is not None:
            return frozenset(string.removeprefix(_STOP) for string in strings) if begins else strings, None
        return None, lambda ends: read.needs(ends=ends)

    def group(self, inside: int, *, begins: bool) -> _Alternatives:
        """Read the group whose content begins at `inside`, to behind its bracket."""
        self.at = inside
        read = self.alternatives(begins=begins)
        if not self.pattern.startswith(")", self.at):
            raise _NotUnderstood
        self.at += 1
        return read

    def quantifier(self) -> tuple[int, int]:
        """Read a quantifier, if one follows, and give the least number that it allows and the most (99 for any)."""
        match = _QUANTIFIER.match(self.pattern, self.at)
        if match is None or self.pattern.startswith("{{", self.at):
            return 1, 1
        self.at = match.end()
        sign = match[0][0]
        if sign != "{":
            return int(sign == "+"), 1 if sign == "?" else _ANY
        least = int(match["least"] or 0)
        return least, least if match["comma"] is None else int(match["most"] or _ANY)


def _times(runs: set[str], letters: frozenset[str], times: int) -> set[str]:
    return {run + "".join(each) for run in runs for each in product(letters, repeat=times)}


def _repeated(runs: set[str], letters: frozenset[str], least: int, most: int) -> set[str] | None:
    """Give the runs made longer by letters that stand there from `least` to `most` times, or None if these are too many."""
    if most == 1:
        if len(runs) * (len(letters) + 1 - least) > _MOST_RUNS:
            return None
        longer = {run + each for run in runs for each in letters}
        return longer if least else runs | longer
    if most == _ANY or len(runs) * sum(len(letters) ** n for n in range(least, most + 1)) > _MOST_RUNS:
        return None
    return set().union(*(_times(runs, letters, n) for n in range(least, most + 1)))


@cache
def _letters(sign: str) -> frozenset[str] | None:
    """Give the letters that a sign can be: "" for one that has no width, None for one that stands for too many."""
    if sign[0] == "\\" and len(sign) > 1:
        known = _ESCAPED.get(sign[1])
        return frozenset([known]) if known is not None else None if sign[1].isalnum() else frozenset([sign[1]])
    if sign in "^$":
        return frozenset([""])
    if small := _SMALL_CLASS.fullmatch(sign):
        return frozenset(_flat(small[1]))
    return None if sign[0] in ".[" else frozenset([_flat(sign)])


@cache
def _is_word(sign: str) -> bool:
    """Whether a sign is one that words are made of."""
    return regex.fullmatch(r"\w", sign) is not None


def _words(runs: Collection[str]) -> list[Words]:
    """Give runs as one set of words, none if one of them says too little."""
    marked = {_marked(run) for run in runs}
    if any(len(run.strip(EDGE)) < _SHORTEST and "0" not in run for run in marked):
        return []
    whole = frozenset(run[1:-1] for run in marked if run[0] == run[-1] == EDGE and EDGE not in run[1:-1])
    return [Words(whole, frozenset(run for run in marked if run[1:-1] not in whole or run[0] != EDGE or run[-1] != EDGE))]


def _marked(run: str) -> str:
    """Write a run as it would stand in a marked text, without blanks at its ends."""
    out = ""
    stop, word = False, None
    for sign in run:
        if sign == _STOP:
            stop = True
            continue
        this = _is_word(sign)
        if (this != word and word is not None) or (word is None and stop and this):
            out += EDGE
        out += sign
        stop, word = False, this
    if stop and word:
        out += EDGE
    return out.strip(" ")


def _worth(words: Words) -> tuple[int, int]:
    """Rank a set by how much it tells: the longer its shortest word, up to four letters, then the fewer words."""
    sizes = [len(word) + 2 for word in words.whole] + [len(part) for part in words.parts]
    return min(5, *sizes), -len(sizes)
