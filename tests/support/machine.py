"""The whole pipeline in one process, driven step by step: messages are delivered one at a time, time moves when told.

The handlers, the edge, the engine and the connectors are the real ones; only the stores are their likenesses.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import httpx2

from shared import model
from shared.edge import Delivery, Edge
from shared.errors import Problem
from shared.http import Http
from shared.messages import (
    AccessWanted,
    AuditDue,
    DataChanged,
    LetterWanted,
    Message,
    PlatformCalled,
    RatesDue,
    RunChanged,
    SliceReady,
    SyncRequested,
    TableReady,
    Tick,
    WorkspaceWanted,
    decode,
    encode,
)
from shared.model import Connection, to_doc
from shared.opening.opener import Opener
from shared.publishing.publisher import Publisher
from shared.secret import Secret
from shared.states import OPEN_RUN, ConnectionState, PageState, SliceState
from shared.sync.extract import Extractor
from shared.sync.failures import Failures
from shared.sync.load import Loader
from shared.sync.planner import Planner
from shared.sync.run_log import RunLogger
from shared.sync.tick import Ticker
from shared.vocabulary.access import App, Credential, How
from shared.vocabulary.platform import Platform
from tests.support.faults import Fate, Fragile, Killed
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryObjects, Time

MOST_ATTEMPTS = 10  # deliveries of one message before it is a dead letter


def void(message: Message) -> None:
    """It was understood, and nothing follows."""


@dataclass
class PlainKeys:
    """A credential that is always good; the flow tests are not about refreshing."""

    value: str = "token"
    documents: Any = None
    how: How = "oauth"
    app: App = App("client", Secret("client-secret"))
    own: dict[str, str] = field(default_factory=dict)  # connection → its own token, where an account has one

    @property
    def credential(self) -> Credential:
        return Credential(Secret(self.value), how=self.how, app=self.app)

    def headers(self, platform: Platform, connection: Connection) -> Mapping[str, str]:
        token = Secret(self.own.get(connection.id, self.value))
        return platform.authorise(replace(self.credential, token=token, values=connection.values))

    def rejected(self, platform: Platform, connection: Connection, used: Mapping[str, str]) -> bool:
        from shared.errors import Reconnect

        raise Reconnect("revoked", "The account was disconnected.")

    def refused(self, platform: Platform, connection: Connection, problem: Problem, attempts: int) -> Problem:
        """Believed at once; how long real ones wait is not what these tests are about."""
        where = model.path(connection.workspace, "connections", connection.id)
        doc = self.documents.get(where)
        self.documents.set(
            where,
            {
                **doc,
                "state": ConnectionState.RECONNECT,
                "problem": {"code": problem.code, "sentence": problem.sentence, "move": "client"},
            },
        )
        return problem

    def worked(self, connection: Connection) -> None: ...

    def again(self, workspace: str, connection: str) -> None: ...


class Local:
    """The clock that a worker goes by: that of the world, and by so much ahead of it."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.ahead = inner, timedelta()

    def now(self) -> datetime:
        now: datetime = self.inner.now()
        return now + self.ahead

    @contextmanager
    def of(self, ahead: timedelta) -> Iterator[None]:
        """One worker is at work; another one that it wakes up has a clock of its own."""
        before, self.ahead = self.ahead, ahead
        try:
            yield
        finally:
            self.ahead = before

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@dataclass
class Machine:
    transport: httpx2.BaseTransport
    warehouse: Any
    objects: Any = field(default_factory=MemoryObjects)
    documents: Any = field(default_factory=MemoryDocuments)
    bus: MemoryBus = field(default_factory=MemoryBus)
    clock: Time = field(default_factory=Time)
    keys: Any = None
    fate: Fate = field(default_factory=Fate)
    delivered: int = 0
    work_seconds: int = 240
    publisher: Publisher | None = None  # None: nothing is published, as in most tests of the engine
    opener: Opener | None = None  # None: no workspace is opened, and those that there are stand
    ahead: Callable[[], timedelta] = timedelta  # by how much the clock of the next worker is ahead of the world's

    def __post_init__(self) -> None:
        self.keys = self.keys or PlainKeys()
        if isinstance(self.keys, PlainKeys) and self.keys.documents is None:
            self.keys.documents = self.documents
        documents, bus = Fragile(self.documents, "documents", self.fate), Fragile(self.bus, "bus", self.fate)
        objects, http = Fragile(self.objects, "objects", self.fate), Http(transport=self.transport)
        warehouse = Fragile(self.warehouse, "warehouse", self.fate)
        calls: Any = Fragile(http, "http", self.fate)
        workers = itertools.count(1)
        clock: Any = Local(self.clock)
        self.local: Local = clock
        self.extractor = Extractor(
            documents,
            bus,
            objects,
            self.keys,
            calls,
            clock,
            120,
            self.work_seconds,
            names=lambda: f"worker {next(workers)}",
        )
        self.loader = Loader(documents, bus, warehouse, clock, work_seconds=self.work_seconds)
        self.planner = Planner(documents, bus, objects, clock)
        self.ticker = Ticker(documents, bus, clock)
        self.run_logger = RunLogger(documents, objects, bus, clock)
        self.failures = Failures(documents, bus, clock)
        self.edge = Edge(
            {
                SyncRequested.topic: lambda d: self.planner.handle(decode(d.data, SyncRequested), d.id),
                Tick.topic: lambda d: self.ticker.tick(),
                SliceReady.topic: lambda d: self.extractor.handle(decode(d.data, SliceReady)),
                TableReady.topic: lambda d: self.loader.handle(decode(d.data, TableReady)),
                RunChanged.topic: lambda d: self.run_logger.handle(decode(d.data, RunChanged)),
                RatesDue.topic: lambda d: None,  # load_rates hears it, which is no part of the engine
                AuditDue.topic: lambda d: None,  # nor does seal_audit
                WorkspaceWanted.topic: lambda d: self._open(decode(d.data, WorkspaceWanted)),
                PlatformCalled.topic: lambda d: void(decode(d.data, PlatformCalled)),  # nor is answer_call
                LetterWanted.topic: lambda d: void(decode(d.data, LetterWanted)),  # nor send_letter (tests/people)
                AccessWanted.topic: lambda d: void(decode(d.data, AccessWanted)),  # nor keep_access (tests/access)
                DataChanged.topic: lambda d: self._publish(decode(d.data, DataChanged)),
            },
            self.documents,
            clock,
            None,  # type: ignore[arg-type]
        )

    def _publish(self, message: DataChanged) -> None:
        if self.publisher is not None:
            self.publisher.handle(message)

    def _open(self, message: WorkspaceWanted) -> None:
        if self.opener is not None:
            self.opener.handle(message)

    def publish_with(self, marts: Any, objects: Any) -> None:
        """From now on marts are published; workers die over that as over all else."""
        documents: Any = Fragile(self.documents, "documents", self.fate)
        shown, asked = Fragile(objects, "objects", self.fate), Fragile(marts, "marts", self.fate)
        self.publisher = Publisher(documents, shown, asked, self.local)

    # -- setting up ------------------------------------------------------------------------------

    def connect(self, platform: str, workspace: str = "demo", account: str = "acct", **more: Any) -> Connection:
        connection = Connection(
            id=model.stable_id(workspace, platform, account),
            workspace=workspace,
            platform=platform,
            account=account,
            title=account,
            **more,
        )
        self.documents.set(model.path(workspace, "connections", connection.id), to_doc(connection))
        return connection

    def sync(self, connection: Connection, request: str = "first", reason: str = "operator", **more: Any) -> str:
        """Ask for a sync and let everything run to its end; the run's id."""
        self.bus.publish(SyncRequested(connection.workspace, connection.id, reason, request, **more))
        self.settle()
        return model.stable_id(connection.id, reason, request)

    # -- driving -----------------------------------------------------------------------------------

    def deliver(self, message: Message, attempt: int = 1) -> bool:
        """Deliver one message; False when it must come again."""
        self.delivered += 1
        delivery = Delivery(f"m{self.delivered}", message.topic, encode(message), attempt, {})
        try:
            with self.local.of(self.ahead()):
                _, status = self.edge.deliver(delivery)
        except Killed:
            return False
        return status == 204

    def moment(self) -> object:
        """The same while one message is at work and no time passes."""
        return self.delivered, self.clock.now()

    def drain(self) -> None:
        """Deliver what waits until nothing does. A message that fails is delivered again, some time later."""
        attempts: dict[int, int] = {}
        while self.bus.waiting:
            message = self.bus.waiting.popleft()
            attempts[id(message)] = attempts.get(id(message), 0) + 1
            if not self.deliver(message, attempts[id(message)]):
                if attempts[id(message)] >= MOST_ATTEMPTS:
                    self.failures.record(message.topic, encode(message))
                else:
                    self.bus.waiting.append(message)

    def settle(self, minutes: int = 240) -> None:
        """Drain, and while something is still open let minutes pass, as Cloud Scheduler does."""
        for _ in range(minutes):
            self.drain()
            if not self.open():
                return
            self.clock.forward(minutes=1)
            self.bus.publish(Tick())
        raise AssertionError(f"still open after {minutes} minutes: {self.open()[:3]}")

    def open(self) -> list[dict[str, Any]]:
        find = self.documents.find_all
        return [
            *find("runs", ("state", "in", list(OPEN_RUN))),
            *find("pages", ("state", "==", PageState.WAITING)),
            *find("runs", ("untold_since", "<=", self.clock.now() + timedelta(minutes=1))),  # by whatever clock
        ]

    def inconsistencies(self) -> list[str]:
        """What must hold at every moment: a closed slice has all its pages in the warehouse, each of them once."""
        pages: dict[str, list[dict[str, Any]]] = {}
        for page in self.documents.find_all("pages"):
            pages.setdefault(page["slice"], []).append(page)
        found = []
        for part in self.documents.find_all("slices", ("state", "==", SliceState.LOADED)):
            mine = pages.get(part["id"], [])
            loaded = sum(page["state"] == PageState.LOADED for page in mine)
            rows = sum(page["rows"] for page in mine)
            if not len(mine) == loaded == part["to_load"] == part["loaded"]:
                found.append(
                    f"{part['stream']}: {len(mine)} pages, {loaded} loaded, counted {part['loaded']}/{part['to_load']}"
                )
            elif rows != part["rows"] and part["kind"] == "extract":
                found.append(f"{part['stream']}: {rows} rows in its pages, {part['rows']} counted")
        return found

    # -- looking -----------------------------------------------------------------------------------

    def run(self, run: str, workspace: str = "demo") -> dict[str, Any]:
        doc: dict[str, Any] = self.documents.get(model.path(workspace, "runs", run))
        return doc

    def slices(self, run: str, workspace: str = "demo") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.documents.find(f"workspaces/{workspace}/slices", ("run", "==", run))
        return found
