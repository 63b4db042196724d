"""What the encoder is trained on: targets of each word, and variants that keep every mark in its place."""

import json
from pathlib import Path

import numpy as np
import pytest

from safeharbor.build.examples import IGNORED, Example, Piece, Variants, from_draft, read_public, targets, voice_of
from safeharbor.draft import Draft
from safeharbor.marked import MarkedDraft, unmark
from safeharbor.model.decoding import CAMPS, KINDS, LABELS
from safeharbor.model.tokens import split_words

LISTS = {"given": ["marisol"], "surnames": ["okereke"], "places": ["choteau"]}


def example(text, kind="overshare", file="posts-1.txt"):
    bare, answers = unmark(text, labelled=True)
    return from_draft(MarkedDraft(Draft("pdx-lpc-01", bare), kind, answers), Path(file))


def allowed(made):
    words = split_words(made.text)
    rows = targets(made, words).allowed

    def name(tag):
        return "O" if tag == 0 else f"{'BI'[(tag - 1) % 2]}-{LABELS[(tag - 1) // 2]}"

    return {made.text[word.start : word.end]: {name(tag) for tag in np.flatnonzero(row)} for word, row in zip(words, rows, strict=True)}


def test_a_voice_is_the_id_without_its_number():
    assert voice_of("pdx-lpc-01") == "pdx-lpc"


def test_each_word_of_a_post_has_one_tag():
    made = allowed(example("[[AGE client: 34]][[GENDER client: F]] from [[LOCATION client: Lake Oswego]] now"))
    assert made == {"34": {"B-AGE"}, "F": {"B-GENDER"}, "from": {"O"}, "Lake": {"B-LOCATION"}, "Oswego": {"I-LOCATION"}, "now": {"O"}}


def test_an_optional_mark_may_be_outside():
    assert allowed(example("near [[LOCATION? client: Bend]]"))["Bend"] == {"B-LOCATION", "O"}


def test_in_snippets_an_unmarked_word_may_be_a_clue_but_no_identifier():
    made = allowed(example("her [[PHONE client: 555]] panic", kind="snippet"))
    assert {"O", "B-DIAGNOSIS", "I-DIAGNOSIS", "B-STATE"} <= made["panic"]
    assert not {"B-PERSON", "B-LOCATION", "B-EMPLOYER"} & made["panic"]
    none = allowed(example("nothing here", kind="none"))
    assert "B-DIAGNOSIS" in none["here"]
    assert not {"B-PERSON", "B-LOCATION", "B-EMPLOYER"} & none["here"]


@pytest.mark.parametrize("file", ["clean.txt", "talk.txt"])
def test_everyday_talk_is_marked_in_full(file):
    assert allowed(example("nothing here", kind="none", file=file))["here"] == {"O"}


def test_whose_and_kind_are_targets_only_where_they_are_known():
    made = example("[[FAMILY relative: mom]] of [[PERSON unknown: Lee]]")
    told = targets(made, split_words(made.text))
    assert [[camp for camp, may in zip(CAMPS, row, strict=True) if may] for row in told.camps] == [["relative"], list(CAMPS), list(CAMPS)]
    assert told.kind == KINDS.index("overshare")
    snippet = example("x", kind="snippet")
    assert targets(snippet, split_words(snippet.text)).kind == IGNORED


def test_where_nothing_is_about_a_client_no_word_is():
    made = example("office in [[LOCATION provider: Bend]] now", kind="clean")
    rows = targets(made, split_words(made.text)).camps
    assert [[camp for camp, may in zip(CAMPS, row, strict=True) if may] for row in rows] == [
        ["provider", "author"],
        ["provider", "author"],
        ["provider"],
        ["provider", "author"],
    ]


def test_public_sets_leave_open_what_they_do_not_mark(tmp_path):
    row = {"tokens": ["New", "York", "for", "Ana", "at", "Intel"], "tags": ["B-LOC", "I-LOC", "O", "B-PERSON", "O", "B-ORG"]}
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(row) + "\n")
    (made,) = read_public(path)
    assert made.text == "New York for Ana at Intel"
    tags = allowed(made)
    assert tags["York"] == {"I-LOCATION", "I-STATE"}
    assert tags["Ana"] == {"B-PERSON"}
    assert tags["Intel"] == {"B-EMPLOYER", "B-SCHOOL", "O"}
    assert "B-DIAGNOSIS" in tags["for"]
    assert not {"B-PERSON", "B-LOCATION"} & tags["for"]


@pytest.mark.parametrize("seed", range(40))
def test_a_variant_keeps_its_labels_and_the_words_between(seed):
    text = "my client [[PERSON client: Dana]], [[AGE client: 34]], MRN [[MRN client: 4410-092]], in [[LOCATION client: Bend]]. "
    post = example(f"{text}[[PERSON client: Dana]] called")
    made, hides_case = Variants([post], LISTS, seed).of(post)
    labels = [piece.label for piece in made.pieces if piece.label]
    wanted = [piece.label for piece in post.pieces if piece.label]
    assert labels == wanted * (len(labels) // len(wanted))
    assert isinstance(hides_case, bool)
    for piece in made.pieces:
        if piece.label == "MRN":
            assert piece.text.count("-") <= 2
            assert sum(map(str.isdigit, piece.text)) == 7


def test_a_swapped_name_is_the_same_at_each_mention_and_written_like_the_first():
    post = Example(
        "v-1",
        (
            Piece("Dana", "PERSON", "client"),
            Piece(" and "),
            Piece("Dana", "PERSON", "client"),
            Piece(" and "),
            Piece("dana", "PERSON", "client"),
        ),
        "other",
    )
    seen = set()
    for seed in range(200):
        variants = Variants([post], LISTS, seed)
        names: dict[str, str] = {}
        swapped = [variants._swap(piece, names).text for piece in post.pieces]
        seen.add((swapped[0], swapped[2]))
        assert names.get("dana", "x") in {"marisol", "okereke", "Dana", "dana", "x"}
    assert ("Marisol", "Marisol") in seen


def test_the_same_seed_gives_the_same_variants():
    post = example("my client [[PERSON client: Dana]] lives in [[LOCATION client: Bend]]")
    one, two = (Variants([post], LISTS, 7) for _ in range(2))
    assert [one.of(post) for _ in range(30)] == [two.of(post) for _ in range(30)]
