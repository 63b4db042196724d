"""Describe: what a draft says of the person it is about, as attributes with shares, and of which region."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from safeharbor.detect.phrases import Passage
from safeharbor.draft import Draft, Span
from safeharbor.findings import Finding, Findings
from safeharbor.labels import CIRCLE, CLUES
from safeharbor.risk.estimate import Attribute, Population
from safeharbor.risk.figures import CELLS, PEOPLE, Sex
from safeharbor.risk.regions import FALLBACK, Region, Regions
from safeharbor.risk.tables import Detail, Tables, Window, age_attribute, ages_told
from safeharbor.sentences import sentence_starts
from safeharbor.words import normalise

UNSAID = Window(5.0, "within some years")
"""How long ago something happened where nothing says so (risk model, section 2.5)."""
WINDOWS = (
    (re.compile(r"\b(?:history of|hx of|h/o|past|former|ex-|in (?:his|her|their) (?:childhood|past|teens|twenties)|as a (?:child|kid|teen)|growing up|long ago|\d+ ?(?:years?|yrs?) ago|decades? ago|years ago|survivor of)\b", re.IGNORECASE), Window(20.0, "at some time", is_ever=True)),
    (re.compile(r"\b(?:this (?:week|month)|yesterday|today|last (?:week|night|month)|days? ago|weeks? ago|just now|just (?:yesterday|today))\b", re.IGNORECASE), Window(0.1, "this month")),
    (re.compile(r"\b(?:this (?:year|spring|summer|fall|autumn|winter)|last (?:spring|summer|fall|autumn|winter)|months? ago|earlier this year|postpartum|newly)\b", re.IGNORECASE), Window(1.0, "within a year")),
    (re.compile(r"\b(?:recent(?:ly)?|just|new(?:ly)?|dealing with|grieving|after|following|processing|last year|coping with|adjusting to|struggling with|since|still)\b", re.IGNORECASE), Window(3.0, "within about 3 years")),
)  # fmt: skip
"""Words that tell how long ago something happened, the surest first."""
RELATIVES: Mapping[str, float] = {
    "mother": 1.0, "father": 1.0, "parent": 2.0, "spouse": 0.55, "sibling": 1.8, "child": 1.1, "grandparent": 3.0, "other": 2.5,
}  # fmt: skip
"""How many relatives of a kind a person has, about (risk model, section 2.5; sizes of families from ACS and CPS, recalled)."""
_RELATION = (
    ("grandparent", re.compile(r"\b(?:grand(?:ma|pa|mother|father|parents?)|nana|nonna|abuel[oa]s?)\b", re.IGNORECASE)),
    ("mother", re.compile(r"\b(?:mom|mother|mum|mama|moms)\b", re.IGNORECASE)),
    ("father", re.compile(r"\b(?:dad|father|papa|dads)\b", re.IGNORECASE)),
    ("parent", re.compile(r"\bparents?\b", re.IGNORECASE)),
    ("spouse", re.compile(r"\b(?:wife|husband|hubby|spouse|partner|boyfriend|girlfriend|fianc[eé]e?|ex(?:-\w+)?)\b", re.IGNORECASE)),
    ("sibling", re.compile(r"\b(?:brothers?|sisters?|siblings?|twin)\b", re.IGNORECASE)),
    ("child", re.compile(r"\b(?:sons?|daughters?|kids?|child(?:ren)?|baby|toddler)\b", re.IGNORECASE)),
)
_SEX_OF: Mapping[str, Sex] = {"mother": "f", "father": "m"}
_COUPLE = re.compile(
    r"\b(?:couples?|husband and (?:his )?wife|\w+ and (?:his|her) (?:wife|husband)|married couple|both partners|marriage counsel\w+|marital therapy|throuple)\b",
    re.IGNORECASE,
)
_HE, _SHE = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE), re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
_SECOND_CLIENT = re.compile(
    r"(?:^|\n) ?(?:[-*•] ?)?(?:client |case |referral |person |#)?(?:\d{1,2}|[A-D])[.):] |(?:^|\n) ?[-*•] |\b(?:second|another|other|2nd|next|third|3rd) (?:client|one|case|referral|person|kiddo|patient)\b|\balso (?:looking|seeking|need\w*|have|iso)\b",
    re.IGNORECASE,
)
NEAR = 1.6
"""How many times the people of a place live in or near it (risk model, section 2.4)."""
KNOWN_EMPLOYER, EMPLOYER, COLLEGE, HIGH_SCHOOL, SCHOOL = 2_000, 150, 8_000, 1_000, 450
"""People at a named employer of that name in one place, or students of a named school, where nobody says how many."""
HEADCOUNT_SD = 1.3
_COLLEGE = re.compile(r"\b(?:universit\w+|college|state|univ|tech|institute|[A-Z]{2,5}U)\b|^(?-i:[A-Z]{2,5})$", re.IGNORECASE)
_HIGH = re.compile(r"\b(?:high|hs|prep|academy|secondary)\b", re.IGNORECASE)
_DIRECT = frozenset({"A", *"DEFGHIJKLMNOPQR"})
_PERSONAL = frozenset({"occupation", "age", "sex", "ethnicity", "religion", "employer", "education"})
"""Dimensions in which each partner of a couple has a detail of their own."""


@dataclass(frozen=True, slots=True)
class Unscored:
    """A detail about the client's circle that no table knows: it counts for nothing, and somebody should look."""

    span: Span
    label: str


