"""What of a draft's sentences can stand as it is written asks for a counselor and tells of nobody."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeharbor.detect.page import Page
from safeharbor.detect.patterns import Pattern, bounded
from safeharbor.detect.required import Sought
from safeharbor.draft import Draft, Span
from safeharbor.findings import Finding
from safeharbor.rewrite.compose import compose
from safeharbor.rewrite.profiles import load_profile
from safeharbor.rewrite.quoted import OF_THE_SUBJECT, Quoter
from safeharbor.rewrite.wants import Cues, Want, Wants
from safeharbor.rulebook import Rulebook, load_tables

RULEBOOK = Rulebook.load()
(CUES,) = load_tables(RULEBOOK.folder / "rewriting", Cues, {})
QUOTER = Quoter(CUES.stripped, CUES.telling, RULEBOOK, "requests")
GOOD = load_profile("good-2018", RULEBOOK).profile
SLOTS = {
    "Aetna": "insurance", "EMDR": "modality", "evenings": "schedule", "Tuesdays after 5": "schedule", "therapist": "credential",
    "grief": "specialty", "woman": "identity", "telehealth": "telehealth", "adolescents": "population", "Saturdays": "schedule",
    "Spanish": "language", "CBT": "modality", "trauma": "specialty",
}  # fmt: skip


def quotes(text, *marks, asked=SLOTS):
    """Give the quotes of a text in which the words of `asked` are read; `marks` are (words, rule, about) of findings."""

    def at(words):
        start = text.index(words)
        return Span(start, start + len(words))

    found = [Finding(RULEBOOK[rule], at(words), "info", about, "pattern") for words, rule, about in marks]
    wants = [Want(slot, words, at(words), is_stated=True, phrase="x") for words, slot in asked.items() if words in text]
    return list(QUOTER.read(Page(Draft("x", text)), wants, [], found, []))


def stands(text, *marks, **more):
    return [quote.text for quote in quotes(text, *marks, **more)]


@pytest.mark.parametrize("strip", CUES.stripped, ids=lambda strip: strip.id)
def test_who_asks_goes_from_what_is_asked(strip):
    pattern = Pattern(bounded(strip.pattern), RULEBOOK, where=strip.id, ignore_case=True)
    assert strip.examples
    assert len(strip.passes) > 0
    for text, left in strip.examples.items():
        asked = {left.removeprefix(strip.say).removeprefix("a "): "modality"}
        assert any(match.start() == 0 for match in pattern.finditer(Sought(text))), text
        assert stands(text, asked=asked) == [left], text
    for text in strip.passes:
        assert stands(text) == [] or stands(text) == [text.removesuffix(".")], text


@pytest.mark.parametrize("sign", CUES.telling, ids=lambda sign: sign.id)
def test_what_tells_of_somebody_is_seen(sign):
    pattern = Pattern(bounded(sign.pattern), RULEBOOK, where=sign.id, ignore_case=True)
    assert len(sign.examples) > 0
    assert len(sign.passes) > 0
    for text in sign.examples:
        assert next(pattern.finditer(Sought(text)), None) is not None, text
    for text in sign.passes:
        assert next(pattern.finditer(Sought(text)), None) is None, text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Looking for a therapist who does EMDR for a man who lost his son. Aetna.", ["Looking for a therapist who does EMDR", "Aetna"]),
        ("ISO EMDR therapist, evenings because he works late.", ["ISO EMDR therapist", "evenings"]),
        ("She would prefer a woman, works Saturdays.", ["ideally a woman"]),
        ("She wants a woman who does EMDR, takes Aetna.", ["wanting a woman who does EMDR", "takes Aetna"]),
        ("He has Aetna and two boys.", ["Aetna"]),
        ("She works nights so evenings are best.", ["evenings are best"]),
        ("EMDR would be ideal (CBT is ok too).", ["EMDR would be ideal", "CBT is ok too"]),
        ("Looking for a therapist, evenings, no jargon.", ["Looking for a therapist", "evenings", "no jargon"]),
        ("Need a warm, patient therapist, Aetna.", ["Need a warm, patient therapist", "Aetna"]),
        ("Somebody who won't say \"just breathe\", Aetna.", ["Aetna"]),
        ("BCBSNC or telehealth.", ["BCBS NC or telehealth"]),
    ],
)  # fmt: skip
def test_what_stands(text, left):
    asked = SLOTS | {"BCBSNC": "insurance"}
    assert stands(text, asked=asked) == left


@pytest.mark.parametrize(
    "text",
    [
        "Her mother is on Aetna too.",
        "Saturdays are his day with the kids.",
        "Evenings after chores, will do telehealth from the tractor.",
        "Xyzzyville therapist with EMDR.",
        "No car, telehealth.",
        "therapist for her brother",
        "grief over the farm",
        "Case manager with EMDR here",
        "in someone with a daughter, EMDR",
    ],
)
def test_what_does_not_stand(text):
    assert [words for words in stands(text) if words not in ("telehealth", "EMDR")] == []


def test_what_was_found_does_not_stand():
    text = "Looking for a therapist. Grief support after Fernbridge, Aetna."
    assert stands(text, ("Fernbridge", "b-town", "client")) == ["Looking for a therapist", "Aetna"]


def test_a_beginning_is_told_from_what_follows():
    first, second = quotes("Looking for a therapist with EMDR. Aetna preferred.")
    assert (first.is_lead, first.seeks, first.is_complete) == (True, True, True)
    assert not second.is_lead
    assert not quotes("DBT in person. Aetna.")[0].is_lead


def test_a_quote_shows_no_text():
    (quote,) = quotes("Looking for a therapist with EMDR.")
    assert "EMDR" not in repr(quote)


def composed(text, *marks, profile=GOOD):
    read = quotes(text, *marks)
    spans = {words: Span(text.index(words), text.index(words) + len(words)) for words in SLOTS if words in text}
    wants = tuple(Want(SLOTS[words], words, span, is_stated=True, phrase="x") for words, span in spans.items())
    return compose(Wants(wants, quotes=tuple(read)), profile).removesuffix(GOOD.closing.format(contact="message me")).strip()


def test_a_request_is_written_around_what_stands():
    text = composed("Looking for a therapist trained in EMDR for my client, who is 34. She speaks Spanish. Evenings would be best, Aetna.")
    assert text.startswith("Looking for a therapist trained in EMDR.")
    assert "Aetna" in text
    assert "34" not in text


def test_a_need_is_said_once():
    text = composed("Looking for a therapist trained in EMDR. EMDR. Aetna.")
    assert text.count("EMDR") == 1


def test_without_a_beginning_one_is_composed():
    text = composed("My client of 34 needs trauma work. Spanish would be a plus. Someone with evenings please.")
    assert text.startswith("I'm looking for")
    assert "Spanish would be a plus." in text


def test_a_profile_that_allows_less_quotes_less():
    text = "Looking for a therapist trained in EMDR. Aetna is a must."
    assert "Aetna is a must." in composed(text)
    strict = msgspec.structs.replace(GOOD, slots=tuple(slot for slot in GOOD.slots if slot != "insurance"))
    made = composed(text, profile=strict)
    assert "EMDR" in made
    assert "Aetna" not in made


def test_who_wants_somebody_begins_a_request():
    assert composed("She wants a woman who does EMDR. Aetna.").startswith("Looking for a woman who does EMDR.")


def test_a_subject_line_stands_if_all_of_it_can():
    first, *_ = quotes("Subject: EMDR therapist\n\nDear all, Aetna please.")
    assert (first.sentence, first.is_complete) == (OF_THE_SUBJECT, True)
    assert all(quote.sentence != OF_THE_SUBJECT or not quote.is_complete for quote in quotes("Subject: EMDR for her\n\nDear all, Aetna."))


def test_a_quote_shows_nothing_of_what_parts_it_from_another():
    assert "so that" not in repr(quotes("Looking for EMDR, so that evenings work."))


WORDS = st.sampled_from(
    [
        *(
            "Looking for",
            "ISO",
            "need",
            "a therapist",
            "she",
            "wants",
            "has",
            "EMDR",
            "Aetna",
            "evenings",
            "because",
            "for a man",
            "so",
            "and",
        ),
        *(
            "but",
            "(",
            ")",
            ",",
            ".",
            "?",
            "!",
            ":",
            "-",
            "\u2014",
            "\n",
            "no jargon",
            "who",
            "would prefer",
            "telehealth",
            "not",
            "\u201c",
            "\u201d",
        ),
        *("grief", "here", "recs", "BCBSNC", "\U0001f642", "Subject:", "1.", "it", "in", "someone", "with", "w/", "Zqx", "is", "pays"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=14))
def test_whatever_is_written_can_be_quoted_from(words):
    text = " ".join(words)
    asked = SLOTS | {"BCBSNC": "insurance"}
    for quote in quotes(text, asked=asked) if text.strip() else []:
        assert quote.text.strip()
        assert not {"she", "zqx"} & set(quote.text.lower().split())
