"""Rules: the policy as data, read strictly from the `rules/` folder, each file holding its own proof."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec
import regex
import yaml

from safeharbor.errors import RuleError
from safeharbor.labels import LABELS, About, Certainty, Paragraph, Severity
from safeharbor.words import WordList

HIT = "\ufffc"
"""Stands for the hit in a context pattern, where a rule file writes {{HIT}}."""

PREPARED = "prepared.msgpack"
"""The file beside the rules that holds their patterns compiled; it is written when safeharbor is built or installed."""
_FORMAT = 2
"""Raise it when what is prepared of a pattern changes, so that what was written before is not taken for it."""
_ID = re.compile(r"(?:[a-r]|ii)-[a-z0-9]+(?:-[a-z0-9]+)*")
_BRACES = re.compile(r"\{\{([A-Za-z0-9_:/-]+)\}\}")
_YAML_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

T = TypeVar("T")


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A value read from a rule file: unknown keys are refused, and nothing changes once it is read."""


class Examples(Strict, frozen=True, kw_only=True, rename={"passes": "pass"}):
    """A rule's proof: texts whose `[[…]]` marks must be flagged exactly, and texts in which nothing may be."""

    flag: tuple[str, ...]
    passes: tuple[str, ...]


class Find(Strict, frozen=True, kw_only=True):
    """One way to find a hit. Exactly one of `pattern`, `words`, `model`, `entity` and `finder` says what to look for."""

    pattern: str | None = None
    """A regular expression; the group `hit`, if there is one, is the hit."""
    words: str | None = None
    """A word list, or `list/kind` for the entries of one kind."""
    model: str | None = None
    """A label that our own language model reads."""
    entity: str | None = None
    """An entity label of another spaCy pipeline."""
    finder: str | None = None
    """A named finder from `safeharbor.detect.checks`, for formats that a library knows better."""
    at_least: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    """The chance, as our language model tells it, from which its word counts."""
    case: Literal["any", "exact", "capital"] = "any"
    """`exact` matches case as written; `capital` wants each word of the hit to begin with a capital."""
    check: str | None = None
    """A named check; a hit that passes is certain to the level of a checksum."""
    on_fail: Literal["drop", "keep"] = "drop"
    """What becomes of a hit that fails its check. Labelled numbers are kept: a typo discloses too."""
    needs: tuple[str, ...] = ()
    """Patterns of the hit in its surroundings, at least one of which must be there."""
    unless: tuple[str, ...] = ()
    """Patterns of the hit in its surroundings (or, without {{HIT}}, of the hit itself) that rule it out."""
    certainty: Certainty = "pattern"
    severity: Severity | None = None
    """Replaces the rule's severity for hits found this way."""
    about: About | None = None
    """Whose detail it is when the pattern itself says so; otherwise the cues of `rules/about/` decide."""

    def __post_init__(self) -> None:
        if sum(part is not None for part in (self.pattern, self.words, self.model, self.entity, self.finder)) != 1:
            msg = "say exactly one of pattern, words, model, entity or finder"
            raise ValueError(msg)
        if self.at_least and self.model is None:
            msg = "at_least is a chance that only our own model tells"
            raise ValueError(msg)


class Rule(Strict, frozen=True, kw_only=True):
    """An identifier to look for, why it may not be posted, and what to write instead."""

    id: str
    paragraph: Paragraph
    label: str
    title: str
    severity: Severity
    if_unknown: Severity | None = None
    """The severity of a hit when nothing says whose it is; the rule's own if not given."""
    find: tuple[Find, ...]
    unless: tuple[str, ...] = ()
    repeats: bool = False
    """Whether other mentions of an accepted hit are findings too, as for names."""
    replace: str
    """The phrase that stands in for a hit in masked text."""
    instead: str
    why: str
    source: str
    examples: Examples

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            msg = f"id is {self.id!r}; use the letter in lower case and words, such as c-age-over-89"
            raise ValueError(msg)
        if self.id.partition("-")[0] != self.paragraph.lower():
            msg = f"id {self.id} does not begin with its paragraph, {self.paragraph}"
            raise ValueError(msg)
        if self.label not in LABELS:
            msg = f"label is {self.label!r}, which is not one of the report contract's"
            raise ValueError(msg)
        if not self.find or not self.examples.flag or not self.examples.passes:
            msg = "a rule needs something to find, examples that it must flag and examples that it must pass"
            raise ValueError(msg)


class Exclusion(Strict, frozen=True, kw_only=True):
    """Text that looks like an identifier and is not: codes, scores, models named after people. A labelled number beats it."""

    id: str
    title: str
    find: tuple[Find, ...]
    paragraphs: tuple[Paragraph, ...] = ()
    """The paragraphs it speaks for; all that list an identifier, (A) to (R), if empty."""
    why: str
    source: str
    examples: Examples


class Cue(Strict, frozen=True, kw_only=True):
    """A sign of whose detail a hit is."""

    camp: Literal["client", "relative", "provider", "author"]
    pattern: str
    """Searched in the hit's sentence with {{HIT}} in the hit's place; a pattern without {{HIT}} counts less the farther it is."""
    weight: float = 2.0
    scope: Literal["sentence", "hit", "line", "signature", "draft"] = "sentence"
    case: Literal["any", "exact"] = "any"


