"""Klaviyo's reports, which are scarce and restated, and the tiers of its calls."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.klaviyo import STAND_IN as KLAVIYO
from infra.sandbox.klaviyo import Klaviyo
from tests.sandbox.reading import Time, open_client

BASE = "https://a.klaviyo.com/api"
REVISION = {"revision": "2026-07-15"}
SMALL = {"profiles": 40, "lists": 3, "segments": 2, "campaigns": 9, "flows": 2, "events": 60}
Made = tuple[Box[Klaviyo], httpx2.Client, Time]


def make(**settings: Any) -> Made:
    time = Time()
    given: dict[str, Any] = {"counts": SMALL, "limits": False, **settings}
    box = create(KLAVIYO, clock=time.clock, monotonic=time.monotonic, **given)
    client = open_client(box, BASE, REVISION | {"Authorization": f"Klaviyo-API-Key {box.key()}"})  # it has no end
    return box, client, time


# -- reports


def report(box: Box[Klaviyo], kind: str, **changes: Any) -> Any:
    end, start = box.world.yesterday(), box.world.yesterday() - timedelta(days=9)
    frame = {"start": f"{start}T00:00:00+00:00", "end": f"{end}T23:59:59+00:00"}
    asked = {"statistics": ["recipients", "conversion_value"], "timeframe": frame, **changes}
    if not kind.startswith("segment"):
        asked = {"conversion_metric_id": box.world.conversion(), **asked}
    if "series" in kind:
        asked = {"interval": "daily", **asked}
    return {"data": {"type": kind, "attributes": asked}}


def asked_for(box: Box[Klaviyo], client: httpx2.Client, kind: str, status: int = 200, **changes: Any) -> Any:
    answer = client.post(f"/{kind}s", json=report(box, kind, **changes))
    assert answer.status_code == status, answer.text[:300]
    return answer.json()


def test_campaigns_count_for_the_day_they_were_sent_and_are_restated() -> None:
    box, client, time = make()
    kind = "campaign-values-report"
    first = asked_for(box, client, kind)["data"]["attributes"]["results"]
    assert first
    assert {"campaign_id", "campaign_message_id", "send_channel"} == set(first[0]["groupings"])
    frame = report(box, kind)["data"]["attributes"]["timeframe"]
    time.move(days=1)
    for _ in range(6):
        box.world.restate()
    again = asked_for(box, client, kind, timeframe=frame)["data"]["attributes"]["results"]
    assert [each["groupings"] for each in again] == [each["groupings"] for each in first]
    assert again != first, "conversions arrive late"


def test_values_of_a_series_stand_in_the_order_of_its_days() -> None:
    box, client, _ = make(options={"zone": "Europe/Berlin", "midnight": "utc"})
    told = asked_for(box, client, "flow-series-report")["data"]["attributes"]
    assert len(told["date_times"]) == 10
    assert all(each.endswith("T22:00:00+00:00") for each in told["date_times"]), "midnight there, told in UTC"
    assert all(len(values) == 10 for result in told["results"] for values in result["statistics"].values())
    sizes = asked_for(box, client, "segment-series-report", statistics=["total_members"])
    assert len(sizes["data"]["attributes"]["results"]) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"statistics": ["happiness"]},
        {"statistics": []},
        {"timeframe": {"start": "2025-01-01T00:00:00", "end": "2026-08-01T00:00:00"}},
        {"timeframe": {"start": "2026-08-02T00:00:00", "end": "2026-08-01T00:00:00"}},
        {"timeframe": {"start": "2026-09-01T00:00:00", "end": "2026-09-30T00:00:00"}},
        {"conversion_metric_id": None},
    ],
)
def test_reports_refuse_what_they_do_not_know(changes: Any) -> None:
    box, client, _ = make()
    asked_for(box, client, "campaign-values-report", 400, **changes)


def test_daily_series_are_sixty_days_long_at_most() -> None:
    box, client, _ = make()
    end = box.world.yesterday()
    for days, status in ((60, 200), (61, 400)):
        start = end - timedelta(days=days - 1)
        asked_for(box, client, "flow-series-report", status, timeframe={"start": f"{start}", "end": f"{end}"})
    asked_for(box, client, "flow-series-report", 404, conversion_metric_id="NoSuch")


# -- tiers


def test_tiers_have_a_burst_and_a_steady_rate() -> None:
    _, client, time = make(limits=True)
    for _ in range(3):
        answer = client.get("/tags")
        assert answer.status_code == 200
    assert (answer.headers["ratelimit-remaining"], answer.headers["ratelimit-reset"]) == ("0", "1")
    over = client.get("/tags")
    assert over.status_code == 429
    assert over.headers["retry-after"] == "1"
    assert "ratelimit-remaining" not in over.headers
    assert over.json()["errors"][0]["code"] == "throttled"
    assert client.get("/profiles").status_code == 200, "another tier"
    for _ in range(19):
        time.move(seconds=1)
        assert [client.get("/tags").status_code for _ in range(3)] == [200] * 3
    time.move(seconds=1)
    assert client.get("/tags").headers["retry-after"] == "40", "the minute is used up"


def test_counts_and_predictions_put_a_call_into_a_slower_tier() -> None:
    box, client, _ = make(limits=True)
    name = next(iter(box.world.lists))["id"]
    counted = {"additional-fields[list]": "profile_count"}
    assert [client.get(f"/lists/{name}", params=counted).status_code for _ in range(2)] == [200, 429]
    assert client.get(f"/lists/{name}").status_code == 200
    predicted = {"additional-fields[profile]": "predictive_analytics"}
    assert [client.get("/profiles", params=predicted).status_code for _ in range(11)] == [200] * 10 + [429]


def test_reports_share_two_a_minute_and_a_day() -> None:
    box, client, time = make(limits=True)

    def ask(kind: str, *statistics: str) -> int:
        return client.post(f"/{kind}s", json=report(box, kind, statistics=list(statistics))).status_code

    assert ask("campaign-values-report", "recipients") == 200
    assert ask("flow-series-report", "recipients") == 429
    time.move(seconds=31)
    assert ask("flow-series-report", "recipients") == 200
    time.move(seconds=2)
    assert ask("segment-series-report", "total_members") == 429
    done = 2
    for _ in range(230):
        time.move(seconds=31)
        done += ask("segment-series-report", "total_members") == 200
    assert done == 225
    time.move(seconds=120)
    assert ask("campaign-values-report", "recipients") == 429
    time.move(days=1)
    assert ask("campaign-values-report", "recipients") == 200
