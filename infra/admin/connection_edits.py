"""`connection edit`: which streams a connection reads, and when. The next sync goes by it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from infra.admin import connection_schedules, output
from infra.admin.command import connection_of
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared import model
from shared.model import Connection, from_doc
from shared.stores.installation import Stores
from shared.stores.ports import Doc, Transaction
from shared.sync.platform_with_reports import platform_of
from shared.vocabulary.choosing import available_streams, below, default, wanted_of, with_parents
from shared.vocabulary.platform import Platform

EDITED_FIELDS = ("streams", "streams_with", "streams_without", *connection_schedules.SCHEDULE_FIELDS)


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
    more, less = _names(getattr(args, "with")), _names(args.without)
    if more or less or args.streams or connection_schedules.asked(args):
        connection = _kept(stores, platform, connection, args, more, less)
    found = _seen(platform, connection)
    output.say(output.json(found) if args.json else _as_text(found))
    return 0


def _names(given: Iterable[str]) -> list[str]:
    return [name.strip() for text in given for name in text.split(",") if name.strip()]


def _kept(
    stores: Stores,
    platform: Platform,
    connection: Connection,
    args: argparse.Namespace,
    more: Sequence[str],
    less: Sequence[str],
) -> Connection:
    where = model.path(connection.workspace, "connections", connection.id)

    def work(tx: Transaction) -> Connection:
        doc = tx.get(where)
        now = from_doc(Connection, doc) if doc is not None else None
        if now is None or now.closing_at is not None:
            raise UsageError(f"Connection {connection.id} has ended, or is being ended.")
        if args.streams:
            now = replace(now, streams=[], streams_with=[], streams_without=[])
        now = changed(platform, now, more, less)
        now = connection_schedules.changed(now, args, stores.clock.now())
        tx.update(where, {name: getattr(now, name) for name in EDITED_FIELDS})
        return now

    return stores.documents.transact(work)


def changed(platform: Platform, connection: Connection, more: Sequence[str], less: Sequence[str]) -> Connection:
    """The connection with these streams besides, and without those. Raises Wrong for what cannot be."""
    chosen = {*connection.streams, *connection.streams_with}  # also what this release does not have can be left out
    on, off = _known(platform, more, set()), _known(platform, less, chosen)
    if both := sorted(set(on) & set(off)):
        raise UsageError(f"{', '.join(both)}: with it or without it?")
    base = set(_known(platform, connection.streams or default(platform), chosen))
    above = {each.name for each in with_parents(platform, on)}
    added = [name for name in connection.streams_with if platform.today(name) not in {*on, *off}]
    left_out = [name for name in connection.streams_without if platform.today(name) not in {*above, *off}]
    made = replace(
        connection,
        streams_with=[*added, *(name for name in on if name not in base)],
        streams_without=left_out,
    )
    read = {each.name for each in with_parents(platform, wanted_of(platform, made))}
    for name in off:
        if hanging := sorted((read & below(platform, name)).difference(off)):
            together = ",".join([*off, *hanging])
            hung = ", ".join(hanging)
            raise UsageError(f"{hung} cannot be read without {name}. Leave all of it out: --without {together}")
    made = replace(made, streams_without=[*left_out, *(name for name in off if name in base)])
    if not wanted_of(platform, made):
        raise UsageError("Then nothing would be read; --pause stops the syncs.")
    return made


def _known(platform: Platform, names: Iterable[str], besides: set[str]) -> list[str]:
    """Streams by the names of today. A view is rows of its stream told another way, so it stands for that."""
    views = {view.name: view.of for view in platform.views}
    streams = {stream.name: "" for stream in platform.streams}
    found = []
    for name in names:
        today = platform.today(name)
        today = views.get(today, today)
        if today not in streams and name not in besides:
            near = get_close_matches(name, streams, 1, 0.5)
            guess = f" Did you mean {near[0]}?" if near else ""
            raise UsageError(f"{platform.title} has no stream “{name}”.{guess} It has {', '.join(streams)}.")
        found.append(today)
    return list(dict.fromkeys(found))


def _seen(platform: Platform, connection: Connection) -> Doc:
    """Every stream there is, and whether it is read."""
    read = {stream.name for stream in available_streams(platform, connection)}
    wanted = {stream.name for stream in with_parents(platform, wanted_of(platform, connection))}
    every: list[dict[str, Any]] = [
        {
            "name": stream.name,
            "title": stream.title,
            "optional": stream.optional,
            "read": stream.name in read,
            "chosen": stream.name in wanted,
            "hangs_on": stream.parent.stream if stream.parent else "",
            "permission": stream.scope,
        }
        for stream in platform.streams
    ]
    return {
        "connection": connection.id,
        "schedule": connection_schedules.as_text(connection),
        "next_sync_at": connection.next_sync_at,
        "history_days": connection.history_days,
        "own_list": bool(connection.streams),
        "with": connection.streams_with,
        "without": connection.streams_without,
        "streams": every,
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
    if found["schedule"] == connection_schedules.PAUSED:
        lines.append("It is paused: read only when somebody asks for a sync.")
    else:
        due = f", next at {output.moment(found['next_sync_at'])}" if found["next_sync_at"] else ""
        lines.append(f"Read by itself: {output.plain(found['schedule'])}{due}.")
    if found["history_days"]:
        lines.append(f"Daily numbers are read {found['history_days']:,} days back at most.")
    return "\n".join(lines)
