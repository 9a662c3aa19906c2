"""A connection: what is read of it and when, a sync that is asked for, and what is wished of its access."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from shared.access import wishes
from shared.audit.entry import Origin, Outcome
from shared.errors import Configure
from shared.managing.office import NotAsItStands, Office
from shared.messages import AccessWanted
from shared.model import AccessWish, Connection
from shared.platforms import PLATFORMS
from shared.states import AccessAct, Reason
from shared.sync import edits, requests
from shared.sync.platform_with_reports import platform_of
from shared.vocabulary.choosing import unknown_streams
from shared.vocabulary.platform import Platform


def platform(office: Office, connection: Connection) -> Platform:
    if connection.platform not in PLATFORMS:
        raise NotAsItStands("unknown-platform", "This release does not know the platform of this connection.")
    return platform_of(office.documents, connection.workspace, connection.platform, connection.id)


def configure(office: Office, by: Origin, connection: Connection, edit: edits.Edit) -> Connection:
    if edit.is_empty:
        return connection
    known, of = platform(office, connection), _thing(connection)
    edits.edited(known, connection, edit, office.clock.now())  # what cannot be is no entry
    office.tell(by, "connection.configured", of, connection.workspace, Outcome.BEGUN)
    made = edits.keep(office.documents, known, connection, edit, office.clock.now())
    office.tell(by, "connection.configured", of, connection.workspace)
    return made


def sync(
    office: Office,
    by: Origin,
    connection: Connection,
    streams: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    name: str = "",
) -> str:
    """The run that is asked for; of days read again, `until` is the first that is not. The same `name` asks for
    the same run, however often."""
    known, now = platform(office, connection), office.clock.now()
    if unknown := unknown_streams(known, streams):
        raise Configure("unknown-stream", f"{known.title} has no stream {', '.join(unknown)[:200]}.")
    begins, ends = _midnight(since), _midnight(until)
    if ends is not None and begins is None:
        raise Configure("bad-days", "Days have a beginning: say since.")
    if begins is not None and (begins >= now or (ends is not None and begins >= ends)):
        raise Configure("bad-days", "Only what was can be read again: since lies before until, and before now.")
    reason = Reason.BACKFILL if begins else Reason.OPERATOR
    named = ",".join(known.today(each) for each in streams)
    office.tell(by, "sync.asked", _thing(connection), connection.workspace, Outcome.BEGUN)
    try:
        request = requests.ask(office.bus, connection, reason, now, named, begins, ends, name)
    except requests.Refused as refused:
        raise NotAsItStands("not-read", str(refused)) from None
    office.tell(by, "sync.asked", _thing(connection), connection.workspace, run=request.run)
    return request.run


def wish(office: Office, by: Origin, connection: Connection, act: AccessAct, name: str) -> AccessWish:
    """The same name is the same wish. Whoever writes it down tells the audit log with it."""
    made = wishes.ask(
        office.documents, office.people, office.clock, by, connection.workspace, connection.id, act, name
    )  # fmt: skip
    office.bus.publish(AccessWanted(made.id))
    return made


def _thing(connection: Connection) -> str:
    return f"connections/{connection.id}"


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day is not None else None
