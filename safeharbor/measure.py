"""Measuring: recall and precision on marked drafts, by letter, counted as the project's scoring tool counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from safeharbor.findings import Finding
from safeharbor.labels import CIRCLE, LETTERS, OTHERS
from safeharbor.marked import Answer, MarkedDraft
from safeharbor.report import Report


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
class Score:
    """What a corpus says of the rules. Identifiers count if they are the client's or a relative's and not optional."""

    recall: dict[str, Count] = field(default_factory=lambda: {letter: Count() for letter in LETTERS})
    typed: dict[str, Count] = field(default_factory=lambda: {letter: Count() for letter in LETTERS})
    precision: dict[str, Count] = field(default_factory=lambda: {letter: Count() for letter in LETTERS})
    safe_harbor_recall: Count = field(default_factory=Count)
    safe_harbor_typed: Count = field(default_factory=Count)
    error_precision: Count = field(default_factory=Count)
    false_alarm_spans: Count = field(default_factory=Count)
    about_accuracy: Count = field(default_factory=Count)
    clean_passed: Count = field(default_factory=Count)
    slips: list[Slip] = field(default_factory=list)

    @property
    def totals(self) -> dict[str, Count]:
        """The figures over all letters, by name."""
        return {
            "safe_harbor_recall": self.safe_harbor_recall,
            "safe_harbor_typed": self.safe_harbor_typed,
            "error_precision": self.error_precision,
            "false_alarm_spans": self.false_alarm_spans,
            "about_accuracy": self.about_accuracy,
            "clean_posts_passed": self.clean_passed,
        }


def measure(pairs: Iterable[tuple[MarkedDraft, Report]]) -> Score:
    """Score reports against the marks of their drafts.

    An identifier counts as found when a warning or error that is not put down to the author or another professional touches it,
    and as typed when one of those names its letter. Precision counts those errors (per letter: and warnings) that
    touch a mark of the client's circle. Clean drafts pass without a warning or error.
    """
    score = Score()
    for marked, report in pairs:
        loud = [finding for finding in report.loud if finding.about not in OTHERS]
        for answer in marked.answers:
            if not answer.optional:
                _count_answer(score, marked, answer, report, loud)
        _count_findings(score, marked, loud)
        if marked.kind in ("clean", "none"):
            score.clean_passed.add(not loud)
    return score


def _letter(answer: Answer, kind: str) -> str | None:
    """Give the letter an answer counts under; in snippets named employers and schools count as well."""
    return answer.letter or (answer.named_clue_letter if kind == "snippet" else None)


def _count_answer(score: Score, marked: MarkedDraft, answer: Answer, report: Report, loud: list[Finding]) -> None:
    letter = _letter(answer, marked.kind)
    hits = [finding for finding in loud if finding.span.touches(answer.span)]
    if letter:
        typed = any(finding.rule.paragraph == letter for finding in hits)
        for count, hit in (
            (score.safe_harbor_recall, bool(hits)),
            (score.safe_harbor_typed, typed),
            (score.recall[letter], bool(hits)),
            (score.typed[letter], typed),
        ):
            count.add(hit)
        if not typed:
            kind = "missed" if not hits else f"mistyped as {hits[0].rule.id}"
            score.slips.append(Slip(kind, marked.draft.name, answer.label, answer.span.start, answer.span.end))
    if answer.about in OTHERS or answer.label == "STATE":
        score.false_alarm_spans.add(bool(hits))
    camps = [f for f in report.findings.found if f.span.touches(answer.span) and f.about != "unknown"]
    if camps and answer.about != "unknown":
        score.about_accuracy.add(any((finding.about in CIRCLE) == (answer.about in CIRCLE) for finding in camps))


def _count_findings(score: Score, marked: MarkedDraft, loud: list[Finding]) -> None:
    circle = [answer.span for answer in marked.answers if answer.about in CIRCLE and answer.label != "STATE"]
    for finding in loud:
        right = any(finding.span.touches(span) for span in circle)
        if finding.rule.paragraph in score.precision:
            score.precision[finding.rule.paragraph].add(right)
        if finding.severity == "error":
            score.error_precision.add(right)
        if not right:
            kind = f"false {finding.severity}"
            score.slips.append(Slip(kind, marked.draft.name, finding.rule.id, finding.span.start, finding.span.end))


def in_place(slip: Slip, text: str, reach: int = 40) -> Iterator[tuple[str, bool]]:
    """Give a slip with what stands around it, as pieces of text and whether each is the slip itself."""
    yield text[max(0, slip.start - reach) : slip.start].replace("\n", " "), False
    yield text[slip.start : slip.end].replace("\n", " "), True
    yield text[slip.end : slip.end + reach].replace("\n", " "), False
