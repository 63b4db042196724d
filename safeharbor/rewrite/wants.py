"""Wants: what a draft asks of a counselor, read from its words and from its findings, each want once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import regex

from safeharbor.detect.matching import REACH, Pattern
from safeharbor.detect.page import Page
from safeharbor.draft import Draft, Span
from safeharbor.errors import RuleError
from safeharbor.findings import Finding, Findings
from safeharbor.labels import CIRCLE
from safeharbor.rewrite.english import capital
from safeharbor.rewrite.register import Register, Signature, register, signature
from safeharbor.rewrite.tables import CHOICES, SLOTS, Ask, Request, RewriteTables, Slot
from safeharbor.risk.tables import number
from safeharbor.rulebook import HIT, Rulebook, Strict, load_tables

if TYPE_CHECKING:
    from safeharbor.risk.regions import Region, Regions

PlacePolicy = Literal["keep", "widen", "state"]

_NOT_ASKED: Mapping[Slot, frozenset[str]] = {
    "credential": frozenset({"OCCUPATION", "EMPLOYER", "SCHOOL", "PERSON", "FAMILY", "LIFE_EVENT", "MILITARY", "UNIQUE_DETAIL", "LEGAL"}),
    "modality": frozenset({"OCCUPATION", "EMPLOYER", "SCHOOL", "PERSON", "LIFE_EVENT", "LOCATION"}),
    "insurance": frozenset({"OCCUPATION", "EMPLOYER", "SCHOOL", "PERSON", "LOCATION", "FAMILY"}),
    "identity": frozenset(
        {"ETHNICITY", "GENDER", "RELIGION", "ORIENTATION", "OCCUPATION", "EMPLOYER", "SCHOOL", "PERSON", "FAMILY", "MILITARY"}
    ),
    "schedule": frozenset({"OCCUPATION", "EMPLOYER", "SCHOOL", "LIFE_EVENT", "DATE"}),
    "specialty": frozenset({"EMPLOYER", "SCHOOL", "PERSON", "LOCATION"}),
    "population": frozenset({"EMPLOYER", "SCHOOL", "PERSON", "LOCATION"}),
    "language": frozenset({"EMPLOYER", "SCHOOL", "PERSON", "LOCATION", "ETHNICITY"}),
    "fee": frozenset({"EMPLOYER", "SCHOOL"}),
    "accessibility": frozenset({"EMPLOYER", "SCHOOL", "LIFE_EVENT"}),
}
"""Labels of the circle's findings inside which words of a slot are no request: a client who is an LCSW, works at Providence."""
_ONLY_THE_CLIENTS = frozenset(
    {"AGE", "AGE_OVER_89", "SCHOOL", "GENDER", "OCCUPATION", "EMPLOYER", "ORIENTATION", "ETHNICITY", "RELIGION", "UNIQUE_DETAIL"}
)
"""Labels of details that ask for nothing when they are a relative's: the counselor will not see the client's children, or the surgeon."""
_STAGES = (("young children", 0, 5), ("children", 0, 12), ("adolescents", 10, 19), ("older adults", 60, 150))
"""Populations by age, with the ages that each can stand for: an age that is told beats a word such as senior."""
_NOT_THE_AGE = regex.compile(r"\b(?:at|since|when \w+ (?:was|were))(?: age)? $", regex.IGNORECASE)
_OR = regex.compile(r"\W*(?:(?:or|and/or)\b[\W\w]*|/)\W*", regex.IGNORECASE)
_AND = regex.compile(r"\W*(?:(?:and|with|plus|w/|as well as)\b[\W\w]*|[&+])\W*", regex.IGNORECASE)
_NEAR = 30
"""Characters between two wants of a slot within which a word joins them."""
_ITEM = regex.compile(r"^[ \t]*(?:#?\d{1,2}[.):]|\(\d{1,2}\))[ \t]+", regex.MULTILINE)
_ENOUGH = 3
"""Stated wants that make a text a request without a word of asking."""
_SHORT_NAME, _NAME = 8, 30
"""Characters of an abbreviation, and of a name, of a payer."""
_GENERIC = frozenset(
    {"county", "city", "metro", "downtown", "area", "region", "state", "town", "north", "south", "east", "west", "here", "local"}
)
"""Words that are part of a place's name and alone name none."""
_STATE_OF_PAYER = regex.compile(r"(?:\p{Lu}\p{Ll}+ )?\p{Lu}\p{Ll}+|(?<=BCBS ?(?:of )?)[A-Z]{2}\b")
_DIGITS = regex.compile(r"\d{1,3}")


