"""Wants: what a draft asks of a counselor, read from its words and from its findings, each want once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import regex

from safeharbor.detect.page import Page
from safeharbor.detect.patterns import REACH, Pattern
from safeharbor.detect.phrases import Passage
from safeharbor.detect.required import Sought
from safeharbor.draft import Draft, Span
from safeharbor.errors import RuleError
from safeharbor.findings import Finding, Findings
from safeharbor.labels import CIRCLE
from safeharbor.rewrite.english import with_whole_days
from safeharbor.rewrite.places import Place, PlacePolicy, PlaceReader, area_names
from safeharbor.rewrite.quoted import Quote, Quoter, Sign, Strip
from safeharbor.rewrite.register import Register, Signature, register, signature
from safeharbor.rewrite.tables import CHOICES, SLOTS, Ask, Request, RewriteTables, Slot
from safeharbor.risk.tables import number
from safeharbor.rulebook import Rulebook, Strict, load_tables

__all__ = ["Place", "PlacePolicy", "Reader", "Want", "Wants"]

if TYPE_CHECKING:
    from safeharbor.model.readings import Theme
    from safeharbor.risk.regions import Region, Regions


_NOT_ASKED: Mapping[Slot, frozenset[str]] = {
    "credential": frozenset({"OCCUPATION", "EMPLOYER", "SCHOOL", "PERSON", "FAMILY", "LIFE_EVENT", "MILITARY", "UNIQUE_DETAIL", "LEGAL"}),
    "modality": frozenset({"OCCUPATION", "EMPLOYER", "SCHOOL", "PERSON", "LIFE_EVENT", "LOCATION"}),
    "insurance": frozenset({"OCCUPATION", "EMPLOYER", "SCHOOL", "PERSON", "LOCATION", "FAMILY"}),
    "identity": frozenset(
        {"ETHNICITY", "GENDER", "RELIGION", "ORIENTATION", "OCCUPATION", "EMPLOYER", "SCHOOL", "PERSON", "FAMILY", "MILITARY"}
    ),
    "schedule": frozenset({"OCCUPATION", "EMPLOYER", "SCHOOL", "LIFE_EVENT"}),
    "specialty": frozenset({"EMPLOYER", "SCHOOL", "PERSON", "LOCATION"}),
    "population": frozenset({"EMPLOYER", "SCHOOL", "PERSON", "LOCATION"}),
    "language": frozenset({"EMPLOYER", "SCHOOL", "PERSON", "LOCATION", "ETHNICITY"}),
    "fee": frozenset({"EMPLOYER", "SCHOOL"}),
    "accessibility": frozenset({"EMPLOYER", "SCHOOL", "LIFE_EVENT"}),
}
"""Labels of the circle's findings inside which words of a slot are no request: a client who is an LCSW, works at Providence."""
_OF_COUNSELORS: frozenset[Slot] = frozenset({"modality", "insurance", "credential", "telehealth"})
"""Slots whose words tell of counselors even where a clue of the client's is seen in them: PCIT is no lawsuit, Quartz no diagnosis."""
_SAID_ALIKE: frozenset[tuple[Slot, str]] = frozenset({("schedule", "DATE")})
"""Slots whose words are often taken for a client's detail, with its label: Wednesday after 6."""
_ONLY_THE_CLIENTS = frozenset(
    {
        *("AGE", "AGE_OVER_89", "SCHOOL", "GENDER", "OCCUPATION", "EMPLOYER", "ORIENTATION", "ETHNICITY", "RELIGION", "UNIQUE_DETAIL"),
        *("LEGAL", "HEALTH_CONDITION", "PUBLIC_ROLE"),
    }
)
"""Labels of details that ask for nothing when they are a relative's: the counselor will not see the client's children, or the surgeon."""
_STAGES = (("young children", 0, 5), ("children", 0, 12), ("adolescents", 10, 19), ("older adults", 60, 150))
"""Populations by age, with the ages that each can stand for: an age that is told beats a word such as senior."""
_NOT_THE_AGE = regex.compile(r"\b(?:at|since|when \w+ (?:was|were))(?: age)? $", regex.IGNORECASE)
_SILENCED: Mapping[Slot, frozenset[Slot]] = {
    "schedule": frozenset({"schedule"}),
    "fee": frozenset({"fee", "insurance"}),
    "credential": frozenset({"credential"}),
    "modality": frozenset({"modality"}),
}
"""Slots in which what follows from a detail is not asked for once the draft states something in one of the others."""
GENERIC = frozenset({"counselor", "therapist", "clinician", "provider"})
"""Professions that say nothing of whom is looked for."""
_OR = regex.compile(r"\W*(?:(?:or|and/or)\b[\W\w]*|/)\W*", regex.IGNORECASE)
_AND = regex.compile(r"\W*(?:(?:and|with|plus|w/|as well as)\b[\W\w]*|[&+])\W*", regex.IGNORECASE)
_NEAR = 30
"""Characters between two wants of a slot within which a word joins them."""
_ITEM = regex.compile(r"^[ \t]*(?:#?\d{1,2}[.):]|\(\d{1,2}\))[ \t]+", regex.MULTILINE)
_ENOUGH = 3
"""Stated wants that make a text a request without a word of asking."""
_SHORT_NAME, _NAME = 8, 30
"""Characters of an abbreviation, and of a name, of a payer."""
_WHOLE: frozenset[Slot] = frozenset({"insurance", "schedule", "fee", "contact"})
_PARTS: frozenset[Slot] = frozenset({"population", "specialty", "modality", "identity", "language", "credential"})
"""Words of the second within words of the first say nothing of their own: a wait list under 6 months."""
UNASKED = 0.2
"""The chance that words may stay below which, as our language model tells it, they tell of somebody rather than ask for something."""
_DIGITS = regex.compile(r"\d{1,3}")


