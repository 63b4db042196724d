"""Compose: a request for a counselor, written from wants, around what of the draft can stand as it is written.

Without quotes it is written from wants alone, so that none of a draft's words get into it but those that wants hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import regex

from safeharbor.rewrite.clauses import SEEKS
from safeharbor.rewrite.english import a, capital, clauses, either
from safeharbor.rewrite.parts import Parts, Pay, are_states, both, goes_without_saying, parts_of, unnamed
from safeharbor.rewrite.places import PlacePolicy
from safeharbor.rewrite.profiles import Profile
from safeharbor.rewrite.quoted import OF_THE_SUBJECT, Quote
from safeharbor.rewrite.register import Register
from safeharbor.rewrite.tables import Slot
from safeharbor.rewrite.wants import GENERIC, NAMED, SUGGESTED, Want, Wants

__all__ = ["compose", "unnamed"]

_LONG = 26
"""Words of a sentence after which what it says of payers and times becomes a sentence of its own."""
_GOODS_WORDS = 18
"""Words of a request that can be said as Good says it: in-network with Providence, with evening openings and experience with grief."""
_QUESTIONS = frozenset({"Does anyone know of", "Can anyone recommend"})
"""Ways to begin that end with a question mark."""
_REACHED_BY = {"text": "PHONE", "call": "PHONE", "email": "EMAIL"}
"""With which of a poster's own identifiers one answers."""
_OFF_LIST = "reply to me off list"
_MOST_WAYS = 2
"""Ways to reply that are said."""
_OF_THE_COUNSELOR: frozenset[Slot] = frozenset({"credential", "identity", "language", "population", "specialty", "modality", "telehealth"})
"""Slots that say who is looked for, rather than what it costs and when."""
_ADDRESS = regex.compile(r"\b(?:folks|peeps|ppl|people|friends|colleagues|neighbors|hive mind|team|fam|y['’]?all)\b", regex.IGNORECASE)
_ASKING_WORDS = (
    "looking|seeking|need|iso|busco|in search|hoping|trying|want|i|we|who|does|do|can|anyone|anybody|any|someone|somebody|referrals?|recs?"
)
_NOUN_FIRST = regex.compile(
    rf"(?!(?:an?|the|some|one|two|\d+|please|pls|not|no|{_ASKING_WORDS})\b)"
    r"(?P<noun>(?:(?!(?:to|of|for|from|by|in|at|with|on)\b)[\w'’+/-]+ ){0,5}?(?:therapist|counsell?or|clinician|provider|"
    r"psychologist|psychiatrist|prescriber|specialist|"
    r"practitioner|coach|program|group|LCSW|LMFT|LPC|PMHNP)\b)(?=\s*(?:$|[,;(.]|(?:in|near|who|that|with|w|w/|"
    r"for|licensed|trained|certified|via|around|[\p{Lu}])\b|w/))(?!.*\b(?:needed|wanted|preferred|pref|recs?|please)\b)",
    regex.IGNORECASE,
)
"""What names a profession to begin with, in the singular, so that it can follow `Looking for a`."""
_SERVICE_FIRST = regex.compile(
    rf"(?!(?:an?|the|some|{_ASKING_WORDS})\b)(?:[\w'’+/-]+ ){{0,4}}?(?:testing|evals?|evaluations?|assessments?|therapy|counseling|tx)\b"
    r"(?!.*\b(?:needed|wanted|recs?)\b)",
    regex.IGNORECASE,
)
_SMALL_FIRST = regex.compile(
    r"(?:perinatal|relationship|marital|parent|signing|art|music|dance|peds?|pediatric|geriatric|child|trauma|grief|couples?|family|"
    r"suicide|hoarding|sleep|pain|hospice|palliative|medical|military|first|long|short|group|experienced|older|senior|seasoned|local|home|"
    r"school|college|career|birth|postpartum|fertility|infertility|divorce|reunification|anger|parenting|forensic|clinical|certified|"
    r"sex|male|female|play|adoption|outpatient|outpt|bilingual|queer|licensed|"
    r"psych\w*|early|"
    r"adolescent|teen|adult|bariatric|gambling|health|marriage|premarital|individual|somatic|virtual|in-person|neuro\w*|therapist|"
    r"counselor|"
    r"clinician|provider|community|woman|man|weight-neutral|poly\w*|kink\w*|gender\w*|trans\w*|infant|eating|autism|substance|addiction|full-model)\b",
    regex.IGNORECASE,
)
"""First words that are no names, so that they lose their capital within a sentence."""
_STATE_CODE = regex.compile(r" [A-Z]{2}$")
_SOMEONE = regex.compile(r"\b(?:someone|somebody|anyone|anybody|person)\b", regex.IGNORECASE)
_SERVICES = regex.compile(r"\b(?:groups?|programs?|IOP|PHP|clinics?|classe?s?|evals?|evaluations?|testing)\b", regex.IGNORECASE)
_JOINS = frozenset({"and", "or", "but", "plus", "&", "+"})
_FEW_WORDS = 4
_WISHES = regex.compile(r"\b(?:please|pls|plz|needed|wanted|only|who['’]?s|no|not|low|free)\b", regex.IGNORECASE)
"""Words with which the first of a draft asks for something, rather than says to whom it speaks."""
_MOST_ADDRESS = 6
"""Words with which a post says to whom it speaks."""
_WITH_CLAUSE = regex.compile(r"\b(?:who|who['’]\w+|someone|somebody|that)\b", regex.IGNORECASE)
"""What says of whom is wanted what they do, so that no more can be hung on it."""
_WHOM_AT_END = regex.compile(
    r"\b(?:therapists?|counsell?ors?|clinicians?|providers?|psychologists?|psychiatrists?|prescribers?|specialists?|coach|groups?|programs?)[.?]$",
    regex.IGNORECASE,
)
_ROOM_FOR_PLACE = 14
"""Words of a question that can hold a place more."""
_ROOM = 30
"""Words of a beginning with what is said more of who is wanted."""
_LONG_ASKING = 6
"""Words from which what asks says more than that it asks: Does anyone have a spot."""
_TIME_FIRST = regex.compile(
    r"^(?:Mornings?|Afternoons?|Evenings?|Daytime|Weekends?|Lunch|Midday|Mid|Weekdays?|Nights?|After|Before|Early|Late|In|Virtual|Private|Out|Cash|"
    r"Sliding|Any|Has|Needs|Must)\b"
)
_PLAIN_SLOTS: frozenset[Slot] = frozenset({"insurance", "schedule", "fee"})


