"""`connection edit`: which streams a connection reads, and when. The next sync goes by it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from infra.admin import connection_schedules, output
from infra.admin.command import connection_of
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared.model import Connection
from shared.stores.installation import Stores
from shared.stores.ports import Doc
from shared.sync import edits
from shared.sync.edits import Edit
from shared.sync.platform_with_reports import platform_of
from shared.vocabulary.platform import Platform


def add_to_connections(group: Group) -> None:
    edit = group.command(
        "edit",
        _edit,
        "switch streams on and off, say when it is read, or see both",
        "Changes what a connection reads and when; the next sync goes by it. Without a change it shows every stream "
        "that could be read. What is switched on is read whole once; what is switched off keeps its rows. Streams that "
        "a later release reads by default come by themselves, also where others were switched on or off.",
    )
    edit.add_argument("workspace")
    edit.add_argument("connection", help="its id, the beginning of it, or the platform where it is the only one")
    edit.add_argument("--streams", choices=["default"], help="back to what is read where nothing was said")
    for name, meaning in (("with", "read these, too"), ("without", "do not read these")):
        edit.add_argument(f"--{name}", action="append", default=[], metavar="NAME[,NAME]", dest=name, help=meaning)
    connection_schedules.add_arguments(edit)


def _edit(stores: Stores, args: argparse.Namespace) -> int:
    connection = connection_of(stores, args.workspace, args.connection)
    platform = platform_of(stores.documents, connection.workspace, connection.platform, connection.id)
    edit = Edit(
        default_streams=bool(args.streams),
        more=_names(getattr(args, "with")),
        less=_names(args.without),
        schedule=edits.PAUSED if args.pause else args.schedule or "",
        resume=args.resume,
        history_days=args.history,
    )
    if not edit.is_empty:
        try:
            connection = edits.keep(stores.documents, platform, connection, edit, stores.clock.now())
        except edits.Unfit as unfit:
            raise UsageError(unfit.sentence) from None
    found = _seen(platform, connection)
    output.say(output.json(found) if args.json else _as_text(found))
    return 0


def _names(given: Iterable[str]) -> list[str]:
    return [name.strip() for text in given for name in text.split(",") if name.strip()]


def _seen(platform: Platform, connection: Connection) -> Doc:
    """Every stream there is, and whether it is read."""
    return {
        "connection": connection.id,
        "schedule": edits.schedule_of(connection),
        "next_sync_at": connection.next_sync_at,
        "history_days": connection.history_days,
        "own_list": bool(connection.streams),
        "with": connection.streams_with,
        "without": connection.streams_without,
        "streams": edits.streams_seen(platform, connection),
    }


def _as_text(found: Doc) -> str:
    rows = [
        (
            each["name"],
            each["title"],
            "on" if each["read"] else "not in this account" if each["chosen"] else "off",
            "optional" if each["optional"] else "by default",
            each["hangs_on"],
            each["permission"],
        )
        for each in found["streams"]
    ]
    lines = [output.table(("stream", "what it is", "read", "as a rule", "hangs on", "permission"), rows)]
    if found["own_list"]:
        lines.append("It reads a list of its own, which no later release adds to; --streams default ends that.")
    if found["schedule"] == edits.PAUSED:
        lines.append("It is paused: read only when somebody asks for a sync.")
    else:
        due = f", next at {output.moment(found['next_sync_at'])}" if found["next_sync_at"] else ""
        lines.append(f"Read by itself: {output.plain(found['schedule'])}{due}.")
    if found["history_days"]:
        lines.append(f"Daily numbers are read {found['history_days']:,} days back at most.")
    return "\n".join(lines)
