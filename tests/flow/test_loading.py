"""What the loader takes, for how long it waits for BigQuery, and what becomes of pages whose slice is not there."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from shared import log, model
from shared.errors import Bug, Later
from shared.messages import SliceReady, SyncRequested, TableReady, Tick
from shared.model import from_doc, to_doc
from shared.stores.ports import TOO_LARGE
from shared.sync.gathering import LONGEST
from shared.sync.load import LONGEST_REST, MOST_ATTEMPTS, REST, STUCK
from shared.sync.visits import QUIET
from tests.flow.world import TINY, World
from tests.world.machine import Machine


@pytest.fixture(autouse=True)
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    found = io.StringIO()
    monkeypatch.setattr(log, "stream", found)
    return found


def warehouse(machine: Machine) -> Any:
    return machine.loader.warehouse.inner  # type: ignore[attr-defined]


def batches(machine: Machine, table: str = "") -> list[dict[str, Any]]:
    return [doc for doc in machine.documents.find_all("batches") if table in ("", doc["table"])]


# -- pages whose slice is not there ------------------------------------------------------------------------


class Hidden:
    """Documents that are not written yet."""

    def __init__(self, machine: Machine, *kinds: str) -> None:
        self.docs, self.kinds, self.kept = machine.documents.docs, kinds, dict[str, Any]()
        for path in [path for path in self.docs if path.split("/")[-2] in kinds]:
            self.kept[path] = self.docs.pop(path)

    def come(self) -> None:
        self.docs.update(self.kept)


def replayed(*hidden: str) -> tuple[World, Hidden, str]:
    """A replay of a table that was lost, whose plan is still being written."""
    world = World("emailoctopus", streams=["lists"], counts=TINY["emailoctopus"])
    machine = world.machine
    machine.sync(world.connection)
    warehouse(machine).tables.clear()
    machine.planner.handle(SyncRequested("demo", world.connection.id, "replay", "again"), "m")
    machine.bus.waiting.clear()
    return world, Hidden(machine, *hidden), model.short(world.connection.id, "replay", "again")


@pytest.mark.parametrize("hidden", [("slices",), ("runs",), ("slices", "runs")], ids="+".join)
def test_a_page_waits_for_its_slice_and_run(hidden: tuple[str, ...]) -> None:
    world, plan, run = replayed(*hidden)
    machine = world.machine
    for _ in range(4):
        machine.deliver(TableReady("demo", "emailoctopus_lists"))
        world.clock.forward(minutes=3)
    assert {page["state"] for page in machine.documents.find_all("pages", ("run", "==", run))} == {model.WAITING}
    plan.come()
    machine.settle()
    assert machine.run(run)["state"] == model.COMPLETED
    assert not machine.inconsistencies()
    assert not world.differences()


def test_a_page_that_nothing_waits_for_is_closed_and_said(out: io.StringIO) -> None:
    world, plan, run = replayed("slices", "runs")
    machine, before = world.machine, len(batches(world.machine))
    world.clock.forward(hours=2)
    machine.deliver(TableReady("demo", "emailoctopus_lists"))
    assert {page["state"] for page in machine.documents.find_all("pages", ("run", "==", run))} == {model.FAILED}
    assert "pages without a slice closed" in out.getvalue()
    assert len(batches(machine)) == before, "nothing is loaded for nobody"
    assert plan.kept


def test_a_page_does_not_wait_for_ever_for_the_slice_of_a_run_that_is_open() -> None:
    world, plan, run = replayed("slices")
    world.clock.forward(hours=20)
    world.machine.deliver(TableReady("demo", "emailoctopus_lists"))
    pages = world.machine.documents.find_all("pages", ("run", "==", run))
    assert {page["state"] for page in pages} == {model.WAITING}
    world.clock.forward(hours=5)
    world.machine.deliver(TableReady("demo", "emailoctopus_lists"))
    pages = world.machine.documents.find_all("pages", ("run", "==", run))
    assert {page["state"] for page in pages} == {model.FAILED}
    assert plan.kept


def test_a_slice_that_goes_while_its_page_is_loaded_takes_no_other_with_it() -> None:
    """The batch is applied; what has a slice is closed, and the rest goes on waiting."""
    world, _, run = replayed()
    machine = world.machine
    (part,) = machine.slices(run)
    where, inner = model.path("demo", "slices", part["id"]), warehouse(machine)
    apply, kept = inner.apply, dict[str, Any]()

    def meanwhile(load: Any) -> int:
        kept[where] = machine.documents.docs.pop(where)
        return int(apply(load))

    inner.apply = meanwhile
    machine.deliver(TableReady("demo", "emailoctopus_lists"))
    assert {page["state"] for page in machine.documents.find_all("pages", ("run", "==", run))} == {model.WAITING}
    inner.apply = apply
    machine.documents.docs.update(kept)
    machine.settle()
    assert machine.run(run)["state"] == model.COMPLETED
    assert not machine.inconsistencies()


def test_a_table_that_this_version_does_not_know_fails_with_a_sentence() -> None:
    world, _, run = replayed()
    machine = world.machine
    for doc in machine.documents.docs.values():
        if doc.get("run") == run and "table" in doc:
            doc["table"] = "emailoctopus_of_yesterday"
    machine.bus.publish(TableReady("demo", "emailoctopus_of_yesterday"))
    machine.settle()
    assert machine.run(run)["state"] == model.FAILED
    assert machine.slices(run)[0]["problem"]["code"] == "unknown-table"


# -- two accounts in one batch -----------------------------------------------------------------------------


@pytest.mark.parametrize("staged", [False, True], ids=["before its load", "after its load"])
def test_an_account_that_leaves_takes_no_other_with_it(staged: bool) -> None:
    """Pages of two accounts are in one batch whose worker died; then one account is erased."""
    world = World("emailoctopus", streams=["lists"], counts=TINY["emailoctopus"])
    machine = world.machine
    other = machine.connect("emailoctopus", account="other", streams=["lists"])
    for connection in (world.connection, other):
        machine.planner.handle(SyncRequested("demo", connection.id, "operator", "r"), "m")
    while machine.bus.waiting:  # all but the loading
        message = machine.bus.waiting.popleft()
        if not isinstance(message, TableReady):
            machine.deliver(message)
    inner = warehouse(machine)
    apply, stage = inner.apply, inner.stage

    def die(load: Any) -> int:
        raise MemoryError

    setattr(inner, "apply" if staged else "stage", die)
    machine.deliver(TableReady("demo", "emailoctopus_lists"))
    inner.apply, inner.stage = apply, stage
    assert len(batches(machine)[0]["pages"]) == 2
    gone = [path for path, doc in machine.documents.docs.items() if doc.get("connection") == other.id]
    for path in gone:
        doc = machine.documents.docs.pop(path)
        if doc.get("object"):
            machine.objects.delete(doc["object"])
    machine.documents.delete(model.path("demo", "connections", other.id))
    machine.settle()
    assert machine.run(model.short(world.connection.id, "operator", "r"))["state"] == model.COMPLETED
    assert {batch["state"] for batch in batches(machine)} == {model.COMPLETED}
    assert not world.differences()
    assert {row["connection_id"] for row in world.rows()["emailoctopus_lists"]} == {world.connection.id}
    assert not inner.staging, "no rows of the account that left"


# -- BigQuery asks to come again ---------------------------------------------------------------------------


def refusing(world: World, problem: Exception) -> list[Any]:
    """From now on; when it was asked."""
    asked: list[Any] = []

    def refuse(load: Any) -> int:
        asked.append(world.clock.now())
        raise problem

    warehouse(world.machine).stage = refuse
    return asked


def test_staged_pages_wait_for_days_and_ask_less_and_less_often(out: io.StringIO) -> None:
    world = World("emailoctopus", streams=["lists"], counts=TINY["emailoctopus"])
    machine, stage = world.machine, warehouse(world.machine).stage
    asked = refusing(world, Later("bigquery-busy", "BigQuery asked to come again later."))
    machine.bus.publish(SyncRequested("demo", world.connection.id, "operator", "first"))
    with pytest.raises(AssertionError, match="still open"):
        machine.settle(minutes=60 * 48)
    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert REST <= pauses[0] <= REST + timedelta(minutes=1)
    assert LONGEST_REST <= pauses[-1] <= LONGEST_REST + timedelta(minutes=1)
    assert len(asked) < 48 * 6 + 20
    assert "slices stuck" in out.getvalue(), "somebody is told"
    warehouse(machine).stage = stage
    machine.settle()
    assert machine.run(model.short(world.connection.id, "operator", "first"))["state"] == model.COMPLETED
    assert not world.differences()


def test_nobody_is_told_of_an_hour_that_is_not_over(out: io.StringIO) -> None:
    world = World("emailoctopus", streams=["lists"], counts=TINY["emailoctopus"])
    refusing(world, Later("bigquery-busy", "BigQuery asked to come again later."))
    world.machine.bus.publish(SyncRequested("demo", world.connection.id, "operator", "first"))
    with pytest.raises(AssertionError, match="still open"):
        world.machine.settle(minutes=int(STUCK.total_seconds() // 60) - 1)
    assert "slices stuck" not in out.getvalue()


def test_refusals_for_good_count() -> None:
    world = World("emailoctopus", streams=["lists"], counts=TINY["emailoctopus"])
    asked = refusing(world, Bug("bigquery-refused", "BigQuery refused a batch."))
    run = world.machine.run(world.machine.sync(world.connection))
    assert run["state"] == model.FAILED
    assert len(asked) == 2 * MOST_ATTEMPTS, "of the lists, and of the table that tells of the run"


def test_what_is_too_large_for_bigquery_is_loaded_in_parts() -> None:
    world = World("mailchimp", streams=["list_members"], counts={"lists": 4, "members": 5, "campaigns": 1})
    machine, inner = world.machine, warehouse(world.machine)
    stage = inner.stage

    def limited(load: Any) -> int:
        if len(load.objects) > 3 and load.table.name.endswith("list_members"):
            raise Later(TOO_LARGE, "BigQuery has not enough room for so much at once.")
        return int(stage(load))

    machine.planner.handle(SyncRequested("demo", world.connection.id, "operator", "r"), "m")
    while machine.bus.waiting:
        message = machine.bus.waiting.popleft()
        if not isinstance(message, TableReady):
            machine.deliver(message)
    inner.stage = limited
    before = world.clock.now()
    machine.settle()
    assert machine.run(model.short(world.connection.id, "operator", "r"))["state"] == model.COMPLETED
    assert world.clock.now() - before < timedelta(minutes=10)
    assert not world.differences()


# -- one load for many slices ------------------------------------------------------------------------------

MANY = {"lists": 40, "members": 3, "campaigns": 1}  # a slice for each list
A_PAGE, A_BATCH = timedelta(seconds=1), timedelta(seconds=15)  # as costs.md reckons


def reads_while_it_loads(world: World, request: str = "first") -> str:
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
    return model.short(world.connection.id, "operator", request)


def as_many(platform: str, stream: str, counts: dict[str, int]) -> tuple[int, timedelta]:
    """Batches of the stream's table, and how long the sync takes."""
    world = World(platform, streams=[stream], counts=counts)
    began = world.clock.now()
    run = world.machine.run(reads_while_it_loads(world))
    assert run["state"] == model.COMPLETED
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
    world = World("mailchimp", streams=["list_members"], counts=MANY)
    inner, machine, seen = warehouse(world.machine), world.machine, list[int]()
    discard = inner.discard

    def after(load: Any) -> None:
        states = [part["state"] for part in machine.documents.find_all("slices") if part["stream"] == "list_members"]
        seen.append(states.count(model.READY) + states.count(model.WORKING))
        discard(load)

    inner.discard = after
    reads_while_it_loads(world)
    assert len(world.rows()["mailchimp_list_members"]) > 100
    assert max(seen) > 20, "long before all is read"


