"""What is read of a property of Google Analytics."""

from __future__ import annotations

from shared.platforms.google_analytics import columns as table
from shared.platforms.google_analytics.access import ADMIN
from shared.platforms.google_analytics.records import listed
from shared.platforms.google_analytics.reports import report
from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Cursor
from shared.vocabulary.stream import ONE, Stream

STREAMS = (
    Stream(
        "properties",
        "Property",
        path="/properties/{account_id}",
        records=ONE,
        columns=columns(table.PROPERTIES),
        base=ADMIN,
        unproven="It is one record.",
    ),
    Stream(
        "key_events",
        "Key events",
        path="/properties/{account_id}/keyEvents",
        records="keyEvents",
        columns=columns(table.KEY_EVENTS),
        pages=Cursor("nextPageToken", "pageToken", 200, "pageSize"),
        base=ADMIN,
        unfold=listed,
        unproven="The Admin API does not say how many there are.",
    ),
    report("daily_overview", "Site by day", columns(table.DAILY_OVERVIEW)),
    report("traffic_acquisition", "Sessions by source", columns(table.TRAFFIC_ACQUISITION)),
    report("user_acquisition", "New users by source", columns(table.USER_ACQUISITION)),
    report("pages", "Pages", columns(table.PAGES)),
    report("landing_pages", "Landing pages", columns(table.LANDING_PAGES)),
    report("events", "Events by day", columns(table.EVENTS)),
    report("ecommerce_items", "Items of the shop", columns(table.ECOMMERCE_ITEMS)),
    report("ecommerce_daily", "Shop by day", columns(table.ECOMMERCE_DAILY)),
    report("ecommerce_by_source", "Shop by source", columns(table.ECOMMERCE_BY_SOURCE)),
    report("transactions", "Transactions", columns(table.TRANSACTIONS)),
    report("geo_device", "Places and devices", columns(table.GEO_DEVICE)),
)
