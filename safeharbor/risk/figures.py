"""Figures: published shares of the population, by sex and single year of age."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from safeharbor.errors import RuleError

Sex = Literal["m", "f"]
SEXES: tuple[Sex, ...] = ("m", "f")
Tier = Literal["public", "social", "private"]
"""Who could know a detail: anybody; friends, neighbors and colleagues; only those who were told."""

TIER: dict[str, Tier] = {"public": "public", "social": "social", "private": "private"}

PEOPLE = "people/of-one-year"
"""The figure that counts everybody: the share of all people who are of one sex and one year of age."""
OLDEST = 100
"""The last year of age; it stands for all above it."""
RECALLED_IS_WIDER = 1.25
"""How much wider, on the logarithm, the interval of a figure is that was recalled and not seen (risk model, section 4.9)."""
Z90 = 1.645
"""Standard deviations on each side within which 90 % of a normal distribution lie."""


class Cell(NamedTuple):
    """People of one sex and one year of age."""

    sex: Sex
    age: int


CELLS: tuple[Cell, ...] = tuple(Cell(sex, age) for sex in SEXES for age in range(OLDEST + 1))


@dataclass(frozen=True, slots=True)
class Row:
    """A share (0 to 1, or a rate per year) of the people of one sex, or both, and of the ages `first` to `last`, with where it is from."""

    sex: str
    first: int
    last: int
    share: float
    low: float
    high: float
    per_year: bool
    tier: Tier
    year: int
    is_recalled: bool
    source: str

    @property
    def log_sd(self) -> float:
        """The standard deviation of the share's logarithm, from its 90 % range."""
        if not 0 < self.low < self.high:
            return 0.0
        return math.log(self.high / self.low) / (2 * Z90) * (RECALLED_IS_WIDER if self.is_recalled else 1.0)

    def covers(self, cell: Cell) -> bool:
        """Whether the share is of the people of a cell."""
        return self.first <= cell.age <= self.last and self.sex in ("-", cell.sex)


@dataclass(frozen=True)
class Figures:
    """All population figures, by name."""

    rows: Mapping[str, tuple[Row, ...]] = field(repr=False)

    def __getitem__(self, name: str) -> tuple[Row, ...]:
        if name not in self.rows:
            msg = f"there is no population figure {name}; rules/risk/figures.tsv lists them"
            raise RuleError(msg)
        return self.rows[name]

    @staticmethod
    def load(folder: Path) -> Figures:
        """Read `risk/figures.tsv` of a rules folder. Raises RuleError, with file and line, for a line that is no figure."""
        return _load(folder / "risk" / "figures.tsv")

    def by_cell(self, name: str) -> tuple[float, ...]:
        """Give a figure for each of CELLS: its narrowest row's share, and 0 where no row is of those people. Raises RuleError."""
        return shares_by_cell(self[name])


def shares_by_cell(rows: tuple[Row, ...]) -> tuple[float, ...]:
    """Give the share for each of CELLS: that of the narrowest row which covers it (one sex before both, then fewest ages), else 0."""
    out = [0.0] * len(CELLS)
    for row in sorted(rows, key=lambda row: (row.sex != "-", row.first - row.last)):
        for at, cell in enumerate(CELLS):
            if row.covers(cell):
                out[at] = row.share
    return tuple(out)


@cache
def _load(file: Path) -> Figures:
    rows: dict[str, list[Row]] = {}
    sources: dict[str, str] = {}
    for name, row in _lines(file, sources):
        rows.setdefault(name, []).append(row)
    if PEOPLE not in rows:
        msg = f"{file}: the figure {PEOPLE} is missing"
        raise RuleError(msg)
    return Figures({name: tuple(each) for name, each in rows.items()})


def _lines(file: Path, sources: dict[str, str]) -> Iterator[tuple[str, Row]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"the population figures cannot be read at {file} ({type(error).__name__}); install safeharbor again"
        raise RuleError(msg) from error
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            mark, _, source = line[1:].partition("\t")
            sources[mark] = source
            continue
        try:
            name, sex, first, last, share, low, high, per_year, tier, year, confidence, source = line.split("\t")
            ages, shares = (int(first), int(last)), (float(share), float(low), float(high))
            yield name, Row(sex, *ages, *shares, per_year == "y", TIER[tier], int(year), confidence == "r", sources[source])
        except (ValueError, KeyError) as error:
            msg = f"{file}:{number}: this line is no population figure"
            raise RuleError(msg) from error
