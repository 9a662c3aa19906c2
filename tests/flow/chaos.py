"""Syncs under random misfortune, each from a seed, so that every failing one can be had again.

    python -m tests.flow.chaos --seeds 10000            all of them, on every core
    python -m tests.flow.chaos --only 4711              one of them, telling what it does

Messages come twice, late, in another order, or never; workers die at any side effect, or fall asleep, lose their
lease and finish as zombies; the platform limits, fails, answers half or nonsense, or not at all; its data changes
while it is read; access ends and is renewed, under the same misfortune. And some lives have more than that: see
`tests/flow/plots.py`. Then comes a calm day, with scheduled syncs and the tick: all must be made good by itself.

Every platform has its turn, and with it every kind of page, slice and proof. The clocks of the world and of the
platform are one; those of workers may differ. What the clock alone moves, the numbers of a day that is not over, is
left out when the tables are looked at (`World.differences`); which days that are is said by the run. Marts are
published all the while, and somebody looks at them: in the end they are what the tables hold.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from shared import log
from shared.erasure.closing import LONGEST
from shared.messages import Message, RunChanged, SliceReady, SyncRequested, TableReady, Tick, WorkspaceWanted, encode
from shared.model import stable_id
from shared.publishing import files
from shared.publishing.published import Published
from shared.sync.data_changes import note_look
from tests.flow.clients import Client
from tests.flow.faulty import FaultyTransport
from tests.flow.keys import Access
from tests.flow.leaving import Leaving
from tests.flow.lives import LIVES, loses_access
from tests.flow.looks import Looks, left, marked
from tests.flow.openings import Openings, without_views
from tests.flow.outages import outages
from tests.flow.pages import of_few_records
from tests.flow.pipeline import OWN_NAMES, TINY, Pipeline
from tests.flow.plots import Misfortune, Plot
from tests.support.faults import Fate, Killed
from tests.support.machine import MOST_ATTEMPTS, Machine
from tests.support.marts import WarehouseMarts, as_text
from tests.support.memory import MemoryObjects

PLATFORMS = tuple(sorted(LIVES))
# Streams whose parents' rows are shown once, and never again while they do not change.
ENOUGH = {"klaviyo": {"flows": 3}, "mailchimp": {"members": 8}}  # rows, for some of them not to change meanwhile
HANGING = {"klaviyo": ["flow_messages"], "mailchimp": ["list_member_tags"], "shopify": ["order_refund_lines"]}
MOST_MINUTES = 500  # of one sync with all that happens meanwhile
MOST_BEGUN = 3  # runs that are begun in between, so that a life has an end
MOST_HOURS = 5  # until all is published that has changed
CALM = (0, 8, 16, 23)  # hours of the calm day at which syncs are scheduled


@dataclass
class Chaos:
    """One seed: syncs with changes between them, under misfortune; then a calm day, and a look at the tables."""

    seed: int
    platforms: Sequence[str] = PLATFORMS
    plot: Plot | None = None  # by default drawn from the seed
    dice: random.Random = field(init=False)
    clients: list[Client] = field(default_factory=list)
    looks: Looks = field(default_factory=Looks)
    later: list[Message] = field(default_factory=list)
    depth: int = 0
    few: int = 0  # records to a page; 0: as many as ever
    done: Counter[str] = field(default_factory=Counter)  # great misfortunes that happened
    deaf: tuple[str, datetime] | None = None
    leaving: Leaving | None = None
    begun: list[datetime | None] = field(default_factory=list)  # since when workers are at work, one woken by the other

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.drawn = self.plot or Plot.of(self.seed)
        self.told = self.drawn.told()
        self.fate = Fate(also=self.around)
        for _ in range(max(self.drawn.tenants, 2 if self.drawn.leaves else 1)):
            self.clients.append(Client(self.moved_in()))
        world = self.clients[0].world
        self.machine: Machine = world.machine
        self.bad = Misfortune.of(self.dice)
        self.few = self.dice.choice([0, 2, 3, 6])
        self.outages = outages(world)
        self.transport = FaultyTransport(self.outages.inner, self.dice, self.bad.refused)
        self.outages.inner = self.transport
        self.access = Access(world)
        for client in self.clients[1:]:
            self.access.keep(client.world)
        self.openings = Openings(self.machine)
        self.shown = MemoryObjects()
        self.marts = WarehouseMarts(self.shown, self.machine.clock.now, warehouse=self.machine.warehouse)
        self.machine.publish_with(self.marts, self.shown)
        self.reader = Published(self.machine.documents, lambda _: self.shown)
        self.leaving = self.who_leaves() if self.drawn.leaves else None
        self.machine.work_seconds = self.dice.choice([1, 240])
        self.machine.ahead = self.ahead

    def moved_in(self) -> Pipeline:
        """A platform that a client connects: the first one, or beside the others."""
        platform = self.dice.choice(self.platforms)
        life, number = LIVES[platform], len(self.clients)
        more: dict[str, Any] = {"refresh": "long_lived"} if loses_access(platform) else {}
        hanging = HANGING.get(platform, []) if self.drawn.hanging else []
        streams = [*life.streams, *hanging]
        there = {client.world.platform for client in self.clients}
        if number:
            together = platform in OWN_NAMES or platform not in there  # accounts of one name are in two workspaces
            more["beside"] = self.clients[0].world
            more["workspace"] = "demo" if together and self.dice.random() < 0.5 else f"w{number}"
            more["account"] = f"acct{number}"
        return Pipeline(
            platform,
            self.fate,
            seed=self.dice.randrange(1000),
            streams=[] if platform in TINY and self.dice.random() < 0.1 else streams,
            counts={**life.counts, **(ENOUGH.get(platform, {}) if hanging else {})},
            history_days=life.days,
            options=life.options,
            **more,
        )

    def who_leaves(self) -> Leaving:
        """The one who came last."""
        client = self.clients[-1]
        alone = sum(each.world.workspace == client.world.workspace for each in self.clients) == 1
        return Leaving(client, alone, self.access, self.openings, self.shown)

    # -- small misfortunes -------------------------------------------------------------------------

    def ahead(self) -> timedelta:
        """The clock of the next worker."""
        return timedelta(seconds=self.dice.uniform(-1, 1) * self.drawn.ahead if self.drawn.ahead else 0)

    def around(self, when: str, what: str) -> None:
        """Called before and after every side effect of a worker: it may die here, or sleep until its lease is gone."""
        chance = self.dice.random()
        if chance < self.bad.killed / 2:
            self.access.forget()
            raise Killed(what)
        if chance > 1 - self.bad.asleep / 2 and self.depth < 2:
            self.depth += 1
            try:
                self.machine.clock.forward(seconds=self.dice.choice([30, 130, 700]))
                self.machine.bus.publish(Tick())
                with self.access.another_process():
                    self.deliver_some(self.dice.randint(1, 12))
                    self.who_leaves_goes_on(0.3)
            finally:
                self.depth -= 1
            since = self.begun[-1] if self.begun else None
            if since is not None and self.machine.clock.now() - since > LONGEST:
                self.access.forget()
                raise Killed(what)

    @contextmanager
    def at_work(self, since: datetime | None) -> Iterator[None]:
        """`since`: of a function that runs for ten minutes at most, on which erasures and openings rest. An erasure
        itself has no such end, and readers are to survive longer sleep than they can have."""
        self.begun.append(since)
        try:
            yield
        finally:
            self.begun.pop()

    def delivered(self, message: Message, tries: int = 1) -> bool:
        ends = self.leaving is not None or isinstance(message, WorkspaceWanted)
        with self.at_work(self.machine.clock.now() if ends else None):
            return self.machine.deliver(message, tries)

    def deliver_some(self, most: int | None = None) -> None:
        """Deliver what waits, in any order, some of it twice, some of it late, some of it never."""
        waiting, attempts = self.machine.bus.waiting, dict[int, int]()
        while waiting and most != 0:
            most = None if most is None else most - 1
            place = self.dice.randrange(len(waiting))
            message = waiting[place]
            del waiting[place]
            chance = self.dice.random()
            if self.unheard(message) or (chance < self.bad.lost and not isinstance(message, Tick)):
                continue
            if chance > 1 - self.bad.late:
                self.later.append(message)
                continue
            if self.dice.random() < self.bad.twice:
                waiting.append(message)
            tries = attempts[id(message)] = attempts.get(id(message), 0) + 1
            if not self.delivered(message, tries):
                if tries >= MOST_ATTEMPTS:
                    self.machine.failures.record(message.topic, encode(message))
                else:
                    waiting.append(message)
                if self.drawn.another and self.dice.random() < self.drawn.another:
                    self.meanwhile()

    # -- great ones --------------------------------------------------------------------------------

    def meanwhile(self) -> None:
        """Something else happens before a message that failed comes again."""
        client = self.dice.choice(self.clients)
        what = self.dice.choice(["another", "tick", "connect"])
        if what == "another" and self.done["another"] < MOST_BEGUN:
            self.done["another"] += 1
            reason = self.dice.choice(["operator", "schedule"])
            for ask in client.asks(reason, f"another {self.done['another']}"):
                self.delivered(ask)
        elif what == "connect" and client.stopped():
            self.connect_again(client)
        else:
            self.delivered(Tick())

    def connect_again(self, client: Client) -> None:
        if not self.openings.is_open(client.world.workspace):
            return  # there are no links before
        self.done["connected"] += 1
        client.connect_again(self.access, f"connected {self.done['connected']}")

    def unheard(self, message: Message) -> bool:
        return bool(self.deaf and message.topic == self.deaf[0] and self.machine.clock.now() < self.deaf[1])

    def happens(self) -> None:
        """What this minute brings."""
        plot, dice, now = self.drawn, self.dice, self.machine.clock.now()
        for client in self.clients:
            if self.access.renewing[client.world.connection.id] and dice.random() < self.bad.ended:
                client.world.box.expire_access_tokens()
            if client.stopped() and dice.random() < 0.3:
                self.connect_again(client)
        client = dice.choice(self.clients)
        if self.done["outages"] < plot.outages and dice.random() < 0.2:
            self.done["outages"] += 1
            self.outages.under_way.append(client.outage(dice))
        if self.done["beside"] < plot.beside and dice.random() < 0.1:
            self.done["beside"] += 1
            reason, days = dice.choice([("backfill", 3), ("backfill", 40), ("replay", 0)])
            self.machine.bus.publish(*client.asks(reason, f"beside {self.done['beside']}", days=days))
        if plot.revoked and not self.done["revoked"] and dice.random() < 0.15:
            self.done["revoked"] += 1
            client.world.box.revoke()
        if plot.deaf and not self.done["deaf"] and dice.random() < 0.2:
            self.done["deaf"] += 1
            topics = [SliceReady.topic, TableReady.topic, RunChanged.topic, SyncRequested.topic]
            self.deaf = dice.choice(topics), now + timedelta(minutes=plot.deaf)
        if plot.dead and dice.random() < plot.dead:
            self.found_dead()
        if self.done["wishes"] < plot.wishes and dice.random() < 0.15:
            self.done["wishes"] += 1
            self.openings.change(dice.choice(self.workspaces), dice)
        if self.done["newcomers"] < plot.newcomers and dice.random() < 0.15:
            self.done["newcomers"] += 1
            self.openings.make(f"new{self.done['newcomers']}")
        self.who_leaves_goes_on(0.1)

    def who_leaves_goes_on(self, likely: float) -> None:
        """Whoever erases does so while others are at work, or asleep over it."""
        if self.leaving is None or self.leaving.at_it:
            return
        there = self.openings.is_open(self.leaving.workspace)
        if there and not self.leaving.begun and self.dice.random() < likely:
            self.leave(self.leaving)
        with self.at_work(None):
            self.leaving.minute()

    def leave(self, leaving: Leaving) -> None:
        """From now on nothing of theirs is looked at but that it goes."""
        self.done["left"] += 1
        leaving.begun = True
        self.clients.remove(leaving.client)

    def found_dead(self) -> None:
        """A message of earlier, whatever has become of what it is about, is given up by Pub/Sub only now."""
        told = [each for each in self.machine.bus.published[-60:] if isinstance(each, (SliceReady, TableReady))]
        if told:
            self.done["dead"] += 1
            message = self.dice.choice(told)
            with suppress(Killed):
                self.machine.failures.record(message.topic, encode(message))

    # -- living ------------------------------------------------------------------------------------

    def live(self, asks: Iterable[SyncRequested]) -> None:
        """Until all that was asked for has come to its end, and everybody has access."""
        machine = self.machine
        runs = {f"workspaces/{a.workspace}/runs/{stable_id(a.connection, a.reason, a.request)}": a for a in asks}
        for _ in range(MOST_MINUTES):
            gone = {each.id for each in self.leaving.ours} if self.leaving and self.leaving.begun else set[str]()
            runs = {run: ask for run, ask in runs.items() if ask.connection not in gone}
            for run, ask in runs.items():
                if not machine.documents.get(run):
                    machine.bus.publish(ask)  # whoever asks sees that nothing began, and asks again
            machine.bus.publish(Tick())
            machine.bus.waiting.extend(self.later)
            self.later.clear()
            self.happens()
            with suppress(Killed):
                self.deliver_some()
            if self.leaving:
                self.looks.at_what_is_shown(self.leaving.shown_still(self.reader))
            if found := machine.inconsistencies():
                raise AssertionError(f"a slice is closed but not whole: {found[:2]}")
            for client in self.clients:
                self.looks.at_runs(client, believed=not self.drawn.changing)
            over = not machine.open() and all(machine.documents.get_many(list(runs)))
            if over and not any(client.stopped() for client in self.clients):
                return
            machine.clock.forward(minutes=1)
        raise AssertionError(f"after {MOST_MINUTES} minutes still open: {', '.join(left(machine)[:4])}")

    def sync(self, request: str, some: bool = False) -> None:
        """Everybody syncs; of it, what must hold afterwards."""
        before = [(client, marked(client)) for client in self.clients]
        self.look()
        asks = list[SyncRequested]()
        for client in self.clients:
            asks += client.asks("operator", request, client.fewer(self.dice) if some else ())
        self.live(asks)
        for client, marks in before:
            if client not in self.clients:
                continue
            if not self.drawn.changing:
                self.looks.at_marks(client, request, marks)
            self.looks.at_what_was_told(client, request)

    def play(self) -> dict[str, Any]:
        with ExitStack() as small:
            small.enter_context(patch.object(files, "look_at", as_text))
            small.enter_context(without_views())
            for platform in {client.world.platform for client in self.clients}:
                small.enter_context(of_few_records(platform, self.few))
            try:
                self._play()
            except Exception as error:  # what breaks a life is what was looked for
                self.looks.say(f"{type(error).__name__}: {error}")
        names = " and ".join(client.world.platform for client in self.clients)
        numbers = {name: getattr(self.looks, name) for name in NUMBERS}
        return {"seed": self.seed, "platform": names, **numbers, "drawn": self.told, "happened": dict(self.done),
                "trouble": self.looks.trouble}  # fmt: skip

    def _play(self) -> None:
        for workspace in self.workspaces:
            self.openings.make(workspace)
        if self.drawn.changing:
            self.change_while_read()
        if self.drawn.joins:
            for client in self.clients:
                if client.whole:
                    client.reads(client.fewer(self.dice))
        for request in ("first", "some", "second"):
            if request == "some" and not self.drawn.some:
                continue
            self.fail_reports()
            self.sync(request, some=request == "some")
            self.machine.clock.forward(hours=8)
            for client in self.clients:
                client.world.box.change()
                if client.world.streams != client.whole:
                    client.reads(client.whole)
        self.calm()

    def calm(self) -> None:
        """From now on all goes well: within a day, everything is made good, by scheduled syncs and the tick alone."""
        self.be_calm()
        began, before = self.machine.clock.now(), [marked(client) for client in self.clients]
        for hour in CALM:
            self.machine.clock.moment = max(self.machine.clock.now(), began + timedelta(hours=hour))
            self.live([ask for client in self.clients for ask in client.asks("schedule", f"calm {hour}")])
            for _ in range(15):
                if not (open_still := left(self.machine)):
                    break
                self.machine.clock.forward(minutes=1)
                self.machine.bus.publish(Tick())
                self.deliver_some()
            found = [client.world.differences() for client in self.clients]
            if not open_still and not any(found):
                break
        for client, marks in zip(self.clients, before, strict=True):
            self.looks.at_marks(client, "in calm", marks)
        self.looks.at_end(self.clients, found, open_still)
        self.calm_marts()
        for workspace in [*self.workspaces, *(f"new{number + 1}" for number in range(self.done["newcomers"]))]:
            for words in self.openings.wrong(workspace):
                self.looks.say(words)
        if self.leaving:
            self.looks.at_traces(self.leaving.traces())

    @property
    def workspaces(self) -> list[str]:
        return sorted({client.world.workspace for client in self.clients})

    def look(self) -> None:
        """Somebody looks at what is published."""
        for workspace in self.workspaces:
            note_look(self.machine.documents, self.machine.clock, workspace)

    def calm_marts(self) -> None:
        """Within some hours, what is published is what the marts say."""
        for _ in range(MOST_HOURS):
            self.machine.clock.forward(hours=1)
            self.look()
            self.who_leaves_goes_on(0)
            for _ in range(6):
                self.machine.bus.publish(Tick())
                self.deliver_some()
                self.machine.clock.forward(minutes=1)
            late = [each for each in self.workspaces if not self.marts.published(self.reader, each)]
            if not late:
                return
        self.looks.say(f"what is published is not what the marts say: {', '.join(late)}")

    def change_while_read(self) -> None:
        changes = [self.dice.randint(1, 3)]

        def hook(*_: Any) -> None:
            if changes[0] and self.dice.random() < 0.05:
                changes[0] -= 1
                self.machine.clock.forward(seconds=1)
                for client in self.clients:
                    client.world.box.change()

        for client in self.clients:
            client.world.box.between_pages(hook)

    def fail_reports(self) -> None:
        """Where reports are made first, a few of the next ones fail: fewer than it takes to give one up. Those that are
        being made already and will fail count as well, for whoever asks for the same is sent to them."""
        for client in self.clients:
            jobs = getattr(client.world.box.world, "jobs", None)
            if jobs is not None:
                jobs.levers.clear()
                doomed = sum(job.outcome == "failed" and not job.done for job in jobs.kept.values())
                jobs.next("failed", times=self.dice.randint(0, max(2 - doomed, 0)))

    def be_calm(self) -> None:
        self.bad, self.deaf = Misfortune(), None
        if self.leaving and not self.leaving.begun:
            self.leave(self.leaving)
        self.drawn = Plot(changing=self.drawn.changing)
        self.transport.chance = 0
        self.outages.under_way.clear()
        for client in self.clients:
            client.world.box.hooks.clear()
            if client.stopped():
                self.connect_again(client)


NUMBERS = ("missing", "duplicated", "wrongly_gone", "left_open")


def play(seed: int, platforms: Sequence[str] = PLATFORMS, plot: Plot | None = None) -> dict[str, Any]:
    try:
        with log.written_to(io.StringIO()):
            return Chaos(seed, platforms, plot).play()
    except Exception as error:  # a seed that breaks the test itself is a failing seed
        nothing = dict.fromkeys(NUMBERS, 0)
        return {"seed": seed, **nothing, "trouble": [f"{type(error).__name__}: {error}"[:600]]}


def main(arguments: Iterable[str] | None = None) -> int:
    reader = argparse.ArgumentParser(description="Syncs under random misfortune, compared with the truth.")
    reader.add_argument("--seeds", type=int, default=10_000)
    reader.add_argument("--start", type=int, default=0)
    reader.add_argument("--only", type=int, help="one seed, with what was drawn and what it found")
    reader.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = reader.parse_args(arguments if arguments is None else list(arguments))
    if given.only is not None:
        print(json.dumps(play(given.only), indent=1))
        return 0
    began, failing = time.monotonic(), 0
    sums, drawn = Counter(dict.fromkeys(NUMBERS, 0)), Counter[str]()
    with ProcessPoolExecutor(given.workers) as pool:
        for number, found in enumerate(pool.map(play, range(given.start, given.start + given.seeds), chunksize=20), 1):
            sums.update({name: found[name] for name in NUMBERS})
            drawn.update(dict.fromkeys(found.get("drawn", {}), 1))
            if found["trouble"]:
                failing += 1
                print(f"seed {found['seed']} {found.get('platform', '')}: {'; '.join(found['trouble'])}", flush=True)
            if number % 1000 == 0:
                print(
                    f"{number} seeds, {failing} failing, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True
                )
    print(f"drawn: {', '.join(f'{name} {count}' for name, count in sorted(drawn.items()))}", file=sys.stderr)
    print(json.dumps({"seeds": given.seeds, **sums, "failing": failing}))
    return 1 if failing else 0


if __name__ == "__main__":
    raise SystemExit(main())
