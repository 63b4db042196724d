"""Edits: why the rewrite differs from the draft, span by span, and what it leaves to the poster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from safeharbor.draft import Draft, Span
from safeharbor.findings import Finding, Findings
from safeharbor.labels import CIRCLE, IDENTIFIER_LETTER, citation
from safeharbor.rewrite.compose import unnamed
from safeharbor.rewrite.english import capital
from safeharbor.rewrite.places import Place, PlacePolicy
from safeharbor.rewrite.profiles import Profile
from safeharbor.rewrite.wants import NAMED, Want, Wants

Kind = Literal["drop", "generalise", "reattribute", "keep"]
_SELDOM = "many needs together describe somebody, so only the likeliest are named; add it if the fit depends on it"
_SUGGESTED = "What the draft tells as a whole suggests it, most of all here. Take it out if it is not what the work is about."

_WHAT = {
    "AGE": "an age", "GENDER": "a gender", "OCCUPATION": "an occupation", "EMPLOYER": "an employer", "SCHOOL": "a school",
    "FAMILY": "family", "ETHNICITY": "an origin", "RELIGION": "a religion", "ORIENTATION": "an orientation",
    "DIAGNOSIS": "a problem or diagnosis", "LIFE_EVENT": "an event of a life", "LANGUAGE": "a language",
    "HEALTH_CONDITION": "a condition of health", "LEGAL": "a legal matter", "MILITARY": "military service",
    "UNIQUE_DETAIL": "a detail that few share", "STATE": "a state", "PERSON": "a name", "LOCATION": "a place", "DATE": "a date",
    "AGE_OVER_89": "an age over 89",
}  # fmt: skip
"""What a finding is, in words that hold nothing of the draft."""
_OTHER = "an identifier"
_MAY_MATTER = frozenset(
    {
        "ETHNICITY",
        "RELIGION",
        "ORIENTATION",
        "DIAGNOSIS",
        "LIFE_EVENT",
        "LANGUAGE",
        "HEALTH_CONDITION",
        "LEGAL",
        "MILITARY",
        "UNIQUE_DETAIL",
    }
)
"""Details of which a counselor who fits could depend, so that the poster decides what to ask for."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What became of a passage of the draft, and why. It holds no text of the draft."""

    span: Span
    kind: Kind
    to: str
    """What stands for it in the rewrite; empty if nothing does."""
    why: str

    def as_dict(self) -> dict[str, object]:
        """Give it as the report contract has it."""
        return {"start": self.span.start, "end": self.span.end, "kind": self.kind, "to": self.to, "why": self.why}


@dataclass(frozen=True, slots=True)
class Edits:
    """Every edit in the order of the draft, and what is left to the poster."""

    edits: tuple[Edit, ...]
    left_to_you: tuple[str, ...]
    """Kinds of details that nothing stands for, and other decisions that are the poster's; never the draft's words."""


def edits(draft: Draft, findings: Findings, wants: Wants, profile: Profile, place: PlacePolicy | None = None, text: str = "") -> Edits:
    """Explain what became of each detail of the client's circle and of each thing that the draft asks for in the `text` of a rewrite."""
    policy = place or profile.place
    left_out = unnamed(wants) | {want for want in wants.wants if _gives_way(want) and want.say.lower() not in text.lower()}
    asked = [want for want in wants.wants if profile.allows(want.slot) and want not in left_out]
    areas = wants.areas(policy) if profile.allows("place") else ()
    of_place = {each.span: each for each in wants.places}
    out = [_of_want(want) for want in wants.wants if want.is_stated and want in asked]
    out += [
        Edit(want.span, "drop", "", f"{profile.title} does not allow it: {want.slot}.")
        for want in wants.wants
        if want.is_stated and want not in asked
    ]
    circle = [finding.span for finding in findings.found if finding.about in CIRCLE]
    out += [
        Edit(want.span, "generalise", want.say, _SUGGESTED)
        for want in asked
        if not (want.is_stated or any(span.touches(want.span) for span in circle))
    ]
    unmapped = []
    for finding in findings.found:
        if finding.about in CIRCLE:
            also = [want for want in wants.said_with if profile.allows(want.slot) and want.say not in {each.say for each in left_out}]
            edit = _of_finding(finding, [*asked, *also], [*wants.dropped, *(replace(want, risk=_SELDOM) for want in left_out)])
            if finding.rule.label in ("LOCATION", "STATE"):
                edit = _of_place(finding, of_place.get(finding.span), areas)
            elif (
                edit.kind == "drop"
                and finding.rule.label in _MAY_MATTER
                and not any(want.span.touches(finding.span) for want in wants.dropped)
            ):
                unmapped.append(finding)
            out.append(edit)
    out += [
        Edit(
            each.span, "keep" if each.words in areas else "generalise", " or ".join(areas), "It is where the counselor's office should be."
        )
        for each in wants.places
        if each.is_search and areas
    ]
    return Edits(tuple(sorted(out, key=lambda edit: (edit.span, edit.kind))), tuple(_left(draft, unmapped, findings, wants, profile)))


