"""Settings: what a therapist or group sets once, read strictly from one file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import platformdirs
import tomli_w

from safeharbor.errors import SettingsError

FILE = "safeharbor.toml"
"""The file's name, in the folder where safeharbor runs or one above it, or in the user's folder for settings."""
PYPROJECT = "pyproject.toml"
"""A project's own file, whose table `tool.safeharbor` holds the same keys."""

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What holds for every draft, unless an option says otherwise."""

    region: str = ""
    """Where the readers live, such as `Portland metro`; taken where a draft names no place."""
    practice: str = ""
    """Where the poster's office is; taken where a draft names no place and no region is set, or the office is in a smaller one."""
    readers: Annotated[int, msgspec.Meta(ge=1, le=100_000_000)] = 3000
    """About how many people read the group."""
    target: Annotated[int, msgspec.Meta(ge=2, le=100_000)] = 11
    """The least number of people who should fit what a post reveals."""
    profile: str = "good-2018"
    """The house rules that a rewrite follows."""
    language_model: tuple[str, ...] = ("en_safeharbor",)
    """The spaCy pipelines that read names and places."""
    shares: Mapping[str, Mapping[str, Share]] = {}
    """For a region, the local share (0 to 1) of details by their id, where it differs from the national figure."""


def find(start: Path) -> Path | None:
    """Find the settings that hold in a folder: the nearest safeharbor.toml, or pyproject.toml with our table, then the user's own."""
    for folder in (start, *start.parents):
        own, project = folder / FILE, folder / PYPROJECT
        if own.is_file():
            return own
        if project.is_file() and "safeharbor" in _read(project).get("tool", {}):
            return project
    mine = users_file()
    return mine if mine.is_file() else None


def users_file() -> Path:
    """Give where the user's own settings stand: in the folder that the system has for them."""
    return platformdirs.user_config_path("safeharbor") / FILE


def load(path: Path | None) -> Settings:
    """Read a settings file; without one, give what holds by default.

    Raises SettingsError, which names the file and the key, for a file that cannot be read, an unknown key, or a value out of its range.
    """
    if path is None:
        return Settings()
    values = _read(path)
    if path.name == PYPROJECT:
        values = values.get("tool", {}).get("safeharbor", {})
    try:
        return msgspec.convert({name.replace("-", "_"): value for name, value in values.items()}, Settings)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `")
        msg = f"{path}: {place.rstrip('`').removeprefix('$').lstrip('.') or 'the settings'}: {_lower(reason)}"
        raise SettingsError(msg) from None


def dump(settings: Settings) -> str:
    """Give settings as the text of a file, with only what differs from the default."""
    default = msgspec.to_builtins(Settings())
    return tomli_w.dumps({name: value for name, value in msgspec.to_builtins(settings).items() if value != default[name]})


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: the settings cannot be read ({type(error).__name__})"
        raise SettingsError(msg) from error
    except tomllib.TOMLDecodeError as error:
        msg = f"{path}: {_lower(str(error))}"
        raise SettingsError(msg) from None


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
