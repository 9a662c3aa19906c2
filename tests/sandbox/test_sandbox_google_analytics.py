"""Google Analytics' rules: who may read what, how reports are asked for, what they cost, and which days still move."""

from datetime import date, timedelta
from typing import Any

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.google_analytics import STAND_IN as GOOGLE_ANALYTICS
from infra.sandbox.google_analytics import GoogleAnalytics
from infra.sandbox.google_analytics.facts import UNSETTLED
from infra.sandbox.google_analytics.world import BAKERY, BRANCH, OLD
from tests.sandbox.reading import START, Time, get, open_client

BASE = "https://analyticsdata.googleapis.com/v1beta"
WINDOW = [{"startDate": "2026-08-20", "endDate": "2026-08-26"}]
YESTERDAY = START.date() - timedelta(days=1)
Made = tuple[Box[GoogleAnalytics], httpx2.Client, Time]


def make(**settings: Any) -> Made:
    time = Time()
    given: dict[str, Any] = {"counts": {"visits": 12, "orders": 3, "days": 30}, "limits": False} | settings
    box = create(GOOGLE_ANALYTICS, clock=time.clock, monotonic=time.monotonic, **given)
    return box, open_client(box, BASE), time


def names(*wanted: str) -> list[dict[str, str]]:
    return [{"name": name} for name in wanted]


def ask(client: httpx2.Client, property_id: str = BAKERY, **body: Any) -> httpx2.Response:
    whole = {"dateRanges": WINDOW, "dimensions": names("date"), "metrics": names("eventCount"), **body}
    return client.post(f"/properties/{property_id}:runReport", json=whole)


def rows(answer: httpx2.Response) -> dict[tuple[str, ...], list[str]]:
    assert answer.status_code == 200, answer.text[:300]
    return {
        tuple(cell["value"] for cell in row["dimensionValues"]): [cell["value"] for cell in row["metricValues"]]
        for row in answer.json().get("rows", [])
    }


def refused(answer: httpx2.Response, status: int, word: str) -> str:
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (status, status, word)
    return str(error["message"])


# -- who may read -------------------------------------------------------------------------------------


def test_without_a_credential_nothing_is_told() -> None:
    box, _, _ = make()
    for headers in ({}, {"Authorization": "Bearer nobody"}):
        client = open_client(box, BASE, headers)
        refused(ask(client), 401, "UNAUTHENTICATED")
        refused(client.get("/accountSummaries"), 401, "UNAUTHENTICATED")


