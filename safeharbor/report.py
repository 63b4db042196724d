"""Reports: a draft read against the rulebook, and what the report contract says of it."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from safeharbor import __version__
from safeharbor.draft import Draft, Span
from safeharbor.errors import DraftError, RuleError
from safeharbor.findings import Finding, Findings, Gap
from safeharbor.labels import CIRCLE, CLUES, SEVERITY_RANK
from safeharbor.rewrite.profiles import Banned, House
from safeharbor.rewrite.propose import Rewrite, Rewriter
from safeharbor.risk.assess import Assessor, RiskAssessment, Told
from safeharbor.risk.estimate import Estimate
from safeharbor.risk.wording import about, headline, kind_of, place

if TYPE_CHECKING:
    from safeharbor.detect.engine import Detector

SCHEMA = "safeharbor.report/1"

Verdict = Literal["clear", "found", "incomplete"]
FailOn = Literal["error", "warning", "never"]


@dataclass(frozen=True, slots=True)
class Declined:
    """Words of a draft that the rules of a group decline: a conduct rule, not one of the law."""

    profile: str
    span: Span
    ban: Banned

    @property
    def rule_id(self) -> str:
        """The name under which it is reported."""
        return f"profile-{self.profile}"

    @property
    def message(self) -> str:
        """What is declined, and why."""
        return f"{self.ban.what}: this group declines it. {self.ban.why}"


@dataclass(frozen=True)
class Report:
    """What was found in one draft. Its repr shows no text."""

    draft: Draft
    findings: Findings
    record: dict[str, Any] = field(default_factory=dict, repr=False)
    """Other keys of the `.jsonl` line that the draft came from."""
    file: tuple[str, int] | None = None
    """The file and line of a queue that the draft came from; None for a file that is itself the draft."""
    risks: tuple[RiskAssessment, ...] = ()
    """The risk of each person whom the draft describes, the most exposed first; empty if it was not asked for or could not be told."""
    rewrite: Rewrite | None = None
    """What to post instead; None if it was not asked for or could not be made."""
    declined: tuple[Declined, ...] = ()
    """What the rules of the group decline in the draft, if they were asked."""

    @property
    def name(self) -> str:
        """The draft's path, or its id in a queue."""
        return self.draft.name

    @property
    def loud(self) -> tuple[Finding, ...]:
        """The warnings and errors, in the order of the text."""
        return tuple(finding for finding in self.findings.found if finding.is_loud)

    @property
    def clues(self) -> tuple[Finding, ...]:
        """The details of the client's circle that no paragraph lists and that tell more together than each alone."""
        quiet = (finding for finding in self.findings.found if not finding.is_loud)
        return tuple(finding for finding in quiet if finding.about in CIRCLE and finding.rule.label in CLUES)

    @property
    def left_alone(self) -> tuple[Finding, ...]:
        """What was seen and may stay: the poster's details, other professionals', and what the law allows."""
        return tuple(finding for finding in self.findings.found if not finding.is_loud and finding not in self.clues)

    @property
    def verdict(self) -> Verdict:
        """`incomplete` if something could not be checked, `found` if there is a warning or error, or `clear`."""
        if self.findings.gaps:
            return "incomplete"
        return "found" if self.loud or self.declined else "clear"

    @property
    def worst(self) -> int:
        """The rank of the gravest finding: 2 error, 1 warning (what a group declines is one), 0 nothing louder than info."""
        return max((SEVERITY_RANK[finding.severity] for finding in self.loud), default=SEVERITY_RANK["warning"] if self.declined else 0)

    def exit_code(self, fail_on: FailOn) -> int:
        """0 clear, 1 something at or above the failing severity, 3 something could not be checked."""
        if self.findings.gaps:
            return 3
        return int(fail_on != "never" and self.worst >= SEVERITY_RANK[fail_on])

    @property
    def gaps_as_dicts(self) -> list[dict[str, str]]:
        """What could not be checked, as the contract has it."""
        return [{"what": gap.what, "why": gap.why} for gap in self.findings.gaps]

    def as_dict(self, *, show_text: bool) -> dict[str, Any]:
        """Give the report as the contract has it, with the findings' own characters only if `show_text`."""
        out: dict[str, Any] = {
            "schema": SCHEMA,
            "name": self.name,
            "verdict": self.verdict,
            "findings": [
                *(_finding_dict(finding, self.draft, show_text=show_text) for finding in self.findings.found),
                *(_declined_dict(declined, self.draft, show_text=show_text) for declined in self.declined),
            ],
            "gaps": self.gaps_as_dicts,
        }
        if self.risks:
            out["risk"] = risk_dict(self.risks[0], show_text=show_text)
        if len(self.risks) > 1:
            out["risks"] = [risk_dict(risk, show_text=show_text) for risk in self.risks]
        if self.rewrite is not None:
            out["rewrite"] = rewrite_dict(self.rewrite)
        if self.record:
            out["record"] = self.record
        return out