@dataclass(frozen=True)
class Described:
    """One person, or couple, as a draft describes them."""

    span: Span
    """The part of the draft that is about them."""
    population: Population
    attributes: tuple[Attribute, ...]
    unscored: tuple[Unscored, ...] = ()
    is_assumed: bool = False
    """Whether the region was not told but taken."""
    notes: tuple[str, ...] = ()
    """What was assumed, in sentences without words of the draft."""
    has_direct: bool = False
    """Whether an identifier is there that needs no arithmetic: a name, a number, an address on the web."""
    region_of: tuple[Span, ...] = ()
    """Where the draft tells the region."""
    has_place: bool = field(default=False)
    """Whether the draft ties the client to a place."""


@dataclass(frozen=True)
class Practice:
    """What a poster's settings say of the place: the group's region, the practice's, and shares that differ there."""

    group: Region | None = None
    office: Region | None = None
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """For a region's name (as Region.name has it), the share of each detail by its id, from 0 to 1."""


def describe(draft: Draft, findings: Findings, tables: Tables, regions: Regions, practice: Practice) -> tuple[Described, ...]:
    """Give the people that a draft describes, each with attributes and region; one with no attributes if it describes nobody.

    Raises TimeoutError when a pattern takes longer than the limit.
    """
    passages = tables.book.read(draft.reading.text)
    out = []
    for first, last in _parts(draft, findings):
        ours = [finding for finding in findings.found if first <= finding.span.start < last]
        there = [passage for passage in passages if first <= draft.reading.source(passage.start, passage.end).start < last]
        out.append(_Reader(draft, tables, regions, practice, ours, findings).person(Span(first, last), there))
    return tuple(out)


def _parts(draft: Draft, findings: Findings) -> list[tuple[int, int]]:
    """Part a draft where a second client is described: a new item of a list, or words such as `another client`."""
    whole = [(0, max(len(draft.text), 1))]
    marks = [draft.reading.source(m.start(), m.end()).start for m in _SECOND_CLIENT.finditer(draft.reading.text)]
    cuts = sorted({0, *marks})
    parts = [*zip(cuts, [*cuts[1:], len(draft.text)], strict=True)]
    clients = [f for f in findings.found if f.about == "client" and f.rule.label in ("AGE", "GENDER", "AGE_OVER_89")]
    tell = [part for part in parts if any(part[0] <= f.span.start < part[1] and f.rule.label != "GENDER" for f in clients)]
    if len(tell) < 2:
        return whole
    starts = [0, *(part[0] for part in tell[1:])]
    return [*zip(starts, [*starts[1:], len(draft.text)], strict=True)]


