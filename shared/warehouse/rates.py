"""Exchange rates as the European Central Bank publishes them, and the statement that puts them in place. Pure."""

# ruff: noqa: S608  every name in the SQL has passed `names`

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from shared.vocabulary.columns import columns
from shared.warehouse import names

TABLE = "exchange_rates"
ARRIVED = f"{TABLE}_arrived"
LARGEST = 32 * 2**20  # bytes of the file that is unpacked; the long one had 2.6 MB in 2026
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


def read(data: bytes, since: date = date.min) -> list[Rate]:
    """`eurofxref-hist.csv`, `eurofxref.csv`, or the archive of either: a line per day, a column per currency.

    A table of one's own in the same form will do: `Date,USD,GBP` and a line for each day. `since`: older ones are left
    out.
    """
    if data.startswith(b"PK"):
        data = _unpacked(data)
    try:
        lines = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise NoRates("The file is no text.") from None
    head = [cell.strip() for cell in next(lines, [])]
    if not head or head[0].lower() != "date":
        raise NoRates("The first line must name the columns: Date, then currencies.")
    found = (rate for line in lines if line for rate in _of_day(head, [cell.strip() for cell in line]))
    return [rate for rate in found if rate.day >= since]


def _unpacked(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(archive.namelist()[0]) as file:
            held = file.read(LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, IndexError, NotImplementedError, RuntimeError):
        raise NoRates("The archive cannot be unpacked.") from None
    if len(held) > LARGEST:
        raise NoRates("The archive holds more than any file of rates.")
    return held


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


def merge(project: str) -> str:
    """Each currency and day once: what has arrived replaces what was there."""
    kept, arrived = (names.address(project, names.SHARED, name) for name in (TABLE, ARRIVED))
    return f"""\
MERGE INTO {kept} AS k
USING {arrived} AS a
ON k.currency = a.currency AND k.date = a.date
WHEN MATCHED AND k.per_euro != a.per_euro THEN UPDATE SET
  per_euro = a.per_euro, source = a.source, loaded_at = a.loaded_at
WHEN NOT MATCHED THEN INSERT (currency, date, per_euro, source, loaded_at)
  VALUES (a.currency, a.date, a.per_euro, a.source, a.loaded_at)"""
