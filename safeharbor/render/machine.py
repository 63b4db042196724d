"""Machine formats: JSON, JSON lines, GitHub annotations and SARIF."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from safeharbor import __version__
from safeharbor.draft import Span
from safeharbor.labels import PARAGRAPH_TITLE, citation
from safeharbor.report import SCHEMA, Report, summary
from safeharbor.rulebook import Rulebook

_GITHUB_LEVEL = {"error": "error", "warning": "warning", "info": "notice"}
_SARIF_LEVEL = {"error": "error", "warning": "warning", "info": "note"}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://www.ecfr.gov/current/title-45/section-164.514"


def _dump(value: Any, indent: int | None = None) -> str:
    """Write JSON in plain characters; half of a surrogate pair, which no encoding has, as its escape."""
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "backslashreplace").decode()


def as_json(reports: list[Report], described: Mapping[str, Any], *, show_text: bool) -> str:
    """Give all reports as one JSON document of the report contract; `described` is what `tool` makes."""
    document = {
        "schema": SCHEMA,
        "tool": described,
        "reports": [report.as_dict(show_text=show_text) for report in reports],
        "summary": summary(reports),
    }
    return _dump(document, indent=2)


def as_jsonl(report: Report, described: Mapping[str, Any], *, show_text: bool) -> str:
    """Give one report as one line of JSON."""
    return _dump({**report.as_dict(show_text=show_text), "tool": described})


def as_github(report: Report) -> str:
    """Give the warnings and errors of a report, and what could not be checked, as GitHub workflow commands."""
    lines = []
    for finding in report.loud:
        place = _github_place(report, finding.span, finding.rule.id)
        lines.append(f"::{_GITHUB_LEVEL[finding.severity]} {place}::{_data(f'{finding.message} {finding.suggestion}')}")
    for declined in report.declined:
        place = _github_place(report, declined.span, declined.rule_id)
        lines.append(f"::warning {place}::{_data(declined.message)}")
    lines += [f"::error file={_property(report.name)},title=not checked::{_data(f'{gap.what}: {gap.why}')}" for gap in report.findings.gaps]
    return "\n".join(lines)


def _github_place(report: Report, span: Span, rule_id: str) -> str:
    if report.file is None:
        line, column = report.draft.line_and_column(span.start)
        return f"file={_property(report.name)},line={line},col={column},title={_property(rule_id)}"
    file, line = report.file
    return f"file={_property(file)},line={line},title={_property(rule_id)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(reports: Iterable[Report], rulebook: Rulebook) -> str:
    """Give all warnings and errors as a SARIF 2.1.0 log (OASIS), which code-scanning services read."""
    reports = list(reports)
    driver = {
        "name": "safeharbor",
        "version": __version__,
        "informationUri": _HOME,
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": rule.title},
                "fullDescription": {"text": rule.why},
                "help": {"text": f"{rule.instead} {citation(rule.paragraph)}, {PARAGRAPH_TITLE[rule.paragraph]}."},
                "helpUri": rule.source if rule.source.startswith("http") else _HOME,
                "defaultConfiguration": {"level": _SARIF_LEVEL[rule.severity]},
            }
            for rule in rulebook.rules
        ]
        + [
            {"id": rule_id, "shortDescription": {"text": "What the rules of a group decline"}, "defaultConfiguration": {"level": "warning"}}
            for rule_id in sorted({declined.rule_id for report in reports for declined in report.declined})
        ],
    }
    gaps = [
        {"level": "error", "message": {"text": f"{report.name}: {gap.what}: {gap.why}"}}
        for report in reports
        for gap in report.findings.gaps
    ]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            result
            for report in reports
            for result in (
                *(_result(f.rule.id, _SARIF_LEVEL[f.severity], f"{f.message} {f.suggestion}", f.span, report) for f in report.loud),
                *(_result(each.rule_id, "warning", each.message, each.span, report) for each in report.declined),
            )
        ],
        "invocations": [{"executionSuccessful": not gaps, "toolExecutionNotifications": gaps}],
    }
    return _dump({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _result(rule_id: str, level: str, message: str, span: Span, report: Report) -> dict[str, Any]:
    if report.file is None:
        file = report.name
        line, column = report.draft.line_and_column(span.start)
        last_line, last_column = report.draft.line_and_column(span.end)
        region = {"startLine": line, "startColumn": column, "endLine": last_line, "endColumn": last_column}
    else:
        file, line = report.file
        region = {"startLine": line}
    return {
        "ruleId": rule_id,
        "level": level,
        "message": {"text": message},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": quote(file.replace("\\", "/"), errors="replace")}, "region": region}}
        ],
    }
