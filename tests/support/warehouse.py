"""The warehouse in memory, for tests that run thousands of syncs. The contract suite holds it to the real one."""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from shared.errors import Bug
from shared.stores.ports import Objects
from shared.warehouse import names, schema
from shared.warehouse.spec import Load, Sweep, TableSpec, ViewSpec

Row = dict[str, Any]
Identity = tuple[Any, ...]
When = tuple[datetime, bool, str, int]  # reading time, is there (a sweep comes before a reading), page, line
GONE = ""  # what a sweep says; a digest is never empty
_time = lru_cache(maxsize=4096)(datetime.fromisoformat)


@dataclass
class _Table:
    spec: TableSpec
    columns: frozenset[str]
    identity: tuple[str, ...]
    current: dict[Identity, Row] = field(default_factory=dict)
    # per row of the platform: when something else was said, what (a digest, or GONE), and the reading itself
    events: dict[Identity, list[tuple[When, str, Row]]] = field(default_factory=dict)

    def of(self, row: Row) -> Identity:
        return tuple(row.get(name) if name in self.spec.may_lack else row[name] for name in self.identity)

    def become(self, spec: TableSpec) -> None:
        """With the key of a later release, the rows that are there are found by it."""
        self.spec, self.identity = spec, schema.identity(spec)
        told = [event for events in self.events.values() for event in events]
        self.current, self.events = {self.of(row): row for row in self.current.values()}, {}
        for event in sorted(told, key=lambda event: event[0]):
            self.events.setdefault(self.of(event[2]), []).append(event)

    def note(self, identity: Identity, when: When, says: str, row: Row) -> None:
        """History: only what differs from the event before it, and each event once."""
        events = self.events.setdefault(identity, [])
        place = bisect_left(events, (when,))
        if place < len(events) and events[place][0] == when:
            return
        if place == 0 or events[place - 1][1] != says:
            events.insert(place, (when, says, row))


@dataclass
class MemoryWarehouse:
    """Reads the staged objects as BigQuery would and keeps plain rows; times of ours are datetimes in them."""

    objects: Objects
    tables: dict[tuple[str, str], _Table] = field(default_factory=dict)
    views: dict[tuple[str, str], ViewSpec] = field(default_factory=dict)
    staging: dict[str, list[Row]] = field(default_factory=dict)

    def copy(self, objects: Objects) -> MemoryWarehouse:
        """As it stands now, over these objects. Rows are never changed in place, so they are shared."""
        tables = {
            name: replace(
                held, current=dict(held.current), events={each: [*told] for each, told in held.events.items()}
            )
            for name, held in self.tables.items()
        }
        return MemoryWarehouse(objects, tables, dict(self.views), dict(self.staging))

    def prepare(self, workspace: str, table: TableSpec, views: Sequence[ViewSpec] = ()) -> None:
        names.raw(workspace)
        names.table_name(table.name)
        schema.check(table)
        for view in views:
            schema.check_view(view)
            self.views[workspace, view.name] = view
        held = self.tables.get((workspace, table.name))
        if held is None:
            columns = frozenset(column.name for column in schema.staged(table))
            self.tables[workspace, table.name] = _Table(table, columns, schema.identity(table))
        elif held.spec != table:
            kinds = {column.name: column.kind for column in held.spec.columns}
            for column in table.columns:
                if kinds.setdefault(column.name, column.kind) != column.kind:
                    raise Bug("column-changed", f"The column {column.name} of {table.name} has changed its type.")
            held.become(table)
            held.columns = held.columns | {column.name for column in table.columns}

    def stage(self, load: Load) -> int:
        columns = self.tables[load.workspace, load.table.name].columns
        rows: list[Row] = []
        for name in dict.fromkeys(load.objects):
            for row in _rows(self._object(name), name):
                if not row.keys() <= columns:
                    raise _refused(f"{name}: no such field: {', '.join(sorted(row.keys() - columns))}")
                row["_synced_at"] = _time(row["_synced_at"])
                rows.append(row)
        self.staging[_staging(load)] = rows
        return len(rows)

    def _object(self, name: str) -> bytes:
        try:
            return self.objects.read(name)
        except KeyError:
            raise _refused("notFound") from None

    def apply(self, load: Load) -> int:
        table = self.tables[load.workspace, load.table.name]
        if load.objects:
            self._take(table, self.staging[_staging(load)])
        for sweep in load.sweeps:
            self._sweep(table, sweep)
        return 0

    def discard(self, load: Load) -> None:
        self.staging.pop(_staging(load), None)

    def current(self, workspace: str, table: str) -> list[Row]:
        """The rows as they are now; those that a sweep has marked carry `_deleted_at`."""
        held = self.tables.get((workspace, table))
        return [dict(row) for row in held.current.values()] if held else []

    def history(self, workspace: str, table: str) -> list[Row]:
        """Every change of every row, in order of time."""
        held = self.tables.get((workspace, table))
        events = [event for events in held.events.values() for event in events] if held else []
        return [dict(row) for _, _, row in sorted(events, key=lambda event: event[0])]

    def _take(self, table: _Table, rows: list[Row]) -> None:
        readings: dict[Identity, list[Row]] = {}
        for row in rows:
            readings.setdefault(table.of(row), []).append(row)
        for identity, found in readings.items():
            held = table.current.get(identity)
            if held is not None:  # a late reading before it may make it a change
                found.append({name: value for name, value in held.items() if name != "_deleted_at"})
            found.sort(key=_when)
            for row in found:
                table.note(identity, _when(row), row["_hash"], row)
            newest, gone = found[-1], held and held.get("_deleted_at")
            still = gone is not None and gone > newest["_synced_at"]
            table.current[identity] = {**newest, "_deleted_at": gone} if still else newest

    def _sweep(self, table: _Table, sweep: Sweep) -> None:
        for identity, row in table.current.items():
            if row["connection_id"] != sweep.connection or row["_synced_at"] >= sweep.before:
                continue
            if row.get("_deleted_at") is not None:
                continue
            if sweep.column and not sweep.first.isoformat() <= row[sweep.column] <= sweep.last.isoformat():
                continue
            gone = {**row, "_deleted_at": sweep.before}
            table.current[identity] = gone
            told = {**gone, "_synced_at": sweep.before, "_page": sweep.page}
            table.note(identity, (sweep.before, False, sweep.page, row["_line"]), GONE, told)


def _rows(packed: bytes, name: str) -> list[Row]:
    try:
        return [orjson.loads(line) for line in gzip.decompress(packed).splitlines()]
    except (OSError, EOFError, ValueError):
        raise _refused(name) from None


def _refused(detail: str) -> Bug:
    return Bug("bigquery-refused", "BigQuery refused a batch.", detail)


def _when(row: Row) -> When:
    return (row["_synced_at"], True, row["_page"], row["_line"])


def _staging(load: Load) -> str:
    return names.staging_table(load.workspace, load.table.name, load.batch)
