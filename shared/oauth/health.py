"""How a connection stands: stopped with a reason, or so many days from its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from math import floor
from types import MappingProxyType
from typing import Any

from shared import log, model
from shared.clock import Clock
from shared.errors import Problem, Reconnect
from shared.model import Connection, from_doc
from shared.states import ConnectionState, Schedule
from shared.stores.ports import Doc, Documents, Transaction

THRESHOLDS = (14, 7, 2)  # days before the end at which people are told


def stop(
    documents: Documents,
    clock: Clock,
    connection: Connection,
    problem: Problem,
    unless: Callable[[Connection], bool] = lambda now: False,
) -> bool:
    """Say on the connection why it needs somebody; the one place that does. Doing it twice changes nothing.

    A refused credential stops the connection; what the agency must change is shown and tried again at the next sync.
    Nothing is said about a credential that has been replaced. `unless` looks at the connection as it is now: True means
    that the refusal is out of date. Returns whether it holds.
    """
    where = model.path(connection.workspace, "connections", connection.id)

    def work(tx: Transaction) -> tuple[bool, bool]:
        doc = tx.get(where)
        if doc is None or doc["state"] == ConnectionState.DISABLED:
            return True, False
        now = from_doc(Connection, doc)
        if now.secret != connection.secret or unless(now):
            return False, False
        state = ConnectionState.RECONNECT if isinstance(problem, Reconnect) else now.state
        new = (now.state, (now.problem or {}).get("code")) != (state, problem.code)
        if new:
            tx.update(where, {"state": state, "problem": problem_doc(problem, clock.now()), "refusals": {}})
        return True, new

    holds, new = documents.transact(work)
    if new:
        log.warning("connection needs somebody", connection=connection.id, code=problem.code, move=problem.move)
    return holds


def revive(
    documents: Documents,
    clock: Clock,
    connection: Connection,
    out_of_date: Callable[[Connection], bool],
    news: Mapping[str, Any] = MappingProxyType({}),
) -> bool:
    """Let a stopped connection go on, when what stopped it is out of date; its next sync is due at once.

    `news`: what else is known of it now.
    """
    where = model.path(connection.workspace, "connections", connection.id)

    def work(tx: Transaction) -> bool:
        doc = tx.get(where)
        if doc is None or doc["state"] != ConnectionState.RECONNECT or doc["secret"] != connection.secret:
            return False
        now = from_doc(Connection, doc)
        if not out_of_date(now):
            return False
        due = now.next_sync_at if now.schedule == Schedule.MANUAL else clock.now()
        changes: Doc = {"state": ConnectionState.ACTIVE, "problem": None, "refusals": {}, "next_sync_at": due}
        tx.update(where, {**changes, **news})
        return True

    revived = documents.transact(work)
    if revived:
        log.info("connection goes on", connection=connection.id)
    return revived


def note_check(documents: Documents, clock: Clock, connection: Connection, good: bool, sentence: str) -> None:
    """Say on the connection what came of asking for its access; nothing about one that was replaced meanwhile."""
    where = model.path(connection.workspace, "connections", connection.id)

    def work(tx: Transaction) -> None:
        doc = tx.get(where)
        if doc is not None and doc["secret"] == connection.secret:
            tx.update(where, {"checked": {"at": clock.now(), "good": good, "sentence": sentence}})

    documents.transact(work)


def problem_doc(problem: Problem, at: datetime) -> Doc:
    return {"code": problem.code, "sentence": problem.sentence, "move": problem.move, "at": at}


def days_left(connection: Connection, now: datetime) -> int | None:
    """Whole days until somebody must connect again; None: no end is known. Never below 0."""
    if connection.expires_at is None:
        return None
    return max(floor((connection.expires_at - now).total_seconds() / 86_400), 0)


def countdown(connection: Connection, now: datetime) -> Doc | None:
    """What status shows when the end is near: days, the threshold that was passed, and a sentence."""
    days = days_left(connection, now)
    if days is None or days >= THRESHOLDS[0] or connection.state != ConnectionState.ACTIVE:
        return None
    ended = connection.expires_at is not None and connection.expires_at <= now
    if ended:
        sentence = f"Access to {connection.title} has ended; it must be connected again."
    elif days == 0:
        sentence = f"Access to {connection.title} ends today; connect it again before that."
    else:
        sentence = f"Access to {connection.title} ends in {days} day{'s' if days > 1 else ''}; connect it again."
    return {"days": days, "threshold": min(t for t in THRESHOLDS if days < t), "sentence": sentence}
