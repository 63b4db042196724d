"""Terminal formats: what a person reads, in color or in plain lines."""

from __future__ import annotations

from typing import Literal

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from safeharbor.draft import one_line, visible
from safeharbor.findings import Finding
from safeharbor.labels import OTHERS, PARAGRAPH_TITLE
from safeharbor.redact import redact
from safeharbor.render.exposure import exposure_line, show_exposure
from safeharbor.render.proposal import show_rewrite
from safeharbor.report import Report, summary
from safeharbor.risk.wording import LEVEL_WORD

STYLE = {"error": "bold red underline", "warning": "yellow underline", "info": "dim underline"}
_WORD = {"error": Text("remove", "bold red"), "warning": Text("look", "yellow"), "info": Text("may stay", "dim")}
STANDING = "This shows what was recognized, nothing more: what it missed, and what you know, still counts."


def plural(count: int, word: str) -> str:
    """Give a count with its noun: 1 draft, 2 drafts."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def verdict_line(report: Report) -> str:
    """Say in one sentence how a draft stands."""
    errors = sum(finding.severity == "error" for finding in report.loud)
    warnings = len(report.loud) - errors
    if report.findings.gaps:
        found = f" So far: {plural(len(report.loud), 'finding')}." if report.loud else ""
        return f"Not fully checked: {'; '.join(f'{gap.what}: {gap.why}' for gap in report.findings.gaps)}.{found}"
    if errors and warnings:
        return f"{plural(errors, 'identifier')} to remove and {plural(warnings, 'detail')} to look at before you post."
    if errors:
        return f"{plural(errors, 'identifier')} to remove before you post."
    if warnings:
        return f"{plural(warnings, 'detail')} to look at before you post."
    return "No Safe Harbor identifier of the client or anyone close to them was recognized."


def show_report(report: Report, *, excerpt: Literal["text", "masked", "none"]) -> RenderableType:
    """Draw one report: the draft with its findings underlined (or masked, or not shown), a table of them, and the verdict."""
    parts: list[RenderableType] = []
    if excerpt == "text" and report.findings.found:
        parts += [Padding(underlined(report), (0, 2)), Text()]
    elif excerpt == "masked" and report.loud:
        parts += [Padding(Text(visible(redact(report.draft, report.findings))), (0, 2)), Text()]
    if report.loud:
        parts += [_table(report, show_text=excerpt == "text"), Text()]
    parts.append(Text(verdict_line(report), "bold"))
    if any(risk.described.attributes for risk in report.risks):
        parts.append(show_exposure(report, show_text=excerpt == "text"))
    if report.clues:
        parts.append(_clues(report, show_text=excerpt == "text"))
    if report.left_alone:
        parts.append(_left_alone(report, show_text=excerpt == "text"))
    if report.declined:
        parts.append(_declined(report))
    if report.rewrite is not None and report.rewrite.text is not None and report.rewrite.is_changed and excerpt == "text":
        parts += [Text(), show_rewrite(report, report.rewrite, edits=False)]
    return Group(*parts)


def _clues(report: Report, *, show_text: bool) -> Text:
    """Name the details that no paragraph lists: each fits many people, all together few."""
    line = Text(f"{plural(len(report.clues), 'clue')} about the client or people close to them: ", "cyan")
    kinds: dict[str, list[str]] = {}
    for finding in report.clues:
        kinds.setdefault(finding.rule.title.lower(), []).append(visible(report.draft[finding.span]).replace("\n", " "))
    shown = [f"{kind} ({', '.join(dict.fromkeys(words))})" if show_text else kind for kind, words in kinds.items()]
    line.append(", ".join(shown) + ".", "cyan")
    return line.append(" Each fits many people, all together few: ask for the counselor you need instead.")


def _declined(report: Report) -> Text:
    """Say what the rules of the group decline."""
    line = Text()
    for what, why in dict.fromkeys((declined.ban.what, declined.ban.why) for declined in report.declined):
        lines = sorted({report.draft.line_and_column(d.span.start)[0] for d in report.declined if d.ban.what == what})
        line.append(f"Declined by {report.declined[0].profile}: {what}, line {', '.join(map(str, lines))}. {why}\n", "yellow")
    line.rstrip()
    return line


def _left_alone(report: Report, *, show_text: bool) -> Text:
    """Say what was seen and may stay, so that a detail that was wrongly put down to the poster can be noticed."""
    line = Text(f"{plural(len(report.left_alone), 'detail')} left alone: ", "dim")
    if not show_text:
        return line.append("your own, another professional's, or allowed.")
    shown = []
    for finding in report.left_alone:
        whose = finding.whose if finding.about in OTHERS else "allowed"
        shown.append(f"{visible(report.draft[finding.span])} ({whose})".replace("\n", " "))
    return line.append(", ".join(shown) + ".")


def underlined(report: Report) -> Text:
    """Give the draft as given, with its findings underlined in place."""
    text = Text(visible(report.draft.text))
    for finding in report.findings.found:
        text.stylize(STYLE[finding.severity], finding.span.start, finding.span.end)
    text.expand_tabs(4)
    return text


def _table(report: Report, *, show_text: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style="dim")
    table.add_column("", no_wrap=True)
    table.add_column("What, and whose", ratio=3)
    table.add_column("Why", ratio=4)
    table.add_column("Instead", ratio=4)
    grouped: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in report.loud:
        grouped.setdefault((finding.rule.id, finding.about, finding.severity), []).append(finding)
    for findings in grouped.values():
        first = findings[0]
        what = Text()
        for finding in findings if show_text else []:
            what.append(Text(visible(report.draft[finding.span]).replace("\n", " "), STYLE[first.severity]))
            what.append("\n")
        what.append(f"{first.rule.title}, {first.whose}\n")
        lines = dict.fromkeys(report.draft.line_and_column(finding.span.start)[0] for finding in findings)
        places = "" if show_text else f" · line {', '.join(map(str, lines))}"
        what.append(f"({first.rule.paragraph}) {first.rule.id}{places}", "dim")
        table.add_row(_WORD[first.severity], what, first.rule.why.strip(), Text(first.rule.instead.strip(), "bold"))
    return table


def show_queue(reports: list[Report]) -> RenderableType:
    """Draw the table that closes a run over many drafts: the gravest first."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Draft", overflow="fold")
    table.add_column("To remove", justify="right")
    table.add_column("To look at", justify="right")
    table.add_column("Letters")
    table.add_column("Risk")
    table.add_column("Not checked")
    order = sorted(reports, key=lambda report: (-bool(report.findings.gaps), -report.worst, -len(report.loud), report.name))
    for report in order:
        if report.verdict == "clear":
            continue
        level = LEVEL_WORD[report.risks[0].level] if report.risks else ""
        errors = sum(finding.severity == "error" for finding in report.loud)
        letters = sorted({finding.rule.paragraph for finding in report.loud})
        gaps = one_line("; ".join(f"{gap.what}: {gap.why}" for gap in report.findings.gaps))
        table.add_row(Text(one_line(report.name)), str(errors), str(len(report.loud) - errors), " ".join(letters), level, Text(gaps, "red"))
    return table


