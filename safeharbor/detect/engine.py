"""Engine: a draft read against the rulebook by Presidio over a spaCy pipeline, and settled into findings."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import replace

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer

from safeharbor.detect.language import BY_MODEL, LONGEST, NONE, OURS, PipelineEngine, Pipelines, load_pipelines
from safeharbor.detect.page import Page
from safeharbor.detect.recognizer import Desk, make_recognizers
from safeharbor.detect.tongue import other_tongue
from safeharbor.draft import Draft, Span
from safeharbor.errors import DraftError
from safeharbor.findings import Finding, Findings, Gap, settle
from safeharbor.rulebook import Rulebook
from safeharbor.words import Token, WordList

_HALF = re.compile("[\ud800-\udfff]")


def load_for(rulebook: Rulebook, models: Sequence[str]) -> Pipelines:
    """Load the language models that were asked for, or none if no rule would ask them.

    Raises SettingsError for one that is not installed.
    """
    is_asked = any(find.model or find.entity for rule in rulebook.rules for find in rule.find)
    return load_pipelines(models if is_asked else [NONE])


class _NoEnhancer(ContextAwareEnhancer):
    """Leaves scores alone: each rule reads its own surroundings, before and after the hit."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(self, text, raw_results, nlp_artifacts, recognizers, context=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG002
        return raw_results


class Detector:
    """A rulebook and language models, ready to read any number of drafts. It keeps nothing of a draft."""

    def __init__(self, rulebook: Rulebook | None = None, pipelines: Pipelines | None = None) -> None:
        """Take the rulebook and the pipelines, by default those that ship. Without rules for what a model reads, none is loaded.

        Raises RuleError for an unknown check or word list.
        """
        self.rulebook = rulebook or Rulebook.load()
        self._desk, self._recognizers = make_recognizers(self.rulebook, others=True, by_rule=True)
        self._pipelines = pipelines or load_for(self.rulebook, [OURS])
        self._engine = PipelineEngine(*self._pipelines.all)
        self._one_at_a_time = threading.Lock()
        self._analyzer = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=self._recognizers, supported_languages=["en"]),
            nlp_engine=self._engine,
            supported_languages=["en"],
            context_aware_enhancer=_NoEnhancer(),
        )
        self._entities = [recognizer.rule.id for recognizer in self._recognizers]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The language models that could not be had."""
        return self._pipelines.gaps

    @property
    def models(self) -> tuple[str, ...]:
        """The language models that read, by name; empty if only rules do."""
        return self._pipelines.names

    @property
    def desk(self) -> Desk:
        """The compiled exclusions and attributions."""
        return self._desk

    def compile(self) -> None:
        """Compile every pattern now instead of when it is first needed. Raises RuleError, with file and line, for a bad one."""
        for pattern in [*self._desk.patterns, *(pattern for recognizer in self._recognizers for pattern in recognizer.patterns)]:
            pattern.ready  # noqa: B018 - asking is what compiles it

    def detect(self, draft: Draft) -> Findings:
        """Find what the rules speak about in a draft. Raises DraftError for one too long to read."""
        if len(draft.text) > LONGEST:
            msg = f"it has {len(draft.text):,} characters; safeharbor reads up to {LONGEST:,}, split it"
            raise DraftError(msg)
        if not draft.text.strip() or not self._entities:
            return Findings(gaps=self._pipelines.gaps)
        # A pipeline keeps every word that it meets; in a memory zone, which only one thread may enter, it forgets them.
        with self._one_at_a_time, self._pipelines.memory_zone():
            return self._read(draft)

    def _read(self, draft: Draft) -> Findings:
        """Run the rules over a draft and settle what they find."""
        # Half of a surrogate pair is no character, and spaCy refuses it: the sign for a missing one stands in, at the same length.
        text = _HALF.sub("\ufffd", draft.text)
        artifacts = self._engine.process_text(text, "en")
        page = self._desk.open(draft)
        self._desk.lay(page, artifacts)
        results = self._analyzer.analyze(text, "en", entities=self._entities, nlp_artifacts=artifacts)
        found = []
        for result in results:
            rule, certainty, severity, about, chance = result.recognition_metadata["safeharbor"]
            found.append(Finding(rule, Span(result.start, result.end), severity, about, certainty, chance))
        settled = settle(found, draft.text)
        settled = settle([*settled, *_repeats(settled, page, self.rulebook.words("english"))], draft.text)
        tongue = other_tongue(page.text, page.words, self.rulebook.words("english"))
        if tongue is not None:
            page.gaps.append(Gap("the reading of this draft", f"much of it seems to be in {tongue}; safeharbor reads English"))
        if page.model is not None and page.model.unread:
            read = len(text) - page.model.unread
            page.gaps.append(Gap(BY_MODEL, f"it took too long; only the first {read:,} of {len(text):,} characters were read"))
        gaps = (*self._pipelines.gaps, *page.gaps)
        if page.model is None:
            return Findings(settled, gaps)
        return Findings(settled, gaps, page.model.kinds, page.model.stays, page.model.themes)


def _repeats(found: tuple[Finding, ...], page: Page, english: WordList) -> list[Finding]:
    """Find the other mentions of names that were accepted as a person's of the client's circle."""
    reading = page.reading
    ours: dict[tuple[str, ...], Finding] = {}
    for finding in found:
        if finding.rule.repeats and finding.is_loud:
            start, end = reading.find(finding.span)
            keys = tuple(word.key for word in page.words if start <= word.start and word.end <= end)
            parts = [(key,) for key in keys if len(key) > 2] if finding.rule.label == "PERSON" else []
            for key in [keys, *parts]:
                if key and (len(key) > 1 or len(key[0]) > 1):
                    ours.setdefault(key, finding)
    taken = bytearray(len(page.draft.text))
    for finding in found:
        taken[finding.span.start : finding.span.end] = b"\1" * len(finding.span)
    out = []
    for size in sorted({len(key) for key in ours}, reverse=True):
        for at in range(len(page.words) - size + 1):
            words = page.words[at : at + size]
            first = ours.get(tuple(word.key for word in words))
            if first is not None and _is_mention(words, page, english):
                span = reading.source(words[0].start, words[-1].end)
                if not any(taken[span.start : span.end]):
                    taken[span.start : span.end] = b"\1" * len(span)
                    out.append(replace(first, span=span))
    return out


def _is_mention(words: list[Token], page: Page, english: WordList) -> bool:
    """Whether words that match an accepted name are one: a word of the language must also be written like a name."""
    if any(word.key not in english.entries for word in words):
        return True
    first, last = words[0], words[-1]
    if not page.text[first.start].isupper():
        return False
    return page.text[last.end :].startswith("'s") or page.sentence(first.start, last.end)[0] != first.start