def _gives_way(want: Want) -> bool:
    """Whether a want that follows from a detail is not named beside a beginning of the draft's own, which names who is looked for."""
    return not want.is_stated and (want.chance <= NAMED or want.slot in ("modality", "credential"))


def _of_want(want: Want) -> Edit:
    return Edit(want.span, "keep", want.written or want.say, "It asks something of the counselor.")


def _of_finding(finding: Finding, asked: Sequence[Want], dropped: Sequence[Want]) -> Edit:
    """Explain one detail: what is asked for in its place, or why nothing is."""
    label = finding.rule.label
    here = [want for want in asked if want.span.touches(finding.span)]
    if here:
        said = " · ".join(dict.fromkeys(want.say for want in here))
        risk = next((f" {_sentence(want.risk)}" for want in here if want.risk), "")
        return Edit(
            finding.span,
            "generalise",
            said,
            f"{_sentence(_WHAT.get(label, _OTHER))[:-1]} tells of a person; the counselor's side of it does not.{risk}",
        )
    reasons = [want.risk for want in dropped if want.span.touches(finding.span)]
    if reasons:
        return Edit(finding.span, "drop", "", _sentence(reasons[0]))
    if label in IDENTIFIER_LETTER:
        return Edit(finding.span, "drop", "", f"It identifies, and a counselor does not need it ({citation(finding.rule.paragraph)}).")
    return Edit(
        finding.span,
        "drop",
        "",
        f"{_sentence(_WHAT.get(label, _OTHER))[:-1]} tells of a person, and nothing is asked of the counselor for it.",
    )


def _of_place(finding: Finding, place: Place | None, areas: Sequence[str]) -> Edit:
    if place is None or place.is_search or not areas:
        return Edit(finding.span, "drop", "", f"Where somebody is or was identifies ({citation(finding.rule.paragraph)}).")
    return Edit(
        finding.span,
        "reattribute",
        " or ".join(areas),
        "It says where the client is; the rewrite says where the office should be, and widens it.",
    )


def _left(draft: Draft, unmapped: Sequence[Finding], findings: Findings, wants: Wants, profile: Profile) -> Iterator[str]:
    """Say what is left to the poster, by kinds and counts."""
    for label, count in Counter(each.rule.label for each in unmapped).items():
        times = "" if count == 1 else f" ({count} times)"
        what = f"{_WHAT.get(label, _OTHER)}{times}"
        yield f"Dropped, with nothing in its place: {what}. If the fit depends on it, say what the counselor should offer."
    for want in wants.wants:
        if want.narrow:
            yield f"{capital(want.say)}: ask for {want.narrow} instead if {want.narrow_when}."
    yield from wants.conflicts
    for name in profile.required:
        if not (wants.areas() if name == "place" else [want for want in wants.wants if want.slot == name]):
            yield f"{profile.title} wants every request to say this, and the draft does not: {name}."
    if not wants.areas():
        yield "No area is named that could be kept; say where the office should be, or in which state telehealth."
    reach = [each for each in findings.found if each.about == "author" and each.rule.label in ("PHONE", "EMAIL")]
    if any(wants.signature is None or not wants.signature.span.touches(each.span) for each in reach):
        yield "Your own phone number or address is not in the rewrite; add it if you want to be reached that way."
    if not wants.wants and draft.text.strip():
        yield "The draft asks for nothing that could be read; say what the counselor should offer."


def _sentence(words: str) -> str:
    words = words.strip().rstrip(".")
    return f"{capital(words)}." if words else ""
