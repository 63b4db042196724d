"""Describe: what a draft says of the person it is about, as attributes with shares, and of which region."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from safeharbor.detect.phrases import Passage
from safeharbor.draft import Draft, Span
from safeharbor.findings import Finding, Findings
from safeharbor.labels import CIRCLE, CLUES
from safeharbor.risk.estimate import DEPENDENCE, Attribute, Population
from safeharbor.risk.figures import CELLS, PEOPLE, Sex
from safeharbor.risk.regions import FALLBACK, NEAR, Region, Regions
from safeharbor.risk.stories import PERSONS, RELATIONS, WINDOWS, Stories, Told
from safeharbor.risk.tables import Detail, Tables, Window, age_attribute, ages_told
from safeharbor.rulebook import Rulebook
from safeharbor.words import normalise

UNSAID = Window(5.0, "within some years")
"""How long ago something happened where nothing says so (risk model, section 2.5)."""
BEFORE, AFTER = 45, 30
"""Characters before and after a passage in which words tell how long ago it was, or of which relative."""
OTHER_RELATIVES = 2.5
"""How many relatives are meant where nothing says which."""
WIDE_RANGE = frozenset({"state", "metro", "county", "region"})
"""Kinds of region that already hold those who live near."""
WHOLE_FACTS = frozenset({"events", "family"})
"""Tables whose passages tell a whole fact of the client's life, with the relatives who are in it."""
OF_EACH_PARTNER = frozenset({"occupation", "age", "sex", "ethnicity", "religion", "employer", "education"})
"""Dimensions in which each partner of a couple has a detail of their own."""
BESIDE = frozenset({"age", "sex"})
"""Dimensions that words tell beside what they say: a widow, 34F."""
UNKNOWN_PLACE = Region("a place that is not in the table", "town", (), 12_000, 3_000, 60_000, "assumed")
_HE, _SHE = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE), re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
_NEAR = re.compile(r"\b(?:near|around|close to|outside(?: of)?)\b[^.;\n]*$", re.IGNORECASE)
_MORE_OF_A_PLACE = re.compile(r",? (?:(?-i:[A-Z]{2})\b|(?:metro(?:politan)?(?: area)?|county|co\.|area|region|suburbs)\b)", re.IGNORECASE)
"""What may follow a place's name and belongs to it."""
_DIRECT = frozenset({"A", *"DEFGHIJKLMNOPQR"})


@dataclass(frozen=True, slots=True)
class _Staff:
    """People at a named employer, or students of a named school, where nobody says how many."""

    what: str
    heads: int
    first: int
    last: int
    name: re.Pattern[str]


EMPLOYER = _Staff("a named employer", 150, 18, 70, re.compile(""))
LARGE_EMPLOYER = _Staff("a named large employer", 2_000, 18, 70, re.compile(""))
SCHOOLS = (
    _Staff(
        "a named college",
        8_000,
        18,
        26,
        re.compile(r"\b(?:universit\w+|college|univ|tech|institute|state)\b|^(?-i:[A-Z]{2,5})$", re.IGNORECASE),
    ),
    _Staff("a named high school", 1_000, 14, 18, re.compile(r"\b(?:high|hs|prep|academy|secondary)\b", re.IGNORECASE)),
    _Staff("a named school", 450, 5, 14, re.compile("")),
)
HEADCOUNT_SD = 1.3
"""Deviation of the logarithm of such a number (risk model, section 2.4)."""


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
    population: Population = field(repr=False)
    attributes: tuple[Attribute, ...] = field(repr=False)
    unscored: tuple[Unscored, ...] = ()
    is_assumed: bool = False
    """Whether the region was not told but taken."""
    notes: tuple[str, ...] = ()
    """What was assumed, in sentences without words of the draft."""
    has_direct: bool = False
    """Whether an identifier is there that needs no arithmetic: a name, a number, an address on the web."""
    told_by: tuple[Span, ...] = ()
    """Where the draft tells the region."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the estimate takes for granted; `safeharbor.build.validation` halves and doubles each."""

    dependence: float = DEPENDENCE
    """What the second detail adds to the deviation of ln λ."""
    windows: float = 1.0
    """How many times as long ago as the tables say things may have happened."""
    fallback: Region = FALLBACK
    """The region where nothing tells one."""


