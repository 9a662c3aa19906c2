"""`connections` and `status`: how everything stands, once or live."""

from __future__ import annotations

import argparse
import sys
import threading

from infra.admin import output
from infra.admin.command import number, workspace_of
from infra.admin.group import Group
from infra.cli.colour import Style
from shared.states import ConnectionState, RunState
from shared.stores.installation import Stores
from shared.sync import watching
from shared.sync.status import MOVES, ConnectionStatus, Ongoing, RunStatus

MOST_RUNS = 1_000
A_SECOND = 50  # documents that watching reads; more of them are looked at less often


def add(group: Group) -> None:
    connections = group.command("connections", _connections)
    connections.add_argument("workspace", nargs="?", default="", help="(default: all)")
    status = group.command("status", _status)
    status.add_argument("workspace", nargs="?", default="", help="(default: all)")
    status.add_argument("--watch", action="store_true", help="live, until Ctrl-C")
    status.add_argument(
        "--runs", type=number(0, MOST_RUNS), help="so many runs per connection, with the streams that say anything"
    )
    status.add_argument("--streams", action="store_true", help="the last run with every stream")


def _connections(stores: Stores, args: argparse.Namespace) -> int:
    found = _found(stores, args, 0)
    if args.json:
        output.say(output.json(found))
    else:
        head = ("workspace", "connection", "platform", "account", "state", "whose move", "access ends", "last success")
        rows = [
            (c.workspace, c.id, c.platform, c.title, c.state, whose(c), expiry(c), c.last_success_at) for c in found
        ]
        output.say(output.table(head, rows))
    return 0


def _status(stores: Stores, args: argparse.Namespace) -> int:
    runs = watching.RUNS if args.runs is None else args.runs
    if not args.watch:
        _show(_found(stores, args, runs), args)
        return 0
    if args.workspace:
        workspace_of(stores, args.workspace)
    watch, shown = watching.Watch(stores, args.workspace, runs), ""
    try:
        while True:
            found = watch.look()
            text, styles = _text(found, args)
            if sys.stdout.isatty():
                output.redraw(text, styles)
            elif text != shown:
                output.say(text)
            shown = text
            threading.Event().wait(max(1.0, watch.reads / A_SECOND))
    except KeyboardInterrupt:
        return 0


def _show(found: list[ConnectionStatus], args: argparse.Namespace) -> None:
    text, styles = _text(found, args)
    output.say(text, styles=styles)


def _text(found: list[ConnectionStatus], args: argparse.Namespace) -> tuple[str, list[Style]]:
    """What is shown, and how each of its lines."""
    if args.json:
        return output.json(found), []
    if args.streams or args.runs is not None:
        return as_text(found, args.streams), []
    return brief(found), [Style.STRONG, Style.PLAIN, *(_style(connection) for connection in found)]


def _found(stores: Stores, args: argparse.Namespace, runs: int) -> list[ConnectionStatus]:
    if args.workspace:
        workspace_of(stores, args.workspace)
    return watching.status(stores, args.workspace, runs)


def whose(connection: ConnectionStatus) -> str:
    return MOVES.get(connection.move, connection.move)


def expiry(connection: ConnectionStatus) -> str:
    if connection.days_left is None:
        return ""
    return f"in {connection.days_left} days" if connection.days_left else "today"


def brief(found: list[ConnectionStatus]) -> str:
    """One line for each connection: how it stands, its last run, and what is to be known of it."""
    head = ("workspace", "connection", "platform", "account", "state", "last run", "rows", "last success", "what")
    rows = [
        (
            connection.workspace,
            connection.id,
            connection.platform,
            connection.title,
            connection.state,
            _last(connection),
            connection.runs[0].rows if connection.runs else "",
            connection.last_success_at,
            _what(connection),
        )
        for connection in found
    ]
    return output.table(head, rows, "nothing is connected")


def _last(connection: ConnectionStatus) -> str:
    if not connection.runs:
        return "none yet"
    run = connection.runs[0]
    return run.state if run.over else f"{run.state}, {run.slices_done}/{run.slices} slices"


def _what(connection: ConnectionStatus) -> str:
    """The one thing that matters most: why it is stopped, what it waits for, what failed, what is owed, what ends."""
    run = connection.runs[0] if connection.runs else None
    if connection.sentence:
        return f"{connection.sentence} Whose move: {whose(connection)}."
    if run and run.waiting_until:
        return f"until {output.moment(run.waiting_until)}: {run.waiting_for}"
    if run and run.troubles:
        more = f" (and {len(run.troubles) - 1} more)" if len(run.troubles) > 1 else ""
        return f"{run.troubles[0].stream}: {run.troubles[0].sentence}{more}"
    if connection.owed:
        return f"{connection.owed[0].stream} is owed: {connection.owed[0].sentence}"
    return connection.warning


def _style(connection: ConnectionStatus) -> Style:
    state = connection.runs[0].state if connection.runs else ""
    if connection.state != ConnectionState.ACTIVE or state == RunState.FAILED:
        return Style.BAD
    if state in (RunState.PARTLY, Ongoing.WAITING) or connection.owed or connection.warning:
        return Style.WAITING
    return Style.GOOD if state == RunState.COMPLETED else Style.PLAIN


def as_text(found: list[ConnectionStatus], every_stream: bool = False) -> str:
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
