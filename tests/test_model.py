"""The language model: its files, what it makes of text, and what happens when it is not whole."""

import json
import os
import shutil
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from safeharbor import MODEL
from safeharbor.detect.engine import Detector
from safeharbor.detect.language import OURS, load_pipelines
from safeharbor.draft import Draft, Span
from safeharbor.errors import ModelError
from safeharbor.marked import read_corpus
from safeharbor.model.decoding import LABELS, TAGS, best_tags, log_softmax, opinions
from safeharbor.model.pieces import WINDOW, windows
from safeharbor.model.reader import CARD, ENCODER, STAYING, THEMES, TOKENIZER, Reader
from safeharbor.model.readings import reading_of
from safeharbor.model.tokens import WordTokenizer, split_words
from safeharbor.report import check
from safeharbor.rewrite.tables import RewriteTables
from safeharbor.rulebook import Rulebook

FILES = MODEL / "safeharbor_reader"
DRAFTS = Path(__file__).parent.parent / "corpora" / "drafts"
POST = (
    "I'm looking for a counselor for a 45-year old man dealing with grief over the death of his teenage daughter while also handling "
    "his high-stress job. Must have evening openings and be in-network with Providence and near his home in Sellwood or Woodstock area."
)


@pytest.fixture(scope="module")
def reader():
    return Reader(FILES)


@pytest.fixture(scope="module")
def nlp():
    return spacy.load(MODEL)


@pytest.fixture
def copy(tmp_path):
    """Give a copy of the model that a test may damage."""
    shutil.copytree(MODEL, tmp_path / OURS)
    return tmp_path / OURS