@dataclass(frozen=True, slots=True)
class Want:
    """Something that a draft asks of a counselor, in the words of the tables."""

    slot: Slot
    say: str
    span: Span
    """Where the draft says it, or tells the detail behind it."""
    is_stated: bool
    """Whether the draft asks for it, rather than tells a detail from which it follows."""
    phrase: str
    """The id of the phrase in the tables; `age` for populations that follow from an age."""
    joined: Literal["", "and", "or"] = ""
    """How the draft joins it to the want of its slot before it."""
    risk: str = ""
    """What remains risky about asking for it."""
    narrow: str = ""
    """A narrower request, for when fit depends on it."""
    narrow_when: str = ""
    request: int = 0
    """Which of several requests it belongs to, from 1; 0 for all of them."""
    written: str = ""
    """A payer's name as the draft writes it, where that is a name: BCBSIL. The patterns of payers hold nothing else."""

    def narrowed(self) -> Want:
        """Give the want with its narrower request, if it has one."""
        return replace(self, say=self.narrow, narrow="", narrow_when="") if self.narrow else self


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a draft that can become the area in which a counselor is looked for."""

    words: str
    """As the draft writes it."""
    span: Span
    is_search: bool
    """Whether it is the counselor's in the draft; otherwise it is the client's, or nobody says whose."""
    region: Region | None
    """What the table of regions knows of it."""
    next: Region | None
    """The next wider region."""
    wider: Region | None
    """The metro, region or state around it."""
    state: Region | None
    request: int = 0


@dataclass(frozen=True)
class Wants:
    """Everything that a draft asks for."""

    wants: tuple[Want, ...] = ()
    """By slot in the order of the draft, what it states before what follows from its details."""
    places: tuple[Place, ...] = ()
    dropped: tuple[Want, ...] = ()
    """Details that ask for nothing, with the reason in `risk`."""
    register: Register = field(default_factory=Register)
    signature: Signature | None = field(default=None, repr=False)
    is_described: bool = False
    """Whether the draft tells anything of a client or their circle."""
    requests: int = 1
    """How many people the draft asks for, one by one."""

    def of(self, slot: Slot, request: int = 0) -> tuple[Want, ...]:
        """Give the wants of a slot; with `request`, those of that request and those that all share."""
        return tuple(want for want in self.wants if want.slot == slot and (not request or want.request in (0, request)))

    def says(self, slot: Slot, request: int = 0) -> tuple[str, ...]:
        """Give how the wants of a slot are said, each once."""
        return tuple(dict.fromkeys(want.say for want in self.of(slot, request)))

    def without(self, *wants: Want) -> Wants:
        """Give the wants less some of them."""
        return replace(self, wants=tuple(want for want in self.wants if want not in wants))

    def with_narrow(self, *wants: Want) -> Wants:
        """Give the wants with some of them narrowed."""
        return replace(self, wants=tuple(want.narrowed() if want in wants else want for want in self.wants))

    def telehealth(self, request: int = 0) -> str:
        """Give what of telehealth and in person is asked for, as the tables say it; `` if nothing is."""
        said = set(self.says("telehealth", request))
        remote, office = said & {"telehealth", "telehealth only"}, said & {"in person", "in person only"}
        if "in person or telehealth" in said or (remote and office):
            return "in person or telehealth"
        return next((choice for choice in ("telehealth only", "in person only", "telehealth", "in person") if choice in said), "")

    @property
    def conflicts(self) -> tuple[str, ...]:
        """What of the draft cannot all be had, in words; empty as a rule."""
        said = set(self.says("telehealth"))
        if {"telehealth only", "in person only"} <= said or (said >= {"telehealth only", "in person"}):
            return ("The draft asks for telehealth only and for sessions in person; the rewrite asks for either.",)
        return ()

    def areas(self, policy: PlacePolicy = "widen", request: int = 0) -> tuple[str, ...]:
        """Give the area in which a counselor is looked for, as names of places, each once.

        `keep` names every place as the draft does, `widen` those that are not the counselor's by the metro, region or state
        around them, `state` names states only. Places of the client count only where the draft names none for the counselor.
        A bare neighborhood or town in a draft that tells of somebody may be their home: it is widened by a step, or left out beside
        a much larger place of its metro. A town stays where the counselor has to be near.
        """
        places = [place for place in self.places if not request or place.request in (0, request)]
        search = [place for place in places if place.is_search]
        if search:
            how: PlacePolicy = "keep" if policy == "widen" else policy
            careful = policy == "widen" and self.is_described
            nearby = self.telehealth(request).startswith("in person") or any("home" in say for say in self.says("accessibility", request))
            out_of = () if not careful else ("neighbourhood",) if nearby else ("neighbourhood", "town")
            chosen = [place for place in search if not (careful and _is_beside_larger(place, search))]
            names = [_name(place, how, out_of=out_of) for place in sorted(chosen, key=_where)]
            return tuple(dict.fromkeys(filter(None, names)))
        told = [name for place in sorted(places, key=_where) if (name := _name(place, policy))]
        # One area is enough to look in, and less than all of them tells less: that of most of the places.
        return (max(dict.fromkeys(told), key=told.count),) if told else ()

    def as_dict(self, policy: PlacePolicy = "widen") -> dict[str, object]:
        """Give the `needs` of the report contract."""
        areas = self.areas(policy)
        ways = self.telehealth()
        return {
            **{slot: list(self.says(slot)) for slot in SLOTS if slot not in CHOICES},
            "location": " or ".join(areas) or None,
            "telehealth": "telehealth" in ways if ways else None,
        }


class Cues(Strict, frozen=True, kw_only=True):
    """Patterns about a whole post (`rules/rewriting/requests.yaml`)."""

    id: str
    asks: tuple[str, ...]
    """Signs that it asks for a counselor."""
    asks_not: tuple[str, ...]
    """Signs that it is something else."""
    not_where: tuple[str, ...]
    """Surroundings of a place in which nobody is to be looked for."""


class Reader:
    """The tables and cues of a rulebook, ready to read what drafts ask for. It keeps nothing of a draft."""

    def __init__(self, rulebook: Rulebook, regions: Regions | None = None) -> None:
        """Load the tables. Raises RuleError, with file and line, for one that cannot be used."""
        lines: dict[str, Mapping[str, str]] = {}
        loaded = load_tables(rulebook.folder / "rewriting", Cues, lines)
        if len(loaded) != 1:
            msg = f"{rulebook.folder / 'rewriting'}: there is one file, requests.yaml"
            raise RuleError(msg)
        (cues,) = loaded

        def compiled(part: str, patterns: Iterable[str]) -> tuple[Pattern, ...]:
            places = lines[cues.id]
            return tuple(
                Pattern(pattern, rulebook, where=places.get(f"$.{part}[{at}]", cues.id), ignore_case=True)
                for at, pattern in enumerate(patterns)
            )

        self.tables = RewriteTables.load(rulebook)
        self.regions = regions
        self._asks = compiled("asks", cues.asks)
        self._asks_not = compiled("asks_not", cues.asks_not)
        self._not_where = compiled("not_where", cues.not_where)

    def is_request(self, draft: Draft, wants: Wants, kinds: Mapping[str, float] | None = None) -> bool:
        """Tell whether a text asks for a counselor.

        `kinds` holds the chances that our language model gives the kinds of posts; without it the cues decide alone.
        """
        text = draft.reading.text
        asks = any(pattern.search(text) for pattern in self._asks)
        if kinds:
            return kinds.get("other", 0.0) < 0.5 and (asks or bool(wants.wants))
        asks = asks or sum(want.is_stated for want in wants.wants) >= _ENOUGH
        return asks and not any(pattern.search(text) for pattern in self._asks_not)

    def wants(self, draft: Draft, findings: Findings, near: Region | None = None) -> Wants:
        """Read what a draft asks of a counselor. Raises TimeoutError when a pattern takes longer than the limit.

        `near` is the region of the poster's group or practice: it says which of several places of a name is meant.
        """
        page = Page(draft)
        circle = tuple(finding for finding in findings.found if finding.about in CIRCLE)
        sign = signature(draft, findings)
        items = _items(page.text, circle, page)
        read = [*self._stated(page, findings, sign), *self._inferred(page, circle)]
        read = [
            replace(want, request=_item_of(page.reading.find(want.span)[0], items), written=_written_payer(want, draft)) for want in read
        ]
        ages = [age for finding in circle if (age := _age(page, finding)) is not None]
        asked = _once(_uncovered(_of_age([want for want in read if want.say], ages), self.tables))
        places = tuple(
            replace(place, request=_item_of(page.reading.find(place.span)[0], items)) for place in self._places(page, findings, read, near)
        )
        return Wants(
            wants=_joined(asked, draft),
            places=places,
            dropped=tuple(want for want in read if not want.say and want.risk),
            register=register(draft),
            signature=sign,
            is_described=bool(circle),
            requests=max(len(items), 1),
        )

    def _stated(self, page: Page, findings: Findings, sign: Signature | None) -> Iterator[Want]:
        """Read the needs tables over the whole draft, but for the poster's signature and what is no request."""
        for passage in self.tables.needs_book.read(page.text):
            span = page.reading.source(passage.start, passage.end)
            around = [finding for finding in findings.found if finding.span.touches(span)]
            if (sign and sign.span.touches(span)) or any(_is_no_request(passage.phrase.slot, span, finding) for finding in around):
                continue
            yield _want(passage.phrase, passage.groups, span, is_stated=not any(finding.about in CIRCLE for finding in around))

    def _inferred(self, page: Page, circle: Sequence[Finding]) -> Iterator[Want]:
        """Read the template tables over the findings about the client's circle, and the client's ages."""
        for passage in self.tables.template_book.read(page.text):
            span = page.reading.source(passage.start, passage.end)
            labels = self.tables.labels[passage.phrase.id]
            if not any(_tells(finding, labels) and finding.span.touches(span) for finding in circle):
                continue
            yield _want(passage.phrase, passage.groups, span, is_stated=False)
            for name in passage.phrase.also:
                yield _want(self.tables.phrases[name], passage.groups, span, is_stated=False)
        for finding in circle:
            served = _people(_age(page, finding))
            if served:
                yield Want("population", served, finding.span, is_stated=False, phrase="age")

    def _places(self, page: Page, findings: Findings, read: Sequence[Want], near: Region | None) -> Iterator[Place]:
        """Give the places of a draft in which a counselor can be looked for, those of the counselor first."""
        asked = [want.span for want in read if want.is_stated and want.slot != "telehealth"]
        found = [
            finding
            for finding in findings.found
            if finding.rule.label in ("LOCATION", "STATE")
            and finding.about != "author"
            and not any(span.holds(finding.span) for span in asked)
            and not self._is_ruled_out(page, finding)
        ]
        found = [each for each in _whole(found, page.text, page) if page.draft[each.span].strip().lower() not in _GENERIC]
        told = [page.draft[finding.span] for finding in found if finding.rule.label == "STATE"]
        told += [match[0] for want in read if want.slot == "insurance" for match in _STATE_OF_PAYER.finditer(f"{want.say} {want.written}")]
        state = next((region for words in told if (region := self._state(words)) is not None), None)
        near = near or self._near_the_author(page, findings, state)
        # The surest first: a name that can be one place only says where a name of many is.
        for finding in sorted(
            found, key=lambda finding: (finding.about != "provider", self._is_ambiguous(page, finding, state), finding.span)
        ):
            words = _place_words(page, finding)
            region = self._state(words)
            if region is None and self.regions is not None:
                code = state.states[0] if state else None
                region = next((found for part in _parts(words) for found in self.regions.find(part, state=code, near=near)), None)
            is_told = finding.about == "provider" or near is not None or state is not None
            if (region is None and finding.rule.id == _MERE_PROSE) or not (is_told or not self._is_ambiguous(page, finding, None)):
                continue
            near = near or region
            yield Place(
                words=words,
                span=finding.span,
                is_search=finding.about == "provider",
                region=region,
                next=self.regions.wider(region) if self.regions is not None and region is not None else None,
                wider=self._around(region),
                state=self._state(region.states[0]) if region and region.states else state,
            )

    def _near_the_author(self, page: Page, findings: Findings, state: Region | None) -> Region | None:
        """Give the region of the poster's own place, if one is told: it says which of several places of a name is meant."""
        if self.regions is None:
            return None
        own = [page.draft[finding.span] for finding in findings.found if finding.rule.label == "LOCATION" and finding.about == "author"]
        code = state.states[0] if state else None
        return next((self._around(region) for words in own for region in self.regions.find(words, state=code)), None)

    def _is_ambiguous(self, page: Page, finding: Finding, state: Region | None) -> bool:
        return self.regions is not None and self.regions.ambiguous(page.draft[finding.span], state=state.states[0] if state else None)

    def _state(self, words: str) -> Region | None:
        if self.regions is None:
            return None
        return self.regions.state(words) or (self.regions.state(words[:-1]) if regex.fullmatch(r"[A-Z]{2}S", words) else None)

    def _around(self, region: Region | None) -> Region | None:
        """Give the metro, region or state around a place."""
        while region is not None and self.regions is not None and region.kind not in ("metro", "region", "state"):
            wider = self.regions.wider(region)
            if wider is None:
                return None
            region = wider
        return region

    def _is_ruled_out(self, page: Page, finding: Finding) -> bool:
        start, end = page.reading.find(finding.span)
        around = f"{page.text[max(0, start - REACH) : start]}{HIT}{page.text[end : end + REACH]}"
        return any(pattern.search(around) for pattern in self._not_where)


