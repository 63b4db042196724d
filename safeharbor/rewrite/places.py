"""Places: the areas of a draft in which a counselor can be looked for, and how wide each is named."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, Protocol

import regex

from safeharbor.detect.page import Page
from safeharbor.detect.patterns import REACH, Pattern, surroundings
from safeharbor.draft import Span
from safeharbor.findings import Finding, Findings
from safeharbor.rewrite.english import capital
from safeharbor.risk.regions import CITY
from safeharbor.words import normalise

if TYPE_CHECKING:
    from safeharbor.risk.regions import Region, Regions

PlacePolicy = Literal["keep", "widen", "metro", "state"]
SURE_PLACE = 0.95
"""The chance that the words of a place need to be taken for where the counselor should be."""

_KNOWN_TOWN = 5_000
"""How many people live in a town that is known by a part of a place's words."""
_A_SIDE = regex.compile(r"(?:(?:north|south|east|west|inner|outer|upper|lower|central)[ -]?){1,2} (?:metro|side|area)", regex.IGNORECASE)
"""A part of a place that is not named: West metro is not around West, TX."""
_SCHOOL = regex.compile(r"\b(?:school|campus|district|elementary|middle|university|college)\b", regex.IGNORECASE)
"""Where a poster works among those who live there: the place is the client's as well."""
_GENERIC = frozenset(
    {
        *("county", "city", "metro", "downtown", "area", "region", "state", "town", "north", "south", "east", "west", "here", "local"),
        *("aloha", "mahalo", "gracias", "thanks"),
        *("central", "mass", "park", "point", "island", "lake", "beach", "valley", "hills", "house", "office"),
    }
)
"""Words that are part of a place's name, or are taken for one, and alone name none."""
_IN_FULL = {"gt": "Great", "mtn": "Mountain", "mtns": "Mountains", "ft": "Fort", "mt": "Mount", "spgs": "Springs", "hts": "Heights"}
_IN_CANADA = regex.compile(
    r"\b(?:Sun ?Life|Manulife|Green ?Shield|Medavie|Canada Life|Desjardins|NIHB|OHIP|RSW|Ontario(?!,? (?:CA|California|OR|Oregon)\b)|"
    r"Manitoba|Saskatchewan|"
    r"Québec|Quebec|Nova Scotia|New Brunswick|British Columbia|Newfoundland|"
    r"Alberta(?! (?:St|Street|Arts)\b)|Toronto|Montr[eé]al|Vancouver BC|Calgary|Edmonton|Ottawa|Winnipeg|"
    r"Halifax(?!,? (?:VA|NC|MA|PA|County)\b))\b"
)
"""Words of a post from Canada, of which the table of regions knows nothing: a place of the same name in the United States would mislead."""
_SHORTENED = regex.compile(r"\b(?:gt|mtns?|ft|mt|spgs|hts)\b(?=[. ]|$)(?!$(?<=^\w\w))", regex.IGNORECASE)
"""Words of places' names that people shorten; alone they name a state, or nothing."""
_CODE_OF_PAYER = regex.compile(r"(?<=BCBS ?(?:of )?)[A-Z]{2}\b")
_CODE_BEHIND_PAYER = regex.compile(r" (?!OR|IN|ME|HI|OK|MA|VA)([A-Z]{2})\b")
"""The code of a state behind a payer: Kaiser GA; none that is a word as well, or Medicare Advantage, or veterans'."""
_STATE_OF_PLAN = {
    **dict.fromkeys(("medi-cal", "blue shield of california"), "CA"),
    "ohp": "OR",
    "sooner": "OK",
    "soonercare": "OK",
    "peachcare": "GA",
    "ahcccs": "AZ",
    "tenncare": "TN",
    "masshealth": "MA",
    "husky": "CT",
    "badgercare": "WI",
    "kancare": "KS",
    "mainecare": "ME",
    "dr. dynasaur": "VT",
    "hmsa": "HI",
    "apple health": "WA",
    "denali kidcare": "AK",
    "familycare": "NJ",
    "nj familycare": "NJ",
    "turquoise care": "NM",
    "hawki": "IA",
    "mo healthnet": "MO",
    "bcbst": "TN",
    **dict.fromkeys(("excellus", "fidelis", "cdphp", "emblemhealth", "healthfirst", "independent health"), "NY"),
    **dict.fromkeys(("upmc", "geisinger", "ibx"), "PA"),
    **dict.fromkeys(("medica", "ucare", "healthpartners"), "MN"),
    **dict.fromkeys(("moda", "eocco", "careoregon"), "OR"),
    **dict.fromkeys(("horizon bcbs", "horizon"), "NJ"),
    "carefirst": "MD",
    "florida blue": "FL",
    "wellmark": "IA",
    "priority health": "MI",
    "quartz": "WI",
    "selecthealth": "UT",
    "sentara": "VA",
    "medical mutual": "OH",
    "passport": "KY",
}
"""Plans of one state each, as people write them: the names that the states give their Medicaid, and regional carriers by the state of most
of their members; from memory, 2026."""
_MERE_PROSE = "b-place-in-prose"
"""The rule that takes a word for a place by the words around it alone; where the table of regions does not know it, it is none."""
_BUILDINGS = frozenset(
    {"b-facility", "b-landmark", "b-congregation", "b-college", "b-school", "b-residence", "b-street", "b-street-address"}
)
"""Rules for places that are smaller than an area, and whose names towns elsewhere may have."""
_BEHIND = regex.compile(r" (?:area|metro|region|suburbs)\b", regex.IGNORECASE)
_JOINED = regex.compile(r"\s*(?:[/,&+]|or|and|&)?\s*(?:or|and)?\s*(?:the )?", regex.IGNORECASE)
_OFFICE = regex.compile(r"^[Aa]nywhere (?:in )?|^(?:(?:[Aa]n?|[Tt]he) )?[A-Za-z]\p{Ll}+ (?:in|near) (?=\p{Lu})")
_CODE_BEHIND = regex.compile(r",? ([A-Z]{2})\b")
_SMALL_METRO, _ONE_TOWN = 100_000, 250_000
"""A metro with fewer people than the first is not named; with fewer than the second it is little more than the town that it is named
after, and not named for somebody who lives there: the state stands for it."""
_FAR_LARGER = 4
"""A place of the same metro with so many times the people stands for a smaller one, in which the client may well live; a city with so
many times the people of the next of its name is the one that is meant."""
_NEAR = 30
"""Characters between two places that are named side by side."""
_FULL_STOP = regex.compile(r"(?r)(?<=\w{4})\.\s+")
_SMALL_WORDS = frozenset({"of", "the", "and", "or", "in", "near", "side", "metro", "area"})


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a draft that can become the area in which a counselor is looked for."""

    words: str = field(repr=False)
    """As the draft writes it."""
    span: Span
    is_search: bool
    """Whether it is the counselor's in the draft; otherwise it is the client's, or nobody says whose."""
    region: Region | None = field(repr=False)
    """What the table of regions knows of it."""
    next: Region | None = field(repr=False)
    """The next wider region."""
    wider: Region | None = field(repr=False)
    """The metro, region or state around it."""
    state: Region | None = field(repr=False)
    is_choice: bool = False
    """Whether it is one of several that the draft lets choose from, so that nobody need live there: Lewiston/Auburn."""
    is_asked: bool = False
    """Whether the language model is sure that it is where the counselor should be."""
    request: int = 0
    """Which of several requests it belongs to, from 1; 0 for all of them."""

    @property
    def written(self) -> str:
        """Name it as the draft does, in the case of a name; a state by its whole name."""
        return _written(self)

    @property
    def is_state(self) -> bool:
        """Whether it is a whole state, which is as wide as a place is ever named."""
        return self.state is not None and self.region == self.state


_QUARTER = regex.compile(r"[NS]W|SE")
_TO_LOOK_IN = regex.compile(r"(?:\b(?:in|near|around|inner|outer|deep|or|and)|[/,&]) ?$", regex.IGNORECASE)
"""What stands before a quarter of a town; otherwise SW is a social worker."""
_STATE_BEHIND = regex.compile(r"\p{Lu}[\p{L}'-]+,? $")
"""What stands before OK where it is Oklahoma: Enid, OK."""
_LA = "LA"
_LOS_ANGELES = "Los Angeles"
_BEFORE_LA = regex.compile(r"((?:\p{Lu}[\p{L}'-]+ )?\p{Lu}[\p{L}'-]+),? LA\b")


class Stated(Protocol):
    """Something that a draft asks for in so many words."""

    @property
    def slot(self) -> str:
        """What kind of thing it is."""

    @property
    def say(self) -> str:
        """How it is said."""

    @property
    def written(self) -> str:
        """A payer as the draft writes it."""

    @property
    def span(self) -> Span:
        """Where it stands."""


class PlaceReader:
    """The table of regions and the signs that nobody is to be looked for in a place."""

    def __init__(self, regions: Regions | None, not_where: Sequence[Pattern]) -> None:
        self._regions = regions
        self._not_where = not_where

    def read(self, page: Page, findings: Findings, stated: Sequence[Stated], near: Region | None) -> Iterator[Place]:
        """Give the places of a draft in which a counselor can be looked for, those of the counselor first.

        `stated` is what the draft asks for: a payer's name is no place, and may say in which state the others are. `near` is the
        region of the poster's group or practice. A client's place that could be any of several is left out: a wrong one misleads.
        """
        if self._regions is not None and self._is_in_canada(page, findings):
            yield from PlaceReader(None, self._not_where).read(page, findings, stated, None)
            return
        asked = [want.span for want in stated if want.slot not in ("telehealth", "credential")]
        named = [each for each in findings.found if each.rule.label in ("LOCATION", "STATE") and each.rule.id not in _BUILDINGS]
        named = [_of_one_sentence(each, page) for each in named if not _is_no_state(each, page)]
        named = [each for each in named if not any(span.holds(each.span) for span in asked)]
        payers = [want.span for want in stated if want.slot == "insurance"]
        named = [each for each in named if not (any(each.span.holds(span) for span in payers) or self._is_plan(page.draft[each.span]))]
        named = [each for each in self._whole(named, page) if page.draft[each.span].strip().lower() not in _GENERIC]
        named = [each for each in named if not page.in_signature(*page.reading.find(each.span))] or named
        open_to = [each for each in named if not self._is_ruled_out(page, each)]
        ruled_out = {_words(page, each).lower() for each in named if each not in open_to}
        elsewhere = self._states_of_the_foremost(page, named)
        own = self._of_the_poster(page, open_to)
        usable = own or [each for each in open_to if each.about != "author"] or open_to
        is_city_la = self._is_city_la(page, named, stated)
        codes = [page.draft[each.span] for each in usable if each.rule.label == "STATE"]
        told = [code for code in codes if not (is_city_la and code == _LA)]
        told += [words for want in stated if want.slot == "insurance" for words in _words_of(f"{want.say} {want.written}")]
        told += [_STATE_OF_PLAN[want.say.lower()] for want in stated if want.slot == "insurance" and want.say.lower() in _STATE_OF_PLAN]
        ends = [page.reading.find(want.span)[1] for want in stated if want.slot == "insurance"]
        told += [code[1] for end in ends if (code := _CODE_BEHIND_PAYER.match(page.text, end)) is not None]
        states = [region for words in told if (region := self._state(words)) is not None]
        state = next(iter(states), None)
        state = state or self._shared([_words(page, each) for each in usable if each.about == "provider"])
        near = near or self._hint(page, [each for each in named if each.about == "author"], state)
        near = near or self._hint(page, [each for each in named if each not in usable and not self._is_ambiguous(page, each, state)], state)
        choices = {
            each.span
            for pair in pairwise([each for each in usable if each.about == "provider"])
            if _JOINED.fullmatch(page.text, page.reading.find(pair[0].span)[1], page.reading.find(pair[1].span)[0])
            for each in pair
        }
        # The surest first: a name that can be one place only says where a name of many is.
        for finding in sorted(usable, key=lambda each: (self._is_ambiguous(page, each, state), each.about != "provider", each.span)):
            words = _words(page, finding)
            behind = self._state_behind(page, finding)
            full = _LOS_ANGELES if is_city_la and words.removesuffix(" area") == _LA else words
            region = self._find(full, behind or state, near)
            if region is not None and region.kind == "neighbourhood" and elsewhere.isdisjoint(region.states) and elsewhere:
                region = None  # another neighborhood of that name, in a city that the table does not have it of
            if words.lower() in ruled_out:
                region = self._around(region)
                words = region.name if region is not None else ""
            if not words:
                continue
            # A city that nobody is said to live in is where the poster looks.
            is_city = region is not None and region.kind in ("city", "metro") and region.population >= CITY
            is_asked = _is_asked(finding, findings)
            is_search = is_asked or finding.about == "provider" or finding in own or (finding.about == "unknown" and is_city)
            is_told = is_search or (behind or near or state) is not None or self._is_foremost(full)
            is_doubtful = finding.rule.id == _MERE_PROSE and not is_city
            is_foreign = region is not None and states and not any(each.states[0] in region.states for each in states)
            if not is_told or (is_doubtful and (region is None or is_foreign)):
                continue
            # A name of many places is the one near a place that is sure.
            near = near or region
            yield Place(
                words=words,
                span=finding.span,
                is_search=is_search,
                region=region,
                next=self._regions.wider(region) if self._regions is not None and region is not None else None,
                wider=self._around(region),
                state=self._state_of(region) or state or self._state_of(near),
                is_choice=finding.span in choices,
                is_asked=is_asked,
            )

    def _is_city_la(self, page: Page, named: Sequence[Finding], stated: Sequence[Stated]) -> bool:
        """Whether LA stands for Los Angeles: no other place or payer of the draft is one of Louisiana, and none before it lies there."""
        others = [_words(page, each) for each in named if page.draft[each.span] != _LA]
        payers = [words for want in stated if want.slot == "insurance" for words in _words_of(f"{want.say} {want.written}")]
        if self._regions is None or any(word in payers for word in (_LA, "Louisiana")):
            return False
        before = [match[1] for match in _BEFORE_LA.finditer(page.text)]
        is_louisiana = any(_LA in self._codes(words) for words in before)
        is_louisiana = is_louisiana or any(_LA in (codes := self._codes(words)) and "CA" not in codes for words in others)
        return not is_louisiana and "louisiana" not in page.text.lower()

    def _codes(self, words: str) -> frozenset[str]:
        """Give the codes of the states in which places of a name lie."""
        found = self._regions.find(words) if self._regions is not None else ()
        return frozenset(code for region in found for code in region.states)

    def _of_the_poster(self, page: Page, found: Sequence[Finding]) -> list[Finding]:
        """Give the poster's own places, near which their colleagues are, if the draft names none to look in and no client's elsewhere."""
        own = [each for each in found if each.about == "author" and not _SCHOOL.search(page.text, *_before(page, each))]
        others = [each for each in found if each.about != "author"]
        around = {region.key for region in self._metros(page, own)}
        is_elsewhere = any(region.key not in around for region in self._metros(page, others))
        return [] if is_elsewhere or any(each.about == "provider" for each in others) else own

    def _states_of_the_foremost(self, page: Page, found: Sequence[Finding]) -> set[str]:
        """Give the states of the places of a draft, but neighborhoods, that can be one place only or are far larger than others."""
        regions = (self._find(words, None, None) for each in found if self._is_foremost(words := _words(page, each)))
        return {code for region in regions if region is not None and region.kind != "neighbourhood" for code in region.states}

    def _metros(self, page: Page, found: Sequence[Finding]) -> Iterator[Region]:
        """Give the metros, regions or states around places that are known."""
        around = (self._around(self._find(_words(page, each), None, None)) for each in found)
        yield from (region for region in around if region is not None)

    def _state_of(self, region: Region | None) -> Region | None:
        return self._state(region.states[0]) if region is not None and region.states else None

    def _is_foremost(self, words: str) -> bool:
        """Whether a name can be one place only, or is that of a city far larger than any other of its name."""
        if self._regions is None or not self._regions.ambiguous(words):
            return True
        first, *others = self._regions.find(words)
        return first.population >= CITY and all(first.population >= _FAR_LARGER * other.population for other in others)

    def _shared(self, names: Sequence[str]) -> Region | None:
        """Give the one state in which several places lie that could each be any of several: Portsmouth or Dover."""
        if self._regions is None or len(set(names)) < 2:
            return None
        size: dict[str, list[int]] = {}
        for name in dict.fromkeys(names):
            found: dict[str, int] = {}
            for region in self._regions.find(name):
                for code in region.states[:1]:
                    found[code] = max(found.get(code, 0), region.population)
            for code, people in found.items():
                size.setdefault(code, []).append(people)
        shared = {code: min(people) for code, people in size.items() if len(people) == len(set(names))}
        return self._state(max(shared, key=shared.__getitem__)) if shared else None

    def _whole(self, found: Sequence[Finding], page: Page) -> list[Finding]:
        """Join places that only a blank parts and that are of the same camp (North, Carolina), unless each is a place of its own."""
        out: list[Finding] = []
        for finding in found:
            last = out[-1] if out else None
            start, _ = page.reading.find(finding.span)
            if last is not None and last.about == finding.about and page.text[page.reading.find(last.span)[1] : start] == " ":
                whole = Span(last.span.start, finding.span.end)
                if not (self._is_town(page.draft[last.span]) and self._is_town(page.draft[finding.span])) or self._is_town(
                    page.draft[whole]
                ):
                    out[-1] = replace(last, span=whole)
                    continue
            out.append(finding)
        return out

    def _is_town(self, words: str) -> bool:
        """Whether words as they stand name a place within a state."""
        return self._regions is not None and self._state(words) is None and bool(self._regions.find(words))

    def _is_plan(self, words: str) -> bool:
        """Whether words begin with the name of a plan and are no place: KanCare Sunflower, but not Horizon City."""
        return words.partition(" ")[0].lower() in _STATE_OF_PLAN and not self._is_town(words)

    def _is_in_canada(self, page: Page, findings: Findings) -> bool:
        """Whether a draft is from Canada, and names no state."""
        codes = [page.draft[each.span] for each in findings.found if each.rule.label == "STATE"]
        return _IN_CANADA.search(page.text) is not None and not any(self._state(code) for code in codes)

    def _find(self, words: str, state: Region | None, near: Region | None) -> Region | None:
        """Look a place up, or as much of its words as names one that people know it by: Munjoy Hill is not near Hill, NH."""
        if self._regions is None or _A_SIDE.fullmatch(words):
            return None
        code = state.states[0] if state else None
        words = _SHORTENED.sub(lambda match: _IN_FULL[match[0].lower()], words)
        found = (
            region
            for part in _parts(words)
            for region in self._regions.find(part, state=code, near=near)
            if part == words or (_is_known_by(part, region, code) and not (code is None and near is None and self._regions.ambiguous(part)))
        )
        return self._state(words) or next(found, None)

    def _state_behind(self, page: Page, finding: Finding) -> Region | None:
        """Give the state whose code stands behind a place: Newport OR."""
        code = _CODE_BEHIND.match(page.text, page.reading.find(finding.span)[1])
        return self._state(code[1]) if code else None

    def _hint(self, page: Page, findings: Sequence[Finding], state: Region | None) -> Region | None:
        """Give the metro, region or state of the first of some places that is known: it says which of several of a name is meant."""
        regions = (self._find(_words(page, finding), state, None) for finding in findings)
        return next((self._around(region) for region in regions if region is not None), None)

    def _is_ambiguous(self, page: Page, finding: Finding, state: Region | None) -> bool:
        return self._regions is not None and self._regions.ambiguous(page.draft[finding.span], state=state.states[0] if state else None)

    def _state(self, words: str) -> Region | None:
        if self._regions is None:
            return None
        return self._regions.state(words) or (self._regions.state(words[:-1]) if regex.fullmatch(r"[A-Z]{2}S", words) else None)

    def _around(self, region: Region | None) -> Region | None:
        """Give the metro, region or state around a place."""
        while region is not None and self._regions is not None and region.kind not in ("metro", "region", "state"):
            region = self._regions.wider(region)
        return region

    def _is_ruled_out(self, page: Page, finding: Finding) -> bool:
        start, end = page.reading.find(finding.span)
        around = surroundings(page.text, start, end)
        return any(pattern.search(around) for pattern in self._not_where)


def _is_known_by(part: str, region: Region, state: str | None) -> bool:
    """Whether a part of some words can name a region.

    That is no small town (Munjoy Hill), no neighborhood of another state (Emory Midtown, GA), no county not called one (Grand Falls NB).
    """
    if region.kind == "neighbourhood":
        return state is None or state in region.states
    if region.kind == "county":
        return "count" in part.lower()
    return region.kind != "town" or region.population >= _KNOWN_TOWN


def area_names(places: Sequence[Place], policy: PlacePolicy, *, is_careful: bool, is_near: bool) -> tuple[str, ...]:
    """Name the area in which a counselor is looked for, each place once, in the order of the draft.

    `keep` names every place as the draft does, `widen` those that are not the counselor's by the metro, region or state around
    them, `metro` every place so, `state` names states only. Places of the client count only where the draft names none for the
    counselor, or none that the table of regions knows.
    With `is_careful`, for a draft that tells of somebody, a bare neighborhood or town may be their home: it is widened by a step,
    or left out beside a much larger place of its metro. A town stays where the counselor `is_near`, and where it is one of a choice.
    """
    places = sorted(places, key=lambda place: place.span)
    search = [place for place in places if place.is_search]
    told = [name for place in places if not place.is_search and (name := _name(place, policy))]
    # One area is enough to look in, and less than all of them tells less: that of most of the places.
    area = (max(dict.fromkeys(told), key=told.count),) if told else ()
    if not search:
        return area
    if policy != "widen":
        named = tuple(dict.fromkeys(filter(None, (_name(place, policy) for place in search))))
        return named if policy == "keep" else named or area
    chosen = [place for place in search if _is_one_of_several(place, search) or not (is_careful and _is_beside_larger(place, search))]

    def out_of(place: Place) -> Collection[str]:
        if not (is_careful and _agrees(place, search)):
            return ()
        return ("neighbourhood",) if is_near or place.is_choice else ("neighbourhood", "town")

    names = [_name(place, "keep", out_of=out_of(place)) for place in chosen]
    if not any(place.region for place in chosen):
        names += area
    of_region = {place.region.key.partition(", ")[0]: name for place, name in zip(chosen, names, strict=False) if place.region is not None}
    names = [of_region.get(normalise(name), name) for name in names]  # Philadelphia, where Philly is named as well
    once = {regex.sub(r" (?:area|metro)$", "", name): name for name in reversed(names) if name}
    return tuple(name for name in dict.fromkeys(names) if name in once.values())


def _name(place: Place, policy: PlacePolicy, *, out_of: Collection[str] = ()) -> str:
    """Give a place as an area to look in, by policy; `` if the table of regions does not know what is around it.

    A place of one of the kinds `out_of` is named by the next wider region.
    """
    if policy == "state":
        return place.state.name if place.state else ""
    if policy == "keep":
        if place.region is None or place.region.kind not in out_of or place.region.population >= CITY or place.next is None:
            return _written(place)
        region: Region | None = place.next
    else:
        region = place.wider or place.state
    if region is not None and region.kind == "metro":
        own = place.region is None or normalise(region.name).startswith(normalise(place.region.name.partition(",")[0]))
        if region.population < (_ONE_TOWN if own else _SMALL_METRO):
            region = place.state
    if region is None:
        return ""
    # A license is of a state: the New York area, NJ.
    is_across = region.kind == "metro" and place.state is not None and not region.key.endswith(place.state.states[0])
    return f"{_said(region)}, {place.state.states[0]}" if is_across and place.state is not None else _said(region)


def _said(region: Region) -> str:
    """Give a region as people say it: the Portland area, Oregon."""
    name = region.name.partition(" (")[0]
    if region.kind == "metro":
        return f"{name.removesuffix(' metro').partition(',')[0]} area"
    return name.partition(", ")[0] if region.kind in ("city", "town") else name


def _written(place: Place) -> str:
    """Give a place as the draft writes it, in the case of a name; states by their whole name, short names that are no words by the long."""
    if place.region is not None and place.region.kind == "state":
        return place.region.name
    words = place.words
    if not words.islower() and not (words.isupper() and len(words) > 5):
        return words
    if place.region is not None and place.region.key and not place.region.key.startswith(words.lower()):
        return _said(place.region)
    return " ".join(word if word in _SMALL_WORDS or word[:1].isdigit() else capital(word) for word in words.lower().split())


def _agrees(place: Place, places: Sequence[Place]) -> bool:
    """Whether a place lies in the state of the others, so that it is taken for the right one of its name."""
    states = [set(other.region.states) for other in places if other.region is not None and other is not place]
    return place.region is not None and (not states or any(each & set(place.region.states) for each in states))


def _is_beside_larger(place: Place, places: Sequence[Place]) -> bool:
    """Whether a much larger place of the same metro is named as well."""
    small = place.region
    if small is None or place.wider is None or small.kind not in ("town", "city", "neighbourhood"):
        return False
    others = [other for other in places if other.wider is not None and other.wider.key == place.wider.key and other is not place]
    return any(
        other.region is not None and other.region.kind in ("city", "metro") and other.region.population >= _FAR_LARGER * small.population
        for other in others
    )


def _is_one_of_several(place: Place, places: Sequence[Place]) -> bool:
    """Whether a place is asked for side by side with others."""
    gaps = (max(other.span.start - place.span.end, place.span.start - other.span.end) for other in places if other is not place)
    return place.is_asked and min(gaps, default=_NEAR + 1) <= _NEAR


def _is_asked(place: Finding, findings: Findings) -> bool:
    """Whether the language model is sure that a place is where the counselor should be."""
    return findings.stays is not None and min(findings.stays.of(place.span), default=0.0) >= SURE_PLACE


def _before(page: Page, finding: Finding) -> tuple[int, int]:
    """Give the range of the text just before a finding, and with it."""
    start, end = page.reading.find(finding.span)
    return max(0, start - REACH), end


def _is_no_state(finding: Finding, page: Page) -> bool:
    """Whether letters that could be a state are none: OK that says yes, Ms before a name, GA among gamblers."""
    words = page.draft[finding.span]
    if _QUARTER.fullmatch(words):
        return _TO_LOOK_IN.search(page.text[: page.reading.find(finding.span)[0]]) is None
    is_alone = not _STATE_BEHIND.search(page.text[: page.reading.find(finding.span)[0]])
    return is_alone and (words in ("OK", "Ms", "Ok", "Me", "Hi") or (words == "GA" and "gambl" in page.text.lower()))


def _of_one_sentence(finding: Finding, page: Page) -> Finding:
    """Give a place without what of it stands in the sentence before: Aetna. Utah County."""
    cut = _FULL_STOP.search(page.draft[finding.span])
    return replace(finding, span=Span(finding.span.start + cut.end(), finding.span.end)) if cut else finding


def _words(page: Page, finding: Finding) -> str:
    """Give a place in the words of the draft, with `area` where that follows."""
    words: str = _OFFICE.sub("", " ".join(page.draft[finding.span].strip().partition("\n")[0].split())).rstrip(",;:")
    _, end = page.reading.find(finding.span)
    behind = _BEHIND.match(page.text, end)
    return words + behind[0].lower() if behind else words


def _words_of(payer: str) -> Iterator[str]:
    """Give what of a payer's name may name a state: a code behind BCBS, two words, one."""
    words = payer.split()
    yield from (match[0] for match in _CODE_OF_PAYER.finditer(payer))
    yield from (" ".join(pair) for pair in pairwise(words))
    yield from (word for word in words if len(word) > 2)


def _parts(words: str) -> Iterator[str]:
    """Give a place's words, then less and less of them: Seattle eastside, Seattle."""
    yield words
    split = words.split()
    for size in range(len(split) - 1, 0, -1):
        yield from (part for part in (" ".join(split[:size]), " ".join(split[-size:])) if part.lower() not in _GENERIC)
