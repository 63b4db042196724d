"""Regions: which places a name may mean, how many people live there, and the next wider place for each.

The figures are read from ``risk/regions.tsv`` in the rules folder (made by ``safeharbor.build.regions``; GeoNames, Census and
hand-written). Residents are persons; `low` and `high` are a plausible 80 % range.
"""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from safeharbor.errors import RuleError
from safeharbor.words import normalise

CITY = 50_000
"""A place with as many people is called a city, a smaller one a town."""
MARKS = {
    "": ("GeoNames", 1.2),
    "c": ("US Census, recalled", 1.06),
    "h": ("set down by hand", 1.4),
    "e": ("estimated from the state's other counties", 3.0),
    "n": ("assumed for a neighborhood of which nothing is known", 2.0),
    "s": ("assumed for a small place that GeoNames's packaged table lacks", 4.0),
}
"""What a mark of the table says: where the figure comes from, and the factor from it to the ends of its plausible range."""
NORMAL_90 = 1.2816
"""The 90th percentile of the normal distribution: an 80 % range is as many standard deviations to each side."""
NEAR = 1.6
"""Near a place live so many times its residents (risk-model.md 2.4)."""
ZIP_CODE, ZIP_AREA, ZIP_AREA_SMALL = 10_000, 350_000, 15_000
"""Residents of a ZIP code (340 million in some 33,000), of a three-digit area (some 900), and of one that HIPAA counts as too small."""
SMALL_AREAS = frozenset(re.findall(r"\d+", "036 059 063 102 202 203 204 205 369 556 692 753 772 790 821 823 830 831 878 879 884 890 893"))
"""Three-digit ZIP areas that had 20,000 people or fewer in a census since 2000 (rules/identifiers/b-zip3.yaml)."""
FAR_LARGER = 50
LARGE = 250_000
"""A namesake this many times and at least this large is not passed over for a place that only the state speaks for."""
NOTEWORTHY = 0.05
"""A namesake with this share of the likeliest place's residents makes the name ambiguous."""
LONGEST = 120

_SHORT = {"saint": "st", "fort": "ft", "mount": "mt"}
_SHORTENED = re.compile(r"\b(?:saint|fort|mount)\b")
_LONG = {"st": "St.", "ft": "Fort", "mt": "Mount"} | {
    word: word.upper()
    for word in re.findall(r"\w+", "dc us ues uws les jp ob pb otr cwe eav dtc slu utc slc tcu okc kc abq stl sa ne nw se sw id cd")
}
_SMALL_WORDS = {"of", "or", "the", "and", "on", "in", "by", "de", "del", "la", "las", "los", "du", "n"}
_DIRECTIONS = {
    "n": "north", "s": "south", "e": "east", "w": "west", "ne": "northeast", "nw": "northwest", "se": "southeast", "sw": "southwest",
}  # fmt: skip
_STATES = dict(
    re.findall(
        r"(\w+):(\w+)",
        "ala:AL ariz:AZ ark:AR cal:CA calif:CA cali:CA colo:CO conn:CT del:DE fla:FL ill:IL ind:IN kan:KS mass:MA mich:MI minn:MN "
        "miss:MS mont:MT neb:NE nebr:NE nev:NV okla:OK ore:OR oreg:OR penn:PA penna:PA tenn:TN tex:TX wash:WA wis:WI wisc:WI wyo:WY",
    )
)
_WORDS = {"al", "co", "de", "hi", "id", "in", "la", "ma", "me", "oh", "ok", "or", "pa"}
"""Postal codes that are words too: alone they are states only in capitals."""
_ZIP_STATES: list[tuple[str, str]] = re.findall(
    r"(\d{3})(\w\w)?",
    "005NY 006PR 008VI 009PR 010MA 028RI 030NH 039ME 050VT 055MA 056VT 060CT 063NY 064CT 070NJ 090 100NY 150PA 197DE 200DC 201VA 202DC "
    "206MD 220VA 247WV 270NC 290SC 300GA 320FL 350AL 370TN 386MS 398GA 400KY 430OH 460IN 480MI 500IA 530WI 550MN 569DC 570SD 580ND "
    "590MT 600IL 630MO 660KS 680NE 700LA 716AR 730OK 733TX 734OK 750TX 800CO 820WY 832ID 840UT 850AZ 870NM 885TX 889NV 900CA 967HI "
    "969GU 970OR 980WA 995AK",
)
"""The state in which the three-digit ZIP areas from each number on lie (US Postal Service, from memory); none: military."""

