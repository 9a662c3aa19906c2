"""Meta Ads' rules: consent and the long-lived token, statuses that hide, reports, limits, errors, restatement."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.meta_ads import STAND_IN as META_ADS
from infra.sandbox.meta_ads import MetaAds
from tests.sandbox.reading import MetaAds as Reader
from tests.sandbox.reading import Time, assert_same, get, keys, open_client

Made = tuple[Box[MetaAds], httpx2.Client, Time]
SHOES, TEA, NORTE, CLOSED = "1002003004", "1002003005", "1002003006", "1002003009"
AT, BACK = f"/v26.0/act_{SHOES}", "http://127.0.0.1/callback"
CLIENT = {"client_id": "demo-meta_ads", "client_secret": "demo-meta_ads-secret"}


def make(**settings: Any) -> Made:
    time = Time()
    given: dict[str, Any] = {"counts": {"campaigns": 4, "ads": 1, "days": 20}, "limits": False} | settings
    box = create(META_ADS, clock=time.clock, monotonic=time.monotonic, **given)
    return box, open_client(box, Reader.BASE), time


def every(level: str, *statuses: str) -> str:
    rule = {"field": f"{level}.effective_status", "operator": "IN", "value": statuses or Reader.ANY}
    return json.dumps([rule])


def week(time: Time, days: int = 7) -> str:
    return json.dumps({"since": f"{time.now - timedelta(days=days):%Y-%m-%d}", "until": f"{time.now:%Y-%m-%d}"})


def error(answer: httpx2.Response) -> tuple[int, int, int]:
    told = answer.json()["error"]
    assert {"message", "type", "code", "fbtrace_id"} <= told.keys()
    return answer.status_code, told["code"], told.get("error_subcode", 0)


# -- access --------------------------------------------------------------------------------------------


def test_a_code_is_traded_by_get_and_again_for_sixty_days() -> None:
    box, _, time = make()
    client = open_client(box, Reader.BASE, headers={})
    said = {"client_id": CLIENT["client_id"], "redirect_uri": BACK, "response_type": "code", "state": "s"}
    page = client.post("/v26.0/dialog/oauth", data={**said, "scope": "ads_read", "decision": "allow"})
    code = parse_qs(urlsplit(page.headers["location"]).query)["code"][0]
    at = "/v26.0/oauth/access_token"
    short = get(client, at, **CLIENT, redirect_uri=BACK, code=code)
    assert short.keys() == {"access_token", "token_type", "expires_in"}
    assert short["expires_in"] == 5_400
    assert error(client.get(at, params={**CLIENT, "redirect_uri": BACK, "code": code})) == (400, 100, 36009)
    trade = {"grant_type": "fb_exchange_token", "fb_exchange_token": short["access_token"]}
    long = get(client, at, **CLIENT, **trade)
    assert long["expires_in"] == 5_183_944
    assert error(client.get(at, params={**CLIENT, "client_secret": "no", **trade})) == (400, 1, 0)
    time.move(hours=2)
    ended = client.get("/v26.0/me", headers={"Authorization": f"Bearer {short['access_token']}"})
    assert error(ended) == (400, 190, 463)
    assert error(client.get(at, params={**CLIENT, **trade}))[0] == 400, "an ended token cannot be traded"
    assert get(client, "/v26.0/me", access_token=long["access_token"])["name"]
    time.move(days=61)
    assert error(client.get("/v26.0/me", params={"access_token": long["access_token"]})) == (400, 190, 463)


def test_a_system_user_token_has_no_end_and_a_withdrawn_one_is_refused() -> None:
    box, _, time = make()
    client = open_client(box, Reader.BASE, headers={"Authorization": f"Bearer {box.key()}"})
    time.move(days=400)
    assert len(get(client, "/v26.0/me/adaccounts")["data"]) == 4
    box.revoke()
    assert error(client.get("/v26.0/me/adaccounts")) == (400, 190, 463)


def test_without_the_right_to_read_ads_nothing_is_read() -> None:
    box, _, _ = make()
    key = box.grants.key(["business_management"])
    client = open_client(box, Reader.BASE, headers={"Authorization": f"Bearer {key}"})
    assert error(client.get("/v26.0/me/adaccounts")) == (403, 200, 0)
    assert get(client, "/v26.0/me/permissions")["data"] == [{"permission": "business_management", "status": "granted"}]
    assert error(open_client(box, Reader.BASE, headers={}).get("/v26.0/me"))[:1] == (400,)


def test_accounts_have_their_own_currency_and_zone_and_one_cannot_be_read() -> None:
    _, client, _ = make()
    fields = "account_id,currency,timezone_name,account_status"
    rows = {row["account_id"]: row for row in get(client, "/v26.0/me/adaccounts", fields=fields)["data"]}
    assert {row["currency"] for row in rows.values()} == {"USD", "JPY", "EUR", "NOK"}
    assert (rows[NORTE]["account_status"], rows[CLOSED]["account_status"]) == (2, 101)
    assert get(client, f"/v26.0/act_{NORTE}/campaigns")["data"]
    for number in (CLOSED, "77"):
        assert error(client.get(f"/v26.0/act_{number}/campaigns")) == (400, 100, 33)


# -- lists -----------------------------------------------------------------------------------------------


def test_only_what_is_asked_for_comes_and_an_unknown_field_is_refused() -> None:
    _, client, _ = make()
    assert get(client, f"{AT}/ads")["data"][0].keys() == {"id"}
    row = get(client, f"{AT}/ads", fields="name,creative{id}")["data"][0]
    assert row.keys() == {"id", "name", "creative"}
    assert error(client.get(f"{AT}/ads", params={"fields": "name,nothing"})) == (400, 100, 0)


def test_fields_may_be_an_array() -> None:
    """As Meta's own Python SDK asks."""
    _, client, _ = make()
    plain = get(client, f"{AT}/ads", fields="name,creative{id}")["data"]
    assert get(client, f"{AT}/ads", fields='["name","creative{id}"]')["data"] == plain
    assert error(client.get(f"{AT}/ads", params={"fields": '["name", 7]'})) == (400, 100, 0)