@dataclass(frozen=True)
class Practice:
    """What a poster's settings say of the place: the group's region, the office's, and shares that differ there."""

    group: Region | None = None
    office: Region | None = None
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """For a region's name (as Region.name has it), the share of each detail by its id, from 0 to 1."""
    assumptions: Assumptions = field(default_factory=Assumptions)


@dataclass(frozen=True)
class Library:
    """Everything that ships for reading a description: tables, stories and regions."""

    tables: Tables
    stories: Stories
    regions: Regions

    @staticmethod
    def load(rulebook: Rulebook) -> Library:
        """Read the library of a rulebook's folder. Raises RuleError, with file and line, for what cannot be used."""
        return Library(Tables.load(rulebook), Stories.load(rulebook), Regions.load(rulebook.folder))

    @cached_property
    def everybody(self) -> tuple[float, ...]:
        """The share of all people who are of each of CELLS; they add up to 1."""
        weights = self.tables.figures.by_cell(PEOPLE)
        return tuple(weight / sum(weights) for weight in weights)


def describe(draft: Draft, findings: Findings, library: Library, practice: Practice) -> tuple[Described, ...]:
    """Give the people that a draft describes, each with attributes and region; one with no attributes if it describes nobody.

    Raises TimeoutError when a pattern takes longer than the limit.
    """
    text = draft.reading.text
    told = {table: library.stories.read(table, text) for table in (WINDOWS, RELATIONS, PERSONS)}
    passages = library.tables.book.read(text)
    return tuple(
        _Reader(draft, library, practice, findings, told, part).person(passages) for part in _parts(draft, findings, told[PERSONS])
    )


def _parts(draft: Draft, findings: Findings, persons: Sequence[Passage[Told]]) -> list[Span]:
    """Part a draft where another client begins: a new item of a list, or words such as `another client`, with an age of its own."""
    size = max(len(draft.text), 1)
    marks = sorted(draft.reading.source(p.start, p.end).start for p in persons if p.phrase.id == "another-client")
    ages = [f.span.start for f in findings.found if f.about == "client" and f.rule.label in ("AGE", "AGE_OVER_89")]
    cuts = [0]
    for at, end in pairwise([*marks, size]):
        if any(at <= age < end for age in ages) and any(cuts[-1] <= age < at for age in ages):
            cuts.append(at)
    return [Span(start, end) for start, end in pairwise([*cuts, size])]


