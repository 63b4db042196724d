"""Validate the risk estimate against true counts in census microdata, and draw the result.

Run ``python -m safeharbor.build.validation PATH/TO/adult.csv [--draw FILE.svg]``. The records (UCI Adult: 30,162 people of the US
census of 1994; Becker and Kohavi 1996, CC BY 4.0) are taken for the whole population of a region. For random records and random sets of
3 to 7 of their attributes, the number of people who share them is estimated as for a draft and compared with the true number:

- *plain*: every attribute as one share of all people, as where only national figures are known;
- *conditional*: marital status, job, education and the like by sex and age, as the figures of `rules/risk` have them where there are any.

Printed for each number of attributes: the median of estimate/truth, the deviation of its logarithm, the factor within which 90 % lie,
what part of truly small groups (fewer than 11 people) has a pessimistic end of K below 11, and what part of the others has (false alarms).

With ``--sensitivity CORPUS`` (marked drafts), the drafts that describe somebody are assessed with each assumption halved and doubled:
printed is by what the number of others who fit (the pessimistic end of K - 1) is multiplied, and how many drafts change their level.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from safeharbor.detect.engine import Detector
from safeharbor.marked import read_corpus
from safeharbor.risk.assess import TARGET, Assessor, RiskAssessment
from safeharbor.risk.describe import Assumptions, Library, Practice
from safeharbor.risk.estimate import DEPENDENCE, Attribute, Population, estimate
from safeharbor.risk.figures import CELLS, OLDEST
from safeharbor.risk.regions import FALLBACK, Region
from safeharbor.rulebook import Rulebook

SEX, AGE = "sex", "age"
BAND = 10
"""Years of age that a share by sex and age is worked out for; 5-year figures would be as thin as the cells that they should tell."""
LEAST = 30
"""People of a sex and band below whom the share of all people stands in."""
SIZES = (3, 4, 5, 6, 7)
DRAWS = 2000
"""Records drawn for each number of attributes."""

Record = dict[str, str]


@dataclass(frozen=True)
class Trial:
    """One draw: how many attributes, the true number of people who share them, and the estimate with its pessimistic end."""

    size: int
    truth: int
    k: float
    k_low: float


def read_records(path: Path) -> list[Record]:
    """Read the records of a file with a header, parted by semicolons."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def trials(records: Sequence[Record], *, is_conditional: bool, seed: int = 1) -> Iterator[Trial]:
    """Draw records and sets of attributes, and estimate how many people share them."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    shares = _Shares(records, is_conditional=is_conditional)
    names = [name for name in records[0] if name]
    for size in SIZES:
        for _ in range(DRAWS):
            record = chance.choice(records)
            chosen = chance.sample(names, size)
            truth = len(set.intersection(*(shares.having[name, record[name]] for name in chosen)))
            found = estimate(shares.population, [shares.attribute(name, record[name]) for name in chosen], "public")
            yield Trial(size, truth, found.k, found.k_low)


class _Shares:
    """Shares of the records' values, by sex and age or of everybody."""

    def __init__(self, records: Sequence[Record], *, is_conditional: bool) -> None:
        self._records = records
        self._is_conditional = is_conditional
        cells = Counter((_sex(record), min(int(record[AGE]), OLDEST)) for record in records)
        region = Region("the records", "region", (), len(records), len(records), len(records), "counted")
        self.population = Population(region, tuple(cells[cell.sex, cell.age] / len(records) for cell in CELLS))
        self._bands = Counter((_sex(record), int(record[AGE]) // BAND) for record in records)
        self._known: dict[tuple[str, str], Attribute] = {}
        self.having: dict[tuple[str, str], set[int]] = defaultdict(set)
        """For each value of each attribute, which records have it."""
        for at, record in enumerate(records):
            for name, value in record.items():
                self.having[name, value].add(at)

    def attribute(self, name: str, value: str) -> Attribute:
        """Give a value of an attribute as shares by sex and age."""
        if (name, value) not in self._known:
            self._known[name, value] = Attribute(f"{name}-{value}", value, name, "public", self._shares(name, value), log_sd=0.05)
        return self._known[name, value]

    def _shares(self, name: str, value: str) -> tuple[float, ...]:
        if name == AGE:
            return tuple(float(cell.age == min(int(value), OLDEST)) for cell in CELLS)
        if name == SEX:
            return tuple(float(cell.sex == value[0].lower()) for cell in CELLS)
        having = [self._records[at] for at in self.having[name, value]]
        overall = len(having) / len(self._records)
        if not self._is_conditional:
            return (overall,) * len(CELLS)
        by_band = Counter((_sex(record), int(record[AGE]) // BAND) for record in having)
        out = []
        for cell in CELLS:
            band = (cell.sex, cell.age // BAND)
            out.append(by_band[band] / self._bands[band] if self._bands[band] >= LEAST else overall)
        return tuple(out)


def _sex(record: Record) -> str:
    return record[SEX][0].lower()


@dataclass(frozen=True)
class Figures:
    """What the trials of one kind came to."""

    draws: int
    median: float
    """Median of estimate/truth."""
    deviation: float
    """Standard deviation of its logarithm."""
    within: float
    """The factor within which 90 % lie."""
    caught: float
    """Part of the groups of fewer than 11 people whose pessimistic end is below 11."""
    false_alarms: float
    """Part of the other groups whose pessimistic end is."""


def figures(some: Sequence[Trial]) -> Figures:
    """Sum up trials."""
    ratios = [math.log(trial.k / trial.truth) for trial in some]
    small = [trial for trial in some if trial.truth < TARGET]
    large = [trial for trial in some if trial.truth >= TARGET]
    ranked = sorted(map(abs, ratios))
    return Figures(
        len(some),
        math.exp(statistics.median(ratios)),
        statistics.pstdev(ratios),
        math.exp(ranked[int(0.9 * (len(ranked) - 1))]),
        sum(trial.k_low < TARGET for trial in small) / len(small) if small else math.nan,
        sum(trial.k_low < TARGET for trial in large) / len(large) if large else math.nan,
    )


def draw(plain: Sequence[Trial], conditional: Sequence[Trial], path: Path) -> None:
    """Draw, for each number of attributes, the middle 80 % of estimate/truth of both kinds."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "safeharbor"
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(6.4, 3.6))
    for offset, (name, some, color) in enumerate((("plain shares", plain, "#b45309"), ("shares by sex and age", conditional, "#1d4ed8"))):
        for size in SIZES:
            ratios = sorted(trial.k / trial.truth for trial in some if trial.size == size)
            low, middle, high = (ratios[int(part * (len(ratios) - 1))] for part in (0.1, 0.5, 0.9))
            at = size - 0.1 + 0.2 * offset
            axes.plot([at, at], [low, high], color=color, linewidth=4, alpha=0.4, solid_capstyle="round")
            axes.plot([at], [middle], "o", color=color, label=name if size == SIZES[0] else None)
    axes.axhline(1, color="gray", linewidth=0.8)
    axes.set(yscale="log", xlabel="attributes", ylabel="estimated K / true K", xticks=SIZES)
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None, "Creator": None})


ASSUMED: Mapping[str, Callable[[float], Assumptions]] = {
    "dependence of details": lambda factor: Assumptions(dependence=factor * DEPENDENCE),
    "windows of time": lambda factor: Assumptions(windows=factor),
    "region not known": lambda factor: Assumptions(
        fallback=replace(
            FALLBACK,
            population=round(factor * FALLBACK.population),
            low=round(factor * FALLBACK.low),
            high=round(factor * FALLBACK.high),
        )
    ),
}
"""Each assumption, by what is taken if it is multiplied by a factor."""


def sensitivity(corpus: Path) -> Iterator[tuple[str, float, list[float], int]]:
    """Give for each assumption and factor by what the others who fit are multiplied in each draft, and how many drafts change level."""
    rulebook = Rulebook.load()
    detector, library = Detector(rulebook), Library.load(rulebook)
    read = [(marked.draft, detector.detect(marked.draft)) for marked in read_corpus(corpus)]

    def assessed(assumptions: Assumptions) -> list[RiskAssessment]:
        assessor = Assessor(library, Practice(assumptions=assumptions))
        return [assessor(draft, findings)[0] for draft, findings in read]

    base = assessed(Assumptions())
    told = [at for at, risk in enumerate(base) if risk.described.attributes]
    for name, made in ASSUMED.items():
        for factor in (0.5, 2.0):
            other = assessed(made(factor))
            moved = [(other[at].headline.k_low - 1) / max(base[at].headline.k_low - 1, 1e-12) for at in told]
            yield name, factor, moved, sum(other[at].level != base[at].level for at in told)


def main(arguments: list[str] | None = None) -> int:
    """Validate and print."""
    parser = argparse.ArgumentParser(description="Validate the risk estimate against true counts.")
    parser.add_argument("records", type=Path, nargs="?")
    parser.add_argument(
        "--sensitivity", type=Path, metavar="CORPUS", help="marked drafts to assess with each assumption halved and doubled"
    )
    parser.add_argument("--draw", type=Path, help="an SVG to write")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    if chosen.sensitivity:
        print(f"{'assumption':<26}{'times':>6}{'others, 10, 50, 90 %':>28}{'levels changed':>16}")  # noqa: T201
        for name, factor, moved, changed in sensitivity(chosen.sensitivity):
            tenths = statistics.quantiles(moved, n=10)
            print(f"{name:<26}{factor:>6.1f}{tenths[0]:>12.2f}{tenths[4]:>8.2f}{tenths[8]:>8.2f}{changed:>9} of {len(moved)}")  # noqa: T201
    if not chosen.records:
        return 0
    records = read_records(chosen.records)
    both = [list(trials(records, is_conditional=is_conditional, seed=chosen.seed)) for is_conditional in (False, True)]
    print(f"{'':<24}{'draws':>6}{'median':>8}{'sd ln':>7}{'90 % x':>8}{'caught':>8}{'alarms':>8}")  # noqa: T201
    for name, some in zip(("plain", "conditional"), both, strict=True):
        for size in (*SIZES, 0):
            row = figures([trial for trial in some if size in (0, trial.size)])
            label = f"{name}, {size} attributes" if size else f"{name}, all"
            print(  # noqa: T201
                f"{label:<24}{row.draws:>6}{row.median:>8.2f}{row.deviation:>7.2f}{row.within:>8.1f}{row.caught:>8.3f}{row.false_alarms:>8.3f}"
            )
    if chosen.draw:
        draw(both[0], both[1], chosen.draw)
    return 0


if __name__ == "__main__":
    sys.exit(main())
