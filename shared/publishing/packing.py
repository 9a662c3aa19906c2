"""A manifest as the object that holds it."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

import msgspec

from shared.publishing.manifest import Manifest


def pack(manifest: Manifest) -> bytes:
    return gzip.compress(msgspec.json.encode(manifest), 6, mtime=0)


def unpack(data: bytes) -> Manifest:
    """Strictly: one that is not what we wrote is an error."""
    return msgspec.json.decode(gzip.decompress(data), type=Manifest)


def names_in(manifest: Manifest) -> Iterable[str]:
    """Of all its files."""
    return (file.name for mart in manifest.marts.values() for file in mart.files)