def _is_no_request(slot: Slot, span: Span, finding: Finding) -> bool:
    """Whether words of a slot stand inside a finding that says something else with them."""
    if finding.about == "author":
        return finding.span.holds(span) and slot != "contact"
    if finding.about not in CIRCLE or not finding.span.holds(span):
        return False
    of_others = slot == "population" and (finding.about == "relative" or finding.rule.label == "FAMILY")
    return of_others or finding.rule.label in _NOT_ASKED.get(slot, ())


def _want(phrase: Ask, groups: Mapping[str, str], span: Span, *, is_stated: bool) -> Want:
    told = {name: " ".join(groups.get(name, "").split()) for name in phrase.fields}
    say = " ".join(phrase.say.format(**told).split())
    if isinstance(phrase, Request):
        return Want(phrase.slot, say, span, is_stated, phrase.id, "", phrase.risk, phrase.narrow, phrase.narrow_when)
    return Want(phrase.slot, say, span, is_stated, phrase.id)


def _written_payer(want: Want, draft: Draft) -> str:
    """Give a payer as a poster writes it, unless in lower case or shouting."""
    words = " ".join(draft[want.span].split())
    shouts = words.isupper() and len(words) > _SHORT_NAME
    if words.lower() == want.say.lower():
        return ""
    is_name = all(word[:1].isupper() or word in ("of", "the", "and", "&", "for") for word in words.split())
    return words if want.slot == "insurance" and want.is_stated and is_name and not shouts and len(words) <= _NAME else ""


