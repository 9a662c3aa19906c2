"""`connection edit --schedule`: when a connection is read by itself, and how far back."""

from __future__ import annotations

import argparse

from infra.admin.command import number
from shared.oauth.links import MOST_HISTORY
from shared.sync import edits, rhythm


def add_arguments(edit: argparse.ArgumentParser) -> None:
    when = edit.add_mutually_exclusive_group()
    when.add_argument(
        "--schedule",
        type=schedule,
        metavar="WHEN",
        help=f"{', '.join(edits.PLAIN)}, “every 6 hours”, or days of the week such as “monday, thursday at 06:30” by "
        f"the clock of the account (default: at {rhythm.AT:%H:%M})",
    )
    when.add_argument("--pause", action="store_true", help="no more syncs by itself; `sync` goes on to work")
    when.add_argument("--resume", action="store_true", help="read it by the standard schedule, beginning now")
    edit.add_argument(
        "--history",
        type=number(0, MOST_HISTORY),
        metavar="DAYS",
        help="read daily numbers no further back (0: as far as the platform tells); what it reaches now comes with the "
        "next sync, what was read stays",
    )


def schedule(text: str) -> str:
    """For argparse: a schedule, in the words in which it is kept."""
    try:
        return edits.schedule(text)
    except edits.Unfit as unfit:
        raise argparse.ArgumentTypeError(unfit.sentence) from None
