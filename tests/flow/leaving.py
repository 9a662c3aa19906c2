"""A client who leaves in a life full of misfortune, with all rows: what is theirs goes, and comes back nowhere.

Who leaves alone takes the workspace along; who shares it with others leaves them what is theirs, published anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import httpx2
from google.api_core.exceptions import NotFound

from shared import model
from shared.erasure.connection import ConnectionErasure
from shared.erasure.workspace import WorkspaceErasure
from shared.http import Http
from shared.model import Connection, from_doc
from shared.oauth.accounts import secrets_of
from shared.publishing.published import Published
from shared.settings import Settings
from shared.stores.holdings import Holdings
from shared.warehouse import names
from tests.flow.clients import Client
from tests.flow.keys import Access
from tests.flow.openings import Openings
from tests.support.faults import Fragile, Killed
from tests.support.memory import MemoryObjects
from tests.support.tables import MemoryBigQuery

OF_CONNECTION = ("connections", "cursors", "runs", "slices", "pages", "debts")
# What an erasure says that it leaves behind (shared/erasure/remaining.py).
STAYS = ("receipts/", "failures/")


@dataclass
class BothBigQuery(MemoryBigQuery):
    """The rows of the warehouse in memory, in the datasets that are opened."""

    openings: Any = None

    def get_dataset(self, reference: Any) -> Any:
        try:
            return self.openings.shelf.get_dataset(reference)
        except NotFound:
            return super().get_dataset(reference)  # the warehouse in memory loads into what is not there, too

    def list_tables(self, dataset: str) -> list[Any]:
        if dataset in self.openings.shelf.datasets and not self._has_rows(dataset):
            return []
        return super().list_tables(dataset)

    def delete_dataset(self, dataset: str, delete_contents: bool, not_found_ok: bool) -> None:
        self.openings.shelf.delete_dataset(dataset, delete_contents, not_found_ok)
        if self._has_rows(dataset):
            super().delete_dataset(dataset, delete_contents, not_found_ok)

    def _has_rows(self, dataset: str) -> bool:
        return any(dataset in (names.raw(owner), names.history(owner)) for owner, _ in self.warehouse.tables)


@dataclass(frozen=True)
class Hands(Holdings):
    """The stores of whoever erases."""

    tables_there: Any = None
    published_there: Any = None

    @cached_property
    def bigquery(self) -> Any:
        return self.tables_there

    @cached_property
    def published(self) -> Any:
        return self.published_there


@dataclass
class Leaving:
    client: Client
    alone: bool  # in its workspace
    access: Access
    openings: Openings
    shown: MemoryObjects
    begun: bool = False
    at_it: bool = False
    until: datetime | None = None  # the next look
    looked_at: datetime | None = None  # when the last look began that found something of them
    done_at: datetime | None = None

    def __post_init__(self) -> None:
        machine, fate = self.openings.machine, self.openings.machine.fate
        made: dict[str, Any] = {
            "documents": Fragile(machine.documents, "documents", fate),
            "vault": Fragile(self.access.vault, "vault", fate),
            "objects": Fragile(machine.objects, "objects", fate),
        }
        rows = BothBigQuery(machine.warehouse, openings=self.openings)
        self.hands = Hands(
            Settings(project="demo", bucket="pages"), clock=machine.clock,
            tables_there=Fragile(rows, "bigquery", fate), published_there=Fragile(self.shown, "objects", fate), **made,
        )  # fmt: skip

    @property
    def workspace(self) -> str:
        return self.client.world.workspace

    @property
    def ours(self) -> list[Connection]:
        return self.client.world.connections

    def minute(self) -> None:
        """Somebody gives the command, and gives it again until the receipt says that all is gone."""
        now = self.openings.machine.clock.now()
        if not self.begun or self.done_at is not None or (self.until is not None and now < self.until):
            return
        self.at_it = True
        with suppress(Killed):
            self._look(now)
        self.at_it = False

    def _look(self, now: datetime) -> None:
        looks = list[datetime | None]()
        for look in self._looks():
            self.looked_at = now
            looks.append(look())
        self.until = max(filter(None, looks), default=None)
        self.done_at = None if self.until else now

    def _looks(self) -> Iterable[Callable[[], datetime | None]]:
        """For each thing that is there still."""
        http = Http(transport=httpx2.WSGITransport(app=self.client.world.box.wsgi))
        find = self.openings.machine.documents.get
        if self.alone:
            if find(model.workspace_path(self.workspace)) is not None:
                yield lambda: WorkspaceErasure(self.hands, http, self.workspace).run()[1]
            return
        for each in self.ours:
            doc = find(model.path(each.workspace, "connections", each.id))
            if doc is not None:
                erasure = ConnectionErasure(self.hands, http, from_doc(Connection, doc))
                yield lambda erasure=erasure: erasure.run(drop_rows=True)[1]  # type: ignore[misc]

    # -- what must hold --------------------------------------------------------------------------------

    def shown_still(self, reader: Published) -> list[str]:
        """What is published after the end is of a moment after it, whoever was at work meanwhile."""
        if self.done_at is None or self.looked_at is None:
            return []
        manifest = reader.latest(self.workspace)
        old = manifest is not None and manifest.stamp.as_of < self.looked_at
        return [f"version {manifest.version} of {self.workspace} is of before the erasure"] if manifest and old else []

    def traces(self) -> list[str]:
        """Everything, anywhere, that is theirs."""
        if self.done_at is None:
            return [f"{self.workspace}: the erasure comes to no end"]
        machine = self.openings.machine
        docs = {path: doc for path, doc in machine.documents.docs.items() if not path.startswith(STAYS)}
        tables = machine.warehouse.tables
        if self.alone:
            named = f"/{self.workspace}/"
            found = [path for path, doc in docs.items() if named in f"/{path}/" or self._names_us(doc)]
            found += [f"gs://{name}" for name in machine.objects.held if name.startswith(f"{self.workspace}/")]
            found += [f"gs://published/{name}" for name in self.shown.held if name.startswith(f"{self.workspace}/")]
            found += [f"dataset {name}" for name in self.openings.datasets(self.workspace)]
            found += [f"table {owner}.{name}" for owner, name in tables if owner == self.workspace]
        else:
            ids = {each.id for each in self.ours}
            found = [path for path, doc in docs.items()
                     if path.split("/")[-2] in OF_CONNECTION and {doc["id"], doc.get("connection")} & ids]  # fmt: skip
            found += [f"gs://{name}" for name, (_, told) in machine.objects.held.items() if told["connection"] in ids]
            found += [
                f"row of {name}"
                for (_, name), held in tables.items()
                for identity in {*held.current, *(one for one, told in held.events.items() if told)}
                if ids & {*identity}
            ]
        found += [f"secret {name}" for each in self.ours for name in self.access.vault.named(secrets_of(each))]
        return found

    def _names_us(self, doc: Any) -> bool:
        return bool(doc.get("workspace") == self.workspace)
