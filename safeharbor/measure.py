"""Measuring: recall and precision on marked drafts, by letter and by label, counted as the project's scoring tool counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from safeharbor.draft import Draft, Span
from safeharbor.findings import Finding
from safeharbor.labels import CIRCLE, CLUES, IDENTIFIER_LETTER, LETTERS, OTHERS
from safeharbor.marked import Answer, MarkedDraft
from safeharbor.report import Report

TOTALS = (
    "safe_harbor_recall", "safe_harbor_typed", "error_precision", "false_alarm_spans", "people_protected", "clue_recall", "clue_typed",
    "clue_precision", "about_accuracy", "clean_posts_passed",
)  # fmt: skip
"""The figures over all letters and labels."""
_SAMPLES = 1000
"""Samples of the bootstrap."""
POSTS = frozenset({"overshare", "clean", "other"})
"""The kinds of drafts in which clues are marked."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader told of a span: a finding of ours, or a mark of another person."""

    span: Span
    label: str
    about: str
    letter: str | None
    is_loud: bool
    is_error: bool
    name: str
    """The rule, or the label."""

    @property
    def is_ours_to_warn(self) -> bool:
        """Whether it warns of a detail of the client's circle."""
        return self.is_loud and self.about not in OTHERS


def told_by(report: Report) -> list[Told]:
    """Give what a report told."""
    return [_of_finding(finding) for finding in report.findings.found]


def _of_finding(finding: Finding) -> Told:
    rule = finding.rule
    return Told(finding.span, rule.label, finding.about, rule.paragraph, finding.is_loud, finding.severity == "error", rule.id)


def told_in(marked: MarkedDraft) -> list[Told]:
    """Give what a second person marked, as if a report had told it."""
    return [
        Told(answer.span, answer.label, answer.about, answer.letter, answer.letter is not None, answer.letter is not None, answer.label)
        for answer in marked.answers
    ]


@dataclass
class Count:
    """Hits out of a total."""

    hits: int = 0
    total: int = 0

    def add(self, hit: bool) -> None:  # noqa: FBT001
        """Count one more."""
        self.hits += hit
        self.total += 1

    @property
    def share(self) -> float | None:
        """Hits by total, from 0 to 1; None if there was nothing to count."""
        return self.hits / self.total if self.total else None

    def __str__(self) -> str:
        share = self.share
        return "-" if share is None else f"{share:.3f} ({self.hits}/{self.total})"


@dataclass(frozen=True, slots=True)
class Slip:
    """Where a report and the marks part: a miss, or a false alarm of a rule."""

    kind: str
    name: str
    what: str
    start: int
    end: int


@dataclass
class Tally:
    """What one draft adds to each figure. A figure by letter or label is named like `recall:A` or `precision:AGE`."""

    counts: dict[str, Count] = field(default_factory=dict)
    slips: list[Slip] = field(default_factory=list)

    def add(self, figure: str, hit: bool) -> None:  # noqa: FBT001
        """Count one more of a figure."""
        self.counts.setdefault(figure, Count()).add(hit)


