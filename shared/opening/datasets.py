"""The datasets of a workspace, as they are wished: made with all that belongs to them at once, or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from google.api_core.exceptions import Conflict, NotFound, PreconditionFailed
from google.cloud import bigquery

from shared.clock import Clock
from shared.errors import Later
from shared.model import Workspace
from shared.opening import access
from shared.retrying import CHANGING, again
from shared.settings import Settings
from shared.stores.bigquery_tables import check_mark
from shared.warehouse import names

DAY = 24 * 60 * 60 * 1000  # milliseconds
TIME_TRAVEL = 7 * 24  # hours: what was lost can be had back for a week


@dataclass(frozen=True)
class Wished:
    """One dataset."""

    name: str
    workspace: Workspace
    title: str
    about: str
    days: int = 0  # that its tables keep each day; 0: for good

    @property
    def lifetime(self) -> int | None:
        return self.days * DAY or None


def wished(workspace: Workspace) -> list[Wished]:
    """The marts first: the others are opened to them."""
    marts, raw, history = names.of_workspace(workspace.id)
    name = workspace.name
    return [
        Wished(marts, workspace, name, f"Marts of {name}: what dashboards read."),
        Wished(raw, workspace, f"{name}: raw", f"Rows of {name} as they are now: one table per stream."),
        Wished(history, workspace, f"{name}: history", f"Every change of every row of {name}.", workspace.history_days),
    ]


@dataclass(frozen=True)
class Datasets:
    client: Any
    settings: Settings
    clock: Clock

    def read(self, name: str) -> Any | None:
        try:
            return self.client.get_dataset(bigquery.DatasetReference(self.settings.project, name))
        except NotFound:
            return None

    def have(self, wanted: Wished, readers: Sequence[str], former: Sequence[str]) -> None:
        """It stands afterwards as it is wished. `readers` may read it, and `former` may not any more."""
        given = [
            *access.of_functions(self.settings.project, self.settings.accounts, wanted.name, wanted.workspace.id),
            *map(access.of_reader, readers),
        ]
        taken = [access.of_reader(each) for each in former]
        if self.read(wanted.name) is None and self._made(wanted, given):
            return

        def settle() -> None:
            found = self.client.get_dataset(bigquery.DatasetReference(self.settings.project, wanted.name))
            check_mark(wanted.name, found.labels, wanted.workspace.id)
            if changes := self._changes(found, wanted, given, taken):
                self.client.update_dataset(found, changes)

        try:
            again(self.clock, CHANGING, settle, lambda error: isinstance(error, PreconditionFailed))
        except PreconditionFailed:
            raise Later("dataset-busy", "Somebody else is changing this dataset.", wanted.name) from None

    def _made(self, wanted: Wished, given: Sequence[Any]) -> bool:
        """With its list of access in the same call, so that nobody else can ever look into it; who makes it is on that
        list with no more than it keeps. False: somebody was quicker."""
        dataset = bigquery.Dataset(bigquery.DatasetReference(self.settings.project, wanted.name))
        dataset.location = self.settings.location
        dataset.labels = names.marks(wanted.workspace.id)
        dataset.friendly_name, dataset.description = wanted.title, wanted.about
        dataset.max_time_travel_hours = TIME_TRAVEL
        dataset.default_partition_expiration_ms = wanted.lifetime
        if self.settings.kms_key:
            dataset.default_encryption_configuration = bigquery.EncryptionConfiguration(self.settings.kms_key)
        dataset.access_entries = [access.first(), *given]
        try:
            self.client.create_dataset(dataset)
        except Conflict:
            return False
        return True

    def _changes(self, found: Any, wanted: Wished, given: Sequence[Any], taken: Sequence[Any]) -> list[str]:
        """Sets what differs; the names of it."""
        asked = {
            "friendly_name": wanted.title,
            "description": wanted.about,
            "default_partition_expiration_ms": wanted.lifetime,
            "access_entries": access.changed(found.access_entries, given, taken),
        }
        changed = [name for name, value in asked.items() if getattr(found, name) != value]
        for name in changed:
            setattr(found, name, asked[name])
        return changed

    def keep_history(self, workspace: Workspace) -> None:
        """What a dataset says of its tables holds for new ones; those that are there are told one by one."""
        for listed in self.client.list_tables(names.history(workspace.id)):
            table = self.client.get_table(listed.reference)
            parts = table.time_partitioning
            if parts is not None and (parts.expiration_ms or None) != (workspace.history_days * DAY or None):
                parts.expiration_ms = workspace.history_days * DAY or None
                table.time_partitioning = parts
                self.client.update_table(table, ["time_partitioning"])