_ZIP = re.compile(r"(?:zip(?: ?codes?)? (?:of )?)?(\d{3})(?:(\d\d)(?: \d{4})?|xx|00)?(?: (?:zip(?: ?codes?)?|area))*")
_ZIP_BEHIND = re.compile(r" (\d{3})(\d\d)(?: \d{4})?$")
_DROPPED = re.compile(r"(?:the|in|at|from|city of|town of|village of|state of) (.+)|(.+) (?:neighborhood|neighbourhood|city limits|proper)")
_NEARBY = re.compile(
    r"(?:.{0,30}\b)?(?:near|nearby|around|outside(?: of)?|close to|next to|not far from|(?:minutes|mins|hours?|miles) (?:from|of)"
    r"|outskirts of|surrounding|(?:north|south|east|west)(?:east|west)? of) (.+)"
)
_AREA = re.compile(
    r"(?:greater|metro|metropolitan|suburban|suburbs of) (.+)|(.+?)(?: metro| metropolitan| greater)?(?: area| region| metro| suburbs)"
)
_HALF = re.compile(r"((?:north|south|east|west|northeast|northwest|southeast|southwest)(?:ern)?(?: (?:side|part|end|half)(?: of)?)?) (.+)")
_MIDDLE = re.compile(r"((?:downtown|midtown|uptown|central|old town|(?:heart|center|middle|part) of)) (.+)")
_PARTLY = re.compile(r"((?:inner|outer|rural)) (.+)")
_WITHIN = re.compile(r"(.+?)(?: ?, ?| \(| (?:in|of) )(.+?)\)?")
_COUNTY_ENDINGS = ("county", "parish", "borough")


@dataclass(frozen=True, slots=True)
class Region:
    """A region as it is said on screen, and how many people live there; `low` and `high` are the ends of an 80 % range."""

    name: str
    kind: str
    """state, metro, county, city, town, neighbourhood or region."""
    states: tuple[str, ...]
    """Postal codes, the likeliest first."""
    population: int
    low: int
    high: int
    source: str
    key: str = ""
    """Its name in the table and its state: `sellwood, OR`."""
    parent: str = ""
    """The key of the next wider region; empty where that is the state."""

    @property
    def log_sd(self) -> float:
        """Give the standard deviation of the logarithm of the residents."""
        return math.log(self.high / self.low) / (2 * NORMAL_90)


FALLBACK = Region("region not known", "region", (), 250_000, 78_900, 792_300, "assumed (risk-model.md 2.4)")
"""Where nothing is known: 250,000 people, log-sd 0.9. Not the whole country, which would reassure without reason."""