def compose(wants: Wants, profile: Profile, place: PlacePolicy | None = None) -> str:
    """Write the request for what a draft wants, as a profile allows it.

    `place` is how far places are widened, by default as the profile says. The same wants give the same text.
    """
    policy = place or profile.place
    how = wants.register
    blocks = [_opening(how), _body(wants, profile, policy)]
    closing = profile.closing.format(contact=_contact(wants, profile))
    if how.thanks and not (wants.signature and profile.signature == "keep"):
        closing = f"{closing} {how.thanks}"
    gap = "\n\n" if how.style == "formal" else "\n" if "\n" in blocks[1] else " "
    opening, body = blocks
    text = f"{opening}{body}{gap}{closing}".strip().replace("District of Columbia", "DC")  # as everybody there says it
    if wants.signature and profile.signature == "keep":
        text = f"{text}\n\n{wants.signature.text}"
    subject = _subject(wants, profile, policy)
    return f"Subject: {subject}\n\n{text}" if subject else text


def _opening(how: Register) -> str:
    if not how.greeting or how.style == "terse":
        return ""
    return f"{how.greeting},\n\n" if how.style == "formal" else f"{how.greeting}! "


def _body(wants: Wants, profile: Profile, policy: PlacePolicy) -> str:
    """Write the request, or several numbered ones."""
    how = wants.register
    seek = how.seek
    if wants.requests > 1 or how.is_list:
        seek = "Looking for" if seek in _QUESTIONS else seek
    if wants.requests > 1:
        items = dict.fromkeys(_item(wants.only(request), profile, policy) for request in range(1, wants.requests + 1))
        lines = "\n".join(f"{at}. {item}" for at, item in enumerate(items, 1))
        return f"{seek} {'colleagues' if how.style != 'terse' else 'openings'} for any of these:\n{lines}"
    if wants.quotes:
        return _around_quotes(wants, profile, policy, seek)
    return " ".join(_sentences(parts_of(wants, profile, policy, 0), how, seek)) if not how.is_list else _list(wants, profile, policy, seek)


