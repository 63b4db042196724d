"""Component: the reader in a spaCy pipeline, and the tokenizer that goes with it."""

# spaCy checks the annotations of factories themselves, so they must not be strings.
import shutil
from collections.abc import Iterable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from safeharbor.errors import ModelError
from safeharbor.model.reader import CARD, Reader
from safeharbor.model.readings import READING

COMPONENT = "safeharbor_reader"
"""The name of the component, and of its folder in a pipeline."""


class ReaderComponent:
    """Writes names, places, other identifiers and clues to `doc.ents`, whose each is to `ent._.about`, and the kind to `doc.cats`.

    `ent._.confidence` is the chance that the label is right, from 0 to 1.
    """

    def __init__(self, reader: Reader | None = None) -> None:
        """Take a reader, or wait for the files of one."""
        self.reader = reader

    def __call__(self, doc: Doc) -> Doc:
        """Read a Doc. Raises ModelError if no model was loaded."""
        if self.reader is None:
            msg = "this pipeline has no language model loaded; load one with spacy.load(safeharbor.MODEL)"
            raise ModelError(msg)
        reading = self.reader.read(doc.text)
        doc.user_data[READING] = reading.as_data()
        doc.cats.update(reading.kinds)
        spans = []
        for found in reading.found:
            span = doc.char_span(found.start, found.end, label=found.label, alignment_mode="expand")
            if span is not None:
                span._.about, span._.confidence = found.about, found.confidence
                spans.append(span)
        doc.set_ents(filter_spans(spans))
        return doc

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002
        """Copy the files of the model. Raises ModelError if there are none."""
        if self.reader is None:
            msg = "there is no language model to write"
            raise ModelError(msg)
        path.mkdir(parents=True, exist_ok=True)
        for name in (CARD, *self.reader.card.sha256) if path.resolve() != self.reader.folder.resolve() else ():
            shutil.copyfile(self.reader.folder / name, path / name)

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:  # noqa: ARG002
        """Refuse: the files of the model are too large to pass around. Raises ModelError."""
        msg = "the language model cannot be written as bytes; use to_disk"
        raise ModelError(msg)

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> "ReaderComponent":  # noqa: ARG002
        """Load the files of the model. Raises ModelError for any that is missing, damaged or of another version."""
        self.reader = Reader(Path(path))
        return self


@Language.factory(COMPONENT, assigns=["doc.ents", "doc.cats"])
def make_reader(nlp: Language, name: str) -> ReaderComponent:  # noqa: ARG001
    """Make the component without files; `spacy.load` then has it read them."""
    return ReaderComponent()


for _attribute in ("about", "confidence"):
    if not Span.has_extension(_attribute):
        Span.set_extension(_attribute, default=None)