class Regions:
    """The table of regions, looked up by name; a line is parsed only when its name is asked for."""

    def __init__(self, lines: list[str], file: str) -> None:
        self._lines = lines
        self._file = file

    @staticmethod
    def load(folder: Path) -> Regions:
        """Read the table in a rules folder. Raises RuleError if it cannot be read."""
        path = folder / "risk" / "regions.tsv"
        try:
            return Regions(path.read_text(encoding="utf-8").splitlines(), path.name)
        except (OSError, UnicodeDecodeError) as error:
            msg = f"the table {path.name} cannot be read at {path} ({type(error).__name__})"
            raise RuleError(msg) from error

    def find(self, words: str, *, state: str | None = None, near: Region | None = None) -> tuple[Region, ...]:
        """Give every region that the words may mean, the likeliest first; none if they name no known place.

        `state` (a code or a name) and `near` (the group's region or the practice's) say where the draft comes from: a place
        in that state comes first, then one within that region, then the one with most people. But a place that only the
        state speaks for does not come before a large namesake with over fifty times its residents.
        """
        found = self._local(words, state, near) or self._read(words)
        return tuple(self._ranked(found, state, near))

    def ambiguous(self, words: str, *, state: str | None = None, near: Region | None = None) -> bool:
        """Whether the words may well mean another place than the first that `find` gives, so that the choice must be said."""
        found = self.find(words, state=state, near=near)
        if not found:
            return False
        first, *others = found
        chain = self._chain(first)
        level = self._level(first, state, near)
        for other in others:
            if _identity(other) in chain or _identity(first) in self._chain(other):
                continue
            its_level = self._level(other, state, near)
            if its_level < level or (its_level == level and other.population >= NOTEWORTHY * first.population):
                return True
            if other.population >= max(LARGE, FAR_LARGER * first.population):
                return True
        return False

    def wider(self, region: Region) -> Region | None:
        """Give the next wider region with more people: neighborhood, city, metro, state; None above the state."""
        if region.kind == "state":
            return None
        above = region
        while above.parent:
            found = self._keyed(above.parent)
            if found is None:
                break
            above = found
            if above.population > region.population:
                own = region.states[:1]
                return replace(above, states=own + tuple(code for code in above.states if code not in own))
        return self._states_of(region)

    def state(self, code_or_name: str) -> Region | None:
        """Give a state or territory by its postal code, its name or its usual abbreviation."""
        text = _fold(code_or_name).removeprefix("state of ").removesuffix(" state")
        return self._by_code.get(_STATES.get(text, text.upper())) or self._by_name.get(text)

    # ------------------------------------------------------------------------------------------------ the table

    @cached_property
    def _index(self) -> dict[str, list[int]]:
        """For each name, without hyphens and apostrophes, the lines that begin with it."""
        index: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(self._lines):
            index[_plain(line[: line.find("\t")])].append(number)
        return index

    @cached_property
    def _by_code(self) -> dict[str, Region]:
        regions = [self._region(number) for number, line in enumerate(self._lines) if line.endswith("\tstate")]
        return {region.states[0]: region for region in regions}

    @cached_property
    def _by_name(self) -> dict[str, Region]:
        return {_fold(region.name): region for region in self._by_code.values()}

    def _region(self, number: int) -> Region:
        """Parse a line; an alias comes without residents. Raises RuleError if it is malformed."""
        try:
            name, states, residents, parent, mark, kind, *_ = [*self._lines[number].split("\t"), "", "", "", ""]
            source, factor = MARKS[mark]
            people = int(residents or 0)
        except (ValueError, KeyError) as error:
            msg = f"{self._file}, line {number + 1}: a line is a name, states, residents, wider region, mark and kind"
            raise RuleError(msg) from error
        codes = tuple(states.split(","))
        if not kind:
            kind = "city" if people >= CITY else "town"
            parent = parent and f"{parent} metro"
        said = _on_screen(name, kind, codes, parent)
        earlier = (self._lines[other] for other in self._index[_plain(name)] if other < number)
        if kind in {"metro", "region"} and any(line.endswith(f"\t{kind}") for line in earlier):
            said = f"{said} ({_on_screen(parent, 'metro', codes, '') if parent else codes[0]})"
        low, high = round(people / factor), round(people * factor)
        return Region(said, kind, codes, people, low, high, source, f"{name}, {codes[0]}", parent and f"{parent}, {codes[0]}")

    def _named(self, text: str) -> list[Region]:
        """Give the regions of just this name, those that it is another name of included."""
        found = []
        for number in self._index.get(text, ()):
            region = self._region(number)
            if region.kind not in {"alias", "local"}:
                found.append(region)
            elif region.kind == "alias" and (target := self._keyed(region.parent)):
                found.append(target)
        return found

    def _local(self, words: str, state: str | None, near: Region | None) -> list[Region]:
        """Give what words such as `the coast` or `the valley` mean to people of the state that the draft comes from."""
        codes = self._codes(state, near)
        names = [self._region(number) for number in self._index.get(_bare(words), ())]
        targets = [self._keyed(name.parent) for name in names if name.kind == "local" and set(codes) & set(name.states)]
        return [target for target in targets if target]

    def _keyed(self, key: str) -> Region | None:
        """Give the region of a key: of several the one with most people, a neighborhood last."""
        name, _, code = key.rpartition(", ")
        if name.endswith("xx"):
            return _zip_area(name[:3])
        regions = [self._region(number) for number in self._index.get(_fold(name), ())]
        fitting = [region for region in regions if code in region.states and region.kind not in {"alias", "local"}]
        return max(fitting, key=lambda region: (region.kind != "neighbourhood", region.population), default=None)

    def _states_of(self, region: Region) -> Region | None:
        """Give the state of a region, or its states together if the first has no more people than the region."""
        states = [self._by_code[code] for code in region.states if code in self._by_code]
        if states and states[0].population > region.population:
            return states[0]
        people, low, high = (sum(getattr(state, field) for state in states) for field in ("population", "low", "high"))
        if people <= region.population:
            return None
        *names, last = [state.name for state in states]
        return replace(states[0], name=f"{', '.join(names)} or {last}", states=region.states, population=people, low=low, high=high)

    def _chain(self, region: Region) -> set[tuple[str, str, str]]:
        """Tell a region and all that hold it, below the state, from all others."""
        chain = {_identity(region)}
        step = self.wider(region)
        while step and step.kind != "state":
            chain.add(_identity(step))
            step = self.wider(step)
        return chain

    # ------------------------------------------------------------------------------------------------ ranking

    def _codes(self, state: str | None, near: Region | None) -> tuple[str, ...]:
        """Give the postal codes of the states that a draft comes from."""
        hinted = state and self.state(state)
        return hinted.states if hinted else near.states if near else ()

    def _level(self, region: Region, state: str | None, near: Region | None) -> tuple[bool, bool]:
        """Say how well the hints fit a region, the lowest best: not in the state, not within the region."""
        codes = self._codes(state, near)
        within = near is not None and near.kind != "state" and bool(self._chain(region) & self._chain(near))
        return bool(codes) and not set(codes) & set(region.states), not within

    def _ranked(self, found: list[Region], state: str | None, near: Region | None) -> list[Region]:
        levels = {id(region): self._level(region, state, near) for region in found}
        # A city counts thrice, so that New York is the city and Washington the state.
        weight = {"city": 3}
        found = sorted(found, key=lambda region: (levels[id(region)], -region.population * weight.get(region.kind, 1), region.key))
        unique = list({(region.name, region.key, region.population): region for region in found}.values())
        if unique and levels[id(unique[0])][1]:
            largest = max(unique, key=lambda region: region.population)
            if largest.population >= max(LARGE, FAR_LARGER * unique[0].population):
                unique.remove(largest)
                unique.insert(0, largest)
        return unique

    # ------------------------------------------------------------------------------------------------ reading

    def _read(self, words: str) -> list[Region]:
        """Read a place as people write it: name, state, county, near, part of, area, ZIP code."""
        text = _bare(words)
        if found := self._named(text.removesuffix(" area") if text[:3].isdigit() else text):
            return found + [state for code, state in self._by_code.items() if code == text.upper()]
        if match := _ZIP.fullmatch(text) or _ZIP_BEHIND.search(text):
            return _zip(match[1], match[2])
        if (text not in _WORDS or words.isupper()) and (named := self.state(text)):
            return [named]
        return (
            self._county(text, capitals=words.rstrip().endswith("CO"))
            or self._with_state(text)
            or self._wrapped(text)
            or self._within(text)
            or [region for ending in _COUNTY_ENDINGS for region in self._named(f"{text} {ending}")]
        )

    def _county(self, text: str, *, capitals: bool) -> list[Region]:
        """Read `Lane Co`; but `Boulder CO` and `Boulder, Co` are a city in Colorado."""
        if capitals or "," in text or not text.endswith((" co", " cnty")):
            return []
        return self._named(f"{text.rpartition(' ')[0]} county")

    def _with_state(self, text: str) -> list[Region]:
        """Read a place with its state behind it: only what lies there."""
        words = text.split(" ")
        for size in (3, 2, 1):
            state = self.state(" ".join(words[-size:]).strip(" ,()")) if len(words) > size else None
            if state:
                code = state.states[0]
                found = self._read(" ".join(words[:-size]).strip(" ,("))
                here = [region for region in found if code in region.states and region.kind != "state"]
                if here:
                    return [replace(region, states=(code, *(other for other in region.states if other != code))) for region in here]
        return []

    def _wrapped(self, text: str) -> list[Region]:
        """Read words around a name: drop them, or give what lies near it, its surroundings or a part of it."""
        first, _, rest = text.partition(" ")
        if rest and first in _DIRECTIONS:
            return self._read(f"{_DIRECTIONS[first]} {rest}")
        if match := _DROPPED.fullmatch(text):
            return self._read(match[1] or match[2])
        if match := _NEARBY.fullmatch(text):
            return [self._near(region) for region in self._read(match[1])]
        if match := _AREA.fullmatch(text):
            return [self._area(region) for region in self._read(match[1] or match[2])]
        for pattern, share, factor in ((_HALF, 0.25, 2.5), (_MIDDLE, 0.08, 3.0), (_PARTLY, 0.3, 2.5)):
            if match := pattern.fullmatch(text):
                return [_part(region, match[1], share, factor) for region in self._read(match[2])]
        return []

    def _within(self, text: str) -> list[Region]:
        """Read a place and the larger one that holds it: `Sellwood, Portland`, `Hyde Park in Chicago`, `Hawthorne Portland`."""
        words = text.split(" ")
        splits = [(match[1], match[2])] if (match := _WITHIN.fullmatch(text)) else []
        if not splits and len(words) <= 6:
            splits = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(len(words) - 1, 0, -1)]
        for head, tail in splits:
            inner = self._named(head.removeprefix("the "))
            holders = {_identity(region) for region in (self._read(tail) if inner else ()) if region.kind != "state"}
            if found := [region for region in inner if (self._chain(region) - {_identity(region)}) & holders]:
                return found
        return []

    def _near(self, region: Region) -> Region:
        """Give the surroundings of a place, at most the next wider one; a state has none."""
        above = self.wider(region)
        if above is None:
            return region
        people = min(round(region.population * NEAR), above.population)
        high = max(people, min(round(region.high * 2.5), above.high))
        return replace(region, name=f"near {region.name}", population=people, low=min(region.population, people), high=high)

    def _area(self, region: Region) -> Region:
        """Give the metro that carries the name of a place, or else the surroundings of the place."""
        if region.kind in {"state", "metro", "county", "region"}:
            return region
        name, _, code = region.key.rpartition(", ")
        return self._keyed(f"{name} metro, {code}") or self._near(region)


