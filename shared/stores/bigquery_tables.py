"""Datasets, tables and views that appear, and grow columns, by themselves. Nothing is ever dropped or retyped here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from google.api_core.exceptions import NotFound, PreconditionFailed
from google.cloud import bigquery

from shared.clock import Clock, SystemClock
from shared.errors import Bug, Configure, Later
from shared.retrying import CHANGING, again
from shared.vocabulary.columns import Column
from shared.warehouse import names, schema, views
from shared.warehouse.spec import Load, TableSpec, ViewSpec

T = TypeVar("T")
DIGEST = "digest"  # the label of a table all of whose digests are of this kind
REACHES = "reaches"  # the label that says how far a table's readings may go: microseconds since 1970
_DAY = 24 * 60 * 60 * 1000  # milliseconds
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_OLD_NAMES = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}  # as the service still reports them


@dataclass(frozen=True)
class Tables:
    client: Any
    project: str
    location: str
    clock: Clock = SystemClock()

    def have(self, workspace: str, table: TableSpec, entries: Sequence[ViewSpec]) -> None:
        """Everything a batch of this table needs exists afterwards."""
        schema.check(table)
        self.dataset(names.STAGING, lifetime=_DAY)
        for dataset in (names.history(workspace), names.raw(workspace)):
            self.dataset(dataset, workspace)
        changes = f"{table.description}. Every change of a row, in the order of _synced_at."
        parts = bigquery.TimePartitioning(field="_synced_at")
        fresh = self._table(names.history(workspace), workspace, table, changes, parts)
        now = f"{table.description}. Rows as they are now."
        monthly = _by(bigquery.TimePartitioningType.MONTH, table)
        # Where there is a history already, rows were lost here and may come back: then nothing is said of its reach.
        self._table(
            names.raw(workspace),
            workspace,
            table,
            now,
            monthly,
            {REACHES: "0", DIGEST: schema.DIGESTS} if fresh else {},
        )
        for view in entries:
            self._view(workspace, view)

    def dataset(self, name: str, workspace: str = "", lifetime: int | None = None) -> None:
        """It is there afterwards, and it is ours: one of the same name that somebody else made is not taken."""
        reference = bigquery.DatasetReference(self.project, name)
        try:
            found = self.client.get_dataset(reference)
        except NotFound:
            dataset = bigquery.Dataset(reference)
            dataset.location = self.location
            dataset.default_table_expiration_ms = lifetime
            dataset.labels = names.marks(workspace)
            found = self.client.create_dataset(dataset, exists_ok=True)  # or another worker's, made a moment ago
        check_mark(name, found.labels, workspace)

    def reach(self, load: Load) -> tuple[bool, bool]:
        """Whether every reading of the batch is newer than all that the table was ever given, and whether all that it
        was ever given has digests of today's kind. From now on it may have been given this batch too.

        The marks are labels of the table itself, so they are lost, copied and put back with the rows that they speak
        of, and looking at them costs nothing. They are set before the rows come, and never go back.
        """

        def reached() -> tuple[bool, bool]:
            table = self.client.get_table(_named(self.project, names.raw(load.workspace), load.table.name))
            mark = table.labels.get(REACHES, "")
            before = int(mark) if mark.isdecimal() else None
            known = before if before is not None else _micros(table.modified)  # made by hand, or put back
            until = max(known, _micros(load.until))
            alike = table.labels.get(DIGEST) == schema.DIGESTS
            if until == before:
                return False, alike
            table.labels = {**table.labels, REACHES: str(until)}
            self.client.update_table(table, ["labels"])
            return before is not None and load.earliest is not None and before < _micros(load.earliest), alike

        return self._undisturbed(load.table.name, reached)

    def _table(
        self,
        dataset: str,
        workspace: str,
        spec: TableSpec,
        description: str,
        parts: Any,
        marks: Mapping[str, str] = MappingProxyType({}),
    ) -> bool:
        """Whether it was made just now."""
        reference = _named(self.project, dataset, spec.name)
        wanted = fields(schema.kept(spec))

        def make() -> Any:
            table = bigquery.Table(reference, schema=wanted)
            table.description = description
            table.clustering_fields = list(schema.clustering(spec))
            table.labels = {**names.marks(workspace), **marks}
            table.time_partitioning = parts
            return table

        def change(found: Any) -> list[str]:
            grown = _grown(spec.name, list(found.schema), wanted)
            return _set(found, schema=grown, description=description)

        return self._settle(reference, make, change)

    def _view(self, workspace: str, view: ViewSpec) -> None:
        schema.check_view(view)
        reference = _named(self.project, names.raw(workspace), view.name)
        try:
            if self.client.get_table(reference).labels.get("definition") == views.definition(view):
                return
        except NotFound:
            pass  # then it is made
        labels = {**names.marks(workspace), "table": view.name[:63]}
        statement = views.create(self.project, workspace, view)
        self.client.query(statement, job_config=bigquery.QueryJobConfig(labels=labels)).result()

    def _settle(self, reference: Any, make: Callable[[], Any], change: Callable[[Any], list[str]]) -> bool:
        """Create it, or change what differs; two workers may do so at once, and then one looks again."""
        made = False

        def settled() -> bool:
            nonlocal made
            try:
                found = self.client.get_table(reference)
            except NotFound:
                found, made = self.client.create_table(make(), exists_ok=True), True
            if changed := change(found):
                self.client.update_table(found, changed)
            return made

        return self._undisturbed(str(reference), settled)

    def _undisturbed(self, table: str, change: Callable[[], T]) -> T:
        """Look and change, and again when another worker has changed the same table in between."""
        try:
            return again(self.clock, CHANGING, change, lambda error: isinstance(error, PreconditionFailed))
        except PreconditionFailed:
            raise Later("table-busy", "Several workers are changing one table.", table) from None


def check_mark(dataset: str, labels: Mapping[str, str], workspace: str = "") -> None:
    """Nobody else's dataset becomes ours: it would be filled, shown and, one day, erased with what is ours."""
    if not names.is_ours(labels, workspace):
        wanted = " and ".join(f"{name}={value}" for name, value in names.marks(workspace).items())
        whose = f"workspace {workspace}" if workspace else "Tributary"
        way = "Take another name for the workspace, or set" if workspace else "Name it otherwise, or set"
        raise Configure(
            "dataset-taken",
            f"There is a dataset “{dataset}” that does not belong to {whose}: it lacks the labels {wanted}. "
            f"{way} them if it is meant.",
        )


