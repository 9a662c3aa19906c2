"""Cloud Storage behind the `Objects` port. Reading, listing and deleting are tried again by the client itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from google.api_core.exceptions import NotFound
from google.cloud import storage

from shared.clock import Clock, SystemClock
from shared.settings import Settings
from shared.stores.passing import through_outages
from shared.stores.ports import NoObject, Staged

# A content type and no content encoding: a client must not unpack what BigQuery and we read packed.
GZIP = "application/gzip"
SECONDS = 60.0  # of one try of an upload


@dataclass(frozen=True)
class StorageObjects:
    """Objects in one bucket: that of the pages, unless another is named. Names are given by the caller and final, so
    every call may be repeated."""

    settings: Settings
    clock: Clock = SystemClock()
    name: str = ""
    credentials: Any = None  # others than this function's own

    @cached_property
    def client(self) -> Any:
        return storage.Client(project=self.settings.project, credentials=self.credentials)

    @cached_property
    def bucket(self) -> Any:
        return self.client.bucket(self.name or self.settings.bucket)

    def write(self, name: str, data: bytes, metadata: Mapping[str, str]) -> None:
        """The client's own tries would go on for two minutes, whoever waits for it; ours end within seconds."""
        blob = self.bucket.blob(name)
        blob.metadata = dict(metadata)
        through_outages(
            self.clock, lambda: blob.upload_from_string(data, content_type=GZIP, retry=None, timeout=SECONDS)
        )

    def read(self, name: str) -> bytes:
        try:
            data: bytes = self.bucket.blob(name).download_as_bytes(raw_download=True)
        except NotFound:
            raise NoObject(name) from None
        return data

    def list(self, prefix: str) -> Iterable[Staged]:
        for blob in self.client.list_blobs(self.bucket, prefix=prefix):
            yield Staged(blob.name, blob.metadata or {}, blob.size or 0)

    def delete(self, name: str) -> None:
        with suppress(NotFound):  # whoever deleted it before wanted the same
            self.bucket.blob(name).delete()
