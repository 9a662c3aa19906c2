"""Rows were taken away, or a client leaves: all that is published of the workspace goes at once, and is made anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from shared import model
from shared.clock import Clock
from shared.model import Publication, from_doc, to_doc
from shared.states import Cause
from shared.stores.ports import Documents, Objects, Transaction
from shared.sync.data_changes import noted

AT_ONCE = 300
FILES, VERSIONS = "published files", "published versions"


def withdraw(
    documents: Documents, objects: Objects | None, clock: Clock, workspace: str, count: Callable[[str, int], None]
) -> None:
    """The pointer first, so that nobody is led to what is about to go; then every object. Whoever is making a version
    loses the lease, and the tick has another made. `count` is told before they go how many there were."""
    where = model.publication_path(workspace)

    def work(tx: Transaction) -> None:
        doc = tx.get(where)
        if doc is not None:
            known = from_doc(Publication, doc)
            ended = replace(known, manifest="", before=[], attempt=None, fence=known.fence + 1, lease_until=None)
            tx.set(where, noted(to_doc(ended), workspace, Cause.ERASED, clock.now()))

    if objects is None:  # this installation publishes nothing
        return
    documents.transact(work)
    found = [staged.name for staged in objects.list(f"{workspace}/")]
    manifests = f"{workspace}/manifests/"
    for start in range(0, len(found), AT_ONCE):
        names = found[start : start + AT_ONCE]
        versions = sum(name.startswith(manifests) for name in names)
        count(VERSIONS, versions)
        count(FILES, len(names) - versions)
        for name in names:
            objects.delete(name)
