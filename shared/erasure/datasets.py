"""What lies in BigQuery: the datasets of a workspace, or the rows of one connection in them.

A dataset that does not bear our labels is somebody else's, whatever its name: of what stands in it only what bears them
itself is ours. What is spared for that is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from google.api_core.exceptions import NotFound

from shared.erasure.receipt import Receipt
from shared.stores.bigquery_client import labels_of
from shared.stores.bigquery_permits import forget
from shared.stores.holdings import Holdings
from shared.warehouse import names

WHOSE = "connection_id"  # the column of every table of ours


@dataclass(frozen=True)
class _Found:
    """A dataset that is there."""

    whole: bool  # it is ours, and so is everything in it
    tables: list[Any]  # and views: those that are ours


@dataclass(frozen=True)
class Datasets:
    stores: Holdings
    receipt: Receipt
    workspace: str

    def drop(self) -> None:
        """With all their tables; and what was being loaded."""
        for dataset in names.of_workspace(self.workspace):
            found = self._found(dataset)
            if found is not None:
                self._drop(dataset, found)
        self._drop_staged()

    def drop_rows(self, connection: str) -> None:
        """Of every table, whatever made it, what came from this connection; other accounts fill the same tables."""
        client = self.stores.bigquery
        for dataset in (names.raw(self.workspace), names.history(self.workspace)):
            found = self._found(dataset)
            for table in found.tables if found else []:
                if table.table_type == "VIEW" or not _says_whose(client.get_table(self._address(dataset, table))):
                    continue
                if table.table_type == "TABLE":
                    self._delete(dataset, table.table_id, connection)
                else:
                    self.receipt.spare(f"{dataset}.{table.table_id}", f"no rows can be taken from a {table.table_type}")

    def _delete(self, dataset: str, table: str, connection: str) -> None:
        client, address = self.stores.bigquery, names.address(self.stores.settings.project, dataset, table)
        which = f"FROM {address} WHERE {WHOSE} = {names.text(connection)}"
        count = next(iter(client.query_and_wait(f"SELECT COUNT(*) AS n {which}"))).n
        if count:
            client.query_and_wait(f"DELETE {which}")
            self._count("rows", count)

    def _drop(self, dataset: str, found: _Found) -> None:
        client = self.stores.bigquery
        self._count("tables and views", len(found.tables))
        if found.whole:
            self._count("datasets", 1)
            client.delete_dataset(dataset, delete_contents=True, not_found_ok=True)
            if dataset == names.marts(self.workspace):
                with suppress(NotFound):
                    forget(client, self.stores.settings.project, names.SHARED, [dataset])
            return
        for table in found.tables:
            client.delete_table(self._address(dataset, table), not_found_ok=True)
        wanted = " and ".join(f"{name}={value}" for name, value in names.marks(self.workspace).items())
        self.receipt.spare(f"dataset {dataset}", f"not ours: it lacks the labels {wanted}")

    def _drop_staged(self) -> None:
        """Tables of one batch bear no labels of their own; the dataset does."""
        found = self._found(names.STAGING)
        others = tuple(f"{name}__" for name in self._workspaces() if name.startswith(f"{self.workspace}__"))
        for table in found.tables if found and found.whole else []:
            if table.table_id.startswith(f"{self.workspace}__") and not table.table_id.startswith(others):
                self.stores.bigquery.delete_table(self._address(names.STAGING, table), not_found_ok=True)

    def _workspaces(self) -> list[str]:
        return [path.partition("/")[2] for path, _ in self.stores.documents.each("workspaces")]

    def _found(self, dataset: str) -> _Found | None:
        client = self.stores.bigquery
        try:
            labels, tables = client.get_dataset(dataset).labels, list(client.list_tables(dataset))
        except NotFound:
            return None
        if names.is_ours(labels, "" if dataset == names.STAGING else self.workspace):
            return _Found(True, tables)
        return _Found(False, [table for table in tables if self._bears(labels_of(client, table))])

    def _bears(self, labels: Mapping[str, str]) -> bool:
        return names.is_ours(labels, self.workspace) or labels.get("app") == names.MARTS["app"]

    def _address(self, dataset: str, table: Any) -> str:
        return f"{self.stores.settings.project}.{dataset}.{table.table_id}"

    def _count(self, what: str, how_many: int) -> None:
        self.receipt.count(what, how_many, self.stores.documents)


def _says_whose(table: Any) -> bool:
    return any(field.name == WHOSE for field in table.schema)
