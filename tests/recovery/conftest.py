"""A site to lose things at: the engine with the operator's commands beside it.

In memory, where a whole sync takes a moment; and on the wire, with Google's own clients, the SQL and load jobs.
"""

from __future__ import annotations

import io
import itertools
import os
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import httpx2
import orjson
import pytest
from google.api_core.exceptions import NotFound

from infra.admin import target
from infra.admin.__main__ import main
from infra.local import google
from infra.sandbox import create_any
from shared import log, model
from shared.http import Http
from shared.kit.calendar import zone_named
from shared.model import Connection, Workspace, from_doc, to_doc
from shared.oauth import links
from shared.oauth.connect import ConnectionWriter
from shared.oauth.credentials import Credentials
from shared.oauth.links import Link
from shared.platforms import platform as platform_named
from shared.settings import Settings
from shared.stores.bigquery import BigQueryWarehouse
from shared.stores.bigquery_rows import Rows
from shared.stores.firestore import FirestoreDocuments
from shared.stores.installation import Stores
from shared.stores.ports import Doc, Documents
from shared.stores.secret_manager import SecretManagerVault
from shared.stores.storage import StorageObjects
from shared.warehouse import names
from shared.warehouse.runs import TABLE
from tests.contract.warehouse_backends import SETTINGS, stand_in
from tests.flow.keys import granted
from tests.flow.pipeline import TINY
from tests.support.machine import Machine
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryObjects, MemoryVault, Time
from tests.support.tables import MemoryBigQuery
from tests.support.truth import differences
from tests.support.warehouse import MemoryWarehouse
from tests.terraform import drawing

PLATFORM = "emailoctopus"
WIRE_TOO = pytest.mark.parametrize("site", ["in memory", "on the wire"], indirect=True)
_numbers = itertools.count(1)


@dataclass
class Site:
    wire: bool = False
    platform: str = PLATFORM
    counts: Mapping[str, int] = field(default_factory=lambda: TINY[PLATFORM])
    streams: list[str] = field(default_factory=list)  # empty: all that are not optional
    days: int = 0  # how far back days are read; 0: as far as the platform tells
    clock: Time = field(default_factory=Time)
    lived: float = 0.0  # seconds that were lived twice: whoever counts them never goes back
    database: str = ""
    number: int = field(default_factory=lambda: next(_numbers))

    def __post_init__(self) -> None:
        self.synced = self.clock.now()
        self.workspace = f"recovery{os.getpid()}_{self.number}"
        clock = self.clock
        counts = {"lists": 1, "contacts": 3, "campaigns": 1} if self.wire else self.counts
        ticks = lambda: clock.now().timestamp() + self.lived  # noqa: E731
        self.box = create_any(self.platform, clock=clock.now, monotonic=ticks, counts=counts)
        self.http = Http(transport=httpx2.WSGITransport(app=self.box.wsgi))
        self.settings: Settings = replace(SETTINGS, start_url="https://connect.example.com")
        self.objects: Any = StorageObjects(self.settings) if self.wire else MemoryObjects()
        self.vault: Any = SecretManagerVault(self.settings) if self.wire else MemoryVault()
        self.warehouse: Any = None if self.wire else MemoryWarehouse(self.objects)
        if not self.wire:
            client = self.box.setting.client
            app = {"client_id": client.id, "client_secret": client.secret}
            self.vault.add(f"client-{self.platform}", orjson.dumps(app))
        self.bus = MemoryBus()
        self.live_on("before")
        self.documents.set(model.workspace_path(self.workspace), to_doc(Workspace(self.workspace, "Bakery")))
        self.connect(self.link())

    def go_back(self, moment: datetime) -> None:
        """Or on: it is this moment again."""
        self.lived += max((self.clock.moment - moment).total_seconds(), 0.0)
        self.clock.moment = moment

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
        self.stores = Stores(self.settings, self.documents, self.vault, self.objects, self.clock, self.bus)
        vars(self.stores)["people"] = MemoryDocuments()
        vars(self.stores)["feeds"] = MemoryDocuments()
        self.bigquery: Any = self.warehouse.client if self.wire else MemoryBigQuery(self.warehouse)

    def link(self) -> Link:
        made = links.create(self.documents, self.clock, self.workspace, self.platform, history_days=self.days)
        return made[1]

    def connect(self, link: Link) -> Connection:
        """A person with a link gives access, and picks the first account that can be read."""
        platform = platform_named(self.platform)
        credential = granted(platform, self.box, self.clock.now())
        connector = ConnectionWriter(self.documents, self.vault, self.bus, self.http, self.clock)
        seen = [account for account in connector.discover(platform, credential) if not account.closed]
        chosen = connector.only_account(platform, link, seen[:1])
        made = connector.connect(platform, link, credential, chosen, f"connected-{link.id[:16]}")
        self.bus.waiting.clear()
        where = model.path(self.workspace, "connections", made.connected[0].connection.id)
        self.documents.set(where, {**self.documents.get(where), "streams": self.streams})
        return self.connection

    @property
    def connection(self) -> Connection:
        (doc,) = self.documents.find(f"{model.workspace_path(self.workspace)}/connections")
        return from_doc(Connection, doc)

    def admin(self, *words: str, code: int = 0) -> Any:
        """What the operator types; it must end with this code."""
        with redirect_stdout(io.StringIO()) as said, redirect_stderr(io.StringIO()) as complained:
            ended = main(["--json", *words])
        assert ended == code, complained.getvalue()
        return orjson.loads(said.getvalue())

    def sync(self) -> dict[str, Any]:
        self.synced = self.clock.now()
        return self._ended(self.admin("sync", self.workspace, self.platform)["run"])

    def replay(self) -> dict[str, Any]:
        return self._ended(self.admin("replay", self.workspace, self.platform)["run"])

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
        accounts = [self.connection.account] if self.box.accounts() else None
        over = self.synced.astimezone(zone_named(self.connection.zone)).date()  # what a day tells grows until its end
        return differences(self.platform, self.box.truth(accounts), there, self.streams, over)

    def changes(self) -> list[tuple[str, Any, str, str, int]]:
        """All that history holds, readings and marks: table, when, hash (none of a mark), page, line."""
        return sorted(
            (
                table,
                row["_synced_at"],
                row["_hash"] if row.get("_deleted_at") is None else "",
                row["_page"],
                row["_line"],
            )
            for table in self.tables()
            if table != TABLE.name
            for row in self.rows.history(self.workspace, table)
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


def exported(documents: Documents, workspace: str) -> dict[str, Doc]:
    """As Firestore exports collection groups: wherever they are, and nothing that stands below their documents."""
    groups = drawing.listed("exports.tf", "exported")
    homes = ["", f"workspaces/{workspace}/"]
    return {path: doc for home in homes for group in groups for path, doc in documents.each(f"{home}{group}")}


@pytest.fixture(scope="session")
def cloud() -> Iterator[None]:
    running = google.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**running.environment(), **stand_in().environment()}.items():
            patch.setenv(name, value)
        yield
    running.stop()


@pytest.fixture
def site(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Site:
    """In memory, unless a test is marked with WIRE_TOO, which runs it on the wire as well."""
    wire = getattr(request, "param", "in memory") == "on the wire"
    if wire:
        request.getfixturevalue("cloud")
    monkeypatch.setattr(log, "stream", io.StringIO())  # the commands point it elsewhere; taken back afterwards
    made = Site(wire)
    monkeypatch.setattr(target, "stores", lambda local: made.stores)
    return made
