"""Rebuild the table of population figures, `rules/risk/figures.tsv`, from a YAML file of sourced facts.

Run ``python -m safeharbor.build.figures PATH/TO/figures.yaml [--out rules/risk/figures.tsv]``. Each fact there has attribute, value, share,
low, high (a plausible 90 % range for a typical place today), denominator, source, year, confidence and tier. The denominator is
read as the sex and ages that the share is of, so that facts about parts of the population become rows of one figure. Facts about
places are left to `safeharbor.build.regions`. The same input always gives the same bytes.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

OUT = Path("rules/risk/figures.tsv")
PLACES = frozenset({"us_population", "region", "state_population", "state_population_2020", "network", "age_sex_band_acs2018"})
"""Attributes that are about places, or that another row tells better."""
OLDEST = 100
WORKING_MEN, WORKING_WOMEN = 103_000_000, 104_000_000
"""Men and women of 18 to 64 in the United States, to whom jobs are shared out (UN WPP 2019, 2025)."""
ATTRIBUTE = {
    "marital_status_by_age_sex": "marital", "veteran_by_age_sex": "veteran", "disability_by_age_sex": "disability",
    "life_event_annual": "event", "race_ethnicity": "race", "ethnic_origin": "origin", "language_at_home": "language",
    "gender_identity": "gender", "life_situation": "situation", "trauma_history": "trauma", "insurance_carrier": "carrier",
    "occupation_group": "occupation", "immigrant_origin": "immigration", "household_type": "household", "recent_move": "move",
}  # fmt: skip
"""Shorter names for attributes; those that are not here keep theirs."""
BASE = {
    "adults in that generation/sex": (18, OLDEST), "children <18": (0, 17), "youth 13-17": (13, 17), "US adults": (18, OLDEST),
    "adults": (18, OLDEST), "adult women": (18, OLDEST), "employed adults": (18, 74), "married adults": (18, OLDEST), "women": (18, OLDEST),
    "men": (18, OLDEST), "US adults 18+": (18, OLDEST), "US adults (parents)": (18, OLDEST), "8-year-olds": (3, 17),
    "Black adult men": (18, OLDEST), "ever-married men": (25, 54), "ever-married women": (25, 54), "adults aged 60": (58, 65),
    "adults aged 70": (66, 75), "adults aged 80": (76, OLDEST), "residents of KP metros": (0, OLDEST),
    "fathers of children <18 (men 25-55)": (25, 55), "mothers of children <18": (20, 50), "parents": (20, 60),
}  # fmt: skip
"""Ages of denominators that their words do not give as numbers."""
GENERATION = {"Gen Z": (18, 28), "millennial": (29, 44), "Gen X or older": (45, OLDEST)}
_AGES = re.compile(r"(\d+)\s*(?:-|to|and|–)\s*(\d+)|(\d+)\+|aged? (\d+)(?!\+)|(\d+) years and over|Under (\d+) years|(\d+) years$")
_BASE_WORDS = re.compile(
    r"^(?:fe)?male(?:s)?(?: (?:adult|\d+ (?:to|and) \d+ years|\d+ years and over|Under \d+ years|\d+-\d+|\d+\+))?:? "
    r"|, (?:wo)?men\b.*$|, adults\b.*$|, (?:girls|boys)\b.*$|^\d+ (?:to \d+ years|years and over): "
    r"|, (?:age|by age|by) [\d+-]+$|, (?:female|male)s? 1\d\+?$"
)
_SAYS_SEX = frozenset({"life_situation", "bereavement", "diagnosis", "lgbtq", "parent", "employment", "gender_identity"})
"""Attributes whose value may tell the sex that the denominator does not."""


class Row(NamedTuple):
    """One line of the table."""

    key: str
    sex: str
    first: int
    last: int
    share: float
    low: float
    high: float
    per_year: str
    tier: str
    year: str
    confidence: str
    source: str


def key_of(fact: Mapping[str, Any]) -> str:
    """Give the name of a figure: attribute and value without the words for whom it is of."""
    attribute = ATTRIBUTE.get(fact["attribute"], fact["attribute"])
    value = _BASE_WORDS.sub("", fact["value"])
    if attribute == "lgbtq" and value.startswith("LGBTQ+"):
        value = "LGBTQ+"
    if attribute == "gender" and value.startswith("transgender"):
        value = "transgender"
    value = re.sub(r"[^a-z0-9+]+", "-", value.lower().replace("<", "under ").replace("'", "")).strip("-")
    return f"{attribute}/{value}"


def sex_of(fact: Mapping[str, Any]) -> str:
    """Give the sex that a share is of: m, f, or - for both."""
    words = f"{fact['denominator']} {fact.get('sex', '')}"
    if fact["attribute"] in _SAYS_SEX and not re.search(r"deceased|lost (?:mother|father)", fact["value"]):
        words += f" {fact['value']}"
    if re.search(r"\b(?:females?|wom[ae]n|girls|mothers?)\b", words):
        return "f"
    return "m" if re.search(r"\b(?:males?|m[ae]n|boys|fathers?)\b", words) else "-"


def ages_of(fact: Mapping[str, Any]) -> tuple[int, int]:
    """Give the first and last age that a share is of."""
    for name, ages in GENERATION.items():
        if fact["attribute"] in {"lgbtq", "gender_identity"} and name in fact["value"]:
            return ages
    denominator = fact["denominator"]
    if denominator in BASE or denominator.startswith("US adults 18+"):
        return BASE.get(denominator, (18, OLDEST))
    found = _AGES.search(fact.get("age_band") or fact.get("age") or denominator)
    if found is None or denominator.startswith(("US resident", "Oregon")):
        return 0, OLDEST
    one, two, plus, exact, over, under, single = (int(group) if group else None for group in found.groups())
    if one is not None and two is not None:
        return one, two
    if under is not None:
        return 0, under - 1
    only = exact if exact is not None else single
    return (only, only) if only is not None else (plus if plus is not None else over or 0, OLDEST)


def rows_of(fact: Mapping[str, Any]) -> Iterator[Row]:
    """Give the rows of a fact: one, or for a job one for each sex."""
    key = key_of(fact)
    share, low, high = (float(fact[name]) for name in ("share", "low", "high"))
    sex, (first, last) = sex_of(fact), ages_of(fact)
    rest = (
        "y" if fact.get("per_year") or fact["attribute"] == "life_event_annual" else "-",
        fact["tier"],
        str(fact["year"]),
        "r" if fact["confidence"] != "verified" else "v",
        fact["source"],
    )
    if fact["attribute"] == "age_sex_band":
        # The band is told by its single years, each with its share of all people.
        found = re.search(r"(\d+)(?:-(\d+)|\+)", fact["value"])
        if found is None:
            return
        first, last = int(found[1]), int(found[2] or OLDEST)
        years = last - first + 1
        yield Row(
            "people/of-one-year",
            "f" if fact["value"].startswith("female") else "m",
            first,
            last,
            share / years,
            low / years,
            high / years,
            *rest,
        )
        return
    if fact["attribute"] == "occupation":
        women = fact.get("share_female")
        parts = [("-", fact["count"] / (WORKING_MEN + WORKING_WOMEN))]
        if women is not None:
            parts = [("f", fact["count"] * women / WORKING_WOMEN), ("m", fact["count"] * (1 - women) / WORKING_MEN)]
        for of_sex, part in parts:
            yield Row(key, of_sex, 18, 64, part, part * low / share, part * high / share, *rest)
        return
    yield Row(key, sex, first, last, share, low, high, *rest)


def table(facts: Iterable[Mapping[str, Any]]) -> str:
    """Write the table of all facts."""
    rows = sorted({row for fact in facts if fact["attribute"] not in PLACES and fact["share"] is not None for row in rows_of(fact)})
    sources = sorted({row.source for row in rows})
    number = {source: at for at, source in enumerate(sources, 1)}
    lines = [
        "# title: shares of the US population; each row is a share of the people of one sex and of the ages from first to last",
        "# columns: figure, sex (m, f, - both), first age, last age, share, low, high (a plausible 90 % range for a typical place today),",
        "#   y for a rate per year, tier (who could know it), year, v verified or r recalled or derived, number of the source",
        "# licence: facts; the agencies named as sources published them; how made: python -m safeharbor.build.figures",
        *(f"#{number[source]}\t{source}" for source in sources),
        *("\t".join(_cells(row, number[row.source])) for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _cells(row: Row, source: int) -> list[str]:
    shares = [f"{value:.4g}" for value in (row.share, row.low, row.high)]
    return [row.key, row.sex, str(row.first), str(row.last), *shares, row.per_year, row.tier, row.year, row.confidence, str(source)]


def main(arguments: list[str] | None = None) -> int:
    """Write the table that the arguments name."""
    parser = argparse.ArgumentParser(description="Rebuild the table of population figures.")
    parser.add_argument("facts", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args(arguments)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    facts = yaml.load(chosen.facts.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    chosen.out.write_text(table(facts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
