"""Figures: counted by hand on drafts small enough to count."""

import pytest

from safeharbor.draft import Draft, Span
from safeharbor.marked import MarkedDraft, unmark
from safeharbor.measure import Told, as_figures, f1, lowered, measure, told_in
from safeharbor.render.figures import score_lines


def marked(text, name="v-1", kind="overshare"):
    bare, answers = unmark(text, labelled=True)
    return MarkedDraft(Draft(name, bare), kind, answers)


def told(draft, words, label, *, about="client", letter=None, severity="error"):
    at = draft.draft.text.index(words)
    return Told(Span(at, at + len(words)), label, about, letter, severity != "info", severity == "error", f"x-{label.lower()}")


POST = marked(
    "[[PERSON client: Marisol]] is [[AGE client: 34]], her [[FAMILY relative: mom]] called. "
    "Marisol is in [[LOCATION client: Bend]]. [[PERSON author: Dana]]"
)


def test_counts_are_what_a_person_would_count():
    score = measure(
        [
            (
                POST,
                [
                    told(POST, "Marisol", "PERSON", letter="A"),
                    told(POST, "34", "DIAGNOSIS", severity="info", letter="ii"),
                    told(POST, "called", "LIFE_EVENT", severity="info", letter="ii"),
                    told(POST, "Dana", "PERSON", letter="A"),
                ],
            )
        ]
    )
    shares = {figure: (count.hits, count.total) for figure, count in score.totals.items()}
    assert shares["safe_harbor_recall"] == (1, 2)
    assert shares["clue_recall"] == (1, 2)
    assert shares["clue_typed"] == (0, 2)
    assert shares["clue_precision"] == (1, 2)
    assert shares["error_precision"] == (1, 2)
    assert shares["false_alarm_spans"] == (1, 1)
    assert shares["people_protected"] == (1, 1)
    assert shares["about_accuracy"] == (2, 3)
    kinds = [slip.kind for slip in score.slips]
    assert kinds == ["clue mistyped as x-diagnosis", "clue missed", "missed", "false error"]


def test_by_label_overlap_and_exact_spans_are_told_apart():
    draft = marked("her [[LOCATION client: Lake Bend]] home")
    row = measure([(draft, [told(draft, "Bend", "LOCATION", letter="B")])]).labels()["LOCATION"]
    assert {figure: count.share for figure, count in row.items()} == {
        "recall": 1.0,
        "precision": 1.0,
        "exact_recall": 0.0,
        "exact_precision": 0.0,
    }


def test_a_person_is_protected_only_when_every_mention_is():
    draft = marked("[[PERSON client #1: Mari]] and [[PERSON client #1: Marisol]] and [[PERSON relative: Tomas]]")
    score = measure([(draft, [told(draft, "Marisol", "PERSON", letter="A"), told(draft, "Tomas", "PERSON", letter="A")])])
    assert str(score["people_protected"]) == "0.500 (1/2)"


def test_an_optional_mark_is_neither_missed_nor_false():
    draft = marked("near [[LOCATION? client: Bend]]")
    assert measure([(draft, [])])["safe_harbor_recall"].total == 0
    assert measure([(draft, [told(draft, "near", "PERSON", severity="info", letter="A")])]).labels()["PERSON"]["precision"].hits == 0
    assert "LOCATION" not in measure([(draft, [told(draft, "Bend", "PERSON", severity="info", letter="A")])]).labels()


def test_in_snippets_clues_are_not_held_against_a_reader():
    draft = marked("her [[PHONE client: 503-555-0142]], 34F", kind="snippet")
    labels = measure(
        [(draft, [told(draft, "34", "AGE", severity="info", letter="ii"), told(draft, "503-555-0142", "PHONE", letter="D")])]
    ).labels()
    assert list(labels) == ["PHONE"]


def test_intervals_hold_the_share_and_are_the_same_each_time():
    drafts = [marked(f"[[PERSON client: Ana]] and [[AGE client: {n}]]", name=f"v-{n}") for n in range(20, 50)]
    pairs = [(draft, [told(draft, "Ana", "PERSON", letter="A")] if at % 3 else []) for at, draft in enumerate(drafts)]
    score = measure(pairs)
    low, high = score.interval("safe_harbor_recall")
    assert 0 < low < score["safe_harbor_recall"].share < high < 1
    assert (low, high) == measure(pairs).interval("safe_harbor_recall")
    assert score.interval("recall:Q") is None


@pytest.mark.parametrize(("recall", "precision", "value"), [(1.0, 0.5, 2 / 3), (0.0, 0.0, 0.0), (None, 1.0, None), (1.0, None, None)])
def test_f1(recall, precision, value):
    assert f1(recall, precision) == (None if value is None else pytest.approx(value))


def test_a_second_reading_that_agrees_scores_one():
    score = measure([(POST, told_in(POST))])
    assert all(count.share == 1.0 for figure, count in score.totals.items() if count.total and figure != "false_alarm_spans")
    assert score["false_alarm_spans"].share == 0.0


def test_a_lowered_copy_keeps_every_mark_in_its_place():
    draft = lowered(marked("İzmir and [[LOCATION client: Bend]]"))
    assert [draft.draft[answer.span] for answer in draft.answers] == ["bend"]


def test_figures_are_printed_for_one_reader_and_side_by_side():
    score = measure([(POST, told_in(POST))])
    one = "\n".join(score_lines({"both": score}))
    assert "safe_harbor_recall: 1.000 (2/2) [1.000, 1.000]" in one
    two = "\n".join(score_lines({"both": score, "rules only": measure([(POST, [])])}))
    assert "rules only" in two
    assert "0.000 (0/2)" in two
    assert as_figures(score)["labels"]["AGE"]["exact_f1"] == 1.0