@dataclass(frozen=True)
class _Reader:
    """What is needed to describe one person."""

    draft: Draft
    library: Library
    practice: Practice
    findings: Findings
    told: Mapping[str, Sequence[Passage[Told]]]
    part: Span
    """The part of the draft that is about the person."""

    @cached_property
    def found(self) -> list[Finding]:
        """The findings in the part."""
        return [finding for finding in self.findings.found if finding.span.touches(self.part)]

    @cached_property
    def circle(self) -> list[Finding]:
        """Those about the client and those close to them, or about nobody knows whom and loud."""
        return [finding for finding in self.found if finding.about in CIRCLE or (finding.about == "unknown" and finding.is_loud)]

    def person(self, passages: Sequence[Passage[Detail]]) -> Described:
        """Describe the person."""
        region, told_by, is_assumed, notes = self._region()
        population = Population(region, self.library.everybody, self.practice.assumptions.dependence)
        read = self._outermost([*self._touching(passages)])
        is_couple = any(self._is_here(passage) for passage in self.told[PERSONS] if passage.phrase.id == "a-couple")
        told = [
            (attribute, self.library.tables.table_of(passage.phrase).id)
            for passage, finding in read
            if (attribute := self._attribute(passage, finding, population)) is not None
        ]
        made = _told_once(told)
        made += self._untabled(population, [passage for passage, _ in read])
        attributes, doubts = _consistent(made, is_couple=is_couple)
        if self.circle and not is_couple:
            attributes += self._pronouns(attributes)
        local = self.practice.shares.get(region.name, {})
        attributes = [_with_local_share(attribute, local) for attribute in attributes]
        counted = [span for attribute in attributes for span in attribute.spans]
        return Described(
            span=self.part,
            population=population,
            attributes=tuple(attributes),
            unscored=tuple(
                Unscored(f.span, f.rule.label)
                for f in self.circle
                if f.rule.label in CLUES and not any(f.span.touches(span) for span in counted)
            ),
            is_assumed=is_assumed,
            notes=(*notes, *doubts),
            has_direct=any(f.is_loud and f.rule.paragraph in _DIRECT and f.rule.label not in CLUES for f in self.circle),
            told_by=told_by,
        )

    def _is_here(self, passage: Passage[Told] | Passage[Detail]) -> bool:
        return self.draft.reading.source(passage.start, passage.end).touches(self.part)

    def _touching(self, passages: Iterable[Passage[Detail]]) -> Iterator[tuple[Passage[Detail], Finding | None]]:
        """Give the passages that touch a finding of the circle with a label of their table, with the one they touch most."""
        for passage in passages:
            span = self.draft.reading.source(passage.start, passage.end)
            labels = self.library.tables.table_of(passage.phrase).labels
            if not span.touches(self.part):
                continue
            if not labels:
                if self.circle:
                    yield passage, None
                continue
            touching = [finding for finding in self.circle if finding.rule.label in labels and finding.span.touches(span)]
            if touching:
                yield passage, max(touching, key=lambda finding: (_shared(finding.span, span), -finding.span.start))

    def _outermost(self, read: Sequence[tuple[Passage[Detail], Finding | None]]) -> list[tuple[Passage[Detail], Finding | None]]:
        """Leave out what tells of a relative inside a longer passage about an event or the family: it is part of that fact."""
        table = {passage.phrase.id: self.library.tables.table_of(passage.phrase).id for passage, _ in read}
        whole = [passage for passage, _ in read if table[passage.phrase.id] in WHOLE_FACTS]
        out = []
        for passage, finding in read:
            is_part = table[passage.phrase.id] in WHOLE_FACTS or (finding is not None and finding.about == "relative")
            if not (is_part and any(_is_inside(passage, other) for other in whole)):
                out.append((passage, finding))
        return out

    def _attribute(self, passage: Passage[Detail], finding: Finding | None, population: Population) -> Attribute | None:
        span = self.draft.reading.source(passage.start, passage.end)
        attribute = self.library.tables.attribute(passage.phrase, passage.groups, self._window(passage))
        if attribute is None:
            return None
        attribute = replace(attribute, spans=(span,), label=finding.rule.label if finding else "")
        if finding is not None and finding.about == "relative" and self.library.tables.table_of(passage.phrase).id not in WHOLE_FACTS:
            return of_a_relative(attribute, self._relation(passage.start, passage.end), population)
        return attribute

    def _beside(self, table: str, start: int, end: int) -> list[Passage[Told]]:
        return [passage for passage in self.told[table] if passage.touches(max(start - BEFORE, 0), end + AFTER)]

    def _window(self, passage: Passage[Detail]) -> Window:
        """Tell how long ago what a passage says may have happened."""
        told = self.library.stories.surest(WINDOWS, self._beside(WINDOWS, passage.start, passage.end))
        window = UNSAID if told is None else Window(told.years, told.what, is_ever=told.is_ever)
        return replace(window, years=window.years * self.practice.assumptions.windows)

    def _relation(self, start: int, end: int) -> Told | None:
        """Tell whose a relative's detail is: the relation that stands nearest."""
        near = self._beside(RELATIONS, start, end)
        return min(near, key=lambda passage: max(start - passage.end, passage.start - end, 0)).phrase if near else None

    def _untabled(self, population: Population, read: Sequence[Passage[Detail]]) -> Iterator[Attribute]:
        """Give what no table tells: bare numbers that are ages, ages over 89, dates, named employers and schools."""
        for finding in self.circle:
            start, end = self.draft.reading.find(finding.span)
            label = finding.rule.label
            made = None
            if label in ("AGE", "AGE_OVER_89") and not any(passage.touches(start, end) for passage in read):
                digits = re.search(r"\d{1,3}", self.draft[finding.span])
                ages = ages_told("number", {"age": digits[0]}) if digits else (90, 100) if label == "AGE_OVER_89" else None
                made = None if ages is None else age_attribute(ages)
            elif label == "DATE" and finding.is_loud:
                made = DAY if "day" in finding.rule.id or "numeric" in finding.rule.id or "birth" in finding.rule.id else MONTH
            elif label in ("EMPLOYER", "SCHOOL") and self._is_named(finding, read):
                made = self._place_of_work(finding, population)
            if made is not None:
                made = replace(made, spans=(finding.span,), label=label)
                is_of_relative = finding.about == "relative" and label != "DATE"
                yield of_a_relative(made, self._relation(start, end), population) if is_of_relative else made

    def _is_named(self, finding: Finding, read: Sequence[Passage[Detail]]) -> bool:
        """Whether a workplace or school is given by name: not by a kind that the tables know, such as a tech company."""
        is_kind = any(passage.touches(*self.draft.reading.find(finding.span)) for passage in read)
        return finding.is_loud or (not is_kind and any(map(str.isupper, self.draft[finding.span])))

    def _place_of_work(self, finding: Finding, population: Population) -> Attribute:
        """Give a named employer or school as the people who are there, of all of the region."""
        name = self.draft[finding.span]
        if finding.rule.label == "SCHOOL":
            staff = next(school for school in SCHOOLS if school.name.search(name))
        else:
            staff = LARGE_EMPLOYER if normalise(name) in self.library.tables.known_employers else EMPLOYER
        is_there = [staff.first <= cell.age <= staff.last for cell in CELLS]
        weight = sum(weight for weight, there in zip(population.weights, is_there, strict=True) if there)
        share = min(1.0, staff.heads / (population.region.population * weight))
        return Attribute(
            id=NAMED_SCHOOL if finding.rule.label == "SCHOOL" else NAMED_EMPLOYER,
            what=staff.what,
            dimension="employer",
            tier="public",
            shares=tuple(share if there else share / 50 for there in is_there),
            log_sd=HEADCOUNT_SD,
            overlaps={"occupation": 0.5, "education": 0.5},
            cost=0.3,
            source=f"about {staff.heads:,} people there, assumed",
            year=2025,
            is_rough=True,
        )

    def _pronouns(self, attributes: Sequence[Attribute]) -> list[Attribute]:
        """Give the sex that pronouns tell, where all are of one and nothing else tells it."""
        start, end = self.draft.reading.find(self.part)
        he, she = (pattern.search(self.draft.reading.text, start, end) for pattern in (_HE, _SHE))
        match = he or she
        if match is None or (he and she) or any(attribute.dimension in ("sex", "gender") for attribute in attributes):
            return []
        return [replace(sex_attribute("m" if he else "f"), spans=(self.draft.reading.source(*match.span()),), label="GENDER")]

    def _region(self) -> tuple[Region, tuple[Span, ...], bool, list[str]]:
        """Give the region whose people are counted, where the draft tells it, whether it was taken, and what was assumed."""
        states = [
            (region, f.span)
            for f in self.findings.found
            if f.rule.label == "STATE" and (region := self.library.regions.state(self.draft[f.span]))
        ]
        state = states[0][0] if states else None
        near = self.practice.group or self.practice.office or state
        clients = [f for f in self.circle if f.rule.label == "LOCATION"]
        others = [f for f in self.findings.found if f.rule.label == "LOCATION" and f.about not in CIRCLE]
        here = [f for f in others if f.about != "author" and f.span.touches(self.part)]
        search = here or [f for f in others if f.about != "author"]
        own = [f for f in others if f.about == "author"]
        for places in (clients, search, own):
            named = self._named(places, state, near)
            if named:
                region, finding = min(named, key=lambda pair: pair[0].population)
                is_near = finding not in clients or self._is_near(finding.span)
                shared = self.library.regions.ambiguous(self._name(finding), state=state.states[0] if state else None, near=near)
                notes = ["Several places share the name that the draft gives; the likeliest was taken."] if shared else []
                return around(region) if is_near else region, tuple(f.span for _, f in named), False, notes
        if clients or search:
            told = tuple(f.span for f in clients or search)
            return UNKNOWN_PLACE, told, True, ["The place named is not in the table of places; taken as a small town."]
        if state is not None and (near is None or near.population >= state.population or state.states != near.states):
            return state, tuple(span for _, span in states), False, []
        if near is not None:
            return near, (), True, [f"No place is named; the region is taken from your settings: {near.name}."]
        return (
            self.practice.assumptions.fallback,
            (),
            True,
            ["No place is named and none is set: taken as a region of 250,000 people. `safeharbor init` sets yours."],
        )

    def _named(self, places: Sequence[Finding], state: Region | None, near: Region | None) -> list[tuple[Region, Finding]]:
        """Give the regions that places name. Where nothing else tells the state, the largest of them does: its neighbors are meant."""
        hint = state.states[0] if state else None
        found = [(regions[0], each) for each in places if (regions := self.library.regions.find(self._name(each), state=hint, near=near))]
        if len(found) < 2 or hint or near:
            return found
        largest = max((region for region, _ in found), key=lambda region: region.population)
        return [((self.library.regions.find(self._name(each), near=largest) or (region,))[0], each) for region, each in found]

    def _name(self, finding: Finding) -> str:
        """Give the name of a place with what follows it, if there is a place of that name: Portland metro, Bend OR."""
        behind = _MORE_OF_A_PLACE.match(self.draft.text, finding.span.end)
        longer = self.draft.text[finding.span.start : behind.end()] if behind else ""
        return longer if longer and self.library.regions.find(longer) else self.draft[finding.span]

    def _is_near(self, span: Span) -> bool:
        """Whether a place is only near: `near his home in X`, `the X area`."""
        text = self.draft.text
        return _NEAR.search(text, max(0, span.start - 25), span.start) is not None or " area" in text[span.end : span.end + 25].lower()


