"""`sync`, `backfill` and `replay`: runs that an operator asks for."""

from __future__ import annotations

import argparse
import threading
from uuid import uuid4

from infra.admin import output
from infra.admin.command import Group, connection_of, date, streams_of
from infra.admin.target import Wrong
from infra.stores import Stores
from infra.watching import run as run_of
from shared import model
from shared.clock import iso
from shared.messages import SyncRequested
from shared.model import short


def add(group: Group) -> None:
    sync = group.command("sync", _sync, "read what changed since the last time")
    backfill = group.command(
        "backfill",
        _backfill,
        "read a window of the past again",
        "Reads a window of the past again. Cursors stay where they are; streams without dates are read whole.",
    )
    replay = group.command(
        "replay",
        _replay,
        "load staged pages again, without a call to the platform",
        "Loads the pages that were staged in a window once more: nothing is asked of the platform.",
    )
    for parser in (sync, backfill, replay):
        parser.add_argument("workspace")
        parser.add_argument("connection", help="its id, the beginning of it, or the platform where it is the only one")
        parser.add_argument("--stream", action="append", default=[], help="only this one; may be given several times")
        parser.add_argument("--wait", action="store_true", help="until the run has ended; exit code 1 if it failed")
    for parser, needed in ((backfill, True), (replay, False)):
        parser.add_argument("--since", type=date, required=needed, help="from here on, such as 2026-01-31")
        parser.add_argument("--until", type=date, help="up to here, not included (default: now)")


def _sync(stores: Stores, said: argparse.Namespace) -> int:
    return _ask(stores, said, "operator")


def _backfill(stores: Stores, said: argparse.Namespace) -> int:
    return _ask(stores, said, "backfill", said.since, said.until)


def _replay(stores: Stores, said: argparse.Namespace) -> int:
    return _ask(stores, said, "replay", said.since, said.until)


def _ask(stores: Stores, said: argparse.Namespace, reason: str, since: object = None, until: object = None) -> int:
    connection = connection_of(stores, said.workspace, said.connection)
    streams = streams_of(stores, connection, said.stream)
    if connection.state != model.ACTIVE:
        sentence = (connection.problem or {}).get("sentence", "")
        raise Wrong(f"Connection {connection.id} is {connection.state}, so nothing can be read. {sentence}")
    if said.command != "sync" and said.since and said.until and said.since >= said.until:
        raise Wrong("--since must be before --until.")
    request = uuid4().hex
    window = {name: iso(value) if value else "" for name, value in (("since", since), ("until", until))}  # type: ignore[arg-type]
    stores.bus.publish(
        SyncRequested(connection.workspace, connection.id, reason, request, streams, window["since"], window["until"])
    )
    run = short(connection.id, reason, request)
    if said.wait:
        return _wait(stores, said, connection.workspace, run)
    print(output.json({"run": run}) if said.json else f"Run {run} is asked for; `status {said.workspace}` shows it.")
    return 0


def _wait(stores: Stores, said: argparse.Namespace, workspace: str, run: str) -> int:
    while True:
        doc = stores.documents.get(model.path(workspace, "runs", run))
        if doc is not None and doc["finished_at"] is not None:
            break
        threading.Event().wait(0.5)
    found = run_of(stores, doc)
    if said.json:
        print(output.json(found))
    else:
        print(f"Run {run} {found.state}: {found.rows} rows in {found.pages} pages, {found.seconds:.1f} s.")
        for trouble in found.troubles:
            print(f"  {trouble.stream}: {trouble.sentence}")
    return 0 if found.state == model.COMPLETED else 1