@dataclass(frozen=True)
class _Reader:
    """What is needed to describe one person."""

    draft: Draft
    tables: Tables
    regions: Regions
    practice: Practice
    found: Sequence[Finding]
    """The findings in the person's part of the draft."""
    all: Findings

    def person(self, span: Span, passages: Sequence[Passage[Detail]]) -> Described:
        """Describe the person of a part of the draft."""
        circle = [f for f in self.found if f.about in CIRCLE or (f.about == "unknown" and f.is_loud)]
        region, told, assumed, notes = self._region(circle)
        weights = self.tables.figures.by_cell(PEOPLE)
        total = sum(weights)
        population = Population(region, tuple(weight / total for weight in weights))
        read = _outermost([*self._touched(passages, circle)], self.tables)
        is_couple = _COUPLE.search(self.draft.reading.text, *self.draft.reading.find(span)) is not None
        attributes = [attribute for passage, finding in read if (attribute := self._attribute(passage, finding, population)) is not None]
        attributes += self._others(circle, population, [passage for passage, _ in read])
        attributes, more = _consistent(attributes, is_couple=is_couple)
        attributes += self._pronouns(span, attributes) if circle and not is_couple else []
        local = self.practice.shares.get(region.name, {})
        attributes = [_with_local_share(attribute, local) for attribute in attributes]
        counted = [self.draft.reading.find(each) for attribute in attributes for each in attribute.spans]
        unscored = tuple(
            Unscored(f.span, f.rule.label)
            for f in circle
            if f.rule.label in CLUES and not any(_touch(self.draft.reading.find(f.span), span) for span in counted)
        )
        direct = any(f.is_loud and f.rule.paragraph in _DIRECT and f.rule.label not in CLUES for f in circle)
        return Described(
            span, population, tuple(attributes), unscored, assumed, tuple([*notes, *more]), direct, told,
            any(f.rule.label == "LOCATION" and f.about in CIRCLE for f in circle),
        )  # fmt: skip

    def _touched(self, passages: Iterable[Passage[Detail]], circle: Sequence[Finding]) -> Iterator[tuple[Passage[Detail], Finding | None]]:
        """Give the passages that touch a finding of the client's circle with a label of their table, with the one they touch most."""
        for passage in passages:
            labels = self.tables.table_of(passage.phrase).labels
            if not labels:
                if circle:
                    yield passage, None
                continue
            touching = [f for f in circle if f.rule.label in labels and passage.touches(*self.draft.reading.find(f.span))]
            if touching:
                yield passage, max(touching, key=lambda f: (_shared(passage, self.draft.reading.find(f.span)), -f.span.start))

    def _attribute(self, passage: Passage[Detail], finding: Finding | None, population: Population) -> Attribute | None:
        detail = passage.phrase
        attribute = self.tables.attribute(detail, passage.groups, self._window(passage))
        if attribute is None:
            return None
        span = self.draft.reading.source(passage.start, passage.end)
        attribute = replace(attribute, spans=(span,), label=finding.rule.label if finding else "")
        table = self.tables.table_of(detail)
        if finding is not None and finding.about == "relative" and table.id not in ("events", "family"):
            return of_a_relative(attribute, self._relation(passage), population)
        return attribute

    def _window(self, passage: Passage[Detail]) -> Window:
        """Tell how long ago what a passage says may have happened, from the words just around it."""
        text = self.draft.reading.text
        around = text[max(0, passage.start - 40) : passage.end + 30]
        return next((window for pattern, window in WINDOWS if pattern.search(around)), UNSAID)

    def _relation(self, passage: Passage[Detail]) -> str:
        text = self.draft.reading.text
        starts = [start for start in sentence_starts(text) if start <= passage.start]
        before = text[max(starts[-1], passage.start - 60) : passage.end + 25]
        found = [(match.start(), name) for name, pattern in _RELATION for match in pattern.finditer(before)]
        return max(found)[1] if found else "other"

    def _others(self, circle: Sequence[Finding], population: Population, read: Sequence[Passage[Detail]]) -> Iterator[Attribute]:
        """Give what no table tells: bare numbers that are ages, ages over 89, dates, named employers and schools."""
        for finding in circle:
            where = self.draft.reading.find(finding.span)
            label = finding.rule.label
            if label == "AGE_OVER_89":
                age = replace(age_attribute((90, 100)), spans=(finding.span,), label=label)
                yield age if finding.about != "relative" else of_a_relative(age, "grandparent", population)
            elif label == "AGE" and not any(passage.touches(*where) for passage in read):
                digits = re.search(r"\d{1,3}", self.draft[finding.span])
                ages = ages_told("number", {"age": digits[0]}) if digits else None
                if ages is not None:
                    age = replace(age_attribute(ages), spans=(finding.span,), label=label)
                    yield age if finding.about != "relative" else of_a_relative(age, "other", population)
            elif label == "DATE" and finding.is_loud:
                yield _date(finding, is_day="month" not in finding.rule.id or "day" in finding.rule.id)
            elif label in ("EMPLOYER", "SCHOOL") and finding.is_loud:
                yield self._place_of_work(finding, population)

    def _place_of_work(self, finding: Finding, population: Population) -> Attribute:
        """Give a named employer or school as the people who are there, of all of the region."""
        name = self.draft[finding.span]
        if finding.rule.label == "SCHOOL":
            ages, heads = ((18, 26), COLLEGE) if _COLLEGE.search(name) else ((14, 18), HIGH_SCHOOL) if _HIGH.search(name) else ((5, 14), SCHOOL)
            what = "a named college" if heads == COLLEGE else "a named school"
        else:
            known = normalise(name) in self.tables.known_employers
            ages, heads, what = (18, 70), KNOWN_EMPLOYER if known else EMPLOYER, "a named employer"
        there = sum(weight for cell, weight in zip(CELLS, population.weights, strict=True) if ages[0] <= cell.age <= ages[1])
        share = min(1.0, heads / (population.region.population * there))
        shares = tuple(share if ages[0] <= cell.age <= ages[1] else share / 50 for cell in CELLS)
        made = Attribute(
            id="named-school" if finding.rule.label == "SCHOOL" else "named-employer", what=what, dimension="employer", tier="public", shares=shares,
            log_sd=HEADCOUNT_SD, label=finding.rule.label, spans=(finding.span,), cost=0.3, source=f"about {heads:,} people there, assumed", year=2025,
            is_rough=True, overlaps={"occupation": 0.5, "education": 0.5},
        )  # fmt: skip
        return made if finding.about != "relative" else of_a_relative(made, "other", population)

    def _pronouns(self, span: Span, attributes: Sequence[Attribute]) -> list[Attribute]:
        """Give the sex that pronouns tell, where all are of one and nothing else tells it."""
        if any(attribute.dimension in ("sex", "gender") for attribute in attributes):
            return []
        text = self.draft.reading.text
        start, end = self.draft.reading.find(span)
        he, she = _HE.search(text, start, end), _SHE.search(text, start, end)
        if (he is None) == (she is None):
            return []
        sex: Sex = "m" if he else "f"
        match = he or she
        where = self.draft.reading.source(*match.span()) if match else span
        return [sex_attribute(sex, (where,), label="GENDER")]

    def _region(self, circle: Sequence[Finding]) -> tuple[Region, tuple[Span, ...], bool, list[str]]:
        """Give the region whose people are counted, where the draft tells it, whether it was taken, and what was assumed."""
        state = next((name for f in self.all.found if f.rule.label == "STATE" if (name := self.regions.state(self.draft[f.span]))), None)
        near = self.practice.group or self.practice.office or state
        clients = [f for f in circle if f.rule.label == "LOCATION"]
        search = [f for f in self.found if f.rule.label == "LOCATION" and f.about not in CIRCLE] or [
            f for f in self.all.found if f.rule.label == "LOCATION" and f.about in ("provider", "unknown")
        ]
        for places, is_search in ((clients, False), (search, True)):
            named = [(region, f.span) for f in places if (region := self._named(f, state, near)) is not None]
            if named:
                region, span = min(named, key=lambda pair: pair[0].population)
                if is_search or self._is_near(span):
                    region = _around(region)
                return region, tuple(span for _, span in named), False, []
        if clients:
            return UNKNOWN_PLACE, tuple(f.span for f in clients), True, ["The place named is not in the table of places; taken as a small town."]
        known = [region for region in (self.practice.group, self.practice.office, state) if region is not None]
        if known:
            region = min(known, key=lambda region: region.population)
            told = () if region is not state else tuple(f.span for f in self.all.found if f.rule.label == "STATE")
            return region, told, region is not state, [] if region is state else [f"No place is named; the region is taken from your settings: {region.name}."]
        return FALLBACK, (), True, ["No place is named and none is set; taken as a region of 250,000 people. `safeharbor init` sets yours."]

    def _named(self, finding: Finding, state: Region | None, near: Region | None) -> Region | None:
        found = self.regions.find(self.draft[finding.span], state=state.states[0] if state else None, near=near)
        return found[0] if found else None

    def _is_near(self, span: Span) -> bool:
        """Whether a place is only near: `near his home in X`, `the X area`."""
        before, after = self.draft.text[max(0, span.start - 25) : span.start], self.draft.text[span.end : span.end + 8]
        return re.search(r"\b(?:near|around|close to|outside(?: of)?)\b[^.;\n]*$", before, re.IGNORECASE) is not None or " area" in after.lower()


