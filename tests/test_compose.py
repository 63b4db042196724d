"""What a draft asks for is read once each, and composed into plain English that tells of nobody."""

from dataclasses import replace

import pytest

from safeharbor.draft import Draft, Span
from safeharbor.findings import Finding, Findings
from safeharbor.model.readings import Staying, Theme
from safeharbor.model.tokens import split_words
from safeharbor.rewrite.compose import compose
from safeharbor.rewrite.edits import edits
from safeharbor.rewrite.english import a, either, located
from safeharbor.rewrite.places import Place, area_names
from safeharbor.rewrite.profiles import load_profile
from safeharbor.rewrite.register import Register, register, signature
from safeharbor.rewrite.wants import Reader, Want, Wants, _is_broader
from safeharbor.risk.regions import Regions
from safeharbor.rulebook import Rulebook

RULEBOOK = Rulebook.load()
REGIONS = Regions.load(RULEBOOK.folder)
READER = Reader(RULEBOOK, REGIONS)
GOOD = load_profile("good-2018", RULEBOOK).profile
CLOSING = "Please message me if you have openings; I can share more privately."
HERE = Span(0, 1)
RULES = {
    "LOCATION": "b-town", "STATE": "b-state", "AGE": "ii-age", "GENDER": "ii-gender", "FAMILY": "ii-family", "OCCUPATION": "ii-occupation",
    "DIAGNOSIS": "ii-diagnosis", "PERSON": "a-full-name", "PHONE": "d-phone", "EMPLOYER": "ii-employer", "LIFE_EVENT": "ii-life-event",
    "RELIGION": "ii-religion", "ETHNICITY": "ii-ethnicity",
}  # fmt: skip


def want(slot, say, joined="", **more):
    return Want(slot, say, HERE, is_stated=True, phrase="x", joined=joined, **more)


def place(words, *, is_search=True, state=None):
    region = REGIONS.state(words) or next(iter(REGIONS.find(words, state=state)), None)
    above = REGIONS.wider(region) if region else None
    metro = above
    while metro and metro.kind not in ("metro", "region", "state"):
        metro = REGIONS.wider(metro)
    of_state = REGIONS.state(region.states[0]) if region else None
    return Place(words, HERE, is_search, region, above, region if region and region.kind in ("metro", "state") else metro, of_state)


def said(*wants, places=(), profile=GOOD, how=None, **more):
    return compose(Wants(wants, tuple(places), register=how or Register(), **more), profile).removesuffix(CLOSING).strip()


def found(text, *marks):
    """Give a draft with findings at words of it: (words, label, about)."""
    out = []
    for words, label, about in marks:
        at = text.index(words)
        out.append(Finding(RULEBOOK[RULES[label]], Span(at, at + len(words)), "info", about, "pattern"))
    return Draft("x", text), Findings(tuple(out))


def rewrite(text, *marks, profile=GOOD, policy=None):
    draft, findings = found(text, *marks)
    return compose(READER.wants(draft, findings), profile, policy)


@pytest.mark.parametrize(
    "words",
    [
        "a counselor", "an LCSW", "a PMHNP", "an EMDR-trained counselor", "a DBT-trained counselor", "an LGBTQ+-affirming therapist",
        "an RPT", "an honest answer", "a university clinic", "an IOP", "a HAES-aligned therapist", "an ERP therapist", "a one-hour slot",
        "an adolescent IOP", "a CBT-I-trained counselor", "an ASL-fluent therapist", "a US-based coach", "an art therapist", "an MD",
    ],
)  # fmt: skip
def test_articles(words):
    assert a(words.partition(" ")[2]) == words


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([], ""),
        (["grief"], "grief"),
        (["grief", "grief"], "grief"),
        (["grief", "OCD"], "grief and OCD"),
        (["grief", "OCD", "panic"], "grief, OCD and panic"),
        (["grief and loss", "OCD"], "grief and loss, and OCD"),
    ],
)
def test_lists(items, words):
    assert either(items, "and") == words


def test_where_an_area_is():
    assert located(["Tucson"]) == "in Tucson"
    assert located(["Portland area", "Bend"]) == "in the Portland area or Bend"
    assert located(["Maui", "Oahu"]) == "on Maui or Oahu"
    assert located(["Boise", "Maui"]) == "in Boise or on Maui"


def test_the_sentence_after_good():
    text = said(
        want("insurance", "Providence"),
        want("schedule", "evening openings"),
        want("specialty", "grief and loss"),
        places=[place("Sellwood")],
    )
    assert (
        text
        == "I'm looking for a counselor in Sellwood, in-network with Providence, with evening openings and experience with grief and loss."
    )


@pytest.mark.parametrize(
    ("wants", "text"),
    [
        ([], "a counselor."),
        ([want("specialty", "grief")], "a counselor who has experience with grief."),
        ([want("population", "adults")], "a counselor who works with adults."),
        ([want("population", "adults"), want("specialty", "OCD")], "a counselor who works with adults and has experience with OCD."),
        (
            [want("population", "couples"), want("modality", "EFT"), want("modality", "Gottman couples therapy", "or")],
            "a couples therapist trained in EFT or Gottman.",
        ),
        ([want("modality", "EMDR")], "an EMDR-trained counselor."),
        ([want("modality", "play therapy"), want("credential", "counselor")], "a play therapist."),
        (
            [want("modality", "neuropsychological testing"), want("population", "children")],
            "a provider who works with children and offers neuropsychological testing.",
        ),
        ([want("modality", "an IOP"), want("modality", "a partial hospital program")], "an IOP or partial hospital program."),
        ([want("modality", "a grief group"), want("population", "older adults")], "a grief group that works with older adults."),
        (
            [want("credential", "psychiatrist"), want("credential", "PMHNP", "or"), want("language", "Spanish")],
            "a Spanish-speaking psychiatrist or PMHNP.",
        ),
        ([want("identity", "male"), want("identity", "Black")], "a Black male counselor."),
        (
            [want("identity", "LGBTQ+-affirming"), want("identity", "queer"), want("credential", "therapist")],
            "an LGBTQ+-affirming queer therapist.",
        ),
        ([want("identity", "Black"), want("identity", "Latino", "or")], "a Black or Latino counselor."),
        ([want("identity", "familiar with LDS culture")], "a counselor familiar with LDS culture."),
        ([want("language", "ASL")], "a counselor fluent in ASL."),
        ([want("language", "Dari"), want("language", "Pashto")], "a Dari- or Pashto-speaking counselor."),
        (
            [want("insurance", "Aetna"), want("insurance", "BCBS of Illinois", written="BCBSIL")],
            "a counselor, in-network with Aetna or BCBSIL.",
        ),
        ([want("insurance", "Medicare"), want("insurance", "AARP", "and")], "a counselor, in-network with Medicare and AARP."),
        ([want("insurance", "OHP"), want("fee", "sliding scale")], "a counselor, in-network with OHP or offering a sliding scale."),
        ([want("fee", "private pay"), want("schedule", "Monday openings")], "a counselor, private pay, with Monday openings."),
        ([want("fee", "sliding scale around $60")], "a counselor with a sliding scale around $60."),
        (
            [want("fee", "Open Path"), want("accessibility", "a step-free entrance")],
            "a counselor, taking Open Path, with a step-free entrance.",
        ),
        ([want("schedule", "evening openings"), want("schedule", "Saturday openings")], "a counselor with evening or Saturday openings."),
    ],
    ids=str,
)
def test_a_request_in_words(wants, text):
    assert said(*wants) == f"I'm looking for {text}"


