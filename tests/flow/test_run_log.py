"""A run that has ended stands in the table of runs by itself: once, as it ended last, and for no client who leaves."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared import log, model
from shared.kit import calendar
from shared.messages import AuditDue, DataChanged, Message, RunChanged, SyncRequested, TableReady, Tick, encode
from shared.model import Connection, Run, Slice, to_doc
from shared.states import BatchState, PageState, Reason, RunState, SliceState
from shared.sync.run_log import rows_of
from shared.sync.second_chance import Retrier
from shared.warehouse.runs import TABLE
from tests.flow.pipeline import TINY, Pipeline

pytestmark = pytest.mark.slow

STREAMS = ["lists", "list_members", "reports"]


def world(streams: list[str] | None = None) -> Pipeline:
    return Pipeline("mailchimp", counts=TINY["mailchimp"], streams=STREAMS if streams is None else streams)


def history(made: Pipeline) -> list[dict[str, Any]]:
    return made.warehouse.history("demo", TABLE.name)


def ended(made: Pipeline, run: dict[str, Any]) -> RunChanged:
    return RunChanged("demo", made.connection.id, run["id"], run["state"])


def objects(made: Pipeline) -> list[str]:
    """What was staged of runs; what they marked is written down beside it."""
    return [name for name in made.machine.objects.held if name.startswith("demo/raw/tributary/") and "/runs/" in name]


def test_a_completed_run_with_its_proof() -> None:
    made = world()
    (run,) = made.sync()
    told = {row["stream"]: row for row in made.told()}
    assert set(told) == set(STREAMS)
    held, members = made.rows()["mailchimp_list_members"], told["list_members"]
    assert (members["state"], members["proof"], members["source_table"]) == (
        "completed",
        "equal",
        "mailchimp_list_members",
    )
    assert members["rows_read"] == members["records_told"] == members["records_read"] == len(held)
    assert (members["run_id"], members["platform"], members["account_id"]) == (run["id"], "mailchimp", "acct")
    assert (members["started_at"], members["finished_at"]) == (
        "2026-09-01T06:00:00.000000Z",
        "2026-09-01T06:00:00.000000Z",
    )
    assert members["_synced_at"] == run["finished_at"], "what is told is how it stood at the end of the run"
    assert members["_page"] in objects(made)
    assert not members.get("problem")


def windows(began: datetime, zone: str, *of: tuple[str, str, SliceState], proof: str = "equal") -> dict[str, Any]:
    """What is told of a run of Google's campaigns by day, made of these windows: first day, last day, and state."""
    connection = Connection("c1", "demo", "google_ads", "111", "Adverts", zone=zone)
    run = Run("r1", "demo", "c1", "google_ads", Reason.SCHEDULE, RunState.PARTLY, started_at=began, finished_at=began)
    count = {"count": {"theirs": 5, "ours": 5 if proof == "equal" else 4}}
    slices = [
        Slice(f"s{number}", "demo", "c1", "r1", "google_ads", "campaign_daily", since=since, until=until, state=state,
              proof=count if state == SliceState.LOADED else {}, rows=5)
        for number, (first, last, state) in enumerate(of)
        for since, until in [calendar.as_moments((date.fromisoformat(first), date.fromisoformat(last)))]
    ]  # fmt: skip
    (row,) = rows_of(connection, run, [to_doc(each) for each in slices], began)
    return row


def test_only_days_that_were_read_are_told_as_covered() -> None:
    """Of 61 days four windows were refused: 17 are covered, and the newest of them without a gap."""
    row = windows(
        datetime(2026, 9, 2, 6, tzinfo=UTC), "UTC",
        ("2026-07-03", "2026-07-09", SliceState.LOADED), ("2026-07-10", "2026-07-20", SliceState.FAILED),
        ("2026-07-21", "2026-07-31", SliceState.FAILED), ("2026-08-01", "2026-08-11", SliceState.FAILED),
        ("2026-08-12", "2026-08-22", SliceState.FAILED), ("2026-08-23", "2026-08-29", SliceState.LOADED),
        ("2026-08-30", "2026-09-01", SliceState.LOADED),
    )  # fmt: skip
    assert row["days"] == [
        {"first": "2026-07-03", "last": "2026-07-09", "proof": "equal"},
        {"first": "2026-08-23", "last": "2026-09-01", "proof": "equal"},
    ]
    assert (row["covers_from"], row["covers_until"]) == ("2026-08-23T00:00:00.000000Z", "2026-09-02T00:00:00.000000Z")


