"""A sync that was stopped in every state that a dead letter may find it in, and what must hold afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from typing import Any

import pytest

from shared import model
from shared.messages import SliceReady, SyncRequested, TableReady, encode
from shared.model import to_doc
from shared.states import PageState, RunState, SliceState
from shared.sync.second_chance import Retrier
from tests.flow.pages import small_pages
from tests.flow.pipeline import Pipeline
from tests.support.machine import Machine
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryObjects
from tests.support.warehouse import MemoryWarehouse

STREAM, TABLE = "lists", "emailoctopus_lists"
ROWS, PAGES = 11, 3
HALF_READ = (SliceState.READY, "at work", "left", SliceState.PARKED)  # a slice before its last page
READ = (SliceState.STAGED,)
TABLES = ("none", "free", "at work", "left", "waits for BigQuery", "batch gone")
TOPICS = (SliceReady.topic, TableReady.topic)


@dataclass(frozen=True)
class Moment:
    """A sync that was stopped; nothing is loaded yet."""

    world: Pipeline
    docs: dict[str, Any]
    clock: Any
    slice: str
    run: str


def stopped(whole: bool) -> Moment:
    """With all pages of one slice read, or all but the last."""
    with pytest.MonkeyPatch.context() as patch:
        small_pages(patch, 4)
        world = Pipeline("emailoctopus", streams=[STREAM], counts={"lists": ROWS, "contacts": 1, "campaigns": 1})
        machine = world.machine
        object.__setattr__(machine.extractor, "work_seconds", 0)
        machine.planner.handle(SyncRequested("demo", world.connection.id, "operator", "first"), "m")
        machine.bus.waiting.clear()
        run = model.stable_id(world.connection.id, "operator", "first")
        while True:
            for part in machine.slices(run):
                if part["stream"] == STREAM and part["page"] >= PAGES - (not whole):
                    assert (part["state"] == SliceState.STAGED) == whole, part
                    return Moment(world, machine.documents.docs, world.clock.now(), part["id"], run)
            ready = [part for part in machine.slices(run) if part["state"] == SliceState.READY]
            machine.deliver(SliceReady("demo", ready[0]["id"]))
            machine.bus.waiting.clear()


@cache
def moment(whole: bool) -> Moment:
    return stopped(whole)


@dataclass(frozen=True)
class Case:
    state: str  # of the slice
    pages: tuple[str, ...]
    table: str
    batch: bool  # it holds the pages that are not loaded

    def __str__(self) -> str:
        return f"{self.state}, {'/'.join(self.pages)}, table {self.table}{', with a batch' if self.batch else ''}"


def cases() -> Iterator[Case]:
    for state in (*HALF_READ, *READ):
        count = PAGES if state in READ else PAGES - 1
        for pages in sorted(
            {tuple(sorted(found)) for found in product((PageState.WAITING, PageState.LOADED), repeat=count)}
        ):
            if state in READ and set(pages) == {PageState.LOADED}:
                continue  # that closes a slice
            for table in TABLES:
                batch = table in ("at work", "left", "waits for BigQuery")
                if not batch or PageState.WAITING in pages:
                    yield Case(state, pages, table, batch)


def set_up(case: Case) -> tuple[Machine, Moment]:
    """That moment, on a machine of its own."""
    told = moment(case.state in READ)
    clock, objects = told.world.clock, MemoryObjects()
    clock.forward(minutes=1)  # the platform's own clock, which counts calls by the minute
    gone = clock.now() - told.clock
    held = {path: {name: _later(value, gone) for name, value in doc.items()} for path, doc in told.docs.items()}
    objects.held = dict(told.world.machine.objects.held)
    machine = Machine(
        told.world.machine.transport,
        MemoryWarehouse(objects),
        objects=objects,
        documents=_filled(held),
        bus=MemoryBus(),
        clock=clock,
    )
    machine.keys.value = told.world.keys.value
    docs, now = machine.documents.docs, clock.now()
    ours = sorted(path for path, doc in docs.items() if "/pages/" in path and doc["slice"] == told.slice)
    assert len(ours) == len(case.pages)
    for path, state in zip(ours, case.pages, strict=True):
        docs[path]["state"] = state
    part = docs[model.path("demo", "slices", told.slice)]
    lease = {"at work": timedelta(seconds=100), "left": timedelta(seconds=-1)}.get(case.state)
    part["state"] = SliceState.WORKING if lease is not None else case.state
    part["lease_until"] = now + lease if lease is not None else None
    part["not_before"] = now + timedelta(minutes=5) if case.state == SliceState.PARKED else None
    part["loaded"] = case.pages.count(PageState.LOADED)
    waiting = [
        path.rsplit("/", 1)[1] for path, state in zip(ours, case.pages, strict=True) if state == PageState.WAITING
    ]
    rest = {"at work": timedelta(seconds=500), "left": timedelta(seconds=-1), "waits for BigQuery": timedelta(0)}
    if case.table != "none":
        batch = "batch" if case.table not in ("none", "free") else ""
        leased = now + rest[case.table] if case.batch else None
        table = model.Table(TABLE, "demo", batch, leased, 4, int(case.table in ("at work", "left")))
        docs[model.path("demo", "tables", TABLE)] = to_doc(table)
    if case.batch:
        listed = model.Batch("batch", "demo", TABLE, waiting, created_at=now)
        docs[model.path("demo", "batches", "batch")] = to_doc(listed)
    return machine, told


def _filled(docs: dict[str, Any]) -> MemoryDocuments:
    made = MemoryDocuments()
    for path, doc in docs.items():
        made.set(path, doc)
    return made


def _later(value: Any, delta: timedelta) -> Any:
    return value + delta if isinstance(value, datetime) else value


def dead(machine: Machine, told: Moment, topic: str) -> None:
    message = SliceReady("demo", told.slice) if topic == SliceReady.topic else TableReady("demo", TABLE)
    machine.failures.record(topic, encode(message))


def retried(machine: Machine, run: str) -> int:
    retrier = Retrier(machine.documents, machine.bus, machine.clock)
    failed = [part["id"] for part in machine.slices(run) if part["state"] == SliceState.FAILED]
    assert all(retrier.retry("demo", name) for name in failed)
    return len(failed)


CASES = list(cases())


def walk(case: Case, topics: tuple[str, ...]) -> list[str]:
    """What is wrong after dead letters, and after what failed was tried again."""
    machine, told = set_up(case)
    before = {path: dict(doc) for path, doc in machine.documents.docs.items()}
    for topic in topics:
        dead(machine, told, topic)
    where = model.path("demo", "slices", told.slice)
    wrong = []
    fails = (case.state == "left" and SliceReady.topic in topics) or (
        case.table == "left" and case.batch and TableReady.topic in topics
    )
    if not fails and dict(machine.documents.docs) != before:
        wrong.append("something was done although nothing was left behind")
    if fails and machine.documents.docs[where]["state"] != SliceState.FAILED:
        wrong.append("what was left behind did not fail")
    for _ in range(2):
        try:
            machine.settle(minutes=60)
        except AssertionError as still:
            return [*wrong, str(still)]
        retried(machine, told.run)  # as a person does, who sees that something failed
    wrong += machine.inconsistencies()
    if machine.run(told.run)["state"] != RunState.COMPLETED:
        wrong.append(f"the run ended as {machine.run(told.run)['state']}")
    closed = machine.documents.docs[where]
    if closed["loaded"] != closed["to_load"]:
        wrong.append(f"loaded {closed['loaded']} of {closed['to_load']}")
    return wrong
