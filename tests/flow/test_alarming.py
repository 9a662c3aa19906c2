"""The log lines that alarms listen for: said when something needs an operator, and only then."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest

from shared import log, model
from shared.messages import SyncRequested, Tick
from shared.states import SliceState
from shared.sync.leases import places_path
from tests.flow.outages import Outage, Outages, outages
from tests.flow.pipeline import TINY, Pipeline


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    found = io.StringIO()
    monkeypatch.setattr(log, "stream", found)
    return found


@pytest.fixture
def world(out: io.StringIO) -> Pipeline:
    world = Pipeline("emailoctopus", counts=TINY["emailoctopus"], streams=["lists"])
    world.machine.sync(world.connection)
    return world


def said(out: io.StringIO, event: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, out.getvalue().splitlines()) if line["message"] == event]


def leave(world: Pipeline, **changes: Any) -> None:
    """A slice as a worker left it."""
    (part,) = [doc for doc in world.machine.documents.find("workspaces/demo/slices") if doc["kind"] == "extract"]
    world.machine.documents.set(model.path("demo", "slices", part["id"]), {**part, **changes})


@pytest.mark.parametrize(
    ("state", "moment"),
    [(SliceState.WORKING, "lease_until"), (SliceState.PARKED, "not_before")],
    ids=["working", "parked"],
)
def test_a_slice_that_nobody_takes_for_an_hour_is_stuck(
    world: Pipeline, out: io.StringIO, state: str, moment: str
) -> None:
    leave(world, state=state, **{moment: world.clock.now()})
    for _ in range(59):
        world.clock.forward(minutes=1)
        world.machine.deliver(Tick())
    assert said(out, "slices nudged")
    assert not said(out, "slices stuck")
    world.clock.forward(minutes=1)
    world.machine.deliver(Tick())
    (line,) = said(out, "slices stuck")
    assert (line["severity"], line["count"]) == ("WARNING", 1)


@pytest.mark.parametrize(("at_work", "stuck"), [(99, False), (0, True)])
def test_a_slice_that_waits_for_its_turn_is_not_stuck(
    world: Pipeline, out: io.StringIO, at_work: int, stuck: bool
) -> None:
    """Its turn comes when those at work on its connection are done. Where nobody is, somebody should have come."""
    leave(world, state=SliceState.READY, touched_at=world.clock.now())
    world.clock.forward(hours=5)
    until = world.clock.now() + timedelta(minutes=6)
    places = places_path(world.connector, world.connection.id)
    world.machine.documents.set(places, {"workers": {f"worker {number}": until for number in range(at_work)}})
    world.machine.deliver(Tick())
    assert bool(said(out, "slices nudged")) is stuck
    assert bool(said(out, "slices stuck")) is stuck


def test_numbers_are_late_when_a_day_has_passed_without_a_whole_run(world: Pipeline, out: io.StringIO) -> None:
    (done,) = world.machine.documents.find("workspaces/demo/connections")
    world.clock.moment = done["last_success_at"] + timedelta(hours=25)
    world.machine.deliver(SyncRequested(reason="schedule"))
    assert not said(out, "numbers are late")
    world.clock.forward(hours=1)
    world.machine.deliver(SyncRequested(reason="schedule"))
    (line,) = said(out, "numbers are late")
    assert (line["workspace"], line["connection"]) == ("demo", world.connection.id)


def test_a_connection_that_was_never_read_counts_from_its_beginning(world: Pipeline, out: io.StringIO) -> None:
    (doc,) = world.machine.documents.find("workspaces/demo/connections")
    where = model.path("demo", "connections", doc["id"])
    for connected_at, lines in ((None, 0), (world.clock.now(), 0), (world.clock.now() - timedelta(days=2), 1)):
        world.machine.documents.set(where, {**doc, "last_success_at": None, "connected_at": connected_at})
        world.machine.deliver(SyncRequested(reason="schedule"))
        assert len(said(out, "numbers are late")) == lines


@pytest.fixture
def owing(out: io.StringIO) -> tuple[Pipeline, Outages]:
    """A connection that owes its campaigns, and what keeps it from reading them."""
    world = Pipeline("emailoctopus", counts=TINY["emailoctopus"], streams=["lists", "campaigns"])
    broken = outages(world)
    broken.under_way.append(Outage("campaigns"))
    world.sync("first")
    return world, broken


def test_a_debt_of_two_days_is_old_until_it_is_paid(owing: tuple[Pipeline, Outages], out: io.StringIO) -> None:
    """Each run says so that still finds it."""
    world, broken = owing
    (debt,) = world.machine.documents.find("workspaces/demo/debts")
    world.clock.moment = debt["owed_since"] + timedelta(days=2, seconds=-1)
    world.sync("second")
    assert not said(out, "debt is old")
    world.clock.moment = debt["owed_since"] + timedelta(days=2, hours=6)
    world.sync("third")
    (line,) = said(out, "debt is old")
    assert (line["severity"], line["workspace"], line["connection"]) == ("WARNING", "demo", world.connection.id)
    assert (line["stream"], line["because"], line["count"]) == ("campaigns", debt["code"], 1)
    broken.under_way.clear()
    world.sync("fourth")
    assert len(said(out, "debt is old")) == 2
    world.clock.forward(days=3)
    world.sync("fifth")
    assert len(said(out, "debt is old")) == 2


def test_a_debt_that_nobody_wants_to_pay_any_more_is_not_old(owing: tuple[Pipeline, Outages], out: io.StringIO) -> None:
    world, _ = owing
    where = model.path("demo", "connections", world.connection.id)
    world.machine.documents.set(where, {**world.machine.documents.get(where), "streams": ["lists"]})
    world.clock.forward(days=3)
    world.sync("second")
    assert said(out, "debt dropped: out of reach")
    assert not said(out, "debt is old")
