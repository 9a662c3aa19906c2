"""What a person wants to know about connections and runs, worked out of their documents. Pure; printed elsewhere.

in progress · waiting, until when and why · completed · failed, and whose move it is; and for every stream, what proves
it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared import model
from shared.errors import Move
from shared.model import Connection, Debt, Run, Slice
from shared.oauth.health import countdown, days_left
from shared.platforms import PLATFORMS
from shared.states import OPEN_RUN, OPEN_SLICE, ConnectionState, Reason, RunState, SliceKind, SliceState
from shared.stores.ports import Doc
from shared.sync.reconciliation import Proof, proof_of


class Ongoing(StrEnum):
    """How far something is that has not ended, as people are told it."""

    IN_PROGRESS = "in progress"  # it is read, or loaded
    WAITING = "waiting"  # nothing of it can go on before a time
    QUEUED = "queued"  # nobody has begun with it


MOVES: Mapping[str, str] = {
    Move.MACHINE: "the machine tries again",
    Move.CLIENT: "the client must connect again",
    Move.AGENCY: "the agency must change something",
    Move.US: "whoever maintains Tributary must change something",
}
UNKNOWN = {
    "move": Move.US,
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
    state: Ongoing | RunState
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
    reason: Reason
    state: Ongoing | RunState
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
    state: ConnectionState
    move: str  # whose, and empty when it is nobody's
    sentence: str
    schedule: str  # a `Schedule`, or the rhythm of its own
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
        move=problem.get("move", Move.CLIENT)
        if connection.state == ConnectionState.RECONNECT
        else problem.get("move", ""),
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
    slices = [model.from_doc(Slice, doc) for doc in slice_docs]
    read = [slice_ for slice_ in slices if slice_.kind != SliceKind.SWEEP]
    by_stream: dict[str, list[Slice]] = {}
    for slice_ in read:
        by_stream.setdefault(slice_.stream, []).append(slice_)
    known = PLATFORMS.get(run.platform)
    order = {stream.name: number for number, stream in enumerate(known.streams if known else ())}
    streams = [stream_status(name, by_stream[name]) for name in sorted(by_stream, key=lambda n: order.get(n, 999))]
    state, until, why = _state_of_run(run, slices)
    return RunStatus(
        id=run.id,
        reason=run.reason,
        state=state,
        started_at=run.started_at,
        finished_at=run.finished_at,
        seconds=((run.finished_at or now) - run.started_at).total_seconds() if run.started_at else 0.0,
        rows=sum(slice_.rows for slice_ in read),
        pages=sum(slice_.page for slice_ in read),
        calls=sum(slice_.calls for slice_ in read),
        slices_done=sum(slice_.state in (SliceState.LOADED, SliceState.FAILED) for slice_ in slices),
        slices=len(slices),
        loaded=sum(slice_.loaded for slice_ in read),
        to_load=sum(slice_.to_load for slice_ in read),
        streams=tuple(streams),
        troubles=troubles(run.problems, slices),
        waiting_until=until,
        waiting_for=why,
    )


def stream_status(name: str, slices: list[Slice]) -> StreamStatus:
    until, why = _waiting(slices)
    counts = Counter(slice_.state for slice_ in slices)
    return StreamStatus(
        stream=name,
        state=_state(counts),
        slices={str(state): count for state, count in counts.items()},
        rows=sum(slice_.rows for slice_ in slices),
        pages=sum(slice_.page for slice_ in slices),
        calls=sum(slice_.calls for slice_ in slices),
        proof=proof_of(slices),
        odd_fields=_odd(slices),
        absent=sum(slice_.notes.get("absent", {}).get("parents", 0) for slice_ in slices),
        narrowed=sum(slice_.notes.get("narrowed", {}).get("answers", 0) for slice_ in slices),
        waiting_until=until,
        waiting_for=why,
    )


def troubles(problems: Iterable[Doc], slices: Iterable[Slice]) -> tuple[Trouble, ...]:
    """What failed, each kind of failure of a stream once. While a run goes on its slices know; later it does."""
    found: dict[tuple[str, str], Trouble] = {}
    failed = [(slice_.stream, slice_.problem or {}) for slice_ in slices if slice_.state == SliceState.FAILED]
    counts = Counter((stream, problem.get("code", "")) for stream, problem in failed)
    for stream, problem in [*failed, *((doc.get("stream", ""), doc) for doc in problems)]:
        name = (stream, problem.get("code", ""))
        move = problem.get("move", Move.US)
        found.setdefault(name, Trouble(*name, problem.get("sentence", ""), move, max(counts[name], 1)))
    return tuple(found.values())


def _state_of_run(run: Run, slices: list[Slice]) -> tuple[Ongoing | RunState, datetime | None, str]:
    if run.state not in OPEN_RUN:
        return run.state, None, ""
    open_parts = [slice_ for slice_ in slices if slice_.state in OPEN_SLICE]
    busy = any(slice_.state in (SliceState.WORKING, SliceState.STAGED, SliceState.READY) for slice_ in open_parts)
    until, why = _waiting(open_parts)
    if why and not busy:
        return Ongoing.WAITING, until, why
    return Ongoing.IN_PROGRESS, until, why


def _waiting(slices: Iterable[Slice]) -> tuple[datetime | None, str]:
    """The first of those that wait: until when, and why."""
    parked = [slice_ for slice_ in slices if slice_.state == SliceState.PARKED and slice_.not_before is not None]
    if not parked:
        return None, ""
    first = min(parked, key=lambda slice_: slice_.not_before.timestamp() if slice_.not_before else 0.0)
    return first.not_before, first.waiting_for


def _state(counts: Mapping[SliceState, int]) -> Ongoing | RunState:
    if counts.get(SliceState.WORKING) or counts.get(SliceState.STAGED):
        return Ongoing.IN_PROGRESS
    if counts.get(SliceState.PARKED):
        return Ongoing.WAITING
    if counts.get(SliceState.READY):
        return Ongoing.QUEUED if set(counts) == {SliceState.READY} else Ongoing.IN_PROGRESS
    if counts.get(SliceState.FAILED):
        return RunState.FAILED if set(counts) == {SliceState.FAILED} else RunState.PARTLY
    return RunState.COMPLETED


def _odd(slices: Iterable[Slice]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for slice_ in slices:
        for kind in ("left out", "unknown", "mismatched", "version"):
            for name, count in slice_.notes.get(kind, {}).items():
                total[f"{kind} {name}"] += count
    return dict(total.most_common())