def closing_line(reports: list[Report]) -> str:
    """Say what a run over many drafts came to, so that a run that read nothing is seen."""
    counts = summary(reports)
    drafts, findings = plural(counts["drafts"], "draft"), plural(counts["findings"], "finding")
    return f"{drafts}, {findings}, {counts['incomplete']} could not be fully checked"


def plain_lines(report: Report, *, show_text: bool) -> list[str]:
    """Give the warnings and errors of a report as one line each, the way compilers do."""
    lines = []
    name = one_line(report.name)
    for finding in report.loud:
        line, column = report.draft.line_and_column(finding.span.start)
        shown = f" “{visible(report.draft[finding.span])}”".replace("\n", " ") if show_text else ""
        law = f"({finding.rule.paragraph}) {PARAGRAPH_TITLE[finding.rule.paragraph]}"
        lines.append(
            f"{name}:{line}:{column}: {finding.severity} {finding.rule.id}{shown}: {finding.rule.title}, {finding.whose}; {law}. "
            f"{finding.rule.instead}"
        )
    for declined in report.declined:
        line, column = report.draft.line_and_column(declined.span.start)
        lines.append(f"{name}:{line}:{column}: warning {declined.rule_id}: {declined.message}")
    lines += [f"{name}: risk: {exposure_line(risk, show_text=show_text)}" for risk in report.risks if risk.level != "low"]
    lines += [f"{name}: not checked: {gap.what}: {gap.why}" for gap in report.findings.gaps]
    return lines


def make_console(*, color: str, stderr: bool = False) -> Console:
    """Make the console that everything is printed on; `color` is auto, always or never."""
    return Console(
        stderr=stderr,
        force_terminal=True if color == "always" else None,
        color_system=None if color == "never" else "auto",
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
    )