def test_lists_may_be_filtered_by_change() -> None:
    """As they are asked who read only what changed."""
    _, client, _ = make()
    told = [row["updated_time"] for row in get(client, f"{AT}/campaigns", fields="updated_time")["data"]]
    moments = {text: int(datetime.fromisoformat(text).timestamp()) for text in told}
    first = min(moments.values())

    def found(operator: str, value: object) -> httpx2.Response:
        rules = json.dumps([{"field": "campaign.updated_time", "operator": operator, "value": value}])
        return client.get(f"{AT}/campaigns", params={"fields": "updated_time", "filtering": rules})

    for operator, wanted in (
        ("GREATER_THAN", [text for text in told if moments[text] > first]),
        ("LESS_THAN", []),
    ):
        assert [row["updated_time"] for row in found(operator, first).json()["data"]] == wanted
    assert error(found("NEAR", first)) == error(found("GREATER_THAN", "lately")) == (400, 100, 0)


def test_deleted_and_archived_things_hide_and_what_is_below_them_too() -> None:
    box, client, _ = make()
    shown = [row["effective_status"] for row in get(client, f"{AT}/campaigns", fields="effective_status")["data"]]
    assert sorted(shown) == ["ACTIVE", "PAUSED"]
    body = get(client, f"{AT}/campaigns", filtering=every("campaign"), summary="total_count")
    assert len(body["data"]) == body["summary"]["total_count"] == 4
    deleted = get(client, f"{AT}/ads", fields="campaign_id", filtering=every("ad", "DELETED"))["data"]
    assert deleted
    assert all(box.world.campaigns[(row["campaign_id"],)]["status"] == "DELETED" for row in deleted)
    _, other, _ = make(options={"deleted_on_edges": False})
    assert len(get(other, f"{AT}/campaigns", filtering=every("campaign"))["data"]) == 3


def test_a_pause_above_changes_the_status_below_without_its_time_of_change() -> None:
    box, client, time = make()
    campaign = next(row for row in box.world.campaigns if row["account_id"] == SHOES and row["status"] == "ACTIVE")
    query = {"fields": "campaign_id,effective_status,updated_time"}
    before = {row["id"]: row for row in get(client, f"{AT}/ads", **query)["data"]}
    time.move(hours=1)
    box.world.touch(box.world.campaigns, campaign, status="PAUSED")
    after = {row["id"]: row for row in get(client, f"{AT}/ads", **query)["data"]}
    mine = [name for name, row in before.items() if row["campaign_id"] == campaign["id"]]
    assert {after[name]["effective_status"] for name in mine} == {"CAMPAIGN_PAUSED"}
    assert all(after[name]["updated_time"] == before[name]["updated_time"] for name in mine)


