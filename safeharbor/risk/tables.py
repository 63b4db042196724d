"""Tables: what a post can say of a person, each with the share of the population that it is true of (`rules/risk/*.yaml`)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from safeharbor.detect.phrases import PhraseBook
from safeharbor.errors import RuleError, SettingsError
from safeharbor.labels import LABELS
from safeharbor.risk.estimate import MOST_OVERLAP, Attribute
from safeharbor.risk.figures import CELLS, OLDEST, Z90, Figures, Row, Tier, shares_by_cell
from safeharbor.rulebook import Phrase, Rulebook, Strict, load_tables

NUMBER, DECADE, MONTHS = "number", "decade", "months"
"""What `ages` says where the passage itself tells them: the groups `age`, or `decade` and `part`, or a baby's months."""
BEYOND = 0.05
"""What part of a share is taken for people of other ages than it was published for: there are nurses of 70, but few."""
LIKELIEST = 0.95
"""The most that a rate per year comes to over its window of time."""
_ROUGH = re.compile(r"\b(?:recalled|assumed|derived|estimated?)\b", re.IGNORECASE)
_AGES = re.compile(r"(?:(?P<sex>[mf]) )?(?P<first>\d{1,3})-(?P<last>\d{1,3})")
_OF = {
    "people": ("-", 0, OLDEST), "adults": ("-", 18, OLDEST), "men": ("m", 18, OLDEST), "women": ("f", 18, OLDEST),
    "children": ("-", 0, 17), "teens": ("-", 13, 19),
}  # fmt: skip
_DECADES = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80, "nineties": 90,
    "20": 20, "30": 30, "40": 40, "50": 50, "60": 60, "70": 70, "80": 80, "90": 90,
}  # fmt: skip
_PARTS = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}
_WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_UNITS = {word: value for value, word in enumerate(_WORDS.split(), 1)}
_TENS = {word: value for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)}


class Detail(Phrase, frozen=True, kw_only=True):
    """Something that a post can say of a person, and of how many people it is true."""

    what: str
    """How it is named on screen."""
    dimension: str = ""
    """Details of one dimension do not multiply; the table's own if not given."""
    tier: Tier | None = None
    figure: str = ""
    """A figure of figures.tsv; a rate per year counts for the window of time that the words around it tell."""
    ever: str = ""
    """The figure for a lifetime, where the words tell of long ago."""
    share: float | None = None
    low: float | None = None
    high: float | None = None
    of: str = "people"
    """Whom the share is of: people, adults, men, women, children, teens, or ages such as 65-100 or `f 20-45`."""
    source: str = ""
    year: int = 0
    ages: str = ""
    """Ages that it stands for, such as 13-19, or `number`, `decade`, `months` where the passage tells them."""
    sex: Literal["m", "f", ""] = ""
    wider: str = ""
    """The next rung up the ladder."""
    cost: float = 0.5
    instead: str = ""
    listed: Literal["yes", ""] = ""
    """Whether people with it can be listed by name from public sources."""
    linkable: Literal["yes", ""] = ""
    """Whether obituaries, court files or the news name people with it."""
    overlaps: Mapping[str, float] = {}

    def __post_init__(self) -> None:
        super().__post_init__()
        if sum(map(bool, (self.figure, self.share is not None, self.ages or self.sex))) != 1:
            msg = f"{self.id}: say exactly one of figure, share, or ages and sex"
            raise ValueError(msg)
        if self.share is not None and not 0 < (self.low or 0) <= self.share <= (self.high or 0) <= 1:
            msg = f"{self.id}: low, share and high must be there, rise, and lie between 0 and 1"
            raise ValueError(msg)
        if self.share is not None and not (self.source and self.year):
            msg = f"{self.id}: a share needs source and year"
            raise ValueError(msg)
        if self.of not in _OF and not _AGES.fullmatch(self.of):
            msg = f"{self.id}: of is {self.of!r}; use {', '.join(_OF)}, or ages such as 65-100 or f 20-45"
            raise ValueError(msg)
        if self.ages and self.ages not in (NUMBER, DECADE, MONTHS) and not _AGES.fullmatch(self.ages):
            msg = f"{self.id}: ages is {self.ages!r}; use ages such as 13-19, or number, decade or months"
            raise ValueError(msg)
        if not 0 <= self.cost <= 1 or not all(0 <= overlap <= MOST_OVERLAP for overlap in self.overlaps.values()):
            msg = f"{self.id}: cost lies from 0 to 1, overlaps from 0 to {MOST_OVERLAP}"
            raise ValueError(msg)


