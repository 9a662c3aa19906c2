"""What a planner leaves when it dies, or cannot plan, is found and ended: no run stays planned, no slice alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared import model
from shared.clock import iso
from shared.messages import SliceReady, SyncRequested, Tick
from shared.model import Slice, from_doc, to_doc
from shared.states import ConnectionState, RunState, SliceState
from shared.sync.status import run_status
from tests.flow.pipeline import TINY, Pipeline
from tests.support.faults import Killed


def planned_in_part(at: int, before: bool = True, reason: str = "operator") -> Pipeline:
    """A world whose planner was killed at its n-th side effect, and whose message never came again."""
    world = Pipeline("emailoctopus", counts=TINY["emailoctopus"])
    if reason == "replay":
        world.sync("read")
    fate = world.machine.fate
    fate.at, fate.before = fate.count + at, before
    with pytest.raises(Killed):
        world.machine.planner.handle(SyncRequested("demo", world.connection.id, reason, "first"), "m")
    fate.at = None
    world.machine.bus.waiting.clear()
    return world


def run_of(world: Pipeline, reason: str = "operator") -> dict[str, Any]:
    return world.machine.run(model.stable_id(world.connection.id, reason, "first"))


@pytest.mark.parametrize("reason", ["operator", "replay"])
@pytest.mark.parametrize("at", [1, 2])
def test_a_run_that_was_planned_in_part_is_planned_to_its_end_by_the_tick(at: int, reason: str) -> None:
    world = planned_in_part(at, reason=reason)
    assert run_of(world, reason)["state"] == RunState.PLANNED
    world.machine.settle()
    assert run_of(world, reason)["state"] == RunState.COMPLETED
    assert not world.differences()


@pytest.mark.parametrize("at", [1, 2])
def test_another_sync_between_a_kill_and_the_tick_ends_as_well(at: int) -> None:
    world = planned_in_part(at)
    world.machine.bus.publish(SyncRequested("demo", world.connection.id, "operator", "other"))
    world.machine.settle()
    other = world.machine.run(model.stable_id(world.connection.id, "operator", "other"))
    assert other["state"] == RunState.COMPLETED
    # It may have been planned to its end while the other one still had something to read, and says so.
    assert {problem["code"] for problem in run_of(world)["problems"]} <= {"under-way"}
    assert run_of(world)["state"] in {RunState.COMPLETED, RunState.PARTLY}
    assert not world.differences()


def test_slices_of_a_planned_run_are_not_worked_on() -> None:
    """They may be fewer than there will be, and the run could seem to have ended."""
    world = planned_in_part(2)
    slices = world.machine.slices(run_of(world)["id"])
    assert slices
    for part in slices:
        world.machine.extractor.handle(SliceReady("demo", part["id"]))
    assert {part["state"] for part in world.machine.slices(run_of(world)["id"])} == {SliceState.READY}
    world.machine.planner.runs.advance("demo", run_of(world)["id"])
    assert run_of(world)["state"] == RunState.PLANNED


def test_a_planned_run_of_a_connection_that_was_stopped_ends_with_the_reason() -> None:
    world = planned_in_part(1)
    where = f"workspaces/demo/connections/{world.connection.id}"
    problem = {"code": "revoked", "sentence": "The account was disconnected.", "move": "client"}
    stopped = {**world.machine.documents.get(where), "state": ConnectionState.RECONNECT, "problem": problem}
    world.machine.documents.set(where, stopped)
    world.machine.settle()
    assert run_of(world)["state"] == RunState.FAILED
    assert [each["code"] for each in run_of(world)["problems"]] == ["revoked"]


def test_a_zone_that_nobody_knows_fails_the_streams_of_days_and_no_others() -> None:
    world = Pipeline("google_ads", counts={"campaigns": 2, "days": 2}, streams=["campaign_budgets", "campaign_daily"])
    where = f"workspaces/demo/connections/{world.connection.id}"
    world.machine.documents.set(where, {**world.machine.documents.get(where), "zone": "Mars/Olympus"})
    (run,) = world.sync()
    assert run["state"] == RunState.PARTLY
    assert {(each["stream"], each["code"]) for each in run["problems"]} == {("campaign_daily", "odd-zone")}
    assert world.rows()["google_ads_campaign_budgets"]
    status = run_status(run, world.machine.slices(run["id"]), world.clock.now())
    assert [trouble.stream for trouble in status.troubles] == ["campaign_daily"]


def test_slices_without_a_run_are_ended_and_keep_nobody_waiting(capsys: pytest.CaptureFixture[str]) -> None:
    """Left by a release that wrote slices before their run. They stand first in every query by name."""
    world = Pipeline("emailoctopus", counts=TINY["emailoctopus"])
    now = world.clock.now()
    for number in range(30):
        lost = Slice(f"0000{number:02}", "demo", world.connection.id, "gone", "emailoctopus", "lists", created_at=now)
        world.machine.documents.set(f"workspaces/demo/slices/{lost.id}", to_doc(replace(lost, touched_at=now)))
    world.clock.forward(minutes=11)
    (run,) = world.sync()
    world.clock.forward(minutes=3)
    world.machine.bus.publish(Tick())
    world.machine.settle()
    assert run["state"] == RunState.COMPLETED
    left = [from_doc(Slice, doc) for doc in world.machine.slices("gone")]
    assert {part.state for part in left} == {SliceState.FAILED}
    assert {(part.problem or {})["code"] for part in left} == {"orphan"}
    assert '"orphan slices"' in capsys.readouterr().out


def test_a_connection_that_cannot_be_looked_at_stops_no_other() -> None:
    world = Pipeline("emailoctopus", counts=TINY["emailoctopus"])
    odd = world.machine.connect("newsletter_of_tomorrow", account="odd", look_at=world.clock.now() - timedelta(days=1))
    world.machine.planner.handle(SyncRequested("demo", world.connection.id, "operator", "first"), "m")
    world.machine.bus.waiting.clear()
    world.machine.settle()
    assert run_of(world)["state"] == RunState.COMPLETED
    doc = world.machine.documents.get(f"workspaces/demo/connections/{odd.id}")
    assert doc["look_at"] > world.clock.now() - timedelta(minutes=3), "it went to the end of the line"


def test_the_tick_asks_again_in_the_words_in_which_a_run_was_asked_for() -> None:
    world = planned_in_part(1)
    world.clock.forward(minutes=3)
    world.machine.ticker.tick()
    asked = [message for message in world.machine.bus.waiting if isinstance(message, SyncRequested)]
    assert asked == [SyncRequested("demo", world.connection.id, "operator", "first")]
    window = replace(asked[0], reason="backfill", request="window", streams="lists", since=iso(world.clock.now()))
    world.machine.planner.handle(window, "m")
    run = world.machine.run(model.stable_id(world.connection.id, "backfill", "window"))
    assert (run["request"], run["streams"], run["since"]) == ("window", ["lists"], world.clock.now())


def test_nothing_to_do_ends_the_looks() -> None:
    world = Pipeline("emailoctopus", counts=TINY["emailoctopus"])
    world.sync()
    where = f"workspaces/demo/connections/{world.connection.id}"
    world.clock.forward(minutes=15)
    world.machine.ticker.tick()
    assert world.machine.documents.get(where)["look_at"] is None