UNKNOWN_PLACE = Region("a place that is not in the table", "town", (), 12_000, 3_000, 60_000, "assumed")


def _around(region: Region) -> Region:
    """Give a place with those who live near it, as wide a range as that takes."""
    if region.kind in ("state", "metro", "county", "region"):
        return region
    people = round(region.population * NEAR)
    return replace(region, name=f"near {region.name}", population=people, low=round(region.low * 1.2), high=round(region.high * 2.2))


def of_a_relative(attribute: Attribute, relation: str, population: Population) -> Attribute:
    """Give a detail of a relative as a detail of the client: somebody who has such a relative of whom it is true."""
    sex = _SEX_OF.get(relation)
    cells = [at for at, cell in enumerate(CELLS) if (sex is None or cell.sex == sex) and (relation == "child" or attribute.dimension == "age" or cell.age >= 18)]
    weight = sum(population.weights[at] for at in cells)
    share = sum(population.weights[at] * attribute.shares[at] for at in cells) / weight if weight else 0.0
    had = min(0.95, RELATIVES[relation] * share)
    wider = None if attribute.wider is None else of_a_relative(attribute.wider, relation, population)
    had = had if wider is None else min(had, wider.shares[0])
    return replace(
        attribute,
        id=f"{relation}-{attribute.id}",
        what=f"a relative: {attribute.what}",
        dimension=f"{attribute.dimension} of a relative",
        shares=(had,) * len(CELLS),
        log_sd=max(attribute.log_sd, 0.4),
        wider=wider,
        cost=0.3,
        overlaps={},
    )


