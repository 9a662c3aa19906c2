"""Tables that are saved as CSV. Texts of platforms are never the beginning of a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n\x00]")


def lines(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    said = io.StringIO()
    write = csv.writer(said, lineterminator="\r\n")
    write.writerow(heads)
    for row in rows:
        write.writerow([_cell(each) for each in row])
    return said.getvalue().encode()


def safe(words: str) -> str:
    return f"'{words}" if _FORMULA.match(words) else words


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return safe(value) if isinstance(value, str) else value
