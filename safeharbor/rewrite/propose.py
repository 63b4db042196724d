"""Propose: a rewrite that is read again before it is offered, tightened while something of a person is found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from safeharbor.draft import Draft, RedactedText
from safeharbor.findings import Finding, Findings
from safeharbor.labels import CIRCLE
from safeharbor.rewrite.compose import compose
from safeharbor.rewrite.edits import Edits, edits
from safeharbor.rewrite.places import PlacePolicy
from safeharbor.rewrite.profiles import House
from safeharbor.rewrite.wants import Reader, Want, Wants
from safeharbor.risk.assess import Assessor, implied
from safeharbor.risk.estimate import Estimate
from safeharbor.words import normalise

WIDER: dict[PlacePolicy, tuple[PlacePolicy, ...]] = {"keep": ("keep", "widen", "state"), "widen": ("widen", "state"), "state": ("state",)}
"""How far a place may be widened, step by step, from what was asked for."""
DOUBTED = 0.5
"""The chance, as our language model tells it, that a post describes a client, from which it is not left as it stands."""
MOST_ROUNDS = 8
Detect = Callable[[Draft], Findings]


@dataclass(frozen=True)
class Rewrite:
    """A request for a counselor in place of a draft, and how it stands after it was read again."""

    text: RedactedText | None
    """None for a text that asks for no counselor."""
    is_clear: bool
    """Whether it was read again, nothing of a person was found in it, and enough people fit what it implies."""
    wants: Wants
    edits: Edits
    place: PlacePolicy
    is_changed: bool = True
    """Whether it differs from the draft; a draft that is already good stays as it is."""
    remaining: tuple[Finding, ...] = ()
    """What the reading again found, in the rewrite's own code points."""
    fits: Estimate | None = None
    """How many people fit what the rewrite lets a reader infer of the client."""
    declined: tuple[str, ...] = ()
    """What the profile still declines in it."""


@dataclass(frozen=True)
class Rewriter:
    """Everything that a rewrite needs beside the draft: the tables of wants, the house rules, the reading of drafts and of risk."""

    reader: Reader
    house: House
    detect: Detect
    assessor: Assessor

    def propose(self, draft: Draft, findings: Findings, *, place: PlacePolicy | None = None, wants: Wants | None = None) -> Rewrite:
        """Propose a rewrite of a draft. `wants` are those that were read of it, if somebody decided about them already.

        Raises TimeoutError when a pattern takes longer than the limit.
        """
        profile = self.house.profile
        policy = place or profile.place
        near = self.assessor.practice.group or self.assessor.practice.office
        asked = wants or self.reader.wants(draft, findings, near)
        if not self.reader.is_request(draft, asked, findings.kinds or None):
            return Rewrite(None, is_clear=False, wants=asked, edits=Edits((), ()), place=policy, is_changed=False)
        if wants is None and place is None and self._is_good(draft, findings):
            explained = edits(draft, findings, asked, profile, policy)
            fits = implied(asked.says("specialty") + asked.says("population"), self.assessor.region(draft, findings), self.assessor)
            return Rewrite(RedactedText(draft.text), is_clear=True, wants=asked, edits=explained, place=policy, is_changed=False, fits=fits)
        return self._tightened(draft, findings, asked, policy)

    def _is_good(self, draft: Draft, findings: Findings) -> bool:
        """Whether nothing of a person is in a draft, and the language model does not doubt it, so that it can be posted as it stands."""
        is_doubted = findings.kinds.get("overshare", 0.0) >= DOUBTED
        return not (_of_a_person(findings) or findings.gaps or is_doubted or self.house.banned(draft))

    def _tightened(self, draft: Draft, findings: Findings, asked: Wants, policy: PlacePolicy) -> Rewrite:
        """Compose, read again, and widen or leave out what was found, until nothing is or there is no more to leave out."""
        profile = self.house.profile
        best: Rewrite | None = None
        for at, (wants, how) in enumerate(self._attempts(asked, policy)):
            text = compose(wants, profile, how)
            made = Draft("the rewrite", text)
            again = self.detect(made)
            left = _of_a_person(again)
            fits = implied(wants.says("specialty") + wants.says("population"), self.assessor.region(made, again), self.assessor)
            declined = tuple(dict.fromkeys(ban.what for _, ban in self.house.banned(made)))
            is_clear = not left and not again.gaps and not declined and fits.k_low >= self.assessor.target
            explained = edits(draft, findings, wants, profile, how)
            rewrite = Rewrite(RedactedText(text), is_clear, wants, explained, how, remaining=left, fits=fits, declined=declined)
            if is_clear:
                return rewrite
            best = rewrite if best is None or len(left) < len(best.remaining) else best
            if at + 1 >= MOST_ROUNDS:
                break
        if best is None:
            msg = "no rewrite was tried"
            raise ValueError(msg)
        return best

    def _attempts(self, asked: Wants, policy: PlacePolicy) -> Iterator[tuple[Wants, PlacePolicy]]:
        """Give the wants and the place policy to try, each asking for less than the one before."""
        for how in WIDER[policy]:
            yield asked, how
        wants = asked
        how = WIDER[policy][-1]
        while (offending := self._offending(wants, how)) is not None:
            wants = wants.without(*offending) if offending else replace(wants, signature=None)
            yield wants, how
            if not offending:
                return

    def _offending(self, wants: Wants, how: PlacePolicy) -> Sequence[Want] | None:
        """Give the wants whose words are found again in the rewrite; nothing to name is an empty list, nothing found is None."""
        text = compose(wants, self.house.profile, how)
        left = _of_a_person(self.detect(Draft("the rewrite", text)))
        if left:
            words = [normalise(text[finding.span.start : finding.span.end]) for finding in left]
            named = [want for want in wants.wants if any(normalise(want.say) in each or each in normalise(want.say) for each in words)]
            return named or ([] if wants.signature else None)
        narrow = [want for want in wants.wants if want.slot in ("specialty", "population") and not want.is_stated]
        return narrow[-1:] or None


def _of_a_person(findings: Findings) -> tuple[Finding, ...]:
    """Give what is loud, and every clue about the client's circle."""
    return tuple(finding for finding in findings.found if finding.is_loud or finding.about in CIRCLE)
