"""The log lines that alarms listen for: said when something needs an operator, and only then."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest

from shared import log, model
from shared.messages import SyncRequested, Tick
from shared.sync.leases import places_path
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
    ("state", "moment"), [(model.WORKING, "lease_until"), (model.PARKED, "not_before")], ids=["working", "parked"]
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
    leave(world, state=model.READY, touched_at=world.clock.now())
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
