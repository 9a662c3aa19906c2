"""`tributary addin`: writes the task pane for Excel, to be served by a host of its own."""

from __future__ import annotations

import argparse
from pathlib import Path

from infra.addin import build
from infra.admin import output
from infra.cli.parsing import Group


def add(group: Group) -> None:
    made = group.command(
        "addin",
        _write,
        description="Writes the files of the task pane, and manifest.xml, which administrators of Microsoft 365 give "
        "to people. The API lets the pane in when `api_origins` names its host (docs/excel-add-in.md).",
    )
    made.add_argument("--host", required=True, metavar="ADDRESS", help="where they will be served, by https")
    made.add_argument(
        "--api", required=True, metavar="ADDRESS", help="of the API, as terraform output api_url tells it"
    )
    made.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="a folder that is not there, or empty")
    made.set_defaults(complain=made.error)


def _write(args: argparse.Namespace) -> int:
    try:
        made = build.files(args.host, args.api)
        args.to.mkdir(parents=True, exist_ok=True)
        if any(args.to.iterdir()):
            args.complain(f"{args.to} is not empty")
        for name, content in made.items():
            (args.to / name).write_bytes(content)
    except (OSError, ValueError) as reason:
        args.complain(str(reason))
    for name in made:
        output.say(args.to / name)
    return 0