SURE, LIKELY, LESS_LIKELY, SELDOM, NEVER = 0.7, 0.4, 0.2, 0.05, 0.0
"""How likely a careful rewrite asks for what follows from a detail, as far as the tables tell."""
NAMED, MORE = 0.1, 0.6
"""The chance above which what follows from a detail is named where there is room, and from which there is more room."""
SUGGESTED = 0.6
"""The chance from which the whole of a draft asks for a theme that no word of it asks for."""
_SUGGESTED_OF: Mapping[Slot, float] = {"specialty": SUGGESTED, "schedule": SUGGESTED, "population": 0.9}
"""The same by what is suggested: whom a counselor works with tells more of a person, and the rest is never asked for so."""


@dataclass(frozen=True, slots=True)
class Want:
    """Something that a draft asks of a counselor, in the words of the tables. Its repr tells the slot and where it stands."""

    slot: Slot
    say: str = field(repr=False)
    span: Span
    """Where the draft says it, or tells the detail behind it."""
    is_stated: bool
    """Whether the draft asks for it, rather than tells a detail from which it follows."""
    phrase: str = field(repr=False)
    """The id of the phrase in the tables; `age` for populations that follow from an age."""
    joined: Literal["", "and", "or", "same"] = ""
    """How the draft joins it to the want of its slot before it; `same` for another name of it."""
    risk: str = field(default="", repr=False)
    """What remains risky about asking for it."""
    narrow: str = field(default="", repr=False)
    """A narrower request, for when fit depends on it."""
    narrow_when: str = field(default="", repr=False)
    request: int = 0
    """Which of several requests it belongs to, from 1; 0 for all of them."""
    written: str = field(default="", repr=False)
    """A payer's name as the draft writes it, where that is a name: BCBSIL. The patterns of payers hold nothing else."""
    is_soft: bool = False
    """Whether the draft only prefers it."""
    chance: float = LIKELY
    """How likely a careful rewrite asks for it, where it only follows from a detail or from the whole."""

    def narrowed(self) -> Want:
        """Give the want with its narrower request, if it has one."""
        return replace(self, say=self.narrow, narrow="", narrow_when="") if self.narrow else self


