"""Required words let patterns be skipped, and never hide a match."""

from pathlib import Path

import pytest

from safeharbor.detect.engine import Detector
from safeharbor.detect.required import required_words
from safeharbor.draft import read
from safeharbor.marked import read_corpus

FRAGMENTS = {"KIN": frozenset({"mom", "dad"}), "ANY": frozenset()}


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"badge (\d+)", {"badge"}),
        (r"\b(?:ssn|social)\b:? \d+", {"ssn", "social"}),
        (r"\b(?:ssn|\d+)\b", set()),
        (r"colou?r", {"colo"}),
        (r"(?:fax)? number", {"number"}),
        (r"(?:fax)+ no", {"fax"}),
        (r"(?:fax){0,2}x", set()),
        (r"[Ff]ax", {"ax"}),
        (r"(?P<hit>@\w+) on insta", {"on insta"}),
        (r"(?<!my )phone(?! book)", {"phone"}),
        (r"{{KIN}}'s \d", {"mom", "dad"}),
        (r"{{ANY}} {{words:given-names}} at work", {"at work"}),
        (r"(?-i:LCSW)", {"lcsw"}),
        (r"a\.b\.c", {"a.b.c"}),
        (r"\d{3}-\d{4}", set()),
        (r"x\bplate\b", {"xplate"}),
        (r"(?(1)a|b)cc", set()),
        (r"(unclosed", set()),
        (r"a{2}lly{1,3}", {"a"} - {"a"} | {"lly"}),
    ],
)
def test_the_words_without_which_nothing_matches(pattern, words):
    assert required_words(pattern, FRAGMENTS.__getitem__) == words


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
