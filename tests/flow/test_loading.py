"""What the loader takes, for how long it waits for BigQuery, and what becomes of pages whose slice is not there."""

from __future__ import annotations

import io
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from shared import log, model
from shared.errors import Bug, Code, Later
from shared.messages import SyncRequested, TableReady
from shared.states import BatchState, PageState, RunState
from shared.sync.batches import MOST_PAGES
from shared.sync.load import LONGEST_REST, MOST_ATTEMPTS, REST, STUCK
from tests.flow.pipeline import TINY, Pipeline
from tests.support.machine import Machine

pytestmark = pytest.mark.slow


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


def replayed(*hidden: str) -> tuple[Pipeline, Hidden, str]:
    """A replay of a table that was lost, whose plan is still being written."""
    world = Pipeline("emailoctopus", streams=["lists"], counts=TINY["emailoctopus"])
    machine = world.machine
    machine.sync(world.connection)
    warehouse(machine).tables.clear()
    machine.planner.handle(SyncRequested("demo", world.connection.id, "replay", "again"), "m")
    machine.bus.waiting.clear()
    return world, Hidden(machine, *hidden), model.stable_id(world.connection.id, "replay", "again")


def read(machine: Machine, run: str) -> list[dict[str, Any]]:
    """Its pages with rows; what it marks again comes later."""
    found: list[dict[str, Any]] = machine.documents.find_all("pages", ("run", "==", run), ("kind", "==", "rows"))
    return found


@pytest.mark.parametrize("hidden", [("slices",), ("runs",), ("slices", "runs")], ids="+".join)
def test_a_page_waits_for_its_slice_and_run(hidden: tuple[str, ...]) -> None:
    world, plan, run = replayed(*hidden)
    machine = world.machine
    for _ in range(4):
        machine.deliver(TableReady("demo", "emailoctopus_lists"))
        world.clock.forward(minutes=3)
    assert {page["state"] for page in read(machine, run)} == {PageState.WAITING}
    plan.come()
    machine.settle()
    assert machine.run(run)["state"] == RunState.COMPLETED
    assert not machine.inconsistencies()
    assert not world.differences()


def test_a_page_that_nothing_waits_for_is_closed_and_said(out: io.StringIO) -> None:
    world, plan, run = replayed("slices", "runs")
    machine, before = world.machine, len(batches(world.machine))
    world.clock.forward(hours=2)
    machine.deliver(TableReady("demo", "emailoctopus_lists"))
    assert {page["state"] for page in read(machine, run)} == {PageState.FAILED}
    assert "pages without a slice closed" in out.getvalue()
    assert len(batches(machine)) == before, "nothing is loaded for nobody"
    assert plan.kept


def test_a_page_does_not_wait_for_ever_for_the_slice_of_a_run_that_is_open() -> None:
    world, plan, run = replayed("slices")
    world.clock.forward(hours=20)
    world.machine.deliver(TableReady("demo", "emailoctopus_lists"))
    pages = read(world.machine, run)
    assert {page["state"] for page in pages} == {PageState.WAITING}
    world.clock.forward(hours=5)
    world.machine.deliver(TableReady("demo", "emailoctopus_lists"))
    pages = read(world.machine, run)
    assert {page["state"] for page in pages} == {PageState.FAILED}
    assert plan.kept


def test_a_slice_that_goes_while_its_page_is_loaded_takes_no_other_with_it() -> None:
    """The batch is applied; what has a slice is closed, and the rest goes on waiting."""
    world, _, run = replayed()
    machine = world.machine
    (part,) = [part for part in machine.slices(run) if part["kind"] == "replay"]
    where, inner = model.path("demo", "slices", part["id"]), warehouse(machine)
    apply, kept = inner.apply, dict[str, Any]()

    def meanwhile(load: Any) -> int:
        kept[where] = machine.documents.docs.pop(where)
        return int(apply(load))

    inner.apply = meanwhile
    machine.deliver(TableReady("demo", "emailoctopus_lists"))
    assert {page["state"] for page in read(machine, run)} == {PageState.WAITING}
    inner.apply = apply
    machine.documents.docs.update(kept)
    machine.settle()
    assert machine.run(run)["state"] == RunState.COMPLETED
    assert not machine.inconsistencies()


def test_a_table_that_this_version_does_not_know_fails_with_a_sentence() -> None:
    world, _, run = replayed()
    machine = world.machine
    for doc in machine.documents.docs.values():
        if doc.get("run") == run and "table" in doc:
            doc["table"] = "emailoctopus_of_yesterday"
    machine.bus.publish(TableReady("demo", "emailoctopus_of_yesterday"))
    machine.settle()
    assert machine.run(run)["state"] == RunState.FAILED
    assert machine.slices(run)[0]["problem"]["code"] == "unknown-table"


