"""Shared: what every command needs: refusals, options, drafts to read, and the detector that reads them."""

from __future__ import annotations

import socket
import sys
import traceback
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from safeharbor.errors import SafeHarborError, SettingsError
from safeharbor.labels import PARAGRAPHS

if TYPE_CHECKING:
    from safeharbor.draft import Draft
    from safeharbor.rewrite.profiles import House
    from safeharbor.rewrite.propose import Rewriter
    from safeharbor.rewrite.wants import Reader
    from safeharbor.risk.assess import Assessor
    from safeharbor.risk.describe import Library
    from safeharbor.risk.regions import Region, Regions
    from safeharbor.rulebook import Rulebook
    from safeharbor.settings import Settings
    from safeharbor.sources import Source

EXIT_BAD_USE = 2
EXIT_NOT_CHECKED = 3


class Group(click.Group):
    """Turns every refusal into one line and an exit code, and keeps drafts out of what an unforeseen error prints."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except SafeHarborError as error:
            stop(str(error), EXIT_BAD_USE)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001
            # The message of an unforeseen error may quote what was read, so only its kind and place are told.
            place = traceback.extract_tb(error.__traceback__)[-1]
            stop(
                f"internal error, nothing was decided about the drafts: {type(error).__name__} at "
                f"{Path(place.filename).name}:{place.lineno}",
                EXIT_NOT_CHECKED,
            )


def stop(message: str, code: int) -> NoReturn:
    """Say one line on standard error and exit."""
    from safeharbor.draft import one_line  # noqa: PLC0415

    click.echo(f"safeharbor: {one_line(message)}", err=True)
    sys.exit(code)


@cache
def the_rulebook() -> Rulebook:
    """Read the rules that ship, once. Raises RuleError."""
    from safeharbor.rulebook import Rulebook  # noqa: PLC0415

    return Rulebook.load()


@cache
def the_library() -> Library:
    """Read the tables, stories and regions that ship, once. Raises RuleError."""
    from safeharbor.risk.describe import Library  # noqa: PLC0415

    return Library.load(the_rulebook())


@cache
def the_reader() -> Reader:
    """Read the tables of needs and requests that ship, once. Raises RuleError."""
    from safeharbor.rewrite.wants import Reader  # noqa: PLC0415

    return Reader(the_rulebook(), the_library().regions)


def rule_ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """Give the rule ids that begin as typed, for completion."""
    return [rule.id for rule in the_rulebook().rules if rule.id.startswith(incomplete)]


def choose(select: tuple[str, ...], ignore: tuple[str, ...]) -> Rulebook:
    """Load the rulebook, less what was not asked for. A letter stands for all rules of its paragraph."""
    rulebook = the_rulebook()

    def expand(names: tuple[str, ...]) -> list[str]:
        out = []
        for name in (part for names_ in names for part in names_.split(",") if part):
            if name in PARAGRAPHS or name.upper() in PARAGRAPHS:
                paragraph = name if name in PARAGRAPHS else name.upper()
                out += [rule.id for rule in rulebook.rules if rule.paragraph == paragraph]
            else:
                out.append(rulebook[name].id)
        return out

    if select:
        rulebook = rulebook.only(*expand(select))
    return rulebook.without(*(rule_id for rule_id in expand(ignore) if any(rule.id == rule_id for rule in rulebook.rules)))


language_model = click.option(
    "--language-model",
    multiple=True,
    envvar="SAFEHARBOR_LANGUAGE_MODEL",
    show_envvar=True,
    metavar="NAME",
    help="The spaCy pipeline that reads names and places: ours, any that is installed, or none. Repeat it to have several read. "
    "[default: your settings, else en_safeharbor]",
)


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where and to whom a draft is posted; without them the settings hold."""
    for option in (
        click.option("--region", metavar="PLACE", help="Where the readers live, such as 'Portland metro'. [default: your settings]"),
        click.option("--readers", type=click.IntRange(1), help="About how many people read it. [default: your settings, else 3000]"),
        click.option("--target", type=click.IntRange(2), help="How many people should fit at least. [default: your settings, else 11]"),
    ):
        command = option(command)
    return command


profile_option = click.option(
    "--profile",
    metavar="NAME",
    help="The rules of a group: a name such as freetree, or a .yaml file of your own. [default: your settings, else good-2018]",
)


