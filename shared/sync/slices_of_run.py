"""What a run reads: pure functions of the connection, the cursors, the clock. So a plan can be looked at first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shared.clock import parse
from shared.errors import Bug, Problem
from shared.kit import calendar
from shared.model import Connection, Cursor, Run, Slice, cursor_id, stable_id
from shared.states import Reason, SliceKind, SliceState
from shared.vocabulary.choosing import available_streams, below, gone, unknown_streams, wanted_of
from shared.vocabulary.platform import Platform
from shared.vocabulary.slicing import Parent
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Json, at

RUN_DOCUMENTS_KEPT = timedelta(days=60)  # how long the documents of a run stay readable
LONGEST_GIVEN = 500  # characters of a value that a row gives its children: it stands in addresses and in documents


def first_slices(platform: Platform, connection: Connection, run: Run, cursors: Mapping[str, Cursor]) -> list[Slice]:
    """The slices a run begins with. Streams that hang on parent rows get theirs as the parents are read.

    A stream that cannot be planned (its days are days of a zone that nobody knows; this release does not have it)
    stands there as failed: the others are read.
    """
    wanted = run.streams or wanted_of(platform, connection)
    found = [unplanned(platform, run, name, gone(platform, name)) for name in unknown_streams(platform, wanted)]
    for stream in available_streams(platform, connection, run.streams):
        if stream.parent is not None:
            continue
        try:
            found += new_slices(platform, stream, connection, run, {}, cursors)
        except Problem as problem:
            found.append(unplanned(platform, run, stream.name, problem))
    return found


def unplanned(platform: Platform, run: Run, stream: str, problem: Problem) -> Slice:
    """A slice that says why there is none of a stream."""
    return Slice(
        id=stable_id(run.id, stream, ""),
        workspace=run.workspace,
        connection=run.connection,
        run=run.id,
        platform=platform.name,
        stream=stream,
        kind=SliceKind.PLAN,
        state=SliceState.FAILED,
        problem={"code": problem.code, "sentence": problem.sentence, "detail": problem.detail, "move": problem.move},
        created_at=run.started_at,
        touched_at=run.started_at,
        expires_at=run.expires_at,
    )


def child_slices(
    platform: Platform,
    parent: Stream,
    connection: Connection,
    run: Run,
    records: Sequence[Json],
    given: Mapping[str, Json],
    cursors: Mapping[str, Cursor],
) -> list[Slice]:
    """The slices of a parent's children: one per row, or one per group of rows where a call takes several ids."""
    wanted = {stream.name for stream in available_streams(platform, connection, run.streams)}
    found = []
    for child in platform.children(parent.name):
        if child.name not in wanted or child.parent is None:
            continue
        per = child.parent
        asked_by = []
        for record in records:
            if not isinstance(record, dict):
                continue
            row = record if given.keys() <= record.keys() else {**given, **record}
            if not may_have_children(per, row):
                continue  # looked at first: of a thousand members of an audience hardly one goes on
            ids_of = {name: at(row, path) for name, path in per.takes.items()}
            if any(value is None for value in ids_of.values()):
                continue
            if any(isinstance(value, (dict, list)) or len(str(value)) > LONGEST_GIVEN for value in ids_of.values()):
                raise Bug("odd-id", f"The platform sent a {' or '.join(ids_of)} that nothing can be asked by.")
            if not is_final(platform, child, connection, run, row, ids_of, cursors):
                asked_by.append(ids_of)
        if per.group > 1:
            name = next(iter(per.takes))
            ids = list(dict.fromkeys(str(ids_of[name]) for ids_of in asked_by))
            asked_by = [{name: ",".join(ids[i : i + per.group])} for i in range(0, len(ids), per.group)]
        for ids_of in asked_by:
            found += new_slices(platform, child, connection, run, ids_of, cursors)
    return list({slice_.id: slice_ for slice_ in found}.values())


