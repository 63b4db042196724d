"""Profiles: each loads, bans what it says and nothing that it writes itself, and one that is wrong is refused."""

import pytest

from safeharbor.draft import Draft
from safeharbor.errors import RuleError, SettingsError
from safeharbor.rewrite.profiles import load_profile, profile_names, profile_schema

NAMES = ("aca-connect", "freetree", "good-2018", "nccbt", "strict-safe-harbor", "zero-mention")


def banned(house, text):
    draft = Draft("x", text)
    return [draft[span] for span, _ in house.banned(draft)]


def test_the_profiles_that_ship(rulebook):
    assert profile_names(rulebook) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_says_where_it_is_from_and_what_was_not_retrieved(rulebook, name):
    profile = load_profile(name, rulebook).profile
    assert profile.source
    assert profile.retrieved
    assert profile.not_retrieved


def test_freetree_declines_a_client_and_whom_it_is_for(rulebook):
    house = load_profile("freetree", rulebook)
    assert banned(house, "Looking for a therapist for my client, who can do $90 a session.") == ["for my", "client", "$90 a session"]
    assert banned(house, "I'm looking for a counselor in San Francisco, accepting new clients, for a while if need be.") == []


def test_zero_mention_declines_any_mention(rulebook):
    house = load_profile("zero-mention", rulebook)
    assert banned(house, "I have someone who needs help") == ["I have someone"]
    assert banned(house, "Are there any relationship therapists in Leeds?") == []


def test_a_hit_is_told_in_the_text_as_given(rulebook):
    house = load_profile("aca-connect", rulebook)
    assert banned(house, "ISO\u200b help: my cli\u200bent is ill") == ["cli\u200bent"]


def test_a_profile_that_does_not_exist_is_refused(rulebook):
    with pytest.raises(SettingsError, match="there is no profile nowhere; use aca-connect, freetree"):
        load_profile("nowhere", rulebook)
    with pytest.raises(SettingsError, match="there is no profile"):
        load_profile("/no/such/house.yaml", rulebook)


HEAD = "id: house\ntitle: t\nsource: s\nretrieved: r\nnot_retrieved: n\n"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("slots: [fee]\nrequired: [place]", "it contradicts itself: place is required and is not among its slots"),
        ("slots: [fee]\nrequired: [fee]\nfee: drop", "it contradicts itself: fee is required and is dropped"),
        ("slots: [fees]", r"slots names 'fees'; use accessibility"),
        ("slots: [fee]\nsubject: '{place}'", "subject needs {type}"),
        ("slots: [fee]\nsubject: '{type} {what}'", "subject holds {what}"),
        ("slots: [fee]\nclosing: 'Call {who}'", "closing holds {who}"),
        ("slots: [fee]\nplace: near", r"house\.yaml:7: Invalid enum value 'near'"),
        (
            "slots: [fee]\nhead: therapist\nbanned:\n  - {pattern: therapist, what: w, why: y}",
            r"yaml:9: it contradicts itself: its head holds",
        ),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused(rulebook, tmp_path, body, reason):
    (tmp_path / "house.yaml").write_text(HEAD + body)
    with pytest.raises(RuleError, match=reason):
        load_profile(str(tmp_path / "house.yaml"), rulebook)


def test_a_house_profile_is_read_from_its_file(rulebook, tmp_path):
    (tmp_path / "house.yaml").write_text(HEAD + "slots: [fee, place]\nplace: state")
    (tmp_path / "other.yaml").write_text("not a profile")
    profile = load_profile(str(tmp_path / "house.yaml"), rulebook).profile
    assert profile.place == "state"
    assert profile.allows("fee")
    assert not profile.allows("specialty")


def test_the_schema_names_the_parts():
    assert "banned" in str(profile_schema())
