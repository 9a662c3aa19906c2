"""Two clients of an agency whose things lie side by side in the same stores; one of them leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpx2

from shared import model
from shared.erasure.connection import ConnectionErasure
from shared.erasure.workspace import WorkspaceErasure
from shared.http import Http
from shared.model import Connection, Publication, Workspace, to_doc
from shared.oauth import attempts, links
from shared.oauth.accounts import labels_of, secret_name
from shared.oauth.clients import SigningKey
from shared.oauth.tokens import pack
from shared.secret import Secret
from shared.settings import load
from shared.stores.installation import Stores
from shared.vocabulary.access import Credential
from tests.flow.pipeline import TINY, Pipeline
from tests.support.drawn import every_step_is_drawn  # noqa: F401  (holds in every test here)
from tests.support.faults import Fate, Fragile
from tests.support.memory import MemoryObjects, MemoryVault
from tests.support.tables import MemoryBigQuery

SETTINGS = load(env={"GOOGLE_CLOUD_PROJECT": "local", "TRIBUTARY_BUCKET": "pages"})
LEAVES, STAYS = "demo", "other"


@dataclass(frozen=True)
class EraserStores(Stores):
    """The operator's stores, with BigQuery in memory."""

    tables_there: Any = None
    published_there: Any = None

    @cached_property
    def bigquery(self) -> Any:
        return self.tables_there

    @cached_property
    def published(self) -> Any:
        return self.published_there


@dataclass
class Office:
    """`world` is synced once, for both clients; each connection has a credential of its own, unless it is shared."""

    world: Pipeline
    vault: MemoryVault = field(default_factory=MemoryVault)
    published: MemoryObjects = field(default_factory=MemoryObjects)

    @cached_property
    def bigquery(self) -> MemoryBigQuery:
        return MemoryBigQuery(self.world.warehouse)

    @property
    def machine(self) -> Any:
        return self.world.machine

    def stores(self, fate: Fate | None = None) -> Stores:
        """`fate`: what happens to whoever erases."""
        machine = self.machine
        made: dict[str, Any] = {"documents": machine.documents, "vault": self.vault, "objects": machine.objects}
        published: Any = self.published
        if fate is not None:
            made = {name: Fragile(store, name, fate) for name, store in made.items()}
            published = Fragile(published, "objects", fate)
        return EraserStores(
            SETTINGS, bus=machine.bus, clock=self.world.clock, tables_there=self.bigquery, published_there=published,
            **made,
        )  # fmt: skip

    @property
    def http(self) -> Http:
        return Http(transport=httpx2.WSGITransport(app=self.world.box.wsgi))

    def erasure(self, fate: Fate | None = None) -> WorkspaceErasure:
        return WorkspaceErasure(self.stores(fate), self.http, LEAVES)

    def ending(self, connection: Connection) -> ConnectionErasure:
        return ConnectionErasure(self.stores(), self.http, connection)

    def credential(self) -> Credential:
        given = self.world.box.credential()
        if "api_key" in given:
            return Credential(Secret(given["api_key"]), how="key")
        renewal = given.get("refresh_token")
        return Credential(Secret(given["access_token"]), Secret(renewal) if renewal else None)

    def connect(self, workspace: str, account: str, credential: Credential) -> Connection:
        made: Connection = self.machine.connect(self.world.platform, workspace, account)
        name = secret_name(made)
        version = self.vault.add(name, pack(credential, self.world.clock.now()), labels_of(made))
        doc = {**to_doc(made), "secret": name, "secret_version": version}
        self.machine.documents.set(model.path(workspace, "connections", made.id), doc)
        return model.from_doc(Connection, doc)

    def publish(self, workspace: str) -> None:
        """As a version leaves it: a manifest, a file, and the pointer."""
        manifest = f"{workspace}/manifests/000001-000001-20260901T060000-000001.json.gz"
        for name in (manifest, f"{workspace}/ads_by_day/0123/000001-000001-20260901T060000-000000000000.parquet"):
            self.published.write(name, b"", {})
        shown = Publication(workspace, version=1, cause="loaded", manifest=manifest, fence=1)
        self.machine.documents.set(model.publication_path(workspace), to_doc(shown))

    def owe(self, made: Connection) -> None:
        """After its syncs, because each reads what is owed."""
        debt = model.Debt(
            f"{made.id}-owed", made.workspace, made.id, made.platform, "gone", "", owed_since=self.world.clock.now()
        )
        self.machine.documents.set(model.path(made.workspace, "debts", debt.id), to_doc(debt))

    def open_doors(self, workspace: str) -> None:
        """What stands outside of the workspace and names it: a link, an attempt, a choice, a page, a message."""
        documents, clock = self.machine.documents, self.world.clock
        _, link = links.create(documents, clock, workspace, self.world.platform)
        attempts.begin(documents, clock, link.id, workspace, self.world.platform, "oauth", "cookie", {})
        documents.set(f"outcomes/{workspace}", {"workspace": workspace, "expires_at": clock.now()})
        choice = {"id": workspace, "workspace": workspace, "platform": self.world.platform, "until": clock.now()}
        documents.set(f"choices/{workspace}", {**choice, "accounts": []})
        self.vault.add(f"pending-{workspace}", b"{}", {"kind": "pending", **labels_of(workspace)})
        left = f"user-{workspace}-emailoctopus-left-tokens"  # by a process that died while it connected
        documents.set(f"intents/{left}", {"secret": left, "workspace": workspace, "connection": "left"})
        self.vault.add(left, b"{}", labels_of(workspace))
        data = f'{{"workspace":"{workspace}","slice":"gone"}}'
        documents.set(f"failures/{workspace}", {"id": workspace, "topic": "slice-ready", "data": data})
        SigningKey(documents, self.vault, clock, "connect-signing-key").get()

    def traces(self, *names: str) -> list[str]:
        """Everything, anywhere, that belongs to these: a workspace's name, ids of connections."""
        found = [path for path, doc in self.machine.documents.docs.items() if _about(f"{path} {doc}", names)]
        found += [f"gs://{name}" for name in self.machine.objects.held if _about(name, names)]
        found += [f"gs://published/{name}" for name in self.published.held if _about(name, names)]
        found += [f"secret {name}" for name in self.vault.secrets if _about(name, names)]
        found += [f"table {table}" for owner, table in self.world.warehouse.tables if owner in names]
        return sorted(path for path in found if not path.startswith("receipts/"))


def _about(text: str, names: tuple[str, ...]) -> bool:
    return any(name in text for name in names)


def office(platform: str = "emailoctopus", synced: bool = True) -> Office:
    made = Office(Pipeline(platform, counts=TINY.get(platform)) if platform in TINY else _small(platform))
    documents = made.machine.documents
    documents.delete(model.path(LEAVES, "connections", made.world.connection.id))
    for name in (LEAVES, STAYS):
        documents.set(model.workspace_path(name), to_doc(Workspace(name, name.title())))
        made.connect(name, "acct", made.credential())
        made.open_doors(name)
        made.publish(name)
    if synced:
        for name in (LEAVES, STAYS):
            (doc,) = documents.find(f"workspaces/{name}/connections")
            made.machine.sync(model.from_doc(Connection, doc))
    for doc in documents.find_all("connections"):
        made.owe(model.from_doc(Connection, doc))
    return made


def _small(platform: str) -> Pipeline:
    return Pipeline(platform, size=0.05, history_days=5)
