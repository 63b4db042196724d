"""Rewrite: ask for the counselor instead of describing the client."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from safeharbor.cli.shared import (
    choose,
    language_model,
    load_house,
    load_settings,
    make_assessor,
    make_detector,
    make_rewriter,
    one_draft,
    place_options,
    profile_option,
)
from safeharbor.errors import SettingsError

if TYPE_CHECKING:
    from safeharbor.draft import Draft
    from safeharbor.findings import Findings
    from safeharbor.report import Report
    from safeharbor.rewrite.places import PlacePolicy
    from safeharbor.rewrite.propose import Rewrite, Rewriter
    from safeharbor.rewrite.wants import Want, Wants


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("-i", "--interactive", is_flag=True, help="Walk through the decisions that are yours, and see what each one changes.")
@profile_option
@click.option(
    "--place", "how", type=click.Choice(["keep", "widen", "metro", "state"]), help="How places are named. [default: as the profile says]"
)
@click.option("--format", "style", type=click.Choice(["rich", "text", "json", "diff"]), help="[default: rich on a terminal, else text]")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the text to a file as well.")
@click.option("--copy", is_flag=True, help="Copy the text to the clipboard.")
@place_options
@language_model
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("--encoding", default="utf-8", show_default=True, metavar="NAME", help="How the file is encoded.")
def rewrite(
    path: Path | None,
    profile: str | None,
    how: PlacePolicy | None,
    style: str | None,
    out: Path | None,
    language_model: tuple[str, ...],
    color: str,
    encoding: str,
    *,
    interactive: bool,
    copy: bool,
    **place: Any,
) -> None:
    """Write what to post instead: the counselor you need, nothing of the client.

    The text is composed anew from what the draft asks for, and read again before it is offered.

    \b
    Exit codes: 0 clear · 1 something of a person remains, or nothing is asked for · 2 bad use · 3 could not be checked.

    \b
    Examples:
      safeharbor rewrite draft.txt
      safeharbor rewrite draft.txt -i --copy
      safeharbor rewrite draft.txt --profile freetree --place state --out post.txt
    """  # noqa: D301 - click reads \b as "do not wrap this paragraph"
    from safeharbor.report import Check  # noqa: PLC0415

    draft = one_draft(path, encoding)
    assessor = make_assessor(**place)
    house = load_house(profile)
    detector = make_detector(choose((), ()), language_model or load_settings().language_model)
    rewriter = make_rewriter(detector, assessor, profile, copies=True)
    report = Check(detector, assessor, None, house)(draft)
    if report.findings.gaps:
        _refuse_unread(report)
    findings = detector.detect(draft)
    proposed = rewriter.propose(draft, findings, place=how)
    if interactive and proposed.text is not None and proposed.is_changed:
        proposed = _walk(draft, findings, rewriter, proposed, report)
    _show(replace(report, rewrite=proposed), proposed, style or ("rich" if sys.stdout.isatty() else "text"), color)
    if out is not None and proposed.text is not None:
        _write(out, proposed.text)
    if proposed.text is not None and (copy or (interactive and click.confirm("Copy it to the clipboard?", default=False, err=True))):
        _copy(proposed.text)
    sys.exit(0 if proposed.is_clear else 1)


def _refuse_unread(report: Report) -> None:
    for gap in report.findings.gaps:
        click.echo(f"safeharbor: not fully checked, so no rewrite is offered: {gap.what}: {gap.why}", err=True)
    sys.exit(3)


def _show(report: Report, proposed: Rewrite, style: str, color: str) -> None:
    import json  # noqa: PLC0415

    from safeharbor.render.proposal import as_diff, show_rewrite, standing  # noqa: PLC0415
    from safeharbor.render.terminal import make_console  # noqa: PLC0415
    from safeharbor.report import rewrite_dict  # noqa: PLC0415

    if style == "json":
        click.echo(json.dumps(rewrite_dict(proposed), indent=2, ensure_ascii=False))
    elif style == "rich":
        make_console(color=color).print(show_rewrite(report, proposed, edits=True))
    else:
        for line in as_diff(report, proposed) if style == "diff" else filter(None, (proposed.text,)):
            click.echo(line)
        click.echo(standing(proposed), err=True)


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        msg = f"{out} cannot be written ({type(error).__name__})"
        raise SettingsError(msg) from error


def _copy(text: str) -> None:
    import pyperclip  # noqa: PLC0415

    try:
        pyperclip.copy(text)
    except pyperclip.PyperclipException:
        click.echo("safeharbor: this system has no clipboard that could be reached; copy the text from above", err=True)
    else:
        click.echo("Copied.", err=True)


def _walk(draft: Draft, findings: Findings, rewriter: Rewriter, proposed: Rewrite, report: Report) -> Rewrite:
    """Ask the poster for each decision that is theirs, and compose again."""
    from safeharbor.render.exposure import exposure_line  # noqa: PLC0415

    for risk in report.risks[:1]:
        click.echo(f"Your draft: {exposure_line(risk, show_text=True)}\n", err=True)
    wants = proposed.wants
    how = _ask_place(draft, findings, rewriter, proposed)
    for want in proposed.wants.wants:
        if not want.is_stated and (want.narrow or want.risk):
            wants = _ask_want(draft, findings, rewriter, wants, want, how)
    wants = _ask_amounts(wants)
    return rewriter.propose(draft, findings, place=how, wants=wants)


def _people(draft: Draft, findings: Findings, rewriter: Rewriter, wants: Wants, how: PlacePolicy) -> str:
    from safeharbor.risk.wording import rounded  # noqa: PLC0415

    fits = rewriter.propose(draft, findings, place=how, wants=wants).fits
    return f"about {rounded(fits.k)} people fit" if fits else "not estimated"


def _ask_place(draft: Draft, findings: Findings, rewriter: Rewriter, proposed: Rewrite) -> PlacePolicy:
    """Ask how to name the place, if the ways differ."""
    policies: tuple[PlacePolicy, ...] = ("keep", "widen", "metro", "state")
    ways = {how: proposed.wants.areas(how) for how in policies}
    if len(set(ways.values())) < 2:
        return proposed.place
    click.echo("Where should the office be?", err=True)
    for how, areas in ways.items():
        people = _people(draft, findings, rewriter, proposed.wants, how)
        click.echo(f"  {how:<6} {' or '.join(areas) or 'no place'}: {people}", err=True)
    chosen: PlacePolicy = click.prompt("Place", type=click.Choice(list(ways)), default=proposed.place, err=True)
    return chosen


def _ask_want(draft: Draft, findings: Findings, rewriter: Rewriter, wants: Wants, want: Want, how: PlacePolicy) -> Wants:
    """Ask whether a detail's request stays, is narrowed, or goes."""
    from safeharbor.rewrite.compose import unnamed  # noqa: PLC0415

    is_named = want not in unnamed(wants)
    keep = wants if is_named else wants.chosen(want)
    ways = {"keep": keep, "drop": wants.without(want), **({"narrow": wants.with_narrow(want)} if want.narrow else {})}
    click.echo(f"\nYour draft tells something that asks for: {want.say}.", err=True)
    if want.risk:
        click.echo(f"  What remains risky: {want.risk}.", err=True)
    for name, each in ways.items():
        said = {"keep": want.say, "drop": "nothing", "narrow": f"{want.narrow}, if {want.narrow_when}"}[name]
        click.echo(f"  {name:<6} {said}: {_people(draft, findings, rewriter, each, how)}", err=True)
    return ways[click.prompt("Ask for it", type=click.Choice(list(ways)), default="keep" if is_named else "drop", err=True)]


def _ask_amounts(wants: Wants) -> Wants:
    """Ask whether an amount of money stays."""
    for fee in wants.of("fee"):
        if "$" in fee.say:
            plain = fee.say.partition("$")[0].removesuffix("around ").removesuffix("up to ").removesuffix("of ").strip() or "sliding scale"
            click.echo(f"\nYour draft names an amount: {fee.say}. Some groups ask not to.", err=True)
            if not click.confirm("Keep the amount?", default=True, err=True):
                wants = replace(wants, wants=tuple(replace(each, say=plain) if each is fee else each for each in wants.wants))
    return wants
