"""Exchange rates: one table for all workspaces, filled from the file that the European Central Bank publishes."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from google.cloud import bigquery

from infra.stores import Stores
from shared.clock import iso
from shared.connectors.columns import columns
from shared.stores.bigquery_tables import Tables, fields
from shared.warehouse import names

TABLE = "exchange_rates"
COLUMNS = columns(
    """
    currency text Currency, by its three letters
    date date Day on which the rate was published
    per_euro money~ Units of the currency for one euro
    source text Where the rate comes from
    loaded_at time When it was loaded
    """
)
_CODE = re.compile(r"[A-Z]{3}")
_NO_RATE = frozenset({"", "N/A"})


class NoRates(Exception):
    """The file is not what it should be; the text says where."""


@dataclass(frozen=True, slots=True)
class Rate:
    currency: str
    day: date
    per_euro: Decimal


def read(data: bytes) -> list[Rate]:
    """`eurofxref-hist.csv`, `eurofxref.csv`, or the archive of either: a line per day, a column per currency.

    A table of one's own in the same form will do: `Date,USD,GBP` and a line for each day.
    """
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = archive.read(archive.namelist()[0])
    lines = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    head = [cell.strip() for cell in next(lines, [])]
    if not head or head[0].lower() != "date":
        raise NoRates("The first line must name the columns: Date, then currencies.")
    return [rate for line in lines if line for rate in _of_day(head, [cell.strip() for cell in line])]


def _of_day(head: list[str], cells: list[str]) -> Iterator[Rate]:
    try:
        day = _day(cells[0])
        for currency, cell in zip(head[1:], cells[1:], strict=False):
            if not currency or cell in _NO_RATE:
                continue  # lines end with a comma, and some currencies were not quoted then
            rate = Decimal(cell)
            if not _CODE.fullmatch(currency) or not rate.is_finite() or rate <= 0:
                raise NoRates(f"{currency} {cell} of {cells[0]} is no rate.")
            yield Rate(currency, day, rate)
    except (ValueError, InvalidOperation):
        raise NoRates(f"The line of {cells[0][:40]} holds something else than rates.") from None


_MONTHS = {
    "January": 1, "February": 2, "March": 3, "April": 4, "May": 5, "June": 6,
    "July": 7, "August": 8, "September": 9, "October": 10, "November": 11, "December": 12,
}  # fmt: skip


def _day(text: str) -> date:
    """The long file writes 2026-11-20, the file of the newest day 20 November 2026."""
    words = text.split()
    if len(words) == 3 and words[1] in _MONTHS:
        return date(int(words[2]), _MONTHS[words[1]], int(words[0]))
    return date.fromisoformat(text)


def make(stores: Stores) -> None:
    """The table is there afterwards."""
    Tables(stores.bigquery, stores.settings.project, stores.settings.location).dataset(names.SHARED)
    table = bigquery.Table(_reference(stores), schema=fields(COLUMNS))
    table.description = "Exchange rates that all workspaces read. Fill it by `rates load`, or otherwise."
    table.clustering_fields = ["currency", "date"]
    stores.bigquery.create_table(table, exists_ok=True)


def load(stores: Stores, found: Iterable[Rate], source: str) -> int:
    """Each currency and day once: what the file has replaces what was there."""
    make(stores)
    moment = iso(stores.clock.now())
    newest = {(rate.currency, rate.day): rate for rate in found}
    if not newest:
        return 0
    rows = [
        {
            "currency": rate.currency,
            "date": rate.day.isoformat(),
            "per_euro": str(rate.per_euro),
            "source": source,
            "loaded_at": moment,
        }
        for rate in newest.values()
    ]
    client, project = stores.bigquery, stores.settings.project
    name = f"{names.SHARED}/{TABLE}/{moment}.ndjson.gz"
    stores.objects.write(name, gzip.compress(b"\n".join(orjson.dumps(row) for row in rows)), {"rows": str(len(rows))})
    arrived = bigquery.DatasetReference(project, names.SHARED).table(f"{TABLE}_arrived")
    job = bigquery.LoadJobConfig(
        schema=fields(COLUMNS),
        source_format=bigquery.SourceFormat.NEWLINE_DELIMITED_JSON,
        write_disposition=bigquery.WriteDisposition.WRITE_TRUNCATE,
    )
    client.load_table_from_uri(f"gs://{stores.settings.bucket}/{name}", arrived, job_config=job).result()
    client.query(_merge(project)).result()
    client.delete_table(arrived, not_found_ok=True)
    return len(rows)


def _merge(project: str) -> str:
    kept, arrived = (names.address(project, names.SHARED, name) for name in (TABLE, f"{TABLE}_arrived"))
    return f"""\
MERGE INTO {kept} AS k
USING {arrived} AS a
ON k.currency = a.currency AND k.date = a.date
WHEN MATCHED AND k.per_euro != a.per_euro THEN UPDATE SET
  per_euro = a.per_euro, source = a.source, loaded_at = a.loaded_at
WHEN NOT MATCHED THEN INSERT (currency, date, per_euro, source, loaded_at)
  VALUES (a.currency, a.date, a.per_euro, a.source, a.loaded_at)"""


def _reference(stores: Stores) -> Any:
    return bigquery.DatasetReference(stores.settings.project, names.SHARED).table(TABLE)
