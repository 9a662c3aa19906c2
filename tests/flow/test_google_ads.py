"""Google Ads from discovery to tables: several accounts, forgotten places, and sums that do and do not agree."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
import pytest

from infra.sandbox.call import Answer, Call
from shared.model import Slice, from_doc
from shared.sync.reconciliation import Proof, Verdict, proof_of
from tests.connectors.recorded.google_ads import REFUSALS
from tests.flow.pipeline import Pipeline

pytestmark = pytest.mark.slow

COUNTS = {"campaigns": 3, "ad_groups": 2, "keywords": 2, "days": 20}
HISTORY = 30


def opened(**more: Any) -> Pipeline:
    return Pipeline("google_ads", counts=COUNTS, history_days=HISTORY, **more)


def proofs(world: Pipeline) -> dict[str, Proof]:
    parts = [from_doc(Slice, doc) for doc in world.machine.documents.find("workspaces/demo/slices")]
    return {
        stream.name: proof_of([part for part in parts if part.stream == stream.name])
        for stream in world.connector.streams
        if not stream.optional
    }


def live(world: Pipeline, table: str) -> list[dict[str, Any]]:
    return [row for row in world.rows()[f"google_ads_{table}"] if row.get("_deleted_at") is None]


def test_each_open_account_becomes_a_connection_of_its_own() -> None:
    world = opened(every=True, streams=["account", "campaign_daily"])
    assert [
        (each.account, each.zone, each.currency, each.values["login_customer_id"]) for each in world.connections
    ] == [
        ("1110000001", "Europe/Berlin", "EUR", "9000000001"),
        ("1110000003", "Asia/Tokyo", "JPY", "9000000001"),
        ("1110000002", "America/New_York", "USD", ""),
    ]
    assert [run["state"] for run in world.sync()] == ["completed"] * 3
    assert not world.differences()
    money = {(row["account_id"], row["account_currency"]) for row in live(world, "campaign_daily")}
    assert money == {("1110000001", "EUR"), ("1110000002", "USD"), ("1110000003", "JPY")}


def test_what_performance_max_spends_is_the_gap_between_ads_and_account_and_no_difference() -> None:
    world = opened()
    assert world.sync()[0]["state"] == "completed"
    assert {proof.verdict for proof in proofs(world).values()} == {Verdict.EQUAL}
    spent = {name: sum(Decimal(row["cost"]) for row in live(world, name)) for name in (
        "campaign_daily", "ad_group_daily", "ad_daily", "asset_group_daily")}  # fmt: skip
    assert spent["asset_group_daily"] > 0
    assert spent["ad_daily"] == spent["ad_group_daily"] == spent["campaign_daily"] - spent["asset_group_daily"]


def test_a_place_that_is_forgotten_costs_neither_rows_nor_the_proof() -> None:
    world = opened(options={"page_size": 5})
    before = {"pages": 0, "forgotten": 0}

    def forget(call: Call, answer: Answer) -> None:
        if isinstance(answer.body, dict) and "nextPageToken" in answer.body:
            before["pages"] += 1
            if before["pages"] in {2, 9, 23, 40, 60, 85}:
                before["forgotten"] += 1
                world.box.world.results.forget()

    world.box.between_pages(forget)
    assert world.sync()[0]["state"] == "completed"
    assert before["forgotten"] == 6
    assert not world.differences()
    assert {proof.verdict for proof in proofs(world).values()} == {Verdict.EQUAL}


def test_too_many_days_are_read_in_halves_and_proved_all_the_same() -> None:
    world = opened(options={"page_size": 5}, streams=["campaign_daily"])
    late = orjson.dumps({"error": {"code": 504, "message": "text", "status": "DEADLINE_EXCEEDED"}}).decode()
    for after in (1, 4, 9):
        world.box.faults.add("POST *:search", "status", times=1, after=after, status=504, body=late)
    assert world.sync()[0]["state"] == "completed"
    assert not world.differences()
    assert proofs(world)["campaign_daily"].verdict == Verdict.EQUAL


def test_a_quota_that_is_used_up_is_waited_for() -> None:
    world = opened(streams=["campaign_daily"])
    world.box.faults.add("POST *:search", "status", times=1, after=2, status=429, body=REFUSALS["limit"].body.decode())
    began = world.clock.now()
    assert world.sync()[0]["state"] == "completed"
    assert (world.clock.now() - began).total_seconds() >= 120
    assert not world.differences()


def test_an_account_that_closes_stops_no_other() -> None:
    world = opened(every=True, streams=["campaigns"])
    world.box.world.accounts.close("1110000003")
    first, closed, last = world.sync()
    assert (first["state"], last["state"]) == ("completed", "completed")
    assert closed["state"] == "failed"
    assert {problem["code"] for problem in closed["problems"]} == {"account-closed"}
    assert {problem["move"] for problem in closed["problems"]} == {"agency"}


def test_late_conversions_change_days_that_were_read_before() -> None:
    world = opened(streams=["campaign_daily"])
    world.sync()
    before = {(row["campaign_id"], row["date"]): row["conversions"] for row in live(world, "campaign_daily")}
    world.clock.forward(hours=20)
    world.box.change(2)
    world.renew_access()
    world.sync("second")
    assert not world.differences()
    after = {(row["campaign_id"], row["date"]): row["conversions"] for row in live(world, "campaign_daily")}
    assert any(after[name] > before[name] for name in before.keys() & after.keys())


def test_what_is_asked_for_only_is_read_and_proved_like_all_else() -> None:
    streams = [stream.name for stream in opened().connector.streams if stream.optional and stream.name != "clicks"]
    assert "changes" in streams
    world = opened(streams=streams, options={"page_size": 5})
    assert world.sync()[0]["state"] == "completed"
    assert not world.differences()
    parts = [from_doc(Slice, doc) for doc in world.machine.documents.find("workspaces/demo/slices")]
    told = {name: proof_of([part for part in parts if part.stream == name]) for name in streams}
    assert {proof.verdict for proof in told.values()} == {Verdict.EQUAL}
    world.clock.forward(hours=20)
    world.box.change(2)
    world.renew_access()
    assert world.sync("second")[0]["state"] == "completed"
    assert not world.differences()
    made = live(world, "changes")
    assert {row["operation"] for row in made} == {"CREATE", "UPDATE"}
    assert len({row["changed_at"] for row in made}) < len(made), "some are made at once"
