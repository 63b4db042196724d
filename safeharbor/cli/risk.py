"""Risk: explain how exposed the person of a draft is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from safeharbor.cli.shared import (
    EXIT_NOT_CHECKED,
    choose,
    language_model,
    load_settings,
    make_assessor,
    make_detector,
    place_options,
    read_sources,
    refuse_wrong_paths,
    stop,
)

if TYPE_CHECKING:
    from safeharbor.report import Report


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--thread", is_flag=True, help="Read all drafts as one thread about one client: what they tell adds up.")
@click.option("--details", is_flag=True, help="Show every share with its source and year.")
@place_options
@click.option("--format", "style", type=click.Choice(["rich", "json"]), default="rich", show_default=True)
@click.option("--show-text/--mask", "show_text", default=None, help="Name the details or only their kinds. [default: named at a terminal]")
@language_model
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("--encoding", default="utf-8", show_default=True, metavar="NAME", help="How the files are encoded.")
def risk(
    paths: tuple[Path, ...],
    style: str,
    show_text: bool | None,  # noqa: FBT001
    language_model: tuple[str, ...],
    color: str,
    encoding: str,
    *,
    thread: bool,
    details: bool,
    **place: Any,
) -> None:
    """Estimate about how many people fit what a draft reveals, and say what to change first.

    \b
    Exit codes: 0 told · 2 bad use · 3 something could not be checked.

    \b
    Examples:
      safeharbor risk draft.txt
      safeharbor risk post.txt comment-1.txt comment-2.txt --thread
      safeharbor risk draft.txt --region "Portland metro" --details
    """  # noqa: D301 - click reads \b as "do not wrap this paragraph"
    import json  # noqa: PLC0415

    from safeharbor.draft import Draft  # noqa: PLC0415
    from safeharbor.render.terminal import make_console  # noqa: PLC0415
    from safeharbor.report import check as check_draft  # noqa: PLC0415
    from safeharbor.report import risk_dict  # noqa: PLC0415

    refuse_wrong_paths(paths)
    assessor = make_assessor(**place)
    sources = list(read_sources(paths, encoding))
    unread = [f"{source.draft.name}: {source.problem}" for source in sources if source.problem is not None]
    if unread:
        stop("; ".join(unread), EXIT_NOT_CHECKED)
    drafts = [source.draft for source in sources]
    if thread:
        drafts = [Draft("the thread", "\n\n".join(draft.text for draft in drafts))]
    detector = make_detector(choose((), ()), language_model or load_settings().language_model)
    reports = [check_draft(draft, detector, assessor=assessor) for draft in drafts]
    show = sys.stdout.isatty() if show_text is None else show_text
    if style == "json":
        found = [{"name": r.name, "risks": [risk_dict(each, show_text=show) for each in r.risks], "gaps": r.gaps_as_dicts} for r in reports]
        click.echo(json.dumps(found, indent=2))
    else:
        console = make_console(color=color)
        for report in reports:
            if len(reports) > 1:
                console.rule(report.name, style="dim", align="left")
            _show(report, console, show_text=show, details=details)
    sys.exit(3 if any(report.findings.gaps for report in reports) else 0)


def _show(report: Report, console: Any, *, show_text: bool, details: bool) -> None:
    from safeharbor.render.exposure import show_risk  # noqa: PLC0415

    for gap in report.findings.gaps:
        console.print(f"Not fully checked: {gap.what}: {gap.why}")
    if not report.risks:
        console.print("Nothing to estimate: the draft is empty or could not be read.")
    for at, each in enumerate(report.risks, 1):
        if len(report.risks) > 1:
            console.print(f"Person {at} of {len(report.risks)}", style="bold")
        console.print(show_risk(report, each, show_text=show_text, details=details))
        console.print()
