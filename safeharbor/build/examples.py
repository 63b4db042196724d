"""Examples: the marked corpora and the public sets as what the encoder is trained on, and variants of them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from safeharbor.labels import CLUES, IDENTIFIER_LETTER, OTHERS
from safeharbor.marked import Answer, MarkedDraft
from safeharbor.model.decoding import CAMPS, KINDS, LABELS, TAGS
from safeharbor.model.tokens import Word

IGNORED = -100
"""The target of a head that an example says nothing about."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an example's text: a marked span, or what stands between two."""

    text: str
    label: str = ""
    about: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its marks. `silent` names the tags that an unmarked word of it may have as well as "outside".

    `has_no_client` says that nothing in it is about a client, marked or not.
    """

    name: str
    pieces: tuple[Piece, ...]
    kind: str = ""
    silent: frozenset[str] = frozenset()
    is_public: bool = False
    has_no_client: bool = False

    @property
    def text(self) -> str:
        """The text without marks."""
        return "".join(piece.text for piece in self.pieces)


_CLUES_ONLY = frozenset(CLUES) - {"EMPLOYER", "SCHOOL"} | {"STATE"}
_PUBLIC_SILENT = frozenset(LABELS) - {"PERSON", "LOCATION", "STATE"}
_PUBLIC_LABELS = {"PERSON": "PERSON", "LOC": "LOCATION|STATE", "ORG": "EMPLOYER|SCHOOL|"}
_TALK = frozenset({"clean", "talk"})
"""The files whose drafts of kind `none` are marked in full; those of the snippets may describe a client in clues that are not marked."""


def voice_of(name: str) -> str:
    """Give the voice of a draft: its id without the number at the end."""
    return name.rpartition("-")[0]


def from_draft(marked: MarkedDraft, file: Path) -> Example:
    """Make an example of a marked draft. In snippets clues are not marked, so unmarked words of them may be clues."""
    kind = "other" if marked.kind == "none" and file.stem in _TALK else marked.kind
    pieces = _pieces(marked.draft.text, marked.answers)
    if kind not in KINDS:
        return Example(marked.draft.name, pieces, silent=_CLUES_ONLY)
    return Example(marked.draft.name, pieces, kind, has_no_client=all(answer.about in OTHERS for answer in marked.answers))


def _pieces(text: str, answers: Sequence[Answer]) -> tuple[Piece, ...]:
    out = []
    at = 0
    for answer in answers:
        if answer.span.start > at:
            out.append(Piece(text[at : answer.span.start]))
        out.append(Piece(text[answer.span.start : answer.span.end], answer.label, answer.about, answer.optional))
        at = answer.span.end
    if at < len(text):
        out.append(Piece(text[at:]))
    return tuple(out)


def read_public(path: Path) -> list[Example]:
    """Read a public set of names and places: lines of `tokens` and `tags` in BIO with PERSON, LOC and ORG."""
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        pieces: list[Piece] = []
        for token, tag in zip(row["tokens"], row["tags"], strict=True):
            label = _PUBLIC_LABELS.get(tag.partition("-")[2], "")
            if tag.startswith("I-") and pieces and pieces[-2].label == label:
                pieces[-2] = replace(pieces[-2], text=f"{pieces[-2].text} {token}")
            else:
                pieces += [Piece(token, label), Piece(" ")]
        examples.append(Example(f"{path.stem}-{number}", tuple(pieces[:-1]), "", _PUBLIC_SILENT, is_public=True))
    return examples


@dataclass(frozen=True, slots=True)
class Targets:
    """What each word of a text should be: rows of `allowed` tags and of allowed camps, and the kind of the text.

    A word whose camps are all allowed says nothing of whose it is. Where nothing is about a client, no word is.
    """

    allowed: NDArray[np.bool_]
    camps: NDArray[np.bool_]
    kind: int


def targets(example: Example, words: Sequence[Word]) -> Targets:
    """Say which tags and camps each word of an example may have. A word that two pieces share belongs to the first marked one."""
    allowed = np.zeros((len(words), TAGS), dtype=np.bool_)
    allowed[:, [0, *(tag for label in example.silent for tag in _tags(label))]] = True
    camps = np.ones((len(words), len(CAMPS)), dtype=np.bool_)
    if example.has_no_client:
        camps[:] = [camp in OTHERS for camp in CAMPS]
    at = word = 0
    for piece in example.pieces:
        end = at + len(piece.text)
        while word < len(words) and words[word].end <= at:
            word += 1
        mine = [n for n in range(word, len(words)) if words[n].start < end] if piece.label else []
        for n in mine:
            allowed[n] = False
            allowed[n, _allowed_tags(piece, begins=n == mine[0])] = True
            if piece.about in CAMPS:
                camps[n] = [camp == piece.about for camp in CAMPS]
        at = end
    return Targets(allowed, camps, KINDS.index(example.kind) if example.kind else IGNORED)


def _tags(label: str) -> tuple[int, int]:
    """Give the tags of a label: its beginning and its inside."""
    return 1 + 2 * LABELS.index(label), 2 + 2 * LABELS.index(label)


def _allowed_tags(piece: Piece, *, begins: bool) -> list[int]:
    tags = [_tags(label)[0 if begins else 1] if label else 0 for label in piece.label.split("|")]
    return [0, *tags] if piece.optional else tags


_NUMBERS = frozenset(IDENTIFIER_LETTER) - {"PERSON", "LOCATION", "DATE", "AGE_OVER_89", "URL", "EMAIL", "PHOTO", "BIOMETRIC"}
_SWAPPED = {
    "PERSON": 0.5, "LOCATION": 0.4, "STATE": 0.3, "EMPLOYER": 0.3, "SCHOOL": 0.3, "AGE": 0.2, "OCCUPATION": 0.15, "ETHNICITY": 0.2,
    "RELIGION": 0.2, "LANGUAGE": 0.2, "DATE": 0.2, "UNIQUE_DETAIL": 0.1, "MILITARY": 0.1, "HEALTH_CONDITION": 0.1, "DIAGNOSIS": 0.05,
}  # fmt: skip
"""Chance that a marked span gives way to another of its label."""


class Variants:
    """Makes variants of examples: other names, places, jobs and numbers in the same sentences, and the way hurried people type."""

    def __init__(self, examples: Iterable[Example], lists: dict[str, list[str]], seed: int) -> None:
        """Take the spans of `examples` and the names and places of `lists` (given, surnames, places) to put in."""
        self._random = random.Random(seed)  # noqa: S311 - variants need no secrecy
        self._lists = lists
        self._pool: dict[str, list[str]] = {}
        self._posts = [example for example in examples if example.kind]
        for example in self._posts:
            for piece in example.pieces:
                if piece.label in _SWAPPED and not piece.optional:
                    self._pool.setdefault(piece.label, []).append(piece.text)

    def of(self, example: Example) -> tuple[Example, bool]:
        """Give a variant of an example, and whether the case of its words is to be hidden."""
        chance = self._random.random
        if example.kind and chance() < 0.15:
            example = self._joined(example)
        names: dict[str, str] = {}
        pieces = [self._swap(piece, names) for piece in example.pieces]
        if chance() < 0.25:
            rate = self._random.choice((0.01, 0.03))
            pieces = [replace(piece, text=self._mistype(piece.text, rate)) for piece in pieces]
        if chance() < 0.04:
            pieces = [replace(piece, text=piece.text.upper()) for piece in pieces]
        elif chance() < 0.06:
            pieces = [piece if piece.label else replace(piece, text=_without_stops(piece.text)) for piece in pieces]
        return replace(example, pieces=tuple(pieces)), chance() < 0.3

    def _joined(self, example: Example) -> Example:
        """Give an example with one or two other posts before or after it, as threads, digests and long notes have them."""
        parts = [example, *self._random.choices(self._posts, k=self._random.choice((1, 1, 2)))]
        self._random.shuffle(parts)
        gap = Piece(self._random.choice(("\n\n", "\n", " ", "\n---\n")))
        pieces = [piece for part in parts for piece in (gap, *part.pieces)][1:]
        kinds = {part.kind for part in parts}
        alone = all(part.has_no_client for part in parts)
        return replace(example, pieces=tuple(pieces), kind=example.kind if len(kinds) == 1 else "", has_no_client=alone)

    def _swap(self, piece: Piece, names: dict[str, str]) -> Piece:
        if piece.label in _NUMBERS and piece.about:
            return replace(piece, text="".join(self._random.choice("0123456789") if char.isdigit() else char for char in piece.text))
        if self._random.random() >= _SWAPPED.get(piece.label, 0.0) or piece.optional:
            return piece
        if piece.text not in names:
            names[piece.text] = self._other(piece)
        return replace(piece, text=names[piece.text])

    def _other(self, piece: Piece) -> str:
        choose = self._random.choice
        words = piece.text.split()
        plain = all(word.replace("-", "").replace("'", "").isalpha() for word in words)
        other = ""
        if piece.label == "PERSON" and plain and self._random.random() < 0.7:
            if len(words) == 1 and len(piece.text) > 3:
                other = choose(self._lists["given" if self._random.random() < 0.8 else "surnames"])
            elif len(words) == 2 and len(words[0]) > 2 < len(words[1]):
                other = f"{choose(self._lists['given'])} {choose(self._lists['surnames'])}"
        elif piece.label == "LOCATION" and plain and len(words) <= 2 and self._random.random() < 0.5:
            other = choose(self._lists["places"])
        if not other:
            return choose(self._pool[piece.label])
        return other if piece.text.islower() else other.title()

    def _mistype(self, text: str, rate: float) -> str:
        out = []
        for char in text:
            fate = self._random.random()
            if not char.isalpha() or fate > rate:
                out.append(char)
            elif fate < rate * 0.4 and len(text) > 3:
                continue
            elif fate < rate * 0.7:
                out.append(char * 2)
            else:
                out.append(self._random.choice("aeiourstnlm"))
        return "".join(out) or text


def _without_stops(text: str) -> str:
    return text.translate(str.maketrans(".,;:!?", "      ")) if text.strip() else text
