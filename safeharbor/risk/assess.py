"""Assess: how exposed the person of a draft is, which detail does it, and what to change first."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from safeharbor.draft import Draft
from safeharbor.findings import Findings
from safeharbor.risk.describe import UNSAID, Described, Library, Practice, describe
from safeharbor.risk.estimate import HEADLINE, TIERS, Attribute, Estimate, Population, estimate, leaving_out, widening
from safeharbor.risk.regions import Region, Regions
from safeharbor.risk.tables import Tables

_OF_ANYBODY = frozenset({"kin", "siblings"})
"""Dimensions in which what a request says tells nothing of a client: works with families, third-culture."""
_JOINS = re.compile(r" (?:and|or) ")
Level = Literal["low", "moderate", "high", "critical"]
LEVELS: tuple[Level, ...] = ("low", "moderate", "high", "critical")
TARGET = 11
"""The least number of people who should fit: the common rule for small cells (CMS cell-size policy; El Emam 2013; EMA policy 0070)."""
CRITICAL, MANY = 2, 100
"""The pessimistic end of K below which it is critical, and from which it is low."""
KNOWN, LOCAL, LOCAL_LOW, LOCAL_HIGH = 611, 0.6, 0.3, 1.0
"""People whom a person knows (McCormick, Salganik, Zheng 2010), and what part of them live nearby (risk model, section 2.6)."""
ROUGH_SIGMA = 1.2
"""Deviation of ln λ above which the estimate is called a rough guess."""
MOST_STEPS = 12
TELLING = 1.5
"""Bits beyond the others from which a detail counts as telling: it leaves about one in three."""
FURTHER = 0.1
"""What each further rung of a ladder adds to the cost of a change."""
LEAST_COST = 0.05
"""A change costs the referral at least so much, so that a free one that gains nothing does not come first."""
_PLACE_COST = {"neighbourhood": 0.5, "city": 0.8, "town": 0.5, "county": 0.8, "metro": 0.8, "region": 0.8, "state": 1.0}


@dataclass(frozen=True, slots=True)
class Change:
    """One step that makes more people fit."""

    what: str
    """What to change, as it is named on screen."""
    instead: str
    """What says less; empty to leave it out."""
    asks: str
    """What to ask of the counselor instead; may be empty."""
    kind: str
    """What kind of detail it is."""
    after: Estimate
    """How many people fit then."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one detail gives away beyond all the others: bits, and the share of those who fit the rest that it is true of."""

    attribute: Attribute
    bits: float
    share: float


@dataclass(frozen=True, slots=True)
class Recognition:
    """Whether somebody who knows the client is among the readers: the chance that at least one does, and its range."""

    readers: int
    chance: float
    low: float
    high: float
    alike: float
    """How many people a reader knows who fit as well."""


@dataclass(frozen=True)
class RiskAssessment:
    """The risk of one described person."""

    described: Described
    level: Level
    reasons: tuple[str, ...] = field(repr=False)
    """Why the level is what it is, in words, the weightiest first."""
    tiers: Mapping[str, Estimate]
    told: tuple[Told, ...] = field(repr=False)
    """Details of the headline tier, the most telling first."""
    exposed: tuple[Told, ...] = field(repr=False)
    """Private details: what would be exposed if somebody recognized the client."""
    changes: tuple[Change, ...] = field(repr=False)
    recognition: Recognition
    target: int
    is_rough: bool

    @property
    def headline(self) -> Estimate:
        """The estimate for readers who know the client."""
        return self.tiers[HEADLINE]

    @property
    def crosses(self) -> bool:
        """Whether so few fit that the combination of details (two at least) is itself a warning.

        Where the region is only assumed, the optimistic end of K must be below the target too: a guess is no reason to alarm.
        """
        is_guess = self.described.population.region.source.startswith("assumed")
        return len(self.telling) > 1 and (self.headline.k_high if is_guess else self.headline.k_low) < self.target

    @property
    def telling(self) -> tuple[Told, ...]:
        """The details that each give away more than the others do."""
        return tuple(told for told in self.told if told.bits >= TELLING)


