"""The change history of a Google Ads account: which of its changes are asked for, and when each was made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from shared.kit.calendar import zone_named
from shared.vocabulary.paging import Onward
from shared.vocabulary.slicing import Days
from shared.vocabulary.stream import Row
from shared.vocabulary.wire import Json

CHANGED = "change_event.change_date_time"
# Both ends must be said, and a limit of 10,000 at most; who wants more asks again from the moment of the last change on
# (https://developers.google.com/google-ads/api/docs/change-event, 2026-11).
WITHIN = f"{CHANGED} BETWEEN '{{from}} 00:00:00' AND '{{to}} 23:59:59.999999'"
IN_ORDER = f"{CHANGED} LIMIT 10000"
PAGES = Onward(
    10_000,
    "changeEvent.changeDateTime",
    text="query",
    begins=re.compile("(?<= BETWEEN ')[^']*"),
    limit=re.compile(r"(?<= LIMIT )\d+"),
    counts="searchSettings.returnTotalResultsCount",
    more="nextPageToken",
)
# Changes are told for 30 days, and show up to three minutes after they were made.
DAYS = Days(1, look_back=timedelta(days=1), history=timedelta(days=29), column="date")

# A change is named by its moment, in millionths of a second since 1970: …/changeEvents/1764141874897602~0~1.
NAMED = re.compile(r"/changeEvents/(\d{1,18})~")
MILLION = 1_000_000


def with_moment(record: Json, given: Mapping[str, Json]) -> Iterator[Row]:
    """Changes are told by the clock of the account, without a zone. Of an hour that comes twice the name says which."""
    event = record["changeEvent"]
    told, name = event.get("changeDateTime"), str(event.get("resourceName"))
    try:
        first = datetime.fromisoformat(told).replace(tzinfo=zone_named(str(given["account_zone"])))
    except (TypeError, ValueError):
        yield record  # what is no moment is noted as such where it is shaped
        return
    again = first.replace(fold=1)
    named = NAMED.search(name)
    moment = again if named and int(named[1]) // MILLION == int(again.timestamp()) else first
    at = moment.astimezone(UTC).isoformat(timespec="microseconds")
    yield {**record, "date": told[:10], "changeEvent": {**event, "changeDateTime": at}}