NAMED_EMPLOYER, NAMED_SCHOOL = "named-employer", "named-school"
"""Attributes whose share is of the region: the same people are a smaller part of a wider one."""


def around(region: Region) -> Region:
    """Give a place with those who live near it, as wide a range as that takes."""
    if region.kind in WIDE_RANGE or region.name.startswith("near "):
        return region
    people = round(region.population * NEAR)
    return replace(region, name=f"near {region.name}", population=people, low=round(region.low * 1.2), high=round(region.high * 2.2))


def of_a_relative(attribute: Attribute, relation: Told | None, population: Population) -> Attribute:
    """Give a detail of a relative as a detail of the client: somebody who has such a relative of whom it is true."""
    sex, many = (relation.sex, relation.many) if relation else ("", OTHER_RELATIVES)
    is_age = attribute.dimension in ("age", "sex")
    cells = [at for at, cell in enumerate(CELLS) if (not sex or cell.sex == sex) and (is_age or cell.age >= 18)]
    weight = sum(population.weights[at] for at in cells)
    share = sum(population.weights[at] * attribute.shares[at] for at in cells) / weight
    wider = None if attribute.wider is None else of_a_relative(attribute.wider, relation, population)
    share = min(0.95, many * share, 1.0 if wider is None else wider.shares[0])
    return replace(
        attribute,
        id=f"{relation.id if relation else 'relative'}-{attribute.id}",
        what=f"{relation.what if relation else 'a relative'}: {attribute.what}",
        dimension=f"{attribute.dimension} of {relation.what if relation else 'a relative'}",
        shares=(share,) * len(CELLS),
        log_sd=max(attribute.log_sd, 0.4),
        wider=wider,
        cost=0.3,
        overlaps={},
    )