def test_the_last_page_has_a_cursor_and_no_next_and_an_empty_one_has_neither() -> None:
    _, client, _ = make()
    rows, asked = [], {"limit": 3}
    while True:
        body = get(client, f"{AT}/adcreatives", **asked)
        rows += body["data"]
        if "next" not in body["paging"]:
            break
        assert "access_token=" in body["paging"]["next"], "it carries the token, so it must not be kept"
        asked["after"] = body["paging"]["cursors"]["after"]
    assert len({row["id"] for row in rows}) == len(rows) == 8
    assert get(client, f"{AT}/adcreatives", after=body["paging"]["cursors"]["after"]) == {"data": []}
    assert error(client.get(f"{AT}/adcreatives", params={"after": "nonsense"})) == (400, 100, 0)


def test_too_large_a_page_is_to_be_reduced() -> None:
    box, client, _ = make()
    assert box.platform.levers["most"](box.world, {"rows": 2}) == {"rows": 2}
    answer = client.get(f"{AT}/ads", params={"limit": 3})
    assert error(answer) == (500, 1, 0)
    assert "reduce the amount of data" in answer.json()["error"]["message"]
    assert len(get(client, f"{AT}/ads", limit=2)["data"]) == 2


# -- numbers ---------------------------------------------------------------------------------------------


def test_sums_of_the_account_hold_what_deleted_campaigns_did() -> None:
    _, client, time = make()
    said = {"time_range": week(time, 19), "fields": "spend,impressions,clicks,reach", "limit": 500}
    (whole,) = get(client, f"{AT}/insights", **said, level="account")["data"]
    daily = {**said, "level": "campaign", "time_increment": "1"}
    shown = get(client, f"{AT}/insights", **daily)["data"]
    every_one = get(client, f"{AT}/insights", **daily, filtering=every("campaign"))["data"]
    assert len(shown) < len(every_one)
    for name in ("spend", "impressions", "clicks"):
        total, rounded = float(whole[name]), 0.005 * (len(every_one) + 1) if name == "spend" else 0.0
        assert total == pytest.approx(sum(float(row[name]) for row in every_one), abs=rounded + 1e-6)
        assert total > sum(float(row[name]) for row in shown)
    assert int(whole["reach"]) < sum(int(row["reach"]) for row in every_one)


def test_results_come_by_type_with_the_windows_that_were_asked_for() -> None:
    _, client, time = make()
    said = {"time_range": week(time), "level": "ad", "time_increment": "1", "fields": "actions,purchase_roas"}
    rows = get(client, f"{AT}/insights", **said)["data"]
    assert all(entry.keys() == {"action_type", "value"} for row in rows for entry in row.get("actions", []))
    windows = '["7d_click","1d_view"]'
    rows = get(client, f"{AT}/insights", **said, action_attribution_windows=windows)["data"]
    found = {name for row in rows for entry in row.get("actions", []) for name in entry}
    assert found == {"action_type", "value", "7d_click", "1d_view"}
    by_type = [{e["action_type"]: e["value"] for e in row["actions"]} for row in rows if "actions" in row]
    assert all(each.get("purchase") == each.get("omni_purchase") for each in by_type)
    assert error(client.get(f"{AT}/insights", params={**said, "action_attribution_windows": '["7d_view"]'}))[1] == 100


@pytest.mark.parametrize(
    "by", ["age,gender", "country", '["publisher_platform","platform_position"]', "device_platform"]
)
def test_parts_of_a_campaign_say_which_they_are_and_are_together_the_whole(by: str) -> None:
    _, client, time = make()
    said = {"time_range": week(time, 19), "level": "campaign", "fields": "campaign_id,impressions,clicks", "limit": 500}
    said |= {"time_increment": "1", "filtering": every("campaign")}
    whole = get(client, f"{AT}/insights", **said)["data"]
    parts = get(client, f"{AT}/insights", **said, breakdowns=by)["data"]
    names = by.strip("[]").replace('"', "").split(",")
    assert all(
        row.keys() == {"campaign_id", "impressions", "clicks", "date_start", "date_stop", *names} for row in parts
    )
    assert len(parts) > len(whole)
    for name in ("impressions", "clicks"):
        assert sum(int(row[name]) for row in parts) == sum(int(row[name]) for row in whole)