@pytest.mark.parametrize(
    ("way", "areas", "text"),
    [
        ("telehealth", ["Tucson"], "in Tucson or via telehealth in Arizona"),
        ("telehealth", ["Denver", "Lakewood"], "in Denver/Lakewood or via telehealth in Colorado"),
        ("telehealth", ["Oregon"], "via telehealth in Oregon"),
        ("telehealth", ["Tucson", "Arizona"], "in Tucson or via telehealth in Arizona"),
        ("telehealth only", ["Alaska"], "via telehealth only in Alaska"),
        ("telehealth", [], "via telehealth"),
        ("in person", ["Reno"], "in Reno (in person)"),
        ("in person only", ["Reno"], "in Reno (in person only)"),
        ("in person or telehealth", ["Albuquerque"], "in person in Albuquerque or via telehealth in New Mexico"),
        ("", ["Reno", "Sparks"], "in Reno or Sparks"),
        ("", ["Montana"], "in Montana"),
    ],
)
def test_where_and_how(way, areas, text):
    wants = [want("telehealth", way)] if way else []
    assert said(*wants, places=[place(area) for area in areas]) == f"I'm looking for a counselor {text}."


def test_what_would_be_long_becomes_two_sentences():
    wants = (
        want("population", "adolescents"), want("modality", "EMDR"), want("modality", "DBT", "or"), want("specialty", "eating disorders"),
        want("specialty", "self-harm"), want("insurance", "Premera"), want("insurance", "Regence"),
        want("schedule", "after-school openings"), want("accessibility", "a step-free entrance"), want("identity", "gender-affirming"),
    )  # fmt: skip
    first, second = said(*wants, places=[place("Seattle")]).split(". ")
    assert first == (
        "I'm looking for a gender-affirming counselor trained in EMDR or DBT in Seattle who works with adolescents and has experience with "
        "eating disorders and self-harm"
    )
    assert second == "In-network with Premera or Regence, with after-school openings and a step-free entrance."
    formal = said(*wants, places=[place("Seattle")], how=Register("formal", "Dear colleagues", "I am looking for"))
    assert formal.startswith("Dear colleagues,\n\nI am looking for a gender-affirming counselor")
    assert "It should be someone who takes Premera or Regence and has after-school openings and a step-free entrance." in formal
    assert formal.endswith("\n\nPlease reply to me off list if you have openings; I can share more privately.")


def test_shorthand_stays_short():
    wants = (
        want("modality", "couples therapy"),
        want("insurance", "BCBS"),
        want("fee", "sliding scale"),
        want("schedule", "evening openings"),
    )
    text = compose(Wants(wants, (place("Tucson"),), register=Register("terse", seek="ISO", thanks="TIA!")), GOOD)
    assert text == (
        "ISO couples therapist in Tucson, in-network w/ BCBS or sliding scale, evening openings. "
        "Please PM me if you have openings; I can share more privately. TIA!"
    )


def test_a_list_stays_a_list():
    wants = (want("population", "teens"), want("insurance", "Cigna"), want("schedule", "morning openings"), want("specialty", "trauma"))
    text = compose(Wants(wants, (place("Nashville"),), register=Register(is_list=True)), GOOD)
    assert text == (
        "I'm looking for a counselor in Nashville who:\n- works with teens\n- has experience with trauma\n- takes Cigna\n"
        f"- has morning openings\n{CLOSING}"
    )


def test_several_people_are_several_requests():
    text = "Overflow:\n1. 26F, panic, Aetna\n2. 68M, grief, Medicare"
    marks = [("26", "AGE", "client"), ("68", "AGE", "client"), ("F", "GENDER", "client")]
    assert rewrite(text, *marks) == (
        "I'm looking for colleagues for any of these:\n1. Counselor who has experience with panic and takes Aetna\n"
        f"2. Counselor who works with older adults, has experience with grief and loss, and takes Medicare\n{CLOSING}"
    )


def test_a_place_of_the_client_is_widened_and_one_of_the_counselor_stays():
    text = "Client lives in Waxhaw. Needs Aetna."
    assert "in the Charlotte area," in rewrite(text, ("Waxhaw", "LOCATION", "client"))
    assert "in North Carolina," in rewrite(text, ("Waxhaw", "LOCATION", "client"), policy="state")
    assert "in Waxhaw," in rewrite(text, ("Waxhaw", "LOCATION", "client"), policy="keep")
    assert "in Waxhaw," in rewrite(text, ("Waxhaw", "LOCATION", "provider"))


def test_a_neighborhood_in_a_draft_that_tells_of_somebody_is_widened_by_a_step():
    text = "34F, Aetna, Rockridge"
    assert "in Oakland," in rewrite(text, ("Rockridge", "LOCATION", "provider"), ("34", "AGE", "client"))
    assert "in Rockridge," in rewrite("Aetna, Rockridge", ("Rockridge", "LOCATION", "provider"))


