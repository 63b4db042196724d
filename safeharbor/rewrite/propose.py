"""Propose: a rewrite that is read again before it is offered, tightened while something of a person is found in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from safeharbor.draft import Draft, RedactedText
from safeharbor.findings import Finding, Findings
from safeharbor.labels import CIRCLE
from safeharbor.rewrite.compose import compose
from safeharbor.rewrite.edits import Edits, edits
from safeharbor.rewrite.places import PlacePolicy
from safeharbor.rewrite.profiles import DEFAULT, House
from safeharbor.rewrite.quoted import OF_A_PERSON, SURE_CLUE
from safeharbor.rewrite.wants import Reader, Wants
from safeharbor.risk.assess import Assessor, implied
from safeharbor.risk.estimate import Estimate
from safeharbor.risk.regions import Region
from safeharbor.words import normalise

WIDER: dict[PlacePolicy, PlacePolicy | None] = {"keep": "widen", "widen": "metro", "metro": "state", "state": None}
"""The next wider way to name places."""
DOUBTED = 0.5
"""The chance, as our language model tells it, that a post describes a client, from which it is not left as it stands."""
MOST_ROUNDS = 16
Detect = Callable[[Draft], Findings]


@dataclass(frozen=True)
class Rewrite:
    """A request for a counselor in place of a draft, and how it stands after it was read again."""

    text: RedactedText | None = field(repr=False)
    """None for a text that asks for no counselor."""
    is_clear: bool
    """Whether it was read again, nothing of a person was found in it, and enough people fit what it implies."""
    wants: Wants
    edits: Edits = field(repr=False)
    place: PlacePolicy
    is_changed: bool = True
    """Whether it differs from the draft; a draft that is already good stays as it is."""
    remaining: tuple[Finding, ...] = ()
    """What the reading again found, in the rewrite's own code points."""
    fits: Estimate | None = None
    """How many people fit what the rewrite lets a reader infer of the client."""
    declined: tuple[str, ...] = ()
    """What the profile still declines in it."""
    is_exposed: bool = False
    """Whether too few people fit what it lets a reader infer."""


