"""Meta Ads from request to tables: reports that fail, questions that are too much, limits, and numbers that move."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from infra.sandbox.meta_ads.usage import Usage
from shared import model
from shared.kit.calendar import windows
from shared.platforms import PLATFORMS
from shared.states import ConnectionState
from shared.sync.reconciliation import Verdict, proof_of
from tests.flow.pipeline import Pipeline

pytestmark = pytest.mark.slow

COUNTS = {"campaigns": 4, "ad_sets": 1, "ads": 2, "days": 20}


def made(**settings: Any) -> Pipeline:
    return Pipeline("meta_ads", counts=COUNTS, **settings)


def brought(world: Pipeline, request: str = "first") -> list[dict[str, Any]]:
    """A sync of every account that ends with everything there."""
    runs = world.sync(request)
    assert [run["state"] for run in runs] == ["completed"] * len(runs), [run["problems"] for run in runs]
    found = world.differences()
    assert not found, str(found)[:800]
    return runs


def parts(world: Pipeline, run: dict[str, Any]) -> list[model.Slice]:
    return [model.from_doc(model.Slice, doc) for doc in world.machine.slices(run["id"])]


def test_accounts_of_three_currencies_and_zones_are_read_and_read_again() -> None:
    world = made(every=True)
    assert len(world.connections) == 3
    brought(world)
    for step in range(3):
        world.clock.forward(hours=30)
        world.box.change()
        brought(world, f"step {step}")
    rows = world.rows()["meta_ads_campaigns"]
    assert {row["account_currency"] for row in rows} == {"USD", "JPY", "EUR"}
    assert all("." not in row["budget_remaining"] for row in rows if row["account_currency"] == "JPY")


def test_what_meta_adds_up_itself_is_what_was_read() -> None:
    world = made()
    (run,) = brought(world)
    for stream in ("campaigns", "ads", "insights_campaign_daily", "insights_ad_daily"):
        proof = proof_of(part for part in parts(world, run) if part.stream == stream)
        assert proof.verdict == Verdict.EQUAL, (stream, proof)


def test_rows_that_are_kept_from_us_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account's sums know of deleted campaigns; a reading that leaves them out must not look whole."""
    world = made()
    stream = world.connector.stream("insights_campaign_daily")
    careless = replace(stream, query={name: text for name, text in stream.query.items() if name != "filtering"})
    monkeypatch.setitem(cast(Any, PLATFORMS), "meta_ads", replace(world.connector, streams=(careless,)))
    (run,) = world.sync()
    proof = proof_of(part for part in parts(world, run) if part.stream == "insights_campaign_daily")
    assert proof.verdict == Verdict.DIFFERS


PARTS = ("age_gender", "country", "placement", "device")


def test_campaigns_in_parts_are_read_and_read_again() -> None:
    """Restated as the campaigns are, and together what these are."""
    world = made(streams=["insights_campaign_daily", *(f"insights_campaign_{part}_daily" for part in PARTS)])
    brought(world)
    for step in range(2):
        world.clock.forward(hours=30)
        world.box.change()
        brought(world, f"step {step}")
    rows = world.rows()
    told = {part: count(rows[f"meta_ads_insights_campaign_{part}_daily"]) for part in PARTS}
    assert told == dict.fromkeys(PARTS, count(rows["meta_ads_insights_campaign_daily"]))


def test_videos_and_clicks_that_lead_away_are_read_and_read_again() -> None:
    """An ad that is no video has none of its plays, and is there for its clicks."""
    world = made(streams=["insights_ad_video_daily"])
    (run,) = brought(world)
    proof = proof_of(part for part in parts(world, run) if part.stream == "insights_ad_video_daily")
    assert proof.verdict == Verdict.EQUAL
    world.clock.forward(hours=30)
    world.box.change()
    brought(world, "again")
    rows = world.rows()["meta_ads_insights_ad_video_daily"]
    plays = [row.get("video_play_actions") for row in rows]
    assert None in plays
    assert all(row["video_p100_watched_actions"] < row["video_p25_watched_actions"] for row in rows
               if row.get("video_p100_watched_actions"))  # fmt: skip
    assert any(row.get("outbound_clicks") and not row.get("video_play_actions") for row in rows)
    assert not any(row.get("_extra") for row in rows)


def count(rows: list[dict[str, Any]]) -> int:
    return sum(row["impressions"] for row in rows if row.get("_deleted_at") is None)


@pytest.mark.parametrize("outcome", ["failed", "skipped"])
def test_reports_that_fail_are_made_anew(outcome: str) -> None:
    world = made()
    world.box.world.jobs.next(outcome, times=3)
    brought(world)


def test_a_report_that_never_succeeds_whole_is_made_in_parts() -> None:
    """Three tries for the fortnight, then its halves."""
    world = made(streams=["insights_ad_daily"])
    rule = world.connector.stream("insights_ad_daily").days
    assert rule is not None
    _, (first, last), *_ = windows(rule, world.connection.zone, world.clock.now(), None, None)
    world.box.world.jobs.next("failed", times=3, holding=f'"until\\":\\"{last}')
    brought(world)
    asked = [json.loads(job.asked["time_range"]) for job in world.box.world.jobs.kept.values()]
    spans = [
        (each["since"], each["until"]) for each in asked if each["since"] >= f"{first}" and each["until"] <= f"{last}"
    ]
    middle = first + (last - first) // 2
    whole, halves = (f"{first}", f"{last}"), [(f"{first}", f"{middle}"), (f"{middle + timedelta(days=1)}", f"{last}")]
    assert spans == [whole] * 3 + halves


def test_reports_that_are_forgotten_are_asked_for_again() -> None:
    world = made(streams=["insights_ad_daily"])
    left = [2]

    def forget(call: Any, answer: Any) -> None:
        if left[0] and call.method == "GET" and answer.body.get("async_percent_completion") == 98:
            left[0] -= 1
            world.box.world.jobs.expire()

    world.box.between_pages(forget)
    brought(world)
    assert not left[0]


def test_a_page_that_is_too_much_becomes_smaller_ones() -> None:
    world = made()
    world.box.world.most_rows = 7
    brought(world)
    assert world.box.calls.statuses[500] > 0


def test_a_used_up_allowance_is_waited_for() -> None:
    world = made(limits=True)
    usage = Usage(f"{world.connection.account}/ads_insights", lambda: world.clock.now().timestamp())
    usage.used = usage.most
    world.box.limits_by[0].kept[f"{world.connection.account}/ads_insights"] = [usage]
    began = world.clock.now()
    brought(world)
    assert world.clock.now() > began
    assert usage.refused >= 1


def test_ended_access_stops_the_connection_and_says_so() -> None:
    world = made()
    world.box.revoke()
    (run,) = world.sync()
    assert run["state"] == "failed"
    assert {problem["move"] for problem in run["problems"]} == {"client"}
    doc = world.machine.documents.get(model.path("demo", "connections", world.connection.id))
    assert doc["state"] == ConnectionState.RECONNECT