@pytest.mark.parametrize(
    "text",
    [
        "Aetna, nobody in Bend please",
        "Aetna, someone outside of Bend",
        "Aetna, just moved here from Bend",
        "Aetna, not in any of our Bend groups",
        "Aetna, dx with anorexia at Bend in August",
        "Aetna, two sons in Bend",
        "Aetna. He won't go to the clinic in Bend",
        "Aetna, moved her partner in from Bend",
    ],
)
def test_a_place_that_is_ruled_out_is_no_area(text):
    assert "Bend" not in rewrite(text, ("Bend", "LOCATION", "provider"))


def test_a_state_that_a_payer_names_says_where():
    assert "in Montana," in rewrite("He is out of Glendive. BCBSMT.", ("Glendive", "LOCATION", "client"))


def test_what_follows_from_a_detail_gives_way_to_what_makes_no_sense_beside_it():
    text = rewrite("38F, homebound since the spring, Aetna, telehealth please", ("homebound", "LIFE_EVENT", "client"))
    assert "telehealth" in text
    assert "home visits" not in text


@pytest.mark.parametrize(
    ("broader", "precise", "left"),
    [
        (("specialty", "trauma"), ("specialty", "birth trauma"), "birth trauma"),
        (("identity", "attachment-informed"), ("specialty", "foster care and attachment"), "foster care and attachment"),
        (("identity", "neurodivergence-affirming"), ("identity", "neurodivergent"), "neurodivergent"),
        (("specialty", "phobias"), ("specialty", "agoraphobia"), "agoraphobia"),
    ],
)
def test_a_need_whose_words_are_in_another_is_said_once(broader, precise, left):
    both = [replace(want(*broader), is_stated=False), want(*precise)]
    assert [each.say for each in both if not any(_is_broader(each, other) for other in both)] == [left]


@pytest.mark.parametrize(
    ("text", "is_stated"),
    [
        ("Needs a play therapist who gets autism. Aetna", True),
        ("ISO somebody with experience with autism. Aetna", True),
        ("My client, who gets autism burnout. Aetna", False),
        ("My client has autism. Aetna", False),
    ],
)
def test_a_topic_is_asked_for_where_the_words_before_it_ask(text, is_stated):
    draft, findings = found(text, ("autism", "DIAGNOSIS", "client"))
    told = [want.is_stated for want in READER.wants(draft, findings).wants if want.say == "autism"]
    assert told == [is_stated]


@pytest.mark.parametrize(
    ("text", "clue", "label", "say"),
    [
        ("pcit in Hoover? He bites. parent coaching too", "pcit", "DIAGNOSIS", "PCIT"),
        ("weed daily. Quartz. Takes family time", "Quartz", "DIAGNOSIS", "Quartz"),
    ],
)
def test_a_therapy_or_plan_is_asked_for_even_where_a_clue_was_seen_in_it(text, clue, label, say):
    draft, findings = found(text, (clue, label, "client"))
    assert [want.is_stated for want in READER.wants(draft, findings).wants if want.say == say] == [True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Full up. "Hi, I saw your page. I am worn out by my job and sleep badly. I am free Thursdays after 5 and have Aetna."', True),
        ("Full up.\n> Hi there, my days are long but I can do Thursdays after 5, and I have Aetna\nThx", True),
        ("I am worn out by my job. I am free Thursdays after 5 myself. Client has Aetna.", False),
    ],
)
def test_a_client_who_is_quoted_says_i_of_themselves(text, expected):
    assert ("Thursday" in rewrite(text)) is expected


@pytest.mark.parametrize(
    ("text", "ruled_out"),
    [
        ("34, panic, Aetna. Not just mindfulness please", "mindfulness"),
        ("34, panic. She can't use Fidelis. Aetna", "Fidelis"),
        ("34, panic, Aetna, tired of EMDR", "EMDR"),
        ("34, panic, Aetna, not a Spanish speaker", "Spanish"),
        ("34, panic, Aetna. You can't put him with a therapist in their 20s", "younger"),
        ("34, panic, Aetna, someone who doesn't reach for a trauma story", "trauma"),
    ],
)
def test_what_is_ruled_out_is_not_asked_for(text, ruled_out):
    made = rewrite(text, ("34", "AGE", "client"))
    assert ruled_out not in made
    assert "Aetna" in made


def test_a_plan_by_itself_is_nobodys_job():
    assert "Ambetter" in rewrite("34, panic, has ambetter", ("ambetter", "OCCUPATION", "client"))
    assert "Kaiser" not in rewrite("34, panic, a Kaiser nurse", ("Kaiser nurse", "OCCUPATION", "client"))


def test_what_should_not_be_is_asked_for_as_that():
    assert "not 12-step-based" in rewrite("34, alcohol, Aetna, no 12 step", ("34", "AGE", "client"))


def test_a_plan_and_its_state_in_one_word_are_parted():
    assert "takes BCBSLA" in rewrite("34, panic, BCBSLA", ("34", "AGE", "client"))


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("anxious teen, Anthem, LA or telehealth", "in LA or via telehealth in California"),
        ("Culver City, LA. 34, panic, Anthem", "in LA"),
        ("Lafayette, LA or telehealth. 34, panic, Aetna", "via telehealth in Louisiana"),
        ("telehealth in LA. 34, panic, BCBSLA", "via telehealth in Louisiana"),
    ],
)
def test_la_is_los_angeles_unless_something_is_of_louisiana(text, area):
    assert area in rewrite(text, ("LA", "STATE", "provider"))


def test_the_district_is_said_as_people_there_say_it():
    text = rewrite("telehealth in DC, Aetna", ("DC", "STATE", "provider"))
    assert "in DC" in text
    assert "District" not in text


def test_times_that_do_not_suit_are_said_by_themselves():
    assert said(want("schedule", "openings (no mornings)")) == "I'm looking for a counselor with openings (no mornings)."
    assert "openings after 1 (no mornings)" in said(want("schedule", "openings after 1"), want("schedule", "openings (no mornings)"))


def test_a_practice_has_no_gender_of_its_own():
    assert said(want("modality", "a DBT skills group"), want("identity", "male")) == (
        "I'm looking for a DBT skills group with a male clinician."
    )


def test_who_the_counselor_is_stays_beside_whom_they_serve():
    black, women = want("identity", "Black"), want("population", "Black women")
    assert not _is_broader(black, women)


