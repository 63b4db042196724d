"""Findings: where a rule matched, whose detail it is, and how overlapping findings settle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from safeharbor.draft import Span
from safeharbor.labels import OTHERS, RANK, SCORE, SEVERITY_RANK, About, Certainty, Severity, citation
from safeharbor.rulebook import Rule

if TYPE_CHECKING:
    from safeharbor.model.readings import Staying, Theme

_WHOSE: dict[About, str] = {
    "client": "the client's",
    "relative": "a relative's or housemate's",
    "provider": "another professional's",
    "author": "your own",
    "unknown": "unclear whose",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A span of a draft that a rule speaks about. It holds no text of the draft."""

    rule: Rule
    span: Span
    severity: Severity
    about: About
    certainty: Certainty
    chance: float | None = None
    """The chance that the label is right, if our language model told it."""
    because: str = ""
    """Why it is louder than by itself, in a sentence without words of the draft."""

    def __repr__(self) -> str:
        return f"<Finding {self.rule.id} at {self.span.start}:{self.span.end}, {self.severity}, {self.about}, {self.certainty}>"

    @property
    def confidence(self) -> float:
        """How sure it is that this is what the label says, from 0 to 1."""
        return SCORE[self.certainty] if self.chance is None else self.chance

    @property
    def is_loud(self) -> bool:
        """Whether it is a warning or an error."""
        return self.severity != "info"

    @property
    def whose(self) -> str:
        """Whose detail it is, in words."""
        return _WHOSE[self.about]

    @property
    def message(self) -> str:
        """What was found and why it may not be posted; for a detail of somebody else, that it may stay."""
        if self.about in OTHERS:
            return f"{self.rule.title}, {self.whose}: Safe Harbor does not ask for its removal."
        because = f" {self.because}" if self.because else ""
        return f"{self.rule.title}, {self.whose}. {self.rule.why}{because} ({citation(self.rule.paragraph)})"

    @property
    def suggestion(self) -> str:
        """What to write instead."""
        return "It may stay." if self.about in OTHERS else self.rule.instead


@dataclass(frozen=True, slots=True)
class Gap:
    """A check that was asked for and could not run."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What a draft was found to hold, in order, and what could not be checked."""

    found: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    kinds: Mapping[str, float] = field(default_factory=dict)
    """The chance of each kind of post (overshare, clean, other), as our language model told it; empty if it did not read."""
    stays: Staying | None = field(default=None, repr=False)
    """How likely each word may stay in a request that tells of nobody, as our language model told it; None if it did not read."""
    themes: tuple[Theme, ...] = field(default=(), repr=False)
    """What the whole suggests that a counselor should know or be, as our language model told it."""


_REMNANT = re.compile(r"(?:\W|_)*(?:(?:on|in|at|of|to|the|a|an|and|or|for|from|with|by|her|his|s)(?:\W|_)*)*|-[a-z]+\s*")
"""What is left over of a finding and says nothing: signs and small words, or the end of a hyphenated word."""


def settle(findings: Iterable[Finding], text: str) -> tuple[Finding, ...]:
    """Resolve overlaps so that each character has one finding, and none that had one is left without.

    The surer finding wins (a checksum before a label before a pattern before the language model), then the longer, then the graver.
    Where findings of one label overlap they become one; what a winner
    leaves uncovered of another label's finding stays as a finding of its own, unless it is mere signs and small words.
    """
    taken = bytearray(len(text))
    settled: list[Finding] = []
    for finding in sorted(findings, key=_rank):
        own = finding.span
        for start, end in _free(taken, own):
            piece = Span(start, end)
            if piece == own or not _REMNANT.fullmatch(text, start, end):
                settled.append(replace(finding, span=piece))
        taken[own.start : own.end] = b"\1" * len(own)
    settled.sort(key=lambda finding: finding.span)
    return tuple(replace(finding, span=_trimmed(finding.span, text)) for finding in _joined(settled, text))


def _trimmed(span: Span, text: str) -> Span:
    """Give a span without blanks at its ends, which cutting may leave."""
    words = text[span.start : span.end]
    if not words.strip():
        return span
    return Span(span.start + len(words) - len(words.lstrip()), span.end - len(words) + len(words.rstrip()))


def _free(taken: bytearray, span: Span) -> Iterator[tuple[int, int]]:
    """Give the runs of a span in which no character is taken yet."""
    at = span.start
    while (start := taken.find(0, at, span.end)) >= 0:
        end = taken.find(1, start, span.end)
        at = span.end if end < 0 else end
        yield start, at


def _rank(finding: Finding) -> tuple[bool, float, int, int, int, str]:
    hint = finding.about == "unknown" and finding.certainty == "weak" and not finding.is_loud
    return (
        hint,  # a mere hint never hides a finding
        _rest(finding),
        -len(finding.span),
        -SEVERITY_RANK[finding.severity],
        finding.span.start,
        finding.rule.id,
    )


def _rest(finding: Finding) -> float:
    """Rank what a finding rests on. A clue that the language model read must not hide a warning that rests on a word list."""
    quiet = finding.certainty == "model" and not finding.is_loud
    return RANK["listed"] + 0.5 if quiet else RANK[finding.certainty]


def _joined(settled: list[Finding], text: str) -> list[Finding]:
    """Join neighbours of one label that touch without anything between them: they were one finding, cut by a surer one."""
    out: list[Finding] = []
    for finding in settled:
        last = out[-1] if out else None
        if last and last.span.end == finding.span.start and last.rule.label == finding.rule.label and text[finding.span.start] != "@":
            surer = min(last, finding, key=_rank)
            loudest = max(last.severity, finding.severity, key=lambda severity: SEVERITY_RANK[severity])
            out[-1] = replace(surer, span=Span(last.span.start, finding.span.end), severity=loudest)
        else:
            out.append(finding)
    return out
