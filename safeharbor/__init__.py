"""safeharbor: a de-identification linter for therapists' referral posts.

`check("text")` reads one draft and gives its Report. `presidio_recognizers()` gives the rules to a Presidio analyzer, and
`nlp.add_pipe("safeharbor")` gives them to a spaCy pipeline. Importing this costs nothing until one of them is used.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from safeharbor.detect.engine import Detector
    from safeharbor.report import Report

__version__ = "0.1.0"
__all__ = ["MODEL", "__version__", "check", "presidio_recognizers"]

MODEL = Path(__file__).parent / "model" / "en_safeharbor"
"""Where the language model that ships with safeharbor stands, for `spacy.load(safeharbor.MODEL)`."""


@cache
def _detector() -> Detector:
    from safeharbor.detect.engine import Detector  # noqa: PLC0415

    return Detector()


def check(text: str, name: str = "draft") -> Report:
    """Read a draft against the rules that ship with safeharbor and report what was found.

    The first call compiles the rules (about two seconds); nothing of a draft is kept after its report. A text that
    cannot be read gives a report whose verdict is `incomplete`.
    """
    from safeharbor.draft import Draft  # noqa: PLC0415
    from safeharbor.report import check as check_draft  # noqa: PLC0415

    return check_draft(Draft(name, text), _detector())


def presidio_recognizers(*, others: bool = False) -> list[Any]:
    """Give each rule as a Presidio recognizer, for `registry.recognizers.extend(presidio_recognizers())`.

    They find what safeharbor finds one by one: exclusions and whose detail it is are decided, overlaps between rules are
    left to the analyzer. With `others`, details of the poster and of other professionals are results too.
    """
    from safeharbor.detect.recognizer import make_recognizers  # noqa: PLC0415
    from safeharbor.rulebook import Rulebook  # noqa: PLC0415

    return list(make_recognizers(Rulebook.load(), others=others)[1])
