"""Draws the README's picture from what the program prints today: `python -m tests.picture`."""

import io
import re
from pathlib import Path

from rich.console import Console

import safeharbor
from safeharbor.render.terminal import STANDING, show_report

CORPORA = Path(__file__).parent.parent / "corpora"


def draw():
    """Give the output for Good's example as SVG, without the web font that rich would fetch."""
    text = (CORPORA / "good-2018.txt").read_text(encoding="utf-8")
    console = Console(
        record=True, width=100, file=io.StringIO(), force_terminal=True, color_system="truecolor", markup=False, highlight=False
    )
    console.print(show_report(safeharbor.check(text, "corpora/good-2018.txt"), excerpt="text"))
    console.print(STANDING, style="dim")
    svg = console.export_svg(title="safeharbor check corpora/good-2018.txt", unique_id="safeharbor")
    return re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    (CORPORA / "good-2018.svg").write_text(draw(), encoding="utf-8")
