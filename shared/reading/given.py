"""What is given beside the records: by the account, the parent row, the pass, the day of reading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date

from shared.kit.calendar import day_in, is_zone
from shared.reading.position import Position, SliceContext, pass_at
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Json


def given_at(stream: Stream, context: SliceContext, position: Position) -> dict[str, Json]:
    """What the parent and the pass give: to the call, and to each row that its answer brings."""
    given = {**context.given, **pass_at(stream, context, position).give}
    if stream.snapshot_column:
        given[stream.snapshot_column] = _today(context).isoformat()
    if stream.days is not None and stream.days.whole and context.since is not None:
        given[stream.days.column] = context.since.astimezone(UTC).date().isoformat()
    if position.get("groups"):
        name = next(iter(context.given))
        given[name] = position["groups"][0]
    return given


def _today(context: SliceContext) -> date:
    """The day that the account has: in UTC the evening of California is tomorrow."""
    zone = context.values.get("account_zone", "")
    return day_in(zone if is_zone(zone) else "UTC", context.began)


def about_account(stream: Stream, values: Mapping[str, str]) -> dict[str, str]:
    """What rows say of their account: what a column is named after, and whatever a shape may want to know."""
    names = values.keys() if stream.shape else values.keys() & {column.name for column in stream.columns}
    return {name: values[name] for name in names}


def of_rows(stream: Stream, given: dict[str, Json]) -> dict[str, Json]:
    """What rows are given. The ids of a group are not: each row belongs to one of them and must say to which."""
    if stream.parent is None or stream.parent.group == 1:
        return given
    together = next(iter(stream.parent.takes))
    return {name: value for name, value in given.items() if name != together}
