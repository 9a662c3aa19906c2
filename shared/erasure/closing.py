"""Nothing new begins, and whoever is at work stops: connections are disabled, leases taken away, links withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import model
from shared.errors import Move
from shared.model import Connection, Slice, Table, from_doc, to_doc
from shared.oauth import links
from shared.states import OPEN_SLICE, ConnectionState, PageState, SliceState
from shared.stores.holdings import Holdings
from shared.stores.ports import Doc, Transaction

LONGEST = timedelta(minutes=10)  # no function runs longer: no push may stay unanswered for more than that
A_WHILE = timedelta(minutes=1)  # until a job that was told to end is looked for again
CLOSED = {"code": "erased", "sentence": "This connection was ended.", "move": Move.AGENCY}


class ConnectedAgain(Exception):
    """What was being ended was connected again meanwhile, so it is not the same any more."""


@dataclass(frozen=True)
class Closing:
    """Of one workspace."""

    stores: Holdings
    workspace: str

    def begin(self) -> datetime:
        """Mark the workspace; since when it is marked, whoever did it first.

        The mark is a document of its own, because Terraform writes the workspace's own one as its settings say.
        """
        where = model.closing_path(self.workspace)

        def work(tx: Transaction) -> datetime:
            doc = tx.get(where)
            since: datetime = doc["since"] if doc else self.stores.clock.now()
            if doc is None:
                tx.set(where, {"workspace": self.workspace, "since": since})
            return since

        return self.stores.documents.transact(work)

    def remember(self, whose: set[str]) -> set[str]:
        """Whose things are looked for, also by a later look, when the connections' documents are gone."""
        where = model.closing_path(self.workspace)

        def work(tx: Transaction) -> set[str]:
            doc = tx.get(where) or {}
            known = set(doc.get("whose", []))
            if not whose <= known:
                tx.update(where, {"whose": sorted(known | whose)})
            return known | whose

        return self.stores.documents.transact(work)

    def end(self) -> None:
        """The workspace and its mark go together: whoever still sees one of them sees an erasure under way."""

        def work(tx: Transaction) -> None:
            tx.delete(model.workspace_path(self.workspace))
            tx.delete(model.closing_path(self.workspace))

        self.stores.documents.transact(work)

    def connections(self) -> list[Connection]:
        found = self.stores.documents.find(f"{model.workspace_path(self.workspace)}/connections")
        return sorted((from_doc(Connection, doc) for doc in found), key=lambda connection: connection.id)

    def disable(self, name: str, again: datetime | None = None) -> datetime:
        """No sync begins, no refresh is written and nobody connects it again; since when.

        `again`: since when it was, at an earlier look of the same erasure.
        """
        where = model.path(self.workspace, "connections", name)

        def work(tx: Transaction) -> datetime:
            doc = tx.get(where) or {}
            now = self.stores.clock.now()
            closing = doc.get("state") == ConnectionState.DISABLED and doc.get("closing_at")
            since: datetime = doc["closing_at"] if closing else now
            if again is not None and since != again:
                raise ConnectedAgain(name)
            fence = doc.get("refresh_fence", 0) + (0 if closing else 1)
            changes = {"state": ConnectionState.DISABLED, "problem": CLOSED, "next_sync_at": None, "closing_at": since}
            if doc:
                tx.update(where, {**changes, "refresh_fence": fence})
            return since

        return self.stores.documents.transact(work)

    def stop_work(self, connection: str = "") -> None:
        """Whoever reads or loads finds that somebody else has its place, and cannot write any more."""
        documents, home = self.stores.documents, model.workspace_path(self.workspace)
        ours = [("connection", "==", connection)] if connection else []
        for doc in documents.find(f"{home}/slices", *ours, ("state", "in", list(OPEN_SLICE))):
            self._change(model.path(self.workspace, "slices", doc["id"]), _ended)
        for doc in documents.find(f"{home}/pages", *ours, ("state", "==", PageState.WAITING)):
            self._change(model.path(self.workspace, "pages", doc["id"]), _not_loaded)
        if not connection:  # a table is everybody's in the workspace
            for doc in documents.find(f"{home}/tables"):
                self._change(model.path(self.workspace, "tables", doc["id"]), _freed)

    def _change(self, where: str, change: Callable[[Doc], Doc]) -> None:
        def work(tx: Transaction) -> None:
            doc = tx.get(where)
            if changes := change(doc) if doc is not None else {}:
                tx.update(where, changes)

        self.stores.documents.transact(work)

    def withdraw_links(self, connection: str = "") -> None:
        """Of the workspace, or those that would renew this connection."""
        for link in links.of_workspace(self.stores.documents, self.workspace):
            if connection in ("", link.reconnects):
                links.revoke(self.stores.documents, self.stores.clock, link.id)


def quiet_at(since: datetime) -> datetime:
    """When nobody is at work any more who was then. Until a look has come to its end, something may begin: a run whose
    slices were all ended goes on to its sweeps. So it is counted from there, and the look that ends the erasure begins
    later."""
    return since + LONGEST


def _ended(doc: Doc) -> Doc:
    part = from_doc(Slice, doc)
    if part.state not in OPEN_SLICE:
        return {}  # it came to its end meanwhile
    return {"state": SliceState.FAILED, "problem": CLOSED, "fence": part.fence + 1, "lease_until": None}


def _not_loaded(doc: Doc) -> Doc:
    return {"state": PageState.FAILED} if doc["state"] == PageState.WAITING else {}


def _freed(doc: Doc) -> Doc:
    table = from_doc(Table, doc)
    return to_doc(Table(table.id, table.workspace, fence=table.fence + 1))
