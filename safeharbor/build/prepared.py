"""Prepared: the patterns of the rules compiled beforehand, for a wheel to carry; the build of a wheel calls this.

    python -m safeharbor.build.prepared

It needs only what reads the rules, none of the libraries that run them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from safeharbor.detect.patterns import Pattern, bounded, prepare
from safeharbor.errors import RuleError
from safeharbor.rulebook import PREPARED, Rulebook, pattern_key

_RAW = frozenset({"identifiers", "clues", "exclusions", "about"})
"""Folders whose patterns may begin and end inside of words; those of tables are bounded."""
_CONTEXTS = ("needs", "unless", "asks", "asks_not", "not_where")
_AT_ONCE = 200
_FEW = 3
"""Parts below which it is not worth to start other processes."""

Source = tuple[str, bool]
"""A pattern, and whether the case of letters is ignored."""


def sources(rulebook: Rulebook) -> tuple[Source, ...]:
    """Give every pattern in the files of a rulebook, once each."""
    found: dict[Source, None] = {("{{CLIENT_DESCRIBED}}", True): None}
    for file in sorted(rulebook.folder.glob("*/*.yaml")):
        read = yaml.load(file.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
        found.update(dict.fromkeys(_patterns(read, is_bounded=file.parent.name not in _RAW)))
    return tuple(found)


def _patterns(value: Any, *, is_bounded: bool) -> Iterator[Source]:
    if isinstance(value, list):
        for each in value:
            yield from _patterns(each, is_bounded=is_bounded)
    elif isinstance(value, dict):
        pattern = value.get("pattern")
        if isinstance(pattern, str):
            yield bounded(pattern) if is_bounded else pattern, value.get("case", "any") == "any"
        for key in _CONTEXTS:
            if isinstance(value.get(key), list):
                yield from ((each, True) for each in value[key] if isinstance(each, str))
        for each in value.values():
            yield from _patterns(each, is_bounded=is_bounded)


@cache
def _book(folder: Path) -> Rulebook:
    book = Rulebook.load(folder)
    book.__dict__["prepared"] = {}  # here patterns are worked out, not looked up
    return book


def _rows(folder: Path, some: Sequence[Source]) -> dict[str, bytes]:
    rows = {}
    for source, ignore_case in some:
        pattern = Pattern(source, _book(folder), where="", ignore_case=ignore_case)
        try:
            rows[pattern_key(source, ignore_case=ignore_case)] = prepare(pattern)
        except RuleError:
            continue  # it is no pattern, or a bad one; what uses it says so
    return rows


def _all_rows(folder: Path, parts: Sequence[Sequence[Source]]) -> list[dict[str, bytes]]:
    """Prepare parts side by side where they are many and the machine lets processes be started: an install must not fail for it."""
    if len(parts) >= _FEW:
        try:
            with ProcessPoolExecutor() as pool:
                return list(pool.map(_rows, [folder] * len(parts), parts))
        except (NotImplementedError, OSError):
            pass
    return [_rows(folder, part) for part in parts]


def write(folder: Path) -> int:
    """Write the prepared patterns of a folder of rules into it, and give how many had to be worked out: those that were there stay.

    Raises RuleError for rules that cannot be read.
    """
    rulebook = Rulebook.load(folder)
    try:
        known = rulebook.prepared
    except RuleError:
        known = {}
    keyed = {pattern_key(source, ignore_case=ignore_case): (source, ignore_case) for source, ignore_case in sources(rulebook)}
    rows = {key: known[key] for key in keyed if key in known}
    new = [source for key, source in keyed.items() if key not in known]
    parts = [new[at : at + _AT_ONCE] for at in range(0, len(new), _AT_ONCE)]
    for some in _all_rows(folder, parts):
        rows.update(some)
    work = folder / f"{PREPARED}.work"
    work.write_bytes(msgspec.msgpack.encode((rulebook.basis, rows)))
    work.replace(folder / PREPARED)
    return len(new)


def main() -> None:
    """Prepare the rules that ship."""
    sys.stderr.write(f"{write(Rulebook.load().folder)} patterns compiled\n")


if __name__ == "__main__":
    main()