@dataclass(frozen=True)
class Score:
    """What a corpus says of a reader: one tally a draft."""

    tallies: tuple[Tally, ...]

    def __getitem__(self, figure: str) -> Count:
        """Add up a figure over all drafts; nothing out of nothing for one that no draft has."""
        counts = [tally.counts[figure] for tally in self.tallies if figure in tally.counts]
        return Count(sum(count.hits for count in counts), sum(count.total for count in counts))

    @property
    def totals(self) -> dict[str, Count]:
        """The figures over all letters and labels, by name."""
        return {figure: self[figure] for figure in TOTALS}

    def letters(self) -> dict[str, tuple[Count, Count, Count]]:
        """Give recall, recall with the right letter, and precision of the warnings, by letter."""
        return {letter: (self[f"recall:{letter}"], self[f"typed:{letter}"], self[f"precision:{letter}"]) for letter in LETTERS}

    def labels(self) -> dict[str, dict[str, Count]]:
        """Give recall and precision by label, with any overlap and with the very span, for labels that occur."""
        figures = ("recall", "precision", "exact_recall", "exact_precision")
        table = {label: {figure: self[f"{figure}:{label}"] for figure in figures} for label in (*IDENTIFIER_LETTER, "STATE", *CLUES)}
        return {label: row for label, row in table.items() if row["recall"].total or row["precision"].total}

    @property
    def slips(self) -> list[Slip]:
        """Every miss and false alarm, in the order of the drafts."""
        return [slip for tally in self.tallies for slip in tally.slips]

    def interval(self, *figures: str, of: Callable[..., float | None] | None = None) -> tuple[float, float] | None:
        """Give the 95 % bootstrap interval of a figure, or of what `of` makes of the shares of several, over samples of drafts.

        The samples are the same each time. None if there is nothing to count.
        """
        rows = np.array([[(c.hits, c.total) for c in (t.counts.get(f, _NOTHING) for f in figures)] for t in self.tallies], dtype=float)
        if not len(rows) or not rows[:, :, 1].sum(axis=0).all():
            return None
        draws = np.random.default_rng(0).multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=_SAMPLES)
        sums = np.einsum("sd,dfc->sfc", draws, rows)
        sums = sums[(sums[:, :, 1] > 0).all(axis=1)]
        shares = sums[:, :, 0] / sums[:, :, 1]
        values = [value for value in (of(*row) if of else row[0] for row in shares) if value is not None]
        low, high = np.percentile(values, [2.5, 97.5])
        return float(low), float(high)


_NOTHING = Count()


def f1(recall: float | None, precision: float | None) -> float | None:
    """Give the harmonic mean of recall and precision; None if one of them is not known."""
    if recall is None or precision is None:
        return None
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def measure(pairs: Iterable[tuple[MarkedDraft, Sequence[Told]]]) -> Score:
    """Score what was told of drafts against their marks.

    An identifier counts as found when a warning or error that is not put down to the author or another professional touches it,
    and as typed when one of those names its letter; a clue when any finding touches it, and as typed with its label. A person is
    protected when every mention of the name is found. Precision counts those errors (per letter: and warnings) that touch a mark
    of the client's circle. By label every mark counts, whoever it is about, and a finding is right when a mark of its label
    touches it. Clean drafts pass without a warning or error. Optional marks are neither missed nor false.
    """
    return Score(tuple(_tally(marked, told) for marked, told in pairs))


def _tally(marked: MarkedDraft, told: Sequence[Told]) -> Tally:
    tally = Tally()
    loud = [each for each in told if each.is_ours_to_warn]
    for answer in marked.answers:
        if not answer.optional:
            _count_answer(tally, marked, answer, told, loud)
    _count_people(tally, marked, loud)
    _count_told(tally, marked, told, loud)
    _count_labels(tally, marked, told)
    if marked.kind in ("clean", "none"):
        tally.add("clean_posts_passed", not loud)
    return tally


def _letter(answer: Answer, kind: str) -> str | None:
    """Give the letter an answer counts under; in snippets named employers and schools count as well."""
    return answer.letter or (answer.named_clue_letter if kind == "snippet" else None)


def _count_answer(tally: Tally, marked: MarkedDraft, answer: Answer, told: Sequence[Told], loud: Sequence[Told]) -> None:
    letter = _letter(answer, marked.kind)
    hits = [each for each in loud if each.span.touches(answer.span)]
    touching = [each for each in told if each.span.touches(answer.span)]
    if letter:
        typed = any(each.letter == letter for each in hits)
        for figure, hit in (
            ("safe_harbor_recall", bool(hits)),
            ("safe_harbor_typed", typed),
            (f"recall:{letter}", bool(hits)),
            (f"typed:{letter}", typed),
        ):
            tally.add(figure, hit)
        if not typed:
            kind = "missed" if not hits else f"mistyped as {hits[0].name}"
            tally.slips.append(Slip(kind, marked.draft.name, answer.label, answer.span.start, answer.span.end))
    elif answer.about in CIRCLE and answer.label in CLUES:
        typed = any(each.label == answer.label for each in touching)
        tally.add("clue_recall", bool(touching))
        tally.add("clue_typed", typed)
        if not typed:
            kind = "clue missed" if not touching else f"clue mistyped as {touching[0].name}"
            tally.slips.append(Slip(kind, marked.draft.name, answer.label, answer.span.start, answer.span.end))
    if answer.about in OTHERS or answer.label == "STATE":
        tally.add("false_alarm_spans", bool(hits))
    camps = [each for each in touching if each.about != "unknown"]
    if camps and answer.about != "unknown":
        tally.add("about_accuracy", any((each.about in CIRCLE) == (answer.about in CIRCLE) for each in camps))


