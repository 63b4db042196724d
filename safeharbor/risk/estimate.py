"""Estimate: about how many people of a region fit what a post reveals (a k-map estimate), with its range.

K = 1 + λ, where λ = N · Σ over people of one sex and age of their share · Π shares of the details among them: the number of *other* people
who fit, given that details are independent within a sex and year of age. The model, its constants and how it was validated: see the
documentation of `safeharbor.build.validation` and Sweeney (2002), El Emam and Dankar (2008), Rocher et al. (2019) for its kin.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from safeharbor.draft import Span
from safeharbor.risk.figures import CELLS, Tier
from safeharbor.risk.regions import Region

Z80 = 1.2816
"""Standard deviations on each side within which 80 % of a normal distribution lie."""
DEPENDENCE, DEPENDENCE_POWER = 0.25, 0.75
"""What details that are not independent add to the standard deviation of ln λ: 0.25 · (m - 1)^0.75 for m details, between what
plain and conditional products showed on census microdata (`safeharbor.build.validation`)."""
MOST_OVERLAP = 0.5
"""How much of a detail another can at most say already. Details that imply each other share a dimension instead."""
TIERS: Mapping[str, frozenset[Tier]] = {
    "public": frozenset({"public"}),
    "acquaintance": frozenset({"public", "social"}),
    "everything": frozenset({"public", "social", "private"}),
}
"""What readers know: anybody; people who know the client; those who know the private part as well."""
HEADLINE = "acquaintance"
HERMITE = (
    (0.0, 0.2702601836), (0.6780456924, 0.2153337157), (1.359765823, 0.1083922856), (2.049102468, 0.03395272979),
    (2.750592981, 0.006439697051), (3.46984669, 0.0007080477955), (4.214343982, 4.219234743e-05), (4.994963945, 1.225354836e-06),
    (5.829382007, 1.450661284e-08), (6.751444719, 4.975368604e-11), (7.849382895, 2.09899122e-14),
)  # fmt: skip
"""The 21-point Gauss-Hermite rule for a standard normal distribution: each point, which counts on both sides of 0, with its weight."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A detail of a person as a share of the people of each sex and age, with what would say less."""

    id: str
    what: str
    """How it is named on screen; never words of a draft."""
    dimension: str
    """Attributes of one dimension say the same kind of thing: the rarest counts."""
    tier: Tier
    shares: tuple[float, ...] = field(repr=False)
    """For each of `safeharbor.risk.figures.CELLS`, from 0 to 1."""
    log_sd: float = 0.0
    """Standard deviation of the logarithm of the share."""
    label: str = ""
    spans: tuple[Span, ...] = ()
    overlaps: Mapping[str, float] = field(default_factory=dict)
    """How much of it another attribute (by id or dimension) says already, from 0 to MOST_OVERLAP."""
    wider: Attribute | None = field(default=None, repr=False)
    """The next rung up its ladder; None if the next is to leave it out."""
    cost: float = 0.5
    """What it costs the referral to go one rung up, from 0 (nothing) to 1 (it is what is asked for)."""
    instead: str = ""
    """What to ask of the counselor instead."""
    source: str = ""
    year: int = 0
    is_rough: bool = False
    """Whether its share was recalled or assumed, not seen."""
    is_listed: bool = False
    """Whether people with it can be listed by name: elected officials, judges, news anchors."""
    is_linkable: bool = False
    """Whether obituaries, court files or the news name people with it."""

    def __post_init__(self) -> None:
        if len(self.shares) != len(CELLS) or not all(0 <= share <= 1 for share in self.shares):
            msg = f"the shares of {self.id} are not one from 0 to 1 for each sex and age"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Estimate:
    """About how many people fit, counting the client: the middle of the range, its ends (80 %), and what follows for a reader."""

    others: float
    """λ, the expected number of other people who fit; 0 or more."""
    sigma: float
    """Standard deviation of ln λ."""

    @property
    def k(self) -> float:
        """About how many people fit, counting the client; at least 1."""
        return 1 + self.others

    @property
    def k_low(self) -> float:
        """The pessimistic end: one time in ten it is lower."""
        return 1 + self.others * math.exp(-Z80 * self.sigma)

    @property
    def k_high(self) -> float:
        """The optimistic end: one time in ten it is higher."""
        return 1 + self.others * math.exp(Z80 * self.sigma)

    @property
    def risk(self) -> float:
        """The chance that a reader who looks for the client among those who fit takes the right one: (1 - e^-λ)/λ, over the range of λ."""
        return self._mean(lambda others: 1.0 if others < 1e-12 else -math.expm1(-others) / others)

    @property
    def unique(self) -> float:
        """The chance that nobody else fits: e^-λ, over the range of λ."""
        return self._mean(lambda others: math.exp(-others))

    def below(self, k: int) -> float:
        """Give the chance that fewer than `k` people fit, counting the client."""
        return self._mean(lambda others: _poisson_up_to(k - 2, others))

    def _mean(self, of: Callable[[float], float]) -> float:
        """Average over the range of ln λ (Gauss-Hermite quadrature)."""
        if self.others <= 0:
            return of(0.0)
        total = weight = 0.0
        for at, share in HERMITE:
            for sign in (1, -1) if at else (1,):
                total += share * of(self.others * math.exp(sign * at * self.sigma))
                weight += share
        return total / weight


