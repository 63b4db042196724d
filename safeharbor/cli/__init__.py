"""The command line: the only rooms that open drafts, print and exit."""

from __future__ import annotations

import click

from safeharbor import __version__
from safeharbor.cli.check import check
from safeharbor.cli.init import init
from safeharbor.cli.measure import measure
from safeharbor.cli.redact import redact
from safeharbor.cli.rewrite import rewrite
from safeharbor.cli.risk import risk
from safeharbor.cli.rules import explain, rules, schema
from safeharbor.cli.shared import Group
from safeharbor.errors import SettingsError

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


@click.group(cls=Group, context_settings=_CONTEXT)
@click.version_option(__version__, message="safeharbor %(version)s")
def main() -> None:
    """Read a referral post before it is posted: find what HIPAA's Safe Harbor asks to leave out, and say what to write instead.

    \b
    Examples:
      safeharbor check                     paste a draft, see what to change
      safeharbor check draft.txt           check a file
      safeharbor check queue.jsonl         check a queue of posts, one a line
      safeharbor explain c-month-day       why a rule asks for what it asks

    Everything stays on this machine: no network, no log, nothing written.
    """  # noqa: D301 - click reads \b as "do not wrap this paragraph"


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell, such as `eval "$(safeharbor completion bash)"`."""
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    kind = get_completion_class(shell)
    if kind is None:
        msg = f"there is no completion for {shell}"
        raise SettingsError(msg)
    click.echo(kind(main, {}, "safeharbor", "_SAFEHARBOR_COMPLETE").source())


for command in (check, rewrite, risk, redact, init, rules, explain, measure, schema):
    main.add_command(command)
