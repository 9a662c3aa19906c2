"""The two warehouses, and the two buckets, that the contract suites hold side by side."""

from __future__ import annotations

import atexit
import gzip
import itertools
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from infra.local.warehouse import WarehouseStandIn, start
from shared.clock import iso
from shared.rows.shaping import lines
from shared.settings import Settings
from shared.stores.bigquery import BigQueryWarehouse
from shared.stores.bigquery_rows import Rows
from shared.stores.ports import Objects, Warehouse
from shared.stores.storage import StorageObjects
from shared.vocabulary.columns import Column
from shared.warehouse.schema import identity, kept
from shared.warehouse.spec import Load, Sweep, TableSpec, ViewSpec
from tests.support.memory import MemoryObjects
from tests.support.warehouse import MemoryWarehouse

Row = dict[str, Any]
KINDS = ("in memory", "on the wire")
SETTINGS = Settings(project="contract-project", bucket="pages")
_workspaces = itertools.count(1)


@cache
def stand_in() -> WarehouseStandIn:
    """Started once per test process, and ended with it."""
    # It holds the tables of all tests of this process; and there is a process of tests for each core.
    running = start(buckets=[SETTINGS.bucket], memory="1GB", threads=1)
    os.environ.update(running.environment())
    atexit.register(running.stop)
    return running


def objects(kind: str) -> Objects:
    if kind == KINDS[0]:
        return MemoryObjects()
    stand_in()
    return StorageObjects(SETTINGS)


@dataclass
class WarehouseBackend:
    """A warehouse with its bucket, and what a test does with them. Times are counted in hours from an epoch."""

    warehouse: Warehouse
    objects: Objects
    read: Callable[[str, str, str], list[Row]]  # "current" or "history", workspace, table
    workspace: str = field(default_factory=lambda: f"w{os.getpid()}_{next(_workspaces)}")
    pages: Iterable[int] = field(default_factory=lambda: itertools.count(1))
    batches: Iterable[int] = field(default_factory=lambda: itertools.count(1))

    def page(
        self, rows: list[Row], hour: float, connection: str = "c1", workspace: str = "", name: str = ""
    ) -> tuple[str, float, str]:
        """Stage rows read at that hour, as extract_page does."""
        workspace = workspace or self.workspace
        name = name or f"{workspace}/raw/sandbox/2026-09-01/run/things/slice/{next(iter(self.pages)):06d}.ndjson.gz"
        constants = {
            "workspace_id": workspace,
            "connection_id": connection,
            "_synced_at": iso(at(hour)),
            "_page": name,
        }
        self.objects.write(name, gzip.compress(b"".join(lines(rows, constants)), 1), {"rows": str(len(rows))})
        return name, hour, connection

    def load(
        self, table: TableSpec, *pages: tuple[str, float, str], sweeps: tuple[Sweep, ...] = (), workspace: str = ""
    ) -> Load:
        """One batch as load_batch would describe it."""
        hours = [at(hour) for _, hour, _ in pages]
        return Load(
            workspace=workspace or self.workspace,
            table=table,
            batch=f"b{next(iter(self.batches))}",
            objects=tuple(name for name, _, _ in pages),
            connections=tuple(sorted({c for _, _, c in pages} | {sweep.connection for sweep in sweeps})),
            earliest=min(hours, default=None),
            latest=max(hours, default=None),
            sweeps=sweeps,
        )

    def run(self, load: Load, views: tuple[ViewSpec, ...] = ()) -> int:
        """The batch from beginning to end, then all of it once more: the second time must change nothing."""
        rows = self.once(load, views)
        seen = self.everything(load)
        assert self.once(load, views) == rows
        assert self.everything(load) == seen
        return rows

    def once(self, load: Load, views: tuple[ViewSpec, ...] = ()) -> int:
        self.warehouse.prepare(load.workspace, load.table, views)
        rows = self.warehouse.stage(load) if load.objects else 0
        assert self.warehouse.apply(load) >= 0
        self.warehouse.discard(load)
        return rows

    def everything(self, load: Load) -> tuple[list[Row], list[Row]]:
        return self.current(load.table, load.workspace), self.history(load.table, load.workspace)

    def current(self, table: TableSpec, workspace: str = "") -> list[Row]:
        rows = self.read("current", workspace or self.workspace, table.name)
        return sorted((typed(row, table) for row in rows), key=lambda row: [str(row[name]) for name in identity(table)])

    def history(self, table: TableSpec, workspace: str = "") -> list[Row]:
        rows = [typed(row, table) for row in self.read("history", workspace or self.workspace, table.name)]
        place = [*identity(table), "_synced_at", "_page", "_line"]
        return sorted(rows, key=lambda row: [str(row[name]) for name in place])


def world(kind: str) -> WarehouseBackend:
    bucket = objects(kind)
    if kind == KINDS[0]:
        memory = MemoryWarehouse(bucket)
        reads = {"current": memory.current, "history": memory.history}
        return WarehouseBackend(memory, bucket, lambda what, workspace, table: reads[what](workspace, table))
    real = BigQueryWarehouse(SETTINGS)
    rows = Rows(real.client, SETTINGS.project)
    answers = {"current": rows.current, "history": rows.history}
    return WarehouseBackend(real, bucket, lambda what, workspace, table: answers[what](workspace, table))


def at(hour: float) -> datetime:
    return datetime.fromtimestamp(1_788_220_800 + hour * 3600, UTC)  # 2026-09-01


def typed(row: Mapping[str, Any], table: TableSpec) -> Row:
    """A row as BigQuery's client gives it: the memory keeps what was staged, and leaves out what is not there."""
    return {column.name: _value(row.get(column.name), column) for column in kept(table)}


def _value(value: Any, column: Column) -> Any:
    if column.kind == "texts":
        return value or []
    if not isinstance(value, (str, int, float)):
        return value
    if column.kind == "money":
        return Decimal(value)
    if column.kind == "float":
        return float(value)
    if column.kind == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    if column.kind == "time" and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    return value
