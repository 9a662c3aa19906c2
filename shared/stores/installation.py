"""The stores as functions see them, opened together for an operator: local stand-ins or a real project alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Self

from google.api_core.exceptions import NotFound

from shared import model
from shared.clock import SystemClock
from shared.model import Workspace, from_doc
from shared.settings import Settings, load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.holdings import Holdings
from shared.stores.ports import Bus, Documents
from shared.stores.pubsub import PubSubBus
from shared.stores.secret_manager import SecretManagerVault
from shared.stores.storage import StorageObjects
from shared.warehouse import names, runs


@dataclass(frozen=True)
class Stores(Holdings):
    bus: Bus

    @classmethod
    def open(cls, settings: Settings | None = None) -> Self:
        """From the environment, which also says whether stand-ins take the place of Google's services."""
        settings = settings or load()
        return cls(
            settings,
            FirestoreDocuments(settings),
            SecretManagerVault(settings),
            StorageObjects(settings),
            SystemClock(),
            PubSubBus(settings),
        )

    @cached_property
    def people(self) -> Documents:
        """People, keys, sessions and the audit log, in a database of their own; opened by whoever asks first."""
        return FirestoreDocuments.of_people(self.settings)

    @cached_property
    def feeds(self) -> Documents:
        """What feeds' keys open, in a third."""
        return FirestoreDocuments.of_feeds(self.settings)

    def tables(self, workspace: str) -> dict[str, str]:
        """The tables and views of what was read, with their kind (TABLE, VIEW); none before the first."""
        try:
            found = self.bigquery.list_tables(names.raw(workspace))
            kinds = {table.table_id: table.table_type for table in sorted(found, key=lambda table: table.table_id)}
        except NotFound:
            return {}
        return {name: kind for name, kind in kinds.items() if name != runs.TABLE.name}

    def workspace(self, name: str) -> Workspace | None:
        doc = self.documents.get(model.workspace_path(name)) if model.names_one(name) else None
        return from_doc(Workspace, doc) if doc else None

    def closing_since(self, workspace: str) -> datetime | None:
        """Since when it is being erased; nothing may begin in it any more."""
        doc = self.documents.get(model.closing_path(workspace)) if model.names_one(workspace) else None
        return doc["since"] if doc else None
