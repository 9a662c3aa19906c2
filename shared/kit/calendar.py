"""Days of an account: in its own time zone, cut into windows that begin on the same days in every run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.clock import EARLIEST, LATEST
from shared.errors import Bug
from shared.vocabulary.slicing import Days

# Beyond these nothing is told of; a day of theirs may be in no calendar in another zone.
LONG_AGO, FAR_OFF = datetime(EARLIEST, 1, 1, tzinfo=UTC), datetime(LATEST, 1, 1, tzinfo=UTC)
Window = tuple[date, date]  # first and last day


def zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, OSError, ValueError):  # not found, or no name at all
        raise Bug("odd-zone", "The platform named a time zone that nobody knows.", name[:60]) from None


def is_zone(name: str) -> bool:
    try:
        zone_named(name)
    except Bug:
        return False
    return True


def day_in(zone: str, moment: datetime) -> date:
    return moment.astimezone(zone_named(zone)).date()


def end_of(zone: str, day: date) -> datetime:
    """The moment at which a day is over there."""
    return datetime.combine(day + timedelta(days=1), time(), zone_named(zone)).astimezone(UTC)


def windows(rule: Days, zone: str, now: datetime, since: datetime | None, until: datetime | None) -> Iterator[Window]:
    """Newest first: what people look at first comes first. A day that is not over is read when the rule says so.

    `since` and `until` (of a backfill; the end is not part of it) narrow what is read, and are days of the account.
    """
    today = day_in(zone, now)
    first, last = today - rule.history, today + rule.ahead if rule.today else today - timedelta(days=1)
    newest = last
    if since is not None and since > LONG_AGO:
        first = max(first, day_in(zone, min(since, FAR_OFF)))
    if until is not None and until < FAR_OFF:
        last = min(last, day_in(zone, max(until, LONG_AGO) - timedelta(microseconds=1)))
    start = last.toordinal() // rule.size * rule.size
    while start > 0 and start + rule.size > first.toordinal() and first <= last:
        begins = date.fromordinal(start)
        ends = begins + timedelta(days=rule.size - 1)
        yield (begins, min(ends, newest)) if rule.whole else (max(begins, first), min(ends, last))
        start -= rule.size


def name_of(rule: Days, day: date) -> str:
    """What a window is known by, whatever part of it is read."""
    return date.fromordinal(max(day.toordinal() // rule.size * rule.size, 1)).isoformat()


def is_final(rule: Days, zone: str, window: Window, read_at: datetime | None) -> bool:
    """Whether a window was read after its numbers had stopped moving."""
    if read_at is None:
        return False
    last = date.fromisoformat(name_of(rule, window[0])) + timedelta(days=rule.size - 1)
    return read_at >= end_of(zone, last) + rule.look_back


def as_moments(window: Window) -> tuple[datetime, datetime]:
    """How a document keeps a window: half-open, and midnight UTC stands for the day whatever the zone."""
    first, last = window
    return datetime.combine(first, time(), UTC), datetime.combine(last + timedelta(days=1), time(), UTC)


def as_days(since: datetime, until: datetime) -> Window:
    return since.astimezone(UTC).date(), (until.astimezone(UTC) - timedelta(days=1)).date()


def halves(window: Window) -> list[Window] | None:
    """Two windows for one that was too much; None: a day cannot be cut."""
    first, last = window
    if first == last:
        return None
    middle = first + (last - first) // 2
    return [(first, middle), (middle + timedelta(days=1), last)]