def _named(project: str, dataset: str, table: str) -> Any:
    return bigquery.DatasetReference(project, dataset).table(names.table_name(table))


def _micros(moment: datetime | None) -> int:
    return (moment - _EPOCH) // _MICROSECOND if moment else 0


def _by(length: str, table: TableSpec) -> Any:
    """Parts of that length, of a table that has a row per day."""
    day = schema.day_of(table)
    return bigquery.TimePartitioning(type_=length, field=day) if day else None


def fields(columns: Sequence[Column]) -> list[Any]:
    """Columns as BigQuery writes them."""
    return [
        bigquery.SchemaField(
            column.name,
            "STRING" if column.kind == "texts" else column.sql_type,
            mode="REPEATED" if column.kind == "texts" else "NULLABLE",
            description=schema.describe(column),
        )
        for column in columns
    ]


def _grown(table: str, found: list[Any], wanted: list[Any]) -> list[Any]:
    """What is there, with new descriptions and the missing columns at the end."""
    named = {field.name.lower(): field for field in wanted}
    for field in found:
        other = named.get(field.name.lower())
        if other and (_type(other), other.mode) != (_type(field), field.mode):
            raise Bug(
                "column-changed",
                f"The column {field.name} of {table} has changed its type; give the new one another name.",
                f"{_type(field)} {field.mode} became {_type(other)} {other.mode}",
            )
    kept = [
        _described(field, named[field.name.lower()].description) if field.name.lower() in named else field
        for field in found
    ]
    there = {field.name.lower() for field in found}
    return [*kept, *(field for field in wanted if field.name.lower() not in there)]


def _type(field: Any) -> str:
    name: str = field.field_type
    return _OLD_NAMES.get(name, name)


def _described(field: Any, description: str | None) -> Any:
    if description is None or field.description == description:
        return field
    return bigquery.SchemaField.from_api_repr({**field.to_api_repr(), "description": description})


def _set(found: Any, **wanted: Any) -> list[str]:
    """Set what differs; the names of it."""
    changed = [name for name, value in wanted.items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, wanted[name])
    return changed
