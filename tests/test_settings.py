"""Settings are found, read strictly, and refused with the file and the key."""

import pytest

from safeharbor.errors import SettingsError
from safeharbor.settings import Settings, dump, find, load


def test_without_a_file_the_defaults_hold():
    assert load(None) == Settings()
    assert Settings().target == 11


def test_a_file_is_read(tmp_path):
    file = tmp_path / "safeharbor.toml"
    file.write_text('region = "Portland metro"\nreaders = 3000\ntarget = 20\n[shares."Glendale, CA"]\narmenian = 0.33\n')
    settings = load(file)
    assert settings.region == "Portland metro"
    assert settings.target == 20
    assert settings.shares == {"Glendale, CA": {"armenian": 0.33}}


def test_the_nearest_file_is_found(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "safeharbor.toml").write_text("")
    assert find(inner) == tmp_path / "safeharbor.toml"
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\n")
    assert find(inner) == tmp_path / "safeharbor.toml"
    (tmp_path / "a" / "pyproject.toml").write_text('[tool.safeharbor]\nlanguage-model = ["none"]\n')
    assert find(inner) == tmp_path / "a" / "pyproject.toml"
    assert load(tmp_path / "a" / "pyproject.toml").language_model == ("none",)


def test_the_users_file_comes_last(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("platformdirs.user_config_path", lambda name: tmp_path / "config" / name)
    assert find(tmp_path) is None
    (tmp_path / "config" / "safeharbor").mkdir(parents=True)
    (tmp_path / "config" / "safeharbor" / "safeharbor.toml").write_text("target = 20\n")
    assert load(find(tmp_path)).target == 20


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[shares."Glendale, CA"]\narmenian = 1.4\n', r"safeharbor\.toml: shares.*expected `float` <= 1"),
        ("target = 1\n", r"safeharbor\.toml: target: expected `int` >= 2"),
        ("regoin = 'x'\n", r"safeharbor\.toml: the settings: object contains unknown field `regoin`"),
        ("region = \n", r"safeharbor\.toml: invalid value \(at line 1"),
    ],
)
def test_what_cannot_be_is_refused(text, message, tmp_path):
    file = tmp_path / "safeharbor.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=message):
        load(file)


def test_what_is_written_is_read_again(tmp_path):
    settings = Settings(region="Bend, OR", readers=500, shares={"Bend, OR": {"firefighter": 0.002}})
    (tmp_path / "safeharbor.toml").write_text(dump(settings))
    assert load(tmp_path / "safeharbor.toml") == settings
    assert "target" not in dump(settings)
