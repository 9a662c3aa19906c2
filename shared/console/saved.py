"""What pages are as files: JSON, and tables as CSV, in which no text of a platform is the beginning of a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import orjson

from shared.kit.formulas import safe


def as_json(value: object) -> bytes:
    """Moments to the second, in UTC."""
    return orjson.dumps(value, default=_moment, option=orjson.OPT_PASSTHROUGH_DATETIME)


def lines(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    said = io.StringIO()
    write = csv.writer(said, lineterminator="\r\n")
    write.writerow(heads)
    for row in rows:
        write.writerow([_cell(each) for each in row])
    return said.getvalue().encode()


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, list | tuple):
        value = " ".join(map(str, value))
    return safe(value) if isinstance(value, str) else value
