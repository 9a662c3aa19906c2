"""Limits as documented, with time in the test's hands."""

import threading

import httpx2

from infra.sandbox import create
from infra.sandbox.limits import PerDay
from tests.sandbox.reading import Time, open_client
from tests.support.patience import HANG


def test_mailchimp_refuses_the_eleventh_at_once_without_any_header() -> None:
    release, arrived = threading.Event(), threading.Semaphore(0)

    def pause() -> None:
        arrived.release()
        assert release.wait(HANG)

    box = create("mailchimp", counts={"members": 2, "campaigns": 1}, pause=pause)
    client = open_client(box, "https://us19.api.mailchimp.com/3.0")
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(client.get("/ping").status_code)) for _ in range(10)]
    for thread in threads:
        thread.start()
    assert all(arrived.acquire(timeout=HANG) for _ in range(10))
    refused = client.get("/ping")
    release.set()
    for thread in threads:
        thread.join(HANG)
    assert statuses == [200] * 10
    assert refused.status_code == 429
    assert refused.json()["title"] == "Too Many Requests"
    assert not [name for name in refused.headers if "rate" in name.lower() or name.lower() == "retry-after"]
    assert (box.calls.refused, box.calls.refused_by["at_once"], box.calls.most_at_once) == (1, 1, 11)
    assert client.get("/ping").status_code == 200


def test_constant_contact_four_a_second_and_ten_thousand_a_day() -> None:
    time = Time()
    box = create("constant_contact", clock=time.clock, monotonic=time.monotonic, counts={"contacts": 2, "campaigns": 1})
    client = open_client(box, "https://api.cc.email")

    def call() -> httpx2.Response:
        return client.get("/v3/account/user/privileges")

    assert [call().status_code for _ in range(5)] == [200] * 4 + [429]
    refused = call()
    assert refused.json() == {"error_key": "throttled", "error_message": "Too Many Requests"}
    assert "retry-after" not in refused.headers
    time.ticks += 1
    assert call().status_code == 200
    quota = next(limit for limit in box.limits if isinstance(limit, PerDay))
    assert quota.used == 5, "a throttled call does not count"
    quota.used = 9_999
    assert call().status_code == 200
    time.ticks += 1
    assert call().json() == {"error_key": "quota_exceeded", "error_message": "Limit Exceeded"}
    assert call().status_code == 429
    time.move(hours=11, minutes=59)
    assert call().status_code == 429, "not before midnight UTC"
    time.move(minutes=1)
    client.headers["Authorization"] = open_client(box, "https://x").headers["Authorization"]
    assert call().status_code == 200
    assert dict(box.calls.refused_by) == {"per_second": 2, "per_day": 3}


def test_emailoctopus_bucket_and_its_two_headers() -> None:
    time = Time()
    box = create("emailoctopus", clock=time.clock, monotonic=time.monotonic, counts={"contacts": 2, "campaigns": 1})
    client = open_client(box, "https://api.emailoctopus.com")
    left = [int(client.get("/lists").headers["X-RateLimiting-Remaining"]) for _ in range(100)]
    assert left == list(range(99, -1, -1))
    refused = client.get("/lists")
    assert refused.status_code == 429
    assert refused.headers["X-RateLimit-Retry-After"] == "1"
    assert refused.json()["type"].endswith("#too-many-requests")
    time.ticks += 0.1
    assert client.get("/lists").status_code == 200
    time.ticks += 1
    assert [client.get("/lists").status_code for _ in range(11)] == [200] * 10 + [429]
    time.ticks += 3600
    assert client.get("/lists").headers["X-RateLimiting-Remaining"] == "99"
    assert box.calls.refused == box.calls.refused_by["bucket"] == 2


def test_limits_can_be_switched_off() -> None:
    box = create("emailoctopus", limits=False, monotonic=Time().monotonic, counts={"contacts": 1, "campaigns": 1})
    client = open_client(box, "https://api.emailoctopus.com")
    answers = [client.get("/lists") for _ in range(150)]
    assert {answer.status_code for answer in answers} == {200}
    assert "X-RateLimiting-Remaining" not in answers[0].headers
    assert box.calls.refused == 0
    assert box.calls.routes["GET /lists"] == 150