def test_a_day_that_is_under_way_is_covered_until_the_run_began_and_days_are_those_of_the_account() -> None:
    """At 06:00 UTC Tokyo has had fifteen hours of 1 September; its days begin at 15:00 UTC the day before."""
    row = windows(datetime(2026, 9, 1, 6, tzinfo=UTC), "Asia/Tokyo", ("2026-08-17", "2026-09-01", SliceState.LOADED))
    assert (row["covers_from"], row["covers_until"]) == ("2026-08-16T15:00:00.000000Z", "2026-09-01T06:00:00.000000Z")
    assert row["account_zone"] == "Asia/Tokyo"


def test_a_run_that_read_nothing_covers_nothing() -> None:
    row = windows(datetime(2026, 9, 1, 6, tzinfo=UTC), "UTC", ("2026-08-17", "2026-09-01", SliceState.FAILED))
    assert not {"days", "covers_from", "covers_until", "account_zone"} & row.keys()


def test_days_of_which_the_platform_says_something_else_stand_apart() -> None:
    row = windows(
        datetime(2026, 9, 9, tzinfo=UTC), "UTC", ("2026-08-17", "2026-08-23", SliceState.LOADED), proof="differs"
    )
    assert row["days"] == [{"first": "2026-08-17", "last": "2026-08-23", "proof": "differs"}]


def test_a_run_that_failed_in_part() -> None:
    made = world([])
    made.box.faults.add(match="GET /3.0/automations", times=99, kind="status", status=403)
    (run,) = made.sync()
    assert run["state"] == "partly"
    told = {row["stream"]: row for row in made.told()}
    assert {row["state"] for name, row in told.items() if name != "automations"} == {"completed"}
    failed = told["automations"]
    assert (failed["state"], failed["whose_move"]) == ("failed", "the agency must change something")
    assert failed["problem"]
    assert "automation_emails" not in told, "it was never asked for: its parent could not be read"


def test_a_run_that_failed() -> None:
    made = world(["lists"])
    made.box.faults.add(match="GET /3.0/lists", times=99, kind="status", status=401)
    (run,) = made.sync()
    assert run["state"] == "failed"
    (told,) = made.told()
    assert (told["state"], told["rows_read"], told["whose_move"]) == ("failed", 0, "the client must connect again")
    assert (told["proof"], told.get("records_told")) == ("not given", None)


def test_the_same_message_again_changes_nothing() -> None:
    made = world()
    (run,) = made.sync()
    before = (made.told(), history(made), objects(made), made.machine.documents.find("workspaces/demo/batches"))
    for _ in range(3):
        made.clock.forward(minutes=1)
        assert made.machine.deliver(ended(made, run))
        made.machine.settle()
    after = (made.told(), history(made), objects(made), made.machine.documents.find("workspaces/demo/batches"))
    assert after == before


def test_a_message_that_comes_before_the_end_tells_nothing() -> None:
    made = world()
    run = made.machine.planner.runs.begin(made.connection, Reason.OPERATOR, "first")
    made.machine.deliver(RunChanged("demo", made.connection.id, run.id, "completed"))
    assert objects(made) == []
    made.machine.deliver(RunChanged("demo", made.connection.id, "nothing", "completed"))
    made.machine.settle()
    assert {row["state"] for row in made.told()} == {"completed"}


def synced_without(made: Pipeline, lost: Callable[[Message], bool]) -> dict[str, Any]:
    """A sync of which some messages are lost; its run."""
    machine = made.machine
    machine.bus.publish(SyncRequested("demo", made.connection.id, "operator", "first"))
    while machine.bus.waiting:
        message = machine.bus.waiting.popleft()
        if not lost(message):
            machine.deliver(message)
    return machine.run(model.stable_id(made.connection.id, "operator", "first"))


