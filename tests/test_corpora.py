"""Floors on the project's own marked drafts: an improvement never breaks a build, a loss always does."""

import re
from pathlib import Path

import pytest

from safeharbor.detect.engine import Detector
from safeharbor.labels import LETTERS
from safeharbor.marked import read_corpus
from safeharbor.measure import measure, told_by
from safeharbor.report import check

CORPORA = Path(__file__).parent.parent / "corpora"
FLOORS = {
    "drafts": {
        "safe_harbor_recall": 0.975, "safe_harbor_typed": 0.955, "error_precision": 0.965, "clean_posts_passed": 0.94,
        "clue_recall": 0.97, "clue_typed": 0.9, "about_accuracy": 0.985,
    },
    "held-out": {
        "safe_harbor_recall": 0.945, "safe_harbor_typed": 0.925, "error_precision": 0.935, "clean_posts_passed": 0.91,
        "clue_recall": 0.93, "clue_typed": 0.79, "about_accuracy": 0.97,
    },
}  # fmt: skip
"""The drafts are what rules and model learned from: their figures only guard against a loss."""
LETTER_FLOOR = {"drafts": 0.9, "held-out": 0.9}
CEILING_FALSE_ALARMS = 0.09
TALK_FLOOR = 0.7
"""Share of `talk.txt` without a warning: written to provoke false alarms, after the model that ships was trained."""
EVERY = {"drafts": 3, "held-out": 1}
"""Of the drafts one in three is read here, to be done in two minutes."""


@pytest.fixture(scope="module", params=sorted(FLOORS))
def scored(request):
    detector = Detector()
    corpus = [marked for marked in read_corpus(CORPORA / request.param) if not marked.draft.name.startswith("tk-")][:: EVERY[request.param]]
    return request.param, corpus, measure((marked, told_by(check(marked.draft, detector))) for marked in corpus)


def test_totals_stay_above_their_floors(scored):
    name, _, score = scored
    for figure, floor in FLOORS[name].items():
        assert score[figure].share >= floor, f"{figure} {score[figure]}"
    assert score["false_alarm_spans"].share <= CEILING_FALSE_ALARMS


def test_everyday_talk_passes_as_often_as_it_did():
    detector = Detector()
    score = measure((marked, told_by(check(marked.draft, detector))) for marked in read_corpus(CORPORA / "drafts" / "talk.txt"))
    assert score["clean_posts_passed"].share >= TALK_FLOOR, score["clean_posts_passed"]


def test_no_letter_falls_behind(scored):
    name, _, score = scored
    for letter in LETTERS:
        assert score[f"recall:{letter}"].share >= LETTER_FLOOR[name], f"({letter}) {score[f'recall:{letter}']}"


def test_every_letter_has_marked_drafts(scored):
    _, _, score = scored
    assert all(score[f"recall:{letter}"].total >= 8 for letter in LETTERS)


def test_clean_drafts_hold_no_mark_of_the_circle(scored):
    for marked in scored[1]:
        if marked.kind in ("clean", "none"):
            assert not any(answer.letter for answer in marked.answers), marked.draft.name


def test_invented_numbers_are_of_reserved_kinds(scored):
    for marked in scored[1]:
        # Toll-free numbers are real hotlines; exchanges from 0 or 1 are never issued; all others are the 555 of fiction.
        for match in re.finditer(r"(?<!\d)(?!8[0-8]\d)[2-9]\d{2}-([2-9]\d{2})-(\d{4})(?!\d)", marked.draft.text):
            assert match[1] == "555", marked.draft.name
