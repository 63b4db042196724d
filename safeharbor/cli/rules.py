"""Rules: list and explain the rules, and print what editors and shells want."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from safeharbor.cli.shared import rule_ids, the_rulebook
from safeharbor.labels import PARAGRAPH_TITLE, PARAGRAPHS, citation

if TYPE_CHECKING:
    from safeharbor.rulebook import Rule


@click.command()
@click.option("--paragraph", type=click.Choice(PARAGRAPHS), help="Only the rules of this paragraph.")
def rules(paragraph: str | None) -> None:
    """List the rules by paragraph of 45 CFR 164.514(b)(2)."""
    rulebook = the_rulebook()
    for letter in PARAGRAPHS if paragraph is None else [paragraph]:
        ours = [rule for rule in rulebook.rules if rule.paragraph == letter]
        click.secho(f"({letter}) {PARAGRAPH_TITLE[letter]}", bold=True)
        for rule in ours:
            click.echo(f"  {rule.id:<34} {rule.severity:<8} {rule.title}")
    click.echo(
        f"\n{sum(paragraph in (None, rule.paragraph) for rule in rulebook.rules)} rules. `safeharbor explain RULE` says more of one."
    )


@click.command()
@click.argument("rule_id", metavar="RULE", shell_complete=rule_ids)
def explain(rule_id: str) -> None:
    """Explain a rule: the law, why it asks, what to write instead, and examples of both kinds."""
    _explain(the_rulebook()[rule_id])


def _explain(rule: Rule) -> None:
    from safeharbor.marked import unmark  # noqa: PLC0415

    click.secho(f"{rule.id}: {rule.title}", bold=True)
    click.echo(f"{citation(rule.paragraph)}, {PARAGRAPH_TITLE[rule.paragraph]} · {rule.severity}\n")
    click.echo(f"Why      {rule.why.strip()}")
    click.echo(f"Instead  {rule.instead.strip()}\n")
    click.echo("Flagged")
    for example in rule.examples.flag:
        text, answers = unmark(example, labelled=False)
        at = 0
        click.echo("  ", nl=False)
        for answer in answers:
            click.echo(text[at : answer.span.start].replace("\n", " "), nl=False)
            click.secho(text[answer.span.start : answer.span.end].replace("\n", " "), nl=False, underline=True, fg="red")
            at = answer.span.end
        click.echo(text[at:].replace("\n", " "))
    click.echo("Left alone")
    for example in rule.examples.passes:
        click.echo(f"  {example}".replace("\n", " "))
    click.echo(f"\nSource   {rule.source}")


@click.command(hidden=True)
def schema() -> None:
    """Print the JSON Schema of a rule file, for editors."""
    import json  # noqa: PLC0415

    from safeharbor.rulebook import schema as rule_schema  # noqa: PLC0415

    click.echo(json.dumps(rule_schema(), indent=2))
