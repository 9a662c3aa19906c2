"""A call that takes longer than a lease: whoever waits for it keeps the slice, and is not waited for for ever."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from shared import log, model
from shared.clock import SystemClock
from shared.errors import Later, Stale
from shared.http import DEADLINE, Http
from shared.messages import SliceReady
from shared.model import Slice, from_doc
from shared.platforms import platform as platform_named
from shared.sync.heart import Heart
from shared.sync.leases import Held, lease, places_path, renew, still_ours
from shared.vocabulary.wire import Request
from tests.flow.pipeline import Pipeline
from tests.support.memory import Time

COUNTS = {"lists": 1, "contacts": 8, "campaigns": 1}
OCTOPUS = platform_named("emailoctopus")


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())


@pytest.fixture
def world() -> Pipeline:
    return Pipeline("emailoctopus", streams=["lists"], counts=COUNTS)


class Slow(httpx2.BaseTransport):
    """Each answer takes so long, and every ten seconds somebody else comes by who would like the slice."""

    def __init__(self, world: Pipeline, seconds: int) -> None:
        self.world, self.seconds, self.calls = world, seconds, 0
        self.inner = world.machine.extractor.http.inner.transport  # type: ignore[attr-defined]
        self.inside = False

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.calls += 1
        if not self.inside:
            self.inside = True
            for _ in range(self.seconds // 10):
                self.world.clock.forward(seconds=10)
                self.world.machine.ticker.tick()
                for part in self.world.machine.documents.find_all("slices", ("state", "==", model.WORKING)):
                    assert self.world.machine.deliver(SliceReady(part["workspace"], part["id"]))
            self.inside = False
        found: httpx2.Response = self.inner.handle_request(request)
        return found


def slowed(world: Pipeline, seconds: int) -> Slow:
    made = Slow(world, seconds)
    http: Any = world.machine.extractor.http
    object.__setattr__(http.inner, "transport", made)
    object.__setattr__(http.inner, "clock", world.clock)
    http.inner.__dict__.pop("client", None)
    return made


@pytest.mark.parametrize("seconds", [60, 130, 200])
def test_a_page_of_minutes_is_read_once(world: Pipeline, seconds: int) -> None:
    transport = slowed(world, seconds)
    run = world.machine.run(world.machine.sync(world.connection))
    assert run["state"] == "completed"
    parts = [part for part in world.machine.slices(run["id"]) if part["kind"] == "extract"]
    assert transport.calls == sum(part["calls"] for part in parts) == len(parts)
    assert {(part["attempts"], part["fence"]) for part in parts} == {(0, 1)}
    assert not world.differences()


def test_the_place_at_the_connection_is_kept_as_long(world: Pipeline) -> None:
    run = world.machine.planner.runs.begin(world.connection, "operator", "one")
    part = from_doc(Slice, world.machine.slices(run.id)[0])
    documents, clock = world.machine.documents, world.clock
    held = lease(documents, clock, OCTOPUS, part, "slow", 120, 240)
    assert isinstance(held, Held)
    heart = Heart(documents, clock, OCTOPUS, "slow", 120, clock.now() + timedelta(seconds=480), held)
    with clock.every(40, heart.beat):
        for _ in range(47):
            clock.forward(seconds=10)
            workers = documents.get(places_path(OCTOPUS, world.connection.id))["workers"]
            assert workers["slow"] > clock.now()
            assert documents.get(model.path("demo", "slices", part.id))["lease_until"] > clock.now()
    assert isinstance(still_ours(documents.get(model.path("demo", "slices", part.id)), held.slice), Slice)


def test_a_worker_that_hangs_for_good_is_found_out(world: Pipeline) -> None:
    run = world.machine.planner.runs.begin(world.connection, "operator", "one")
    part = from_doc(Slice, world.machine.slices(run.id)[0])
    documents, clock = world.machine.documents, world.clock
    held = lease(documents, clock, OCTOPUS, part, "hung", 120, 240)
    assert isinstance(held, Held)
    heart = Heart(documents, clock, OCTOPUS, "hung", 120, clock.now() + timedelta(seconds=480), held)
    with clock.every(40, heart.beat):
        clock.forward(seconds=601)
    found = lease(documents, clock, OCTOPUS, part, "next", 120, 240)
    assert isinstance(found, Held)
    assert found.slice.attempts == 1


def test_who_lost_its_lease_renews_nothing_and_writes_nothing(world: Pipeline) -> None:
    """Two workers of one slice, the first one frozen: only the number of the lease tells them apart."""
    run = world.machine.planner.runs.begin(world.connection, "operator", "one")
    part = from_doc(Slice, world.machine.slices(run.id)[0])
    documents, clock = world.machine.documents, world.clock
    where = model.path("demo", "slices", part.id)
    frozen = lease(documents, clock, OCTOPUS, part, "frozen", 120, 240)
    clock.forward(seconds=121)
    owner = lease(documents, clock, OCTOPUS, part, "owner", 120, 240)
    assert isinstance(frozen, Held)
    assert isinstance(owner, Held)
    clock.forward(seconds=60)
    before = documents.get(where)
    renew(documents, clock, OCTOPUS, frozen, "frozen", 120)
    assert documents.get(where) == before
    with pytest.raises(Stale):
        still_ours(before, frozen.slice)
    assert still_ours(before, owner.slice).fence == owner.slice.fence
    with pytest.raises(Stale):
        still_ours(None, owner.slice)
    renew(documents, clock, OCTOPUS, owner, "owner", 120)
    assert documents.get(where)["lease_until"] == clock.now() + timedelta(seconds=120)
    documents.set(where, {**documents.get(where), "state": model.PARKED, "lease_until": None})
    renew(documents, clock, OCTOPUS, owner, "owner", 120)
    assert documents.get(where)["lease_until"] is None


def test_a_frozen_worker_fails_nothing_under_its_successor(world: Pipeline) -> None:
    """The platform's answer comes when another one holds the slice, on the same page: it is not failed by it."""
    documents, clock = world.machine.documents, world.clock
    taken: list[Held] = []

    class Frozen(httpx2.BaseTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            clock.moment += timedelta(seconds=500)  # without a beat: the whole process stood still
            (doc,) = documents.find_all("slices", ("state", "==", model.WORKING))
            held = lease(documents, clock, OCTOPUS, from_doc(Slice, doc), "owner", 120, 240)
            assert isinstance(held, Held)
            taken.append(held)
            return httpx2.Response(400, json={"title": "no"})

    http: Any = world.machine.extractor.http
    object.__setattr__(http.inner, "transport", Frozen())
    run = world.machine.planner.runs.begin(world.connection, "operator", "one")
    world.machine.drain()
    (after,) = world.machine.slices(run.id)
    assert (after["state"], after["fence"], after["problem"]) == (model.WORKING, taken[0].slice.fence, None)


# -- the deadline -----------------------------------------------------------------------------------------


def test_an_answer_that_trickles_for_ever_ends_at_the_deadline() -> None:
    clock = Time()

    def trickle() -> Iterator[bytes]:
        yield b"["
        for _ in range(10_000):
            clock.forward(seconds=20)
            yield b" "

    http = Http(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, content=trickle())), clock=clock)
    began = clock.now()
    with pytest.raises(Later) as refusal:
        http.send(OCTOPUS, Request("GET", "https://api.emailoctopus.com/lists"))
    assert refusal.value.code == "timed-out"
    assert clock.now() - began <= DEADLINE + timedelta(seconds=20)


