"""Estimate: about how many people of a region fit what a post reveals (a k-map estimate), with its range.

K = 1 + λ, where λ = N · Σ over people of one sex and age of their share · Π shares of the details among them: the number of *other* people
who fit, given that details are independent within a sex and year of age. The model, its constants and how it was validated: see the
documentation of `safeharbor.build.validation` and Sweeney (2002), El Emam and Dankar (2008), Rocher et al. (2019) for its kin.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product

from safeharbor.draft import Span
from safeharbor.risk.figures import CELLS, Tier
from safeharbor.risk.regions import Region

Z80 = 1.2816
"""Standard deviations on each side within which 80 % of a normal distribution lie."""
DEPENDENCE, DEPENDENCE_POWER = 0.25, 0.6
"""What details that are not independent add to the standard deviation of ln λ: 0.25 · (m - 1)^0.6 for m details, between what
plain shares and shares by sex and age showed on census microdata (`safeharbor.build.validation`)."""
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
    below: tuple[str, ...] = ()
    """The ids of the rungs that it was widened from."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Its id and those of the rungs that it was widened from."""
        return (self.id, *self.below)

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
    dependence: float = DEPENDENCE
    """What the second detail adds to the deviation of ln λ."""


def estimate(population: Population, attributes: Sequence[Attribute], tier: str = HEADLINE) -> Estimate:
    """Estimate how many people of a population have all those attributes that readers of a tier know.

    Adding an attribute never raises the estimate, a wider rung never lowers it, and their order does not matter.
    """
    groups = _by_dimension([attribute for attribute in attributes if attribute.tier in TIERS[tier]])
    known = [attribute for group in groups.values() for attribute in group]
    place = {attribute.id: at for at, attribute in enumerate(known)}
    edges = [
        pair for pair in combinations(groups, 2) if any(_overlap(*both) for both in product(*(groups[dimension] for dimension in pair)))
    ]
    together = sorted({dimension for edge in edges for dimension in edge})
    alone = [[place[attribute.id] for attribute in group] for dimension, group in groups.items() if dimension not in together]
    choices = [_Choice.of(chosen, edges, place) for chosen in product(*(groups[dimension] for dimension in together))]
    total = 0.0
    for shares, weight in _classes(population, known):
        total += weight * math.prod(min(shares[at] for at in group) for group in alone) * min(choice.share(shares) for choice in choices)
    variance = population.region.log_sd**2 + sum(max(attribute.log_sd for attribute in group) ** 2 for group in groups.values())
    dependence = population.dependence * max(len(groups) - 1, 0) ** DEPENDENCE_POWER
    return Estimate(population.region.population * total, math.sqrt(variance + dependence**2))


def _by_dimension(attributes: Sequence[Attribute]) -> dict[str, list[Attribute]]:
    groups: dict[str, list[Attribute]] = {}
    for attribute in sorted(attributes, key=lambda attribute: (attribute.dimension, attribute.id)):
        groups.setdefault(attribute.dimension, []).append(attribute)
    return groups


def _overlap(one: Attribute, other: Attribute) -> float:
    """Give how much of one of two attributes the other says already."""
    named = [each.overlaps.get(name, 0.0) for each, its in ((one, other), (other, one)) for name in (*its.ids, its.dimension)]
    return min(max(named), MOST_OVERLAP)


def _classes(population: Population, known: Sequence[Attribute]) -> Iterable[tuple[tuple[float, ...], float]]:
    """Give the shares of the attributes in each class of people for whom they are the same, with how many of all people those are."""
    if not known:
        return [((), 1.0)]
    classes: dict[tuple[float, ...], float] = {}
    for shares, weight in zip(zip(*(attribute.shares for attribute in known), strict=True), population.weights, strict=True):
        if 0.0 not in shares:
            classes[shares] = classes.get(shares, 0.0) + weight
    return classes.items()


@dataclass(frozen=True, slots=True)
class _Choice:
    """One attribute of each dimension that overlaps another, and the ways to pair them off."""

    chosen: tuple[int, ...]
    """Places among the known attributes."""
    pairings: tuple[tuple[tuple[int, int, float], ...], ...]
    """Each pairing: pairs of such places, with how much they overlap."""

    @staticmethod
    def of(chosen: Sequence[Attribute], edges: Sequence[tuple[str, str]], place: Mapping[str, int]) -> _Choice:
        """Pair off the chosen attributes along the edges between their dimensions, in every way."""
        by_dimension = {attribute.dimension: attribute for attribute in chosen}
        pairings: list[tuple[tuple[int, int, float], ...]] = [()]
        for names in edges:
            one, other = (by_dimension[name] for name in names)
            pair = (place[one.id], place[other.id], _overlap(one, other))
            pairings += [(*pairing, pair) for pairing in pairings if not any({*pair[:2]} & {*each[:2]} for each in pairing)]
        return _Choice(tuple(place[attribute.id] for attribute in chosen), tuple(pairings))

    def share(self, shares: Sequence[float]) -> float:
        """Give the share of the people of a class who have all of it, counting what two of a pair both say once.

        Of two that overlap by r, the share of the commoner one is raised to 1 - r. Each has one partner, and the partners are those
        that overlap most: whatever is added then says at least (1 - r) of its own.
        """
        said_twice = (sum(r * math.log(max(shares[one], shares[other])) for one, other, r in pairing) for pairing in self.pairings)
        return math.prod(shares[at] for at in self.chosen) * math.exp(-min(said_twice))


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
    # What overlapped with the narrower rung overlaps with the wider one.
    overlaps = {name: max(one.overlaps.get(name, 0.0), one.wider.overlaps.get(name, 0.0)) for name in (*one.overlaps, *one.wider.overlaps)}
    wider = replace(one.wider, spans=one.spans, label=one.label, overlaps=overlaps, below=one.ids)
    return [wider if attribute is one else attribute for attribute in attributes]
