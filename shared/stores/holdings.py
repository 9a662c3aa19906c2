"""The stores that hold something of a client, together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.clock import Clock
from shared.settings import Settings
from shared.stores.bigquery_client import connect
from shared.stores.ports import Documents, Objects, Vault
from shared.stores.storage import StorageObjects


@dataclass(frozen=True)
class Holdings:
    settings: Settings
    documents: Documents
    vault: Vault
    objects: Objects
    clock: Clock

    @cached_property
    def published(self) -> Objects | None:
        """The bucket of published marts; None where nothing is published."""
        bucket = self.settings.published_bucket
        return StorageObjects(self.settings, self.clock, bucket) if bucket else None

    @cached_property
    def bigquery(self) -> Any:
        """Opened by whoever asks it first."""
        return connect(self.settings)
