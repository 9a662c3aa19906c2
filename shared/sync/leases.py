"""Leases on slices: who works on one, until when. Each lease carries a fencing token (`fence`), a number that grows:
whoever holds an older one cannot write. The places at a connection are a counting semaphore; each place ends by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from shared import model
from shared.clock import Clock
from shared.errors import Bug, Code, Move, Stale
from shared.model import Connection, Run, Slice, from_doc, to_doc
from shared.states import ConnectionState, RunState, SliceKind, SliceState
from shared.stores.ports import Doc, Documents, Transaction
from shared.sync import budgets
from shared.vocabulary.platform import Platform

MOST_ATTEMPTS = 8  # faults in a row before a slice gives up
DIED = Bug("worker-died", "Reading this stopped several times without an answer.")


@dataclass(frozen=True, slots=True)
class LeasedSlice:
    """A leased slice with what is needed to work on it."""

    slice: Slice
    run: Run
    connection: Connection


def places_path(platform: Platform, connection: str) -> str:
    return f"budgets/{platform.name}.{connection}.places"


def lease(
    documents: Documents, clock: Clock, platform: Platform, where: Slice, worker: str, seconds: int, work_seconds: int
) -> LeasedSlice | Slice | None:
    """Take the slice: leased; or the slice, failed just now because it cannot be worked on; or None: not ours."""

    def work(tx: Transaction) -> LeasedSlice | Slice | None:
        now = clock.now()
        slice_path = model.path(where.workspace, "slices", where.id)
        docs = tx.get_many(
            [
                slice_path,
                model.path(where.workspace, "connections", where.connection),
                model.path(where.workspace, "runs", where.run),
                places_path(platform, where.connection),
            ]
        )
        found, connection_doc, run_doc, places = docs
        if found is None or run_doc is None or run_doc["state"] == RunState.PLANNED:
            return None  # not all of it is written yet: once it is, there will be messages
        slice_ = from_doc(Slice, found)
        if not _free(slice_, clock):
            return None
        if connection_doc is None or connection_doc["state"] != ConnectionState.ACTIVE:
            problem = (connection_doc or {}).get("problem") or {
                "code": Code.DISCONNECTED,
                "sentence": "This connection is no longer there.",
                "move": Move.AGENCY,
            }
            failed = replace(slice_, state=SliceState.FAILED, problem=problem, touched_at=now, fence=slice_.fence + 1)
            tx.update(slice_path, to_doc(failed))
            return failed
        took_over = slice_.state == SliceState.WORKING
        if took_over and slice_.attempts + 1 >= MOST_ATTEMPTS:
            failed = replace(
                slice_, state=SliceState.FAILED, problem=problem_doc(DIED), touched_at=now, fence=slice_.fence + 1
            )
            tx.update(slice_path, to_doc(failed))
            return failed
        budget = budgets.free_place(
            places or {}, worker, platform.limits, now, now + timedelta(seconds=seconds + work_seconds)
        )
        if budget is None:
            return None  # enough are at work; one of them takes this slice when it is done with its own
        leased = replace(
            slice_,
            state=SliceState.WORKING,
            attempts=slice_.attempts + (1 if took_over else 0),
            fence=slice_.fence + 1,
            lease_until=now + timedelta(seconds=seconds),
            touched_at=now,
        )
        tx.update(slice_path, to_doc(leased))
        tx.set(places_path(platform, where.connection), budget)
        return LeasedSlice(leased, from_doc(Run, run_doc), from_doc(Connection, connection_doc))

    return documents.transact(work)


def _free(slice_: Slice, clock: Clock) -> bool:
    now = clock.now()
    if slice_.kind != SliceKind.EXTRACT:
        return False
    if slice_.state == SliceState.READY:
        return True
    if slice_.state == SliceState.PARKED:
        return slice_.not_before is None or slice_.not_before <= now
    return slice_.state == SliceState.WORKING and (slice_.lease_until is None or slice_.lease_until <= now)


def renew(documents: Documents, clock: Clock, platform: Platform, held: LeasedSlice, worker: str, seconds: int) -> None:
    """Prolong the lease and the worker's place at the connection, if it still has them: it is at work."""
    where, places = model.path(held.slice.workspace, "slices", held.slice.id), places_path(platform, held.connection.id)

    def work(tx: Transaction) -> None:
        doc, budget = tx.get_many([where, places])
        until = clock.now() + timedelta(seconds=seconds)
        if doc is None or doc["fence"] != held.slice.fence or doc["state"] != SliceState.WORKING:
            return
        tx.update(where, {"lease_until": max(until, doc["lease_until"] or until)})
        workers = (budget or {}).get("workers", {})
        if worker in workers and workers[worker] < until:
            tx.set(places, {**(budget or {}), "workers": {**workers, worker: until}})

    documents.transact(work)


def leave(documents: Documents, platform: Platform, connection: str, worker: str) -> None:
    """Give the place at the connection back."""

    def work(tx: Transaction) -> None:
        doc = tx.get(places_path(platform, connection))
        if doc and worker in doc.get("workers", {}):
            tx.set(
                places_path(platform, connection),
                {**doc, "workers": {name: until for name, until in doc["workers"].items() if name != worker}},
            )

    documents.transact(work)


def check_lease(doc: Doc | None, held: Slice) -> Slice:
    """Return the slice as it is now; raise Stale if this worker has lost its lease and may not write any more."""
    if doc is None:
        raise Stale
    now = from_doc(Slice, doc)
    if now.fence != held.fence or now.state != SliceState.WORKING or now.page != held.page:
        raise Stale
    return now


def problem_doc(problem: Exception) -> Doc:
    return {
        "code": getattr(problem, "code", "unforeseen"),
        "sentence": getattr(problem, "sentence", "Something went wrong on our side."),
        "detail": getattr(problem, "detail", "")[:500],
        "move": getattr(problem, "move", Move.US),
    }
