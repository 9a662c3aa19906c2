"""A sync of a platform, played with the times that calls and batches take, and counted."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from infra.cost.installation import FUNCTIONS, Habits
from infra.cost.usage import Sync, planned
from shared import model
from shared.messages import Message, SliceReady, SyncRequested, TableReady
from shared.states import RunState
from shared.sync.forecast import daily_sync
from shared.sync.sizes import seen
from tests.cost.counting import Counted
from tests.flow.pipeline import Pipeline
from tests.support.together import Delivered, Together

SIZE, DAYS_BACK = 0.05, 20  # small accounts, and days as far back as a daily sync looks
FILLED = 0.6  # of the places; https://cloud.google.com/run/docs/about-instance-autoscaling, told, 2026-11
Work = tuple[timedelta, timedelta]  # from when to when, since the sync began


@dataclass(frozen=True)
class Played:
    platform: str
    counts: Counter[str]
    loads: Counter[str]  # batches of rows, by table
    slices: Counter[str]  # by table
    work: dict[type[Message], list[Work]]
    reckoned: Sync


@cache
def played(platform: str) -> Played:
    """A second sync, a day after the first, of which only the second takes its time."""
    world = Pipeline(platform, size=SIZE, history_days=DAYS_BACK)
    world.sync("first")
    world.clock.forward(hours=24)
    world.renew_access()
    documents, staged, began = Counted(world.machine.documents), len(world.machine.objects.held), world.clock.now()
    together = Together(
        world.transport,
        world.warehouse,
        objects=world.machine.objects,
        documents=documents,
        bus=world.machine.bus,
        clock=world.clock,
        keys=world.machine.keys,
    )
    machine = together.machine
    machine.bus.publish(SyncRequested(world.workspace, world.connection.id, "operator", "second"))
    together.settle()
    run = machine.run(model.stable_id(world.connection.id, "operator", "second"))
    assert run["state"] == RunState.COMPLETED, run["problems"]
    batches = world.machine.documents.find_all("batches", ("created_at", ">=", began))
    parts = [part for part in machine.slices(run["id"]) if part["kind"] == "extract"]
    counts = Counter(
        slices=len(parts),
        calls=sum(part["calls"] for part in parts),
        objects=len(world.machine.objects.held) - staged,
        batches=len(batches),
        requests=len(together.deliveries),
        reads=documents.counts["reads"],
        writes=documents.counts["writes"],
    )
    return Played(
        platform,
        counts,
        Counter(batch["table"] for batch in batches if batch["rows"]),
        Counter(world.connector.table(part["stream"]) for part in parts),
        {kind: _work(together.deliveries, kind, began) for kind in (SliceReady, TableReady)},
        _reckoned(world),
    )


def _reckoned(world: Pipeline) -> Sync:
    """Of an account as large as this one turned out to be."""
    known = seen(world.machine.documents, world.connection)
    return planned(
        world.connector, daily_sync(world.connector, world.connection, [], known, world.clock.now()), known, Habits()
    )


def _work(deliveries: Iterable[Delivered], kind: type[Message], began: datetime) -> list[Work]:
    return [
        (each.began - began, each.ended - began)
        for each in deliveries
        if isinstance(each.message, kind) and each.ended > each.began
    ]


def instance_seconds(function: str, work: Iterable[Work]) -> float:
    """Seconds of instances that are charged: at each moment as many as Cloud Run has for what is at work then."""
    places, steps = FUNCTIONS[function].full * FILLED, Counter[timedelta]()
    for began, ended in work:
        steps[began] += 1
        steps[ended] -= 1
    total, at_work, before = 0.0, 0, timedelta()
    for moment in sorted(steps):
        total += math.ceil(at_work / places) * (moment - before).total_seconds()
        at_work, before = at_work + steps[moment], moment
    return total