# -- two accounts in one batch -----------------------------------------------------------------------------


@pytest.mark.parametrize("staged", [False, True], ids=["before its load", "after its load"])
def test_an_account_that_leaves_takes_no_other_with_it(staged: bool) -> None:
    """Pages of two accounts are in one batch whose worker died; then one account is erased."""
    world = Pipeline("emailoctopus", streams=["lists"], counts=TINY["emailoctopus"])
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
    assert machine.run(model.stable_id(world.connection.id, "operator", "r"))["state"] == RunState.COMPLETED
    assert {batch["state"] for batch in batches(machine)} == {BatchState.COMPLETED}
    assert not world.differences()
    assert {row["connection_id"] for row in world.rows()["emailoctopus_lists"]} == {world.connection.id}
    assert not inner.staging, "no rows of the account that left"


# -- BigQuery asks to come again ---------------------------------------------------------------------------


def refusing(world: Pipeline, problem: Exception) -> list[Any]:
    """From now on; when it was asked."""
    asked: list[Any] = []

    def refuse(load: Any) -> int:
        asked.append(world.clock.now())
        raise problem

    warehouse(world.machine).stage = refuse
    return asked


def test_staged_pages_wait_for_days_and_ask_less_and_less_often(out: io.StringIO) -> None:
    world = Pipeline("emailoctopus", streams=["lists"], counts=TINY["emailoctopus"])
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
    assert machine.run(model.stable_id(world.connection.id, "operator", "first"))["state"] == RunState.COMPLETED
    assert not world.differences()


def test_nobody_is_told_of_an_hour_that_is_not_over(out: io.StringIO) -> None:
    world = Pipeline("emailoctopus", streams=["lists"], counts=TINY["emailoctopus"])
    refusing(world, Later("bigquery-busy", "BigQuery asked to come again later."))
    world.machine.bus.publish(SyncRequested("demo", world.connection.id, "operator", "first"))
    with pytest.raises(AssertionError, match="still open"):
        world.machine.settle(minutes=int(STUCK.total_seconds() // 60) - 1)
    assert "slices stuck" not in out.getvalue()


def test_refusals_for_good_count() -> None:
    world = Pipeline("emailoctopus", streams=["lists"], counts=TINY["emailoctopus"])
    asked = refusing(world, Bug("bigquery-refused", "BigQuery refused a batch."))
    run = world.machine.run(world.machine.sync(world.connection))
    assert run["state"] == RunState.FAILED
    assert len(asked) == 2 * MOST_ATTEMPTS, "of the lists, and of the table that tells of the run"


def test_the_largest_batch_fits_into_one_transaction() -> None:
    """A page of each of 250 slices: batch, pages and slices change together."""
    counts = {"lists": MOST_PAGES + 10, "members": 2, "campaigns": 0}
    world = Pipeline("mailchimp", streams=["list_members"], counts=counts)
    machine = world.machine
    machine.planner.handle(SyncRequested("demo", world.connection.id, "operator", "r"), "m")
    while machine.bus.waiting:
        message = machine.bus.waiting.popleft()
        if not isinstance(message, TableReady):
            machine.deliver(message)
    machine.settle()
    assert max(len(doc["pages"]) for doc in machine.documents.find("workspaces/demo/batches")) == MOST_PAGES
    assert machine.run(model.stable_id(world.connection.id, "operator", "r"))["state"] == RunState.COMPLETED
    assert not world.differences()


def test_what_is_too_large_for_bigquery_is_loaded_in_parts() -> None:
    world = Pipeline("mailchimp", streams=["list_members"], counts={"lists": 4, "members": 5, "campaigns": 1})
    machine, inner = world.machine, warehouse(world.machine)
    stage = inner.stage

    def limited(load: Any) -> int:
        if len(load.objects) > 3 and load.table.name.endswith("list_members"):
            raise Later(Code.BIGQUERY_TOO_LARGE, "BigQuery has not enough room for so much at once.")
        return int(stage(load))

    machine.planner.handle(SyncRequested("demo", world.connection.id, "operator", "r"), "m")
    while machine.bus.waiting:
        message = machine.bus.waiting.popleft()
        if not isinstance(message, TableReady):
            machine.deliver(message)
    inner.stage = limited
    before = world.clock.now()
    machine.settle()
    assert machine.run(model.stable_id(world.connection.id, "operator", "r"))["state"] == RunState.COMPLETED
    assert world.clock.now() - before < timedelta(minutes=10)
    assert not world.differences()
