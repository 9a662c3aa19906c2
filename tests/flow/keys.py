"""The access of a world's connections, kept as the connect pages keep it, and opened and renewed by the real code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

import orjson

from infra.sandbox import Box
from shared import model
from shared.oauth.accounts import labels_of, secret_name
from shared.oauth.credentials import Credentials
from shared.oauth.tokens import from_key, pack, read_grant
from shared.settings import Settings
from shared.vocabulary.access import Credential
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import Answer
from tests.flow.pipeline import VALUES, Pipeline
from tests.support.faults import Fragile
from tests.support.memory import MemoryVault


@dataclass
class Access:
    """From now on the world's workers open what Secret Manager holds; what they do to it are side effects, too."""

    world: Pipeline
    vault: MemoryVault = field(default_factory=MemoryVault)
    renewing: dict[str, bool] = field(default_factory=dict)  # connection → its access ends, and can be renewed

    def __post_init__(self) -> None:
        self.keep(self.world)
        self.forget()

    def keep(self, world: Pipeline) -> None:
        """Also of a world beside it."""
        client = world.box.setting.client
        app = {"client_id": client.id, "client_secret": client.secret}
        self.vault.add(f"client-{world.platform}", orjson.dumps(app))
        for connection in world.connections:
            own = world.keys.own.get(connection.id)
            credential = from_key(own) if own else granted(world.connector, world.box, world.clock.now())
            self.renewing[connection.id] = credential.refresh_token is not None
            name = secret_name(connection)
            version = self.vault.add(name, pack(credential, world.clock.now()), labels_of(connection))
            where, documents = model.path(connection.workspace, "connections", connection.id), world.machine.documents
            documents.set(where, {**documents.get(where), "secret": name, "secret_version": version})

    @contextmanager
    def another_process(self) -> Iterator[None]:
        """Others go on while one process sleeps, with whatever locks it holds."""
        extractor = self.world.machine.extractor
        sleeping = extractor.keys
        self.forget()
        try:
            yield
        finally:
            object.__setattr__(extractor, "keys", sleeping)

    def forget(self) -> None:
        """A process begins: whatever the one before knew is gone."""
        extractor, fate = self.world.machine.extractor, self.world.machine.fate
        settings, calls = Settings(project="example", bucket="example"), cast(Any, extractor.http)
        vault: Any = Fragile(self.vault, "vault", fate)
        local: Any = self.world.machine.local
        keys = Credentials(extractor.documents, vault, calls.inner, local, settings)
        fragile: Any = Fragile(keys.refresher.http, "http", fate)
        keys.refresher = replace(keys.refresher, http=fragile)
        object.__setattr__(extractor, "keys", keys)


def granted(platform: Platform, box: Box[Any], now: datetime) -> Credential:
    """What a consent ends in. Where that is nothing that lasts, what a person pastes instead."""
    rules = box.grants.rules
    found = from_key(box.key()) if platform.key_way is not None else None
    if platform.oauth is not None and rules is not None:
        terms = rules.terms(platform.oauth.token_params) if rules.terms else None
        told = box.grants.give(box.grants.grant(tuple(rules.scopes)), terms)
        access = read_grant(platform, Answer(200, {}, b"", told, is_json=True), now)
        if access.refresh_token is not None or platform.oauth.never_expires or found is None:
            found = access
    if found is None:
        raise ValueError(f"{platform.title} cannot be connected")
    return replace(found, values=VALUES.get(platform.name, {}))
