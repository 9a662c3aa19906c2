"""What a run should have read and did not is owed: a document that the next plan turns into a slice, until it is read.

A cursor says what is in BigQuery; a debt says what is missing below it. Without it, a child whose slice failed would
be forgotten as soon as its parent's cursor had moved on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from shared import log, model
from shared.errors import Code
from shared.model import Connection, Debt, Run, Slice, from_doc, to_doc
from shared.states import SliceKind, SliceState
from shared.stores.ports import Documents
from shared.sync.slice_closing import mark_of, short
from shared.vocabulary.platform import Platform

OLD = timedelta(days=2)  # owed for longer, a debt is a matter for the operator


def debts_of(documents: Documents, connection: Connection) -> list[Debt]:
    found = documents.find(f"{model.workspace_path(connection.workspace)}/debts", ("connection", "==", connection.id))
    return [from_doc(Debt, doc) for doc in found]


def renamed(documents: Documents, platform: Platform, debts: Iterable[Debt]) -> list[Debt]:
    """Those of streams that have another name by now are owed under that one, by which whoever pays deletes them."""
    found = []
    for debt in debts:
        now = replace(debt, stream=platform.today(debt.stream))
        now = replace(now, id=model.cursor_id(now.connection, now.stream, now.partition))
        if now.id != debt.id:
            documents.create_missing({model.path(now.workspace, "debts", now.id): to_doc(now)})
            documents.delete(model.path(debt.workspace, "debts", debt.id))
        found.append(now)
    return found


def remember(documents: Documents, run: Run, slices: Iterable[Slice], now: datetime) -> int:
    """Write down what of a run's slices is owed; how many that were not known yet.

    A backfill owes nothing: it was asked for by somebody who sees how it ends and can ask again.
    """
    if not run.moves_cursors:
        return 0
    owed = [
        _debt(slice_, now)
        for slice_ in slices
        if slice_.kind == SliceKind.EXTRACT and (slice_.state == SliceState.FAILED or short(slice_))
    ]
    return documents.create_missing({model.path(debt.workspace, "debts", debt.id): to_doc(debt) for debt in owed})


def forget(documents: Documents, debts: Iterable[Debt]) -> None:
    for debt in debts:
        log.info("debt dropped: out of reach", connection=debt.connection, stream=debt.stream)
        documents.delete(model.path(debt.workspace, "debts", debt.id))


def say_if_old(debts: Iterable[Debt], now: datetime) -> None:
    """A line that an alarm listens for."""
    old = [debt for debt in debts if debt.owed_since is not None and debt.owed_since <= now - OLD]
    if old:
        first = min(old, key=lambda debt: debt.owed_since or now)
        log.warning(
            "debt is old",
            workspace=first.workspace,
            connection=first.connection,
            stream=first.stream,
            since=first.owed_since,
            because=first.code,
            count=len(old),
        )


def _debt(slice_: Slice, now: datetime) -> Debt:
    problem = slice_.problem or {
        "code": Code.ROWS_MISSING,
        "sentence": "The platform counts more records than it showed.",
    }
    return Debt(
        id=mark_of(slice_),
        workspace=slice_.workspace,
        connection=slice_.connection,
        platform=slice_.platform,
        stream=slice_.stream,
        partition=slice_.partition,
        given=slice_.given,
        since=slice_.since,
        until=slice_.until,
        owed_since=now,
        run=slice_.run,
        code=problem.get("code", ""),
        sentence=problem.get("sentence", ""),
    )
