"""Reader: the encoder's files, checked and loaded, and what it makes of a text."""

from __future__ import annotations

import hashlib
import os
import re
import time
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from tokenizers import Tokenizer

from safeharbor.draft import read
from safeharbor.errors import ModelError
from safeharbor.model.decoding import CAMPS, KINDS, LABELS, TAGS, Scores, log_softmax, opinions
from safeharbor.model.pieces import windows
from safeharbor.model.readings import ASKED, Found, ModelReading
from safeharbor.model.tokens import Word, split_words

# Newer onnxruntime tells its maker of each use, and keeps a log of that in the home folder, unless it is told before its import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

FORMAT = 1
"""Version of the files. It changes when a model made before can no longer be read."""
ENCODER, TOKENIZER, CARD = "encoder.onnx", "tokenizer.json", "reader.json"
HEAD = "staying.onnx"
"""A part of the encoder's graph that is taught by itself: which words may stay, and which name a topic. Put behind the encoder it is
one graph with it, since protobuf messages in a row are one message. A model may lack it."""
_HALF = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair, which is no character: the sign for a missing one stands in, at the same length."""
TIME_LIMIT = 40.0
"""Seconds that the encoder may take over one text; what comes after counts as not read."""


class Card(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a reader was made as: its outputs, its settings, and the checksums of its files."""

    format: int
    labels: list[str]
    boldness: Annotated[float, msgspec.Meta(ge=0, le=5)]
    temperature: Annotated[float, msgspec.Meta(gt=0, le=10)]
    sha256: dict[str, str]


class Reader:
    """The encoder, ready to read texts. It keeps nothing of them."""

    def __init__(self, folder: Path) -> None:
        """Load the files of a folder. Raises ModelError, which says why, for any that is missing, damaged or of another version."""
        self.folder = folder
        self.card = _read_card(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._tokenizer = Tokenizer.from_str(_checked(folder, self.card, TOKENIZER).decode("utf-8"))
            graph = b"".join(_checked(folder, self.card, name) for name in (ENCODER, HEAD) if name in self.card.sha256)
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except ModelError:
            raise
        except Exception as error:
            msg = f"the language model in {folder} does not load ({type(error).__name__}); install safeharbor again"
            raise ModelError(msg) from error

    def __reduce__(self) -> tuple[type[Reader], tuple[Path]]:
        """Pickle as the folder: each process loads the files, and checks them, for itself."""
        return Reader, (self.folder,)

    def read(self, text: str) -> ModelReading:
        """Read a text, as a person would whatever characters it was typed in. Offsets are code points of the text as given."""
        plain = read(_HALF.sub("\ufffd", text))
        words = split_words(plain.text)
        tags, camps, kinds, asked, done = self._scores(plain.text, words)
        found = []
        for opinion in opinions(tags[:done], camps[:done], boldness=self.card.boldness, temperature=self.card.temperature):
            span = plain.source(words[opinion.first].start, words[opinion.last - 1].end)
            if any(map(str.isalnum, text[span.start : span.end])):
                found.append(Found(span.start, span.end, opinion.label, opinion.about, opinion.confidence))
        if plain.starts:
            spans = [plain.source(word.start, word.end) for word in words]
            words = [Word(span.start, span.end, word.case) for span, word in zip(spans, words, strict=True)]
        unread = 0 if done == len(words) else len(text) - words[done].start
        return ModelReading(tuple(found), kinds, unread, tuple(words), camps[:done], asked)

    def _scores(self, text: str, words: list[Word]) -> tuple[Scores, Scores, dict[str, float], Scores, int]:
        """Run the encoder over all windows: scores of tags and camps by word, chances of kinds, what the head tells, how many were read.

        Where windows overlap, a word's scores come from the one in which it stands farther from the edge.
        """
        tags = np.zeros((len(words), TAGS), dtype=np.float32)
        camps = np.zeros((len(words), len(CAMPS)), dtype=np.float32)
        kinds = np.zeros(len(KINDS), dtype=np.float32)
        asked = np.zeros((len(words), len(ASKED)), dtype=np.float32)
        done = pieces = 0
        until = time.monotonic() + TIME_LIMIT
        for window in windows(text, words, self._tokenizer):
            if time.monotonic() > until:
                break
            of_tags, of_camps, of_kinds, *of_asked = self._session.run(None, {"ids": window.ids[None], "cases": window.cases[None]})
            last = window.first + len(window.first_pieces)
            start = window.first if done == 0 else (window.first + done) // 2
            at = window.first_pieces[start - window.first :]
            tags[start:last] = of_tags[0, at]
            camps[start:last] = of_camps[0, at]
            asked[start:last] = of_asked[0][0, at] if of_asked else 0.0
            kinds += np.exp(log_softmax(of_kinds[0])) * len(window.ids)
            pieces += len(window.ids)
            done = last
        told = dict(zip(KINDS, (kinds / max(pieces, 1)).tolist(), strict=True))
        return tags, camps, told, asked[: done if HEAD in self.card.sha256 else 0], done


def _read_card(folder: Path) -> Card:
    try:
        card = msgspec.json.decode((folder / CARD).read_bytes(), type=Card)
    except OSError as error:
        msg = f"the language model is not there: {folder / CARD} cannot be read ({type(error).__name__}); install safeharbor again"
        raise ModelError(msg) from error
    except msgspec.MsgspecError as error:
        msg = f"{folder / CARD} is damaged or of another version; install safeharbor again"
        raise ModelError(msg) from error
    if card.format != FORMAT or tuple(card.labels) != LABELS:
        msg = f"the language model in {folder} was made for another version of safeharbor; install safeharbor again"
        raise ModelError(msg)
    return card


def _checked(folder: Path, card: Card, name: str) -> bytes:
    """Read a file of the model. Raises ModelError unless it is the one that the card was made with."""
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        msg = f"the language model is not whole: {folder / name} cannot be read ({type(error).__name__}); install safeharbor again"
        raise ModelError(msg) from error
    if hashlib.sha256(content).hexdigest() != card.sha256.get(name):
        msg = f"{folder / name} is damaged (its SHA-256 is not the one it was made with); install safeharbor again"
        raise ModelError(msg)
    return content
