"""Training: the encoder taught from marked drafts and public sets, then written as the pipeline that ships."""

from __future__ import annotations

import hashlib
import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import spacy
import torch
from torch.optim.swa_utils import AveragedModel

from safeharbor.build.encoder import Exported, Reader, Row, batch, loss, make_tokenizer, read_weights, weights_folder
from safeharbor.build.examples import Example, Piece, Variants, targets
from safeharbor.labels import CIRCLE
from safeharbor.model.component import COMPONENT, ReaderComponent
from safeharbor.model.decoding import LABELS
from safeharbor.model.pieces import windows
from safeharbor.model.reader import CARD, ENCODER, FORMAT, TOKENIZER, Card
from safeharbor.model.reader import Reader as ShippedReader
from safeharbor.model.tokens import split_words

PIECES_A_BATCH = 1024
"""Word pieces in a batch, padding included: about fifteen posts."""
_SPACY = ">=3.8.2,<4.0"
"""The versions of spaCy that the pipeline was tried with; spaCy itself would write down only the one at hand."""
_CHUNK = 512
"""Rows among which rows of about one length are sought, so that little is padded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to train. Learning rates are AdamW's at their highest, after a warm-up over the first tenth of the steps."""

    epochs: int = 12
    body_rate: float = 1.5e-4
    head_rate: float = 1e-3
    public_share: float = 0.75
    """Share of the public sets that is drawn anew for each epoch."""
    averaged: float = 0.25
    """Share of the steps, at the end, whose weights are averaged into those that are kept; 0 keeps the last ones."""
    seed: int = 1
    threads: int = 2
    new_share: float = 1.0
    """Share of what was learned in the mean with the weights that training went on from: 1 for training from the pretrained ones."""
    has_cases: bool = True
    has_variants: bool = True
    has_snippets: bool = True


ONWARD = Plan(epochs=4, body_rate=6e-5, head_rate=4e-4, averaged=0.5, new_share=0.7, seed=5)
"""How to go on from weights that were trained: gently, and not all the way, which keeps what they find (Wortsman et al., CVPR 2022)."""


def train(
    examples: Sequence[Example],
    public: Sequence[Example],
    lists: dict[str, list[str]],
    plan: Plan,
    say: Callable[[str], None],
    onward: Path | None = None,
) -> Reader:
    """Train the encoder, from the pretrained weights or, with `onward`, from those of a pipeline that was written.

    The same plan, examples and machine give the same weights; a GPU is used if there is one.
    """
    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    torch.use_deterministic_algorithms(mode=True, warn_only=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    # Elsewhere numbers of 16 bits cost more than those of 32: half as much again with AVX-512 BF16, hours where a processor has neither.
    halves = device.type == "cuda" or torch.cpu.get_capabilities().get("amx_bf16", False)
    rng = random.Random(plan.seed)  # noqa: S311 - training needs no secrecy
    folder = weights_folder()
    reader = Reader(folder)
    begun = read_weights(onward / COMPONENT / ENCODER) if onward else {}
    reader.load_state_dict(begun, strict=bool(begun))
    reader = reader.to(device)
    tokenizer = make_tokenizer(folder)
    variants = Variants(examples, lists, plan.seed) if plan.has_variants else None

    def batches() -> Iterator[list[Row]]:
        drawn = [example for example in examples if plan.has_snippets or example.kind]
        drawn += rng.sample(list(public), round(len(public) * plan.public_share))
        rows = [row for example in drawn for row in _rows(example, variants, tokenizer, has_cases=plan.has_cases)]
        yield from _batched(rows, rng)

    steps = plan.epochs * sum(1 for _ in batches())
    body, heads = ([p for name, p in reader.named_parameters() if name.startswith("bert.") is of_body] for of_body in (True, False))
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": plan.body_rate}, {"params": heads, "lr": plan.head_rate}], weight_decay=0.01, fused=True
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.1 * steps), max(0.0, (steps - step) / (0.9 * steps)))
    )
    average = AveragedModel(reader)
    reader.train()
    began = time.monotonic()
    for epoch in range(plan.epochs):
        total, count = 0.0, 0
        for rows in batches():
            tensors = tuple(tensor.to(device) for tensor in batch(rows))
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=halves):
                outputs = reader(*tensors[:3])
            cost = loss(outputs, tensors)
            optimizer.zero_grad()
            cost.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            if schedule.last_epoch > (1 - plan.averaged) * steps:
                average.update_parameters(reader)
            total, count = total + cost.item(), count + 1
        say(f"epoch {epoch + 1} of {plan.epochs}: loss {total / count:.4f}, {time.monotonic() - began:.0f} s")
    trained: Reader = (average.module if plan.averaged else reader).cpu().eval()
    learned = trained.state_dict()
    trained.load_state_dict(learned | {name: torch.lerp(was, learned[name], plan.new_share) for name, was in begun.items()})
    return trained


def _rows(example: Example, variants: Variants | None, tokenizer: object, *, has_cases: bool) -> list[Row]:
    hidden = not has_cases
    if variants is not None:
        example, hide = variants.of(example)
        hidden = hidden or hide
    text = example.text
    words = split_words(text)
    wanted = targets(example, words)
    weight = 0.5 if example.is_public else 1.0
    return [Row(window, wanted, hidden, weight) for window in windows(text, words, tokenizer)]  # type: ignore[arg-type]