def _tells(finding: Finding, labels: frozenset[str]) -> bool:
    """Whether a finding of the circle has one of the labels of a table, and asks for something."""
    return finding.rule.label in labels and (finding.about == "client" or finding.rule.label not in _ONLY_THE_CLIENTS)


def _age(page: Page, finding: Finding) -> int | None:
    """Give the client's age in years that a finding tells in digits or words; None if it tells another age, or none."""
    if finding.about != "client" or finding.rule.label not in ("AGE", "AGE_OVER_89"):
        return None
    words = page.draft[finding.span]
    digits = _DIGITS.search(words)
    age = number(digits[0] if digits else words)
    if finding.rule.label == "AGE_OVER_89":
        return age or 90
    start, _ = page.reading.find(finding.span)
    return None if _NO_YEARS.search(words) or _NOT_THE_AGE.search(page.text[max(0, start - REACH) : start]) else age


_NO_YEARS = regex.compile(r"\b(?:months?|mos?|wks?|weeks?|grades?|graders?|born)\b|\d(?:st|nd|rd|th)|\d0'?s", regex.IGNORECASE)


def _people(age: int | None) -> str:
    """Name the people whom a counselor for an age works with; `` for no age."""
    if age is None:
        return ""
    for last, who in ((5, "young children"), (12, "children"), (17, "adolescents"), (64, "adults")):
        if age <= last:
            return who
    return "older adults"