def test_it_is_small_and_holds_no_pickle():
    files = [path for path in MODEL.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 30_000_000
    assert {path.suffix for path in files} <= {".onnx", ".json", ".cfg", ".bin", ".md", ""}
    assert not any(path.read_bytes()[:2] in (b"\x80\x03", b"\x80\x04", b"\x80\x05") for path in files)


def test_neither_torch_nor_transformers_is_imported_to_read():
    code = (
        "import sys, safeharbor; safeharbor.check('My client Marisol is 34.');"
        "assert not {'torch', 'transformers', 'onnx'} & set(sys.modules), 'imported'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_example_of_the_project_is_read_with_whose_each_detail_is(nlp):
    doc = nlp(POST)
    told = {(span.text, span.label_, span._.about) for span in doc.ents}
    assert {("man", "GENDER", "client"), ("grief", "DIAGNOSIS", "client"), ("daughter", "FAMILY", "relative")} <= told
    assert {("Sellwood", "LOCATION", "client"), ("Woodstock", "LOCATION", "client")} <= {
        (t.removesuffix(" area"), *rest) for t, *rest in told
    }
    assert all(0 < span._.confidence <= 1 for span in doc.ents)
    assert max(doc.cats, key=doc.cats.get) == "overshare"
    assert [sent.text.split()[0] for sent in doc.sents] == ["I'm", "Must"]


def test_a_counselor_centred_post_is_told_as_one(nlp):
    doc = nlp("ISO an LCSW in Bend or Redmond who takes PacificSource and does EMDR. Evenings. Thanks! Dana, LPC")
    assert max(doc.cats, key=doc.cats.get) == "clean"
    assert {span._.about for span in doc.ents} <= {"provider", "author"}


def test_a_pipeline_that_was_written_again_reads_the_same(nlp, tmp_path):
    nlp.to_disk(tmp_path / "again")
    again = spacy.load(tmp_path / "again")
    assert [(e.start_char, e.label_) for e in again(POST).ents] == [(e.start_char, e.label_) for e in nlp(POST).ents]


def test_a_component_without_files_says_so(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("safeharbor_reader")
    with pytest.raises(ModelError, match="no language model"):
        nlp("text")
    with pytest.raises(ModelError, match="no language model"):
        nlp.to_disk(tmp_path / "empty")


def damage_missing(folder):
    (folder / ENCODER).unlink()


def damage_truncated(folder):
    content = (folder / ENCODER).read_bytes()
    (folder / ENCODER).write_bytes(content[: len(content) // 2])


def damage_one_bit(folder):
    content = bytearray((folder / ENCODER).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / ENCODER).write_bytes(content)


def damage_head(folder):
    content = (folder / STAYING).read_bytes()
    (folder / STAYING).write_bytes(content[:-9])


def damage_themes(folder):
    content = (folder / THEMES).read_bytes()
    (folder / THEMES).write_bytes(content[:-9])


def damage_tokenizer(folder):
    (folder / TOKENIZER).write_text("{}")


def damage_card(folder):
    (folder / CARD).write_text("not json")


def damage_no_card(folder):
    (folder / CARD).unlink()


def damage_version(folder):
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({**card, "format": 99}))


def damage_labels(folder):
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({**card, "labels": card["labels"][1:]}))


DAMAGES = {
    damage_missing: "cannot be read",
    damage_truncated: "is damaged",
    damage_one_bit: "is damaged",
    damage_head: "is damaged",
    damage_themes: "is damaged",
    damage_tokenizer: "is damaged",
    damage_card: "damaged or of another version",
    damage_no_card: "is not there",
    damage_version: "another version",
    damage_labels: "another version",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_model_is_a_clear_error_and_a_gap(copy, damage):
    damage(copy / "safeharbor_reader")
    with pytest.raises(ModelError, match=DAMAGES[damage]):
        Reader(copy / "safeharbor_reader")
    pipelines = load_pipelines([OURS], copy)
    report = check(Draft("x", "My client's ssn is 987-65-4321."), Detector(pipelines=pipelines))
    assert report.verdict == "incomplete"
    assert report.exit_code("never") == 3
    assert "install safeharbor again" in report.findings.gaps[0].why
    assert [finding.rule.id for finding in report.loud] == ["g-ssn"]


def test_a_model_without_its_heads_reads_all_the_same_and_tells_of_nothing_that_stays_or_is_suggested(copy, reader):
    folder = copy / "safeharbor_reader"
    card = json.loads((folder / CARD).read_text())
    for head in (STAYING, THEMES):
        card["sha256"].pop(head)
        (folder / head).unlink()
    (folder / CARD).write_text(json.dumps(card))
    text = "Looking for a therapist for Ana, 34."
    whole, bare = reader.read(text), Reader(folder).read(text)
    assert bare.found == whole.found
    assert bare.kinds == whole.kinds
    assert bare.stays.chances == bare.themes == ()
    assert [theme.phrase for theme in whole.themes] == reader.card.themes
    assert len(whole.stays.chances) == len(split_words(text))
    assert bare.stays.of(Span(0, 7)) == (0.0,)


TOLD = "Her brother took his life in June and she found him. 16, Aetna, Tuesdays."


def test_the_whole_of_a_text_suggests_themes(reader):
    chances = {theme.phrase: theme.chance for theme in reader.read(TOLD).themes}
    assert chances["suicide-loss"] > 0.4 > chances["gambling"]
    assert chances["adolescents"] > 0.4 > chances["older-adults"]
    assert all(0 <= chance <= 1 for chance in chances.values())


def test_a_theme_is_told_by_the_part_that_is_surest_of_it_wherever_it_stands(reader):
    filler = "The office has parking and a bus line nearby. " * 60
    near = {theme.phrase: theme for theme in reader.read(TOLD).themes}["suicide-loss"]
    far = {theme.phrase: theme for theme in reader.read(filler + TOLD).themes}["suicide-loss"]
    assert far.span.start > len(filler)
    assert near.span.end <= len(TOLD)


def test_every_theme_that_the_model_tells_is_a_phrase_of_the_tables(reader):
    tables = RewriteTables.load(Rulebook.load())
    assert set(reader.card.themes) <= set(tables.phrases)
    assert not any(tables.phrases[theme].fields for theme in reader.card.themes)


def test_a_pipeline_that_is_gone_is_a_gap(tmp_path):
    assert "does not load" in load_pipelines([OURS], tmp_path / "nowhere").gaps[0].why


@pytest.mark.parametrize("text", ["😂🦚🎉", "   \n\t ", "!!!???", "\u200b\u200b", "…", "🦚" * 3000])
def test_text_without_words_is_read(reader, text):
    assert reader.read(text).found == ()


def test_offsets_are_code_points_of_the_text_as_given(reader):
    text = "🦚🦚 My cli\u200bent Mari\u0301a Lo\u0301pez, 34, lives in Ke\u0101\u2018au 🏝\ufe0f with her mom\r\n"
    told = {text[found.start : found.end]: found.label for found in reader.read(text).found}
    assert told["34"] == "AGE"
    assert told["mom"] == "FAMILY"


def test_what_stands_beyond_a_window_is_read_like_what_stands_within(reader):
    filler = "\n\n".join(marked.draft.text for marked in list(read_corpus(DRAFTS / "clean.txt"))[:40])
    text = f"{filler}\n\nMy client Marisol is 34 and her husband left.\n\n{filler}"
    assert len(split_words(filler)) > 2 * WINDOW
    told = {text[found.start : found.end] for found in reader.read(text).found if found.about in ("client", "relative")}
    assert {"Marisol", "34", "husband"} <= told


def test_reading_goes_on_past_a_word_of_any_length(reader):
    told = reader.read(f"{'x' * 50_000} my client Marisol, 34, {'9' * 5_000} and her husband")
    assert {"PERSON", "FAMILY"} <= {found.label for found in told.found}


def test_a_text_that_takes_too_long_is_told_as_not_read(monkeypatch):
    monkeypatch.setattr("safeharbor.model.reader.TIME_LIMIT", -1.0)
    report = check(Draft("x", POST), Detector())
    assert report.verdict == "incomplete"
    assert "only the first 0 of" in report.findings.gaps[0].why


def test_the_reading_shows_no_text(reader):
    shown = repr(reader.read(POST))
    assert "Sellwood" not in shown
    assert "camps" not in shown


def test_whose_can_be_asked_of_any_range(reader):
    reading = reader.read(POST)
    at = POST.index("daughter")
    camps = reading.camps(at, at + 8)
    assert sum(camps.values()) == pytest.approx(1.0, abs=1e-3)
    assert max(camps, key=camps.get) == "relative"
    assert reading.camps(len(POST), len(POST) + 5) is None


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_tokens_hold_every_character_in_order(text):
    doc = WordTokenizer(spacy.blank("en").vocab)(text)
    assert doc.text == text
    words = [text[word.start : word.end] for word in split_words(text)]
    assert [token.text for token in doc if not token.text.isspace()] == [word for word in words if not word.isspace()]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("34F", ["34", "F"]),
        ("16y/o", ["16", "y", "/", "o"]),
        ("Ana's", ["Ana", "'", "s"]),
        ("w/mom", ["w", "/", "mom"]),
        ("Núñez-Díaz", ["Núñez", "-", "Díaz"]),
    ],
)
def test_parts_that_mean_something_of_their_own_are_apart(text, parts):
    assert [text[word.start : word.end] for word in split_words(text)] == parts


def test_every_word_stands_in_a_window_and_neighbours_overlap(reader):
    text = " ".join(f"word{n} Ana" for n in range(700))
    words = split_words(text)
    made = list(windows(text, words, reader._tokenizer))
    assert made[0].first == 0
    assert made[-1].first + len(made[-1].first_pieces) == len(words)
    for one, after in pairwise(made):
        assert one.first < after.first < one.first + len(one.first_pieces)
    assert all(len(window.ids) <= WINDOW + 2 for window in made)


def test_decoding_gives_no_inside_without_its_beginning():
    rng = np.random.default_rng(3)
    for _ in range(50):
        tags = best_tags(log_softmax(rng.normal(size=(30, TAGS)).astype(np.float32) * 3))
        for before, tag in zip([0, *tags], tags, strict=False):
            assert tag == 0 or tag % 2 == 1 or before in (tag, tag - 1)


def test_boldness_finds_more_and_never_less():
    rng = np.random.default_rng(5)
    tags = rng.normal(size=(40, TAGS)).astype(np.float32)
    tags[:, 0] += 4.0
    camps = rng.normal(size=(40, 4)).astype(np.float32)

    def covered(boldness):
        return sum(o.last - o.first for o in opinions(tags, camps, boldness=boldness, temperature=1.0))

    assert covered(0.0) <= covered(1.0) <= covered(3.0)
    assert all(o.label in LABELS for o in opinions(tags, camps, boldness=3.0, temperature=1.0))


def test_reading_tells_nobody_and_writes_nothing(tmp_path):
    """Newer onnxruntime reports its use to its maker and keeps a log of that in the home folder unless it is told not to."""
    code = (
        "import os, time, safeharbor; safeharbor.check('My client Marisol is 34.'); time.sleep(5);"
        "links = [os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{n}')]"
        " if os.path.isdir('/proc/self/fd') else [];"
        "assert not [link for link in links if 'socket' in link or 'onnx' in link], links"
    )
    environment = {**os.environ, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("XDG_CACHE_HOME", None)
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    assert list(tmp_path.iterdir()) == []


def test_a_doc_that_was_read_can_be_written_and_read_by_several_processes(nlp):
    doc = nlp(POST)
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert reading_of(again).found == reading_of(doc).found
    assert [d.ents[0].text for d in nlp.pipe([POST, POST], n_process=2)] == [doc.ents[0].text] * 2
    with pytest.raises(ModelError, match="to_disk"):
        nlp.to_bytes()


def test_half_of_a_character_is_no_detail(reader):
    text = "my client \ud800 is 45 \udc00 and anxious"
    assert all(any(map(str.isalnum, text[found.start : found.end])) for found in reader.read(text).found)


def test_marking_sentences_takes_time_that_grows_with_the_text(nlp):
    tokenizer = nlp.tokenizer

    def seconds(size):
        start = time.perf_counter()
        tokenizer("no . " * size)
        return time.perf_counter() - start

    seconds(2000)
    assert seconds(40_000) < 40 * max(seconds(4_000), 0.02)


def test_a_pipeline_without_its_reader_is_a_gap(copy):
    config = (copy / "config.cfg").read_text()
    (copy / "config.cfg").write_text(config.replace('pipeline = ["safeharbor_reader"]', "pipeline = []"))
    assert "is not whole" in load_pipelines([OURS], copy).gaps[0].why


@pytest.mark.parametrize("setting", [{"temperature": 0}, {"boldness": 1e9}, {"boldness": -1}])
def test_settings_out_of_their_range_are_refused(copy, setting):
    path = copy / "safeharbor_reader" / CARD
    path.write_text(json.dumps({**json.loads(path.read_text()), **setting}))
    with pytest.raises(ModelError, match="damaged or of another version"):
        Reader(copy / "safeharbor_reader")
