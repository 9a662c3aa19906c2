"""`python -m infra.bench.publishing FOLDER`: what publish_mart itself does with a million rows, which is to look at
what BigQuery has written; then what an answer takes in documents; and how a question compares with Arrow, which reads
the same columns and adds them up without any question.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import duckdb
import orjson

from infra.bench.marts_by_the_million import Folder, found
from infra.bench.memory import peak_bytes
from shared.model import Publication, to_doc
from shared.publishing import packing
from shared.publishing.at_hand import Shelf
from shared.publishing.files import look_at
from shared.publishing.manifest import PublishedFile, PublishedMart
from shared.publishing.published import Published
from shared.publishing.selection import published_marts
from shared.questions.ask import ask
from shared.questions.engine import Engine
from shared.questions.periods import Calendar
from shared.questions.query_string import read
from shared.stores.ports import Doc, Documents, NoObject, Objects, Staged

FACT = "fact_ad_performance"
ASKED = f"mart={FACT}&measures=cost_converted,clicks&dimensions=platform"
ROUNDS = 7


@dataclass
class Counting:
    """The document that leads to a version, and how often it was read and written."""

    doc: Doc
    reads: int = 0
    writes: int = 0

    def get(self, path: str) -> Doc | None:
        del path
        self.reads += 1
        return self.doc

    def transact(self, work: Callable[[Any], Any]) -> Any:
        self.writes += 1
        return work(self)


@dataclass
class Shelved:
    """Files of a folder under the names that a manifest has for them."""

    held: dict[str, bytes] = field(default_factory=dict)

    def read(self, name: str) -> bytes:
        try:
            return self.held[name]
        except KeyError:
            raise NoObject(name) from None

    def list(self, prefix: str) -> Iterable[Staged]:
        return (Staged(name, {}, len(data)) for name, data in self.held.items() if name.startswith(prefix))


def looked_at(folder: Folder) -> tuple[dict[str, list[PublishedFile]], dict[str, bytes], float]:
    """Every file as its manifest names it, and the seconds of CPU that it took."""
    marts, spent = {mart.name: mart for mart in published_marts()}, 0.0
    files: dict[str, list[PublishedFile]] = {}
    held: dict[str, bytes] = {}
    with duckdb.connect() as reader:
        for mart, paths in folder.files.items():
            for path in map(Path, paths):
                name, data = f"acme/{mart}/0/{path.name}", path.read_bytes()
                begun = time.process_time()
                files.setdefault(mart, []).append(look_at(reader, marts[mart], name, data))
                spent += time.process_time() - begun
                held[name] = data
    return files, held, spent


def documents_an_answer(folder: Folder, files: dict[str, list[PublishedFile]], held: dict[str, bytes]) -> Counting:
    """What an instance reads and writes when it has answered before and is asked once more."""
    marts = {name: PublishedMart(fingerprint="0", columns=(), files=tuple(each)) for name, each in files.items()}
    place = "acme/manifests/1.json.gz"
    objects = Shelved({**held, place: packing.pack(replace(folder.manifest, marts=marts))})
    documents = Counting(to_doc(Publication("acme", version=1, manifest=place)))
    with TemporaryDirectory() as where:
        shelf = Shelf(Published(cast(Documents, documents), lambda _: cast(Objects, objects)), Path(where))
        if shelf.fetch("acme") is None:
            raise SystemExit("nothing is at hand")
        documents.reads = documents.writes = 0
        shelf.fetch("acme")
    return documents


def by_arrow(paths: Iterable[str]) -> None:
    import pyarrow.parquet as parquet

    for path in paths:
        rows = parquet.read_table(path, columns=["platform", "cost_converted", "clicks"], use_threads=False)
        rows.group_by("platform", use_threads=False).aggregate([("cost_converted", "sum"), ("clicks", "sum")])


def least(act: Callable[[], object]) -> float:
    found_: list[float] = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        act()
        found_.append(time.process_time() - begun)
    return min(found_)


def main() -> None:
    folder = found(Path(sys.argv[1]))
    files, held, spent = looked_at(folder)
    peak = peak_bytes()
    rows = sum(file.rows for each in files.values() for file in each)
    size = sum(file.bytes for each in files.values() for file in each)
    documents = documents_an_answer(folder, files, held)
    engine, calendar = Engine(), Calendar(datetime(2026, 9, 1, tzinfo=UTC).date())
    ours = least(lambda: ask(read(ASKED), folder, calendar, engine))
    figures = {
        "cpu_ms": round(spent * 1e9 / rows, 1),
        "bytes": round(size * 1e6 / rows),
        "peak_bytes": peak,
        "reads": documents.reads,
        "writes": documents.writes,
        "arrow_ratio": round(ours / least(lambda: by_arrow(folder.files[FACT])), 2),
    }
    print(orjson.dumps(figures).decode())


if __name__ == "__main__":
    main()
