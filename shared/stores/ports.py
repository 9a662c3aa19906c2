"""What the engine asks of the world, product by product. The other modules of this folder answer it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from shared.messages import Message
from shared.warehouse.spec import Load, TableSpec, ViewSpec

Doc = dict[str, Any]
Where = tuple[str, str, Any]  # field, one of == < <= > >= in, value
T = TypeVar("T")


class Transaction(Protocol):
    """Reads first, then writes; either all of it happens or none. Work may be run again, so it must be pure."""

    def get(self, path: str) -> Doc | None: ...

    def get_many(self, paths: Sequence[str]) -> list[Doc | None]: ...

    def create(self, path: str, doc: Doc) -> None: ...

    def set(self, path: str, doc: Doc) -> None: ...

    def update(self, path: str, changes: Doc) -> None: ...

    def delete(self, path: str) -> None: ...


class Documents(Protocol):
    """Firestore. Paths are `collection/id/collection/id`."""

    def get(self, path: str) -> Doc | None: ...

    def get_many(self, paths: Sequence[str]) -> list[Doc | None]: ...

    def create_missing(self, docs: Mapping[str, Doc]) -> int:
        """Create those that do not exist yet; how many that were."""
        ...

    def create(self, path: str, doc: Doc) -> bool:
        """Create it; False where it is there already. Nothing is read, so the right to create is enough."""
        ...

    def set(self, path: str, doc: Doc) -> None: ...

    def delete(self, path: str) -> None: ...

    def find(self, collection: str, *where: Where, order: str | None = None, limit: int | None = None) -> list[Doc]:
        """`order`: a field; with a minus before it, the last ones come first."""
        ...

    def find_all(self, group: str, *where: Where, limit: int | None = None) -> list[Doc]:
        """The same over every workspace (a collection group)."""
        ...

    def each(self, collection: str, *where: Where) -> Iterable[tuple[str, Doc]]:
        """Every document there, with its path; for operators, who look at everything."""
        ...

    def count(self, collection: str, *where: Where) -> int: ...

    def transact(self, work: Callable[[Transaction], T]) -> T: ...


class Bus(Protocol):
    """Pub/Sub. When `publish` returns, the messages are kept."""

    def publish(self, *messages: Message) -> None: ...


@dataclass(frozen=True, slots=True)
class Staged:
    """An object in the bucket, with what was written about it."""

    name: str
    metadata: Mapping[str, str]
    bytes: int


class NoObject(KeyError):
    """There is no object of this name."""


class Objects(Protocol):
    """Cloud Storage, one bucket."""

    def write(self, name: str, data: bytes, metadata: Mapping[str, str]) -> None: ...

    def read(self, name: str) -> bytes:
        """What is in it; a KeyError where it is not there."""
        ...

    def list(self, prefix: str) -> Iterable[Staged]: ...

    def delete(self, name: str) -> None: ...


class Vault(Protocol):
    """Secret Manager."""

    def add(
        self, name: str, payload: bytes, labels: Mapping[str, str] | None = None, until: datetime | None = None
    ) -> str:
        """Add a version (the secret is made when it is new); the version's number, as text.

        `until`: a secret that is new disappears by itself at that time.
        """
        ...

    def append(self, name: str, payload: bytes) -> str | None:
        """Add a version to a secret that is there; None when it is not, and then none is made."""
        ...

    def read(self, name: str) -> tuple[str, bytes] | None:
        """The newest version and its number; None when there is no such secret."""
        ...

    def retire(self, name: str, before: str) -> None:
        """Destroy the versions older than this one."""
        ...

    def delete(self, name: str) -> None: ...

    def named(self, beginning: str, labels: Mapping[str, str] = ...) -> list[str]:
        """The names of the secrets that begin so, and bear these labels."""
        ...


class StillLoading(Exception):
    """The job runs on; ask again later under the same batch."""


class Warehouse(Protocol):
    """BigQuery."""

    def prepare(self, workspace: str, table: TableSpec, views: Sequence[ViewSpec] = ()) -> None:
        """Datasets, tables and columns exist afterwards; doing it twice changes nothing."""
        ...

    def stage(self, load: Load) -> int:
        """Load the batch's objects into its staging table; the rows that are in it. Safe to repeat."""
        ...

    def apply(self, load: Load) -> int:
        """History, current rows and sweeps in one transaction; bytes billed. Applying twice changes nothing."""
        ...

    def discard(self, load: Load) -> None:
        """Drop the staging table."""
        ...