@pytest.mark.parametrize(
    ("age", "served"),
    [("4", "young children"), ("9", "children"), ("16", "adolescents"), ("19", "young adults"), ("26", ""), ("71", "older adults")],
)
def test_an_age_becomes_the_people_served(age, served):
    text = rewrite(f"Aetna, panic. Client is {age}", (age, "AGE", "client"))
    assert (f"works with {served} " in text or f"works with {served}," in text) if served else "works with" not in text


def test_telehealth_that_contradicts_itself_asks_for_either():
    draft, findings = found("Telehealth only, must be in person, in person only. Aetna")
    wants = READER.wants(draft, findings)
    assert wants.telehealth() == "in person or telehealth"
    assert len(wants.conflicts) == 1
    assert wants.as_dict()["telehealth"] is True
    assert wants.conflicts[0] in edits(draft, findings, wants, GOOD).left_to_you


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("School SW, Aetna", [("SW", "STATE", "provider")]),
        ("Aetna. KanCare Sunflower.", [("KanCare Sunflower", "LOCATION", "provider")]),
        ("Sun Life. A name in Scarborough", [("Scarborough", "LOCATION", "client")]),
        ("Aetna. Not the hospital at Fort Harrison", [("Fort Harrison", "LOCATION", "client")]),
    ],
    ids=str,
)
def test_what_is_no_place_to_look_in(text, marks):
    draft, findings = found(text, *marks)
    assert READER.wants(draft, findings).areas() == ()


@pytest.mark.parametrize(
    ("text", "say"),
    [
        ("I'm a case manager at a hospice. Looking for a grief counselor, Aetna", "hospice"),
        ("Case manager with a rural ACT team (western Kansas). Need CBT for psychosis, telehealth", "assertive"),
        ("Hospice chaplain here. ISO somebody who does grief, Aetna", "hospice"),
    ],
)
def test_what_posters_do_is_not_asked_for(text, say):
    draft, findings = found(text)
    assert not any(say in want.say for want in READER.wants(draft, findings).wants)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("pastor in Meridian. Looking for a therapist, Aetna", ()),
        ("Client is a pastor. Looking for a therapist, Aetna", ("clergy and religious workers",)),
    ],
)
def test_who_posts_is_no_client(text, asked):
    draft, findings = found(text, ("pastor", "OCCUPATION", "client"))
    assert READER.wants(draft, findings).says("population") == asked


def test_what_is_said_twice_is_asked_once():
    draft, findings = found("Aetna! Again: aetna, and AETNA. OCD and OCD.")
    wants = READER.wants(draft, findings)
    assert wants.says("insurance") == ("Aetna",)
    assert wants.says("specialty") == ("OCD",)
    assert draft[wants.of("insurance")[0].span] == "Aetna"
    assert wants.of("insurance")[0].is_stated


def test_what_stands_inside_a_detail_of_the_client_is_no_request():
    draft, findings = found("a nurse who works for Aetna", ("Aetna", "EMPLOYER", "client"))
    assert READER.wants(draft, findings).says("insurance") == ()


def test_ages_become_populations():
    text = "she is 16, he is 72, the kid is 8"
    draft, findings = found(text, ("16", "AGE", "client"), ("72", "AGE", "client"), ("8", "AGE", "relative"))
    wants = READER.wants(draft, findings)
    assert {"adolescents", "older adults"} <= set(wants.says("population"))
    assert not any(want.is_stated for want in wants.of("population") if want.phrase == "age")


def test_spans_are_of_the_text_as_given():
    draft, findings = found("\u200b\u200bA\u200betna please")
    (payer,) = READER.wants(draft, findings).of("insurance")
    assert draft[payer.span] == "A\u200betna"


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("ISO EMDR therapist in Bend, Moda", True),
        ("Does anyone have openings for teens? OHP", True),
        ("Recs for a couples therapist who takes Aetna?", True),
        ("Now hiring! LCSW with openings, W2, resume to us", False),
        ("Office for rent, $400 per month, does anyone need a space?", False),
        ("DAP note: client tearful, denies SI, next appt Monday", False),
        ("Reminder: please read the rules before posting", False),
        ("My dog learned to open the fridge", False),
    ],
)
def test_what_asks_for_a_counselor(text, asks):
    draft, findings = found(text)
    wants = READER.wants(draft, findings)
    assert READER.is_request(draft, wants) is asks
    assert READER.is_request(draft, wants, {"other": 0.9, "clean": 0.1}) is False


def test_the_model_is_not_enough_for_a_text_that_asks_for_nothing():
    draft, findings = found("987-65-4320")
    assert READER.is_request(draft, READER.wants(draft, findings), {"other": 0.1, "overshare": 0.9}) is False


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Dear colleagues,\nI am looking", Register("formal", "Dear colleagues", "I am looking for")),
        ("Subject: Referral\n\nHello,\nA counselor", Register("formal", "Hello", "I am looking for", has_subject=True)),
        ("Hi all! Looking for someone. Thanks!", Register("chatty", "Hi all", "Looking for", thanks="Thanks!")),
        ("ISO therapist w/ openings, TIA", Register("terse", seek="ISO", thanks="TIA!")),
        ("I'm looking for a counselor who:\n- is x\n- is y\n- is z", Register(is_list=True)),
        ("LOOKING FOR A COUNSELOR IN BEND", Register(seek="Looking for")),
        ("Does anybody know a counselor? Much appreciated", Register(seek="Does anyone know of", thanks="Much appreciated!")),
        ("Seeking a counselor for a man who works nights", Register(seek="Seeking")),
        ("A nurse who works nights. Seeking a counselor", Register(seek="Seeking")),
        ("Who takes Aetna in Bend?", Register(seek="Does anyone know of")),
        ("Need some recs: counselor in Bend", Register(seek="Can anyone recommend")),
        ("Dear all, I am seeking a counselor. Thank you", Register("formal", "Dear all", "I am seeking", "Thank you.")),
    ],
)
def test_how_a_poster_writes(text, how):
    assert register(Draft("x", text)) == how


SIGNED = "Dear colleagues,\n\nLooking for a counselor who takes Medicare.\n\nWith thanks,\nJudith Amory, LICSW\n802-555-0143"


def test_the_posters_signature_stays():
    text = rewrite(SIGNED, ("Judith Amory", "PERSON", "author"), ("802-555-0143", "PHONE", "author"))
    assert text.endswith("I can share more privately.\n\nWith thanks,\nJudith Amory, LICSW\n802-555-0143")
    assert "LICSW in" not in text
    assert "a counselor, in-network with Medicare." in text


