"""Metricool's stand-in: who may look, windows, zones, metrics, lists that are cut off, and what is told anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.metricool import STAND_IN as METRICOOL
from infra.sandbox.metricool import Metricool
from infra.sandbox.metricool.api import HARMFUL

NOW = datetime(2026, 9, 3, 12, tzinfo=UTC)
COUNTS = {"posts": 6, "days": 20, "plans": 4}
WHO = {"userId": "7654321", "blogId": "1234501"}
LONDON = {**WHO, "timezone": "Europe/London"}
MONTH = {"from": "2026-08-01T00:00:00", "to": "2026-09-03T23:59:59"}
FOLLOWERS = {"network": "instagram", "subject": "account", "metric": "followers"}


class Caller:
    """A box and a client that carries its token."""

    def __init__(self, **options: Any) -> None:
        self.now = NOW
        self.box: Box[Metricool] = create(
            METRICOOL, seed=3, counts=COUNTS, clock=lambda: self.now, monotonic=lambda: 0.0, options=options
        )
        self.token = self.box.credential()["api_key"]
        self.client = httpx2.Client(transport=httpx2.WSGITransport(app=self.box.wsgi), base_url="http://box/api")

    def get(self, path: str, query: Mapping[str, str] = LONDON, **headers: str) -> httpx2.Response:
        self.box.limits = []
        carried = {"X-Mc-Auth": self.token, "Accept": "application/json", **headers}
        return self.client.get(path, params=dict(query), headers=carried)

    def rows(self, path: str, query: Mapping[str, str] = LONDON) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(path, {**MONTH, **query}).json()["data"]
        return found

    def values(self, **query: str) -> list[dict[str, Any]]:
        (one,) = self.rows("/v2/analytics/timelines", {**LONDON, **query})
        values: list[dict[str, Any]] = one["values"]
        return values


def test_the_token_goes_in_its_own_header() -> None:
    desk = Caller()
    assert desk.get("/v2/settings/brands").status_code == 200
    assert desk.client.get("/v2/settings/brands", params=WHO).status_code == 401
    assert desk.client.get("/v2/settings/brands", params={**WHO, "userToken": desk.token}).status_code == 200
    bearer = {"Authorization": f"Bearer {desk.token}"}
    assert desk.client.get("/v2/settings/brands", params=WHO, headers=bearer).status_code == 401
    assert desk.get("/v2/settings/brands", {**WHO, "userId": "1"}).status_code == 401
    desk.box.revoke()
    assert desk.get("/v2/settings/brands").status_code == 401


def test_a_brand_without_a_role_is_listed_and_refused() -> None:
    desk = Caller()
    brands = desk.get("/v2/settings/brands").json()["data"]
    allowed = {brand["id"]: brand["brandRole"]["actions"]["viewAnalytics"] for brand in brands}
    assert allowed == {1234501: True, 1234502: True, 1234503: True, 1234509: False}
    assert desk.get("/v2/analytics/posts/instagram", {**LONDON, **MONTH, "blogId": "1234509"}).status_code == 403
    assert {brand["timezone"] for brand in brands} > {"Asia/Tokyo", "America/New_York"}


def test_the_older_list_knows_what_was_deleted() -> None:
    desk = Caller(brands="older", handles="text")
    assert desk.get("/v2/settings/brands").status_code == 404
    older = desk.get("/admin/simpleProfiles").json()
    assert [brand["id"] for brand in older if brand["deleted"]] == [1234599]


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "2026-08-01", "to": "2026-09-01"},
        {"start": "2026-08-01T00:00:00", "end": "2026-09-01T00:00:00"},
        {**MONTH, "timezone": "Middle/Earth"},
    ],
)
def test_windows_are_local_times_by_their_own_names(wrong: dict[str, str]) -> None:
    desk = Caller()
    refused = desk.get("/v2/analytics/posts/instagram", {**LONDON, **wrong})
    assert refused.status_code == 400
    assert set(refused.json()) == {"status", "code", "title", "detail"}


def test_plans_want_other_names_than_everybody_else() -> None:
    desk = Caller()
    ahead = {"start": "2026-08-01T00:00:00", "end": "2026-11-01T00:00:00"}
    plans = desk.get("/v2/scheduler/posts", {**LONDON, **ahead}).json()["data"]
    assert len(plans) == 4
    assert any(plan["providers"][0]["status"] == "PENDING" for plan in plans)
    assert desk.get("/v2/scheduler/posts", {**LONDON, **MONTH}).status_code == 400


def test_both_ends_of_a_window_belong_to_it_and_its_zone_is_madrids_when_nothing_is_said() -> None:
    desk = Caller()
    world = desk.box.world
    at = int(datetime(2026, 9, 2, 23, 0, tzinfo=UTC).timestamp())  # midnight in London
    new = world.add_post("instagram_posts", "1234501", at)["id"]

    def found(first: str, last: str, **query: str) -> bool:
        rows = desk.rows("/v2/analytics/posts/instagram", {**WHO, **query, "from": first, "to": last})
        return new in {row["postId"] for row in rows}

    assert found("2026-09-03T00:00:00", "2026-09-03T00:00:00", timezone="Europe/London")
    assert not found("2026-09-02T00:00:00", "2026-09-02T23:59:59", timezone="Europe/London")
    assert found("2026-09-03T01:00:00", "2026-09-03T01:00:00")
    assert not found("2026-09-03T00:00:00", "2026-09-03T00:59:59")


def test_moments_are_local_beside_their_zone() -> None:
    for asked, zone in ((True, "Europe/London"), (False, "Europe/Madrid")):
        desk = Caller(zone_as_asked=asked)
        told = {row["publishedAt"]["timezone"] for row in desk.rows("/v2/analytics/posts/instagram")}
        assert told == {zone}
    assert desk.rows("/v2/analytics/posts/tiktok")[0]["createTime"].endswith("Z")


def test_lists_are_csv_when_json_is_not_asked_for() -> None:
    desk = Caller()
    query = {**LONDON, **MONTH}
    assert desk.get("/v2/analytics/posts/tiktok", query, Accept="*/*").headers["content-type"].startswith("text/csv")
    assert desk.get("/v2/analytics/posts/instagram", query, Accept="text/csv").text.startswith("postId")
    assert desk.get("/v2/analytics/posts/instagram", query, Accept="*/*").json()["data"]


def test_youtube_lists_what_was_watched_unless_it_is_told_otherwise() -> None:
    desk = Caller()
    today = {"from": "2026-09-03T00:00:00", "to": "2026-09-03T23:59:59"}
    assert len(desk.rows("/v2/analytics/posts/youtube", {**LONDON, **today})) == 6
    assert len(desk.rows("/v2/analytics/posts/youtube", {**LONDON, **today, "postsType": "publishedInRange"})) < 6


def test_a_list_can_be_cut_off_with_and_without_a_word() -> None:
    desk = Caller()
    most = METRICOOL.levers["most"]
    most(desk.box.world, {"records": 4})
    cut = desk.get("/v2/analytics/posts/instagram", {**LONDON, **MONTH}).json()
    assert len(cut["data"]) == 4
    assert cut["page"]["next"]
    most(desk.box.world, {"records": 4, "says": False})
    assert "page" not in desk.get("/v2/analytics/posts/instagram", {**LONDON, **MONTH}).json()


def test_an_empty_list_may_be_no_content() -> None:
    long_ago = {**LONDON, "from": "2020-01-01T00:00:00", "to": "2020-01-07T23:59:59"}
    assert Caller().get("/v2/analytics/posts/instagram", long_ago).json() == {"data": []}
    assert Caller(nothing=204).get("/v2/analytics/posts/instagram", long_ago).status_code == 204


def test_a_network_that_is_not_connected_is_refused() -> None:
    desk = Caller()
    tea = {**LONDON, **MONTH, "blogId": "1234502"}
    assert desk.get("/v2/analytics/posts/facebook", tea).status_code == 404
    assert desk.get("/v2/analytics/timelines", {**tea, "network": "facebook", "metric": "likes"}).status_code == 404


# -- days ----------------------------------------------------------------------------------------------


def test_metrics_are_known_in_any_case_and_others_refused_with_a_list() -> None:
    desk = Caller()
    assert desk.values(network="instagram", subject="account", metric="FOLLOWERS") == desk.values(**FOLLOWERS)
    refused = desk.get("/v2/analytics/timelines", {**LONDON, **MONTH, **FOLLOWERS, "metric": "fans"})
    assert refused.status_code == 400
    assert refused.json()["title"] == "InvalidEnumBaseException"
    assert refused.json()["detail"].startswith("Invalid field 'fans'. Valid values are: [followers, friends, ")
    bikes = {**LONDON, **MONTH, "blogId": "1234503", "network": "linkedin", "subject": "account"}
    assert desk.get("/v2/analytics/timelines", {**bikes, "metric": "reshare"}).status_code == 200  # a person's
    assert desk.get("/v2/analytics/timelines", {**bikes, "metric": "paidFollowers"}).status_code == 400


def test_an_account_has_every_day_since_the_beginning_and_posts_only_theirs() -> None:
    desk = Caller()
    days = [value["dateTime"] for value in desk.values(**FOLLOWERS)]
    assert len(days) == COUNTS["days"] + 1
    assert all(day.endswith("T12:00:00+0100") for day in days)
    counted = desk.values(network="instagram", subject="posts", metric="count")
    posts = desk.rows("/v2/analytics/posts/instagram")
    assert sum(value["value"] for value in counted) == len(posts) == 6
    assert [value["dateTime"] for value in counted] == sorted((v["dateTime"] for v in counted), reverse=True)
    desk = Caller(words="document")
    (saves,) = desk.rows("/v2/analytics/timelines", {**LONDON, **FOLLOWERS, "subject": "posts", "metric": "saves"})
    assert saves["metric"] == "saved"


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ("tiktok video views", 200, ""),
        ("tiktok videos views", 400, "Valid values are: [account, video]"),
        ("tiktok  views", 200, ""),
        ("instagram posts saves", 400, "Valid values are: [count, interactions, engagement, reach, impressions, likes, "
         "comments, saved, shares]"),
        ("instagram stories count", 200, ""),
        ("instagram posts postsCount", 500, "Not implemented metric"),
        ("facebook stories storiesCount", 400, "Valid values are: [count]"),
        ("youtube account totalViews", 400, "[totalSubscribers, views, totalVideos, subscribersGained, "
         "subscribersLost]"),
        ("linkedin  followers", 500, "Not implemented metric"),
        ("twitter account followers", 400, "Valid values are: [postsCount]"),
        ("myspace account friends", 400, "Valid values are: [instagram, facebook, "),
        ("adwords account Cost", 200, ""),
    ],
)  # fmt: skip
def test_it_refuses_what_live_answers_refuse(asked: str, status: int, says: str) -> None:
    network, subject, metric = asked.split(" ")
    query = {**LONDON, **MONTH, "network": network, "metric": metric, **({"subject": subject} if subject else {})}
    told = Caller().get("/v2/analytics/timelines", query)
    assert told.status_code == status
    assert says in (told.json()["detail"] if says else "")


def test_the_documents_own_words_are_another_reading() -> None:
    desk = Caller(words="document")
    for network, subject, metric in (("tiktok", "videos", "views"), ("facebook", "stories", "storiesCount")):
        assert len(desk.values(network=network, subject=subject, metric=metric))
    query = {**LONDON, **MONTH, "network": "tiktok", "subject": "video", "metric": "views"}
    assert desk.get("/v2/analytics/timelines", query).status_code == 400


def test_one_number_is_a_sum_or_an_average() -> None:
    desk = Caller()
    query = {**LONDON, **MONTH, "network": "instagram", "subject": "posts"}
    assert desk.get("/v2/analytics/aggregation", {**query, "metric": "count"}).json() == {"data": 6.0}
    reach = [value["value"] for value in desk.values(network="instagram", subject="posts", metric="reach")]
    told = desk.get("/v2/analytics/aggregation", {**query, "metric": "reach"}).json()["data"]
    assert told == pytest.approx(sum(reach) / len(reach))


def test_the_last_week_is_told_anew_and_posts_grow_shrink_and_go() -> None:
    desk = Caller()
    before, posts = desk.values(**FOLLOWERS), {r["postId"]: r for r in desk.rows("/v2/analytics/posts/instagram")}
    desk.now += timedelta(hours=2)
    desk.box.change()
    after = desk.values(**FOLLOWERS)
    changed = [old["dateTime"][:10] for old, new in zip(before, after, strict=True) if old != new]
    assert changed
    assert min(changed) >= "2026-08-27"
    rows = {row["postId"]: row for row in desk.rows("/v2/analytics/posts/instagram")}
    assert rows.keys() - posts.keys()
    assert posts.keys() - rows.keys()
    likes = {rows[name]["likes"] - posts[name]["likes"] for name in rows.keys() & posts.keys()}
    assert max(likes) > 0
    gone = desk.box.truth(["1234501"])["metricool_instagram_posts"].gone
    assert {row["postId"] for row in gone} == posts.keys() - rows.keys()


def test_numbers_of_a_post_can_shrink() -> None:
    desk = Caller()
    world = desk.box.world
    row = world.posts["instagram_posts"].of("1234501")[0]
    fields = ("likes", "comments", "shares", "saved", "reach", "views")
    before = sum(world.number("instagram_posts", row, name) for name in fields)
    world.grow("instagram_posts", row, -50)
    row = world.posts["instagram_posts"][("1234501", row["id"])]
    assert sum(world.number("instagram_posts", row, name) for name in fields) < before


def test_campaigns_are_one_row_for_the_whole_window() -> None:
    desk = Caller()
    week = {**LONDON, "from": "2026-08-28T00:00:00", "to": "2026-09-03T23:59:59"}
    rows = desk.rows("/v2/advertising/campaigns", week)
    assert len(rows) == len({row["providerCampaignId"] for row in rows}) == 6
    days = [
        desk.rows("/v2/advertising/campaigns", {**LONDON, "from": f"{day}T00:00:00", "to": f"{day}T23:59:59"})
        for day in (f"{NOW - timedelta(days=n):%Y-%m-%d}" for n in range(7))
    ]
    first = rows[0]["providerCampaignId"]
    clicks = sum(r["metrics"]["clicks"] for day in days for r in day if r["providerCampaignId"] == first)
    assert clicks == rows[0]["metrics"]["clicks"]


# -- harm and limits -----------------------------------------------------------------------------------


def test_gets_that_do_something_are_remembered() -> None:
    desk = Caller()
    for rule in HARMFUL:
        desk.get(rule.replace("<path:rest>", "now"))
    assert len(desk.box.world.harm) == len(HARMFUL)


def test_more_than_five_a_second_are_told_to_wait() -> None:
    desk = Caller()
    headers = {"X-Mc-Auth": desk.token}
    answers = [desk.client.get("/v2/settings/brands", params=WHO, headers=headers) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].headers["retry-after"] == "1"


def test_the_same_seed_gives_the_same_brands() -> None:
    one, two = (create("metricool", seed=9, counts=COUNTS, clock=lambda: NOW) for _ in range(2))
    for box in (one, two):
        box.change(2)
    assert one.truth() == two.truth()
