"""Matching: a rule's patterns and word lists run over a page, each hit weighed by its surroundings and its check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import regex

from safeharbor.detect.checks import CHECKS, FINDERS
from safeharbor.detect.page import Page
from safeharbor.detect.patterns import Pattern, surroundings
from safeharbor.detect.required import Sought
from safeharbor.errors import RuleError
from safeharbor.labels import Certainty
from safeharbor.rulebook import HIT, Exclusion, Find, Rule, Rulebook
from safeharbor.words import WordList, tokens, undisguise

HIT_MARK = "{{HIT}}"
_WORD = 40
"""Characters on each side of a hit in which its neighbouring word is looked for."""
_LISTED = regex.compile(
    r"(?P<left>\.\+ |\{\{HIT\}\} )?\{\{words:(?P<list>[\w/-]+)\}\}(?: \{\{words:(?P<list>[\w/-]+)\}\})*(?P<right> \.\+| \{\{HIT\}\})?"
)
"""Contexts that only ask whether a word is listed. They are looked up, since a pattern of thousands of words is slow."""

Context = Callable[[Sought, Sought], bool]
"""Whether something holds of a hit and of its surroundings, where HIT stands for the hit."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a find matched in a reading, and how sure it is."""

    start: int
    end: int
    certainty: Certainty
    find: Find
    chance: float | None = None
    """The chance that the label is right, if our language model told it."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A find made ready to run."""

    find: Find
    pattern: Pattern | None
    words: WordList | None
    needs: tuple[Context, ...]
    unless: tuple[Context, ...]


class Matcher:
    """The finds of one rule or exclusion, compiled. Raises RuleError, with file and line, for a part that cannot be used."""

    def __init__(self, owner: Rule | Exclusion, rulebook: Rulebook) -> None:
        """Compile every find of `owner`."""
        self._rulebook = rulebook
        self._owner = owner
        self.patterns: list[Pattern] = []
        shared = owner.unless if isinstance(owner, Rule) else ()
        always = tuple(self._context(pattern, f"unless[{at}]") for at, pattern in enumerate(shared))
        self._finds = tuple(self._compile(find, at, always) for at, find in enumerate(owner.find))

    def hits(self, page: Page) -> Iterator[Hit]:
        """Give every accepted hit in a page's reading. Raises TimeoutError when a pattern takes longer than the limit."""
        for compiled in self._finds:
            for start, end, chance in _candidates(compiled, page):
                certainty = _weigh(compiled, page.text, start, end)
                if certainty is not None:
                    yield Hit(start, end, certainty, compiled.find, chance)

    def _compile(self, find: Find, at: int, always: tuple[Context, ...]) -> _Compiled:
        where = f"find[{at}]"
        for name, known, part in ((find.check, CHECKS, "check"), (find.finder, FINDERS, "finder")):
            if name is not None and name not in known:
                self._refuse(f"{where}.{part}", f"{part} is {name!r}; use {', '.join(known)}")
        return _Compiled(
            find,
            None if find.pattern is None else self._pattern(find.pattern, f"{where}.pattern", ignore_case=find.case == "any"),
            None if find.words is None else self._words(find.words, f"{where}.words"),
            tuple(self._context(pattern, f"{where}.needs[{n}]") for n, pattern in enumerate(find.needs)),
            always + tuple(self._context(pattern, f"{where}.unless[{n}]") for n, pattern in enumerate(find.unless)),
        )

    def _pattern(self, pattern: str, part: str, *, ignore_case: bool) -> Pattern:
        made = Pattern(pattern, self._rulebook, where=self._rulebook.where(self._owner.id, part), ignore_case=ignore_case)
        self.patterns.append(made)
        return made

    def _words(self, name: str, part: str) -> WordList:
        try:
            return self._rulebook.words(name)
        except RuleError as error:
            self._refuse(part, str(error))
            raise

    def _context(self, pattern: str, part: str) -> Context:
        listed = _LISTED.fullmatch(pattern)
        if listed is not None:
            lists = [self._words(name, part) for name in listed.captures("list")]
            return _look_up(lists, listed["left"] or "", listed["right"] or "")
        return self._pattern(pattern, part, ignore_case=True).holds

    def _refuse(self, part: str, reason: str) -> None:
        msg = f"{self._rulebook.where(self._owner.id, part)}: {reason}"
        raise RuleError(msg)


