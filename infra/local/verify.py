"""What a sync came to, checked from both ends: what was staged against what is in the warehouse."""

from __future__ import annotations

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from shared import model
from shared.model import Connection, Slice, from_doc
from shared.stores.bigquery_rows import Rows
from shared.stores.installation import Stores
from shared.sync.proofs import short_by
from shared.sync.status import RunStatus
from shared.sync.tables import stream_of
from shared.warehouse import names
from shared.warehouse.runs import TABLE


@dataclass(frozen=True, slots=True)
class Checked:
    rows: Mapping[str, int]  # table → rows in the warehouse
    bytes_staged: int
    missing: int
    problems: tuple[str, ...]


def check(stores: Stores, workspace: str, runs: Mapping[str, tuple[Connection, RunStatus]]) -> Checked:
    """Of all accounts together: their rows stand in the same tables. `runs`: by what tells the accounts apart."""
    where = model.workspace_path(workspace)
    problems, missing, staged_bytes = [], 0, 0
    held: Counter[str] = Counter()
    for name, (connection, run) in runs.items():
        slices = [from_doc(Slice, doc) for doc in stores.documents.find(f"{where}/slices", ("run", "==", run.id))]
        pages = stores.documents.find(f"{where}/pages", ("run", "==", run.id), ("kind", "==", "rows"))
        staged_bytes += sum(page["bytes"] for page in pages if page["table"] != TABLE.name)
        found, lost = _left_behind(run, slices)
        problems += [f"{name}: {problem}" if name else problem for problem in found]
        missing += lost
        held.update(distinct(stores, connection))
    rows = counted(stores, workspace)
    for table, staged in sorted(held.items()):
        if rows.get(table, 0) != staged:
            missing += abs(staged - rows.get(table, 0))
            problems.append(f"{table}: {staged} different rows were staged, {rows.get(table, 0)} are in the warehouse")
    return Checked(rows, staged_bytes, missing, tuple(problems))


def _left_behind(run: RunStatus, slices: list[Slice]) -> tuple[list[str], int]:
    """Slices that failed or never ended, and what the platform says it has beyond what we got."""
    problems = [f"{trouble.stream}: {trouble.sentence} ({trouble.code})" for trouble in run.troubles]
    missing = sum(part.state == model.FAILED for part in slices)
    waiting: dict[tuple[str, str], int] = defaultdict(int)
    for part in slices:
        if part.state in model.OPEN_SLICE:
            waiting[part.stream, part.waiting_for or f"still {part.state}"] += 1
    for (stream, why), count in sorted(waiting.items()):
        problems.append(f"{stream}: given up while waiting ({count} slices): {why}")
        missing += count
    short = short_by(slices)
    if short:
        problems.append(f"the platform's own totals say that {short} records are missing")
    return problems, missing + short


def counted(stores: Stores, workspace: str) -> dict[str, int]:
    rows = Rows(stores.bigquery, stores.settings.project)
    found = {}
    for table in (name for name, kind in stores.tables(workspace).items() if kind == "TABLE"):
        address = names.address(stores.settings.project, names.raw(workspace), table)
        found[table] = int(rows.query(f"SELECT COUNT(*) AS n FROM {address}")[0]["n"])
    return found


def distinct(stores: Stores, connection: Connection) -> dict[str, int]:
    """How many different rows the staged pages of a connection hold, per table: all of them ever, as the tables do."""
    keys: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for staged in stores.objects.list(f"{connection.workspace}/raw/{connection.platform}/"):
        if staged.metadata.get("connection") != connection.id:
            continue
        table = staged.metadata["table"]
        _, stream = stream_of(stores.documents, connection.workspace, table)
        keys[table].update(_keys(gzip.decompress(stores.objects.read(staged.name)), ("connection_id", *stream.key)))
    return {table: len(found) for table, found in keys.items()}


def _keys(lines: bytes, key: tuple[str, ...]) -> Iterable[tuple[object, ...]]:
    for line in lines.splitlines():
        row = orjson.loads(line)
        yield tuple(row.get(name) for name in key)
