"""A project in memory in which workspaces are opened: wishes change, time passes, messages come, workers die."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from google.cloud.bigquery import AccessEntry, Table, TimePartitioning

from shared import model
from shared.marts.placing import Deployment
from shared.messages import WorkspaceWanted
from shared.model import Opening, Workspace, from_doc
from shared.opening import opener, wishes
from shared.opening.opener import Opener
from shared.settings import Settings, load
from shared.sync.tick import Ticker
from shared.warehouse import names
from tests.marts.shelf import Shelf
from tests.support.faults import Fate, Fragile, Killed
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryObjects, Time

ACCOUNTS = (
    '{"load_batch": "load-batch@p.example.com", "answer_call": "answer-call@p.example.com", '
    '"publish_mart": "publish-mart@p.example.com", "open_workspace": "open-workspace@p.example.com", '
    '"look_up": "look-up@p.example.com", '
    '"deployer": "deployer@p.example.com"}'
)
SETTINGS = {"GOOGLE_CLOUD_PROJECT": "demo", "TRIBUTARY_BUCKET": "pages", "TRIBUTARY_ACCOUNTS": ACCOUNTS}
ACME = Workspace("acme", "Acme", zone="Europe/Vienna", currency="EUR", readers=["user:ann@example.com"])


@dataclass
class Yard:
    fate: Fate = field(default_factory=Fate)
    clock: Time = field(default_factory=Time)
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    bus: MemoryBus = field(default_factory=MemoryBus)
    shelf: Shelf = field(default_factory=Shelf)
    settings: Settings = field(default_factory=lambda: load(env=SETTINGS))

    def __post_init__(self) -> None:
        documents: Any = Fragile(self.documents, "documents", self.fate)
        objects: Any = Fragile(self.objects, "objects", self.fate)
        client = Fragile(self.shelf, "bigquery", self.fate)
        self.opener = Opener(self.settings, documents, objects, self.clock, client)

    # -- what happens ----------------------------------------------------------------------------------

    def make(self, asked: Workspace = ACME) -> None:
        wishes.make(self.documents, self.clock, asked)
        self.bus.publish(WorkspaceWanted(asked.id))

    def change(self, workspace: str = ACME.id, **changes: Any) -> None:
        wishes.change(self.documents, self.clock, workspace, changes)
        self.bus.publish(WorkspaceWanted(workspace))

    def drain(self) -> None:
        while self.bus.waiting:
            message = self.bus.waiting.popleft()
            assert isinstance(message, WorkspaceWanted)
            try:
                self.opener.handle(message)
            except Killed:
                self.bus.publish(message)  # it was not acknowledged

    def minutes(self, number: int) -> None:
        """Time passes with its ticks; what is said is heard."""
        ticker = Ticker(self.documents, self.bus, self.clock)
        for _ in range(number):
            self.drain()
            self.clock.forward(minutes=1)
            ticker.tick()
            self.bus.waiting = type(self.bus.waiting)(m for m in self.bus.waiting if isinstance(m, WorkspaceWanted))
        self.drain()

    def table(self, dataset: str, name: str) -> None:
        """Rows of a stream came."""
        made = Table(f"demo.{dataset}.{name}")
        made.time_partitioning = TimePartitioning(field="_synced_at")
        self.shelf.create_table(made, exists_ok=True)

    # -- what is so --------------------------------------------------------------------------------------

    def workspace(self, name: str = ACME.id) -> Workspace:
        return from_doc(Workspace, self.documents.get(model.workspace_path(name)) or {})

    def opening(self, name: str = ACME.id) -> Opening:
        return from_doc(Opening, self.documents.get(model.opening_path(name)) or {})

    def access(self, dataset: str) -> set[tuple[str, str]]:
        """Role and whom, of those that are not datasets."""
        entries = self.shelf.datasets[dataset].access_entries
        return {(str(each.role), str(each.entity_id)) for each in entries if each.role}

    def by_hand(self, dataset: str, role: str, address: str) -> None:
        """An admin gives access without asking us."""
        found = self.shelf.datasets[dataset]
        found.access_entries = [*found.access_entries, AccessEntry(role, "userByEmail", address)]

    def stands(self) -> dict[str, object]:
        """All that there is in BigQuery, to be compared."""
        return {
            name: (
                dict(each.labels),
                each.friendly_name,
                each.default_partition_expiration_ms,
                sorted(map(str, (entry.to_api_repr() for entry in each.access_entries))),
                {table: self._kept(name, table) for table in sorted(self.shelf.names(name))},
            )
            for name, each in self.shelf.datasets.items()
        }

    def _kept(self, dataset: str, table: str) -> int | None:
        parts = self.shelf.tables[dataset, table].time_partitioning
        return parts.expiration_ms if parts else None


def without_views(patch: pytest.MonkeyPatch) -> None:
    """The marts have tests of their own; a view here costs as much as a dataset."""
    patch.setattr(opener, "deploy", lambda stores, workspace: Deployment(0))
    patch.setattr(opener, "deploy_agency", lambda stores: Deployment(0))


KEEPER = "projects/demo/roles/tributaryWorkspaceKeeper"
LOOKED_UP = {("READER", "look-up@p.example.com")}
OWNED = {("OWNER", "projectOwners"), ("OWNER", "deployer@p.example.com"), (KEEPER, "open-workspace@p.example.com")}
FILLED = {
    ("WRITER", "load-batch@p.example.com"),
    ("WRITER", "answer-call@p.example.com"),
    ("READER", "publish-mart@p.example.com"),
}
OF_ACME = names.of_workspace(ACME.id)
