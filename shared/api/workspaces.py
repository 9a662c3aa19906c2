"""A workspace: what it is, how everything in it stands, and what has happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from shared import model
from shared.api import paging, shapes
from shared.api.desk import Call, Desk
from shared.api.wire import Reply
from shared.model import Run, from_doc
from shared.publishing.manifest import Manifest, Stamp
from shared.states import OPEN_RUN, RunState
from shared.stores.ports import Doc
from shared.sync.status import ConnectionStatus, connection_status
from shared.sync.watching import connections


def workspaces(_: Desk, call: Call) -> Reply:
    return Reply(shapes.Workspaces(workspaces=[told(call.workspace)]))


def workspace(_: Desk, call: Call) -> Reply:
    return Reply(told(call.workspace))


def tenant(_: Desk, call: Call) -> Reply:
    who = call.who
    return Reply(shapes.Tenant(workspace=told(call.workspace), subject=who.subject, scopes=sorted(who.scopes)))


def summary(desk: Desk, call: Call) -> Reply:
    name, now = call.workspace.id, desk.clock.now()
    found = [connection_status(doc, now) for doc in connections(desk, name)]
    under_way = desk.documents.count(f"{model.workspace_path(name)}/runs", ("state", "in", list(OPEN_RUN)))
    manifest = desk.shelf.published.latest(name)
    return Reply(
        shapes.Summary(
            workspace=told(call.workspace),
            connections=dict(sorted(Counter(str(each.state) for each in found).items())),
            runs_under_way=under_way,
            waits_for=[sentence for each in found if (sentence := _waits(each))],
            last_success_at=_newest(each.last_success_at for each in found),
            next_sync_at=_first(each.next_sync_at for each in found),
            published=freshness(manifest) if manifest else None,
        )
    )


def activity(desk: Desk, call: Call) -> Reply:
    """Out of the runs, which are in the order in which they began."""
    collection = f"{model.workspace_path(call.workspace.id)}/runs"
    found, onward = paging.newest(desk.documents, collection, (), "started_at", call.query.cursor, call.query.limit)
    happened = sorted((each for doc in found for each in _of_run(doc)), key=lambda each: each.at, reverse=True)
    return Reply(shapes.Activity(activity=happened, next=onward))


def told(found: model.Workspace) -> shapes.Workspace:
    return shapes.Workspace(**_parts(found))


def told_whole(found: model.Workspace) -> shapes.WorkspaceWhole:
    return shapes.WorkspaceWhole(
        **_parts(found),
        contact=found.contact,
        readers=found.readers,
        history_days=found.history_days,
        pages_days=found.pages_days,
        protected=found.protected,
    )


def _parts(found: model.Workspace) -> Doc:
    return {
        "id": found.id,
        "name": found.name,
        "agency": found.agency,
        "zone": found.zone,
        "currency": found.currency,
        "fiscal_year_start": found.fiscal_year_start,
        "created_at": found.created_at,
        "state": found.state,
    }


def freshness(manifest: Manifest) -> shapes.Freshness:
    return stamped(manifest.version, manifest.stamp)


def stamped(version: int, stamp: Stamp) -> shapes.Freshness:
    return shapes.Freshness(
        version=version,
        as_of=stamp.as_of,
        proved_until=stamp.proved_until,
        differs=list(stamp.differs),
        missing=list(stamp.missing),
        loading=list(stamp.loading),
    )


def _of_run(doc: Doc) -> Iterator[shapes.Happening]:
    run = from_doc(Run, doc)
    if run.started_at is not None:
        yield _happening(run, run.started_at, "run began", f"It was begun: {run.reason}.")
    if run.finished_at is not None:
        yield _happening(run, run.finished_at, "run ended", _end(run))


def _end(run: Run) -> str:
    if run.state == RunState.COMPLETED:
        return "It was read to its end, and nothing is missing."
    if run.state == RunState.PARTLY:
        return "It has ended, and something is missing."
    return "It has ended, and nothing of it was loaded."


def _happening(run: Run, at: datetime, what: shapes.What, sentence: str) -> shapes.Happening:
    return shapes.Happening(
        at=at, what=what, connection=run.connection, platform=run.platform, run=run.id, sentence=sentence
    )


def _waits(found: ConnectionStatus) -> str:
    said = found.sentence or found.warning
    return f"{found.platform}, {found.title}: {said}" if said else ""


def _newest(moments: Iterator[datetime | None]) -> datetime | None:
    return max((each for each in moments if each), default=None)


def _first(moments: Iterator[datetime | None]) -> datetime | None:
    return min((each for each in moments if each), default=None)