@dataclass(frozen=True)
class Wants:
    """Everything that a draft asks for."""

    wants: tuple[Want, ...] = field(default=(), repr=False)
    """By slot in the order of the draft, what it states before what follows from its details."""
    places: tuple[Place, ...] = field(default=(), repr=False)
    said_with: tuple[Want, ...] = ()
    """Wants that others say as well, where the draft tells what is behind them, in the words of the others."""
    dropped: tuple[Want, ...] = field(default=(), repr=False)
    """Details that ask for nothing, with the reason in `risk`."""
    register: Register = field(default_factory=Register, repr=False)
    signature: Signature | None = field(default=None, repr=False)
    reach: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The poster's own telephone number and e-mail address outside the signature, by label."""
    quotes: tuple[Quote, ...] = field(default=(), repr=False)
    """What of the draft can stand as it is written."""
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

    def only(self, request: int) -> Wants:
        """Give one of several requests, with what all share."""
        return replace(
            self,
            wants=tuple(want for want in self.wants if want.request in (0, request)),
            places=tuple(place for place in self.places if place.request in (0, request)),
            quotes=tuple(quote for quote in self.quotes if quote.request == request),
            requests=1,
        )

    def without(self, *wants: Want) -> Wants:
        """Give the wants less some of them."""
        gone = {(want.slot, want.say) for want in wants}
        return replace(
            self,
            wants=tuple(want for want in self.wants if want not in wants),
            quotes=tuple(quote for quote in self.quotes if gone.isdisjoint(quote.says)),
        )

    def with_broader(self, want: Want, phrase: Ask) -> Wants:
        """Give the wants with one of them said more broadly, unless another says so already."""
        is_said = any(other.slot == phrase.slot and other.say == phrase.say for other in self.wants)
        broader = replace(want, slot=phrase.slot, say=phrase.say, phrase=phrase.id, narrow="", narrow_when="", risk="")
        return self.without(want) if is_said else replace(self, wants=tuple(broader if each is want else each for each in self.wants))

    def with_narrow(self, *wants: Want) -> Wants:
        """Give the wants with some of them narrowed, and chosen."""
        return replace(self, wants=tuple(want.narrowed() if want in wants else want for want in self.wants)).chosen(*wants)

    def chosen(self, *wants: Want) -> Wants:
        """Give the wants with some of them asked for as if the draft stated them, since the poster chose them."""
        spans = {(want.span, want.phrase) for want in wants}
        return replace(
            self, wants=tuple(replace(want, is_stated=True) if (want.span, want.phrase) in spans else want for want in self.wants)
        )

    def telehealth(self, request: int = 0) -> str:
        """Give what of telehealth and in person is asked for, as the tables say it; `` if nothing is."""
        said = set(self.says("telehealth", request))
        remote, office = said & {"telehealth", "telehealth only"}, said & {"in person", "in person only"}
        if "in person or telehealth" in said or (remote and office):
            return "in person or telehealth"
        if "phone sessions" in self.says("accessibility", request) and not remote:
            return ""  # who does not want video, but will talk on the phone, is not asking for an office
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
        around them, `metro` every place so, `state` names states only. Places of the client count only where the draft names none
        for the counselor, or none that the table of regions knows.
        A bare neighborhood or town in a draft that tells of somebody may be their home: it is widened by a step, or left out beside
        a much larger place of its metro. A town stays where the counselor has to be near.
        """
        places = [place for place in self.places if not request or place.request in (0, request)]
        is_near = self.telehealth(request).startswith("in person") or any("home" in say for say in self.says("accessibility", request))
        return area_names(places, policy, is_careful=self.is_described, is_near=is_near)

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
    poster: tuple[str, ...]
    """Words in which the posters tell who they are."""
    stripped: tuple[Strip, ...]
    """Who asks, before what can stand as it is written."""
    telling: tuple[Sign, ...]
    """Words that tell of somebody whatever the language model makes of them."""
    small: tuple[str, ...]
    """Words beside which what is asked for still says all of a passage, some to a line."""
    never: tuple[str, ...]
    """How wants are said that are named only where they are stated or chosen."""
    seldom: tuple[str, ...]
    """How wants are said that are named only where nothing else is, or where the language model is sure of them."""
    last: tuple[str, ...]
    """How wants are said that go first where there is no room."""
    sure: tuple[str, ...]
    """How wants are said for which there is always room."""


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
        self._asks = compiled("asks", cues.asks)
        self._asks_not = compiled("asks_not", cues.asks_not)
        self._poster = compiled("poster", cues.poster)
        chances = ((SURE, cues.sure), (LESS_LIKELY, cues.last), (SELDOM, cues.seldom), (NEVER, cues.never))
        self._chances = {say: chance for chance, says in chances for say in says}
        self._quoter = Quoter(cues.stripped, cues.telling, cues.small, rulebook, cues.id)
        self._places = PlaceReader(regions, compiled("not_where", cues.not_where))

    def is_request(self, draft: Draft, wants: Wants, kinds: Mapping[str, float] | None = None) -> bool:
        """Tell whether a text asks for a counselor.

        `kinds` holds the chances that our language model gives the kinds of posts; without it the cues decide alone.
        """
        text = Sought(draft.reading.text)
        asks = any(pattern.search(text) for pattern in self._asks)
        if kinds:
            return kinds.get("other", 0.0) < 0.5 and (asks or bool(wants.wants))
        asks = asks or sum(want.is_stated for want in wants.wants) >= _ENOUGH
        return asks and not any(pattern.search(text) for pattern in self._asks_not)

    def wants(self, draft: Draft, findings: Findings, near: Region | None = None, *, copies: bool = False) -> Wants:
        """Read what a draft asks of a counselor. Raises TimeoutError when a pattern takes longer than the limit.

        `near` is the region of the poster's group or practice: it says which of several places of a name is meant. With `copies`, what
        no table knows is taken over in the draft's words, where they can describe nobody.
        """
        page = Page(draft)
        circle = tuple(finding for finding in findings.found if finding.about in CIRCLE)
        sign = signature(draft, findings)
        items = _items(page.text, circle, page)
        own = [
            page.reading.source(*match.span())
            for pattern in self._poster
            for match in pattern.finditer(page.sought)
            if _SEEKING.search(page.text, match.end())  # otherwise it is what is asked for: Doula in Bend, OHP.
        ]
        told = [finding for finding in circle if not any(span.holds(finding.span) for span in own)]
        stated = [want for want in self._stated(page, findings, sign) if not _is_of_the_poster(want, own)]
        read = [*stated, *_kept_away(page, findings, stated), *self._inferred(page, told)]
        suggested = {want.say: want for want in self._suggested(findings.themes)}
        said = {want.say for want in read}
        read += [want for say, want in suggested.items() if circle and _is_suggested(want) and say not in said]
        read = [
            replace(
                want,
                request=_item_of(page.reading.find(want.span)[0], items),
                written=_written_payer(want, draft),
                chance=self._chance(want, suggested.get(want.say)),
            )
            for want in read
        ]
        ages = [age for finding in circle if (age := _age(page, finding)) is not None]
        asked = _once(_uncovered(_of_age([want for want in read if want.say], ages), self.tables))
        places = tuple(
            replace(place, request=_item_of(page.reading.find(place.span)[0], items))
            for place in self._places.read(page, findings, [want for want in read if want.is_stated], near)
        )
        quoted = self._quoter.read(page, findings.stays, read, places, findings.found, [*own, sign.span] if sign else own) if copies else ()
        quotes = tuple(replace(quote, request=_item_of(page.reading.find(quote.span)[0], items)) for quote in quoted)
        return Wants(
            wants=_joined(asked, draft),
            places=places,
            quotes=quotes,
            said_with=_said_with(read, asked, self.tables),
            dropped=tuple(want for want in read if not want.say and want.risk),
            register=register(draft),
            signature=sign,
            reach=_reach(draft, findings, sign) if copies else {},
            is_described=bool(circle),
            requests=max(len(items), 1),
        )

    def _stated(self, page: Page, findings: Findings, sign: Signature | None) -> Iterator[Want]:
        """Read the needs tables over the whole draft, but for the poster's signature and what is no request."""
        read = self.tables.needs_book.read(_as_of_another(page.text))
        outer = [passage for passage in read if passage.phrase.slot in _WHOLE]
        for passage in read:
            if passage.phrase.slot in _PARTS and any(other.start <= passage.start and passage.end <= other.end for other in outer):
                continue
            if _is_denied(page.text, passage.phrase, passage.start, passage.end):
                continue
            if _is_posters_job(page.text, passage.phrase, passage.start, passage.end):
                continue
            if passage.phrase.slot == "insurance" and _is_not_used(page.text, passage.start, passage.end):
                continue
            span = page.reading.source(passage.start, passage.end)
            around = [finding for finding in findings.found if finding.span.touches(span)]
            is_sure = passage.phrase.sure
            if (sign and sign.span.touches(span)) or any(
                _is_no_request(passage.phrase.slot, span, finding) for finding in around if not is_sure or finding.about == "author"
            ):
                continue
            is_told = passage.phrase.slot not in _OF_COUNSELORS and any(
                finding.about in CIRCLE and (passage.phrase.slot, finding.rule.label) not in _SAID_ALIKE for finding in around
            )
            is_unasked = findings.stays is not None and findings.stays.mean(span) < UNASKED
            if is_unasked and passage.phrase.slot == "credential":
                continue  # the sender's own job, or the clinician that somebody had
            is_stated = is_sure or not is_told or (passage.phrase.slot in _TOPICS and _is_asked_for(page.text, passage.start))
            yield _want(passage.phrase, passage.groups, span, is_stated=is_stated and not (is_unasked and passage.phrase.slot in _TOPICS))

    def _inferred(self, page: Page, circle: Sequence[Finding]) -> Iterator[Want]:
        """Read the template tables over the findings about the client's circle, and the client's ages."""
        read = self.tables.template_book.read(page.text)
        for passage in read:
            if any(_is_inside(passage, other) for other in read):
                continue  # a word of a longer phrase says what the phrase says: a charge nurse is no charge
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

    def _chance(self, want: Want, theme: Want | None) -> float:
        """Give how likely a want is asked for where it is not stated: the mean of what the tables and the language model tell."""
        by_table = self._chances.get(want.say, LIKELY)
        return by_table if theme is None or by_table == NEVER else (by_table + theme.chance) / 2

    def _suggested(self, themes: Iterable[Theme]) -> Iterator[Want]:
        """Give what the whole of a draft suggests, in the words of the tables, with how likely it is."""
        for theme in themes:
            phrase = self.tables.phrases.get(theme.phrase)
            if phrase is not None:
                yield replace(_want(phrase, {}, theme.span, is_stated=False), chance=theme.chance)


