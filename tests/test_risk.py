"""Risk: what a draft says of a person becomes shares of a region, and what to change first."""

import json
import time

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from safeharbor.cli import main
from safeharbor.draft import Draft
from safeharbor.findings import Finding, Findings
from safeharbor.marked import unmark
from safeharbor.render.exposure import exposure_line
from safeharbor.report import check, risk_dict
from safeharbor.risk.assess import Assessor, assess, implied
from safeharbor.risk.describe import Library, Practice, describe
from safeharbor.risk.wording import STANDING, about, headline, rounded
from safeharbor.rulebook import Rulebook

RULEBOOK = Rulebook.load()
LIBRARY = Library.load(RULEBOOK)
RULE = {
    **{rule.label: rule for rule in RULEBOOK.rules if rule.paragraph != "ii"},
    **{rule.label: rule for rule in RULEBOOK.rules if rule.paragraph == "ii"},
}


def read(marked):
    """Take a text in the corpora's notation as a draft with findings: identifiers are errors, clues and places of others quiet."""
    text, answers = unmark(marked, labelled=True)
    found = []
    for answer in answers:
        rule = RULE[answer.label]
        is_quiet = rule.paragraph == "ii" or answer.about in ("provider", "author") or answer.label == "STATE"
        found.append(Finding(rule, answer.span, "info" if is_quiet else "error", answer.about, "model"))
    return Draft("draft", text), Findings(tuple(found))


def people(marked, **practice):
    draft, findings = read(marked)
    return describe(draft, findings, LIBRARY, Practice(**practice))


def risk(marked, **practice):
    return assess(people(marked, **practice)[0], LIBRARY.regions)


def whats(described):
    return [attribute.what for attribute in described.attributes]


GOOD = (
    "I'm looking for a counselor for a [[AGE client: 45-year old]] [[GENDER client: man]] dealing with [[DIAGNOSIS client: grief]] over "
    "the [[LIFE_EVENT client: death]] of his [[AGE relative: teenage]] [[FAMILY relative: daughter]] while also handling his "
    "[[OCCUPATION client: high-stress job]]. Must have evening openings and be in-network with Providence and near his home in "
    "[[LOCATION client: Sellwood]] or [[LOCATION client: Woodstock]] area."
)


def test_nothing_about_a_person_is_no_risk():
    found = risk("ISO a grief therapist in [[LOCATION provider: Bend]] with evening openings")
    assert found.level == "low"
    assert found.described.attributes == ()
    assert headline(found, show_text=True) == "Nothing about a person was recognized to estimate."


def test_the_example_that_started_the_project():
    found = risk(GOOD)
    assert found.level == "critical"
    assert found.described.population.region.population == pytest.approx(20_000, rel=0.05)
    assert found.headline.unique > 0.9
    assert found.told[0].attribute.what == "the death of a teenage daughter"
    assert found.changes[-1].after.k_low >= 11
    assert headline(found, show_text=True).startswith("Very likely just one person near Sellwood")


@pytest.mark.parametrize(
    ("marked", "others"),
    [
        ("[[AGE client: 45-year-old]] [[GENDER client: man]] in [[STATE client: Oregon]]", 25_000),
        ("[[GENDER client: Woman]] in her [[AGE client: late 30s]], [[LOCATION client: Seattle]]", 16_000),
    ],
)
def test_age_sex_and_place_come_out_as_the_specification_has_them(marked, others):
    assert risk(marked).headline.others == pytest.approx(others, rel=0.2)


def test_a_local_share_from_the_settings_counts_before_the_national_one():
    widow = (
        "[[AGE client: 72yo]] [[FAMILY client: widow]], speaks [[LANGUAGE client: Armenian]]; "
        "[[LOCATION client: Glendale]], [[STATE client: CA]]"
    )
    national = risk(widow)
    ids = [attribute.id for attribute in national.described.attributes if "Armenian" in attribute.what]
    local = risk(widow, shares={"Glendale, CA": dict.fromkeys(ids, 0.33)})
    assert national.level == "critical"
    assert local.headline.k > 20 * national.headline.k
    assert any(told.attribute.source == "your settings" for told in local.told)


def test_a_role_that_is_listed_by_name_is_critical_whatever_the_number():
    found = risk("my client is a [[OCCUPATION client: state legislator]] in [[STATE client: Oregon]]")
    assert found.level == "critical"
    assert found.headline.k > 11


def test_an_identifier_needs_no_arithmetic():
    found = risk("[[PERSON client: Marisol]] needs a therapist in [[STATE client: Oregon]]")
    assert found.level == "critical"
    assert found.described.has_direct