def _of_age(wants: list[Want], ages: Sequence[int]) -> list[Want]:
    """Leave out populations that follow from a detail and that none of the ages told belongs to."""
    spans = {name: (first, last) for name, first, last in _STAGES}

    def fits(want: Want) -> bool:
        if want.slot != "population" or want.is_stated or want.say not in spans or not ages:
            return True
        first, last = spans[want.say]
        return any(first <= age <= last for age in ages)

    return [want for want in wants if fits(want)]


def _uncovered(wants: list[Want], tables: RewriteTables) -> list[Want]:
    """Leave out what a more precise want makes superfluous, as the tables say or as the words tell: trauma beside childhood trauma."""
    covered = {name for want in wants if want.phrase in tables.phrases for name in tables.phrases[want.phrase].covers}
    said = {slot: {want.say for want in wants if want.slot == slot} for slot in ("specialty", "population")}
    return [
        want for want in wants if want.phrase not in covered and not any(_is_broader(want.say, other) for other in said.get(want.slot, ()))
    ]


def _is_broader(say: str, other: str) -> bool:
    if say == "grief and loss":
        return other != say and regex.search(r"\b(?:grief|loss)\b", other) is not None
    return other.endswith(f" {say}")


def _once(wants: list[Want]) -> list[Want]:
    """Give each want once, in order: what is stated before what follows from a detail."""
    out: dict[tuple[Slot, str, int], Want] = {}
    for want in sorted(wants, key=lambda want: (not want.is_stated, want.span)):
        shared = (want.slot, want.say.lower(), 0)
        if shared not in out:
            out.setdefault((want.slot, want.say.lower(), want.request), want)
    return list(out.values())


