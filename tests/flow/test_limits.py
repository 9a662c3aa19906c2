"""What the platforms allow is used, and never overstepped; who must wait waits in a document, not in a process."""

from __future__ import annotations

import heapq
import io
import random
from bisect import bisect_left
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx2
import pytest

from shared import log, model
from shared.clock import LONGEST_PAUSE
from shared.errors import Later
from shared.messages import SliceReady, SyncRequested
from shared.model import Slice, from_doc
from shared.platforms import platform as platform_named
from shared.states import Reason, SliceState
from shared.stores.ports import Doc
from shared.sync.budgets import Allowed, Budget, budget_path, free_place
from shared.sync.leases import LeasedSlice, lease, leave
from shared.vocabulary.paging import Report
from shared.vocabulary.platform import Limits, Platform
from shared.vocabulary.statuses import stated_rest
from shared.vocabulary.wire import Answer
from tests.flow.pages import small_pages
from tests.flow.pipeline import TELLING, TINY, Pipeline
from tests.support.memory import MemoryDocuments, Time

pytestmark = pytest.mark.slow

CONTACT, OCTOPUS, MAILCHIMP = map(platform_named, ("constant_contact", "emailoctopus", "mailchimp"))
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())


# -- several workers, one allowance -----------------------------------------------------------------------


@dataclass
class PageResult:
    """The clock of whoever's turn it is: a pause says when that worker goes on, and time passes for all alike."""

    moment: datetime = NOON
    goes_on: datetime = NOON
    longest: float = 0.0

    def now(self) -> datetime:
        return self.moment

    def pause(self, seconds: float) -> None:
        self.longest = max(self.longest, seconds)
        self.goes_on = self.moment + timedelta(seconds=max(seconds, 0.0))


@dataclass
class Crew:
    """Workers, each with its own handful of grants, who make calls as fast as they are let."""

    platform: Platform
    workers: int
    slowness: float  # seconds that a call takes, on average
    seed: int
    connections: int = 1
    clock: PageResult = field(default_factory=PageResult)
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    calls: list[float] = field(default_factory=list)  # seconds since noon
    waits: list[Later] = field(default_factory=list)

    def work(self, seconds: float, answered: Callable[[Budget], None] = lambda budget: None) -> None:
        dice = random.Random(self.seed)
        crew = [
            Budget(self.documents, self.clock, self.platform, f"connection {number % self.connections}")
            for number in range(self.workers)
        ]
        waiting = [(self.clock.now() + timedelta(seconds=dice.random()), number) for number in range(self.workers)]
        heapq.heapify(waiting)
        while (NOON + timedelta(seconds=seconds)) > waiting[0][0]:
            self.clock.moment, number = heapq.heappop(waiting)
            self.clock.goes_on = self.clock.moment
            try:
                crew[number].take()
            except Later as wait:
                self.waits.append(wait)
                again = wait.not_before or NOON
                if again <= self.clock.now():
                    raise AssertionError(f"told to wait until now: {wait}") from None
                heapq.heappush(waiting, (again, number))
                continue
            called = self.clock.goes_on
            self.calls.append((called - NOON).total_seconds())
            self.clock.moment = called
            answered(crew[number])
            heapq.heappush(waiting, (called + timedelta(seconds=dice.expovariate(1 / self.slowness)), number))

    def most_within(self, seconds: float) -> int:
        """The most calls in any stretch of this length."""
        times = sorted(self.calls)
        return max(bisect_left(times, start + seconds) - place for place, start in enumerate(times))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("workers", "slowness"), [(1, 0.02), (2, 0.2), (4, 0.5), (8, 1.0), (12, 0.3)])
