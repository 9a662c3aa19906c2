"""Streams that are called something else by now, streams and platforms that this release does not have: every run ends,
with a sentence, and everybody else goes on."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from infra.admin.command import streams_of
from shared import model
from shared.messages import SyncRequested, TableReady, Tick
from shared.model import Slice, to_doc
from shared.platforms import PLATFORMS
from shared.states import Reason, RunState, SliceState
from shared.sync.status import connection_status, run_status
from shared.vocabulary.choosing import unknown_streams
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream
from tests.flow.pipeline import TINY, Pipeline

MAILCHIMP = PLATFORMS["mailchimp"]
OLD, NEW = "templates", "designs"


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Any:
    def put(*streams: Stream) -> Platform:
        changed = replace(MAILCHIMP, streams=streams)
        monkeypatch.setitem(cast(Any, PLATFORMS), "mailchimp", changed)
        return changed

    return put


def renamed(old: str = OLD, new: str = NEW) -> list[Stream]:
    return [replace(one, name=new, formerly=(old,)) if one.name == old else one for one in MAILCHIMP.streams]


def without(*gone: str) -> list[Stream]:
    return [one for one in MAILCHIMP.streams if one.name not in gone]


def world(*streams: str) -> Pipeline:
    return Pipeline("mailchimp", counts=TINY["mailchimp"], streams=list(streams))


def later(made: Pipeline, request: str, reason: str = "operator", **more: str) -> dict[str, Any]:
    made.clock.forward(hours=8)
    return made.machine.run(made.machine.sync(made.connection, request, reason, **more))


def codes(run: dict[str, Any]) -> set[tuple[str, str]]:
    return {(problem["stream"], problem["code"]) for problem in run["problems"]}


def kept(made: Pipeline, table: str) -> dict[str, Any]:
    return {row["id"]: row.get("_deleted_at") for row in made.warehouse.current("demo", f"mailchimp_{table}")}


# -- another name ----------------------------------------------------------------------------------------------------


def test_a_connection_that_chose_the_old_name_has_the_stream(release: Any) -> None:
    made = world("lists", OLD)
    made.sync()
    held = kept(made, OLD)
    assert held
    release(*renamed())
    assert later(made, "second")["state"] == RunState.COMPLETED
    assert kept(made, NEW) == held, "a cursor speaks of the table that has the old name: all of it is read once more"
    assert kept(made, OLD) == held


def test_a_replay_loads_what_was_staged_under_the_old_name_into_the_table_of_the_new_one(release: Any) -> None:
    made = world(OLD)
    made.sync()
    empty: dict[str, Any] = {"kind": "status", "status": 200, "body": '{"templates": [], "total_items": 0}'}
    made.box.faults.add(match="GET /3.0/templates?", times=2, **empty)
    for number in range(2):
        later(made, f"empty {number}")
    held = kept(made, OLD)
    assert all(held.values())
    release(*renamed())
    run = later(made, "again", "replay")
    assert run["state"] == RunState.COMPLETED
    assert kept(made, NEW) == held
    assert {part["stream"] for part in made.machine.slices(run["id"])} == {NEW}
    made.warehouse.tables.clear()
    assert later(made, "one", "replay", streams=OLD)["state"] == RunState.COMPLETED
    assert kept(made, NEW) == held


def test_what_is_under_way_under_the_old_name_goes_on(release: Any) -> None:
    made = world(OLD)
    machine = made.machine
    machine.bus.publish(SyncRequested("demo", made.connection.id, "operator", "first"))
    machine.deliver(machine.bus.waiting.popleft())
    release(*renamed())
    machine.settle()
    run = machine.run(model.stable_id(made.connection.id, "operator", "first"))
    assert run["state"] == RunState.COMPLETED
    assert kept(made, NEW)


def test_pages_that_wait_for_the_table_of_the_old_name_go_into_the_new_one(release: Any) -> None:
    made = world(OLD)
    machine = made.machine
    machine.bus.publish(SyncRequested("demo", made.connection.id, "operator", "first"))
    while not isinstance(machine.bus.waiting[0], TableReady):
        machine.deliver(machine.bus.waiting.popleft())
    release(*renamed())
    machine.settle()
    assert machine.run(model.stable_id(made.connection.id, "operator", "first"))["state"] == RunState.COMPLETED
    assert kept(made, NEW)


def test_a_debt_is_owed_and_paid_under_the_new_name(release: Any) -> None:
    made = world("reports", "email_activity")
    made.box.faults.add(match="GET /3.0/reports/*/email-activity", times=1, kind="status", status=403)
    made.sync()
    (debt,) = made.machine.documents.find("workspaces/demo/debts")
    assert debt["stream"] == "email_activity"
    release(*renamed("email_activity", "openings"))
    run = later(made, "second")
    assert run["state"] == RunState.COMPLETED
    assert debt["given"] in [part["given"] for part in made.machine.slices(run["id"]) if part["stream"] == "openings"]
    assert not made.machine.documents.find("workspaces/demo/debts")


def test_a_command_takes_the_old_name_as_well(release: Any) -> None:
    made = world(OLD)
    release(*renamed())
    stores = cast(Any, SimpleNamespace(documents=made.machine.documents))
    assert streams_of(stores, made.connection, [OLD, "lists"]) == f"{NEW},lists"


def test_names_of_today_and_of_before_are_told_apart() -> None:
    """In every platform: no stream had a name that another one has, or had, too."""
    for platform in PLATFORMS.values():
        names = [name for one in platform.streams for name in (one.name, *one.formerly)]
        names += [name for one in platform.views for name in (one.name, *one.formerly)]
        assert len(names) == len(set(names)), platform.name
        assert not unknown_streams(platform, names)


# -- no stream any more ----------------------------------------------------------------------------------------------


def test_of_streams_that_are_gone_a_run_says_so_and_reads_the_others(release: Any) -> None:
    made = world("lists", OLD)
    made.sync()
    release(*without(OLD))
    run = later(made, "second")
    assert (run["state"], codes(run)) == (RunState.PARTLY, {(OLD, "stream-gone")})
    assert "leave it out" in run["problems"][0]["sentence"]
    assert {row["stream"]: row["state"] for row in made.told() if row["run_id"] == run["id"]} == {
        "lists": "completed",
        OLD: "failed",
    }


def test_a_run_all_of_whose_streams_are_gone_has_failed(release: Any) -> None:
    made = world(OLD)
    made.sync()
    success = made.machine.documents.get(f"workspaces/demo/connections/{made.connection.id}")["last_success_at"]
    release(*without(OLD))
    run = later(made, "second")
    assert (run["state"], codes(run)) == (RunState.FAILED, {(OLD, "stream-gone")})
    doc = made.machine.documents.get(f"workspaces/demo/connections/{made.connection.id}")
    assert doc["last_success_at"] == success
    assert later(made, "third", "backfill", since="2026-08-01")["state"] == RunState.FAILED


def test_a_replay_leaves_out_what_is_gone_and_ends(release: Any) -> None:
    made = world("lists", OLD)
    made.sync()
    held = kept(made, "lists")
    release(*without(OLD))
    made.warehouse.tables.clear()
    run = later(made, "again", "replay")
    assert (run["state"], codes(run)) == (RunState.PARTLY, {(OLD, "stream-gone")})
    assert kept(made, "lists") == held
    assert later(made, "next", "schedule")["state"] == RunState.PARTLY, "and the next sync is begun"
    release(*without(OLD, "lists"))
    assert later(made, "all gone", "replay")["state"] == RunState.FAILED


def test_a_slice_whose_stream_is_gone_before_it_is_read_fails_with_a_sentence(release: Any) -> None:
    made = world("lists", OLD)
    machine = made.machine
    machine.bus.publish(SyncRequested("demo", made.connection.id, "operator", "first"))
    machine.deliver(machine.bus.waiting.popleft())
    release(*without(OLD))
    machine.settle()
    run = machine.run(model.stable_id(made.connection.id, "operator", "first"))
    assert (run["state"], codes(run)) == (RunState.PARTLY, {(OLD, "stream-gone")})
    assert not machine.bus.waiting


def test_a_run_that_another_release_planned_in_part_ends(release: Any) -> None:
    """It was asked for by name; whoever asks for it now is told that there is none."""
    made = world()
    run = made.machine.planner.runs.planned(made.connection, Reason.OPERATOR, "first", [OLD, "lists"])
    made.machine.planner.runs.announce(run)
    release(*without(OLD))
    made.machine.settle()
    assert made.machine.run(run.id)["state"] == RunState.PARTLY
    assert codes(made.machine.run(run.id)) == {(OLD, "stream-gone")}
    made.machine.sync(made.connection, "another", streams=OLD)
    assert "has no stream" in made.machine.documents.find("failures")[0]["reason"]


# -- no platform -----------------------------------------------------------------------------------------------------


def test_what_waits_of_a_platform_that_this_release_does_not_know_stops_nobody(capsys: Any) -> None:
    """A release was taken back: a run of its platform waits, and the others are read; nothing raises."""
    made = world("lists")
    machine = made.machine
    other = machine.connect("next_years", account="other")
    now = made.clock.now()
    part = Slice(
        "s", "demo", other.id, "r", "next_years", "things", state=SliceState.PARKED, not_before=now, created_at=now
    )
    run = replace(machine.planner.runs.planned(other, Reason.OPERATOR, "first"), id="r", state=RunState.RUNNING)
    for where, doc in (("runs/r", run), ("slices/s", part), (f"connections/{other.id}", replace(other, look_at=now))):
        machine.documents.set(f"workspaces/demo/{where}", to_doc(doc))
    for _ in range(30):
        made.clock.forward(minutes=1)
        machine.bus.publish(Tick(), SyncRequested("demo", other.id, "schedule", "hour"))
        machine.drain()
    machine.bus.publish(SyncRequested("demo", made.connection.id, "operator", "first"))
    machine.drain()
    assert made.runs()[0]["state"] == RunState.COMPLETED
    assert machine.documents.get("workspaces/demo/slices/s")["state"] == SliceState.PARKED
    assert not machine.documents.find("failures")
    assert "unforeseen" not in (said := capsys.readouterr().out)
    assert "not looked at" not in said
    status = run_status(to_doc(run), [to_doc(part)], now)
    assert [one.stream for one in status.streams] == ["things"]
    assert "does not know the platform" in connection_status(to_doc(other), now, [status]).sentence
