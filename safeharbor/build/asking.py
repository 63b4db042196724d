"""Rebuild ``rules/words/asking.txt``: words with which posts ask for a counselor, and that describe nobody.

Run ``python -m safeharbor.build.asking [--out rules]``. A rewrite takes a passage of a draft over only if every word of it is in
``english.txt`` or in this list, and not with `never`; a sentence stays as it is written only if those of its words that ask for nothing
are here with `quoted`: words that texts without a client use more than once. In it are the words of our own posts that tell of no client
(`kind=clean`), of the rewrites by hand in the development parts of the gallery, of what the tables say, and the other forms of them; with
`never` those that mostly tell of people: they stand inside the marks of clients' details more often than not, or are denied in
``hand/asking.txt``. The forms and the parts of speech are those of lemminflect (MIT, from the NIH SPECIALIST Lexicon, public domain),
which the linter itself never imports.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import regex

from safeharbor.build.gallery import read_gallery
from safeharbor.build.words import section_names
from safeharbor.labels import CIRCLE
from safeharbor.marked import MarkedDraft, read_corpus
from safeharbor.rewrite.tables import RewriteTables
from safeharbor.rulebook import Rulebook
from safeharbor.words import tokens

PARTS = ("a", "c", "d", "e", "f", "j", "k", "l", "m", "n")
"""The parts of the gallery that may be read."""
TELLING = 0.5
"""The share of a word's uses that stand inside marks of clients' details, from which it tells of people."""
OFTEN = 4
"""Uses in texts without a client from which a word is taken all the same."""
QUOTED = 2
"""Uses in texts without a client from which a word may stand in a sentence that stays as it is written."""
NAMES = (
    "given-names",
    "surnames",
    "us-places",
    "us-counties",
    "us-states",
    "place-aliases",
    "neighbourhoods",
    "foreign-cities",
    "countries",
)
"""Lists whose entries are no words here, unless they are English words too."""
DENIED = frozenset(section_names("asking", "denied"))
"""Words that are never taken: of persons, their families and ages, of dates, and of ways to be reached."""
VERBS = frozenset(section_names("asking", "verbs"))
"""What stands after `someone who`, beside the third person of the verbs that the posts use."""
BARE = frozenset(section_names("asking", "bare"))
NO_VERBS = frozenset(section_names("asking", "no-verbs"))
"""Third persons of verbs that are nouns in a list of wishes."""
NO_ADJECTIVES = frozenset(section_names("asking", "no-adjectives"))
"""Words that the lexicon calls adjectives and that do not say by themselves what somebody is like."""


def sorted_out(corpus: Iterable[MarkedDraft], by_hand: Iterable[str], english: Iterable[str]) -> tuple[set[str], set[str], set[str]]:
    """Give the words that may be taken over, those that never are (words that mostly tell of people, and `DENIED`), and those to quote."""
    plain: Counter[str] = Counter()
    telling: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for marked in corpus:
        inside = [answer.span for answer in marked.answers]
        told = [answer.span for answer in marked.answers if answer.about in CIRCLE]
        for token in tokens(marked.draft.text):
            if any(span.start < token.end and token.start < span.end for span in told):
                telling[token.key] += 1
            elif not any(span.start < token.end and token.start < span.end for span in inside):
                (plain if marked.kind == "clean" else others)[token.key] += 1
    for text in by_hand:
        plain.update(token.key for token in tokens(text))
    words = {word for word in {*plain, *english} if regex.fullmatch(r"[a-z][a-z'&-]*", word)}
    never = {
        word
        for word in words
        if word in DENIED or (telling[word] > TELLING * (telling[word] + others[word] + plain[word]) and plain[word] < OFTEN)
    }
    return words - never, never | DENIED, {word for word in words - never if plain[word] >= QUOTED} | section_names("asking", "quoted")


_AFTER_WHO = regex.compile(r"\b(?:who|that|which|she|he|it|nobody|someone|somebody) (\w+s)\b", regex.IGNORECASE)


def said_of_somebody(texts: Iterable[str]) -> frozenset[str]:
    """Give the third persons of verbs that texts use as such."""
    return frozenset(match[1].lower() for text in texts for match in _AFTER_WHO.finditer(text))


_KIND_OF_TAG = {"VBZ": "verb", "VB": "bare", "JJ": "adjective"}


def with_forms(words: Iterable[str], never: Container[str], verbs: Container[str]) -> dict[str, set[str]]:
    """Give words and their other forms but those in `never`, each with what it can be: `verb` in the third person, `bare`, `adjective`.

    A `verb` that can be the plural of a noun as well is a `noun` too, unless it is in `verbs`.
    """
    from lemminflect import getAllLemmas  # noqa: PLC0415 - only the build needs it

    out: dict[str, set[str]] = {word: set() for word in words}
    for word in list(out):
        for shape, tag in _forms(word):
            if shape not in never:
                out.setdefault(shape, set()).update({_KIND_OF_TAG[tag]} if tag in _KIND_OF_TAG else set())
    for word, kinds in out.items():
        if "verb" in kinds and word not in verbs and "NOUN" in getAllLemmas(word):
            kinds.add("noun")
    told = {"verb": VERBS, "bare": BARE, **{kind: section_names("asking", kind) for kind in ("function", "join", "done")}}
    for kind, named in told.items():
        for word in named:
            out.setdefault(word, set()).add(kind)
    for kind, denied in (("verb", NO_VERBS), ("adjective", NO_ADJECTIVES)):
        for word in denied & set(out):
            out[word].discard(kind)
    return out


def _forms(word: str) -> Iterator[tuple[str, str]]:
    """Give the forms of a word's lemmas with their tags."""
    from lemminflect import getAllInflections, getAllLemmas  # noqa: PLC0415 - only the build needs it

    for part, lemmas in getAllLemmas(word).items():
        for lemma in lemmas if part in ("VERB", "NOUN", "ADJ") else ():
            for tag, shapes in getAllInflections(lemma, upos=part).items():
                yield from ((shape.lower(), tag) for shape in shapes if shape.isalpha())


