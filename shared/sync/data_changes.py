"""A workspace's data has changed: it is written down that its marts are to be published anew, and why.

What is written down is the truth; the message that follows is a nudge, which the tick makes good if it is lost. When
the version is really made, publish_mart knows (publishing/pace).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from shared import model
from shared.clock import Clock
from shared.messages import DataChanged
from shared.model import Publication, from_doc, to_doc
from shared.states import Cause
from shared.stores.ports import Bus, Doc, Documents, Transaction

QUIET = timedelta(minutes=2)  # a change mostly comes with others
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


def ask_version(documents: Documents, bus: Bus, clock: Clock, workspace: str, cause: Cause) -> None:
    """Have a workspace's marts published anew. Asking again for the same cause changes nothing but the time."""

    def work(tx: Transaction) -> None:
        where = model.publication_path(workspace)
        tx.set(where, noted(tx.get(where), workspace, cause, clock.now()))

    documents.transact(work)
    bus.publish(DataChanged(workspace))
