"""Redaction: a draft with a placeholder for each finding, written by Presidio's anonymizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

from safeharbor.draft import Draft, RedactedText
from safeharbor.findings import Finding, Findings
from safeharbor.labels import CIRCLE, CLUES
from safeharbor.words import normalise

Operator = Literal["placeholder", "surrogate", "mask", "remove"]
OPERATORS: tuple[Operator, ...] = get_args(Operator)
MASK = "\N{FULL BLOCK}"


def redact(draft: Draft, findings: Findings, *, operator: Operator = "placeholder", clues: bool = False) -> RedactedText:
    """Give the draft with every warning and error replaced, and with `clues` every clue about the client's circle too.

    `placeholder` writes the phrase of the finding's rule; `surrogate` numbers them, the same number for the same words of a kind
    (“name 1”, “name 2”), so that a note stays readable; `mask` writes a block for each character; `remove` leaves nothing.
    """
    # Imported here because it takes as long to import as everything else together.
    from presidio_anonymizer import AnonymizerEngine  # noqa: PLC0415
    from presidio_anonymizer.entities import OperatorConfig, RecognizerResult  # noqa: PLC0415

    found = [f for f in findings.found if f.is_loud or (clues and f.about in CIRCLE and f.rule.label in CLUES)]
    if not found:
        return RedactedText(draft.text)
    values = _values(draft, found, operator)
    # Each finding is an entity type of its own: the anonymizer runs neighbours of one type together.
    results = [RecognizerResult(str(at), f.span.start, f.span.end, f.confidence) for at, f in enumerate(found)]
    # What has no new value is taken out: the anonymizer would write an empty one as the name of its type.
    operators = {
        str(at): OperatorConfig("replace", {"new_value": value}) if value else OperatorConfig("redact") for at, value in enumerate(values)
    }
    engine: Any = AnonymizerEngine  # its constructor is not typed
    return RedactedText(engine().anonymize(draft.text, results, operators).text)


def _values(draft: Draft, found: Sequence[Finding], operator: Operator) -> list[str]:
    """Give what stands for each finding."""
    if operator == "mask":
        return [MASK * len(finding.span) for finding in found]
    if operator == "remove":
        return ["" for _ in found]
    if operator == "placeholder":
        return [finding.rule.replace for finding in found]
    numbers: dict[str, dict[str, int]] = {}
    values = []
    for finding in found:
        of_kind = numbers.setdefault(finding.rule.replace, {})
        number = of_kind.setdefault(normalise(draft[finding.span]), len(of_kind) + 1)
        kind = finding.rule.replace
        values.append(f"{kind[:-1]} {number}]" if kind.endswith("]") else f"{kind} {number}")
    return values
