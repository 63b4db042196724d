"""Rebuild ``rules/words/asking.txt``: words with which posts ask for a counselor, and that describe nobody.

Run ``python -m safeharbor.build.asking [--out rules]``. A rewrite takes a passage of a draft over only if every word of it is in
this list. In it are the words of our own posts that tell of no client (`kind=clean`), of the rewrites by hand in the development
parts of the gallery, of what the tables say, and the other forms of them, less words that mostly tell of people: those that stand
inside the marks of clients' details more often than not, and `DENIED`. The forms and the parts of speech are those of lemminflect
(MIT, from the NIH SPECIALIST Lexicon, public domain), which the linter itself never imports.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import regex

from safeharbor.build.gallery import read_gallery
from safeharbor.labels import CIRCLE
from safeharbor.marked import MarkedDraft, read_corpus
from safeharbor.rewrite.tables import RewriteTables
from safeharbor.rulebook import Rulebook
from safeharbor.words import tokens

PARTS = ("a", "c", "d", "e", "f")
"""The parts of the gallery that may be read."""
TELLING = 0.5
"""The share of a word's uses that stand inside marks of clients' details, from which it tells of people."""
OFTEN = 4
"""Uses in texts without a client from which a word is taken all the same."""
NAMES = ("given-names", "surnames", "us-places", "us-counties", "us-states", "place-aliases", "neighbourhoods", "foreign-cities", "countries")
"""Lists whose entries are no words here, unless they are English words too."""
DENIED = frozenset(
    """
    he him his himself she her hers herself they them their theirs themself themselves it's i i'm i've i'd me my mine myself we us our ours
    client clients patient patients pt pts ct cts person
    mom moms mother mothers mama mum dad dads father fathers papa parent parents son sons daughter daughters brother brothers sister sisters sib sibs
    sibling siblings twin twins triplet triplets husband husbands wife wives spouse spouses ex exes partner fiance fiancee boyfriend girlfriend
    bf gf aunt auntie uncle cousin cousins niece nephew grandma grandpa grandmother grandfather grandparent grandparents grandson granddaughter
    stepmom stepdad stepmother stepfather stepson stepdaughter widow widower bride groom baby newborn toddler infant boy boys girl girls guy gal lady
    gentleman fella kiddo kid elder
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty
    forty fifty sixty seventy eighty ninety hundred thousand
    january february march april may june july august september october november december jan feb mar apr jun jul aug sept sep oct nov dec
    monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays
    today tomorrow yesterday tonight ago age aged old
    papers visa undocumented immigration family families
    died dies dead killed murdered lost left moved married divorced arrested fired
    com org net www http https
    """.split()
)
"""Words that are never taken: of persons, their families and ages, of dates, and of ways to be reached."""
VERBS = frozenset("is would has isn't isnt won't wont will can can't cant could has doesn't doesnt does knows gets sees wouldn't would".split())
"""What stands after `someone who`, beside the third person of the verbs that the posts use."""
BARE = frozenset("be have know get see do not".split())
NO_VERBS = frozenset(
    "replies texts calls emails messages names comments leads suggestions hours weekdays visits groups plans rates slots sessions times recs "
    "referrals thanks kids people mornings afternoons evenings nights days weekends others parents openings clients issues concerns".split()
)
"""Third persons of verbs that are nouns in a list of wishes."""
NO_ADJECTIVES = frozenset(
    "available close near more less sure ready free full same other next last own most least many few much such only no all each both "
    "outside inside over side so such someone somebody kind type sorry happy glad sad grateful thankful worried desperate urgent late early north south east west rural weekly daily monthly medical virtual remote "
    "else here there new local in on at for with to of who that if asap soon now by from around about over under taking accepting seeing "
    "anywhere like any and or but".split()
)
"""Words that the lexicon calls adjectives and that do not say by themselves what somebody is like."""


def taken(corpus: Iterable[MarkedDraft], rewrites: Iterable[str], says: Iterable[str], names: Container[str], english: Iterable[str]) -> Iterator[str]:
    """Give the words that may be taken over, in order; none that is in `names`."""
    plain: Counter[str] = Counter()
    telling: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for marked in corpus:
        text = marked.draft.text
        inside = [answer.span for answer in marked.answers]
        told = [answer.span for answer in marked.answers if answer.about in CIRCLE]
        for token in tokens(text):
            if any(span.start < token.end and token.start < span.end for span in told):
                telling[token.key] += 1
            elif not any(span.start < token.end and token.start < span.end for span in inside):
                (plain if marked.kind == "clean" else others)[token.key] += 1
    for text in (*rewrites, *says):
        plain.update(token.key for token in tokens(text))
    for word in sorted({*plain, *english}):
        share = telling[word] / max(1, telling[word] + others[word] + plain[word])
        if regex.fullmatch(r"[a-z][a-z'&-]*", word) and word not in DENIED and word not in names and (share <= TELLING or plain[word] >= OFTEN):
            yield word


_AFTER_WHO = regex.compile(r"\b(?:who|that|which|she|he|it|nobody|someone|somebody) (\w+s)\b", regex.IGNORECASE)


def said_of_somebody(texts: Iterable[str]) -> frozenset[str]:
    """Give the third persons of verbs that texts use as such."""
    return frozenset(match[1].lower() for text in texts for match in _AFTER_WHO.finditer(text))


def with_forms(words: Iterable[str], verbs: Container[str]) -> dict[str, set[str]]:
    """Give words and their other forms, each with what it can be: `verb` in the third person, `bare`, `adjective`.

    What can be the plural of a noun as well is a verb only if it is in `verbs`.
    """
    from lemminflect import getAllInflections, getAllLemmas  # noqa: PLC0415 - only the build needs it

    out: dict[str, set[str]] = {word: set() for word in words}
    for word in list(out):
        for part, lemmas in getAllLemmas(word).items():
            for lemma in lemmas:
                forms = getAllInflections(lemma, upos=part) if part in ("VERB", "NOUN", "ADJ") else {}
                for tag, shapes in forms.items():
                    for shape in (each.lower() for each in shapes if each.isalpha()):
                        if shape not in DENIED:
                            kinds = out.setdefault(shape, set())
                            kinds |= {"VBZ": {"verb"}, "VB": {"bare"}, "JJ": {"adjective"}}.get(tag, set())
    for word, kinds in out.items():
        if word not in verbs and "NOUN" in getAllLemmas(word):
            kinds.discard("verb")
    for kind, named in (("verb", VERBS), ("bare", BARE)):
        for word in named:
            out.setdefault(word, set()).add(kind)
    for word in NO_VERBS & set(out):
        out[word].discard("verb")
    for word in NO_ADJECTIVES & set(out):
        out[word].discard("adjective")
    return out


def main() -> None:
    """Write the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=Path("rules"))
    parser.add_argument("--corpora", type=Path, default=Path("corpora"))
    given = parser.parse_args()
    rewrites = [pair.by_hand for part in PARTS for pair in read_gallery(given.corpora / "rewrites" / f"gallery-{part}.txt")]
    rulebook = Rulebook.load()
    says = [phrase.say for phrase in RewriteTables.load(rulebook).phrases.values()]
    english = frozenset(rulebook.words("english").entries)
    names = frozenset(name for each in NAMES for name in rulebook.words(each).entries) - english - frozenset(rulebook.words("therapy").entries)
    corpus = list(read_corpus(given.corpora / "drafts"))
    verbs = said_of_somebody([marked.draft.text for marked in corpus] + rewrites)
    words = with_forms(taken(corpus, rewrites, says, names, english), verbs)
    head = (
        "# title: words with which posts ask for a counselor; column 2: verb (third person), bare, adjective\n"
        "# source: this project's posts without a client, rewrites by hand and tables; forms from PyPI 'lemminflect' (MIT; NIH SPECIALIST Lexicon)\n"
        "# licence: the licence of this project\n"
        "# how made: python -m safeharbor.build.asking\n"
        f"# entries: {len(words)}\n"
    )
    lines = ["\t".join([word, *sorted(kinds)]) for word, kinds in sorted(words.items())]
    out = given.out / "words" / "asking.txt"
    out.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{out}: {len(words)} words\n")


if __name__ == "__main__":
    main()
