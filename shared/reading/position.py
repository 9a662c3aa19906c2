"""Where a slice stands, and which list comes next. A list is what is paged through from one beginning to its end: a
slice reads one for each pass, and more where groups of ids or windows of days have to be asked for in parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict, cast

from shared.kit.calendar import Window, as_days, halves
from shared.vocabulary.slicing import Pass
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Json

# `pass` is no name that a class could give.
_Pass = TypedDict("_Pass", {"pass": int}, total=False)  # which pass is being read


class Position(_Pass, total=False):
    """Where a slice stands. It is kept as JSON (`Slice.position`); what a later release adds to it is carried along.

    Every key may be missing: then there is nothing of it yet.
    """

    at: dict[str, Json]  # the page rule's own position in this list
    # of this list
    groups: list[str]  # ids still to ask for, where a call takes several: the present ones first
    spans: list[list[str]]  # windows of days still to ask for, where one was too much: the present one first
    total: Json  # the platform's total, where only the first page tells it
    began: dict[str, Any]  # what was proved before this list
    again: int  # how often the platform forgot the place in it
    last: str  # of one that comes newest first, the moment of the record before
    unsorted: bool  # it does not: a newer one came after an older one
    worded: int  # in which other words the question is asked, because the platform did not know the first ones
    # of the question
    refused: int  # how often the platform did not know a part of it
    without: list[str]  # the parts that it named then
    # of the slice
    told: bool  # the platform's sums are known
    skipped: int  # how many passes the platform did not know
    queue: list[int]  # passes still to come, where it is not simply all that follow
    late: list[int]  # passes that were put off, because they could not be had when it was their turn
    best: list[Any]  # where only the best of a list are rows: their place, and they


START: Position = {}


def dropping(position: Position, *names: str) -> Position:
    """The same without these keys."""
    return cast("Position", {name: kept for name, kept in position.items() if name not in names})


def only(position: Position, *names: str) -> Position:
    """These keys of it, as far as they are there."""
    return cast("Position", {name: kept for name, kept in position.items() if name in names and kept is not None})


@dataclass(frozen=True, slots=True)
class SliceContext:
    """What the reading of a slice knows of it: the values it was given, and the window in time (None: open)."""

    values: Mapping[str, str]  # of the account: data centre, account_id, account_zone, account_currency
    given: Mapping[str, Json]  # from the parent row
    since: datetime | None
    until: datetime | None
    began: datetime


def passes(stream: Stream, context: SliceContext) -> tuple[Pass, ...]:
    """The passes of this slice, catching up included."""
    return passes_of(stream, context.since is not None)


def passes_of(stream: Stream, incremental: bool) -> tuple[Pass, ...]:
    chosen = tuple(each for each in stream.passes if incremental or not each.only_incremental)
    return chosen * 2 if stream.catch_up else chosen


def pass_at(stream: Stream, context: SliceContext, position: Position) -> Pass:
    return passes(stream, context)[position.get("pass", 0)]


def catching_up(stream: Stream, context: SliceContext, position: Position) -> bool:
    """Whether all passes were read once, and it is what changed meanwhile that is read now."""
    return stream.catch_up and position.get("pass", 0) >= len(passes(stream, context)) // 2


def asks_totals(stream: Stream, position: Position) -> bool:
    """Whether the platform's sums of the slice are asked for first."""
    return stream.totals is not None and not position.get("told")


def parts_refused(position: Position) -> tuple[str, ...]:
    """The parts of the question that the platform said it does not know."""
    return tuple(position.get("without", ()))


def list_name(stream: Stream, context: SliceContext, position: Position) -> str:
    """Each list has a total of its own: that of a pass, and of the days that it is asked for in parts."""
    asked = pass_at(stream, context, position).query
    days = [first for first, _ in position.get("spans", [])[:1]]
    return " ".join([*(f"{name}={value}" for name, value in asked.items()), f"#{position.get('pass', 0)}", *days])


def days_asked(stream: Stream, context: SliceContext, position: Position) -> Window | None:
    """The first and the last day that are asked for now."""
    if stream.days is None or context.since is None or context.until is None:
        return None
    if position.get("spans"):
        first, last = map(date.fromisoformat, position["spans"][0])
        return first, last
    return as_days(context.since, context.until)


def _spans(stream: Stream, context: SliceContext, position: Position) -> list[list[str]]:
    """The windows of days that are still to be asked for, the present one first; none where they cannot be cut."""
    if stream.days is None or stream.days.whole or context.since is None or context.until is None:
        return []
    return position.get("spans") or [_texts(as_days(context.since, context.until))]


def spans_halved(stream: Stream, context: SliceContext, position: Position) -> list[list[str]] | None:
    """The same windows, the present one cut in two; None: it is one day, or cannot be cut."""
    spans = _spans(stream, context, position)
    parts = halves((date.fromisoformat(spans[0][0]), date.fromisoformat(spans[0][1]))) if spans else None
    return None if parts is None else [*map(_texts, parts), *spans[1:]]


def _texts(window: Window) -> list[str]:
    return [day.isoformat() for day in window]


def without_gone(stream: Stream, context: SliceContext, position: Position) -> Position | None:
    """After a refusal for several ids at once: ask for each half, until the one that is gone stands alone."""
    name = next(iter(context.given), "")
    groups = position.get("groups") or [str(context.given.get(name, ""))]
    ids = groups[0].split(",")
    if stream.parent and stream.parent.group > 1 and len(ids) > 1:
        half = len(ids) // 2
        return {**position, "at": {}, "groups": [",".join(ids[:half]), ",".join(ids[half:]), *groups[1:]]}
    return next_list(stream, context, position)


def to_come(stream: Stream, context: SliceContext, position: Position) -> list[int]:
    """The passes after this one."""
    following = range(position.get("pass", 0) + 1, len(passes(stream, context)))
    return list(position.get("queue", following))


def next_list(stream: Stream, context: SliceContext, position: Position) -> Position | None:
    """After the last page of a list: the next group or days, then the next pass, then the end."""
    kept = only(position, "told", "skipped", "queue", "late")
    here: Position = {"pass": position.get("pass", 0), "at": {}, **kept, **only(position, "worded")}
    if groups := position.get("groups", [])[1:]:
        return {**here, "groups": groups}
    if spans := position.get("spans", [])[1:]:
        return {**here, "spans": spans}
    following = to_come(stream, context, position)
    if not following:
        return None
    onward: Position = {"pass": following[0], **kept}
    return {**onward, "queue": following[1:]} if "queue" in kept else onward
