"""What BigQuery takes from one project in a day, and how much of that an installation needs."""

from __future__ import annotations

from infra.cost.installation import Habits, Installation
from infra.cost.usage import one_sync
from shared.platforms import platform as platform_named

LOADS_A_DAY = 100_000  # of a project; it cannot be raised. https://cloud.google.com/bigquery/quotas#load_jobs, 2026-11


def loads_a_day(installation: Installation, habits: Habits | None = None) -> int:
    """One per batch of rows, and one that tells of the run; a sweep loads nothing."""
    known = habits or Habits()
    planned = {name: one_sync(platform_named(name), installation, known).loads + 1 for name in set(installation.names)}
    return sum(planned[name] for name in installation.names) * installation.clients * installation.syncs


def most_clients(installation: Installation) -> int:
    """How many clients like these one project can have, with twice the batches that are reckoned; 0: it has none."""
    needed = loads_a_day(installation)
    return LOADS_A_DAY * installation.clients // (SPARE * needed) if needed else 0


SPARE = 2  # long streams have several batches, backfills and first syncs come on top, failed jobs count as well