def _is_suggested(want: Want) -> bool:
    """Whether a theme is asked for though no word of a draft asks for it."""
    least = _SUGGESTED_OF.get(want.slot)
    return least is not None and want.chance >= least


_AWAY = regex.compile(
    r"\b(?:not|nobody|no[ -]one|none|isn['’]t|aren['’]t|can['’]?t be|(?:any(?:one|body)|some(?:one|body)) (?:but|not)|away|other than|no|"
    r"(?:some(?:one|body)|any(?:one|body)|people|therapist|counsell?or|clinician|provider|ideally|prefer\w*|well|be) outside)"
    r"(?: (?:any(?:one|body)|some(?:one|body)|one|ones|local|located|living|someone who|who|that|is|was|are|be|goes|went|works?|worships?|"
    r"teaches|trained|practices?|affiliated|connected|tied|contracted|employed|associated|involved|based|linked|ties|connection|actual|also))*"
    r"(?: (?:to|with|w/|at|from|in|by|of|for|through|on|near|around))? (?:the |his |her |their |our |any )?$",
    regex.IGNORECASE,
)
"""What stands before a name where whoever belongs to it is not wanted: nobody who works at, not from, outside."""
_AWAY_REACH = 70
_KEPT_AWAY: Mapping[str, str] = {"LOCATION": "outside the local community", "EMPLOYER": "independent", "SCHOOL": "independent"}
"""What is asked for in place of a name that is refused, by its label."""


def _kept_away(page: Page, findings: Findings, stated: Sequence[Want]) -> Iterator[Want]:
    """Read who is not wanted by a name that cannot stay: not from Dearborn asks for somebody outside the local community.

    A refusal that the tables read is theirs.
    """
    for finding in findings.found:
        say = _KEPT_AWAY.get(finding.rule.label)
        if say is None:
            continue
        start, _ = page.reading.find(finding.span)
        away = _AWAY.search(page.text[max(0, start - _AWAY_REACH) : start])
        if away is None:
            continue
        refused = page.reading.source(start - len(away[0]), start)
        if not any(want.slot == "identity" and want.span.touches(refused) for want in stated):
            yield Want("identity", say, finding.span, is_stated=True, phrase="kept-away")


