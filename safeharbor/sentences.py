"""Sentences: where they begin in text that keeps few rules."""

from __future__ import annotations

import regex

_BREAK = regex.compile(r"(?<=[.!?])[\"')\]]*\s+|\n+")
_ABBREVIATION = regex.compile(
    r"(?:\b(?:[A-Z]|dra?|mr|mrs|ms|mx|sra?|srta|lcd[ao]?|prof|rev|sgt|capt|lt|st|mt|ft|vs|e\.g|i\.e|etc|approx|no|apt|ste|inc|co|jr|sr|dept|hosp|univ|tel|ph|ext|"
    r"a\.m|p\.m|w|ave|blvd|rd|hx|dx|tx|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|min|hrs?|yrs?|mos?|lic|approx))\.$",
    regex.IGNORECASE,
)
_LONG_LINE = 50
"""Characters after which a line that ends without punctuation may be wrapped, so that its sentence goes on below."""


def sentence_starts(text: str) -> list[int]:
    """Give where the sentences of a text begin; the first begins at 0."""
    starts = [0]
    for match in _BREAK.finditer(text):
        if "\n" in match[0]:
            if _goes_on(text, match.start(), match.end()):
                continue
        elif _ABBREVIATION.search(text, max(0, match.start() - 8), match.start()):
            continue
        starts.append(match.end())
    return starts


def _goes_on(text: str, at: int, after: int) -> bool:
    """Whether a line break only wraps a long line."""
    if text.count("\n", at, after) > 1 or after >= len(text):
        return False
    line = text[text.rfind("\n", 0, at) + 1 : at]
    below = text.find("\n", after)
    is_last = below < 0 or below + 1 == len(text) or text[below + 1] == "\n"
    is_wrapped = is_last or below - after > _LONG_LINE  # all lines of a paragraph but its last are long
    return is_wrapped and len(line) > _LONG_LINE and line[-1] not in ".!?:;" and text[after].islower()
