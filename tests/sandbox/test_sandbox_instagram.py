"""Pages and Instagram as documented: tokens of Pages, days in Pacific time, questions that one name spoils, stories."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.graph import Usage
from infra.sandbox.instagram import STAND_IN as INSTAGRAM
from infra.sandbox.instagram import Instagram
from infra.sandbox.instagram.insights import starts
from infra.sandbox.refusals import Refusal
from tests.sandbox.reading import Time, get, open_client

BASE = "https://graph.facebook.com"
BACK = "http://127.0.0.1/callback"
CLIENT = {"client_id": "demo-instagram", "client_secret": "demo-instagram-secret"}
BAKERY, CAFE, MILL, HARBOUR = "100000001", "100000002", "100000003", "100000004"
IG, IG_CAFE = "17841400000000001", "17841400000000002"
SMALL = {"media": 6, "stories": 3, "posts": 5, "days": 40}
AUDIENCE = {"metric": "follower_demographics", "period": "lifetime", "metric_type": "total_value"}


def make(page: str = BAKERY, **settings: Any) -> tuple[Box[Instagram], httpx2.Client, Time]:
    """A client with the token of a Page; with a person's own when no Page is named."""
    time = Time()
    given: dict[str, Any] = {"counts": SMALL, "limits": False} | settings
    box = create(INSTAGRAM, clock=time.clock, monotonic=time.monotonic, **given)
    return box, client_of(box, page), time


def client_of(box: Box[Instagram], page: str = "") -> httpx2.Client:
    own = open_client(box, BASE)
    token = {row["id"]: row.get("access_token") for row in get(own, "/v26.0/me/accounts", limit=100)["data"]}.get(page)
    return open_client(box, BASE, headers={"Authorization": f"Bearer {token}"}) if page else own


def error(answer: httpx2.Response) -> tuple[int, int, int]:
    told = answer.json()["error"]
    assert {"message", "type", "code", "fbtrace_id"} <= told.keys()
    return answer.status_code, told["code"], told.get("error_subcode", 0)


def days_ago(box: Box[Instagram], days: int) -> date:
    return box.world.today() - timedelta(days=days)


def window(box: Box[Instagram], first: int, last: int = 0) -> dict[str, Any]:
    """From so many days ago until so many days ago, both midnights there."""
    return {"period": "day", "since": starts(days_ago(box, first)), "until": starts(days_ago(box, last))}


# -- access ----------------------------------------------------------------------------------------------


def test_a_short_token_is_traded_for_one_of_sixty_days_and_never_refreshed() -> None:
    box, _, time = make()
    client = open_client(box, BASE, headers={})
    said = {"client_id": CLIENT["client_id"], "redirect_uri": BACK, "response_type": "code", "state": "s"}
    scopes = "instagram_basic,instagram_manage_insights,pages_show_list,pages_read_engagement,read_insights"
    page = client.post("/v26.0/dialog/oauth", data={**said, "scope": scopes, "decision": "allow"})
    code = parse_qs(urlsplit(page.headers["location"]).query)["code"][0]
    at = "/v26.0/oauth/access_token"
    short = get(client, at, **CLIENT, redirect_uri=BACK, code=code)
    assert short.keys() == {"access_token", "token_type", "expires_in"}
    trade = {"grant_type": "fb_exchange_token", "fb_exchange_token": short["access_token"]}
    long = get(client, at, **CLIENT, **trade)
    assert long["expires_in"] == 5_183_944
    assert error(client.get(at, params={**CLIENT, "redirect_uri": BACK, "code": code})) == (400, 100, 36009)
    assert error(client.get(at, params={**CLIENT, "grant_type": "refresh_token", "refresh_token": "x"}))[0] == 400
    rows = get(client, "/v26.0/me/accounts", access_token=long["access_token"])["data"]
    own = {"Authorization": f"Bearer {rows[0]['access_token']}"}
    time.move(days=61)
    assert error(client.get("/v26.0/me", params={"access_token": long["access_token"]})) == (400, 190, 0)
    assert client.get("/v26.0/me", headers=own).json()["id"] == BAKERY, "a Page's token has no end"
    box.revoke()
    assert error(client.get("/v26.0/me", headers=own)) == (400, 190, 0)