_TOPICS: frozenset[Slot] = frozenset({"specialty", "population"})
"""Slots whose words tell of a person as often as they ask for a counselor."""
_PERSON = (
    r"clients?|patients?|pts?|ct|kid(?:do|s)?|child|teen|tween|boy|girl|guy|gal|man|woman|lady|husband|wife|partner|spouse|mom|"
    r"mother|dad|"
    r"father|parents?|son|daughter|brother|sister|grandma|grandpa|student|couple|vet|veteran|f|m|yo|old"
)
_COUNSELOR = (
    rf"(?:someone|somebody|any(?:one|body)|(?<!\b(?:{_PERSON})[\s,]{{1,2}})who|one (?:who|that)|therapists?|counsell?ors?|clinicians?|"
    r"providers?|psycholog\w+|psychiatrists?|prescribers?|must|should|ideally|bonus)"
)
_DOES = (
    r"(?:gets?|knows?|understands?|treats?|does|handles?|sees?|works? (?:with|w/|on|around)|focus\w* on|"
    r"(?:good|great|solid|strong|skilled|competent|savvy|comfortable|familiar|ok(?:ay)?|experienced?) "
    r"(?:with|at|in|on|w/|around|about|treating|seeing|working with))"
)
_SKILLED = (
    r"(?:experienced? (?:with|in|w/|treating|working with)|exp w/|speciali[sz]\w+ in|specialist in|expertise in|background in|"
    r"training in)"
)
_ASKED_FOR = regex.compile(
    rf"(?:\b{_COUNSELOR}\b[^.;!?\n]{{0,40}}?\b{_DOES}|(?<!\b(?:had|her|his|their|bad|past|prior)\s)\b{_SKILLED})"
    r"\s+(?:[\w'\u2019-]+[ ,/&+]+){0,4}$",
    regex.IGNORECASE,
)
"""What stands before a topic where it is asked for: a therapist who gets autism, experience with grief and loss."""
_ASKING_REACH = 110
"""Characters before a topic in which the asking is looked for."""


_QUOTED = regex.compile(r"[\"\u201c][^\"\u201c\u201d]{60,}[\"\u201d]|^ ?>[^\n]{40,}$", regex.MULTILINE)
_FIRST_PERSON = regex.compile(r"\b(?:I|[Mm][ey])\b")


def _as_of_another(text: str) -> str:
    """Give a text in which a client's own words that are quoted no longer say I: their Thursdays are not the poster's."""
    return str(_QUOTED.sub(lambda quoted: _FIRST_PERSON.sub(lambda word: "x" * len(word[0]), quoted[0]), text))


def _is_asked_for(text: str, start: int) -> bool:
    """Whether the words before a topic ask for a counselor for it, so that it is asked for though it tells of the client as well."""
    return _ASKED_FOR.search(text[max(0, start - _ASKING_REACH) : start]) is not None


_DENIABLE: frozenset[Slot] = frozenset({"modality", "insurance", "language", "identity", "population", "specialty", "credential"})
_DENIED = regex.compile(
    r"\b(?:not|no|never|without|nor|isn['\u2019]?t|aren['\u2019]?t|(?:can['\u2019]?t|cannot|won['\u2019]?t) "
    r"(?:use|take|do|stand|have|put \w+ with)|"
    r"(?:do|does|did)n['\u2019]?t (?:want|like|need|use|take|do|trust|reach for|jump to)|rather than|instead of|except|"
    r"anything but|avoid(?:ing)?|tired of|sick of|"
    r"hates?|other than)"
    r"(?: (?:just|another|more|an?|the|any|to|do|use|be|in|on|with|for|of|plain|straight|strictly|her|his|their|comfortable|therapist|"
    r"[\w-]+['\u2019]s))*"
    r"[ \"'\u201c(]*$",
    regex.IGNORECASE,
)
"""What stands before words that are ruled out: not just CBT, can't use Fidelis, instead of Spanish."""
_DENIED_AFTER = regex.compile(
    r"['\u2019]?s?(?: (?:therapists?|clinicians?|providers?|counsell?ors?))? (?:"
    r"(?:is|are|would be|will be) (?:an? )?(?:absolute |hard )?(?:no\b|out\b|off the table|"
    r"not (?:an option|going to work|ok|good))|"
    r"(?:didn['\u2019]?t|did not|never|hasn['\u2019]?t|failed|did nothing)\b|(?:need|needs) not apply|won['\u2019]?t work|no good|"
    r"(?:is|are) too (?:scary|much))",
    regex.IGNORECASE,
)
"""What stands behind words that are ruled out: men are out."""
_SEEKING = regex.compile(
    r"\b(?:need(?:s|ed|ing)?|look(?:ing)?|seek(?:s|ing)?|iso|any(?:one|body)?|who|recs?|referrals?|find|want(?:s|ed)?|busco|know|"
    r"hoping|recommend\w*)\b",
    regex.IGNORECASE,
)
_IS_ME = regex.compile(r"\b(?:i['\u2019]?m|i am|we['\u2019]?re|we are|as) (?:an? |the |your )?(?:[\w&/-]+ ){0,3}$", regex.IGNORECASE)
_HERE = regex.compile(r"s?(?: \([^)\n]*\))?,? (?:here|asking|posting|writing|reaching out)\b|s? [^.;!?\n]{2,50} here\b", regex.IGNORECASE)
_WORKS_AT = regex.compile(
    r"s?(?: \([^)\n]*\)\.|,? (?:(?:at|in|from|on|of) |(?:with|w/) (?:an?|my|one)\b)[^?\n]{0,80}(?:[.!\n]|$))", regex.IGNORECASE
)
_OPENING_WORDS = 5
_OF_A_JOB = frozenset({"case management", "speech or occupational therapy"})
"""What the names of professions ask for besides."""


def _is_posters_job(text: str, phrase: Ask, start: int, end: int) -> bool:
    """Whether a profession is the poster's own, told before anything is asked: ER social worker here."""
    if phrase.slot != "credential" and phrase.say not in _OF_A_JOB:
        return False
    sentence = text[max(text.rfind(mark, 0, start) for mark in ".!?\n") + 1 : start]
    if _SEEKING.search(text[:start]) is not None or _SEEKING.search(text[end:]) is None:
        return False
    if _IS_ME.search(sentence) or _HERE.match(text, end):
        return True
    is_generic = phrase.say in GENERIC or "therapist" in phrase.say
    return not is_generic and len(sentence.split()) <= _OPENING_WORDS and _WORKS_AT.match(text, end) is not None


