"""What a person wants to know about connections and runs, worked out of their documents. Pure; printed elsewhere.

in progress · waiting, until when and why · completed · failed, and whose move it is; and for every stream, what proves
it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared import model
from shared.model import Connection, Debt, Run, Slice
from shared.oauth.health import countdown, days_left
from shared.platforms import PLATFORMS
from shared.stores.ports import Doc
from shared.sync.proofs import Proof, proof_of

IN_PROGRESS, WAITING, QUEUED = "in progress", "waiting", "queued"
MOVES = {
    "machine": "the machine tries again",
    "client": "the client must connect again",
    "agency": "the agency must change something",
    "us": "whoever maintains Tributary must change something",
}
UNKNOWN = {
    "move": "us",
    "sentence": "This release does not know the platform; what is to be read waits for one that does.",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong, and whose move it is."""

    stream: str
    code: str
    sentence: str
    move: str
    slices: int = 1


@dataclass(frozen=True, slots=True)
class StreamStatus:
    stream: str
    state: str
    slices: Mapping[str, int]  # state → how many
    rows: int
    pages: int
    calls: int
    proof: Proof
    # "unknown x", "mismatched y", "left out z": that the platform refused (and "version v": that answered) → how often
    odd_fields: Mapping[str, int]
    absent: int = 0  # parents that had nothing (any more)
    narrowed: int = 0  # answers to less than we wanted to know, because the platform refused the whole question
    waiting_until: datetime | None = None
    waiting_for: str = ""


@dataclass(frozen=True, slots=True)
class RunStatus:
    id: str
    reason: str
    state: str
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float
    rows: int
    pages: int
    calls: int
    slices_done: int
    slices: int
    loaded: int  # pages in BigQuery …
    to_load: int  # … of those that have rows
    streams: tuple[StreamStatus, ...]
    troubles: tuple[Trouble, ...]
    waiting_until: datetime | None = None
    waiting_for: str = ""

    @property
    def over(self) -> bool:
        return self.finished_at is not None


@dataclass(frozen=True, slots=True)
class Owed:
    """What of a stream the next sync will read because an earlier one did not."""

    stream: str
    slices: int
    since: datetime | None
    sentence: str  # why, of the oldest


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    id: str
    workspace: str
    platform: str
    title: str
    account: str
    state: str
    move: str  # whose, and empty when it is nobody's
    sentence: str
    schedule: str
    expires_at: datetime | None
    days_left: int | None
    warning: str  # a sentence while the end is near
    next_sync_at: datetime | None
    last_success_at: datetime | None
    runs: tuple[RunStatus, ...] = field(default=())
    owed: tuple[Owed, ...] = field(default=())  # what its runs should have read and did not


def connection_status(
    doc: Doc, now: datetime, runs: Iterable[RunStatus] = (), debts: Iterable[Doc] = ()
) -> ConnectionStatus:
    connection = model.from_doc(Connection, doc)
    problem = connection.problem or ({} if connection.platform in PLATFORMS else UNKNOWN)
    near = countdown(connection, now)
    return ConnectionStatus(
        id=connection.id,
        workspace=connection.workspace,
        platform=connection.platform,
        title=connection.title,
        account=connection.account,
        state=connection.state,
        move=problem.get("move", "client") if connection.state == model.RECONNECT else problem.get("move", ""),
        sentence=problem.get("sentence", ""),
        schedule=connection.rhythm or connection.schedule,
        expires_at=connection.expires_at,
        days_left=days_left(connection, now),
        warning=near["sentence"] if near else "",
        next_sync_at=connection.next_sync_at,
        last_success_at=connection.last_success_at,
        runs=tuple(runs),
        owed=owed(debts),
    )


def owed(debts: Iterable[Doc]) -> tuple[Owed, ...]:
    by_stream: dict[str, list[Debt]] = {}
    for doc in debts:
        debt = model.from_doc(Debt, doc)
        by_stream.setdefault(debt.stream, []).append(debt)
    oldest = {stream: min(found, key=_owed_since) for stream, found in by_stream.items()}
    return tuple(
        Owed(stream, len(by_stream[stream]), first.owed_since, first.sentence)
        for stream, first in sorted(oldest.items())
    )


def _owed_since(debt: Debt) -> float:
    return debt.owed_since.timestamp() if debt.owed_since else 0.0


