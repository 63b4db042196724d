"""Redaction: a draft with a placeholder for each warning and error, written by Presidio's anonymizer."""

from __future__ import annotations

from typing import Any

from safeharbor.draft import Draft, RedactedText
from safeharbor.findings import Findings


def redact(draft: Draft, findings: Findings) -> RedactedText:
    """Give the draft with every warning and error replaced by its rule's placeholder phrase."""
    # Imported here because it takes as long to import as everything else together.
    from presidio_anonymizer import AnonymizerEngine  # noqa: PLC0415
    from presidio_anonymizer.entities import OperatorConfig, RecognizerResult  # noqa: PLC0415

    loud = [finding for finding in findings.found if finding.is_loud]
    if not loud:
        return RedactedText(draft.text)
    # Each finding is an entity type of its own: the anonymizer runs neighbours of one type together.
    results = [RecognizerResult(str(at), f.span.start, f.span.end, f.confidence) for at, f in enumerate(loud)]
    operators = {str(at): OperatorConfig("replace", {"new_value": f.rule.replace}) for at, f in enumerate(loud)}
    engine: Any = AnonymizerEngine  # its constructor is not typed
    return RedactedText(engine().anonymize(draft.text, results, operators).text)