def load_house(profile: str | None) -> House | None:
    """Load the rules of a group whose words are to be looked for: that of the option, or of settings that name another than ours."""
    from safeharbor.rewrite.profiles import DEFAULT, load_profile  # noqa: PLC0415

    name = profile or load_settings().profile
    return load_profile(name, the_rulebook()) if profile or name != DEFAULT else None


def load_settings() -> Settings:
    """Read the settings that hold in this folder. Raises SettingsError."""
    from safeharbor.settings import find, load  # noqa: PLC0415

    return load(find(Path.cwd()))


def make_assessor(*, region: str | None = None, readers: int | None = None, target: int | None = None) -> Assessor:
    """Make what assesses risk, from the settings and what options say instead. Raises SettingsError for a place that is not known."""
    from safeharbor.risk.assess import Assessor  # noqa: PLC0415
    from safeharbor.risk.describe import Practice  # noqa: PLC0415

    settings = load_settings()
    library = the_library()
    practice = Practice(
        known_place(library.regions, region or settings.region, "region"),
        known_place(library.regions, settings.practice, "practice"),
        {
            known.name: shares
            for name, shares in settings.shares.items()
            if (known := known_place(library.regions, name, "shares")) is not None
        },
    )
    library.tables.refuse_unknown(shares for shares in settings.shares.values())
    return Assessor(library, practice, target or settings.target, readers or settings.readers)


def make_rewriter(detector: Any, assessor: Assessor, profile: str | None, *, copies: bool) -> Rewriter:
    """Make what rewrites drafts as a profile has it, by default the one of the settings. Raises SettingsError, RuleError.

    With `copies`, a rewrite may hold words of the draft that no table knows, so it is only for output that may show text.
    """
    from safeharbor.rewrite.profiles import load_profile  # noqa: PLC0415
    from safeharbor.rewrite.propose import Rewriter  # noqa: PLC0415

    house = load_profile(profile or load_settings().profile, the_rulebook())
    return Rewriter(the_reader(), house, detector.detect, assessor, copies)


def known_place(regions: Regions, name: str, key: str) -> Region | None:
    """Give the place that a setting names, or None if it names none. Raises SettingsError for one that is not known."""
    found = regions.find(name) if name else ()
    if name and not found:
        msg = f"{key}: {name!r} is not in the table of places; try a city with its state, such as 'Bend, OR', or a metro, county or state"
        raise SettingsError(msg)
    return found[0] if found else None


def refuse_wrong_paths(paths: tuple[Path, ...]) -> None:
    """Refuse, before anything is read, a path that is not there or is a folder."""
    for path in paths:
        if str(path) != "-" and path.is_dir():
            msg = f"{path} is a folder; name the files in it, such as {path}/*.txt"
            raise SettingsError(msg)
        if str(path) != "-" and not path.exists():
            msg = f"{path} is not there"
            raise SettingsError(msg)


def one_draft(path: Path | None, encoding: str) -> Draft:
    """Read the one draft of a path, or of standard input; stop where it cannot be read. Raises SettingsError for a queue."""
    paths = () if path is None else (path,)
    refuse_wrong_paths(paths)
    sources = list(read_sources(paths, encoding))
    if len(sources) != 1:
        msg = f"this takes one draft, and {len(sources)} were given"
        raise SettingsError(msg)
    if sources[0].problem is not None:
        stop(f"{sources[0].draft.name}: {sources[0].problem}", EXIT_NOT_CHECKED)
    return sources[0].draft


def read_sources(paths: tuple[Path, ...], encoding: str) -> Iterator[Source]:
    """Read the drafts of some paths, or of standard input."""
    from safeharbor.sources import read_file, read_stream  # noqa: PLC0415

    for path in paths or (Path("-"),):
        if str(path) != "-":
            yield from read_file(path, encoding)
            continue
        if sys.stdin.isatty():
            end = "Ctrl-Z and Enter" if sys.platform == "win32" else "Ctrl-D"
            click.echo(f"Paste your draft, then press {end} on a new line. It stays on this machine.", err=True)
        yield from read_stream(sys.stdin.buffer, encoding)


def make_detector(rulebook: Rulebook, models: tuple[str, ...]) -> Any:
    """Make the detector of a rulebook with language models."""
    # Presidio imports an HTTP client, which opens a socket to see whether the machine has IPv6. This process needs no network.
    socket.has_ipv6 = False
    from safeharbor.detect.engine import Detector, load_for  # noqa: PLC0415

    return Detector(rulebook, load_for(rulebook, models))
