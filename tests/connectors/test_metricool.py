"""What Metricool tells: moments, days, series, brands, and what is left out; where nothing is documented, both ways."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.errors import Bug, Configure, Later, Problem, Reconnect
from shared.http import answer
from shared.kit.calendar import as_moments, windows
from shared.model import Connection
from shared.platforms.metricool import PLATFORM as METRICOOL
from shared.platforms.metricool.access import authorise, discover
from shared.platforms.metricool.errors import refuse
from shared.platforms.metricool.records import connected, moment_of, own_brand, point, published, series, with_moments
from shared.reading import Position, Reading, SliceContext, instead, read, request_for
from shared.secret import Secret
from shared.sync.budgets import budget_path, sharer
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.choosing import available_streams
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import body
from tests.connectors.recorded.metricool import REFUSALS, VALUES, WINDOW, not_valid

LONDON = {"account_zone": "Europe/London", "account_id": "1234567"}
TOKYO = {"account_zone": "Asia/Tokyo"}
CREDENTIAL = Credential(Secret("A" * 60), how="key", values={"user_id": "7654321"})
DAYS = as_moments((datetime.fromisoformat(WINDOW[0]).date(), datetime.fromisoformat(WINDOW[1]).date()))
PART = SliceContext(VALUES, {}, *DAYS, datetime(2026, 9, 3, tzinfo=UTC))
UNCOUNTED, POSTS = METRICOOL.stream("youtube_posts"), METRICOOL.stream("instagram_posts")


def understood(stream: Stream, given: Answer, position: Position | None = None) -> Reading:
    start: Position = position or {}
    return read(METRICOOL, stream, PART, start, request_for(METRICOOL, stream, PART, start), given)


# -- moments -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "means"),
    [
        ({"dateTime": "2026-08-30T08:00:00", "timezone": "Europe/London"}, "2026-08-30T07:00:00+00:00"),
        ({"dateTime": "2026-08-30T08:00:00", "timezone": "Europe/Madrid"}, "2026-08-30T06:00:00+00:00"),
        ({"dateTime": "2026-08-30T08:00:00"}, "2026-08-30T06:00:00+00:00"),
        ("2026-08-30T08:00:00", "2026-08-30T06:00:00+00:00"),  # Madrid's, whatever was asked for
        ("2026-08-30T08:00:00Z", "2026-08-30T08:00:00+00:00"),
        ("2026-08-30T08:00:00+0200", "2026-08-30T06:00:00+00:00"),
        ("2026-08-30T08:00:00.250+02:00", "2026-08-30T06:00:00.250000+00:00"),
        (1_788_069_600_000, "2026-08-30T06:00:00+00:00"),
    ],
)
def test_a_moment_is_understood_however_it_is_told(told: Any, means: str) -> None:
    moment = moment_of(told)
    assert moment is not None
    assert moment.astimezone(UTC) == datetime.fromisoformat(means)


@pytest.mark.parametrize(
    "odd", [None, "", "soon", "2026-08-30", True, [], {}, {"dateTime": None}, 10**30,
            {"dateTime": "2026-08-30T08:00:00", "timezone": "Middle/Earth"}],
)  # fmt: skip
def test_what_is_no_moment_becomes_none(odd: Any) -> None:
    assert moment_of(odd) is None


def test_the_day_of_a_post_is_that_of_the_brand() -> None:
    told = {"dateTime": "2026-08-31T23:30:00", "timezone": "Europe/Madrid"}
    (row,) = published("publishedAt")({"postId": "1", "publishedAt": told, "blogId": 7}, TOKYO)
    assert row == {
        "postId": "1",
        "publishedAt": "2026-08-31T21:30:00+00:00",
        "published_day": "2026-09-01",
        "published_zone": "Europe/Madrid",
    }


def test_a_post_without_a_moment_stays_a_row() -> None:
    (row,) = published("createTime")({"videoId": "1", "createTime": "soon"}, TOKYO)
    assert row == {"videoId": "1", "createTime": "soon"}


def test_every_moment_of_a_campaign_is_turned() -> None:
    record = {"start": {"dateTime": "2026-03-01T00:00:00", "timezone": "Asia/Tokyo"}, "metrics": {"clicks": 3}}
    assert list(with_moments(record, TOKYO)) == [{"start": "2026-02-28T15:00:00+00:00", "metrics": {"clicks": 3}}]


@pytest.mark.parametrize(
    ("told", "zone", "day"),
    [
        ("2026-09-01T12:00:00+0200", "America/Santiago", "2026-09-01"),  # as seen: noon, and the zone of Madrid
        ("2026-09-01T00:00:00+01:00", "Europe/London", "2026-09-01"),
        ("2026-08-31T23:00:00Z", "Europe/London", "2026-09-01"),  # midnight there
        ("2026-09-01T00:00:00", "Asia/Tokyo", "2026-09-01"),
        ("2026-01-15T00:00:00+0000", "Europe/London", "2026-01-15"),
    ],
)
def test_the_day_of_a_value_is_the_one_that_is_written(told: str, zone: str, day: str) -> None:
    (row,) = point({"dateTime": told, "value": 3.0, "series": "likes"}, {"account_zone": zone})
    assert row["day"] == day
    assert row["value"] == 3.0


def test_a_value_without_a_day_is_an_error() -> None:
    with pytest.raises(ValueError, match="no moment"):
        list(point({"dateTime": "soon", "value": 3.0}, LONDON))


def test_values_are_unfolded_with_their_series() -> None:
    one = {"metric": "saved", "values": [{"dateTime": "d", "value": 1.0}], "aggregate": {"aggregation": "sum"}}
    none = {"metric": "count", "values": []}
    assert series({"data": [one, none]}) == [{"series": "saved", "aggregation": "sum", "dateTime": "d", "value": 1.0}]
    with pytest.raises(KeyError):
        series({"data": [{"metric": "count"}]})


# -- brands --------------------------------------------------------------------------------------------


def test_of_the_brands_of_all_clients_only_ones_own_is_kept() -> None:
    mine = {"id": 1234567, "networksData": {"instagramData": "demo", "facebookData": ""}, "engagementRatio": 100}
    assert list(own_brand({"id": 7}, LONDON)) == []
    (row,) = own_brand(mine, LONDON)
    assert row["networks"] == ["instagram"]
    assert "id" not in row


def test_networks_are_texts_or_objects_or_fields_of_the_older_list() -> None:
    assert connected({"networksData": {"instagramData": "demo", "tiktokData": {}, "gbpData": {"username": "g"}}}) == {
        "instagram": "demo",
        "gmb": "g",
    }
    assert connected({"networksData": {"instagramData": {"picture": "x"}}}) == {"instagram": "instagram"}
    assert connected({"instagram": "demo", "tiktok": "", "youtube": None, "facebookPageId": "9"}) == {
        "instagram": "demo",
        "facebook": "9",
    }


def discovered(*answers: Answer) -> tuple[list[Request], tuple[Account, ...]]:
    talk: Generator[Request, Answer, tuple[Account, ...]] = discover(CREDENTIAL)
    asked = [next(talk)]
    try:
        for given in answers:
            asked.append(talk.send(given))
    except StopIteration as end:
        return asked, end.value
    raise AssertionError("it asks on")


def test_each_brand_is_an_account() -> None:
    brands = [
        {
            "id": 1,
            "label": "One",
            "timezone": "Asia/Tokyo",
            "networksData": {"facebookAdsData": "a", "tiktokData": "t"},
        },
        {"id": 2, "label": "Two", "brandRole": {"actions": {"viewAnalytics": False}}},
    ]
    asked, (one, two) = discovered(body(200, {"data": brands}))
    assert [(call.url, dict(call.query)) for call in asked] == [
        ("https://app.metricool.com/api/v2/settings/brands", {"userId": "7654321"})
    ]
    assert asked[0].headers["x-mc-auth"] == "A" * 60
    assert (one.id, one.title, one.zone, one.closed) == ("1", "One", "Asia/Tokyo", "")
    assert one.values == {"user_id": "7654321", "tiktok": "t", "facebook_ads": "a", "ads": "facebook_ads"}
    assert two.closed
    assert two.zone == "Europe/Madrid"


def test_where_the_newer_list_is_unknown_the_older_one_is_asked() -> None:
    older = [{"id": 1, "label": "One", "instagram": "demo"}, {"id": 2, "deleted": True}]
    for wrapped in (older, {"data": older}):
        asked, accounts = discovered(REFUSALS["gone"], body(200, wrapped))
        assert asked[1].url.endswith("/admin/simpleProfiles")
        assert [account.id for account in accounts] == ["1"]


def test_a_wrong_token_or_user_number_is_for_the_client_to_put_right() -> None:
    with pytest.raises(Reconnect, match="user number"):
        discovered(REFUSALS["credential"])
    with pytest.raises(Bug, match="records-missing"):
        discovered(body(200, {"brands": []}))


def test_networks_that_a_brand_has_not_are_not_asked() -> None:
    values = {"user_id": "7654321", "tiktok": "t"}
    connection = Connection("con", "acme", "metricool", "1", "One", values=values)
    assert [stream.name for stream in available_streams(METRICOOL, connection, [])] == [
        "brands",
        "tiktok_posts",
        "tiktok_timelines",
    ]


# -- what is asked -------------------------------------------------------------------------------------


def test_only_addresses_that_read_are_called_and_all_by_get() -> None:
    allowed = ("/v2/analytics/", "/v2/settings/brands", "/v2/scheduler/posts", "/v2/advertising/campaigns")
    for stream in METRICOOL.streams:
        assert stream.path.startswith(allowed)
        assert stream.method == "GET"
        assert stream.totals is None or stream.totals.path == "/v2/analytics/timelines"
        asked = request_for(METRICOOL, stream, PART, {})
        assert asked.method == "GET"
        assert asked.query["timezone"] == "Europe/London", "left unsaid, it would be Madrid"
        assert (asked.query["userId"], asked.query["blogId"]) == ("7654321", "1234567")
        assert asked.headers["accept"] == "application/json"
        assert "userToken" not in asked.query
    assert set(authorise(CREDENTIAL)) == {"x-mc-auth"}


# -- what is answered ----------------------------------------------------------------------------------


def test_a_next_page_is_no_end() -> None:
    """Nobody knows how to ask for it, so fewer days are asked for; a day that does not fit is never quietly cut."""
    part_of_it = body(200, {"data": [{"postId": "1"}], "page": {"next": "c29tZQ"}})
    problem = refuse(part_of_it)
    assert isinstance(problem, Later)
    assert refuse(body(200, {"data": [], "page": {"next": None}})) is None
    assert refuse(body(200, {"data": []})) is None
    halves = instead(UNCOUNTED, PART, {}, problem)
    assert halves is not None
    assert halves["spans"] == [["2026-08-26", "2026-08-29"], ["2026-08-30", "2026-09-01"]]
    assert instead(UNCOUNTED, PART, {"spans": [["2026-08-26", "2026-08-26"]]}, problem) is None


def test_a_list_that_looks_cut_off_is_asked_for_in_parts_and_noted_of_one_day() -> None:
    rows = [{"postId": f"{i}", "publishedAt": None} for i in range(50)]
    with pytest.raises(Later, match="too-much"):
        understood(UNCOUNTED, body(200, {"data": rows}))
    assert not understood(UNCOUNTED, body(200, {"data": rows[:49]})).narrowed
    one_day = understood(UNCOUNTED, body(200, {"data": rows}), {"spans": [["2026-08-26", "2026-08-26"]]})
    assert len(one_day.records) == 50
    assert one_day.narrowed


def test_no_content_means_nothing() -> None:
    nothing = answer(204, {}, b"")
    found = understood(UNCOUNTED, nothing)
    assert (found.records, found.position, found.narrowed) == ([], None, False)
    told = understood(POSTS, nothing)
    assert told.position == {"told": True}
    assert told.sums["posts"].theirs == 0
    timelines = METRICOOL.stream("bluesky_timelines")
    assert understood(timelines, nothing).position == {"pass": 1}


def test_a_metric_that_is_not_known_is_left_out_and_noted() -> None:
    timelines = METRICOOL.stream("bluesky_timelines")
    found = understood(timelines, REFUSALS["question"])
    assert found.narrowed
    assert found.position == {"pass": 1, "skipped": 1}
    known = {"data": [{"metric": "likes", "values": []}]}
    assert understood(timelines, body(200, known), found.position).position == {"pass": 2, "skipped": 1}


def test_what_a_refusal_says_it_knows_is_asked_and_nothing_else() -> None:
    """Of YouTube's account live answers know five metrics, of which a sixth that is refused tells (2026-07)."""
    youtube = METRICOOL.stream("youtube_timelines")
    live = ["totalSubscribers", "views", "totalVideos", "subscribersGained", "subscribersLost"]
    asked, names = conversation(youtube, {("account", name) for name in live})
    assert [metric for subject, metric in asked if subject == "account"] == [*live, "totalLikes"]
    assert names[:5] == [
        "account totalLikes", "account totalComments", "account estimatedMinutesWatched",
        "account averageViewDuration", "account viewerPercentage",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stream", "knows", "asked"),
    [
        ("tiktok_timelines", {("video", "views")}, ("video", "views")),
        ("tiktok_timelines", {("videos", "views")}, ("videos", "views")),
        ("instagram_timelines", {("posts", "saved")}, ("posts", "saved")),
        ("instagram_timelines", {("posts", "saves")}, ("posts", "saves")),
        ("facebook_timelines", {("stories", "count")}, ("stories", "count")),
        ("facebook_timelines", {("stories", "storiesCount")}, ("stories", "storiesCount")),
        ("facebook_stories", {("stories", "count")}, ("stories", "count")),
        ("facebook_stories", {("stories", "storiesCount")}, ("stories", "storiesCount")),
        ("tiktok_posts", {("video", "videos")}, ("video", "videos")),
        ("tiktok_posts", {("videos", "videos")}, ("videos", "videos")),
        ("instagram_stories", {("stories", "count")}, ("stories", "count")),
        ("youtube_timelines", {("account", "views")}, ("account", "views")),
        ("youtube_timelines", {("account", "totalViews")}, ("account", "totalViews")),
    ],
)
def test_of_two_readings_either_works(stream: str, knows: set[tuple[str, str]], asked: tuple[str, str]) -> None:
    questions, names = conversation(METRICOOL.stream(stream), knows)
    assert asked in questions
    assert " ".join(asked) not in names
    assert not stream.endswith(("posts", "stories")) or not names


