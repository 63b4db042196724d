"""Language: the spaCy pipelines under the rules, as Presidio wants them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from spacy.language import Language

from safeharbor import MODEL
from safeharbor.detect.components import LOWER_LEMMA
from safeharbor.errors import ModelError, SettingsError
from safeharbor.findings import Gap
from safeharbor.model.tokens import WordTokenizer

COMPONENT = "safeharbor_reader"
"""The component of our pipeline that reads."""
LONGEST = 2_000_000
"""Code points of the longest draft that is read."""
OURS = "en_safeharbor"
"""The name of the pipeline that ships with safeharbor."""
NONE = "none"
"""What to ask for instead of a pipeline, to have only the rules read."""
BY_MODEL = "names, places and clues by language model"


def blank_pipeline() -> Language:
    """Make the pipeline that is used without a language model: a tokenizer and lower-case lemmas."""
    nlp = spacy.blank("en")
    # Our rules bring their own words. spaCy's English tokenizer takes minutes over some thousand signs in a row.
    nlp.tokenizer = WordTokenizer(nlp.vocab)
    nlp.max_length = LONGEST + 1
    nlp.add_pipe(LOWER_LEMMA)
    return nlp


@dataclass(frozen=True)
class Pipelines:
    """The spaCy pipelines that read each draft. Gaps say which of them could not be had."""

    all: tuple[Language, ...]
    names: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @contextmanager
    def memory_zone(self) -> Iterator[None]:
        """Have the pipelines forget, at the end, every word that they met meanwhile."""
        with ExitStack() as zones:
            for nlp in self.all:
                zones.enter_context(nlp.memory_zone())
            yield


def load_pipelines(names: Sequence[str] = (OURS,), model: Path = MODEL) -> Pipelines:
    """Load spaCy pipelines by name or path: `en_safeharbor` is ours, `none` stands for rules only.

    Ours comes first, since its tokens are those that its reading lies beside. If it is missing or damaged that is a gap. Raises
    SettingsError for another that is not installed.
    """
    names = [NONE if name.lower() == NONE else name for name in names]
    if NONE in names and len(set(names)) > 1:
        msg = f"the language model {NONE} means rules only; name it alone"
        raise SettingsError(msg)
    loaded: list[Language] = []
    gaps = []
    read = []
    for name in sorted(dict.fromkeys(names), key=lambda name: name != OURS):
        if name == NONE:
            continue
        try:
            nlp = spacy.load(model if name == OURS else name)
        except ModelError as error:
            gaps.append(Gap(BY_MODEL, str(error)))
            continue
        except Exception as error:
            if name == OURS:
                gaps.append(
                    Gap(BY_MODEL, f"the language model in {model} does not load ({type(error).__name__}); install safeharbor again")
                )
                continue
            hint = "it is no spaCy pipeline" if not name or Path(name).exists() else f"try: python -m spacy download {name}"
            msg = f"the language model {name!r} is not installed or does not load; {hint}"
            raise SettingsError(msg) from error
        if name == OURS and (COMPONENT not in nlp.pipe_names or nlp.get_pipe(COMPONENT).reader is None):  # type: ignore[attr-defined]
            gaps.append(Gap(BY_MODEL, f"the language model in {model} is not whole; install safeharbor again"))
            continue
        nlp.max_length = LONGEST + 1
        if not nlp.has_pipe("lemmatizer"):
            nlp.add_pipe(LOWER_LEMMA)
        loaded.append(nlp)
        read.append(name)
    return Pipelines(tuple(loaded) or (blank_pipeline(),), tuple(read), tuple(gaps))


class PipelineEngine(NlpEngine):
    """Pipelines that are already loaded, as Presidio wants them. It never downloads anything."""

    def __init__(self, first: Language, *others: Language) -> None:
        """Take the pipelines to use; the first gives the tokens."""
        self._pipelines = (first, *others)

    def load(self) -> None:
        """Do nothing: the pipelines are loaded."""

    def is_loaded(self) -> bool:
        """Say that the pipelines are loaded."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:  # noqa: ARG002
        """Run the pipelines over a text."""
        docs = [nlp(text) for nlp in self._pipelines]
        doc = docs[0]
        return NlpArtifacts(
            entities=[entity for each in docs for entity in each.ents],
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
        """Run the pipelines over texts, one at a time so that nothing of one reaches the next."""
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002
        """Say whether spaCy lists a word as a stop word."""
        return bool(self._pipelines[0].vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002
        """Say whether a word is punctuation."""
        return bool(self._pipelines[0].vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        """Name the entities that the pipelines themselves recognize: none, since the rules decide what an entity is."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Name the languages read: English."""
        return ["en"]
