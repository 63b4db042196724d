"""Reader: the encoder's files, checked and loaded, and what it makes of a text."""

from __future__ import annotations

import hashlib
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from tokenizers import Tokenizer

from safeharbor.draft import Span, read
from safeharbor.errors import ModelError
from safeharbor.model.decoding import CAMPS, KINDS, LABELS, TAGS, Scores, log_softmax, opinions
from safeharbor.model.pieces import windows
from safeharbor.model.readings import Found, ModelReading, Theme
from safeharbor.model.tokens import Word, split_words

# Newer onnxruntime tells its maker of each use, and keeps a log of that in the home folder, unless it is told before its import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

FORMAT = 1
"""Version of the files. It changes when a model made before can no longer be read."""
ENCODER, TOKENIZER, CARD = "encoder.onnx", "tokenizer.json", "reader.json"
STAYING, THEMES = "staying.onnx", "themes.onnx"
"""Parts of the encoder's graph that are taught by themselves: which words may stay, and what a counselor should know or be. Put behind
the encoder they are one graph with it, since protobuf messages in a row are one message. A model may lack them."""
_HALF = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair, which is no character: the sign for a missing one stands in, at the same length."""
_Suggested = tuple[float, int]
"""The chance of a theme, and which word suggests it most."""
TIME_LIMIT = 40.0
"""Seconds that the encoder may take over one text; what comes after counts as not read."""


class Card(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a reader was made as: its outputs, its settings, and the checksums of its files."""

    format: int
    labels: list[str]
    boldness: Annotated[float, msgspec.Meta(ge=0, le=5)]
    temperature: Annotated[float, msgspec.Meta(gt=0, le=10)]
    sha256: dict[str, str]
    themes: list[str] = []
    """What the head of the themes tells: ids of phrases in the tables, in its order."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """What the encoder and its heads give for a text: by word, for the whole, and how many words were read."""

    tags: Scores
    camps: Scores
    kinds: dict[str, float]
    stays: tuple[float, ...]
    """The chance that each word may stay; none if there is no head for it."""
    themes: dict[str, _Suggested]
    done: int


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
            graph = b"".join(_checked(folder, self.card, name) for name in (ENCODER, STAYING, THEMES) if name in self.card.sha256)
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
            self._outputs = [output.name for output in self._session.get_outputs()]
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
        scored = self._scores(plain.text, words)
        done = scored.done
        found = []
        for opinion in opinions(scored.tags[:done], scored.camps[:done], boldness=self.card.boldness, temperature=self.card.temperature):
            span = plain.source(words[opinion.first].start, words[opinion.last - 1].end)
            if any(map(str.isalnum, text[span.start : span.end])):
                found.append(Found(span.start, span.end, opinion.label, opinion.about, opinion.confidence))
        if plain.starts:
            spans = [plain.source(word.start, word.end) for word in words]
            words = [Word(span.start, span.end, word.case) for span, word in zip(spans, words, strict=True)]
        unread = 0 if done == len(words) else len(text) - words[done].start
        suggested = tuple(Theme(name, chance, Span(words[at].start, words[at].end)) for name, (chance, at) in scored.themes.items())
        return ModelReading(tuple(found), scored.kinds, unread, tuple(words), scored.camps[:done], scored.stays, suggested)

    def _scores(self, text: str, words: list[Word]) -> _Scored:
        """Run the encoder and its heads over all windows.

        Where windows overlap, a word's scores come from the one in which it stands farther from the edge; a theme is told by the window
        that is surest of it.
        """
        tags = np.zeros((len(words), TAGS), dtype=np.float32)
        camps = np.zeros((len(words), len(CAMPS)), dtype=np.float32)
        kinds = np.zeros(len(KINDS), dtype=np.float32)
        stays = np.zeros(len(words), dtype=np.float32)
        themes: dict[str, _Suggested] = {}
        done = pieces = 0
        until = time.monotonic() + TIME_LIMIT
        for window in windows(text, words, self._tokenizer):
            if time.monotonic() > until:
                break
            of_tags, of_camps, of_kinds, *of_heads = self._session.run(None, {"ids": window.ids[None], "cases": window.cases[None]})
            told = dict(zip(self._outputs[3:], of_heads, strict=True))
            last = window.first + len(window.first_pieces)
            start = window.first if done == 0 else (window.first + done) // 2
            at = window.first_pieces[start - window.first :]
            tags[start:last] = of_tags[0, at]
            camps[start:last] = of_camps[0, at]
            if "stays" in told:
                stays[start:last] = told["stays"][0, at]
            if "themes" in told:
                beside = np.maximum(np.searchsorted(window.first_pieces, told["theme_at"], side="right") - 1, 0) + window.first
                suggested = zip(told["themes"].tolist(), beside.tolist(), strict=True)
                for name, each in zip(self.card.themes, suggested, strict=True):
                    themes[name] = max(themes.get(name, each), each)
            kinds += np.exp(log_softmax(of_kinds[0])) * len(window.ids)
            pieces += len(window.ids)
            done = last
        of_kind = dict(zip(KINDS, (kinds / max(pieces, 1)).tolist(), strict=True))
        told_of = done if STAYING in self.card.sha256 else 0
        return _Scored(tags, camps, of_kind, tuple(stays[:told_of].tolist()), themes, done)


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
