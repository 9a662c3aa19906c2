"""Limits by tier and account, bursts with a steady rate, points, quotas: with time in the test's hands."""

from typing import Any

import pytest

from infra.sandbox.costs import Points, Quota
from infra.sandbox.limits import Bucket, Window, Windows
from infra.sandbox.refusals import Refusal
from tests.sandbox.reading import Time
from tests.sandbox.tiny import client, tiny


def entered(limit: Any) -> bool:
    try:
        limit.enter()
    except Refusal:
        return False
    limit.leave()
    return True


def test_a_burst_and_a_steady_rate_at_once() -> None:
    time = Time()
    told: list[Window] = []

    def say(windows: Any) -> dict[str, str]:
        told[:] = windows
        return {"RateLimit-Remaining": str(windows[0].left)}

    limit = Windows({1: 3, 60: 7}, time.monotonic, say)
    assert [entered(limit) for _ in range(4)] == [True] * 3 + [False]
    assert limit.headers() == {"RateLimit-Remaining": "0"}
    assert told == [Window(3, 1, 0, 1), Window(7, 60, 4, 60)]
    time.ticks += 1
    assert [entered(limit) for _ in range(4)] == [True] * 3 + [False]
    time.ticks += 1
    assert [entered(limit) for _ in range(2)] == [True, False], "a refused call does not count"
    with pytest.raises(Refusal) as refusal:
        limit.enter()
    assert (refusal.value.status, refusal.value.headers) == (429, {"Retry-After": "58"})
    time.ticks += 57.5
    assert not entered(limit)
    time.ticks += 0.5
    assert entered(limit)
    assert limit.refused == 5


def test_limits_of_a_tier_and_their_headers() -> None:
    time = Time()
    box = tiny(time, limits=True)
    caller = client(box)
    answers = [caller.post("/v1/1/ads", json={"first": 1}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["ratelimit-remaining"] == "1"
    assert answers[2].headers["retry-after"] == "1"
    assert caller.get("/v1/echo").status_code == 200, "not of that tier"
    assert dict(box.calls.refused_by) == {"windows": 1}
    time.move(seconds=1)
    assert caller.post("/v1/2/ads", json={"first": 1}).status_code == 200


def test_points_are_spent_given_back_and_restored() -> None:
    time = Time()
    points = Points(100, 10, time.monotonic)
    points.spend(80)
    with pytest.raises(Refusal):
        points.spend(21)
    points.spend(20)
    points.give_back(5)
    assert points.left == 5
    time.ticks += 2
    assert points.left == 25
    time.ticks += 1000
    assert points.left == 100
    points.give_back(50)
    assert points.left == 100


def test_a_handler_spends_points_of_its_account() -> None:
    time = Time()
    box = tiny(time, limits=True)
    caller = client(box)
    dear = caller.post("/v1/1/ads", json={"first": 101})
    assert (dear.status_code, dear.json()["reason"]) == (200, "limited"), "refused in words only"
    assert dict(box.calls.refused_by) == {"points": 1}
    time.move(seconds=1)
    assert "data" in caller.post("/v1/1/ads", json={"first": 100}).json(), "what it did not need came back"
    assert "data" in caller.post("/v1/2/ads", json={"first": 100}).json(), "another account has its own"


def test_a_quota_by_the_hour_for_each_account() -> None:
    time = Time()
    box = tiny(time, limits=True)
    caller = client(box)

    def statuses(account: str, calls: int) -> list[int]:
        return [caller.post(f"/v1/{account}/ads:search").status_code for _ in range(calls)]

    assert statuses("1", 4) == [200, 200, 200, 429]
    assert statuses("2", 1) == [200]
    assert dict(box.calls.refused_by) == {"tokens": 1}
    time.move(minutes=59)
    assert statuses("1", 1) == [429]
    time.move(minutes=1)
    assert statuses("1", 1) == [200]


def test_a_quota_by_the_day_of_its_own_zone() -> None:
    time = Time()  # noon in UTC, five in the morning in California
    quota = Quota(2, lambda: int(time.now.timestamp()), zone="America/Los_Angeles", say=lambda q: {"Left": str(q.left)})
    assert [entered(quota) for _ in range(3)] == [True, True, False]
    assert quota.headers() == {"Left": "0"}
    time.move(hours=13)
    assert not entered(quota), "a new day in UTC only"
    time.move(hours=6)
    assert entered(quota)
    assert quota.left == 1
    quota.spend(5)
    assert quota.left == 0


def test_a_bucket_says_what_it_likes() -> None:
    time = Time()
    bucket = Bucket(4, 1, time.monotonic, say=lambda b: {"X-Usage": f"{b.size - int(b.tokens)}/{b.size}"})
    assert entered(bucket)
    assert bucket.headers() == {"X-Usage": "1/4"}


def test_no_limits_when_they_are_off() -> None:
    caller = client(tiny(Time()))
    assert {caller.post("/v1/1/ads", json={"first": 1000}).status_code for _ in range(20)} == {200}
