"""What a step takes of Firestore, held to the engine: a sync is counted and must be about what is reckoned for it."""

from __future__ import annotations

from collections import Counter

import pytest

from infra.cost.installation import Habits
from shared import model
from tests.cost.counting import Counted
from tests.flow.world import World
from tests.world.machine import Machine

CLOSE = 0.30  # of one sync; over all of them it is less than half of that


def counted(platform: str) -> tuple[Counter[str], Counter[str]]:
    """A second sync, a day after the first: what it did, and what that took."""
    world = World(platform, size=0.2, history_days=60)
    world.sync("first")
    world.clock.forward(hours=24)
    world.renew_access()
    documents = Counted(world.machine.documents)
    machine = Machine(
        world.machine.transport,
        world.warehouse,
        objects=world.machine.objects,
        documents=documents,
        bus=world.machine.bus,
        clock=world.clock,
        keys=world.machine.keys,
    )
    run = machine.run(machine.sync(world.connection, "second"))
    assert run["state"] == "completed", run["problems"]
    took = Counter(documents.counts)
    parts = machine.slices(run["id"])
    batches = world.machine.documents.find_all("batches", ("created_at", ">=", run["started_at"]))
    did = Counter(
        runs=1,
        slices=sum(part["kind"] == "extract" for part in parts),
        calls=sum(part["calls"] for part in parts),
        batches=len(batches),
    )
    return did, took


def reckoned(did: Counter[str]) -> dict[str, float]:
    habits = Habits()
    return {
        "reads": did["runs"] * habits.reads_a_run
        + did["slices"] * habits.reads_a_slice
        + did["calls"] * habits.reads_a_call
        + did["batches"] * habits.reads_a_batch,
        "writes": did["runs"] * habits.writes_a_run
        + did["calls"] * habits.writes_a_call
        + did["batches"] * habits.writes_a_batch,
    }


def test_a_sync_takes_about_what_is_reckoned_for_it() -> None:
    whole_took, whole_reckoned = Counter[str](), Counter[str]()
    for platform in ("emailoctopus", "mailchimp", "google_ads", "shopify", "meta_ads", "klaviyo"):
        did, took = counted(platform)
        assert did["batches"] > 0
        for kind, expected in reckoned(did).items():
            assert expected == pytest.approx(took[kind], rel=CLOSE), (platform, kind, did, took)
            whole_took[kind] += took[kind]
            whole_reckoned[kind] += round(expected)
    for kind, count in whole_took.items():
        if kind in whole_reckoned:
            assert whole_reckoned[kind] == pytest.approx(count, rel=CLOSE / 2), kind


def test_a_tick_with_nothing_to_do_takes_four_reads() -> None:
    world = World("emailoctopus", counts={"lists": 1, "contacts": 2, "campaigns": 1})
    world.sync("first")
    world.machine.documents.set(
        model.path("demo", "connections", world.connection.id),
        {**model.to_doc(world.connection), "next_sync_at": None},
    )
    documents = Counted(world.machine.documents)
    world.machine.ticker.__class__(documents, world.machine.bus, world.clock).tick()
    assert documents.counts == {"reads": Habits().reads_a_tick}