def _poisson_up_to(most: int, mean: float) -> float:
    """Give the chance of at most `most` events where `mean` are expected."""
    term = total = math.exp(-mean)
    for n in range(1, most + 1):
        term *= mean / n
        total += term
    return min(total, 1.0) if most >= 0 else 0.0


@dataclass(frozen=True)
class Population:
    """The people of a region: how many, and their shares by sex and age."""

    region: Region
    weights: tuple[float, ...] = field(repr=False)
    """For each of CELLS, its share of all people; they add up to 1."""

    @cached_property
    def log_weights(self) -> tuple[float, ...]:
        """The logarithms of the weights."""
        return tuple(math.log(weight) if weight > 0 else -math.inf for weight in self.weights)


def estimate(population: Population, attributes: Sequence[Attribute], tier: str = HEADLINE) -> Estimate:
    """Estimate how many people of a population have all those attributes that readers of a tier know.

    Adding an attribute never raises the estimate, a wider rung never lowers it, and their order does not matter.
    """
    known = [attribute for attribute in attributes if attribute.tier in TIERS[tier]]
    groups = _by_dimension(known)
    kept = _kept(groups, population)
    logs = list(population.log_weights)
    variance = population.region.log_sd**2
    for dimension, group in groups.items():
        power = kept[dimension]
        shares = group[0].shares if len(group) == 1 else tuple(map(min, *(attribute.shares for attribute in group)))
        for at, share in enumerate(shares):
            logs[at] = logs[at] + power * math.log(share) if share > 0 else -math.inf
        variance += (power * max(attribute.log_sd for attribute in group)) ** 2
    top = max(logs)
    total = 0.0 if top == -math.inf else math.exp(top) * math.fsum(math.exp(log - top) for log in logs if log > -math.inf)
    dependence = DEPENDENCE * max(len(groups) - 1, 0) ** DEPENDENCE_POWER
    return Estimate(population.region.population * total, math.sqrt(variance + dependence**2))


def _by_dimension(attributes: Sequence[Attribute]) -> dict[str, list[Attribute]]:
    groups: dict[str, list[Attribute]] = {}
    for attribute in sorted(attributes, key=lambda attribute: (attribute.dimension, attribute.id)):
        groups.setdefault(attribute.dimension, []).append(attribute)
    return groups


def _kept(groups: Mapping[str, Sequence[Attribute]], population: Population) -> dict[str, float]:
    """Give for each dimension how much of its information counts: less where a rarer one says part of it already.

    Each is told by one rarer dimension at most, and each tells of one, so that an added detail never says less than nothing.
    """
    rarity = {dimension: -math.log2(max(min(marginal(each, population) for each in group), 1e-12)) for dimension, group in groups.items()}
    order = sorted(groups, key=lambda dimension: (-rarity[dimension], dimension))
    kept = dict.fromkeys(groups, 1.0)
    used: set[str] = set()
    for at, dimension in enumerate(order):
        best, overlap = "", 0.0
        for rarer in order[:at]:
            if rarer not in used:
                here = max(_overlap(one, other) for one in groups[dimension] for other in groups[rarer])
                if here > overlap:
                    best, overlap = rarer, here
        if best:
            used.add(best)
            kept[dimension] = 1 - min(overlap, MOST_OVERLAP)
    return kept


def _overlap(one: Attribute, other: Attribute) -> float:
    return max(each.overlaps.get(name, 0.0) for each, its in ((one, other), (other, one)) for name in (its.id, its.dimension))


def marginal(attribute: Attribute, population: Population) -> float:
    """Give the share of a population that has an attribute, from 0 to 1."""
    return math.fsum(share * weight for share, weight in zip(attribute.shares, population.weights, strict=True))


def leaving_out(attributes: Sequence[Attribute], one: Attribute) -> list[Attribute]:
    """Give the attributes without one of them."""
    return [attribute for attribute in attributes if attribute is not one]


def widening(attributes: Sequence[Attribute], one: Attribute) -> list[Attribute]:
    """Give the attributes with one of them a rung up its ladder, or left out if it has no more."""
    if one.wider is None:
        return leaving_out(attributes, one)
    wider = replace(one.wider, spans=one.spans, label=one.label)
    return [wider if attribute is one else attribute for attribute in attributes]