def _identity(region: Region) -> tuple[str, str, str]:
    return region.kind, region.key, region.parent


def _fold(words: str) -> str:
    """Write a place as the index holds it, commas and brackets kept."""
    text = re.sub(r"['’`ʻ]", "", normalise(words))
    text = re.sub(r"[^\w,()]+|_", " ", text)
    return shortened(" ".join(text.split()))


def _bare(words: str) -> str:
    """Write a place as it is looked up, without what stands around it."""
    return _fold(words[:LONGEST]).removeprefix("the ").strip(" ,()")


def shortened(name: str) -> str:
    """Write saint, fort and mount as st, ft and mt, as the table does."""
    return _SHORTENED.sub(lambda match: _SHORT[match[0]], name)


def _plain(name: str) -> str:
    """Write a name of the table as it is looked up."""
    if "-" in name or "'" in name:
        name = name.replace("-", " ").replace("'", "")
    return name.removeprefix("the ")


def _on_screen(name: str, kind: str, codes: tuple[str, ...], parent: str) -> str:
    """Write a name of the table with capitals, and where it lies if the name alone does not say so."""
    words = [
        word if at and word in _SMALL_WORDS | {"metro"} else _LONG.get(word) or "-".join(map(_capital, word.split("-")))
        for at, word in enumerate(name.split(" "))
    ]
    said = " ".join(words).removesuffix(" la") + (" LA" if name.endswith(" la") else "")
    if kind in {"city", "town", "county"}:
        return f"{said}, {codes[0]}"
    if kind == "neighbourhood" and parent not in name:
        return f"{said} ({_on_screen(parent, 'metro', codes, '')})"
    return said