def test_an_identifier_is_said_before_any_number():
    found = risk("[[PERSON client: Marisol]], [[AGE client: 45]], needs a therapist in [[STATE client: California]]")
    assert headline(found, show_text=True).startswith("An identifier in the draft points to one person")


def test_what_is_not_counted_keeps_the_level_from_being_the_lowest():
    found = risk("[[AGE client: 45]], [[UNIQUE_DETAIL client: qzx vwx plugh]], [[STATE client: California]]")
    assert found.level == "moderate"
    assert "not counted" in found.reasons[0]


def test_the_posters_own_place_counts_last():
    described = people("[[AGE client: 45]] in [[LOCATION client: Bend]]\nDr. Vance, [[LOCATION author: Seattle]]")[0]
    assert described.population.region.name == "Bend, OR"


def test_what_happened_to_few_and_is_told_in_the_news_is_a_step_graver():
    found = risk("[[AGE client: 60]], [[LIFE_EVENT client: her son was murdered]], [[STATE client: Wyoming]]")
    assert any("obituaries" in reason for reason in found.reasons)


@pytest.mark.parametrize(
    ("marked", "name", "assumed"),
    [
        ("[[AGE client: 34]], lives in [[LOCATION client: Bend]]", "Bend, OR", False),
        ("[[AGE client: 34]], office in [[LOCATION provider: Bend]]", "near Bend, OR", False),
        ("[[AGE client: 34]], near [[LOCATION client: Bend]]", "near Bend, OR", False),
        ("[[AGE client: 34]], [[STATE client: Oregon]]", "Oregon", False),
        ("[[AGE client: 34]], [[LOCATION client: Xyzzyville]]", "a place that is not in the table", True),
        ("[[AGE client: 34]]", "region not known", True),
    ],
)
def test_the_region_is_the_smallest_that_the_draft_tells(marked, name, assumed):
    described = people(marked)[0]
    assert described.population.region.name == name
    assert described.is_assumed is assumed
    assert bool(described.notes) is assumed


def test_the_settings_region_is_taken_where_no_place_is_named_and_said():
    metro = LIBRARY.regions.find("Portland metro")[0]
    described = people("[[AGE client: 34]]", group=metro)[0]
    assert described.population.region == metro
    assert described.is_assumed
    assert "settings" in described.notes[0]


def test_a_place_narrows_to_the_state_that_the_group_is_in():
    metro = LIBRARY.regions.find("Seattle")[0]
    assert people("[[AGE client: 34]] in [[LOCATION client: Vancouver]]", group=metro)[0].population.region.states[0] == "WA"


def test_contradictory_ages_are_said_and_the_first_counts():
    described = people("My client is [[AGE client: 34]]. She turned [[AGE client: 61]].")[0]
    assert whats(described).count("age 34") == 1
    assert "age 61" not in whats(described)
    assert any("do not fit one person" in note for note in described.notes)


@pytest.mark.parametrize("age", ["0", "140", "999"])
def test_an_impossible_age_is_not_scored(age):
    described = people(f"My client is [[AGE client: {age}]]")[0]
    assert all(not what.startswith("age 1") for what in whats(described))


def test_two_clients_are_described_apart():
    both = people(
        "ISO two therapists.\n1) [[AGE client: 34]]F, panic, [[LOCATION client: Bend]]\n2) [[AGE client: 16]]M, [[LOCATION client: Salem]]"
    )
    assert len(both) == 2
    assert "age 34" in whats(both[0])
    assert "age 16" in whats(both[1])


def test_a_couple_is_one_unit_with_two_of_each():
    described = people("ISO for a couple, he is a [[OCCUPATION client: surgeon]] and she is a [[OCCUPATION client: firefighter]]")
    assert len(described) == 1
    assert {attribute.dimension for attribute in described[0].attributes} >= {"occupation", "occupation of the partner"}


def test_a_relatives_detail_is_somebody_elses():
    described = people("[[AGE client: 24]], her [[FAMILY relative: mother]] is a [[OCCUPATION relative: firefighter]]")[0]
    assert any(attribute.what.startswith("a mother: a firefighter") for attribute in described.attributes)
    assert not any(attribute.dimension == "occupation" for attribute in described.attributes)


