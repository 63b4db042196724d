"""Sources: drafts read from files, queues and standard input, and why one cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safeharbor.draft import Draft
from safeharbor.errors import DraftError, SettingsError

LARGEST_FILE = 64_000_000
"""Bytes of the largest file that is opened; a queue of a hundred thousand posts is about that."""


@dataclass(frozen=True, slots=True)
class Source:
    """One draft to check, or, with `problem`, one that cannot be read and why."""

    draft: Draft
    record: dict[str, Any] = field(default_factory=dict, repr=False)
    problem: str | None = None


def decode(raw: bytes, name: str, encoding: str) -> str:
    """Decode what was read. Raises DraftError, which names byte and line and shows no text; SettingsError for the encoding."""
    if b"\0" in raw[:8192] and not encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32")):
        msg = f"{name}: not a text file"
        raise DraftError(msg)
    try:
        return raw.decode(encoding)
    except LookupError:
        msg = f"--encoding {encoding} is not one that Python knows; try utf-8, cp1252 or latin-1"
        raise SettingsError(msg) from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        msg = f"{name}: line {line}, byte {error.start + 1}: 0x{raw[error.start]:02x} is not {encoding}; try --encoding cp1252"
        raise DraftError(msg) from None


def read_sources(paths: list[Path], encoding: str) -> Iterator[Source]:
    """Read the drafts of files: each file is one, except that each line of a `.jsonl` is one.

    A file or line that cannot be read gives a source with a problem. Raises SettingsError for an unknown encoding.
    """
    for path in paths:
        name = str(path)
        try:
            text = decode(_read_bytes(path), name, encoding)
        except OSError as error:
            yield Source(Draft(name, ""), problem=f"{name}: cannot be read: {error.strerror or type(error).__name__}")
        except DraftError as error:
            yield Source(Draft(name, ""), problem=str(error))
        else:
            if path.suffix.lower() == ".jsonl":
                yield from _records(text, name)
            else:
                yield Source(Draft(name, text))


def _read_bytes(path: Path) -> bytes:
    """Read a file. Raises OSError if it cannot be read, DraftError if it is larger than any queue."""
    size = path.stat().st_size
    if size > LARGEST_FILE:
        msg = f"{path}: {size / 1e6:.0f} MB; safeharbor opens files up to {LARGEST_FILE / 1e6:.0f} MB, split it"
        raise DraftError(msg)
    return path.read_bytes()


def _records(text: str, name: str) -> Iterator[Source]:
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        try:
            record = json.loads(line)
        except ValueError:
            yield Source(Draft(where, ""), problem=f"{where}: the line is not JSON")
            continue
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            yield Source(Draft(where, ""), problem=f'{where}: the line has no "text" that is a string')
            continue
        body = record.pop("text")
        identity = record.pop("id", None)
        yield Source(Draft(where if identity is None else str(identity), body), record)
