"""Where a cursor stands when the run that moved it is lost: it has moved before that run had done all.

A cursor moves as soon as its rows are in BigQuery. What hangs on those rows (children to be read, days to be marked) is
done later in the same run, or written down as owed when it ends. Should the database be lost in between, and come back
from an export that knows the cursor and not the run, nobody would do it. So a cursor says where it stood before, and a
plan that finds no such run puts it back there. What was read since is read once more, which changes no row.

An export is not of one moment, and knows its documents in no certain order. So nothing here rests on two documents
being of the same moment: a cursor carries both of its places itself, and a connection only says what is long over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared import log, model
from shared.model import Connection, Cursor, Run, from_doc
from shared.stores.ports import Documents, Transaction

NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # where a cursor stood before its first reading
LONGEST_EXPORT = timedelta(minutes=20)  # what was written down before that is in every export that is made now
AT_ONCE = 200  # cursors put back in one transaction


def stood(before: Cursor | None, ended_until: datetime | None) -> datetime:
    """Where a cursor that is moved now stood before all runs that may still have something to do."""
    if before is None:
        return NEVER
    over = ended_until is not None and before.until <= ended_until
    return before.until if over or before.stood is None else before.stood


def put_back(cursor: Cursor) -> Cursor | None:
    """The cursor as if the runs that moved it last had never been; None: then there was none."""
    if cursor.stood is None:  # of a release that kept no such place
        return cursor
    return None if cursor.stood == NEVER else replace(cursor, until=cursor.stood, stood=cursor.stood)


def uncertain(cursor: Cursor, ended_until: datetime | None) -> bool:
    """Whether the runs that moved it may have something to do still."""
    moved = cursor.stood is not None and cursor.stood != cursor.until
    return moved and not (ended_until is not None and cursor.until <= ended_until)


def standing(
    documents: Documents, connection: Connection, cursors: Mapping[str, Cursor], others: Sequence[Run], now: datetime
) -> tuple[dict[str, Cursor], Connection]:
    """The cursors with those of lost runs put back; and the connection, which says of what is over since.

    `others`: the runs of the connection that are under way.
    """
    doubted = {name: cursor for name, cursor in cursors.items() if uncertain(cursor, connection.ended_until)}
    runs = _runs(documents, connection, {cursor.run for cursor in doubted.values()} | {connection.last_run})
    lost = {name: cursor for name, cursor in doubted.items() if cursor.run not in runs}
    if lost:
        log.warning("cursors put back: their run is gone", connection=connection.id, count=len(lost))
        _write(documents, lost)
        back = {name: put_back(cursor) for name, cursor in lost.items()}
        cursors = {name: cursor for name, cursor in {**cursors, **back}.items() if cursor is not None}
    last = runs.get(connection.last_run)
    ended = last.finished_at if last is not None else None
    if ended is not None and not others and ended <= now - LONGEST_EXPORT:
        connection = replace(connection, ended_until=max(ended, connection.ended_until or ended))
    return dict(cursors), connection


def _runs(documents: Documents, connection: Connection, names: Iterable[str]) -> dict[str, Run]:
    paths = [model.path(connection.workspace, "runs", name) for name in sorted(names) if name]
    return {doc["id"]: from_doc(Run, doc) for doc in documents.get_many(paths) if doc} if paths else {}


def _write(documents: Documents, lost: Mapping[str, Cursor]) -> None:
    """Unless somebody has moved them on."""
    every = sorted(lost.items())
    for start in range(0, len(every), AT_ONCE):
        slice_ = every[start : start + AT_ONCE]
        paths = [model.path(cursor.workspace, "cursors", name) for name, cursor in slice_]

        def work(tx: Transaction, slice_: list[tuple[str, Cursor]] = slice_, paths: list[str] = paths) -> None:
            docs = tx.get_many(paths)
            for where, (_, cursor), doc in zip(paths, slice_, docs, strict=True):
                if doc is None or (doc["run"], doc["until"]) != (cursor.run, cursor.until):
                    continue
                back = put_back(cursor)
                if back is None:
                    tx.delete(where)
                else:
                    tx.update(where, {"until": back.until, "stood": back.stood})

        documents.transact(work)