_NOT_OF_A_POSTER: frozenset[Slot] = frozenset({"credential", "modality", "specialty", "population", "identity", "schedule"})


def _is_of_the_poster(want: Want, own: Iterable[Span]) -> bool:
    """Whether a want stands in the words in which the posters tell who they are."""
    return want.slot in _NOT_OF_A_POSTER and any(span.holds(want.span) for span in own)


_SAYS_NOT = regex.compile(r"\b(?:not?|non|without|outside|independent|free)\b", regex.IGNORECASE)


def _is_denied(text: str, phrase: Ask, start: int, end: int) -> bool:
    """Whether the words around a phrase rule it out, unless what it says is itself what should not be."""
    is_deniable = phrase.slot in _DENIABLE and not _SAYS_NOT.search(phrase.say)
    before = text[max(0, start - 40) : start]
    return is_deniable and (_DENIED.search(before) is not None or _DENIED_AFTER.match(text, end) is not None)


_NOT_THIS_PLAN = regex.compile(
    r"(?:n['\u2019]t want|\b(?:not want|no|nothing|never|off|avoid(?:ing|s)?|hid(?:e|ing)|without|instead of|rather than)\b)"
    r"[^.,;!?\n]{0,40}?"
    r"\b(?:on|in|off|from|use|using|used|through|thru|under|to|bill(?:ing)?|touch(?:es)?|hits?)(?: (?:his|her|their|the|a|my|any|of|"
    r"anything))*"
    r"(?: [\w-]+['\u2019]s?)?(?: [a-z]+['\u2019]s?)? $",
    regex.IGNORECASE,
)
"""What stands before a plan that is not to be used: doesn't want it on her parents' Quartz."""
_PAST = regex.compile(
    r" ?(?:till?|until|before|ended|lapsed|expired|ran out|is (?:out|gone|over|not)|but (?:is )?(?:pay(?:s|ing)|"
    r"will pay|wants to pay|prefers to pay))\b",
    regex.IGNORECASE,
)
"""What stands behind a plan that somebody no longer has."""


def _is_not_used(text: str, start: int, end: int) -> bool:
    """Whether a plan is one that somebody had, or does not want used."""
    return _PAST.match(text, end) is not None or _NOT_THIS_PLAN.search(text[max(0, start - 90) : start]) is not None


def _is_no_request(slot: Slot, span: Span, finding: Finding) -> bool:
    """Whether words of a slot stand inside a finding that says something else with them."""
    if finding.about == "author":
        return finding.span.holds(span) and slot != "contact"
    if finding.about not in CIRCLE or not finding.span.holds(span):
        return False
    if slot == "insurance" and finding.rule.label == "OCCUPATION" and finding.span == span:
        return False  # a plan by itself is nobody's job
    of_others = slot == "population" and (finding.about == "relative" or finding.rule.label == "FAMILY")
    return of_others or finding.rule.label in _NOT_ASKED.get(slot, ())


def _want(phrase: Ask, groups: Mapping[str, str], span: Span, *, is_stated: bool) -> Want:
    told = {name: " ".join(groups.get(name, "").split()).strip(" .,;:") for name in phrase.fields}
    say = " ".join(phrase.say.format(**told).split())
    say = with_whole_days(say) if phrase.slot == "schedule" and phrase.fields else say
    if isinstance(phrase, Request):
        return Want(phrase.slot, say, span, is_stated, phrase.id, "", phrase.risk, phrase.narrow, phrase.narrow_when)
    return Want(phrase.slot, say, span, is_stated, phrase.id)


def _reach(draft: Draft, findings: Findings, sign: Signature | None) -> dict[str, str]:
    """Give where the poster says they can be reached: the first telephone number and e-mail address that are the poster's own."""
    own = [finding for finding in findings.found if finding.about == "author" and not finding.is_loud]
    own = [finding for finding in own if not (sign and sign.span.holds(finding.span))]
    return {label: draft[finding.span] for label in ("PHONE", "EMAIL") for finding in own[::-1] if finding.rule.label == label}


def _written_payer(want: Want, draft: Draft) -> str:
    """Give a payer as a poster writes it, unless in lower case or shouting."""
    words = " ".join(draft[want.span].split())
    shouts = words.isupper() and len(words) > _SHORT_NAME
    if words.lower() == want.say.lower():
        return ""
    is_name = all(word[:1].isupper() or word in ("of", "the", "and", "&", "for") for word in words.split())
    return words if want.slot == "insurance" and want.is_stated and is_name and not shouts and len(words) <= _NAME else ""


def _is_inside(passage: Passage[Request], other: Passage[Request]) -> bool:
    """Whether a passage is a part, and not all, of another."""
    return other.start <= passage.start and passage.end <= other.end and (other.start, other.end) != (passage.start, passage.end)


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
    for last, who in ((5, "young children"), (12, "children"), (17, "adolescents"), (25, "young adults"), (64, "adults")):
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
    """Leave out what a more precise want makes superfluous, as the tables say or as the words tell: trauma beside childhood trauma.

    Times, fees, professions and ways of working that follow from a detail give way to those that are stated.
    """
    phrases = [(want, tables.phrases[want.phrase]) for want in wants if want.phrase in tables.phrases]
    covered = {name for _, phrase in phrases for name in phrase.covers}
    covered_by_stated = {name for want, phrase in phrases if want.is_stated for name in phrase.covers}
    stated = {want.slot for want in wants if want.is_stated}
    wants = [want for want in wants if want.is_stated or want.chance >= SUGGESTED or not _SILENCED.get(want.slot, frozenset()) & stated]
    wants = [want for want in wants if want.phrase not in (covered_by_stated if want.is_stated else covered)]
    wants = [want for want in wants if not _is_contradicted(want, wants)]
    return [want for want in wants if not any(_is_broader(want, other) for other in wants)]