def check(
    draft: Draft,
    detector: Detector,
    record: dict[str, Any] | None = None,
    file: tuple[str, int] | None = None,
    assessor: Assessor | None = None,
    rewriter: Rewriter | None = None,
    house: House | None = None,
) -> Report:
    """Read a draft and report on it: with its risk if there is an assessor, a rewrite if there is a rewriter, what a house declines.

    A draft that cannot be read gives a report with a gap, and the next can be read.
    """
    risks: tuple[RiskAssessment, ...] = ()
    rewrite: Rewrite | None = None
    declined: tuple[Declined, ...] = ()
    findings = Findings()
    try:
        findings = detector.detect(draft)
        is_text = bool(draft.text.strip())
        if assessor is not None and is_text:
            risks = assessor(draft, findings)
            findings = replace(findings, found=tuple(_raised(finding, risks) for finding in findings.found))
        if rewriter is not None and is_text and not findings.gaps:  # what could not be read cannot be rewritten
            rewrite = rewriter.propose(draft, findings)
        if house is not None:
            declined = tuple(Declined(house.profile.id, span, ban) for span, ban in house.banned(draft))
    except TimeoutError:
        findings = replace(findings, gaps=(*findings.gaps, Gap("the risk or the rewrite", "it took too long")))
    except DraftError as error:
        findings = Findings(gaps=(Gap("the draft", str(error)),))
    except RuleError:
        raise
    except Exception as error:  # noqa: BLE001
        # The message of an unforeseen error may quote the draft, so only its kind and place are told.
        place = traceback.extract_tb(error.__traceback__)[-1]
        why = f"internal error, {type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
        findings = Findings(gaps=(Gap("the draft", why),))
    return Report(draft, findings, record or {}, file, risks, rewrite, declined)


def _raised(finding: Finding, risks: Sequence[RiskAssessment]) -> Finding:
    """Make a clue a warning where it is one of the details that together fit too few people."""
    if finding.is_loud or finding.about not in CIRCLE or finding.rule.label not in CLUES:
        return finding
    for risk in risks:
        if risk.crosses and any(finding.span.touches(span) for told in risk.telling for span in told.attribute.spans):
            because = f"Together with the other details {about(risk.headline.k).lower()} fit; {risk.target} should."
            return replace(finding, severity="warning", because=because.replace("person fit;", "person fits;"))
    return finding


def risk_dict(risk: RiskAssessment, *, show_text: bool) -> dict[str, Any]:
    """Give a risk as the contract has it; details are told by kind only unless `show_text`."""
    region = risk.described.population.region
    is_told = not (show_text or risk.described.is_assumed)
    return {
        "level": risk.level,
        **_k(risk.headline),
        "sentence": headline(risk, show_text=show_text),
        "target": risk.target,
        "rough": risk.is_rough,
        "region": {
            "name": place(region, show_text=not is_told).removeprefix("in "),
            "population": region.population,
            "assumed": risk.described.is_assumed,
        },
        "details": [_told_dict(told, show_text=show_text) for told in (*risk.told, *risk.exposed)],
        "tiers": {tier: _k(found) for tier, found in risk.tiers.items()},
        "recognition": {
            "readers": risk.recognition.readers,
            "probability": round(risk.recognition.chance, 3),
            "low": round(risk.recognition.low, 3),
            "high": round(risk.recognition.high, 3),
        },
        "first_change": [
            {
                "what": change.what if show_text else change.kind,
                "instead": (change.instead if show_text else "say less of it") or "leave it out",
                "k_after": round(change.after.k, 2),
            }
            for change in risk.changes
        ],
        "not_scored": [{"start": each.span.start, "end": each.span.end, "label": each.label} for each in risk.described.unscored],
        "reasons": list(risk.reasons) if show_text else [],
        "notes": list(risk.described.notes),
    }