def conversation(stream: Stream, knows: set[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[str]]:
    """Subjects and metrics as they are asked of a platform that knows these, and what is left out in the end."""
    position: Position | None = {}
    asked, names = list[tuple[str, str]](), list[str]()
    while position is not None and len(asked) < 200:
        query = request_for(METRICOOL, stream, PART, position).query
        question = (query.get("subject", ""), query.get("metric", ""))
        valid = [metric for subject, metric in knows if subject == question[0]]
        if not question[0] or question in knows:
            given = body(200, {"data": [{"metric": question[1], "values": []}] if question[0] else []})
        else:
            subjects = sorted({subject for subject, _ in knows})
            given = not_valid(question[1], valid) if valid else not_valid(question[0], subjects)
        asked += [question] if question[0] else []
        try:
            found = understood(stream, given, position)
        except Bug:
            break  # nothing is left that it knows
        names += found.left_out
        position = found.position
    return asked, names


@pytest.mark.parametrize(
    "refused",
    [
        REFUSALS["question"],
        REFUSALS["permission"],  # of combinations
        body(500, {"status": "INTERNAL_SERVER_ERROR", "detail": "Not implemented metric views at TikTokExtractor"}),
        not_valid("saves", []),
    ],
)
def test_a_refusal_for_good_costs_one_metric_and_a_count_no_rows(refused: Answer) -> None:
    timelines = METRICOOL.stream("bluesky_timelines")
    found = understood(timelines, refused)
    assert (found.position, found.left_out) == ({"pass": 1, "skipped": 1}, ("account followers_count",))
    counted = understood(POSTS, refused)
    assert (counted.position, counted.left_out) == ({"told": True}, ("total posts",))


def test_a_fault_that_may_pass_is_waited_for() -> None:
    for fault in (REFUSALS["fault"], answer(500, {}, b"<html>Not implemented metric"), answer(403, {}, b"<html>")):
        with pytest.raises(Later):
            understood(METRICOOL.stream("bluesky_timelines"), fault)


def test_that_no_metric_is_known_is_an_error() -> None:
    timelines = METRICOOL.stream("bluesky_timelines")
    last: Position = {"pass": len(timelines.passes) - 1, "skipped": len(timelines.passes) - 1}
    with pytest.raises(Bug, match="refused"):
        understood(timelines, REFUSALS["question"], last)
    assert understood(timelines, REFUSALS["question"], {**last, "skipped": 1}).position is None


def test_posts_that_cannot_be_counted_are_read_without_proof() -> None:
    found = understood(POSTS, REFUSALS["question"])
    assert found.position == {"told": True}
    assert found.narrowed
    assert not found.sums
    with pytest.raises(Bug, match="refused"):
        understood(POSTS, REFUSALS["question"], {"told": True})


def test_posts_are_counted_by_the_values_of_a_timeline() -> None:
    values = [{"dateTime": "2026-08-30T12:00:00+0100", "value": 2.0}, {"dateTime": "…", "value": 1.0}]
    told = understood(POSTS, body(200, {"data": [{"metric": "count", "values": values}]}))
    assert told.sums["posts"].theirs == 3
    posts = [{"postId": f"{i}", "publishedAt": None} for i in range(3)]
    assert understood(POSTS, body(200, {"data": posts}), {"told": True}).sums["posts"].ours == 3


@pytest.mark.parametrize(
    ("given", "kind"),
    [(REFUSALS["gone"], Configure), (REFUSALS["permission"], Configure), (answer(403, {}, b"<html>"), Later)],
)
def test_a_network_that_is_not_there_is_for_the_agency(given: Answer, kind: type[Problem]) -> None:
    assert isinstance(refuse(given), kind)


def test_a_csv_is_no_data() -> None:
    with pytest.raises(Later, match="not-json"):
        understood(UNCOUNTED, answer(200, {"content-type": "text/csv"}, b"videoId,views\n1,2\n"))


def test_planned_posts_are_read_ahead() -> None:
    rule = METRICOOL.stream("scheduled_posts").days
    assert rule is not None
    now = datetime(2026, 9, 3, 12, tzinfo=UTC)
    newest = next(windows(rule, "Europe/London", now, None, None))
    assert newest[1].isoformat() == "2026-11-02"
    today = next(windows(replace(rule, ahead=timedelta(0)), "Europe/London", now, None, None))
    assert today[1].isoformat() == "2026-09-03"


def test_brands_of_one_user_share_what_the_user_may_ask() -> None:
    one, two, other = (
        Connection(name, "acme", "metricool", name, name, values={"user_id": user})
        for name, user in (("1", "7654321"), ("2", "7654321"), ("3", "999"))
    )
    assert sharer(METRICOOL, one) == sharer(METRICOOL, two) != sharer(METRICOOL, other)
    assert sharer(METRICOOL, replace(one, values={})) == "1"
    assert "7654321" not in budget_path(METRICOOL, sharer(METRICOOL, one))
