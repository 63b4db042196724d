"""Staying: the head of the language model that tells which words of a draft may stay, and which name what a counselor should know.

    python -m safeharbor.build.staying corpora/staying

It is taught over the encoder as it ships. It learns from `gallery.txt`, `posts.txt` and `written.txt`, with the topics of
`topics.tsv`, and prints how well it does on `unseen.txt`, and how far a second reading (`again.txt`) agrees with the first. Needs the
extra `train`, and to be done again whenever the encoder is trained.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

from safeharbor import MODEL
from safeharbor.build.training import write_card
from safeharbor.marked import MarkedDraft, read_corpus
from safeharbor.model.component import COMPONENT
from safeharbor.model.pieces import windows
from safeharbor.model.reader import CARD, ENCODER, HEAD, TOKENIZER, Card, Reader
from safeharbor.model.readings import ASKED
from safeharbor.model.tokens import Word, split_words

LAYERS = tuple(f"/bert/encoder/layer.{at}/output/LayerNorm/LayerNormalization_output_0" for at in range(1, 6))
"""What the head reads of the encoder: the outputs of its second to sixth layer, by their names in its graph."""
SIZE, WIDTH = 384, 96
"""Numbers that a layer gives for a word piece, and that the head works with."""
OUTPUT = "asked"
TAUGHT = ("gallery", "posts", "written")
"""The marked drafts that the head learns from."""
EPOCHS, RATE, BATCH, DROPPED = 15, 2e-3, 16, 0.4
_SEED = 1
_THRESHOLDS = (0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True, slots=True)
class Row:
    """One window of a draft as the encoder read it, with what is to be told of its words."""

    read: NDArray[np.float16]
    """Word pieces by layers by numbers."""
    first_pieces: NDArray[np.int64]
    answers: NDArray[np.bool_]
    """Words by what is told of each: whether it may stay, whether it names a topic."""


def may_stay(marked: MarkedDraft, words: Sequence[Word]) -> NDArray[np.bool_]:
    """Tell which words of a draft are marked."""
    return np.array([any(answer.span.start <= word.start < answer.span.end for answer in marked.answers) for word in words], dtype=np.bool_)


def names_topic(text: str, topics: Iterable[str], words: Sequence[Word]) -> NDArray[np.bool_]:
    """Tell which words of a text stand in one of its topics, wherever that stands."""
    spans = [found.span() for topic in topics for found in re.finditer(rf"(?<!\w){re.escape(topic)}(?!\w)", text)]
    return np.array([any(start <= word.start < end for start, end in spans) for word in words], dtype=np.bool_)


def read_topics(file: Path) -> Mapping[str, tuple[str, ...]]:
    """Read the topics of drafts, by their names; lines that begin with # are remarks."""
    lines = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return {name: tuple(topics) for name, *topics in lines}


class Head(nn.Module):
    """Reads what the encoder made of each word piece, in both directions, and scores whether it may stay and whether it names a topic."""

    def __init__(self) -> None:
        """Begin with weights drawn at random."""
        super().__init__()
        self.narrow = nn.Linear(SIZE * len(LAYERS), WIDTH)
        self.dropout = nn.Dropout(DROPPED)
        self.along = nn.GRU(WIDTH, WIDTH, bidirectional=True, batch_first=True)
        self.score = nn.Linear(2 * WIDTH, len(ASKED))

    def forward(self, read: Tensor, sizes: Tensor | None = None) -> Tensor:
        """Score the word pieces of windows, whose layers stand side by side; `sizes` are their word pieces, if they are padded."""
        hidden = self.dropout(torch.tanh(self.narrow(self.dropout(read))))
        if sizes is None:
            hidden = self.along(hidden)[0]
        else:
            packed = nn.utils.rnn.pack_padded_sequence(hidden, sizes, batch_first=True, enforce_sorted=False)
            hidden, _ = nn.utils.rnn.pad_packed_sequence(self.along(packed)[0], batch_first=True, total_length=read.shape[1])
        scores: Tensor = self.score(self.dropout(hidden))
        return scores


