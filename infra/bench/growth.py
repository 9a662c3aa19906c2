"""`python -m infra.bench.growth URL KEY PAGES`: a worker reads so many pages of one slice; the most memory it held.

The worker is the real one, with Firestore (the stand-in on this machine) behind it; what it stages is thrown away, so
that whatever grows is the worker's own. Time is driven: the pauses of the platform's limit cost none.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from infra.bench.streams import big
from shared import gc_tuning, model
from shared.errors import Problem
from shared.messages import Message, SliceReady
from shared.model import Connection, Run, stable_id, to_doc
from shared.settings import Settings
from shared.states import Reason
from shared.stores.firestore import FirestoreDocuments
from shared.stores.ports import Staged
from shared.sync.extract import Extractor
from shared.vocabulary.platform import Platform

NAME = "emailoctopus"  # its pages are small: 100 rows


@dataclass
class DrivenClock:
    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self.time

    def pause(self, seconds: float) -> None:
        self.time += timedelta(seconds=max(seconds, 0.0))

    def every(self, seconds: float, act: Callable[[], None]) -> AbstractContextManager[None]:
        del seconds, act  # no call takes long here
        return nullcontext()


class Silence:
    """A bus that nobody listens to."""

    def publish(self, *messages: Message) -> None:
        del messages


@dataclass
class Abyss:
    """Objects are counted and gone. After the last page that is wanted the worker's time is up."""

    clock: DrivenClock
    pages: int
    written: int = 0
    staged: int = 0

    def write(self, name: str, data: bytes, metadata: Mapping[str, str]) -> None:
        self.written += 1
        self.staged += len(data)
        if self.written == self.pages:
            self.clock.time += timedelta(days=1)

    def read(self, name: str) -> bytes:
        raise KeyError(name)

    def list(self, prefix: str) -> Iterable[Staged]:
        return []

    def delete(self, name: str) -> None:
        raise KeyError(name)


@dataclass(frozen=True)
class KnownHeaders:
    """A credential that is always good."""

    known: Mapping[str, str]

    def headers(self, platform: Platform, connection: Connection) -> Mapping[str, str]:
        return self.known

    def rejected(self, platform: Platform, connection: Connection, used: Mapping[str, str]) -> bool:
        raise RuntimeError("the server refused the key that it issued")

    def refused(self, platform: Platform, connection: Connection, problem: Problem, attempts: int) -> Problem:
        raise problem

    def worked(self, connection: Connection) -> None: ...

    def again(self, workspace: str, connection: str) -> None: ...


def peak_bytes() -> int:
    """Of this process, ever."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource  # elsewhere; there it is bytes on a Mac, kilobytes on others

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def read(url: str, key: str, pages: int) -> Abyss:
    settings, clock = Settings(project="local", bucket="bench"), DrivenClock()
    documents, objects = FirestoreDocuments(settings), Abyss(clock, pages)
    stream = big(NAME, url, key)
    workspace = stable_id("bench", str(pages), key)
    connection = Connection("connection", workspace, NAME, "account", "Bench", connected_at=clock.now())
    run = Run("run", workspace, connection.id, NAME, Reason.OPERATOR, started_at=clock.now())
    part = replace(stream.slice, workspace=workspace, connection=connection.id, run=run.id, created_at=clock.now())
    for collection, doc in (("connections", connection), ("runs", run), ("slices", part)):
        documents.set(model.path(workspace, collection, doc.id), to_doc(doc))
    keys = KnownHeaders(stream.headers)
    extractor = Extractor(documents, Silence(), objects, keys, stream.http, clock, work_seconds=6 * 3600)
    gc_tuning.freeze()
    extractor.handle(SliceReady(workspace, part.id))
    return objects


def main() -> None:
    url, key, pages = sys.argv[1], sys.argv[2], int(sys.argv[3])
    objects = read(url, key, pages)
    if objects.written != pages:
        raise SystemExit(f"{objects.written} pages were written, {pages} were wanted")
    print(orjson.dumps({"pages": pages, "peak_bytes": peak_bytes(), "staged_bytes": objects.staged}).decode())


if __name__ == "__main__":
    main()
