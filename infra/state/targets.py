"""Where an export lies: a folder of this machine, or a prefix of a bucket."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from google.api_core.exceptions import NotFound
from google.cloud import storage


class Missing(Exception):
    """There is no such file; the text names it."""


class Shelf(Protocol):
    def write(self, name: str, data: bytes) -> None: ...

    def read(self, name: str) -> bytes: ...


@dataclass(frozen=True)
class Folder:
    path: Path

    def write(self, name: str, data: bytes) -> None:
        """For the eyes of whoever runs it: it tells who the clients are."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.path / name).write_bytes(data)
        (self.path / name).chmod(0o600)

    def read(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except OSError:
            raise Missing(f"{self.path / name}") from None


@dataclass(frozen=True)
class Prefix:
    bucket: Any
    prefix: str

    def write(self, name: str, data: bytes) -> None:
        self.bucket.blob(self.prefix + name).upload_from_string(data, content_type="application/octet-stream")

    def read(self, name: str) -> bytes:
        try:
            data: bytes = self.bucket.blob(self.prefix + name).download_as_bytes(raw_download=True)
        except NotFound:
            raise Missing(f"gs://{self.bucket.name}/{self.prefix}{name}") from None
        return data


def shelf(where: str, project: str) -> Shelf:
    found = re.fullmatch(r"gs://([^/]+)/?(.*?)/?", where)
    if found is None:
        return Folder(Path(where))
    prefix = f"{found[2]}/" if found[2] else ""
    return Prefix(storage.Client(project=project).bucket(found[1]), prefix)
