"""Recognizers: each rule as a Presidio recognizer, with its exclusions and with whose detail each hit is."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from safeharbor.detect.about import Attributor
from safeharbor.detect.matching import Hit, Matcher
from safeharbor.detect.page import Page
from safeharbor.detect.patterns import Pattern
from safeharbor.draft import Draft, Span
from safeharbor.errors import DraftError
from safeharbor.findings import Gap
from safeharbor.labels import CIRCLE, LETTERS, OTHERS, SCORE, About, Certainty, Severity
from safeharbor.model.readings import reading_of
from safeharbor.rulebook import Rule, Rulebook

_SURE = frozenset({"checksum", "named", "labelled"})
_SURE_ENOUGH = 0.6
"""The chance, that it is what its label says and the circle's, from which the language model's word alone makes an error."""
_RAISED = frozenset({"listed", "weak"})


class Desk:
    """What the recognizers of one rulebook share: compiled exclusions and attributions, and the page being read.

    Pages are kept only as long as Presidio keeps the artifacts of their text, so nothing carries over to the next draft.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        """Compile the exclusions and attributions. Raises RuleError."""
        self.rulebook = rulebook
        self._exclusions = tuple((exclusion, Matcher(exclusion, rulebook)) for exclusion in rulebook.exclusions)
        self._attributors = {
            name: attributor
            for attribution in rulebook.attributions
            for attributor in [Attributor(attribution, rulebook)]
            for name in (*attribution.labels, *attribution.rules)
        }
        self._pages: WeakKeyDictionary[Any, Page] = WeakKeyDictionary()

    @property
    def patterns(self) -> list[Pattern]:
        """Every pattern of the exclusions and attributions."""
        excluding = [pattern for _, matcher in self._exclusions for pattern in matcher.patterns]
        return [*excluding, *(pattern for attributor in self._attributors.values() for pattern in attributor.patterns)]

    def page(self, text: str, artifacts: NlpArtifacts | None) -> Page:
        """Give the page of a text, made once for all recognizers that share the artifacts."""
        if artifacts is None:
            return self.open(Draft("text", text))
        page = self._pages.get(artifacts)
        if page is None:
            page = self.open(Draft("text", text))
            self._take(page, artifacts)
            self._pages[artifacts] = page
        return page

    def lay(self, page: Page, artifacts: NlpArtifacts) -> None:
        """Let the recognizers read this page when they are given these artifacts; whoever lays it reads its gaps."""
        page.gaps_are_read = True
        self._take(page, artifacts)
        self._pages[artifacts] = page

    @staticmethod
    def _take(page: Page, artifacts: NlpArtifacts) -> None:
        """Note on a page what the language models made of it."""
        page.model = reading_of(artifacts.tokens)
        for found in page.model.found if page.model else ():
            page.name(Span(found.start, found.end), found.label, chance=found.confidence, is_ours=True)
        for entity in artifacts.entities:
            if entity.doc is not artifacts.tokens or page.model is None:
                page.name(Span(entity.start_char, entity.end_char), entity.label_)

    def open(self, draft: Draft) -> Page:
        """Make the page of a draft and mark what the exclusions cover."""
        page = Page(draft)
        for exclusion, matcher in self._exclusions:
            try:
                spans = [(hit.start, hit.end) for hit in matcher.hits(page)]
            except TimeoutError:
                page.gaps.append(Gap(f"exclusion {exclusion.id}", "it took too long on this text"))
                continue
            for paragraph in exclusion.paragraphs or LETTERS:
                page.excluded.setdefault(paragraph, []).extend(spans)
        return page

    def about(self, page: Page, rule: Rule, start: int, end: int) -> About:
        """Say whose detail a range of a page's reading is, by the attribution for the rule or else for its label."""
        attributor = self._attributors.get(rule.id) or self._attributors.get(rule.label)
        if attributor is not None:
            return attributor.about(page, start, end)
        camps = page.camps(start, end)
        return "unknown" if camps is None else max(camps, key=lambda camp: camps[camp])


