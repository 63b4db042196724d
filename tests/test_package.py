"""The wheel holds all rules, installs in a fresh environment, and checks a draft there."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_every_rule_list_and_the_licence(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    for path in (ROOT / "rules").rglob("*"):
        if path.is_file():
            assert f"safeharbor/rules/{path.relative_to(ROOT / 'rules').as_posix()}" in held
    assert "safeharbor/py.typed" in held
    assert any(name.endswith("licenses/LICENSE") for name in held)
    assert not any(name.startswith(("tests/", "corpora/")) for name in held)


def test_the_wheel_checks_a_draft_in_a_fresh_environment(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True, system_site_packages=False)
    python = tmp_path / "venv" / "bin" / "python"
    # The dependencies are those of this environment, so that the test needs no network; the package itself is the wheel.
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    site = next((tmp_path / "venv").rglob("site-packages"))
    import spacy

    here = Path(spacy.__file__).parent.parent
    for entry in here.iterdir():
        if not (site / entry.name).exists() and "safeharbor" not in entry.name:
            os.symlink(entry, site / entry.name)
    draft = tmp_path / "draft.txt"
    draft.write_text("client ssn is 987-65-4321\n")
    done = subprocess.run(
        [python, "-I", "-m", "safeharbor.cli", "check", str(draft)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "g-ssn" in done.stdout
    where = subprocess.run(
        [python, "-I", "-c", "from safeharbor.rulebook import shelf; print(shelf())"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(site)
