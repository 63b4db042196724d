"""Sources: drafts read from files, queues and standard input, and why one cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from safeharbor.draft import Draft
from safeharbor.errors import DraftError, SettingsError

LARGEST = 64_000_000
"""Bytes that are read of a file or of standard input; a queue of a hundred thousand posts is about that."""


@dataclass(frozen=True, slots=True)
class Source:
    """One draft to check, or, with `problem`, one that cannot be read and why."""

    draft: Draft
    record: dict[str, Any] = field(default_factory=dict, repr=False)
    file: tuple[str, int] | None = None
    """The queue and the line that it came from."""
    problem: str | None = None


def decode(raw: bytes, encoding: str) -> str:
    """Decode what was read.

    Raises DraftError, which names line and byte and shows no text, and SettingsError for an unknown encoding.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) and encoding.lower() in ("utf-8", "utf8"):
        msg = "it looks like UTF-16; try --encoding utf-16"
        raise DraftError(msg)
    if b"\0" in raw[:8192] and not encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32")):
        msg = "not a text file"
        raise DraftError(msg)
    try:
        return raw.decode(encoding)
    except LookupError:
        msg = f"--encoding {encoding} is not one that Python knows; try utf-8, cp1252 or latin-1"
        raise SettingsError(msg) from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        advice = "; try --encoding cp1252" if encoding.lower() in ("utf-8", "utf8") else ""
        msg = f"line {line}, byte {error.start + 1}: 0x{raw[error.start]:02x} is not {encoding}{advice}"
        raise DraftError(msg) from None


def read_file(path: Path, encoding: str) -> Iterator[Source]:
    """Read the drafts of a file: it is one, except that each line of a `.jsonl` is one.

    A file or line that cannot be read gives a source with a problem. Raises SettingsError for an unknown encoding.
    """
    name = str(path)
    try:
        with path.open("rb") as stream:
            text = decode(_read(stream), encoding)
    except OSError as error:
        yield Source(Draft(name, ""), problem=f"cannot be read: {error.strerror or type(error).__name__}")
    except DraftError as error:
        yield Source(Draft(name, ""), problem=str(error))
    else:
        yield from _records(text, name) if path.suffix.lower() == ".jsonl" else [Source(Draft(name, text))]


def read_stream(stream: BinaryIO, encoding: str) -> Iterator[Source]:
    """Read standard input: a draft, or a queue if its first line is a record of one. Raises SettingsError for no text."""
    name = "standard input"
    try:
        text = decode(_read(stream), encoding)
    except DraftError as error:
        yield Source(Draft(name, ""), problem=str(error))
        return
    if not text.strip():
        msg = "there was no text to check: paste or pipe in a draft, or name a file"
        raise SettingsError(msg)
    yield from _records(text, name) if _is_record(text.lstrip().partition("\n")[0]) else [Source(Draft(name, text))]


def _read(stream: BinaryIO) -> bytes:
    raw = stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        msg = f"larger than {LARGEST / 1e6:.0f} MB, split it"
        raise DraftError(msg)
    return raw


def _is_record(line: str) -> bool:
    try:
        return isinstance(_record(line)["text"], str)
    except (ValueError, RecursionError, KeyError, TypeError):
        return False


def _record(line: str) -> Any:
    """Read one line of JSON, strictly: no key twice, since one would hide the other, and no NaN, which is no JSON."""
    return json.loads(line, object_pairs_hook=_unique, parse_constant=_refuse)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError
    return out


def _refuse(_: str) -> NoReturn:
    raise ValueError


def _records(text: str, name: str) -> Iterator[Source]:
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        file = (name, number)
        try:
            record = _record(line)
        except (ValueError, RecursionError):
            yield Source(Draft(where, ""), file=file, problem="the line is not JSON that can be read")
            continue
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            yield Source(Draft(where, ""), file=file, problem='the line has no "text" that is a string')
            continue
        body = record.pop("text")
        identity = record.pop("id", None)
        named = isinstance(identity, str | int) and not isinstance(identity, bool)
        yield Source(Draft(str(identity) if named else where, body), record, file)
