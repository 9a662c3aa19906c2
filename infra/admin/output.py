"""What commands print: plain tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson


def table(head: Sequence[str], rows: Iterable[Sequence[object]], nothing: str = "none") -> str:
    """Columns as wide as they need to be; numbers to the right."""
    filled = [[_text(cell) for cell in row] for row in rows]
    if not filled:
        return nothing
    numbers = [
        all(cell.replace(",", "").isdigit() or not cell for cell in column) for column in zip(*filled, strict=True)
    ]
    widths = [max(len(cell) for cell in column) for column in zip(head, *filled, strict=True)]

    def line(cells: Sequence[str]) -> str:
        placed = [
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(cells, widths, numbers, strict=True)
        ]
        return "  ".join(placed).rstrip()

    return "\n".join([line(head), line(["-" * width for width in widths]), *(line(row) for row in filled)])


def json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2, default=_plain).decode()


def _plain(value: object) -> str | float:
    """Firestore hands out moments of a kind of its own."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no JSON")


def moment(value: datetime | None) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if value else ""


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return moment(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f"{cell:,}"
    return "" if cell is None else str(cell)