def _capital(word: str) -> str:
    if word.startswith("mc") and len(word) > 3:
        return f"Mc{word[2:].capitalize()}"
    if word.startswith("d'"):
        return f"d'{word[2:].capitalize()}"
    if word.startswith(("o'", "l'")):
        return f"{word[:2].capitalize()}{word[2:].capitalize()}"
    return word.capitalize()


def _part(region: Region, words: str, share: float, factor: float) -> Region:
    """Give an unlisted part of a place; the whole place is the next wider region."""
    people = max(1, round(region.population * share))
    low, high = max(1, round(people / factor)), max(people, min(round(people * factor), region.high))
    of = " of" if words.endswith((" of", "side", "part", "end", "half")) else ""
    return replace(
        region,
        name=f"{words.removesuffix(' of')}{of} {region.name}",
        kind="neighbourhood" if region.kind in {"city", "town", "neighbourhood"} else "region",
        population=people,
        low=low,
        high=high,
        source="share of the whole, assumed",
        key=f"{words} {region.key}",
        parent=region.key,
    )


def _zip(area: str, rest: str | None) -> list[Region]:
    """Give the region of a ZIP code or, without its last two digits, of the three-digit area."""
    whole = _zip_area(area)
    if whole is None:
        return []
    if not rest:
        return [whole]
    people = min(ZIP_CODE, whole.population)
    name, key = f"ZIP code {area}{rest}", f"{area}{rest}, {whole.states[0]}"
    return [Region(name, "neighbourhood", whole.states, people, people // 4, people * 3, "an average ZIP code", key, whole.key)]


def _zip_area(area: str) -> Region | None:
    at = bisect(_ZIP_STATES, (area, "~"))
    code = _ZIP_STATES[at - 1][1] if at else ""
    if not code:
        return None
    people = ZIP_AREA_SMALL if area in SMALL_AREAS else ZIP_AREA
    low, high = people * 2 // 7, people * 18 // 7
    return Region(f"ZIP codes {area}xx", "region", (code,), people, low, high, "an average ZIP area", f"{area}xx, {code}")
