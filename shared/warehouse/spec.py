"""What the warehouse is asked for: a table, a view of one, a batch to load, rows to mark as gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from shared.vocabulary.columns import Column


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table as the warehouse must have it. `columns` are the stream's own; the housekeeping ones are added."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    description: str = ""
    may_lack: frozenset[str] = frozenset()  # columns of the key that rows may be without


@dataclass(frozen=True, slots=True)
class ViewSpec:
    name: str
    of: TableSpec
    each: Column  # the column that holds the list
    columns: tuple[Column, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Mark the rows of a connection that a complete reading, begun at `before`, did not see.

    With `column`: only those whose day there is within `first` and `last`.
    """

    connection: str
    before: datetime
    page: str  # names the sweep in `_page`
    column: str = ""
    first: date = date.min
    last: date = date.max

    def marks(self, row: Mapping[str, Any]) -> bool:
        """Whether it marks this row of the table of current rows, as `statements.mark_vanished` has BigQuery do."""
        if row["connection_id"] != self.connection or row["_deleted_at"] is not None:
            return False
        if not row["_synced_at"] < self.before:
            return False
        day = row[self.column] if self.column else None
        return not self.column or (day is not None and self.first <= day <= self.last)


@dataclass(frozen=True, slots=True)
class Load:
    """One batch for one table."""

    workspace: str
    table: TableSpec
    batch: str
    objects: tuple[str, ...]
    connections: tuple[str, ...]
    earliest: datetime | None  # reading times of its pages; None: not known, or no pages
    latest: datetime | None
    sweeps: tuple[Sweep, ...] = field(default=())  # in the order of `before`: a row goes with the first that holds
    again: bool = False  # its sweeps may have been made before, whatever became of the rows since

    @property
    def until(self) -> datetime | None:
        """How far it reaches, sweeps and all."""
        told = [sweep.before for sweep in self.sweeps]
        return max([*told, self.latest] if self.latest else told, default=None)
