"""Reports that are made while one waits: how they come on, end, are refused twice, and are forgotten."""

import gzip
import json
from typing import Any

import pytest

from infra.sandbox import Box
from infra.sandbox.jobs import Duplicate, Jobs
from infra.sandbox.refusals import Refusal
from tests.sandbox.reading import Time
from tests.sandbox.tiny import HOST, Tiny, client, tiny


def jobs(time: Time, **how: Any) -> Jobs:
    return Jobs(7, lambda: int(time.now.timestamp()), **how)


def states(kept: Jobs, job_id: str, polls: int) -> list[str]:
    return [kept.poll(job_id).state for _ in range(polls)]


def test_a_job_takes_its_polls_and_its_time() -> None:
    time = Time()
    kept = jobs(time, polls=4)
    job = kept.submit("1", {"of": "ads"}, lambda: [1, 2])
    assert (job.state, job.percent) == ("pending", 0)
    assert states(kept, job.id, 6) == ["pending", "pending", "running", "running", "completed", "completed"]
    assert (job.result, job.percent) == ([1, 2], 100)
    slow = jobs(time, polls=0, seconds=90)
    job = slow.submit("1", {"of": "ads"}, list)
    assert states(slow, job.id, 3) == ["running"] * 3
    time.move(seconds=90)
    assert slow.look(job.id).state == "running", "nobody looked"
    assert states(slow, job.id, 1) == ["completed"]


def test_a_result_is_found_when_it_is_done_and_stays() -> None:
    kept, rows = jobs(Time(), polls=0), ["old"]
    job = kept.submit("1", {}, lambda: list(rows))
    rows[0] = "done"
    kept.poll(job.id)
    rows[0] = "new"
    assert kept.poll(job.id).result == ["done"]


def test_the_same_question_twice() -> None:
    kept = jobs(Time(), polls=0)
    first = kept.submit("1", {"days": [1, 2], "of": "ads"}, list)
    with pytest.raises(Duplicate) as same:
        kept.submit("1", {"of": "ads", "days": [1, 2]}, list)
    assert same.value.job is first
    assert kept.submit("2", {"of": "ads", "days": [1, 2]}, list).id != first.id
    assert kept.submit("1", {"of": "ads", "days": [1, 3]}, list).id != first.id
    kept.poll(first.id)
    assert kept.submit("1", {"of": "ads", "days": [1, 2]}, list).id != first.id, "the first is done"
    free = jobs(Time(), unique=False)
    assert free.submit("1", {}, list).id != free.submit("1", {}, list).id


def test_levers() -> None:
    kept = jobs(Time(), polls=1)
    kept.next("failed", times=2, holding='"ads"', why="Internal failure.")
    kept.next("skipped", polls=0)
    other = kept.submit("1", {"of": "terms"}, list)
    assert states(kept, other.id, 1) == ["skipped"]
    for number in range(3):
        job = kept.submit("1", {"of": "ads", "n": number}, list)
        ended = states(kept, job.id, 2)[-1]
        assert (ended, job.why) == (("failed", "Internal failure.") if number < 2 else ("completed", ""))
        assert job.result == (None if number < 2 else [])
    with pytest.raises(ValueError, match="unknown outcome"):
        kept.next("sabotage")  # type: ignore[arg-type]


def test_forgotten_cancelled_and_unknown() -> None:
    time = Time()
    kept = jobs(time, polls=0, keeps=60, gives_up=600)
    job = kept.submit("1", {"n": 1}, list)
    kept.poll(job.id)
    time.move(seconds=59)
    assert kept.look(job.id).state == "completed"
    time.move(seconds=1)
    assert (kept.poll(job.id).state, job.result) == ("expired", None)
    late = kept.submit("1", {"n": 2}, list)
    time.move(seconds=600)
    assert kept.poll(late.id).state == "expired", "nobody came in time"
    ended = kept.submit("1", {"n": 3}, list)
    assert kept.cancel(ended.id).state == "cancelled"
    assert kept.poll(ended.id).state == "cancelled"
    forgotten = kept.submit("1", {"n": 4}, list)
    kept.poll(forgotten.id)
    kept.expire()
    assert kept.look(forgotten.id).state == "expired"
    for job_id, account in (("nobody's", ""), (forgotten.id, "2")):
        with pytest.raises(Refusal) as refusal:
            kept.poll(job_id, account)
        assert refusal.value.status == 404


def fetched(box: Box[Tiny], account: str) -> list[dict[str, Any]]:
    caller = client(box)
    made = caller.post(f"/v1/{account}/reports", json={"of": "ads"})
    assert made.json()["status"] == "PENDING"
    told = [caller.get(f"/v1/{account}/reports/{made.json()['reportId']}").json() for _ in range(3)]
    assert [each["status"] for each in told] == ["PENDING", "RUNNING", "COMPLETED"]
    assert [each["url"] is None for each in told] == [True, True, False]
    file = client(box, accept="*/*").get(told[-1]["url"].removeprefix(HOST)).content
    rows: list[dict[str, Any]] = json.loads(gzip.decompress(file))
    return rows


def test_a_report_holds_what_the_truth_says() -> None:
    box = tiny()
    rows = fetched(box, "2")
    days = {row["day"] for row in rows}
    truth = [row for row in box.truth(["2"])["tiny_ad_daily"].present if row["day"] in days]
    assert len(days) == 4
    assert rows == truth


def test_duplicates_and_other_accounts_over_http() -> None:
    box = tiny()
    caller = client(box)
    made = caller.post("/v1/1/reports", json={"of": "ads"}).json()["reportId"]
    again = caller.post("/v1/1/reports", json={"of": "ads"})
    assert (again.status_code, again.json()["error"]) == (425, f"The Request is a duplicate of : {made}")
    assert caller.get(f"/v1/2/reports/{made}").status_code == 404


def test_records_of_a_packed_file_can_be_spoiled() -> None:
    box = tiny()
    box.faults.add("GET /files/*", "null_key", field="ad")
    rows = fetched(box, "1")
    assert rows[0]["ad"] is None
    assert rows[1]["ad"] is not None
