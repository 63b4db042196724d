"""What a build of the wheel does beside packing files: it compiles the patterns of the rules, so that no check has to."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PrepareRules(BuildHookInterface):
    """Writes `rules/prepared.msgpack`, which the wheel takes along with the rules; in an editable install it stays beside them."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - as hatchling calls it
        """Prepare the patterns before files are collected."""
        sys.path.insert(0, self.root)
        try:
            from safeharbor.build.prepared import write  # noqa: PLC0415

            write(Path(self.root) / "rules")
        finally:
            sys.path.remove(self.root)
