"""Marked text: drafts with the answers written in as `[[LABEL about: text]]`, for corpora and rule examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from safeharbor.draft import Draft, Span
from safeharbor.errors import MarkError
from safeharbor.labels import ABOUTS, CIRCLE, CLUE_LETTER, IDENTIFIER_LETTER, LABELS

KINDS = frozenset({"overshare", "clean", "other", "snippet", "none"})
_MARK = re.compile(r"\\(\[\[)|\[\[(.*?)\]\]", re.DOTALL)
_HEAD = re.compile(r"(?P<label>[A-Z_0-9]+)(?P<optional>\?)?(?: (?P<about>[a-z]+))?(?: #(?P<entity>\w+))?: (?P<text>.*)", re.DOTALL)
_HEADER = re.compile(r"^=== (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a careful person marked: a span, what it is, whose, and which mentions are of one person."""

    span: Span
    label: str = ""
    about: str = "client"
    entity: str | None = None
    optional: bool = False

    @property
    def letter(self) -> str | None:
        """The Safe Harbor letter that asks for its removal; None for clues, states and details of other people."""
        if self.about not in CIRCLE:
            return None
        return IDENTIFIER_LETTER.get(self.label)

    @property
    def named_clue_letter(self) -> str | None:
        """The letter under which a named employer or school counts, for snippets marked that way."""
        return CLUE_LETTER.get(self.label) if self.about in CIRCLE else None


@dataclass(frozen=True)
class MarkedDraft:
    """A draft with its answers, as read from a corpus."""

    draft: Draft
    kind: str
    answers: tuple[Answer, ...] = field(repr=False)


def unmark(marked: str, *, labelled: bool) -> tuple[str, tuple[Answer, ...]]:
    r"""Take the marks out of a text.

    With `labelled`, marks read `[[LABEL about: text]]`; without, `[[text]]`. `\[[` is a literal `[[`. Returns the bare text and
    the answers in order, offsets in code points of the bare text. Raises MarkError, which shows no text.
    """
    bare: list[str] = []
    answers: list[Answer] = []
    size = at = 0
    for match in _MARK.finditer(marked):
        before = marked[at : match.start()]
        at = match.end()
        bare.append(before)
        size += len(before)
        if match[1]:
            bare.append("[[")
            size += 2
            continue
        answer, inner = _answer(match[2], size, labelled=labelled)
        answers.append(answer)
        bare.append(inner)
        size += len(inner)
    bare.append(marked[at:])
    text = "".join(bare)
    return text, tuple(answers)


def _answer(inside: str, at: int, *, labelled: bool) -> tuple[Answer, str]:
    if not labelled:
        if not inside:
            msg = f"the mark at character {at} is empty"
            raise MarkError(msg)
        return Answer(Span(at, at + len(inside))), inside
    head = _HEAD.fullmatch(inside)
    if head is None or not head["text"]:
        msg = f"the mark at character {at} is not of the form [[LABEL about: text]]"
        raise MarkError(msg)
    if head["label"] not in LABELS:
        msg = f"the mark at character {at} has the label {head['label']}, which is not one of the contract's"
        raise MarkError(msg)
    about = head["about"] or "client"
    if about not in ABOUTS:
        msg = f"the mark at character {at} says about={about}; use {', '.join(ABOUTS)}"
        raise MarkError(msg)
    inner = head["text"]
    return Answer(Span(at, at + len(inner)), head["label"], about, head["entity"], head["optional"] is not None), inner


def read_corpus(path: Path, *, labelled: bool = True) -> Iterator[MarkedDraft]:
    """Read the marked drafts of a file, or of every `.txt` file under a folder in the order of their names.

    `labelled` says which marks they hold, as `unmark` reads them.

    Raises MarkError with file and line for a header or mark that does not parse, or an id that stands twice.
    """
    seen: set[str] = set()
    files = sorted(path.rglob("*.txt")) if path.is_dir() else [path]
    for file in files:
        for marked in _read_file(file, labelled=labelled):
            if marked.draft.name in seen:
                msg = f"{file}: the id {marked.draft.name} stands twice in the corpus"
                raise MarkError(msg)
            seen.add(marked.draft.name)
            yield marked


def _read_file(file: Path, *, labelled: bool) -> Iterator[MarkedDraft]:
    try:
        whole = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{file}: cannot be read as UTF-8 text ({type(error).__name__})"
        raise MarkError(msg) from error
    headers = list(_HEADER.finditer(whole))
    ends = [*(header.start() for header in headers[1:]), len(whole)]
    for header, end in zip(headers, ends, strict=False):
        line = whole.count("\n", 0, header.start()) + 1
        pairs = dict(part.partition("=")[::2] for part in header[1].split())
        if "id" not in pairs or pairs.get("kind") not in KINDS:
            msg = f"{file}:{line}: a header is `=== id=… kind=…` with a kind of {', '.join(sorted(KINDS))}"
            raise MarkError(msg)
        body = whole[header.end() + 1 : end].strip("\n")
        try:
            text, answers = unmark(body, labelled=labelled)
        except MarkError as error:
            msg = f"{file}:{line}: {pairs['id']}: {error}"
            raise MarkError(msg) from error
        yield MarkedDraft(Draft(pairs["id"], text), pairs["kind"], answers)
