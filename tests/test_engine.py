"""Presidio and spaCy as the engine: each trap that was found in them stays closed, and others can use our rules."""

import subprocess
import sys

import pytest
import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

import safeharbor
from safeharbor.detect.engine import Detector
from safeharbor.detect.language import LONGEST, PipelineEngine, Pipelines, blank_pipeline
from safeharbor.draft import Draft
from safeharbor.errors import DraftError
from safeharbor.labels import CLUES, OTHERS
from safeharbor.report import check


@pytest.fixture(scope="module")
def detector():
    return Detector()


def found(detector, text):
    findings = [f for f in detector.detect(Draft("x", text)).found if f.about not in OTHERS and f.rule.label not in CLUES]
    return {(text[f.span.start : f.span.end], f.rule.label) for f in findings}


def test_nothing_of_presidios_defaults_is_loaded(detector):
    recognizers = detector._analyzer.registry.recognizers
    assert all(recognizer.name.startswith("safeharbor:") for recognizer in recognizers)


def test_a_missing_space_after_a_sentence_is_no_url(detector):
    assert found(detector, "She feels better.So we are ending. He told him.Now what? Ph.D.So") == set()


def test_a_diagnosis_code_is_no_licence(detector):
    assert found(detector, "dx F43.10 and F43, billed H0004, B12 labs, x2 weekly, text 741741") == set()


def test_the_textbook_number_is_flagged_although_it_is_a_sample(detector):
    assert ("123-45-6789", "SSN") in found(detector, "her ssn is 123-45-6789")
    assert ("078-05-1120", "SSN") in found(detector, "client's ssn: 078-05-1120")


def test_every_one_of_adjacent_addresses_is_found(detector):
    text = "client's emails: a.one@example.com, b.two@example.com c.three@example.com"
    assert {hit for hit, label in found(detector, text) if label == "EMAIL"} == {
        "a.one@example.com",
        "b.two@example.com",
        "c.three@example.com",
    }


def test_context_counts_on_a_blank_pipeline_before_and_after_the_hit(detector):
    assert ("503-555-0142", "FAX") in found(detector, "her fax is 503-555-0142")
    assert ("503-555-0142", "FAX") in found(detector, "503-555-0142 (fax) is client's employer's HR")


def test_a_phone_number_is_never_a_british_health_number(detector):
    assert {label for _, label in found(detector, "her cell is 401-023-2137")} == {"PHONE"}


def test_a_blank_pipeline_has_lemmas_so_that_context_words_of_other_recognizers_work():
    assert [token.lemma_ for token in blank_pipeline()("Her SSN")] == ["her", "ssn"]


def test_presidio_anonymizer_is_not_imported_by_a_check():
    code = "import sys, safeharbor; safeharbor.check('pt ssn 987-65-4321'); print('presidio_anonymizer' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_error_in_a_recognizer_is_not_swallowed(detector, monkeypatch):
    def burst(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr("safeharbor.detect.recognizer.Desk.about", burst)
    with pytest.raises(RuntimeError):
        detector.detect(Draft("x", "her ssn is 123-45-6789"))


def test_a_presidio_user_adds_the_rules_in_three_lines():
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.recognizers.extend(safeharbor.presidio_recognizers())
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=PipelineEngine(spacy.blank("en")), supported_languages=["en"])
    text = "My npi is 1234567893. The client's ssn is 987-65-4321."
    results = analyzer.analyze(text, language="en")
    assert [(r.entity_type, text[r.start : r.end]) for r in results if r.entity_type == "SSN"] == [("SSN", "987-65-4321")]
    assert all(r.entity_type != "LICENSE" for r in results)


def test_a_spacy_user_adds_a_component():
    nlp = spacy.blank("en")
    nlp.add_pipe("safeharbor")
    doc = nlp("My client's ssn is 987-65-4321, thanks")
    assert [(span.text, span.label_, span.id_) for span in doc.spans["safeharbor"]] == [("987-65-4321", "SSN", "g-ssn")]


def test_a_pipeline_with_entities_is_asked_for_names_and_places():
    nlp = blank_pipeline()
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "PERSON", "pattern": "Xyqqa Vreel"}])
    text = "my client Xyqqa Vreel needs a therapist"
    assert ("Xyqqa Vreel", "PERSON") in found(Detector(pipelines=Pipelines((nlp,))), text)


def test_a_draft_longer_than_the_limit_is_not_checked_and_says_so(detector):
    draft = Draft("long.txt", "x " * (LONGEST // 2 + 1))
    with pytest.raises(DraftError, match="split it"):
        detector.detect(draft)
    assert check(draft, detector).exit_code("never") == 3


def test_a_megabyte_in_one_line_is_read(detector):
    text = "word and word again " * 10_000 + "client ssn 987-65-4321"
    hits = [f for f in detector.detect(Draft("x", text)).found if f.rule.label == "SSN"]
    assert len(hits) == 1
    assert text[hits[0].span.start : hits[0].span.end] == "987-65-4321"


def test_other_mentions_of_an_accepted_name_are_found(detector):
    text = "My client Marisol is 34. marisol works nights, and MARISOL'S mom called."
    names = [text[f.span.start : f.span.end] for f in detector.detect(Draft("x", text)).found if f.rule.label == "PERSON"]
    assert names == ["Marisol", "marisol", "MARISOL"]


def test_a_word_that_is_an_accepted_name_is_left_alone_when_it_is_a_word(detector):
    text = "My client Hope, 27, is anxious. Hope this helps! Hope's plan is Moda."
    names = [f.span.start for f in detector.detect(Draft("x", text)).found if f.rule.label == "PERSON"]
    assert names == [text.index("Hope"), text.index("Hope's")]


def test_a_signature_ends_where_somebody_else_is_told_of(detector):
    text = "ISO a therapist for a teen, Aetna.\n\nThanks,\nDana Vance, LPC\n503-555-0100\nP.S. her cell is 503-555-0142\n"
    about = {text[f.span.start : f.span.end]: f.about in OTHERS for f in detector.detect(Draft("x", text)).found if f.rule.label == "PHONE"}
    assert about == {"503-555-0100": True, "503-555-0142": False}


def test_no_phrase_that_a_rule_offers_instead_is_flagged_in_a_plain_request(detector):
    import re

    for rule in detector.rulebook.rules:
        for phrase in re.findall(r'"([^"]{8,})"', rule.instead):
            text = f"Looking for a counselor: {phrase}. Aetna, evenings."
            loud = [f for f in detector.detect(Draft("x", text)).found if f.is_loud]
            assert not loud, (rule.id, phrase, [f.rule.id for f in loud])
