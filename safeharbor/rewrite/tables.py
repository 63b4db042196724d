"""Tables: what a draft can ask of a counselor, stated (`rules/needs/`) or told by a detail of a person (`rules/template/`)."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import regex

from safeharbor.detect.phrases import PhraseBook
from safeharbor.errors import RuleError
from safeharbor.labels import LABELS
from safeharbor.rulebook import Phrase, Rulebook, Strict, load_tables

Slot = Literal[
    "specialty", "insurance", "telehealth", "schedule", "population", "modality", "identity", "language", "fee", "credential",
    "accessibility", "contact",
]  # fmt: skip
"""What a request for a counselor is made of; places are read from the findings."""
SLOTS: tuple[Slot, ...] = get_args(Slot)
CHOICES: Mapping[str, frozenset[str]] = {
    "telehealth": frozenset({"telehealth", "telehealth only", "in person", "in person only", "in person or telehealth"}),
    "contact": frozenset({"message", "text", "email", "call", "reply privately"}),
}
"""Slots that can say only so much."""
_OF_A_PERSON = regex.compile(
    r"\b(?:clients?|patients?(?! (?:manner|style))|he|she|him|his|hers?|they|them|their|(?<!room )for (?:an?|my|this|the) )\b|"
    r"\b\d+[- ]?(?:y/?o|years?[- ]old)\b",
    regex.IGNORECASE,
)
"""What would make a request tell of a person."""
_SERVED = regex.compile(r"\b(?:man|woman|boy|girl|guy|lady|male|female)\b|\d", regex.IGNORECASE)
"""The same, where the words name the people who are served."""
_GROUP = regex.compile(r"\(\?P<(\w+)>")


class Ask(Phrase, frozen=True, kw_only=True):
    """A phrase that asks something of a counselor."""

    slot: Slot
    say: str = ""
    """How it is said in a rewrite, in the form that its slot wants; `{name}` stands for what a group of the pattern holds."""

    def __post_init__(self) -> None:
        super().__post_init__()
        fields = self.fields
        unknown = [name for name in fields if name not in _GROUP.findall(self.pattern)]
        if unknown:
            msg = f"{self.id}: say names {', '.join(unknown)}, which is no group of the pattern"
            raise ValueError(msg)
        if self.slot in CHOICES and self.say not in CHOICES[self.slot]:
            msg = f"{self.id}: {self.slot} says {self.say!r}; use {', '.join(sorted(CHOICES[self.slot]))}"
            raise ValueError(msg)
        _refuse_telling(self.id, self.slot, self.say)

    @property
    def fields(self) -> tuple[str, ...]:
        """The groups of the pattern that `say` asks for. Raises ValueError for braces that do not pair."""
        return tuple(name for _, name, _, _ in string.Formatter().parse(self.say) if name is not None)


class Need(Ask, frozen=True, kw_only=True):
    """What a draft asks of the counselor in so many words."""

    covers: tuple[str, ...] = ()
    """Broader phrases that it makes superfluous."""
    sure: bool = False
    """Whether its words hold the asking itself, so that it counts inside a detail of a person too: prefers a woman."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.say:
            msg = f"{self.id} asks for nothing"
            raise ValueError(msg)