def sex_attribute(sex: Sex, spans: tuple[Span, ...], label: str) -> Attribute:
    """Give male or female as an attribute."""
    return Attribute(
        id="woman" if sex == "f" else "man", what="a woman or girl" if sex == "f" else "a man or boy", dimension="sex", tier="public",
        shares=tuple(float(cell.sex == sex) for cell in CELLS), label=label, spans=spans, cost=0.3, source="by definition",
    )  # fmt: skip


def _date(finding: Finding, *, is_day: bool) -> Attribute:
    """Give a date of the story as an attribute: a day, or a month, on which it happened to few of those whom it happened to."""
    share, low, high = (0.02, 0.003, 0.2) if is_day else (0.12, 0.05, 0.4)
    return Attribute(
        id="date-day" if is_day else "date-month", what="the day it happened" if is_day else "the month it happened", dimension="date", tier="social",
        shares=(share,) * len(CELLS), log_sd=0.8, label=finding.rule.label, spans=(finding.span,), cost=0.1, source="assumed", year=2025, is_rough=True,
        instead="leave the date out",
    )  # fmt: skip


def _consistent(attributes: Sequence[Attribute], *, is_couple: bool) -> tuple[list[Attribute], list[str]]:
    """Join repeated details; keep the first of two that cannot both be true of one person, and say so. A couple has two of each."""
    out: dict[tuple[str, str], Attribute] = {}
    notes = []
    for attribute in attributes:
        key = (attribute.dimension, attribute.id)
        if key in out:
            out[key] = replace(out[key], spans=(*out[key].spans, *attribute.spans))
            continue
        same = [other for other in out.values() if other.dimension == attribute.dimension]
        if is_couple and same and attribute.dimension in _PERSONAL:
            attribute = replace(attribute, dimension=f"{attribute.dimension} of the partner", shares=(_mean(attribute),) * len(CELLS), wider=None)  # noqa: PLW2901
        elif attribute.dimension in ("age", "sex") and any(not any(map(float.__mul__, other.shares, attribute.shares)) for other in same):
            notes.append(f"The draft tells two things about {attribute.dimension} that do not fit one person; the first was taken.")
            continue
        out[attribute.dimension, attribute.id] = attribute
    return list(out.values()), list(dict.fromkeys(notes))


def _mean(attribute: Attribute) -> float:
    adults = [share for cell, share in zip(CELLS, attribute.shares, strict=True) if 18 <= cell.age < 80]
    return max(sum(adults) / len(adults), 1e-6)


def _with_local_share(attribute: Attribute, local: Mapping[str, float]) -> Attribute:
    """Give an attribute with the share that the settings have for it in this region."""
    wider = None if attribute.wider is None else _with_local_share(attribute.wider, local)
    if attribute.id not in local:
        return replace(attribute, wider=wider)
    share = local[attribute.id]
    shares = (share,) * len(CELLS) if wider is None else tuple(min(share, other) for other in wider.shares)
    return replace(attribute, shares=shares, log_sd=0.25, wider=wider, source="your settings", is_rough=False)


def _outermost(read: Sequence[tuple[Passage[Detail], Finding | None]], tables: Tables) -> list[tuple[Passage[Detail], Finding | None]]:
    """Leave out what is told of a relative inside a longer passage about an event or the family: it is part of that fact."""
    whole = [passage for passage, finding in read if finding is not None and tables.table_of(passage.phrase).id in ("events", "family")]
    out = []
    for passage, finding in read:
        inside = any(
            other is not passage and other.start <= passage.start and passage.end <= other.end and len(range(other.start, other.end)) > len(range(passage.start, passage.end))
            for other in whole
        )
        if not inside or finding is None or (finding.about != "relative" and tables.table_of(passage.phrase).id not in ("family", "events")):
            out.append((passage, finding))
    return out


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _shared(passage: Passage[Detail], where: tuple[int, int]) -> int:
    return min(passage.end, where[1]) - max(passage.start, where[0])