def test_a_signature_that_tells_of_the_client_does_not():
    draft, findings = found(SIGNED, ("Judith Amory", "PERSON", "client"))
    assert signature(draft, findings) is None
    assert "Judith" not in compose(READER.wants(draft, findings), GOOD)


def test_a_profile_decides_what_may_stand():
    wants = (want("specialty", "grief"), want("fee", "private pay around $90"), want("insurance", "Aetna"), want("credential", "LCSW"))
    shared = {"places": [place("San Francisco")]}
    freetree = load_profile("freetree", RULEBOOK).profile
    assert said(*wants, profile=freetree, **shared) == (
        "Subject: LCSW - San Francisco, California\n\n"
        "I'm looking for an LCSW in San Francisco who has experience with grief and takes Aetna or private pay."
    )
    logistics = load_profile("aca-connect", RULEBOOK).profile
    assert "grief" not in said(*wants, profile=logistics, **shared)
    strict = load_profile("strict-safe-harbor", RULEBOOK).profile
    assert "in California " in said(*wants, profile=strict, **shared)


def test_every_edit_is_explained_without_the_drafts_words():
    text = "ISO counselor in Charlotte, Aetna. My client Zorba, 15, lives in Waxhaw, collects thimbles, lost his son. Call 704-555-0101"
    marks = [
        ("Zorba", "PERSON", "client"), ("15", "AGE", "client"), ("Waxhaw", "LOCATION", "client"), ("Charlotte", "LOCATION", "provider"),
        ("thimbles", "LIFE_EVENT", "client"), ("704-555-0101", "PHONE", "author"),
    ]  # fmt: skip
    draft, findings = found(text, *marks)
    wants = READER.wants(draft, findings)
    made = edits(draft, findings, wants, GOOD)
    by_words = {draft[edit.span]: edit for edit in made.edits}
    assert by_words["Zorba"].kind == "drop"
    assert by_words["15"].kind == "generalise"
    assert by_words["Charlotte"].kind == "keep"
    assert by_words["Waxhaw"].kind in ("drop", "reattribute")
    assert by_words["Aetna"].as_dict() == {
        "start": text.index("Aetna"),
        "end": text.index("Aetna") + 5,
        "kind": "keep",
        "to": "Aetna",
        "why": "It asks something of the counselor.",
    }
    assert any("an event of a life" in line for line in made.left_to_you)
    assert any("Your own phone number" in line for line in made.left_to_you)
    told = " ".join([*made.left_to_you, *(f"{edit.to} {edit.why}" for edit in made.edits)])
    assert not any(word in told for word in ("Zorba", "thimbles", "Waxhaw", "704"))


def test_the_same_wants_give_the_same_text_and_none_of_a_person():
    text = "hey all, need a therapist for a 34F in Waxhaw, OCD, Aetna, evenings"
    marks = [("34", "AGE", "client"), ("F", "GENDER", "client"), ("Waxhaw", "LOCATION", "client")]
    first = rewrite(text, *marks)
    assert first == rewrite(text, *marks)
    assert not any(word in first for word in ("34", "Waxhaw", " she ", " her ", "for a teen"))


def sayings():
    """Give each phrase of the tables with what it says, and its narrower request."""
    for phrase in READER.tables.phrases.values():
        if not phrase.fields and phrase.slot != "contact":
            yield from ((phrase.slot, say) for say in (phrase.say, getattr(phrase, "narrow", "")) if say)


def test_most_sayings_are_read_again_as_what_they_say():
    lost = []
    said = sorted(set(sayings()))
    for slot, say in said:
        draft, findings = found(compose(Wants((want(slot, say),)), GOOD))
        if say.lower() not in map(str.lower, READER.wants(draft, findings).says(slot)):
            lost.append(f"{slot}: {say}")
    assert len(lost) <= 0.15 * len(said), "\n".join(lost)


@pytest.mark.parametrize("name", ["aca-connect", "freetree", "good-2018", "nccbt", "strict-safe-harbor", "zero-mention"])
@pytest.mark.parametrize("style", ["plain", "chatty", "terse", "formal"])
def test_a_rewrite_holds_nothing_that_its_group_declines(name, style):
    house = load_profile(name, RULEBOOK)
    wants = (
        want("specialty", "grief and loss"), want("population", "adolescents"), want("modality", "EMDR"), want("insurance", "Aetna"),
        want("fee", "sliding scale around $60"), want("schedule", "evening openings"), want("telehealth", "in person"),
        want("accessibility", "a step-free entrance"), want("identity", "Black"), want("language", "Spanish"), want("contact", "message"),
    )  # fmt: skip
    text = compose(Wants(wants, (place("Oakland"),), register=Register(style, thanks=True)), house.profile)
    assert house.banned(Draft("x", text)) == ()


def test_traits_stand_with_their_verbs():
    wants = [want("population", "teens"), want("identity", "who is a veteran"), want("identity", "with an immigrant background")]
    assert said(*wants) == "I'm looking for a counselor who works with teens, is a veteran and has an immigrant background."
    assert said(*wants[1:2]) == "I'm looking for a counselor who is a veteran."
    alike = [want("identity", "familiar with Jewish life"), want("identity", "familiar with South Asian faiths")]
    assert said(*alike) == "I'm looking for a counselor familiar with Jewish life and South Asian faiths."


def test_much_that_follows_from_details_is_not_all_named():
    inferred = [Want("population", say, HERE, is_stated=False, phrase="x") for say in ("clergy", "veterans", "adolescents", "educators")]
    assert said(*inferred) == "I'm looking for a counselor who works with adolescents."
    assert said(want("population", "parents"), want("population", "nurses"), *inferred) == (
        "I'm looking for a counselor who works with parents and nurses."
    )


def test_a_profile_says_what_a_draft_lacks():
    profile = type(GOOD)(
        id="x", title="Ours", source="s", retrieved="r", not_retrieved="n", slots=("insurance", "place"), required=("insurance", "place")
    )
    draft, findings = found("Looking for a counselor")
    lines = edits(draft, findings, READER.wants(draft, findings), profile).left_to_you
    assert sum(line.startswith("Ours wants every request to say this") for line in lines) == 2


