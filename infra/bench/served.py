"""A function that answers, served as on one machine: marts of some size behind it, its CPU watched, eight who ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.bench import marts_by_the_million
from infra.local.cloud import Cloud
from infra.local.wiring import within
from shared.model import Publication, Workspace, publication_path, to_doc, workspace_path
from shared.publishing import packing
from shared.publishing.manifest import Manifest, PublishedFile, PublishedMart
from shared.stores.installation import Stores

WHERE = "acme"
READERS, EACH = 8, 12


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Eight who each ask again and again."""

    per_second: float  # answers on the wall, of whatever else the machine does besides
    per_cpu_second: float  # answers for a second of the function's CPU
    refused: int


@dataclass(frozen=True)
class Served:
    function: str
    cloud: Cloud
    stores: Stores

    @property
    def address(self) -> str:
        return self.cloud.addresses[self.function]

    @property
    def peak_mb(self) -> float:
        return self.cloud.usage(self.function).peak_bytes / 2**20

    def cpu(self, act: Callable[[], object]) -> float:
        begun = self.cloud.usage(self.function).cpu_seconds
        act()
        return self.cloud.usage(self.function).cpu_seconds - begun

    def at_once(self, asker: Callable[[], Callable[[], int]]) -> AtOnce:
        """`asker`: makes one who asks, and is told a status."""
        codes: list[int] = []

        def go(ask: Callable[[], int]) -> None:
            codes.extend(ask() for _ in range(EACH))

        threads = [threading.Thread(target=go, args=(asker(),)) for _ in range(READERS)]

        def run() -> None:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        begun = time.monotonic()
        spent, wanted = self.cpu(run), READERS * EACH
        return AtOnce(wanted / (time.monotonic() - begun), wanted / spent, wanted - codes.count(200))


@contextmanager
def served(function: str, rows: int) -> Iterator[Served]:
    """The function, and marts over so many rows of ads, which it can answer from."""
    with TemporaryDirectory() as folder, Cloud.start(None, {}, (function,)) as cloud, within(cloud.environment):
        stores = Stores.open(cloud.settings)
        _publish(stores, Path(folder), rows)
        yield Served(function, cloud, stores)


def _publish(stores: Stores, folder: Path, rows: int) -> None:
    """What the marts of the bench are, as publish_mart leaves them."""
    if stores.published is None:
        raise RuntimeError("nothing can be published here")
    marts_by_the_million.make(folder, rows)
    now, marts = datetime.now(UTC), {}
    stores.documents.set(workspace_path(WHERE), to_doc(Workspace(WHERE, "Acme", created_at=now)))
    there = marts_by_the_million.found(folder)
    for mart, paths in there.files.items():
        files = []
        for path in paths:
            data, name = Path(path).read_bytes(), f"{WHERE}/{mart}/{Path(path).name}"
            stores.published.write(name, data, {})
            files.append(PublishedFile(name=name, sha256=sha256(data).hexdigest(), rows=0, bytes=len(data)))
        marts[mart] = PublishedMart(fingerprint="bench", columns=(), files=tuple(files))
    stamp = there.manifest.stamp
    manifest = Manifest(workspace=WHERE, version=1, cause="loaded", stamp=stamp, marts=marts)
    stores.published.write(f"{WHERE}/manifests/1", packing.pack(manifest), {})
    publication = Publication(WHERE, version=1, manifest=f"{WHERE}/manifests/1", wanted_at=now)
    stores.documents.set(publication_path(WHERE), to_doc(publication))
