"""Overlapping findings settle into one answer a character, and nothing is uncovered by it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeharbor.draft import Span
from safeharbor.findings import Finding, settle
from safeharbor.labels import SCORE
from safeharbor.rulebook import Examples, Find, Rule


def rule(rule_id="a-name", label="PERSON"):
    return Rule(
        id=rule_id,
        paragraph=rule_id[0].upper(),
        label=label,
        title="t",
        severity="error",
        find=(Find(pattern="x"),),
        replace="[x]",
        instead="i",
        why="w",
        source="s",
        examples=Examples(flag=("[[x]]",), passes=("y",)),
    )


def finding(start, end, certainty="pattern", label="PERSON", rule_id="a-name", severity="error"):
    return Finding(rule(rule_id, label), Span(start, end), severity, "client", certainty)


def spans(findings):
    return [(f.span.start, f.span.end, f.rule.label) for f in findings]


def test_a_checksum_beats_a_longer_pattern_inside_it():
    settled = settle([finding(0, 16, "checksum", "ACCOUNT", "j-card"), finding(4, 16, "pattern", "PHONE", "d-phone")], "4" * 16)
    assert spans(settled) == [(0, 16, "ACCOUNT")]


def test_what_a_winner_leaves_uncovered_stays_found():
    settled = settle([finding(0, 8, "labelled", "PERSON"), finding(4, 14, "pattern", "LOCATION", "b-place")], "John Lincoln City")
    assert spans(settled) == [(0, 8, "PERSON"), (8, 14, "LOCATION")]


def test_a_remainder_of_mere_punctuation_is_dropped():
    settled = settle([finding(0, 4, "labelled", "DATE", "c-day"), finding(0, 5, "pattern", "LOCATION", "b-place")], "1990, x")
    assert spans(settled) == [(0, 4, "DATE")]


def test_adjacent_findings_stay_two():
    settled = settle([finding(0, 3, label="EMAIL", rule_id="f-mail"), finding(4, 7, label="EMAIL", rule_id="f-mail")], "a@b c@d")
    assert len(settled) == 2


findings_strategy = st.lists(
    st.builds(
        lambda start, length, certainty, label: finding(start, start + length, certainty, *label),
        st.integers(0, 40),
        st.integers(1, 12),
        st.sampled_from(sorted(SCORE)),
        st.sampled_from([("PERSON", "a-name"), ("LOCATION", "b-place"), ("DATE", "c-day")]),
    )
)


@given(findings_strategy)
def test_settling_uncovers_no_character_and_leaves_no_overlap(found):
    text = "x" * 60
    settled = settle(found, text)
    before = {at for f in found for at in range(f.span.start, f.span.end)}
    after = [at for f in settled for at in range(f.span.start, f.span.end)]
    assert sorted(after) == sorted(before)


@given(findings_strategy, st.randoms())
def test_the_order_in_which_rules_ran_does_not_matter(found, random):
    text = "x" * 60
    shuffled = found[:]
    random.shuffle(shuffled)
    assert [(f.span, f.rule.label) for f in settle(found, text)] == [(f.span, f.rule.label) for f in settle(shuffled, text)]


def test_a_finding_does_not_hold_text():
    assert "text" not in {name for f in [finding(0, 3)] for name in f.__slots__}


@pytest.mark.parametrize(("stronger", "weaker"), list(pairwise(["checksum", "named", "labelled", "pattern", "model", "listed", "weak"])))
def test_what_a_finding_rests_on_decides(stronger, weaker):
    one, two = finding(2, 6, stronger, "PERSON"), finding(0, 9, weaker, "LOCATION", "b-place")
    assert [f.rule.label for f in settle([two, one], "x" * 9) if f.span.touches(Span(2, 6))] == ["PERSON"]


def test_a_clue_that_the_model_read_hides_no_warning_that_rests_on_a_list():
    clue = Finding(rule("r-age", "AGE"), Span(0, 4), "info", "client", "model", 0.99)
    assert [f.severity for f in settle([clue, finding(0, 4, "listed")], "x" * 4)] == ["error"]


def test_the_model_tells_its_own_confidence():
    told = Finding(rule(), Span(0, 4), "error", "client", "model", 0.62)
    assert told.confidence == 0.62
    assert finding(0, 4, "labelled").confidence == SCORE["labelled"]
