"""`connection edit --schedule`: when a connection is read by itself, and how far back."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import datetime

from infra.admin.command import number
from shared.model import Connection
from shared.oauth.links import MOST_HISTORY
from shared.states import Schedule
from shared.sync import rhythm

PAUSED, STANDARD = Schedule.MANUAL, Schedule.STANDARD
PLAIN = (STANDARD, PAUSED, *rhythm.EVERY)
SCHEDULE_FIELDS = ("schedule", "rhythm", "next_sync_at", "history_days")


def add_arguments(edit: argparse.ArgumentParser) -> None:
    when = edit.add_mutually_exclusive_group()
    when.add_argument(
        "--schedule",
        type=schedule,
        metavar="WHEN",
        help=f"{', '.join(PLAIN)}, “every 6 hours”, or days of the week such as “monday, thursday at 06:30” by the "
        f"clock of the account (default: at {rhythm.AT:%H:%M})",
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
    said = text.strip().lower()
    try:
        return said if said in PLAIN else str(rhythm.read(said))
    except rhythm.Unreadable as reason:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(PLAIN)}; or {reason}") from None


def asked(args: argparse.Namespace) -> bool:
    return bool(args.schedule or args.pause or args.resume or args.history is not None)


def changed(connection: Connection, args: argparse.Namespace, now: datetime) -> Connection:
    made = connection
    if args.history is not None:
        made = replace(made, history_days=args.history)
    if args.pause or args.schedule == PAUSED:
        return replace(made, schedule=PAUSED, rhythm="", next_sync_at=None)
    if args.resume and connection.schedule == PAUSED:
        return replace(made, schedule=STANDARD, rhythm="", next_sync_at=now)
    if args.schedule and args.schedule != as_text(connection):
        return _set(made, args.schedule, now)
    return made


def _set(connection: Connection, wanted: str, now: datetime) -> Connection:
    """Every so many hours begins now; days of the week begin with the first that comes; the standard schedule only
    where nothing came by itself before."""
    if wanted in PLAIN:
        begins = now if wanted != STANDARD or connection.schedule == PAUSED else None
        return replace(connection, schedule=Schedule(wanted), rhythm="", next_sync_at=begins)
    own = replace(connection, schedule=Schedule.DAILY, rhythm=wanted)
    by_hours = isinstance(rhythm.read(wanted), rhythm.Hours)
    return replace(own, next_sync_at=now if by_hours else rhythm.following(own, now, now))


def as_text(connection: Connection) -> str:
    return connection.rhythm or connection.schedule