def test_a_worker_ends_before_its_function_is_ended() -> None:
    """Terraform: 540 seconds; 240 of them for following pages, and the last page may begin at their end."""
    assert 240 + DEADLINE.total_seconds() <= 540 - 45  # what is left is for rows, upload and transaction


def test_the_clock_of_a_machine_strikes_beside_the_work_and_stops_with_it() -> None:
    struck = threading.Semaphore(0)
    known = set(threading.enumerate())
    with SystemClock().every(0.001, struck.release):
        for _ in range(3):
            assert struck.acquire(timeout=10)
        (thread,) = set(threading.enumerate()) - known
    thread.join(10)
    assert not thread.is_alive()


def test_a_renewal_that_fails_is_told_and_tried_again(world: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(log, "stream", out)
    run = world.machine.planner.runs.begin(world.connection, "operator", "one")
    part = from_doc(Slice, world.machine.slices(run.id)[0])
    documents, clock = world.machine.documents, world.clock
    held = lease(documents, clock, OCTOPUS, part, "slow", 120, 240)
    assert isinstance(held, Held)

    class Away:
        def transact(self, work: Any) -> Any:
            raise ConnectionError("secret address")

    away: Any = Away()
    heart = Heart(away, clock, OCTOPUS, "slow", 120, clock.now() + timedelta(seconds=480), held)
    with clock.every(40, heart.beat):
        clock.forward(seconds=50)
        assert "a lease was not renewed" in out.getvalue()
        assert "secret address" not in out.getvalue()
        heart.documents = documents
        clock.forward(seconds=50)
    assert documents.get(model.path("demo", "slices", part.id))["lease_until"] >= clock.now() + timedelta(seconds=100)