class RuleRecognizer(EntityRecognizer):
    """One rule, run by Presidio. Its results carry rule, certainty, severity and whose it is in their metadata.

    With `others=False`, as for use in another analyzer, details of the poster and other professionals are left out.
    """

    def __init__(self, rule: Rule, desk: Desk, *, others: bool, entity: str) -> None:
        """Compile the rule. Raises RuleError for a part that cannot be used."""
        self.rule = rule
        self._desk = desk
        self._others = others
        self._entity = entity
        self._matcher = Matcher(rule, desk.rulebook)
        self._called = f"safeharbor:{rule.id}"
        super().__init__(supported_entities=[entity], name=self._called, supported_language="en", version="1")

    @property
    def patterns(self) -> list[Pattern]:
        """Every pattern of the rule."""
        return self._matcher.patterns

    def load(self) -> None:
        """Do nothing: a rule is ready once it is made."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None) -> list[RecognizerResult]:
        """Find the rule's hits in a text.

        A rule that takes too long leaves a gap in our own engine; in another, which knows no gaps, it raises DraftError.
        """
        if self._entity not in entities:
            return []
        page = self._desk.page(text, nlp_artifacts)
        results = []
        try:
            for hit in self._matcher.hits(page):
                page.check_time()
                if hit.certainty not in _SURE and page.covers(self.rule.paragraph, hit.start, hit.end):
                    continue
                about = hit.find.about or self._desk.about(page, self.rule, hit.start, hit.end)
                if about in OTHERS and not self._others:
                    continue
                span = page.reading.source(hit.start, hit.end)
                certainty, chance = self._raised(page, hit)
                results.append(
                    RecognizerResult(
                        self._entity,
                        span.start,
                        span.end,
                        SCORE[certainty] if chance is None else chance,
                        recognition_metadata={
                            RecognizerResult.RECOGNIZER_NAME_KEY: self._called,
                            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                            "safeharbor": (self.rule, certainty, self._severity(hit, certainty, chance, about, page), about, chance),
                        },
                    )
                )
        except TimeoutError as error:
            if not page.gaps_are_read:
                msg = f"rule {self.rule.id} took too long on this text"
                raise DraftError(msg) from error
            page.gaps.append(Gap(f"rule {self.rule.id}", "it took too long on this text"))
        return results

    def _raised(self, page: Page, hit: Hit) -> tuple[Certainty, float | None]:
        """Give how sure a hit is; what was weak or only listed is raised when the language model names it alike."""
        if hit.certainty in _RAISED:
            told = page.named_like(self.rule.label, hit.start, hit.end)
            if told >= SCORE[hit.certainty]:
                return "model", told
        return hit.certainty, hit.chance

    def _severity(self, hit: Hit, certainty: Certainty, chance: float | None, about: About, page: Page) -> Severity:
        if about in OTHERS:
            return "info"
        if about == "unknown" and self.rule.if_unknown is not None:
            return self.rule.if_unknown
        severity = hit.find.severity or self.rule.severity
        if severity == "error" and hit.certainty == "model" and chance is not None:
            camps = page.camps(hit.start, hit.end) or {}
            ours = sum(share for camp, share in camps.items() if camp in CIRCLE)
            return "error" if chance * ours >= _SURE_ENOUGH else "warning"
        if severity == "error" and certainty == "weak" and page.model is not None:
            return "warning"  # the language model read it and did not name it so
        return severity


def make_recognizers(rulebook: Rulebook, *, others: bool = False, by_rule: bool = False) -> tuple[Desk, list[RuleRecognizer]]:
    """Make a recognizer of each rule, and the desk that they share. Raises RuleError for a rule that cannot be used."""
    desk = Desk(rulebook)
    # Presidio keeps one of several equal results of an entity, and which one is chance. Our own engine calls each rule an entity,
    # and settles for itself.
    return desk, [RuleRecognizer(rule, desk, others=others, entity=rule.id if by_rule else rule.label) for rule in rulebook.rules]
