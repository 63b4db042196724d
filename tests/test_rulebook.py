"""Rules are read strictly: what is not known is refused, with file and line."""

import shutil

import pytest
import yaml

from safeharbor.detect.engine import Detector
from safeharbor.errors import RuleError
from safeharbor.labels import CLUE_LETTER, IDENTIFIER_LETTER, LETTERS
from safeharbor.rulebook import Rulebook, schema, shelf
from safeharbor.words import WordList

GOOD = """\
id: r-badge
paragraph: R
label: OTHER_ID
title: A badge number
severity: error
find:
  - pattern: 'badge (?P<hit>\\d{4})'
replace: '[badge]'
instead: Leave it out.
why: It is one of a kind.
source: https://www.ecfr.gov/current/title-45/section-164.514
examples:
  flag: ['badge [[1234]]']
  pass: ['badge of honor']
"""


@pytest.fixture
def folder(tmp_path):
    for name in ("identifiers", "about", "exclusions", "words"):
        (tmp_path / name).mkdir()
    (tmp_path / "fragments.yaml").write_text("CLIENT_DESCRIBED: client\nLOOP: '{{LOOP}}'\n")
    (tmp_path / "words" / "english.txt").write_text("the\n")
    return tmp_path


def put(folder, text, name="r-badge"):
    (folder / "identifiers" / f"{name}.yaml").write_text(text)


def test_a_good_rule_is_read_and_found(folder):
    put(folder, GOOD)
    assert [rule.id for rule in Rulebook.load(folder).rules] == ["r-badge"]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("severity: error", "severity: blok", 5, "blok"),
        ("severity: error", "sevrity: error", 1, "sevrity"),
        ("title: A badge number", "title: A badge number\ntitle: Twice", 5, "stands twice"),
        ("label: OTHER_ID", "label: BADGE", 1, "BADGE"),
        ("paragraph: R", "paragraph: Q", 1, "does not begin with its paragraph"),
        ("  - pattern: 'badge (?P<hit>\\d{4})'", "  - case: any", 7, "exactly one of"),
        ("  - pattern:", "  - words: badges\n    pattern:", 7, "exactly one of"),
        ("  pass: ['badge of honor']", "  pass: []", 1, "must pass"),
        ("find:", "find: [", 7, ""),
        ("title: A badge", "title: A\x07 badge", 1, "does not allow"),
    ],
)
def test_a_mistake_is_refused_with_file_and_line(folder, old, new, line, reason):
    put(folder, GOOD.replace(old, new))
    with pytest.raises(RuleError) as error:
        Rulebook.load(folder)
    assert f"r-badge.yaml:{line}" in str(error.value)
    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ("    check: lun\n", "lun"),
        ("    needs: ['(']\n", "does not compile"),
        ("    unless: ['{{NOPE}}']\n", "NOPE"),
        ("    unless: ['{{LOOP}}']\n", "defined by itself"),
        ("    needs: ['{{words:nope}}']\n", "nope"),
    ],
)
def test_a_check_pattern_fragment_or_list_that_is_not_known_is_refused_when_compiled(folder, extra, reason):
    put(folder, GOOD.replace("replace:", f"{extra}replace:", 1))
    with pytest.raises(RuleError) as error:
        Detector(Rulebook.load(folder)).compile()
    assert reason in str(error.value)


def test_a_file_named_otherwise_than_its_rule_is_refused(folder):
    put(folder, GOOD, name="r-other")
    with pytest.raises(RuleError, match="not the file's name"):
        Rulebook.load(folder)


def test_scalars_stay_text_until_they_are_typed(folder):
    put(folder, GOOD.replace("'[badge]'", "0123").replace("It is one of a kind.", "no"))
    rule = Rulebook.load(folder)["r-badge"]
    assert (rule.replace, rule.why) == ("0123", "no")


def test_an_unknown_id_is_refused(rulebook):
    for choose in (rulebook.only, rulebook.without):
        with pytest.raises(RuleError, match="no rule z-nothing"):
            choose("z-nothing")


def test_every_letter_has_a_rule(rulebook):
    assert {rule.paragraph for rule in rulebook.rules} >= set(LETTERS)


def test_each_rule_stands_under_the_letter_of_its_label(rulebook):
    letters = {**IDENTIFIER_LETTER, **CLUE_LETTER}
    for rule in rulebook.rules:
        if rule.paragraph != "ii" and rule.label in letters:
            assert letters[rule.label] == rule.paragraph, rule.id


def test_names_state_the_offence(rulebook):
    for rule in rulebook.rules:
        assert not {"avoid", "no", "use", "prefer"} & set(rule.id.split("-")), rule.id


def test_every_rule_shows_several_examples_of_both_kinds(rulebook):
    for rule in rulebook.rules:
        assert len(rule.examples.flag) >= 3, rule.id
        assert len(rule.examples.passes) >= 3, rule.id


def test_every_label_that_a_rule_finds_has_an_attribution(rulebook):
    told = [label for attribution in rulebook.attributions for label in attribution.labels]
    assert len(told) == len(set(told))
    by_model = {rule.label for rule in rulebook.rules if rule.paragraph == "ii" and all(find.model for find in rule.find)}
    assert {rule.label for rule in rulebook.rules if rule.label != "STATE"} <= set(told) | by_model


def test_every_word_list_says_where_it_comes_from(rulebook):
    for path in sorted((rulebook.folder / "words").glob("*.txt")):
        head = path.read_text(encoding="utf-8").split("\n")[:12]
        header = "\n".join(line for line in head if line.startswith("#")).lower()
        for word in ("source", "licen"):
            assert word in header, path.name
        assert WordList.read(path).entries


def test_the_schema_for_editors_knows_every_key(rulebook):
    keys = set(schema()["$defs"]["Rule"]["properties"])
    for path in (rulebook.folder / "identifiers").glob("*.yaml"):
        assert set(yaml.safe_load(path.read_text())) <= keys


def test_rules_are_found_beside_the_package():
    assert (shelf() / "identifiers").is_dir()


def test_a_missing_folder_of_rules_is_an_error(monkeypatch, tmp_path):
    import safeharbor.rulebook

    fake = tmp_path / "site" / "safeharbor" / "rulebook.py"
    fake.parent.mkdir(parents=True)
    shutil.copy(safeharbor.rulebook.__file__, fake)
    monkeypatch.setattr(safeharbor.rulebook, "__file__", str(fake))
    with pytest.raises(RuleError, match="reinstall"):
        shelf()