def _item(wants: Wants, profile: Profile, policy: PlacePolicy) -> str:
    """Write one of several requests."""
    if wants.quotes:
        return capital(_around_quotes(wants, profile, policy, "").removesuffix("."))
    return capital(_request(parts_of(wants, profile, policy, 0), ""))


def _list(wants: Wants, profile: Profile, policy: PlacePolicy, seek: str) -> str:
    """Write the request as a list, if there is enough to list."""
    parts = parts_of(wants, profile, policy, 0)
    bullets = _bullets(parts)
    if len(bullets) < 3:
        return " ".join(_sentences(parts, wants.register, seek))
    lines = "\n".join(f"- {bullet}" for bullet in bullets)
    return f"{seek} {a(clauses(parts.head, parts.where))} {'that' if parts.is_service else 'who'}:\n{lines}"


# ------------------------------------------------------------------------------------- from wants


def _sentences(parts: Parts, how: Register, seek: str) -> list[str]:
    """Write a request as one sentence, or as several if it is long."""
    terse = how.style == "terse"
    end = "?" if seek in _QUESTIONS else "."
    soft = [f"{capital(each)} preferred." for each in parts.soft]
    whole = _request(parts, seek, terse=terse, in_a_row=how.style == "chatty")
    if len(whole.split()) <= _LONG or not (parts.pay.does() or parts.has):
        return [f"{_short(whole) if terse else whole}{end}", *soft]
    first = _request(replace(parts, pay=Pay(), has=()), seek, terse=terse)
    return [f"{_short(first) if terse else first}{end}", *soft, f"{_logistics(parts, how)}."]


def _short(text: str) -> str:
    return text.replace(" with ", " w/ ").replace("offering a sliding", "sliding").replace(", a ", ", ")


def _request(parts: Parts, seek: str, *, terse: bool = False, in_a_row: bool = False) -> str:
    """Write one request as a sentence without its full stop: who, where, whom they work with, who pays, when."""
    head = clauses(parts.head, parts.after, parts.where)
    has = [*parts.has, *parts.pay.has()]
    if terse:
        experience = f"experience with {parts.experience}" if parts.experience else ""
        does = [each.removeprefix("is ") for each in parts.does]
        return ", ".join(filter(None, (clauses(seek, head), *does, experience, parts.pay.after(), *has)))
    does, pay = list(parts.does), parts.pay.after()
    is_short = len(clauses(seek, head, pay, *has, parts.experience).split()) <= _GOODS_WORDS
    if does or (parts.experience and (in_a_row or not has or not is_short)):
        # One row of verbs: who works with adolescents, takes Aetna and has evening openings.
        does += [f"has experience with {parts.experience}"] if parts.experience else []
        does += [*parts.pay.does(), *([f"has {both(parts.has)}"] if parts.has else [])]
        pay, has = "", []
    elif parts.experience:
        has.append(f"experience with {parts.experience}")
    who = "that" if parts.is_service else "who"
    text = clauses(seek, a(head) if seek else head, f"{who} {both(does)}" if does else "")
    if pay:
        text = f"{text}, {pay}"
    if has:
        text = f"{text}{',' if pay or parts.after else ''} with {both(has)}"
    return text


def _logistics(parts: Parts, how: Register) -> str:
    """Write who pays and when as a sentence of its own, without a verb, as people do where they are not formal."""
    has = [*parts.has, *parts.pay.has()]
    if how.style == "formal":
        does = [*parts.pay.does(), *([f"has {both(parts.has)}"] if parts.has else [])]
        return f"It should be {'one that' if parts.is_service else 'someone who'} {both(does)}"
    if how.style == "terse":
        return _short(capital(", ".join(filter(None, (parts.pay.after(), *has)))))
    return capital(", ".join(filter(None, (parts.pay.after(), f"with {both(has)}" if has else ""))).removeprefix("with "))


def _bullets(parts: Parts) -> list[str]:
    """Write what a counselor does and has, each on a line."""
    out = [f"is {parts.after}"] if parts.after else []
    out += parts.does
    if parts.experience:
        out.append(f"has experience with {parts.experience}")
    out += [*parts.pay.does(), *(f"has {each}" for each in parts.has)]
    return [*out, *(f"is ideally {each}" for each in parts.soft)]


# --------------------------------------------------------------------------------- around quotes