def may_have_children(per: Parent, row: Json) -> bool:
    try:
        return per.when is None or per.when(row)
    except (AttributeError, TypeError):
        raise Bug("odd-record", "The platform sent a record of another shape than before.") from None


def is_final(
    platform: Platform,
    child: Stream,
    connection: Connection,
    run: Run,
    row: Json,
    ids_of: Mapping[str, Json],
    cursors: Mapping[str, Cursor],
) -> bool:
    """Have the children of this row been read after they stopped moving? A backfill reads them all the same."""
    if child.parent is None or child.parent.settles is None or run.since is not None or run.until is not None:
        return False
    path, moving = child.parent.settles
    cursor = cursors.get(cursor_id(connection.id, child.name, partition_of(ids_of)))
    try:
        if cursor is None or not _fed(cursor, platform, child, connection, run):
            return False
        return cursor.until > parse(str(at(row, path))) + moving
    except (ValueError, OverflowError):  # no moment, or one at the end of time
        return False


def partition_of(given: Mapping[str, Json]) -> str:
    return "\x1f".join(str(value) for value in given.values())


def new_slices(
    platform: Platform,
    stream: Stream,
    connection: Connection,
    run: Run,
    given: Mapping[str, Json],
    cursors: Mapping[str, Cursor],
) -> list[Slice]:
    """One slice, or one per window of days that is not final yet."""
    partition, rule = partition_of(given), stream.days
    if rule is None:
        span = span_of(platform, stream, connection, run, partition, cursors)
        return [slice_of(platform, stream, connection, run, given, partition, span)]
    asked = run.since is not None or run.until is not None
    found = []
    if 0 < connection.history_days <= rule.history.days and not asked:
        rule = replace(rule, history=timedelta(days=connection.history_days))
    whole = set(calendar.windows(rule, connection.zone, began(run), None, None)) if asked else set()
    for each in calendar.windows(rule, connection.zone, began(run), run.since, run.until):
        name = calendar.name_of(rule, each[0])
        place = f"{partition}\x1f{name}" if partition else name
        cursor = cursors.get(cursor_id(connection.id, stream.name, place))
        known = cursor if _fed(cursor, platform, stream, connection, run) else None
        if asked or not calendar.is_final(rule, connection.zone, each, known.until if known else None):
            slice_ = slice_of(platform, stream, connection, run, given, place, calendar.as_moments(each))
            # Of a piece of a window nobody knows how much it showed; only that all of it showed nothing is odd.
            piece = asked and each not in whole
            rows = 0 if cursor is None or stream.keep_missing else min(cursor.rows, 1) if piece else cursor.rows
            held = cursor.held if cursor and not piece else None
            if asked:
                held = connection.seen.get(days_of(stream.name, each), {}).get("held", held)
            found.append(replace(slice_, before=rows, held=held))
    return found


def days_of(stream: str, days: calendar.Window) -> str:
    """Under what a connection remembers how many rows a backfill of these days showed that was not believed alone.
    Cursors speak of whole windows, and a backfill may read a piece of one."""
    return " ".join([stream, *(day.isoformat() for day in days)])


def span_of(
    platform: Platform,
    stream: Stream,
    connection: Connection,
    run: Run,
    partition: str,
    cursors: Mapping[str, Cursor],
) -> tuple[datetime | None, datetime | None]:
    """From when to when a slice of no days reads. A cursor that not all streams below have reached does not count."""
    if stream.since is None:
        return None, None
    cursor = cursors.get(cursor_id(connection.id, stream.name, partition))
    return window(stream, run, cursor if _fed(cursor, platform, stream, connection, run) else None)


def _fed(cursor: Cursor | None, platform: Platform, stream: Stream, connection: Connection, run: Run) -> bool:
    """Whether what this run reads below the stream was read for everything before the cursor. If not, one of those
    streams has joined since, and all rows of this one are read once more."""
    return cursor is not None and set(feeds(platform, stream, connection, run)) <= set(cursor.feeds)


