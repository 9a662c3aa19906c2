"""How Klaviyo is asked for reports, and those that are read of every account."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.klaviyo import columns as table
from shared.platforms.klaviyo.lists import LATE, UNSIZED
from shared.platforms.klaviyo.records import on_its_day, per_day, per_message
from shared.vocabulary.columns import columns
from shared.vocabulary.slicing import Days, Parent
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Json

POSTED = {"content-type": "application/vnd.api+json"}
SCARCE = "Sums would cost another of the 225 report calls a day."

ATTRIBUTED = timedelta(days=90)  # conversions are credited to a message for up to that long
HISTORY = timedelta(days=730)
CONVERTING = Parent("conversion_metrics", {"conversion_metric_id": "id"})
STATISTICS = [
    name
    for name in (column.name for column in columns(table.STATISTICS))
    if name not in {"conversion_metric_id", "account_currency", "account_zone"}
]


def report(kind: str, statistics: list[str], **more: str) -> Json:
    """Both ends are part of it, and are days of the account whatever zone is written."""
    timeframe = {"start": "{from}T00:00:00+00:00", "end": "{to}T23:59:59+00:00"}
    return {"data": {"type": kind, "attributes": {"statistics": statistics, "timeframe": timeframe, **more}}}


REPORTS = (
    Stream(
        # One call for all campaigns of 90 days: there are 225 report calls a day, of all kinds together.
        "campaign_values_report",
        "Results of campaigns",
        path="/campaign-values-reports",
        records="data",
        columns=columns(table.CAMPAIGN_VALUES),
        pages=UNSIZED,
        slices=Days(90, ATTRIBUTED, HISTORY, "window_start", today=False, whole=True),
        parent=CONVERTING,
        method="POST",
        headers=POSTED,
        unfold=per_message,
        scope="campaigns:read",
        allowance="reports",
        unproven=SCARCE,
        body=report("campaign-values-report", STATISTICS, conversion_metric_id="{conversion_metric_id}"),
    ),
    Stream(
        "flow_series_report",
        "Results of flows by day",
        path="/flow-series-reports",
        records="data",
        columns=columns(table.FLOW_SERIES),
        pages=UNSIZED,
        slices=Days(60, ATTRIBUTED, HISTORY, "day", today=False),
        parent=CONVERTING,
        method="POST",
        headers=POSTED,
        unfold=per_day,
        shape=on_its_day,
        scope="flows:read",
        allowance="reports",
        unproven=SCARCE,
        body=report("flow-series-report", STATISTICS, interval="daily", conversion_metric_id="{conversion_metric_id}"),
    ),
    Stream(
        "segment_series",
        "Size of segments by day",
        path="/segment-series-reports",
        records="data",
        columns=columns(table.SEGMENT_SERIES),
        pages=UNSIZED,
        slices=Days(60, LATE, HISTORY, "day", today=False),
        method="POST",
        headers=POSTED,
        unfold=per_day,
        shape=on_its_day,
        scope="segments:read",
        allowance="reports",
        unproven=SCARCE,
        body=report(
            "segment-series-report",
            [
                "total_members",
                "members_added",
                "members_removed",
                "net_members_changed",
            ],
            interval="daily",
        ),
    ),
)
