"""How much of a platform's allowance workers use together, and whether they are ever refused.

`simulated` drives the clock: some hours pass in a moment, with several workers and late and early arrivals. `real`
has worker processes call a stand-in that keeps its limit, for some seconds, sharing their budget in Firestore.
Use counts from the moment on at which the saved-up burst is spent.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from infra.bench.children import result, start
from infra.bench.servers import Server
from infra.sandbox.limits import Bucket, Limit, PerSecond
from infra.sandbox.refusals import Refusal
from shared.errors import Later
from shared.platforms import platform as platform_named
from shared.stores.ports import Doc, Transaction
from shared.sync.budgets import Budget
from shared.vocabulary.wire import Answer

T = TypeVar("T")
START = datetime(2026, 11, 20, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a platform documents: calls per second in the long run, and how many more it lets through at first."""

    per_second: float
    burst: int
    limit: Callable[[Callable[[], float]], Limit]


ALLOWANCES = {
    "emailoctopus": Allowance(
        10, 100, lambda ticks: Bucket(100, 10, ticks, "X-RateLimiting-Remaining", "X-RateLimit-Retry-After")
    ),
    "constant_contact": Allowance(4, 0, lambda ticks: PerSecond(4, ticks)),
}


@dataclass(frozen=True, slots=True)
class Use:
    """`share` of what the limit allows, counted in calls that were answered; and those that were `refused`."""

    share: float
    calls: int
    refused: int


def used(times: Sequence[float], refused: int, allowance: Allowance) -> Use:
    """From when the burst is spent until the end; twice the burst may have passed by then."""
    times = sorted(times)
    from_here = min(2 * allowance.burst, len(times) // 2)
    calls = len(times) - 1 - from_here
    seconds = times[-1] - times[from_here]
    return Use(round(calls / (seconds * allowance.per_second), 3), len(times), refused)


# -- with a driven clock ------------------------------------------------------------------------------


@dataclass
class Turns:
    """A clock for whoever's turn it is: a pause does not pass, it says when that worker goes on."""

    time: float = 0.0
    resumes: float = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.time)

    def pause(self, seconds: float) -> None:
        self.resumes = self.time + max(seconds, 0.0)


@dataclass
class Shared:
    """The documents of one budget: what a transaction needs, for workers who take turns."""

    held: dict[str, Doc] = field(default_factory=dict)

    def transact(self, work: Callable[[Transaction], T]) -> T:
        return work(self)  # type: ignore[arg-type]

    def get(self, path: str) -> Doc | None:
        return dict(self.held[path]) if path in self.held else None

    def get_many(self, paths: Sequence[str]) -> list[Doc | None]:
        return [self.get(path) for path in paths]

    def set(self, path: str, doc: Doc) -> None:
        self.held[path] = doc


def simulated(
    name: str, workers: int = 4, seconds: float = 3600, jitter: float = 0.005, seed: int = 7, faster: float = 1.0
) -> Use:
    """Workers whose calls arrive up to `jitter` seconds after they were sent, and take a while to be answered.

    `faster`: they believe that so many times as many calls are allowed, which must not go unnoticed.
    """
    platform, allowance, chance = platform_named(name), ALLOWANCES[name], random.Random(seed)
    limits = platform.limits
    platform = replace(
        platform, limits=replace(limits, per_second=(limits.per_second or allowance.per_second) * faster)
    )
    clock, documents = Turns(), Shared()
    limit = allowance.limit(lambda: clock.time)
    budgets: list[Any] = [Budget(documents, clock, platform, "connection") for _ in range(workers)]  # type: ignore[arg-type]
    events: list[tuple[float, int, str]] = [(chance.random(), worker, "ask") for worker in range(workers)]
    times, refused = [], 0
    while events and events[0][0] < seconds:
        clock.time, worker, what = heapq.heappop(events)
        clock.resumes = clock.time
        try:
            if what == "ask":
                budgets[worker].take()
                heapq.heappush(events, (clock.resumes + chance.random() * jitter, worker, "call"))
                continue
            status = _answered(limit)
            if status == 429:
                refused += 1
            else:
                times.append(clock.time)
            answer = Answer(status, {key.lower(): value for key, value in limit.headers().items()}, b"")
            budgets[worker].learn(answer)
            if status == 429:
                budgets[worker].refused(Later("limited", "Slow down."), answer)
            again = clock.time + 0.02 + chance.expovariate(1 / 0.15)
        except Later as wait:
            again = ((wait.not_before or clock.now()) - START).total_seconds()
        heapq.heappush(events, (max(again, clock.time), worker, "ask"))
    return used(times, refused, allowance)


def _answered(limit: Limit) -> int:
    try:
        limit.enter()
    except Refusal:
        return 429
    limit.leave()
    return 200


# -- with processes -------------------------------------------------------------------------------------


def real(servers: Sequence[Server], env: Mapping[str, str], workers: int = 3, seconds: float = 20) -> dict[str, Use]:
    """All platforms at the same time: there is little to do but to wait."""
    children = {
        server.platform: [
            start("infra.bench.caller", server.platform, server.url, key, seconds, env=env) for _ in range(workers)
        ]
        for server in servers
        for key in [server.token()]
    }
    found = {}
    for platform, theirs in children.items():
        said = [result(child) for child in theirs]
        end = min(max(each["times"]) for each in said)
        times = [time for each in said for time in each["times"] if time <= end]
        found[platform] = used(times, sum(each["refused"] for each in said), ALLOWANCES[platform])
    return found