def _around_quotes(wants: Wants, profile: Profile, policy: PlacePolicy, seek: str) -> str:
    """Write a request around what of the draft can stand: its own beginning, if that is enough of one, or a composed one."""
    how = wants.register
    areas = wants.areas(policy) if profile.allows("place") else ()
    sentences = _by_sentence([quote for quote in _usable(wants, profile, areas) if quote.sentence != OF_THE_SUBJECT], wants)
    rest, left = _rest(wants, sentences, areas)
    least = max(sum(want.is_stated and want.slot in _OF_THE_COUNSELOR for want in rest.wants), 1)
    leads = [each for each in sentences if _begins(each, how) and _weight(each) >= least]
    lead = max(leads, key=lambda each: (any(quote.seeks for quote in each), _weight(each)), default=None)
    if lead is not None:
        # What the draft only tells is no profession or program: the draft's own beginning names those.
        told = tuple(want for want in rest.wants if not want.is_stated and _goes_with_a_beginning(want))
        stated = parts_of(replace(rest, wants=tuple(want for want in rest.wants if want.is_stated)), profile, policy, 0, left)
        first = _first_line(lead, how)
        if (placed := _placed(first, stated.where, how)) is not None:
            first, stated = placed, replace(stated, where="")
        begun = _added(first, stated, parts_of(replace(rest, wants=told), profile, policy, 0, ()), how)
        before = [each for each in sentences[: sentences.index(lead)] if all(_is_address(quote) for quote in each) or _asks(each)]
        done = [lead, *before]
        others = [each for each in sentences if each not in done and not all(_is_greeting(quote) or _is_bare(quote) for quote in each)]
        lines = [*(_line(each) for each in before), *begun, *_lines(others)]
        return _listed(lines, at=len(before) + 1) if how.is_list else " ".join(lines)
    kept = [
        [_without_asking(quote) for quote in each]
        for each in sentences
        if not all(quote.is_plain or (quote.seeks and not quote.says and len(quote.text.split()) < _LONG_ASKING) for quote in each)
        and not all((_is_address(quote) and not quote.says) or _is_greeting(quote) for quote in each)
    ]
    if not kept:
        return _list(wants, profile, policy, seek) if how.is_list else " ".join(_sentences(parts_of(wants, profile, policy, 0), how, seek))
    rest, left = _rest(wants, kept, areas)
    lines = [*_sentences(parts_of(rest, profile, policy, 0, left), how, seek), *_lines(kept)]
    return _listed(lines, at=1) if how.is_list else " ".join(lines)


def _usable(wants: Wants, profile: Profile, areas: Sequence[str]) -> list[Quote]:
    """Give the quotes that a profile and the places allow."""
    lower = {area.lower() for area in areas}
    can_name = profile.allows("place")
    # Where the draft asks for telehealth only and for an office, the rewrite says that either will do.
    quotes = (quote.without_slot("telehealth") for quote in wants.quotes) if wants.conflicts else wants.quotes
    placed = (
        quote if can_name and all(place.is_state or place.written.lower() in lower for place in quote.places) else quote.without_places()
        for quote in quotes
        if quote is not None
    )
    return [
        quote
        for quote in placed
        if quote is not None and all(profile.allows(slot) for slot, _ in quote.says) and not (profile.fee != "keep" and "$" in quote.text)
    ]


def _by_sentence(quotes: Sequence[Quote], wants: Wants) -> list[list[Quote]]:
    """Group quotes by the sentence that they are from; what only says again what another said, or is said more precisely, is left out."""
    asked = {(want.slot, want.say) for want in wants.wants}
    said: set[object] = set()
    out: dict[int, list[Quote]] = {}
    for quote in quotes:
        new = ({*quote.says} & asked | {place.written for place in quote.places}) - said
        said |= new
        is_place = bool(quote.places) and quote.is_plain and not (quote.says or quote.is_lead)  # said where the request says where
        if (new or not quote.is_plain) and not is_place:
            out.setdefault(quote.sentence, []).append(quote)
    return list(out.values())


_AMOUNT = regex.compile(r"\$\d+")
_WHO_ASKS = regex.compile(r"(?:i|we)(?:['’]m|['’]re| am| are| would| have|['’]d) ", regex.IGNORECASE)
"""With what a sentence of a formal letter begins that can stand though its end is gone."""