def run_status(run_doc: Doc, slice_docs: Iterable[Doc], now: datetime) -> RunStatus:
    run = model.from_doc(Run, run_doc)
    parts = [model.from_doc(Slice, doc) for doc in slice_docs]
    read = [part for part in parts if part.kind != "sweep"]
    by_stream: dict[str, list[Slice]] = {}
    for part in read:
        by_stream.setdefault(part.stream, []).append(part)
    known = PLATFORMS.get(run.platform)
    order = {stream.name: number for number, stream in enumerate(known.streams if known else ())}
    streams = [stream_status(name, by_stream[name]) for name in sorted(by_stream, key=lambda n: order.get(n, 999))]
    state, until, why = _state_of_run(run, parts)
    return RunStatus(
        id=run.id,
        reason=run.reason,
        state=state,
        started_at=run.started_at,
        finished_at=run.finished_at,
        seconds=((run.finished_at or now) - run.started_at).total_seconds() if run.started_at else 0.0,
        rows=sum(part.rows for part in read),
        pages=sum(part.page for part in read),
        calls=sum(part.calls for part in read),
        slices_done=sum(part.state in (model.LOADED, model.FAILED) for part in parts),
        slices=len(parts),
        loaded=sum(part.loaded for part in read),
        to_load=sum(part.to_load for part in read),
        streams=tuple(streams),
        troubles=troubles(run.problems, parts),
        waiting_until=until,
        waiting_for=why,
    )


def stream_status(name: str, parts: list[Slice]) -> StreamStatus:
    until, why = _waiting(parts)
    counts = Counter(part.state for part in parts)
    return StreamStatus(
        stream=name,
        state=_state(counts),
        slices=dict(counts),
        rows=sum(part.rows for part in parts),
        pages=sum(part.page for part in parts),
        calls=sum(part.calls for part in parts),
        proof=proof_of(parts),
        odd_fields=_odd(parts),
        absent=sum(part.notes.get("absent", {}).get("parents", 0) for part in parts),
        narrowed=sum(part.notes.get("narrowed", {}).get("answers", 0) for part in parts),
        waiting_until=until,
        waiting_for=why,
    )


def troubles(problems: Iterable[Doc], parts: Iterable[Slice]) -> tuple[Trouble, ...]:
    """What failed, each kind of failure of a stream once. While a run goes on its slices know; later it does."""
    found: dict[tuple[str, str], Trouble] = {}
    failed = [(part.stream, part.problem or {}) for part in parts if part.state == model.FAILED]
    counts = Counter((stream, problem.get("code", "")) for stream, problem in failed)
    for stream, problem in [*failed, *((doc.get("stream", ""), doc) for doc in problems)]:
        name = (stream, problem.get("code", ""))
        move = problem.get("move", "us")
        found.setdefault(name, Trouble(*name, problem.get("sentence", ""), move, max(counts[name], 1)))
    return tuple(found.values())


def _state_of_run(run: Run, parts: list[Slice]) -> tuple[str, datetime | None, str]:
    if run.state not in model.OPEN_RUN:
        return run.state, None, ""
    open_parts = [part for part in parts if part.state in model.OPEN_SLICE]
    busy = any(part.state in (model.WORKING, model.STAGED, model.READY) for part in open_parts)
    until, why = _waiting(open_parts)
    if why and not busy:
        return WAITING, until, why
    return IN_PROGRESS, until, why


def _waiting(parts: Iterable[Slice]) -> tuple[datetime | None, str]:
    """The first of those that wait: until when, and why."""
    parked = [part for part in parts if part.state == model.PARKED and part.not_before is not None]
    if not parked:
        return None, ""
    first = min(parked, key=lambda part: part.not_before.timestamp() if part.not_before else 0.0)
    return first.not_before, first.waiting_for


def _state(counts: Mapping[str, int]) -> str:
    if counts.get(model.WORKING) or counts.get(model.STAGED):
        return IN_PROGRESS
    if counts.get(model.PARKED):
        return WAITING
    if counts.get(model.READY):
        return QUEUED if set(counts) == {model.READY} else IN_PROGRESS
    if counts.get(model.FAILED):
        return model.FAILED if set(counts) == {model.FAILED} else model.PARTLY
    return model.COMPLETED


def _odd(parts: Iterable[Slice]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in parts:
        for kind in ("left out", "unknown", "mismatched", "version"):
            for name, count in part.notes.get(kind, {}).items():
                total[f"{kind} {name}"] += count
    return dict(total.most_common())
