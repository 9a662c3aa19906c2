"""What of a connection may be said anew: which streams it reads, and when. The next sync goes by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from shared import model
from shared.errors import Configure
from shared.model import Connection, from_doc
from shared.states import Schedule
from shared.stores.ports import Doc, Documents, Transaction
from shared.sync import rhythm
from shared.vocabulary.choosing import available_streams, below, default, wanted_of, with_parents
from shared.vocabulary.platform import Platform

PAUSED, STANDARD = Schedule.MANUAL, Schedule.STANDARD
PLAIN = (STANDARD, PAUSED, *rhythm.EVERY)
EDITED_FIELDS = (
    "streams", "streams_with", "streams_without", "schedule", "rhythm", "next_sync_at", "history_days",
)  # fmt: skip


class Unfit(Configure):
    """The connection cannot be so; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__("unfit", sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What is said anew; what is left out stays."""

    default_streams: bool = False  # back to what is read where nothing was said
    more: Sequence[str] = ()  # read these, too
    less: Sequence[str] = ()  # do not read these
    schedule: str = ""  # as `schedule` gives it
    resume: bool = False  # by the standard schedule, beginning now, where it was paused
    history_days: int | None = None

    @property
    def is_empty(self) -> bool:
        return self == Edit()


def schedule(text: str) -> str:
    """A schedule, in the words in which it is kept. Raises Unfit."""
    said = text.strip().lower()
    try:
        return said if said in PLAIN else str(rhythm.read(said))
    except rhythm.Unreadable as reason:
        raise Unfit(f"{text!r} is none of {', '.join(PLAIN)}; or {reason}") from None


def schedule_of(connection: Connection) -> str:
    return connection.rhythm or connection.schedule


def keep(documents: Documents, platform: Platform, connection: Connection, edit: Edit, now: datetime) -> Connection:
    """Raises Unfit for what cannot be."""
    where = model.path(connection.workspace, "connections", connection.id)

    def work(tx: Transaction) -> Connection:
        doc = tx.get(where)
        known = from_doc(Connection, doc) if doc is not None else None
        if known is None or known.closing_at is not None:
            raise Unfit(f"Connection {connection.id} has ended, or is being ended.")
        made = edited(platform, known, edit, now)
        tx.update(where, {name: getattr(made, name) for name in EDITED_FIELDS})
        return made

    return documents.transact(work)


def edited(platform: Platform, connection: Connection, edit: Edit, now: datetime) -> Connection:
    made = connection
    if edit.default_streams:
        made = replace(made, streams=[], streams_with=[], streams_without=[])
    made = with_streams(platform, made, edit.more, edit.less)
    if edit.history_days is not None:
        made = replace(made, history_days=edit.history_days)
    if edit.schedule == PAUSED:
        return replace(made, schedule=PAUSED, rhythm="", next_sync_at=None)
    if edit.resume and connection.schedule == PAUSED:
        return replace(made, schedule=STANDARD, rhythm="", next_sync_at=now)
    if edit.schedule and edit.schedule != schedule_of(connection):
        return _scheduled(made, edit.schedule, now)
    return made


def _scheduled(connection: Connection, wanted: str, now: datetime) -> Connection:
    """Every so many hours begins now; days of the week begin with the first that comes; the standard schedule only
    where nothing came by itself before."""
    if wanted in PLAIN:
        begins = now if wanted != STANDARD or connection.schedule == PAUSED else None
        return replace(connection, schedule=Schedule(wanted), rhythm="", next_sync_at=begins)
    own = replace(connection, schedule=Schedule.DAILY, rhythm=wanted)
    by_hours = isinstance(rhythm.read(wanted), rhythm.Hours)
    return replace(own, next_sync_at=now if by_hours else rhythm.following(own, now, now))


def with_streams(platform: Platform, connection: Connection, more: Sequence[str], less: Sequence[str]) -> Connection:
    """The connection with these streams besides, and without those. Raises Unfit for what cannot be."""
    chosen = {*connection.streams, *connection.streams_with}  # also what this release does not have can be left out
    on, off = _known(platform, more, set()), _known(platform, less, chosen)
    if both := sorted(set(on) & set(off)):
        raise Unfit(f"{', '.join(both)}: with it or without it?")
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
            raise Unfit(f"{', '.join(hanging)} cannot be read without {name}. Leave all of it out: {together}")
    made = replace(made, streams_without=[*left_out, *(name for name in off if name in base)])
    if not wanted_of(platform, made):
        raise Unfit("Then nothing would be read; a connection that is paused is not read by itself.")
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
            raise Unfit(f"{platform.title} has no stream “{name}”.{guess} It has {', '.join(streams)}.")
        found.append(today)
    return list(dict.fromkeys(found))


def streams_seen(platform: Platform, connection: Connection) -> list[Doc]:
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
    return every
