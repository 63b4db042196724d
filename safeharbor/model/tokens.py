"""Tokens: a text cut into words, numbers and signs, as the encoder and our spaCy pipelines count them."""

# spaCy resolves the annotations of registered functions itself, so they must not be strings.
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import regex
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry

from safeharbor.sentences import sentence_starts

CASES = 5
"""How a word is written: small or no letters, Capital, ALL CAPITALS, one capital alone, miXed."""

_WORD = regex.compile(r"[\p{L}\p{M}\p{Cf}]+|\p{N}+|[\p{So}\p{Sk}]+|[^\s]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a number or a sign of a text, and where it stands."""

    start: int
    end: int
    case: int


def split_words(text: str) -> list[Word]:
    """Split a text into runs of letters, runs of digits, and single signs: `34F`, `y/o` and `Ana's` have parts of their own."""
    return [Word(match.start(), match.end(), written(match[0])) for match in _WORD.finditer(text)]


def written(word: str) -> int:
    """Say how a word is written, as one of the cases from 0 to 4."""
    if not any(map(str.isupper, word)):
        return 0
    if word.isupper():
        return 2 if len(word) > 1 else 3
    return 1 if word[0].isupper() and not any(map(str.isupper, word[1:])) else 4


class WordTokenizer:
    """Splits where the reader's words begin and end, in time that grows with the text alone."""

    def __init__(self, vocab: Any) -> None:
        """Take the vocabulary of the pipeline."""
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Make the Doc of a text, its sentences marked as informal text has them."""
        words: list[str] = []
        spaces: list[bool] = []
        opens: list[bool | int | None] = []
        starts = deque(sentence_starts(text))
        at = 0
        for start, end in [*((word.start, word.end) for word in split_words(text)), (len(text), len(text))]:
            blank = text[at:start]
            if blank and words and blank[0] == " ":
                spaces[-1] = True
                blank = blank[1:]
            for part in filter(None, (blank, text[start:end])):
                words.append(part)
                spaces.append(False)
                opens.append(bool(starts) and starts[0] <= start and not part.isspace())
                while opens[-1] and starts and starts[0] <= start:
                    starts.popleft()
            at = end
        return Doc(self.vocab, words=words, spaces=spaces, sent_starts=opens)

    def to_bytes(self, **_: Any) -> bytes:
        """Give nothing: there is nothing to keep."""
        return b""

    def from_bytes(self, _data: bytes, **_: Any) -> "WordTokenizer":
        """Take nothing."""
        return self

    def to_disk(self, _path: Any, **_: Any) -> None:
        """Write nothing."""

    def from_disk(self, _path: Any, **_: Any) -> "WordTokenizer":
        """Read nothing."""
        return self


@registry.tokenizers("safeharbor_words")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], WordTokenizer]:
    """Make the tokenizer, for `config.cfg`."""
    return lambda nlp: WordTokenizer(nlp.vocab)
