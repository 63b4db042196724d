"""Gallery: the rewrites of hand-written drafts, scored for what they keep and lose, as the measurement tool of the contract does."""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from safeharbor.detect.engine import Detector
from safeharbor.draft import Draft
from safeharbor.errors import MarkError
from safeharbor.report import Check
from safeharbor.rewrite.profiles import DEFAULT, load_profile
from safeharbor.rewrite.propose import Rewrite, Rewriter
from safeharbor.rewrite.wants import Reader
from safeharbor.risk.assess import Assessor
from safeharbor.risk.describe import Library
from safeharbor.rulebook import Rulebook

_HEADER = re.compile(r"^=== id=(?P<id>\S+) kind=(?P<kind>\S+)\n", re.MULTILINE)
_PART = re.compile(r"^\+\+\+ (?P<name>rewrite|keep|lose)\n?", re.MULTILINE)
_CODE = re.compile(r"(?=.*[A-Z])[A-Z0-9][A-Z0-9+/-]*")


@dataclass(frozen=True)
class Pair:
    """A draft of the gallery with its rewrite by hand, and what a rewrite must keep and lose."""

    draft: Draft
    kind: str
    by_hand: str
    keep: tuple[str, ...]
    """One need each, alternatives separated by `|`."""
    lose: tuple[str, ...]


def read_gallery(file: Path) -> Iterator[Pair]:
    """Read the pairs of a gallery file. Raises MarkError, with the file, for one that lacks a part."""
    whole = file.read_text(encoding="utf-8")
    headers = list(_HEADER.finditer(whole))
    for header, end in zip(headers, [*(each.start() for each in headers[1:]), len(whole)], strict=True):
        text, *rest = _PART.split(whole[header.end() : end].rstrip("\n"))
        parts = dict(zip(rest[::2], rest[1::2], strict=True))
        if set(parts) != {"rewrite", "keep", "lose"}:
            msg = f"{file}: {header['id']} needs the parts rewrite, keep and lose"
            raise MarkError(msg)
        keep, lose = (tuple(filter(None, parts[name].split("\n"))) for name in ("keep", "lose"))
        yield Pair(Draft(header["id"], text.rstrip("\n")), header["kind"], parts["rewrite"].rstrip("\n"), keep, lose)


def is_kept(need: str, text: str) -> bool:
    """Tell whether one of the alternatives of a need is in a text: abbreviations as whole words, others at the start of a word."""
    for words in need.split("|"):
        if _CODE.fullmatch(words):
            exact = len(words) <= 2 or words == "ACT"
            if re.search(rf"(?<![A-Za-z0-9]){re.escape(words)}(?![A-Za-z0-9])", text, 0 if exact else re.IGNORECASE):
                return True
        elif re.search(rf"(?<![^\W_]){re.escape(words)}", text, re.IGNORECASE):
            return True
    return False


def is_leaked(words: str, text: str) -> bool:
    """Tell whether a fact is still in a text, as whole words."""
    return re.search(rf"(?<![^\W_]){re.escape(words)}(?![^\W_])", text, re.IGNORECASE) is not None


def say(line: str) -> None:
    """Write a line of the result."""
    sys.stdout.write(f"{line}\n")


class Scorer:
    """Rewrites drafts as the program does and counts what is right of how many."""

    def __init__(self, *, profile: str, show: str, copies: bool = True) -> None:
        rulebook = Rulebook.load()
        detector = Detector(rulebook)
        assessor = Assessor(Library.load(rulebook))
        reader = Reader(rulebook, assessor.library.regions)
        rewriter = Rewriter(reader, load_profile(profile, rulebook), detector.detect, assessor, copies)
        self.check = Check(detector, assessor, rewriter)
        self.show = show
        self.counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def count(self, name: str, *, hit: bool, wrong: str = "") -> None:
        """Count a hit or a miss; a miss is shown with what was wrong."""
        self.counts[name][0] += hit
        self.counts[name][1] += 1
        if self.show and wrong:
            say(wrong)

    def rewrite(self, draft: Draft) -> Rewrite:
        """Give a draft's rewrite. Raises MarkError if it could not be made."""
        made = self.check(draft).rewrite
        if made is None:
            msg = f"{draft.name} could not be read"
            raise MarkError(msg)
        return made

    def score(self, pair: Pair) -> None:
        """Score one pair."""
        name = pair.draft.name
        made = self.rewrite(pair.draft)
        text = made.text or ""
        if self.show == "all":
            say(f"--- {name}\n{pair.draft.text}\n>>> {text}\n")
        right = bool(text) == (pair.kind != "other")
        self.count("kinds", hit=right, wrong="" if right else f"kind {name}")
        if pair.kind == "overshare":
            self.count("offered", hit=bool(text))
        if pair.kind == "clean":
            self.count("left alone", hit=not made.is_changed, wrong=f"changed {name}" if made.is_changed else "")
        for need in pair.keep:
            kept = is_kept(need, text)
            self.count("keeps", hit=kept, wrong="" if kept else f"lost {name} {need!r}")
        for fact in pair.lose:
            leaked = bool(text) and is_leaked(fact, text)
            self.count("leaks", hit=leaked, wrong=f"leak {name} {fact!r}" if leaked else "")
        if text and pair.kind == "overshare":
            self.count("clear", hit=made.is_clear, wrong="" if made.is_clear else f"not clear {name}")
            again = self.rewrite(Draft(name, text)).text
            self.count("stable", hit=again == text, wrong="" if again == text else f"not stable {name}\n1 {text}\n2 {again}")


def main() -> None:
    """Score the gallery files that are named."""
    parser = argparse.ArgumentParser(prog="python -m safeharbor.build.gallery", description=main.__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--profile", default=DEFAULT)
    parser.add_argument("--errors", action="store_true", help="show what was lost and what leaked")
    parser.add_argument("--no-copies", action="store_true", help="ask only for what the tables read, as a check does")
    parser.add_argument("--all", action="store_true", help="show every rewrite as well")
    chosen = parser.parse_args()
    scorer = Scorer(profile=chosen.profile, show="all" if chosen.all else "errors" if chosen.errors else "", copies=not chosen.no_copies)
    for file in chosen.files:
        for pair in read_gallery(file):
            scorer.score(pair)
    for name, (hits, total) in sorted(scorer.counts.items()):
        say(f"{name}: {hits / total if total else float('nan'):.3f} ({hits}/{total})")


if __name__ == "__main__":
    main()