def test_words_after_a_place_say_which_it_is():
    assert "in Oregon who" in rewrite("34F, Newport OR", ("Newport", "LOCATION", "provider"), ("34", "AGE", "client"))
    assert "in the Columbus area" in rewrite("Aetna in the Columbus area", ("Columbus", "LOCATION", "provider"))


def test_a_client_s_place_that_could_be_any_of_several_is_left_out():
    text = "Client lives in Franklin. Aetna."
    assert " in " not in rewrite(text, ("Franklin", "LOCATION", "client")).partition(", in-network")[0].removeprefix("I'm looking for")
    draft, findings = found(text, ("Franklin", "LOCATION", "client"))
    (nashville,) = (region for region in REGIONS.find("Nashville metro") if region.kind == "metro")
    assert READER.wants(draft, findings, nashville).areas() == ("Nashville area",)


@pytest.mark.parametrize(
    ("text", "marks", "area"),
    [
        (
            "Aetna, Lewiston/Auburn. She is 34",
            [("Lewiston", "provider"), ("Auburn", "provider"), ("34", "client")],
            "in Lewiston or Auburn",
        ),
        ("Aetna. Portsmouth/Dover. She is 34", [("Portsmouth", "provider"), ("Dover", "provider")], "in Portsmouth or Dover"),
        (
            "Regence, Wenatchee or would drive to Ellensburg. She is 9",
            [("Wenatchee", "provider"), ("Ellensburg", "provider"), ("9", "client")],
            "in the Yakima area",
        ),
        ("Anyone in Duluth? Aetna", [("Duluth", "unknown")], "in Duluth"),
        ("Counselor at a school in Gresham here. Aetna", [("Gresham", "author")], "in the Portland area"),
        ("Psych NP in Bozeman here. She is 34. Aetna", [("Bozeman", "author"), ("34", "client")], "in Bozeman"),
        ("Psych NP in Boise here. He lives in Missoula. Aetna", [("Boise", "author"), ("Missoula", "client")], "in Montana"),
        ("Aetna. He lives in Gulfport", [("Gulfport", "client")], "in the Gulfport area"),
        (
            "Aetna, near Briargate if you can. He is 13, Colorado Springs",
            [("Briargate", "provider"), ("Colorado Springs", "client")],
            "in Briargate or the Colorado Springs area",
        ),
        ("Worker in Pottawatomie County. Aetna. OKC", [("Pottawatomie County", "unknown"), ("OKC", "provider")], "in OKC"),
        ("Aetna, an office in Omaha", [("office in Omaha", "provider")], "in Omaha"),
        ("Aetna. He lives in Missoula", [("Missoula", "client")], "in Montana"),
        ("Aetna. He lives in Whitefish", [("Whitefish", "client")], "in the Kalispell area"),
        ("Aetna, near Mattapan Brockton", [("Mattapan", "provider"), ("Brockton", "provider")], "in Mattapan or Brockton"),
        ("Aetna, Onalaska is too close, maybe Winona", [("Onalaska", "provider"), ("Winona", "provider")], "in Winona"),
        (
            "Horizon BCBS, Montclair NJ. She is 9",
            [("Montclair", "provider"), ("NJ", "provider"), ("9", "client")],
            "in the New York area, NJ",
        ),
        (
            "Aetna, the Denver area, Highlands or Wash Park. She is 33",
            [("Denver", "provider"), ("Wash Park", "provider"), ("33", "client")],
            "in the Denver area",
        ),
        ("Excellus. He lives in Rochester", [("Rochester", "client")], "in the Rochester area"),
        ("Kaiser GA. He lives in Decatur", [("Decatur", "client")], "in the Atlanta area"),
        ("Aetna, near Horizon City", [("Horizon City", "provider")], "in Horizon City"),
        ("Aetna. He lives in Upland, Ontario CA is fine", [("Upland", "client")], "in the Riverside area"),
    ],
    ids=str,
)
def test_which_area_is_named(text, marks, area):
    marked = [(words, "AGE" if words.isdigit() else "LOCATION", about) for words, about in marks]
    assert f"{area}," in rewrite(text, *marked).replace(" who", ", who")


def test_an_area_that_is_named_twice_is_named_once():
    denver = replace(place("Denver"), words="Denver area", span=Span(0, 11), is_asked=True)
    park = replace(place("Wash Park"), span=Span(13, 22), is_asked=True)
    assert area_names([denver, park], "widen", is_careful=True, is_near=False) == ("Denver area",)


def test_places_of_one_name_are_sought_in_the_state_that_they_share():
    draft, findings = found("Portsmouth/Dover", ("Portsmouth", "LOCATION", "provider"), ("Dover", "LOCATION", "provider"))
    assert {place.region.states[0] for place in READER.wants(draft, findings).places} == {"NH"}


def test_nothing_is_said_twice_over():
    assert said(want("modality", "DBT"), want("modality", "a DBT skills group")) == "I'm looking for a DBT skills group."
    both = (want("identity", "experienced with faith transitions"), want("specialty", "faith transitions"))
    assert said(*both) == "I'm looking for a counselor experienced with faith transitions."
    assert located(["Green Bay"]) == "in Green Bay"
    assert located(["East Bay"]) == "in the East Bay"


def test_what_the_head_says_is_not_said_again():
    assert said(want("modality", "a grief group"), want("specialty", "grief and loss")) == "I'm looking for a grief group."
    anger = (want("modality", "anger management"), want("specialty", "anger"))
    assert "experience" not in said(*anger)


def test_who_works_for_nothing_works_pro_bono():
    text = said(want("population", "adolescents"), want("fee", "pro bono"))
    assert text == "I'm looking for a counselor who works with adolescents and works pro bono."


def test_a_chatty_post_says_it_in_a_row():
    wants = (want("insurance", "Aetna"), want("schedule", "evening openings"), want("specialty", "OCD"))
    text = said(*wants, how=Register("chatty", "Hi all", "Looking for"))
    assert text == "Hi all! Looking for a counselor who has experience with OCD, takes Aetna and has evening openings."


@pytest.mark.parametrize(
    "text",
    [
        "ISO therapist, she doesn't want anything on her parents' Quartz plan.",
        "Looking for a therapist. Husky D till she got promoted.",
        "ISO therapist. He is on Kaiser but paying cash.",
        "Therapist wanted, private pay so that nothing shows up in the Kaiser chart.",
        "Need a counselor. Kaiser is out.",
    ],
)
def test_a_plan_that_is_not_to_be_used_is_not_asked_for(text):
    assert READER.wants(Draft("x", text), Findings(())).says("insurance") == ()