_CONTRARY = {
    say: regex.compile(pattern)
    for say, pattern in {
        "after-school openings": r"(?:older )?adults|couples|college students|graduate students",
        "school-based therapy": r"(?:older )?adults|couples|college students|graduate students|telehealth only",
        "home visits": r"telehealth(?: only)?|in person or telehealth",
        "phone sessions": r"in person(?: only)?",
        "a step-free entrance": r"telehealth only",
        "an office on public transit": r"telehealth only",
        "perinatal mental health": r"older adults|children|young children",
        "infants and parents": r"older adults",
        **dict.fromkeys(("children", "young children", "tweens"), r"couples therapy|premarital counseling|discernment counseling"),
        "comfortable with court involvement": r"does no court letters or reports",
        "intimate partner violence treatment": r"young children|children",
    }.items()
}
"""What follows from a detail, and the wants beside which it makes no sense."""


def _is_contradicted(want: Want, wants: Sequence[Want]) -> bool:
    """Whether a want that only follows from a detail makes no sense beside another of the same request."""
    contrary = None if want.is_stated else _CONTRARY.get(want.say)
    return contrary is not None and any(contrary.fullmatch(other.say) for other in wants if other.request in (0, want.request))


_SAME: Mapping[str, str] = {
    "grief and loss": r"\b(?:grief|(?<!hearing )(?<!vision )(?<!limb )loss|bereave\w+)\b",
    "culturally responsive": r"^familiar with .* culture$",
    "comfortable with Christian faith": r"^(?:Christian|Catholic|secular|faith-based|faith-sensitive|not LDS)$",
    "comfortable with suicidality": r"^suicidality and self-harm$",
    "legal stress": r"^(?:comfortable with court involvement|high-conflict co-parenting|court-ordered treatment)$",
    "coordinating with medical providers": r"^collaborative with other providers$",
    "co-occurring disorders": r"^(?:\w+ use|gambling)$",
    "relationship concerns": r"^(?:infidelity .*|divorce .*|intimate partner violence|domestic violence|consensual non-monogamy)$",
    "intimate partner violence": r"^domestic violence$",
    "trauma": r"^(?:trauma and PTSD|trauma-informed|(?:[\w-]+ )+trauma|trauma .*)$",
    "depression": r"\b(?:bipolar disorder|postpartum depression)\b",
    "stress": r"\b(?:stress|anxiety|burnout|panic)\b",
    "OCD": r"^OCD\b.+",
    "phobias": r"phobia\b|^fear of ",
    "substance use": r"^(?:opioid|alcohol|cannabis|stimulant|meth\w*) use$",
    "the LDS community": r"^familiar with LDS culture$",
    "anxiety": r"\b(?:anxiety|panic|OCD|phobias?)\b",
    "the transition to parenthood": r"^(?:perinatal .*|postpartum .*|birth trauma|infertility)$",
    "care outside the military system": r"^outside the military system$",
    "care outside the local community": r"^outside the local community$",
    "safety planning": r"^(?:suicidality and self-harm)$",
    "family-of-origin concerns": r"^(?:family .*|growing up .*|high-control groups)$",
    "disability": r"^(?:chronic illness|chronic pain|disability-affirming|Deaf-affirming)$",
    "gender identity": r"^gender-affirming$",
    "sexual orientation and identity": r"^LGBTQ\+-affirming$",
    "of color": r"^(?:Black|Latin[axo]|Asian|Native|South Asian|Indian|Asian American)$",
    "openings soon": r"^(?:openings (?:this|next|within) .*|openings as soon as possible)$",
    "openings as soon as possible": r"^openings (?:this|within) .*$",
    "weekday openings": r"^openings (?:after|before|between|around|\d).*$",
    "evening openings": r"^openings (?:after|around) (?:[5-8]|1[789]00).*$",
    "morning openings": r"^openings (?:around|before) (?:[6-9]|1[01])\b(?! ?p).*$|^(?:early|late) morning openings$",
}
"""What one want says in part, and the wants that say it as well, so that it can go, whatever their slots are."""
_SAYS_AS_WELL = {say: regex.compile(pattern) for say, pattern in _SAME.items()}


def _is_broader(want: Want, other: Want) -> bool:
    """Whether another want of the request says all that a want says, or more."""
    if want.say == other.say or other.request not in (0, want.request):
        return False
    if _is_said_in(want, other):
        return True
    as_well = _SAYS_AS_WELL.get(want.say)
    return as_well is not None and (other.is_stated or not want.is_stated) and as_well.search(other.say) is not None


_FILLERS = frozenset(
    {
        *("a", "an", "the", "and", "or", "of", "in", "with", "for", "to", "is", "not", "on", "at", "as", "informed", "based", "affirming"),
        *("affirmative", "aware", "competent", "friendly", "sensitive", "focused", "familiar", "comfortable", "experience", "experienced"),
        *("therapy", "treatment", "care", "work", "concern", "issue", "culture", "cultural", "community", "faith", "life", "people"),
    }
)
"""Words that say nothing of their own in the name of a need."""
_ENDING = regex.compile(r"(?:ence|ent|ies|ing|ed|y|s)$")


