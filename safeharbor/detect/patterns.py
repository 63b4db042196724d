"""Patterns: a pattern of the rulebook as it is looked for, passed over where it cannot match and compiled when it is first needed.

Compiling all patterns takes half a minute. A wheel therefore carries them compiled (`rules/prepared.msgpack`, written while it is
built), each with the words that a text needs for it. What is not in that file, or was made for other fragments or by another version of
`regex`, is worked out here, which takes longer and gives the same.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec
import regex

from safeharbor.detect.required import Needs, Sought, Words, keys, required_words
from safeharbor.errors import RuleError
from safeharbor.rulebook import HIT, Rulebook, list_key, pattern_key

T = TypeVar("T")

TIME_LIMIT = 5.0
"""Seconds that one pattern may take over one draft before the check counts as one that could not run."""
REACH = 80
"""Characters read on each side of a hit when a rule asks about its surroundings."""


class Code(msgspec.Struct, frozen=True, array_like=True):
    """A compiled pattern as `regex` itself takes it apart to be copied, and puts it together again."""

    pattern: str
    flags: int
    code: bytes
    groups: dict[str, int]
    names: dict[int, str]
    lists: dict[str, str]
    items: list[str]
    required_at: int
    required: tuple[int, ...]
    required_flags: int
    count: int


class Prepared(msgspec.Struct, frozen=True, array_like=True):
    """What was worked out of a pattern beforehand; needs and code are decoded for those patterns only that a text asks for."""

    keys: frozenset[str]
    needs: bytes
    code: bytes
    """Empty for a pattern that asks for word lists."""


def prepare(pattern: Pattern) -> bytes:
    """Work out what a pattern needs, compile it, and give both encoded. Raises RuleError for one that cannot be used."""
    _, parts = _take_apart(pattern.ready)
    has_lists = bool(parts[5])
    return _ENCODER.encode(Prepared(pattern.keys, _ENCODER.encode(pattern.needs), b"" if has_lists else _ENCODER.encode(Code(*parts))))


def _take_apart(compiled: Any) -> tuple[Any, tuple[Any, ...]]:
    """Give what `copy` and `pickle` ask of a compiled pattern: how to put it together, and its parts."""
    reduce: Callable[[Any], Any] = copyreg.dispatch_table[type(compiled)]
    together, parts = reduce(compiled)
    return together, tuple(parts)


_ENCODER = msgspec.msgpack.Encoder()
_PREPARED = msgspec.msgpack.Decoder(Prepared)
_NEEDS = msgspec.msgpack.Decoder(tuple[Words, ...])
_CODE = msgspec.msgpack.Decoder(Code)
_put_together = _take_apart(regex.compile(""))[0]


def bounded(pattern: str) -> str:
    """Give a pattern that begins and ends where words do."""
    return rf"(?<!\w)(?:{pattern})(?!\w)"


def surroundings(text: str, start: int, end: int) -> Sought:
    """Give the characters around `start:end` of a text, with HIT in its place."""
    return Sought(f"{text[max(0, start - REACH) : start]}{HIT}{text[end : end + REACH]}")


class Pattern:
    """A pattern of the rulebook, compiled when it is first needed: most surroundings are never asked about.

    Compiling fills in fragments and word lists and raises RuleError, which says where, for a part that cannot be used.
    """

    __slots__ = ("_ignore_case", "_keys", "_names_hit", "_needs", "_prepared", "_ready", "_rulebook", "_source", "_where")

    def __init__(self, source: str, rulebook: Rulebook, *, where: str, ignore_case: bool) -> None:
        """Note what to compile, and where it stands for messages."""
        self._source = source
        self._rulebook = rulebook
        self._where = where
        self._ignore_case = ignore_case
        self._prepared: Prepared | None = None
        self._ready: Any = None
        self._needs: Needs | None = None
        self._keys: frozenset[str] | None = None
        self._names_hit: bool | None = None

    def _once(self, what: str, work_out: Callable[[], T]) -> T:
        """Give what is worked out once for all patterns of a rulebook that read alike."""
        memo = self._rulebook.memo
        key = (what, self._source, self._ignore_case)
        if key not in memo:
            memo[key] = work_out()
        worked_out: T = memo[key]
        return worked_out

    @property
    def prepared(self) -> Prepared | None:
        """What was worked out of it beforehand, if it was."""
        if self._prepared is None:
            row = self._rulebook.prepared.get(pattern_key(self._source, ignore_case=self._ignore_case))
            self._prepared = None if row is None else self._once("prepared", lambda: _PREPARED.decode(row))
        return self._prepared

    @property
    def keys(self) -> frozenset[str]:
        """Words of which a text needs one for it to match, to pass it over at one look; none if that cannot be said."""
        if self._keys is None:
            self._keys = self.prepared.keys if self.prepared else self._once("keys", lambda: keys(self.needs))
        return self._keys

    @property
    def needs(self) -> Needs:
        """The words without which it cannot match."""
        if self._needs is None:
            self._needs = self._once("needs", self._read_needs)
        return self._needs

    def _read_needs(self) -> Needs:
        return _NEEDS.decode(self.prepared.needs) if self.prepared else required_words(self._source, self._fragment)

    def _fragment(self, name: str, begins: bool, ends: bool) -> Needs:  # noqa: FBT001 - called as a plain function
        memo = self._rulebook.memo
        key = ("fragment", name, begins, ends)
        if key not in memo:
            memo[key] = ()  # a fragment that is defined by itself needs nothing, until compiling refuses it
            memo[key] = required_words(self._rulebook.fragments.get(name, ""), self._fragment, begins=begins, ends=ends)
        needs: Needs = memo[key]
        return needs

    @property
    def ready(self) -> Any:
        """The compiled pattern."""
        if self._ready is None:
            self._ready = self._once("ready", self._compile)
        return self._ready

    def _compile(self) -> Any:
        if self.prepared and self.prepared.code:
            return _put_together(*msgspec.structs.astuple(_CODE.decode(self.prepared.code)))
        expanded, lists = self._rulebook.expand(self._source, where=self._where)
        named = {list_key(name): list(self._rulebook.words(name).entries) for name in lists}
        try:
            return regex.compile(expanded, regex.IGNORECASE if self._ignore_case else 0, **named)
        except regex.error as error:
            msg = f"{self._where}: the pattern does not compile: {error}"
            raise RuleError(msg) from error

    @property
    def names_hit(self) -> bool:
        """Whether {{HIT}} is in it, or in a fragment of it."""
        if self._names_hit is None:
            self._names_hit = HIT in self._rulebook.expand(self._source, where=self._where)[0]
        return self._names_hit

    def holds(self, hit: Sought, around: Sought) -> bool:
        """Whether it is found in the surroundings, where HIT stands for the hit; or, if it does not name the hit, is all of it."""
        if self.names_hit:
            return self.search(around)
        return hit.may_hold(self.needs) and self.ready.fullmatch(hit.text, timeout=TIME_LIMIT) is not None

    def search(self, sought: Sought) -> bool:
        """Whether it is found in a text. Raises TimeoutError when that takes longer than the limit."""
        return sought.may_hold(self.needs) and self.ready.search(sought.text, timeout=TIME_LIMIT) is not None

    def finditer(self, sought: Sought) -> Iterator[Any]:
        """Give its matches in a text. Raises TimeoutError when that takes longer than the limit."""
        return self.finditer_in(sought.text, 0, len(sought.text), sought)

    def finditer_in(self, text: str, start: int, end: int, sought: Sought) -> Iterator[Any]:
        """Give its matches in `text[start:end]`, of which `sought` is all or more, as `finditer` does."""
        wanted = self._keys if self._keys is not None else self.keys
        if not (wanted and wanted.isdisjoint(sought.keys)) and sought.may_hold(self.needs):
            yield from self.ready.finditer(text, start, end, timeout=TIME_LIMIT)