class Table(Strict, frozen=True, kw_only=True, rename={"passes": "pass"}):
    """Details of one kind."""

    id: str
    title: str
    labels: tuple[str, ...]
    """Findings of the client's circle with one of these labels are read with it; empty to read the whole draft."""
    dimension: str
    tier: Tier
    details: tuple[Detail, ...]
    passes: tuple[str, ...]
    """Texts in which nothing of this table may be read."""

    def __post_init__(self) -> None:
        unknown = set(self.labels) - LABELS
        if unknown:
            msg = f"labels has {', '.join(sorted(unknown))}, which the report contract does not know"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Window:
    """How long ago something may have happened: so many years, or at any time of a life."""

    years: float
    what: str
    is_ever: bool = False


@dataclass(frozen=True)
class Tables:
    """All tables, the figures under them, and the patterns of their details."""

    tables: tuple[Table, ...]
    figures: Figures = field(repr=False)
    book: PhraseBook[Detail] = field(repr=False)
    known_employers: frozenset[str] = field(repr=False)
    """Names of large employers, hospitals and colleges, as the word lists have them."""
    _of: Mapping[str, tuple[Detail, Table]] = field(repr=False)
    _known: dict[tuple[str, float, bool], Attribute] = field(default_factory=dict, repr=False)

    @staticmethod
    def load(rulebook: Rulebook) -> Tables:
        """Read the tables of a rulebook's folder.

        Raises RuleError, with file and line, for a key, label, figure or rung that is not known, an id that stands twice, or a
        ladder that leads in a circle.
        """
        lines: dict[str, Mapping[str, str]] = {}
        tables = load_tables(rulebook.folder / "risk", Table, lines)
        figures = Figures.load(rulebook.folder)
        of: dict[str, tuple[Detail, Table]] = {}
        phrases = []
        for table in tables:
            for at, detail in enumerate(table.details):
                where = lines[table.id].get(f"$.details[{at}]", table.id)
                if detail.id in of:
                    msg = f"{where}: the id {detail.id} stands twice"
                    raise RuleError(msg)
                of[detail.id] = (detail, table)
                phrases.append((detail, where))
        for detail, where in phrases:
            _refuse_wrong_ladder(detail, of, where)
            for name in filter(None, (detail.figure, detail.ever)):
                if name not in figures.rows:
                    msg = f"{where}: {detail.id} names the figure {name}, which is not in figures.tsv"
                    raise RuleError(msg)
        dimensions = {detail.id: detail.dimension or table.dimension for detail, table in of.values()}
        employers = frozenset(name for names in ("employers", "hospitals", "colleges") for name in rulebook.words(names).entries)
        return Tables(tables, figures, PhraseBook(phrases, rulebook, lambda detail: dimensions[detail.id]), employers, of)

    def refuse_unknown(self, shares: Iterable[Mapping[str, float]]) -> None:
        """Raise SettingsError for a local share of a detail that no table has."""
        for name in {name for each in shares for name in each} - set(self._of):
            near = get_close_matches(name, self._of, n=3)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            msg = f"shares: there is no detail {name}{hint}"
            raise SettingsError(msg)

    def table_of(self, detail: Detail) -> Table:
        """Give the table that a detail stands in."""
        return self._of[detail.id][1]

    def attribute(self, detail: Detail, groups: Mapping[str, str], window: Window) -> Attribute | None:
        """Give a detail as shares by sex and age, with the ladder above it; None for an age that nobody has.

        `groups` is what its passage holds of an age, `window` how long ago it may have happened.
        """
        if detail.ages in (NUMBER, DECADE, MONTHS):
            ages = ages_told(detail.ages, groups)
            return None if ages is None else age_attribute(ages, cost=detail.cost, tier=self._tier(detail))
        key = (detail.id, window.years, window.is_ever)
        if key not in self._known:
            self._known[key] = self._made(detail, window)
        return self._known[key]

    def _tier(self, detail: Detail) -> Tier:
        return detail.tier or self.table_of(detail).tier

    def _made(self, detail: Detail, window: Window) -> Attribute:
        rows = self._rows(detail, window)
        shares = shares_by_cell(rows)
        rate = any(row.per_year for row in rows)
        if rate:
            shares = tuple(min(share * window.years, LIKELIEST) for share in shares)
        if not (detail.ages or detail.sex):
            shares = _with_others(shares)
        wider = self.attribute(self._of[detail.wider][0], {}, window) if detail.wider else None
        if wider is not None:
            shares = tuple(map(min, shares, wider.shares))  # a rung up is never rarer, whatever two sources say
        return Attribute(
            id=detail.id,
            what=detail.what + (f" ({window.what})" if rate and window.what else ""),
            dimension=detail.dimension or self.table_of(detail).dimension,
            tier=self._tier(detail),
            shares=shares,
            log_sd=math.hypot(max((row.log_sd for row in rows), default=0.0), WINDOW_SD if rate else 0.0),
            overlaps=detail.overlaps,
            wider=wider,
            cost=detail.cost,
            instead=detail.instead,
            source=rows[0].source or "by definition",
            year=rows[0].year,
            is_rough=any(row.is_recalled for row in rows),
            is_listed=detail.listed == "yes",
            is_linkable=detail.linkable == "yes",
        )

    def _rows(self, detail: Detail, window: Window) -> tuple[Row, ...]:
        if detail.figure:
            return self.figures[detail.ever if window.is_ever and detail.ever else detail.figure]
        if detail.share is not None:
            ages = _OF.get(detail.of) or _range(detail.of)
            shares = (detail.share, detail.low or 0.0, detail.high or 0.0)
            is_rough = _ROUGH.search(detail.source) is not None
            return (
                Row(*ages, *shares, per_year=False, tier=self._tier(detail), year=detail.year, is_recalled=is_rough, source=detail.source),
            )
        _, first, last = _range(detail.ages) if detail.ages else ("-", 0, OLDEST)
        return (
            Row(
                detail.sex or "-", first, last, 1.0, 1.0, 1.0, per_year=False, tier=self._tier(detail), year=0, is_recalled=False, source=""
            ),
        )