def test_pages_come_with_their_own_tokens_but_for_one_without_a_role() -> None:
    box, own, _ = make("")
    fields = "id,name,access_token,instagram_business_account{id,username}"
    first = get(own, "/v26.0/me/accounts", fields=fields, limit=3)
    after = first["paging"]["cursors"]["after"]
    second = get(own, "/v26.0/me/accounts", fields=fields, limit=3, after=after)
    assert "access_token=" in first["paging"]["next"], "as there: nobody should keep that address"
    assert "next" not in second["paging"]
    rows = {row["id"]: row for row in (*first["data"], *second["data"])}
    assert list(rows) == [BAKERY, CAFE, MILL, HARBOUR]
    assert rows[BAKERY]["instagram_business_account"] == {"id": IG, "username": "corner.bakery"}
    assert "instagram_business_account" not in rows[MILL]
    assert "access_token" not in rows[HARBOUR]
    assert [account.id for account in box.accounts() if account.closed] == [HARBOUR]


def test_a_system_user_key_leads_to_pages_too_and_dies_with_them() -> None:
    box, _, _ = make()
    client = open_client(box, BASE, headers={"Authorization": f"Bearer {box.key()}"})
    token = get(client, "/v26.0/me/accounts")["data"][0]["access_token"]
    page = open_client(box, BASE, headers={"Authorization": f"Bearer {token}"})
    assert get(page, f"/v26.0/{BAKERY}", fields="name") == {"name": "Corner Bakery", "id": BAKERY}
    box.revoke()
    assert error(page.get(f"/v26.0/{BAKERY}")) == (400, 190, 0)


def test_whose_token_opens_what() -> None:
    box, own, _ = make("")
    page, other = client_of(box, BAKERY), client_of(box, MILL)
    views = {"metric": "page_media_view", **window(box, 3)}
    assert get(page, f"/v26.0/{BAKERY}/insights", **views)["data"]
    assert error(own.get(f"/v26.0/{BAKERY}/insights", params=views)) == (400, 190, 2069032)
    assert error(own.get(f"/v26.0/{BAKERY}/published_posts")) == (400, 190, 2069032)
    assert get(own, f"/v26.0/{IG}", fields="username")["username"] == "corner.bakery"
    assert error(other.get(f"/v26.0/{IG}")) == (400, 100, 33)
    assert error(own.get(f"/v26.0/{HARBOUR}")) == (400, 100, 33)
    for path in (f"/v26.0/{IG}9", f"/v26.0/{IG}9/insights", f"/v26.0/{IG}9/media", "/v26.0/9/published_posts"):
        assert error(page.get(path, params={"metric": "reach"})) == (400, 100, 33)
    less = open_client(box, BASE, headers={"Authorization": f"Bearer {box.grants.key(['instagram_basic'])}"})
    assert get(less, f"/v26.0/{IG}", fields="name")
    assert error(less.get(f"/v26.0/{IG}/insights", params={"metric": "reach", **window(box, 3)})) == (403, 10, 0)


def test_only_fields_that_are_named_come_and_an_unknown_one_spoils_the_call() -> None:
    _, client, _ = make()
    assert get(client, f"/v26.0/{IG}") == {"id": IG}
    rows = get(client, f"/v26.0/{IG}/media", fields="children{id}", limit=9)["data"]
    album = next(row for row in rows if "children" in row)
    assert [part.keys() for part in album["children"]["data"]] == [{"id"}, {"id"}]
    assert error(client.get(f"/v26.0/{IG}", params={"fields": "username,nothing"})) == (400, 100, 0)


# -- days ----------------------------------------------------------------------------------------------------


def test_a_value_bears_the_moment_when_its_day_ended() -> None:
    box, client, _ = make()
    series = get(client, f"/v26.0/{IG}/insights", metric="reach,follower_count", **window(box, 3))
    assert [metric["name"] for metric in series["data"]] == ["reach", "follower_count"]
    ends = [each["end_time"] for each in series["data"][0]["values"]]
    assert ends == [f"{days_ago(box, ago).isoformat()}T07:00:00+0000" for ago in (2, 1, 0)]
    assert set(series["paging"]) == {"previous", "next"}, "these lead to other days"
    _, open_end, _ = make(options={"until_included": False})
    shorter = get(open_end, f"/v26.0/{IG}/insights", metric="reach", **window(box, 3))
    assert len(shorter["data"][0]["values"]) == 2


def test_the_day_that_is_not_over_has_no_value() -> None:
    box, client, time = make()
    until = int(time.now.timestamp())
    body = get(client, f"/v26.0/{IG}/insights", metric="reach", period="day", since=until - 86_400, until=until)
    assert [each["end_time"][:10] for each in body["data"][0]["values"]] == [box.world.today().isoformat()]


