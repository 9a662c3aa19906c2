"""Syncs under random misfortune, each from a seed, so that every failing one can be had again.

    python -m tests.flow.chaos --seeds 10000            all of them, on every core
    python -m tests.flow.chaos --only 4711              one of them, telling what it does

Messages come twice, late, in another order, or never; workers die at any side effect, or fall asleep, lose their
lease and finish as zombies; the platform limits, fails, answers half or nonsense, or not at all; its data changes
while it is read; access ends and is renewed, under the same misfortune.

Every platform has its turn, and with it every kind of page, slice and proof. The clocks of the world and of the
platform are one. So what the clock alone moves, the numbers of a day that is not over, is left out when the tables are
looked at (`World.differences`); which days that are is said by the run.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from shared import log
from shared.messages import Message, SyncRequested, Tick, encode
from shared.model import FAILED, short
from shared.sync.leases import MOST_ATTEMPTS as MOST_FAULTS
from tests.flow.faulty import FaultyTransport
from tests.flow.keys import Access
from tests.flow.lives import LIVES, loses_access
from tests.flow.pages import of_few_records
from tests.flow.world import TINY, World
from tests.world.faults import Fate, Killed
from tests.world.machine import MOST_ATTEMPTS, Machine

PLATFORMS = tuple(sorted(LIVES))


@dataclass(frozen=True)
class Misfortune:
    """How likely each thing is, per occasion."""

    killed: float
    asleep: float
    refused: float
    twice: float
    lost: float
    late: float
    ended: float

    @classmethod
    def of(cls, dice: random.Random) -> Misfortune:
        return cls(*(dice.choice([0.0, top / 4, top]) for top in (0.02, 0.06, 0.08, 0.3, 0.15, 0.3, 0.3)))


@dataclass
class Chaos:
    """One seed: two syncs with a change between them, under misfortune; then a look at the tables."""

    seed: int
    platforms: Sequence[str] = PLATFORMS
    dice: random.Random = field(init=False)
    world: World = field(init=False)
    later: list[Message] = field(default_factory=list)
    depth: int = 0
    few: int = 0  # records to a page; 0: as many as ever

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        platform = self.dice.choice(self.platforms)
        life, fate = LIVES[platform], Fate(also=self.around)
        more: dict[str, Any] = {"refresh": "long_lived"} if loses_access(platform) else {}
        self.world = World(
            platform,
            fate,
            seed=self.dice.randrange(1000),
            streams=[] if platform in TINY and self.dice.random() < 0.1 else life.streams,
            counts=life.counts,
            history_days=life.days,
            options=life.options,
            **more,
        )
        self.machine: Machine = self.world.machine
        self.bad = Misfortune.of(self.dice)
        self.few = self.dice.choice([0, 2, 3, 6])
        http = self.machine.extractor.http.inner  # type: ignore[attr-defined]
        self.transport = FaultyTransport(http.transport, self.dice, self.bad.refused)
        object.__setattr__(http, "transport", self.transport)
        self.access = Access(self.world)
        self.machine.work_seconds = self.dice.choice([1, 240])

    def around(self, when: str, what: str) -> None:
        """Called before and after every side effect of a worker: it may die here, or sleep until its lease is gone."""
        chance = self.dice.random()
        if chance < self.bad.killed / 2:
            self.access.forget()
            raise Killed(what)
        if chance > 1 - self.bad.asleep / 2 and self.depth < 2:
            self.depth += 1
            try:
                self.world.clock.forward(seconds=self.dice.choice([30, 130, 700]))
                self.machine.bus.publish(Tick())
                self.deliver_some(self.dice.randint(1, 12))
            finally:
                self.depth -= 1

    def deliver_some(self, most: int | None = None) -> None:
        """Deliver what waits, in any order, some of it twice, some of it late, some of it never."""
        waiting, attempts = self.machine.bus.waiting, dict[int, int]()
        while waiting and most != 0:
            most = None if most is None else most - 1
            place = self.dice.randrange(len(waiting))
            message = waiting[place]
            del waiting[place]
            chance = self.dice.random()
            if chance < self.bad.lost and not isinstance(message, Tick):
                continue
            if chance > 1 - self.bad.late:
                self.later.append(message)
                continue
            if self.dice.random() < self.bad.twice:
                waiting.append(message)
            tries = attempts[id(message)] = attempts.get(id(message), 0) + 1
            if not self.machine.deliver(message, tries):
                if tries >= MOST_ATTEMPTS:
                    self.machine.failures.record(message.topic, encode(message))
                else:
                    waiting.append(message)

    def sync(self, request: str, reason: str = "operator") -> dict[str, Any]:
        connection = self.world.connection
        ask = SyncRequested(connection.workspace, connection.id, reason, request)
        run = short(connection.id, reason, request)
        for _ in range(400):
            if not self.machine.documents.get(f"workspaces/demo/runs/{run}"):
                self.machine.bus.publish(ask)  # whoever asks sees that nothing began, and asks again
            self.machine.bus.publish(Tick())
            self.machine.bus.waiting.extend(self.later)
            self.later.clear()
            if self.access.renewable and self.dice.random() < self.bad.ended:
                self.world.box.expire_access_tokens()
            with suppress(Killed):
                self.deliver_some()
            if self.machine.inconsistencies():
                raise AssertionError(f"a slice is closed but not whole: {self.machine.inconsistencies()[:2]}")
            if self.machine.documents.get(f"workspaces/demo/runs/{run}") and not self.machine.open():
                return self.machine.run(run)
            self.world.clock.forward(minutes=1)
        raise AssertionError(f"still open: {self.machine.open()[:2]}")

    def play(self) -> dict[str, Any]:
        with of_few_records(self.world.platform, self.few):
            return self._play()

    def _play(self) -> dict[str, Any]:
        found: dict[str, Any] = {"seed": self.seed, "platform": self.world.platform, "missing": 0, "duplicated": 0}
        trouble: list[str] = []
        changing = self.dice.random() < 0.2
        if changing:
            self.change_while_read()
        for request in ("first", "second"):
            self.fail_reports()
            run = self.sync(request)
            gave_up = self.gave_up(run)
            if run["state"] != "completed" and not gave_up:
                trouble.append(f"{request} ended {run['state']}: {[p.get('code') for p in run['problems']]}")
            if not changing and not gave_up:
                self.look(found, trouble, request)
            self.world.clock.forward(hours=8)
            self.world.box.change()
        self.be_calm()
        self.sync("last")
        self.look(found, trouble, "last")
        return {**found, "trouble": trouble}

    def gave_up(self, run: dict[str, Any]) -> bool:
        """Whether all that failed met as many faults in a row as end a slice. The last sync must bring it."""
        failed = [part for part in self.machine.slices(run["id"]) if part["state"] == FAILED]
        return bool(failed) and all(part["attempts"] >= MOST_FAULTS - 1 for part in failed)

    def look(self, found: dict[str, Any], trouble: list[str], when: str) -> None:
        difference = self.world.differences()
        found["missing"] += len(difference.missing)
        found["duplicated"] += len(difference.duplicated)
        if difference:
            trouble.append(f"{when}: {str(difference)[:600]}")
        wrong = self.world.wrongly_told()
        if wrong:
            trouble.append(f"{when}: wrongly told of {', '.join(wrong)[:300]}")

    def change_while_read(self) -> None:
        left = [self.dice.randint(1, 3)]

        def hook(*_: Any) -> None:
            if left[0] and self.dice.random() < 0.05:
                left[0] -= 1
                self.world.clock.forward(seconds=1)
                self.world.box.change()

        self.world.box.between_pages(hook)

    def fail_reports(self) -> None:
        """Where reports are made first, a few of the next ones fail: fewer than it takes to give one up."""
        jobs = getattr(self.world.box.world, "jobs", None)
        if jobs is not None:
            jobs.levers.clear()
            jobs.next("failed", times=self.dice.randint(0, 2))

    def be_calm(self) -> None:
        self.bad = Misfortune(0, 0, 0, 0, 0, 0, 0)
        self.transport.chance = 0
        self.world.box.hooks.clear()


def play(seed: int, platforms: Sequence[str] = PLATFORMS) -> dict[str, Any]:
    log.stream = io.StringIO()
    try:
        return Chaos(seed, platforms).play()
    except Exception as error:  # a seed that breaks the test itself is a failing seed
        return {"seed": seed, "missing": 0, "duplicated": 0, "trouble": [f"{type(error).__name__}: {error}"[:600]]}


def main(arguments: Iterable[str] | None = None) -> int:
    reader = argparse.ArgumentParser(description="Syncs under random misfortune, compared with the truth.")
    reader.add_argument("--seeds", type=int, default=10_000)
    reader.add_argument("--start", type=int, default=0)
    reader.add_argument("--only", type=int, help="one seed, with what it found")
    reader.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = reader.parse_args(arguments if arguments is None else list(arguments))
    if given.only is not None:
        print(json.dumps(play(given.only), indent=1))
        return 0
    began, missing, duplicated, failing = time.monotonic(), 0, 0, 0
    with ProcessPoolExecutor(given.workers) as pool:
        for number, found in enumerate(pool.map(play, range(given.start, given.start + given.seeds), chunksize=20), 1):
            missing, duplicated = missing + found["missing"], duplicated + found["duplicated"]
            if found["trouble"]:
                failing += 1
                print(f"seed {found['seed']} {found.get('platform', '')}: {'; '.join(found['trouble'])}", flush=True)
            if number % 1000 == 0:
                print(
                    f"{number} seeds, {failing} failing, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True
                )
    print(json.dumps({"seeds": given.seeds, "missing": missing, "duplicated": duplicated, "failing": failing}))
    return 1 if failing else 0


if __name__ == "__main__":
    raise SystemExit(main())
