"""The stores that hold something of a client, together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.clock import Clock
from shared.settings import Settings
from shared.stores.bigquery_client import connect
from shared.stores.ports import Documents, Objects, Vault


@dataclass(frozen=True)
class Holdings:
    settings: Settings
    documents: Documents
    vault: Vault
    objects: Objects
    clock: Clock

    @cached_property
    def bigquery(self) -> Any:
        """Opened by whoever asks it first."""
        return connect(self.settings)
