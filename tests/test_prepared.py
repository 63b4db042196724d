"""Prepared patterns are the same as those that are worked out, and nothing depends on their being there."""

import shutil

import msgspec
import pytest
import regex

from safeharbor.build import prepared
from safeharbor.build.prepared import sources, write
from safeharbor.detect.engine import Detector
from safeharbor.detect.patterns import Pattern
from safeharbor.detect.phrases import PhraseBook
from safeharbor.detect.required import Sought
from safeharbor.draft import Draft
from safeharbor.errors import RuleError
from safeharbor.rewrite.profiles import load_profile
from safeharbor.rewrite.tables import RewriteTables
from safeharbor.risk.tables import Tables
from safeharbor.rulebook import PREPARED, Rulebook, pattern_key


@pytest.fixture
def few(rulebook, tmp_path):
    """Make a folder with all that a rulebook is made of, and few rules."""
    folder = tmp_path / "rules"
    for part in ("identifiers", "clues", "exclusions", "about"):
        (folder / part).mkdir(parents=True)
    for file in ("identifiers/g-ssn.yaml", "identifiers/f-email.yaml", "fragments.yaml"):
        shutil.copy(rulebook.folder / file, folder / file)
    shutil.copytree(rulebook.folder / "words", folder / "words")
    return folder


def test_every_pattern_of_the_rules_is_among_them(rulebook, detector):
    known = set(sources(rulebook))
    patterns = [*detector.desk.patterns, *(each for recognizer in detector._recognizers for each in recognizer.patterns)]
    books = [Tables.load(rulebook).book, *vars(RewriteTables.load(rulebook)).values()]
    patterns += [each for book in books if isinstance(book, PhraseBook) for _, one, more in book._phrases for each in (one, *more)]
    patterns += [each for _, one, more in load_profile("freetree", rulebook)._banned for each in (one, *more)]
    assert len(patterns) > 5000
    assert not [each._where for each in patterns if (each._source, each._ignore_case) not in known]


def test_what_was_prepared_reads_as_what_is_worked_out(few):
    text = "client ssn is 987-65-4321, mail jo@example.com or 123 45 6789"
    plain = Detector(Rulebook.load(few)).detect(Draft("x", text))
    assert write(few) > 10
    book = Rulebook.load(few)
    assert book.prepared
    again = Detector(book).detect(Draft("x", text))
    assert again.found == plain.found
    for source, ignore_case in sources(book):
        ready = Pattern(source, book, where="", ignore_case=ignore_case)
        worked_out = Pattern(source, Rulebook.load(few), where="", ignore_case=ignore_case)
        worked_out._rulebook.__dict__["prepared"] = {}
        assert ready.keys == worked_out.keys
        assert ready.needs == worked_out.needs
        assert ready.prepared
        if not ready.prepared.code:
            continue
        assert [match.span() for match in ready.ready.finditer(text)] == [match.span() for match in worked_out.ready.finditer(text)]


def test_only_what_is_new_is_worked_out(few, rulebook):
    before = sources(Rulebook.load(few))
    assert write(few) == len(before)
    assert write(few) == 0
    shutil.copy(rulebook.folder / "identifiers" / "f-email-spelled.yaml", few / "identifiers")
    assert write(few) == len(set(sources(Rulebook.load(few))) - set(before)) > 0
    assert [file.name for file in few.iterdir() if file.name.startswith(PREPARED)] == [PREPARED]


def test_a_machine_that_starts_no_processes_prepares_all_the_same(few, monkeypatch):
    def refuse():
        raise OSError

    monkeypatch.setattr(prepared, "_FEW", 1)
    monkeypatch.setattr(prepared, "ProcessPoolExecutor", refuse)
    assert write(few) == len(Rulebook.load(few).prepared)


def test_what_was_prepared_for_other_fragments_is_not_taken(few):
    write(few)
    with (few / "fragments.yaml").open("a", encoding="utf-8") as file:
        file.write("\nONE_MORE: 'more'\n")
    assert not Rulebook.load(few).prepared


def test_what_was_prepared_by_another_regex_is_not_taken(few, monkeypatch):
    write(few)
    monkeypatch.setattr(regex, "__version__", "1.0")
    assert not Rulebook.load(few).prepared


@pytest.mark.parametrize("content", [b"", b"\x92", msgspec.msgpack.encode(["x", 3])])
def test_a_damaged_file_is_named(few, content):
    (few / PREPARED).write_bytes(content)
    with pytest.raises(RuleError, match=PREPARED):
        _ = Rulebook.load(few).prepared
    assert write(few) > 10


def test_the_key_tells_patterns_apart():
    keys = {pattern_key("a", ignore_case=True), pattern_key("a", ignore_case=False), pattern_key("b", ignore_case=True)}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {18}


def test_a_pattern_that_needs_lists_is_compiled_when_it_is_asked(rulebook):
    pattern = Pattern(r"\b{{words:us-states}}\b", rulebook, where="", ignore_case=True)
    assert [match[0] for match in pattern.finditer(Sought("from Oregon"))] == ["Oregon"]