def test_an_employer_is_a_smaller_part_of_a_wider_region():
    named = "a [[OCCUPATION client: nurse]] at [[EMPLOYER client: Bayside Family Dental]] in [[LOCATION client: {}]]"
    small, large = (risk(named.format(place)) for place in ("Bend", "Seattle"))
    assert small.headline.k < 300
    assert large.headline.k == pytest.approx(small.headline.k, rel=0.3)


def test_pronouns_tell_the_sex_where_nothing_else_does():
    assert "a woman or girl" in whats(people("My client is [[AGE client: 34]]; she wants evenings.")[0])
    assert "a woman or girl" not in whats(people("[[AGE client: 34]]; she says he left.")[0])


def test_what_no_table_knows_is_listed_and_never_dropped():
    described = people("My client [[UNIQUE_DETAIL client: qzx vwx plugh]] and is [[AGE client: 34]]")[0]
    assert [each.label for each in described.unscored] == ["UNIQUE_DETAIL"]


def test_how_long_ago_counts():
    long, short = (
        risk(f"[[AGE client: 40]], [[LIFE_EVENT client: laid off]] {when}, [[STATE client: Oregon]]") for when in ("last year", "last week")
    )
    assert short.headline.k < long.headline.k


def test_private_details_are_not_what_identifies():
    found = risk("[[AGE client: 34]] with [[DIAGNOSIS client: bulimia]], [[STATE client: Oregon]]")
    assert found.headline.k > 10_000
    assert [told.attribute.tier for told in found.exposed] == ["private"]
    assert found.tiers["everything"].k < found.tiers["acquaintance"].k


def test_clues_become_warnings_where_too_few_fit(detector):
    text = "My client is a 38 year old female firefighter in Bend, Oregon. Her crew mate died in the line of duty."
    quiet = check(Draft("x", text), detector)
    loud = check(Draft("x", text), detector, assessor=Assessor(LIBRARY))
    raised = [finding for finding in loud.loud if finding not in quiet.loud]
    assert raised
    assert all(finding.severity == "warning" and "fits; 11 should." in finding.message for finding in raised)
    assert loud.exit_code("warning") == 1


def test_many_fit_and_clues_stay_quiet(detector):
    report = check(Draft("x", "My client is 45, anxious, somewhere in California."), detector, assessor=Assessor(LIBRARY))
    assert not any(finding.because for finding in report.findings.found)


def test_the_default_machine_form_names_kinds_only():
    told = json.dumps(risk_dict(risk(GOOD), show_text=False))
    for word in ("age 45", "teenage", "daughter", "Sellwood", "stress"):
        assert word not in told
    assert "daughter" in json.dumps(risk_dict(risk(GOOD), show_text=True))


@pytest.mark.parametrize("place", ["Portland metro", "Sellwood", "Bend", "Lane County", "the Twin Cities"])
def test_the_default_machine_form_names_no_place_smaller_than_a_state(place):
    found = risk(f"[[AGE client: 45]], firefighter, lives in [[LOCATION client: {place}]]")
    told = json.dumps(risk_dict(found, show_text=False)) + headline(found, show_text=False) + exposure_line(found, show_text=False)
    for word in ("Portland", "Sellwood", "Bend", "Lane", "Twin"):
        assert word not in told


def test_the_contract_has_its_keys():
    told = risk_dict(risk(GOOD), show_text=False)
    assert {"level", "k", "k_low", "k_high", "region", "details", "tiers", "recognition", "first_change"} <= set(told)
    assert {"start", "end", "label", "what", "bits", "share", "tier", "source", "year"} <= set(told["details"][0])
    assert set(told["tiers"]) == {"public", "acquaintance", "everything"}


def test_no_word_promises_anything():
    for text in (STANDING, exposure_line(risk(GOOD), show_text=True), exposure_line(risk("x"), show_text=True)):
        lowered = text.lower().replace("safe harbor", "")
        assert not any(word in lowered for word in ("anonymous", "compliant", "guarantee", " safe"))
        assert "% chance" not in lowered


@pytest.mark.parametrize(("k", "words"), [(1.02, "Very likely just one person"), (9.7, "About ten people"), (3e7, "Millions of people")])
def test_a_number_is_said_as_roughly_as_it_is_known(k, words):
    assert about(k) == words


@pytest.mark.parametrize(("k", "digits"), [(1.04, "1.0"), (8.7, "9"), (133.2, "130"), (15991, "16,000")])
def test_a_number_has_two_digits_at_most(k, digits):
    assert rounded(k) == digits


def test_an_estimate_takes_milliseconds():
    draft, findings = read(GOOD)
    assessor = Assessor(LIBRARY)
    assessor(draft, findings)
    start = time.perf_counter()
    for _ in range(5):
        assessor(draft, findings)
    assert (time.perf_counter() - start) / 5 < 0.25


