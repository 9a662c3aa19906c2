"""BigQuery as an operator sees it, over the warehouse in memory: what is there, and how it is dropped."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from google.api_core.exceptions import NotFound

from shared.warehouse import names
from shared.warehouse.schema import kept
from tests.support.warehouse import MemoryWarehouse

_PERSON = re.compile(
    r"(?:SELECT (?P<count>COUNT\(\*\) AS n|\*) FROM|UPDATE) `[^.`]+\.(?P<dataset>\w+)\.(?P<table>\w+)`"
    r"(?: SET (?P<sets>.+))? "
    r"WHERE connection_id = '(?P<connection>[^']+)' AND `(?P<column>\w+)` IN \((?P<values>[^()]+)\)"
)
_WITHIN = r"`(\w+)` = PARSE_JSON\(REGEXP_REPLACE\(TO_JSON_STRING\(`\w+`\), r'\"(\w+)"
_STATEMENT = re.compile(r"(SELECT COUNT\(\*\) AS n|DELETE) FROM `[^.`]+\.(\w+)\.(\w+)` WHERE connection_id = '([^']+)'")


@dataclass
class MemoryBigQuery:
    """`others`: datasets that somebody else made, with the labels of their tables. `jobs`: ids of those under way."""

    warehouse: MemoryWarehouse
    others: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    jobs: dict[str, datetime] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)

    def list_tables(self, dataset: str) -> list[Any]:
        if dataset in self.others:
            theirs = self.others[dataset].items()
            return [SimpleNamespace(table_id=name, table_type="TABLE", labels=labels) for name, labels in theirs]
        if dataset == names.STAGING:
            return [SimpleNamespace(table_id=name, table_type="TABLE") for name in sorted(self.warehouse.staging)]
        workspace = self._workspace(dataset)
        found = sorted(table for owner, table in self.warehouse.tables if owner == workspace)
        if not found:
            raise NotFound(dataset)
        return [SimpleNamespace(table_id=name, table_type="TABLE") for name in found]

    def get_dataset(self, reference: Any) -> Any:
        dataset = reference if isinstance(reference, str) else reference.dataset_id
        self.list_tables(dataset)
        whose = "" if dataset == names.STAGING else self._workspace(dataset)
        return SimpleNamespace(labels={} if dataset in self.others else names.marks(whose))

    def get_table(self, address: str) -> Any:
        """Every table of ours says whose its rows are."""
        _, dataset, table = address.split(".")
        held = self.warehouse.tables.get((self._workspace(dataset), table))
        if held is None and dataset not in self.others:
            raise NotFound(address)
        columns = [(column.name, column.kind) for column in kept(held.spec)] if held else []
        fields = [
            SimpleNamespace(name=name, mode="REPEATED" if kind == "texts" else "NULLABLE") for name, kind in columns
        ]
        return SimpleNamespace(schema=fields or [SimpleNamespace(name="connection_id", mode="NULLABLE")])

    def list_jobs(self, all_users: bool, state_filter: str) -> list[Any]:
        assert all_users
        found = self.jobs.items() if state_filter == "pending" else ()
        return [SimpleNamespace(job_id=name, created=created, location="EU") for name, created in found]

    def cancel_job(self, job_id: str, location: str) -> None:
        """It ends when BigQuery comes to it, not at once."""
        self.cancelled.append(job_id)

    def delete_dataset(self, dataset: str, delete_contents: bool, not_found_ok: bool) -> None:
        """Current rows and history are one thing here, so they go together."""
        assert delete_contents
        assert not_found_ok
        workspace = self._workspace(dataset)
        for owned in (self.warehouse.tables, self.warehouse.views):
            for key in [key for key in owned if key[0] == workspace]:
                del owned[key]

    def delete_table(self, address: str, not_found_ok: bool) -> None:
        assert not_found_ok
        _, dataset, table = address.split(".")
        if dataset in self.others:
            del self.others[dataset][table]
        else:
            assert dataset == names.STAGING
            self.warehouse.staging.pop(table, None)

    def query_and_wait(self, statement: str) -> list[Any]:
        """Rows of a connection, counted or deleted; those of a person counted, shown or cleared."""
        if person := _PERSON.fullmatch(statement):
            return self._of_person(**person.groupdict())
        said = _STATEMENT.fullmatch(statement)
        assert said, statement
        verb, dataset, table, connection = said.groups()
        held = self.warehouse.tables[self._workspace(dataset), table]
        history = dataset.endswith("_history")
        ours = {identity for identity in held.events if connection in identity}
        if verb != "DELETE":
            count = sum(len(held.events[one]) for one in ours) if history else len(ours & set(held.current))
            return [SimpleNamespace(n=count)]
        for identity in ours:
            if history:
                del held.events[identity]
            else:
                held.current.pop(identity, None)
        return []

    def _of_person(
        self, count: str | None, dataset: str, table: str, sets: str | None, connection: str, column: str, values: str
    ) -> list[Any]:
        held = self.warehouse.tables[self._workspace(dataset), table]
        history = dataset.endswith("_history")
        told = [row for events in held.events.values() for _, _, row in events]
        wanted = {value.strip("'") for value in values.split(", ")}
        found = [
            row
            for row in (told if history else held.current.values())
            if row["connection_id"] == connection and row.get(column) in wanted
        ]
        if sets is None:
            return [dict(row) for row in found] if count == "*" else [SimpleNamespace(n=len(found))]
        for row in found:
            for name in re.findall(r"`(\w+)` = (?:NULL|\[\])", sets):
                row[name] = None
            for name, inner in re.findall(_WITHIN, sets):
                row[name] = [{**each, inner: None} for each in row.get(name) or ()]
        return []

    def _workspace(self, dataset: str) -> str:
        if dataset in self.others:
            return dataset
        found = re.fullmatch(r"(\w+)_(?:raw|history)", dataset)
        if found is None:
            raise NotFound(dataset)
        return found[1]
