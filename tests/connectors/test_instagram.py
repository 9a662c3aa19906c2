"""The plain code of Instagram & Facebook Insights: accounts, days, numbers that are not there, refusals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from shared.errors import Bug, Configure, Later, Problem, Reconnect
from shared.http import Http, answer
from shared.kit.calendar import end_of, windows
from shared.oauth.flow import authorize_query, code_request
from shared.oauth.tokens import read_grant
from shared.platforms.instagram import PLATFORM as INSTAGRAM_INSIGHTS
from shared.platforms.instagram.access import discover
from shared.platforms.instagram.errors import DENIED, refuse, without_numbers, without_reposts
from shared.platforms.instagram.metrics import numbers, numbers_of_kind
from shared.platforms.instagram.records import (
    PACIFIC,
    behind_midnight,
    by_day,
    followers,
    groups,
    kind_of,
    midnight,
    posts,
    together,
)
from shared.platforms.meta import graph
from shared.reading import SliceContext, request_for
from shared.secret import Secret
from shared.vocabulary.access import Account, App, Credential
from shared.vocabulary.slicing import Days
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded.instagram import IG, REFUSALS, VALUES, error, said

CREDENTIAL = Credential(Secret("EAAshort"))
NOW = datetime(2026, 9, 3, 12, tzinfo=UTC)


# -- accounts ------------------------------------------------------------------------------------------


def talk(*answers: Answer, me: Answer | None = None) -> tuple[list[Request], tuple[Account, ...]]:
    """What was asked of the list, and the accounts; last of all it asks whose login it is."""
    conversation = discover(CREDENTIAL)
    asked = [next(conversation)]
    for given in (*answers, me or said({"id": "218471"})):
        Http().address(INSTAGRAM_INSIGHTS, asked[-1].url)
        try:
            asked.append(conversation.send(given))
        except StopIteration as end:
            assert asked[-1].url.endswith("/me")
            return asked[:-1], end.value
    raise AssertionError("it asks on")


def pages(*rows: dict[str, Any], after: str = "", more: bool = False) -> Answer:
    paging = {"cursors": {"before": "a", "after": after}, **({"next": "https://graph.facebook.com/x"} if more else {})}
    return said({"data": list(rows), **({"paging": paging} if rows else {})})


def test_each_page_is_an_account_with_its_own_token_and_its_instagram() -> None:
    shop = {"id": "1", "name": "Shop", "access_token": "EAApage1",
            "instagram_business_account": {"id": "17841400000000001", "username": "shop"}}  # fmt: skip
    mill, other = {"id": "2", "name": "Mill", "access_token": "EAApage2"}, {"id": "3", "name": "Harbour"}
    asked, found = talk(pages(shop, after="c1", more=True), pages(mill, other, after="c2"))
    assert [request.query.get("after") for request in asked] == [None, "c1"]
    assert all("access_token" not in request.url for request in asked)
    assert [(one.id, one.title, one.zone) for one in found] == [
        ("1", "Shop (@shop)", PACIFIC), ("2", "Mill", PACIFIC), ("3", "Harbour", PACIFIC),
    ]  # fmt: skip
    assert [one.values for one in found] == [
        {"ig": "17841400000000001", "login": "218471"}, {"ig": "", "login": "218471"}, {"ig": "", "login": "218471"},
    ]  # fmt: skip
    assert [one.token.reveal() if one.token else None for one in found] == ["EAApage1", "EAApage2", None]
    assert [bool(one.closed) for one in found] == [False, False, True]


def test_a_login_that_picked_no_page_has_none() -> None:
    assert talk(said({"data": []}))[1] == ()


@pytest.mark.parametrize("body", [{}, {"data": None}, []])
def test_another_shape_is_no_list_of_pages(body: Any) -> None:
    with pytest.raises(Bug, match="records-missing"):
        talk(said(body))


def test_discovery_that_stands_still_ends() -> None:
    asked, _ = talk(*[pages({"id": "1", "access_token": "t"}, after="same", more=True)] * 2)
    assert len(asked) == 2


def test_consent_asks_to_read_only_and_the_token_is_traded_for_a_lasting_one() -> None:
    oauth = INSTAGRAM_INSIGHTS.oauth
    assert oauth is not None
    assert not [scope for scope in oauth.scopes if "publish" in scope or scope.endswith("_management")]
    app = App("app-1", Secret("app-secret"))
    assert "scope=instagram_basic%2Cinstagram_manage_insights%2C" in authorize_query(oauth, app, "https://x", "s", "c")
    assert code_request(oauth, app, "CODE", "https://x", "v").method == "GET"
    assert oauth.exchange_for_long_lived is not None
    trade = oauth.exchange_for_long_lived(CREDENTIAL, app)
    assert (trade.method, trade.url) == ("GET", "https://graph.facebook.com/v26.0/oauth/access_token")
    assert trade.query["grant_type"] == "fb_exchange_token"
    told = {"access_token": "L", "token_type": "bearer", "expires_in": 5_183_944}
    long = read_grant(INSTAGRAM_INSIGHTS, said(told), NOW)
    assert long.refresh_token is None
    assert long.expires_at.startswith("2026-11-02")


# -- days ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end_time", "day"),
    [
        ("2026-11-02T08:00:00+0000", "2026-11-01"),  # winter: midnight is at eight
        ("2026-07-02T07:00:00+0000", "2026-07-01"),  # summer: at seven
        ("2026-11-01T07:00:00+0000", "2026-10-31"),  # the last midnight of summer
        ("2026-03-08T08:00:00+0000", "2026-03-07"),  # the last one of winter
        ("2026-03-09T07:00:00+0000", "2026-03-08"),  # a day of 23 hours
        ("2026-11-02T07:00:00+0000", "2026-11-01"),  # an hour that was not moved with the clocks
        ("2027-01-01T08:00:00+0000", "2026-12-31"),
    ],
)
def test_a_value_belongs_to_the_day_that_ended(end_time: str, day: str) -> None:
    body = {"data": [{"name": "reach", "values": [{"value": 7, "end_time": end_time}]}]}
    assert by_day(body) == [{"date": day, "reach": 7}]


def test_metrics_of_a_day_become_one_record_and_a_missing_one_is_no_zero() -> None:
    first, second = ("2026-11-02T08:00:00+0000", "2026-11-03T08:00:00+0000")
    body = {"data": [
        {"name": "reach", "values": [{"value": 812, "end_time": first}, {"value": 790, "end_time": second}]},
        {"name": "follower_count", "values": [{"value": 4, "end_time": second}]},
    ]}  # fmt: skip
    assert by_day(body) == [
        {"date": "2026-11-01", "reach": 812}, {"date": "2026-11-02", "reach": 790, "follower_count": 4}
    ]  # fmt: skip
    assert by_day({"data": []}) == []


def test_days_are_asked_for_by_midnights_there() -> None:
    assert midnight(date(2026, 11, 1)) == "1793516400"
    assert int(midnight(date(2026, 11, 2))) - int(midnight(date(2026, 11, 1))) == 25 * 3600
    assert behind_midnight(date(2026, 11, 1)) == "1793516401"


@pytest.mark.parametrize("name", ["ig_account_insights_daily", "ig_account_insights_totals", "ig_follows_daily"])
def test_no_window_is_longer_than_instagram_allows_across_any_change_of_clocks(name: str) -> None:
    """Thirty days with the extra hour of autumn are refused; and `follower_count` is told for thirty days only."""
    rule = INSTAGRAM_INSIGHTS.stream(name).days
    assert rule is not None
    for moment in (NOW, datetime(2026, 11, 20, 12, tzinfo=UTC), datetime(2027, 3, 20, 12, tzinfo=UTC)):
        found = list(windows(rule, PACIFIC, moment, None, None))
        for first, last in found:
            assert int(midnight(last + timedelta(days=1))) - int(midnight(first)) <= 30 * 86_400
        if name == "ig_account_insights_daily":
            assert moment - end_of(PACIFIC, min(first for first, _ in found)) < timedelta(days=30)


def test_a_day_of_totals_is_asked_for_alone_and_given_to_its_row() -> None:
    stream = INSTAGRAM_INSIGHTS.stream("ig_account_insights_totals")
    assert isinstance(stream.slices, Days)
    assert (stream.slices.size, stream.slices.whole) == (1, True)
    part = SliceContext(VALUES, {}, datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC), NOW)
    query = request_for(INSTAGRAM_INSIGHTS, stream, part, {}).query
    assert int(query["until"]) - int(query["since"]) == 86_400


# -- numbers -----------------------------------------------------------------------------------------------


def test_one_value_of_a_metric_whichever_way_it_is_told() -> None:
    body = {"data": [
        {"name": "reach", "values": [{"value": 1531}]}, {"name": "views", "total_value": {"value": 9}},
        {"name": "saved", "values": []}, {"name": "shares", "total_value": {}},
    ]}  # fmt: skip
    assert together(body) == [{"reach": 1531, "views": 9, "saved": None, "shares": None}]
    assert together({"data": []}) == []
    with pytest.raises(TypeError):
        together({"data": {"name": "reach"}})


def test_a_metric_that_is_named_and_not_told_is_not_known() -> None:
    """Neither `values` nor `total_value`: Meta describes the metric, and has nothing to say about these days."""
    bare = {"name": "views", "period": "day", "title": "Views", "description": "Views.", "id": f"{IG}/insights/views"}
    assert together({"data": [{"name": "reach", "values": [{"value": 7}]}, bare]}) == [{"reach": 7}]
    assert together({"data": [bare]}) == [], "nothing is known, and that is no row"
    told = {"name": "reach", "values": [{"value": 7, "end_time": "2026-11-02T08:00:00+0000"}]}
    assert by_day({"data": [bare, told]}) == [{"date": "2026-11-01", "reach": 7}]
    assert by_day({"data": [bare]}) == groups({"data": [bare]}) == followers({"data": [bare]}) == []


def test_groups_keep_both_of_their_dimensions() -> None:
    results = [{"dimension_values": ["25-34", "F"], "value": 263}, {"dimension_values": ["25-34", "M"], "value": 90}]
    value = {"breakdowns": [{"dimension_keys": ["age", "gender"], "results": results}]}
    assert groups({"data": [{"name": "follower_demographics", "total_value": value}]}) == [
        {"metric": "follower_demographics", "dimension": "25-34 / F", "age": "25-34", "gender": "F", "people": 263},
        {"metric": "follower_demographics", "dimension": "25-34 / M", "age": "25-34", "gender": "M", "people": 90},
    ]
    assert groups({"data": [{"name": "follower_demographics", "total_value": {}}]}) == []


def test_who_came_and_who_left() -> None:
    results = [{"dimension_values": ["FOLLOWER"], "value": 17}, {"dimension_values": ["NON_FOLLOWER"], "value": 20}]
    value = {"breakdowns": [{"dimension_keys": ["follow_type"], "results": results}]}
    body = {"data": [{"name": "follows_and_unfollows", "total_value": value}]}
    assert followers(body) == [{"follows": 17, "unfollows": 20}]
    assert followers({"data": []}) == []


def of_follows(*results: tuple[str, int], **total: int) -> dict[str, Any]:
    groups_told = [{"dimension_values": [side], "value": people} for side, people in results]
    by = {"breakdowns": [{"dimension_keys": ["follow_type"], "results": groups_told}]} if results else {}
    return {"data": [{"name": "follows_and_unfollows", "total_value": {**total, **by}}]}


def test_on_a_quiet_day_nobody_came_and_nobody_left() -> None:
    """Of such a day Meta tells its total, 0, and no sides; of others a side on which nobody was may be missing."""
    assert followers(of_follows(value=0)) == [{"follows": 0, "unfollows": 0}]
    assert followers(of_follows(("FOLLOWER", 3))) == [{"follows": 3, "unfollows": 0}]
    assert followers(of_follows(("NON_FOLLOWER", 2))) == [{"follows": 0, "unfollows": 2}]
    assert followers(of_follows()) == [], "no total and no sides: not known"
    assert followers(of_follows(value=5)) == [], "five of whom nobody says whether they came or left"
    assert followers(of_follows(("UNKNOWN", 5))) == []


@pytest.mark.parametrize(
    ("media_type", "product", "kind"),
    [("VIDEO", "REELS", "REELS"), ("VIDEO", "FEED", "VIDEO"), ("VIDEO", None, "VIDEO_OTHER"),
     ("VIDEO", "AD", "VIDEO_OTHER"), ("IMAGE", "FEED", "IMAGE"), ("CAROUSEL_ALBUM", "FEED", "CAROUSEL_ALBUM"),
     ("IMAGE", None, "IMAGE")],
)  # fmt: skip
def test_the_kind_of_a_post(media_type: str, product: str | None, kind: str) -> None:
    media = {"id": "1", "media_type": media_type, **({"media_product_type": product} if product else {})}
    assert kind_of(media) == kind
    assert posts({"data": [media]}) == [{**media, "kind": kind}]


@pytest.mark.parametrize("kind", ["REELS", "VIDEO", "VIDEO_OTHER", "IMAGE", "CAROUSEL_ALBUM", "of the future"])
def test_questions_get_shorter_until_what_every_post_has(kind: str) -> None:
    asked = list[set[str]]()
    while (found := numbers_of_kind({"kind": kind}, len(asked))) is not None:
        asked.append(set(found["metric"].split(",")))
    assert all(less < more for more, less in pairwise(asked))
    assert asked[-1] == {"reach", "saved"}


def test_dead_metrics_are_asked_for_by_no_stream() -> None:
    """Ended between January 2025 and June 2026; one of them spoils the whole question."""
    dead = ("impressions", "plays", "video_views", "page_fans", "page_fan_", "clips_replays", "profile_views",
            "website_clicks")  # fmt: skip
    for stream in INSTAGRAM_INSIGHTS.streams:
        given = {"kind": "REELS"}
        said = [stream.query.get("metric", ""), *(which.query.get("metric", "") for which in stream.passes)]
        said += [found["metric"] for n in range(3) if stream.narrow_query and (found := stream.narrow_query(given, n))]
        names = {name for each in said for name in each.split(",")} - {"page_video_views"}
        assert not [name for name in names if any(word in name for word in dead)], stream.name


def test_no_signed_address_is_kept() -> None:
    """They change with every call, so that each reading would seem a change; and end after days."""
    signed = {"media_url", "thumbnail_url", "profile_picture_url", "full_picture"}
    for stream in INSTAGRAM_INSIGHTS.streams:
        assert not signed & set(stream.query.get("fields", "").replace("{", ",").replace("}", ",").split(","))
        assert not signed & {column.path[0] for column in stream.columns}


# -- refusals ------------------------------------------------------------------------------------------------


def test_posts_without_numbers_are_no_failure() -> None:
    early = error(400, 100, 2108006, "Invalid parameter")
    few = error(400, 10, message="(#10) Not enough viewers for the media to show insights")
    for given in (early, few, REFUSALS["gone"]):
        assert without_numbers(given)
    for kind in ("credential", "permission", "question", "limit", "fault", "not-offered"):
        assert not without_numbers(REFUSALS[kind]), kind
    assert not without_numbers(answer(400, {}, b"<html>"))


def test_a_post_of_a_kind_without_reposts_is_no_failure_and_an_api_without_them_is_one() -> None:
    kind = error(400, 100, message="(#100) The Media Insights API does not support the reposts metric for this kind.")
    assert without_reposts(kind)
    assert without_reposts(REFUSALS["gone"])
    assert not without_reposts(REFUSALS["not-offered"]), "another metric"
    assert not without_reposts(error(400, 100, message="(#100) metric[0] must be one of the following values: reach"))


NOT_OFFERED = (
    "(#100) The value must be a valid insights metric",
    "(#100) The Media Insights API does not support the views metric for this media product type.",
    "(#100) metric[3] must be one of the following values: reach, saved",
    "(#100) The metric shares is not supported for this media type",
    "(#100) (follower_count) metric only supports querying data for the last 30 days excluding the current day",
)
WORDS: list[tuple[Answer, type[Problem], str]] = [
    *((error(400, 100, message=text), Bug, "not-offered") for text in NOT_OFFERED),
    (error(400, 100, message="(#100) Tried accessing nonexisting field (nothing)"), Bug, "refused"),
    (error(400, 100, 33, "Unsupported get request."), Configure, "no-permission"),
    (error(403, 10, message="(#10) Application does not have permission"), Configure, "no-permission"),
    (error(400, 190, 463, "Session has expired"), Reconnect, "not-authorised"),
    (error(400, 190, 2069032, "must be called with a Page Access Token"), Reconnect, "not-authorised"),
    (error(400, 102, message="Session"), Reconnect, "not-authorised"),
    *((error(400, code, message="slow"), Later, "limited") for code in (4, 17, 32, 341, 368, 613, 80001, 80002)),
    (error(500, 2, message="fault"), Later, "platform-down"),
    (error(500, 1, message="Please reduce the amount of data you're asking for"), Later, "too-much"),
]


@pytest.mark.parametrize(("given", "kind", "code"), WORDS)
def test_refusals_say_who_must_act(given: Answer, kind: type[Problem], code: str) -> None:
    problem = refuse(given)
    assert type(problem) is kind
    assert problem is not None
    assert problem.code == code
    assert problem.sentence.endswith(".")
    assert code != "no-permission" or problem.sentence == DENIED


def test_usage_tells_everybody_to_rest() -> None:
    usage = '{"1000001":[{"type":"instagram","call_count":96,"total_time":4,"estimated_time_to_regain_access":0}]}'
    assert graph.stated_pause(answer(200, {"x-business-use-case-usage": usage}, b"{}")) == timedelta(minutes=10)
    assert not graph.stated_pause(answer(200, {"x-business-use-case-usage": usage.replace("96", "9")}, b"{}"))


def test_lists_of_metrics_are_asked_for_one_after_the_other() -> None:
    ask = numbers("a,b", "a")
    assert [ask({}, refused) for refused in range(3)] == [{"metric": "a,b"}, {"metric": "a"}, None]
