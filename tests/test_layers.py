"""Each room imports only from the rooms below it, so that the promises about text can be checked room by room."""

import ast
from pathlib import Path

import pytest

import safeharbor

PACKAGE = Path(safeharbor.__file__).parent
LAYERS = [
    ["errors"],
    ["labels", "sentences"],
    ["words", "draft"],
    ["marked", "rulebook"],
    ["model.tokens", "model.pieces", "model.decoding", "model.readings", "model.reader", "model.component"],
    ["findings"],
    ["detect.spoken", "detect.required", "detect.patterns", "detect.checks", "detect.page"],
    ["detect.matching", "detect.about", "detect.tongue"],
    ["detect.components", "detect.language", "detect.recognizer", "detect.engine", "detect.phrases"],
    ["risk.figures", "risk.regions", "risk.estimate"],
    ["risk.tables", "risk.stories", "risk.describe", "risk.assess", "risk.wording"],
    ["rewrite.english", "rewrite.register", "rewrite.tables", "rewrite.places", "rewrite.clauses", "rewrite.quoted", "rewrite.wants"],
    ["rewrite.profiles", "rewrite.parts", "rewrite.compose", "rewrite.edits", "rewrite.propose"],
    ["redact", "settings", "report"],
    ["measure", "sources", "render.exposure", "render.proposal", "render.terminal", "render.machine", "render.figures"],
    ["cli.shared"],
    ["cli.check", "cli.rewrite", "cli.risk", "cli.redact", "cli.init", "cli.rules", "cli.measure", "cli.__main__"],
]  # fmt: skip
BESIDE = {
    "build.words",
    "build.figures",
    "build.regions",
    "build.validation",
    "build.gallery",
    "build.prepared",
    "build.marks",
    "build.examples",
    "build.encoder",
    "build.training",
    "build.heads",
    "build.staying",
    "build.themes",
    "build.model",
    "build.card",
}
"""Make and measure what ships; nothing that ships imports them."""
OUTSIDE = {
    "presidio_analyzer": {"detect.language", "detect.recognizer", "detect.engine"},
    "presidio_anonymizer": {"redact"},
    "spacy": {"detect.components", "detect.language", "model.tokens", "model.component"},
    "onnxruntime": {"model.reader"},
    "tokenizers": {"model.reader", "model.pieces"},
    "numpy": {"model.pieces", "model.decoding", "model.readings", "model.reader", "measure"},
    "torch": set(),
    "transformers": set(),
    "lemminflect": set(),
    "rich": {"render.terminal", "render.exposure", "render.proposal", "cli.check"},
    "click": {"cli.shared", "cli.check", "cli.rewrite", "cli.risk", "cli.redact", "cli.init", "cli.rules", "cli.measure"},
    "pyperclip": {"cli.rewrite"},
    "yaml": {"rulebook"},
    "msgspec": {"rulebook", "detect.patterns", "model.reader", "settings", "rewrite.profiles", "rewrite.tables"},
    "platformdirs": {"settings"},
    "tomli_w": {"settings"},
    "phonenumbers": {"detect.checks"},
    "stdnum": {"detect.checks"},
    "socket": {"cli.shared"},  # only to keep Presidio from opening one
    "urllib.request": set(),
    "requests": set(),
    "logging": set(),
    "pickle": set(),
    "tempfile": set(),
}
RANK = {room: rank for rank, rooms in enumerate(LAYERS) for room in rooms}


def rooms():
    for path in sorted(PACKAGE.rglob("*.py")):
        room = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        if path.name != "__init__.py":
            yield room, path


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize(("room", "path"), list(rooms()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_room_imports_only_from_below(room, path):
    if room in BESIDE:
        return
    for module in imports(path):
        if module.startswith("safeharbor."):
            other = module.removeprefix("safeharbor.")
            # A component in somebody else's pipeline makes its detector when it is added, not when it is imported.
            if other in RANK and (room, other) != ("detect.components", "detect.engine"):
                assert RANK[other] <= RANK[room], f"{room} imports {other}"
            assert other not in BESIDE


def test_every_room_has_a_place():
    assert {room for room, _ in rooms()} == set(RANK) | BESIDE


@pytest.mark.parametrize("library", sorted(OUTSIDE))
def test_a_library_is_used_only_where_it_belongs(library):
    users = {room for room, path in rooms() if any(f"{module}.".startswith(f"{library}.") for module in imports(path))}
    assert users - BESIDE <= OUTSIDE[library]
