"""`connections` and `status`: how everything stands, once or live."""

from __future__ import annotations

import argparse
import sys
import threading

from infra import watching
from infra.admin import output
from infra.admin.command import Group, number, workspace_of
from infra.stores import Stores
from shared.states import RunState
from shared.sync.status import MOVES, ConnectionStatus, RunStatus

MOST_RUNS = 1_000
A_SECOND = 50  # documents that watching reads; more of them are looked at less often


def add(group: Group) -> None:
    connections = group.command(
        "connections", _connections, "the connected accounts: their state, and whose move it is"
    )
    connections.add_argument("workspace", nargs="?", default="", help="(default: all)")
    status = group.command("status", _status, "runs: in progress, waiting until when and why, completed, failed")
    status.add_argument("workspace", nargs="?", default="", help="(default: all)")
    status.add_argument("--watch", action="store_true", help="live, until Ctrl-C")
    status.add_argument(
        "--runs", type=number(0, MOST_RUNS), default=1, help="how many runs per connection (default: the last)"
    )
    status.add_argument("--streams", action="store_true", help="every stream, also those without anything to say")


def _connections(stores: Stores, said: argparse.Namespace) -> int:
    found = _found(stores, said, 0)
    if said.json:
        output.say(output.json(found))
    else:
        head = ("workspace", "connection", "platform", "account", "state", "whose move", "access ends", "last success")
        rows = [
            (c.workspace, c.id, c.platform, c.title, c.state, whose(c), expiry(c), c.last_success_at) for c in found
        ]
        output.say(output.table(head, rows))
    return 0


def _status(stores: Stores, said: argparse.Namespace) -> int:
    if not said.watch:
        found = _found(stores, said, said.runs)
        output.say(output.json(found) if said.json else told(found, said.streams))
        return 0
    if said.workspace:
        workspace_of(stores, said.workspace)
    watch, shown = watching.Watch(stores, said.workspace, said.runs), ""
    try:
        while True:
            found = watch.look()
            text = output.json(found) if said.json else told(found, said.streams)
            if sys.stdout.isatty():
                output.redraw(text)
            elif text != shown:
                output.say(text)
            shown = text
            threading.Event().wait(max(1.0, watch.reads / A_SECOND))
    except KeyboardInterrupt:
        return 0


def _found(stores: Stores, said: argparse.Namespace, runs: int) -> list[ConnectionStatus]:
    if said.workspace:
        workspace_of(stores, said.workspace)
    return watching.status(stores, said.workspace, runs)


def whose(connection: ConnectionStatus) -> str:
    return MOVES.get(connection.move, connection.move)


def expiry(connection: ConnectionStatus) -> str:
    if connection.days_left is None:
        return ""
    return f"in {connection.days_left} days" if connection.days_left else "today"


def told(found: list[ConnectionStatus], every_stream: bool = False) -> str:
    found = output.plain(found)
    return "\n\n".join(_connection(connection, every_stream) for connection in found) or "nothing is connected"


def _connection(connection: ConnectionStatus, every_stream: bool) -> str:
    lines = [
        f"{connection.workspace} · {connection.platform} · {connection.title} ({connection.id}): {connection.state}"
    ]
    if connection.sentence:
        lines.append(f"  {connection.sentence} Whose move: {whose(connection)}.")
    if connection.warning:
        lines.append(f"  {connection.warning}")
    for owed in connection.owed:
        since = f" since {output.moment(owed.since)}" if owed.since else ""
        lines.append(f"  owed{since}, and read by the next sync: {owed.stream} ({owed.slices} slices): {owed.sentence}")
    for run in connection.runs:
        lines += ["  " + line for line in _run(run, every_stream)]
    return "\n".join(lines)


def _run(run: RunStatus, every_stream: bool) -> list[str]:
    counts = f"{run.rows:,} rows in {run.pages:,} pages, {run.slices_done}/{run.slices} slices"
    lines = [f"run {run.id} ({run.reason}) {run.state}: {counts}, {run.seconds:.0f} s"]
    if run.waiting_until:
        lines.append(f"  waiting until {output.moment(run.waiting_until)}: {run.waiting_for}")
    for trouble in run.troubles:
        times = f" ({trouble.slices} slices)" if trouble.slices > 1 else ""
        lines.append(f"  failed: {trouble.stream}{times}: {trouble.sentence} [{trouble.code}; {MOVES[trouble.move]}]")
    rows = [
        (s.stream, s.state, s.rows, s.pages, str(s.proof), _odd(s.odd_fields))
        for s in run.streams
        if every_stream or not run.over or s.state != RunState.COMPLETED or s.rows or s.odd_fields
    ]
    text = output.table(("stream", "state", "rows", "pages", "proof", "odd fields"), rows, "")
    return [*lines, *("  " + line for line in text.splitlines())]


def _odd(fields: object) -> str:
    if not isinstance(fields, dict):
        return ""
    named = [f"{name} ×{count}" for name, count in fields.items()]
    return ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")
