"""Each rule, exclusion and attribution is proved by the examples in its own file."""

from functools import cache

import pytest

from safeharbor.detect.about import Attributor
from safeharbor.detect.engine import Detector
from safeharbor.detect.matching import Matcher
from safeharbor.detect.page import Page
from safeharbor.draft import Draft, Span
from safeharbor.labels import OTHERS
from safeharbor.marked import unmark
from safeharbor.rulebook import Find, Rulebook

BOOK = Rulebook.load()


def test_every_pattern_compiles():
    Detector(BOOK).compile()


@cache
def _alone(rule_id):
    return Detector(BOOK.only(rule_id))


def _name(owner, kind, number):
    return pytest.param(owner, kind, number, id=f"{owner.id} · {kind} {number + 1}")


def _marks(text):
    bare, answers = unmark(text, labelled=False)
    return bare, [(answer.span.start, answer.span.end) for answer in answers]


def _show(text, spans):
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("rule", "kind", "number"),
    [_name(rule, "pass", n) for rule in BOOK.rules for n in range(len(rule.examples.passes))]
    + [_name(rule, "flag", n) for rule in BOOK.rules for n in range(len(rule.examples.flag))],
)
def test_a_rule_flags_and_passes_what_its_file_says(rule, kind, number):
    marked = (rule.examples.flag if kind == "flag" else rule.examples.passes)[number]
    text, wanted = _marks(marked) if kind == "flag" else (marked, [])
    found = _alone(rule.id).detect(Draft("example", text))
    got = [(f.span.start, f.span.end) for f in found.found if f.about not in OTHERS]
    assert not [gap for gap in found.gaps if "safeharbor reads English" not in gap.why]
    if any(find.model for find in rule.find):
        # What a model reads has no sharp edges: each mark must be touched, and nothing else.
        assert all(any(s < end and start < e for s, e in got) for start, end in wanted), _show(text, got)
        assert all(any(s < end and start < e for s, e in wanted) for start, end in got), _show(text, got)
        return
    assert _show(text, got) == _show(text, wanted)
    assert got == wanted


@pytest.mark.parametrize(
    ("exclusion", "kind", "number"),
    [_name(e, "pass", n) for e in BOOK.exclusions for n in range(len(e.examples.passes))]
    + [_name(e, "flag", n) for e in BOOK.exclusions for n in range(len(e.examples.flag))],
)
def test_an_exclusion_covers_and_leaves_what_its_file_says(exclusion, kind, number):
    marked = (exclusion.examples.flag if kind == "flag" else exclusion.examples.passes)[number]
    text, wanted = _marks(marked) if kind == "flag" else (marked, [])
    page = Page(Draft("example", text))
    got = sorted({(hit.start, hit.end) for hit in Matcher(exclusion, BOOK).hits(page)})
    assert _show(text, got) == _show(text, wanted)


@pytest.mark.parametrize(
    ("attribution", "about", "number"),
    [_name(a, about, n) for a in BOOK.attributions for about, texts in a.examples.items() for n in range(len(texts))],
)
def test_an_attribution_tells_whose_a_detail_is(attribution, about, number):
    text, spans = _marks(attribution.examples[about][number])
    page = Page(Draft("example", text))
    attributor = Attributor(attribution, BOOK)
    assert [attributor.about(page, *span) for span in spans] == [about] * len(spans)


@pytest.mark.parametrize(
    ("text", "chance", "is_place"),
    [
        ("Watching Larkmoor again tonight", 0.55, False),
        ("Watching Larkmoor again tonight", 0.65, True),
        ("She lives near Larkmoor again", 0.3, True),
        ("Watching Tucson again tonight", 0.3, True),
    ],
)
def test_a_place_of_which_the_model_is_not_sure_wants_another_sign(text, chance, is_place):
    page = Page(Draft("example", text))
    name = next(word for word in ("Larkmoor", "Tucson") if word in text)
    at = text.index(name)
    page.name(Span(at, at + len(name)), "LOCATION", chance=chance, is_ours=True)
    assert bool(list(Matcher(BOOK["b-place-in-prose"], BOOK).hits(page))) is is_place


def test_a_chance_is_only_told_by_our_own_model():
    with pytest.raises(ValueError, match="only our own model tells"):
        Find(pattern="x", at_least=0.5)