def _look_up(lists: list[WordList], left: str, right: str) -> Context:
    """Make a context that looks up the whole hit, its first or last words, or the word right before or after it."""

    def beside(_: Sought, around: Sought) -> bool:
        before, __, after = around.text.partition(HIT)
        before, after = before[-_WORD:], after[:_WORD]
        side = tokens(before if right else after)
        if not side:
            return False
        word = side[-1 if right else 0]
        gap = before[word.end :] if right else after[: word.start]
        return gap in (" ", ". ") and word.key in lists[0].entries

    def inside(hit: Sought, _: Sought) -> bool:
        keys = [token.key for token in tokens(hit.text)]
        if not (left or right) and len(lists) == 1:
            return " ".join(keys) in lists[0].entries or undisguise(hit.text) in lists[0].entries
        if len(keys) < len(lists) + bool(left or right) or (not (left or right) and len(keys) != len(lists)):
            return False
        looked = keys[-len(lists) :] if left else keys[: len(lists)]
        return all(key in words.entries for key, words in zip(looked, lists, strict=True))

    return beside if HIT_MARK in left + right else inside


def _candidates(compiled: _Compiled, page: Page) -> Iterator[tuple[int, int, float | None]]:
    find = compiled.find
    text = page.text
    if compiled.pattern is not None:
        for match in compiled.pattern.finditer(page.sought):
            start, end = match.span("hit" if "hit" in match.re.groupindex else 0)
            if start < end:
                yield start, end, None
    elif compiled.words is not None:
        yield from ((start, end, None) for start, end in compiled.words.find(page.words, text))
    elif find.finder is not None:
        yield from ((start, end, None) for start, end in FINDERS[find.finder](text))
    else:
        for named in page.named:
            is_sure = (named.chance or 0.0) >= find.at_least
            if named.label == (find.model or find.entity) and named.is_ours == (find.model is not None) and is_sure:
                yield named.start, named.end, named.chance


def _weigh(compiled: _Compiled, text: str, start: int, end: int) -> Certainty | None:
    """Give how sure a candidate is, or None if its case, surroundings or check rule it out."""
    find = compiled.find
    hit = text[start:end]
    if find.case == "capital" and not _is_capitalised(hit):
        return None
    own, around = Sought(hit), surroundings(text, start, end)
    if compiled.needs and not any(context(own, around) for context in compiled.needs):
        return None
    if any(context(own, around) for context in compiled.unless):
        return None
    if find.check is None:
        return find.certainty
    if CHECKS[find.check](hit):
        return _surer(find)
    return find.certainty if find.on_fail == "keep" else None


def _is_capitalised(hit: str) -> bool:
    """Whether a name is written as one: only its short words, such as `of` and `the`, may begin in lower case."""
    return hit[0].isupper() and not any(word[0].islower() and len(word) > 3 for word in hit.split())


def _surer(find: Find) -> Certainty:
    """Give the certainty of a hit that passed its check: check digits make it sure, calendars and plans only plausible."""
    return find.certainty if find.check in _PLAUSIBLE else "checksum"


_PLAUSIBLE = frozenset(
    {
        "calendar-date",
        "day-of-month",
        "born-over-89",
        "class-over-89",
        "us-phone",
        "local-phone",
        "look-alike-phone",
        "vanity-phone",
        "world-phone-length",
        "ssn",
        "spoken-ssn",
        "mbi",
        "long-code",
    }
)
