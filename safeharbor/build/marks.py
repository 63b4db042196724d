"""Marks: a linter for the marks of the corpora, and how far two readings of the same drafts agree.

python -m safeharbor.build.marks lint corpora/drafts
python -m safeharbor.build.marks agreement corpora
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from safeharbor.draft import Span
from safeharbor.labels import CIRCLE, CLUES
from safeharbor.marked import Answer, MarkedDraft, read_corpus
from safeharbor.measure import POSTS, Score, measure, told_in
from safeharbor.render.figures import label_lines, with_interval

_EDGE = re.compile(r"^[\s.,;:!?]|[\s,;:!?]$|^(?:the|a|an|in|at|of|on|from|with|to|his|her|their|my) ", re.IGNORECASE)
_STOPS_ALLOWED = re.compile(
    r"(?:\b\w|\b(?:Jr|Sr|St|Dr|Mr|Mrs|Ms|Apt|Ave|Rd|Blvd|Mt|Ft|Co|Inc|etc|yr|yrs|mo|mos|vs|approx|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|[a-z]{1,4}))\.$"
)
_ALLOWED_EDGE = frozenset(
    {"PERSON", "LOCATION", "EMPLOYER", "SCHOOL", "DATE", "UNIQUE_DETAIL", "LIFE_EVENT", "BIOMETRIC", "PHOTO", "DIAGNOSIS", "LEGAL"}
)
"""Labels of which a name or phrase may begin with an article or preposition: The Dalles, On Semiconductor, the day before."""
SAME_TWICE = "marked once and not again in the same draft"
ELSEWHERE = "marked in other drafts"
BOUNDARY = "begins or ends on something that is no part of it"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place where the marks of a corpus may be inconsistent."""

    name: str
    what: str
    label: str
    span: Span
    marked: int = 0
    unmarked: int = 0


def boundaries(corpus: Sequence[MarkedDraft]) -> Iterator[Doubt]:
    """Find marks that begin or end on a space, a sign, an article or a preposition."""
    for marked in corpus:
        for answer in marked.answers:
            text = marked.draft[answer.span]
            edge = _EDGE.search(text)
            is_sign = edge is not None and not edge[0][0].isalpha()
            if edge and (is_sign or answer.label not in _ALLOWED_EDGE):
                yield Doubt(marked.draft.name, BOUNDARY, answer.label, answer.span)


def unmarked_again(corpus: Sequence[MarkedDraft]) -> Iterator[Doubt]:
    """Find phrases that are marked in a draft and stand unmarked elsewhere in the same draft."""
    for marked in corpus:
        for phrase, answers in _phrases(marked).items():
            if len(phrase) > 2 and not phrase.isdigit():
                for span in _free_places(marked, phrase):
                    yield Doubt(marked.draft.name, SAME_TWICE, answers[0].label, span, len(answers), 1)


def unmarked_elsewhere(corpus: Sequence[MarkedDraft], *, least: int, share: float) -> Iterator[Doubt]:
    """Find phrases that at least `least` drafts mark as a clue, in drafts that do not, if a share of at least `share` marks them."""
    told: dict[str, Counter[str]] = defaultdict(Counter)
    corpus = [marked for marked in corpus if marked.kind in POSTS]
    for marked in corpus:
        for phrase, answers in _phrases(marked).items():
            if answers[0].label in CLUES and answers[0].about in CIRCLE and len(phrase) > 2:
                told[phrase][answers[0].label] += 1
    common = {phrase: labels for phrase, labels in told.items() if labels.total() >= least}
    places: dict[str, list[tuple[MarkedDraft, Span]]] = defaultdict(list)
    for marked in corpus:
        lower = marked.draft.text.casefold()
        for phrase in common:
            if phrase in lower:
                places[phrase] += [(marked, span) for span in _free_places(marked, phrase)]
    for phrase, labels in common.items():
        missing = places[phrase]
        if missing and labels.total() / (labels.total() + len(missing)) >= share:
            for marked, span in missing:
                yield Doubt(marked.draft.name, ELSEWHERE, labels.most_common(1)[0][0], span, labels.total(), len(missing))


def _phrases(marked: MarkedDraft) -> dict[str, list[Answer]]:
    phrases: dict[str, list[Answer]] = {}
    for answer in marked.answers:
        phrases.setdefault(marked.draft[answer.span].casefold(), []).append(answer)
    return phrases


def _free_places(marked: MarkedDraft, phrase: str) -> Iterator[Span]:
    """Find where a phrase stands as whole words outside every mark."""
    for match in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", marked.draft.text, re.IGNORECASE):
        span = Span(match.start(), match.end())
        if not any(answer.span.touches(span) for answer in marked.answers):
            yield span


def compare(corpora: Path) -> tuple[Score, int, int]:
    """Score the second reading against the first marks, and count on how many drafts the two agree about the kind."""
    first = {marked.draft.name: marked for folder in ("drafts", "held-out") for marked in read_corpus(corpora / folder)}
    second = list(read_corpus(corpora / "second-reading"))
    for marked in second:
        if marked.draft.name not in first or first[marked.draft.name].draft.text != marked.draft.text:
            msg = f"{marked.draft.name} of the second reading is not a draft with the same text in drafts/ or held-out/"
            raise SystemExit(msg)
    score = measure((first[marked.draft.name], told_in(marked)) for marked in second)
    return score, sum(first[marked.draft.name].kind == marked.kind for marked in second), len(second)


def main() -> None:
    """Print the doubts about a corpus, or the agreement of two readings."""
    parser = argparse.ArgumentParser(prog="python -m safeharbor.build.marks", description=__doc__.split("\n\n")[0])
    parser.add_argument("what", choices=["lint", "agreement"])
    parser.add_argument("path", type=Path)
    parser.add_argument("--least", type=int, default=4, help="drafts that must mark a phrase before others are asked why they do not")
    parser.add_argument("--share", type=float, default=0.8, help="share of the drafts with a phrase that must mark it, from 0 to 1")
    given = parser.parse_args()
    if given.what == "agreement":
        score, kinds, drafts = compare(given.path)
        lines = [*label_lines(score), "", f"{drafts} drafts; the same kind: {kinds}"]
        lines += [f"{figure}: {with_interval(score, figure)}" for figure in score.totals]
    else:
        corpus = list(read_corpus(given.path))
        texts = {marked.draft.name: marked.draft.text for marked in corpus}
        doubts = [*boundaries(corpus), *unmarked_again(corpus), *unmarked_elsewhere(corpus, least=given.least, share=given.share)]
        lines = [
            f"{doubt.name} · {doubt.label} · {doubt.what} ({doubt.marked}:{doubt.unmarked}) · "
            f"{texts[doubt.name][max(0, doubt.span.start - 40) : doubt.span.start]}«{texts[doubt.name][doubt.span.start : doubt.span.end]}»"
            f"{texts[doubt.name][doubt.span.end : doubt.span.end + 40]}".replace("\n", " ")
            for doubt in doubts
        ]
        lines.append(f"{len(doubts)} doubts in {len(corpus)} drafts")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
