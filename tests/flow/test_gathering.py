"""Pages of one table gather while other slices of their stream are read: fewer loads, and nothing shown late for it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared import log, model
from shared.messages import SliceReady, SyncRequested, TableReady, Tick
from shared.model import from_doc, to_doc
from shared.states import PageState, RunState, SliceState
from shared.sync.gathering import LONGEST
from shared.sync.visits import QUIET
from tests.flow.pipeline import Pipeline
from tests.flow.test_loading import batches, warehouse

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    found = io.StringIO()
    monkeypatch.setattr(log, "stream", found)
    return found


MANY = {"lists": 40, "members": 3, "campaigns": 1}  # a slice for each list
A_PAGE, A_BATCH = timedelta(seconds=1), timedelta(seconds=15)  # as costs.md reckons


def reads_while_it_loads(world: Pipeline, request: str = "first") -> str:
    """A sync in which a call and a batch take their time, and the next pages are read while a batch is applied."""
    machine, inner = world.machine, warehouse(world.machine)
    object.__setattr__(machine.extractor, "work_seconds", 0)  # a page for each message, so that they mix
    apply = inner.apply

    def step() -> bool:
        waiting = machine.bus.waiting
        if not waiting:
            return False
        message = next((each for each in waiting if isinstance(each, TableReady)), waiting[0])
        waiting.remove(message)
        if isinstance(message, SliceReady):
            world.clock.forward(seconds=A_PAGE.total_seconds())
        machine.deliver(message)
        return True

    def slowly(load: Any) -> int:
        inner.apply, until = apply, world.clock.now() + A_BATCH
        while world.clock.now() < until:
            if not step():
                world.clock.moment = until
        inner.apply = slowly
        return int(apply(load))

    inner.apply = slowly
    machine.bus.publish(SyncRequested("demo", world.connection.id, "operator", request))
    while step():
        pass
    inner.apply = apply
    machine.settle()
    return model.stable_id(world.connection.id, "operator", request)


def as_many(platform: str, stream: str, counts: dict[str, int]) -> tuple[int, timedelta]:
    """Batches of the stream's table, and how long the sync takes."""
    world = Pipeline(platform, streams=[stream], counts=counts)
    began = world.clock.now()
    run = world.machine.run(reads_while_it_loads(world))
    assert run["state"] == RunState.COMPLETED
    assert not world.differences()
    found = batches(world.machine, f"{platform}_{stream}")
    return sum(batch["rows"] > 0 for batch in found), run["finished_at"] - began


def without_gathering(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("shared.sync.batches.gathers", lambda *_: False)


def test_many_slices_of_one_table_share_their_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    gathered, took = as_many("mailchimp", "list_members", MANY)
    without_gathering(monkeypatch)
    one_by_one, before = as_many("mailchimp", "list_members", MANY)
    assert gathered <= one_by_one / 2
    assert took <= before + A_BATCH, "and the run ends no later for it"


def test_pages_of_a_single_slice_are_loaded_as_soon_as_they_are_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """As before: nothing else of their stream is being read."""
    one = ("emailoctopus", "contacts", {"lists": 1, "contacts": 2500, "campaigns": 1})
    gathered = as_many(*one)
    without_gathering(monkeypatch)
    assert as_many(*one) == gathered
    assert gathered[0] > 1


def test_the_first_numbers_of_a_table_are_shown_at_once() -> None:
    world = Pipeline("mailchimp", streams=["list_members"], counts=MANY)
    inner, machine, seen = warehouse(world.machine), world.machine, list[int]()
    discard = inner.discard

    def after(load: Any) -> None:
        states = [part["state"] for part in machine.documents.find_all("slices") if part["stream"] == "list_members"]
        seen.append(states.count(SliceState.READY) + states.count(SliceState.WORKING))
        discard(load)

    inner.discard = after
    reads_while_it_loads(world)
    assert len(world.rows()["mailchimp_list_members"]) > 100
    assert max(seen) > 20, "long before all is read"


def half_done(other: SliceState) -> tuple[Pipeline, model.Page, model.Slice]:
    """A run of which one slice has staged its only page just now, and another one is still to be read."""
    world = Pipeline("mailchimp", streams=["list_members"], counts={**MANY, "lists": 3})
    machine = world.machine
    run = machine.sync(world.connection)
    world.clock.forward(hours=1)
    docs, now = machine.documents.docs, world.clock.now()
    found = [doc for doc in machine.slices(run) if doc["stream"] == "list_members" and doc["kind"] == "extract"]
    read, left = (from_doc(model.Slice, doc) for doc in found[:2])
    (page, *_) = machine.documents.find_all("pages", ("slice", "==", read.id))
    fresh = replace(from_doc(model.Page, page), state=PageState.WAITING, touched_at=now)
    docs[model.path("demo", "pages", fresh.id)] = to_doc(fresh)
    staged = replace(read, state=SliceState.STAGED, loaded=read.to_load - 1)
    docs[model.path("demo", "slices", read.id)] = to_doc(staged)
    left = replace(left, state=other, not_before=now + timedelta(hours=1), since=now, page=0, position="")
    left = replace(left, rows=0, to_load=0, loaded=0, touched_at=now, proof={})
    docs[model.path("demo", "slices", left.id)] = to_doc(left)
    docs[model.path("demo", "runs", run)] |= {"state": RunState.RUNNING, "finished_at": None}
    return world, fresh, left


def test_pages_that_gather_do_not_wait_long() -> None:
    """The other slice has stopped for an hour; what is read is shown all the same."""
    world, page, _ = half_done(SliceState.PARKED)
    machine = world.machine
    before = len(batches(machine))
    machine.deliver(TableReady("demo", page.table))
    assert len(batches(machine)) == before, "more may come"
    for _ in range(3):
        world.clock.forward(minutes=1)
        machine.bus.publish(Tick())
        machine.drain()
    assert len(batches(machine)) == before + 1
    assert LONGEST < QUIET


def test_when_the_last_slice_brings_nothing_the_others_are_loaded_at_once() -> None:
    """Or each run would end minutes later than it could."""
    world, page, left = half_done(SliceState.READY)
    machine = world.machine
    machine.deliver(TableReady("demo", page.table))
    assert machine.documents.get(model.path("demo", "pages", page.id))["state"] == PageState.WAITING
    machine.deliver(SliceReady("demo", left.id))
    machine.drain()
    assert machine.documents.get(model.path("demo", "slices", left.id))["rows"] == 0
    assert machine.run(left.run)["state"] == RunState.COMPLETED
    assert not world.differences()
