"""Parts: what one request says, sorted into the parts of a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from safeharbor.rewrite.english import a, clauses, either, listed, located
from safeharbor.rewrite.places import PlacePolicy
from safeharbor.rewrite.profiles import Profile
from safeharbor.rewrite.tables import SLOTS, Slot
from safeharbor.rewrite.wants import GENERIC, MORE, NAMED, NEVER, Want, Wants

_STAGES = frozenset(
    {"young children", "children", "adolescents", "young adults", "college students", "older adults", "couples", "families"}
)
"""Populations that say more of the work than of a person."""
_MOST: dict[Slot, int] = {"specialty": 2, "population": 1, "identity": 2}
"""Up to how many of a kind what follows from details is named beside what is stated: many describe somebody."""
_COUPLES = "couples"
"""Whom a counselor sees, rather than whom they know about: it is never left out."""
_MORE = 2
"""How many more are named of those that are surely asked for."""
_ROLES = regex.compile(
    r"(?P<role>couples|family|marriage|play|sex|art|music|premarital|reunification|grief|drama|financial) (?:therapy|counseling)"
)
_THERAPIST_ONLY = frozenset({"play", "sex", "art", "music", "drama", "financial", "reunification"})
_ROLE_AND_NOUN = regex.compile(
    r"(?P<role>couples|family|marriage|play|sex|art|music|premarital|reunification|grief|drama|financial) (?P<noun>therapist|counselor)"
)
_STANDING = regex.compile(r"licensed (?:in|through)\b|experienced$|[\w-]+-authorized$")
"""Credentials that say how somebody stands, not what they are."""
_PLACE_OF_WORK = regex.compile(r"(?:practice|clinic|agency|center)$")
_EVALUATES = regex.compile(r"testing|evaluation|assessment|management")
_ARTICLE = regex.compile(r"^an? ")
_SERVICE = regex.compile(r".*\b(?:IOP|PHP|RTC|group|program|clinic|team|retreat|class)", regex.IGNORECASE)
_OFFERED = regex.compile(
    r".*(?:testing|evaluations?|assessments?|studies|management|sessions?|visits?|treatment|intensives?|training|support|counseling|"
    r"consultation|classes|coaching|coordination|care|planning|mediation|letters?|reports?|services?|detox|living|debriefing|integration|"
    r"cessation|injectables|feedback|opinion|stimulation|plans|healing)|TMS|ECT|"
    r"(?:in-home|home-based|school-based|group|individual|long-term|exposure|brief|animal-assisted|equine-assisted|"
    r"ketamine-assisted|speech or occupational) therapy",
    regex.IGNORECASE,
)
"""Services, which one offers; anything else is a way of working, in which one is trained."""
_ACCESS_OFFERED = regex.compile(r"(?:[\w-]+ )?(?:visits|sessions)\b.*|childcare\b.*|live captions|interpreter access")
_PACE_OFFERED = regex.compile(r"(?:[\w-]+ ){1,2}(?:sessions|work|therapy|treatment|visits|intensives)\b.*")
"""How often and how long one meets, which one offers rather than has."""
_TOOL = regex.compile(r"[A-Z0-9][\w-]{1,8}")
_SIGNED = frozenset({"ASL", "American Sign Language", "ProTactile", "ProTactile ASL", "sign language"})
_AFTER = regex.compile(r"(?:^|\s)(?:with|of|in|about|to|around|from|outside|than|for|who|not|through)\b", regex.IGNORECASE)
_BEHIND = regex.compile(r"(?:with|of|from|trained|fluent|licensed|experienced|familiar|comfortable|outside)\b", regex.IGNORECASE)
"""What can stand behind a noun without a verb."""
_GENDERS = frozenset({"male", "female", "nonbinary", "non-binary", "queer", "trans", "gay", "lesbian"})
_STYLED = regex.compile(r"-|(?:ing|ed|aware|competent|informed|sensitive|grounded|responsive|literate)$")
_AMOUNT = regex.compile(
    r",? ?\(?(?:(?:around|about|of|up to|at|near|under|max|from) )?\$\d[\d,.]*(?: ?(?:-|to|or) ?\$?\d[\d,.]*)?(?: (?:an?|per) \w+)?\)?"
)
_FREE = "a free consultation"
"""What is offered beside any pay, not instead of it."""
_HAS_FEE = regex.compile(r"sliding scale|low fee$|a ")
_TAKES_FEE = regex.compile(r"Open Path|HSA|EAP|.*(?:vouchers|contracts)$")
_MANY_DAYS = regex.compile(r"\b((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s\b")
_SOON = regex.compile(r"openings (?:as soon|soon|this|next|within|now|from)\b")
"""Openings by how soon they should be, not at what times."""
_PAIR = regex.compile(r"\w[^,]* and [^,]*")
"""A pair that is said in one breath: grief and loss."""
_CURRENT = "current openings"
"""The closing line asks for them."""


@dataclass(frozen=True, slots=True)
class Pay:
    """Who pays: plans, what else is taken (private pay, vouchers), how a counselor stands to plans (out-of-network), what one offers."""

    payers: tuple[str, ...] = ()
    join: str = "or"
    takes: tuple[str, ...] = ()
    stands: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()

    def after(self) -> str:
        """Say it behind a noun: in-network with Aetna or offering a sliding scale; what a counselor only has is left to `has`."""
        network = f"in-network with {either(self.payers, self.join)}" if self.payers else ""
        takes = [each if each.startswith("private pay") else f"taking {each}" for each in self.takes]
        offers = [f"offering {each}" for each in self.offers] if self.payers else []
        rest = either([*takes, *self.stands, *offers], "or")
        return f"{network}, or {rest}" if " or " in network and rest else " or ".join(filter(None, (network, rest)))

    def has(self) -> list[str]:
        """Say what a counselor has of it where no plan is named: a sliding scale."""
        return [] if self.payers else list(self.offers)

    def does(self) -> list[str]:
        """Say it with verbs: takes Aetna or private pay, or offers a sliding scale."""
        said = []
        if self.stands:
            network = f"in-network with {either(self.payers, self.join)}" if self.payers else ""
            taken = [f"takes {either(self.takes, 'or')}"] if self.takes else []
            how = "works" if self.stands == ("pro bono",) and not network else "is"
            said = [f"{how} {either([*filter(None, [network]), *self.stands], 'or')}", *taken]
        elif self.payers or self.takes:
            plans = either(self.payers, self.join)
            said = [f"takes {either([*filter(None, [plans]), *self.takes], 'or')}"]
        if self.offers:
            said.append(f"offers {either(self.offers, 'or')}")
        return [either(said, "or")] if said else []


@dataclass(frozen=True, slots=True)
class Parts:
    """What one request says, part by part; empty where nothing is asked."""

    head: str
    is_service: bool
    """Whether the head is a group or program, not a person."""
    after: str
    where: str
    does: tuple[str, ...]
    """What the counselor does, in the third person."""
    experience: str
    pay: Pay
    has: tuple[str, ...]
    qualities: str = ""
    """What of the head stands before its noun."""
    role: str = ""
    """The profession, program or kind of therapist, if it says more than that a counselor is looked for."""
    soft: tuple[str, ...] = ()
    """What would be good to have, as a noun phrase each."""


def both(does: Sequence[str]) -> str:
    """Join what a counselor does or has; the words that the parts begin with tell them from the lists inside them."""
    *first, last = does
    comma = "," if first and " and " in first[-1] else ""  # so that its own `and` is not taken for this one
    return f"{', '.join(first)}{comma} and {last}" if first else last


def parts_of(wants: Wants, profile: Profile, policy: PlacePolicy, request: int, areas: tuple[str, ...] | None = None) -> Parts:
    """Sort the wants of one request into the parts of a sentence."""

    def of(slot: Slot, *, soft: bool = False) -> list[Want]:
        return [want for want in _fitting(wants.of(slot, request)) if want.is_soft == soft] if profile.allows(slot) else []

    credentials = [want.say for want in of("credential")]
    served = [want.say for want in of("population")]
    whom = _whom(of("modality"), credentials, served, profile)
    tools, offers = whom.tools, list(whom.offers)
    styled, plain, late_traits = _traits(of("identity"))
    languages = of("language")
    spoken = [want for want in languages if want.say not in _SIGNED]
    styled = [each for each in styled if not (spoken and each == "bilingual")]
    speaking = _speaking(spoken)
    signed = [want.say for want in languages if want.say in _SIGNED]
    single = len(tools) == 1 and _TOOL.fullmatch(tools[0]) is not None
    trained = f"{tools[0]}-trained" if single and tools[0] not in whom.name.split() else ""
    standing = [each for each in credentials if _STANDING.match(each)]
    if areas is None:
        areas = wants.areas(policy, request) if profile.allows("place") else ()
    if any(want.say.startswith("licensed in ") for want in (*of("identity"), *of("credential"))) and are_states(areas, wants):
        areas = ()  # a licence says which state, and a state that is only where the client is could be another
    licensed = [each for each in standing if " " in each and not (each.startswith("licensed in ") and areas)]
    if whom.is_service:  # a group or practice has no training or gender of its own
        offers += [tool for tool in tools if tool not in whom.name]
        late_traits = [*late_traits, *([f"with {a(plain)} clinician"] if plain else [])]
        tools, trained, plain = (), "", ""
    late = [
        f"fluent in {either(signed, 'or')}" if signed else "",
        f"trained in {either(tools, joint(of('modality'), 'or'))}" if tools and not single else "",
    ]
    of_color = "of color" if "of color" in late_traits else ""
    traits = _merged([*(trait for trait in late_traits if trait != "of color"), *licensed])
    needless = _needless(of("population"), wants, whom)
    served = [each for each in served if each not in whom.name and each not in needless]
    does = [f"works with {_pairs_last(served)}"] if served else []
    access, times, fees = [want.say for want in of("accessibility")], _times(of("schedule")), [want.say for want in of("fee")]
    offers += [each for each in access if _ACCESS_OFFERED.fullmatch(each)]
    offers += [each for each in times if _PACE_OFFERED.fullmatch(each)] + [fee for fee in fees if fee == _FREE]
    if offers:
        does.append(f"offers {either(offers, joint(of('modality'), 'and'))}")
    late = list(filter(None, late))
    if len(traits) == 1 and not (does or late) and _BEHIND.match(traits[0]):
        late = traits
    elif traits:
        does += _predicates(sorted(traits, key=lambda trait: " with " in trait))
    said = {word for part in (whom.name, *offers) for word in part.split()}
    specialties = [
        each
        for each in (want.say for want in of("specialty"))
        if each.split()[0] not in said and not any(trait.endswith(f"with {each}") for trait in late_traits)
    ]
    payers = _plans(of("insurance"))
    pay = _pay(payers, joint(of("insurance"), "or"), [fee for fee in fees if fee != _FREE], profile)
    has = [each for each in times if not _PACE_OFFERED.fullmatch(each)]
    has += [each for each in access if not _ACCESS_OFFERED.fullmatch(each)]
    qualities = ", ".join(filter(None, (*(each for each in standing if " " not in each), *styled, speaking, trained)))
    return Parts(
        head=clauses(qualities, plain, whom.name, of_color),
        qualities=clauses(qualities, plain, of_color),
        role="" if whom.name == profile.head or whom.name in GENERIC else whom.name,
        soft=_soft(of("identity", soft=True), of("language", soft=True), of("modality", soft=True), of("credential", soft=True)),
        after=listed(late),
        is_service=whom.is_service,
        where=_where(areas, wants.telehealth(request) if profile.allows("telehealth") else "", wants),
        does=tuple(dict.fromkeys(does)),
        experience=_in_one_breath(specialties),
        pay=pay,
        has=tuple(has),
    )


def _speaking(spoken: Sequence[Want]) -> str:
    """Name languages before a noun: Spanish- or Portuguese-speaking."""
    return f"{either([f'{want.say}-' for want in spoken[:-1]] + [spoken[-1].say], joint(spoken, 'or'))}-speaking" if spoken else ""


def _soft(identity: Sequence[Want], languages: Sequence[Want], ways: Sequence[Want], credentials: Sequence[Want]) -> tuple[str, ...]:
    """Name what is only preferred, as noun phrases."""
    styled, plain, late = _traits(identity)
    speaking = [f"{want.say}-speaking" if want.say not in _SIGNED else f"{want.say}-fluent" for want in languages]
    noun = either([want.say for want in credentials], "or") or "clinician"
    whom = clauses(", ".join([*styled, *speaking]), plain)
    someone = [f"{a(clauses(whom, noun))}"] if whom or credentials else []
    return (
        *someone,
        *(f"someone {trait.removeprefix('who is ')}" for trait in late),
        *([either([want.say for want in ways], joint(ways, "or"))] if ways else []),
    )


def _needless(populations: Sequence[Want], wants: Wants, whom: _Whom) -> set[str]:
    """Give the populations that go without saying beside the others, or beside the profession."""
    needless = {want.say for want in populations if goes_without_saying(want, wants)}
    needless |= {"children"} if any(want.say == "young children" for want in populations) else set()
    needless |= {"couples"} if regex.search(r"\b(?:premarital|marriage)\b", whom.name) else set()
    if "couples" in whom.name:
        needless |= {want.say for want in populations if want.say in _STAGES and not want.is_stated}
    return needless


def are_states(areas: Sequence[str], wants: Wants) -> bool:
    """Whether areas are whole states."""
    return bool(areas) and set(areas) <= {place.state.name for place in wants.places if place.state}


def _pairs_last(items: Sequence[str]) -> str:
    """List names of people; one that holds a pair comes last, after a comma: older adults, farm and ranch families."""
    pairs = [each for each in items if " and " in each]
    if len(items) < 2 or len(pairs) != 1:
        return listed(items)
    return ", ".join([*(each for each in items if each not in pairs), *pairs])


def _in_one_breath(items: Sequence[str]) -> str:
    """List what may hold a pair: the pair comes last and lends its `and` to the list: stress, grief and loss."""
    pairs = [each for each in items if _PAIR.fullmatch(each)]
    if len(items) == len(pairs) == 2:
        return " as well as ".join(items)
    if len(items) < 2 or len(pairs) != 1:
        return listed(items)
    return ", ".join([*(each for each in items if each not in pairs), *pairs])


def unnamed(wants: Wants) -> frozenset[Want]:
    """Give what follows from details and is not named in the text, since there is no room for it or seldom a need."""
    requests = range(1, wants.requests + 1) if wants.requests > 1 else (0,)
    groups = [wants.of(slot, request) for slot in SLOTS for request in requests]
    named = {want for group in groups for want in _fitting(group) if not goes_without_saying(want, wants)}
    return frozenset(want for want in wants.wants if want not in named)


def goes_without_saying(want: Want, wants: Wants) -> bool:
    """Whether a want goes without saying beside others: adults, for somebody of whom no more is asked."""
    return want.say == "adults" and not want.is_stated and len(wants.wants) > 1


def _fitting(wants: Sequence[Want]) -> list[Want]:
    """Give what is stated of a slot, and as much of what follows from details as fits: one thing beside as many as that are stated."""
    told = [want for want in wants if not want.is_stated and want.chance > NEVER]
    inferred = [want for want in told if want.chance > NAMED]
    if wants and wants[0].slot == "specialty" and not inferred and not any(want.is_stated for want in wants):
        inferred = told[:1]
    if wants and (most := _MOST.get(wants[0].slot)) is not None:
        stated = sum(want.is_stated for want in wants)
        ranked = sorted(inferred, key=lambda want: (want.say != _COUPLES, want.say == "adults", -want.chance, want.say not in _STAGES))
        room = max(most - stated, stated <= most)
        inferred = ranked[:room] + [want for want in ranked[room:] if want.chance >= MORE][:_MORE]
    return [want for want in wants if want.is_stated or want in inferred]


@dataclass(frozen=True, slots=True)
class _Whom:
    """Whom a request looks for: a profession, a program, or somebody who offers something."""

    name: str
    tools: tuple[str, ...]
    offers: tuple[str, ...]
    is_service: bool = False


def _whom(modalities: Sequence[Want], credentials: Sequence[str], served: Sequence[str], profile: Profile) -> _Whom:
    """Find the noun that a request is about, and what is left to say of what it is trained in and offers."""
    tools, offers, roles, services = _modalities(modalities)
    generic, precise = [], []
    for each in credentials:
        role = _ROLE_AND_NOUN.fullmatch(each)
        if role is not None:
            roles = list(dict.fromkeys([role["role"], *roles]))
            generic.append(role["noun"])
        elif each in GENERIC:
            generic.append(each)
        elif _STANDING.match(each) is None:
            precise.append(each)
    if "couples" in served and not services and not precise and not {"family", "premarital", "marriage"} & set(roles):
        roles = list(dict.fromkeys(["couples", *roles]))
    if precise:
        offers = [*(f"{role} therapy" for role in roles), *services, *offers]
        return _Whom(either(precise, "or"), tuple(tools), tuple(offers), is_service=all(_PLACE_OF_WORK.search(each) for each in precise))
    if services and not (generic or roles):
        return _Whom(either([_ARTICLE.sub("", service) for service in services], "or"), tuple(tools), tuple(offers), is_service=True)
    noun = next(iter(generic), "therapist" if roles else profile.head)
    if _THERAPIST_ONLY & set(roles):
        noun = "therapist"
    elif not (generic or roles) and any(_EVALUATES.search(each) for each in offers):
        noun = "provider"
    return _Whom(clauses(either(roles, "and"), noun), tuple(tools), (*services, *offers))


def _modalities(wants: Sequence[Want]) -> tuple[list[str], list[str], list[str], list[str]]:
    """Sort modalities: what one is trained in, what one offers, what makes a role (couples therapist), what is a service (an IOP)."""
    tools, offers, roles, services = [], [], [], []
    for want in wants:
        role = _ROLES.fullmatch(want.say)
        service = _SERVICE.fullmatch(want.say)
        if role is not None:
            roles.append(role["role"])
        elif service is not None:
            services.append(want.say)
        elif _OFFERED.fullmatch(want.say):
            offers.append(want.say)
        elif want.say.endswith(" couples therapy") and " of " not in want.say:
            tools.append(want.say.removesuffix(" couples therapy"))
            roles.append("couples")
        else:
            tools.append(want.say)
    return tools, offers, list(dict.fromkeys(roles)), services


def _traits(wants: Sequence[Want]) -> tuple[list[str], str, list[str]]:
    """Give what stands before the noun, in two ranks, and what stands after it: `kink-aware`, `Black male`, `familiar with LDS culture`."""
    late = [want for want in wants if _AFTER.search(want.say)]
    early = [want for want in wants if want not in late]
    styled = [want.say for want in early if _STYLED.search(want.say) or (want.say[0].islower() and want.say not in _GENDERS)]
    plain = [want for want in early if want.say not in styled]
    plain.sort(key=lambda want: want.say in _GENDERS)
    alternatives = any(want.joined == "or" for want in plain) and not any(want.say in _GENDERS for want in plain)
    who = either([want.say for want in plain], "or") if alternatives else " ".join(want.say for want in plain)
    return styled, who, [want.say for want in late]


def _predicates(traits: Sequence[str]) -> list[str]:
    """Say traits that stand after a noun with their verbs: is familiar with LDS culture, has an immigrant background."""
    being, others = [], []
    for trait in traits:
        first, _, rest = trait.partition(" ")
        if first == "with":
            others.append(f"has {rest}")
        elif first == "experience":
            others.append(f"has {trait}")
        elif first == "who" and not rest.startswith("is "):
            others.append(rest)
        else:
            being.append(rest.removeprefix("is ") if first == "who" else trait)
    return ([f"is {both(being)}"] if being else []) + others


def _merged(traits: Sequence[str]) -> list[str]:
    """Join traits that begin alike: familiar with Jewish life and South Asian faiths."""
    by_head: dict[str, list[str]] = {}
    for trait in dict.fromkeys(traits):
        head = regex.match(r"\w+ (?:with|in|about|of) ", trait)
        by_head.setdefault(head[0] if head else trait, []).append(trait)
    return [head if head == same[0] else head + listed([each.removeprefix(head) for each in same]) for head, same in by_head.items()]


def _plans(wants: Sequence[Want]) -> list[str]:
    """Name plans; what a draft calls by two names side by side is one plan: Medicaid (Passport)."""
    out: list[str] = []
    for want in wants:
        name = want.written or want.say
        if want.joined == "same" and out:
            out[-1] = f"{out[-1]} ({name})" if "(" not in out[-1] else f"{out[-1]} {name}"
        else:
            out.append(name)
    return out


def _pay(payers: Sequence[str], join: str, fees: Sequence[str], profile: Profile) -> Pay:
    """Sort who pays and what it may cost."""
    if profile.fee == "drop-amounts":
        fees = list(dict.fromkeys(filter(None, (_AMOUNT.sub("", fee).strip() for fee in fees))))
    offers = [a(fee) if fee.startswith("sliding") else "low fees" if fee == "low fee" else fee for fee in fees if _HAS_FEE.match(fee)]
    others = [fee for fee in fees if not (_HAS_FEE.match(fee) or any(other.startswith(f"{fee} ") for other in fees))]
    return Pay(
        tuple(payers),
        join,
        takes=tuple(fee for fee in others if _TAKES_FEE.match(fee) or fee.startswith("private pay")),
        stands=tuple(fee for fee in others if not (_TAKES_FEE.match(fee) or fee.startswith("private pay"))),
        offers=tuple(offers),
    )


def _times(wants: Sequence[Want]) -> list[str]:
    """Give the times: openings of several kinds share the word, and how soon they should be stands behind them."""
    said = [want.say for want in wants if want.say != _CURRENT]
    kinds = [each.removesuffix(" openings") for each in said if each.endswith(" openings")]
    times = [each for each in said if each.startswith("openings ") and not _SOON.match(each)]
    soon = [each.removeprefix("openings ") for each in said if _SOON.match(each)][:1]
    rest = [each for each in said if not each.endswith(" openings") and not each.startswith("openings ")]
    bare = [each.removeprefix("openings ") for each in times]
    never = clauses(*(each for each in bare if each.startswith("(")))
    bare = [each for each in bare if not each.startswith("(")]
    kinds = [each for each in kinds if not any(regex.search(rf"\b{regex.escape(each)}", other, regex.IGNORECASE) for other in bare)]
    kinds = [_MANY_DAYS.sub(r"\1", each) for each in kinds]
    named = [f"{either(kinds, joint(wants, 'or'))} openings"] if kinds else []
    named += [f"openings {either(bare, 'or')}"] if bare else []
    when = clauses(either(named, "or") if named else "openings" if never else "", never)
    if soon:
        when = f"{when} ({soon[0]})" if when else f"openings {soon[0]}"
    return ([when] if when else []) + rest


def _where(areas: Sequence[str], ways: str, wants: Wants) -> str:
    """Say where: the area of the office, or telehealth in a state."""
    states = {place.region.name for place in wants.places if place.region and place.region.kind == "state"} | {
        place.state.name for place in wants.places if place.state
    }
    narrow = [area for area in areas if area not in states]
    wide = [area for area in areas if area in states]
    if narrow and not wide and "telehealth" in ways and len(states) == 1:
        wide = [*states]  # a licence is for a state, wherever the counselor sits
    at = located(narrow or areas) if areas else ""
    through = f"in {either(wide, 'or')}" if wide and (narrow or "telehealth" in ways) else ""
    if not ways:
        return at if narrow or not wide else f"in {either(wide, 'or')}"
    if ways.startswith("in person") and "telehealth" not in ways:
        return clauses(at, "(in person only)" if "only" in ways else "(in person)")
    if ways == "telehealth only" or (ways == "telehealth" and not narrow):
        return clauses("via telehealth", "only" if "only" in ways else "", through or at)
    if ways == "in person or telehealth" and narrow and wide:
        return clauses("in person", at, "or via telehealth", through)
    if ways == "in person or telehealth":
        return clauses(at if narrow else "", "(in person or telehealth)", through)
    return clauses(at.replace(" or the ", "/").replace(" or ", "/") if len(narrow) == 2 else at, "or via telehealth", through)


def joint(wants: Iterable[Want], otherwise: str) -> str:
    """Give the word that joins wants of a slot, as the draft does; `otherwise` if it says neither."""
    said = {want.joined for want in wants} - {"", "same"}
    return said.pop() if len(said) == 1 else otherwise
