"""Redact: give a text with placeholders for what identifies, for notes that are no referral request."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from safeharbor.cli.shared import choose, language_model, load_settings, make_detector, one_draft
from safeharbor.errors import SettingsError


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--with",
    "operator",
    type=click.Choice(["placeholder", "surrogate", "mask", "remove"]),
    default="placeholder",
    show_default=True,
    help="What stands for each finding: its kind in words, its kind with a number that stays the same through the text, █, or nothing.",
)
@click.option("--clues", is_flag=True, help="Redact ages, jobs and other clues about the client as well.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the text to a file instead of standard output.")
@language_model
@click.option("--encoding", default="utf-8", show_default=True, metavar="NAME", help="How the file is encoded.")
def redact(path: Path | None, operator: Any, out: Path | None, language_model: tuple[str, ...], encoding: str, *, clues: bool) -> None:
    """Replace what identifies in a note or post that asks for no counselor, and read the result again.

    \b
    Exit codes: 0 nothing was found in the result · 1 something remains · 2 bad use · 3 could not be checked.

    \b
    Examples:
      safeharbor redact note.txt
      safeharbor redact note.txt --with surrogate --clues --out note-redacted.txt
    """  # noqa: D301 - click reads \b as "do not wrap this paragraph"
    from safeharbor.draft import Draft  # noqa: PLC0415
    from safeharbor.redact import redact as redact_draft  # noqa: PLC0415
    from safeharbor.report import check as check_draft  # noqa: PLC0415

    draft = one_draft(path, encoding)
    detector = make_detector(choose((), ()), language_model or load_settings().language_model)
    report = check_draft(draft, detector)
    for gap in report.findings.gaps:
        click.echo(f"safeharbor: not fully checked: {gap.what}: {gap.why}", err=True)
    if report.findings.gaps:
        sys.exit(3)
    text = redact_draft(draft, report.findings, operator=operator, clues=clues)
    if out is None:
        click.echo(text)
    else:
        try:
            out.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")
        except OSError as error:
            msg = f"{out} cannot be written ({type(error).__name__})"
            raise SettingsError(msg) from error
    left = [] if operator == "surrogate" else check_draft(Draft("the redacted text", text), detector).loud
    if left:
        kinds = ", ".join(sorted({finding.rule.title.lower() for finding in left}))
        click.echo(f"safeharbor: read again, and this may remain: {kinds}", err=True)
    sys.exit(1 if left else 0)
