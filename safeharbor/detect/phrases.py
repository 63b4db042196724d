"""Phrases: passages of a draft to which a table gives a meaning, found with the table's patterns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from safeharbor.detect.patterns import Pattern, bounded, surroundings
from safeharbor.detect.required import Sought
from safeharbor.rulebook import Phrase, Rulebook

P = TypeVar("P", bound=Phrase)


@dataclass(frozen=True, slots=True)
class Passage(Generic[P]):
    """Where a phrase was read, in code points of the plain reading of a draft."""

    phrase: P
    start: int
    end: int
    groups: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the pattern's named groups hold, such as an age."""

    def touches(self, start: int, end: int) -> bool:
        """Whether it shares a character with `start:end`."""
        return self.start < end and start < self.end


class PhraseBook(Generic[P]):
    """The phrases of some tables, ready to be looked for. Patterns compile when a text holds the words that they need."""

    def __init__(self, phrases: Iterable[tuple[P, str]], rulebook: Rulebook, slot: Callable[[P], str]) -> None:
        """Take each phrase with where it stands, for messages, and what it fills: of two readings of one slot the longer counts."""
        self._slot = slot
        self._phrases = tuple(
            (phrase, _bounded(phrase, rulebook, where), tuple(_context(pattern, rulebook, where) for pattern in phrase.unless))
            for phrase, where in phrases
            if phrase.pattern
        )

    def read(self, text: str) -> tuple[Passage[P], ...]:
        """Give what can be read in a plain text, in order; passages of one slot do not overlap.

        Raises TimeoutError when a pattern takes longer than the limit, RuleError for one that does not compile.
        """
        passages = sorted(self._all(Sought(text)), key=lambda passage: (passage.start - passage.end, passage.start))
        taken: dict[str, list[Passage[P]]] = {}
        for passage in passages:
            same = taken.setdefault(self._slot(passage.phrase), [])
            if not any(passage.touches(other.start, other.end) for other in same):
                same.append(passage)
        return tuple(sorted((each for same in taken.values() for each in same), key=lambda passage: (passage.start, -passage.end)))

    def compile(self) -> None:
        """Compile every pattern now. Raises RuleError, with file and line, for a bad one."""
        for _, pattern, unless in self._phrases:
            for each in (pattern, *unless):
                each.ready  # noqa: B018 - asking is what compiles it

    def _all(self, sought: Sought) -> Iterator[Passage[P]]:
        text = sought.text
        for phrase, pattern, unless in self._phrases:
            for match in pattern.finditer(sought):
                told = match.groupdict()
                start, end = match.span("hit" if told.get("hit") is not None else 0)
                own, around = Sought(text[start:end]), surroundings(text, start, end)
                if start < end and not any(context.holds(own, around) for context in unless):
                    groups = {name: value for name, value in told.items() if value and name != "hit"}
                    yield Passage(phrase, start, end, groups)


def _bounded(phrase: Phrase, rulebook: Rulebook, where: str) -> Pattern:
    """Give the pattern of a phrase, which must begin and end where words do."""
    return Pattern(bounded(phrase.pattern), rulebook, where=where, ignore_case=phrase.case == "any")


def _context(pattern: str, rulebook: Rulebook, where: str) -> Pattern:
    return Pattern(pattern, rulebook, where=where, ignore_case=True)