class _Exported(nn.Module):
    """The head as it ships: it takes the layers one by one and gives chances."""

    def __init__(self, head: Head) -> None:
        super().__init__()
        self.head = head

    def forward(self, *layers: Tensor) -> Tensor:
        return torch.sigmoid(self.head(torch.cat(layers, dim=-1)))


class Encoder:
    """The encoder as it ships, whose layers are read."""

    def __init__(self, folder: Path) -> None:
        """Load it from the folder of a reader."""
        outputs = onnx.ModelProto()
        for name in LAYERS:
            outputs.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
        import onnxruntime  # noqa: PLC0415 - after our reader has told it to be silent

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        graph = (folder / ENCODER).read_bytes() + outputs.SerializeToString()  # two messages in a row are one, with the fields of both
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))

    def rows(self, marked: MarkedDraft, topics: Iterable[str]) -> Iterator[Row]:
        """Read a draft with its topics, window by window."""
        text = marked.draft.text
        words = split_words(text)
        answers = np.stack([may_stay(marked, words), names_topic(text, topics, words)], axis=1)
        for window in windows(text, words, self._tokenizer):
            layers = self._session.run(list(LAYERS), {"ids": window.ids[None], "cases": window.cases[None]})
            read = np.stack([layer[0] for layer in layers], axis=1).astype(np.float16)
            yield Row(read, window.first_pieces, answers[window.first : window.first + len(window.first_pieces)])


