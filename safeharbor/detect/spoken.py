"""Spoken numbers: digits written as words, in English and Spanish, mixed with typed ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SPOKEN = {
    "zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "niner": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13",
    "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
    "twenty": "20", "thirty": "30", "forty": "40", "fourty": "40", "fifty": "50", "sixty": "60", "seventy": "70",
    "eighty": "80", "ninety": "90", "hundred": "00", "thousand": "000",
    "cero": "0", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6", "siete": "7", "ocho": "8",
    "nueve": "9", "diez": "10", "once": "11", "doce": "12", "trece": "13", "catorce": "14", "quince": "15", "veinte": "20",
    "treinta": "30", "cuarenta": "40", "cincuenta": "50", "sesenta": "60", "setenta": "70", "ochenta": "80", "noventa": "90",
}  # fmt: skip
TENS = frozenset({"20", "30", "40", "50", "60", "70", "80", "90"})
TIMES = {"double": 2, "triple": 3, "quadruple": 4, "doble": 2}

_WORDS = "|".join(sorted(SPOKEN, key=len, reverse=True))
_PIECE = re.compile(
    rf"(?<![^\W_])(?<!@)(?:(?P<times>{'|'.join(TIMES)})|(?P<word>{_WORDS})|(?P<glued>(?=\d*[a-z])(?:{_WORDS}|\d){{3,}})|"
    r"(?P<digits>(?=[oil]*\d)[\doil]{1,11}))(?![^\W_]|@|\.\w+@)",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"[\s,.;:/()\[\]{}\-_*•·~…+]{0,5}"
    r"(?:(?:(?P<word>dash|hyphen|space|then|guion)|and|y|area code|uh|um|(?P<dot>dot|point|punto))[\s,.;:/()\]}\-…]{1,4})?",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.;!?]\s+[A-Z]")
_LOOK_ALIKE = str.maketrans("oil", "011")
_TEN_DIGITS = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")
_SEVEN_DIGITS = re.compile(r"[2-9]\d{6}")


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    digits: str
    spelled: int
    """How many signs it bears of being spoken: words for digits, and a word such as `dash` before it."""
    dotted: bool
    """Whether a dot, typed or spelled, stands before it."""


def spoken_digits(text: str) -> str:
    """Give the digits of a text, spelled or typed: `five oh three 555 twenty-one` is 50355521."""
    return "".join(piece.digits for run in _runs(text) for piece in run)


def spoken_phones(text: str) -> Iterator[tuple[int, int]]:
    """Find North American numbers of ten digits (or eleven from 1) of which two pieces or more are spelled."""
    for run in _runs(text):
        yield from _windows(run, _TEN_DIGITS, (10, 11))


def spoken_local_phones(text: str) -> Iterator[tuple[int, int]]:
    """Find runs that are just seven spelled digits, as in `five five five, oh one four two`."""
    for run in _runs(text):
        if sum(len(piece.digits) for piece in run) == 7 and sum(piece.spelled for piece in run) >= 3:
            yield from _windows(run, _SEVEN_DIGITS, (7,))
        elif _area_code_last(text, run) and sum(piece.spelled for piece in run) >= 3:
            yield run[0].start, run[-1].end + 1


def _area_code_last(text: str, run: list[_Piece]) -> bool:
    """Whether seven digits are followed by their area code in brackets: `five five five - 0 1 6 7 (503)`."""
    digits = "".join(piece.digits for piece in run)
    return re.fullmatch(r"[2-9]\d{6}[2-9]\d\d", digits) is not None and text[run[-1].start - 1 : run[-1].end + 1] == f"({digits[7:]})"


def spoken_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Find IPv4 addresses with spelled digits or spelled dots: four numbers up to 255, each after a dot but the first."""
    for run in _runs(text):
        parts: list[list[_Piece]] = []
        for piece in run:
            if piece.dotted or not parts:
                parts.append([])
            parts[-1].append(piece)
        at = 0
        while at + 4 <= len(parts):
            four = parts[at : at + 4]
            values = [_value(part) for part in four]
            words = any(char.isalpha() for char in text[four[0][0].start : four[3][-1].end])
            if words and all(value <= 255 for value in values):
                yield four[0][0].start, four[3][-1].end
                at += 4
            else:
                at += 1