def rewrite_dict(rewrite: Rewrite) -> dict[str, Any]:
    """Give a rewrite as the contract has it."""
    return {
        "text": rewrite.text,
        "clear": rewrite.is_clear,
        "changed": rewrite.is_changed,
        "needs": rewrite.wants.as_dict(rewrite.place),
        "edits": [edit.as_dict() for edit in rewrite.edits.edits],
        "left_to_you": list(rewrite.edits.left_to_you),
        "remaining": [{"rule": f.rule.id, "label": f.rule.label, "start": f.span.start, "end": f.span.end} for f in rewrite.remaining],
        "declined": list(rewrite.declined),
        **({} if rewrite.fits is None else {"fits": _k(rewrite.fits)}),
    }


def _k(found: Estimate) -> dict[str, float]:
    return {"k": round(found.k, 2), "k_low": round(found.k_low, 2), "k_high": round(found.k_high, 2)}


def _told_dict(told: Told, *, show_text: bool) -> dict[str, Any]:
    attribute = told.attribute
    spans = attribute.spans or (None,)
    return {
        "start": spans[0].start if spans[0] else None,
        "end": spans[0].end if spans[0] else None,
        "label": attribute.label,
        "what": attribute.what if show_text else kind_of(attribute),
        "bits": round(told.bits, 2),
        "share": float(f"{told.share:.3g}"),
        "tier": attribute.tier,
        "source": attribute.source if show_text else "",
        "year": attribute.year or None,
        "recalled": attribute.is_rough,
    }


@dataclass(frozen=True)
class Check:
    """Everything that reads a draft, ready to be called for one after another."""

    detector: Detector
    assessor: Assessor | None = None
    rewriter: Rewriter | None = None
    house: House | None = None

    def __call__(self, draft: Draft, record: dict[str, Any] | None = None, file: tuple[str, int] | None = None) -> Report:
        """Read a draft and report on it."""
        return check(draft, self.detector, record, file, assessor=self.assessor, rewriter=self.rewriter, house=self.house)


def summary(reports: Iterable[Report]) -> dict[str, int]:
    """Count drafts, loud findings by severity, and drafts that could not be fully checked."""
    counts = {"drafts": 0, "findings": 0, "errors": 0, "warnings": 0, "incomplete": 0}
    for report in reports:
        counts["drafts"] += 1
        counts["findings"] += len(report.loud)
        counts["errors"] += sum(finding.severity == "error" for finding in report.loud)
        counts["warnings"] += sum(finding.severity == "warning" for finding in report.loud)
        counts["incomplete"] += bool(report.findings.gaps)
    return counts


def tool(rules: int, models: Sequence[str]) -> dict[str, Any]:
    """Describe the tool for a report: version, how many rules ran, and which language models read names and places."""
    return {"name": "safeharbor", "version": __version__, "rules": rules, "names_and_places": " and ".join(models) or "rules only"}


def _declined_dict(declined: Declined, draft: Draft, *, show_text: bool) -> dict[str, Any]:
    line, column = draft.line_and_column(declined.span.start)
    out: dict[str, Any] = {
        "rule": declined.rule_id,
        "paragraph": None,
        "label": "CONDUCT",
        "severity": "warning",
        "about": "unknown",
        "start": declined.span.start,
        "end": declined.span.end,
        "line": line,
        "column": column,
        "message": declined.message,
        "suggestion": "Leave it out, or take the rewrite.",
        "confidence": 1.0,
    }
    if show_text:
        out["text"] = draft[declined.span]
    return out


def _finding_dict(finding: Finding, draft: Draft, *, show_text: bool) -> dict[str, Any]:
    line, column = draft.line_and_column(finding.span.start)
    out: dict[str, Any] = {
        "rule": finding.rule.id,
        "paragraph": finding.rule.paragraph,
        "label": finding.rule.label,
        "severity": finding.severity,
        "about": finding.about,
        "start": finding.span.start,
        "end": finding.span.end,
        "line": line,
        "column": column,
        "message": finding.message,
        "suggestion": finding.suggestion,
        "confidence": finding.confidence,
    }
    if show_text:
        out["text"] = draft[finding.span]
    return out
