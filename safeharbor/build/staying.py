"""Staying: the head of the language model that tells which words of a draft may stay.

    python -m safeharbor.build.staying corpora/staying

It is taught over the encoder as it ships. It learns from `gallery.txt`, `posts.txt` and `written.txt`, and prints how well it does on
`unseen.txt`, and how far a second reading (`again.txt`) agrees with the first. Needs the extra `train`, and to be done again whenever
the encoder is trained.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from safeharbor.build.heads import LAYERS, SIZE, Encoder, Plan, Read, arguments, graph_of, padded, put_beside, teach
from safeharbor.marked import MarkedDraft, read_corpus
from safeharbor.model.component import COMPONENT
from safeharbor.model.reader import STAYING, Reader
from safeharbor.model.tokens import Word, split_words

WIDTH = 96
"""Numbers that the head works with."""
TAUGHT = ("gallery", "posts", "written")
"""The marked drafts that the head learns from."""
DROPPED = 0.4
PLAN = Plan(epochs=15, rate=2e-3)
_THRESHOLDS = (0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True, slots=True)
class Row:
    """One window of a draft as the encoder read it, with which of its words may stay."""

    read: Read
    answers: NDArray[np.bool_]


def may_stay(marked: MarkedDraft, words: Sequence[Word]) -> NDArray[np.bool_]:
    """Tell which words of a draft are marked."""
    return np.array([any(answer.span.start <= word.start < answer.span.end for answer in marked.answers) for word in words], dtype=np.bool_)


class Head(nn.Module):
    """Reads what the encoder made of each word piece, in both directions, and scores whether it may stay."""

    def __init__(self) -> None:
        """Begin with weights drawn at random."""
        super().__init__()
        self.narrow = nn.Linear(SIZE * len(LAYERS), WIDTH)
        self.dropout = nn.Dropout(DROPPED)
        self.along = nn.GRU(WIDTH, WIDTH, bidirectional=True, batch_first=True)
        self.score = nn.Linear(2 * WIDTH, 1)

    def forward(self, read: Tensor, sizes: Tensor | None = None) -> Tensor:
        """Score the word pieces of windows, whose layers stand side by side; `sizes` are their word pieces, if they are padded."""
        hidden = self.dropout(torch.tanh(self.narrow(self.dropout(read))))
        if sizes is None:
            hidden = self.along(hidden)[0]
        else:
            packed = nn.utils.rnn.pack_padded_sequence(hidden, sizes, batch_first=True, enforce_sorted=False)
            hidden, _ = nn.utils.rnn.pad_packed_sequence(self.along(packed)[0], batch_first=True, total_length=read.shape[1])
        scores: Tensor = self.score(self.dropout(hidden))
        return scores[..., 0]

    def tell(self, read: Tensor) -> Tensor:
        """Give the chance of each word piece, as the head ships."""
        return torch.sigmoid(self(read))


def cost_of(head: nn.Module, rows: Sequence[Row]) -> Tensor:
    """Give what a head's answers for rows cost: the mean log loss of the first pieces of words."""
    read, sizes = padded([row.read for row in rows])
    answers = torch.zeros(read.shape[:2])
    counts = torch.zeros(read.shape[:2])
    for at, row in enumerate(rows):
        answers[at, row.read.first_pieces] = torch.from_numpy(row.answers.astype(np.float32))
        counts[at, row.read.first_pieces] = 1
    costs = nn.functional.binary_cross_entropy_with_logits(head(read, sizes), answers, reduction="none")
    cost: Tensor = (costs * counts).sum() / counts.sum()
    return cost


def rows_of(corpus: Iterable[MarkedDraft], encoder: Encoder) -> Iterator[Row]:
    """Read marked drafts, window by window."""
    for marked in corpus:
        answers = may_stay(marked, split_words(marked.draft.text))
        for read in encoder.read(marked.draft.text):
            yield Row(read, answers[read.first : read.first + len(read.first_pieces)])


def measure(reader: Reader, corpus: Iterable[MarkedDraft]) -> Iterator[tuple[float, float, float]]:
    """Give precision and recall of what is told of words, at a chance of each threshold, as the reader ships."""
    told: list[tuple[float, ...]] = []
    answers: list[NDArray[np.bool_]] = []
    for marked in corpus:
        stays = reader.read(marked.draft.text).stays
        told.append(stays.chances)
        answers.append(may_stay(marked, stays.words))
    chances, right = np.concatenate(told), np.concatenate(answers)
    for least in _THRESHOLDS:
        yield least, float(right[chances >= least].mean()), float((chances[right] >= least).mean())


def agreement(first: Mapping[str, MarkedDraft], second: Iterable[MarkedDraft]) -> tuple[float, float]:
    """Give precision and recall of the words that a second reading marks, taken by the first."""
    both = only_first = only_second = 0
    for again in second:
        marks = [may_stay(marked, split_words(marked.draft.text)) for marked in (first[again.draft.name], again)]
        both += int((marks[0] & marks[1]).sum())
        only_first += int((marks[0] & ~marks[1]).sum())
        only_second += int((~marks[0] & marks[1]).sum())
    return both / (both + only_second), both / (both + only_first)


def main() -> None:
    """Teach the head, write it beside the encoder, and measure it."""
    given = arguments("staying", __doc__, "the folder with the marked drafts")
    folder = given.pipeline / COMPONENT
    began = time.monotonic()
    taught = [marked for name in TAUGHT for marked in read_corpus(given.corpora / f"{name}.txt", labelled=False)]
    if not given.only_measure:
        kept = [marked for marked in taught if not marked.draft.name.startswith(tuple(given.without))]
        rows = list(rows_of(kept, Encoder(folder)))
        put_beside(graph_of(teach(Head, rows, cost_of, PLAN), ["stays"]), folder, STAYING)
        sys.stdout.write(f"{len(rows)} windows, {time.monotonic() - began:.0f} s\n")
    unseen = list(read_corpus(given.corpora / "unseen.txt", labelled=False))
    for least, precision, recall in measure(Reader(folder), unseen):
        sys.stdout.write(f"{len(unseen)} unseen drafts, at {least}: precision {precision:.3f}, recall {recall:.3f}\n")
    again = list(read_corpus(given.corpora / "again.txt", labelled=False))
    precision, recall = agreement({marked.draft.name: marked for marked in taught}, again)
    sys.stdout.write(f"a second reading, {len(again)} drafts: precision {precision:.3f}, recall {recall:.3f}\n")


if __name__ == "__main__":
    main()