@pytest.fixture
def draft(tmp_path):
    def write(text, name="draft.txt"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


BEND = "My client is a 38 year old female firefighter in Bend, Oregon."


def test_the_command_explains_a_draft(draft):
    result = CliRunner().invoke(main, ["risk", draft(BEND), "--show-text", "--details"])
    assert result.exit_code == 0
    assert "firefighter" in result.output
    assert "CPS" in result.output
    assert "Estimate only." in result.output


def test_the_command_names_kinds_only_in_a_log(draft):
    result = CliRunner().invoke(main, ["risk", draft(BEND)])
    assert result.exit_code == 0
    assert "occupation, line 1" in result.output
    assert "firefighter" not in result.output
    assert "Bend" not in result.output


def test_a_thread_adds_up(draft):
    one, two = draft("My client is 38, in Bend, Oregon.", "a.txt"), draft("She is a firefighter there.", "b.txt")
    apart = json.loads(CliRunner().invoke(main, ["risk", one, two, "--format", "json"]).output)
    together = json.loads(CliRunner().invoke(main, ["risk", one, two, "--thread", "--format", "json"]).output)
    assert len(apart) == 2
    assert len(together) == 1
    assert together[0]["risks"][0]["k"] < min(each["risks"][0]["k"] for each in apart if each["risks"])


def test_a_region_that_is_not_known_is_refused(draft):
    result = CliRunner().invoke(main, ["risk", draft(BEND), "--region", "Xyzzyplugh"])
    assert result.exit_code == 2
    assert "'Xyzzyplugh' is not in the table of places" in result.output


def test_a_region_option_counts_where_no_place_is_named(draft):
    small, large = (
        json.loads(CliRunner().invoke(main, ["risk", draft("My client is 38."), "--format", "json", "--region", place]).output)[0]["risks"][
            0
        ]
        for place in ("Bend, OR", "California")
    )
    assert small["k"] < large["k"]
    assert large["region"]["name"] == "California"


def test_a_target_of_twenty_asks_for_more(draft):
    done = CliRunner().invoke(main, ["risk", draft(BEND), "--target", "20", "--show-text"])
    assert "until at least 20 people fit" in done.output


def test_a_share_of_an_unknown_detail_is_refused(draft, tmp_path, monkeypatch):
    (tmp_path / "safeharbor.toml").write_text('[shares."Bend, OR"]\nfire-fighter = 0.1\n')
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["risk", draft(BEND)])
    assert result.exit_code == 2
    assert "there is no detail fire-fighter; did you mean firefighter" in result.output


def test_check_can_leave_the_risk_out(draft):
    told = json.loads(CliRunner().invoke(main, ["check", draft(BEND), "--format", "json", "--no-risk"]).output)
    assert "risk" not in told["reports"][0]


def test_init_asks_and_writes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["init", "--here"], input="Xyzzyplugh\nPortland metro\n\n500\n20\nfreetree\n")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "safeharbor.toml").read_text().splitlines() == [
        'region = "Portland metro"',
        "readers = 500",
        "target = 20",
        'profile = "freetree"',
    ]
    again = CliRunner().invoke(main, ["init", "--here"])
    assert again.exit_code == 2
    assert "--force" in again.output


def county():
    (franklin,) = (region for region in LIBRARY.regions.find("Franklin County", state="OH") if region.states == ("OH",))
    return franklin


def fits(*says):
    return implied(says, county(), Assessor(LIBRARY)).k


def test_a_request_tells_one_thing_of_a_client_with_each_thing_that_it_asks_for():
    assert fits() > 1_000_000
    assert 100_000 < fits("young children") < 500_000  # not the children among people with small children
    assert fits("child loss") > 1_000  # nor the children who lost a child
    assert fits("families") == fits()  # everybody has one
    assert fits("foster care and attachment", "young children") <= fits("foster care and attachment") < 5_000
    assert fits("military families") < fits("families")
    assert fits("families with transgender children") < fits("transgender and nonbinary people")  # two things, in words of their own
    assert fits("farm and ranch families") == fits("farm stress")  # one or the other


@given(
    st.lists(st.sampled_from(["grief and loss", "adolescents", "military families", "OCD", "perinatal loss", "farm stress"]), max_size=4)
)
def test_asking_for_more_never_fits_more_people(says):
    assert fits(*says, "trauma and PTSD") <= fits(*says) * 1.0001
