"""Themes: the head of the language model that tells what a counselor should know or be, as the whole of a draft suggests.

    python -m safeharbor.build.themes corpora

It is taught over the encoder as it ships, on drafts of `staying/` and `themes/told.txt` with the themes of `themes/themes.tsv`, and
prints how well it does on `staying/unseen.txt`, and how far a second reading (`themes/again.tsv`) agrees with the first. Needs the
extra `train`, and to be done again whenever the encoder is trained.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from safeharbor.build.heads import LAYERS, SIZE, Encoder, Plan, Read, arguments, graph_of, padded, put_beside, teach
from safeharbor.build.staying import TAUGHT
from safeharbor.draft import Draft
from safeharbor.marked import read_corpus
from safeharbor.model.component import COMPONENT
from safeharbor.model.reader import THEMES, Reader

READ = LAYERS[::2]
"""The layers that the head reads: all of them tell it no more."""
WIDTH = 256
"""Numbers that the head works with."""
DROPPED = 0.2
PLAN = Plan(epochs=12, rate=1e-3, decay=0.05)
FEWEST = 12
"""Drafts in which a theme must be marked to be taught."""
_AT_FIRST = -3.5
"""The score of a theme before anything is learned: most themes are not a draft's."""
_THRESHOLDS = (0.2, 0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True, slots=True)
class Row:
    """A draft as the encoder read it, with which of the themes are its own."""

    read: Read
    answers: NDArray[np.bool_]


def read_themes(file: Path) -> Mapping[str, tuple[str, ...]]:
    """Read the themes of drafts, by their names; lines that begin with # are remarks."""
    lines = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return {name: tuple(themes) for name, *themes in lines}


class Head(nn.Module):
    """Looks over what the encoder made of the word pieces of a text, once for each theme, and scores it by what it finds."""

    def __init__(self, themes: int) -> None:
        """Begin with weights drawn at random."""
        super().__init__()
        self.narrow = nn.Linear(SIZE * len(READ), WIDTH)
        self.dropout = nn.Dropout(DROPPED)
        self.look = nn.Linear(WIDTH, themes)
        self.worth = nn.Linear(WIDTH, themes, bias=False)
        self.bias = nn.Parameter(torch.full((themes,), _AT_FIRST))
        nn.init.normal_(self.worth.weight, std=0.05)

    def forward(self, read: Tensor, is_text: Tensor | None = None) -> Tensor:
        """Give what each word piece adds to the score of each theme; `is_text` tells word pieces from what pads them."""
        hidden = self.dropout(torch.tanh(self.narrow(self.dropout(read))))
        look = self.look(hidden)
        if is_text is not None:
            look = look.masked_fill(~is_text[..., None], -1e4)
        adds: Tensor = torch.softmax(look, dim=1) * self.worth(hidden)
        return adds

    def tell(self, read: Tensor) -> tuple[Tensor, Tensor]:
        """Give the chance of each theme and the word piece that adds most to it, as the head ships."""
        adds = self(read)[0]
        return torch.sigmoid(adds.sum(dim=0) + self.bias), adds.argmax(dim=0)


def cost_of(head: nn.Module, rows: Sequence[Row]) -> Tensor:
    """Give what a head's answers for rows cost: the log loss of the themes of a draft."""
    read, sizes = padded([row.read for row in rows])
    is_text = torch.arange(read.shape[1])[None] < sizes[:, None]
    answers = torch.from_numpy(np.stack([row.answers for row in rows]).astype(np.float32))
    scores = head(read, is_text).sum(dim=1) + head.bias
    cost: Tensor = nn.functional.binary_cross_entropy_with_logits(scores, answers, reduction="none").sum(dim=1).mean()
    return cost


def rows_of(drafts: Iterable[Draft], encoder: Encoder, themes: Mapping[str, Sequence[str]], taught: Sequence[str]) -> Iterator[Row]:
    """Read drafts; those that one window does not hold are left out, since a part of one may lack a theme of the whole."""
    for draft in drafts:
        reads = list(encoder.read(draft.text))
        if len(reads) == 1:
            yield Row(reads[0], np.isin(taught, themes[draft.name]))


def measure(reader: Reader, drafts: Sequence[Draft], themes: Mapping[str, Sequence[str]]) -> Iterator[tuple[float, float, float]]:
    """Give precision and recall of the themes that are told, of those that the reader knows, at a chance of each threshold."""
    told = {draft.name: {theme.phrase: theme.chance for theme in reader.read(draft.text).themes} for draft in drafts}
    known = frozenset(reader.card.themes)
    for least in _THRESHOLDS:
        said = {(name, theme) for name, chances in told.items() for theme, chance in chances.items() if chance >= least}
        right = {(draft.name, theme) for draft in drafts for theme in themes[draft.name] if theme in known}
        yield least, len(said & right) / max(len(said), 1), len(said & right) / len(right)


def agreement(first: Mapping[str, Sequence[str]], second: Mapping[str, Sequence[str]]) -> tuple[float, float]:
    """Give precision and recall of the themes that a second reading marks, taken by the first."""
    of_first = {(name, theme) for name in second for theme in first[name]}
    of_second = {(name, theme) for name, themes in second.items() for theme in themes}
    both = len(of_first & of_second)
    return both / len(of_second), both / len(of_first)


def main() -> None:
    """Teach the head, write it beside the encoder, and measure it."""
    given = arguments("themes", __doc__, "the folder with staying/ and themes/")
    folder = given.pipeline / COMPONENT
    began = time.monotonic()
    themes = read_themes(given.corpora / "themes" / "themes.tsv")
    if not given.only_measure:
        files = [*(given.corpora / "staying" / f"{name}.txt" for name in TAUGHT), given.corpora / "themes" / "told.txt"]
        drafts = [marked.draft for file in files for marked in read_corpus(file, labelled=False)]
        drafts = [draft for draft in drafts if not draft.name.startswith(tuple(given.without))]
        counts = Counter(theme for draft in drafts for theme in themes[draft.name])
        taught = sorted(theme for theme, count in counts.items() if count >= FEWEST)
        rows = list(rows_of(drafts, Encoder(folder, READ), themes, taught))
        head = teach(partial(Head, len(taught)), rows, cost_of, PLAN)
        put_beside(graph_of(head, ["themes", "theme_at"], READ), folder, THEMES, themes=taught)
        sys.stdout.write(f"{len(rows)} drafts, {len(taught)} themes, {time.monotonic() - began:.0f} s\n")
    unseen = [marked.draft for marked in read_corpus(given.corpora / "staying" / "unseen.txt", labelled=False)]
    for least, precision, recall in measure(Reader(folder), unseen, themes):
        sys.stdout.write(f"{len(unseen)} unseen drafts, at {least}: precision {precision:.3f}, recall {recall:.3f}\n")
    again = read_themes(given.corpora / "themes" / "again.tsv")
    precision, recall = agreement(themes, again)
    sys.stdout.write(f"a second reading, {len(again)} drafts: precision {precision:.3f}, recall {recall:.3f}\n")


if __name__ == "__main__":
    main()
