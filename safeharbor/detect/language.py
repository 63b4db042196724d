"""Language: the spaCy pipeline under the rules, as Presidio wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import spacy
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from spacy.language import Language
from spacy.tokenizer import Tokenizer

from safeharbor.detect.components import LOWER_LEMMA

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 2_000_000
"""Code points of the longest draft that is read."""


def blank_pipeline() -> Language:
    """Make the pipeline that is used when no language model is there: a tokenizer and lower-case lemmas."""
    nlp = spacy.blank("en")
    # Our rules bring their own words. spaCy's English tokenizer takes minutes over some thousand signs in a row.
    nlp.tokenizer = Tokenizer(nlp.vocab)
    nlp.max_length = LONGEST + 1
    nlp.add_pipe(LOWER_LEMMA)
    return nlp


class PipelineEngine(NlpEngine):
    """A spaCy pipeline that is already loaded, as Presidio wants it. It never downloads anything."""

    def __init__(self, nlp: Language) -> None:
        """Take the pipeline to use."""
        self._nlp = nlp

    def load(self) -> None:
        """Do nothing: the pipeline is loaded."""

    def is_loaded(self) -> bool:
        """Say that the pipeline is loaded."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:  # noqa: ARG002
        """Run the pipeline over a text."""
        doc = self._nlp(text)
        return NlpArtifacts(
            entities=list(doc.ents),
            tokens=doc,
            tokens_indices=[token.idx for token in doc],
            lemmas=[token.lemma_ for token in doc],
            nlp_engine=self,
            language="en",
        )

    def process_batch(
        self,
        texts: Any,
        language: str,
        batch_size: int = 1,  # noqa: ARG002
        n_process: int = 1,  # noqa: ARG002
        **_: Any,
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """Run the pipeline over texts, one at a time so that nothing of one reaches the next."""
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002
        """Say whether spaCy lists a word as a stop word."""
        return bool(self._nlp.vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002
        """Say whether a word is punctuation."""
        return bool(self._nlp.vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        """Name the entities that the pipeline itself recognizes: none, since the rules decide what an entity is."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Name the languages read: English."""
        return ["en"]
