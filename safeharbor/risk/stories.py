"""Stories: how long ago, of which relative, of how many people a passage tells (`rules/stories/*.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from safeharbor.detect.phrases import Passage, PhraseBook
from safeharbor.errors import RuleError
from safeharbor.rulebook import Phrase, Rulebook, Strict, load_tables

WINDOWS, RELATIONS, PERSONS = "windows", "relations", "persons"
"""The tables, by id."""


class Told(Phrase, frozen=True, kw_only=True, rename={"is_ever": "ever"}):
    """Words that tell how long ago, of which relative, or of whom."""

    what: str
    years: float = 0.0
    """For how many years a rate per year counts."""
    is_ever: bool = False
    """Whether it may be at any time of a life."""
    many: float = 0.0
    """About how many such relatives a person has."""
    sex: Literal["m", "f", ""] = ""


class Table(Strict, frozen=True, kw_only=True, rename={"passes": "pass"}):
    """Words of one kind, the surest first."""

    id: str
    title: str
    phrases: tuple[Told, ...]
    passes: tuple[str, ...]


@dataclass(frozen=True)
class Stories:
    """The words of all tables, ready to be read."""

    tables: tuple[Table, ...]
    books: Mapping[str, PhraseBook[Told]] = field(repr=False)

    @staticmethod
    def load(rulebook: Rulebook) -> Stories:
        """Read the tables of a rulebook's folder. Raises RuleError, with file and line, for what is not known."""
        lines: dict[str, Mapping[str, str]] = {}
        tables = load_tables(rulebook.folder / "stories", Table, lines)
        books = {}
        for table in tables:
            where = lines[table.id]
            phrases = [(told, where.get(f"$.phrases[{at}]", table.id)) for at, told in enumerate(table.phrases)]
            books[table.id] = PhraseBook(phrases, rulebook, lambda told: told.id)
        missing = {WINDOWS, RELATIONS, PERSONS} - set(books)
        if missing:
            msg = f"{rulebook.folder / 'stories'}: {', '.join(sorted(missing))} is missing"
            raise RuleError(msg)
        return Stories(tables, books)

    def read(self, table: str, text: str) -> tuple[Passage[Told], ...]:
        """Give what one table reads in a plain text. Raises TimeoutError when a pattern takes longer than the limit."""
        return self.books[table].read(text)

    def surest(self, table: str, passages: Sequence[Passage[Told]]) -> Told | None:
        """Give the one of some passages that stands first in its table, or None."""
        order = {told.id: at for at, told in enumerate(next(each for each in self.tables if each.id == table).phrases)}
        return min((passage.phrase for passage in passages), key=lambda told: order[told.id], default=None)
