"""One version of a workspace's marts at hand: its manifest, and where its files lie on this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.publishing.manifest import Manifest


class Published(Protocol):
    """Whoever keeps the files, in a bucket or a folder, hands out this."""

    @property
    def manifest(self) -> Manifest: ...

    @property
    def files(self) -> Mapping[str, Sequence[str]]:
        """Mart → the paths of its Parquet files."""
        ...