@pytest.mark.parametrize("by", ["age,country", "platform_position", "publisher_platform,age", "shoe_size", '["age"'])
def test_parts_that_do_not_go_together_are_refused(by: str) -> None:
    _, client, time = make()
    asked = {"time_range": week(time), "level": "campaign", "fields": "impressions", "breakdowns": by}
    assert error(client.get(f"{AT}/insights", params=asked)) == (400, 100, 0)
    assert error(client.post(f"{AT}/insights", data=asked)) == (400, 100, 0)


def test_who_was_reached_is_told_in_parts_for_thirteen_months_only() -> None:
    _, client, time = make(counts={"campaigns": 1, "ads": 1, "days": 500})
    old = time.now - timedelta(days=450)
    past = json.dumps({"since": f"{old:%Y-%m-%d}", "until": f"{old + timedelta(days=6):%Y-%m-%d}"})
    said = {"level": "campaign", "fields": "impressions,reach,frequency", "breakdowns": "country"}
    assert all("reach" in row for row in get(client, f"{AT}/insights", **said, time_range=week(time))["data"])
    rows = get(client, f"{AT}/insights", **said, time_range=past)["data"]
    assert rows
    assert all(row.keys() == {"impressions", "country", "date_start", "date_stop"} for row in rows)
    unique = {**said, "fields": "impressions,unique_clicks", "time_range": past}
    assert error(client.get(f"{AT}/insights", params=unique)) == (400, 100, 0)
    assert client.get(f"{AT}/insights", params={**unique, "time_range": week(time)}).status_code == 200


def test_plays_and_outbound_clicks_are_lists_of_one_and_left_out_where_there_are_none() -> None:
    _, client, time = make(counts={"campaigns": 1, "ads": 2, "days": 20})
    fields = "ad_name,impressions,video_play_actions,video_p25_watched_actions,video_avg_time_watched_actions"
    said = {"level": "ad", "time_increment": "1", "time_range": week(time, 19), "limit": 500}
    rows = get(client, f"{AT}/insights", **said, fields=f"{fields},outbound_clicks,outbound_clicks_ctr")["data"]
    played = [row for row in rows if "video_play_actions" in row]
    assert played
    assert all(row["ad_name"].startswith("Video") for row in played)
    assert any(row["ad_name"].startswith("Photo") and "outbound_clicks" in row for row in rows)
    for row in played:
        (plays,), (quarter,) = row["video_play_actions"], row.get("video_p25_watched_actions") or [{"value": 0}]
        assert plays.keys() == {"action_type", "value"}
        assert plays["action_type"] == "video_view"
        assert int(quarter["value"]) < int(plays["value"]) <= int(row["impressions"])
    (led,) = next(row["outbound_clicks_ctr"] for row in rows if "outbound_clicks_ctr" in row)
    assert led["action_type"] == "outbound_click"
    whole = {**said, "level": "campaign", "fields": "video_play_actions"}
    del whole["time_increment"]
    (campaign,) = get(client, f"{AT}/insights", **whole)["data"]
    assert int(campaign["video_play_actions"][0]["value"]) == sum(
        int(row["video_play_actions"][0]["value"]) for row in played
    )


def test_yen_have_no_cents() -> None:
    _, client, time = make()
    said = {"time_range": week(time), "level": "campaign", "fields": "spend,account_currency"}
    rows = get(client, f"/v26.0/act_{TEA}/insights", **said)["data"]
    assert rows
    assert all(row["account_currency"] == "JPY" and row["spend"].isdecimal() for row in rows)


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [("2023-01-01", "2023-01-02", 3018), ("2026-09-02", "2026-09-01", 100), ("soon", "later", 100)],
)
def test_odd_ranges_are_refused(since: str, until: str, code: int) -> None:
    _, client, _ = make()
    asked = {"time_range": json.dumps({"since": since, "until": until})}
    assert error(client.get(f"{AT}/insights", params=asked))[:2] == (400, code)
    assert error(client.post(f"{AT}/insights", data=asked))[:2] == (400, code)


def ask(client: httpx2.Client, time: Time, **more: str) -> str:
    said = {"level": "ad", "time_increment": "1", "fields": "ad_id,spend", "time_range": week(time)}
    made = client.post(f"{AT}/insights", data={**said, **more})
    assert made.status_code == 200, made.text
    return f"/v26.0/{made.json()['report_run_id']}"


