"""What reading will cost, before it is switched on: calls, and about how long. Of the plan and of what readings before
showed; nothing is asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.console.tongue import say, say_of
from shared.console.when import lasting
from shared.kit.calendar import as_moments
from shared.model import Connection
from shared.sync.forecast import Forecast, Sizes, daily_sync, days_again, first_sync
from shared.sync.sizes import guessed
from shared.tongue.forms import count
from shared.vocabulary.platform import Platform


@dataclass(frozen=True, slots=True)
class Cost:
    calls: int
    takes: timedelta
    of_day: float | None  # of the scarcest allowance of a day
    known: bool  # whether how much there is was ever seen; else it is the least

    @property
    def words(self) -> str:
        calls = say_of("%(count)s call", "%(calls)s calls", self.calls, calls=count(self.calls))
        if not self.known:
            calls = say("at least %(calls)s", calls=calls)
        said = say("%(calls)s, %(time)s", calls=calls, time=lasting(self.takes.total_seconds()))
        if self.of_day is not None and self.of_day >= 0.01:
            said = say("%(said)s, %(part)s %% of what a day allows", said=said, part=round(self.of_day * 100))
        return said


def first_of(platform: Platform, connection: Connection, streams: Sequence[str], now: datetime) -> Cost:
    return _cost(first_sync(platform, connection, streams, _sizes(connection), now), connection)


def daily_of(platform: Platform, connection: Connection, streams: Sequence[str], now: datetime) -> Cost:
    return _cost(daily_sync(platform, connection, streams, _sizes(connection), now), connection)


def again_of(
    platform: Platform, connection: Connection, streams: Sequence[str], now: datetime, first: date, last: date
) -> Cost:
    since, until = as_moments((first, last))
    return _cost(days_again(platform, connection, streams, _sizes(connection), now, since, until), connection)


def by_stream(platform: Platform, connection: Connection, now: datetime) -> dict[str, int]:
    """Calls of a first reading, of every stream that there is."""
    every = [stream.name for stream in platform.streams]
    found = first_sync(platform, connection, every, _sizes(connection), now)
    return {line.stream: line.calls for line in found.lines}


def _sizes(connection: Connection) -> Sizes:
    """What stands on the connection: the rows that the last whole reading of each stream showed."""
    rows = {name: int(doc["rows"]) for name, doc in connection.seen.items() if " " not in name and "rows" in doc}
    return guessed(Sizes(rows), {}, {})


def _cost(found: Forecast, connection: Connection) -> Cost:
    parts = [share.of_day for share in found.shares if share.of_day is not None]
    return Cost(found.calls, found.takes, max(parts, default=None), bool(connection.seen))