def _begins(quotes: Sequence[Quote], how: Register) -> bool:
    """Whether a sentence is one to begin with: it asks, or names a profession to be looked for."""
    lead = next((quote for quote in quotes if quote.is_lead), None)
    is_whole = all(quote.is_complete for quote in quotes) or (lead is quotes[0] and _WHO_ASKS.match(quotes[0].text))
    if lead is None or (how.style == "formal" and not is_whole):
        return False
    if not (lead.says or lead.places or len(lead.text.split()) >= _LONG_ASKING or ((asks := SEEKS.match(lead.text)) and asks["strong"])):
        return False
    return lead.seeks or lead.is_wish or quotes[-1].end == "?" or lead is not quotes[0] or _prefixed(lead.text, how) != lead.text


def _weight(lead: Sequence[Quote]) -> int:
    """How much of a request a beginning holds."""
    asked = sum(slot in _OF_THE_COUNSELOR and say not in GENERIC for quote in lead for slot, say in quote.says)
    return asked + sum(not quote.is_plain for quote in lead) + sum(len(quote.places) for quote in lead)


def _rest(wants: Wants, sentences: Sequence[Sequence[Quote]], areas: Sequence[str]) -> tuple[Wants, tuple[str, ...]]:
    """Give what quotes leave to say: wants, and areas."""
    says = {said for each in sentences for quote in each for said in quote.says}
    named = {place.written.lower() for each in sentences for quote in each for place in quote.places}
    out = unnamed(wants)
    words = " ".join(quote.text for each in sentences for quote in each).lower()
    stated = {want.say for want in wants.wants if want.is_stated}

    def is_left(want: Want) -> bool:
        if not want.is_stated and (want.say.lower().removesuffix("s") in words or any(want.say.startswith(f"{say},") for say in stated)):
            return False
        is_seldom = not want.is_stated and want.chance <= NAMED
        amounts = set(_AMOUNT.findall(want.say)) if want.slot == "fee" else set()
        if amounts and amounts <= set(_AMOUNT.findall(words)):
            return False
        return not ((want.slot, want.say) in says or want in out or is_seldom or goes_without_saying(want, wants))

    rest = replace(wants, wants=tuple(filter(is_left, wants.wants)))
    left = tuple(area for area in areas if area.lower() not in named)
    return rest, () if named and are_states(left, wants) and not rest.telehealth() else left


def _goes_with_a_beginning(want: Want) -> bool:
    """Whether what follows from details is said beside the draft's own beginning: how soon, if it is likely, whom and what they know."""
    return want.slot not in ("modality", "credential", "schedule", "fee") or (want.slot == "schedule" and want.chance >= SUGGESTED)


def _without_asking(quote: Quote) -> Quote:
    """Give a quote that does not ask a second time, after a composed beginning: Looking for someone patient, someone patient."""
    asks = SEEKS.match(quote.text)
    left = quote.text[asks.end() :].strip() if asks and asks["strong"] else ""
    return replace(quote, text=left) if left and not left.startswith("to ") else quote


def _is_greeting(quote: Quote) -> bool:
    """Whether a quote only says to whom the draft speaks: Psychoanalytic colleagues."""
    is_short = quote.sentence == 0 and not quote.is_lead and len(quote.text.split()) <= _MOST_ADDRESS
    return is_short and any(address.end() == len(quote.text) for address in _ADDRESS.finditer(quote.text))


def _is_bare(quote: Quote) -> bool:
    """Whether a quote asks for no more than any counselor: Need a therapist."""
    return quote.is_plain and not quote.places and all(slot == "credential" and say in GENERIC for slot, say in quote.says)


def _asks(quotes: Sequence[Quote]) -> bool:
    """Whether a sentence is a question that asks for somebody, though not the one to begin with (Anyone take TennCare?)."""
    return quotes[0].seeks and quotes[-1].end == "?"


def _is_address(quote: Quote) -> bool:
    """Whether a quote only says to whom, or where: Twin Cities folks."""
    words = quote.text.split()
    is_short = len(words) <= _MOST_ADDRESS
    is_first = is_short and quote.sentence == 0 and not (quote.says or quote.is_lead) and _WISHES.search(quote.text) is None
    is_place = bool(quote.places) and not quote.says and (quote.is_plain or is_short)
    return is_place or is_first or _ADDRESS.search(" ".join(words[:_MOST_ADDRESS])) is not None


