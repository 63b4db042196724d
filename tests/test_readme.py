"""The README's commands and snippets do what it says."""

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from safeharbor.cli import main
from safeharbor.cli.check import FORMATS
from tests.picture import draw

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands():
    for block in blocks("sh"):
        for line in block.splitlines():
            yield line.split("#")[0].strip()


def test_the_main_job_finds_goods_neighbourhoods_and_exits_1():
    (command,) = (line for line in commands() if "pip install . " in line)
    arguments = command.split(".venv/bin/safeharbor ")[1].split()
    done = subprocess.run([sys.executable, "-m", "safeharbor.cli", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "(B)" in done.stdout


def test_the_test_command_is_what_ci_runs():
    (command,) = (line for line in commands() if "pytest" in line)
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "pip install --quiet -e '.[test]'" in ci
    assert "-e '.[test]'" in command
    assert "python -m pytest" in command
    assert "python -m pytest" in ci


@pytest.mark.parametrize("line", [line for line in commands() if line.startswith("safeharbor ")])
def test_every_command_shown_is_one_that_exists(line):
    words = line.split()
    result = CliRunner().invoke(main, [words[1], "--help"])
    assert result.exit_code == 0


@pytest.mark.parametrize("line", [line for line in commands() if line.startswith(("safeharbor rules", "safeharbor explain"))])
def test_commands_without_a_draft_run_as_shown(line):
    assert CliRunner().invoke(main, line.split()[1:]).exit_code == 0


def test_every_format_and_option_named_exists_and_every_one_is_named():
    shown = set(re.findall(r"`(--[a-z-]+)", README))
    options = {
        name for command in main.commands.values() for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)
    }
    assert shown <= options
    assert {name for name in re.findall(r"`([a-z]+)`(?:, `([a-z]+)`)? \|", README) for name in name if name} >= set(FORMATS)


def test_the_python_snippets_run(tmp_path):
    script = tmp_path / "snippets.py"
    script.write_text("\n".join(blocks("python")))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert "g-ssn" in done.stdout
    assert "987-65-4321" in done.stdout


def collapsed(text):
    return " ".join(text.split())


def test_the_rewrite_shown_is_what_the_program_writes():
    made = CliRunner().invoke(main, ["rewrite", str(ROOT / "corpora" / "good-2018.txt")]).stdout.strip()
    assert f"> *Rewrite:* {made}" in README


def test_the_risk_shown_is_what_the_program_says():
    (shown,) = re.findall(r"```\n(Very likely.*?)```", README, re.DOTALL)
    told = CliRunner().invoke(main, ["risk", str(ROOT / "corpora" / "good-2018.txt"), "--show-text"]).output
    assert collapsed(shown) in collapsed(told)


def test_the_picture_shows_todays_output():
    def words(svg):
        # Sorted, since versions of rich break lines at other words.
        return sorted(html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", svg, flags=re.DOTALL)).split())

    assert words((ROOT / "corpora" / "good-2018.svg").read_text(encoding="utf-8")) == words(draw())
