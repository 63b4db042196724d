"""Card: what the language model is, what it was made of, and what it does on drafts that it has not seen.

python -m safeharbor.build.card corpora --public PATH [--also "without cases=FOLDER" …]
"""

from __future__ import annotations

import argparse
import json
import platform
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import msgspec

from safeharbor import MODEL
from safeharbor.build.examples import read_public, voice_of
from safeharbor.detect import about
from safeharbor.detect.engine import Detector
from safeharbor.detect.language import NONE, OURS, load_pipelines
from safeharbor.draft import Draft, Span
from safeharbor.findings import Finding
from safeharbor.marked import MarkedDraft, read_corpus
from safeharbor.measure import TOTALS, Score, f1, lowered, measure, told_by
from safeharbor.model.component import COMPONENT
from safeharbor.model.reader import CARD as READER_CARD
from safeharbor.model.reader import Reader
from safeharbor.model.readings import Found
from safeharbor.report import check
from safeharbor.rulebook import Rulebook
from safeharbor.words import normalise

NAME = "CARD.md"
HISTORY = "training.json"
"""What a training run writes beside the pipeline: the command, the plan, how long it took."""
_DEV = "wnut17_dev.jsonl"
_PLACES = "b-place-in-prose"
"""The rule that takes the model's word for a place."""
_SHOWN = (
    "safe_harbor_recall", "safe_harbor_typed", "error_precision", "false_alarm_spans", "clue_recall", "clue_typed", "clue_precision",
    "about_accuracy", "clean_posts_passed",
)  # fmt: skip

_PROSE = Path(__file__).with_suffix(".md")
"""What the card says in words; the figures go in its middle."""