def sex_attribute(sex: Sex) -> Attribute:
    """Give male or female as an attribute."""
    return Attribute(
        id="woman" if sex == "f" else "man",
        what="a woman or girl" if sex == "f" else "a man or boy",
        dimension="sex",
        tier="public",
        shares=tuple(float(cell.sex == sex) for cell in CELLS),
        cost=0.3,
        source="by definition",
    )


def _date(id_: str, what: str, share: float) -> Attribute:
    shares = (share,) * len(CELLS)
    return Attribute(id_, what, "date", "social", shares, log_sd=0.8, cost=0.1, source="assumed", year=2025, is_rough=True)


DAY, MONTH = _date("date-day", "the day it happened", 0.02), _date("date-month", "the month it happened", 0.12)
"""A date of the story: of those to whom a thing happened, few had it happen on that day, or in that month."""


def _told_once(told: Sequence[tuple[Attribute, str]]) -> list[Attribute]:
    """Give attributes of one dimension to the same words where two tables read them: they tell one fact. Age and sex are told beside."""
    out: list[Attribute] = []
    for attribute, table in told:
        same = next(
            (
                other
                for other, (_, its) in zip(out, told, strict=False)
                if its != table and not {other.dimension, attribute.dimension} & BESIDE and _is_nested(other.spans[0], attribute.spans[0])
            ),
            None,
        )
        out.append(attribute if same is None else replace(attribute, dimension=same.dimension))
    return out