def test_a_consent_without_its_box_reads_nothing() -> None:
    box, _, _ = make()
    token = box.grants.give(box.grants.grant(()))["access_token"]
    answer = ask(open_client(box, BASE, {"Authorization": f"Bearer {token}"}))
    refused(answer, 403, "PERMISSION_DENIED")
    assert answer.json()["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def test_one_property_is_shown_but_closed_and_access_can_go_and_come_back() -> None:
    box, client, _ = make()
    shown = [
        one["property"]
        for account in get(client, "/accountSummaries")["accountSummaries"]
        for one in account["propertySummaries"]
    ]
    assert shown == [f"properties/{name}" for name in (BAKERY, OLD, BRANCH)]
    listed = get(client, "/properties", filter="ancestor:accounts/1000")["properties"]
    assert [one["name"] for one in listed] == [f"properties/{BAKERY}"]
    refused(ask(client, OLD), 403, "PERMISSION_DENIED")
    refused(client.get(f"/properties/{OLD}/keyEvents"), 403, "PERMISSION_DENIED")
    box.platform.levers["close"](box.world, {"account": BRANCH})
    refused(ask(client, BRANCH), 403, "PERMISSION_DENIED")
    assert {row["account_id"] for row in box.truth()["google_analytics_daily_overview"].present} == {BAKERY}
    box.platform.levers["open"](box.world, {"account": BRANCH})
    assert rows(ask(client, BRANCH))


def test_apis_that_are_not_switched_on_say_so() -> None:
    _, client, _ = make(options={"api_enabled": False})
    answer = ask(client)
    refused(answer, 403, "PERMISSION_DENIED")
    assert answer.json()["error"]["details"][0]["reason"] == "SERVICE_DISABLED"


def test_lists_come_in_pages_and_leave_out_what_is_empty() -> None:
    box, client, _ = make()
    at = f"/properties/{BAKERY}/keyEvents"
    first = get(client, at, pageSize=1)
    second = get(client, at, pageSize=1, pageToken=first["nextPageToken"])
    assert len(first["keyEvents"]) == len(second["keyEvents"]) == 1
    assert "nextPageToken" not in second
    assert first["keyEvents"] != second["keyEvents"]
    for row in list(box.world.key_events):
        box.world.key_events.remove((row["name"],))
    assert get(client, at) == {}
    assert client.get(at, params={"pageToken": "?"}).status_code == 400
    refused(client.get("/properties"), 400, "INVALID_ARGUMENT")


TEN = ["date", "city", "region", "country", "hostName", "pagePath", "pageTitle", "eventName", "isKeyEvent", "year"]


# -- questions ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"metrics": names("visits")}, "visits is not a valid metric"),
        ({"dimensions": names("datum")}, "datum is not a valid dimension"),
        ({"dimensions": names("date", "itemName")}, "remove itemName"),
        ({"dimensions": names("date", "date")}, "Duplicate"),
        ({"dimensions": [{}]}, "dimensions"),
        ({"dateRanges": [{"startDate": "2026-08-26", "endDate": "2026-08-20"}]}, "after endDate"),
        ({"dateRanges": [{"startDate": "20260820", "endDate": "2026-08-26"}]}, "Invalid date"),
        ({"dateRanges": []}, "date range"),
        ({"limit": "many"}, "limit"),
        ({"limit": 0}, "limit"),
        ({"offset": -1}, "offset"),
        ({"orderBys": [{"dimension": {"dimensionName": "city"}}]}, "Order"),
        ({"dimensions": names(*TEN)}, "limited to 9"),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_refused_by_its_name(wrong: dict[str, Any], says: str) -> None:
    _, client, _ = make()
    assert says in refused(ask(client, **wrong), 400, "INVALID_ARGUMENT")


def test_only_what_goes_together_is_compatible() -> None:
    _, client, _ = make()
    at = f"/properties/{BAKERY}:checkCompatibility"
    said = client.post(at, json={"dimensions": names("date"), "metrics": names("sessions")}).json()
    words = {one["dimensionMetadata"]["apiName"]: one["compatibility"] for one in said["dimensionCompatibilities"]}
    assert (words["city"], words["itemName"]) == ("COMPATIBLE", "INCOMPATIBLE")
    types = {one["metricMetadata"]["apiName"]: one["metricMetadata"]["type"] for one in said["metricCompatibilities"]}
    assert (types["totalRevenue"], types["keyEvents"]) == ("TYPE_CURRENCY", "TYPE_FLOAT")
    wrong = client.post(at, json={"dimensions": names("date", "itemName"), "metrics": names("sessions")})
    assert "compatible" in refused(wrong, 400, "INVALID_ARGUMENT")


def test_pages_follow_one_another_only_in_a_complete_order() -> None:
    _, client, _ = make()
    dimensions = ("date", "sessionSource", "city")

    def read(*order: str) -> tuple[list[Any], int]:
        found: list[Any] = []
        by = [{"dimension": {"dimensionName": name}} for name in order]
        while True:
            said = ask(client, dimensions=names(*dimensions), orderBys=by, limit="7", offset=str(len(found))).json()
            found += [tuple(cell["value"] for cell in row["dimensionValues"]) for row in said["rows"]]
            if len(found) >= said["rowCount"]:
                return found, said["rowCount"]

    whole, count = read(*dimensions)
    assert len(set(whole)) == count > 20
    assert whole == sorted(whole)
    loose, _ = read("date")
    assert len(set(loose)) < count, "equal rows come in another order on every page"


def test_an_empty_report_has_neither_rows_nor_their_number() -> None:
    _, client, _ = make()
    said = ask(client, dateRanges=[{"startDate": "2020-01-01", "endDate": "2020-01-07"}]).json()
    assert "rows" not in said
    assert "rowCount" not in said
    assert said["dimensionHeaders"] == [{"name": "date"}]
    assert said["metadata"] == {"currencyCode": "EUR", "timeZone": "Europe/Berlin"}


def test_days_can_be_said_in_words() -> None:
    _, client, _ = make()
    said = rows(ask(client, dateRanges=[{"startDate": "3daysAgo", "endDate": "yesterday"}]))
    assert sorted(said) == [(f"{YESTERDAY - timedelta(days=ago):%Y%m%d}",) for ago in (2, 1, 0)]


def test_the_day_under_way_grows_and_is_no_truth_yet() -> None:
    box, client, time = make()
    today = [{"startDate": "today", "endDate": "today"}]
    before = int(next(iter(rows(ask(client, dateRanges=today)).values()))[0])
    time.move(hours=6)
    client = open_client(box, BASE)
    after = int(next(iter(rows(ask(client, dateRanges=today)).values()))[0])
    assert 0 < before < after
    days = {row["date"] for row in box.truth([BAKERY])["google_analytics_daily_overview"].present}
    assert max(days) == YESTERDAY.isoformat()


# -- numbers ------------------------------------------------------------------------------------------


def test_what_is_counted_adds_up_and_people_do_not() -> None:
    _, client, _ = make()
    metrics = names("eventCount", "keyEvents", "totalRevenue", "activeUsers", "sessions")
    whole = [float(value) for value in rows(ask(client, dimensions=names("year"), metrics=metrics))[("2026",)]]
    for other in (("date",), ("date", "city", "deviceCategory"), ("pagePath", "eventName")):
        found = rows(ask(client, dimensions=names(*other), metrics=metrics)).values()
        sums = [sum(float(value[i]) for value in found) for i in range(5)]
        assert sums[:3] == pytest.approx(whole[:3])
        assert sums[3] != whole[3]
        assert sums[4] != whole[4]


def test_orders_and_their_items_come_to_the_same_revenue() -> None:
    _, client, _ = make()
    plain: dict[str, Any] = {
        "dimensions": names("year"),
        "dateRanges": [{"startDate": "2026-08-05", "endDate": "yesterday"}],
    }
    revenue, refunds = map(
        float, rows(ask(client, **plain, metrics=names("purchaseRevenue", "refundAmount")))[("2026",)]
    )
    items = float(rows(ask(client, **plain, metrics=names("itemRevenue")))[("2026",)][0])
    assert items == pytest.approx(revenue + refunds)
    assert revenue > 0


@pytest.mark.slow
def test_the_last_days_are_told_anew_and_older_ones_rest() -> None:
    box, _, time = make()
    before = days_of(box)
    oldest = START.date()
    for _ in range(4):
        box.change()
        after = days_of(box)
        moved = [day for day in before if before[day] != after.get(day)]
        assert moved
        oldest = min(oldest, *map(date.fromisoformat, moved))
        before = after
    assert oldest == START.date() - timedelta(days=UNSETTLED)
    time.move(days=UNSETTLED + 1)
    settled = days_of(box)
    box.change()
    assert all(days_of(box)[day] == rows for day, rows in settled.items() if day < START.date().isoformat())


def days_of(box: Box[GoogleAnalytics]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in box.truth([BAKERY])["google_analytics_geo_device"].present:
        found.setdefault(row["date"], []).append(row)
    return found


@pytest.mark.slow
def test_rows_go_and_are_remembered_as_gone() -> None:
    box, _, _ = make()
    gone = 0
    for _ in range(6):
        before = {tuple(sorted(row.items())) for row in box.truth()["google_analytics_transactions"].present}
        box.change()
        truth = box.truth()["google_analytics_transactions"]
        there = {(row["account_id"], row["transactionId"], row["currencyCode"]) for row in truth.present}
        once = {(dict(row)["account_id"], dict(row)["transactionId"], dict(row)["currencyCode"]) for row in before}
        vanished = {(row["account_id"], row["transactionId"], row["currencyCode"]) for row in truth.gone}
        assert once - there <= vanished
        assert not vanished & there
        gone = len(vanished)
    assert gone


@pytest.mark.slow
def test_the_same_seed_tells_the_same() -> None:
    first, second, third = make()[0], make()[0], make(seed=8)[0]
    for box in (first, second, third):
        box.change(2)
    assert first.truth() == second.truth() != third.truth()


# -- what is said besides ------------------------------------------------------------------------------


def test_beyond_so_many_rows_the_rest_is_summed_up() -> None:
    _, client, _ = make(options={"most_rows": 10})
    asked: dict[str, Any] = {"dimensions": names("date", "city", "pagePath")}
    said = ask(client, **asked).json()
    assert said["metadata"]["dataLossFromOtherRow"] is True
    found = rows(ask(client, **asked))
    others = [place for place in found if "(other)" in place]
    assert others
    assert all(place[1:] == ("(other)", "(other)") for place in others), "the day stays"
    whole = rows(ask(make()[1], **asked))
    assert sum(int(v[0]) for v in found.values()) == sum(int(v[0]) for v in whole.values())


def test_samples_are_noted_where_tests_say_so() -> None:
    box, client, _ = make()
    box.platform.levers["note"](box.world, {"account": BAKERY, "metadata": {"subjectToThresholding": True}})
    assert ask(client).json()["metadata"]["subjectToThresholding"] is True
    assert "subjectToThresholding" not in ask(client, BRANCH).json()["metadata"]


def test_every_answer_tells_the_tokens_and_a_property_without_any_refuses() -> None:
    box, client, time = make(limits=True)
    quota = ask(client, returnPropertyQuota=True).json()["propertyQuota"]
    assert quota["tokensPerProjectPerHour"]["remaining"] < 14_000
    assert quota["tokensPerDay"]["consumed"] == quota["tokensPerHour"]["consumed"] >= 1
    assert "propertyQuota" not in ask(client).json()
    spend(box, 14_000)
    answer = ask(client)
    assert "per project per hour" in refused(answer, 429, "RESOURCE_EXHAUSTED")
    assert answer.headers["Date"] == "Thu, 03 Sep 2026 12:00:00 GMT"
    assert rows(ask(client, BRANCH)), "another property has its own"
    time.move(minutes=59)
    assert ask(client).status_code == 429
    time.move(minutes=1)
    client = open_client(box, BASE)
    assert ask(client).status_code == 200


def test_the_day_of_tokens_ends_in_california() -> None:
    box, client, time = make(limits=True)
    ask(client)
    spend(box, 200_000)
    assert "per day" in refused(ask(client), 429, "RESOURCE_EXHAUSTED")
    time.move(hours=18)  # midnight UTC was six hours ago, there it is 23:00
    client = open_client(box, BASE)
    assert ask(client).status_code == 429
    time.move(hours=1)
    assert ask(open_client(box, BASE)).status_code == 200


def spend(box: Box[GoogleAnalytics], cost: int) -> None:
    (limits,) = box.limits_by
    for limit in limits.kept[BAKERY]:
        if limit.name == "tokens":
            limit.spend(cost)  # type: ignore[attr-defined]
