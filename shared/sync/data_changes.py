"""A workspace's data has changed: it is written down that its marts are to be published anew, and why.

What is written down is the truth. The tick nudges publish_mart (`[data-changed]`) about what is due; whoever can say so
at once does. When a version is really made, publish_mart decides (publishing/pace).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from shared import model
from shared.clock import Clock
from shared.model import Publication, from_doc, to_doc
from shared.states import Cause
from shared.stores.ports import Doc, Documents, Transaction

QUIET = timedelta(minutes=2)  # a change mostly comes with others
SELDOM = timedelta(minutes=5)
LOOKED = timedelta(days=1)  # for so long after a look somebody counts as looking
UNSEEN = timedelta(days=1)  # between versions that nobody looks at


def is_looked_at(publication: Publication, now: datetime) -> bool:
    return publication.wanted_at is not None and now - publication.wanted_at < LOOKED


def noted(doc: Doc | None, workspace: str, cause: Cause, now: datetime) -> Doc:
    """The publication with one more cause for a version."""
    known = from_doc(Publication, doc) if doc else Publication(workspace)
    due = now if cause == Cause.ERASED else now + QUIET
    mends = cause in {Cause.ERASED, Cause.RELEASE, Cause.SETTINGS}  # what failed before may succeed now
    changed = replace(
        known,
        causes=[*known.causes, *({cause.value} - {*known.causes})],
        waits_since=known.waits_since or now,
        changed_at=now,
        due_at=due,
        not_before=None if mends else known.not_before,
    )
    return {**(doc or {}), **to_doc(changed)}


def note_change(documents: Documents, clock: Clock, workspace: str, cause: Cause) -> None:
    """Have a workspace's marts published anew: the tick sees to it. Once more for the same cause changes nothing but
    the time."""

    def work(tx: Transaction) -> None:
        where = model.publication_path(workspace)
        tx.set(where, noted(tx.get(where), workspace, cause, clock.now()))

    documents.transact(work)


def note_look(documents: Documents, clock: Clock, workspace: str) -> None:
    """Somebody looks at what is published: from now on it is kept up to date more often, and what waits comes sooner.
    Written once in a while only, so that whoever looks often costs one read, and no transaction."""
    where = model.publication_path(workspace)

    def work(tx: Transaction) -> None:
        doc, now = tx.get(where), clock.now()
        known = from_doc(Publication, doc) if doc else Publication(workspace)
        if _looked_at(doc, now):
            return
        if known.version == 0 and not known.causes:
            tx.set(where, {**noted(doc, workspace, Cause.LOADED, now), "wanted_at": now})
            return
        tx.update(where, {"wanted_at": now, "due_at": sooner(known, now)})

    if not _looked_at(documents.get(where), clock.now()):
        documents.transact(work)


def _looked_at(doc: Doc | None, now: datetime) -> bool:
    wanted_at = doc.get("wanted_at") if doc else None
    return wanted_at is not None and now - wanted_at < SELDOM


def sooner(known: Publication, now: datetime) -> datetime | None:
    """Whoever publishes says at that time when it really is due: a day may have turned, or an hour be over."""
    leased = known.lease_until is not None and known.lease_until > now
    return known.due_at if leased or (known.due_at is not None and known.due_at < now) else now


def note_rates(documents: Documents, clock: Clock) -> None:
    """Rates are everybody's."""
    for doc in documents.find("workspaces"):
        note_change(documents, clock, doc["id"], Cause.RATES)
