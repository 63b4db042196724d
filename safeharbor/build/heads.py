"""Heads: what is taught over the encoder as it ships, and written beside it as a part of its graph."""

from __future__ import annotations

import argparse
import hashlib
import io
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

from safeharbor import MODEL
from safeharbor.build.training import write_card
from safeharbor.model.pieces import windows
from safeharbor.model.reader import CARD, ENCODER, TOKENIZER, Card
from safeharbor.model.tokens import split_words

LAYERS = tuple(f"/bert/encoder/layer.{at}/output/LayerNorm/LayerNormalization_output_0" for at in range(1, 6))
"""What heads can read of the encoder: the outputs of its second to sixth layer, by their names in its graph."""
SIZE = 384
"""Numbers that a layer gives for a word piece."""
BATCH = 16
_SEED = 1
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a head is taught."""

    epochs: int
    rate: float
    decay: float = 0.01


@dataclass(frozen=True, slots=True)
class Read:
    """One window of a text as the encoder read it."""

    layers: NDArray[np.float16]
    """Word pieces by layers by numbers."""
    first: int
    """Which word of the text is the first of the window."""
    first_pieces: NDArray[np.int64]


class Encoder:
    """The encoder as it ships, whose layers are read."""

    def __init__(self, folder: Path, layers: Sequence[str] = LAYERS) -> None:
        """Load it from the folder of a reader."""
        self.layers = list(layers)
        outputs = onnx.ModelProto()
        for name in layers:
            outputs.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
        import onnxruntime  # noqa: PLC0415 - after our reader has told it to be silent

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        graph = (folder / ENCODER).read_bytes() + outputs.SerializeToString()  # two messages in a row are one, with the fields of both
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))

    def read(self, text: str) -> Iterator[Read]:
        """Read a text, window by window."""
        for window in windows(text, split_words(text), self._tokenizer):
            layers = self._session.run(self.layers, {"ids": window.ids[None], "cases": window.cases[None]})
            yield Read(np.stack([layer[0] for layer in layers], axis=1).astype(np.float16), window.first, window.first_pieces)


def padded(reads: Sequence[Read]) -> tuple[Tensor, Tensor]:
    """Pad what was read to one size: word pieces by the numbers of all layers, and how many word pieces each has."""
    longest = max(len(read.layers) for read in reads)
    out = np.zeros((len(reads), longest, reads[0].layers[0].size), dtype=np.float32)
    for at, read in enumerate(reads):
        out[at, : len(read.layers)] = read.layers.reshape(len(read.layers), -1)
    return torch.from_numpy(out), torch.tensor([len(read.layers) for read in reads])


def teach(
    make: Callable[[], nn.Module], rows: Sequence[Row], cost_of: Callable[[nn.Module, Sequence[Row]], Tensor], plan: Plan
) -> nn.Module:
    """Teach a head by what a batch of rows costs. The same rows give the same weights on the same machine."""
    torch.manual_seed(_SEED)
    rng = random.Random(_SEED)  # noqa: S311 - training needs no secrecy
    rows = list(rows)
    head = make()
    optimizer = torch.optim.AdamW(head.parameters(), lr=plan.rate, weight_decay=plan.decay)
    steps = plan.epochs * -(-len(rows) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan.rate, total_steps=steps + 1, pct_start=0.1)
    head.train()
    for _ in range(plan.epochs):
        rng.shuffle(rows)
        for at in range(0, len(rows), BATCH):
            cost = cost_of(head, rows[at : at + BATCH])
            optimizer.zero_grad()
            cost.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return head.eval()


class _Exported(nn.Module):
    """A head as it ships: it takes the layers one by one."""

    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        self.head = head

    def forward(self, *layers: Tensor) -> Tensor | tuple[Tensor, ...]:
        told: Tensor | tuple[Tensor, ...] = self.head.tell(torch.cat(layers, dim=-1))  # type: ignore[operator]
        return told


def graph_of(head: nn.Module, outputs: Sequence[str], read: Sequence[str] = LAYERS) -> bytes:
    """Write what a head tells as a part of the encoder's graph: put behind it, the two are one graph with more outputs."""
    made = io.BytesIO()
    layers = tuple(torch.zeros(1, 16, SIZE) for _ in read)
    torch.onnx.export(
        _Exported(head).eval(),
        layers,
        made,
        dynamic_axes={name: {1: "pieces"} for name in read},
        opset_version=17,
        dynamo=False,
        input_names=list(read),
        output_names=list(outputs),
    )
    graph = onnx.load_from_string(made.getvalue()).graph
    kept = {"", *outputs, *read}

    def named(name: str) -> str:
        return name if name in kept else f"{outputs[0]}/{name}"

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


def put_beside(graph: bytes, folder: Path, name: str, **changes: object) -> None:
    """Write a head beside its encoder, and its checksum with other `changes` into the card."""
    (folder / name).write_bytes(graph)
    card = msgspec.json.decode((folder / CARD).read_bytes(), type=Card)
    sha256: Mapping[str, str] = {**card.sha256, name: hashlib.sha256(graph).hexdigest()}
    write_card(folder, msgspec.structs.replace(card, sha256=sha256, **changes))


def arguments(module: str, doc: str, corpora: str) -> argparse.Namespace:
    """Read what the command of a head was given; `doc` and `corpora` tell what it does and which folder it needs."""
    parser = argparse.ArgumentParser(prog=f"python -m safeharbor.build.{module}", description=doc.split("\n\n", maxsplit=1)[0])
    parser.add_argument("corpora", type=Path, help=corpora)
    parser.add_argument("--pipeline", type=Path, default=MODEL, help="beside whose encoder to write it [default: the one that ships]")
    parser.add_argument(
        "--without", default=[], nargs="+", metavar="PREFIX", help="leave out drafts whose names begin so, to measure on them"
    )
    parser.add_argument("--only-measure", action="store_true", help="teach nothing, only print how the head that is there does")
    return parser.parse_args()
