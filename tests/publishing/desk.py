"""A workspace that is published, in memory: data changes, time passes, messages come, workers die."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from shared import model
from shared.messages import DataChanged
from shared.model import Connection, Publication, Workspace, from_doc, to_doc
from shared.publishing.fingerprints import Source
from shared.publishing.manifest import Manifest
from shared.publishing.published import Published
from shared.publishing.publisher import Publisher
from shared.publishing.selection import published_marts
from shared.states import Cause
from shared.sync.data_changes import note_change, note_look
from shared.sync.tick import Ticker
from tests.support.faults import Fate, Fragile, Killed
from tests.support.marts import MemoryMarts
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryObjects, Time

WORKSPACE = "demo"


@dataclass
class Desk:
    fate: Fate = field(default_factory=Fate)
    clock: Time = field(default_factory=Time)
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    bus: MemoryBus = field(default_factory=MemoryBus)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    every: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        self.marts = MemoryMarts(self.objects, self.clock.now)
        self.documents.set(model.workspace_path(WORKSPACE), to_doc(Workspace(WORKSPACE, "Demo", currency="EUR")))
        connection = Connection("c1", WORKSPACE, "klaviyo", "acct", "Account")
        self.documents.set(model.path(WORKSPACE, "connections", "c1"), to_doc(connection))
        self.publisher = self.worker()
        self.reader = Published(self.documents, lambda _: self.objects)

    def worker(self) -> Publisher:
        """Whose every side effect may be its last."""
        documents: Any = Fragile(self.documents, "documents", self.fate)
        objects: Any = Fragile(self.objects, "objects", self.fate)
        marts: Any = Fragile(self.marts, "marts", self.fate)
        return Publisher(documents, objects, marts, self.clock, self.every)

    # -- what happens ----------------------------------------------------------------------------------

    def change(self, *tables: Source, cause: Cause = Cause.LOADED) -> None:
        self.marts.change(WORKSPACE, *tables)
        note_change(self.documents, self.clock, WORKSPACE, cause)
        self.bus.publish(DataChanged(WORKSPACE))

    def look(self) -> None:
        """Somebody looks at what is published."""
        note_look(self.documents, self.clock, WORKSPACE)

    def set(self, **changes: Any) -> None:
        where = model.publication_path(WORKSPACE)
        self.documents.transact(lambda tx: tx.update(where, changes))

    def deliver(self, again: int = 1) -> None:
        for _ in range(again):
            try:
                self.publisher.handle(DataChanged(WORKSPACE))
            except Killed:
                self.bus.publish(DataChanged(WORKSPACE))  # it was not acknowledged

    def minutes(self, number: int) -> None:
        """Time passes with its ticks; what is said is heard."""
        ticker = Ticker(self.documents, self.bus, self.clock)
        for _ in range(number):
            self.clock.forward(minutes=1)
            ticker.tick()
            while self.bus.waiting:
                self.bus.waiting.popleft()
                self.deliver()
                self.check()

    # -- what is so --------------------------------------------------------------------------------------

    @property
    def publication(self) -> Publication:
        doc = self.documents.get(model.publication_path(WORKSPACE))
        assert doc is not None
        return from_doc(Publication, doc)

    def check(self) -> Manifest | None:
        """Whoever reads at this moment reads all of one version, and each file as the manifest has it."""
        names = [mart.name for mart in published_marts()]
        found = self.reader.read(WORKSPACE, names)
        if found is None:
            return None
        manifest, files = found
        assert {*manifest.marts} == {*names}
        assert manifest.version == self.publication.version
        assert all(len(each) == 1 for each in files.values())
        return manifest

    def says(self, mart: str) -> str:
        """The text that stands in the row of a mart, as it is published."""
        found = self.reader.read(WORKSPACE, [mart])
        assert found is not None
        (data,) = found[1][mart]
        return text_of(data)

    def is_true(self) -> bool:
        """Whether all that is published is what the tables hold now."""
        return all(self.says(mart.name) == self.marts.says(WORKSPACE, mart.name) for mart in published_marts())


@lru_cache(maxsize=4096)
def text_of(data: bytes) -> str:
    """The first text in the first row of a Parquet file."""
    with TemporaryDirectory() as where, duckdb.connect() as reader:
        path = Path(where) / "file.parquet"
        path.write_bytes(data)
        rows = reader.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    return next(str(value) for value in rows[0] if isinstance(value, str))
