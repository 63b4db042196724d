"""The risk tables hold their own proof: each example, each text to pass, each ladder."""

import pytest

from safeharbor.errors import RuleError
from safeharbor.marked import unmark
from safeharbor.risk.estimate import Population, marginal
from safeharbor.risk.figures import PEOPLE, Figures
from safeharbor.risk.tables import DECADE, MONTHS, NUMBER, Tables, Window, age_attribute, ages_told, number
from safeharbor.rulebook import Rulebook

RULEBOOK = Rulebook.load()
TABLES = Tables.load(RULEBOOK)
UNSAID = Window(5, "")
DETAILS = [detail for table in TABLES.tables for detail in table.details]
EXAMPLES = [pytest.param(detail, text, id=f"{detail.id} · {at}") for detail in DETAILS for at, text in enumerate(detail.examples, 1)]
PASSES = [pytest.param(table, text, id=f"{table.id} · {at}") for table in TABLES.tables for at, text in enumerate(table.passes, 1)]


@pytest.mark.parametrize(("table", "text"), PASSES)
def test_nothing_of_the_table_is_read(table, text):
    read = [passage.phrase.id for passage in TABLES.book.read(text) if TABLES.table_of(passage.phrase) is table]
    assert read == []


@pytest.mark.parametrize(("detail", "text"), EXAMPLES)
def test_an_example_is_read_as_its_detail(detail, text):
    bare, answers = unmark(text, labelled=False)
    read = {(passage.phrase.id, passage.start, passage.end) for passage in TABLES.book.read(bare)}
    for answer in answers:
        assert (detail.id, answer.span.start, answer.span.end) in read, sorted(read)


@pytest.mark.parametrize("table", TABLES.tables, ids=lambda table: table.id)
def test_a_table_has_texts_that_it_passes(table):
    assert len(table.passes) >= 6


@pytest.mark.parametrize(
    "detail", [detail for detail in DETAILS if detail.ages not in (NUMBER, DECADE, MONTHS)], ids=lambda detail: detail.id
)
def test_a_rung_up_is_never_rarer(detail, everybody):
    rung = TABLES.attribute(detail, {}, UNSAID)
    while rung is not None and rung.wider is not None:
        assert marginal(rung, everybody) <= marginal(rung.wider, everybody) * (1 + 1e-9)
        rung = rung.wider


@pytest.fixture(scope="module")
def everybody():
    from safeharbor.risk.regions import FALLBACK

    return Population(FALLBACK, Figures.load(RULEBOOK.folder).by_cell(PEOPLE))


def test_every_pattern_compiles():
    TABLES.book.compile()


@pytest.mark.parametrize(
    ("words", "ages"),
    [
        ("45", (45, 45)),
        ("thirty-four", (34, 34)),
        ("sixteen", (16, 16)),
        ("103", (100, 100)),
        ("140", None),
        ("0", (0, 0)),
        ("forty", (40, 40)),
    ],
)
def test_ages_are_read_in_digits_and_words(words, ages):
    assert ages_told(NUMBER, {"age": words}) == ages


@pytest.mark.parametrize(
    ("groups", "ages"),
    [
        ({"decade": "40"}, (40, 49)),
        ({"decade": "forties", "part": "mid"}, (44, 46)),
        ({"decade": "twenties", "part": "Late"}, (27, 29)),
        ({"decade": "nonsense"}, None),
    ],
)
def test_decades_are_read_with_their_part(groups, ages):
    assert ages_told(DECADE, groups) == ages


@pytest.mark.parametrize("words", ["", "forty twelve", "five six", "elf", "12345"])
def test_what_is_no_number_is_none(words):
    assert number(words) is None


def test_the_ladder_of_an_age():
    names = []
    rung = age_attribute((45, 45))
    while rung is not None:
        names.append(rung.what)
        rung = rung.wider
    assert names == ["age 45", "mid 40s", "40s", "an adult"]


def test_a_ladder_that_leads_in_a_circle_is_refused(tmp_path):
    with pytest.raises(RuleError, match=r"ladder of one leads to one|leads to two"):
        _tables(tmp_path, "- {id: one, what: one, ages: 1-2, wider: two}\n- {id: two, what: two, ages: 1-2, wider: one}")


def test_an_unknown_figure_is_refused_with_file_and_line(tmp_path):
    with pytest.raises(RuleError, match=r"tried\.yaml:7: one names the figure no/such"):
        _tables(tmp_path, "- {id: one, what: one, figure: no/such}")


def test_a_share_without_source_is_refused(tmp_path):
    with pytest.raises(RuleError, match="a share needs source and year"):
        _tables(tmp_path, "- {id: one, what: one, share: '0.1', low: '0.01', high: '0.2'}")


def _tables(tmp_path, details):
    (tmp_path / "risk").mkdir()
    (tmp_path / "risk" / "figures.tsv").write_bytes((RULEBOOK.folder / "risk" / "figures.tsv").read_bytes())
    head = "id: tried\ntitle: Tried\nlabels: [AGE]\ndimension: tried\ntier: public\ndetails:\n"
    body = "\n".join(f"  {line}" for line in details.splitlines())
    (tmp_path / "risk" / "tried.yaml").write_text(f"{head}{body}\npass: [a, b, c, d, e, f]\n")
    return Tables.load(Rulebook(tmp_path, (), (), (), {}, {}))


def test_the_longest_reading_of_a_dimension_counts():
    read = [passage.phrase.id for passage in TABLES.book.read("my client is a retired firefighter") if "fire" in passage.phrase.id]
    assert len(read) == 1