def test_a_message_that_is_lost_is_made_good_by_the_tick() -> None:
    made = world()
    run = synced_without(made, lambda message: isinstance(message, RunChanged))
    assert run["state"] == "completed"
    assert made.told() == []
    made.machine.bus.publish(Tick())
    made.machine.drain()
    assert made.told() == [], "the message may still be on its way"
    made.clock.forward(minutes=3)
    made.machine.bus.publish(Tick())
    made.machine.settle()
    assert {row["run_id"] for row in made.told()} == {run["id"]}
    assert made.machine.run(run["id"])["untold_since"] is None
    said = len(made.machine.bus.published)
    made.clock.forward(minutes=3)
    made.machine.bus.publish(Tick())
    made.machine.settle()
    again = made.machine.bus.published[said:]
    assert [type(message) for message in again] == [Tick, AuditDue, DataChanged], "no run is told again; others wait"


def test_a_message_that_nobody_could_handle_is_given_up_and_kept() -> None:
    made = world()
    run = synced_without(made, lambda message: isinstance(message, RunChanged))
    made.machine.failures.record(RunChanged.topic, encode(ended(made, run)))
    made.clock.forward(minutes=3)
    made.machine.bus.publish(Tick())
    made.machine.settle()
    assert made.told() == []
    assert made.machine.deliver(ended(made, run)), "as `failures retry` would say it again"
    made.machine.settle()
    assert {row["run_id"] for row in made.told()} == {run["id"]}


@pytest.mark.parametrize("late", [False, True])
def test_a_run_that_was_taken_up_again_is_told_as_it_ended_last(late: bool) -> None:
    """`late`: what was told first is loaded last."""
    made = world(["lists", "campaign_folders"])
    made.box.faults.add(match="GET /3.0/campaign-folders", times=1, kind="status", status=403)
    machine = made.machine
    run = synced_without(made, lambda message: late and getattr(message, "table", "") == TABLE.name)
    assert run["state"] == "partly"
    (first,) = machine.documents.find("workspaces/demo/pages", ("table", "==", TABLE.name))
    assert first["state"] == (PageState.WAITING if late else PageState.LOADED)
    where = model.path("demo", "pages", first["id"])
    machine.documents.set(where, {**first, "state": "held"})
    (failed,) = [part for part in machine.slices(run["id"]) if part["state"] == SliceState.FAILED]
    made.clock.forward(hours=1)
    assert Retrier(machine.documents, machine.bus, machine.clock).retry("demo", failed["id"])
    machine.settle()
    assert len(objects(made)) == 2
    if late:
        machine.documents.set(where, first)
        machine.bus.publish(TableReady("demo", TABLE.name))
        machine.settle()
    told = {row["stream"]: row["state"] for row in made.told()}
    assert told == {"lists": "completed", "campaign_folders": "completed"}
    stood = [(row["stream"], row["state"]) for row in history(made)]
    assert stood.count(("campaign_folders", "failed")) == stood.count(("campaign_folders", "completed")) == 1
    assert stood.index(("campaign_folders", "failed")) < stood.index(("campaign_folders", "completed"))


def test_a_run_that_is_taken_up_again_while_it_is_told_waits_for_its_new_end() -> None:
    made = world(["lists", "campaign_folders"])
    made.box.faults.add(match="GET /3.0/campaign-folders", times=1, kind="status", status=403)
    machine = made.machine
    run = synced_without(made, lambda message: isinstance(message, RunChanged))
    (failed,) = [part for part in machine.slices(run["id"]) if part["state"] == SliceState.FAILED]

    def meanwhile(when: str, what: str) -> None:
        if (when, what) == ("after", "objects.write"):
            machine.fate.also = None
            made.clock.forward(minutes=1)
            Retrier(machine.documents, machine.bus, machine.clock).retry("demo", failed["id"])

    machine.fate.also = meanwhile
    machine.deliver(ended(made, run))
    assert machine.documents.find("workspaces/demo/pages", ("table", "==", TABLE.name)) == []
    machine.settle()
    assert {row["state"] for row in made.told()} == {"completed"}
    assert len(history(made)) == 2


