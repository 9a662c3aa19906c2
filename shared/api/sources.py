"""The accounts that are connected: how their access stands, what is read of them and when, and asking for a sync."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from shared.api import shapes
from shared.api.desk import Call, Desk
from shared.api.problems import Failure
from shared.api.runs import of_status
from shared.api.wire import Reply
from shared.audit.entry import Origin, Outcome
from shared.audit.record import record
from shared.model import Connection, to_doc
from shared.oauth import links
from shared.platforms import PLATFORMS
from shared.states import Reason
from shared.stores.ports import Doc
from shared.sync import edits, requests
from shared.sync.platform_with_reports import platform_of
from shared.sync.status import connection_status
from shared.sync.watching import connections, debts
from shared.sync.watching import runs as newest_runs
from shared.vocabulary.choosing import unknown_streams
from shared.vocabulary.platform import Platform


def credentials(desk: Desk, call: Call) -> Reply:
    now = desk.clock.now()
    found = [_credential(doc, now) for doc in connections(desk, call.workspace.id)]
    return Reply(shapes.Credentials(credentials=found))


def credential(desk: Desk, call: Call) -> Reply:
    return Reply(_credential(to_doc(call.connection), desk.clock.now()))


def data_sources(desk: Desk, call: Call) -> Reply:
    found = [_source(doc, desk.clock.now()) for doc in connections(desk, call.workspace.id)]
    return Reply(shapes.DataSources(data_sources=found))


def data_source(desk: Desk, call: Call) -> Reply:
    return Reply(_whole(_platform(desk, call.connection), call.connection))


def configure(desk: Desk, call: Call) -> Reply:
    said, connection = call.body, call.connection
    platform = _platform(desk, connection)
    edit = edits.Edit(
        default_streams=said.default_streams,
        more=said.with_streams,
        less=said.without_streams,
        schedule=edits.schedule(said.schedule) if said.schedule is not None else "",
        resume=said.schedule == edits.STANDARD,
        history_days=said.history_days,
    )
    if edit.is_empty:
        return Reply(_whole(platform, connection))
    edits.edited(platform, connection, edit, desk.clock.now())  # what cannot be is no entry
    _told(desk, call.by, "connection.configured", connection, Outcome.BEGUN)
    made = edits.keep(desk.documents, platform, connection, edit, desk.clock.now())
    _told(desk, call.by, "connection.configured", connection, Outcome.DONE)
    return Reply(_whole(platform, made))


def extract(desk: Desk, call: Call) -> Reply:
    """The same Idempotency-Key asks for the same run, however often."""
    said, connection, now = call.body, call.connection, desk.clock.now()
    platform = _platform(desk, connection)
    if unknown := unknown_streams(platform, said.streams):
        raise Failure(422, "unknown-stream", f"{platform.title} has no stream {', '.join(unknown)[:200]}.")
    since, until = _midnight(said.since), _midnight(said.until)
    if until is not None and since is None:
        raise Failure(422, "bad-days", "Days have a beginning: say since.")
    if since is not None and (since >= now or (until is not None and since >= until)):
        raise Failure(422, "bad-days", "Only what was can be read again: since lies before until, and before now.")
    reason = Reason.BACKFILL if since else Reason.OPERATOR
    streams = ",".join(platform.today(name) for name in said.streams)
    _told(desk, call.by, "sync.asked", connection, Outcome.BEGUN)
    try:
        name = call.repeat.name if call.repeat else ""
        request = requests.ask(desk.bus, connection, reason, now, streams, since, until, name)
    except requests.Refused as refused:
        raise Failure(409, "not-read", str(refused)) from None
    _told(desk, call.by, "sync.asked", connection, Outcome.DONE, run=request.run)
    return Reply(shapes.RunAsked(run=request.run, connection=connection.id, workspace=connection.workspace), 202)


def status(desk: Desk, call: Call) -> Reply:
    doc = to_doc(call.connection)
    found = connection_status(doc, desk.clock.now(), newest_runs(desk, doc), debts(desk, doc))
    return Reply(
        shapes.SourceStatus(
            connection=found.id,
            state=found.state,
            whose_move=found.move,
            sentence=found.sentence,
            last_good=found.last_success_at,
            now=of_status(found.runs[0], found.id, found.platform) if found.runs else None,
            next_sync_at=found.next_sync_at,
            owed=[
                shapes.Owed(stream=each.stream, slices=each.slices, since=each.since, sentence=each.sentence)
                for each in found.owed
            ],
        )
    )


# -- connect links -----------------------------------------------------------------------------------------


def connect_links(desk: Desk, call: Call) -> Reply:
    now = desk.clock.now()
    found = [_link(link, now) for link in links.of_workspace(desk.documents, call.workspace.id)]
    return Reply(shapes.Links(links=found))


def make_link(desk: Desk, call: Call) -> Reply:
    said = call.body
    reconnects = ""
    if said.reconnects:
        found = [doc for doc in connections(desk, call.workspace.id) if doc["id"] == said.reconnects]
        if not found or found[0]["platform"] != said.platform:
            raise Failure(422, "no-such-connection", f"No connection of {said.platform[:64]} is called that here.")
        reconnects = said.reconnects
    return _given(desk, call, said.platform, said.label, said.days, said.history_days, reconnects)


def oauth_link(desk: Desk, call: Call) -> Reply:
    said = call.body
    if call.words["platform"] not in PLATFORMS:
        raise Failure(404, "not-there", "No platform is called that.", {"known": sorted(PLATFORMS)})
    return _given(desk, call, call.words["platform"], said.label, said.days, said.history_days)


def _given(
    desk: Desk, call: Call, platform: str, label: str, days: int, history_days: int, reconnects: str = ""
) -> Reply:
    if platform not in PLATFORMS:
        raise Failure(422, "unknown-platform", f"No platform is called {platform[:64]}.", {"known": sorted(PLATFORMS)})
    record(desk.people, call.by.entry(desk.clock.now(), "link.made", platform, call.workspace.id, Outcome.BEGUN))
    token, link = links.create(
        desk.documents,
        desk.clock,
        call.workspace.id,
        platform,
        label,
        timedelta(days=days),
        reconnects,
        history_days,
    )
    record(desk.people, call.by.entry(desk.clock.now(), "link.made", links.link_path(link.id), call.workspace.id))
    told = shapes.LinkGiven(
        id=link.id, link=links.address(desk.settings, token), platform=platform, expires_at=link.expires_at
    )
    return Reply(told, 201, {"Cache-Control": "no-store"})


def withdraw_link(desk: Desk, call: Call) -> Reply:
    """Done twice it changes nothing."""
    link: links.Link = call.things["link"]
    of = links.link_path(link.id)
    record(desk.people, call.by.entry(desk.clock.now(), "link.withdrawn", of, call.workspace.id, Outcome.BEGUN))
    known = links.revoke(desk.documents, desk.clock, link.id)
    if known is None or known.revoked_at is None:
        raise Failure(409, "link-used", "This link was used already, so there is nothing to withdraw.")
    record(desk.people, call.by.entry(desk.clock.now(), "link.withdrawn", of, call.workspace.id))
    return Reply(_link(known, desk.clock.now()))


def _link(link: links.Link, now: datetime) -> shapes.Link:
    return shapes.Link(
        id=link.id,
        platform=link.platform,
        state=link.trouble(now).removeprefix("link-") or "open",
        label=link.label,
        reconnects=link.reconnects,
        created_at=link.created_at,
        expires_at=link.expires_at,
    )


# -- as it is told -----------------------------------------------------------------------------------------


def _platform(desk: Desk, connection: Connection) -> Platform:
    if connection.platform not in PLATFORMS:
        raise Failure(409, "unknown-platform", "This release does not know the platform of this connection.")
    return platform_of(desk.documents, connection.workspace, connection.platform, connection.id)


def _told(desk: Desk, by: Origin, act: str, connection: Connection, outcome: Outcome, **details: str) -> None:
    of = f"connections/{connection.id}"
    record(desk.people, by.entry(desk.clock.now(), act, of, connection.workspace, outcome, **details))


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day is not None else None


def _credential(doc: Doc, now: datetime) -> shapes.Credential:
    found = connection_status(doc, now)
    return shapes.Credential(
        connection=found.id,
        platform=found.platform,
        account=found.account,
        title=found.title,
        state=found.state,
        whose_move=found.move,
        sentence=found.sentence or found.warning,
        connected_at=doc.get("connected_at"),
        access_since=doc.get("access_since") or doc.get("connected_at"),
        expires_at=found.expires_at,
        days_left=found.days_left,
    )


def _source(doc: Doc, now: datetime) -> shapes.DataSource:
    found = connection_status(doc, now)
    return shapes.DataSource(
        connection=found.id,
        platform=found.platform,
        account=found.account,
        title=found.title,
        state=found.state,
        schedule=found.schedule,
        history_days=int(doc.get("history_days") or 0),
        next_sync_at=found.next_sync_at,
        last_success_at=found.last_success_at,
    )


def _whole(platform: Platform, found: Connection) -> shapes.DataSourceWhole:
    streams = [
        shapes.Stream(
            name=each["name"],
            title=each["title"],
            read=each["read"],
            chosen=each["chosen"],
            optional=each["optional"],
            hangs_on=each["hangs_on"],
        )
        for each in edits.streams_seen(platform, found)
    ]
    return shapes.DataSourceWhole(
        connection=found.id,
        platform=found.platform,
        account=found.account,
        title=found.title,
        state=found.state,
        schedule=edits.schedule_of(found),
        history_days=found.history_days,
        next_sync_at=found.next_sync_at,
        last_success_at=found.last_success_at,
        streams=streams,
    )
