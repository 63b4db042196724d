"""Components: safeharbor in other people's spaCy pipelines. Importing this must stay cheap: spaCy loads it for every pipeline."""

from spacy.language import Language
from spacy.tokens import Doc

LOWER_LEMMA = "safeharbor_lower_lemma"


@Language.component(LOWER_LEMMA)
def lower_lemma(doc: Doc) -> Doc:
    """Give each token without a lemma its lower-case form; without one, Presidio's context words never match."""
    for token in doc:
        if not token.lemma_:
            token.lemma_ = token.lower_
    return doc


class SafeHarborComponent:
    """A spaCy component that reads a Doc against the rules and writes its findings as a span group.

    Each span's label is the finding's label and its `id_` the rule's id. Details of the poster and other
    professionals are left out. What could not be checked stands in `doc.user_data["safeharbor_gaps"]`.
    """

    def __init__(self, spans_key: str = "safeharbor") -> None:
        """Name the span group to write to."""
        from safeharbor.detect.engine import Detector  # noqa: PLC0415

        self._key = spans_key
        self._detector = Detector()

    def __call__(self, doc: Doc) -> Doc:
        """Write the findings of a Doc into its span group."""
        from safeharbor.draft import Draft  # noqa: PLC0415
        from safeharbor.labels import OTHERS  # noqa: PLC0415

        spans = []
        findings = self._detector.detect(Draft("doc", doc.text))
        doc.user_data[f"{self._key}_gaps"] = [(gap.what, gap.why) for gap in findings.gaps]
        for finding in findings.found:
            if finding.about not in OTHERS:
                start, end = finding.span.start, finding.span.end
                span = doc.char_span(start, end, finding.rule.label, span_id=finding.rule.id, alignment_mode="expand")
                spans += [span] if span else []
        doc.spans[self._key] = spans
        return doc


# spaCy checks the annotations themselves, so they must not be strings.
@Language.factory("safeharbor", default_config={"spans_key": "safeharbor"})
def make_safeharbor(nlp: Language, name: str, spans_key: str) -> SafeHarborComponent:  # noqa: ARG001
    """Make the component that writes findings into `doc.spans`, for `nlp.add_pipe("safeharbor")`."""
    return SafeHarborComponent(spans_key)