class Request(Ask, frozen=True, kw_only=True):
    """What a detail of a person asks of the counselor; nothing, if `say` is empty."""

    narrow: str = ""
    """A narrower request, for posters who say that fit depends on it."""
    narrow_when: str = ""
    risk: str = ""
    """What remains risky, or why nothing is asked."""
    also: tuple[str, ...] = ()
    """Further phrases that it asks for as well."""
    covers: tuple[str, ...] = ()
    """Broader phrases that it makes superfluous."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if bool(self.narrow) != bool(self.narrow_when):
            msg = f"{self.id}: narrow and narrow_when belong together"
            raise ValueError(msg)
        if not (self.say or self.risk or self.also):
            msg = f"{self.id} asks for nothing; say why in risk"
            raise ValueError(msg)
        _refuse_telling(self.id, self.slot, self.narrow)


class NeedsTable(Strict, frozen=True, kw_only=True, rename={"passes": "pass"}):
    """Needs of one kind, read anywhere in a draft."""

    id: str
    title: str
    phrases: tuple[Need, ...]
    passes: tuple[str, ...]
    """Texts in which nothing of this table may be read."""


class TemplateTable(Strict, frozen=True, kw_only=True, rename={"passes": "pass"}):
    """Requests for details of one kind, read where a finding about the client or a relative has one of the labels."""

    id: str
    title: str
    labels: tuple[str, ...]
    phrases: tuple[Request, ...]
    passes: tuple[str, ...]
    """Texts in which nothing of this table may be read."""

    def __post_init__(self) -> None:
        unknown = set(self.labels) - LABELS
        if unknown or not self.labels:
            msg = f"labels has {', '.join(sorted(unknown)) or 'nothing'}; use those of the report contract"
            raise ValueError(msg)


@dataclass(frozen=True)
class RewriteTables:
    """All tables of both kinds, with the patterns of their phrases."""

    needs: tuple[NeedsTable, ...]
    templates: tuple[TemplateTable, ...]
    needs_book: PhraseBook[Need] = field(repr=False)
    template_book: PhraseBook[Request] = field(repr=False)
    phrases: Mapping[str, Need | Request] = field(repr=False)
    """Every phrase by its id."""
    labels: Mapping[str, frozenset[str]] = field(repr=False)
    """For each template phrase, the labels of the findings that it may touch."""

    def broader(self, name: str) -> tuple[Need | Request, ...]:
        """Give the phrases that say more broadly what a phrase of the same slot says, but for those of which a group holds a part."""
        phrase = self.phrases.get(name)
        named = [self.phrases[each] for each in phrase.covers] if phrase is not None else []
        return tuple(each for each in named if phrase is not None and each.say and each.slot == phrase.slot and not each.fields)

    @staticmethod
    def load(rulebook: Rulebook) -> RewriteTables:
        """Read the tables of a rulebook's folder.

        Raises RuleError, with file and line, for a key, slot, label or group that is not known, an id that stands twice, an `also` or
        `covers` that names nothing, or a `say` that tells of a person.
        """
        lines: dict[str, Mapping[str, str]] = {}
        needs = load_tables(rulebook.folder / "needs", NeedsTable, lines)
        template_lines: dict[str, Mapping[str, str]] = {}
        templates = load_tables(rulebook.folder / "template", TemplateTable, template_lines)
        phrases: dict[str, Need | Request] = {}
        placed = (*_placed(needs, lines), *_placed(templates, template_lines))
        for phrase, where in placed:
            if phrase.id in phrases:
                msg = f"{where}: the id {phrase.id} stands twice"
                raise RuleError(msg)
            phrases[phrase.id] = phrase
        for phrase, where in placed:
            named = (*(phrase.also if isinstance(phrase, Request) else ()), *phrase.covers)
            for other in named:
                if other not in phrases or other == phrase.id:
                    msg = f"{where}: {phrase.id} names {other}, which is no other phrase"
                    raise RuleError(msg)
        of_table = {request.id: table for table in templates for request in table.phrases}
        return RewriteTables(
            needs,
            templates,
            PhraseBook(_surest_first(placed), rulebook, lambda need: need.slot),
            PhraseBook(
                [(phrase, where) for phrase, where in placed if isinstance(phrase, Request)],
                rulebook,
                lambda request: f"{of_table[request.id].id} {request.slot}",
            ),
            phrases,
            {name: frozenset(table.labels) for name, table in of_table.items()},
        )


def _surest_first(placed: Sequence[tuple[Need | Request, str]]) -> list[tuple[Need, str]]:
    """Give the needs, those that hold the asking first: of two readings of the same words the first counts."""
    needs = [(phrase, where) for phrase, where in placed if isinstance(phrase, Need)]
    return sorted(needs, key=lambda each: not each[0].sure)


def _placed(tables: Sequence[NeedsTable | TemplateTable], lines: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[Need | Request, str]]:
    """Give every phrase with where it stands."""
    for table in tables:
        phrases: tuple[Need | Request, ...] = table.phrases
        for at, phrase in enumerate(phrases):
            yield phrase, lines[table.id].get(f"$.phrases[{at}]", table.id)


def _refuse_telling(name: str, slot: Slot, say: str) -> None:
    told = _OF_A_PERSON.search(say) or (_SERVED.search(say) if slot == "population" else None)
    if told is not None:
        msg = f"{name}: {told[0].strip()!r} in what is said would tell of a person"
        raise ValueError(msg)