@dataclass(frozen=True)
class Rewriter:
    """Everything that a rewrite needs beside the draft: the tables of wants, the house rules, the reading of drafts and of risk."""

    reader: Reader
    house: House
    detect: Detect
    assessor: Assessor
    copies: bool = True
    """Whether what no table knows is asked for in the draft's own words, so that they are in what is given back."""

    def propose(self, draft: Draft, findings: Findings, *, place: PlacePolicy | None = None, wants: Wants | None = None) -> Rewrite:
        """Propose a rewrite of a draft. `wants` are those that were read of it, if somebody decided about them already.

        Raises TimeoutError when a pattern takes longer than the limit.
        """
        profile = self.house.profile
        policy = place or profile.place
        near = self.assessor.practice.group or self.assessor.practice.office
        asked = wants or self.reader.wants(draft, findings, near, copies=self.copies)
        if not self.reader.is_request(draft, asked, findings.kinds or None):
            return Rewrite(None, is_clear=False, wants=asked, edits=Edits((), ()), place=policy, is_changed=False)
        if wants is None and place is None and self._is_good(draft, findings, asked):
            explained = edits(draft, findings, asked, profile, policy, draft.text)
            fits = self._fits(asked, self.assessor.region(draft, findings))
            return Rewrite(RedactedText(draft.text), is_clear=True, wants=asked, edits=explained, place=policy, is_changed=False, fits=fits)
        return self._tightened(draft, findings, asked, policy)

    def _is_good(self, draft: Draft, findings: Findings, wants: Wants) -> bool:
        """Whether nothing of a person is in a draft, and the language model does not doubt it, so that it can be posted as it stands."""
        is_doubted = findings.kinds.get("overshare", 0.0) >= DOUBTED
        is_of_the_house = self.house.profile.id == DEFAULT or self._is_allowed(draft, wants)
        return is_of_the_house and not (_left(draft.text, findings, wants) or findings.gaps or is_doubted or self.house.banned(draft))

    def _is_allowed(self, draft: Draft, wants: Wants) -> bool:
        """Whether a draft keeps to the rules of the group: what it asks for, how it names places, its subject line."""
        profile = self.house.profile
        has_subject = not profile.subject or draft.text.lower().startswith("subject:")
        has_place = profile.allows("place") and wants.areas("keep") == wants.areas(profile.place)
        return has_subject and (has_place or not wants.areas("keep")) and all(profile.allows(want.slot) for want in wants.wants)

    def _tightened(self, draft: Draft, findings: Findings, wants: Wants, how: PlacePolicy) -> Rewrite:
        """Compose, read again, and widen or leave out what was found, until nothing is or there is no more to leave out."""
        best = self._made(draft, findings, wants, how)
        made = best
        for _ in range(MOST_ROUNDS):
            step = None if made.is_clear else self._step(made, how)
            if step is None:
                break
            wants, how = step
            made = self._made(draft, findings, wants, how)
            if made.is_clear or len(made.remaining) < len(best.remaining):
                best = made
        return best

    def _made(self, draft: Draft, findings: Findings, wants: Wants, how: PlacePolicy) -> Rewrite:
        """Compose one rewrite and read it again, as any draft is read: for what identifies, for its risk, for what the group declines."""
        text = compose(wants, self.house.profile, how)
        made = Draft("the rewrite", text)
        again = self.detect(made)
        fits = self._fits(wants, self.assessor.region(made, again))
        is_exposed = fits.k_low < self.assessor.target or any(risk.crosses for risk in self.assessor(made, again))
        declined = tuple(dict.fromkeys(ban.what for _, ban in self.house.banned(made)))
        left = _left(text, again, wants)
        # What is quoted must not make a second reading doubt the whole, which would then be rewritten again.
        is_doubted = bool(wants.quotes) and again.kinds.get("overshare", 0.0) >= DOUBTED
        is_clear = not (left or again.gaps or declined or is_exposed or is_doubted)
        explained = edits(draft, findings, wants, self.house.profile, how, text)
        return Rewrite(
            RedactedText(text), is_clear, wants, explained, how, remaining=left, fits=fits, declined=declined, is_exposed=is_exposed
        )

    def _step(self, made: Rewrite, how: PlacePolicy) -> tuple[Wants, PlacePolicy] | None:
        """Give what to try next: fewer wants, or a wider place; None if nothing is left to try."""
        without_found = _without_found(made)
        if without_found is not None:
            return without_found, how
        wider = WIDER[how]
        while wider is not None and made.wants.areas(how) == made.wants.areas(wider):
            wider = WIDER[wider]
        of_place = made.is_exposed or any(finding.rule.label in ("LOCATION", "STATE") for finding in made.remaining)
        can_widen = of_place and wider is not None
        fewer = self._fewer(made) if made.is_exposed else None
        # Leaving out what only follows from a detail costs less than the place, if it is enough, or the draft asks for the place, or the
        # place would become a state.
        is_asked = any(place.is_search for place in made.wants.places)
        is_cheaper = fewer is not None and (
            fewer[1].k_low >= self.assessor.target or not can_widen or ((wider == "state" or is_asked) and _has_more(made.wants))
        )
        if fewer is not None and is_cheaper:
            return fewer[0], how
        if can_widen and wider is not None:
            return made.wants, wider
        fewer_words = _with_fewer_words(made.wants) if made.remaining else None
        if fewer_words is not None or (made.remaining and wider is not None):
            return (fewer_words, how) if fewer_words is not None else (made.wants, wider or how)
        fewer_quotes = _with_fewer_quotes(made.wants)
        return (fewer_quotes, how) if fewer_quotes is not None else None

    def _fewer(self, made: Rewrite) -> tuple[Wants, Estimate] | None:
        """Give the wants without the one that gives most away of those that only follow from details, and how many people fit then.

        It is said more broadly instead, if enough people fit then.
        """
        inferred = [want for want in made.wants.wants if want.slot in ("specialty", "population") and not want.is_stated]
        if not inferred:
            return None
        draft = Draft("the rewrite", made.text or "")
        region = self.assessor.region(draft, self.detect(draft))
        unsaid = [want for want in inferred if want.say.lower() not in draft.text.lower()]
        if unsaid:  # there was no room for them, so nobody misses them
            fewer = made.wants.without(*unsaid)
            return fewer, self._fits(fewer, region)
        broader = [made.wants.with_broader(want, phrase) for want in inferred for phrase in self.reader.tables.broader(want.phrase)]
        most = [
            max(((wants, self._fits(wants, region)) for wants in tried), key=lambda each: each[1].k)
            for tried in (broader, [made.wants.without(want) for want in inferred])
            if tried
        ]
        return next((each for each in most if each[1].k_low >= self.assessor.target), most[-1])

    def _fits(self, wants: Wants, region: Region) -> Estimate:
        """Estimate how many people fit what wants let a reader infer."""
        return implied(wants.says("specialty") + wants.says("population"), region, self.assessor)


