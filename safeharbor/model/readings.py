"""Readings: what the language model made of a text, as it lies beside a spaCy Doc."""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from safeharbor.draft import Span
from safeharbor.labels import About
from safeharbor.model.decoding import CAMPS, Scores, camps_of
from safeharbor.model.tokens import Word

READING = "safeharbor_reading"
"""Where in `doc.user_data` the component leaves what it read."""


@dataclass(frozen=True, slots=True)
class Found:
    """A span of a text, in code points, with label, whose it is, and the chance that the label is right."""

    start: int
    end: int
    label: str
    about: About
    confidence: float


@dataclass(frozen=True, slots=True)
class Theme:
    """What a counselor should know or be, as the whole of a text suggests it: the id of its phrase in the tables, and the chance of it."""

    phrase: str
    chance: float
    span: Span
    """The word that suggests it most, in code points."""


@dataclass(frozen=True, slots=True)
class Staying:
    """How likely each word of a text may stay in a request that tells of nobody: words in code points, chances from 0 to 1."""

    words: tuple[Word, ...]
    chances: tuple[float, ...]
    """One for each word that was read; none if the model does not tell."""

    def of(self, span: Span) -> tuple[float, ...]:
        """Give the chances of the words that a span touches, 0 for any that was not read."""
        first = bisect.bisect_right(self.words, span.start, key=lambda word: word.end)
        last = bisect.bisect_left(self.words, span.end, key=lambda word: word.start)
        return (*self.chances[first:last], *(0.0 for _ in range(max(first, len(self.chances)), last)))

    def mean(self, span: Span) -> float:
        """Give the mean chance of the words that a span touches; 1 where the model does not tell, or did not read."""
        first = bisect.bisect_right(self.words, span.start, key=lambda word: word.end)
        chances = self.of(span)
        is_read = bool(chances) and first + len(chances) <= len(self.chances)
        return sum(chances) / len(chances) if is_read else 1.0


@dataclass(frozen=True)
class ModelReading:
    """What the encoder made of a text. Its repr shows no text."""

    found: tuple[Found, ...]
    kinds: dict[str, float]
    """The chance of each kind of post."""
    unread: int = 0
    """Code points at the end of the text that there was no time to read."""
    _words: tuple[Word, ...] = field(default=(), repr=False)
    _camps: Scores = field(default_factory=lambda: np.zeros((0, len(CAMPS)), dtype=np.float32), repr=False)
    _stays: tuple[float, ...] = field(default=(), repr=False)
    themes: tuple[Theme, ...] = field(default=(), repr=False)
    """What a counselor should know or be; empty if the model does not tell."""

    @property
    def stays(self) -> Staying:
        """How likely each word may stay."""
        return Staying(self._words, self._stays)

    def as_data(self) -> dict[str, Any]:
        """Give it as plain lists, so that a Doc that carries it can be written."""
        return {
            "found": [[f.start, f.end, f.label, f.about, f.confidence] for f in self.found],
            "kinds": self.kinds,
            "unread": self.unread,
            "words": [[word.start, word.end, word.case] for word in self._words],
            "camps": self._camps.tolist(),
            "stays": list(self._stays),
            "themes": [[theme.phrase, theme.chance, theme.span.start, theme.span.end] for theme in self.themes],
        }

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> ModelReading:
        """Make it again from plain lists."""
        return ModelReading(
            tuple(Found(*row) for row in data["found"]),
            data["kinds"],
            data["unread"],
            tuple(Word(*row) for row in data["words"]),
            np.asarray(data["camps"], dtype=np.float32).reshape(-1, len(CAMPS)),
            tuple(data["stays"]),
            tuple(Theme(phrase, chance, Span(start, end)) for phrase, chance, start, end in data["themes"]),
        )

    def camps(self, start: int, end: int) -> dict[About, float] | None:
        """Give the chance of each camp for the characters `start:end` of the text, from 0 to 1; None if no word was read there."""
        first = bisect.bisect_right(self._words, start, key=lambda word: word.end)
        last = bisect.bisect_left(self._words, end, key=lambda word: word.start)
        last = min(last, len(self._camps))
        return dict(zip(CAMPS, camps_of(self._camps, first, last), strict=True)) if first < last else None


def reading_of(doc: Any) -> ModelReading | None:
    """Give what the reader made of a Doc; None if no reader was in its pipeline."""
    data = getattr(doc, "user_data", {}).get(READING)
    return None if data is None else ModelReading.from_data(data)
