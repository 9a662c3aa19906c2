"""A connection with an access of its own, the audit log, and whoever carries out what is wished of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx2
import orjson

from shared import model
from shared.access import wishes
from shared.access.keeper import AccessKeeper
from shared.audit.entry import Origin
from shared.audit.record import ENTRIES
from shared.http import Http
from shared.messages import AccessWanted
from shared.model import AccessWish, Connection, Workspace, from_doc, to_doc, wish_path
from shared.oauth.accounts import labels_of, secret_name
from shared.oauth.credentials import Credentials
from shared.oauth.tokens import pack
from shared.settings import load
from shared.states import OPEN_WISH, AccessAct
from shared.stores.holdings import Holdings
from shared.sync.tick import Ticker
from tests.flow.keys import granted
from tests.flow.pipeline import Pipeline
from tests.support.faults import Fate, Fragile
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryVault

SETTINGS = load(env={"GOOGLE_CLOUD_PROJECT": "local", "TRIBUTARY_BUCKET": "pages"})
BY = Origin(who="person:ann", route="connection", network="192.0.2.7", request="r1")
LONG_LIVED: dict[str, dict[str, Any]] = {
    "klaviyo": {"refresh": "long_lived"}
}  # so that an answer that is lost takes no access with it


class House:
    """Two workspaces whose connections are read by the same login's kind, each with a grant of its own."""

    def __init__(self, platform: str = "klaviyo", fate: Fate | None = None) -> None:
        self.world = Pipeline(platform, size=0.05, history_days=5, **LONG_LIVED.get(platform, {}))
        self.clock, self.documents, self.box = self.world.clock, self.world.machine.documents, self.world.box
        self.vault, self.people, self.bus = MemoryVault(), MemoryDocuments(), MemoryBus()
        self.fate = fate
        client = self.box.setting.client
        app = {"client_id": client.id, "client_secret": client.secret}
        self.vault.add(f"client-{platform}", orjson.dumps(app))
        for name in ("demo", "other"):
            self.documents.set(model.workspace_path(name), to_doc(Workspace(name, name.title())))
        self.connection = self.connect(self.world.connection)
        self.others = self.connect(
            replace(
                self.world.connection,
                id=model.stable_id("other", platform, self.world.connection.account),
                workspace="other",
            )
        )
        self.clock.forward(minutes=1)  # since its accounts were asked for: the platform counts calls by seconds
        self.keeper = self.process()

    def connect(self, known: Connection, link: str = "") -> Connection:
        name = secret_name(known, link)
        credential = granted(self.world.connector, self.box, self.clock.now())
        version = self.vault.add(name, pack(credential, self.clock.now()), labels_of(known))
        made = replace(known, secret=name, secret_version=version)
        self.documents.set(model.path(made.workspace, "connections", made.id), to_doc(made))
        return made

    def process(self) -> AccessKeeper:
        """keep_access as it begins: it knows nothing of the one before."""
        documents: Any = self.documents
        vault: Any = self.vault
        people: Any = self.people
        http: Any = Http(transport=httpx2.WSGITransport(app=self.box.wsgi))
        keys = Credentials(documents, vault, http, self.clock, SETTINGS)
        if self.fate is not None:
            documents = Fragile(documents, "documents", self.fate)
            people = Fragile(people, "documents", self.fate)
            vault = Fragile(vault, "vault", self.fate)
            calls: Any = Fragile(http, "http", self.fate)
            keys = Credentials(documents, vault, http, self.clock, SETTINGS)
            keys.http = calls
            keys.refresher = replace(keys.refresher, http=calls)
            http = calls
        return AccessKeeper(Holdings(SETTINGS, documents, vault, self.world.machine.objects, self.clock), people, keys,
                            http)  # fmt: skip

    def ask(
        self, act: AccessAct, of: Connection | None = None, request: str = "one", workspace: str = "demo"
    ) -> AccessWish:
        asked = (of or self.connection).id
        return wishes.ask(self.documents, self.people, self.clock, BY, workspace, asked, act, request)

    def deliver(self, wish: AccessWish) -> AccessWish:
        self.keeper.handle(AccessWanted(wish.id))
        return self.kept(wish)

    def wish(self, act: AccessAct, **more: Any) -> AccessWish:
        return self.deliver(self.ask(act, **more))

    def kept(self, wish: AccessWish) -> AccessWish:
        doc = self.documents.get(wish_path(wish.id))
        assert doc is not None
        return from_doc(AccessWish, doc)

    def tick(self) -> None:
        """A minute has passed; whoever is nudged by it does its work."""
        self.clock.forward(minutes=1)
        Ticker(self.documents, self.bus, self.clock).tick()
        for message in [each for each in self.bus.waiting if isinstance(each, AccessWanted)]:
            self.keeper.handle(message)
        self.bus.waiting.clear()

    def through(self, wish: AccessWish, minutes: int = 60) -> AccessWish:
        """To its end, by the tick alone."""
        for _ in range(minutes):
            if self.kept(wish).state not in OPEN_WISH:
                return self.kept(wish)
            self.tick()
        raise AssertionError(f"no end after {minutes} minutes: {self.kept(wish)}")

    def now(self, of: Connection | None = None) -> Connection | None:
        known = of or self.connection
        doc = self.documents.get(model.path(known.workspace, "connections", known.id))
        return from_doc(Connection, doc) if doc else None

    @property
    def here(self) -> Connection:
        found = self.now()
        assert found is not None
        return found

    def log(self, outcome: str = "") -> list[dict[str, Any]]:
        """In the order of time; no time passes here while somebody acts."""
        found = [doc for _, doc in self.people.each(ENTRIES) if outcome in ("", doc["outcome"])]
        return sorted(found, key=lambda doc: (doc["at"], doc["outcome"] != "begun"))

    @property
    def asked(self) -> int:
        return int(self.box.calls.total)

    @property
    def refreshes(self) -> int:
        return int(self.box.calls.refreshes)

    @property
    def revoked(self) -> int:
        return int(self.box.calls.revoked)
