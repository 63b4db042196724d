"""Redacted text has a placeholder for each finding, and nothing of what was found."""

from hypothesis import given
from hypothesis import strategies as st

from safeharbor.draft import Draft
from safeharbor.findings import Findings, settle
from safeharbor.redact import redact
from tests.test_findings import finding, findings_strategy


def test_every_one_of_adjacent_findings_is_replaced():
    draft = Draft("x", "aa@b.co bb@b.co,cc@b.co")
    found = [finding(0, 7), finding(8, 15), finding(16, 23)]
    assert redact(draft, Findings(tuple(found))) == "[x] [x],[x]"


def test_what_may_stay_stays():
    assert redact(Draft("x", "mine"), Findings((finding(0, 4, severity="info"),))) == "mine"


@given(findings_strategy, st.text(min_size=60, max_size=60, alphabet="abcdefghij"))
def test_no_character_of_a_finding_survives(found, text):
    settled = settle(found, text)
    kept = "".join(char for at, char in enumerate(text) if not any(f.span.start <= at < f.span.end for f in settled))
    assert redact(Draft("x", text), Findings(settled)).replace("[x]", "") == kept
