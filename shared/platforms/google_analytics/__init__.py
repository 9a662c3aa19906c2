"""Google Analytics 4: Data API and Admin API, v1beta. What surprises about it: docs/platforms/google_analytics.md."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.google import access as google
from shared.platforms.google_analytics import custom
from shared.platforms.google_analytics.access import READ, discover
from shared.platforms.google_analytics.errors import refuse, stated_pause
from shared.platforms.google_analytics.reports import DATA
from shared.platforms.google_analytics.streams import STREAMS
from shared.vocabulary.access import bearer
from shared.vocabulary.platform import Custom, Kind, Limits, Platform

PLATFORM = Platform(
    name="google_analytics",
    title="Google Analytics",
    kind=Kind.WEB,
    base=DATA,
    auth=google.ways(
        READ,
        "to read the figures and the settings of the properties that you choose",
        "Then add the account's address in Google Analytics, under Property access management, as a Viewer.",
        "https://developers.google.com/analytics/devguides/reporting/data/v1/quickstart",
    ),
    authorise=bearer,
    discover=discover,
    # Ten requests at once for a property, all who ask together.
    limits=Limits(at_once=4, default_pause=timedelta(seconds=30), stated_pause=stated_pause),
    streams=STREAMS,
    version="v1beta",
    refuse=refuse,
    hosts=frozenset({"analyticsadmin.googleapis.com"}),
    custom=Custom(custom.check, custom.stream),
    reads="Visits, pages, events, key events and shop figures by day, and the settings of the property.",
)
