"""Pieces: words cut into the word pieces that the encoder reads, in windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from safeharbor.model.tokens import Word

WINDOW = 254
"""Word pieces that the encoder reads at once; with the marks at both ends a multiple of 64."""
OVERLAP = 64
"""Word pieces that two neighbouring windows share, so that each word is read with some text on both sides."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of words with what the encoder is given for it. `first_pieces[i]` is where word `first + i` begins in `ids`."""

    first: int
    ids: NDArray[np.int64]
    cases: NDArray[np.int64]
    first_pieces: NDArray[np.int64]


def windows(text: str, words: Sequence[Word], tokenizer: Tokenizer) -> Iterator[Window]:
    """Cut the words of a text into windows that the encoder can read; neighbours overlap."""
    if not words:
        return
    encoding = tokenizer.encode([text[word.start : word.end] for word in words], is_pretokenized=True, add_special_tokens=False)
    ids = np.asarray(encoding.ids, dtype=np.int64)
    owner = np.asarray(encoding.word_ids, dtype=np.int64)
    cases = np.fromiter((word.case for word in words), dtype=np.int64, count=len(words))
    begins = np.searchsorted(owner, np.arange(len(words) + 1))
    start, end = np.array([[tokenizer.token_to_id("[CLS]")], [tokenizer.token_to_id("[SEP]")]], dtype=np.int64)
    first = 0
    while True:
        last = max(int(np.searchsorted(begins, begins[first] + WINDOW, side="right")) - 1, first + 1)
        piece = slice(begins[first], min(begins[last], begins[first] + WINDOW))
        yield Window(
            first,
            np.concatenate((start, ids[piece], end)),
            np.concatenate(([0], cases[owner[piece]], [0])),
            # A word without pieces, which the normaliser leaves nothing of, is read at the mark before it.
            begins[first:last] - begins[first] + (begins[first:last] < begins[first + 1 : last + 1]),
        )
        if last >= len(words):
            return
        first = max(int(np.searchsorted(begins, begins[last] - OVERLAP)), first + 1)
