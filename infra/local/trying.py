"""One account of a platform from any server that speaks its API, through the same functions, into a local warehouse."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from infra.local import account, export, functions
from infra.local.cloud import Cloud
from infra.local.outcome import Checked, check
from infra.local.wiring import within
from infra.progress import Progress, line
from infra.stores import Stores
from infra.watching import run as run_of
from shared import model
from shared.connectors.spec import Credential, Platform
from shared.messages import SyncRequested
from shared.model import Connection, short
from shared.sync.status import RunStatus

LOOK = 0.25  # seconds between two looks at the documents


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for on the command line."""

    platform: Platform
    url: str
    credential: Credential
    values: Mapping[str, str]
    streams: Sequence[str]
    out: Path | None = None
    work_seconds: int = 60
    patience: float = 600.0  # seconds without any movement after which the rest counts as missing


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it; the last line of the command is this as JSON."""

    platform: str
    state: str
    pages: int
    rows: Mapping[str, int]
    calls: int
    seconds: float
    cpu_seconds: float  # of the process that extracts
    peak_memory_bytes: int  # of the same
    load_cpu_seconds: float  # of the function that loads; the warehouse itself is not counted
    bytes_staged: int
    missing: int
    problems: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return self.missing == 0 and not self.problems and self.state == model.COMPLETED


def sync(wish: Wish, words: TextIO = sys.stderr) -> Tried:
    words.write(f"Starting the local cloud for {wish.platform.title} …\n")
    started = Cloud.start(
        wish.out, {wish.platform.name: wish.url}, functions.SYNC, work_seconds=wish.work_seconds, tick_seconds=1.0
    )
    with started as cloud, within(cloud.environment):
        stores = Stores.open(cloud.settings)
        connection, guessed = account.connect(stores, wish.platform, wish.credential, wish.values, wish.streams)
        if guessed:
            words.write(f"The server does not say whose account this is ({guessed}); going on without.\n")
        return _measured(wish, cloud, stores, connection, words)


def _measured(wish: Wish, cloud: Cloud, stores: Stores, connection: Connection, words: TextIO) -> Tried:
    before, load_before = cloud.usage("extract_page"), cloud.usage("load_batch")
    begun = time.monotonic()
    run = _run(wish, cloud, stores, connection, Progress(words))
    seconds = time.monotonic() - begun
    after, load_after = cloud.usage("extract_page"), cloud.usage("load_batch")
    checked = check(stores, connection, run) if run else Checked({}, 0, 1, ("the run never began",))
    dead = tuple(f"{name} ended by itself; its log is in {cloud.folder / 'logs'}" for name in cloud.dead())
    if wish.out is not None:
        export.tables(stores, connection.workspace, wish.out / "tables", words)
    return Tried(
        platform=wish.platform.name,
        state=run.state if run else "not begun",
        pages=run.pages if run else 0,
        rows=checked.rows,
        calls=run.calls if run else 0,
        seconds=round(seconds, 3),
        cpu_seconds=round(after.cpu_seconds - before.cpu_seconds, 3),
        peak_memory_bytes=after.peak_bytes,
        load_cpu_seconds=round(load_after.cpu_seconds - load_before.cpu_seconds, 3),
        bytes_staged=checked.bytes_staged,
        missing=checked.missing + len(dead),
        problems=checked.problems + dead,
    )


def _run(wish: Wish, cloud: Cloud, stores: Stores, connection: Connection, progress: Progress) -> RunStatus | None:
    """Ask for the run and watch it to its end, or until nothing has moved for too long."""
    request = uuid4().hex
    message = SyncRequested(connection.workspace, connection.id, "operator", request, ",".join(wish.streams))
    stores.bus.publish(message)
    where = model.path(connection.workspace, "runs", short(connection.id, "operator", request))
    moved, last, found = time.monotonic(), (0, 0, 0), None
    while time.monotonic() - moved < wish.patience and not cloud.dead():
        doc = stores.documents.get(where)
        if doc is not None:
            found = run_of(stores, doc)
            progress.show([line(wish.platform.name, found)])
            if found.over:
                break
            here = (found.pages, found.loaded, found.slices_done)
            if here != last:
                moved, last = time.monotonic(), here
        threading.Event().wait(LOOK)
    progress.done()
    return found