def _count_people(tally: Tally, marked: MarkedDraft, loud: Sequence[Told]) -> None:
    """Count the people of the circle who are named, by number or else by name, as protected or not."""
    people: dict[str, list[bool]] = {}
    for answer in marked.answers:
        if answer.label == "PERSON" and answer.about in CIRCLE and not answer.optional:
            who = f"#{answer.entity}" if answer.entity else marked.draft[answer.span].casefold()
            people.setdefault(who, []).append(any(each.span.touches(answer.span) for each in loud))
    for mentions in people.values():
        tally.add("people_protected", all(mentions))


def _count_told(tally: Tally, marked: MarkedDraft, told: Sequence[Told], loud: Sequence[Told]) -> None:
    circle = [answer.span for answer in marked.answers if answer.about in CIRCLE and answer.label != "STATE"]
    for each in loud:
        right = any(each.span.touches(span) for span in circle)
        if each.letter in LETTERS:
            tally.add(f"precision:{each.letter}", right)
        if each.is_error:
            tally.add("error_precision", right)
        if not right:
            kind = f"false {'error' if each.is_error else 'warning'}"
            tally.slips.append(Slip(kind, marked.draft.name, each.name, each.span.start, each.span.end))
    for each in told if marked.kind in POSTS else ():
        if each.label in CLUES and each.about not in OTHERS and not each.is_error:
            tally.add("clue_precision", any(each.span.touches(span) for span in circle))


def _count_labels(tally: Tally, marked: MarkedDraft, told: Sequence[Told]) -> None:
    for answer in marked.answers:
        if not answer.optional and (marked.kind in POSTS or answer.label not in CLUES):
            same = [each.span for each in told if each.label == answer.label and each.span.touches(answer.span)]
            tally.add(f"recall:{answer.label}", bool(same))
            tally.add(f"exact_recall:{answer.label}", answer.span in same)
    for each in told:
        if marked.kind not in POSTS and (each.label in (*CLUES, "STATE") or marked.kind == "none"):
            continue  # in snippets these are not marked
        touching = [answer for answer in marked.answers if answer.span.touches(each.span)]
        right = [answer for answer in touching if answer.label == each.label]
        if right or not any(answer.optional for answer in touching):
            tally.add(f"precision:{each.label}", bool(right))
            tally.add(f"exact_precision:{each.label}", any(answer.span == each.span for answer in right))


def lowered(marked: MarkedDraft) -> MarkedDraft:
    """Give a copy of a marked draft in lower case, with every mark in its place."""
    text = "".join(char.lower() if len(char.lower()) == 1 else char for char in marked.draft.text)
    return MarkedDraft(Draft(marked.draft.name, text), marked.kind, marked.answers)


def as_figures(score: Score) -> dict[str, object]:
    """Give every figure for a machine: shares from 0 to 1 with their 95 % intervals, None where there was nothing to count."""
    labels: dict[str, Mapping[str, float | None]] = {}
    for label, row in score.labels().items():
        shares = {figure: count.share for figure, count in row.items()}
        labels[label] = {
            **shares,
            "f1": f1(shares["recall"], shares["precision"]),
            "exact_f1": f1(shares["exact_recall"], shares["exact_precision"]),
        }
    letters = {
        letter: dict(zip(("recall", "typed", "precision"), (c.share for c in row), strict=True)) for letter, row in score.letters().items()
    }
    totals = {figure: {"share": count.share, "interval": score.interval(figure)} for figure, count in score.totals.items()}
    return {"drafts": len(score.tallies), "totals": totals, "letters": letters, "labels": labels}


def in_place(slip: Slip, text: str, reach: int = 40) -> Iterator[tuple[str, bool]]:
    """Give a slip with what stands around it, as pieces of text and whether each is the slip itself."""
    yield text[max(0, slip.start - reach) : slip.start].replace("\n", " "), False
    yield text[slip.start : slip.end].replace("\n", " "), True
    yield text[slip.end : slip.end + reach].replace("\n", " "), False
