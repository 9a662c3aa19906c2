"""Whether a few pages had better wait for more of the same run: a load of one page costs as much as one of fifty.

BigQuery takes 100,000 load jobs a day from a project, and charges each batch for every table that it names. A table
that many slices fill (one for each list, or each month) would have a batch for each of them. So pages are left for a
moment while other slices of their stream are still being read. Whoever ends last finds none and takes them all; until
then the tick asks again for what has waited, and what has waited long enough is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from shared import model
from shared.messages import TableReady
from shared.model import Page
from shared.platforms import platform as platform_named
from shared.states import PageKind, SliceState
from shared.stores.ports import Bus, Doc, Documents
from shared.sync.homes import slice_of

FEW = 100  # pages; as many are worth a batch of their own
LONGEST = timedelta(seconds=90)  # less than after what the tick asks again, so that it never asks in vain
READING = [SliceState.READY, SliceState.WORKING, SliceState.PARKED]


def gathers(documents: Documents, pages: list[Page], docs: Mapping[str, Doc], now: datetime) -> bool:
    """Only pages that were staged just now, and that were never refused. (`docs`: their slices, by path.)"""
    if not pages or len(pages) >= FEW or any(page.alone or page.kind != PageKind.ROWS for page in pages):
        return False
    if any(page.touched_at is None or page.touched_at <= now - LONGEST for page in pages):
        return False
    own: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for page in pages:
        slice_ = docs.get(slice_of(page))
        if slice_ is not None and slice_["partition"]:  # one without is the only one of its stream
            own[page.workspace, page.run, slice_["stream"]].add(page.slice)
    return any(_others(documents, *where, mine) for where, mine in sorted(own.items()))


def _others(documents: Documents, workspace: str, run: str, stream: str, mine: set[str]) -> bool:
    """Whether slices of the stream are being read, besides those that have staged these pages."""
    found = documents.find(
        f"{model.workspace_path(workspace)}/slices",
        ("run", "==", run),
        ("stream", "==", stream),
        ("state", "in", READING),
        limit=len(mine) + 1,
    )
    return any(slice_["id"] not in mine for slice_ in found)


def load_if_read(documents: Documents, bus: Bus, workspace: str, run: str) -> None:
    """Ask for the pages of a run that is read to its end: nothing is left that they could gather with."""
    slices, of_run = f"{model.workspace_path(workspace)}/slices", ("run", "==", run)
    if documents.find(slices, of_run, ("state", "in", READING), limit=1):
        return
    staged = documents.find(slices, of_run, ("state", "==", SliceState.STAGED))
    tables = {platform_named(slice_["platform"]).table(slice_["stream"]) for slice_ in staged}
    bus.publish(*(TableReady(workspace, table) for table in sorted(tables)))
