"""English: articles, lists and names of areas, for sentences that are composed."""

from __future__ import annotations

from collections.abc import Sequence

import regex

_LETTERS = regex.compile(r"[A-Z]{2,}[+0-9]?(?=[^a-z]|$)|[A-Z](?=[-. ])")
"""A word that is spelled out letter by letter."""
_AS_WORDS = frozenset({"ACT", "AEDP", "CAMS", "HAES", "PACT", "SPACE", "STAR", "NARM", "RAIN"})
"""Abbreviations that are said as words, or begin with a consonant's sound all the same."""
_VOWEL_LETTERS = frozenset("AEFHILMNORSX")
_VOWEL_SOUND = regex.compile(r"(?!uni(?!n)|ukr|eu|one\b|once|use|usu|ut|u\.)[aeiou]|hour|honest|heir|honor", regex.IGNORECASE)
_ARTICLED = regex.compile(
    r"(?:.*\b(?:area|metro|region|side|suburbs|cities|panhandle|coast|triangle|shore|peninsula|islands?|highlands|delta|corridor|midlands|"
    r"lowcountry|piedmont|foothills|eastside|westside|bronx|(?:north|south|east) bay|burbs)|"
    r"(?:treasure|central|rio grande|san (?:fernando|gabriel)|willamette|hudson|lehigh|pioneer|imperial|coachella) valley)"
    r"(?:, [A-Z]{2})?",
    regex.IGNORECASE,
)
"""Areas whose names take an article, also before a state: the New York area, NJ."""
_SIDE = regex.compile(r"(?P<side>north|south|east|west) ?side(?: of)? (?P<of>\S.*)", regex.IGNORECASE)
_ISLAND = regex.compile(
    r"(?:the )?(?:maui|oʻ?ahu|kauaʻ?i|molokaʻ?i|lānaʻi|lanai|big island|long island|staten island|cape cod|.* side of .*)", regex.IGNORECASE
)
"""Areas that one is on."""


_DAYS = regex.compile(
    r"\b(?:(?P<mon>mon(?:day)?)|(?P<tues>tue(?:s(?:day)?)?)|(?P<wednes>wed(?:s|nes|nesday|nsday)?)|(?P<thurs>thu(?:rs?(?:day)?)?)|"
    r"(?P<fri>fri(?:day)?)|(?P<satur>sat(?:urday)?)|(?P<sun>sun(?:day)?))(?P<many>s?)\b\.?",
    regex.IGNORECASE,
)
_OF_DAY = regex.compile(r"\b(?:late|early|mornings?|afternoons?|evenings?|nights?|lunch|noon|weekdays?|weekends?)\b", regex.IGNORECASE)


def with_whole_days(words: str) -> str:
    """Write out the days of the week, each with a capital, and times of day without: TUES or Wed Late becomes Tuesday or Wednesday late."""

    def whole(match: regex.Match[str]) -> str:
        stem = next(name for name, value in match.groupdict().items() if value and name != "many")
        return f"{capital(stem)}day{match['many'].lower()}"

    return str(_OF_DAY.sub(lambda match: match[0].lower(), _DAYS.sub(whole, words)))


def a(words: str) -> str:
    """Put the right indefinite article before a noun phrase: a PMHNP, an LCSW, an EMDR-trained counselor."""
    return f"{'an' if _begins_with_vowel(words) else 'a'} {words}"


def _begins_with_vowel(words: str) -> bool:
    spelled = _LETTERS.match(words)
    if spelled is not None and spelled[0] not in _AS_WORDS:
        return words[0] in _VOWEL_LETTERS
    return _VOWEL_SOUND.match(words) is not None


def either(items: Sequence[str], word: str) -> str:
    """Join items with `and` or `or`: A · A or B · A, B or C; a comma goes before the word where an item has one of its own."""
    items = list(dict.fromkeys(items))
    if len(items) < 2:
        return "".join(items)
    *first, last = items
    own = any(f" {each} " in item for item in items for each in ("and", "or", "&"))
    return f"{', '.join(first)}{',' if own else ''} {word} {last}"


def listed(items: Sequence[str]) -> str:
    """Join items with `and`."""
    return either(items, "and")


def clauses(*parts: str) -> str:
    """Join parts of a sentence that are there; one that begins with a comma follows without a blank."""
    return " ".join(part for part in parts if part).replace(" ,", ",")


_IRREGULAR = {"be": "is", "have": "has", "can": "can", "will": "will"}
_SIBILANT = regex.compile(r"(?:s|x|z|ch|sh|o)$")


def third_person(words: str) -> str:
    """Begin with the third person of a verb: be patient becomes is patient, not mind isn't there: does not mind."""
    first, blank, rest = words.partition(" ")
    if first == "not":
        return f"is not{blank}{rest.removeprefix('be ')}" if rest.startswith("be ") else f"does not{blank}{rest}"
    if first in _IRREGULAR:
        return f"{_IRREGULAR[first]}{blank}{rest}"
    ends_in_y = regex.search(r"[^aeiou]y$", first) is not None
    said = f"{first[:-1]}ies" if ends_in_y else f"{first}es" if _SIBILANT.search(first) else f"{first}s"
    return f"{said}{blank}{rest}"


_NOT = {
    "is": "isn't", "isn't": "is", "has": "doesn't have", "can": "can't", "will": "won't", "won't": "will", "does": "doesn't do",
    "would": "wouldn't",
}  # fmt: skip
_THIRD = regex.compile(r"(?:(?P<y>\w+[^aeiou])ies|(?P<es>\w+(?:ss|sh|ch|x|zz|o))es|(?P<s>\w+)s)$")


def negated(words: str) -> str:
    """Deny what begins with the third person of a verb: pushes homework becomes doesn't push homework."""
    first, blank, rest = words.partition(" ")
    if first == "is" and rest.startswith("going to "):
        return f"won't {rest.removeprefix('going to ')}"
    if first in _NOT:
        return f"{_NOT[first]}{blank}{rest}"
    shape = _THIRD.match(first)
    base = f"{shape['y']}y" if shape and shape["y"] else (shape["es"] or shape["s"]) if shape else first
    return f"doesn't {base}{blank}{rest}"


def capital(text: str) -> str:
    """Begin a text with a capital."""
    return text[:1].upper() + text[1:]


def located(names: Sequence[str]) -> str:
    """Say where, with the preposition and article that each area takes: in Tucson or the Bay Area, on Maui."""
    parts = []
    last = ""
    for name in names:
        side = _SIDE.fullmatch(name)
        word = "on" if side or _ISLAND.fullmatch(name) else "in"
        name = f"the {side['side'].lower()} side of {side['of']}" if side else name  # noqa: PLW2901 - said otherwise from here on
        said = f"the {name}" if _ARTICLED.fullmatch(name) and not name.lower().startswith("the ") and word == "in" else name
        parts.append(said if word == last else f"{word} {said}")
        last = word
    return either(parts, "or")