@pytest.mark.parametrize(
    ("path", "metric", "most"), [(IG, "reach", 30), (IG, "views", 30), (BAKERY, "page_media_view", 90)]
)
def test_windows_have_a_longest_length(path: str, metric: str, most: int) -> None:
    box, client, _ = make()
    kind = {"metric_type": "total_value"} if metric == "views" else {}
    asked = {"metric": metric, **kind}
    assert get(client, f"/v26.0/{path}/insights", **asked, **window(box, most))["data"]
    assert error(client.get(f"/v26.0/{path}/insights", params={**asked, **window(box, most + 1)})) == (400, 100, 0)
    assert error(client.get(f"/v26.0/{path}/insights", params={**asked, **window(box, 3, 5)})) == (400, 100, 0)


def test_thirty_days_with_the_extra_hour_of_autumn_are_too_many_for_instagram() -> None:
    time = Time(datetime(2026, 11, 20, 12, tzinfo=UTC))
    box = create(INSTAGRAM, clock=time.clock, counts=SMALL, limits=False)
    client = client_of(box, BAKERY)
    assert error(client.get(f"/v26.0/{IG}/insights", params={"metric": "reach", **window(box, 30)})) == (400, 100, 0)
    assert get(client, f"/v26.0/{IG}/insights", metric="reach", **window(box, 29))["data"]


def test_new_followers_are_told_for_thirty_days_and_spoil_older_questions() -> None:
    box, client, _ = make()
    asked = {"metric": "reach,follower_count"}
    assert get(client, f"/v26.0/{IG}/insights", **asked, **window(box, 29))["data"]
    refused = client.get(f"/v26.0/{IG}/insights", params={**asked, **window(box, 38, 20)})
    assert error(refused) == (400, 100, 0)
    assert "last 30 days excluding the current day" in refused.json()["error"]["message"]
    assert get(client, f"/v26.0/{IG}/insights", metric="reach", **window(box, 38, 20))["data"]


def test_totals_are_one_number_for_the_whole_window() -> None:
    box, client, _ = make()
    asked = {"metric": "views,likes,reposts", "metric_type": "total_value"}

    def told(first: int, last: int) -> dict[str, int]:
        data = get(client, f"/v26.0/{IG}/insights", **asked, **window(box, first, last))["data"]
        return {metric["name"]: metric["total_value"]["value"] for metric in data}

    days = [told(ago, ago - 1) for ago in (3, 2, 1)]
    assert told(3, 0) == {name: sum(day[name] for day in days) for name in ("views", "likes", "reposts")}
    refused = client.get(f"/v26.0/{IG}/insights", params={"metric": "views", **window(box, 3)})
    assert "metric_type=total_value" in refused.json()["error"]["message"]
    assert get(client, f"/v26.0/{IG}/insights", **asked, **window(box, 60, 59)) == {"data": []}, "nothing is no zero"


def test_who_came_and_left_needs_its_breakdown() -> None:
    box, client, _ = make()
    asked = {"metric": "follows_and_unfollows", "metric_type": "total_value", **window(box, 2, 1)}
    assert error(client.get(f"/v26.0/{IG}/insights", params=asked)) == (400, 100, 0)
    (metric,) = get(client, f"/v26.0/{IG}/insights", **asked, breakdown="follow_type")["data"]
    (by,) = metric["total_value"]["breakdowns"]
    assert by["dimension_keys"] == ["follow_type"]
    assert [group["dimension_values"] for group in by["results"]] == [["FOLLOWER"], ["NON_FOLLOWER"]]
    mixed = {**asked, "metric": "views", "breakdown": "follow_type"}
    assert error(client.get(f"/v26.0/{IG}/insights", params=mixed)) == (400, 100, 0)


def test_of_a_quiet_day_the_total_is_told_and_no_sides() -> None:
    box, client, _ = make()
    asked = {"metric": "follows_and_unfollows", "metric_type": "total_value", "breakdown": "follow_type"}
    seen = set[bool]()
    for ago in range(1, SMALL["days"] + 1):
        (metric,) = get(client, f"/v26.0/{IG}/insights", **asked, **window(box, ago, ago - 1))["data"]
        there = box.world.day(IG, days_ago(box, ago))
        quiet = there["follows"] == there["unfollows"] == 0
        assert (metric["total_value"] == {"value": 0}) is quiet
        seen.add(quiet)
    assert seen == {True, False}


