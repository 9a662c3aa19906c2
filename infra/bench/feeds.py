"""A feed of a hundred thousand rows in each format, one that has not changed, and eight who read at once: by the real
function, served as on one machine, with the clients of Google's services and their stand-ins."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from infra.admin.feeds import register
from infra.admin.keys import by_operator
from infra.bench import marts_by_the_million
from infra.local.cloud import Cloud
from infra.local.wiring import within
from shared.feeds.routes import BELOW
from shared.handing.formats import FORMATS
from shared.keys.scopes import OPERATOR
from shared.model import Publication, Workspace, publication_path, to_doc, workspace_path
from shared.publishing import packing
from shared.publishing.manifest import Manifest, PublishedFile, PublishedMart
from shared.questions import query_string
from shared.stores.installation import Stores

WHERE = "acme"
LONG = (
    "mart=ads_by_campaign&measures=clicks,impressions,ctr,cost,conversions,conversion_value&grain=day&limit=100000"
    "&dimensions=platform,connection_id,account_id,campaign_name,currency&from=2024-05-21&until=2026-08-31"
)
SHORT = "mart=ads_by_day&measures=clicks,cost&dimensions=platform,currency&grain=day&period=last-365-days&limit=100000"
ROUNDS, UNCHANGED, READERS, EACH = 3, 50, 8, 12


@dataclass(frozen=True, slots=True)
class Fed:
    rows: int
    formats: dict[str, tuple[float, float]]  # of each: the least CPU seconds, and megabytes
    unchanged_ms: float
    peak_mb: float
    per_second: float  # of short answers, by one instance with eight who read at once
    refused: int


@dataclass(frozen=True)
class _Bench:
    cloud: Cloud
    stores: Stores

    def feed(self, asks: str) -> Callable[..., httpx2.Response]:
        question = query_string.read(asks)
        feed, secret, _ = register(self.stores).add(by_operator(), OPERATOR, WHERE, "bench", question)
        client = httpx2.Client(auth=(feed.id, secret.reveal()), timeout=120)
        address = f"{self.cloud.addresses['feed']}{BELOW}/{feed.id}/data"
        return lambda **said: client.get(address, **said)

    def cpu(self, act: Callable[[], object]) -> float:
        begun = self.cloud.usage("feed").cpu_seconds
        act()
        return self.cloud.usage("feed").cpu_seconds - begun

    def format(self, ask: Callable[..., httpx2.Response], name: str) -> tuple[float, float]:
        sizes: list[int] = []

        def once() -> None:
            sizes.append(len(ask(params={"format": name}).raise_for_status().content))

        return min(self.cpu(once) for _ in range(ROUNDS)), sizes[0] / 2**20


def read() -> Fed:
    with TemporaryDirectory() as folder, Cloud.start(None, {}, ("feed",)) as cloud, within(cloud.environment):
        bench = _Bench(cloud, Stores.open(cloud.settings))
        _publish(bench.stores, Path(folder))
        long = bench.feed(LONG)
        rows = int(long(params={"format": "csv"}).raise_for_status().headers["Tributary-Rows"])
        took = {name: bench.format(long, name) for name in FORMATS}
        peak = cloud.usage("feed").peak_bytes / 2**20
        short = bench.feed(SHORT)
        tag = {"If-None-Match": short().headers["ETag"]}
        codes: list[int] = []
        unchanged = bench.cpu(lambda: codes.extend(short(headers=tag).status_code for _ in range(UNCHANGED)))
        if {*codes} != {304}:
            raise RuntimeError(f"what has not changed was answered {sorted({*codes})}")
        per_second, refused = _at_once([bench.feed(SHORT) for _ in range(READERS)])
    return Fed(rows, took, unchanged / UNCHANGED * 1000, peak, per_second, refused)


def _at_once(readers: list[Callable[..., httpx2.Response]]) -> tuple[float, int]:
    codes: list[int] = []

    def go(ask: Callable[..., httpx2.Response]) -> None:
        codes.extend(ask().status_code for _ in range(EACH))

    threads = [threading.Thread(target=go, args=(ask,)) for ask in readers]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(codes) / (time.monotonic() - begun), sum(code != 200 for code in codes)


def _publish(stores: Stores, folder: Path) -> None:
    """What the marts of the bench are, as publish_mart leaves them."""
    if stores.published is None:
        raise RuntimeError("nothing can be published here")
    marts_by_the_million.make(folder, 131_520)
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