def write_card(corpora: Path, public: Path | None, pipeline: Path, also: dict[str, Path]) -> None:
    """Measure a pipeline on what it has not seen and write its card beside it."""
    held = [marked for marked in read_corpus(corpora / "held-out") if marked.kind not in {"snippet", "none"}]
    snippets = [marked for marked in read_corpus(corpora / "held-out") if marked.kind in ("snippet", "none")]
    book = Rulebook.load()
    by_model = [rule.id for rule in book.rules if any(find.model or find.entity for find in rule.find)]
    loaded = load_pipelines([OURS], pipeline)
    bare = load_pipelines([NONE])
    both = Detector(book, loaded)
    readers = {
        "rules without word lists": Detector(_without_lists(book), bare),
        "rules, with word lists": Detector(book, bare),
        "language model alone": Detector(book.only(*by_model), loaded),
        "rules and language model": both,
        "without the model's word on whose": Detector(book, loaded),
    }
    head, _, failures = _PROSE.read_text(encoding="utf-8").partition("<!-- figures -->\n\n")
    lines = [head, *_making(pipeline, corpora)]
    scores = {}
    for name, detector in readers.items():
        weight = 0.0 if name.startswith("without the model's") else about.MODEL_WEIGHT
        with patch.object(about, "MODEL_WEIGHT", weight):
            scores[name] = _score(held, detector)
    for name, folder in also.items():
        scores[f"rules and language model, {name}"] = _score(held, Detector(book, load_pipelines([OURS], folder)))
    lines += [f"## Ablation: {len(held)} held-out posts\n", *_table("", scores, lambda score: [_share(score, f) for f in _SHOWN], _SHOWN)]
    best = scores["rules and language model"]
    lines += [
        "## Totals, with 95 % bootstrap intervals over drafts\n",
        "| figure | held-out posts | the same in lower case | held-out snippets |",
        "|---|---|---|---|",
    ]
    low = _score([lowered(marked) for marked in held], both)
    short = _score(snippets, both)
    lines += [f"| {figure} | {_full(best, figure)} | {_full(low, figure)} | {_full(short, figure)} |" for figure in TOTALS]
    lines += [
        "",
        "## By label, rules and model together, on held-out posts\n",
        "| label | marks | recall | precision | F1 | exact F1 | F1 in lower case | model alone F1 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += _labels(best, low, scores["language model alone"])
    lines += [
        "",
        "## By voice, held out\n",
        "| voice | posts | identifiers found | clues found | right camp |",
        "|---|---|---|---|---|",
        *_voices(held, both),
    ]
    lines += ["", "## Calibration of the model's chances, on held-out posts\n", *_reliability(held, pipeline)]
    if public is not None:
        lines += [
            "",
            "## Names and places in public posts, model alone (WNUT-17 dev; another domain than referral posts)\n",
            *_public(public / _DEV, pipeline),
        ]
    (pipeline / NAME).write_text("\n".join([*lines, "", failures]), encoding="utf-8")


def _without_lists(book: Rulebook) -> Rulebook:
    """Give the rules less every find that rests on a word list."""
    kept = []
    for rule in book.rules:
        finds = tuple(find for find in rule.find if find.words is None and find.certainty != "listed" and not find.model)
        if finds:
            kept.append(msgspec.structs.replace(rule, find=finds))
    return replace(book, rules=tuple(kept))


def _score(corpus: Iterable[MarkedDraft], detector: Detector) -> Score:
    return measure((marked, told_by(check(marked.draft, detector))) for marked in corpus)


def _share(score: Score, figure: str) -> str:
    share = score[figure].share
    return "-" if share is None else f"{share:.3f}"


def _full(score: Score, figure: str) -> str:
    interval = score.interval(figure)
    return "-" if interval is None else f"{score[figure]} [{interval[0]:.3f}, {interval[1]:.3f}]"


def _table(corner: str, scores: dict[str, Score], cells: Callable[[Score], Sequence[str]], heads: Sequence[str]) -> list[str]:
    return [
        f"| {corner} | {' | '.join(heads)} |",
        f"|---|{'---|' * len(heads)}",
        *(f"| {name} | {' | '.join(cells(score))} |" for name, score in scores.items()),
        "",
    ]


def _labels(best: Score, low: Score, alone: Score) -> Iterator[str]:
    def harmonic(score: Score, label: str, prefix: str = "") -> str:
        row = score.labels().get(label)
        value = None if row is None else f1(row[f"{prefix}recall"].share, row[f"{prefix}precision"].share)
        return "-" if value is None else f"{value:.3f}"

    for label, row in best.labels().items():
        shares = [f"{count.share:.3f}" if count.share is not None else "-" for count in (row["recall"], row["precision"])]
        cells = [
            str(row["recall"].total),
            *shares,
            harmonic(best, label),
            harmonic(best, label, "exact_"),
            harmonic(low, label),
            harmonic(alone, label),
        ]
        yield f"| {label} | {' | '.join(cells)} |"


def _voices(held: Sequence[MarkedDraft], detector: Detector) -> Iterator[str]:
    voices: dict[str, list[MarkedDraft]] = defaultdict(list)
    for marked in held:
        voices[voice_of(marked.draft.name)].append(marked)
    for voice, drafts in sorted(voices.items()):
        score = _score(drafts, detector)
        cells = [str(score[figure]) for figure in ("safe_harbor_recall", "clue_recall", "about_accuracy")]
        yield f"| {voice} | {len(drafts)} | {' | '.join(cells)} |"


def _reliability(held: Sequence[MarkedDraft], pipeline: Path) -> Iterator[str]:
    """Compare how sure the model said it was of a span's label with how often a mark of that label touched it."""
    reader = Reader(pipeline / COMPONENT)
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for marked in held:
        for found in reader.read(marked.draft.text).found:
            touching = [a for a in marked.answers if a.span.start < found.end and found.start < a.span.end]
            if not any(answer.optional for answer in touching):
                right = any(answer.label == found.label for answer in touching)
                bins[min(int(found.confidence * 5), 4)].append((found.confidence, right))
    total = sum(map(len, bins.values()))
    error = sum(abs(sum(c for c, _ in rows) - sum(r for _, r in rows)) for rows in bins.values()) / max(total, 1)
    yield "| said | spans | mean said | right |"
    yield "|---|---|---|---|"
    for at, rows in sorted(bins.items()):
        said, truly = sum(c for c, _ in rows) / len(rows), sum(r for _, r in rows) / len(rows)
        yield f"| {at / 5:.1f} to {(at + 1) / 5:.1f} | {len(rows)} | {said:.2f} | {truly:.2f} |"
    yield f"\nExpected calibration error: {error:.3f} over {total} spans."


def _public(path: Path, pipeline: Path) -> Iterator[str]:
    """Score the model on public names and places: overlap of spans with the same label, as the study counted.

    A place counts as the rules take it: at the model's word where it is sure, else with a list or a word of place beside it. States and
    countries, which no rule reports, count by their lists.
    """
    reader = Reader(pipeline / COMPONENT)
    book = Rulebook.load()
    places = Detector(book.only(_PLACES), load_pipelines([OURS], pipeline))
    lists = [book.words(name) for name in ("us-states", "countries")]

    def is_taken(text: str, found: Found, taken: Sequence[Finding]) -> bool:
        words = normalise(text[found.start : found.end])
        of_list = any(words in each.entries for each in lists)
        return found.label != "LOCATION" or of_list or any(each.span.touches(Span(found.start, found.end)) for each in taken)

    counts: Counter[tuple[str, str]] = Counter()
    for example in read_public(path):
        marks, at = [], 0
        for piece in example.pieces:
            if piece.label:
                marks.append((at, at + len(piece.text), piece.label))
            at += len(piece.text)
        taken = places.detect(Draft(example.name, example.text)).found
        found = [each for each in reader.read(example.text).found if is_taken(example.text, each, taken)]
        for label in ("PERSON", "LOCATION"):
            told = [f for f in found if f.label == label or (label == "LOCATION" and f.label == "STATE")]
            true = [(start, end) for start, end, told_label in marks if label in told_label.split("|") and "EMPLOYER" not in told_label]
            counts[label, "hit"] += sum(any(f.start < end and start < f.end for f in told) for start, end in true)
            counts[label, "true"] += len(true)
            counts[label, "right"] += sum(any(f.start < end and start < f.end for start, end in true) for f in told)
            counts[label, "told"] += len(told)
    yield "| | recall | precision |"
    yield "|---|---|---|"
    for label in ("PERSON", "LOCATION"):
        recall, precision = counts[label, "hit"] / counts[label, "true"], counts[label, "right"] / max(counts[label, "told"], 1)
        yield f"| {label} | {recall:.2f} | {precision:.2f} |"
    yield "| the study's fine-tuned row: PERSON | .79 | .40 |"
    yield "| the study's fine-tuned row: LOC | .67 | .67 |"


def _making(pipeline: Path, corpora: Path) -> Iterator[str]:
    """Say how the pipeline was made, as its training wrote it down."""
    drafts = list(read_corpus(corpora / "drafts"))
    kinds = Counter(marked.kind for marked in drafts)
    yield f"`corpora/drafts` has {len(drafts):,} drafts now: " + ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common()) + "."
    history = pipeline / HISTORY
    if history.exists():
        told = json.loads(history.read_text(encoding="utf-8"))
        yield f"\n**Made with** `{told['command']}` in {told['minutes']} minutes on {told['machine']}."
        yield f"Plan: {', '.join(f'{key} {value}' for key, value in told['plan'].items())}."
    card = json.loads((pipeline / COMPONENT / READER_CARD).read_text(encoding="utf-8"))
    size = sum(path.stat().st_size for path in pipeline.rglob("*") if path.is_file())
    yield f"Temperature {card['temperature']:.1f}, chosen on the validation voices, as is the boldness of {card['boldness']:.2f} where the"
    yield f"command does not give it. {size / 1e6:.1f} MB."
    yield ""


def machine() -> str:
    """Describe this machine without its name."""
    return re.sub(r"\s+", " ", f"{platform.system()} {platform.machine()}, Python {platform.python_version()}")


def main() -> None:
    """Write the card of the pipeline that ships."""
    parser = argparse.ArgumentParser(prog="python -m safeharbor.build.card", description=__doc__.split("\n\n")[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--public", type=Path, metavar="FOLDER", help=f"the folder with {_DEV}")
    parser.add_argument("--pipeline", type=Path, default=MODEL)
    parser.add_argument("--also", action="append", default=[], metavar="NAME=FOLDER", help="another pipeline for the ablation table")
    given = parser.parse_args()
    also = {name: Path(folder) for name, _, folder in (pair.partition("=") for pair in given.also)}
    write_card(given.corpora, given.public, given.pipeline, also)


if __name__ == "__main__":
    main()
