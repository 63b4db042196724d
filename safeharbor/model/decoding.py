"""Decoding: the encoder's scores for each word read as spans, with whose detail each is and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safeharbor.labels import CLUES, IDENTIFIER_LETTER, About

LABELS = (*IDENTIFIER_LETTER, "STATE", *CLUES)
"""The labels that the encoder tells apart, in the order of its outputs."""
TAGS = 1 + 2 * len(LABELS)
"""Outputs for a word: 0 outside, then for label `i` its beginning at `1 + 2i` and its inside at `2 + 2i`."""
CAMPS: tuple[About, ...] = ("client", "relative", "provider", "author")
KINDS = ("overshare", "clean", "other")
"""What a post is: a request that describes a client, one that asks for a counselor only, or no request."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Opinion:
    """A span of words with its label, the chance that the label is right, and the chance of each camp."""

    first: int
    last: int
    label: str
    confidence: float
    camps: tuple[float, ...]

    @property
    def about(self) -> About:
        """Whose detail it most likely is."""
        return CAMPS[int(np.argmax(self.camps))]


def log_softmax(scores: Scores) -> Scores:
    """Turn scores into logarithms of chances along the last axis."""
    top = scores.max(axis=-1, keepdims=True)
    return np.asarray(scores - top - np.log(np.exp(scores - top).sum(axis=-1, keepdims=True)), dtype=np.float32)


def best_tags(chances: Scores) -> list[int]:
    """Find the likeliest sequence of tags that may follow each other (Viterbi), given log chances of shape words by tags."""
    if not len(chances):
        return []
    score = chances[0] + np.where(np.arange(TAGS) % 2 == 0, -np.inf, 0.0)
    score[0] = chances[0, 0]
    back = np.zeros((len(chances), TAGS), dtype=np.int64)
    inside = np.arange(2, TAGS, 2)
    for at in range(1, len(chances)):
        # Whatever may begin anywhere follows the best of all; an inside follows only its own beginning or inside.
        best = int(score.argmax())
        step = np.full(TAGS, score[best])
        back[at] = best
        from_begin = score[inside - 1] >= score[inside]
        step[inside] = np.where(from_begin, score[inside - 1], score[inside])
        back[at, inside] = np.where(from_begin, inside - 1, inside)
        score = step + chances[at]
    tag = int(score.argmax())
    tags = [tag]
    for at in range(len(chances) - 1, 0, -1):
        tag = int(back[at, tag])
        tags.append(tag)
    return tags[::-1]


def opinions(tag_scores: Scores, camp_scores: Scores, *, boldness: float, temperature: float) -> list[Opinion]:
    """Read scores of each word (words by tags, words by camps) as spans.

    `boldness` is added to the log chance of every tag but "outside" and trades precision for recall; `temperature` divides the
    scores before chances are told, so that of the spans said to be 0.8 sure about eight in ten are right.
    """
    chances = log_softmax(tag_scores)
    lifted = chances.copy()
    lifted[:, 1:] += boldness
    tags = best_tags(lifted)
    told = np.exp(log_softmax(tag_scores / temperature))
    camps = np.exp(log_softmax(camp_scores))
    found = []
    at = 0
    while at < len(tags):
        if tags[at] == 0:
            at += 1
            continue
        label = (tags[at] - 1) // 2
        last = at + 1
        while last < len(tags) and tags[last] == 2 * label + 2:
            last += 1
        sure = float(told[at:last, [2 * label + 1, 2 * label + 2]].sum(axis=1).mean())
        whose = camps[at:last].mean(axis=0)
        found.append(Opinion(at, last, LABELS[label], sure, tuple(float(chance) for chance in whose)))
        at = last
    return found


def camps_of(camp_scores: Scores, first: int, last: int) -> Sequence[float]:
    """Give the chance of each camp for a stretch of words, whether or not it was found to be a span."""
    return [float(chance) for chance in np.exp(log_softmax(camp_scores[first:last])).mean(axis=0)]