class Attribution(Strict, frozen=True, kw_only=True):
    """How to tell whose detail a hit with one of these labels is."""

    id: str
    title: str
    labels: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    """Rules it speaks for by id, before any attribution that speaks for their label."""
    default: About
    """Whose it is when no cue speaks."""
    default_when_described: About | None = None
    """The same, for drafts that describe a client."""
    cues: tuple[Cue, ...]
    examples: Mapping[About, tuple[str, ...]]


class Phrase(Strict, frozen=True, kw_only=True):
    """A passage that a table gives a meaning; each kind of table adds what it means."""

    id: str
    pattern: str = ""
    """A regular expression that must begin and end where words do; the group `hit`, if there is one, is what counts."""
    unless: tuple[str, ...] = ()
    """Patterns of the hit in its surroundings (or, without {{HIT}}, of the hit itself) that rule it out."""
    case: Literal["any", "exact"] = "any"
    examples: tuple[str, ...] = ()
    """Texts whose `[[…]]` mark is exactly what is read as this phrase."""

    def __post_init__(self) -> None:
        if bool(self.pattern) != bool(self.examples):
            msg = f"{self.id} needs examples of its pattern, and a pattern for its examples"
            raise ValueError(msg)


@dataclass(frozen=True)
class Rulebook:
    """All rules, exclusions, attributions, fragments and word lists of one `rules/` folder, in the order of their ids."""

    folder: Path
    rules: tuple[Rule, ...]
    exclusions: tuple[Exclusion, ...]
    attributions: tuple[Attribution, ...]
    fragments: Mapping[str, str] = field(repr=False)
    lines: Mapping[str, Mapping[str, str]] = field(repr=False, compare=False)
    """For each id, where each part of its file stands, for messages."""
    memo: dict[tuple[Any, ...], Any] = field(default_factory=dict, repr=False, compare=False)
    """What was worked out once for a pattern or a fragment: what it needs, and how it is compiled."""

    def __getitem__(self, rule_id: str) -> Rule:
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        msg = f"there is no rule {rule_id}; `safeharbor rules` lists them"
        raise RuleError(msg)

    def only(self, *rule_ids: str) -> Rulebook:
        """Give a rulebook with just these rules. Raises RuleError for an unknown id."""
        return self._with(tuple(self[rule_id] for rule_id in sorted(set(rule_ids))))

    def without(self, *rule_ids: str) -> Rulebook:
        """Give a rulebook less these rules. Raises RuleError for an unknown id."""
        dropped = {self[rule_id].id for rule_id in rule_ids}
        return self._with(tuple(rule for rule in self.rules if rule.id not in dropped))

    def _with(self, rules: tuple[Rule, ...]) -> Rulebook:
        return Rulebook(self.folder, rules, self.exclusions, self.attributions, self.fragments, self.lines, self.memo)

    def words(self, name: str) -> WordList:
        """Give a word list by its file name without `.txt`, or as `list/kind` its entries of one kind. Raises RuleError."""
        base, _, kind = name.partition("/")
        return _word_list(self.folder / "words" / f"{base}.txt", kind)

    @cached_property
    def prepared(self) -> Mapping[str, bytes]:
        """Patterns prepared beforehand, by `pattern_key`; none if there are none for these fragments and this version of `regex`.

        Raises RuleError for a file that is damaged.
        """
        file = self.folder / PREPARED
        return _prepared(file, file.stat().st_mtime_ns, self.basis) if file.exists() else {}

    @property
    def basis(self) -> str:
        """What prepared patterns depend on beside their own text: the fragments, and the version of `regex` and of the file."""
        return pattern_key(repr((_FORMAT, regex.__version__, sorted(self.fragments.items()))), ignore_case=False)

    def where(self, owner: str, part: str) -> str:
        """Say in which file and line a part of a rule stands, such as `find[0].pattern`."""
        places = self.lines.get(owner, {})
        return places.get(f"$.{part}") or places.get("$") or owner

    def expand(self, pattern: str, *, where: str) -> tuple[str, tuple[str, ...]]:
        """Fill in a pattern's {{FRAGMENT}}s; give it with the names of the word lists that it uses as {{words:NAME}}."""
        lists: list[str] = []

        def fill(match: re.Match[str], seen: tuple[str, ...]) -> str:
            name = match[1]
            if name == "HIT":
                return HIT
            if name.startswith("words:"):
                lists.append(name[6:])
                return rf"\L<{list_key(name[6:])}>"
            if name not in self.fragments or name in seen:
                msg = f"{where}: the fragment {name} is {'defined by itself' if name in seen else 'not in fragments.yaml'}"
                raise RuleError(msg)
            return f"(?:{_BRACES.sub(lambda inner: fill(inner, (*seen, name)), self.fragments[name])})"

        expanded = _BRACES.sub(lambda match: fill(match, ()), pattern)
        return expanded, tuple(dict.fromkeys(lists))

    @staticmethod
    def load(folder: Path | None = None) -> Rulebook:
        """Read the rules of a folder, by default those that ship with safeharbor.

        Raises RuleError, with file and line, for a key, id, label or value that is not known, a key that stands twice,
        or a file whose name is not its rule's id.
        """
        if folder is None:
            folder = shelf()
        lines: dict[str, Mapping[str, str]] = {}
        rules = tuple(_load_all(folder / "identifiers", Rule, lines)) + tuple(_load_all(folder / "clues", Rule, lines))
        exclusions = tuple(_load_all(folder / "exclusions", Exclusion, lines))
        attributions = tuple(_load_all(folder / "about", Attribution, lines))
        fragments, _ = _read_yaml(folder / "fragments.yaml")
        if not isinstance(fragments, dict) or not all(isinstance(value, str) for value in fragments.values()):
            msg = f"{folder / 'fragments.yaml'}: fragments are names with one pattern each"
            raise RuleError(msg)
        return Rulebook(folder, rules, exclusions, attributions, fragments, lines)