def half_done(other: str) -> tuple[World, model.Page, model.Slice]:
    """A run of which one slice has staged its only page just now, and another one is still to be read."""
    world = World("mailchimp", streams=["list_members"], counts={**MANY, "lists": 3})
    machine = world.machine
    run = machine.sync(world.connection)
    world.clock.forward(hours=1)
    docs, now = machine.documents.docs, world.clock.now()
    found = [doc for doc in machine.slices(run) if doc["stream"] == "list_members" and doc["kind"] == "extract"]
    read, left = (from_doc(model.Slice, doc) for doc in found[:2])
    (page, *_) = machine.documents.find_all("pages", ("slice", "==", read.id))
    fresh = replace(from_doc(model.Page, page), state=model.WAITING, touched_at=now)
    docs[model.path("demo", "pages", fresh.id)] = to_doc(fresh)
    staged = replace(read, state=model.STAGED, loaded=read.to_load - 1)
    docs[model.path("demo", "slices", read.id)] = to_doc(staged)
    left = replace(left, state=other, not_before=now + timedelta(hours=1), since=now, page=0, position="")
    left = replace(left, rows=0, to_load=0, loaded=0, touched_at=now, proof={})
    docs[model.path("demo", "slices", left.id)] = to_doc(left)
    docs[model.path("demo", "runs", run)] |= {"state": model.RUNNING, "finished_at": None}
    return world, fresh, left


def test_pages_that_gather_do_not_wait_long() -> None:
    """The other slice has stopped for an hour; what is read is shown all the same."""
    world, page, _ = half_done(model.PARKED)
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
    world, page, left = half_done(model.READY)
    machine = world.machine
    machine.deliver(TableReady("demo", page.table))
    assert machine.documents.get(model.path("demo", "pages", page.id))["state"] == model.WAITING
    machine.deliver(SliceReady("demo", left.id))
    machine.drain()
    assert machine.documents.get(model.path("demo", "slices", left.id))["rows"] == 0
    assert machine.run(left.run)["state"] == model.COMPLETED
    assert not world.differences()
