"""Marked drafts hold their answers in the text."""

import pytest

from safeharbor.draft import Span
from safeharbor.errors import MarkError
from safeharbor.marked import read_corpus, unmark


def test_plain_marks_give_the_bare_text_and_the_exact_characters():
    text, answers = unmark("He turned [[96]] in May.", labelled=False)
    assert text == "He turned 96 in May."
    assert [text[a.span.start : a.span.end] for a in answers] == ["96"]


def test_labelled_marks_say_what_and_whose():
    text, (first, second) = unmark("[[PERSON client #1: Marisol]] from [[LOCATION? relative: Bend]]", labelled=True)
    assert text == "Marisol from Bend"
    assert (first.label, first.about, first.entity, first.letter) == ("PERSON", "client", "1", "A")
    assert (second.span, second.about, second.optional, second.letter) == (Span(13, 17), "relative", True, "B")


def test_a_mark_of_another_professional_has_no_letter():
    _, (answer,) = unmark("Dr. [[PERSON provider: Chen]]", labelled=True)
    assert answer.letter is None


def test_a_literal_bracket_pair_can_be_written():
    assert unmark(r"see \[[1]]", labelled=True)[0] == "see [[1]]"


@pytest.mark.parametrize("marked", ["[[PERSON client Marisol]]", "[[NAME client: M]]", "[[PERSON cousin: M]]", "[[PERSON client: ]]"])
def test_a_mark_that_does_not_parse_is_refused_without_its_text(marked):
    with pytest.raises(MarkError) as error:
        unmark(f"hello {marked}", labelled=True)
    assert "character 6" in str(error.value)
    assert "Marisol" not in str(error.value)


def test_a_corpus_is_read_in_order_and_an_id_stands_once(tmp_path):
    (tmp_path / "b.txt").write_text("=== id=b-1 kind=clean\nISO a therapist\n")
    (tmp_path / "a.txt").write_text("# voice\n=== id=a-1 kind=overshare\n[[AGE: 34]]\n\nmore\n=== id=a-2 kind=none\nx\n")
    drafts = list(read_corpus(tmp_path))
    assert [d.draft.name for d in drafts] == ["a-1", "a-2", "b-1"]
    assert drafts[0].draft.text == "34\n\nmore"
    (tmp_path / "c.txt").write_text("=== id=a-1 kind=none\nx\n")
    with pytest.raises(MarkError, match="stands twice"):
        list(read_corpus(tmp_path))


def test_a_header_without_a_known_kind_is_refused_with_its_line(tmp_path):
    (tmp_path / "a.txt").write_text("# voice\n=== id=a-1 kind=rant\nx\n")
    with pytest.raises(MarkError, match=r"a\.txt:2"):
        list(read_corpus(tmp_path))
