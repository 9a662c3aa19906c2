"""`sync`, `backfill` and `replay`: runs that an operator asks for."""

from __future__ import annotations

import argparse
from datetime import datetime

from infra.admin import output
from infra.admin.command import connection_of, date, streams_of
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared.states import Reason, RunState
from shared.stores.installation import Stores
from shared.sync import requests
from shared.sync.watching import run as run_of

A_MOMENT = 0.5  # seconds between two looks


def add(group: Group) -> None:
    sync = group.command("sync", _sync)
    backfill = group.command(
        "backfill",
        _backfill,
        description="Reads a window of the past again. Cursors stay where they are; streams without dates are read "
        "whole.",
    )
    replay = group.command(
        "replay",
        _replay,
        description="Loads the pages that were staged in a window once more: nothing is asked of the platform.",
    )
    for parser in (sync, backfill, replay):
        parser.add_argument("workspace")
        parser.add_argument("connection", help="its id, the beginning of it, or the platform where it is the only one")
        parser.add_argument("--stream", action="append", default=[], help="only this one; may be given several times")
        parser.add_argument("--wait", action="store_true", help="until the run has ended; exit code 1 if it failed")
    for parser, needed in ((backfill, True), (replay, False)):
        parser.add_argument("--since", type=date, required=needed, help="from here on, such as 2026-01-31")
        parser.add_argument("--until", type=date, help="up to here, not included (default: now)")


def _sync(stores: Stores, args: argparse.Namespace) -> int:
    return _ask(stores, args, Reason.OPERATOR)


def _backfill(stores: Stores, args: argparse.Namespace) -> int:
    return _ask(stores, args, Reason.BACKFILL, args.since, args.until)


def _replay(stores: Stores, args: argparse.Namespace) -> int:
    return _ask(stores, args, Reason.REPLAY, args.since, args.until)


def _ask(
    stores: Stores,
    args: argparse.Namespace,
    reason: Reason,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    connection = connection_of(stores, args.workspace, args.connection)
    streams = streams_of(stores, connection, args.stream)
    now = stores.clock.now()
    if since and until and since >= until:
        raise UsageError("--since must be before --until.")
    if since and since >= now:
        raise UsageError("--since is still to come: only what was can be read again.")
    try:
        request = requests.ask(stores.bus, connection, reason, now, streams, since, until)
        if args.wait:
            return _wait(stores, args, request)
    except requests.Refused as refused:
        raise UsageError(str(refused)) from None
    run = request.run
    output.say(
        output.json({"run": run}) if args.json else f"Run {run} is asked for; `status {args.workspace}` shows it."
    )
    return 0


def _wait(stores: Stores, args: argparse.Namespace, request: requests.Request) -> int:
    while True:
        doc = requests.begun(stores.documents, request, stores.clock.now())
        if doc is not None and doc["finished_at"] is not None:
            break
        stores.clock.pause(A_MOMENT)
    found = run_of(stores, doc)
    if args.json:
        output.say(output.json(found))
    else:
        output.say(f"Run {request.run} {found.state}: {found.rows} rows in {found.pages} pages, {found.seconds:.1f} s.")
        for trouble in found.troubles:
            output.say(output.plain(f"  {trouble.stream}: {trouble.sentence}"))
    return 0 if found.state == RunState.COMPLETED else 1