WINDOW_SD = math.log(2) / Z90
"""What not knowing the window of time well (twice or half as long) adds to the deviation of a rate's logarithm."""


def _refuse_wrong_ladder(detail: Detail, of: Mapping[str, tuple[Detail, Table]], where: str) -> None:
    seen = {detail.id}
    rung = detail.wider
    while rung:
        if rung not in of or rung in seen:
            msg = f"{where}: the ladder of {detail.id} leads to {rung}, which is {'below it' if rung in seen else 'not known'}"
            raise RuleError(msg)
        seen.add(rung)
        rung = of[rung][0].wider


def _range(words: str) -> tuple[str, int, int]:
    found = _AGES.fullmatch(words)
    if found is None:
        msg = f"{words!r} is no range of ages"
        raise ValueError(msg)
    return found["sex"] or "-", int(found["first"]), int(found["last"])


def _with_others(shares: tuple[float, ...]) -> tuple[float, ...]:
    """Fill in, for people of the ages that a figure does not speak of, a small part of its mean."""
    known = [share for share in shares if share > 0]
    little = BEYOND * sum(known) / len(known) if known else 0.0
    return tuple(share or little for share in shares)


def ages_told(how: str, groups: Mapping[str, str]) -> tuple[int, int] | None:
    """Give the first and last age that a passage tells, or None for an age that nobody has."""
    if how == MONTHS:
        return 0, 1
    if how == DECADE:
        words = groups.get("decade", "").lower().removesuffix("s").strip("' ")
        decade = _DECADES.get(words) or _DECADES.get(f"{words}s") or _DECADES.get(words.removesuffix("ie") + "ies")
        if decade is None:
            return None
        first, last = _PARTS.get(groups.get("part", "").lower(), (0, 9))
        return decade + first, decade + last
    age = number(groups.get("age", ""))
    return None if age is None or age > 115 else (min(age, OLDEST), min(age, OLDEST))