def assess(
    described: Described, regions: Regions, *, target: int = TARGET, readers: int = 3000, audience: Region | None = None
) -> RiskAssessment:
    """Assess the risk of a described person: K for each tier of readers, level with reasons, what each detail tells, what to change first.

    `target` is the least number of people who should fit, `readers` how many read the post, `audience` the region in which they live.
    """
    population, attributes = described.population, described.attributes
    tiers = {tier: estimate(population, attributes, tier) for tier in TIERS}
    level, reasons = _level(described, tiers[HEADLINE])
    known = [attribute for attribute in attributes if attribute.tier in TIERS[HEADLINE]]
    catchment = max(audience.population if audience else 0, _metro(population.region, regions).population)
    return RiskAssessment(
        described, level, reasons, tiers,
        told=_told(population, known, HEADLINE),
        exposed=_told(population, [attribute for attribute in attributes if attribute not in known], "everything"),
        changes=_changes(population, known, regions, target),
        recognition=_recognition(population, known, readers, catchment),
        target=target,
        is_rough=described.is_assumed or tiers[HEADLINE].sigma > ROUGH_SIGMA or 2 * sum(each.is_rough for each in known) > len(known),
    )  # fmt: skip


def _level(described: Described, headline: Estimate) -> tuple[Level, tuple[str, ...]]:
    reasons = []
    level = 0
    listed = next((attribute for attribute in described.attributes if attribute.is_listed), None)
    linkable = next((attribute for attribute in described.attributes if attribute.is_linkable), None)
    if described.attributes:
        level = 3 if headline.k_low < CRITICAL else 2 if headline.k_low < TARGET else 1 if headline.k_low < MANY else 0
    if level == 0 and any(each.label == "UNIQUE_DETAIL" for each in described.unscored):
        level = 1
        reasons.append("A detail that few may share is in no table and was not counted; look yourself.")
    if linkable is not None and level < 3 and headline.k_low < 10 * MANY:
        level += 1
        reasons.append(f"{_capital(linkable.what)}: obituaries, court files or the news name people to whom that happened.")
    if listed is not None:
        level = 3
        reasons.insert(0, f"{_capital(listed.what)}: people with that role are listed by name.")
    if described.has_direct:
        level = 3
        reasons.insert(0, "An identifier such as a name or number is in the draft; no arithmetic is needed.")
    return LEVELS[level], tuple(reasons)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _told(population: Population, attributes: Sequence[Attribute], tier: str) -> tuple[Told, ...]:
    """Tell for each attribute what it gives away beyond the others."""
    whole = estimate(population, attributes, tier).others
    out = []
    for attribute in attributes:
        without = estimate(population, leaving_out(attributes, attribute), tier).others
        share = min(1.0, whole / without) if without > 0 else 1.0
        out.append(Told(attribute, -math.log2(share) if share > 0 else 50.0, share))
    return tuple(sorted(out, key=lambda told: (-told.bits, told.attribute.id)))


def _changes(population: Population, attributes: Sequence[Attribute], regions: Regions, target: int) -> tuple[Change, ...]:
    """Find the steps, each the one that gains most for what it costs the referral, until enough people fit."""
    changes: list[Change] = []
    now = estimate(population, attributes)
    while attributes and now.k_low < target and len(changes) < MOST_STEPS:
        steps = list(_steps(population, attributes, regions))
        if not steps:
            break
        _, change, population, attributes = max(steps, key=lambda step: (step[0], step[1].what))
        now = change.after
        if changes and changes[-1].instead == change.what:
            change = replace(change, what=changes.pop().what)  # two steps of one ladder are told as one
        changes.append(change)
    return tuple(changes)


def _steps(
    population: Population, attributes: Sequence[Attribute], regions: Regions
) -> Iterator[tuple[float, Change, Population, Sequence[Attribute]]]:
    """Give each way up a ladder, by one rung or several: what it gains for its cost, the change, and what is left."""
    before = math.log2(max(estimate(population, attributes).others, 1e-9))
    for attribute in attributes:
        kind = attribute.label.replace("_", " ").lower() or attribute.dimension
        rung: Attribute | None = attribute
        left: Sequence[Attribute] = attributes
        cost = max(attribute.cost, LEAST_COST)
        while rung is not None:
            left = widening(left, rung)
            wider = next((each for each in left if rung.id in each.below), None)
            after = estimate(population, left)
            gain = math.log2(max(after.others, 1e-9)) - before
            yield gain / cost, Change(attribute.what, wider.what if wider else "", attribute.instead, kind, after), population, left
            rung, cost = wider, cost + FURTHER
    region = regions.wider(population.region)
    if region is not None and region.population > population.region.population:
        left = [_rescaled(attribute, population.region, region) for attribute in attributes]
        after = estimate(replace(population, region=region), left)
        gain = math.log2(max(after.others, 1e-9)) - before
        change = Change(population.region.name, region.name, "", "place", after)
        yield gain / _PLACE_COST.get(population.region.kind, 0.8), change, replace(population, region=region), left


