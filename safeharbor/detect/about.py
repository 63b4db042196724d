"""About: whose detail a hit is, by the cues around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from safeharbor.detect.page import Page
from safeharbor.detect.patterns import Pattern
from safeharbor.labels import About
from safeharbor.rulebook import Attribution, Cue, Rulebook

_FADE = 30.0
"""Characters at which a cue without {{HIT}} has lost half its weight."""
_BEHIND = 0.6
"""What a cue after the hit weighs, against the same before it: English says whose before it says what."""
MODEL_WEIGHT = 3.0
"""What the language model weighs when it is sure, against cues of 2."""
_SURE = 0.97
"""The chance of client and relative from which the language model's word is taken without asking the cues."""
_DOUBT = 0.3
"""The chance of client and relative from which a detail is not put down to another, whatever the cues say."""
_WARNED = 3.0
"""What the cues must weigh for client and relative to leave it open against the language model's word: more than one sign."""
_EARLIER = 0.3
"""What a cue in the sentence before weighs."""


@dataclass(frozen=True, slots=True)
class _CompiledCue:
    cue: Cue
    pattern: Pattern


class Attributor:
    """The cues of one attribution. Each cue votes for a camp; the camp with the most weight has it.

    The language model's opinion is one more vote, the heaviest; but a detail that it, or the cues together, might put down
    to the client is not cleared: then nothing is said of whose it is.
    """

    def __init__(self, attribution: Attribution, rulebook: Rulebook) -> None:
        """Take the cues; each is compiled when it is first asked."""
        self._attribution = attribution
        self._cues = tuple(
            _CompiledCue(
                cue,
                Pattern(
                    cue.pattern,
                    rulebook,
                    where=rulebook.where(attribution.id, f"cues[{at}].pattern"),
                    ignore_case=cue.case == "any",
                ),
            )
            for at, cue in enumerate(attribution.cues)
        )
        described = "{{CLIENT_DESCRIBED}}"
        self._described = Pattern(described, rulebook, where=attribution.id, ignore_case=True)

    @property
    def patterns(self) -> list[Pattern]:
        """Every pattern that this attribution can ask."""
        return [self._described, *(compiled.pattern for compiled in self._cues)]

    def about(self, page: Page, start: int, end: int) -> About:
        """Say whose detail the characters `start:end` of the page's reading are."""
        told = page.camps(start, end) if MODEL_WEIGHT else None
        chance = told["client"] + told["relative"] if told else 0.0
        if told and chance >= _SURE:
            return max(told, key=lambda camp: told[camp])
        votes: dict[About, float] = dict.fromkeys(("client", "relative", "provider", "author"), 0.0)
        for compiled in self._cues:
            votes[compiled.cue.camp] += self._weight(compiled, page, start, end)
        warned = votes["client"] + votes["relative"] - votes["provider"] - votes["author"]
        for camp, share in (told or {}).items():
            votes[camp] += MODEL_WEIGHT * share
        circle = votes["client"] + votes["relative"]
        others = votes["provider"] + votes["author"]
        if circle == others:
            return self._default(page)
        if others > circle and (warned >= _WARNED or chance >= _DOUBT) and not page.in_signature(start, end):
            return "unknown"
        camps: tuple[About, About] = ("client", "relative") if circle > others else ("author", "provider")
        return max(camps, key=lambda camp: votes[camp])

    def _default(self, page: Page) -> About:
        described = self._attribution.default_when_described
        if described is None:
            return self._attribution.default
        if "described" not in page.answers:
            page.answers["described"] = self._described.search(page.sought)
        return described if page.answers["described"] else self._attribution.default

    def _weight(self, compiled: _CompiledCue, page: Page, start: int, end: int) -> float:
        cue = compiled.cue
        if cue.scope == "signature" and not page.in_signature(start, end):
            return 0.0
        if cue.scope == "hit":
            return cue.weight if compiled.pattern.search(page.part(start, end)) else 0.0
        first, last = _scope(cue, page, start, end)
        if compiled.pattern.names_hit:
            return cue.weight if compiled.pattern.search(page.around(first, start, end, last)) else 0.0
        best = 0.0
        for cue_start, cue_end in _spans(compiled.pattern, page, first, last):
            if cue_end <= start:
                best = max(best, cue.weight / (1 + (start - cue_end) / _FADE))
            elif cue_start >= end:
                best = max(best, cue.weight * _BEHIND / (1 + (cue_start - end) / _FADE))
        if best == 0.0 and cue.scope == "sentence" and any(_spans(compiled.pattern, page, *page.sentence_before(first))):
            best = cue.weight * _EARLIER
        return best


def _spans(pattern: Pattern, page: Page, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the matches of a pattern in a part of a page."""
    return (match.span() for match in pattern.finditer_in(page.text, start, end, page.part(start, end)))


def _scope(cue: Cue, page: Page, start: int, end: int) -> tuple[int, int]:
    """Give the part of the page in which a cue is looked for."""
    if cue.scope == "sentence":
        return page.sentence(start, end)
    if cue.scope == "draft":
        return max(0, start - 2000), min(len(page.text), end + 2000)
    return page.line(start, end)