def number(words: str) -> int | None:
    """Read a whole number from 0 to 999, in digits or in words such as thirty-four; None if it is none."""
    words = words.lower().strip()
    if words.isascii() and words.isdigit():
        return int(words) if len(words) < 4 else None
    tens, _, unit = words.replace("-", " ").partition(" ")
    if not unit:
        return _UNITS.get(tens) or (10 * _TENS[tens] if tens in _TENS else None)
    value = _UNITS.get(unit.strip(), 10)
    return 10 * _TENS[tens] + value if tens in _TENS and value < 10 else None


STAGES = (
    (0, 2, "an infant or toddler"),
    (3, 5, "a preschooler"),
    (6, 12, "a school-age child"),
    (13, 17, "a teenager"),
    (18, 25, "a young adult"),
    (26, 64, "an adult"),
    (65, OLDEST, "an older adult"),
)
"""Life stages as counselors name them, the last rung of the ladder of an age."""


def age_attribute(ages: tuple[int, int], *, cost: float = 0.6, tier: Tier = "public") -> Attribute:
    """Give an age, or a range of ages, as an attribute with its ladder: 45, mid 40s, 40s, an adult."""
    made: Attribute | None = None
    for first, last, what in reversed(list(_rungs(*ages))):
        made = Attribute(
            id=f"age-{first}-{last}",
            what=what,
            dimension="age",
            tier=tier,
            shares=tuple(float(first <= cell.age <= last) for cell in CELLS),
            wider=made,
            cost=cost if made is None or ages[0] == ages[1] else STAGE_COST,
            instead=f"works with {_served(ages[0])}",
            source="UN World Population Prospects 2019",
            year=2025,
        )
        cost = STAGE_COST if made.wider is None else cost
    if made is None:
        msg = f"{ages[0]} to {ages[1]} are no ages"
        raise ValueError(msg)
    return made


def _rungs(first: int, last: int) -> Iterator[tuple[int, int, str]]:
    """Give the ranges of ages that hold `first` to `last`, the narrowest first, with what each is called."""
    if first == last:
        yield first, last, f"age {first}" if first < OLDEST else "100 or older"
    decade = first // 10 * 10
    if last - decade < 10 and first >= 20:
        for part, (low, high) in _PARTS.items():
            if low <= first - decade and last - decade <= high:
                yield decade + low, decade + high, f"{part} {decade}s"
        yield decade, decade + 9, f"{decade}s"
    for low, high, what in STAGES:
        if low <= first <= high:
            # A range of ages may reach over the end of a stage, and a decade that of the stage that it begins in.
            yield min(low, decade) if first >= 20 else low, max(high, last, decade + 9 if first >= 20 else 0), what


STAGE_COST = 0.3
"""What it costs a referral to say a decade or a stage of life where an age stood."""


def _served(age: int) -> str:
    """Name the people whom a counselor for that age works with."""
    for last, who in ((5, "young children"), (12, "children"), (17, "adolescents"), (25, "young adults"), (64, "adults")):
        if age <= last:
            return who
    return "older adults"
