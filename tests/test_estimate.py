"""The estimate: the specification's worked posts, its known anchors, and what holds for any details."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeharbor.risk.estimate import TIERS, Attribute, Estimate, Population, estimate, leaving_out, marginal, widening
from safeharbor.risk.figures import CELLS, PEOPLE, Figures
from safeharbor.risk.regions import FALLBACK, Region
from safeharbor.risk.tables import age_attribute
from safeharbor.rulebook import shelf

WEIGHTS = Figures.load(shelf()).by_cell(PEOPLE)
WEIGHTS = tuple(weight / sum(WEIGHTS) for weight in WEIGHTS)


def people(number, spread=1.0):
    region = Region("somewhere", "city", (), number, round(number / spread), round(number * spread), "test")
    return Population(region, WEIGHTS)


def detail(name, share, tier="social", **more):
    return Attribute(name, name, name, tier, (share,) * len(CELLS), **more)


GOLDEN = {
    # post: people, {bits as (public, social, private)}, others expected by tier of readers
    "1 grieving father near Sellwood": (20_000, [7.4], [11.9], [1.7, 3.3], 118, 0.0319, 0.000956),
    "1b the same, the metro": (2_510_000, [7.4], [11.9], [1.7, 3.3], 14_800, 4.0, 0.12),
    "2 firefighter in Bend": (104_000, [7.2, 12.4, 5.6], [], [2.3], 0.00255, 0.00255, 0.000509),
    "3 nonbinary teen in Beaverton": (97_000, [6.3], [4.8], [2.9, 2.4, 1.4], 1240, 43.5, 0.398),
    "4 woman in Seattle": (780_000, [5.6], [], [2.1, 2.3], 16_000, 16_000, 736),
    "5 physicians at OHSU": (2_510_000, [12.4, 1.5, 3.6], [2.3], [2.9], 12.9, 2.59, 0.336),
    "6 legislator": (90, [1.3, 2.0], [], [3.3], 9.45, 9.45, 0.945),
    "7 Armenian widow in Glendale": (196_000, [7.6, 1.6], [2.5, 3.6], [], 330, 4.75, 4.75),
    "7b the same with the national share": (196_000, [7.6, 10.4], [2.5, 3.6], [], 0.76, 0.0109, 0.0109),
    "8 trans woman in Boise": (236_000, [6.2, 5.6], [7.0], [6.6], 64.7, 0.517, 0.00517),
    "9 retired airman": (490_000, [4.1], [1.3, 3.3], [2.7, 0.3], 27_900, 1170, 141),
    "10 anchor's daughter": (40, [4.8], [], [5.6], 1.4, 1.4, 0.028),
    "11 mother of triplets": (1.16, [0.0], [], [2.3], 1.16, 1.16, 0.232),
    "12 the rewrite": (2_510_000, [1.4], [3.3], [0.9], 966_000, 96_600, 53_100),
    "13 a man of 45 in Oregon": (4_240_000, [7.4], [], [], 25_000, 25_000, 25_000),
}


@pytest.mark.parametrize("post", GOLDEN)
def test_a_worked_post_comes_out_within_a_fifth(post):
    number, public, social, private, *expected = GOLDEN[post]
    bits = [*((each, "public") for each in public), *((each, "social") for each in social), *((each, "private") for each in private)]
    attributes = [detail(f"detail {at}", 2**-each, tier) for at, (each, tier) in enumerate(bits)]
    population = Population(Region("somewhere", "city", (), number, number, number, "test"), WEIGHTS)
    for tier, others in zip(TIERS, expected, strict=True):
        assert estimate(population, attributes, tier).others == pytest.approx(others, rel=0.2)


@pytest.mark.parametrize(("number", "unique"), [(9_330, 0.849), (25_000, 0.645)])
def test_a_birth_date_with_sex_and_zip_is_as_unique_as_was_measured(number, unique):
    # Sweeney 2000 (87 %), Golle 2006 (63 %) and Cook's simulation (84 to 86 %), for 78 years of birth.
    certain = Estimate(number / (78 * 365 * 2), 0.0)
    assert certain.unique == pytest.approx(unique, abs=0.002)


def test_the_chance_of_taking_the_right_one():
    assert Estimate(0.0, 0.0).risk == pytest.approx(1.0)
    assert Estimate(10.0, 0.0).risk == pytest.approx(0.1, abs=0.001)
    assert Estimate(10.0, 0.5).risk > Estimate(10.0, 0.0).risk


def test_fewer_than_eleven():
    assert Estimate(0.0, 0.0).below(11) == pytest.approx(1.0)
    assert Estimate(1000.0, 0.1).below(11) == pytest.approx(0.0, abs=1e-6)
    assert Estimate(10.0, 0.0).below(1) == 0.0


def test_age_and_sex_are_exact():
    man = Attribute("man", "man", "sex", "public", tuple(float(cell.sex == "m") for cell in CELLS))
    found = estimate(people(4_240_000), [man, age_attribute((45, 45))])
    assert found.others == pytest.approx(25_000, rel=0.02)


def test_details_that_say_the_same_count_once():
    both = [detail("ptsd", 0.04), detail("trauma", 0.2, overlaps={"ptsd": 0.5})]
    assert estimate(people(100_000), both).others == pytest.approx(100_000 * 0.04 * 0.2**0.5)


ATTRIBUTES = st.lists(
    st.builds(
        lambda at, share, tier, sd, first, overlap: Attribute(
            f"d{at}",
            f"d{at}",
            f"dimension {at % 5}",
            tier,
            tuple(share if cell.age >= first else share / 3 for cell in CELLS),
            sd,
            overlaps={f"dimension {(at + 1) % 5}": overlap} if overlap else {},
            wider=Attribute(f"w{at}", "w", f"dimension {at % 5}", tier, (min(1.0, share * 3),) * len(CELLS), sd),
        ),
        st.integers(0, 30),
        st.floats(1e-5, 1.0),
        st.sampled_from(["public", "social", "private"]),
        st.floats(0, 1.5),
        st.integers(0, 60),
        st.sampled_from([0.0, 0.2, 0.5]),
    ),
    max_size=9,
    unique_by=lambda attribute: attribute.id,
)
POPULATION = people(1_000_000, spread=1.5)


@settings(max_examples=150, deadline=None)
@given(ATTRIBUTES, st.sampled_from(list(TIERS)))
def test_an_added_detail_never_raises_k(attributes, tier):
    whole = estimate(POPULATION, attributes, tier).k
    for each in attributes:
        assert whole <= estimate(POPULATION, leaving_out(attributes, each), tier).k * (1 + 1e-9)


@settings(max_examples=150, deadline=None)
@given(ATTRIBUTES, st.sampled_from(list(TIERS)))
def test_a_coarser_rung_never_lowers_k(attributes, tier):
    whole = estimate(POPULATION, attributes, tier).k
    for each in attributes:
        assert whole <= estimate(POPULATION, widening(attributes, each), tier).k * (1 + 1e-9)


@settings(max_examples=80, deadline=None)
@given(ATTRIBUTES, st.randoms())
def test_order_does_not_matter(attributes, chance):
    shuffled = list(attributes)
    chance.shuffle(shuffled)
    assert estimate(POPULATION, shuffled).k == pytest.approx(estimate(POPULATION, attributes).k)


@settings(max_examples=80, deadline=None)
@given(ATTRIBUTES, st.sampled_from(list(TIERS)))
def test_k_is_at_least_one_and_inside_its_range(attributes, tier):
    found = estimate(POPULATION, attributes, tier)
    assert 1 <= found.k_low <= found.k <= found.k_high
    assert 0 <= found.risk <= 1 + 1e-9
    assert 0 <= found.unique <= 1 + 1e-9


def test_leaving_everything_out_gives_the_region():
    assert estimate(POPULATION, []).others == pytest.approx(1_000_000)


def test_readers_who_know_less_see_more_people():
    details = [detail("a", 0.1, "public"), detail("b", 0.1, "social"), detail("c", 0.1, "private")]
    assert [round(estimate(POPULATION, details, tier).others) for tier in TIERS] == [100_000, 10_000, 1_000]


def test_shares_outside_0_to_1_are_refused():
    with pytest.raises(ValueError, match="not one from 0 to 1"):
        detail("a", 1.2)
    with pytest.raises(ValueError, match="not one from 0 to 1"):
        Attribute("a", "a", "a", "public", (0.5,))


def test_a_marginal_is_a_share_of_the_people():
    assert marginal(age_attribute((45, 45)), POPULATION) == pytest.approx(0.0119, rel=0.02)
    assert math.isclose(sum(WEIGHTS), 1)
    assert FALLBACK.population == 250_000