def test_what_is_not_known_may_be_named_and_not_told() -> None:
    box, client, _ = make(options={"not_known": "bare"})
    totals = {"metric": "views,likes", "metric_type": "total_value", **window(box, 60, 59)}
    for asked in (totals, {"metric": "reach", **window(box, 60, 59)}):
        told = get(client, f"/v26.0/{IG}/insights", **asked)["data"]
        assert [metric["name"] for metric in told] == asked["metric"].split(",")
        assert not [metric for metric in told if metric.keys() & {"values", "total_value"}]


def test_few_followers_hide_what_they_do_and_who_they_are() -> None:
    box, client, _ = make(CAFE)
    series = get(client, f"/v26.0/{IG_CAFE}/insights", metric="reach,follower_count", **window(box, 3))
    assert [metric["name"] for metric in series["data"]] == ["reach"]
    assert get(client, f"/v26.0/{IG_CAFE}/insights", **AUDIENCE, breakdown="age") == {"data": []}
    box, client, _ = make(CAFE, options={"few_followers": "error"})
    refused = client.get(f"/v26.0/{IG_CAFE}/insights", params={"metric": "reach,follower_count", **window(box, 3)})
    assert error(refused) == (400, 100, 0)


def test_groups_have_as_many_values_as_dimensions() -> None:
    _, client, _ = make()
    (metric,) = get(client, f"/v26.0/{IG}/insights", **AUDIENCE, breakdown="age,gender")["data"]
    (by,) = metric["total_value"]["breakdowns"]
    assert by["dimension_keys"] == ["age", "gender"]
    assert ["18-24", "F"] in [group["dimension_values"] for group in by["results"]]
    for wrong in ({}, {"breakdown": "shoe_size"}, {"breakdown": "age", "period": "day"}):
        assert error(client.get(f"/v26.0/{IG}/insights", params={**AUDIENCE, **wrong})) == (400, 100, 0)
    engaged = {**AUDIENCE, "metric": "engaged_audience_demographics", "breakdown": "age"}
    assert error(client.get(f"/v26.0/{IG}/insights", params=engaged)) == (400, 100, 0)
    assert get(client, f"/v26.0/{IG}/insights", **engaged, timeframe="this_month")["data"]


def test_small_pages_have_no_days_and_dead_metrics_spoil_the_question() -> None:
    box, client, _ = make(MILL)
    assert get(client, f"/v26.0/{MILL}/insights", metric="page_media_view", **window(box, 3))["data"] == []
    box, client, _ = make()
    for dead in ("page_impressions", "page_media_view,page_fans"):
        refused = client.get(f"/v26.0/{BAKERY}/insights", params={"metric": dead, **window(box, 3)})
        assert error(refused) == (400, 100, 0)
        assert "must be a valid insights metric" in refused.json()["error"]["message"]
    box, client, _ = make(options={"page_metrics": "certain"})
    follows = {"metric": "page_media_view,page_follows", **window(box, 3)}
    assert error(client.get(f"/v26.0/{BAKERY}/insights", params=follows)) == (400, 100, 0)


def test_days_are_restated_for_two_days_and_never_again() -> None:
    box, client, time = make(seed=3)
    before = {ago: box.world.day(IG, days_ago(box, ago)) for ago in range(1, 9)}
    time.move(hours=1)
    box.change(4)
    after = {ago: box.world.day(IG, days_ago(box, ago)) for ago in range(1, 9)}
    assert {ago for ago in before if before[ago] != after[ago]} == {1, 2}
    asked = {"metric": "total_interactions", "metric_type": "total_value", **window(box, 1)}
    (metric,) = get(client, f"/v26.0/{IG}/insights", **asked)["data"]
    assert metric["total_value"]["value"] == after[1]["total_interactions"]


# -- posts and stories ------------------------------------------------------------------------------------------


def test_lists_are_newest_first_and_a_cursor_loses_nothing_that_is_deleted_between_pages() -> None:
    box, client, _ = make()
    fields = {"fields": "id,timestamp", "limit": 2}
    first = get(client, f"/v26.0/{IG}/media", **fields)
    assert [row["timestamp"] for row in first["data"]] == sorted((r["timestamp"] for r in first["data"]), reverse=True)
    box.world.delete_media(first["data"][1]["id"])
    second = get(client, f"/v26.0/{IG}/media", **fields, after=first["paging"]["cursors"]["after"])
    everything = [row["id"] for row in sorted(box.world.media.of(BAKERY), key=lambda row: -row["at"])]
    assert [row["id"] for row in second["data"]] == everything[1:3]
    assert error(client.get(f"/v26.0/{IG}/media", params={"after": "?"})) == (400, 100, 0)


