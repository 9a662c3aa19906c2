"""Reading back what is in BigQuery, for operators and tests. Loading needs none of it."""

# ruff: noqa: S608  every name in the SQL has passed `names`

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.warehouse import names

Row = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    client: Any
    project: str

    def current(self, workspace: str, table: str) -> list[Row]:
        """The rows as they are now; those that a sweep has marked carry `_deleted_at`."""
        return self.query(f"SELECT * FROM {names.address(self.project, names.raw(workspace), names.table_name(table))}")

    def history(self, workspace: str, table: str) -> list[Row]:
        """Every change of every row."""
        dataset = names.history(workspace)
        return self.query(f"SELECT * FROM {names.address(self.project, dataset, names.table_name(table))}")

    def query(self, sql: str) -> list[Row]:
        return [dict(row.items()) for row in self.client.query_and_wait(sql)]
