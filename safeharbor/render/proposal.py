"""Proposal: what a person reads of a rewrite: the text to post, what became of each detail, and what is left to them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from safeharbor.draft import visible
from safeharbor.report import Report
from safeharbor.rewrite.propose import Rewrite
from safeharbor.risk.wording import rounded, span_of

_STYLE = {"drop": "red strike", "generalise": "yellow", "reattribute": "yellow", "keep": "green"}
_WORD = {"drop": "dropped", "generalise": "asked for instead", "reattribute": "now the office's", "keep": "kept"}
NO_REQUEST = "This text asks for no counselor, so there is nothing to rewrite. `safeharbor redact` gives it with placeholders."
GOOD = "This already asks for the counselor and tells nothing of a person that was recognized: it stays as it is."


def standing(rewrite: Rewrite) -> str:
    """Say how a rewrite stands after it was read again."""
    if rewrite.text is None:
        return NO_REQUEST
    fits = f" About {rounded(rewrite.fits.k)} people fit what it lets a reader infer ({span_of(rewrite.fits)})." if rewrite.fits else ""
    if not rewrite.is_changed:
        return GOOD + fits
    if rewrite.is_clear:
        return f"Read again: nothing of a person was recognized in it.{fits}"
    found = sorted({finding.rule.title.lower() for finding in rewrite.remaining})
    why = [f"still in it: {', '.join(found)}"] if found else []
    why += [f"the group declines {each}" for each in rewrite.declined]
    why += [] if why else ["too few people fit what it implies, or it could not be fully checked"]
    return f"Not clear yet; {'; '.join(why)}. Change it before you post.{fits}"


def show_rewrite(report: Report, rewrite: Rewrite, *, edits: bool) -> RenderableType:
    """Draw a rewrite, with the draft beside it and every edit explained if `edits`."""
    parts: list[RenderableType] = []
    if rewrite.text is not None and rewrite.is_changed:
        parts.append(Panel(Text(visible(rewrite.text)), title="Say it like this", title_align="left", border_style="green"))
    parts.append(Text(standing(rewrite), "bold" if not rewrite.is_clear else "default"))
    if edits and rewrite.text is not None and rewrite.is_changed:
        parts += [Text(), Text("Your draft", "bold"), Padding(_inline(report, rewrite), (0, 2)), Text(), _edits(report, rewrite)]
    if edits:
        parts += [Text(f"Left to you: {each}", "cyan") for each in rewrite.edits.left_to_you]
    return Group(*parts)


def _inline(report: Report, rewrite: Rewrite) -> Text:
    """Give the draft with what was dropped struck out, and what is asked for instead behind it."""
    text = Text()
    at = 0
    draft = report.draft
    for edit in rewrite.edits.edits:
        if edit.span.start < at:
            continue
        text.append(visible(draft.text[at : edit.span.start]))
        text.append(visible(draft[edit.span]), _STYLE[edit.kind])
        if edit.kind in ("generalise", "reattribute") and edit.to:
            text.append(f" → {edit.to}", "green")
        at = edit.span.end
    return text.append(visible(draft.text[at:]))


def _edits(report: Report, rewrite: Rewrite) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Your words", ratio=3, overflow="fold")
    table.add_column("", no_wrap=True)
    table.add_column("In the rewrite", ratio=3, overflow="fold")
    table.add_column("Why", ratio=5, overflow="fold")
    seen: set[tuple[str, str, str]] = set()
    for edit in rewrite.edits.edits:
        words = visible(report.draft[edit.span]).replace("\n", " ")
        if (words, edit.kind, edit.to) not in seen:
            seen.add((words, edit.kind, edit.to))
            table.add_row(Text(words), Text(_WORD[edit.kind], _STYLE[edit.kind].split()[0]), Text(edit.to), Text(edit.why, "dim"))
    return table


def as_diff(report: Report, rewrite: Rewrite) -> Iterator[str]:
    """Give the draft and the rewrite as a unified diff by lines. It shows the draft's words."""
    after = (rewrite.text or "").splitlines()
    yield from difflib.unified_diff(report.draft.text.splitlines(), after, "draft", "rewrite", lineterm="", n=0)