def test_four_calls_a_second_and_never_five(workers: int, slowness: float, seed: int) -> None:
    """Constant Contact counts all connections of our app together, in any second."""
    crew = Crew(CONTACT, workers, slowness, seed, connections=3)
    crew.work(120)
    assert crew.most_within(1.0) <= 4
    assert crew.most_within(60.0) <= 240
    if workers / slowness > 10:  # enough of them to use it
        assert len(crew.calls) >= 0.95 * 4 * 120 - 4
    assert crew.clock.longest <= LONGEST_PAUSE


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("workers", "slowness"), [(1, 0.02), (2, 0.1), (4, 0.2), (8, 0.4), (12, 1.0)])
def test_a_bucket_of_a_hundred_and_ten_calls_a_second(workers: int, slowness: float, seed: int) -> None:
    """EmailOctopus: as many at once as the bucket holds, and then as many as drip in; never one more."""
    crew = Crew(OCTOPUS, workers, slowness, seed)
    crew.work(120)
    for seconds in (0.5, 1.0, 2.0, 5.0, 10.0, 60.0):
        assert crew.most_within(seconds) <= 100 + 10 * seconds
    if workers / slowness > 15:
        assert len(crew.calls) >= 0.95 * 10 * 120
    assert crew.clock.longest <= LONGEST_PAUSE


def test_whoever_is_too_many_is_parked_and_not_asleep() -> None:
    crew = Crew(CONTACT, 30, 0.1, 1)
    crew.work(60)
    assert {wait.code for wait in crew.waits} == {"pacing"}
    assert all(not wait.counts for wait in crew.waits)
    assert crew.clock.longest <= LONGEST_PAUSE
    assert crew.most_within(1.0) <= 4
    assert len(crew.calls) >= 0.95 * 4 * 60 - 4


def test_workers_that_look_at_the_same_moment_take_a_lane_each() -> None:
    """At the beginning of a run all see the same lane as the best. Who queues there is parked, with others free."""

    class AllLookedBefore(MemoryDocuments):
        def get_many(self, paths: Sequence[str]) -> list[Doc | None]:
            look_at_all_lanes = len(paths) > 1
            return [None] * len(paths) if look_at_all_lanes else super().get_many(paths)

    clock, documents = PageResult(), AllLookedBefore()
    calls = []
    for number in range(4):
        Budget(documents, clock, CONTACT, f"connection {number}").take()
        calls.append(clock.goes_on - NOON)
    assert len(set(calls)) == 4
    assert max(calls) <= timedelta(seconds=4 / 3.82)


def test_an_account_has_its_own_allowance_and_an_app_one_for_all() -> None:
    ours = Crew(replace(OCTOPUS, limits=replace(OCTOPUS.limits, burst=1)), 6, 0.05, 1, connections=3)
    ours.work(30)
    assert len(ours.calls) >= 3 * 0.95 * 10 * 30 - 30
    assert {path.rpartition("/")[2] for path in ours.documents.docs} == {
        f"emailoctopus.connection {number}" for number in range(3)
    }
    together = Crew(CONTACT, 6, 0.05, 1, connections=3)
    together.work(30)
    assert len(together.calls) <= 4 * 30 + 4
    lanes = {f"budgets/constant_contact.lane{lane}" for lane in range(4)}
    assert set(together.documents.docs) == {"budgets/constant_contact", *lanes}


def test_workers_of_a_crash_cost_a_few_calls_and_nothing_else() -> None:
    """A handful of grants that nobody uses is lost, and the pace of the others stays."""
    crew = Crew(OCTOPUS, 4, 0.1, 1)
    crew.work(30)
    for _ in range(3):
        with suppress(Later):
            Budget(crew.documents, crew.clock, OCTOPUS, "connection 0").take()
    before = len(crew.calls)
    crew.work(60)
    assert len(crew.calls) - before >= 0.9 * 10 * 30
    assert crew.most_within(10.0) <= 200


# -- a day ------------------------------------------------------------------------------------------------


