"""Profiles: what one group of therapists allows in a request (`rules/profiles/`, or a file of your own)."""

from __future__ import annotations

import glob
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from safeharbor.detect.patterns import Pattern, bounded, surroundings
from safeharbor.detect.required import Sought
from safeharbor.draft import Draft, Span
from safeharbor.errors import RuleError, SettingsError
from safeharbor.rewrite.places import PlacePolicy
from safeharbor.rewrite.tables import SLOTS
from safeharbor.rulebook import Rulebook, Strict, load_tables

DEFAULT = "good-2018"


class Banned(Strict, frozen=True, kw_only=True):
    """Words that a group declines."""

    pattern: str
    """Begins and ends where words do; ignores case."""
    what: str
    """What it is, without the words themselves."""
    why: str
    unless: tuple[str, ...] = ()
    """Surroundings ({{HIT}} is the hit) in which the words are fine."""


class Profile(Strict, frozen=True, kw_only=True):
    """What a group allows, how its subject lines read, and from where that is known."""

    id: str
    title: str
    source: str
    retrieved: str
    """What of the source could be read."""
    not_retrieved: str
    """What of it could not, or what here is our own reading."""
    slots: tuple[str, ...]
    """What a request may hold: slots of the tables, and `place`."""
    required: tuple[str, ...] = ()
    """What a request must hold."""
    banned: tuple[Banned, ...] = ()
    subject: str = ""
    """The subject line, with {type} and {place}; empty if the group wants none."""
    fee: Literal["keep", "drop-amounts", "drop"] = "keep"
    place: PlacePolicy = "widen"
    head: str = "counselor"
    """Whom a request looks for when the draft does not say."""
    closing: str = "Please {contact} if you have openings; I can share more privately."
    """The last line; {contact} says how to reply."""
    signature: Literal["keep", "drop"] = "keep"

    def __post_init__(self) -> None:
        known = {*SLOTS, "place"}
        for part in ("slots", "required"):
            for name in getattr(self, part):
                if name not in known:
                    msg = f"{part} names {name!r}; use {', '.join(sorted(known))}"
                    raise ValueError(msg)
        for name in self.required:
            if name not in self.slots:
                msg = f"it contradicts itself: {name} is required and is not among its slots"
                raise ValueError(msg)
        if "fee" in self.required and self.fee == "drop":
            msg = "it contradicts itself: fee is required and is dropped"
            raise ValueError(msg)
        if self.subject and "{type}" not in self.subject:
            msg = "subject needs {type}, and may hold {place}"
            raise ValueError(msg)
        _refuse_other_fields("subject", self.subject, {"type", "place"})
        _refuse_other_fields("closing", self.closing, {"contact"})

    def allows(self, slot: str) -> bool:
        """Tell whether a request may hold something."""
        return slot in self.slots and not (slot == "fee" and self.fee == "drop")


def _refuse_other_fields(part: str, line: str, names: set[str]) -> None:
    for _, name, _, _ in string.Formatter().parse(line):
        if name is not None and name not in names:
            msg = f"{part} holds {{{name}}}; use {', '.join(f'{{{each}}}' for each in sorted(names))}"
            raise ValueError(msg)


@dataclass(frozen=True)
class House:
    """A profile with its banned words ready to be looked for."""

    profile: Profile
    _banned: tuple[tuple[Banned, Pattern, tuple[Pattern, ...]], ...] = field(repr=False)

    def banned(self, draft: Draft) -> tuple[tuple[Span, Banned], ...]:
        """Give where a draft holds words that the group declines, in order, for `check --profile`. Raises TimeoutError."""
        text = draft.reading.text
        sought = Sought(text)
        found = []
        for ban, pattern, unless in self._banned:
            for start, end in (match.span() for match in pattern.finditer(sought)):
                around = surroundings(text, start, end)
                if not any(each.search(around) for each in unless):
                    found.append((draft.reading.source(start, end), ban))
        return tuple(sorted(found, key=lambda hit: hit[0]))


def load_profile(name: str, rulebook: Rulebook) -> House:
    """Load a profile by its name, or a house profile from a `.yaml` file.

    Raises SettingsError for a name that does not exist, RuleError with file and line for a file that is wrong, contradicts itself,
    or bans words that it writes itself.
    """
    lines: dict[str, Mapping[str, str]] = {}
    file = Path(name) if name.endswith(".yaml") else rulebook.folder / "profiles" / f"{name}.yaml"
    profiles = load_tables(file.parent, Profile, lines, glob.escape(file.name))
    if not profiles:
        msg = f"there is no profile {name}; use {', '.join(profile_names(rulebook))}, or a .yaml file"
        raise SettingsError(msg)
    return _house(profiles[0], rulebook, lines[profiles[0].id])


def profile_names(rulebook: Rulebook) -> tuple[str, ...]:
    """Give the names of the profiles that ship with the rules."""
    return tuple(sorted(file.stem for file in (rulebook.folder / "profiles").glob("*.yaml")))


def _house(profile: Profile, rulebook: Rulebook, lines: Mapping[str, str]) -> House:
    banned = []
    for at, ban in enumerate(profile.banned):
        where = lines.get(f"$.banned[{at}]", profile.id)
        pattern = Pattern(bounded(ban.pattern), rulebook, where=where, ignore_case=True)
        unless = tuple(Pattern(each, rulebook, where=where, ignore_case=True) for each in ban.unless)
        for part in ("head", "closing", "subject"):
            if pattern.search(Sought(getattr(profile, part))):
                msg = f"{where}: it contradicts itself: its {part} holds words that it bans"
                raise RuleError(msg)
        banned.append((ban, pattern, unless))
    return House(profile, tuple(banned))


def profile_schema() -> dict[str, object]:
    """Give the JSON Schema of a profile file, for editors."""
    return msgspec.json.schema(Profile)
