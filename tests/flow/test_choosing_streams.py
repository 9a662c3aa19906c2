"""A stream that is switched off keeps its rows and owes nothing any more; one that is switched on is read whole once,
also where that happens in the middle of a sync."""

from __future__ import annotations

from typing import Any

from shared import model
from shared.messages import SyncRequested
from shared.states import RunState
from tests.flow.outages import Outage, outages
from tests.flow.pipeline import Pipeline

COUNTS = {"lists": 2, "contacts": 6, "campaigns": 4, "recipients": 3}
CHILD = "campaign_contact_reports"


def world() -> Pipeline:
    return Pipeline("emailoctopus", counts=COUNTS)


def change(made: Pipeline, **fields: Any) -> None:
    where = model.path("demo", "connections", made.connection.id)
    made.machine.documents.set(where, {**made.machine.documents.get(where), **fields})


def later(made: Pipeline, request: str) -> dict[str, Any]:
    made.clock.forward(hours=8)
    (run,) = made.sync(request)
    return run


def there(made: Pipeline, table: str) -> int:
    return sum(1 for row in made.rows()[table] if not row.get("_deleted_at"))


def test_what_is_switched_off_keeps_its_rows_and_its_debts_end() -> None:
    made = world()
    outage = outages(made)
    outage.under_way.append(Outage(CHILD))
    assert made.sync()[0]["state"] == RunState.PARTLY
    assert made.machine.documents.find("workspaces/demo/debts")
    outage.under_way.clear()
    held = there(made, "emailoctopus_campaign_links")
    assert held
    change(made, streams_without=[CHILD, "campaign_links"])
    run = later(made, "second")
    assert run["state"] == RunState.COMPLETED
    assert not {CHILD, "campaign_links"} & {part["stream"] for part in made.machine.slices(run["id"])}
    assert there(made, "emailoctopus_campaign_links") == held
    assert not made.machine.documents.find("workspaces/demo/debts")
    change(made, streams_without=[])
    assert later(made, "third")["state"] == RunState.COMPLETED
    assert not made.differences()


def test_what_is_switched_on_in_the_middle_of_a_sync_is_the_next_ones_matter() -> None:
    """That this sync saw nothing of it must mark nothing, whether it hangs on another stream or stands alone."""
    made = world()
    made.sync()
    held = {name: there(made, name) for name in ("emailoctopus_list_tags", "emailoctopus_campaigns")}
    assert all(held.values())
    off = ["list_tags", "campaigns", "campaign_summary", "campaign_links", CHILD]
    change(made, streams_without=off, seen={})
    machine = made.machine
    made.clock.forward(hours=8)
    machine.bus.publish(SyncRequested("demo", made.connection.id, "operator", "second"))
    machine.deliver(machine.bus.waiting.popleft())
    change(made, streams_without=[])
    machine.settle()
    run = machine.run(model.stable_id(made.connection.id, "operator", "second"))
    assert run["state"] == RunState.COMPLETED, run["problems"]
    assert {name: there(made, name) for name in held} == held
    assert later(made, "third")["state"] == RunState.COMPLETED
    assert not made.differences()


def test_what_is_switched_off_in_the_middle_of_a_sync_is_read_by_it_to_its_end() -> None:
    """The cursor of its parent says that it was."""
    made = world()
    machine = made.machine
    machine.bus.publish(SyncRequested("demo", made.connection.id, "operator", "first"))
    machine.deliver(machine.bus.waiting.popleft())
    change(made, streams_without=[CHILD])
    machine.settle()
    assert machine.run(model.stable_id(made.connection.id, "operator", "first"))["state"] == RunState.COMPLETED
    assert not made.differences()
