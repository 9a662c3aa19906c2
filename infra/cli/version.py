"""`tributary --version`: which release this is."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def release() -> str:
    """As the clone around it says, or else as it was installed."""
    if PROJECT.exists():
        import tomllib

        found: str = tomllib.loads(PROJECT.read_text())["project"]["version"]
        return found
    from importlib.metadata import version

    return version("tributary")


class Version(argparse.Action):
    """Looks it up only when somebody asks."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        print(f"tributary {release()}")
        parser.exit()
