"""Killed as in test_crash.py; but before the message comes again, something else happens. And killed where a replay is
planned, where debts are written, and where a failed slice gets another chance."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx2
import pytest

from shared import log, model
from shared.http import Http
from shared.messages import Message, SyncRequested, Tick
from shared.oauth import links
from shared.oauth.connect import ConnectionWriter
from shared.states import SliceState
from shared.sync.second_chance import Retrier
from tests.flow.clients import account_of
from tests.flow.keys import granted
from tests.flow.looks import left
from tests.flow.outages import Outage, Outages, outages
from tests.flow.pipeline import TINY, Pipeline
from tests.support.branching import Branching, live
from tests.support.faults import Killed
from tests.support.memory import MemoryVault

pytestmark = pytest.mark.slow

THOROUGH = bool(os.environ.get("TRIBUTARY_THOROUGH"))  # `make chaos`: every side effect, not every few
STRIDE = 1 if THOROUGH else 13
STREAMS = {"emailoctopus": ["contacts", "campaign_summary"], "mailchimp": ["list_members", "reports", "sent_to"]}
CHILD = {"emailoctopus": "campaign_summary", "mailchimp": "sent_to"}
Act = Callable[[Pipeline], None]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())


# -- what happens in between ----------------------------------------------------------------------------


def another_run(world: Pipeline) -> None:
    world.machine.deliver(SyncRequested("demo", world.connection.id, "operator", "another"))


def a_schedule(world: Pipeline) -> None:
    world.machine.deliver(SyncRequested("demo", world.connection.id, "schedule", "daily"))


def a_replay(world: Pipeline) -> None:
    world.machine.deliver(SyncRequested("demo", world.connection.id, "replay", "again"))


def the_tick(world: Pipeline) -> None:
    """More than once, and after the lease of whoever was killed."""
    for _ in range(3):
        world.clock.forward(minutes=3)
        world.machine.deliver(Tick())


def connected_again(world: Pipeline) -> None:
    http, connection = Http(transport=httpx2.WSGITransport(app=world.box.wsgi)), world.connection
    connector = ConnectionWriter(world.machine.documents, MemoryVault(), world.machine.bus, http, world.clock)
    _, link = links.create(world.machine.documents, world.clock, "demo", world.platform)
    access = granted(world.connector, world.box, world.clock.now())
    connector.connect(world.connector, link, access, [account_of(connection)], "again")


ACTS: dict[str, Act] = {
    "another run": another_run,
    "a schedule": a_schedule,
    "a replay": a_replay,
    "the tick": the_tick,
    "connected again": connected_again,
}


def in_between(world: Pipeline, act: Act) -> None:
    """Once, right after the kill, before anything is delivered again."""
    deliver, fate = world.machine.deliver, world.machine.fate
    done: list[bool] = []

    def delivered(message: Message, attempt: int = 1) -> bool:
        fine = deliver(message, attempt)
        if not fine and fate.killed and not done:
            done.append(True)
            act(world)
        return fine

    world.machine.deliver = delivered  # type: ignore[method-assign]


# -- lives that are killed --------------------------------------------------------------------------------


@dataclass
class Killing:
    """A world in which a worker is killed at one side effect."""

    platform: str
    fate: Branching
    again: bool = False  # a run that had ended was taken up again

    def __post_init__(self) -> None:
        self.world = Pipeline(
            self.platform, self.fate, streams=STREAMS[self.platform], counts={**TINY[self.platform], "campaigns": 4}
        )
        self.outages: Outages = outages(self.world)

    def sync(self, request: str, reason: str = "operator") -> dict[str, object]:
        self.world.renew_access()
        return self.world.machine.run(self.world.machine.sync(self.world.connection, request, reason))

    def out_of_order(self) -> None:
        """One stream is, until a sync has ended without it."""
        self.outages.under_way.append(Outage(CHILD[self.platform]))

    def well_again(self) -> None:
        self.outages.under_way.clear()
        self.world.clock.forward(hours=8)


def synced(killing: Killing) -> None:
    killing.fate.arm()
    killing.sync("first")


def replayed(killing: Killing) -> None:
    killing.sync("first")
    killing.fate.arm()
    killing.sync("again", "replay")


def owing(killing: Killing) -> None:
    """Killed while a run ends of which a stream failed."""
    killing.out_of_order()
    killing.fate.arm()
    killing.sync("first")
    killing.well_again()


def retried(killing: Killing) -> None:
    killing.out_of_order()
    killing.sync("first")
    killing.well_again()
    killing.again, machine = True, killing.world.machine
    failed = machine.documents.find("workspaces/demo/slices", ("state", "==", SliceState.FAILED))
    retrier = Retrier(machine.planner.documents, machine.planner.bus, machine.planner.clock)
    killing.world.renew_access()
    killing.fate.arm()
    for part in failed:
        for _ in range(2):  # whoever sees it break off asks once more
            try:
                retrier.retry("demo", part["id"])
                break
            except Killed:
                continue
    machine.settle()


LIVES: dict[str, Callable[[Killing], None]] = {
    "a sync": synced,
    "a replay": replayed,
    "what is owed": owing,
    "another chance": retried,
}


def ends_well(killing: Killing) -> None:
    """One more sync, and all is there; and a while later nothing is open."""
    world = killing.world
    world.clock.forward(hours=8)
    world.box.change()
    for request in ("second", "third"):
        run = killing.sync(request)
        assert run["state"] in {"completed", "partly"}
        world.clock.forward(hours=1)
    found = world.differences()
    assert not found, found
    if not killing.again:  # a run that is taken up again is told of again
        assert not world.wrongly_told()
    for _ in range(15):
        if not left(world.machine):
            break
        world.machine.bus.publish(Tick())
        world.machine.drain()
        world.clock.forward(minutes=1)
    assert not left(world.machine), left(world.machine)


@pytest.mark.parametrize("platform", sorted(STREAMS))
@pytest.mark.parametrize("act", ACTS)
def test_something_else_happens_before_the_message_comes_again(platform: str, act: str) -> None:
    number = list(ACTS).index(act)

    def life(fate: Branching) -> None:
        killing = Killing(platform, fate)
        in_between(killing.world, ACTS[act])
        synced(killing)
        if fate.killed:
            ends_well(killing)

    live(life, lambda at: [bool((at + number) % 2)] if at % STRIDE == number % STRIDE else [], armed=False)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("platform", sorted(STREAMS))
@pytest.mark.parametrize("life", [life for life in LIVES if life != "a sync"])
def test_killed_where_it_is_rare(life: str, platform: str, before: bool) -> None:
    stride = min(STRIDE, 3) if life == "a replay" else STRIDE

    def lived(fate: Branching) -> None:
        killing = Killing(platform, fate)
        LIVES[life](killing)
        if fate.killed:
            ends_well(killing)

    live(lived, lambda at: [] if at % stride else [before], armed=False)


def test_a_run_of_which_only_the_plan_was_written_is_planned_by_the_tick() -> None:
    """The message that was killed never comes again."""
    for at in range(3):
        world = Killing("emailoctopus", Branching(at, before=False)).world
        assert not world.machine.deliver(SyncRequested("demo", world.connection.id, "operator", "first"))
        began = world.clock.now()
        world.machine.settle(30)
        assert world.clock.now() - began < timedelta(minutes=10)
        run = world.machine.run(model.stable_id(world.connection.id, "operator", "first"))
        assert run["state"] == "completed"
        assert not world.differences()
