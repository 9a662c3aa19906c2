"""How Klaviyo is asked for reports."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.klaviyo import columns as table
from shared.vocabulary.columns import columns
from shared.vocabulary.slicing import Parent
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
