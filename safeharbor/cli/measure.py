"""Measure: figures on marked drafts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from safeharbor.cli.shared import EXIT_NOT_CHECKED, choose, language_model, load_settings, make_detector, stop
from safeharbor.errors import SettingsError

_READERS = {
    "both": "rules and language model",
    "rules": "rules only",
    "model": "language model only",
}


@click.command()
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
@language_model
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
    language_model = language_model or load_settings().language_model
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
        stop("; ".join(sorted(f"not measured: {gap.what}: {gap.why}" for gap in gaps)), EXIT_NOT_CHECKED)


def _make_reader(reader: str, models: tuple[str, ...]) -> Any:
    """Make the detector of a configuration: both, or the rules or the language model alone."""
    rulebook = choose((), ())
    by_model = [rule.id for rule in rulebook.rules if any(find.model or find.entity for find in rule.find)]
    if reader == "rules":
        return make_detector(rulebook, ("none",))
    if reader == "model" and "none" in models:
        msg = "there is no language model to measure; name one with --language-model"
        raise SettingsError(msg)
    return make_detector(rulebook.only(*by_model) if reader == "model" else rulebook, models)


def _show_slips(score: Any, texts: dict[str, str]) -> None:
    from safeharbor.measure import in_place  # noqa: PLC0415

    for slip in score.slips:
        click.echo(f"\n{slip.name} · {slip.kind} · {slip.what}\n  ", nl=False)
        for piece, is_slip in in_place(slip, texts[slip.name]):
            click.secho(piece, nl=False, bold=is_slip, underline=is_slip)
    click.echo()
