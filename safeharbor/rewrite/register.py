"""Register: how a poster writes, so that the rewrite sounds like the same person on the same list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import regex

from safeharbor.detect.page import Page
from safeharbor.draft import Draft, Span
from safeharbor.findings import Findings
from safeharbor.labels import CIRCLE

Style = Literal["plain", "chatty", "terse", "formal"]

SUBJECT = regex.compile(r"\A\s*(?:subject|subj|re) ?: ?(?P<subject>[^\n]{1,200})\n\s*", regex.IGNORECASE)
GREETING = regex.compile(
    r"\A\s*(?P<word>dear|hi|hello|hey|hiya|hola|aloha|salaam|shalom|greetings|good (?:morning|afternoon|evening))"
    r"(?P<whom>(?:[ ,]+(?:there|all|everyone|everybody|y'?all|folks|friends|fam|team|group|colleagues|colegas|therapists|community|"
    r"brain trust|hive ?mind|peeps|lovely people|listmates|list members|members|list|neighbors)\b)*)"
    r"(?=\W)",
    regex.IGNORECASE,
)
_SHORTHAND = regex.compile(
    r"(?<!\w)(?:iso|w/|w/o|&|tia|ins|pt|pts|hx|dx|tx|pls|thx|yo|y/o|r/o|wk|wks|appt|appts|bc|cuz|4|eves?|wd|recs|pref|eval|oon|pp|ss|tele|asap)(?!\w)",
    regex.IGNORECASE,
)
_CHATTY = regex.compile(r"!|\p{Emoji_Presentation}|\b(?:y'?all|lol|thx|yay|hey|hive ?mind)\b", regex.IGNORECASE)
THANKS = regex.compile(r"\b(?:thanks|thank you|thank y'?all|thank u+|thx|tia|ty|gracias|mahalo|much appreciated)\b", regex.IGNORECASE)
LOOKING = "I'm looking for"
_ANYONE = (
    r"(?:any(?:one|body)|(?<=(?:\A|[.!?\n,:])\s{0,3})who) (?:here )?"  # not a client "who works nights"
    r"(?:know|have|has|do|does|doing|treats?|takes?|taking|sees?|works?|offers?|accepting|with)"
)
_ASKING = (
    (_ANYONE, "Does anyone know of"),
    (r"(?:any|need|seeking|looking for|want|have) (?:\w+ ){0,2}(?:recs?|recommendations?|suggestions?|leads)", "Can anyone recommend"),
    (r"can (?:any(?:one|body)|someone|you all|y'?all) (?:please )?(?:recommend|suggest)", "Can anyone recommend"),
    (r"iso", "ISO"),
    (r"seeking", "Seeking"),
    (r"(?:hoping|hope) to find", "I'm hoping to find"),
    (r"(?:trying|try) to find", "I'm trying to find"),
    (r"searching for", "I'm searching for"),
    (r"(?<!\b(?:i'?m|am|are|we'?re) )looking (?:for|4)", "Looking for"),
    (r"looking (?:for|4)", "I'm looking for"),
    (r"in need of", "In need of"),
)  # fmt: skip
"""How drafts begin to ask, and how a rewrite then does. The words are ours: none of a draft gets through."""
_SEEK = regex.compile("|".join(rf"(?P<seek{at}>\b{pattern}\b)" for at, (pattern, _) in enumerate(_ASKING)), regex.IGNORECASE)
_THANKED = {
    "tia": "TIA!", "thx": "Thx!", "gracias": "¡Gracias!", "mahalo": "Mahalo!", "much appreciated": "Much appreciated!", "thanks": "Thanks!",
}  # fmt: skip
_MESSAGE = regex.compile(
    r"(?<!\d ?)\b(?:(?-i:(?P<way>PM|DM))s?\b|(?P<way>pm|dm)s?(?= (?:me|us|please|pls|or|if|with)\b))", regex.IGNORECASE
)
"""How a draft calls a private message."""
_ON_A_LIST = regex.compile(
    r"(?<!\bwait(?:ing)?[- ])\blist(?! of)(?:serv|mates?)?\b|\b(?:back-?channel\w*|reply[- ]all|only to me)\b|\boff-?list", regex.IGNORECASE
)
"""What tells that a draft is posted on a mailing list."""
_BULLET = regex.compile(r"^[ \t]*(?:[-*•·–✅✔▪‣>]|\p{Emoji_Presentation})[ \t]+\S", regex.MULTILINE)
_BULLETS = 3
"""Lines that make a list."""


@dataclass(frozen=True, slots=True)
class Register:
    """How a draft is written."""

    style: Style = "plain"
    greeting: str = ""
    """How it greets, in words that name nobody."""
    seek: str = LOOKING
    """The words with which it begins to ask, one of a few."""
    thanks: str = ""
    """How it thanks, one of a few ways."""
    message: str = ""
    """What it calls a private message, PM or DM, if it does."""
    is_on_a_list: bool = False
    """Whether its words tell of a mailing list."""
    is_list: bool = False
    has_subject: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """The lines in which a poster signs, as written, and where."""

    text: str = field(repr=False)
    span: Span


def register(draft: Draft) -> Register:
    """Tell how a draft is written."""
    text = draft.reading.text
    subject = SUBJECT.match(text)
    body = text[subject.end() :] if subject else text
    greeting = GREETING.match(body)
    word = greeting["word"].lower() if greeting else ""
    style = _style(body, formal=subject is not None or word in ("dear", "greetings"), greeted=greeting is not None)
    return Register(
        style=style,
        greeting=_said(greeting),
        seek=_seek(body, style),
        thanks=_thanked(body, style),
        message=called["way"].upper() if (called := _MESSAGE.search(body)) is not None else "",
        is_on_a_list=_ON_A_LIST.search(body) is not None,
        is_list=len(_BULLET.findall(body)) >= _BULLETS,
        has_subject=subject is not None,
    )


def _style(body: str, *, formal: bool, greeted: bool) -> Style:
    if formal:
        return "formal"
    shorthand = len(_SHORTHAND.findall(body))
    if not greeted and (regex.match(r"\W*iso\b", body, regex.IGNORECASE) or shorthand >= max(3, len(body.split()) // 20)):
        return "terse"
    return "chatty" if greeted or len(_CHATTY.findall(body)) > 1 else "plain"


def _seek(body: str, style: Style) -> str:
    """Give the words with which to begin to ask: those of the draft, as its style has them."""
    asking = _SEEK.search(body)
    seek = _ASKING[int((asking.lastgroup or "seek0").removeprefix("seek"))][1] if asking else LOOKING
    if style == "terse":
        return "ISO"
    if style != "formal":
        return "Looking for" if seek == "ISO" else seek
    return {"Seeking": "I am seeking", "I'm hoping to find": "I am hoping to find"}.get(seek, "I am looking for")


def _thanked(body: str, style: Style) -> str:
    """Give the thanks of a draft in one of a few ways, or nothing where it gives none."""
    thanks = THANKS.search(body)
    if thanks is None:
        return ""
    return "Thank you." if style == "formal" else "TIA!" if style == "terse" else _THANKED.get(thanks[0].lower(), "Thank you!")


def _said(greeting: regex.Match[str] | None) -> str:
    """Give a greeting in plain case: `Dear colleagues`, `Hi all`."""
    if greeting is None:
        return ""
    whom = greeting["whom"].lower().replace(",", " ").replace("yall", "y'all")
    word = greeting["word"].capitalize()
    return " ".join([word, *(whom.split() or (["colleagues"] if word == "Dear" else []))])


def signature(draft: Draft, findings: Findings) -> Signature | None:
    """Give the signature block at the end of a draft, if there is one in which nothing is about the client's circle."""
    page = Page(draft)
    for start, end in sorted(page.signatures):
        block = page.text[start:end].rstrip()
        if page.text[end:].strip() or (len(block.strip().splitlines()) < 2 and not _is_name(block)):
            continue
        span = page.reading.source(start, start + len(block))
        inside = [finding for finding in findings.found if finding.span.touches(span)]
        if any(finding.about in CIRCLE for finding in inside):
            return None
        return Signature(draft[span].strip(), span)
    return None


def _is_name(block: str) -> bool:
    """Whether a single closing line names the poster rather than thanks the reader."""
    return bool(block.strip()) and THANKS.match(block.strip()) is None
