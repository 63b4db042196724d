"""Tongue: whether a text is in a language that safeharbor does not read."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path

from safeharbor.words import Token, WordList

_OTHERS = {
    "es": "Spanish", "fr": "French", "de": "German", "pt": "Portuguese", "it": "Italian", "nl": "Dutch", "pl": "Polish", "tl": "Tagalog",
    "vi": "Vietnamese", "ht": "Haitian Creole",
}  # fmt: skip
"""Languages written in Latin letters whose commonest words spaCy lists."""
_LEAST_WORDS = 10
"""Words without which nothing is said: a line of abbreviations is no language."""


def other_tongue(text: str, words: list[Token], english: WordList) -> str | None:
    """Name the language that most of a text is in, if it is not English; None if it is, or is too short to tell.

    Scripts are told by their letters, languages in Latin letters by how many of the words are among the commonest of each.
    """
    letters = [char for char in text if char.isalpha()]
    foreign = sum(not unicodedata.name(char, "").startswith("LATIN") for char in letters)
    if letters and foreign > 0.3 * len(letters):
        return "another script than the Latin"
    keys = {word.key for word in words if word.key.isalpha()}
    if len(keys) < _LEAST_WORDS or sum(key in english.entries for key in keys) > 0.6 * len(keys):
        return None
    shares = {code: _share(keys, code) for code in ("en", *_OTHERS)}
    best = max(_OTHERS, key=lambda code: shares[code])
    return _OTHERS[best] if shares[best] >= 0.25 and shares[best] > 2 * shares["en"] else None


def _share(keys: set[str], code: str) -> float:
    """Give the share of words that are among the commonest of a language."""
    return sum(key in _commonest(code) for key in keys) / len(keys)


@cache
def _commonest(code: str) -> frozenset[str]:
    """Give the commonest words of a language, as spaCy lists them. Its package is not imported: that of French takes seconds."""
    spec = find_spec(f"spacy.lang.{code}")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    return frozenset(run_path(str(folder / "stop_words.py"))["STOP_WORDS"])
