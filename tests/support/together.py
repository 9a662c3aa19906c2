"""Workers that are at work at the same time, on a clock that moves by itself: what takes its time in earnest does here.

Each delivery is a worker with a thread of its own, and only one of them runs at a moment: it runs until it waits (for a
platform's answer, for a job in BigQuery), and the next to run is the one whose wait ends first. So a sync of an hour is
played in a second, and plays the same each time.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import httpx2

from shared.messages import Message, Tick
from tests.support.machine import MOST_ATTEMPTS, Machine
from tests.support.memory import Time

A_CALL, A_LOAD, A_SCRIPT = 0.9, 6.0, 9.0  # seconds; load job and script are a batch of 15, as infra/cost expects
A_SWEEP = 3.0  # mostly a look whether there is anything to mark
AGAIN = 10.0  # until a message that failed is delivered once more


@dataclass(eq=False)
class _Worker:
    """A thread that runs only while it has the turn."""

    work: Callable[[], None]
    turn: threading.Event = field(default_factory=threading.Event)
    waits: threading.Event = field(default_factory=threading.Event)
    over: bool = False
    failed: BaseException | None = None

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        self.turn.wait()
        _here.worker = self
        try:
            self.work()
        except BaseException as error:  # told to whoever drives
            self.failed = error
        self.over = True
        self.waits.set()

    def go_on(self) -> None:
        """Give it the turn until it waits or is done."""
        self.waits.clear()
        self.turn.set()
        self.waits.wait()
        if self.failed is not None:
            raise self.failed

    def stop(self) -> None:
        """Give the turn back; returns when it is given again."""
        self.turn.clear()
        self.waits.set()
        self.turn.wait()


_here = threading.local()


@dataclass(frozen=True)
class Delivered:
    message: Message
    began: datetime
    ended: datetime


class Together:
    """A machine, and who drives it. `deliveries`: what was delivered, and from when to when somebody worked on it."""

    def __init__(self, transport: httpx2.BaseTransport, warehouse: Any, clock: Time, **stores: Any) -> None:
        self.deliveries: list[Delivered] = []
        self._numbers, self._line = itertools.count(), list[tuple[datetime, int, _Worker]]()
        self.clock = _Clock(clock, self.spend)
        self.machine = Machine(
            SlowTransport(transport, self.spend),
            SlowWarehouse(warehouse, self.spend),
            clock=cast(Time, self.clock),
            **stores,
        )

    def spend(self, seconds: float) -> None:
        """Of a worker: wait, while others work."""
        worker: _Worker = _here.worker
        self._later(seconds, worker)
        worker.stop()

    def _later(self, seconds: float, worker: _Worker) -> None:
        until = self.clock.now() + timedelta(seconds=max(seconds, 0.0))
        heapq.heappush(self._line, (until, next(self._numbers), worker))

    def settle(self, hours: float = 24) -> None:
        """Until nothing is open, with a tick each minute."""
        machine, end = self.machine, self.clock.now() + timedelta(hours=hours)
        go_to = self.clock.go_to
        tick_at = self.clock.now() + timedelta(minutes=1)
        while True:
            self._hand_out()
            if not self._line and not machine.open():
                return
            if self._line and self._line[0][0] <= tick_at:
                moment, _, worker = heapq.heappop(self._line)
                go_to(moment)
                worker.go_on()
            else:
                go_to(tick_at)
                tick_at += timedelta(minutes=1)
                machine.bus.publish(Tick())
            assert self.clock.now() < end, machine.open()[:3]

    def _hand_out(self) -> None:
        waiting = self.machine.bus.waiting
        while waiting:
            message = waiting.popleft()
            self._later(0.0, _Worker(lambda message=message: self._deliver(message)))  # type: ignore[misc]

    def _deliver(self, message: Message) -> None:
        for attempt in range(1, MOST_ATTEMPTS + 1):
            began = self.clock.now()
            done = self.machine.deliver(message, attempt)
            self.deliveries.append(Delivered(message, began, self.clock.now()))
            if done:
                return
            self.spend(AGAIN)
        raise AssertionError(f"given up: {message}")


@dataclass
class _Clock:
    """The world's clock. Who pauses lets others work meanwhile."""

    inner: Time
    pause: Callable[[float], None]

    def now(self) -> datetime:
        return self.inner.now()

    def every(self, seconds: float, act: Callable[[], None]) -> AbstractContextManager[None]:
        return self.inner.every(seconds, act)

    def go_to(self, moment: datetime) -> None:
        self.inner.pause((moment - self.inner.now()).total_seconds())


@dataclass
class SlowTransport(httpx2.BaseTransport):
    inner: httpx2.BaseTransport
    spend: Callable[[float], None]

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.spend(A_CALL)
        return self.inner.handle_request(request)


@dataclass
class SlowWarehouse:
    inner: Any
    spend: Callable[[float], None]

    def stage(self, load: Any) -> int:
        self.spend(A_LOAD)
        return int(self.inner.stage(load))

    def apply(self, load: Any) -> int:
        self.spend(A_SCRIPT if load.objects else A_SWEEP)
        return int(self.inner.apply(load))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)
