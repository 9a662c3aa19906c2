"""Datasets, tables and views that appear, and grow columns, by themselves. Nothing is ever dropped or retyped here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from google.api_core.exceptions import NotFound, PreconditionFailed
from google.cloud import bigquery

from shared.connectors.columns import Column
from shared.errors import Bug, Later
from shared.stores.ports import TableSpec, ViewSpec
from shared.warehouse import names, schema, views

_DAY = 24 * 60 * 60 * 1000  # milliseconds
_TRIES = 5  # of a change that another worker makes at the same moment
_OLD_NAMES = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}  # as the service still reports them


@dataclass(frozen=True)
class Tables:
    client: Any
    project: str
    location: str

    def have(self, workspace: str, table: TableSpec, entries: Sequence[ViewSpec]) -> None:
        """Everything a batch of this table needs exists afterwards."""
        schema.check(table)
        self.dataset(names.STAGING, lifetime=_DAY)
        now = f"{table.description}. Rows as they are now."
        self._table(names.raw(workspace), workspace, table, now, _by(bigquery.TimePartitioningType.MONTH, table))
        changes = f"{table.description}. Every change of a row, in the order of _synced_at."
        self._table(names.history(workspace), workspace, table, changes, bigquery.TimePartitioning(field="_synced_at"))
        for view in entries:
            self._view(workspace, view)

    def dataset(self, name: str, workspace: str = "", lifetime: int | None = None) -> None:
        reference = bigquery.DatasetReference(self.project, name)
        try:
            self.client.get_dataset(reference)
            return
        except NotFound:
            dataset = bigquery.Dataset(reference)
        dataset.location = self.location
        dataset.default_table_expiration_ms = lifetime
        dataset.labels = {"app": "tributary"} | ({"workspace": workspace} if workspace else {})
        self.client.create_dataset(dataset, exists_ok=True)

    def _table(self, dataset: str, workspace: str, spec: TableSpec, description: str, parts: Any) -> None:
        reference = bigquery.DatasetReference(self.project, dataset).table(names.table_name(spec.name))
        wanted = fields(schema.kept(spec))

        def make() -> Any:
            self.dataset(dataset, workspace)
            table = bigquery.Table(reference, schema=wanted)
            table.description = description
            table.clustering_fields = list(schema.clustering(spec))
            table.labels = {"app": "tributary", "workspace": workspace}
            table.time_partitioning = parts
            return table

        def change(found: Any) -> list[str]:
            grown = _grown(spec.name, list(found.schema), wanted)
            return _set(found, schema=grown, description=description)

        self._settle(reference, make, change)

    def _view(self, workspace: str, view: ViewSpec) -> None:
        schema.check_view(view)
        reference = bigquery.DatasetReference(self.project, names.raw(workspace)).table(names.table_name(view.name))
        try:
            if self.client.get_table(reference).labels.get("definition") == views.definition(view):
                return
        except NotFound:
            pass  # then it is made
        labels = {"app": "tributary", "workspace": workspace[:63], "table": view.name[:63]}
        statement = views.create(self.project, workspace, view)
        self.client.query(statement, job_config=bigquery.QueryJobConfig(labels=labels)).result()

    def _settle(self, reference: Any, make: Callable[[], Any], change: Callable[[Any], list[str]]) -> None:
        """Create it, or change what differs; two workers may do so at once, and then one looks again."""
        for _ in range(_TRIES):
            try:
                found = self.client.get_table(reference)
            except NotFound:
                found = self.client.create_table(make(), exists_ok=True)
            changed = change(found)
            if not changed:
                return
            try:
                self.client.update_table(found, changed)
                return
            except PreconditionFailed:
                continue
        raise Later("table-busy", "Several workers are changing one table.", str(reference))


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
