"""What the language model says may stay of a draft is put together to passages that make sense and tell of nobody."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeharbor.detect.engine import Detector
from safeharbor.detect.page import Page
from safeharbor.detect.patterns import Pattern, bounded
from safeharbor.detect.required import Sought
from safeharbor.draft import Draft, Span
from safeharbor.findings import Finding
from safeharbor.marked import unmark
from safeharbor.model.readings import Staying
from safeharbor.model.tokens import split_words
from safeharbor.rewrite.compose import compose
from safeharbor.rewrite.places import Place
from safeharbor.rewrite.profiles import load_profile
from safeharbor.rewrite.quoted import OF_THE_SUBJECT, Quote, Quoter
from safeharbor.rewrite.wants import Cues, Want, Wants
from safeharbor.risk.regions import Regions
from safeharbor.rulebook import Rulebook, load_tables

RULEBOOK = Rulebook.load()
(CUES,) = load_tables(RULEBOOK.folder / "rewriting", Cues, {})
QUOTER = Quoter(CUES.stripped, CUES.telling, CUES.small, RULEBOOK, "requests")
GOOD = load_profile("good-2018", RULEBOOK).profile
SLOTS = {
    "Aetna": "insurance", "EMDR": "modality", "evenings": "schedule", "Tuesdays after 5": "schedule", "therapist": "credential",
    "grief": "specialty", "woman": "identity", "telehealth": "telehealth", "adolescents": "population", "Saturdays": "schedule",
    "Spanish": "language", "CBT": "modality", "trauma": "specialty", "after 3:15": "schedule",
}  # fmt: skip


def quotes(marked, *marks, asked=SLOTS, chance=0.97, because=""):
    """Give the quotes of a text of which the model says that what is in [[ ]] may stay; `marks` are (words, rule, about) of findings."""
    text, stay = unmark(marked, labelled=False)

    def at(words):
        start = text.index(words)
        return Span(start, start + len(words))

    severity = "warning" if because else "info"
    found = [Finding(RULEBOOK[rule], at(words), severity, about, "pattern", because=because) for words, rule, about in marks]
    wants = [Want(slot, words, at(words), is_stated=True, phrase="x") for words, slot in asked.items() if words in text]
    words = tuple(split_words(text))
    chances = tuple(chance if any(a.span.start <= w.start < a.span.end for a in stay) else 0.0 for w in words)
    return list(QUOTER.read(Page(Draft("x", text)), Staying(words, chances), wants, [], found, []))


def stands(marked, *marks, **more):
    return [quote.text for quote in quotes(marked, *marks, **more)]


@pytest.mark.parametrize("strip", CUES.stripped, ids=lambda strip: strip.id)
def test_who_asks_is_said_before_what_is_asked(strip):
    pattern = Pattern(bounded(strip.pattern), RULEBOOK, where=strip.id, ignore_case=True)
    assert strip.examples
    assert len(strip.passes) > 0
    for text, left in strip.examples.items():
        bare = left.removeprefix(strip.say)
        assert any(match.start() == 0 for match in pattern.finditer(Sought(text))), text
        (stood,) = stands(text.replace(bare, f"[[{bare}]]"), asked={bare.removeprefix("a "): "modality"})
        assert stood == left, text
    for text in strip.passes:
        assert stands(text) == [], text


@pytest.mark.parametrize("sign", CUES.telling, ids=lambda sign: sign.id)
def test_what_tells_of_somebody_never_stays(sign):
    pattern = Pattern(bounded(sign.pattern), RULEBOOK, where=sign.id, ignore_case=True)
    assert len(sign.examples) > 0
    assert len(sign.passes) > 0
    for text in sign.examples:
        match = next(pattern.finditer(Sought(text)))
        words = text[slice(*match.span())]
        assert not any(words in stood for stood in stands(f"[[{text}]]", asked={})), text
    for text in sign.passes:
        assert next(pattern.finditer(Sought(text)), None) is None, text


@pytest.mark.parametrize(
    ("marked", "left"),
    [
        ("[[ISO a therapist who does EMDR]] for a man who lost his son. [[Aetna]].", ["ISO a therapist who does EMDR", "Aetna"]),
        ("She would prefer [[a woman]], works Saturdays.", ["ideally a woman"]),
        ("She wants [[someone who does EMDR]], takes the bus.", ["ideally someone who does EMDR"]),
        ("She wants [[EMDR]].", ["ideally EMDR"]),
        ("[[Would love a woman]].", ["ideally a woman"]),
        ("[[Wants a woman]], 34.", ["ideally a woman"]),
        ("The therapist has [[to speak Spanish]].", ["The therapist has to speak Spanish"]),
        ("It needs [[to speak of trauma]].", ["needs to speak of trauma"]),
        ("Can't [[do evenings]].", ["Can't do evenings"]),
        ("She has a car, can [[do evenings]] because of work.", ["evenings"]),
        ("[[evenings because of practice]].", ["evenings"]),
        ("[[EMDR for adolescents and]] her.", ["EMDR for adolescents"]),
        ("[[someone patient, not strict and kind of]] blue.", ["someone patient, not strict"]),
        ("blue [[sky, someone with evenings]].", ["someone with evenings"]),
        ("What I [[need is someone who knows trauma]].", ["someone who knows trauma"]),
        ('[[someone who says "so what]], he says.', ["someone who says"]),
        ("(her, [[no jargon), someone kind]].", ["someone kind"]),
        ("[[Openings after 3]]:15.", []),
        ("[[who is kind to everybody]].", ["someone who is kind to everybody"]),
        ("she pays up [[to 225]].", []),
        ("[[this too, EMDR]].", []),
        ("[[Hi all]], [[Aetna]]. [[Thank you so much]]!", ["Aetna"]),
        ("[[Twin Cities folks - EMDR therapist]].", ["Twin Cities folks", "EMDR therapist"]),
        ("[[BCBSNC or telehealth]].", ["BCBSNC or telehealth"]),
        ("[[no car, telehealth]].", ["telehealth"]),
        ("[[he is kind, with EMDR]].", ["with EMDR"]),
    ],
)  # fmt: skip
def test_what_stands(marked, left):
    assert stands(marked, asked=SLOTS | {"BCBSNC": "insurance"}) == left


def test_what_was_found_does_not_stand():
    marked = "[[Looking for a therapist. Grief support after Fernbridge, Aetna]]."
    assert stands(marked, ("Fernbridge", "b-town", "client")) == ["Looking for a therapist", "Aetna"]
    assert stands("[[Aetna by June 3, evenings]].", ("June 3", "c-date-in-prose", "provider")) == ["evenings"]


def test_a_name_that_no_table_knows_does_not_stand():
    assert stands("[[someone who knows Intel, not strict]].", asked={}) == ["not strict"]


def test_a_clue_stands_where_the_model_is_sure_that_it_is_asked():
    marks = ("grieving", "ii-diagnosis", "client")
    assert stands("[[someone good with grieving folks]].", marks, asked={}) == ["someone good with grieving folks"]
    assert stands("[[someone good with grieving folks]].", marks, asked={}, chance=0.85) == []


def test_a_clue_that_is_loud_beside_others_stands_unless_it_tells_of_a_person():
    text = "[[someone good with grieving folks]]."
    assert stands(text, ("grieving", "ii-diagnosis", "client"), asked={}, because="Few fit.") == ["someone good with grieving folks"]
    assert stands(text, ("grieving folks", "ii-family", "relative"), asked={}, because="Few fit.") == []


@pytest.mark.parametrize(
    ("marked", "left"),
    [
        ("San Diego colleagues, I [[need a name by the weekend]].", ["need a name by the weekend"]),
        ("Lehi [[area need someone with evenings]].", ["need someone with evenings"]),
        ("An office [[has to have daytime parking]].", ["has to have daytime parking"]),
        ("[[can run a room with four if]] they come.", ["can run a room with four"]),
        ("[[Would coach a hard talk with an]] elderly mom.", ["Would coach a hard talk"]),
        ("[[someone comfortable with older men]] of his age.", ["someone comfortable with older men"]),
        ("for him (teen, gets [[gender, plays games while talking, no lectures)]].", ["plays games while talking, no lectures"]),
        ("[[slow pace, zero 'have you tried]]'.", ["slow pace, zero 'have you tried'"]),
        ("She hears [[that, and says what will be reported]].", ["says what will be reported"]),
        ("[[Plays nicely with an RD on the case]].", ["Plays nicely with an RD on the case"]),
        ("A therapist who is ND herself [[or at least doesn't do compliance work]].", ["at least doesn't do compliance work"]),
        ("I think I [[want a slow pace with a woman]].", ["want a slow pace with a woman"]),
        ("Can anyone see her [[within two weeks]]?", ["within two weeks"]),
        ("[[Somebody who treats it like the illness it is]], because he lost it.", ["Somebody who treats it like the illness it is"]),
        ("[[Who y'all like for performance nerves]]. She's 60.", ["Who y'all like for performance nerves"]),
        ("[[Palliative SW in Des Moines]]. [[Someone honest]].", ["Someone honest"]),
        ("[[A weekly report w/o putting]] her whole life in it.", ["A weekly report"]),
        ("[[Four of them at once, not on base or]] Peterson.", ["Four of them at once, not on base"]),
    ],
)  # fmt: skip
def test_what_stands_where_something_is_gone(marked, left):
    assert stands(marked, asked={"evenings": "schedule"}) == left


def test_what_stands_before_something_found_goes_with_it():
    text = "[[Somebody who gets losing a daughter in March]]."
    assert stands(text, ("March", "c-date-in-prose", "client"), asked={}) == []


def test_wishes_between_commas_go_one_by_one():
    (quote,) = quotes("[[Someone warm, who does EMDR, takes Aetna]].")
    assert quote.without(["warm"]) is None  # it begins the request
    left = quote.without(["emdr"])
    assert left.text == "Someone warm, takes Aetna"
    assert left.says == (("insurance", "Aetna"),)
    assert quote.without(["warm", "emdr", "aetna"]) is None
    (bare,) = quotes("[[Someone warm who does EMDR]].")
    assert bare.without(["warm"]) is None


def test_thoughts_between_semicolons_go_one_by_one():
    (quote,) = quotes("[[Does not hurry, ever; keeps lean notes; takes Aetna]].")
    assert quote.without(["lean"]).text == "Does not hurry, ever; takes Aetna"


def test_a_passage_that_is_unsure_does_not_stand():
    assert stands("[[not strict about time]].", asked={}, chance=0.7) == []
    assert stands("[[evenings]].", chance=0.81) == ["evenings"]


def test_without_a_model_nothing_stands():
    page = Page(Draft("x", "Looking for a therapist."))
    assert list(QUOTER.read(page, None, [], [], [], [])) == []
    assert list(QUOTER.read(page, Staying(tuple(split_words("Looking for")), ()), [], [], [], [])) == []


def test_a_beginning_is_told_from_what_follows():
    first, second = quotes("[[Looking for a therapist with EMDR]]. [[Aetna preferred]].")
    assert (first.is_lead, first.seeks, first.is_complete) == (True, True, True)
    assert not second.is_lead
    (wish,) = quotes("They want [[a therapist who knows trauma]].")
    assert (wish.is_lead, wish.is_wish, wish.seeks) == (True, True, False)
    (needed,) = quotes("[[EMDR therapist needed]].")
    assert (needed.is_lead, needed.seeks) == (True, True)
    assert not quotes("[[Nobody who does EMDR]].")[0].is_lead


def test_a_quote_shows_no_text():
    (quote,) = quotes("[[Looking for a therapist with EMDR]].")
    assert "EMDR" not in repr(quote)
    assert "so that" not in repr(quotes("[[Looking for EMDR]], so that [[evenings]] work."))


def composed(marked, *marks, profile=GOOD):
    read = quotes(marked, *marks)
    text, _ = unmark(marked, labelled=False)
    spans = {words: Span(text.index(words), text.index(words) + len(words)) for words in SLOTS if words in text}
    wants = tuple(Want(SLOTS[words], words, span, is_stated=True, phrase="x") for words, span in spans.items())
    return compose(Wants(wants, quotes=tuple(read)), profile).removesuffix(GOOD.closing.format(contact="message me")).strip()


def test_a_request_is_written_around_what_stands():
    text = composed("[[Looking for a therapist trained in EMDR]] for my client, who is 34. [[Evenings would be best, Aetna]].")
    assert text == "Looking for a therapist trained in EMDR. Evenings would be best, Aetna."


def test_a_need_is_said_once():
    text = composed("[[Looking for a therapist trained in EMDR]]. [[EMDR]]. [[Aetna]].")
    assert text.count("EMDR") == 1


def test_what_kind_of_therapist_is_told_behind_the_drafts_own_beginning():
    read = quotes("[[Anybody got room for evenings]]? They fight.")
    wants = (Want("population", "couples", Span(0, 7), is_stated=False, phrase="x"),)
    assert "A couples therapist would be ideal." in compose(Wants(wants, quotes=tuple(read)), GOOD)
    office = (Want("accessibility", "a step-free entrance", Span(0, 7), is_stated=False, phrase="x"),)
    assert "Ideally with a step-free entrance." in compose(Wants(office, quotes=tuple(read)), GOOD)


def test_without_a_beginning_one_is_composed():
    text = composed("My client of 34 needs trauma work. [[Spanish would be a plus]]. [[No worksheets please]].")
    assert text.startswith("I'm looking for")
    assert text.endswith("No worksheets please.")


def test_what_is_stated_besides_stands_in_the_same_sentence():
    text = composed("[[Looking for a warm therapist]] for a boy. EMDR, he says.")
    assert text == "Looking for a warm therapist, someone EMDR-trained."


def test_a_second_request_is_not_made_after_a_composed_beginning():
    text = composed("Spanish, EMDR, trauma, grief: my client needs them all. [[Looking for somebody not strict about time]].")
    assert text.endswith("Somebody not strict about time.")
    assert text.count("ooking for") == 1


def test_what_stands_side_by_side_is_joined_as_it_stood():
    assert composed("[[Looking for a warm therapist]] and [[not a trainee]]. [[Aetna]].").startswith(
        "Looking for a warm therapist and not a trainee."
    )


def test_a_place_is_said_where_the_beginning_has_no_room_for_it():
    made = composed("[[Need somebody who is kind and does CBT]]! EMDR, telehealth, he says.")
    assert made == "Need somebody who is kind and does CBT! Should also be someone EMDR-trained. Telehealth."


def test_a_question_holds_the_place():
    assert composed("[[Who does EMDR]]? telehealth, she says.") == "Who does EMDR via telehealth?"


def test_a_profile_that_allows_less_quotes_less():
    text = "[[Looking for a therapist trained in EMDR]]. [[Aetna is a must]]."
    assert "Aetna is a must." in composed(text)
    strict = msgspec.structs.replace(GOOD, slots=tuple(slot for slot in GOOD.slots if slot != "insurance"))
    made = composed(text, profile=strict)
    assert "EMDR" in made
    assert "Aetna" not in made


def test_who_wants_somebody_begins_a_request():
    text = composed("She wants [[EMDR]], wants [[a woman who is kind]]. [[Aetna]].")
    assert text == "Looking for a woman who is kind, ideally EMDR. Aetna."


def test_a_subject_line_stands_if_all_of_it_can():
    first, *_ = quotes("Subject: [[EMDR therapist]]\n\nDear all, [[Aetna please]].")
    assert (first.sentence, first.is_complete) == (OF_THE_SUBJECT, True)
    read = quotes("Subject: [[EMDR]] for her\n\nDear all, [[Aetna]].")
    assert all(quote.sentence != OF_THE_SUBJECT or not quote.is_complete for quote in read)


def test_words_that_were_not_read_are_not_said_to_tell_of_anybody():
    words = tuple(split_words("EMDR for her"))
    assert Staying(words, (0.9, 0.1)).of(Span(0, 12)) == (0.9, 0.1, 0.0)
    assert Staying(words, (0.9, 0.1)).mean(Span(0, 8)) == 0.5
    assert Staying(words, (0.9, 0.1)).mean(Span(5, 12)) == 1.0
    assert Staying(words, ()).mean(Span(0, 12)) == 1.0


def test_short_words_for_whom_a_counselor_sees_are_no_address():
    made = composed("[[Looking for a warm therapist]] for a boy. [[Kind to older people]]. [[Aetna]].")
    assert "Kind to older people." in made


def test_the_model_that_ships_tells_what_may_stay():
    text = "I'm looking for somebody who won't flinch at dark humor for my client, a nurse who lost her dad. He does evenings after 6."
    stays = Detector().detect(Draft("x", text)).stays

    def least(words):
        return min(stays.of(Span(text.index(words), text.index(words) + len(words))))

    assert least("somebody who won't flinch at dark humor") > 0.8
    assert least("evenings after 6") > 0.5
    assert max(stays.of(Span(text.index("my client"), text.index(" He")))) < 0.2


WORDS = st.sampled_from(
    [
        *("Looking for", "ISO", "need", "a therapist", "she", "wants", "has", "EMDR", "Aetna", "evenings", "because", "for a man", "so"),
        *("and", "but", "(", ")", ",", ".", "?", "!", ":", "-", "\u2014", "\n", "who", "would prefer", "telehealth", "not", "\u201c"),
        *("\u201d", "'", '"', "can't", "to the", "3:15", "grief", "here", "recs", "BCBSNC", "\U0001f642", "Subject:", "1.", "it", "in"),
        *("someone", "no jargon", "with", "w/", "zqx", "is", "pays", "would love", "if", "this", "needed", "the therapist has"),
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(WORDS, st.booleans()), max_size=14))
def test_whatever_is_written_can_be_quoted_from(words):
    marked = " ".join(f"[[{word}]]" if stays else word for word, stays in words)
    text, _ = unmark(marked, labelled=False)
    asked = SLOTS | {"BCBSNC": "insurance"}
    for quote in quotes(marked, asked=asked) if text.strip() else []:
        assert quote.text.strip()
        assert "she" not in quote.text.lower().split()


def test_nobody_goes_with_who():
    assert stands("Nobody [[who wears perfume]] (her asthma).", asked={}) == ["Nobody who wears perfume"]
    assert stands("Somebody [[who does EMDR]], she said.") == ["Somebody who does EMDR"]


def test_behind_a_sign_in_the_middle_of_a_sentence_a_passage_may_stand_alone():
    assert stands("She has to explain it; [[matter of fact, funny even]], she is a CPA.", asked={}, chance=0.8) == [
        "matter of fact, funny even"
    ]
    assert stands("She has to explain it, [[matter of fact, funny even]], she is a CPA.", asked={}, chance=0.8) == []


@pytest.mark.parametrize(
    ("text", "names", "left"),
    [
        ("a Jungian in Bozeman / Livingston w space", ("Bozeman", "Livingston"), "a Jungian w space"),
        ("a Jungian in Bozeman, MT who takes Aetna", ("Bozeman",), "a Jungian who takes Aetna"),
        ("someone near Bozeman or Livingston", ("Bozeman", "Livingston"), "someone"),
        ("Bozeman or Livingston, EMDR", ("Bozeman", "Livingston"), None),
        ("a Crow speaker, Bozeman Livingston anywhere, MT license", ("Bozeman", "Livingston"), "a Crow speaker, MT license"),
        ("evenings, Bozeman preferred", ("Bozeman",), None),
        ("someone in Bozeman, not from Bozeman", ("Bozeman",), None),
        ("someone for grief", (), "someone for grief"),
    ],
)
def test_a_passage_can_stand_without_its_places(text, names, left):
    places = tuple(Place(name, Span(0, 1), True, None, None, None, None) for name in names)
    quote = Quote(text, Span(0, len(text)), (), places, 0).without_places()
    assert (quote and quote.text) == left
    assert quote is None or quote.places == ()


def test_a_passage_does_not_end_with_what_something_would_be():
    assert stands("[[A place w/ its own door would be]] 🔥. She likes it.", asked={}) == ["A place w/ its own door"]


def test_a_place_does_not_take_what_is_said_beside_it_with_it():
    places = tuple(Place(name, Span(0, 1), True, None, None, None, None) for name in ("Newton", "Brookline"))
    words = "Newton, Brookline, Zoom from separate offices is okay too"
    quote = Quote(words, Span(0, 9), (), places, 2)
    want = Want("specialty", "grief", Span(0, 1), is_stated=True, phrase="grief")
    assert words in compose(Wants((want,), places, quotes=(quote,)), GOOD)
    kept = Quote("W Hartford ok but not downtown, colleagues everywhere", Span(0, 9), (), (), 2)
    assert kept.text in compose(Wants((want,), quotes=(kept,)), GOOD)


def test_wishes_that_contradict_each_other_do_not_stand():
    marked = "[[Therapist wanted, telehealth, EMDR]]. She lost her job."
    (quote,) = quotes(marked)
    assert quote.without_slot("telehealth").text == "Therapist wanted, EMDR"
    assert quote.without_slot("schedule") is quote


def test_a_quotation_ends_where_it_ends():
    marked = '[[Someone who gets families and won\'t call it all "enmeshment."]] She left.'
    assert stands(marked) == ['Someone who gets families and won\'t call it all "enmeshment"']


@pytest.mark.parametrize(
    ("marked", "left"),
    [
        ("She left. [[What I need is a therapist who does EMDR]].", "What I need is a therapist who does EMDR"),
        ("She left. [[A woman who does EMDR if I can get it]].", "A woman who does EMDR if I can get it"),
        ("I am a pastor and [[I'd like to find a grief counselor who does EMDR]] for him.", "a grief counselor who does EMDR"),
    ],
)
def test_the_posters_i_is_no_name(marked, left):
    assert stands(marked) == [left]


def test_who_asks_behind_a_beginning_of_their_own_begins_a_request():
    assert composed("[[Hoping to borrow your brains, I need a therapist who does EMDR]]. He is 15.").startswith("Hoping to borrow")


def test_thanks_are_said_once():
    assert stands("[[EMDR, Aetna, evenings, thank uuu]].") == ["EMDR, Aetna, evenings"]


def test_a_passage_does_not_begin_behind_a_gap():
    assert stands("Familiarity with nightmares ([[IRT) would be a considerable plus]].") == []


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        ("Blind client, [[can someone recommend a therapist who does EMDR]]? He lost his sight.", "Can someone recommend a therapist"),
        ("A long shot [[but does anyone do EMDR]] for her? She left him.", "Does anyone do EMDR?"),
        ("[[Anyone take Aetna]]? Teen who [[needs a therapist who does EMDR and grief]]. He is 15.", "Anyone take Aetna? Need"),
    ],
)
def test_a_question_in_the_middle_of_a_sentence_begins_a_request(marked, first):
    assert composed(marked).startswith(first)


def test_a_bare_request_is_not_made_twice():
    assert "Need a therapist" not in composed("[[Looking for someone who does EMDR and grief]]. [[Need a therapist]]. He is 15.")


def test_a_state_is_wide_enough_to_stand():
    (maine,) = (region for region in Regions.load(RULEBOOK.folder).find("Maine") if region.kind == "state")
    place = Place("ME", Span(0, 1), True, maine, None, None, maine)
    assert place.is_state
    assert not replace(place, region=None).is_state
    quote = Quote("Somebody patient with long gaps between the visits, ME license", Span(0, 9), (), (place,), 2)
    want = Want("specialty", "grief", Span(0, 1), is_stated=True, phrase="grief")
    assert quote.text in compose(Wants((want,), (), quotes=(quote,)), GOOD)
