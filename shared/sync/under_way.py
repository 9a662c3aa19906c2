"""What other runs of a connection still have to read. It is not begun once more: a stream that waits for days must not
pile up, nor keep the others from being read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared import model
from shared.model import Run, Slice, from_doc, stable_id
from shared.states import OPEN_RUN, OPEN_SLICE, Reason, SliceState
from shared.stores.ports import Documents
from shared.vocabulary.platform import Platform

MOST_RUNS = 20  # of one connection that are looked at
MOST_SLICES = 500  # of one run
ASIDE = (Reason.BACKFILL, Reason.REPLAY)  # these read or load what they were asked for, and stand in nobody's way


def open_runs(documents: Documents, run: Run) -> list[Run]:
    """The other runs of the connection that are under way."""
    found = documents.find(
        f"{model.workspace_path(run.workspace)}/runs",
        ("connection", "==", run.connection),
        ("state", "in", list(OPEN_RUN)),
        limit=MOST_RUNS,
    )
    return [from_doc(Run, doc) for doc in found if doc["id"] != run.id and doc["reason"] not in ASIDE]


def below_parents(documents: Documents, platform: Platform, run: Run) -> set[str]:
    """The streams below others of which a run has something to read still. Nobody else sees those parents again."""
    slices = f"{model.workspace_path(run.workspace)}/slices"
    mine, still = ("run", "==", run.id), ("state", "in", list(OPEN_SLICE))
    children = {stream.name for stream in platform.streams if stream.parent is not None}
    return {doc["stream"] for doc in documents.find(slices, mine, still, limit=MOST_SLICES)} & children


def left_to_others(documents: Documents, runs: Sequence[Run], slices: Iterable[Slice], untouched: bool) -> set[str]:
    """The ids of those of `slices` that one of these runs has open. `untouched`: only where it has not begun with it.

    A partition that a run has begun may have moved on since; whoever sees its parent now must read it anew.
    """
    asked = [(slice_, run) for slice_ in slices for run in runs]
    paths = [
        model.path(slice_.workspace, "slices", stable_id(run.id, slice_.stream, slice_.partition))
        for slice_, run in asked
    ]
    found = set()
    for (slice_, _), doc in zip(asked, documents.get_many(paths) if paths else [], strict=True):
        if doc is None or doc["state"] not in OPEN_SLICE:
            continue
        if not untouched or (doc["page"] == 0 and doc["state"] in (SliceState.READY, SliceState.PARKED)):
            found.add(slice_.id)
    return found
