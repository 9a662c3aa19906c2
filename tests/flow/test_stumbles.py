"""Faults that are not the platform's: a worker gives back what it held, and what passes by itself fails nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from google.api_core.exceptions import Aborted, InternalServerError, ServiceUnavailable

from shared import log, model
from shared.messages import SliceReady
from shared.model import Slice, from_doc
from shared.sync.leases import MOST_ATTEMPTS, Held, lease, places_path
from tests.flow.pipeline import Pipeline

COUNTS = {"lists": 2, "contacts": 8, "campaigns": 2}
STREAMS = ["lists", "contacts"]
REFUSALS = [ServiceUnavailable("away"), Aborted("too much contention"), InternalServerError("oh"), ConnectionError("x")]


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(log, "stream", stream)
    return stream


@pytest.fixture
def world(out: io.StringIO) -> Pipeline:
    return Pipeline("emailoctopus", streams=STREAMS, counts=COUNTS)


def refusing(
    world: Pipeline, what: str, error: Exception, times: float, which: Callable[[int], bool] = lambda n: True
) -> None:
    """The next effects of this kind fail, as those of a store that is out of order."""
    left, met = [times], [0]

    def refuse(when: str, effect: str) -> None:
        if when != "before" or effect != what:
            return
        met[0] += 1
        if left[0] > 0 and which(met[0]):
            left[0] -= 1
            raise error

    world.machine.fate.also = refuse


def places(world: Pipeline) -> dict[str, datetime]:
    doc = world.machine.documents.get(places_path(world.connector, world.connection.id)) or {}
    found: dict[str, datetime] = doc.get("workers", {})
    return found


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
def test_a_store_that_is_out_of_order_costs_a_minute_and_no_place(world: Pipeline, error: Exception) -> None:
    refusing(world, "objects.write", error, 1)
    asked = world.clock.now()
    run = world.machine.run(world.machine.sync(world.connection))
    assert run["state"] == "completed"
    assert world.clock.now() - asked <= timedelta(minutes=2)
    assert places(world) == {}
    assert not any(part["attempts"] or part["stumbles"] for part in world.machine.slices(run["id"]))
    assert not world.differences()


def test_an_outage_of_hours_fails_nothing_and_is_asked_after_less_and_less(world: Pipeline) -> None:
    refusing(world, "objects.write", ServiceUnavailable("away"), 10_000)
    machine = world.machine
    began = world.clock.now()
    tried: list[datetime] = []
    inner = machine.fate.also

    def counted(when: str, effect: str) -> None:
        if when == "before" and effect == "objects.write":
            tried.append(world.clock.now())
        if inner and world.clock.now() < began + timedelta(hours=3):
            inner(when, effect)

    machine.fate.also = counted
    run = machine.run(machine.sync(world.connection))
    assert run["state"] == "completed"
    assert not world.differences()
    assert world.clock.now() - began < timedelta(hours=3, minutes=15)
    assert not any(part["attempts"] for part in machine.slices(run["id"]))
    first = [at for at in tried if at < began + timedelta(minutes=10)]
    last = [at for at in tried if began + timedelta(hours=2) <= at < began + timedelta(hours=3)]
    assert len(first) >= 4
    assert len(last) <= 12 * 2 * len(STREAMS)


def test_whatever_goes_wrong_the_place_is_free_at_once_and_the_slice_soon(world: Pipeline, out: io.StringIO) -> None:
    """A fault of our own is delivered again as ever; but nobody waits for a worker that is not there."""
    refusing(world, "objects.write", ZeroDivisionError("token=very-secret"), 1)
    run = world.machine.planner.runs.begin(world.connection, "operator", "one")
    part = world.machine.slices(run.id)[0]
    world.machine.bus.waiting.clear()
    assert not world.machine.deliver(SliceReady("demo", part["id"]))
    assert places(world) == {}
    (after,) = [each for each in world.machine.slices(run.id) if each["id"] == part["id"]]
    assert (after["state"], after["attempts"], after["lease_until"]) == (model.PARKED, 1, None)
    assert after["waiting_for"].endswith(".")
    assert "very-secret" not in out.getvalue() + repr(world.machine.documents.docs)
    world.clock.forward(seconds=2)
    found = lease(world.machine.documents, world.clock, world.connector, from_doc(Slice, after), "next", 120, 240)
    assert isinstance(found, Held)
    assert found.slice.attempts == 1, "what was given back was not taken from anybody"


def test_a_place_is_given_back_when_the_fault_is_outside_the_reading(world: Pipeline) -> None:
    run = world.machine.planner.runs.begin(world.connection, "operator", "one")
    part = world.machine.slices(run.id)[0]
    world.machine.bus.waiting.clear()
    refusing(world, "bus.publish", RuntimeError("no"), 99)
    assert not world.machine.deliver(SliceReady("demo", part["id"]))
    assert places(world) == {}


def test_a_fault_of_our_own_that_never_passes_ends(world: Pipeline) -> None:
    refusing(world, "objects.write", ZeroDivisionError("x"), 10_000)
    asked = world.clock.now()
    run = world.machine.run(world.machine.sync(world.connection))
    assert {problem["code"] for problem in run["problems"]} == {"worker-died"}
    assert run["state"] in {"partly", "failed"}
    assert world.clock.now() - asked < timedelta(minutes=40)


def test_faults_in_a_row_are_forgotten_once_a_page_was_read(world: Pipeline) -> None:
    """Each page of a long slice stumbles once: more faults in all than a slice may have in a row."""
    world = Pipeline(
        "emailoctopus", streams=["contacts", "lists"], counts={"lists": 1, "contacts": 1200, "campaigns": 1}
    )
    seen: list[int] = []

    def odd(number: int) -> bool:
        return number % 2 == 1

    refusing(world, "objects.write", ZeroDivisionError("x"), 10_000, odd)
    tick = world.machine.ticker.tick

    def look() -> None:
        seen.extend(doc["attempts"] for doc in world.machine.documents.find_all("slices"))
        tick()

    handlers = dict(world.machine.edge.handlers)
    handlers["minute-tick"] = lambda delivery: look()
    object.__setattr__(world.machine.edge, "handlers", handlers)
    run = world.machine.run(world.machine.sync(world.connection))
    pages = sum(part["to_load"] for part in world.machine.slices(run["id"]))
    assert pages > MOST_ATTEMPTS
    assert run["state"] == "completed"
    assert set(seen) == {0, 1}
    assert not world.differences()


def test_a_slice_of_a_connection_that_waits_for_its_client_is_not_worked_on(world: Pipeline) -> None:
    run = world.machine.planner.runs.begin(world.connection, "operator", "one")
    part = from_doc(Slice, world.machine.slices(run.id)[0])
    where = model.path("demo", "connections", world.connection.id)
    doc = world.machine.documents.get(where)
    problem = {"code": "revoked", "sentence": "The account was disconnected.", "move": "client"}
    world.machine.documents.set(where, {**doc, "state": model.RECONNECT, "problem": problem})
    asked = world.box.calls.total
    world.machine.drain()
    assert world.box.calls.total == asked
    after = {each["id"]: each for each in world.machine.slices(run.id)}[part.id]
    assert (after["state"], after["problem"]) == (model.FAILED, problem)
    assert places(world) == {}


def test_a_slice_of_a_connection_that_is_gone_is_not_worked_on(world: Pipeline) -> None:
    run = world.machine.planner.runs.begin(world.connection, "operator", "one")
    world.machine.documents.delete(model.path("demo", "connections", world.connection.id))
    asked = world.box.calls.total
    world.machine.drain()
    assert world.box.calls.total == asked
    assert {each["state"] for each in world.machine.slices(run.id)} == {model.FAILED}
    assert {each["problem"]["code"] for each in world.machine.slices(run.id)} == {"disconnected"}


def test_a_dead_letter_fails_nothing_that_somebody_is_at_work_on(world: Pipeline) -> None:
    run = world.machine.planner.runs.begin(world.connection, "operator", "one")
    part = from_doc(Slice, world.machine.slices(run.id)[0])
    held = lease(world.machine.documents, world.clock, world.connector, part, "busy", 120, 240)
    assert isinstance(held, Held)
    world.machine.failures.record("slice-ready", b'{"v":1,"workspace":"demo","slice":"%s"}' % part.id.encode())
    after: Any = world.machine.documents.get(model.path("demo", "slices", part.id))
    assert (after["state"], after["fence"]) == (model.WORKING, held.slice.fence)
