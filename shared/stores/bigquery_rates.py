"""The table of exchange rates, which all workspaces read."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from google.cloud import bigquery

from shared.clock import iso
from shared.stores.bigquery_tables import fields
from shared.warehouse import names
from shared.warehouse.rates import ARRIVED, COLUMNS, TABLE, Rate, merge


@dataclass(frozen=True, slots=True)
class Loaded:
    rates: int
    changed: int  # of them, those that were not there, or otherwise


@dataclass(frozen=True)
class RateTable:
    client: Any
    project: str

    def make(self) -> None:
        """The table is there afterwards; its dataset must be."""
        table = bigquery.Table(self._named(TABLE), schema=fields(COLUMNS))
        table.description = "Exchange rates that all workspaces read."
        table.clustering_fields = ["currency", "date"]
        self.client.create_table(table, exists_ok=True)

    def load(self, found: Iterable[Rate], source: str, moment: datetime) -> Loaded:
        """Each currency and day once: what is found replaces what was there. Loading it again changes nothing."""
        self.make()
        newest = {(rate.currency, rate.day): rate for rate in found}
        if not newest:
            return Loaded(0, 0)
        lines = b"\n".join(
            orjson.dumps({
                "currency": rate.currency, "date": rate.day.isoformat(), "per_euro": str(rate.per_euro),
                "source": source, "loaded_at": iso(moment),
            })
            for rate in newest.values()
        )  # fmt: skip
        job = bigquery.LoadJobConfig(
            schema=fields(COLUMNS),
            source_format=bigquery.SourceFormat.NEWLINE_DELIMITED_JSON,
            write_disposition=bigquery.WriteDisposition.WRITE_TRUNCATE,
        )
        # Sent along, not staged: whoever loads rates needs no way into the bucket of pages.
        self.client.load_table_from_file(io.BytesIO(lines), self._named(ARRIVED), job_config=job).result()
        merged = self.client.query(merge(self.project))
        merged.result()
        self.client.delete_table(self._named(ARRIVED), not_found_ok=True)
        return Loaded(
            len(newest), len(newest) if merged.num_dml_affected_rows is None else merged.num_dml_affected_rows
        )

    def _named(self, table: str) -> Any:
        return bigquery.DatasetReference(self.project, names.SHARED).table(table)