def _rescaled(attribute: Attribute, old: Region, new: Region) -> Attribute:
    """Give a named employer or school as the smaller part of a wider region that it is."""
    if attribute.dimension != "employer" or attribute.id not in ("named-employer", "named-school"):
        return attribute
    return replace(attribute, shares=tuple(share * old.population / new.population for share in attribute.shares))


def _metro(region: Region, regions: Regions) -> Region:
    """Give the metro or county around a place, in which those who know the client live; the state if there is none."""
    while region.kind not in ("metro", "region", "state") and (wider := regions.wider(region)) is not None:
        region = wider
    return region


def _recognition(population: Population, attributes: Sequence[Attribute], readers: int, catchment: int) -> Recognition:
    """Estimate whether a reader knows the client: readers · 611 · the part of them who live there / people there."""
    chance, low, high = (-math.expm1(-readers * KNOWN * local / max(catchment, readers)) for local in (LOCAL, LOCAL_LOW, LOCAL_HIGH))
    people = population.region.population
    alike = KNOWN * estimate(population, attributes).others / people if people else 0.0
    return Recognition(readers, chance, low, high, alike)


@dataclass(frozen=True)
class Assessor:
    """Everything that an assessment needs beside the draft: the library, and what the settings say."""

    library: Library
    practice: Practice = field(default_factory=Practice)
    target: int = TARGET
    readers: int = 3000

    def __call__(self, draft: Draft, findings: Findings) -> tuple[RiskAssessment, ...]:
        """Assess each person of a draft, the most exposed first.

        Raises TimeoutError when a pattern takes longer than the limit.
        """
        people = describe(draft, findings, self.library, self.practice)
        risks = [
            assess(person, self.library.regions, target=self.target, readers=self.readers, audience=self.practice.group)
            for person in people
        ]
        return tuple(sorted(risks, key=lambda risk: (-LEVELS.index(risk.level), risk.headline.k_low)))

    def region(self, draft: Draft, findings: Findings) -> Region:
        """Give the region that a draft tells, or that the settings or the model take."""
        return describe(draft, findings, self.library, self.practice)[0].population.region


def implied(says: Iterable[str], region: Region, assessor: Assessor) -> Estimate:
    """Estimate how many people of a region fit what a request lets a reader infer of the client.

    `says` are the specialties and populations that it asks for: `works with adolescents` tells that the client is one. The same words
    tell one thing, the rarest that they can be read for: `military families` does not tell of a soldier's child in a military family.
    """
    population = Population(region, assessor.library.everybody)
    read = [attribute for say in says for attribute in _inferred(say, population, assessor.library.tables)]
    return estimate(population, list({attribute.id: attribute for attribute in read}.values()))


def _inferred(say: str, population: Population, tables: Tables) -> list[Attribute]:
    """Give what one thing that is asked for tells of the client: of what an `and` or `or` joins, the rarest.

    Words inside of longer ones say nothing of their own (a child in child loss), but who is young is a client rather than a client's child.
    """
    read = [
        (passage, attribute)
        for passage in tables.book.read(say)
        if (attribute := tables.attribute(passage.phrase, passage.groups, UNSAID)) is not None
        and attribute.tier in TIERS[HEADLINE]
        and attribute.dimension not in _OF_ANYBODY
    ]
    if any(attribute.dimension == "age" for _, attribute in read):
        read = [(passage, attribute) for passage, attribute in read if attribute.dimension != "child-age"]
    spans = [range(passage.start, passage.end) for passage, _ in read]
    joined: dict[int, dict[int, list[Attribute]]] = {}
    for (passage, attribute), span in zip(read, spans, strict=True):
        if not any(set(span) < set(other) for other in spans):
            part = len(_JOINS.findall(say, 0, passage.start))
            joined.setdefault(part, {}).setdefault(passage.start, []).append(attribute)

    def fit(attributes: Sequence[Attribute]) -> float:
        return estimate(population, attributes).k

    parts = [[min(same, key=lambda attribute: fit([attribute])) for same in words.values()] for words in joined.values()]
    return min(parts, key=fit, default=[])
