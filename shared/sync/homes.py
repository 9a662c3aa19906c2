"""Whether a waiting page has somebody who waits for it: its slice, and its run. Without them its load closes nothing.

A slice is written before its pages, so one without a home is one that was erased or has reached its end, or one whose
plan is not all written yet. The table of runs is filled by no slice: its pages are at home anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared import log, model
from shared.clock import Clock
from shared.model import Page, to_doc
from shared.states import PageState, RunState
from shared.stores.ports import Doc, Documents, Transaction
from shared.warehouse.runs import TABLE

ENDED = timedelta(hours=1)  # a page whose run is gone or has ended waits so long: the plan may still be written
OPEN = timedelta(days=1)  # a page whose run is open waits so long for its slice


@dataclass(frozen=True)
class Homes:
    documents: Documents
    clock: Clock

    def docs(self, pages: Iterable[Page]) -> dict[str, Doc]:
        """Their slices and runs, by path, as far as they are there."""
        paths = paths_of(pages)
        return {path: doc for path, doc in zip(paths, self.documents.get_many(paths), strict=True) if doc}

    def sort(self, pages: list[Page], docs: Mapping[str, Doc]) -> list[Page]:
        """Those that can be loaded. The others go on waiting, and in the end are closed."""
        lost = [page for page in pages if not at_home(page, docs)]
        if not lost:
            return pages
        now = self.clock.now()
        over = [page for page in lost if no_longer_waits(page, docs, now)]
        log.info("pages wait for their slice", count=len(lost) - len(over))
        if over:
            self._close(over)
        return [page for page in pages if page not in lost]

    def _close(self, pages: list[Page]) -> None:
        def work(tx: Transaction) -> int:
            now = self.clock.now()
            found = tx.get_many([model.path(page.workspace, "pages", page.id) for page in pages])
            still = [page for page, doc in zip(pages, found, strict=True) if doc and doc["state"] == PageState.WAITING]
            for page in still:
                closed = replace(page, state=PageState.FAILED, touched_at=now)
                tx.update(model.path(page.workspace, "pages", page.id), to_doc(closed))
            return len(still)

        log.warning("pages without a slice closed", count=self.documents.transact(work), first=pages[0].id)


def paths_of(pages: Iterable[Page]) -> list[str]:
    return sorted({path for page in pages if page.table != TABLE.name for path in (slice_of(page), run_of(page))})


def at_home(page: Page, docs: Mapping[str, Doc]) -> bool:
    """Pages of a run that is planned still wait, too: not all of them may be counted yet."""
    if page.table == TABLE.name:
        return True
    run = docs.get(run_of(page))
    return slice_of(page) in docs and run is not None and run["state"] != RunState.PLANNED


def no_longer_waits(page: Page, docs: Mapping[str, Doc], now: datetime) -> bool:
    run = docs.get(run_of(page))
    patience = ENDED if run is None or run["finished_at"] is not None else OPEN
    return page.touched_at is None or page.touched_at <= now - patience


def slice_of(page: Page) -> str:
    return model.path(page.workspace, "slices", page.slice)


def run_of(page: Page) -> str:
    return model.path(page.workspace, "runs", page.run)
