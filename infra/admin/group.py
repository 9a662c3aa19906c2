"""Commands of an operator: each is told which cloud it speaks to, and may be asked for JSON."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.cli import parsing

if TYPE_CHECKING:
    from shared.stores.installation import Stores

    Run = Callable[[Stores, argparse.Namespace], int]


def general(parser: argparse.ArgumentParser, **more: Any) -> None:
    parser.add_argument("--local", type=Path, metavar="FOLDER", help="the folder of a running local cloud", **more)
    parser.add_argument("--json", action="store_true", help="print JSON", **more)


class Group(parsing.Group):
    """What its commands do is done with the stores of a cloud."""

    def command(  # type: ignore[override]
        self, name: str, run: Run, help: str = "", description: str = ""
    ) -> argparse.ArgumentParser:
        parser = super().command(name, partial(_carried_out, run), help, description)
        general(parser, default=argparse.SUPPRESS)  # also good behind the command
        return parser

    def offline(self, name: str, run: parsing.Run, help: str, description: str = "") -> argparse.ArgumentParser:
        """A command that asks no cloud."""
        parser = super().command(name, run, help, description)
        general(parser, default=argparse.SUPPRESS)
        return parser


def _carried_out(run: Run, args: argparse.Namespace) -> int:
    from infra.admin.carrying import carry_out  # Google's clients, which no help needs

    return carry_out(run, args)
