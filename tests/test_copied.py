"""What is asked of the counselor in words that no table knows is taken over, and nothing that tells of a person."""

import pytest

from safeharbor.detect.page import Page
from safeharbor.draft import Draft, Span
from safeharbor.findings import Finding
from safeharbor.rewrite.copied import Copied, Copier
from safeharbor.rewrite.english import negated, third_person
from safeharbor.rewrite.wants import Cues
from safeharbor.rulebook import Rulebook, load_tables

RULEBOOK = Rulebook.load()
(CUES,) = load_tables(RULEBOOK.folder / "rewriting", Cues, {})
COPIER = Copier(CUES.copied, RULEBOOK, "requests")


def copied(text, *marks, taken=(), told=(), frames=COPIER):
    """Give how what is taken over of a text is said; `marks` are (words, rule, about) of findings, `taken` and `told` words of tables."""

    def at(words):
        start = text.index(words)
        return Span(start, start + len(words))

    found = [Finding(RULEBOOK[rule], at(words), "info", about, "pattern") for words, rule, about in marks]
    page = Page(Draft("x", text))
    return [each.say for each in frames.read(page, [at(words) for words in taken], [at(words) for words in told], found)]


@pytest.mark.parametrize("frame", CUES.copied, ids=lambda frame: frame.id)
def test_a_frame_takes_over_what_its_examples_say_and_nothing_else(frame):
    alone = Copier([frame], RULEBOOK, "requests")
    assert frame.examples
    assert len(frame.passes) > 0
    for text, say in frame.examples.items():
        assert say in copied(text), text
        assert say in copied(text, frames=alone), text
    for text in frame.passes:
        assert copied(text, frames=alone) == [], text


@pytest.mark.parametrize(
    "text",
    [
        "Looking for someone who can tell 3 of these apart.",
        "Looking for someone who gets widows.",
        "Looking for someone who knows Xyzzyville.",
        "Looking for someone who saw the boss that day.",
        "Looking for someone who is right for the twins.",
        "Looking for someone who remembers the label.",
        "Looking for someone who will",
        "Looking for someone who has never said: cheer up.",
        "Looking for someone who knows why.",
        "Looking for someone who isn't scared",
        "Looking for someone who can work with him.",
        "Looking for someone who lives in a car.",
        "Looking for somebody steady because",
        "Looking for somebody as absurd as that.",
        "I have someone who won't eat in public.",
        "I'm seeing somebody who can sit with silence.",
        "Referring a man who won't hurry.",
        "Nobody who preaches or lectures.",
        "Looking for someone who can sit with a person who's thinking of stopping",
        "Looking for someone who can carry on a long story about all sorts of things that go on and on for many words.",
    ],
)
def test_what_could_tell_of_somebody_or_says_nothing_is_left(text):
    assert copied(text) == []


def test_nothing_is_taken_over_in_which_something_was_found():
    text = "Looking for someone who knows puppet shows, drives, and can sit with silence. Gets big feelings"
    assert copied(text) == ["who knows puppet shows", "who can sit with silence"]
    assert copied(text, ("puppet shows", "ii-occupation", "client")) == []  # what follows goes on about somebody
    assert copied(text, ("puppet shows", "ii-occupation", "provider")) == ["who knows puppet shows", "who can sit with silence"]


def test_a_passage_in_which_a_person_is_spoken_of_is_left_or_said_of_anybody():
    assert copied("Looking for someone who can wait out a storm while she yells, is kind, and can sit with silence.") == []
    assert copied("Looking for someone who won't hurry him") == ["who won't hurry people"]
    assert copied("Looking for someone who will talk to our care team") == ["who will talk to a care team"]
    assert copied("Looking for someone who makes room for his coming late") == ["who makes room for coming late"]
    assert copied("Looking for someone who will make her explain") == ["who will make people explain"]


def test_only_what_is_refused_is_denied():
    assert copied("Nobody who pushes homework, gentle with silence.") == ["who doesn't push homework"]
    assert copied("Do you have someone who can sit with silence?") == ["who can sit with silence"]


def test_a_passage_is_whole_or_left():
    assert copied("Looking for someone who can hear about that") == []
    assert copied('Looking for someone who won\'t say "cheer up"') == []
    assert copied("Looking for someone who will be there as long as") == []
    assert copied("Looking for someone who is not going to preach, please") == ["who is not going to preach"]
    assert copied("Looking for someone who KNOWS farming") == ["who knows farming"]


def test_words_of_tables_are_not_said_again():
    text = "Looking for someone who takes Aetna, who knows grief and can sit with a loss that isn't tidy."
    assert copied(text, taken=("takes Aetna",), told=("grief", "loss")) == ["who knows grief and can sit with a loss that isn't tidy"]
    assert copied("Someone who works with teens", told=("works with teens",)) == []


def test_a_topic_that_is_asked_for_holds_no_passage_back():
    text = "Looking for someone who treats panic without flinching or lecturing"
    assert copied(text, ("panic", "ii-diagnosis", "client")) == []
    assert copied(text, ("panic", "ii-diagnosis", "client"), told=("panic",)) == ["who treats panic without flinching or lecturing"]


def test_each_place_is_taken_over_once():
    assert copied("Looking for someone who won't flinch and who won't flinch") == ["who won't flinch and who won't flinch"]
    assert copied("Somebody who won't flinch, knows puppet shows. Knows puppet shows") == [
        "who won't flinch",
        "who knows puppet shows",
        "who knows puppet shows",
    ]


def test_no_text_in_the_repr():
    assert "puppet" not in repr(Copied("identity", "who knows puppet shows", Span(0, 1), "who"))


@pytest.mark.parametrize(
    ("bare", "third"),
    [
        ("be patient", "is patient"), ("have time", "has time"), ("carry on", "carries on"),
        ("watch", "watches"), ("play along", "plays along"),
        ("know work", "knows work"), ("not be loud", "is not loud"), ("not mind", "does not mind"),
    ],
)  # fmt: skip
def test_third_persons(bare, third):
    assert third_person(bare) == third


@pytest.mark.parametrize(
    ("says", "denies"),
    [
        ("is loud", "isn't loud"), ("is going to preach", "won't preach"), ("pushes homework", "doesn't push homework"),
        ("carries on", "doesn't carry on"), ("has a wait list", "doesn't have a wait list"), ("would mind", "wouldn't mind"),
        ("won't listen", "will listen"), ("needs a lecture", "doesn't need a lecture"), ("uses force", "doesn't use force"),
    ],
)  # fmt: skip
def test_denials(says, denies):
    assert negated(says) == denies
