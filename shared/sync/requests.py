"""Runs that somebody asks for: a sync, a window of the past again (`backfill`), staged pages again (`replay`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from shared import model
from shared.clock import iso
from shared.messages import SyncRequested
from shared.model import Connection, stable_id
from shared.states import Reason
from shared.stores.ports import Bus, Doc, Documents

PATIENCE = timedelta(minutes=10)  # until a run that was asked for begins


class Refused(Exception):
    """The run cannot be asked for, or does not begin; the text says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """A run that was asked for. Its document is there once it is planned."""

    connection: Connection
    reason: Reason
    run: str
    at: datetime


def ask(
    bus: Bus,
    connection: Connection,
    reason: Reason,
    now: datetime,
    streams: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    name: str = "",
) -> Request:
    """Ask for a run of a connection. `streams`: names with commas between them, or all that it reads. `name`: asked
    twice under the same one, it is the same run."""
    if not model.may_begin(connection.state, reason):
        sentence = (connection.problem or {}).get("sentence", "")
        raise Refused(f"Connection {connection.id} is {connection.state}, so nothing can be read. {sentence}")
    if since and until and since >= until:
        raise Refused("The window must begin before it ends.")
    request = name or uuid4().hex
    first, last = (iso(moment) if moment else "" for moment in (since, until))
    bus.publish(SyncRequested(connection.workspace, connection.id, reason, request, streams, first, last))
    return Request(connection, reason, stable_id(connection.id, reason, request), now)


def begun(documents: Documents, request: Request, now: datetime) -> Doc | None:
    """The run's document; None while it may still begin. A request is dropped when its connection has ended
    meanwhile, and one that nobody reads is not waited for: then Refused says so."""
    workspace, run = request.connection.workspace, request.run
    found = documents.get(model.path(workspace, "runs", run))
    if found is not None:
        return found
    doc = documents.get(model.path(workspace, "connections", request.connection.id))
    if doc is None or not model.may_begin(doc["state"], request.reason) or doc.get("closing_at") is not None:
        raise Refused(
            f"Connection {request.connection.id} ended or was stopped meanwhile, so run {run} does not begin."
        )
    if now - request.at > PATIENCE:
        minutes = int(PATIENCE.total_seconds() / 60)
        raise Refused(f"Run {run} has not begun within {minutes} minutes; all of it may be under way, see `status`.")
    return None
