"""Required words let patterns be skipped, and never hide a match."""

from pathlib import Path

import pytest

from safeharbor.detect.engine import Detector
from safeharbor.detect.phrases import PhraseBook
from safeharbor.detect.required import EDGE, Sought, Words, keys, required_words
from safeharbor.draft import read
from safeharbor.marked import read_corpus
from safeharbor.rewrite.tables import RewriteTables
from safeharbor.risk.tables import Tables

FRAGMENTS = {"KIN": (Words(frozenset({"mom", "dad"}), frozenset()),), "ANY": ()}


def fragment(name, begins, ends):
    return FRAGMENTS[name] if name != "EDGES" else (Words(frozenset({f"{begins} {ends}"}), frozenset()),)


def said(words):
    return {*words.whole, *(part.replace(EDGE, "|") for part in words.parts)}


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        (r"badge (\d+)", [{"badge|"}, {"|0"}, {"0"}]),
        (r"\b(?:ssn|social)\b:? \d+", [{"|ssn| |0", "|ssn|: |0", "|social| |0", "|social|: |0"}, {"0"}]),
        (r"\b(?:ssn|\d+)\b", [{"ssn", "|0"}]),
        (r"colou?r", [{"color", "colour"}]),
        (r"t[ií][ao]s?", [{"tia", "tio", "tía", "tío", "tias", "tios", "tías", "tíos"}]),
        (r"(?:fax)? number", [{"|number", "fax| |number"}]),
        (r"(?:fax)+ no", [{"fax"}, {"fax| |no"}]),
        (r"(?:fax){0,2}x", []),
        (r"[^F]ax", [{"ax"}]),
        (r"(?P<hit>@\w+) on insta", [{"|on| |insta"}]),
        (r"(?<!my )phone(?! book)", [{"phone"}]),
        (r"(?<!\w)phone(?![\w-])", [{"phone"}]),
        (r"{{KIN}}'s \w", [{"mom", "dad"}, {"'|s|"}]),
        (r"\b{{EDGES}}\b", [{"True True"}]),
        (r"a{{EDGES}}(?:'s)? xy", [{"False True"}, {"|xy", "'|s| |xy"}]),
        (r"{{EDGES}}(?!\w)", [{"False True"}]),
        (r"{{EDGES}}(?:'s)?(?![\w-])", [{"False True"}]),
        (r"{{EDGES}}(?: \w+){0,2} xy", [{"False True"}, {"|xy"}]),
        (r"{{EDGES}}(?: ?s)?\b", [{"False False"}]),
        (r"{{EDGES}}(?: (?:a|b))?s", [{"False False"}]),
        (r"{{EDGES}} ?s", [{"False False"}]),
        (r"{{EDGES}}(?!\w\d)", [{"False False"}]),
        (r"(?<!\w )phone(?!\w-)", [{"phone"}]),
        (r"{{ANY}} {{words:given-names}} at work", [{"|at| |work"}]),
        (r"(?-i:LCSW)", [{"lcsw"}]),
        (r"(?i)lcsw\b", [{"lcsw|"}]),
        (r"a\.b\.c", [{"a|.|b|.|c"}]),
        (r"\d*-x", [{"-|x"}]),
        (r"(?<![\w-])\d{3}-\d{4}(?!\d)", [{"|000|-|0000"}]),
        (r"\d{6,}", [{"000000"}, {"0"}]),
        (r"x\bplate\b", [{"xplate|"}]),
        (r"(?:at|in) {{HIT}}", [{"at| ￼", "in| ￼"}]),
        (r"(?=.*\d{3})[a-z]+", [{"000"}]),
        (r"(?:(?=.*\d{3})[a-z]+)?", []),
        (r"(?(1)a|b)cc", []),
        (r"(unclosed", []),
        (r"a{2}lly{1,3}", [{"aally", "aallyy", "aallyyy"}]),
        (r"ab{1,3}cd", [{"abcd", "abbcd", "abbbcd"}]),
        (r"say \w+ now", [{"say|"}, {"|now"}]),
    ],
)
def test_the_words_without_which_nothing_matches(pattern, needs):
    assert [said(words) for words in required_words(pattern, fragment)] == needs


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"badge.*\d", "my badge is 12", True),
        (r"badge.*\d", "my badge", False),
        (r"badge.*\d", "12", False),
        (r"\bid\b", "she did", False),
        (r"\bid\b", "her ID: x", True),
        (r"\d{5}", "aged 45, 1998", False),
        (r"\d{5}", "zip 97202", True),
        (r"\d{5}", "zip ٩٧٢٠٢", True),
        (r"café\b", "the CAFÉ", True),
    ],
)
def test_a_text_must_hold_a_word_of_each_set(pattern, text, expected):
    assert Sought(text).may_hold(required_words(pattern, fragment)) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\b(?:ssn|social security)\b", {"ssn", "security"}),
        (r"\bcounsel\w*", {"|coun"}),
        (r"\w*ologist\b", {"gist|"}),
        (r"\bid\b.*\bnumber\b", {"number"}),
        (r"ll", set()),
        (r"\w+", set()),
    ],
)
def test_the_keys_are_of_the_set_that_tells_most(pattern, expected):
    assert {key.replace(EDGE, "|") for key in keys(required_words(pattern, fragment))} == expected


def test_a_text_holds_the_keys_of_what_is_in_it():
    held = Sought("Counselors see her ID 12").keys
    assert {"counselors", EDGE + "coun", "lors" + EDGE, "id", "00", "see", EDGE + "se"} <= held
    assert "ounse" not in held
    assert "Counselors" not in repr(Sought("Counselors"))


def test_no_match_in_any_corpus_or_example_is_hidden(rulebook):
    tables = [Tables.load(rulebook).book, *vars(RewriteTables.load(rulebook)).values()]
    books = [each for each in tables if isinstance(each, PhraseBook)]
    assert len(books) > 1
    texts = [m.draft.reading.text for m in read_corpus(Path(__file__).parent.parent / "corpora" / "drafts")][::40]
    for rule in rulebook.rules:
        texts += [read(text.replace("[[", "").replace("]]", "")).text for text in (*rule.examples.flag, *rule.examples.passes)]
    whole = Sought("\n\n".join(texts))
    detector = Detector()
    matchers = [recognizer._matcher for recognizer in detector._recognizers] + [matcher for _, matcher in detector.desk._exclusions]
    patterns = [compiled.pattern for matcher in matchers for compiled in matcher._finds if compiled.pattern]
    patterns += [pattern for book in books for _, pattern, _ in book._phrases]
    for pattern in patterns:
        needs = required_words(pattern._source, pattern._fragment)
        wanted = keys(needs)
        for match in pattern.ready.finditer(whole.text):
            around = Sought(whole.text[max(0, match.start() - 30) : match.end() + 200])
            assert around.may_hold(needs), pattern._where
            assert not wanted or not wanted.isdisjoint(around.keys), pattern._where
