"""A report of Google Analytics as a stream: its question, what its answer holds, and the sums that prove it.

A report is declared by its columns alone: what is part of the key is a dimension, what is a measure is a metric.
So the reports that come with us and those that a workspace defines are made here alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from shared.platforms.google_analytics.columns import REPORT
from shared.platforms.google_analytics.records import unfold
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


def report(name: str, title: str, own: Sequence[Column], optional: bool = False) -> Stream:
    dimensions = [column.path[0] for column in own if column.key]
    metrics = [column.path[0] for column in own if column.adds is not None]
    exact = [metric for metric in metrics if metric in EXACT]
    return Stream(
        name,
        title,
        path=PATH,
        records="rows",
        columns=(*OURS[:1], *own, *OURS[1:]),
        pages=ROWS,
        slices=WEEKS,
        method="POST",
        body={**question(dimensions, metrics), "orderBys": [{"dimension": {"dimensionName": d}} for d in dimensions]},
        unfold=unfold,
        total="rowCount",
        optional=optional,
        may_be_empty=frozenset(column.name for column in own if column.key and column.kind == "text"),
        # The same days by year: one row, or two at the turn of one, whatever the report itself is broken down by.
        totals=Totals({each: (each, each) for each in exact}, body=question(["year"], exact)) if exact else None,
        unproven="" if exact else NOT_EXACT,
    )


def question(dimensions: Sequence[str], metrics: Sequence[str]) -> dict[str, Json]:
    return {
        "dateRanges": [{"startDate": "{from}", "endDate": "{to}"}],
        "dimensions": [{"name": name} for name in dimensions],
        "metrics": [{"name": name} for name in metrics],
        "keepEmptyRows": False,
        "returnPropertyQuota": True,
    }
