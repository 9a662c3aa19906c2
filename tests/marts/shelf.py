"""BigQuery's datasets, tables and views as far as deploying sees them, in memory; statements can be refused."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from google.api_core.exceptions import BadRequest, Conflict, GoogleAPICallError, NotFound, PreconditionFailed
from google.cloud import bigquery

NOW = datetime(2026, 9, 10, tzinfo=UTC)
_VIEW = re.compile(r"CREATE OR REPLACE VIEW `([^`.]+)\.([^`.]+)\.([^`.]+)`")
_DROP = re.compile(r"DROP VIEW IF EXISTS `[^`.]+\.([^`.]+)\.([^`.]+)`")
_COLUMN = re.compile(r"^ {2}`(\w+)` OPTIONS", re.MULTILINE)


@dataclass
class Shelf:
    datasets: dict[str, Any] = field(default_factory=dict)
    tables: dict[tuple[str, str], Any] = field(default_factory=dict)
    refuses: dict[str, GoogleAPICallError] = field(default_factory=dict)  # by the name of the view
    writes: int = 0  # of what datasets permit
    now: datetime = NOW

    def dataset(self, name: str, labels: dict[str, str], created: datetime = NOW) -> None:
        made = bigquery.Dataset(f"demo.{name}")
        made.labels = labels
        self.create_dataset(made, created=created)

    def names(self, dataset: str) -> set[str]:
        return {name for owner, name in self.tables if owner == dataset}

    # -- what a client has -------------------------------------------------------------------------

    def get_dataset(self, reference: Any) -> Any:
        name = reference if isinstance(reference, str) else reference.dataset_id
        if name not in self.datasets:
            raise NotFound(name)
        return deepcopy(self.datasets[name])

    def create_dataset(self, made: Any, exists_ok: bool = False, created: datetime | None = None) -> Any:
        if made.dataset_id in self.datasets and not exists_ok:
            raise Conflict(made.dataset_id)
        made._properties["etag"] = "0"
        made._properties["creationTime"] = str(int((created or self.now).timestamp() * 1000))
        return deepcopy(self.datasets.setdefault(made.dataset_id, deepcopy(made)))

    def delete_dataset(self, dataset: str, delete_contents: bool, not_found_ok: bool) -> None:
        assert delete_contents
        assert not_found_ok
        self.datasets.pop(dataset, None)
        self.tables = {place: table for place, table in self.tables.items() if place[0] != dataset}

    def update_dataset(self, found: Any, fields: list[str]) -> Any:
        """Only what nobody changed since it was read, as BigQuery has it with an etag."""
        there = self.datasets.get(found.dataset_id)
        if there is None:
            raise NotFound(found.dataset_id)
        if found.etag != there.etag:
            raise PreconditionFailed("etag")
        for name in fields:
            setattr(there, name, getattr(found, name))
        self.writes += 1
        there._properties["etag"] = str(self.writes)
        return deepcopy(self.datasets[found.dataset_id])

    def list_tables(self, dataset: str) -> list[Any]:
        self.get_dataset(dataset.rpartition(".")[2])
        return [table for (owner, _), table in self.tables.items() if owner == dataset.rpartition(".")[2]]

    def get_table(self, reference: Any) -> Any:
        place = tuple(str(reference).split(".")[-2:])
        if place not in self.tables:
            raise NotFound(str(reference))
        return self.tables[place]

    def create_table(self, made: Any, exists_ok: bool) -> Any:
        assert exists_ok
        return self.tables.setdefault((made.dataset_id, made.table_id), made)

    def update_table(self, found: Any, fields: list[str]) -> Any:
        return found

    def query(self, sql: str, job_config: Any) -> Any:
        if dropped := _DROP.fullmatch(sql):
            self.tables.pop((dropped[1], dropped[2]), None)
            return SimpleNamespace(result=list)
        view = _VIEW.match(sql)
        assert view, sql
        _, dataset, name = view.groups()
        if name in self.refuses:
            raise self.refuses[name]
        missing = [
            place for place in re.findall(r"`demo\.(\w+)\.(\w+)`", sql[view.end() :]) if place not in self.tables
        ]
        if missing:
            raise BadRequest(f"Not found: Table {missing[0]}")
        made = bigquery.Table(
            f"demo.{dataset}.{name}", [bigquery.SchemaField(each, "STRING") for each in _COLUMN.findall(sql)]
        )
        self.tables[dataset, name] = made
        return SimpleNamespace(result=list)
