"""A site to lose things at: the engine with the operator's commands beside it.

In memory, where a whole sync takes a moment; and on the wire, with Google's own clients, the SQL and load jobs.
"""

from __future__ import annotations

import io
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2
import orjson
import pytest
from google.api_core.exceptions import NotFound

from infra.admin import target
from infra.admin.__main__ import main
from infra.local import google
from infra.sandbox import create_any
from infra.stores import Stores
from shared import log, model
from shared.connectors import platform as platform_named
from shared.connectors.access import Credential
from shared.http import Http
from shared.model import Connection, Workspace, from_doc, to_doc
from shared.oauth import links
from shared.oauth.connect import Connector
from shared.oauth.credentials import Credentials
from shared.oauth.links import Link
from shared.secret import Secret
from shared.settings import Settings
from shared.stores.bigquery import BigQueryWarehouse
from shared.stores.bigquery_rows import Rows
from shared.stores.firestore import FirestoreDocuments
from shared.stores.secret_manager import SecretManagerVault
from shared.stores.storage import StorageObjects
from shared.warehouse import names
from shared.warehouse.runs import TABLE
from tests.contract.warehouse_worlds import SETTINGS, stand_in
from tests.flow.world import TINY
from tests.world.machine import Machine
from tests.world.memory import MemoryBus, MemoryDocuments, MemoryObjects, MemoryVault, Time
from tests.world.tables import MemoryBigQuery
from tests.world.truth import differences
from tests.world.warehouse import MemoryWarehouse

PLATFORM = "emailoctopus"
WIRE_TOO = pytest.mark.parametrize("site", ["in memory", "on the wire"], indirect=True)
_numbers = itertools.count(1)


@dataclass
class Site:
    capsys: pytest.CaptureFixture[str]
    wire: bool
    clock: Time = field(default_factory=Time)
    database: str = ""
    number: int = field(default_factory=lambda: next(_numbers))

    def __post_init__(self) -> None:
        self.workspace = f"recovery{os.getpid()}_{self.number}"
        clock = self.clock
        counts = {"lists": 1, "contacts": 3, "campaigns": 1} if self.wire else TINY[PLATFORM]
        self.box = create_any(PLATFORM, clock=clock.now, monotonic=lambda: clock.now().timestamp(), counts=counts)
        self.http = Http(transport=httpx2.WSGITransport(app=self.box.wsgi))
        self.settings: Settings = replace(SETTINGS, start_url="https://connect.example.com")
        self.objects: Any = StorageObjects(self.settings) if self.wire else MemoryObjects()
        self.vault: Any = SecretManagerVault(self.settings) if self.wire else MemoryVault()
        self.warehouse: Any = None if self.wire else MemoryWarehouse(self.objects)
        self.bus = MemoryBus()
        self.live_on("before")
        self.documents.set(model.workspace_path(self.workspace), to_doc(Workspace(self.workspace, "Bakery")))
        self.connect(self.link())

    def live_on(self, database: str) -> None:
        """With this database, and nothing that any process remembers."""
        if self.wire:
            self.documents: Any = FirestoreDocuments(replace(self.settings, project=f"{database}-{self.number}"))
            self.warehouse = BigQueryWarehouse(self.settings)
        elif database != self.database:
            self.documents = MemoryDocuments()
        self.database = database
        self.bus.waiting.clear()
        keys = Credentials(self.documents, self.vault, self.http, self.clock, self.settings)
        self.machine = Machine(
            httpx2.WSGITransport(app=self.box.wsgi),
            self.warehouse,
            self.objects,
            self.documents,
            self.bus,
            self.clock,
            keys,
        )
        self.stores = Stores(self.settings, self.documents, self.bus, self.vault, self.objects, self.clock)
        self.bigquery: Any = self.warehouse.client if self.wire else MemoryBigQuery(self.warehouse)

    def link(self) -> Link:
        return links.create(self.documents, self.clock, self.workspace, PLATFORM)[1]

    def connect(self, link: Link) -> Connection:
        """A person with a link gives a key."""
        platform, credential = platform_named(PLATFORM), Credential(Secret(self.box.key()), how="key")
        connector = Connector(self.documents, self.vault, self.bus, self.http, self.clock)
        chosen = connector.settled(platform, link, connector.discover(platform, credential))
        made = connector.connect(platform, link, credential, chosen, f"connected-{link.id[:16]}")
        self.bus.waiting.clear()
        return made.connected[0].connection

    @property
    def connection(self) -> Connection:
        (doc,) = self.documents.find(f"{model.workspace_path(self.workspace)}/connections")
        return from_doc(Connection, doc)

    def admin(self, *words: str, code: int = 0) -> Any:
        """What the operator types; it must end with this code."""
        ended = main(["--json", *words])
        said = self.capsys.readouterr()
        assert ended == code, said.err
        return orjson.loads(said.out)

    def sync(self) -> dict[str, Any]:
        return self._ended(self.admin("sync", self.workspace, PLATFORM)["run"])

    def replay(self) -> dict[str, Any]:
        return self._ended(self.admin("replay", self.workspace, PLATFORM)["run"])

    def _ended(self, run: str) -> dict[str, Any]:
        self.machine.settle()
        self.clock.forward(hours=8)
        return self.machine.run(run, self.workspace)

    def live(self) -> None:
        """The account changes: rows come, change and go."""
        self.box.change(3)

    # -- what the tables hold --------------------------------------------------------------------------

    @property
    def rows(self) -> Any:
        return Rows(self.bigquery, self.settings.project) if self.wire else self.warehouse

    def tables(self) -> list[str]:
        try:
            found = list(self.bigquery.list_tables(names.raw(self.workspace)))
        except NotFound:
            return []
        return sorted(table.table_id for table in found if table.table_type == "TABLE")

    def wrong(self) -> Any:
        """What differs from what the platform really holds; empty: nothing."""
        there = {table: self.rows.current(self.workspace, table) for table in self.tables()}
        return differences(PLATFORM, self.box.truth(), there)

    def changes(self) -> list[tuple[str, Any, str, str, int]]:
        """Every reading that history holds: table, when, hash, page, line. What vanished is not among them."""
        return sorted(
            (table, row["_synced_at"], row["_hash"], row["_page"], row["_line"])
            for table in self.tables()
            if table != TABLE.name
            for row in self.rows.history(self.workspace, table)
            if row.get("_deleted_at") is None
        )

    def told(self) -> set[str]:
        """The runs that BigQuery knows of."""
        return {row["run_id"] for row in self.rows.current(self.workspace, TABLE.name)}

    def lose_datasets(self) -> None:
        for dataset in (names.raw(self.workspace), names.history(self.workspace)):
            self.bigquery.delete_dataset(dataset, delete_contents=True, not_found_ok=True)

    def lose_objects(self) -> int:
        found = [staged.name for staged in self.objects.list(f"{self.workspace}/")]
        for name in found:
            self.objects.delete(name)
        return len(found)


@pytest.fixture(scope="session")
def cloud() -> Iterator[None]:
    running = google.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**running.environment(), **stand_in().environment()}.items():
            patch.setenv(name, value)
        yield
    running.stop()


@pytest.fixture
def site(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Site:
    """In memory, unless a test is marked with WIRE_TOO, which runs it on the wire as well."""
    wire = getattr(request, "param", "in memory") == "on the wire"
    if wire:
        request.getfixturevalue("cloud")
    monkeypatch.setattr(log, "stream", io.StringIO())  # the commands point it elsewhere; taken back afterwards
    made = Site(capsys, wire)
    monkeypatch.setattr(target, "stores", lambda local: made.stores)
    return made
