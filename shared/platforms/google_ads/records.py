"""How records of Google Ads become rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from shared.kit.calendar import zone_named
from shared.vocabulary.stream import Row
from shared.vocabulary.wire import Json


def with_moments(record: Json, given: Mapping[str, Json]) -> Iterator[Row]:
    """Campaigns begin and end by the clock of the account, and say so without a zone."""
    campaign, zone = record["campaign"], zone_named(str(given["account_zone"]))
    moved = {}
    for name in ("startDateTime", "endDateTime"):
        try:
            moved[name] = datetime.fromisoformat(campaign[name]).replace(tzinfo=zone).isoformat()
        except (KeyError, TypeError, ValueError):
            continue  # what is no moment is noted as such where it is shaped
    yield {**record, "campaign": {**campaign, **moved}}