@pytest.mark.parametrize("text", ["ISO therapist, no evenings, on Aetna.", "Off work until May, has Aetna.", "Nothing fancy, takes Aetna."])
def test_a_plan_beside_a_refusal_is_asked_for(text):
    assert READER.wants(Draft("x", text), Findings(())).says("insurance") == ("Aetna",)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("ER social worker here. Need a psychologist who takes Aetna.", ("psychologist",)),
        ("I'm a psychologist in Reno. Looking for an LCSW.", ("LCSW",)),
        ("Psychiatrist in Reno? Need one who takes Aetna.", ("psychiatrist",)),
        ("Looking for a social worker in Reno.", ("social worker",)),
    ],
)
def test_the_posters_own_profession_is_not_looked_for(text, asked):
    assert READER.wants(Draft("x", text), Findings(())).says("credential") == asked


@pytest.mark.parametrize(
    ("text", "soft"),
    [
        ("Therapist, EMDR a plus.", True),
        ("Therapist, ideally EMDR.", True),
        ("Therapist, must do EMDR.", False),
        ("Need EMDR. Aetna preferred.", False),
    ],
)
def test_a_preference_stays_one(text, soft):
    (emdr,) = READER.wants(Draft("x", text), Findings(())).of("modality")
    assert emdr.is_soft is soft
    made = compose(READER.wants(Draft("x", text), Findings(())), GOOD)
    assert ("EMDR preferred." in made) is soft


def test_a_plan_by_two_names_is_one():
    assert "AHCCCS (Mercy Care)" in rewrite("Need a counselor, AHCCCS (Mercy Care).")
    assert "Aetna or Cigna" in rewrite("Need a counselor, Aetna or Cigna.")


@pytest.mark.parametrize(("chance", "asked"), [(0.01, ()), (0.9, ("LCSW",))])
def test_a_profession_that_the_model_takes_for_somebodys_is_not_looked_for(chance, asked):
    text = "Seeking LCSW, EMDR and grief please."
    words = tuple(split_words(text))
    wants = READER.wants(Draft("x", text), Findings((), stays=Staying(words, (chance,) * len(words))))
    assert wants.says("credential") == asked
    assert [want.is_stated for want in wants.of("specialty")] == [chance > 0.5]
    assert wants.says("modality") == ("EMDR",)


@pytest.mark.parametrize(
    ("text", "chance", "areas"),
    [
        ("Omaha or Council Bluffs, EMDR.", 0.99, ("Omaha", "Council Bluffs")),
        ("Omaha or Council Bluffs, EMDR.", 0.5, ("Omaha area",)),
        ("Omaha, EMDR, after five on weekdays if it can be. Council Bluffs.", 0.99, ("Omaha",)),
    ],
)
def test_a_place_that_the_model_is_sure_of_is_where_to_look(text, chance, areas):
    draft, read = found(text, ("Omaha", "LOCATION", "client"), ("Council Bluffs", "LOCATION", "client"))
    words = tuple(split_words(text))
    wants = READER.wants(draft, replace(read, stays=Staying(words, (chance,) * len(words))))
    assert wants.areas("widen") == areas


def test_what_a_detail_surely_names_goes_before_what_it_may():
    chances = {"a": 0.2, "b": 0.9, "c": 0.5}
    told = [Want("specialty", say, HERE, is_stated=False, phrase="x", chance=chance) for say, chance in chances.items()]
    assert said(*told) == "I'm looking for a counselor who has experience with b and c."


@pytest.mark.parametrize(
    ("text", "name", "label", "asked"),
    [
        ("A woman, ideally NOT from Dearborn.", "Dearborn", "LOCATION", ("outside the local community",)),
        ("Someone outside Rochester, EMDR.", "Rochester", "LOCATION", ("outside the local community",)),
        ("Nobody who works at Acme, EMDR.", "Acme", "EMPLOYER", ("outside the local community",)),
        ("EMDR, not contracted with Acme.", "Acme", "EMPLOYER", ("independent",)),
        ("A shooting outside Rochester, EMDR.", "Rochester", "LOCATION", ()),
        ("She lives in Dearborn, EMDR.", "Dearborn", "LOCATION", ()),
    ],
)
def test_a_name_that_is_refused_asks_for_somebody_outside(text, name, label, asked):
    draft, findings = found(text, (name, label, "client"))
    assert tuple(say for say in READER.wants(draft, findings).says("identity") if say != "female") == asked


@pytest.mark.parametrize("text", ["Therapist, men are out. Aetna.", "Male therapists are a no. Aetna."])
def test_what_is_ruled_out_behind_it_is_not_asked_for(text):
    assert "male" not in READER.wants(Draft("x", text), Findings(())).says("identity")


def test_what_gives_way_is_not_said_to_be_asked_for():
    draft, findings = found("Counselor for a nurse, Aetna.", ("nurse", "OCCUPATION", "client"))
    seldom = Want("population", "healthcare workers", Span(16, 21), is_stated=False, phrase="x", chance=0.05)
    wants = Wants((want("insurance", "Aetna"), seldom))
    said_so = [edit.to for edit in edits(draft, findings, wants, GOOD, text="Counselor, Aetna.").edits]
    assert "healthcare workers" not in said_so


PLAIN = "Looking for a therapist for my client, 34, Aetna, Omaha."


def suggested(*themes, circle=True):
    draft, findings = found(PLAIN, *([("34", "AGE", "client")] if circle else []))
    at = PLAIN.index("Omaha")
    told = tuple(Theme(phrase, chance, Span(at, at + 5)) for phrase, chance in themes)
    return draft, replace(findings, themes=told)


def test_what_the_whole_of_a_draft_suggests_is_asked_for_if_it_is_sure_and_what_a_counselor_should_know():
    draft, findings = suggested(
        ("trauma", 0.9), ("depression", 0.4), ("veterans", 0.8), ("couples", 0.95), ("plain-spoken", 0.99), ("no-such-phrase", 0.9)
    )
    wants = READER.wants(draft, findings)
    assert wants.says("specialty") == ("trauma",)
    assert "couples" in wants.says("population")
    assert "veterans" not in wants.says("population")
    assert wants.says("identity") == ()


