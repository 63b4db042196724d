"""Clauses: where words of a sentence can begin and end so that they make sense by themselves.

Everything here reads a text and places in it, and knows nothing of what the words mean for a draft.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from safeharbor.rewrite.register import GREETING, THANKS

__all__ = ["MANY_WORDS", "ONE", "RELATIVE", "SEEKS", "ends_in_quotes", "is_courtesy", "parted", "trimmed", "whole_clauses"]

MANY_WORDS = 4
"""Words from which a passage makes sense wherever it stands."""
_LEAD = regex.compile(
    r"(?:(?:and|or|but|plus|so|also|then|now|because|bc|just|really|actually|basically|that,? and|"
    r"mean(?= (?:really|truly|actually|like|not|some\w+|an?)\b)|"
    r"(?:if )?there(?:['’]s| is| was| were| are)(?= (?:some|any))|(?:best|better|well|great) with(?= (?:some|an?\b))|"
    r"(?:(?:i|we) )?(?:would |['’]d )?be (?:grateful|thankful) for (?:the )?(?:names? of )?(?=an?\b))\b[ ,]*|"
    r"[&+]\s*|[-*•·–—>✅✔▪,;:.)!?/]+\s*|"
    r"\(?\d{1,2}[.):]\s+|\s+)+",
    regex.IGNORECASE,
)
"""What goes from the beginning of a passage."""
_DANGLING = r"and|or|but|so|&|\+|the|a|an|because|bc|if|when|than|like|as|would(?: be)?"
_OPEN = (
    rf"{_DANGLING}|of|to|with|w|w/|about|by|from|in|at|for|that|is|are|be|where|who|what|has|have|their|her|his|our|my|near|around|between|"
    r"until|after|before|only if|(?:w/o|without) \w+ing"
)
_TAIL, _TAIL_OF_SENTENCE = (
    regex.compile(rf"(?:[\s,;:.!?(\[“–—-]+|(?<!\w|\b(?:it|there|they) )(?:{words}))+$", regex.IGNORECASE) for words in (_OPEN, _DANGLING)
)
"""What goes from the end of a passage: signs, and words after which its sense goes on."""
_THANKS_BEHIND = regex.compile(
    r"[\s,;–—-]+(?:many )?(?:thanks|thank (?:you|u+)|thx|tia|ty|gracias|mahalo)"
    r"(?: (?:so much|all|in advance|y['’]?all|folks|everyone))*[!. ]*$",
    regex.IGNORECASE,
)
"""Thanks at the end of a passage, which a rewrite says by itself."""
_BEFORE = regex.compile(
    r"(?<!\w)(?:(?:can|won|don|doesn|isn|aren|wouldn|shouldn)['’]?t|cannot|not|never|no|without|must|should|"
    r"(?:the|an?|whichever|any) (?:therapist|counsell?or|clinician|provider|person|one) (?:has|needs|must|should|would|will|can|ought))"
    r"(?: also| really)?\s+$",
    regex.IGNORECASE,
)
"""What belongs to a passage that it stands before: not, the therapist has to."""
_BEFORE_WHO = regex.compile(r"(?<!\w)(?:nobody|no[ -]one|some(?:one|body)|any(?:one|body))\s+$", regex.IGNORECASE)
"""What belongs to a passage that begins with who."""
_OPENS = regex.compile(
    r"(?:[^\w\s'’%)]|[)!?])\s*$|"
    r"(?<!\w)(?:and|or|but|so|plus|also|then|if|wants?|wanting|needs?|needing|has|have|had|got|prefers?|likes?|loves?|takes?|uses?|pays?|"
    r"speaks?|see|do|does|is|are|was|be|for|with|w/|to|on|by|via|thru|through|in|at|near|around|about|after|before|only|just|maybe|ideally|"
    r"asking|asked|hoping|can|could|requests?|requires?|seeking|['’]s|['’]d|would|really|asap|here|(?<!what )(?:i|we))\s+$",
    regex.IGNORECASE,
)
"""What may stand before a passage: a sign, what joins, who asks."""
_ASKS_FOR = regex.compile(r"\b(?:is|needs?|wants?|for|with|be)\s+", regex.IGNORECASE)
"""Words inside a passage behind which what is asked for begins."""
_CLOSES = regex.compile(
    r"[\"”]|\s*(?:[^\w\s'’$#\"“]|['’](?!\w)|$|\n)|"
    r"\s+(?:for|because|bc|b/c|cuz|cause|since|so|due|as|who|whose|whom|that|which|when|while|if|and|but|or|plus|then|until|unless|though|"
    r"although|even|she|he|they|we|i|it|her|his|my|our|their|to|in|at|on|near|from|with|w/|after|before|during|not|where|"
    r"of (?:her|his|their|my|our)|(?:her|him|them)sel(?:f|ves))(?!\w)",
    regex.IGNORECASE,
)
"""What may stand behind a passage: a sign, what joins, a reason, a person."""
_CUT = regex.compile(
    r"\s(?=(?:if|because|bc|since|so|when|while|unless|until|though|although)(?!\w))|"
    r"\s(?=(?:in|on|at|near|for|from|with|w/|by|around|about)(?: (?:an?|the|any|some|all|both))?\s*$)",
    regex.IGNORECASE,
)
"""Where a passage that goes on with what is gone can end all the same: before a clause, or the last preposition."""
_BEGINS = regex.compile(
    r"(?!['’(-])[^\w\s]|(?:and|or|but|plus|also)\b.*\b(?:is|does|will|can|has|knows?|gets|understands?|works|takes|\w+n['’]?t)\b|"
    r"(?:must|should|(?:has|have|needs?|ought) to|ideally|preferably|please|pls|nobody|no(?: one|ne)?\b)(?!\w)|"
    r"within (?:the next )?(?:[\w-]+ ){1,2}(?:days?|weeks?|wks?|months?)\b",
    regex.IGNORECASE,
)
"""With what a passage begins that stands by itself wherever it is: a sign, a demand, what goes on after what is gone."""
_REASON = regex.compile(
    r"\s+(?:because|b/c|bc|cuz|since|due to|or else|so (?:that |he|she|they|it|nobody|no one|mom|dad))(?!\w)|"
    r"\s*\((?:because|b/c|bc|cuz|since|so)\s",
    regex.IGNORECASE,
)
"""What begins a reason."""
_INSIDE_A_WORD = regex.compile(r"\w['’:.@-]?\w|['’:.@-]\w\w")
_SINGLE = regex.compile(r"(?<!\w)['‘](?=\w)(?!(?:[^'’]|['’](?=\w))*['’](?!\w))")
"""A quotation in single marks that does not end."""
RELATIVE = regex.compile(r"who(?:['’](?:s|ll|d|ve))?\b(?! (?:y['’]?all|ya|u|you|would you|do you|have we|have you|we)\b)", regex.IGNORECASE)
_ADDRESS_END = regex.compile(r"\s*:\s+|\s+-+\s+|\s*[–—]+\s*|\s*\p{Emoji_Presentation}+\s*")
"""What parts whom a sentence addresses, or what it is about, from what it says."""
_CLAUSE = regex.compile(r"[,;:(]\s*|\s(?:and|or|but|so|&|\+)(?:\s|$)|[.!?]\s+(?=\p{Lu})")
"""Where a passage can be cut so that its sense is whole on both sides."""
_MOST_THANKS = 6
"""Words of a passage that only thanks."""
_REPLIES = regex.compile(r"(?:please |pls )?not? (?:in |on )?(?:the )?comments?(?: please| pls)?", regex.IGNORECASE)
"""How not to reply, which the closing line says."""
_WORD = (
    r"(?:(?!(?:some(?:one|body)|any(?:one|body)|person|one|people|folks|those|therapist|counsell?or|provider|clinician|lady|guy|man|woman|not)\b)"
    r"[\w'’]+[ /]+)"
)
SEEKS = regex.compile(
    rf"{_WORD}{{0,2}}?(?:(?:i|we)(?:['’]m|['’]re| am| are)? )?(?:also )?(?P<strong>looking (?:for|4)|iso\b|in search of|seeking|"
    r"searching for|hoping (?:to (?:find|locate)|for|some)|(?:trying|wanting) to (?:find|locate)|needs?\b|in need of|busco|"
    r"(?:can|could|would|does|do) (?:any|some)(?:one|body) (?:here |please |pls )?(?:know|recommend|suggest|help|see|take|have)\b)|"
    rf"{_WORD}{{0,2}}?(?:want\b|referral (?:for|to)|(?:can|does|do|would|could) (?:(?:any|some)(?:one|body)|you all|y['’]?all)|"
    r"any(?:one|body)\b|any (?=\w)|"
    r"who (?:is|does|has|here|sees|takes|treats|works|knows|do|can|around|in|near|out there|gets|actually)\b|who['’]s\b)",
    regex.IGNORECASE,
)
"""With what a request begins."""
ONE = regex.compile(
    r"(?:some(?:one|body)|(?:an?|another)(?: [\w'’/-]+,?){0,4}? (?:person|woman|man|lady|guy|human))\b(?=.* (?:who|that|with|w/|from|in|at|"
    r"ok|comfortable|familiar|trained|good|experienced|local|fluent|patient|warm|direct)\b)|(?:an?|another)(?: [\w'’/-]+,?){0,4}? "
    r"(?:therapist|counsell?or|clinician|provider|psycholog\w+|psychiatrist|prescriber|specialist|coach|group|program|team|clinic|practice|"
    r"LCSW|LMFT|LPC|PMHNP)\b",
    regex.IGNORECASE,
)
"""Who is wanted."""


def whole_clauses(text: str, first: int, after: int, sentence: tuple[int, int], *, is_said: bool, is_found: bool) -> tuple[int, int]:
    """Give what of a passage is whole clauses, without a reason.

    It begins after who asks, a sign or an `and` of the `sentence`, and ends before such.
    `is_said`: whether who asks stands before it. `is_found`: whether the next word cannot stand whatever the language model makes of it.
    """
    start, stop = sentence
    reason = _REASON.search(text, first, after)
    after = reason.start() if reason else after
    clauses = [clause.span() for clause in _CLAUSE.finditer(text, first, after)]
    before = (_BEFORE_WHO if RELATIVE.match(text, first) else _BEFORE).search(text, start, first)
    if before is not None:
        first = before.start()
    elif text[start:first].strip() and not is_said and not _is_open(text, start, first, after):
        demands = (word.end() for word in _ASKS_FOR.finditer(text, first, after) if ONE.match(text, word.end(), after))
        first = min((*(end for _, end in clauses), *demands), default=after)
    if reason is None and text[after:stop].strip() and not _CLOSES.match(text, after, stop):
        # Before something found the words tell of the same thing: losing a daughter in March.
        found = () if is_found else _CUT.finditer(text, first, after)
        cuts = [cut.start() for cut in found if len(text[first : cut.start()].split()) >= MANY_WORDS]
        after = max((begin for begin in (*(begin for begin, _ in clauses), *cuts) if begin > first), default=first)
    return first, max(first, after)


def _is_open(text: str, start: int, first: int, after: int) -> bool:
    """Whether a passage can begin at a place of a sentence: behind what opens one, or with words of asking."""
    if _OPENS.search(text, start, first) or _BEGINS.match(text, first, after):
        return True
    seeks = SEEKS.match(text, first, after)
    return seeks is not None and seeks["strong"] is not None and not text.startswith(" is ", seeks.end())


def parted(text: str, first: int, after: int) -> Iterator[tuple[int, int]]:
    """Give a passage, parted after whom it addresses."""
    cut = _ADDRESS_END.search(text, first, after)
    if cut is None:
        yield first, after
    else:
        yield from trimmed(text, first, cut.start())
        yield from trimmed(text, cut.end(), after)


def is_courtesy(words: str) -> bool:
    """Whether a passage only greets or thanks, which a rewrite does by itself."""
    greeting = GREETING.match(words + ",")
    is_greeting = greeting is not None and len(words[greeting.end() :].split()) <= 1
    return is_greeting or _REPLIES.fullmatch(words) is not None or (THANKS.search(words) is not None and len(words.split()) <= _MOST_THANKS)


def trimmed(text: str, first: int, after: int) -> Iterator[tuple[int, int]]:
    """Give a passage of whole words without signs and small words at its ends, if anything is left of it."""
    first, after = _with_whole_words(text, first, after)
    lead = _LEAD.match(text, first, after)
    first = lead.end() if lead else first
    goes_on = regex.match(r"[ ,]*[\w$&+'’]", text[after : after + 3]) is not None
    thanks = _THANKS_BEHIND.search(text, first, after)
    after = thanks.start() if thanks else after
    tail = (_TAIL if goes_on else _TAIL_OF_SENTENCE).search(text, first, after)
    after = tail.start() if tail else after
    first, after = _balanced(text, first, after)
    if first < after and any(map(str.isalnum, text[first:after])):
        yield first, after


def ends_in_quotes(text: str, after: int) -> bool:
    """Whether a stop and then the end of a quotation follow."""
    return text[after : after + 1] in (".", ",", "!", "?") and text[after + 1 : after + 2] in ('"', "”")


def _with_whole_words(text: str, first: int, after: int) -> tuple[int, int]:
    """Give a passage that begins and ends with whole words: nothing of 3:15, isn't or drop-in."""
    if first > 0 and _INSIDE_A_WORD.match(text, first - 1, min(first + 2, len(text))):
        blank = regex.search(r"\s", text, pos=first, endpos=max(first, after))
        first = blank.end() if blank else after
    if _INSIDE_A_WORD.match(text, max(after - 1, 0), min(after + 2, len(text))):
        blanks = list(regex.finditer(r"\s", text, pos=first, endpos=max(first, after)))
        after = blanks[-1].start() if blanks else first
    return first, max(first, after)


def _balanced(text: str, first: int, after: int) -> tuple[int, int]:
    """Give a passage in which no parenthesis or quotation is left open, or closed that was not opened in it."""
    closed = text.find(")", first, after)
    if closed >= 0 and "(" not in text[first:closed] and closed - first > after - closed:
        after = closed
    elif closed >= 0 and "(" not in text[first:closed]:
        first = closed + 1
        first += len(text[first:after]) - len(text[first:after].lstrip(" ,;."))
    for opening, closing in (("(", ")"), ('"', '"'), ("“", "”")):
        opened = text.rfind(opening, first, after)
        is_open = text.count('"', first, after) % 2 == 1 if opening == closing else closing not in text[opened:after]
        if opened >= 0 and is_open and (opening == "(" or not ends_in_quotes(text, after)):
            after = after + 1 if text[after : after + 1] == closing else len(text[:opened].rstrip(" ,;"))
    single = _SINGLE.search(text, first, after)
    if single is not None and text[after : after + 1] in ("'", "’"):
        return first, after + 1
    return first, max(first, len(text[: single.start()].rstrip(" ,;")) if single else after)