def _placed(first: str, where: str, how: Register) -> str | None:
    """Write a beginning with where the counselor should be; None where that is said in a sentence of its own."""
    if not where or first.endswith("!") or (where.startswith("(") and not _WHOM_AT_END.search(first)):
        return None
    end, text = first[-1], first[:-1]
    if end == "?":
        return f"{text} {where}?" if len(first.split()) <= _ROOM_FOR_PLACE and not where.startswith("(") else None
    if where.startswith("("):
        return f"{text} {where}."
    if _WITH_CLAUSE.search(first):
        return f"{text} ({where})." if how.style == "formal" else None
    return f"{text} {where}." if _WHOM_AT_END.search(first) else f"{text}, {where}."


def _added(first: str, stated: Parts, told: Parts, how: Register) -> list[str]:
    """Write the draft's own beginning and what it leaves to say: what is stated, what follows from details, who pays and when."""
    is_service = _SERVICES.search(first) is not None and _SOMEONE.search(first) is None
    must, wish = _who(stated, is_service=is_service), _who(told, is_service=is_service)
    lines = [first]
    if must and _has_room(first, must, how):
        lines = [f"{first.removesuffix('.')}, {must}."]
    elif must:
        also = " also" if _WITH_CLAUSE.search(first) else ""
        lines.append(f"Should{also} be {must}.")
    if stated.where:
        where = stated.where[1:-1] if stated.where.startswith("(") else stated.where
        lines.append(f"{capital(where.removeprefix('via '))}.")
    if wish and told.experience and not (told.does or told.qualities or told.after or told.role):
        lines.append(f"Experience with {told.experience} would be ideal.")
    elif wish and len(lines) == 1 and not must and _has_room(first, wish, how):
        lines = [f"{first.removesuffix('.')}, ideally {wish}."]
    elif wish:
        lines.append(f"{capital(wish)} would be ideal.")
    lines += [f"{capital(each)} preferred." for each in stated.soft]
    if stated.pay.does() or stated.has:
        lines.append(f"{_logistics(stated, how)}.")
    if told.has:
        lines.append(f"Ideally with {both(told.has)}.")
    return lines


def _who(parts: Parts, *, is_service: bool) -> str:
    """Say who is wanted: someone Spanish-speaking who works with adolescents; empty if nothing is said of them."""
    does = _does(parts)
    if is_service:
        does = [*([f"is {parts.qualities}"] if parts.qualities else []), *does]
        return clauses("one", parts.after, f"that {both(does)}" if does else "") if does or parts.after else ""
    whom = a(clauses(parts.qualities, parts.role)) if parts.role else clauses("someone", parts.qualities)
    says = parts.role or parts.qualities or parts.after or does
    return clauses(whom, parts.after, f"who {both(does)}" if does else "") if says else ""


def _has_room(first: str, clause: str, how: Register) -> bool:
    """Whether a beginning can hold a clause more."""
    is_open = first.endswith(".") and not (first.endswith("..") or "ideally" in first or how.is_list or _WITH_CLAUSE.search(first))
    return is_open and len(first.split()) + len(clause.split()) <= _ROOM


def _does(parts: Parts) -> list[str]:
    """Give what a counselor does and knows, with verbs."""
    return [*parts.does, *([f"has experience with {parts.experience}"] if parts.experience else [])]


def _lines(sentences: Sequence[Sequence[Quote]]) -> list[str]:
    """Write sentences, those that are only names of plans and times side by side as one."""
    out: list[str] = []
    run: list[Quote] = []
    for each in [*sentences, []]:
        if each and all(quote.is_plain and {slot for slot, _ in quote.says} <= _PLAIN_SLOTS for quote in each):
            run += each
            continue
        if run:
            first, *others = (quote.text for quote in run)
            out.append(f"{capital(', '.join([first, *(_TIME_FIRST.sub(lambda word: word[0].lower(), other) for other in others)]))}.")
            run = []
        if each:
            out.append(_line(each))
    return out


