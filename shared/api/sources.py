"""The accounts that are connected: how their access stands, what is read of them and when, and asking for a sync."""

from __future__ import annotations

from datetime import datetime

from shared.api import shapes
from shared.api.desk import Call, Desk
from shared.api.problems import Failure
from shared.api.runs import of_status
from shared.api.wire import Reply
from shared.managing import connect_links as connect_links_of
from shared.managing import connections as managed
from shared.model import Connection, to_doc
from shared.oauth import links
from shared.platforms import PLATFORMS
from shared.stores.ports import Doc
from shared.sync import edits
from shared.sync.status import connection_status
from shared.sync.watching import connections, debts
from shared.sync.watching import runs as newest_runs
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
    return Reply(_whole(managed.platform(desk.office, call.connection), call.connection))


def configure(desk: Desk, call: Call) -> Reply:
    said, connection = call.body, call.connection
    edit = edits.Edit(
        default_streams=said.default_streams,
        more=said.with_streams,
        less=said.without_streams,
        schedule=edits.schedule(said.schedule) if said.schedule is not None else "",
        resume=said.schedule == edits.STANDARD,
        history_days=said.history_days,
    )
    made = managed.configure(desk.office, call.by, connection, edit)
    return Reply(_whole(managed.platform(desk.office, connection), made))


def extract(desk: Desk, call: Call) -> Reply:
    """The same Idempotency-Key asks for the same run, however often."""
    said, connection = call.body, call.connection
    name = call.repeat.name if call.repeat else ""
    run = managed.sync(desk.office, call.by, connection, said.streams, said.since, said.until, name)
    return Reply(shapes.RunAsked(run=run, connection=connection.id, workspace=connection.workspace), 202)


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
    return _given(desk, call, said.platform, said.label, said.days, said.history_days, said.reconnects)


def oauth_link(desk: Desk, call: Call) -> Reply:
    said = call.body
    if call.words["platform"] not in PLATFORMS:
        raise Failure(404, "not-there", "No platform is called that.", {"known": sorted(PLATFORMS)})
    return _given(desk, call, call.words["platform"], said.label, said.days, said.history_days)


def _given(
    desk: Desk, call: Call, platform: str, label: str, days: int, history_days: int, reconnects: str = ""
) -> Reply:
    token, link = connect_links_of.give(
        desk.office, call.by, call.workspace.id, platform, label, days, history_days, reconnects
    )
    told = shapes.LinkGiven(
        id=link.id, link=links.address(desk.settings.start_url, token), platform=platform, expires_at=link.expires_at
    )
    return Reply(told, 201, {"Cache-Control": "no-store"})


def withdraw_link(desk: Desk, call: Call) -> Reply:
    """Done twice it changes nothing."""
    return Reply(_link(connect_links_of.withdraw(desk.office, call.by, call.things["link"]), desk.clock.now()))


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
