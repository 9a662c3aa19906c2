"""The API with everything around it in memory: keys, connections, runs, published marts; and a program that asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from flask import Request, Response
from werkzeug.test import EnvironBuilder

from shared.api.answers import ANSWERS
from shared.api.desk import Desk
from shared.api.front import Front
from shared.api.gate import FINDERS, Gate
from shared.api.wire import Policy
from shared.audit.entry import Origin
from shared.clock import Clock
from shared.keys.admission import Door
from shared.keys.digests import Digests
from shared.keys.keyring import Keyring
from shared.keys.limits import Limits
from shared.keys.scopes import OPERATOR, for_kind
from shared.keys.texts import Kind
from shared.keys.tokens import Tokens
from shared.model import Connection, Run, Slice, Workspace, path, to_doc, workspace_path
from shared.people.guard import Guard
from shared.people.roles import word_of
from shared.people.sessions import Sessions
from shared.publishing.at_hand import Shelf
from shared.publishing.published import Published
from shared.questions.engine import Engine
from shared.settings import Settings
from shared.states import Reason, RunState, SliceState
from shared.sync.data_changes import note_look
from tests.api.published import publish
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryObjects, MemoryVault, Time

HERE = "https://api.example"
BY = Origin(who="operator:tests")
FEEDS = "https://feed.example"
EVERY = tuple(for_kind(Kind.API))
PAGE = "https://board.example"  # whose scripts may read answers


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])


@dataclass
class Service:
    folder: Path
    clock: Time = field(default_factory=Time)
    people: Any = field(default_factory=MemoryDocuments)
    engine: Any = field(default_factory=MemoryDocuments)
    feeds: Any = field(default_factory=MemoryDocuments)
    bus: Any = field(default_factory=MemoryBus)
    vault: MemoryVault = field(default_factory=MemoryVault)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    limits_clock: Clock | None = None

    def __post_init__(self) -> None:
        self.settings = Settings(project="p", bucket="b", start_url="https://connect.example/start", feed_url=FEEDS)
        digests = Digests(self.people, self.vault, self.clock, "key-digests")
        word = word_of(self.people)
        limits = Limits(self.people, self.limits_clock or self.clock)
        self.door = Door(self.people, digests, limits, self.clock, word)
        sessions = Sessions(self.people, self.clock, timedelta(minutes=30))
        self.tokens = Tokens(self.people, digests, self.clock, self.door, sessions.lives)
        self.keyring = Keyring(self.people, digests, self.clock, word)
        self.desk = Desk(
            HERE,
            self.settings,
            self.people,
            self.engine,
            self.bus,
            self.clock,
            Gate(self.door, self.tokens, f"{HERE}/api/v1", Guard(self.people, self.engine, sessions, FINDERS)),
            Shelf(Published(self.engine, lambda _: self.objects), self.folder),
            Engine(),
            self.feeds,
            self.vault,
        )
        self.front = Front(self.desk, ANSWERS, Policy(secure=True, origins=frozenset({PAGE})))

    # -- what is there ---------------------------------------------------------------------------------

    def workspace(self, name: str = "acme", published: bool = True, mark: str = "") -> str:
        """With a connection, a run that has ended, and marts that are published."""
        made = Workspace(name, f"{name} works", "Agency", currency="EUR", created_at=self.clock.now())
        self.engine.set(workspace_path(name), to_doc(made))
        self.furnish(name, mark)
        if published:
            note_look(self.engine, self.clock, name)
            publish(self.engine, self.objects, name, mark=mark)
        return name

    def furnish(self, name: str, mark: str = "") -> None:
        connection = f"{name}-1"
        made = Connection(
            connection, name, "mailchimp", "111", f"Account {mark or name}", secret=f"user-{connection}",
            connected_at=self.clock.now(), last_run=f"{name}-run",
        )  # fmt: skip
        self.engine.set(path(name, "connections", connection), to_doc(made))
        self.run(name, f"{name}-run", RunState.COMPLETED)
        part = Slice(
            f"{name}-slice", name, connection, f"{name}-run", "mailchimp", "lists", state=SliceState.LOADED, rows=7,
            page=1, calls=2, created_at=self.clock.now(),
        )  # fmt: skip
        self.engine.set(path(name, "slices", part.id), to_doc(part))

    def run(self, workspace: str, name: str, state: RunState) -> None:
        over = state in (RunState.COMPLETED, RunState.PARTLY, RunState.FAILED)
        made = Run(
            name, workspace, f"{workspace}-1", "mailchimp", Reason.OPERATOR, state, started_at=self.clock.now(),
            finished_at=self.clock.now() if over else None,
        )  # fmt: skip
        self.engine.set(path(workspace, "runs", name), to_doc(made))

    def key(self, workspace: str = "acme", *scopes: str, maker: str = OPERATOR) -> str:
        secret, _ = self.keyring.make(BY, maker, Kind.API, workspace, "a program", scopes or EVERY, timedelta(days=30))
        return secret.reveal()

    # -- what happens ----------------------------------------------------------------------------------

    def ask(
        self, method: str, where: str, key: str = "", body: Any = None, raw: bytes | None = None, **headers: str
    ) -> Answer:
        made = self.respond(method, f"/api/v1{where}", key, body, raw, **headers)
        return Answer(made.status_code, made.get_data(), dict(made.headers))

    def respond(
        self, method: str, where: str, key: str = "", body: Any = None, raw: bytes | None = None, **headers: str
    ) -> Response:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            said["Authorization"] = f"Bearer {key}"
        data = raw if raw is not None else msgspec.json.encode(body) if body is not None else None
        place, _, query = where.partition("?")
        kind = said.pop("Content-Type", "application/json") if data is not None else None
        builder = EnvironBuilder(
            path=place, query_string=query, base_url=HERE, method=method, data=data, content_type=kind,
            headers=list({"User-Agent": "Program/1", "X-Forwarded-For": "203.0.113.7", **said}.items()),
        )  # fmt: skip
        try:
            return self.front.handle(Request(builder.get_environ()))
        finally:
            builder.close()

    def acts(self, *outcomes: str) -> list[str]:
        """What the audit was told."""
        entries = self.people.docs.of.get("audit_entries", {}).values()
        return [entry["act"] for entry in entries if entry["outcome"] in (outcomes or ("done",))]


def names(docs: Collection[Mapping[str, Any]], field_: str = "id") -> list[str]:
    return [doc[field_] for doc in docs]
