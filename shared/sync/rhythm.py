"""A rhythm that a connection has for itself: every so many hours, or on days of the week.

It is kept as a text, in the words in which it is given; `Connection.schedule` then says *daily*, which is how a release
reads it that does not know rhythms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from shared.kit.calendar import day_in, is_zone, zone_named
from shared.model import Connection
from shared.states import Schedule

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_HOURS = 7 * 24
AT = time(5)  # when the day before is over and told, where nothing else is said
EVERY = {Schedule.HOURLY: timedelta(hours=1), Schedule.DAILY: timedelta(days=1)}  # the schedules that the tick keeps
_HOURS = re.compile(r"every (?:(\d{1,3}) hours?|hour)")
_DAYS = re.compile(r"(?P<days>[a-z, ]+?)(?: at (?P<hour>\d{1,2}):(?P<minute>\d{2}))?")


class Unreadable(ValueError):
    """The text is no rhythm; it says what one looks like."""


@dataclass(frozen=True)
class Hours:
    every: int

    def __str__(self) -> str:
        return f"every {self.every} hours" if self.every > 1 else "every hour"

    def after(self, due: datetime, now: datetime, _zone: str) -> datetime:
        """What was missed is made good once, and at once."""
        return max(due + timedelta(hours=self.every), now)


@dataclass(frozen=True)
class Weekdays:
    days: tuple[str, ...]
    at: time = AT

    def __str__(self) -> str:
        return f"{', '.join(self.days)} at {self.at:%H:%M}"

    def after(self, due: datetime, now: datetime, zone: str) -> datetime:
        """The first of its moments that is still to come, by the clock of the account."""
        zone = zone if is_zone(zone) else "UTC"
        first = day_in(zone, max(due, now))
        moments = (
            datetime.combine(day, self.at, zone_named(zone))
            for day in (first + timedelta(days=ahead) for ahead in range(len(DAYS) + 1))
            if DAYS[day.weekday()] in self.days
        )
        return next(moment for moment in moments if moment > max(due, now))


def read(text: str) -> Hours | Weekdays:
    said = " ".join(text.lower().split())
    if hours := _HOURS.fullmatch(said):
        every = int(hours[1] or 1)
        if 1 <= every <= MOST_HOURS:
            return Hours(every)
    elif found := _DAYS.fullmatch(said):
        named = [_day(name) for name in re.split(r"[, ]+", found["days"]) if name]
        hour, minute = int(found["hour"] or AT.hour), int(found["minute"] or AT.minute)
        if named and all(named) and hour < 24 and minute < 60:
            return Weekdays(tuple(day for day in DAYS if day in named), time(hour, minute))
    raise Unreadable(f"say “every N hours” (1 to {MOST_HOURS}), or days such as “monday, thursday at 06:30”")


def _day(name: str) -> str:
    """Its whole name, for that or at least three letters of it."""
    return next((day for day in DAYS if len(name) >= 3 and day.startswith(name)), "")


def following(connection: Connection, due: datetime, now: datetime) -> datetime | None:
    """When a connection whose sync was due is read next; None: whenever somebody, or the standard schedule, says so."""
    try:
        if connection.rhythm:
            return read(connection.rhythm).after(due, now, connection.zone)
    except Unreadable:  # of a later release
        pass
    every = EVERY.get(connection.schedule)
    return max(due + every, now) if every else None