def _line(quotes: Sequence[Quote]) -> str:
    """Write the quotes of a sentence: side by side as they stood, those between which something is gone each for itself."""
    text = quotes[0].text
    for last, quote in pairwise(quotes):
        before = quote.before.strip()
        if before == "(":
            text = f"{text} ({quote.text})"
        elif before == ")" or (join := before.lstrip(",; ").lower()) in _JOINS:
            text = f"{text} {'' if before == ')' else f'{join} '}{quote.text}"
        elif before and before in ",;:–—-":
            text = f"{text}{f' {before} ' if before in '–—-' else before + ' '}{quote.text}"
        elif before:
            text = f"{text}, {quote.text}"
        else:
            goes_on = (quote.is_plain and len(quote.text.split()) <= _FEW_WORDS) or quote.text.lower().startswith(("who", "that "))
            text = f"{text}, {quote.text}" if goes_on else f"{text}{last.end or '.'} {capital(quote.text)}"
    return f"{capital(text)}{quotes[-1].end or '.'}"


def _first_line(quotes: Sequence[Quote], how: Register) -> str:
    """Write the sentence that begins a request."""
    text = _line(quotes)
    wish = next((quote for quote in quotes if quote.is_wish), None)
    if wish is not None and not any(quote.seeks for quote in quotes):
        wanted = _line([replace(wish, before=""), *(quote for quote in quotes if quote is not wish)]).removeprefix("Ideally ")
        return f"{'ISO' if how.style == 'terse' else 'Looking for'} {wanted[:1].lower()}{wanted[1:]}"
    text = regex.sub(r"^Iso\b", "ISO", regex.sub(r"^Needs\b", "Need", text))
    return text if text.endswith("?") or quotes[0].seeks else _prefixed(text, how)


def _prefixed(text: str, how: Register) -> str:
    """Say that a profession or service that begins a text is looked for."""
    noun, service = _NOUN_FIRST.match(text), _SERVICE_FIRST.match(text)
    if noun is None and service is None:
        return text
    small = text[:1].lower() + text[1:] if _SMALL_FIRST.match(text) else text
    if how.style == "terse":
        return f"ISO {small}"
    return f"Looking for {a(small) if noun else small}"


def _listed(lines: Sequence[str], *, at: int) -> str:
    """Write all lines but the first as a list."""
    head, items = " ".join(lines[:at]), lines[at:]
    return "\n".join([head, *(f"- {item.removesuffix('.')}" for item in items)]) if len(items) > 1 else " ".join(lines)


# ------------------------------------------------------------------------------ subject and reply


def _subject(wants: Wants, profile: Profile, policy: PlacePolicy) -> str:
    """Write the subject line, if the group wants one or the draft has one, which stands as it is if it can."""
    if not (profile.subject or wants.register.has_subject):
        return ""
    areas = wants.areas(policy) if profile.allows("place") else ()
    own = [quote for quote in _usable(wants, profile, areas) if quote.sentence == OF_THE_SUBJECT]
    if own and not profile.subject and all(quote.is_complete for quote in own):
        return _line(own).removesuffix(".")
    kind = parts_of(wants, profile, policy, 0).head if wants.requests == 1 else "several openings"
    state = next((place.state.name for place in wants.places if place.state), "")
    states = {place.state.name for place in wants.places if place.state}
    place = either([area for area in areas if area not in states] or list(areas), "or") or (
        "telehealth" if "telehealth" in wants.telehealth() else ""
    )
    if areas and state and state not in place and not _STATE_CODE.search(place):
        place = f"{place}, {state}"
    line = profile.subject.format(type=capital(kind), place=place) if profile.subject else f"Referral - {kind}, {place}"
    return line.rstrip(" -,")


def _contact(wants: Wants, profile: Profile) -> str:
    """Say how to reply: in the way or the two ways that a draft asks for, in private where it asks for comments."""
    how = wants.register
    said = wants.says("contact") if profile.allows("contact") else ()
    reach = wants.reach if profile.signature == "keep" else {}
    private = "reply privately" if how.is_on_a_list or how.style == "formal" else "message"
    is_private = "reply privately" in said and private in said
    reached = next((way for way, by in _REACHED_BY.items() if by in reach and not is_private), private)
    ways = [way for way in said if way != "reply privately"][:_MOST_WAYS] or [reached]
    if ways == ["reply privately"]:
        return _OFF_LIST
    message = how.message or ("PM" if how.style == "terse" else "message")
    words = [message if way == "message" else way for way in ways]
    at = [reach.get(_REACHED_BY.get(way, ""), "") for way in ways]
    if not any(at):
        return f"{' or '.join(words)} me"
    return " or ".join(f"{word} me at {where}" if where else f"{word} me" for word, where in zip(words, at, strict=True))
