"""How Shopify's records become rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.clock import parse
from shared.kit.calendar import day_in
from shared.vocabulary.stream import Row, Shape
from shared.vocabulary.wire import Json, at


def each_of(name: str, own_id: str, its_id: str) -> Shape:
    """The records of a list inside another record. `own_id`, `its_id`: our names for the ids of both.

    Where the id of one is null, its place stands in for it.
    """

    def rows(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
        held = record[name]
        around = {part: value for part, value in record.items() if part not in ("id", name)}
        if isinstance(held, dict):
            around |= {part: value for part, value in held.items() if part != "nodes"}
            held = held["nodes"]
        for place, one in enumerate(held, 1):
            own = {part: value for part, value in one.items() if part != "id"}
            yield {**around, **own, its_id: record["id"], own_id: one.get("id") or str(place)}

    return rows


def on_its_day(order: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """Reports count an order on the day it was placed, where the shop is. What is told of its visits before Shopify has
    worked them out is nothing yet."""
    if at(order, "customerJourneySummary.ready") is False:
        order = {**order, "customerJourneySummary": {"ready": False}}
    try:
        day = day_in(given.get("account_zone") or "UTC", parse(order["processedAt"])).isoformat()
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        yield order  # without that moment, or with an odd one, which is noted where values are looked at
    else:
        yield {**order, "processed_date": day}


def per_name(level: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """The list of quantities → a column each."""
    rest = {name: value for name, value in level.items() if name != "quantities"}
    yield {**rest, **{each["name"]: each["quantity"] for each in level.get("quantities") or ()}}


def per_line(refund: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    rest = {name: value for name, value in refund.items() if name != "refundLineItems"}
    for line in refund["refundLineItems"]["nodes"]:
        yield from with_its_id({**rest, **line, "refund_id": refund["id"]}, given)


def with_its_id(line: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """The id of a refund line may be null; within its refund the line item then says which it is."""
    yield {**line, "refund_line_id": line.get("id") or at(line, "lineItem.id")}


def was_refunded(order: Json) -> bool:
    return len(order.get("refunds")) > 0