def test_runs_that_end_at_once_are_loaded_together() -> None:
    made = world()
    second = made.machine.connect("mailchimp", account="second", values=made.connection.values, streams=STREAMS)
    for connection in (made.connection, second):
        made.machine.bus.publish(SyncRequested("demo", connection.id, "operator", "first"))
    told, machine = list[RunChanged](), made.machine
    while machine.bus.waiting:
        message = machine.bus.waiting.popleft()
        if isinstance(message, RunChanged) and message.state != RunState.RUNNING:
            told.append(message)
        else:
            machine.deliver(message)
    assert len(told) == 2
    for message in told:
        machine.run_logger.handle(message)
    machine.settle()
    (batch,) = machine.documents.find("workspaces/demo/batches", ("table", "==", TABLE.name))
    assert (len(batch["pages"]), batch["rows"], batch["state"]) == (2, 6, BatchState.COMPLETED)
    assert {row["connection_id"] for row in made.told()} == {made.connection.id, second.id}


@pytest.mark.parametrize("leaves", ["workspace", "connection", "connection that is gone"])
def test_nobody_is_told_of_a_client_who_leaves(leaves: str) -> None:
    made = world()
    documents = made.machine.documents
    run = synced_without(made, lambda message: isinstance(message, RunChanged))
    if leaves == "workspace":
        documents.set(model.closing_path("demo"), {"workspace": "demo", "since": made.clock.now()})
    elif leaves == "connection":
        doc = documents.get(model.path("demo", "connections", made.connection.id))
        documents.set(model.path("demo", "connections", made.connection.id), {**doc, "closing_at": made.clock.now()})
    else:
        documents.delete(model.path("demo", "connections", made.connection.id))
    made.machine.deliver(ended(made, run))
    made.machine.settle()
    assert (made.told(), objects(made)) == ([], [])
    assert made.machine.run(run["id"])["untold_since"] is None, "the tick does not ask for ever"


def test_a_client_who_leaves_while_the_page_is_written_is_not_told_of() -> None:
    made = world()
    documents = made.machine.documents
    run = synced_without(made, lambda message: isinstance(message, RunChanged))

    def leave(when: str, what: str) -> None:
        if (when, what) == ("after", "objects.write"):
            documents.set(model.closing_path("demo"), {"workspace": "demo", "since": made.clock.now()})

    made.machine.fate.also = leave
    made.machine.deliver(ended(made, run))
    made.machine.settle()
    assert made.told() == []


def test_a_page_that_bigquery_refuses_is_given_up_alone_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    made, out = world(), io.StringIO()
    monkeypatch.setattr(log, "stream", out)
    run = synced_without(made, lambda message: isinstance(message, RunChanged))
    made.machine.run_logger.handle(ended(made, run))
    (name,) = objects(made)
    made.machine.objects.held[name] = (b"damaged", {})
    made.machine.settle()
    (line,) = [line for line in map(json.loads, out.getvalue().splitlines()) if line["message"] == "run not told"]
    assert (line["severity"], line["table"]) == ("ERROR", TABLE.name)
    assert made.told() == []
    assert made.machine.run(run["id"]) == {**run, "untold_since": None}, "the run itself is as complete as before"
    made.clock.forward(hours=8)
    (newest,) = made.sync("second")
    assert {row["run_id"] for row in made.told()} == {newest["id"]}


def test_a_dead_letter_of_the_table_of_runs_loses_nothing() -> None:
    """The loader died over it, and no slice could say so: it is taken up again."""
    made = world()
    made.machine.bus.publish(SyncRequested("demo", made.connection.id, "operator", "first"))
    while made.machine.bus.waiting:
        message = made.machine.bus.waiting.popleft()
        if not (isinstance(message, TableReady) and message.table == TABLE.name):
            made.machine.deliver(message)
    assert made.machine.loader.batches.take("demo", TABLE.name) is not None
    made.clock.forward(hours=1)
    made.machine.failures.record(TableReady.topic, encode(TableReady("demo", TABLE.name)))
    made.machine.settle()
    assert made.told()
    assert not made.wrongly_told()
