"""The hook that other repositories call: masked, and closed on doubt."""

import shlex
import subprocess
import sys
from pathlib import Path

import yaml

HOOKS = Path(__file__).parent.parent / ".pre-commit-hooks.yaml"


def run_hook(*paths):
    (hook,) = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    program, *arguments = shlex.split(hook["entry"])
    assert program == "safeharbor"
    return subprocess.run(
        [sys.executable, "-m", "safeharbor.cli", *arguments, *map(str, paths)], capture_output=True, text=True, check=False
    )


def test_the_hook_fails_on_an_identifier_and_masks_it(tmp_path):
    note, clear = tmp_path / "note.md", tmp_path / "clear.md"
    note.write_text("# Intake\n\nclient ssn 987-65-4321\n")
    clear.write_text("# Openings\n\nTwo evening openings.\n")
    done = run_hook(note, clear)
    assert done.returncode == 1
    assert "note.md:3:12: error g-ssn" in done.stdout
    assert "987" not in done.stdout
    assert "2 drafts, 1 finding" in done.stdout


def test_the_hook_passes_a_clear_file(tmp_path):
    clear = tmp_path / "clear.txt"
    clear.write_text("Two evening openings.\n")
    assert run_hook(clear).returncode == 0


def test_the_hook_fails_closed_on_a_file_that_it_cannot_read(tmp_path):
    broken = tmp_path / "broken.txt"
    broken.write_bytes(b"caf\xe9")
    assert run_hook(broken).returncode == 3
