"""When the next version of a workspace may be made. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.model import Publication
from shared.states import Cause
from shared.sync.data_changes import QUIET, UNSEEN, is_looked_at

LONGEST_QUIET = timedelta(minutes=20)  # changes that never stop are not waited out


def due_at(publication: Publication, now: datetime, every: timedelta) -> datetime | None:
    """None: nothing changed, and nobody looks. `every`: between two versions at least, while somebody looks."""
    at = _due_at(publication, now, every)
    return max(at, publication.not_before) if at and publication.not_before else at


def _due_at(publication: Publication, now: datetime, every: timedelta) -> datetime | None:
    if not publication.causes:
        return turns_at(publication) if is_looked_at(publication, now) else None
    if Cause.ERASED in publication.causes:
        return publication.changed_at or now
    since, changed = publication.waits_since or now, publication.changed_at or now
    quiet = min(changed + QUIET, since + LONGEST_QUIET)
    if publication.published_at is None or not publication.manifest:
        return quiet
    return max(quiet, publication.published_at + (every if is_looked_at(publication, now) else UNSEEN))


def turns_at(publication: Publication) -> datetime | None:
    """When the day after that of the newest version begins, as BigQuery counts days: in UTC."""
    if publication.as_of is None or not publication.manifest:
        return None
    day = publication.as_of.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)
