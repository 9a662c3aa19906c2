"""Which of Metricool's numbers by day may be added up, by its own list, and what they are numbers of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.platforms import PLATFORMS
from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401

pytestmark = pytest.mark.slow

FIRST, SECOND = "2026-09-01", "2026-09-02"
# What Metricool's list of fields does not have, or has as something that was worked out.
NOT_LISTED = {
    "instagram account impressions", "instagram account accounts_engaged", "instagram reels impressions",
    "tiktok video impressionSources", "tiktok video averageVideoViews",
    "youtube account totalLikes", "youtube account totalComments", "youtube account estimatedMinutesWatched",
    "youtube account averageViewDuration", "youtube account viewerPercentage", "youtube videos interactions",
    "pinterest account ENGAGEMENT", "pinterest pins video_mrc_view", "pinterest pins video_avg_watch_time",
    "pinterest pins video_v50_watch_time", "pinterest pins quartile_95_percent_view",
}  # fmt: skip


def rows(*told_of: tuple[str, str, float], day: str = FIRST) -> list[dict[str, Any]]:
    return [
        {"connection_id": "mt", "account_id": "5", "account_zone": "Europe/Berlin", "day": day, "subject": subject,
         "metric": metric, "series": metric, "value": value}
        for subject, metric, value in told_of
    ]  # fmt: skip


def test_a_page_has_the_views_of_its_media_and_those_of_before_count_once(engine: Engine) -> None:  # noqa: F811
    """120 media views take the place of 100 impressions; 90 impressions of the day before are all there is of it.
    5,000 followers stand at the end of a day and are none that came."""
    ask = engine({
        "metricool_facebook_timelines": [
            *rows(("account", "pageImpressions", 90.0), ("account", "pageFollows", 5000.0)),
            *rows(("account", "page_media_view", 120.0), ("account", "pageImpressions", 100.0),
                  ("account", "page_daily_follows_unique", 3.0), ("posts", "impressions", 77.0), day=SECOND),
        ]
    })  # fmt: skip
    assert told(ask("fact_social"), "date", "views", "follows") == [
        (date(2026, 9, 1), 90, None), (date(2026, 9, 2), None, 3), (date(2026, 9, 2), 120, None)
    ]  # fmt: skip
    assert told(ask("metrics_by_day"), "date", "value", metric="metricool_views") == [
        (date(2026, 9, 1), 90), (date(2026, 9, 2), 120)
    ]  # fmt: skip


def test_clicks_on_google_are_those_on_its_buttons(engine: Engine) -> None:  # noqa: F811
    """5 to the web site, 4 calls and 3 ways there are 12. 2 messages and bookings are another total."""
    ask = engine({"metricool_gmb_timelines": rows(
        ("business", "website_clicks", 5.0), ("business", "call_clicks", 4.0),
        ("business", "business_direction_requests", 3.0), ("business", "clicks_total", 12.0),
        ("business", "business_actions_total", 2.0),
    )})  # fmt: skip
    assert told(ask("fact_social"), "network", "clicks") == [("gmb", 12)]


def test_videos_pins_and_followers_of_a_day(engine: Engine) -> None:  # noqa: F811
    ask = engine({
        "metricool_youtube_timelines": rows(
            ("account", "views", 640.0), ("account", "totalSubscribers", 5000.0), ("account", "totalVideos", 2.0),
            ("videos", "views", 99.0)),
        "metricool_pinterest_timelines": rows(
            ("account", "IMPRESSION", 300.0), ("account", "SAVE", 7.0), ("account", "OUTBOUND_CLICK", 4.0),
            ("account", "followers", 80.0), ("pins", "impression", 999.0)),
        "metricool_bluesky_timelines": rows(("account", "follow_event", 5.0), ("account", "unfollow_event", 2.0),
                                            ("account", "followers_count", 40.0)),
        "metricool_twitter_timelines": rows(("account", "postsCount", 6.0)),
    })  # fmt: skip
    measures = ("views", "video_views", "saves", "clicks", "follows", "unfollows")
    found = {
        (row["network"], name): row[name] for row in ask("fact_social") for name in measures if row[name] is not None
    }
    assert found == {
        ("youtube", "video_views"): 640, ("pinterest", "views"): 300, ("pinterest", "saves"): 7,
        ("pinterest", "clicks"): 4, ("bluesky", "follows"): 5, ("bluesky", "unfollows"): 2,
    }  # fmt: skip


def test_it_is_told_of_each_metric_what_several_days_come_to(engine: Engine) -> None:  # noqa: F811
    ask = engine({"metricool_facebook_timelines": rows(
        ("account", "pageFollows", 5000.0), ("account", "pageViews", 3.0), ("posts", "engagement", 41.2),
        ("account", "something_new", 1.0),
    )})  # fmt: skip
    assert told(ask("social_series"), "metric", "aggregation") == [
        ("engagement", "avg"), ("pageFollows", "last"), ("pageViews", "sum"), ("something_new", None)
    ]  # fmt: skip


def test_the_list_has_every_metric_that_is_asked_for(engine: Engine) -> None:  # noqa: F811
    """Each once, and none that is misspelt: what stands in no list adds to nothing."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for stream in PLATFORMS["metricool"].streams:
        asked = [each.give for each in stream.passes if "metric" in each.give]
        if asked and not stream.optional:
            tables[f"metricool_{stream.name}"] = rows(*((str(a["subject"]), str(a["metric"]), 1.0) for a in asked))
    ask = engine(tables)
    series = ask("social_series")
    assert len(series) == sum(map(len, tables.values())), "one metric stands in two lists"
    without = {f"{row['network']} {row['subject']} {row['metric']}" for row in series if row["aggregation"] is None}
    assert without == NOT_LISTED