def test_nothing_is_suggested_of_a_draft_that_tells_of_nobody():
    assert READER.wants(*suggested(("trauma", 0.9), circle=False)).says("specialty") == ()


def test_what_is_suggested_is_explained_where_it_is_suggested_most():
    draft, findings = suggested(("trauma", 0.9))
    wants = READER.wants(draft, findings)
    told = [edit for edit in edits(draft, findings, wants, GOOD, text="Experience with trauma.").edits if edit.to == "trauma"]
    assert [draft[edit.span] for edit in told] == ["Omaha"]
    assert "Take it out if" in told[0].why


@pytest.mark.parametrize(("chance", "named"), [(0.95, True), (0.01, False)])
def test_what_a_detail_tells_is_named_as_the_whole_makes_it_likely(chance, named):
    text = "Grief therapist for a burned out night nurse, Aetna."
    draft, findings = found(text, ("night nurse", "OCCUPATION", "client"))
    theme = Theme("healthcare-workers", chance, Span(0, 9))
    assert ("healthcare workers" in compose(READER.wants(draft, replace(findings, themes=(theme,))), GOOD)) == named


def test_what_the_tables_never_name_is_not_named_however_sure_the_model_is():
    text = "Therapist for a Korean woman, Aetna."
    draft, findings = found(text, ("Korean woman", "ETHNICITY", "client"))
    theme = Theme("culturally-responsive", 0.99, Span(0, 9))
    assert "culturally" not in compose(READER.wants(draft, replace(findings, themes=(theme,))), GOOD)


def test_a_want_can_be_said_more_broadly_unless_another_says_so():
    tables = READER.tables
    (attachment,) = tables.broader("foster-care")
    assert attachment.say == "attachment"
    assert tables.broader("grief") == tables.broader("no-such-phrase") == ()
    foster = Want("specialty", "foster care and attachment", HERE, is_stated=False, phrase="foster-care")
    assert Wants((foster,)).with_broader(foster, attachment).says("specialty") == ("attachment",)
    both = Wants((want("specialty", "attachment"), foster))
    assert both.with_broader(foster, attachment).says("specialty") == ("attachment",)


@pytest.mark.parametrize(
    ("words", "region"), [("Munjoy Hill", None), ("Point of the Mountain", None), ("West metro", None), ("Seattle eastside", "Seattle, WA")]
)
def test_a_place_is_not_known_by_a_word_that_names_a_small_town(words, region):
    draft, findings = found(f"Therapist near {words}, Aetna.", (words, "LOCATION", "provider"))
    (place,) = READER.wants(draft, findings).places or (None,)
    assert (place.region.name if place and place.region else None) == region


@pytest.mark.parametrize(("chance", "asked"), [(0.95, True), (0.7, False)])
def test_how_soon_is_asked_for_beside_times_if_the_whole_surely_suggests_it(chance, asked):
    text = "Therapist for a client of 34, evening openings, Aetna."
    draft, findings = found(text, ("34", "AGE", "client"))
    says = READER.wants(draft, replace(findings, themes=(Theme("soon", chance, Span(0, 9)),))).says("schedule")
    assert "evening openings" in says
    assert ("openings soon" in says) == asked


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("Grief therapist, Aetna. Comment or PM", "Please PM me if"),
        ("Grief therapist, Aetna. DM me, thanks", "Please DM me if"),
        ("Grief therapist, Aetna. PM or text me.", "Please PM or text me if"),
        ("Grief therapist, Aetna. Drop names below pls", "Please message me if"),
        ("Grief therapist, Aetna. Reply off list please", "Please reply to me off list if"),
        ("Grief therapist without a wait list, Aetna. Comment below", "Please message me if"),
        ("ISO grief tx, Aetna, tele, for a pt.", "Please PM me if"),
        ("Grief therapist with openings at 2 PM, Aetna.", "Please message me if"),
    ],
)
def test_a_reply_is_asked_for_as_the_draft_asks_for_it_but_in_private(text, reply):
    draft, findings = found(text)
    assert reply in compose(READER.wants(draft, findings), GOOD)


def test_of_two_ways_to_reply_each_has_its_number():
    wants = Wants((want("contact", "message"), want("contact", "text")), reach={"PHONE": "503-555-0142"})
    assert "Please message me or text me at 503-555-0142 if" in compose(wants, GOOD)


@pytest.mark.parametrize(("chance", "said"), [(0.95, True), (0.1, False)])
def test_how_soon_stands_beside_the_drafts_own_beginning_if_it_is_likely(chance, said):
    text = "Looking for a grief therapist who gets stubborn people. 34, moves on the 5th."
    draft, findings = found(text, ("34", "AGE", "client"), ("moves on the 5th", "LIFE_EVENT", "client"))
    chances = tuple(0.95 if word.start < text.index(". 34") else 0.02 for word in split_words(text))
    findings = replace(findings, stays=Staying(tuple(split_words(text)), chances), themes=(Theme("soon", chance, Span(0, 9)),))
    made = compose(READER.wants(draft, findings, copies=True), GOOD)
    assert made.startswith("Looking for a grief therapist who gets stubborn people.")
    assert ("Ideally with openings soon." in made) == said


@pytest.mark.parametrize(
    "words",
    [
        "Nowhere near Aurora, CO.", "Anywhere but Aurora, CO.", "She lost her house in Aurora, CO.", "I'm moving my practice to Aurora, CO."
    ],
)  # fmt: skip
def test_nobody_is_looked_for_in_a_place_that_is_refused_or_was_lost(words):
    draft, findings = found(f"Grief therapist, Aetna. {words}", ("Aurora", "LOCATION", "provider"))
    assert "Aurora" not in [place.written for place in READER.wants(draft, findings).places]


def test_a_posters_own_profession_asks_for_no_service():
    draft, findings = found("SLP here with a kid who needs a grief counselor, TRICARE.")
    assert READER.wants(draft, findings).says("modality") == ()


def test_a_social_worker_is_no_sex_worker():
    draft, findings = found("For my client, SW at a clinic, trauma, Aetna.", ("SW", "OCCUPATION", "client"))
    assert "sex" not in " ".join(READER.wants(draft, findings).says("identity"))