def _content(say: str) -> frozenset[str]:
    """Give the words of a need that say something, without their endings."""
    words = (_ENDING.sub("", word) for word in regex.findall(r"[\w+]{2,}", say.lower()) if word not in _FILLERS)
    return frozenset(word for word in words if word not in _FILLERS)


def _is_said_in(want: Want, other: Want) -> bool:
    """Whether the words of one need are among those of another: attachment-informed beside foster care and attachment."""
    is_manner = want.slot == "identity" and " " in want.say.replace("-", " ") and not want.say.startswith("who ")
    if not (is_manner or (want.slot in ("specialty", "population") and other.slot == want.slot)):
        return False
    mine, its = _content(want.say), _content(other.say)
    comes_first = (not other.is_stated, other.span, other.slot) < (not want.is_stated, want.span, want.slot)
    return bool(mine) and (mine < its or (mine == its and comes_first)) and (other.is_stated or not want.is_stated)


def _said_with(read: Sequence[Want], asked: Sequence[Want], tables: RewriteTables) -> tuple[Want, ...]:
    """Give what was read and is not asked for by itself, as the want that says it as well."""
    covers = {want: tables.phrases[want.phrase].covers for want in asked if want.phrase in tables.phrases}
    out = []
    for want in read:
        if want.say and want not in asked:
            says_it = (
                other for other in asked if other.say == want.say or _is_broader(want, other) or want.phrase in covers.get(other, ())
            )
            other = next(says_it, None)
            if other is not None:
                out.append(replace(other, span=want.span))
    return tuple(out)


def _once(wants: list[Want]) -> list[Want]:
    """Give each want once, in order: what is stated before what follows from a detail."""
    out: dict[tuple[Slot, str, int], Want] = {}
    for want in sorted(wants, key=lambda want: (not want.is_stated, want.span)):
        shared = (want.slot, want.say.lower(), 0)
        if shared not in out:
            out.setdefault((want.slot, want.say.lower(), want.request), want)
    return list(out.values())


_PREFERABLE: frozenset[Slot] = frozenset({"identity", "language", "modality", "credential"})
_SOFTLY = (
    r"pref(?:'?d|erred|erably|s)?\b|strongly preferred|ideal(?:ly)?\b|(?:would be |is )?an? (?:big |huge |definite )?(?:plus|"
    r"bonus)\b|if (?:at all )?poss(?:ible)?\b|"
    r"would be (?:great|nice|ideal|amazing|wonderful|lovely|awesome|helpful|(?:a |the )?(?:dream|jackpot|unicorn|miracle)|perfect|"
    r"best|unreal|icing|gold)\b|is (?:ideal|better|best)\b|"
    r"if there is one"
)
_SOFT_BEHIND = regex.compile(rf"[\w'/ -]{{0,22}}? ?\(?(?:{_SOFTLY})", regex.IGNORECASE)
_SOFT_BEFORE = regex.compile(
    r"\b(?:ideally|preferably|prefer(?:s|ring)?|pref|(?:would|['\u2019]d) (?:love|prefer|like)|bonus(?: points)? (?:for|if)|a plus if)"
    r"(?: (?:an?|the|to|see|work|with|someone|somebody|who|is|for|it|they|are|be|either|maybe))*[ :]*$",
    regex.IGNORECASE,
)


def _is_soft(want: Want, draft: Draft) -> bool:
    """Whether a draft only prefers what it asks for: EMDR a plus."""
    is_any = want.slot == "credential" and want.say in GENERIC
    if not want.is_stated or want.slot not in _PREFERABLE or is_any:
        return False
    behind = draft.text[want.span.end : want.span.end + 50]
    before = draft.text[max(0, want.span.start - 50) : want.span.start]
    return _SOFT_BEHIND.match(behind) is not None or _SOFT_BEFORE.search(before) is not None


def _joined(wants: list[Want], draft: Draft) -> tuple[Want, ...]:
    """Note how the draft joins each want to the one of its slot before it: with or, with and, or not at all."""
    out = []
    last: dict[Slot, Want] = {}
    for want in wants:
        before = last.get(want.slot)
        last[want.slot] = want
        joined: Literal["", "and", "or", "same"] = ""
        if before is not None and before.span.end <= want.span.start:
            between = draft.text[before.span.end : want.span.start]
            if len(between) <= _NEAR and "." not in between:
                joined = "or" if _OR.search(between) else "and" if _AND.search(between) else ""
            if want.slot == "insurance" and between.strip() in ("(", "", "-", "–"):
                joined = "same"
        out.append(replace(want, joined=joined, is_soft=_is_soft(want, draft)))
    return tuple(out)


_PERSONS = frozenset({"AGE", "AGE_OVER_89", "GENDER", "FAMILY", "PERSON"})
"""Labels of what a draft says of a new person."""


def _items(text: str, circle: Sequence[Finding], page: Page) -> list[tuple[int, int]]:
    """Give the ranges of a numbered list in which each item tells of another person; nothing if there is no such list."""
    marks = list(_ITEM.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    items = [(mark.end(), end) for mark, end in zip(marks, ends, strict=False)]  # the number of an item is no age
    begins = [page.reading.find(finding.span)[0] for finding in circle if finding.rule.label in _PERSONS]
    told = [item for item in items if any(item[0] <= at < item[1] for at in begins)]
    return items if len(told) > 1 else []


def _item_of(at: int, items: Sequence[tuple[int, int]]) -> int:
    return next((which for which, (start, end) in enumerate(items, 1) if start <= at < end), 0)
