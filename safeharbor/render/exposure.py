"""Exposure: what a person reads of a risk: a plain sentence first, then what gives most away and what to change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from safeharbor.draft import visible
from safeharbor.report import Report
from safeharbor.risk.assess import RiskAssessment, Told
from safeharbor.risk.wording import (
    CASELOAD,
    LEVEL_WORD,
    STANDING,
    headline,
    kind_of,
    private_note,
    recognition_note,
    rounded,
    span_of,
    step,
)

STYLE = {"low": "default", "moderate": "yellow", "high": "bold red", "critical": "bold red"}
SHOWN = 0.15
"""Bits below which a detail is shown only with all details: it says nothing that the others do not."""
WIDEST = 24
"""Characters of the longest bar."""


def exposure_line(risk: RiskAssessment, *, show_text: bool) -> str:
    """Say in a line how exposed the client is, what gives most away, and what would change most."""
    line = headline(risk, show_text=show_text)
    if risk.described.has_direct or not risk.described.attributes:
        return line
    line += f" Risk: {LEVEL_WORD[risk.level]}."
    if risk.told and risk.told[0].bits >= 1 and risk.level != "low":
        line += f" Biggest giveaway: {_name(risk.told[0], show_text=show_text)}."
    if risk.changes:
        line += f" First change: {step(risk.changes[0], show_text=show_text)}."
    return line


def show_exposure(report: Report, *, show_text: bool) -> RenderableType:
    """Draw the short form: a line for each person whom the draft describes."""
    lines = [Text(exposure_line(risk, show_text=show_text), STYLE[risk.level]) for risk in _worth_saying(report.risks)]
    if len(report.risks) > 1:
        lines.insert(0, Text(f"{len(report.risks)} people are described; each is estimated apart, the most exposed first.", "dim"))
    return Group(*lines)


def _worth_saying(risks: Sequence[RiskAssessment]) -> Iterator[RiskAssessment]:
    yield from (risk for risk in risks if risk.described.attributes)


def show_risk(report: Report, risk: RiskAssessment, *, show_text: bool, details: bool) -> RenderableType:
    """Draw a risk in full: sentence, bars of bits by detail, range, what was assumed, what to change first, the standing text."""
    parts: list[RenderableType] = [Text(headline(risk, show_text=show_text), STYLE[risk.level])]
    if not risk.described.attributes:
        return Group(*parts, *_look_yourself(report, risk, show_text=show_text), Text(), Text(STANDING, "dim"))
    parts += [
        Text(f"Level: {LEVEL_WORD[risk.level]} (of lower, moderate, high, critical)."),
        *(Text(reason) for reason in risk.reasons if show_text),
    ]
    parts += [Text(), Text("What gives them away", "bold"), Padding(_bars(report, risk.told, show_text=show_text, details=details), (0, 2))]
    if risk.exposed:
        parts += [
            Text("What would be exposed if somebody recognized them", "bold"),
            Padding(_bars(report, risk.exposed, show_text=show_text, details=details), (0, 2)),
        ]
    parts += [*(Text(note) for note in (private_note(risk),) if note)]
    if risk.changes:
        enough = risk.changes[-1].after.k_low >= risk.target
        goal = f"What to change first, until at least {risk.target} people fit" if enough else "What to change first; it will not be enough"
        parts.append(Text(goal, "bold"))
        parts += [Text(f"  {at}. {step(change, show_text=show_text)}") for at, change in enumerate(risk.changes, 1)]
        parts.append(Text("     Or say it in a private message, once somebody has answered.", "dim"))
    parts += [Text(), _tiers(risk)]
    parts += [Text(note) for note in (recognition_note(risk), *risk.described.notes, CASELOAD) if note]
    parts += _look_yourself(report, risk, show_text=show_text)
    return Group(*parts, Text(), Text(STANDING, "dim"))


def _look_yourself(report: Report, risk: RiskAssessment, *, show_text: bool) -> list[Text]:
    """List what no table knows."""
    words = [
        visible(report.draft[each.span]).replace("\n", " ") if show_text else each.label.replace("_", " ").lower()
        for each in risk.described.unscored
    ]
    return [Text(f"Not scored, look yourself: {', '.join(dict.fromkeys(words))}.", "yellow")] if words else []


def _name(told: Told, *, show_text: bool) -> str:
    return told.attribute.what if show_text else kind_of(told.attribute)


def _bars(report: Report, tolds: Sequence[Told], *, show_text: bool, details: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_header=details)
    table.add_column("Detail", overflow="fold")
    table.add_column("Bits", justify="right")
    table.add_column("")
    if details:
        table.add_column("One in", justify="right")
        table.add_column("Who could know")
        table.add_column("Source", overflow="fold", ratio=2)
    most = max((told.bits for told in tolds), default=0)
    for told in tolds if details else [told for told in tolds if told.bits >= SHOWN]:
        lines = sorted({report.draft.line_and_column(span.start)[0] for span in told.attribute.spans})
        name = Text(_name(told, show_text=show_text))
        if not show_text and lines:
            name.append(f", line {', '.join(map(str, lines))}", "dim")
        row: list[RenderableType] = [name, f"{max(told.bits, 0):.1f}", Text("█" * round(WIDEST * max(told.bits, 0) / max(most, 8)), "cyan")]
        if details:
            year = f", {told.attribute.year}" if told.attribute.year else ""
            source = told.attribute.source + year
            row += [rounded(1 / told.share) if told.share else "", told.attribute.tier, Text(source, "dim")]
        table.add_row(*row)
    return table


def _tiers(risk: RiskAssessment) -> Text:
    """Say how many fit for readers who know less and more."""
    shown = [
        f"{words} {rounded(risk.tiers[tier].k)} ({span_of(risk.tiers[tier])})"
        for tier, words in (
            ("public", "for strangers about"),
            ("acquaintance", "for people who know the client about"),
            ("everything", "for those who know everything about"),
        )
    ]
    return Text(f"Who fits, counting the client: {', '.join(shown)}. 80 % ranges.", "dim")
