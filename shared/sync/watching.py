"""Reads the documents that `shared/sync/status.py` makes sense of: once, or again and again what can have changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from shared import model
from shared.clock import Clock
from shared.stores.ports import Doc, Documents
from shared.sync.status import ConnectionStatus, RunStatus, connection_status, run_status

RUNS = 1  # shown per connection unless more are asked for


class Stores(Protocol):
    """What is read, and when."""

    @property
    def documents(self) -> Documents: ...

    @property
    def clock(self) -> Clock: ...


def connections(stores: Stores, workspace: str = "") -> list[Doc]:
    """Of one workspace, or of all."""
    if workspace:
        found = stores.documents.find(f"{model.workspace_path(workspace)}/connections")
    else:
        found = stores.documents.find_all("connections")
    return sorted(found, key=lambda doc: (doc["workspace"], doc["platform"], doc["title"]))


def runs(stores: Stores, connection: Doc, most: int = RUNS) -> list[RunStatus]:
    """The newest first."""
    return [run(stores, doc) for doc in newest(stores, connection, most)]


def newest(stores: Stores, connection: Doc, most: int) -> list[Doc]:
    if not most:
        return []
    collection, ours = f"{model.workspace_path(connection['workspace'])}/runs", ("connection", "==", connection["id"])
    return stores.documents.find(collection, ours, order="-started_at", limit=most)


def run(stores: Stores, doc: Doc) -> RunStatus:
    collection = f"{model.workspace_path(doc['workspace'])}/slices"
    slices = stores.documents.find(collection, ("run", "==", doc["id"]))
    return run_status(doc, slices, stores.clock.now())


def status(stores: Stores, workspace: str = "", most: int = RUNS) -> list[ConnectionStatus]:
    now = stores.clock.now()
    return [
        connection_status(doc, now, runs(stores, doc, most), debts(stores, doc))
        for doc in connections(stores, workspace)
    ]


def debts(stores: Stores, connection: Doc) -> list[Doc]:
    collection = f"{model.workspace_path(connection['workspace'])}/debts"
    return stores.documents.find(collection, ("connection", "==", connection["id"]))


@dataclass
class _Slices:
    """Those of a run that goes on. One that is closed stays as it is; the open ones are read again."""

    held: dict[str, Doc] = field(default_factory=dict)

    def read(self, stores: Stores, run: Doc) -> int:
        """Read what can have changed; how many documents that took."""
        collection = f"{model.workspace_path(run['workspace'])}/slices"
        ours, before = ("run", "==", run["id"]), {name for name, doc in self.held.items() if _open(doc)}
        found = stores.documents.find(collection, ours, ("state", "in", list(model.OPEN_SLICE)))
        closed = sorted(before - {doc["id"] for doc in found})
        found += [doc for doc in stores.documents.get_many([f"{collection}/{name}" for name in closed]) if doc]
        self.held |= {doc["id"]: doc for doc in found}
        count = len(found) + 2
        if stores.documents.count(collection, ours) != len(self.held):  # some came and went between two looks
            self.held = {doc["id"]: doc for doc in stores.documents.find(collection, ours)}
            count += len(self.held)
        return count


def _open(doc: Doc) -> bool:
    return doc["state"] in model.OPEN_SLICE


@dataclass
class _Held:
    """What is known of a connection since it was last read."""

    last_run: str
    runs: list[Doc]
    debts: list[Doc]

    def may_differ(self, doc: Doc) -> bool:
        """A run that begins is to be looked after (`look_at`), and one that ends is the last one."""
        under_way = any(run["finished_at"] is None for run in self.runs)
        return under_way or doc.get("look_at") is not None or doc.get("last_run", "") != self.last_run


@dataclass
class Watch:
    """`status`, again and again. What has ended is read once, and a connection with nothing open is one document."""

    stores: Stores
    workspace: str = ""
    most: int = RUNS
    reads: int = 0  # documents, by the last look
    _held: dict[str, _Held] = field(default_factory=dict)
    _ended: dict[tuple[str, datetime], RunStatus] = field(default_factory=dict)  # a retry opens a run once more
    _open: dict[str, _Slices] = field(default_factory=dict)

    def look(self) -> list[ConnectionStatus]:
        now, docs = self.stores.clock.now(), connections(self.stores, self.workspace)
        self.reads = len(docs) + 1
        return [self._status(doc, now) for doc in docs]

    def _status(self, doc: Doc, now: datetime) -> ConnectionStatus:
        name = f"{doc['workspace']}/{doc['id']}"
        held = self._held.get(name)
        if held is None or held.may_differ(doc):
            held = _Held(doc.get("last_run", ""), newest(self.stores, doc, self.most), debts(self.stores, doc))
            self._held[name] = held
            self.reads += max(len(held.runs), 1) + max(len(held.debts), 1)
        return connection_status(doc, now, [self._run(run, now) for run in held.runs], held.debts)

    def _run(self, doc: Doc, now: datetime) -> RunStatus:
        ended = (doc["id"], doc["finished_at"])
        if ended in self._ended:
            return self._ended[ended]
        slices = self._open.setdefault(doc["id"], _Slices())
        self.reads += slices.read(self.stores, doc)
        found = run_status(doc, slices.held.values(), now)
        if doc["finished_at"] is not None:
            self._ended[ended] = found
            del self._open[doc["id"]]
        return found