def _joined(wants: list[Want], draft: Draft) -> tuple[Want, ...]:
    """Note how the draft joins each want to the one of its slot before it: with or, with and, or not at all."""
    out = []
    last: dict[Slot, Want] = {}
    for want in wants:
        before = last.get(want.slot)
        last[want.slot] = want
        joined: Literal["", "and", "or"] = ""
        if before is not None and before.span.end <= want.span.start:
            between = draft.text[before.span.end : want.span.start]
            if len(between) <= _NEAR and "." not in between:
                joined = "or" if _OR.search(between) else "and" if _AND.search(between) else ""
        out.append(replace(want, joined=joined))
    return tuple(out)


_PERSONS = frozenset({"AGE", "AGE_OVER_89", "GENDER", "FAMILY", "PERSON"})
"""Labels of what a draft says of a new person."""


def _items(text: str, circle: Sequence[Finding], page: Page) -> list[tuple[int, int]]:
    """Give the ranges of a numbered list in which each item tells of another person; nothing if there is no such list."""
    marks = list(_ITEM.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    items = [(mark.start(), end) for mark, end in zip(marks, ends, strict=False)]
    begins = [page.reading.find(finding.span)[0] for finding in circle if finding.rule.label in _PERSONS]
    told = [item for item in items if any(item[0] <= at < item[1] for at in begins)]
    return items if len(told) > 1 else []


def _item_of(at: int, items: Sequence[tuple[int, int]]) -> int:
    return next((which for which, (start, end) in enumerate(items, 1) if start <= at < end), 0)


def _parts(words: str) -> Iterator[str]:
    """Give a place's words, then less and less of them: Seattle eastside, Seattle."""
    yield words
    split = words.split()
    for size in range(len(split) - 1, 0, -1):
        yield " ".join(split[:size])
        yield " ".join(split[-size:])


_MERE_PROSE = "b-place-in-prose"
"""The rule that takes a word for a place by the words around it alone; where the table of regions does not know it, it is none."""
_BEHIND = regex.compile(r" (?:area|metro|region|suburbs)\b", regex.IGNORECASE)


def _place_words(page: Page, finding: Finding) -> str:
    """Give a place in the words of the draft, with `area` where that follows."""
    words = " ".join(page.draft[finding.span].strip().partition("\n")[0].split())
    _, end = page.reading.find(finding.span)
    behind = _BEHIND.match(page.text, end)
    return words + behind[0].lower() if behind else words


def _whole(found: Sequence[Finding], text: str, page: Page) -> Iterator[Finding]:
    """Join places that only a blank parts and that are of the same camp: North, Carolina."""
    last: Finding | None = None
    for finding in found:
        if (
            last is not None
            and last.about == finding.about
            and text[page.reading.find(last.span)[1] : page.reading.find(finding.span)[0]] == " "
        ):
            last = replace(last, span=Span(last.span.start, finding.span.end))
            continue
        if last is not None:
            yield last
        last = finding
    if last is not None:
        yield last


_SMALL_METRO = 250_000
"""A metro with fewer people is named after the one town that it has, so that the state stands for it."""
_FAR_LARGER = 4
"""A place of the same metro with so many times the people stands for a smaller one, in which the client may well live."""


def _is_beside_larger(place: Place, places: Sequence[Place]) -> bool:
    """Whether a much larger place of the same metro is named as well."""
    small = place.region
    if small is None or place.wider is None or small.kind not in ("town", "city", "neighbourhood"):
        return False
    return any(
        other.wider is not None
        and other.wider.key == place.wider.key
        and other.region is not None
        and other.region.population >= _FAR_LARGER * small.population
        for other in places
        if other is not place
    )


def _where(place: Place) -> Span:
    return place.span


def _name(place: Place, policy: PlacePolicy, *, out_of: Collection[str] = ()) -> str:
    """Give a place as an area to look in, by policy; `` if the table of regions does not know what is around it.

    A place of one of the kinds `out_of` is named by the next wider region: in a draft that tells of somebody it may be their home.
    """
    if policy == "state":
        return place.state.name if place.state else ""
    if policy == "keep":
        if place.region is None or place.region.kind not in out_of or place.next is None:
            return _written(place)
        region: Region | None = place.next
    else:
        region = place.wider or place.state
    if region is not None and region.kind == "metro" and region.population < _SMALL_METRO:
        region = place.state
    return _area(region) if region else ""


def _area(region: Region) -> str:
    """Give a region as people say it: the Portland area, Oregon."""
    if region.kind == "metro":
        return f"{region.name.removesuffix(' metro').partition(',')[0]} area"
    return region.name.partition(", ")[0] if region.kind in ("city", "town") else region.name


def _written(place: Place) -> str:
    """Give a place as the draft writes it, in the case of a name; states by their whole name, short names that are no words by the long."""
    if place.region is not None and place.region.kind == "state":
        return place.region.name
    words = place.words
    if not words.islower() and not (words.isupper() and len(words) > 5):
        return words
    if place.region is not None and place.region.key and not place.region.key.startswith(words.lower()):
        return _area(place.region)
    return " ".join(_SMALL.get(word, word if word[:1].isdigit() else capital(word)) for word in words.lower().split())


_SMALL = {word: word for word in ("of", "the", "and", "or", "in", "near", "side", "metro", "area")}
