"""What a run is asked for and what it leaves: windows, replays, history, proof, schedules, and whose move it is."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

from shared import model
from shared.errors import Later
from shared.messages import RunChanged, SliceReady, SyncRequested, TableReady, Tick, encode
from shared.model import cursor_id
from shared.platforms import PLATFORMS
from shared.states import ConnectionState
from tests.flow.pipeline import TINY, Pipeline
from tests.support.memory import MemoryObjects
from tests.support.warehouse import MemoryWarehouse

pytestmark = pytest.mark.slow


@pytest.fixture
def world() -> Pipeline:
    world = Pipeline("mailchimp", counts=TINY["mailchimp"])
    world.machine.sync(world.connection)
    return world


def calls(world: Pipeline) -> int:
    return int(world.box.calls.total)


def ordered(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    return {name: sorted(map(repr, rows)) for name, rows in tables.items()}


def slices(world: Pipeline, run: str, stream: str) -> list[dict[str, Any]]:
    return [part for part in world.machine.slices(run) if part["stream"] == stream and part["kind"] == "extract"]


def test_the_second_sync_asks_only_for_what_changed(world: Pipeline) -> None:
    first = world.machine.documents.find("workspaces/demo/runs")[0]
    world.clock.forward(hours=8)
    run = world.machine.sync(world.connection, "second")
    (members, *_) = slices(world, run, "list_members")
    rule = PLATFORMS["mailchimp"].stream("list_members").since
    assert rule is not None
    assert members["since"] == first["started_at"] - rule.overlap
    assert sum(part["rows"] for part in slices(world, run, "list_members")) == 0


def test_recent_campaigns_are_read_again_because_their_counters_move(world: Pipeline) -> None:
    world.clock.forward(hours=8)
    run = world.machine.sync(world.connection, "second")
    (reports,) = slices(world, run, "reports")
    assert reports["since"] == reports["created_at"] - timedelta(days=90)


def test_an_automation_is_read_however_long_ago_it_began() -> None:
    """Its report keeps the time of its first mail, while it goes on sending."""
    world = Pipeline("mailchimp", counts={**TINY["mailchimp"], "automations": 1}, streams=["automation_reports"])
    world.machine.sync(world.connection)
    world.clock.forward(days=100)
    world.box.change()
    asked = calls(world)
    world.machine.sync(world.connection, "second")
    assert calls(world) == asked + 1, "a call for each thousand reports"
    assert not world.differences(["automation_reports"])
    sent: dict[str, list[int]] = {}
    for row in world.warehouse.history("demo", "mailchimp_automation_reports"):
        assert datetime.fromisoformat(row["send_time"]) < world.clock.now() - timedelta(days=365)
        sent.setdefault(row["id"], []).append(row["emails_sent"])
    assert len(sent) == 3
    assert any(before < after for before, *later in sent.values() for after in later)


def test_history_keeps_every_reading_that_differs_and_none_that_does_not(world: Pipeline) -> None:
    before = world.warehouse.history("demo", "mailchimp_lists")
    world.clock.forward(hours=8)
    world.machine.sync(world.connection, "second")
    assert world.warehouse.history("demo", "mailchimp_lists") == before
    world.clock.forward(hours=8)
    world.box.change()
    world.machine.sync(world.connection, "third")
    after = world.warehouse.history("demo", "mailchimp_lists")
    assert len(after) > len(before)
    assert after[: len(before)] == before


def test_a_row_that_vanished_is_marked_and_its_end_is_history() -> None:
    world = Pipeline("emailoctopus", counts=TINY["emailoctopus"])
    world.machine.sync(world.connection)
    gone: set[str] = set()
    for step in range(12):
        world.clock.forward(hours=8)
        world.box.change()
        world.machine.sync(world.connection, f"again {step}")
        gone = {record["tag"] for record in world.box.truth()["emailoctopus_list_tags"].gone}
    assert not world.differences()
    marked = [row for row in world.warehouse.current("demo", "emailoctopus_list_tags") if row.get("_deleted_at")]
    assert {row["tag"] for row in marked} >= gone if gone else not marked


def test_a_backfill_reads_its_window_and_leaves_cursors_alone(world: Pipeline) -> None:
    before = world.cursors()
    world.clock.forward(days=1)
    run = world.machine.sync(
        world.connection, "window", "backfill", streams="reports", since="2026-08-01", until="2026-08-15"
    )
    (reports,) = slices(world, run, "reports")
    assert reports["since"].isoformat() == "2026-08-01T00:00:00+00:00"
    assert world.machine.run(run)["state"] == "completed"
    assert world.cursors() == before
    assert not world.differences()


def test_a_replay_fills_an_empty_warehouse_without_one_call(world: Pipeline) -> None:
    rows, asked = world.rows(), calls(world)
    world.machine.loader.warehouse.inner.tables.clear()  # type: ignore[attr-defined]
    run = world.machine.sync(world.connection, "from pages", "replay")
    assert world.machine.run(run)["state"] == "completed"
    assert calls(world) == asked
    assert ordered(world.rows()) == ordered(rows)
    assert not world.differences()


def test_a_replay_takes_only_what_was_read_in_its_window(world: Pipeline) -> None:
    run = world.machine.sync(world.connection, "later", "replay", since="2027-01-01")
    assert world.machine.slices(run) == []
    assert world.machine.run(run)["state"] == "completed"


def test_the_same_request_twice_is_one_run(world: Pipeline) -> None:
    runs = world.machine.documents.count("workspaces/demo/runs")
    world.machine.sync(world.connection)
    assert world.machine.documents.count("workspaces/demo/runs") == runs


def test_the_schedule_asks_each_connection_and_skips_one_that_is_under_way(world: Pipeline) -> None:
    machine = world.machine
    machine.connect("mailchimp", account="other", schedule="manual")
    machine.bus.publish(SyncRequested(reason="schedule", request="06:00"))
    machine.settle()
    assert machine.run(model.stable_id(world.connection.id, "schedule", "06:00"))["state"] == "completed"
    assert machine.documents.count("workspaces/demo/runs") == 2

    machine.planner.handle(SyncRequested("demo", world.connection.id, "operator", "slow"), "m")
    machine.planner.handle(SyncRequested("demo", world.connection.id, "schedule", "14:00"), "m")
    assert (
        machine.documents.get(f"workspaces/demo/runs/{model.stable_id(world.connection.id, 'schedule', '14:00')}")
        is None
    )


def test_a_rhythm_of_its_own_is_kept_by_the_tick(world: Pipeline) -> None:
    machine, where = world.machine, f"workspaces/demo/connections/{world.connection.id}"
    due = world.clock.now()
    machine.documents.set(where, {**machine.documents.get(where), "schedule": "hourly", "next_sync_at": due})
    machine.bus.publish(Tick())
    machine.settle()
    machine.bus.publish(Tick())
    machine.settle()
    assert machine.documents.count("workspaces/demo/runs", ("reason", "==", "schedule")) == 1
    assert machine.documents.get(where)["next_sync_at"] == due + timedelta(hours=1)


def test_the_platforms_own_total_stands_beside_ours(world: Pipeline) -> None:
    run = world.machine.documents.find("workspaces/demo/runs")[0]["id"]
    for part in slices(world, run, "list_members"):
        assert part["proof"]
        assert all(told["theirs"] == told["ours"] for told in part["proof"].values())
    (account,) = slices(world, run, "account")
    assert account["proof"] == {}


def test_a_revoked_grant_stops_the_connection_and_says_whose_move_it_is() -> None:
    world = Pipeline("mailchimp", counts=TINY["mailchimp"])
    world.box.revoke()
    run = world.machine.run(world.machine.sync(world.connection))
    assert run["state"] == "failed"
    assert {problem["move"] for problem in run["problems"]} == {"client"}
    doc = world.machine.documents.get(f"workspaces/demo/connections/{world.connection.id}")
    assert doc["state"] == ConnectionState.RECONNECT
    asked = calls(world)
    world.machine.bus.publish(SyncRequested("demo", world.connection.id, "schedule", "next"))
    world.machine.settle()
    assert calls(world) == asked, "a connection that waits for its client is left in peace"


def test_a_forbidden_stream_fails_alone() -> None:
    world = Pipeline("mailchimp", counts=TINY["mailchimp"])
    world.box.faults.add(match="GET /3.0/automations", times=99, kind="status", status=403)
    run = world.machine.run(world.machine.sync(world.connection))
    assert run["state"] == "partly"
    assert [(problem["stream"], problem["move"]) for problem in run["problems"]] == [("automations", "agency")]
    missing = {line.split()[0].removeprefix("mailchimp_") for line in world.differences().missing}
    assert missing == {"automations", "automation_emails"}


def test_a_dead_letter_becomes_a_failed_slice_and_a_finished_run() -> None:
    world = Pipeline("emailoctopus", counts=TINY["emailoctopus"])
    machine = world.machine
    machine.planner.handle(SyncRequested("demo", world.connection.id, "operator", "first"), "m1")
    machine.bus.waiting.clear()
    run = model.stable_id(world.connection.id, "operator", "first")
    for part in machine.slices(run):
        machine.failures.record(SliceReady.topic, encode(SliceReady("demo", part["id"])))
    assert machine.run(run)["state"] == "running", "nobody has tried them yet, and the tick asks again"
    for part in machine.slices(run):
        left = {**part, "state": "working", "fence": 1, "lease_until": world.clock.now()}
        machine.documents.set(f"workspaces/demo/slices/{part['id']}", left)
        machine.failures.record(SliceReady.topic, encode(SliceReady("demo", part["id"])))
    doc = machine.run(run)
    assert doc["state"] == "failed"
    assert doc["problems"][0]["code"] == "gave-up"
    assert any(isinstance(message, RunChanged) and message.state == "failed" for message in machine.bus.published)


def test_a_dead_letter_of_a_table_frees_it_for_others() -> None:
    world = Pipeline("emailoctopus", counts=TINY["emailoctopus"])
    machine = world.machine
    broken = machine.loader.warehouse

    class Refusing:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError("a fault that nobody foresaw")

    object.__setattr__(machine.loader, "warehouse", Refusing())
    machine.bus.publish(SyncRequested("demo", world.connection.id, "operator", "first"))
    machine.settle(minutes=480)  # after the tables of the platform, the one that tells of the run
    assert machine.run(model.stable_id(world.connection.id, "operator", "first"))["state"] == "failed"
    object.__setattr__(machine.loader, "warehouse", broken)
    world.clock.forward(hours=1)
    assert machine.run(machine.sync(world.connection, "second"))["state"] == "completed"
    assert not world.differences()


def test_a_worker_whose_time_is_up_hands_over() -> None:
    world = Pipeline("mailchimp", counts=TINY["mailchimp"])
    object.__setattr__(world.machine.extractor, "work_seconds", 0)
    assert world.machine.run(world.machine.sync(world.connection))["state"] == "completed"
    assert not world.differences()
    nudges = [message for message in world.machine.bus.published if isinstance(message, SliceReady)]
    assert len(nudges) > len(world.machine.slices(model.stable_id(world.connection.id, "operator", "first"))) / 2


def test_long_slices_hand_over_their_pages_as_they_go(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Pipeline("emailoctopus", counts={"lists": 1, "contacts": 1500, "campaigns": 1})
    world.machine.sync(world.connection)
    loads = [m for m in world.machine.bus.published if isinstance(m, TableReady) and m.table == "emailoctopus_contacts"]
    assert len(loads) > 1
    assert not world.differences()


def test_no_credential_is_anywhere_but_in_its_secret(world: Pipeline) -> None:
    secret = world.machine.keys.value
    assert secret
    assert secret not in repr(world.machine.documents.docs)
    assert secret not in repr(world.machine.bus.published)
    objects = world.machine.objects
    assert isinstance(objects, MemoryObjects)
    assert secret not in repr({name: metadata for name, (_, metadata) in objects.held.items()})
    assert isinstance(world.warehouse, MemoryWarehouse)
    assert secret not in repr(world.rows())


def test_a_platform_that_is_down_for_an_hour_costs_only_time() -> None:
    world = Pipeline("emailoctopus", counts=TINY["emailoctopus"])
    until = world.clock.now() + timedelta(minutes=5)
    inner = world.machine.transport

    class Down(httpx2.BaseTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(503) if world.clock.now() < until else inner.handle_request(request)

    object.__setattr__(world.machine.extractor.http.inner, "transport", Down())  # type: ignore[attr-defined]
    assert world.machine.run(world.machine.sync(world.connection))["state"] == "completed"
    assert not world.differences()


def test_cursors_stand_where_the_last_complete_reading_began(world: Pipeline) -> None:
    began = world.machine.documents.find("workspaces/demo/runs")[0]["started_at"]
    cursors = world.cursors()
    assert cursors[cursor_id(world.connection.id, "reports", "")]["until"] == began


def test_staged_pages_wait_as_long_as_bigquery_needs(world: Pipeline) -> None:
    world.clock.forward(hours=8)
    world.box.change()
    inner = world.machine.loader.warehouse.inner  # type: ignore[attr-defined]
    until = world.clock.now() + timedelta(hours=2)
    apply = inner.apply

    def busy(load: Any) -> int:
        if world.clock.now() < until:
            raise Later("bigquery-busy", "BigQuery asked to come again later.")
        return int(apply(load))

    inner.apply = busy
    assert world.machine.run(world.machine.sync(world.connection, "second"))["state"] == "completed"
    assert world.clock.now() >= until
    assert not world.differences()


def test_what_was_not_shown_is_not_taken_for_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform says that it has more than it shows: its rows stay unmarked until the numbers agree."""
    world = Pipeline("mailchimp", counts=TINY["mailchimp"], streams=["campaign_folders"])
    world.machine.sync(world.connection)
    there = len(world.rows()["mailchimp_campaign_folders"])
    inner = world.machine.transport
    hiding = [True]

    class Hiding(httpx2.BaseTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            answer = inner.handle_request(request)
            body = json.loads(answer.read())
            if hiding[0]:
                body["folders"] = body["folders"][:1]  # total_items still says how many there are
            return httpx2.Response(answer.status_code, json=body)

    object.__setattr__(world.machine.extractor.http.inner, "transport", Hiding())  # type: ignore[attr-defined]
    world.machine.extractor.http.inner.__dict__.pop("client", None)  # type: ignore[attr-defined]
    world.clock.forward(hours=8)
    world.machine.sync(world.connection, "short")
    rows = world.rows()["mailchimp_campaign_folders"]
    assert there > 1
    assert [row for row in rows if row.get("_deleted_at")] == []
    hiding[0] = False
    world.clock.forward(hours=8)
    world.machine.sync(world.connection, "right again")
    assert not world.differences()
