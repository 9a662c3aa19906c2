"""What is wished of a workspace, checked and written down; open_workspace makes it so.

The command line and the console come here alike. The document is the truth, the message a nudge: whoever has written
one down says `[workspace-wanted]`, and the tick says it again for as long as something is due.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared import model
from shared.clock import Clock
from shared.errors import Bug, Configure
from shared.kit.calendar import is_zone
from shared.kit.currencies import CURRENCIES
from shared.model import Opening, Workspace, from_doc, to_doc
from shared.states import Cause, WorkspaceState
from shared.stores.ports import Doc, Documents, Transaction
from shared.sync.data_changes import noted
from shared.warehouse import names

LEAST_PAGES = 120  # days: replay and recovery read them, and colder classes of storage charge for less
LEAST_HISTORY = 30
MOST = 36_500  # days
MOST_READERS = 500  # BigQuery takes a few thousand entries to a dataset, and ours are not all
# What may be changed; the id names datasets, and stays.
WISHES = frozenset({"name", "agency", "contact", "zone", "currency", "fiscal_year_start"}) | frozenset(
    {"readers", "history_days", "pages_days", "protected"}
)
IN_MARTS = frozenset({"zone", "currency", "fiscal_year_start"})
_TEXT = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,200}")
_READER = re.compile(
    r"(user|group|serviceAccount):[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,6}"
)


def check(asked: Workspace) -> Workspace:
    """The same, tidied; or a sentence that says what cannot be."""
    try:
        names.raw(asked.id)
    except Bug:
        raise _wrong(
            f"“{asked.id}” cannot name a workspace: take lower case letters, digits and underscores, 2 to 41 of them, "
            "beginning with a letter, and not the name of another dataset."
        ) from None
    if not asked.name:
        raise _wrong("A workspace needs a name that people call it by.")
    if not all(map(_TEXT.fullmatch, (asked.name, asked.agency, asked.contact))):
        raise _wrong("A name, an agency and a contact are a line of 200 characters at most.")
    if not is_zone(asked.zone):
        raise _wrong(f"“{asked.zone}” is no time zone such as Europe/Vienna.")
    if asked.currency and asked.currency not in CURRENCIES:
        raise _wrong(f"“{asked.currency}” is no currency of ISO 4217, such as EUR.")
    if asked.fiscal_year_start not in range(1, 13):
        raise _wrong("A fiscal year begins in a month: 1 to 12.")
    for reader in asked.readers:
        if not _READER.fullmatch(reader):
            raise _wrong(f"“{reader}” is no reader: say user:, group: or serviceAccount: and an address.")
    if len(asked.readers) > MOST_READERS:
        raise _wrong(f"{MOST_READERS} readers are the most; put them into a group.")
    for days, least, what in (
        (asked.pages_days, LEAST_PAGES, "Staged pages are"),
        (asked.history_days, LEAST_HISTORY, "History is"),
    ):
        if days and not least <= days <= MOST:
            raise _wrong(f"{what} kept for {least} days at least, in whole days.")
    return replace(asked, readers=sorted(set(asked.readers)))


def make(documents: Documents, clock: Clock, asked: Workspace) -> Workspace:
    """A new workspace, which is being opened from now on; the very same once more is the one that there is."""
    new = replace(check(asked), created_at=clock.now(), state=WorkspaceState.OPENING)

    def work(tx: Transaction) -> Workspace:
        home, closing = tx.get_many([model.workspace_path(new.id), model.closing_path(new.id)])
        if closing is not None:
            raise _wrong(f"Workspace {new.id} is being erased; `workspace delete {new.id}` carries on with it.")
        if home is None:
            tx.set(model.workspace_path(new.id), to_doc(new))
            tx.set(model.opening_path(new.id), to_doc(Opening(new.id, due_at=clock.now())))
            return new
        there = from_doc(Workspace, home)
        if any(getattr(there, name) != getattr(new, name) for name in WISHES):
            raise _wrong(f"There is a workspace “{new.id}” already, with other settings; `workspace list` shows them.")
        return there

    return documents.transact(work)


def change(documents: Documents, clock: Clock, workspace: str, changes: Mapping[str, Any]) -> Workspace:
    """What is given of it is changed, and the rest stays."""
    if strange := changes.keys() - WISHES:
        raise Bug("no-wish", "This cannot be changed of a workspace.", ", ".join(sorted(strange)))

    def work(tx: Transaction) -> Workspace:
        where = model.workspace_path(workspace)
        home, closing, opening, publication = tx.get_many(
            [where, model.closing_path(workspace), model.opening_path(workspace), model.publication_path(workspace)]
        )
        if home is None or closing is not None:
            raise _wrong(f"There is no workspace “{workspace}” any more.")
        asked = check(replace(from_doc(Workspace, home), **changes))
        now = clock.now()
        tx.update(where, {name: getattr(asked, name) for name in changes})
        tx.set(model.opening_path(workspace), due(opening, workspace, now))
        if changes.keys() & IN_MARTS:
            tx.set(model.publication_path(workspace), noted(publication, workspace, Cause.SETTINGS, now))
        return asked

    return documents.transact(work)


def adopt(documents: Documents, clock: Clock, workspace: str, readers: Sequence[str] = ()) -> None:
    """A workspace that was made before workspaces were opened. `readers`: whom Terraform let in; they count as let in
    by us, and so may be sent away."""

    def work(tx: Transaction) -> None:
        home, opening = tx.get_many([model.workspace_path(workspace), model.opening_path(workspace)])
        if home is not None and opening is None:
            new = Opening(workspace, readers=sorted(readers), opened_at=clock.now(), due_at=clock.now())
            tx.set(model.opening_path(workspace), to_doc(new))

    documents.transact(work)


def look_again(documents: Documents, clock: Clock, workspace: str) -> None:
    """All of it is looked at once more, although nothing else is wished."""

    def work(tx: Transaction) -> None:
        where = model.opening_path(workspace)
        tx.set(where, {**due(tx.get(where), workspace, clock.now()), "wish": ""})

    documents.transact(work)


def due(doc: Doc | None, workspace: str, now: datetime) -> Doc:
    """Something is to be done, and what failed before may succeed now."""
    return {**(doc or to_doc(Opening(workspace))), "due_at": now, "not_before": None}


def _wrong(sentence: str) -> Configure:
    return Configure("bad-workspace", sentence)
