"""Figures: what was measured, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safeharbor.measure import TOTALS, Count, Score, f1


def score_lines(scores: Mapping[str, Score]) -> Iterator[str]:
    """Give the figures of one or several readers: by letter and by label of the first, then the totals of all side by side."""
    first = next(iter(scores.values()))
    yield f"{'':<4}{'recall':<18}{'right letter':<18}{'precision':<18}"
    for letter, row in first.letters().items():
        yield f"{letter:<4}" + "".join(f"{count!s:<18}" for count in row)
    yield ""
    yield from label_lines(first)
    yield ""
    drafts = f"{len(first.tallies)} draft{'' if len(first.tallies) == 1 else 's'}"
    yield drafts if len(scores) == 1 else f"{drafts}; above: {next(iter(scores))}"
    if len(scores) > 1:
        yield f"{'':<20}" + "".join(f"{name:<40}" for name in scores)
    for figure in TOTALS:
        cells = [with_interval(score, figure) for score in scores.values()]
        yield f"{figure}: {cells[0]}" if len(scores) == 1 else f"{figure:<20}" + "".join(f"{cell:<40}" for cell in cells)


def label_lines(score: Score) -> Iterator[str]:
    """Give recall, precision and F1 by label: for any overlap, and for the very span."""
    heads = f"{'recall':>6} {'prec.':>6} {'F1':>6}"
    yield f"{'label':<18}{'marks':>6}  {heads}  {'95 % interval':<14}  exact: {heads}"
    for label, row in score.labels().items():
        interval = score.interval(f"recall:{label}", f"precision:{label}", of=f1)
        span = "-" if interval is None else f"{interval[0]:.3f}-{interval[1]:.3f}"
        overlap = _three(row["recall"], row["precision"])
        exact = _three(row["exact_recall"], row["exact_precision"])
        yield f"{label:<18}{row['recall'].total:>6}  {overlap}  {span:<14}  {'':<6} {exact}"


def _three(recall: Count, precision: Count) -> str:
    shares = (recall.share, precision.share, f1(recall.share, precision.share))
    return " ".join(f"{'-':>6}" if share is None else f"{share:>6.3f}" for share in shares)


def with_interval(score: Score, figure: str) -> str:
    """Give a figure with its hits, total and 95 % interval."""
    interval = score.interval(figure)
    return str(score[figure]) + ("" if interval is None else f" [{interval[0]:.3f}, {interval[1]:.3f}]")
