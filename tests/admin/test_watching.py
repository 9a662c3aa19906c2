"""`status --watch`: it tells what `status` tells, and reads what can have changed, however much is kept."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from shared import model
from shared.messages import SyncRequested, Tick
from shared.model import Run, to_doc
from shared.states import Reason, RunState
from shared.stores.installation import Stores
from shared.sync import watching
from tests.admin.conftest import Operator
from tests.cost.counting import Counted

KEPT = 180  # runs of a connection: three a day for sixty days


def counted(operator: Operator) -> tuple[Stores, Counted]:
    documents = Counted(operator.stores.documents)
    return replace(operator.stores, documents=documents), documents


def reads(documents: Counted) -> int:
    """Since the last time."""
    count = documents.counts["reads"]
    documents.counts.clear()
    return count


def keep(operator: Operator, many: int) -> None:
    """Runs of long ago."""
    connection, now = operator.world.connection, operator.world.clock.now()
    for number in range(many):
        began = now - timedelta(hours=8 * (number + 1))
        run = Run(f"old{number}", "demo", connection.id, connection.platform, Reason.SCHEDULE, RunState.COMPLETED)
        run = replace(run, started_at=began, finished_at=began + timedelta(minutes=1))
        operator.stores.documents.set(model.path("demo", "runs", run.id), to_doc(run))


def test_what_is_shown_costs_the_same_however_many_runs_are_kept(operator: Operator) -> None:
    keep(operator, 3)
    stores, documents = counted(operator)
    few = (watching.status(stores), reads(documents))
    keep(operator, KEPT)
    assert (watching.status(stores), reads(documents)) == few
    assert watching.status(stores, most=4)[0].runs[0].id == "old0"
    assert reads(documents) <= 1 + 4 + 4 + 1  # the connection, runs, slices of each, and debts


def test_watching_what_rests_reads_a_document_for_each_connection(operator: Operator) -> None:
    for number in range(14):
        operator.world.machine.connect("mailchimp", account=f"more {number}")
    operator.ask("sync", "demo", "emailoctopus")
    operator.world.machine.settle()
    operator.world.clock.forward(minutes=10)
    operator.world.machine.deliver(Tick())  # finds that nothing is open
    keep(operator, KEPT)
    stores, documents = counted(operator)
    watch = watching.Watch(stores)
    watch.look()
    assert reads(documents) <= watch.reads
    for _ in range(3):
        assert watch.look() == watching.status(operator.stores)
        assert reads(documents) == 15


def test_watching_tells_what_is_there_at_each_moment_of_a_run(operator: Operator) -> None:
    """Compared with reading everything; what it says it read is never less than what it read."""
    stores, documents = counted(operator)
    watch, machine = watching.Watch(stores, "demo", most=2), operator.world.machine
    most = 0

    def same() -> None:
        nonlocal most
        operator.world.clock.forward(seconds=1)
        reads(documents)
        assert watch.look() == watching.status(operator.stores, "demo", most=2)
        (found,) = watch.look()
        slices = sum(run.slices - run.slices_done for run in found.runs)
        most = max(most, slices)
        reads(documents)
        watch.look()
        owed = sum(each.slices for each in found.owed)
        assert reads(documents) <= min(watch.reads, 1 + 2 + slices + 2 * 2 + max(owed, 1))

    same()
    operator.world.box.faults.add("GET /campaigns", "status", times=None, status=400)
    for request in ("one", "two"):
        machine.bus.publish(SyncRequested("demo", operator.world.connection.id, "operator", request))
        while machine.bus.waiting:
            machine.deliver(machine.bus.waiting.popleft())
            same()
    assert most > 1
    operator.world.box.faults.clear()
    assert operator.type("failures", "retry", "demo")[0] == 0  # a run that had ended goes on
    while machine.bus.waiting:
        same()
        machine.deliver(machine.bus.waiting.popleft())
    same()


def test_the_more_there_is_to_read_the_less_often_it_is_read(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = list[float]()

    class Event:
        def wait(self, seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 2:
                raise KeyboardInterrupt

    monkeypatch.setattr(threading, "Event", Event)
    look = watching.Watch.look

    def costly(self: watching.Watch) -> Any:
        found = look(self)
        self.reads += 5_000 * len(pauses)
        return found

    monkeypatch.setattr(watching.Watch, "look", costly)
    code, out, _ = operator.type("--json", "status", "demo", "--watch")
    assert (code, pauses[0] < 2, pauses[1] > 60) == (0, True, True)
    assert orjson.loads(out)[0]["platform"] == "emailoctopus"
