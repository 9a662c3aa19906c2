"""`tributary demo`, `ask` and `up`: the whole of it on this machine."""

from __future__ import annotations

import argparse
from pathlib import Path

from infra.cli.parsing import Group
from shared.platforms import PLATFORMS


def add(group: Group) -> None:
    demo = group.command(
        "demo",
        _show,
        description="Starts stand-ins for Google Cloud and for the platforms, connects an account of each through the "
        "connect pages, syncs, lets life go on, syncs again, and compares every table with the truth. The last line "
        "is JSON. Exit code 0 only when nothing is missing, twice or wrong.",
    )
    ask = group.command(
        "ask", _show, description="Does what `demo` does, and then stays, so that the marts can be asked."
    )
    up = group.command(
        "up", _show, description="The world of `demo` without connections, left running; prints what to open."
    )
    for parser, stays, asked in ((demo, False, False), (ask, False, True), (up, True, False)):
        parser.set_defaults(stay=stays, ask=asked)
        kept = ".tributary" if stays or asked else "nowhere"
        parser.add_argument("--folder", type=Path, help=f"keep everything here (default: {kept})")
        parser.add_argument("--small", action="store_true", help="a few rows per table only")
        parser.add_argument(
            "--platform",
            action="append",
            default=[],
            choices=sorted(PLATFORMS),
            help="this one (may be given several times); by default all",
        )
        parser.add_argument("--first-port", type=int, default=0, help="fixed ports from here on (default: any free)")


def _show(args: argparse.Namespace) -> int:
    from infra.demo.demonstration import show  # the one-machine cloud, which no help needs

    return show(args)