def _without_found(made: Rewrite) -> Wants | None:
    """Give the wants without the quotes, or else the needs, in whose words something was found; None if there are none."""
    text = made.text or ""
    words = [normalise(text[finding.span.start : finding.span.end]) for finding in made.remaining]
    found = {quote for quote in made.wants.quotes if any(word in normalise(quote.text) for word in words)}
    quotes = tuple(left for quote in made.wants.quotes if (left := quote.without(words) if quote in found else quote) is not None)
    if found:
        return replace(made.wants, quotes=quotes)
    named = [want for want in made.wants.wants if any(normalise(want.say) in each or each in normalise(want.say) for each in words)]
    return made.wants.without(*named) if named else None


def _with_fewer_quotes(wants: Wants) -> Wants | None:
    """Give wants with fewer quotes, first without what no table reads and is least sure; None if there are none."""
    if not wants.quotes:
        return None
    own = sorted((quote for quote in wants.quotes if not (quote.says or quote.places)), key=lambda quote: quote.chance)
    gone = own[: (len(own) + 2) // 3] or wants.quotes
    return replace(wants, quotes=tuple(quote for quote in wants.quotes if quote not in gone))


def _has_more(wants: Wants) -> bool:
    """Whether something is left to say of whom and what a counselor should know, if one thing goes."""
    return len({want.say for want in wants.wants if want.slot in ("specialty", "population") and want.say != "adults"}) > 1


def _with_fewer_words(wants: Wants) -> Wants | None:
    """Give wants without some of the poster's own words: where they are reached, or else their signature; None if there are none."""
    if wants.reach:
        return replace(wants, reach={})
    return replace(wants, signature=None) if wants.signature is not None else None


def _is_said(text: str, finding: Finding, wants: Wants) -> bool:
    """Whether a quiet finding lies inside what is asked of the counselor, in the words of the tables: they describe nobody."""
    return any(
        start <= finding.span.start and finding.span.end <= start + len(want.say)
        for want in wants.wants
        if (start := text.lower().find(want.say.lower())) >= 0
    )


def _left(text: str, findings: Findings, wants: Wants) -> tuple[Finding, ...]:
    """Give what is loud, and every clue about the client's circle that is not the words of what is asked of the counselor.

    A clue of which the language model is sure that it asks is what the counselor should be or know, whosever it is taken for, unless
    its label can only tell of a person.
    """

    def asks(finding: Finding) -> bool:
        is_sure = findings.stays is not None and min(findings.stays.of(finding.span), default=0.0) >= SURE_CLUE
        return is_sure and finding.rule.label not in OF_A_PERSON

    return tuple(
        finding
        for finding in findings.found
        if finding.is_loud or (finding.about in CIRCLE and not (asks(finding) or _is_said(text, finding, wants)))
    )