def _value(part: list[_Piece]) -> int:
    """Give the number that the pieces between two dots name: `one hundred thirteen` and `one one three` are both 113."""
    digits = [piece.digits for piece in part]
    if "00" in digits and digits.index("00") > 0:
        at = digits.index("00")
        return int("".join(digits[:at])) * 100 + int("".join(digits[at + 1 :]) or "0")
    return int("".join(digits))


def _windows(run: list[_Piece], form: re.Pattern[str], sizes: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Find the pieces of a run that together have the form, leftmost first; counting up or down is no number."""
    at = 0
    while at < len(run):
        digits = ""
        for end in range(at, len(run)):
            digits += run[end].digits
            if len(digits) >= max(sizes):
                break
            if len(digits) in sizes and form.fullmatch(digits):
                break
        spelled = sum(piece.spelled * (piece.digits != "00") for piece in run[at : end + 1])
        if spelled >= 2 and len(digits) in sizes and form.fullmatch(digits) and not _counts(digits):
            yield run[at].start, run[end].end
            at = end + 1
        else:
            at += 1


def _counts(digits: str) -> bool:
    """Whether digits count up or down, as in a breathing exercise."""
    return any(part in digits for part in ("23456", "34567", "45678", "98765", "87654", "76543", "65432"))


def _runs(text: str) -> Iterator[list[_Piece]]:
    """Give the numbers of a text that stand beside each other, tens and units joined, `triple five` written out."""
    run: list[_Piece] = []
    times = 1
    last = start = 0
    for match in _PIECE.finditer(text):
        link = _link(text, last, match) if run or times > 1 else None
        if link is None:
            if run:
                yield run
            run, times = [], 1
        between = text[last : match.start()].strip()
        last = match.end()
        start = start if times > 1 else match.start()
        if match["times"]:
            times = TIMES[match["times"].lower()]
            continue
        digits, spelled = _digits(match)
        dotted = link is not None and (link["dot"] is not None or between in (".", "[.]"))
        piece = _Piece(start, last, digits * times, spelled + (link is not None and link["word"] is not None), dotted)
        if run and times == 1 and spelled and _is_unit_of(piece, run[-1]):
            run[-1] = _Piece(run[-1].start, last, run[-1].digits[0] + digits, 1, run[-1].dotted)
        else:
            run.append(piece)
        times = 1
    if run:
        yield run


def _link(text: str, last: int, match: re.Match[str]) -> re.Match[str] | None:
    """Give what links a piece to the one before it; None if they belong to two sentences or other words stand between."""
    if _SENTENCE.search(text, last, match.end()) or text.count("\n", last, match.start()) > 1:
        return None
    return _LINK.fullmatch(text, last, match.start())


def _is_unit_of(piece: _Piece, before: _Piece) -> bool:
    """Whether a spelled digit goes with the tens before it, as in `forty two`."""
    return before.spelled > 0 and before.digits in TENS and len(piece.digits) == 1 and piece.digits != "0" and not piece.dotted


def _digits(match: re.Match[str]) -> tuple[str, int]:
    """Give the digits of a piece, and how many words they took. Letters O, l and I count as digits beside typed ones."""
    if match["word"]:
        return SPOKEN[match["word"].lower()], 1
    if match["glued"]:
        words = re.findall(rf"{_WORDS}|\d", match["glued"].lower())
        return "".join(SPOKEN.get(word, word) for word in words), sum(word in SPOKEN for word in words)
    return match["digits"].lower().translate(_LOOK_ALIKE), 0
