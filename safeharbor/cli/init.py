"""Init: ask once what holds for every draft, and write it to a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from safeharbor.cli.shared import known_place, the_rulebook
from safeharbor.errors import SettingsError

if TYPE_CHECKING:
    from safeharbor.risk.regions import Regions


@click.command()
@click.option(
    "--here", is_flag=True, help="Write safeharbor.toml in this folder, for everyone who works in it, instead of your own settings."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def init(*, here: bool, force: bool) -> None:
    """Ask once where your readers live, where you practice and which group's rules you follow, and write the settings.

    \b
    Examples:
      safeharbor init
      safeharbor init --here
    """  # noqa: D301 - click reads \b as "do not wrap this paragraph"
    from safeharbor.rewrite.profiles import profile_names  # noqa: PLC0415
    from safeharbor.risk.regions import Regions  # noqa: PLC0415
    from safeharbor.rulebook import shelf  # noqa: PLC0415
    from safeharbor.settings import FILE, Settings, dump, users_file  # noqa: PLC0415

    path = Path(FILE) if here else users_file()
    if path.exists() and not force:
        msg = f"{path} is there already; edit it, or write over it with --force"
        raise SettingsError(msg)
    regions = Regions.load(shelf())
    click.echo("Each answer can stay empty. Nothing leaves this machine.", err=True)
    settings = Settings(
        region=_ask_place(regions, "Where do most readers of your group live? (a city with its state, a metro, a county or a state)"),
        practice=_ask_place(regions, "Where is your office?"),
        readers=click.prompt("About how many people read the group?", default=3000, type=click.IntRange(1, 100_000_000), err=True),
        target=click.prompt(
            "How many people should fit what a post reveals, at least? (11 is the common rule, 20 is stricter)",
            default=11,
            type=click.IntRange(2, 100_000),
            err=True,
        ),
        profile=click.prompt(
            "Whose rules should a rewrite follow?",
            default="good-2018",
            type=click.Choice(profile_names(the_rulebook())),
            show_choices=True,
            err=True,
        ),
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dump(settings), encoding="utf-8")
    except OSError as error:
        msg = f"{path} cannot be written ({type(error).__name__})"
        raise SettingsError(msg) from error
    click.echo(f"Written to {path}:", err=True)
    click.echo(dump(settings) or "(nothing differs from the default)")
    sys.exit(0)


def _ask_place(regions: Regions, question: str) -> str:
    """Ask for a place until one that the table knows, or none, is given; say what it was taken for."""
    while True:
        name: str = click.prompt(question, default="", show_default=False, err=True).strip()
        try:
            place = known_place(regions, name, "place")
        except SettingsError as error:
            click.echo(f"{error}.", err=True)
            continue
        if place is not None:
            click.echo(f"  {place.name}, about {place.population:,} people.", err=True)
        return name