def _batched(rows: list[Row], rng: random.Random) -> Iterator[list[Row]]:
    rng.shuffle(rows)
    made: list[list[Row]] = []
    for at in range(0, len(rows), _CHUNK):
        current: list[Row] = []
        for row in sorted(rows[at : at + _CHUNK], key=lambda row: len(row.window.ids)):
            if current and (len(current) + 1) * len(row.window.ids) > PIECES_A_BATCH:
                made.append(current)
                current = []
            current.append(row)
        made.append(current)
    rng.shuffle(made)
    yield from made


def write(reader: Reader, out: Path, *, version: str) -> None:
    """Write a trained encoder as a spaCy pipeline in 8-bit whole numbers, not yet calibrated. What stands in `out` is replaced."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - after our reader has told it to be silent

    work = out.with_name(f"{out.name}.work")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    ids = torch.ones((1, 16), dtype=torch.long)
    names = {"input_names": ["ids", "cases"], "output_names": ["tags", "camps", "kinds"]}
    axes = {"ids": {1: "pieces"}, "cases": {1: "pieces"}, "tags": {1: "pieces"}, "camps": {1: "pieces"}}
    full = work / "full.onnx"
    torch.onnx.export(Exported(reader).eval(), (ids, ids * 0), str(full), dynamic_axes=axes, opset_version=17, dynamo=False, **names)  # type: ignore[arg-type]
    quantize_dynamic(
        full, work / ENCODER, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True, op_types_to_quantize=["MatMul"]
    )
    full.unlink()
    make_tokenizer(weights_folder()).save(str(work / TOKENIZER))
    card = Card(
        format=FORMAT,
        labels=list(LABELS),
        boldness=0.0,
        temperature=1.0,
        sha256={name: hashlib.sha256((work / name).read_bytes()).hexdigest() for name in (ENCODER, TOKENIZER)},
    )
    write_card(work, card)
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "safeharbor_words"}}})
    nlp.add_pipe(COMPONENT)
    component = nlp.get_pipe(COMPONENT)
    if not isinstance(component, ReaderComponent):
        raise TypeError
    component.from_disk(work)
    nlp.meta.update(
        spacy_version=_SPACY,
        name="safeharbor",
        version=version,
        description="Names, places, clues and whose they are in referral posts",
        license="MIT",
    )
    shutil.rmtree(out, ignore_errors=True)
    nlp.to_disk(out)
    shutil.rmtree(work)


def write_card(folder: Path, card: Card) -> None:
    """Write the card of a reader."""
    (folder / CARD).write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n")


def calibrate(pipeline: Path, examples: Sequence[Example], boldness: float | None = None) -> tuple[float, float]:
    """Find and set the temperature and the boldness of a pipeline on examples that it was not trained on.

    The temperature is that at which the chances told for spans cost least (log loss), the boldness that at which spans of the
    client's circle have the best F2, which weighs recall twice: a missed detail harms, a false clue is only seen. A boldness that
    is given stays.
    """
    folder = pipeline / COMPONENT
    shipped = ShippedReader(folder)
    cost = {}
    for temperature in np.arange(0.8, 3.01, 0.1):
        shipped.card = msgspec.structs.replace(shipped.card, boldness=0.0, temperature=round(float(temperature), 2))
        told = [pair for example in examples for pair in _told(shipped, example)]
        cost[shipped.card.temperature] = -float(np.mean([np.log(max(sure if right else 1 - sure, 1e-6)) for sure, right in told]))
    shipped.card = msgspec.structs.replace(shipped.card, temperature=min(cost, key=cost.__getitem__))
    worth = {}
    for tried in np.arange(0.0, 2.01, 0.25) if boldness is None else (boldness,):
        shipped.card = msgspec.structs.replace(shipped.card, boldness=float(tried))
        worth[float(tried)] = _f2(np.sum([_circle(shipped, example) for example in examples], axis=0))
    shipped.card = msgspec.structs.replace(shipped.card, boldness=max(worth, key=worth.__getitem__))
    write_card(folder, shipped.card)
    return shipped.card.boldness, shipped.card.temperature


def _told(reader: ShippedReader, example: Example) -> Iterator[tuple[float, bool]]:
    """Give for each span found how sure it was said to be and whether a mark of its label touches it."""
    marks = list(_marks(example))
    for found in reader.read(example.text).found:
        touching = [piece for start, end, piece in marks if found.start < end and start < found.end]
        if not any(piece.optional for piece in touching):
            yield found.confidence, any(piece.label == found.label for piece in touching)


def _circle(reader: ShippedReader, example: Example) -> tuple[int, int, int, int]:
    """Count the marks of the client's circle, those touched by a span told of the circle, such spans, and those that touch a mark."""
    found = [span for span in reader.read(example.text).found if span.about in CIRCLE]
    marks = [(start, end) for start, end, piece in _marks(example) if piece.about in CIRCLE and not piece.optional]
    touched = sum(any(span.start < end and start < span.end for span in found) for start, end in marks)
    right = sum(any(span.start < end and start < span.end for start, end in marks) for span in found)
    return len(marks), touched, len(found), right


def _f2(counts: Sequence[int]) -> float:
    marks, touched, found, right = counts
    recall, precision = touched / marks, right / max(found, 1)
    return 5 * precision * recall / max(4 * precision + recall, 1e-9)


def _marks(example: Example) -> Iterator[tuple[int, int, Piece]]:
    at = 0
    for piece in example.pieces:
        if piece.label:
            yield at, at + len(piece.text), piece
        at += len(piece.text)