def pattern_key(source: str, *, ignore_case: bool) -> str:
    """Give the name of a pattern among those that are prepared: the beginning of its checksum."""
    return hashlib.blake2b(f"{ignore_case:d}{source}".encode(), digest_size=9).hexdigest()


@cache
def _prepared(file: Path, _written: int, basis: str) -> Mapping[str, bytes]:
    try:
        made_for, rows = msgspec.msgpack.decode(file.read_bytes(), type=tuple[str, dict[str, bytes]])
    except msgspec.MsgspecError as error:
        msg = f"{file}: {error}; delete it, or install safeharbor anew"
        raise RuleError(msg) from error
    return rows if made_for == basis else {}


def load_tables(folder: Path, kind: type[T], lines: dict[str, Mapping[str, str]], files: str = "*.yaml") -> tuple[T, ...]:
    """Read every `.yaml` file of a folder as one value of a kind that has an `id`; `lines` is filled with where each part stands.

    `files` is a glob that picks some of them.

    Raises RuleError, with file and line, as `Rulebook.load` does.
    """
    return tuple(_load_all(folder, kind, lines, files))


def list_key(name: str) -> str:
    """Give the name under which a word list goes into a compiled pattern."""
    return re.sub(r"\W", "_", name)


def shelf() -> Path:
    """Find the rules: inside the installed package, or beside it in a checkout. Raises RuleError if neither is there."""
    here = Path(__file__).parent
    for folder in (here.parent / "rules", here / "rules"):
        if (folder / "identifiers").is_dir():
            return folder
    msg = f"no rules found beside {here}; the installation is incomplete, reinstall safeharbor"
    raise RuleError(msg)


def schema() -> dict[str, Any]:
    """Give the JSON Schema of a rule file, for editors."""
    return msgspec.json.schema(Rule)


@cache
def _word_list(path: Path, kind: str) -> WordList:
    return _word_list(path, "").of_kind(kind) if kind else WordList.read(path)


def _load_all(folder: Path, kind: type[T], lines: dict[str, Mapping[str, str]], files: str = "*.yaml") -> Iterator[T]:
    for file in sorted(folder.glob(files)):
        raw, places = _read_yaml(file)
        try:
            value = msgspec.convert(raw, kind, strict=False)
        except msgspec.ValidationError as error:
            reason, _, path = str(error).partition(" - at `")
            where = _nearest(places, path.rstrip("`") or "$") or f"{file}:1"
            msg = f"{where}: {reason}"
            raise RuleError(msg) from None
        name: str = value.id  # type: ignore[attr-defined]
        if name != file.stem:
            msg = f"{places.get('$.id', file)}: the id {name} is not the file's name, {file.stem}"
            raise RuleError(msg)
        lines[name] = places
        yield value


def _nearest(places: Mapping[str, str], path: str) -> str | None:
    """Find the line of a path, or of the nearest thing around it that has one."""
    while path:
        if path in places:
            return places[path]
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return places.get("$")


def _read_yaml(file: Path) -> tuple[Any, dict[str, str]]:
    """Read a file with every scalar a string, and where each part stands. Plain YAML reads `no` as False and 0123 as 83."""
    places: dict[str, str] = {}

    def build(node: yaml.Node, path: str) -> Any:
        places[path] = f"{file}:{node.start_mark.line + 1}"
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return [build(item, f"{path}[{at}]") for at, item in enumerate(node.value)]
        out: dict[str, Any] = {}
        for key, value in node.value:
            if key.value in out:
                msg = f"{file}:{key.start_mark.line + 1}: the key {key.value} stands twice"
                raise RuleError(msg)
            out[key.value] = build(value, f"{path}.{key.value}")
        return out

    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=_YAML_LOADER)
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{file}: cannot be read ({type(error).__name__})"
        raise RuleError(msg) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        msg = f"{file}:{mark.line + 1 if mark else 1}: {getattr(error, 'problem', None) or 'a character that YAML does not allow'}"
        raise RuleError(msg) from error
    if node is None:
        msg = f"{file}: the file is empty"
        raise RuleError(msg)
    return build(node, "$"), places
