"""Wording: what a risk is in plain words. Never a percentage chance, and never that a draft is fine."""

from __future__ import annotations

import math

from safeharbor.labels import CLUES, IDENTIFIER_LETTER
from safeharbor.risk.assess import Change, RiskAssessment
from safeharbor.risk.estimate import Attribute, Estimate
from safeharbor.risk.regions import Region

STANDING = (
    "Estimate only. Based on published population figures and the details that were recognized. It is not legal advice, not a HIPAA "
    "expert determination (45 CFR 164.514(b)(1)), and does not show that Safe Harbor is met. If you know that this post could identify "
    "your client, this result does not change that."
)
CASELOAD = (
    "Someone who knows that your client sees you chooses among some 30 people: "
    "to them almost any two details are enough, and no wording helps."
)
LEVEL_WORD = {"low": "lower", "moderate": "moderate", "high": "high", "critical": "critical"}
_ABOUT = (
    (1.5, "Very likely just one person"),
    (2.5, "Perhaps two people"),
    (4, "Perhaps two or three people"),
    (7.5, "About five people"),
    (15, "About ten people"),
    (25, "About 20 people"),
    (50, "About 30 people"),
    (150, "About 100 people"),
    (1_000, "Hundreds of people"),
    (10_000, "Thousands of people"),
    (100_000, "Tens of thousands of people"),
    (1_000_000, "Hundreds of thousands of people"),
    (math.inf, "Millions of people"),
)
_KIND = {"AGE_OVER_89": "age", "UNIQUE_DETAIL": "an unusual detail", "LIFE_EVENT": "a life event", "HEALTH_CONDITION": "a health condition"}
_REGION_KIND = {
    "neighbourhood": "a neighborhood",
    "city": "a city",
    "town": "a town",
    "county": "a county",
    "region": "a region",
    "metro": "a metro area",
}


def about(k: float) -> str:
    """Say how many people K is, rounded as roughly as it is known."""
    return next(words for most, words in _ABOUT if k < most)


def rounded(k: float) -> str:
    """Give K with two digits at most."""
    if k < 1.95:
        return f"{k:.1f}"
    digits = max(len(str(round(k))) - 2, 0)
    return f"{round(k, -digits):,.0f}"


def span_of(found: Estimate) -> str:
    """Give the range of K: 1.0 to 1.1, 77 to 230."""
    low, high = rounded(found.k_low), rounded(found.k_high)
    return low if low == high else f"{low} to {high}"


def headline(risk: RiskAssessment, *, show_text: bool) -> str:
    """Say in one sentence about how many people fit."""
    if risk.described.has_direct:
        return "An identifier in the draft points to one person, whatever else fits: leave it out first."
    if not risk.described.attributes:
        return "Nothing about a person was recognized to estimate."
    found = risk.headline
    verb = "fits" if about(found.k).endswith("one person") else "fit"
    where = place(risk.described.population.region, show_text=show_text or risk.described.is_assumed)
    rough = "rough guess" if risk.is_rough else "rough estimate"
    return f"{about(found.k)} {where} {verb} this ({rough}: {span_of(found)})."


def place(region: Region, *, show_text: bool) -> str:
    """Say where: in Oregon, near Sellwood; without showing text a state, and of anything smaller only what kind of place it is."""
    if region.name == "region not known":
        return "in a region of 250,000 people"
    if not show_text and region.kind != "state":
        return f"in {_REGION_KIND.get(region.kind, 'a place')}"
    return region.name if region.name.startswith("near ") else f"in {'the ' if region.kind == 'metro' else ''}{region.name}"


def kind_of(attribute: Attribute) -> str:
    """Give what kind of detail an attribute is, without saying which: age, occupation, a life event."""
    label = attribute.label
    if label in _KIND:
        return _KIND[label]
    return label.replace("_", " ").lower() if label in CLUES or label in IDENTIFIER_LETTER else attribute.dimension


def step(change: Change, *, show_text: bool) -> str:
    """Say one change: what, what to write instead, and how many people fit then."""
    then = f"about {rounded(change.after.k)} people fit then ({span_of(change.after)})"
    if not show_text:
        return f"{change.kind}: say less of it, or leave it out; {then}"
    instead = f"say “{change.instead}”" if change.instead else "leave it out"
    return f"{change.what}: {instead}{f', or ask for “{change.asks}”' if change.asks else ''}; {then}"


def private_note(risk: RiskAssessment) -> str:
    """Say that those who know the private part could single the client out, where they could and others could not."""
    everything = risk.tiers["everything"]
    if risk.exposed and everything.k_low < risk.target <= risk.headline.k_low:
        return "Someone who already knows the private part (family, an ex, a school, another clinician) could single them out."
    return ""


def recognition_note(risk: RiskAssessment) -> str:
    """Say how likely it is, in words, that someone who knows the client reads the post."""
    seen = risk.recognition
    if not risk.described.attributes or risk.headline.k >= 100_000:
        return ""
    how = "likely" if seen.chance >= 0.6 else "quite possible" if seen.chance >= 0.2 else "possible" if seen.chance >= 0.05 else "unlikely"
    alike = "and would hardly know anyone else who fits" if seen.alike < 1 else f"and would know about {rounded(seen.alike)} others who fit"
    return f"Among {seen.readers:,} readers it is {how} that one knows your client, {alike}."