def batch(rows: Sequence[Row]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pad rows to one size: what was read, how many word pieces each has, what is to be told of each, which count."""
    longest = max(len(row.read) for row in rows)
    read = np.zeros((len(rows), longest, SIZE * len(LAYERS)), dtype=np.float32)
    answers = np.zeros((len(rows), longest, len(ASKED)), dtype=np.float32)
    counts = np.zeros((len(rows), longest, 1), dtype=np.float32)
    for at, row in enumerate(rows):
        read[at, : len(row.read)] = row.read.reshape(len(row.read), -1)
        answers[at, row.first_pieces] = row.answers
        counts[at, row.first_pieces] = 1
    sizes = torch.tensor([len(row.read) for row in rows])
    return torch.from_numpy(read), sizes, torch.from_numpy(answers), torch.from_numpy(counts)


def train(rows: Iterable[Row]) -> Head:
    """Teach a head. The same rows give the same weights on the same machine."""
    torch.manual_seed(_SEED)
    rng = random.Random(_SEED)  # noqa: S311 - training needs no secrecy
    rows = list(rows)
    head = Head()
    optimizer = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=0.01)
    steps = EPOCHS * -(-len(rows) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + 1, pct_start=0.1)
    head.train()
    for _ in range(EPOCHS):
        rng.shuffle(rows)
        for at in range(0, len(rows), BATCH):
            read, sizes, answers, counts = batch(rows[at : at + BATCH])
            costs = nn.functional.binary_cross_entropy_with_logits(head(read, sizes), answers, reduction="none")
            cost = (costs * counts).sum() / counts.sum()
            optimizer.zero_grad()
            cost.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return head.eval()


def graph_of(head: Head) -> bytes:
    """Write a head as a part of the encoder's graph: put behind it, the two are one graph with one more output."""
    made = io.BytesIO()
    layers = tuple(torch.zeros(1, 16, SIZE) for _ in LAYERS)
    axes = {name: {1: "pieces"} for name in (*LAYERS, OUTPUT)}
    torch.onnx.export(
        _Exported(head).eval(),
        layers,
        made,
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
        input_names=list(LAYERS),
        output_names=[OUTPUT],
    )
    graph = onnx.load_from_string(made.getvalue()).graph
    kept = {"", OUTPUT, *LAYERS}

    def named(name: str) -> str:
        return name if name in kept else f"{OUTPUT}/{name}"

    for node in graph.node:
        node.name = named(node.name)
        node.input[:] = [named(name) for name in node.input]
        node.output[:] = [named(name) for name in node.output]
    for weights in graph.initializer:
        weights.name = named(weights.name)
    part = onnx.ModelProto()
    part.graph.node.extend(graph.node)
    part.graph.initializer.extend(graph.initializer)
    part.graph.output.extend(graph.output)
    return bytes(part.SerializeToString())


def put_beside(graph: bytes, folder: Path) -> None:
    """Write a head beside its encoder, and its checksum into the card."""
    (folder / HEAD).write_bytes(graph)
    card = msgspec.json.decode((folder / CARD).read_bytes(), type=Card)
    write_card(folder, msgspec.structs.replace(card, sha256={**card.sha256, HEAD: hashlib.sha256(graph).hexdigest()}))


def measure(
    reader: Reader, corpus: Iterable[MarkedDraft], topics: Mapping[str, Iterable[str]]
) -> Iterator[tuple[str, float, float, float]]:
    """Give precision and recall of what is told of words, at a chance of each threshold, as the reader ships."""
    told: list[NDArray[np.float64]] = []
    answers: list[NDArray[np.bool_]] = []
    for marked in corpus:
        stays = reader.read(marked.draft.text).stays
        told.append(np.stack([stays.chances, stays.topics], axis=1))
        topic = names_topic(marked.draft.text, topics.get(marked.draft.name, ()), stays.words)
        answers.append(np.stack([may_stay(marked, stays.words), topic], axis=1))
    for name, chances, right in zip(ASKED, np.concatenate(told).T, np.concatenate(answers).T, strict=True):
        for least in _THRESHOLDS:
            yield name, least, float(right[chances >= least].mean()), float((chances[right] >= least).mean())


def agreement(first: Mapping[str, MarkedDraft], second: Iterable[MarkedDraft]) -> tuple[float, float]:
    """Give precision and recall of the words that a second reading marks, taken by the first."""
    both = only_first = only_second = 0
    for again in second:
        marks = [may_stay(marked, split_words(marked.draft.text)) for marked in (first[again.draft.name], again)]
        both += int((marks[0] & marks[1]).sum())
        only_first += int((marks[0] & ~marks[1]).sum())
        only_second += int((~marks[0] & marks[1]).sum())
    return both / (both + only_second), both / (both + only_first)


def main() -> None:
    """Teach the head, write it beside the encoder, and measure it."""
    parser = argparse.ArgumentParser(prog="python -m safeharbor.build.staying", description=__doc__.split("\n\n")[0])
    parser.add_argument("corpora", type=Path, help="the folder with the marked drafts and their topics")
    parser.add_argument("--pipeline", type=Path, default=MODEL, help="beside whose encoder to write it [default: the one that ships]")
    parser.add_argument(
        "--without", default=[], nargs="+", metavar="PREFIX", help="leave out drafts whose names begin so, to measure on them"
    )
    parser.add_argument("--only-measure", action="store_true", help="teach nothing, only print how the head that is there does")
    given = parser.parse_args()
    folder = given.pipeline / COMPONENT
    began = time.monotonic()
    topics = read_topics(given.corpora / "topics.tsv")
    taught = [marked for name in TAUGHT for marked in read_corpus(given.corpora / f"{name}.txt", labelled=False)]
    if not given.only_measure:
        encoder = Encoder(folder)
        kept = [marked for marked in taught if not marked.draft.name.startswith(tuple(given.without))]
        rows = [row for marked in kept for row in encoder.rows(marked, topics.get(marked.draft.name, ()))]
        put_beside(graph_of(train(rows)), folder)
        sys.stdout.write(f"{len(rows)} windows, {time.monotonic() - began:.0f} s\n")
    unseen = list(read_corpus(given.corpora / "unseen.txt", labelled=False))
    for name, least, precision, recall in measure(Reader(folder), unseen, topics):
        sys.stdout.write(f"{name}, {len(unseen)} unseen drafts, at {least}: precision {precision:.3f}, recall {recall:.3f}\n")
    again = list(read_corpus(given.corpora / "again.txt", labelled=False))
    precision, recall = agreement({marked.draft.name: marked for marked in taught}, again)
    sys.stdout.write(f"a second reading, {len(again)} drafts: precision {precision:.3f}, recall {recall:.3f}\n")


if __name__ == "__main__":
    main()