def _is_nested(one: Span, other: Span) -> bool:
    return (one.start <= other.start and other.end <= one.end) or (other.start <= one.start and one.end <= other.end)


def _consistent(attributes: Sequence[Attribute], *, is_couple: bool) -> tuple[list[Attribute], list[str]]:
    """Join repeated details; keep the first of two that cannot both be true of one person, and say so. A couple has two of each."""
    out: dict[tuple[str, str], Attribute] = {}
    notes = []
    for attribute in attributes:
        key = (attribute.dimension, attribute.id)
        same = [other for other in out.values() if other.dimension == attribute.dimension]
        if key in out:
            out[key] = replace(out[key], spans=(*out[key].spans, *attribute.spans))
        elif is_couple and same and attribute.dimension in OF_EACH_PARTNER:
            partner = replace(
                attribute, dimension=f"{attribute.dimension} of the partner", shares=(_mean(attribute),) * len(CELLS), wider=None
            )
            out.setdefault((partner.dimension, partner.id), partner)
        elif attribute.dimension in ("age", "sex") and any(_excludes(other, attribute) for other in same):
            notes.append(f"The draft tells two things about {attribute.dimension} that do not fit one person; the first was taken.")
        else:
            out[key] = attribute
    return list(out.values()), list(dict.fromkeys(notes))


def _excludes(one: Attribute, other: Attribute) -> bool:
    """Whether nobody has both."""
    return not any(first and second for first, second in zip(one.shares, other.shares, strict=True))


def _mean(attribute: Attribute) -> float:
    adults = [share for cell, share in zip(CELLS, attribute.shares, strict=True) if 18 <= cell.age < 80]
    return max(sum(adults) / len(adults), 1e-6)


def _with_local_share(attribute: Attribute, local: Mapping[str, float]) -> Attribute:
    """Give an attribute with the share that the settings have for it in this region."""
    wider = None if attribute.wider is None else _with_local_share(attribute.wider, local)
    if attribute.id not in local:
        return attribute if wider is attribute.wider else replace(attribute, wider=wider)
    share = local[attribute.id]
    shares = (share,) * len(CELLS) if wider is None else tuple(min(share, other) for other in wider.shares)
    return replace(attribute, shares=shares, log_sd=0.25, wider=wider, source="your settings", is_rough=False)


def _is_inside(passage: Passage[Detail], other: Passage[Detail]) -> bool:
    return other.start <= passage.start and passage.end <= other.end and other.end - other.start > passage.end - passage.start


def _shared(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start)
