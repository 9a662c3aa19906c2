"""The calendar of a client, out of one version of what is published and of the documents that are newer. Of documents
at most so many are read: MOST_DEBTS, and MOST_SLICES of each of the last RUNS runs of a connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from shared import model
from shared.console.clients.reading import open_runs
from shared.console.coverage.cells import PUBLISHED, Cell, Hole, Place, filled, holes, of_debts, of_slices
from shared.console.marts import Marts
from shared.kit.calendar import day_in, is_zone
from shared.model import Connection, Debt, Slice, Workspace, from_doc
from shared.platforms import PLATFORMS
from shared.publishing.at_hand import AtHand
from shared.publishing.manifest import Stamp
from shared.questions.ask import ask
from shared.questions.marking import COVERAGE
from shared.questions.periods import Calendar
from shared.questions.question import MOST_ROWS, Days, Grain, Question
from shared.states import ConnectionState, SliceKind
from shared.stores.ports import Doc, Documents
from shared.sync.platform_with_reports import platform_of
from shared.vocabulary.choosing import available_streams
from shared.vocabulary.platform import Platform

RUNS, MOST_SLICES, MOST_DEBTS = 3, 500, 500


@dataclass(frozen=True)
class StreamRow:
    name: str
    title: str
    cells: Mapping[date, Cell]
    holes: tuple[Hole, ...]


@dataclass(frozen=True)
class Block:
    connection: Connection
    platform: Platform
    rows: tuple[StreamRow, ...]


@dataclass(frozen=True)
class Covered:
    days: tuple[date, ...]
    blocks: tuple[Block, ...]
    stamp: Stamp | None  # None: nothing is published yet
    why: Mapping[Place, str] = field(default_factory=dict)


def covered(
    documents: Documents, marts: Marts, workspace: Workspace, calendar: Calendar, days: Sequence[date], now: datetime
) -> Covered:
    def told(there: AtHand) -> tuple[Stamp, dict[Place, Cell]]:
        return there.manifest.stamp, _published(marts, there, calendar, days)

    read = marts.read(workspace.id, told)
    stamp, known = read if read is not None else (None, {})
    docs = documents.find(f"{model.workspace_path(workspace.id)}/connections")
    connections = [from_doc(Connection, doc) for doc in docs if doc["platform"] in PLATFORMS]
    debts = documents.find(f"{model.workspace_path(workspace.id)}/debts", limit=MOST_DEBTS)
    why = of_debts([from_doc(Debt, doc) for doc in debts], days)
    newer = of_slices(_newer(documents, connections, stamp), days)
    owed = dict.fromkeys(why, Cell.MISSING)
    going = of_slices(under_way(documents, workspace.id), days)
    cells = {**known, **owed, **newer, **going}
    blocks = [_block(documents, connection, cells, days, now) for connection in connections]
    blocks.sort(key=lambda each: (each.platform.title.lower(), each.connection.title.lower()))
    return Covered(tuple(days), tuple(each for each in blocks if each.rows), stamp, why)


def under_way(documents: Documents, workspace: str) -> list[Slice]:
    return [slice_ for run in open_runs(documents, workspace) for slice_ in _slices(documents, run)]


def _published(marts: Marts, there: AtHand, calendar: Calendar, days: Sequence[date]) -> dict[Place, Cell]:
    if COVERAGE not in there.files:
        return {}
    question = Question(
        mart=COVERAGE,
        dimensions=("connection_id", "stream", "state"),
        grain=Grain.DAY,
        days=Days(first=days[0], last=days[-1]),
        limit=MOST_ROWS,
    )
    rows = ask(question, there, calendar, marts.engine).rows
    return {(row[1], row[2], row[0]): PUBLISHED.get(row[3], Cell.READ) for row in rows}


def _newer(documents: Documents, connections: Sequence[Connection], stamp: Stamp | None) -> list[Slice]:
    """Parts of runs that ended after what is published was made; the older ones first, so that the newest hold."""
    found: list[Slice] = []
    for connection in connections:
        collection = f"{model.workspace_path(connection.workspace)}/runs"
        docs = documents.find(collection, ("connection", "==", connection.id), order="-started_at", limit=RUNS)
        for doc in reversed(docs):
            ended = doc["finished_at"]
            if ended is not None and (stamp is None or ended > stamp.as_of):
                found += _slices(documents, doc)
    return found


def _slices(documents: Documents, run: Doc) -> list[Slice]:
    """Parts of a run that read days."""
    platform = PLATFORMS.get(run["platform"])
    if platform is None or not (platform.custom or any(stream.days for stream in platform.streams)):
        return []
    collection = f"{model.workspace_path(run['workspace'])}/slices"
    docs = documents.find(collection, ("run", "==", run["id"]), limit=MOST_SLICES)
    read = [from_doc(Slice, doc) for doc in docs if doc["kind"] == SliceKind.EXTRACT and doc["since"]]
    named = {stream.name: stream for stream in platform.streams}
    # What this release does not name is a report that the client defined, and reports are read by days.
    return [each for each in read if each.stream not in named or named[each.stream].days is not None]


def _block(
    documents: Documents, connection: Connection, cells: Mapping[Place, Cell], days: Sequence[date], now: datetime
) -> Block:
    platform = platform_of(documents, connection.workspace, connection.platform, connection.id)
    read = {stream.name for stream in available_streams(platform, connection)}
    known: dict[str, dict[date, Cell]] = {}
    for (owner, name, day), cell in cells.items():
        if owner == connection.id:
            known.setdefault(name, {})[day] = cell
    zone = connection.zone if is_zone(connection.zone) else "UTC"
    until = day_in(zone, connection.last_success_at) if connection.last_success_at else None
    waits = connection.state == ConnectionState.RECONNECT
    rows = []
    for stream in platform.streams:
        if stream.name in known or (stream.days is not None and stream.name in read):
            told = filled(known.get(stream.name, {}), days, until, waits, stream.name in read)
            rows.append(StreamRow(stream.name, stream.title, told, tuple(holes(connection.id, stream.name, told))))
    return Block(connection, platform, tuple(rows))
