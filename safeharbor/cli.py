"""The command line: the only room that opens drafts, prints and exits."""

from __future__ import annotations

import gc
import io
import socket
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

from safeharbor import __version__
from safeharbor.errors import SafeHarborError, SettingsError
from safeharbor.labels import PARAGRAPH_TITLE, PARAGRAPHS, citation

if TYPE_CHECKING:
    from safeharbor.report import Report
    from safeharbor.rulebook import Rule, Rulebook
    from safeharbor.sources import Source

EXIT_BAD_USE = 2
EXIT_NOT_CHECKED = 3
FORMATS = ("rich", "plain", "json", "jsonl", "github", "sarif")
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


class _Group(click.Group):
    """Turns every refusal into one line and an exit code, and keeps drafts out of what an unforeseen error prints."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SafeHarborError as error:
            _stop(str(error), EXIT_BAD_USE)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001
            # The message of an unforeseen error may quote what was read, so only its kind and place are told.
            place = traceback.extract_tb(error.__traceback__)[-1]
            _stop(
                f"internal error, nothing was decided about the drafts: {type(error).__name__} at "
                f"{Path(place.filename).name}:{place.lineno}",
                EXIT_NOT_CHECKED,
            )


def _stop(message: str, code: int) -> NoReturn:
    from safeharbor.draft import one_line  # noqa: PLC0415

    click.echo(f"safeharbor: {one_line(message)}", err=True)
    sys.exit(code)


@click.group(cls=_Group, context_settings=_CONTEXT)
@click.version_option(__version__, message="safeharbor %(version)s")
def main() -> None:
    """Read a referral post before it is posted: find what HIPAA's Safe Harbor asks to leave out, and say what to write instead.

    \b
    Examples:
      safeharbor check                     paste a draft, see what to change
      safeharbor check draft.txt           check a file
      safeharbor check queue.jsonl         check a queue of posts, one a line
      safeharbor explain c-month-day       why a rule asks for what it asks

    Everything stays on this machine: no network, no log, nothing written.
    """  # noqa: D301 - click reads \b as "do not wrap this paragraph"


def _rule_ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    from safeharbor.rulebook import Rulebook  # noqa: PLC0415

    return [rule.id for rule in Rulebook.load().rules if rule.id.startswith(incomplete)]


def _choose(select: tuple[str, ...], ignore: tuple[str, ...]) -> Rulebook:
    """Load the rulebook, less what was not asked for. A letter stands for all rules of its paragraph."""
    from safeharbor.rulebook import Rulebook  # noqa: PLC0415

    rulebook = Rulebook.load()

    def expand(names: tuple[str, ...]) -> list[str]:
        out = []
        for name in (part for names_ in names for part in names_.split(",") if part):
            if name in PARAGRAPHS or name.upper() in PARAGRAPHS:
                paragraph = name if name in PARAGRAPHS else name.upper()
                out += [rule.id for rule in rulebook.rules if rule.paragraph == paragraph]
            else:
                out.append(rulebook[name].id)
        return out

    if select:
        rulebook = rulebook.only(*expand(select))
    return rulebook.without(*(rule_id for rule_id in expand(ignore) if any(rule.id == rule_id for rule in rulebook.rules)))


_language_model = click.option(
    "--language-model",
    multiple=True,
    default=["en_safeharbor"],
    show_default=True,
    envvar="SAFEHARBOR_LANGUAGE_MODEL",
    show_envvar=True,
    metavar="NAME",
    help="The spaCy pipeline that reads names and places: ours, any that is installed, or none. Repeat it to have several read.",
)


@main.command()
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
    shell_complete=_rule_ids,
    help="Only these rules (ids or letters; repeat or part with commas).",
)
@click.option("--ignore", multiple=True, metavar="RULE", shell_complete=_rule_ids, help="Not these rules.")
@_language_model
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
) -> None:
    """Check drafts: files, the posts of a .jsonl queue, or (with no path, or -) what is pasted or piped in.

    \b
    Exit codes: 0 clear · 1 something found · 2 bad use · 3 something could not be checked.

    \b
    Examples:
      safeharbor check
      safeharbor check draft.txt --fail-on warning
      safeharbor check queue.jsonl --format jsonl > reports.jsonl
      pbpaste | safeharbor check --select A,B,C
    """  # noqa: D301 - click reads \b as "do not wrap this paragraph"
    from safeharbor.report import tool  # noqa: PLC0415

    _refuse_wrong_paths(paths)
    rulebook = _choose(select, ignore)
    if "en_safeharbor" not in language_model:
        rulebook = rulebook.without(*(rule.id for rule in rulebook.rules if all(find.model for find in rule.find)))
    if not rulebook.rules:
        msg = "no rule is left to check; name other rules in --select and --ignore, or a --language-model that they need"
        raise SettingsError(msg)
    interactive = sys.stdout.isatty()
    style = style or ("rich" if interactive else "plain")
    show = (style == "rich" and interactive) if show_text is None else show_text
    sources = _sources(paths, encoding)
    output = _Output(style, tool(len(rulebook.rules), ()), color=color, show_text=show, quiet=quiet)
    code = _run(sources, rulebook, language_model, output, fail_on)
    sys.exit(code)


def _refuse_wrong_paths(paths: tuple[Path, ...]) -> None:
    """Refuse, before anything is read, a path that is not there or is a folder."""
    for path in paths:
        if str(path) != "-" and path.is_dir():
            msg = f"{path} is a folder; name the files in it, such as {path}/*.txt"
            raise SettingsError(msg)
        if str(path) != "-" and not path.exists():
            msg = f"{path} is not there"
            raise SettingsError(msg)


def _sources(paths: tuple[Path, ...], encoding: str) -> Iterator[Source]:
    from safeharbor.sources import read_file, read_stream  # noqa: PLC0415

    for path in paths or (Path("-"),):
        if str(path) != "-":
            yield from read_file(path, encoding)
            continue
        if sys.stdin.isatty():
            end = "Ctrl-Z and Enter" if sys.platform == "win32" else "Ctrl-D"
            click.echo(f"Paste your draft, then press {end} on a new line. It stays on this machine.", err=True)
        yield from read_stream(sys.stdin.buffer, encoding)


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


def _run(sources: Iterable[Source], rulebook: Rulebook, models: tuple[str, ...], output: _Output, fail_on: Any) -> int:
    """Check every source, print as it goes, and give the exit code: the highest of 3, 1 and 0."""
    from safeharbor.findings import Findings, Gap  # noqa: PLC0415
    from safeharbor.report import Report, tool  # noqa: PLC0415

    sources = list(sources)
    many = len(sources) > 1
    # Compiling the rules makes many objects that all stay: collecting garbage meanwhile doubles the wait and frees nothing.
    gc.disable()
    detector = None
    reports: list[Report] = []
    with _progress(output, len(sources)) as advance:
        for source in sources:
            if source.problem is not None:
                output.note(f"{source.draft.name}: {source.problem}")
                report = Report(source.draft, Findings(gaps=(Gap("the draft", source.problem),)), {}, source.file)
            else:
                if detector is None:
                    detector = _make_detector(rulebook, models)
                    output.described = tool(len(rulebook.rules), detector.models)
                report = _check(source, detector)
                if not source.draft.text.strip():
                    output.note(f"{source.draft.name}: empty, nothing to read")
            output.one(report, many=many)
            reports.append(report)
            advance()
            gc.enable()
    output.close(reports, rulebook)
    return max((report.exit_code(fail_on) for report in reports), default=0)


def _make_detector(rulebook: Rulebook, models: tuple[str, ...]) -> Any:
    # Presidio imports an HTTP client, which opens a socket to see whether the machine has IPv6. This process needs no network.
    socket.has_ipv6 = False
    from safeharbor.detect.engine import Detector, load_for  # noqa: PLC0415

    return Detector(rulebook, load_for(rulebook, models))


def _check(source: Source, detector: Any) -> Report:
    from safeharbor.report import check as check_draft  # noqa: PLC0415

    return check_draft(source.draft, detector, source.record, source.file)


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


@main.command()
@click.option("--paragraph", type=click.Choice(PARAGRAPHS), help="Only the rules of this paragraph.")
def rules(paragraph: str | None) -> None:
    """List the rules by paragraph of 45 CFR 164.514(b)(2)."""
    from safeharbor.rulebook import Rulebook  # noqa: PLC0415

    rulebook = Rulebook.load()
    for letter in PARAGRAPHS if paragraph is None else [paragraph]:
        ours = [rule for rule in rulebook.rules if rule.paragraph == letter]
        click.secho(f"({letter}) {PARAGRAPH_TITLE[letter]}", bold=True)
        for rule in ours:
            click.echo(f"  {rule.id:<34} {rule.severity:<8} {rule.title}")
    click.echo(
        f"\n{sum(paragraph in (None, rule.paragraph) for rule in rulebook.rules)} rules. `safeharbor explain RULE` says more of one."
    )


@main.command()
@click.argument("rule_id", metavar="RULE", shell_complete=_rule_ids)
def explain(rule_id: str) -> None:
    """Explain a rule: the law, why it asks, what to write instead, and examples of both kinds."""
    from safeharbor.rulebook import Rulebook  # noqa: PLC0415

    _explain(Rulebook.load()[rule_id])


def _explain(rule: Rule) -> None:
    from safeharbor.marked import unmark  # noqa: PLC0415

    click.secho(f"{rule.id}: {rule.title}", bold=True)
    click.echo(f"{citation(rule.paragraph)}, {PARAGRAPH_TITLE[rule.paragraph]} · {rule.severity}\n")
    click.echo(f"Why      {rule.why.strip()}")
    click.echo(f"Instead  {rule.instead.strip()}\n")
    click.echo("Flagged")
    for example in rule.examples.flag:
        text, answers = unmark(example, labelled=False)
        at = 0
        click.echo("  ", nl=False)
        for answer in answers:
            click.echo(text[at : answer.span.start].replace("\n", " "), nl=False)
            click.secho(text[answer.span.start : answer.span.end].replace("\n", " "), nl=False, underline=True, fg="red")
            at = answer.span.end
        click.echo(text[at:].replace("\n", " "))
    click.echo("Left alone")
    for example in rule.examples.passes:
        click.echo(f"  {example}".replace("\n", " "))
    click.echo(f"\nSource   {rule.source}")


_READERS = {
    "both": "rules and language model",
    "rules": "rules only",
    "model": "language model only",
}


@main.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--with",
    "readers",
    type=click.Choice(list(_READERS)),
    multiple=True,
    default=["both"],
    show_default=True,
    help="What reads: repeat it to compare.",
)
@_language_model
@click.option("--lower", is_flag=True, help="Measure on copies in lower case.")
@click.option("--errors", is_flag=True, help="Show what was missed and wrongly flagged, in place. This prints text of the corpus.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def measure(path: Path, readers: tuple[str, ...], language_model: tuple[str, ...], *, lower: bool, errors: bool, as_json: bool) -> None:
    """Measure on marked drafts: recall and precision by letter and by label, with 95 % bootstrap intervals.

    PATH is a file or folder in the notation of corpora/.

    \b
    Examples:
      safeharbor measure corpora/held-out
      safeharbor measure corpora/held-out --with rules --with model --with both
    """  # noqa: D301 - click reads \b as "do not wrap this paragraph"
    import json  # noqa: PLC0415

    from safeharbor.marked import read_corpus  # noqa: PLC0415
    from safeharbor.measure import as_figures, lowered, told_by  # noqa: PLC0415
    from safeharbor.measure import measure as score_pairs  # noqa: PLC0415
    from safeharbor.render.figures import score_lines  # noqa: PLC0415
    from safeharbor.report import check as check_draft  # noqa: PLC0415

    corpus = [lowered(marked) if lower else marked for marked in read_corpus(path)]
    if not corpus:
        msg = f"{path} has no marked draft; a draft begins with a line `=== id=… kind=…`"
        raise SettingsError(msg)
    if errors and as_json:
        msg = "--errors shows text and --json gives figures; ask for one of them"
        raise SettingsError(msg)
    scores = {}
    gaps: set[Any] = set()
    for reader in dict.fromkeys(readers):
        detector = _make_reader(reader, language_model)
        reports = [(marked, check_draft(marked.draft, detector)) for marked in corpus]
        gaps.update(detector.gaps)
        scores[reader] = score_pairs((marked, told_by(report)) for marked, report in reports)
    if as_json:
        click.echo(json.dumps({reader: as_figures(score) for reader, score in scores.items()}, indent=2))
    for line in () if as_json else score_lines({_READERS[reader]: score for reader, score in scores.items()}):
        click.echo(line)
    if errors:
        _show_slips(scores[readers[0]], {marked.draft.name: marked.draft.text for marked in corpus})
    if gaps:
        _stop("; ".join(sorted(f"not measured: {gap.what}: {gap.why}" for gap in gaps)), EXIT_NOT_CHECKED)


def _make_reader(reader: str, models: tuple[str, ...]) -> Any:
    """Make the detector of a configuration: both, or the rules or the language model alone."""
    rulebook = _choose((), ())
    by_model = [rule.id for rule in rulebook.rules if any(find.model or find.entity for find in rule.find)]
    if reader == "rules":
        return _make_detector(rulebook, ("none",))
    if reader == "model" and "none" in models:
        msg = "there is no language model to measure; name one with --language-model"
        raise SettingsError(msg)
    return _make_detector(rulebook.only(*by_model) if reader == "model" else rulebook, models)


def _show_slips(score: Any, texts: dict[str, str]) -> None:
    from safeharbor.measure import in_place  # noqa: PLC0415

    for slip in score.slips:
        click.echo(f"\n{slip.name} · {slip.kind} · {slip.what}\n  ", nl=False)
        for piece, is_slip in in_place(slip, texts[slip.name]):
            click.secho(piece, nl=False, bold=is_slip, underline=is_slip)
    click.echo()


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell, such as `eval "$(safeharbor completion bash)"`."""
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    kind = get_completion_class(shell)
    if kind is None:
        msg = f"there is no completion for {shell}"
        raise SettingsError(msg)
    click.echo(kind(main, {}, "safeharbor", "_SAFEHARBOR_COMPLETE").source())


@main.command(hidden=True)
def schema() -> None:
    """Print the JSON Schema of a rule file, for editors."""
    import json  # noqa: PLC0415

    from safeharbor.rulebook import schema as rule_schema  # noqa: PLC0415

    click.echo(json.dumps(rule_schema(), indent=2))


if __name__ == "__main__":
    main()
