"""Check: read drafts and report what was found."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from safeharbor.cli.shared import (
    choose,
    language_model,
    load_house,
    load_settings,
    make_assessor,
    make_detector,
    make_rewriter,
    place_options,
    profile_option,
    read_sources,
    refuse_wrong_paths,
    rule_ids,
)
from safeharbor.errors import SettingsError

if TYPE_CHECKING:
    from safeharbor.detect.engine import Detector
    from safeharbor.report import Check, Report
    from safeharbor.rulebook import Rulebook
    from safeharbor.sources import Source

FORMATS = ("rich", "plain", "json", "jsonl", "github", "sarif")
_WITH_REWRITE = ("rich", "json", "jsonl")
"""Formats that show a rewrite."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--format", "style", type=click.Choice(FORMATS), help="How to show it. [default: rich on a terminal, else plain]")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="Exit 1 from this severity on.",
)
@click.option(
    "--show-text/--mask",
    "show_text",
    default=None,
    help="Show or leave out the draft's own words. [default: shown to a person at a terminal, else left out]",
)
@click.option(
    "--select",
    multiple=True,
    metavar="RULE",
    shell_complete=rule_ids,
    help="Only these rules (ids or letters; repeat or part with commas).",
)
@click.option("--ignore", multiple=True, metavar="RULE", shell_complete=rule_ids, help="Not these rules.")
@place_options
@profile_option
@click.option("--no-risk", is_flag=True, help="Do not estimate how many people fit.")
@click.option("--no-rewrite", is_flag=True, help="Do not propose a rewrite.")
@language_model
@click.option("-q", "--quiet", is_flag=True, help="Say nothing of clear drafts, and no closing line.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("--encoding", default="utf-8", show_default=True, metavar="NAME", help="How the files are encoded.")
def check(
    paths: tuple[Path, ...],
    style: str | None,
    fail_on: str,
    show_text: bool | None,  # noqa: FBT001
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    language_model: tuple[str, ...],
    quiet: bool,  # noqa: FBT001
    color: str,
    encoding: str,
    *,
    profile: str | None,
    no_risk: bool,
    no_rewrite: bool,
    **place: Any,
) -> None:
    """Check drafts: files, the posts of a .jsonl queue, or (with no path, or -) what is pasted or piped in.

    \b
    Exit codes: 0 clear · 1 something found · 2 bad use · 3 something could not be checked.

    \b
    Examples:
      safeharbor check
      safeharbor check draft.txt --fail-on warning
      safeharbor check queue.jsonl --format jsonl > reports.jsonl
      safeharbor check draft.txt --profile freetree
      pbpaste | safeharbor check --select A,B,C
    """  # noqa: D301 - click reads \b as "do not wrap this paragraph"
    from safeharbor.report import Check, tool  # noqa: PLC0415

    refuse_wrong_paths(paths)
    rulebook = choose(select, ignore)
    language_model = language_model or load_settings().language_model
    if "en_safeharbor" not in language_model:
        rulebook = rulebook.without(*(rule.id for rule in rulebook.rules if all(find.model for find in rule.find)))
    if not rulebook.rules:
        msg = "no rule is left to check; name other rules in --select and --ignore, or a --language-model that they need"
        raise SettingsError(msg)
    interactive = sys.stdout.isatty()
    style = style or ("rich" if interactive else "plain")
    show = (style == "rich" and interactive) if show_text is None else show_text
    wants_rewrite = style in _WITH_REWRITE and not no_rewrite
    assessor = None if no_risk and not wants_rewrite else make_assessor(**place)
    house = load_house(profile)
    sources = read_sources(paths, encoding)
    output = _Output(style, tool(len(rulebook.rules), ()), color=color, show_text=show, quiet=quiet)

    def make() -> tuple[Detector, Check]:
        detector = make_detector(rulebook, language_model)
        rewriter = make_rewriter(detector, assessor, profile, copies=show) if wants_rewrite and assessor else None
        return detector, Check(detector, None if no_risk else assessor, rewriter, house)

    sys.exit(_run(sources, rulebook, make, output, fail_on))


class _Output:
    """Prints reports in one format as they come, and what closes the run."""

    def __init__(self, style: str, described: dict[str, Any], *, color: str, show_text: bool, quiet: bool) -> None:
        from safeharbor.render.terminal import make_console  # noqa: PLC0415

        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a draft may hold what the terminal's encoding lacks
        self.style = style
        self.described = described
        self.show_text = show_text
        self.quiet = quiet
        self.console = make_console(color=color)
        self.errors = make_console(color=color, stderr=True)

    def one(self, report: Report, *, many: bool) -> None:
        """Print one report, if its format is one that is printed as it goes."""
        from safeharbor.draft import one_line  # noqa: PLC0415
        from safeharbor.render import machine, terminal  # noqa: PLC0415

        if self.style == "jsonl":
            click.echo(machine.as_jsonl(report, self.described, show_text=self.show_text))
        elif self.style == "github":
            self._lines([machine.as_github(report)])
        elif self.style == "plain":
            self._lines(terminal.plain_lines(report, show_text=self.show_text))
        elif self.style == "rich" and not (report.verdict == "clear" and (many or self.quiet)):
            if many:
                self.console.rule(one_line(report.name), style="dim", align="left")
            self.console.print(terminal.show_report(report, excerpt=self.excerpt))
            self.console.print()

    @property
    def excerpt(self) -> Literal["text", "masked", "none"]:
        """How much of a draft a person is shown: with --mask the rest of it, at a terminal; in a log nothing."""
        if self.show_text:
            return "text"
        return "masked" if sys.stdout.isatty() else "none"

    def note(self, message: str) -> None:
        """Say something beside the reports, on standard error."""
        from safeharbor.draft import one_line  # noqa: PLC0415

        self.errors.print(f"safeharbor: {one_line(message)}", soft_wrap=True)

    def _lines(self, lines: Iterable[str]) -> None:
        for line in filter(None, lines):
            click.echo(line)

    def close(self, reports: list[Report], rulebook: Rulebook) -> None:
        """Print what comes once, after all drafts."""
        from safeharbor.render import machine, terminal  # noqa: PLC0415

        if self.style == "json":
            click.echo(machine.as_json(reports, self.described, show_text=self.show_text))
        elif self.style == "sarif":
            click.echo(machine.as_sarif(reports, rulebook))
        elif self.quiet:
            return
        elif self.style == "rich":
            if len(reports) > 1:
                if any(report.verdict != "clear" for report in reports):
                    self.console.print(terminal.show_queue(reports))
                    self.console.print()
                self.console.print(terminal.closing_line(reports), style="bold")
            self.console.print(terminal.STANDING, style="dim")
        elif self.style == "plain":
            if len(reports) == 1:
                click.echo(terminal.verdict_line(reports[0]))
            click.echo(terminal.closing_line(reports))


def _run(sources: Iterable[Source], rulebook: Rulebook, make: Callable[[], tuple[Detector, Check]], output: _Output, fail_on: Any) -> int:
    """Check every source, print as it goes, and give the exit code: the highest of 3, 1 and 0."""
    from safeharbor.findings import Findings, Gap  # noqa: PLC0415
    from safeharbor.report import Report, tool  # noqa: PLC0415

    sources = list(sources)
    many = len(sources) > 1
    # Compiling the rules makes many objects that all stay: collecting garbage meanwhile doubles the wait and frees nothing.
    gc.disable()
    checked: Check | None = None
    reports: list[Report] = []
    with _progress(output, len(sources)) as advance:
        for source in sources:
            if source.problem is not None:
                output.note(f"{source.draft.name}: {source.problem}")
                report = Report(source.draft, Findings(gaps=(Gap("the draft", source.problem),)), {}, source.file)
            else:
                if checked is None:
                    detector, checked = make()
                    output.described = tool(len(rulebook.rules), detector.models)
                report = checked(source.draft, source.record, source.file)
                if not source.draft.text.strip():
                    output.note(f"{source.draft.name}: empty, nothing to read")
            output.one(report, many=many)
            reports.append(report)
            advance()
            gc.enable()
    output.close(reports, rulebook)
    return max((report.exit_code(fail_on) for report in reports), default=0)


@contextmanager
def _progress(output: _Output, total: int) -> Iterator[Callable[[], None]]:
    """Show a person who waits for many drafts how far it is, and give what to call after each."""
    console = output.console if output.style == "rich" else output.errors
    if total == 1 or output.quiet or not console.is_terminal:
        yield lambda: None
        return
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Reading", total=total)
        yield lambda: bar.advance(task)