def test_the_calls_of_a_day_end_and_begin_again_at_midnight() -> None:
    small = replace(CONTACT, limits=replace(CONTACT.limits, per_day=50))
    crew = Crew(small, 3, 0.1, 1)
    crew.work(13 * 3600)
    midnight = 12 * 3600
    assert len([at for at in crew.calls if at < midnight]) == 50
    assert len([at for at in crew.calls if at >= midnight]) == 50
    last = [wait for wait in crew.waits if wait.code == "daily-allowance"]
    assert {wait.not_before for wait in last} == {NOON + timedelta(hours=12), NOON + timedelta(hours=36)}
    assert all(wait.sentence.endswith("midnight UTC.") for wait in last)


def test_ten_thousand_a_day_and_not_one_more() -> None:
    time, documents = Time(NOON), MemoryDocuments()
    budget = Budget(documents, time, CONTACT, "c")
    for _ in range(10_000):
        budget.take()
    with pytest.raises(Later) as refusal:
        budget.take()
    assert refusal.value.code == "daily-allowance"
    assert time.now() < NOON + timedelta(hours=1)


# -- refusals ---------------------------------------------------------------------------------------------


def answer(**headers: str) -> Answer:
    return Answer(429, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("1.5", 1.5),
        ("86400", 86_400),
        ("999999999", 86_400),
        ("inf", 86_400),
        ("nan", None),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("Tue, 01 Sep 2026 12:01:30 GMT", 90),
        ("Tuesday, 01-Sep-26 12:01:30 GMT", 90),  # the older ways of writing it, which RFC 9110 asks us to read
        ("Tue Sep  1 12:01:30 2026", 90),
        ("Tue, 01 Sep 2026 11:00:00 GMT", 0),  # it is over
        ("Wed, 21 Oct 2026 07:28:00 GMT", 86_400),  # absurd, as a number of such size is
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("Mon, 01 Jan 0001 00:00:00 GMT", 0),
        ("Tue, 99 Sep 2026 12:01:30 GMT", None),
    ],
)
def test_the_rest_that_is_stated_is_kept(said: str, seconds: float | None) -> None:
    found = stated_rest(answer(retry_after=said), ("x-other", "Retry-After"), NOON)
    assert found == (None if seconds is None else NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize("platform", [CONTACT, OCTOPUS, MAILCHIMP], ids=lambda platform: platform.name)
@pytest.mark.parametrize(("header", "rest"), [({"retry_after": "90"}, 90), ({}, None)], ids=["told", "not told"])
def test_a_refusal_of_one_worker_is_known_to_all(platform: Platform, header: dict[str, str], rest: int | None) -> None:
    time, documents = Time(NOON), MemoryDocuments()
    unlucky, others = Budget(documents, time, platform, "c"), [Budget(documents, time, platform, "c") for _ in range(3)]
    unlucky.take()
    until = unlucky.refused(Later("limited", f"{platform.title} asks us to slow down."), answer(**header))
    assert until == time.now() + (timedelta(seconds=rest) if rest else platform.limits.default_pause)
    for budget in (unlucky, *others):
        with pytest.raises(Later) as wait:
            budget.take()
        assert (wait.value.code, wait.value.not_before, wait.value.counts) == ("limited", until, False)
        assert wait.value.sentence == f"{platform.title} asks us to slow down."
    time.moment = until
    for budget in others:
        budget.take()


def test_an_answer_that_tells_everybody_to_rest_is_believed() -> None:
    """Usage told in a body or in a header of the platform's own: on success as well as on refusal."""

    def stated_pause(answer: Answer) -> timedelta | None:
        return timedelta(minutes=5) if answer.headers.get("x-usage") == "97" else None

    time, documents = Time(NOON), MemoryDocuments()
    platform = replace(OCTOPUS, limits=replace(OCTOPUS.limits, stated_pause=stated_pause))
    first, second = Budget(documents, time, platform, "c"), Budget(documents, time, platform, "c")
    first.learn(Answer(200, {"x-usage": "10"}, b""))
    second.take()
    first.learn(Answer(200, {"x-usage": "97"}, b""))
    with pytest.raises(Later) as wait:
        Budget(documents, time, platform, "c").take()
    assert wait.value.not_before == time.now() + timedelta(minutes=5)
    assert first.refused(Later("limited", "Slow down."), Answer(429, {"x-usage": "97"}, b"")) == wait.value.not_before


def test_a_group_of_streams_has_its_own_allowance() -> None:
    reports = Limits(per_second=1 / 30, per_day=225)
    platform = replace(OCTOPUS, allowances={"reports": reports})
    time, documents = Time(NOON), MemoryDocuments()
    allowed = Allowed(documents, time, platform, "c")
    plain = platform.streams[0]
    report = replace(plain, allowance="reports")
    allowed.of(report).take()
    with pytest.raises(Later, match="pacing"):
        allowed.of(report).take()
    allowed.of(plain).take()
    assert allowed.of(plain) is allowed.of(plain)
    assert allowed.of(report).path != allowed.of(plain).path
    allowed.of(report).refused(Later("limited", "Slow down."), answer(retry_after="60"))
    allowed.of(plain).take()


def test_only_asking_for_a_report_draws_on_the_allowance_for_reports() -> None:
    platform = replace(OCTOPUS, allowances={"reports": Limits(per_second=0.5)})
    allowed = Allowed(MemoryDocuments(), Time(NOON), platform, "c")
    made = Report("id", "/reports/{report}", "state", frozenset({"done"}), frozenset(), file="url")
    report = replace(platform.streams[0], allowance="reports", pages=made)
    asking, looking = allowed.of(report, {"at": {}}), allowed.of(report, {"at": {"report": "r1", "polls": 0}})
    assert asking is allowed.of(report)
    assert looking is allowed.of(replace(report, allowance=""))


def test_a_shorter_refusal_does_not_shorten_a_longer_one() -> None:
    time, documents = Time(NOON), MemoryDocuments()
    budget = Budget(documents, time, OCTOPUS, "c")
    long = budget.refused(Later("limited", "Slow down."), answer(retry_after="300"))
    budget.refused(Later("limited", "Slow down."), answer(retry_after="1"))
    with pytest.raises(Later) as wait:
        budget.take()
    assert wait.value.not_before == long


def test_a_handful_that_was_granted_before_a_refusal_is_all_that_others_still_use() -> None:
    time, documents = Time(NOON), MemoryDocuments()
    first, second = Budget(documents, time, OCTOPUS, "c"), Budget(documents, time, OCTOPUS, "c")
    second.take()
    first.refused(Later("limited", "Slow down."), answer(retry_after="60"))
    used = list[datetime]()
    with suppress(Later):
        while len(used) < 100:
            second.take()
            used.append(time.now())
    assert len(used) <= 5


@pytest.mark.parametrize("left", [0, 1, 10, 20])
def test_a_header_that_says_less_is_believed(left: int) -> None:
    """Somebody else uses the same key: the platform knows better than we do what is left."""
    time, documents = Time(NOON), MemoryDocuments()
    budget = Budget(documents, time, OCTOPUS, "c")
    budget.take()
    budget.learn(answer(x_ratelimiting_remaining=str(left)))
    budget.granted.clear()
    began = time.now()
    for _ in range(left + 30):
        budget.take()
    assert (time.now() - began).total_seconds() >= 29 / 10 - 0.5  # what is left may go at once, the rest drips in


@pytest.mark.parametrize("said", ["99", "", "-1", "many", "1e3", "²"])
def test_a_header_that_says_nothing_new_changes_nothing(said: str) -> None:
    time, documents = Time(NOON), MemoryDocuments()
    budget = Budget(documents, time, OCTOPUS, "c")
    budget.take()
    before = documents.get(budget.path)
    budget.learn(answer(x_ratelimiting_remaining=said))
    assert documents.get(budget.path) == before


# -- a whole sync -----------------------------------------------------------------------------------------

COUNTS = {
    "emailoctopus": {"lists": 3, "contacts": 60, "campaigns": 4},
    "mailchimp": {"lists": 3, "members": 15, "campaigns": 4, "days": 2, "recipients": 8},
    "constant_contact": {"contacts": 160, "campaigns": 6},
}


@pytest.mark.parametrize("platform", sorted(COUNTS))
def test_a_sync_in_many_calls_is_never_refused(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox keeps the documented limits on the same clock; hundreds of calls, and not one too many."""
    small_pages(monkeypatch)
    world = Pipeline(platform, counts=COUNTS[platform])
    run = world.machine.run(world.machine.sync(world.connection))
    assert run["state"] == "completed"
    assert not world.differences()
    assert world.box.calls.total > 70
    assert world.box.calls.refused == 0
    parts = world.machine.slices(run["id"])
    assert not any(part["attempts"] for part in parts)


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("platform", sorted(COUNTS))
def test_a_refused_slice_is_parked_until_then_and_says_so(platform: str, told: bool) -> None:
    world = Pipeline(platform, counts=COUNTS[platform])
    headers = {"Retry-After": "600"} if told else {}
    world.box.faults.add("*", "status", times=2, status=429, headers=headers)
    seen: list[dict[str, Any]] = []
    tick = world.machine.ticker.tick

    def look() -> None:
        seen.extend(world.machine.documents.find_all("slices", ("state", "==", SliceState.PARKED)))
        tick()

    at_every_tick(world, look)
    began = world.clock.now()
    run = world.machine.run(world.machine.sync(world.connection))
    assert run["state"] == "completed"
    assert not world.differences()
    assert seen
    for part in seen:
        assert part["waiting_for"].endswith(".")
        assert part["not_before"] is not None
        assert part["attempts"] == 0  # a limit is no fault, however often it is met
        assert part["problem"] is None
    assert (world.clock.now() - began > timedelta(minutes=10)) == told


def at_every_tick(world: Pipeline, look: Callable[[], None]) -> None:
    handlers = dict(world.machine.edge.handlers)
    handlers["minute-tick"] = lambda delivery: look()
    object.__setattr__(world.machine.edge, "handlers", handlers)


def test_endless_refusals_wait_and_do_not_fail() -> None:
    world = Pipeline("mailchimp", streams=["lists"], counts=COUNTS["mailchimp"])
    world.box.faults.add("*", "status", times=40, status=429)
    world.machine.bus.publish(SyncRequested("demo", world.connection.id, "operator", "first"))
    world.machine.settle(minutes=720)  # it asks less and less often, every quarter of an hour in the end
    run = world.machine.run(model.stable_id(world.connection.id, "operator", "first"))
    assert run["state"] == "completed"
    assert not world.differences()


@pytest.mark.parametrize("platform", sorted(COUNTS))
def test_nothing_sleeps(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    small_pages(monkeypatch)
    world = Pipeline(platform, counts=COUNTS[platform])
    pauses: list[float] = []
    pause = world.clock.pause

    def look(seconds: float) -> None:
        pauses.append(seconds)
        pause(max(seconds, 0.0))

    world.clock.pause = look  # type: ignore[method-assign]
    world.box.faults.add("*", "status", times=3, status=429, headers={"Retry-After": "3600"})
    world.box.faults.add("*", "status", times=3, status=503)
    assert world.machine.run(world.machine.sync(world.connection))["state"] == "completed"
    assert max(pauses, default=0.0) <= LONGEST_PAUSE


# -- places -----------------------------------------------------------------------------------------------


def waiting_slices(many: int) -> tuple[Pipeline, list[Slice]]:
    """A planned run of Mailchimp with many slices that nobody works on yet."""
    world = Pipeline("mailchimp", counts=COUNTS["mailchimp"])
    run = world.machine.planner.runs.begin(world.connection, Reason.OPERATOR, "one")
    world.machine.bus.waiting.clear()
    parts = [from_doc(Slice, doc) for doc in world.machine.slices(run.id)]
    assert len(parts) >= many
    return world, parts[:many]


def test_four_slices_of_a_connection_at_once_and_a_freed_place_is_taken() -> None:
    world, parts = waiting_slices(8)

    def take(part: Slice, worker: str) -> Any:
        return lease(world.machine.documents, world.clock, MAILCHIMP, part, worker, 120, 240)

    held = [take(part, f"worker {number}") for number, part in enumerate(parts)]
    assert [isinstance(one, LeasedSlice) for one in held] == [True] * 4 + [False] * 4
    assert held[4:] == [None] * 4
    assert [take(part, "late") for part in parts[4:]] == [None] * 4
    assert isinstance(take(parts[4], "worker 0"), LeasedSlice)  # who has a place may go on with another slice

    leave(world.machine.documents, MAILCHIMP, world.connection.id, "worker 1")
    assert isinstance(take(parts[5], "late"), LeasedSlice)
    assert take(parts[6], "later") is None
    world.clock.forward(seconds=361)  # the others died: their places come back by themselves
    assert isinstance(take(parts[6], "later"), LeasedSlice)


def test_places_are_counted_per_connection() -> None:
    limits = replace(MAILCHIMP.limits, at_once=2)
    until = NOON + timedelta(minutes=6)
    one = free_place({}, "a", limits, NOON, until)
    assert one is not None
    two = free_place(one, "b", limits, NOON, until)
    assert two is not None
    assert free_place(two, "c", limits, NOON, until) is None
    assert free_place(two, "b", limits, NOON, until) == two
    assert free_place(two, "c", limits, until, until) == {"workers": {"c": until}}


@pytest.mark.parametrize("eager", [3, 10, 40])
def test_however_many_messages_come_at_once_mailchimp_sees_four(eager: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call has the next message delivered before it is answered, so that workers run inside each other."""
    small_pages(monkeypatch)
    world = Pipeline("mailchimp", streams=TELLING["mailchimp"], counts=COUNTS["mailchimp"])
    http: Any = world.machine.extractor.http
    inner: httpx2.BaseTransport = http.inner.transport
    now: list[str] = []
    most = [0]

    class Nested(httpx2.BaseTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            now.append(request.url.path)
            most[0] = max(most[0], len(now))
            try:
                waiting = world.machine.bus.waiting
                if len(now) < eager and waiting and isinstance(waiting[0], SliceReady):
                    world.machine.deliver(waiting.popleft())
                ready = world.machine.documents.find_all("slices", ("state", "==", SliceState.READY))
                if len(now) < eager and ready:
                    world.machine.deliver(SliceReady(ready[-1]["workspace"], ready[-1]["id"]))
                return inner.handle_request(request)
            finally:
                now.pop()

    object.__setattr__(http.inner, "transport", Nested())
    run = world.machine.run(world.machine.sync(world.connection))
    assert run["state"] == "completed"
    assert not world.differences()
    assert most[0] == min(eager, 4)
    assert world.box.calls.refused == 0


def test_a_server_of_ones_own_is_asked_as_quickly_as_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause of ours, and no allowance that is counted; what the server refuses is respected as ever."""
    world = Pipeline("emailoctopus", counts=TINY["emailoctopus"])
    waited = list[float]()
    object.__setattr__(world.machine.extractor, "unlimited", frozenset({"emailoctopus"}))
    monkeypatch.setattr(world.machine.clock, "pause", waited.append)
    world.box.faults.add(kind="status", status=429, times=1)
    (run,) = world.sync()
    assert run["state"] == "completed"
    assert not world.differences()
    assert not [seconds for seconds in waited if seconds > 0]
    budget = world.machine.documents.get(budget_path(platform_named("emailoctopus"), world.connection.id)) or {}
    assert "whole_at" not in budget
    assert budget["blocked_until"] is not None


def test_calls_are_spread_evenly() -> None:
    crew = Crew(CONTACT, 6, 0.2, 5)
    crew.work(60)
    gaps = [after - before for before, after in pairwise(sorted(crew.calls))]
    assert min(gaps) > 0.25
    assert sum(gaps) / len(gaps) < 0.275
