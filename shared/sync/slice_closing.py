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

    part: Slice
    cursor: Cursor | None = None
    pays: bool = False
    known: bool = True  # the cursor is there already

    def write(self, tx: Transaction) -> None:
        """What is there keeps the fields of later releases."""
        part = self.part
        tx.update(model.path(part.workspace, "slices", part.id), to_doc(part))
        if self.cursor is not None:
            write = tx.update if self.known else tx.set
            write(model.path(part.workspace, "cursors", self.cursor.id), to_doc(self.cursor))
        if self.pays:
            tx.delete(model.path(part.workspace, "debts", mark_of(part)))


def mark_of(part: Slice) -> str:
    """The id of the cursor and of the debt of what a slice reads."""
    return model.cursor_id(part.connection, part.stream, part.partition)


def close_slice(part: Slice, cursor: Doc | None, run: Run, keeps_cursor: bool, now: datetime) -> SliceUpdate:
    """Close a slice all of whose pages are in BigQuery, and say where its cursor goes. It never goes back.

    What was not read whole moves no cursor and pays no debt. Where a reading shows far fewer rows than the one before,
    the cursor stays, too, and remembers that: the next reading will tell.
    """
    if part.state != SliceState.STAGED or part.loaded < part.to_load:
        return SliceUpdate(part)
    done = replace(part, state=SliceState.LOADED, touched_at=now)
    if part.kind != SliceKind.EXTRACT or short(part):
        return SliceUpdate(done)
    if vanished(part):
        return SliceUpdate(done, _remembering(part, cursor) if keeps_cursor and run.moves_cursors else None)
    moved = _moved(part, cursor, run) if keeps_cursor else None
    return SliceUpdate(done, moved, pays=part.owed, known=cursor is not None)


def _moved(part: Slice, doc: Doc | None, run: Run) -> Cursor | None:
    began = part.created_at
    if not run.moves_cursors or part.holds or began is None:
        return None
    before = model.from_doc(Cursor, doc) if doc else None
    if before is not None and before.until >= began:
        return None
    where = (mark_of(part), part.workspace, part.connection, part.stream, part.partition)
    before_us = stood(before, part.ended_until)
    return Cursor(*where, until=began, run=part.run, feeds=part.feeds, rows=part.rows, stood=before_us)


def _remembering(part: Slice, doc: Doc | None) -> Cursor | None:
    return replace(model.from_doc(Cursor, doc), held=part.rows) if doc else None


def short(part: Slice) -> bool:
    """Whether the platform says that it has more of this than it showed."""
    return any(map(lacking, part.proof.values()))


def vanished(part: Slice) -> bool:
    """Whether this reading of certain days shows so much less than the last one that it is not believed alone."""
    return doubtful(part.rows, part.before, part.held)


def doubtful(rows: int, before: int, held: int | None) -> bool:
    """Whether a reading shows nothing any more, or less than half of many rows; unless one held back said the same."""
    if rows and (before < FEW or rows * 2 >= before):
        return False
    return before > rows and not (held is not None and abs(rows - held) <= max(2, held // 10))
