"""The accounts of one login from any server that speaks its API, through the same functions, into a local warehouse."""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from infra.admin.progress import Progress, duration, line
from infra.local import account, export, functions
from infra.local.account import WORKSPACE, Given
from infra.local.cloud import Cloud
from infra.local.processes import NotStarted
from infra.local.verify import check
from infra.local.wiring import within
from shared import model
from shared.messages import SyncRequested
from shared.model import Connection, stable_id
from shared.states import Reason, RunState
from shared.stores.installation import Stores
from shared.sync.forecast import Sizes, first_sync
from shared.sync.status import RunStatus
from shared.sync.watching import run as run_of
from shared.vocabulary.platform import Platform

LOOK = 0.25  # seconds between two looks at the documents
LEAST_FREE = 64 * 2**20  # bytes of disk


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for on the command line."""

    platform: Platform
    url: str
    given: Given
    streams: Sequence[str]
    out: Path | None = None
    work_seconds: int = 60
    patience: float = 600.0  # seconds without any movement after which the rest counts as missing
    no_limits: bool = False  # as quickly as the server answers


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it; the last line of the command is this as JSON."""

    platform: str
    state: str
    accounts: Mapping[str, str]  # id → the state its run ended in
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
        return self.missing == 0 and not self.problems and self.state == RunState.COMPLETED


def sync(wish: Wish, words: TextIO = sys.stderr) -> Tried:
    words.write(f"Starting the local cloud for {wish.platform.title} …\n")
    check_disk(wish.out)
    started = Cloud.start(
        wish.out,
        {wish.platform.name: wish.url},
        functions.SYNC,
        work_seconds=wish.work_seconds,
        tick_seconds=1.0,
        no_limits=wish.no_limits,
        tell=lambda what: words.write(f"  {what}\n"),
    )
    with started as cloud, within(cloud.environment):
        stores = Stores.open(cloud.settings)
        connections, guessed = account.connect(stores, wish.platform, wish.given, wish.streams)
        if guessed:
            words.write(f"The server does not say whose account this is ({guessed}); going on without.\n")
        if len(connections) > 1:
            words.write(f"Reading {len(connections)} accounts: {', '.join(one.title for one in connections)}\n")
        words.write(_forecast(wish, connections, stores.clock.now()))
        return _measured(wish, cloud, stores, connections, words)


def _forecast(wish: Wish, connections: Sequence[Connection], now: datetime) -> str:
    """What is known before anything is read: not how long lists are, nor how many records have lists of their own."""
    plans = [first_sync(wish.platform, one, wish.streams, Sizes(), now) for one in connections]
    calls, takes = sum(plan.calls for plan in plans), sum((plan.takes for plan in plans), timedelta())
    pace = "as quickly as it answers" if wish.no_limits else f"{duration(takes)} at {wish.platform.title}'s pace"
    known = f"{calls:,} call{'' if calls == 1 else 's'}"
    return f"At least {known}, {pace}; what is found may need more, and the time left is told as it goes.\n"


def check_disk(out: Path | None) -> None:
    """Raises where there is no room left: a warehouse on a full disk would only stand still."""
    folder = out or Path(tempfile.gettempdir())
    while not folder.exists():  # it is made later
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        room = f"{free // 2**20} MB of room are left where the warehouse is kept ({folder})"
        raise NotStarted(f"Only {room}; {LEAST_FREE // 2**20} MB are needed at least.")


def _measured(wish: Wish, cloud: Cloud, stores: Stores, connections: Sequence[Connection], words: TextIO) -> Tried:
    before, load_before = cloud.usage("extract_page"), cloud.usage("load_batch")
    begun = time.monotonic()
    found = _run(wish, cloud, stores, connections, Progress(words))
    seconds = time.monotonic() - begun
    after, load_after = cloud.usage("extract_page"), cloud.usage("load_batch")
    several = len(connections) > 1
    runs = {
        f"{one.title} ({one.account})" if several else "": (one, found[one.id])
        for one in connections
        if one.id in found
    }
    checked = check(stores, WORKSPACE, runs)
    never = tuple(f"{one.title}: the run never began" for one in connections if one.id not in found)
    dead = tuple(f"{name} ended by itself; its log is in {cloud.folder / 'logs'}" for name in cloud.dead())
    states = {one.account: found[one.id].state if one.id in found else "not begun" for one in connections}
    if wish.out is not None:
        export.tables(stores, WORKSPACE, wish.out / "tables", words)
    return Tried(
        platform=wish.platform.name,
        state=next((state for state in states.values() if state != RunState.COMPLETED), RunState.COMPLETED),
        accounts=states,
        pages=sum(run.pages for run in found.values()),
        rows=checked.rows,
        calls=sum(run.calls for run in found.values()),
        seconds=round(seconds, 3),
        cpu_seconds=round(after.cpu_seconds - before.cpu_seconds, 3),
        peak_memory_bytes=after.peak_bytes,
        load_cpu_seconds=round(load_after.cpu_seconds - load_before.cpu_seconds, 3),
        bytes_staged=checked.bytes_staged,
        missing=checked.missing + len(never) + len(dead),
        problems=(*checked.problems, *never, *dead),
    )


def _run(
    wish: Wish, cloud: Cloud, stores: Stores, connections: Sequence[Connection], progress: Progress
) -> dict[str, RunStatus]:
    """Ask for a run of each and watch them to their ends, or until nothing has moved for too long; by connection."""
    request, streams = uuid4().hex, ",".join(wish.streams)
    stores.bus.publish(
        *(SyncRequested(WORKSPACE, one.id, Reason.OPERATOR, request, streams) for one in connections),
    )
    moved, last, found = time.monotonic(), list[tuple[int, int, int]](), dict[str, RunStatus]()
    while time.monotonic() - moved < wish.patience and not cloud.dead():
        check_disk(wish.out)
        for one in connections:
            doc = stores.documents.get(model.path(WORKSPACE, "runs", stable_id(one.id, Reason.OPERATOR, request)))
            if doc is not None and not (one.id in found and found[one.id].over):
                found[one.id] = run_of(stores, doc)
        several = len(connections) > 1
        progress.show(
            [
                line(one.title if several else wish.platform.name, found[one.id])
                for one in connections
                if one.id in found
            ]
        )
        if len(found) == len(connections) and all(run.over for run in found.values()):
            break
        here = [(run.pages, run.loaded, run.slices_done) for run in found.values()]
        if here != last:
            moved, last = time.monotonic(), here
        threading.Event().wait(LOOK)
    progress.done()
    return found
