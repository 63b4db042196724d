"""The corpora: their split by voice, their labels, the linter of marks, and the second reading."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from safeharbor.build.examples import voice_of
from safeharbor.build.gallery import read_gallery
from safeharbor.build.marks import boundaries, compare, unmarked_again, unmarked_elsewhere
from safeharbor.draft import Draft
from safeharbor.labels import CIRCLE, CLUES, IDENTIFIER_LETTER
from safeharbor.marked import MarkedDraft, read_corpus, unmark
from safeharbor.rewrite.tables import RewriteTables
from safeharbor.rulebook import Rulebook

CORPORA = Path(__file__).parent.parent / "corpora"
POSTS = frozenset({"overshare", "clean", "other"})


@pytest.fixture(scope="module")
def drafts():
    return list(read_corpus(CORPORA / "drafts"))


@pytest.fixture(scope="module")
def held_out():
    return list(read_corpus(CORPORA / "held-out"))


def corpus(*texts):
    made = []
    for number, text in enumerate(texts):
        bare, answers = unmark(text, labelled=True)
        made.append(MarkedDraft(Draft(f"v-{number}", bare), "overshare", answers))
    return made


def shown(doubts, drafts):
    texts = {marked.draft.name: marked.draft for marked in drafts}
    return [(doubt.name, texts[doubt.name][doubt.span]) for doubt in doubts]


def test_a_phrase_that_is_marked_once_and_not_again_is_doubted():
    drafts = corpus(
        "[[PERSON client: Marisol]] is 34. Marisol called. Marisolita too.", "[[PERSON client: Ana]] and [[PERSON client: Ana]]"
    )
    assert shown(unmarked_again(drafts), drafts) == [("v-0", "Marisol")]


def test_a_clue_that_other_drafts_mark_is_doubted_where_it_is_not():
    drafts = corpus(*["she has [[DIAGNOSIS client: panic attacks]]"] * 4, "client with Panic attacks", "an unrelated line")
    assert shown(unmarked_elsewhere(drafts, least=4, share=0.8), drafts) == [("v-4", "Panic attacks")]
    assert not list(unmarked_elsewhere(drafts, least=5, share=0.8))
    assert not list(unmarked_elsewhere(drafts, least=4, share=0.9))


def test_a_mark_with_an_article_or_a_sign_at_its_edge_is_doubted():
    drafts = corpus("[[AGE client: the 34]], [[FAMILY relative: mom,]] in [[LOCATION client: The Dalles]], [[AGE client: 34]]")
    assert shown(boundaries(drafts), drafts) == [("v-0", "the 34"), ("v-0", "mom,")]


def test_no_mark_begins_or_ends_on_a_space(drafts, held_out):
    for marked in [*drafts, *held_out]:
        for answer in marked.answers:
            text = marked.draft[answer.span]
            assert text == text.strip(), marked.draft.name


def test_there_are_enough_drafts_of_each_label_and_letter(drafts):
    posts = [marked for marked in drafts if marked.kind in POSTS]
    assert len(posts) >= 1500
    assert len({marked.draft.text for marked in posts}) == len(posts)
    labels = Counter(answer.label for marked in posts for answer in marked.answers if answer.about in CIRCLE)
    assert all(labels[label] >= 60 for label in CLUES), labels
    letters = Counter(answer.letter for marked in drafts for answer in marked.answers if answer.letter)
    assert all(letters[letter] >= 60 for letter in set(IDENTIFIER_LETTER.values())), letters


def test_no_voice_stands_on_two_sides_of_the_split(drafts, held_out):
    lines = (CORPORA / "validation-voices.txt").read_text(encoding="utf-8").splitlines()
    validation = {line for line in lines if line and not line.startswith("#")}
    ours = {voice_of(marked.draft.name) for marked in drafts}
    theirs = {voice_of(marked.draft.name) for marked in held_out}
    assert validation <= ours
    assert not ours & theirs
    assert len(validation) >= 18


def test_no_draft_stands_on_two_sides_in_other_words(drafts, held_out):
    """Two drafts that share a run of twelve words are one draft."""
    runs = defaultdict(set)
    for marked in drafts:
        words = marked.draft.text.casefold().split()
        for at in range(len(words) - 11):
            runs[tuple(words[at : at + 12])].add(marked.draft.name)
    for marked in held_out:
        words = marked.draft.text.casefold().split()
        for at in range(len(words) - 11):
            assert tuple(words[at : at + 12]) not in runs, marked.draft.name


def test_two_readings_agree():
    score, kinds, drafts = compare(CORPORA)
    assert drafts >= 150
    assert kinds / drafts >= 0.95
    assert score["safe_harbor_recall"].share >= 0.95
    assert score["clue_recall"].share >= 0.97
    assert score["about_accuracy"].share >= 0.99


@pytest.mark.parametrize("name", ["gallery", "posts", "unseen", "again"])
def test_what_may_stay_is_marked_in_the_text_of_its_draft(name):
    marked = list(read_corpus(CORPORA / "staying" / f"{name}.txt", labelled=False))
    sources = {m.draft.name: m.draft.text for m in read_corpus(CORPORA / "drafts")}
    for file in sorted((CORPORA / "rewrites").glob("gallery-*.txt")):
        sources |= {pair.draft.name: pair.draft.text for pair in read_gallery(file)}
    assert marked
    for each in marked:
        assert each.draft.text.strip() == sources[each.draft.name].strip(), each.draft.name
        assert all(each.draft[answer.span].strip() for answer in each.answers), each.draft.name


def themes_of(name):
    lines = (CORPORA / "themes" / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len({draft for draft, *_ in rows}) == len(rows)
    return {draft: themes for draft, *themes in rows}


def test_every_draft_that_is_taught_has_its_themes_and_they_are_phrases_of_the_tables():
    files = [CORPORA / "staying" / f"{name}.txt" for name in ("gallery", "posts", "written", "unseen")] + [CORPORA / "themes" / "told.txt"]
    drafts = {marked.draft.name for file in files for marked in read_corpus(file, labelled=False)}
    themes, again = themes_of("themes.tsv"), themes_of("again.tsv")
    assert set(themes) == drafts
    assert set(again) < drafts
    named = {theme for rows in (themes, again) for each in rows.values() for theme in each}
    assert named <= set(RewriteTables.load(Rulebook.load()).phrases)
    assert all(len(set(each)) == len(each) for each in themes.values())


def test_what_was_written_to_be_marked_is_marked():
    written = list(read_corpus(CORPORA / "staying" / "written.txt", labelled=False))
    assert len({m.draft.name for m in written}) == len(written)
    assert all(m.answers for m in written)


def test_what_is_only_measured_is_not_taught():
    unseen = {m.draft.name for m in read_corpus(CORPORA / "staying" / "unseen.txt", labelled=False)}
    taught = {m.draft.name for n in ("gallery", "posts", "written") for m in read_corpus(CORPORA / "staying" / f"{n}.txt", labelled=False)}
    assert not unseen & taught
    assert {name.partition("-")[0] for name in unseen} == {"gb", "gg", "gh", "gi", "go"}