def test_a_report_says_completed_a_little_before_it_is() -> None:
    _, client, time = make()
    run = ask(client, time)
    seen = []
    for _ in range(4):
        state = get(client, run)
        seen.append((state["async_status"], state["async_percent_completion"] == 100))
        if seen[-1] == ("Job Completed", False):
            assert error(client.get(f"{run}/insights"))[:2] == (400, 2601)
    assert seen[0][0] in ("Job Not Started", "Job Running")
    assert ("Job Completed", False) in seen
    assert seen[-1] == ("Job Completed", True)
    assert get(client, f"{run}/insights", limit=500)["data"]
    assert error(client.get("/v26.0/123456789")) == (400, 100, 33)


@pytest.mark.parametrize(("outcome", "state"), [("failed", "Job Failed"), ("skipped", "Job Skipped")])
def test_a_report_can_fail_and_the_same_one_succeed_later(outcome: Any, state: str) -> None:
    box, client, time = make()
    box.world.jobs.next(outcome)
    run = ask(client, time)
    assert [get(client, run)["async_status"] for _ in range(3)][-1] == state
    again = ask(client, time)
    assert again != run
    assert [get(client, again)["async_status"] for _ in range(3)][-1] == "Job Completed"


def test_a_forgotten_report_is_not_known() -> None:
    box, client, time = make()
    run = ask(client, time)
    for _ in range(3):
        get(client, run)
    box.world.jobs.expire()
    assert error(client.get(run)) == (400, 100, 33)
    assert error(client.get(f"{run}/insights")) == (400, 100, 33)


@pytest.mark.slow
def test_numbers_of_the_last_weeks_are_told_anew_and_older_ones_are_not() -> None:
    box, client, time = make(counts={"campaigns": 4, "ads": 2, "days": 60})
    reader = Reader(client, time.now.strftime("%Y-%m-%d"), limit=500)
    before = {(row["ad_id"], row["date_start"]): row for row in reader.insights(AT, "ad")}
    box.change()
    after = {(row["ad_id"], row["date_start"]): row for row in reader.insights(AT, "ad")}
    moved = {day for (ad, day), row in before.items() if after.get((ad, day)) != row}
    assert moved
    assert min(moved) >= f"{time.now - timedelta(days=29):%Y-%m-%d}"
    assert any(bought(after[place]) > bought(row) for place, row in before.items() if place in after), "none came late"
    assert_same(Reader(client, time.now.strftime("%Y-%m-%d")).read(), box.truth(), keys("meta_ads"))


def bought(row: Any) -> int:
    return sum(int(entry["value"]) for entry in row.get("actions", []) if entry["action_type"] == "purchase")


# -- limits ----------------------------------------------------------------------------------------------


def test_usage_is_told_with_every_answer_and_refused_beyond() -> None:
    box, client, time = make(limits=True)
    answer = client.get(f"{AT}/insights", params={"time_range": week(time)})
    (entry,) = json.loads(answer.headers["X-Business-Use-Case-Usage"])[SHOES]
    assert (entry["type"], entry["estimated_time_to_regain_access"]) == ("ads_insights", 0)
    assert "acc_id_util_pct" in json.loads(answer.headers["x-fb-ads-insights-throttle"])
    (usage,) = box.limits_by[0].kept[f"{SHOES}/ads_insights"]
    usage.used = usage.most  # type: ignore[attr-defined]
    refused = client.get(f"{AT}/insights", params={"time_range": week(time)})
    assert error(refused) == (400, 80000, 2446079)
    (entry,) = json.loads(refused.headers["X-Business-Use-Case-Usage"])[SHOES]
    assert entry["call_count"] == 100
    assert entry["estimated_time_to_regain_access"] >= 1
    assert client.get(f"{AT}/campaigns").status_code == 200, "another use has an allowance of its own"
    assert client.get(f"/v26.0/act_{TEA}/insights", params={"time_range": week(time)}).status_code == 200
    time.move(minutes=2)
    assert client.get(f"{AT}/insights", params={"time_range": week(time)}).status_code == 200


def test_a_broken_answer_is_written_like_any_other_error() -> None:
    box, client, _ = make()
    box.faults.add("GET /v26.0/act_{account}/ads", "status", status=500)
    answer = client.get(f"{AT}/ads")
    assert error(answer) == (500, 2, 0)
    assert answer.json()["error"]["is_transient"] is True
    assert error(client.get("/v26.0/nothing"))[:2] == (400, 2500)
