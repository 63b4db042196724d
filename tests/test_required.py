"""Required words let patterns be skipped, and never hide a match."""

from pathlib import Path

import pytest

from safeharbor.detect.engine import Detector
from safeharbor.detect.required import may_match, required_words
from safeharbor.draft import read
from safeharbor.marked import read_corpus

FRAGMENTS = {"KIN": (frozenset({"mom", "dad"}),), "ANY": ()}
DIGITS = set("0123456789")


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        (r"badge (\d+)", [{"badge"}, DIGITS]),
        (r"\b(?:ssn|social)\b:? \d+", [{"ssn", "social"}, DIGITS]),
        (r"\b(?:ssn|\d+)\b", [{"ssn", *DIGITS}]),
        (r"colou?r", [{"color", "colour"}]),
        (r"t[ií][ao]s?", [{"tia", "tio", "tía", "tío", "tias", "tios", "tías", "tíos"}]),
        (r"(?:fax)? number", [{"number"}]),
        (r"(?:fax)+ no", [{"fax"}, {"no"}]),
        (r"(?:fax){0,2}x", []),
        (r"[^F]ax", [{"ax"}]),
        (r"(?P<hit>@\w+) on insta", [{"on insta"}]),
        (r"(?<!my )phone(?! book)", [{"phone"}]),
        (r"{{KIN}}'s \w", [{"mom", "dad"}, {"'s"}]),
        (r"{{ANY}} {{words:given-names}} at work", [{"at work"}]),
        (r"(?-i:LCSW)", [{"lcsw"}]),
        (r"a\.b\.c", [{"a.b.c"}]),
        (r"\d*-x", [{"-x"}]),
        (r"x\bplate\b", [{"xplate"}]),
        (r"(?(1)a|b)cc", []),
        (r"(unclosed", []),
        (r"a{2}lly{1,3}", [{"ll"}]),
        (r"ab{1,3}cd", [{"cd"}]),
        (r"say \w+ now", [{"say"}, {"now"}]),
    ],
)
def test_the_words_without_which_nothing_matches(pattern, needs):
    assert [set(words) for words in required_words(pattern, FRAGMENTS.__getitem__)] == needs


@pytest.mark.parametrize(("text", "expected"), [("my badge is 12", True), ("my badge", False), ("12", False)])
def test_a_text_must_hold_a_word_of_each_set(text, expected):
    assert may_match((frozenset({"badge"}), frozenset("0123456789")), text) is expected


def test_no_match_in_any_corpus_or_example_is_hidden():
    detector = Detector()
    matchers = [recognizer._matcher for recognizer in detector._recognizers] + [matcher for _, matcher in detector.desk._exclusions]
    patterns = [compiled.pattern for matcher in matchers for compiled in matcher._finds if compiled.pattern]
    texts = [m.draft.reading.text for m in read_corpus(Path(__file__).parent.parent / "corpora" / "drafts")]
    for rule in detector.rulebook.rules:
        texts += [read(text.replace("[[", "").replace("]]", "")).text for text in (*rule.examples.flag, *rule.examples.passes)]
    whole = "\n\n".join(texts)
    for pattern in patterns:
        for match in pattern.ready.finditer(whole):
            assert pattern.may_match(match[0].lower()), pattern._where
