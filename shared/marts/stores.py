"""What is needed of an installation to put its marts in place: nothing of credentials."""

from __future__ import annotations

from typing import Any, Protocol

from shared.clock import Clock
from shared.settings import Settings
from shared.stores.ports import Bus, Documents, Objects


class Stores(Protocol):
    @property
    def settings(self) -> Settings: ...

    @property
    def documents(self) -> Documents: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def bigquery(self) -> Any: ...


class Loading(Stores, Protocol):
    """What it takes besides to stage and load the rows of runs."""

    @property
    def objects(self) -> Objects: ...

    @property
    def bus(self) -> Bus: ...
