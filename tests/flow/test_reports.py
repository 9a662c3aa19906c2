"""Reports that a workspace defines itself, from their definition to their tables, like every other stream."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from infra.sandbox.compare import Side, compare, kinds
from infra.sandbox.google_analytics.world import BAKERY, Reported
from shared import model
from shared.messages import SyncRequested
from shared.model import Report, to_doc
from shared.sync.platform_with_reports import platform_of
from tests.flow.pipeline import Pipeline

pytestmark = pytest.mark.slow

TABLE = "google_analytics_custom_plans"
STREAMS = ["key_events", "custom_plans"]
DEFINED = {
    "dimensions": [
        {"name": "date", "title": "Date"},
        {"name": "customEvent:plan", "title": "Plan"},
        {"name": "pagePath", "title": "Page"},
        {"name": "sessionSource", "title": "Source"},
    ],
    "metrics": [
        {"name": "eventCount", "title": "Event count", "type": "TYPE_INTEGER"},
        {"name": "activeUsers", "title": "Active users", "type": "TYPE_INTEGER"},
    ],
}


def opened(every: bool = False, streams: list[str] | None = None) -> Pipeline:
    return Pipeline("google_analytics", size=0.3, every=every, history_days=60, streams=streams or [])


def define(world: Pipeline, name: str = "plans", workspace: str = "demo", **more: Any) -> None:
    report = Report(name, workspace, "google_analytics", "Plans", DEFINED, created_at=world.clock.now(), **more)
    world.machine.documents.set(model.path(workspace, "reports", name), to_doc(report))


def compared(world: Pipeline) -> Any:
    platform = platform_of(world.machine.documents, "demo", "google_analytics")
    (kind,) = (each for each in kinds(platform, STREAMS) if each.name == TABLE)
    dimensions, metrics = ([one["name"] for one in DEFINED[each]] for each in ("dimensions", "metrics"))
    accounts = {one.account for one in world.connections}
    truth = Reported(world.box.world, "custom_plans", dimensions, metrics).truth(accounts)
    return compare(kind, Side(truth.present, []), world.rows().get(TABLE, []))


def test_a_report_fills_its_table_and_vanished_rows_are_marked() -> None:
    world = opened(every=True)
    define(world)
    for run in world.sync():
        assert run["state"] == "completed", run["problems"]
    first = compared(world)
    assert first.right, first.troubles()
    assert first.rows > 40
    marked = 0
    for step in range(6):
        world.clock.forward(hours=4)
        world.box.change()
        world.renew_access()
        for run in world.sync(f"again {step}"):
            assert run["state"] == "completed", run["problems"]
        later = compared(world)
        assert later.right, later.troubles()
        marked = later.marked
    assert marked, "nothing vanished, so nothing was tried"
    slices = world.machine.documents.find_all("slices", ("stream", "==", "custom_plans"))
    assert all(part["proof"]["eventCount"]["theirs"] == part["proof"]["eventCount"]["ours"]
               for part in slices if part["rows"] and part["kind"] == "extract")  # fmt: skip


def test_it_can_be_asked_for_by_its_name() -> None:
    world = opened()
    define(world)
    run = world.machine.run(world.machine.sync(world.connection, streams="custom_plans"))
    assert run["state"] == "completed"
    assert set(world.rows()) == {TABLE}


def test_a_report_is_read_for_the_connections_it_is_for() -> None:
    world = opened(every=True)
    bakery = next(each for each in world.connections if each.account == BAKERY)
    define(world, connections=[bakery.id])
    world.sync()
    assert {row["account_id"] for row in world.rows()[TABLE]} == {BAKERY}


def test_another_workspace_knows_nothing_of_it() -> None:
    world = opened()
    define(world, workspace="other")
    world.sync()
    assert TABLE not in world.rows()
    ours, theirs = (platform_of(world.machine.documents, each, "google_analytics") for each in ("demo", "other"))
    assert {s.name for s in theirs.streams} - {s.name for s in ours.streams} == {"custom_plans"}


def test_a_withdrawn_report_is_read_no_more_but_what_was_begun_is_finished() -> None:
    world = opened()
    define(world)
    machine = world.machine
    machine.bus.publish(SyncRequested("demo", world.connection.id, "operator", "first"))
    machine.deliver(machine.bus.waiting.popleft())  # planned, and nothing read yet
    define(world, deleted_at=world.clock.now())
    machine.settle()
    run = machine.run(model.stable_id(world.connection.id, "operator", "first"))
    assert run["state"] == "completed", run["problems"]
    rows = len(world.rows()[TABLE])
    assert rows
    world.clock.forward(hours=8)
    world.renew_access()
    again = machine.sync(world.connection, "second")
    assert machine.run(again)["state"] == "completed"
    assert not machine.documents.find_all("slices", ("run", "==", again), ("stream", "==", "custom_plans"))
    assert len([row for row in world.rows()[TABLE] if row.get("_deleted_at") is None]) == rows, "its table stays"


def test_one_that_cannot_be_understood_does_not_stop_the_others() -> None:
    world = opened(streams=["key_events"])
    define(world)
    where = model.path("demo", "reports", "odd")
    odd = Report("odd", "demo", "google_analytics", "Odd", {"dimensions": "all"}, created_at=world.clock.now())
    world.machine.documents.set(where, to_doc(odd))
    names = [s.name for s in platform_of(world.machine.documents, "demo", "google_analytics").streams]
    assert "custom_plans" in names
    assert "custom_odd" not in names
    (run,) = world.sync()
    assert run["state"] == "completed"


def test_a_report_that_the_platform_no_longer_answers_fails_alone() -> None:
    world = opened()
    define(world)
    bad = {**DEFINED, "dimensions": [DEFINED["dimensions"][0], {"name": "customEvent:gone", "title": "Gone"}]}
    report = Report("gone", "demo", "google_analytics", "Gone", bad, created_at=world.clock.now() - timedelta(days=9))
    world.machine.documents.set(model.path("demo", "reports", "gone"), to_doc(report))
    (run,) = world.sync()
    assert run["state"] == "partly"
    assert {(problem["stream"], problem["move"]) for problem in run["problems"]} == {("custom_gone", "agency")}
    assert compared(world).right
