"""Hundreds of connections that begin together are renewed within minutes, and below what Secret Manager takes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared import model
from shared.errors import Later
from shared.model import Connection, to_doc
from shared.oauth import pace
from shared.oauth.credentials import Credentials
from shared.oauth.pace import Pace
from shared.oauth.tokens import pack
from shared.secret import Secret
from shared.vocabulary.access import Credential
from tests.oauth.bench import PLATFORM, SETTINGS, Bench, instead
from tests.support.memory import MemoryDocuments, MemoryVault, Time

CONNECTIONS, INSTANCES, THREADS = 500, 10, 4
WRITES = 600  # a minute for a project: https://cloud.google.com/secret-manager/quotas (2026-10)
MINUTE = timedelta(minutes=1)


@dataclass
class Quota:
    """Secret Manager as one process sees it; every write of all of them is noted with its moment."""

    vault: MemoryVault
    clock: Time
    writes: list[datetime]
    read: Callable[..., Any] = field(init=False)

    def __post_init__(self) -> None:
        self.read = self.vault.read

    def append(self, name: str, payload: bytes) -> str | None:
        self.writes.append(self.clock.now())
        return self.vault.append(name, payload)

    def retire(self, name: str, before: str) -> None:
        self.writes.append(self.clock.now())
        self.vault.retire(name, before)


def begin_together() -> tuple[list[datetime], timedelta, int]:
    """Every access has ended overnight. Each worker goes on with the next connection as soon as it has renewed one:
    the moments of all writes, how long it took, and how many are renewed."""
    start, documents, vault = Time(), MemoryDocuments(), MemoryVault()
    old = Credential(Secret("old"), Secret("again"), expires_at=(start.now() - MINUTE).isoformat())
    for number in range(CONNECTIONS):
        name = f"secret-{number}"
        for _ in range(2):
            version = vault.add(name, pack(old, start.now()))
        made = Connection(str(number), "north", PLATFORM.name, "a", "A", secret=name, secret_version=version)
        documents.set(model.path("north", "connections", made.id), to_doc(made))
    writes: list[datetime] = []
    clocks = [Time(start.now()) for _ in range(INSTANCES * THREADS)]
    workers = [Credentials(documents, _quota(vault, clock, writes), Bench().http, clock, SETTINGS) for clock in clocks]
    for first in range(0, len(workers), THREADS):  # those of one instance share its turns, each at its own moment
        turns = workers[first].refresher.pace._turns
        for worker in workers[first : first + THREADS]:
            worker.refresher.pace._turns = turns
    for worker, clock in zip(workers, clocks, strict=True):
        instead(worker.refresher, "_exchange", _answering(clock))
    for number in range(CONNECTIONS):
        clock = min(clocks, key=Time.now)  # whoever is free first
        worker, where = workers[clocks.index(clock)], model.path("north", "connections", str(number))
        worker.headers(PLATFORM, model.from_doc(Connection, documents.docs[where]))
    renewed = sum(doc["secret_version"] == "3" for doc in documents.find("workspaces/north/connections"))
    return sorted(writes), max(clock.now() for clock in clocks) - start.now(), renewed


def _quota(vault: MemoryVault, clock: Time, writes: list[datetime]) -> Any:
    return Quota(vault, clock, writes)


def _answering(clock: Time) -> Callable[..., Credential]:
    def exchange(platform: object, credential: Credential) -> Credential:
        clock.forward(seconds=0.2)  # a quick platform: forty workers would renew 12,000 a minute
        return replace(credential, token=Secret("new"), expires_at=(clock.now() + timedelta(hours=1)).isoformat())

    return exchange


def most_in_a_minute(writes: list[datetime]) -> int:
    return max(bisect_left(writes, moment + MINUTE) - number for number, moment in enumerate(writes))


def test_five_hundred_connections_stay_below_the_quota_and_wait_for_minutes_only() -> None:
    writes, took, renewed = begin_together()
    assert renewed == CONNECTIONS
    assert len(writes) == 2 * CONNECTIONS
    assert most_in_a_minute(writes) <= WRITES - 80, "those who connect meanwhile find room"
    assert took < timedelta(minutes=4)


def test_without_turns_they_would_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pace, "take", lambda *_: None)
    writes, _, _ = begin_together()
    assert most_in_a_minute(writes) > WRITES


def test_a_quiet_time_lets_some_begin_at_once() -> None:
    clock, documents = Time(), MemoryDocuments()
    for _ in range(pace.AT_ONCE):
        Pace(documents, clock).take(timedelta(0))
        documents.docs[pace.WHERE]["whole_at"] -= pace.GAP * (pace.HANDFUL - 1)  # another process took one of them each
    assert clock.paused == 0


def test_whoever_can_still_use_what_it_has_does_not_wait() -> None:
    bench = Bench()
    bench.clock.forward(hours=23, minutes=55)
    bench.documents.set(pace.WHERE, {"whole_at": bench.clock.now() + MINUTE})
    bench.use(bench.worker())
    assert (bench.refreshes, bench.clock.paused) == (0, 0)


def test_whoever_would_wait_for_long_comes_back_when_it_has_its_turn() -> None:
    bench = Bench()
    bench.clock.forward(days=1)
    bench.documents.set(pace.WHERE, {"whole_at": bench.clock.now() + MINUTE})
    worker = bench.worker()
    with pytest.raises(Later) as caught:
        bench.use(worker)
    assert (caught.value.code, caught.value.counts) == ("renewals-spaced", False)
    assert caught.value.not_before is not None
    assert timedelta(seconds=50) < caught.value.not_before - bench.clock.now() < MINUTE
    bench.clock.moment = caught.value.not_before
    bench.use(worker)
    assert (bench.refreshes, bench.now.state) == (1, "active")


def test_turns_that_nobody_took_are_over() -> None:
    clock, documents = Time(), MemoryDocuments()
    turns = Pace(documents, clock)
    turns.take()
    before = documents.docs[pace.WHERE]
    turns.take()
    assert documents.docs[pace.WHERE] == before, "of the same handful"
    clock.forward(minutes=5)
    turns.take()
    assert documents.docs[pace.WHERE] != before


def test_renewals_that_cannot_be_spaced_are_not_stopped() -> None:
    bench = Bench()
    bench.clock.forward(days=1)
    worker = bench.worker()
    worker.refresher.pace.documents = None  # type: ignore[assignment]
    bench.use(worker)
    assert bench.refreshes == 1
