"""Tables as values: what a page shows row by row, and its JSON and CSV tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.console.tongue import say
from shared.drawing.words import THIN, Unit, day, figure


@dataclass(frozen=True, slots=True)
class Name:
    """What a row is of. `link`: a page of this client's, by what its address has after the client's own."""

    words: str
    under: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """Of a row that names its own currency."""

    value: float | None
    currency: str


Cell = Name | Amount | str | float | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """Without a unit it holds words. `order`: the address that orders by it; `ordered`: how it is now."""

    key: str
    name: str
    unit: Unit | None = None
    order: str = ""
    ordered: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    key: str
    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    total: tuple[Cell, ...] = ()
    note: str = ""
    is_open: bool = False  # shown at once; else it waits beneath its heading

    def told(self) -> list[dict[str, Any]]:
        return [self._row(row) for row in self.rows]

    def _row(self, row: tuple[Cell, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for column, cell in zip(self.columns, row, strict=True):
            found[column.key] = plain(cell)
            if isinstance(cell, Amount):
                found[f"{column.key}_currency"] = cell.currency or None
        return found


def plain(cell: Cell) -> str | float | None:
    if isinstance(cell, Name):
        return cell.words
    if isinstance(cell, Amount):
        return cell.value
    return cell.isoformat() if isinstance(cell, date) else cell


def shown(cell: Cell, column: Column) -> str:
    """Empty: there is none."""
    if isinstance(cell, Name):
        return cell.words
    if isinstance(cell, date):
        return f"{day(cell)} {cell.year}".replace(" ", THIN)  # no line breaks in it
    if isinstance(cell, Amount):
        return figure(cell.value, Unit("money", cell.currency), "")
    if cell is None or isinstance(cell, str):
        return cell or ""
    return figure(cell, column.unit or Unit(), "")


def total_words(cell: Cell, column: Column) -> str:
    """At the foot of a table, where an empty place would look like nothing."""
    if cell is None:
        return say("no total") if column.unit is not None else ""
    return shown(cell, column)