def feeds(platform: Platform, stream: Stream, connection: Connection, run: Run) -> list[str]:
    """The streams below this one that the run reads."""
    under = below(platform, stream.name)
    if not under:
        return []
    return sorted(under & {each.name for each in available_streams(platform, connection, run.streams)})


def _holds(platform: Platform, stream: Stream, connection: Connection, run: Run) -> bool:
    """Whether the run leaves out streams below this one that the connection reads: its cursor would pass them by."""
    under = below(platform, stream.name) if run.streams else set()
    if not under:
        return False
    read = {each.name for each in available_streams(platform, connection)}
    return not under & read <= set(feeds(platform, stream, connection, run))


def began(run: Run) -> datetime:
    if run.started_at is None:
        raise ValueError("a run is planned at a time")
    return run.started_at


def slice_of(
    platform: Platform,
    stream: Stream,
    connection: Connection,
    run: Run,
    given: Mapping[str, Json],
    partition: str,
    span: tuple[datetime | None, datetime | None],
) -> Slice:
    started, (since, until) = began(run), span
    return Slice(
        id=stable_id(run.id, stream.name, partition),
        workspace=run.workspace,
        connection=connection.id,
        run=run.id,
        platform=platform.name,
        stream=stream.name,
        partition=partition,
        given=dict(given),
        since=since,
        until=until,
        feeds=feeds(platform, stream, connection, run),
        holds=_holds(platform, stream, connection, run),
        behind=run.reason == Reason.BACKFILL,
        ended_until=connection.ended_until,
        created_at=started,
        touched_at=started,
        expires_at=started + RUN_DOCUMENTS_KEPT,
    )


def window(stream: Stream, run: Run, cursor: Cursor | None) -> tuple[datetime | None, datetime | None]:
    """From when to when a slice reads. A backfill reads its window; otherwise the cursor says, look-back included."""
    rule = stream.since
    if rule is None:
        return None, None
    if run.since is not None or run.until is not None:
        # An end that has not come yet is none: some platforms refuse to be asked about the future.
        ahead = run.until is not None and run.started_at is not None and run.until > run.started_at
        return run.since, None if ahead else run.until
    if cursor is None:
        return None, None
    since = cursor.until - rule.overlap
    if rule.look_back is not None and run.started_at is not None:
        since = min(since, run.started_at - rule.look_back)
    return since, None


def runs_of_days(slices: Iterable[tuple[datetime, datetime]]) -> list[calendar.Window]:
    """Windows that touch each other, as one."""
    joined: list[calendar.Window] = []
    for first, last in sorted(calendar.as_days(*slice_) for slice_ in slices):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def sweep_slice(run: Run, stream: str, days: calendar.Window | None = None) -> Slice:
    """Once a run has read a stream to its end, what it did not see has gone; this slice marks it.

    Of a stream that is read by windows of days: what it did not see of these days.
    """
    since, until = calendar.as_moments(days) if days else (None, None)
    return Slice(
        id=sweep_id(run.id, stream, days),
        since=since,
        until=until,
        workspace=run.workspace,
        connection=run.connection,
        run=run.id,
        platform=run.platform,
        stream=stream,
        kind=SliceKind.SWEEP,
        state=SliceState.STAGED,
        to_load=1,
        created_at=run.started_at,
        touched_at=run.started_at,
        expires_at=run.expires_at,
    )


def sweep_id(run: str, stream: str, days: calendar.Window | None) -> str:
    return stable_id(run, stream, "sweep", *(day.isoformat() for day in days or ()))


def sweep_name(run: str, sweep: str) -> str:
    """What stands in `_page` of the history where a row vanished."""
    return f"sweep/{run}/{sweep}"


def asked_again(slice_: Slice) -> Slice:
    """A failed slice, made ready from where it stood."""
    again = replace(
        slice_, state=SliceState.READY, attempts=0, problem=None, not_before=None, waiting_for="", waits_since=None
    )
    return replace(again, owed=True)  # once it is read, nothing is owed of it any more
