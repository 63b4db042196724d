"""safeharbor: a de-identification linter for therapists' referral posts.

`check("text")` reads one draft and gives its Report. `presidio_recognizers()` gives the rules to a Presidio analyzer, and
`nlp.add_pipe("safeharbor")` gives them to a spaCy pipeline. Importing this costs nothing until one of them is used.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from safeharbor.report import Check, Report

__version__ = "0.1.0"
__all__ = ["MODEL", "__version__", "check", "presidio_recognizers"]

MODEL = Path(__file__).parent / "model" / "en_safeharbor"
"""Where the language model that ships with safeharbor stands, for `spacy.load(safeharbor.MODEL)`."""


@cache
def _office() -> Check:
    from safeharbor.detect.engine import Detector  # noqa: PLC0415
    from safeharbor.report import Check  # noqa: PLC0415
    from safeharbor.rewrite.profiles import DEFAULT, load_profile  # noqa: PLC0415
    from safeharbor.rewrite.propose import Rewriter  # noqa: PLC0415
    from safeharbor.rewrite.wants import Reader  # noqa: PLC0415
    from safeharbor.risk.assess import Assessor  # noqa: PLC0415
    from safeharbor.risk.describe import Library  # noqa: PLC0415

    detector = Detector()
    assessor = Assessor(Library.load(detector.rulebook))
    reader = Reader(detector.rulebook, assessor.library.regions)
    return Check(detector, assessor, Rewriter(reader, load_profile(DEFAULT, detector.rulebook), detector.detect, assessor))


def check(text: str, name: str = "draft") -> Report:
    """Read a draft against the rules that ship with safeharbor: what was found, the risk (`risks`), what to post instead (`rewrite`).

    It reads no settings: where the text names no place, a region of 250,000 people is assumed and said so. The first call reads
    the rules (about two seconds); nothing of a draft is kept after its report. A text that cannot be read gives a report whose
    verdict is `incomplete`.
    """
    from safeharbor.draft import Draft  # noqa: PLC0415

    return _office()(Draft(name, text))


def presidio_recognizers(*, others: bool = False) -> list[Any]:
    """Give each rule as a Presidio recognizer, for `registry.recognizers.extend(presidio_recognizers())`.

    They find what safeharbor finds one by one: exclusions and whose detail it is are decided, overlaps between rules are
    left to the analyzer. With `others`, details of the poster and of other professionals are results too.
    """
    from safeharbor.detect.recognizer import make_recognizers  # noqa: PLC0415
    from safeharbor.rulebook import Rulebook  # noqa: PLC0415

    return list(make_recognizers(Rulebook.load(), others=others)[1])
