"""How long a workspace whose datasets are lost takes to come back from its staged pages (`replay`), as it is reckoned.

Batches of one table go one after the other; tables go side by side. So the time is that of the table with most pages,
unless there are more tables than the loaders take at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from infra.cost.installation import FUNCTIONS, Habits, Installation
from infra.cost.usage import objects_of, plan_of, sizes_of
from shared.platforms import platform as platform_named
from shared.sync.batches import MOST_PAGES

WRITTEN_A_SECOND = 500  # documents of pages that a plan writes: Firestore's pace for what has just begun, told


@dataclass(frozen=True, slots=True)
class Replay:
    pages: int
    planning: timedelta  # of all connections, one after the other
    longest: timedelta  # the batches of the table with most pages
    alone: timedelta  # all batches, one after the other: were nothing done side by side
    at_once: timedelta  # all batches, in as many places as the loaders have

    @property
    def takes(self) -> timedelta:
        return self.planning + max(self.longest, self.at_once)


def replay(installation: Installation, habits: Habits, instances: int) -> Replay:
    """Of one workspace of this installation, once its pages have piled up. `instances`: of load_batch, at most."""
    syncs = installation.syncs * installation.kept_days
    tables = []
    for name in installation.names:
        platform = platform_named(name)
        plan = plan_of(platform, sizes_of(platform, installation))
        tables += [objects_of(platform, line) * syncs for line in plan.lines if line.slices]
    batches = [ceil(pages / MOST_PAGES) for pages in tables]
    each = timedelta(seconds=habits.batch_seconds)
    places = FUNCTIONS["load_batch"].full * instances
    return Replay(
        pages=sum(tables),
        planning=timedelta(seconds=sum(tables) / WRITTEN_A_SECOND),
        longest=max(batches, default=0) * each,
        alone=sum(batches) * each,
        at_once=sum(batches) * each / places,
    )
