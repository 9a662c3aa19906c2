"""Nobody's backlog, wait or size keeps others waiting, be it another client or another stream of the same one."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared import log, model
from shared.messages import SliceReady, SyncRequested, Tick
from shared.model import Connection, Run, Slice, to_doc
from shared.platforms import PLATFORMS
from shared.states import Reason, SliceState
from tests.flow.lives import LIVES
from tests.flow.outages import Outage, outages
from tests.flow.pipeline import Pipeline
from tests.support.machine import Machine

pytestmark = pytest.mark.slow

BACKLOG = 2_000  # slices of one client, of which 5 are done in a minute
MANY = 900  # connections with something open
OF_ONE = 40  # documents read for a connection with something open, whatever its size
OF_ALL = 500 * OF_ONE  # … and by one tick


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())


@pytest.fixture
def machine() -> Machine:
    return Pipeline("emailoctopus", streams=["lists"], counts={"lists": 1, "contacts": 1, "campaigns": 1}).machine


def with_work(machine: Machine, workspace: str, slices: int, age: timedelta, account: str = "acct") -> Connection:
    """A connection with an open run and so many ready slices, whose nudges were all lost so long ago."""
    connection = machine.connect("emailoctopus", workspace, account)
    began = machine.clock.now() - age
    run = Run(
        model.stable_id(connection.id, "run"),
        workspace,
        connection.id,
        "emailoctopus",
        Reason.OPERATOR,
        started_at=began,
    )
    part = Slice("", workspace, connection.id, run.id, "emailoctopus", "contacts", created_at=began, touched_at=began)
    names = [f"{connection.id}-{number:04d}" for number in range(slices)]
    docs = {model.path(workspace, "slices", name): to_doc(replace(part, id=name, partition=name)) for name in names}
    machine.documents.create_missing({model.path(workspace, "runs", run.id): to_doc(run), **docs})
    where = model.path(workspace, "connections", connection.id)
    machine.documents.set(where, {**machine.documents.get(where), "look_at": began + timedelta(minutes=1)})
    return connection


def tick(machine: Machine) -> list[SliceReady]:
    """The tick by itself; the slices that it nudged. Nobody hears them."""
    before = len(machine.bus.published)
    assert machine.deliver(Tick())
    machine.bus.waiting.clear()
    return [each for each in machine.bus.published[before:] if isinstance(each, SliceReady)]


def read_by(machine: Machine) -> int:
    """How many documents one tick reads."""
    before = machine.documents.reads.total()
    tick(machine)
    read: int = machine.documents.reads.total() - before
    return read


def test_a_backlog_hides_no_lost_slice_of_another_client(machine: Machine) -> None:
    big = with_work(machine, "big", BACKLOG, timedelta(hours=20))
    with_work(machine, "small", 1, timedelta(minutes=10))
    of_big, minutes = Counter[str](), 0
    done = iter(range(BACKLOG))
    nudged = set[str]()
    while "small" not in nudged:
        minutes += 1
        assert minutes <= 5, "still not nudged"
        told = tick(machine)
        nudged |= {message.workspace for message in told}
        of_big.update(message.slice for message in told if message.workspace == "big")
        for _ in range(5):
            where = f"workspaces/big/slices/{big.id}-{next(done):04d}"
            machine.documents.set(where, {**machine.documents.get(where), "state": SliceState.LOADED})
        machine.clock.forward(minutes=1)
    assert 0 < sum(of_big.values()) <= minutes * PLATFORMS["emailoctopus"].limits.at_once


def test_what_a_tick_reads_does_not_grow_with_a_backlog(machine: Machine) -> None:
    read = []
    for number, size in enumerate((20, 200, BACKLOG)):
        alone = Pipeline("emailoctopus", streams=["lists"], counts={"lists": 1, "contacts": 1, "campaigns": 1}).machine
        with_work(alone, f"w{number}", size, timedelta(hours=1))
        read.append(read_by(alone))
    assert read[0] == read[1] == read[2] <= OF_ONE, read


def test_who_comes_to_wait_for_a_moment_is_asked_again_two_ticks_later(machine: Machine) -> None:
    """Whoever is at work may be told to wait for seconds, and nobody but the tick sees when they are over."""
    connection = with_work(machine, "w", 1, timedelta(minutes=10))
    where = f"workspaces/w/slices/{connection.id}-0000"
    slice_ = machine.documents.get(where)
    leased = {"state": SliceState.WORKING, "lease_until": machine.clock.now() + timedelta(hours=1)}
    machine.documents.set(where, {**slice_, **leased})
    assert tick(machine) == []
    machine.documents.set(where, {**slice_, "state": SliceState.PARKED, "not_before": machine.clock.now()})
    machine.clock.forward(minutes=2)
    assert tick(machine) == [SliceReady("w", slice_["id"])]


def test_each_of_many_open_runs_is_looked_at_within_a_few_ticks(machine: Machine) -> None:
    made = [
        with_work(machine, f"w{number % 30}", 1, timedelta(hours=1 + number % 7), f"acct{number}")
        for number in range(MANY)
    ]
    nudged = set[str]()
    for _ in range(3):
        before = machine.documents.reads.total()
        nudged |= {message.slice.rpartition("-")[0] for message in tick(machine)}
        assert machine.documents.reads.total() - before <= OF_ALL
        machine.clock.forward(minutes=1)
    assert nudged == {connection.id for connection in made}


def test_an_idle_tick_reads_next_to_nothing(machine: Machine) -> None:
    for number in range(50):
        machine.connect("emailoctopus", f"w{number % 5}", f"acct{number}")
    assert read_by(machine) <= 10


# -- streams of one client ----------------------------------------------------------------------------------


def days_go_by(world: Pipeline, hours: float, step: int = 1) -> None:
    """Ticks, and everything is delivered."""
    until = world.clock.now() + timedelta(hours=hours)
    while world.clock.now() < until:
        world.machine.bus.publish(Tick())
        world.machine.drain()
        world.clock.forward(minutes=step)


def scheduled(world: Pipeline, request: str) -> dict[str, Any]:
    connection = world.connection
    world.renew_access()
    world.machine.bus.publish(SyncRequested(connection.workspace, connection.id, "schedule", request))
    world.machine.drain()
    return {"id": model.stable_id(connection.id, "schedule", request)}


def healthy(world: Pipeline, streams: Iterable[str]) -> None:
    found = world.differences(list(streams))
    assert not found, str(found)[:600]


@pytest.mark.parametrize(
    ("name", "stream", "others", "counts"),
    [
        ("mailchimp", "reports", ["list_members", "interests"], {"lists": 3, "members": 12, "campaigns": 6}),
        ("emailoctopus", "campaigns", ["contacts"], {"lists": 3, "contacts": 12, "campaigns": 6}),
        ("klaviyo", "profiles", ["campaigns", "lists"], {"profiles": 12, "lists": 6, "campaigns": 8}),
        ("constant_contact", "email_campaigns", ["contacts", "contact_lists"], {"contacts": 12, "campaigns": 6}),
    ],
)
def test_a_stream_that_is_limited_for_days_stops_no_other(
    name: str, stream: str, others: list[str], counts: dict[str, int]
) -> None:
    world = Pipeline(name, streams=[stream, *others], counts=counts)
    transport = outages(world, seconds=0.3)
    assert world.sync("first")[0]["state"] == "completed"
    transport.under_way.append(Outage(stream, 429))
    world.clock.forward(hours=8)
    for day in (1, 2, 3, 4):
        world.box.change(2)
        run = scheduled(world, f"day {day}")
        days_go_by(world, 3)
        found = world.machine.documents.get(model.path("demo", "runs", run["id"]))
        assert found, f"day {day}: not begun"
        healthy(world, others)
        days_go_by(world, 21, step=30)
    assert transport.met > 3
    first = world.machine.documents.get(
        model.path("demo", "runs", model.stable_id(world.connection.id, "schedule", "day 1"))
    )
    assert first["finished_at"], "a wait of days is no reason for a run to stay open"
    assert first["state"] == "partly"
    transport.under_way.clear()
    for request in ("well again", "and once more"):
        scheduled(world, request)
        days_go_by(world, 8, step=2)
    found = world.differences()
    assert not found, str(found)[:600]
    assert not world.machine.documents.find("workspaces/demo/debts")


def test_a_backfill_of_days_keeps_no_scheduled_sync_waiting() -> None:
    """Each call takes a minute and a half, so that the backfill takes many hours."""
    name = "google_ads"
    life = LIVES[name]
    world = Pipeline(name, streams=life.streams, counts=life.counts, history_days=life.days, options=life.options)
    assert world.sync("first")[0]["state"] == "completed"
    connection, documents = world.connection, world.machine.documents
    world.box.between_pages(lambda *_: world.clock.forward(seconds=90))
    world.machine.bus.publish(
        SyncRequested("demo", connection.id, "backfill", "years", "campaign_daily", "2019-01-01", "2026-08-20")
    )
    backfill = model.path("demo", "runs", model.stable_id(connection.id, "backfill", "years"))
    began = world.clock.now()
    step(world, minutes=30)
    assert len(world.machine.slices(documents.get(backfill)["id"])) > 60
    for number in (1, 2):
        world.box.change()
        world.renew_access()
        asked = world.clock.now()
        world.machine.bus.publish(SyncRequested("demo", connection.id, "schedule", f"sync {number}"))
        where = model.path("demo", "runs", model.stable_id(connection.id, "schedule", f"sync {number}"))
        while not (documents.get(where) or {}).get("finished_at"):
            assert world.clock.now() - asked < timedelta(hours=2), "a scheduled sync waits for the backfill"
            step(world, minutes=10)
        assert documents.get(where)["state"] == "completed", documents.get(where)["problems"]
        healthy(world, ["campaigns"])
        step(world, minutes=30)
    assert documents.get(backfill)["state"] == "running", world.clock.now() - began


def step(world: Pipeline, minutes: int) -> None:
    """Deliver one message after the other until so much time has gone by."""
    until, machine = world.clock.now() + timedelta(minutes=minutes), world.machine
    while world.clock.now() < until:
        if not machine.bus.waiting:
            machine.bus.publish(Tick())
            world.clock.forward(minutes=1)
        world.renew_access()
        machine.deliver(machine.bus.waiting.popleft())
