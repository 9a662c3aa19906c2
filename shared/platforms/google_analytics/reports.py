"""A report of Google Analytics as a stream: its question, what its answer holds, and the sums that prove it.

A report is declared by its columns alone: what is part of the key is a dimension, what is a measure is a metric.
So the reports that come with us and those that a workspace defines are made here alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from shared.platforms.google_analytics.columns import REPORT
from shared.vocabulary.columns import Column, columns
from shared.vocabulary.paging import Count
from shared.vocabulary.slicing import Days
from shared.vocabulary.stream import Stream, Totals
from shared.vocabulary.wire import Json

DATA = "https://analyticsdata.googleapis.com/v1beta"
OURS = columns(REPORT)
PATH = "/properties/{account_id}:runReport"
# Data come for one or two days, and credit for key events moves for up to twelve (Google's help, article 11198161, as
# quoted in 2026): two or three windows are read by each run, where four days made it one or two. Windows of a week keep
# big sites clear of sampling and of rows summed up as "(other)". A day that is not over tells less than it will, so it
# waits until it is.
WEEKS = Days(size=7, look_back=timedelta(days=12), history=timedelta(days=730), column="date", today=False)
# The API gives up to 250,000 rows at once, but a worker holds a page in memory: 100,000 rows are half a gigabyte there.
ROWS = Count(10_000, limit="limit", offset="offset", total="rowCount")

# Counted one by one, so a report by other dimensions must come to the same sum. People and sessions are estimated
# (HyperLogLog++), and seconds are rounded row by row: those never add up exactly.
EXACT = frozenset(
    (
        "addToCarts",
        "checkouts",
        "ecommercePurchases",
        "eventCount",
        "itemRevenue",
        "itemsAddedToCart",
        "itemsCheckedOut",
        "itemsPurchased",
        "itemsViewed",
        "keyEvents",
        "purchaseRevenue",
        "refundAmount",
        "screenPageViews",
        "shippingAmount",
        "taxAmount",
        "totalRevenue",
        "transactions",
    )
)
NOT_EXACT = "Its metrics are estimated or calculated for each report, so other reports come to other sums."
# What the platform says about numbers that are not exact. It goes with every row of the answer that says it.
NOTES = (
    "samplingMetadatas",
    "dataLossFromOtherRow",
    "subjectToThresholding",
    "schemaRestrictionResponse",
    "dataTruncationReasons",
)
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_POINT = re.compile(r"-?[0-9]{1,29}(\.[0-9]{1,9})?")
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_NINE = Decimal("1e-9")


def report(name: str, title: str, own: Sequence[Column], optional: bool = False) -> Stream:
    dimensions = [column.path[0] for column in own if column.key]
    metrics = [column.path[0] for column in own if column.adds is not None]
    exact = [metric for metric in metrics if metric in EXACT]
    return Stream(
        name, title, PATH, "rows", (*OURS[:1], *own, *OURS[1:]), pages=ROWS, slices=WEEKS, method="POST",
        body={**question(dimensions, metrics), "orderBys": [{"dimension": {"dimensionName": d}} for d in dimensions]},
        unfold=unfold, total="rowCount", optional=optional,
        may_be_empty=frozenset(column.name for column in own if column.key and column.kind == "text"),
        # The same days by year: one row, or two at the turn of one, whatever the report itself is broken down by.
        totals=Totals({each: (each, each) for each in exact}, body=question(["year"], exact)) if exact else None,
        unproven="" if exact else NOT_EXACT,
    )  # fmt: skip


def question(dimensions: Sequence[str], metrics: Sequence[str]) -> dict[str, Json]:
    return {
        "dateRanges": [{"startDate": "{from}", "endDate": "{to}"}],
        "dimensions": [{"name": name} for name in dimensions],
        "metrics": [{"name": name} for name in metrics],
        "keepEmptyRows": False,
        "returnPropertyQuota": True,
    }


def unfold(answer: Json) -> list[Json]:
    """Headers and rows → records. Every value is a text; an empty report has neither rows nor their number."""
    dimensions = [(header["name"], _dimension(header["name"])) for header in answer["dimensionHeaders"]]
    metrics = [(header["name"], _metric(header["type"])) for header in answer["metricHeaders"]]
    if "rows" not in answer and not answer.get("rowCount"):
        return []
    about = _about(answer.get("metadata") or {})
    return [
        {
            **{name: read(cell.get("value", "")) for (name, read), cell in _pairs(dimensions, row["dimensionValues"])},
            **{name: read(cell["value"]) for (name, read), cell in _pairs(metrics, row["metricValues"])},
            **about,
        }
        for row in answer["rows"]
    ]


Header = tuple[str, Callable[[str], Json]]


def _pairs(headers: list[Header], cells: list[Json]) -> zip[tuple[Header, Json]]:
    return zip(headers, cells, strict=True)


def _about(metadata: Json) -> dict[str, Json]:
    """What every row of an answer shares."""
    notes = {name: metadata[name] for name in NOTES if metadata.get(name)}
    told = {
        "account_zone": metadata.get("timeZone"),
        "account_currency": metadata.get("currencyCode"),
        "report_notes": notes or None,
    }
    return {name: value for name, value in told.items() if value}


def _dimension(name: str) -> Callable[[str], Json]:
    return day if name == "date" else _as_it_is


def _metric(kind: str) -> Callable[[str], Json]:
    return whole if kind == "TYPE_INTEGER" else decimal


def _as_it_is(value: str) -> str:
    return value


def day(value: str) -> str:
    """20261102 → 2026-11-02; anything else stays what it is, to be noticed where it is shaped."""
    found = _DAY.fullmatch(value)
    return "-".join(found.groups()) if found else value


def whole(value: str) -> Json:
    """Whole numbers, even when they are written as 12.0 or 1.2E3. Others stay as they are, to be noticed."""
    if _WHOLE.fullmatch(value):
        return int(value)
    number = _number(value)
    return int(number) if number is not None and number == number.to_integral_value() else value


def decimal(value: str) -> str:
    """1.24E7 → 12400000, and 137.59999999999997 → 137.6: as a warehouse can keep it, nine digits after the point."""
    if _POINT.fullmatch(value):
        return value
    number = _number(value)
    return format(number.quantize(_NINE).normalize() + 0, "f") if number is not None else value


def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**18 else None