def main() -> None:
    """Write the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=Path("rules"))
    parser.add_argument("--corpora", type=Path, default=Path("corpora"))
    given = parser.parse_args()
    by_hand = [pair.by_hand for part in PARTS for pair in read_gallery(given.corpora / "rewrites" / f"gallery-{part}.txt")]
    rulebook = Rulebook.load()
    says = [phrase.say for phrase in RewriteTables.load(rulebook).phrases.values()]
    english = frozenset(rulebook.words("english").entries)
    names = {name for each in NAMES for name in rulebook.words(each).entries} - english - {*rulebook.words("therapy").entries}
    corpus = list(read_corpus(given.corpora / "drafts"))
    words, never, quoted = sorted_out(corpus, [*by_hand, *says], english)
    known = with_forms(words - names, never, said_of_somebody([*(marked.draft.text for marked in corpus), *by_hand]))
    for word in quoted - (names - section_names("asking", "quoted")):
        known.setdefault(word, set()).add("quoted")
    entries = {word: kinds for word, kinds in known.items() if kinds or word not in english}
    entries |= {word: known.get(word, set()) | {"never"} for word in never & english}
    head = (
        "# title: words with which posts ask for a counselor, beside english.txt\n"
        "# columns: verb (third person), noun (rather than a verb), bare (verb), adjective; never (of people); quoted (in sentences); "
        "others: hand/asking.txt\n"
        "# source: this project's posts, rewrites by hand and tables; forms and parts of speech from PyPI 'lemminflect'\n"
        "# licence: the licence of this project; lemminflect is MIT, its lexicon (NIH SPECIALIST) public domain\n"
        "# how made: python -m safeharbor.build.asking\n"
        f"# entries: {len(entries)}\n"
    )
    lines = ["\t".join([word, *sorted(kinds)]) for word, kinds in sorted(entries.items())]
    out = given.out / "words" / "asking.txt"
    out.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{out}: {len(entries)} words\n")


if __name__ == "__main__":
    main()
