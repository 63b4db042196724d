"""The tables of the rewrite hold their own proof: each example, each text to pass, each saying."""

import pytest

from safeharbor.errors import RuleError
from safeharbor.marked import unmark
from safeharbor.rewrite.tables import Need, RewriteTables
from safeharbor.rulebook import Rulebook

RULEBOOK = Rulebook.load()
TABLES = RewriteTables.load(RULEBOOK)
ALL = (*TABLES.needs, *TABLES.templates)
EXAMPLES = [
    pytest.param(phrase, text, id=f"{phrase.id} · {at}")
    for table in ALL
    for phrase in table.phrases
    for at, text in enumerate(phrase.examples, 1)
]
PASSES = [pytest.param(table, text, id=f"{table.id} · {at}") for table in ALL for at, text in enumerate(table.passes, 1)]


def book(phrase):
    return TABLES.needs_book if isinstance(phrase, Need) else TABLES.template_book


@pytest.mark.parametrize(("table", "text"), PASSES)
def test_nothing_of_the_table_is_read(table, text):
    ids = {phrase.id for phrase in table.phrases}
    assert [passage.phrase.id for passage in book(table.phrases[0]).read(text) if passage.phrase.id in ids] == []


@pytest.mark.parametrize(("phrase", "text"), EXAMPLES)
def test_an_example_is_read_as_its_phrase(phrase, text):
    bare, answers = unmark(text, labelled=False)
    read = {(passage.phrase.slot, passage.phrase.say, passage.start, passage.end): passage for passage in book(phrase).read(bare)}
    assert answers
    for answer in answers:
        # A surer phrase that says the same may stand for it.
        assert (phrase.slot, phrase.say, answer.span.start, answer.span.end) in read, sorted(read)
        passage = read[phrase.slot, phrase.say, answer.span.start, answer.span.end]
        assert all(name in passage.groups for name in phrase.fields)


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.id)
def test_a_table_has_texts_that_it_passes(table):
    assert len(table.passes) >= 6


def test_every_pattern_compiles():
    TABLES.needs_book.compile()
    TABLES.template_book.compile()


def one(slot="specialty", say="grief", more=""):
    return f"- {{id: one, slot: {slot}, say: {say}, pattern: one, examples: ['[[one]]']{more}}}"


@pytest.mark.parametrize(
    ("folder", "phrases", "reason"),
    [
        ("needs", one("specialities"), "4: Invalid enum value 'specialities'"),
        ("needs", one() + "\n" + one("fee", "x"), "5: the id one stands twice"),
        ("needs", one(more=", covers: [nothing]"), "4: one names nothing, which is no other phrase"),
        ("needs", one(say="'grief {how}'"), "4: one: say names how, which is no group"),
        ("needs", one(say="help for a widow"), "4: one: 'for a' in what is said"),
        ("needs", one("population", "LGBTQ+ clients"), "4: one: 'clients' in what is said"),
        ("needs", one("population", "ages 5 to 9"), "4: one: '5' in what is said"),
        ("needs", one("telehealth", "by video"), "4: one: telehealth says 'by video'; use in person"),
        ("needs", one("fee", "''"), "4: one asks for nothing"),
        ("needs", "- {id: one, slot: fee, say: x, pattern: one}", "4: one needs examples of its pattern"),
        ("template", one(more=", also: [nothing]"), "5: one names nothing, which is no other phrase"),
        ("template", one(more=", narrow: child loss"), "5: one: narrow and narrow_when belong"),
        ("template", one(say="''"), "5: one asks for nothing; say why in risk"),
    ],
)
def test_a_wrong_table_is_refused_with_file_and_line(tmp_path, folder, phrases, reason):
    with pytest.raises(RuleError, match=rf"tried\.yaml:{reason}"):
        tables(tmp_path, folder, phrases)


def test_a_label_that_is_not_known_is_refused(tmp_path):
    with pytest.raises(RuleError, match=r"labels has AGES; use those"):
        tables(tmp_path, "template", one("fee", "x"), labels="[AGES]")


def test_a_group_fills_in_what_is_said(tmp_path):
    made = tables(
        tmp_path, "needs", "- {id: one, slot: fee, say: 'about {amount}', pattern: '(?P<amount>\\$\\d+)', examples: ['max [[$60]]']}"
    )
    (passage,) = made.needs_book.read("can do $60 a week")
    assert passage.phrase.say.format(**passage.groups) == "about $60"


def tables(tmp_path, folder, phrases, labels="[AGE]"):
    (tmp_path / folder).mkdir(exist_ok=True)
    head = "id: tried\ntitle: Tried\n" + (f"labels: {labels}\n" if folder == "template" else "") + "phrases:\n"
    body = "\n".join(f"  {line}" for line in phrases.splitlines())
    (tmp_path / folder / "tried.yaml").write_text(f"{head}{body}\npass: [a, b, c, d, e, f]\n")
    return RewriteTables.load(Rulebook(tmp_path, (), (), (), {}, {}))
