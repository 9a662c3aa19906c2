"""What a slice comes to once its pages are in BigQuery: it is closed, its cursor moves, its debt is paid. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from shared import model
from shared.model import Cursor, Run, Slice, to_doc
from shared.reading.totals import lacking
from shared.states import SliceKind, SliceState
from shared.stores.ports import Doc, Transaction
from shared.sync.standing import stood

FEW = 20  # rows: of fewer, half may go in a day without a reason to doubt it


@dataclass(frozen=True, slots=True)
class SliceUpdate:
    """A slice as it is to be written, with what is to be written beside it."""

    slice_: Slice
    cursor: Cursor | None = None
    pays: bool = False
    known: bool = True  # the cursor is there already

    def write(self, tx: Transaction) -> None:
        """What is there keeps the fields of later releases."""
        slice_ = self.slice_
        tx.update(model.path(slice_.workspace, "slices", slice_.id), to_doc(slice_))
        if self.cursor is not None:
            write = tx.update if self.known else tx.set
            write(model.path(slice_.workspace, "cursors", self.cursor.id), to_doc(self.cursor))
        if self.pays:
            tx.delete(model.path(slice_.workspace, "debts", mark_of(slice_)))


def mark_of(slice_: Slice) -> str:
    """The id of the cursor and of the debt of what a slice reads."""
    return model.cursor_id(slice_.connection, slice_.stream, slice_.partition)


def close_slice(slice_: Slice, cursor: Doc | None, run: Run, keeps_cursor: bool, now: datetime) -> SliceUpdate:
    """Close a slice all of whose pages are in BigQuery, and say where its cursor goes. It never goes back.

    What was not read whole moves no cursor and pays no debt. Where a reading shows far fewer rows than the one before,
    the cursor stays, too, and remembers that: the next reading will tell.
    """
    if slice_.state != SliceState.STAGED or slice_.loaded < slice_.to_load:
        return SliceUpdate(slice_)
    done = replace(slice_, state=SliceState.LOADED, touched_at=now)
    if slice_.kind != SliceKind.EXTRACT or short(slice_):
        return SliceUpdate(done)
    if vanished(slice_):
        return SliceUpdate(done, _remembering(slice_, cursor) if keeps_cursor and run.moves_cursors else None)
    moved = _moved(slice_, cursor, run) if keeps_cursor else None
    return SliceUpdate(done, moved, pays=slice_.owed, known=cursor is not None)


def _moved(slice_: Slice, doc: Doc | None, run: Run) -> Cursor | None:
    began = slice_.created_at
    if not run.moves_cursors or slice_.holds or began is None:
        return None
    before = model.from_doc(Cursor, doc) if doc else None
    if before is not None and before.until >= began:
        return None
    where = (mark_of(slice_), slice_.workspace, slice_.connection, slice_.stream, slice_.partition)
    before_us = stood(before, slice_.ended_until)
    return Cursor(*where, until=began, run=slice_.run, feeds=slice_.feeds, rows=slice_.rows, stood=before_us)


def _remembering(slice_: Slice, doc: Doc | None) -> Cursor | None:
    return replace(model.from_doc(Cursor, doc), held=slice_.rows) if doc else None


def short(slice_: Slice) -> bool:
    """Whether the platform says that it has more of this than it showed."""
    return any(map(lacking, slice_.proof.values()))


def vanished(slice_: Slice) -> bool:
    """Whether this reading of certain days shows so much less than the last one that it is not believed alone."""
    return doubtful(slice_.rows, slice_.before, slice_.held)


def doubtful(rows: int, before: int, held: int | None) -> bool:
    """Whether a reading shows nothing any more, or less than half of many rows; unless one held back said the same."""
    if rows and (before < FEW or rows * 2 >= before):
        return False
    return before > rows and not (held is not None and abs(rows - held) <= max(2, held // 10))
