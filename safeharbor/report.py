"""Reports: a draft read against the rulebook, and what the report contract says of it."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from safeharbor import __version__
from safeharbor.draft import Draft
from safeharbor.errors import DraftError, RuleError
from safeharbor.findings import Finding, Findings, Gap
from safeharbor.labels import CIRCLE, CLUES, SEVERITY_RANK

if TYPE_CHECKING:
    from safeharbor.detect.engine import Detector

SCHEMA = "safeharbor.report/1"

Verdict = Literal["clear", "found", "incomplete"]
FailOn = Literal["error", "warning", "never"]


@dataclass(frozen=True)
class Report:
    """What was found in one draft. Its repr shows no text."""

    draft: Draft
    findings: Findings
    record: dict[str, Any] = field(default_factory=dict, repr=False)
    """Other keys of the `.jsonl` line that the draft came from."""
    file: tuple[str, int] | None = None
    """The file and line of a queue that the draft came from; None for a file that is itself the draft."""

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
        return "found" if self.loud else "clear"

    @property
    def worst(self) -> int:
        """The rank of the gravest finding: 2 error, 1 warning, 0 nothing louder than info."""
        return max((SEVERITY_RANK[finding.severity] for finding in self.loud), default=0)

    def exit_code(self, fail_on: FailOn) -> int:
        """0 clear, 1 something at or above the failing severity, 3 something could not be checked."""
        if self.findings.gaps:
            return 3
        return int(fail_on != "never" and self.worst >= SEVERITY_RANK[fail_on])

    def as_dict(self, *, show_text: bool) -> dict[str, Any]:
        """Give the report as the contract has it, with the findings' own characters only if `show_text`."""
        out: dict[str, Any] = {
            "schema": SCHEMA,
            "name": self.name,
            "verdict": self.verdict,
            "findings": [_finding_dict(finding, self.draft, show_text=show_text) for finding in self.findings.found],
            "gaps": [{"what": gap.what, "why": gap.why} for gap in self.findings.gaps],
        }
        if self.record:
            out["record"] = self.record
        return out


def check(draft: Draft, detector: Detector, record: dict[str, Any] | None = None, file: tuple[str, int] | None = None) -> Report:
    """Read a draft and report on it. A draft that cannot be read gives a report with a gap, and the next can be read."""
    try:
        findings = detector.detect(draft)
    except DraftError as error:
        findings = Findings(gaps=(Gap("the draft", str(error)),))
    except RuleError:
        raise
    except Exception as error:  # noqa: BLE001
        # The message of an unforeseen error may quote the draft, so only its kind and place are told.
        place = traceback.extract_tb(error.__traceback__)[-1]
        why = f"internal error, {type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
        findings = Findings(gaps=(Gap("the draft", why),))
    return Report(draft, findings, record or {}, file)


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