def test_each_kind_of_post_has_its_own_numbers_and_one_wrong_name_spoils_all() -> None:
    box, client, _ = make()
    for media in box.world.media.of(BAKERY):
        kind = "REELS" if media["media_product_type"] == "REELS" else media["media_type"]
        at = f"/v26.0/{media['id']}/insights"
        if media["without_numbers"]:
            assert error(client.get(at, params={"metric": "reach"})) == (400, 100, 2108006)
            continue
        (reach, saved) = get(client, at, metric="reach,saved")["data"]
        assert isinstance(reach["values"][0]["value"], int)
        assert saved["period"] == "lifetime"
        watched = client.get(at, params={"metric": "reach,ig_reels_avg_watch_time"})
        assert watched.status_code == (200 if kind == "REELS" else 400)
        reposts = client.get(at, params={"metric": "reposts"})
        assert reposts.status_code == (400 if kind == "VIDEO" else 200)
        views = client.get(at, params={"metric": "views"})
        assert views.status_code == (400 if kind == "CAROUSEL_ALBUM" else 200)
        assert error(client.get(at, params={"metric": "reach,impressions"})) == (400, 100, 0)


def test_stories_are_gone_after_a_day_and_tell_nothing_of_a_few_viewers() -> None:
    box, client, time = make()
    rows = get(client, f"/v26.0/{IG}/stories", fields="id,timestamp")["data"]
    assert len(rows) == 3
    answers = [client.get(f"/v26.0/{row['id']}/insights", params={"metric": "reach,navigation"}) for row in rows]
    assert sorted(answer.status_code for answer in answers) == [200, 200, 400]
    refused = next(answer for answer in answers if answer.status_code == 400)
    assert error(refused) == (400, 10, 0)
    assert "Not enough viewers" in refused.json()["error"]["message"]
    time.move(hours=24)
    assert get(client, f"/v26.0/{IG}/stories") == {"data": []}
    assert box.truth()["instagram_ig_stories"].present == []


def test_posts_of_a_page_are_chosen_by_when_they_were_made() -> None:
    box, client, time = make()
    since = int((time.now - timedelta(days=9)).timestamp())
    rows = get(client, f"/v26.0/{BAKERY}/published_posts", fields="created_time", since=since)["data"]
    assert len(rows) == 3
    older = get(client, f"/v26.0/{BAKERY}/published_posts", fields="created_time", until=since)["data"]
    assert len(older) == SMALL["posts"] - 3
    (clicks,) = get(client, f"/v26.0/{rows[0]['id']}/insights", metric="post_clicks_by_type", period="lifetime")["data"]
    assert isinstance(clicks["values"][0]["value"], dict)
    dead = client.get(f"/v26.0/{rows[0]['id']}/insights", params={"metric": "post_impressions"})
    assert error(dead) == (400, 100, 0)
    assert box.world.posts.of(HARBOUR) == []


def test_numbers_of_young_posts_move_and_those_of_old_ones_stay() -> None:
    box, _, _ = make(counts={**SMALL, "media": 12, "posts": 12})
    young = box.seed.now() - 29 * 86_400

    def told() -> dict[str, Any]:
        return {row["media_id"]: dict(row) for row in box.world.media_numbers}

    before = told()
    box.change()
    after = told()
    moved = {name for name, row in before.items() if name in after and after[name] != row}
    assert moved
    assert all(before[name]["at"] > young for name in moved)
    assert set(before) - set(after), "one was deleted"
    assert set(after) - set(before), "one was posted"


# -- limits --------------------------------------------------------------------------------------------------------


def test_usage_is_told_in_percent_and_a_full_hour_is_refused_with_a_400() -> None:
    time = Time()
    usage = Usage(4, "instagram", "80002", BAKERY, time.monotonic)
    for used in (25, 50, 75, 100):
        usage.enter()
        (told,) = json.loads(usage.headers()["X-Business-Use-Case-Usage"])[BAKERY]
        assert (told["type"], told["call_count"]) == ("instagram", used)
    with pytest.raises(Refusal) as full:
        usage.enter()
    assert (full.value.status, full.value.code) == (400, "80002")
    (told,) = json.loads(full.value.headers["X-Business-Use-Case-Usage"])[BAKERY]
    assert told["estimated_time_to_regain_access"] == 60
    time.move(hours=1)
    usage.enter()


def test_usage_stands_with_every_answer_of_a_page() -> None:
    box = create(INSTAGRAM, counts=SMALL)
    page = client_of(box, BAKERY)
    answer = page.get(f"/v26.0/{BAKERY}")
    assert json.loads(answer.headers["X-Business-Use-Case-Usage"])[BAKERY][0]["call_count"] == 0
