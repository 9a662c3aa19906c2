"""What a sync would cost, before it is switched on: calls, share of each allowance, time. Pure.

Planning is a function of the connection, the cursors and the clock, so a run can be planned without being begun. What
no plan can know is how much there is on the other side: `Sizes` says that, from an earlier run or as a guess.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared.model import Connection, Run, cursor_id
from shared.model import Cursor as Mark
from shared.reading import passes_of
from shared.states import Reason
from shared.sync.slices_of_run import new_slices
from shared.vocabulary.choosing import available_streams
from shared.vocabulary.paging import Count, Cursor, Link, PageRule, Report
from shared.vocabulary.platform import Limits, Platform
from shared.vocabulary.slicing import Since
from shared.vocabulary.stream import Stream

SECONDS_A_CALL = 0.6
A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many records a stream has (`rows`), how many of them a day adds or changes (`changed`), and how many rows
    of its parent a stream really asks for (`parents`, and of those of a day `moved`, where that is not all of them)."""

    rows: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    parents: Mapping[str, int] = field(default_factory=dict)
    moved: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are read again; of a usual sync there is none."""

    since: datetime | None = None
    until: datetime | None = None


EVER = Window()


@dataclass(frozen=True, slots=True)
class Line:
    """One stream in one run."""

    stream: str
    slices: int
    calls: int
    allowance: str = ""
    looks: int = 0  # calls that do not draw on the allowance: at reports that were asked for

    def draws(self, allowance: str) -> int:
        """Calls that count against this allowance; "" is that of the platform as a whole."""
        own = self.calls - self.looks if self.allowance == allowance else 0
        return own + (self.looks if not allowance and self.allowance else 0)


@dataclass(frozen=True, slots=True)
class Share:
    """What a run takes of one allowance. `of_day`: of all that it grants in a day; None: no figure is known."""

    allowance: str
    calls: int
    of_day: float | None
    takes: timedelta


@dataclass(frozen=True, slots=True)
class Forecast:
    lines: tuple[Line, ...]
    shares: tuple[Share, ...]

    @property
    def calls(self) -> int:
        return sum(line.calls for line in self.lines)

    @property
    def takes(self) -> timedelta:
        """Allowances are used side by side; the scarcest decides."""
        return max((share.takes for share in self.shares), default=timedelta())


def first_sync(
    platform: Platform, connection: Connection, streams: Sequence[str], sizes: Sizes, now: datetime
) -> Forecast:
    return _forecast(platform, connection, streams, sizes, now, daily=False)


def daily_sync(
    platform: Platform, connection: Connection, streams: Sequence[str], sizes: Sizes, now: datetime
) -> Forecast:
    return _forecast(platform, connection, streams, sizes, now, daily=True)


def days_again(
    platform: Platform,
    connection: Connection,
    streams: Sequence[str],
    sizes: Sizes,
    now: datetime,
    since: datetime,
    until: datetime | None = None,
) -> Forecast:
    """Days of the past, read once more. Streams that are not read by days are read whole."""
    window = Window(since, until)
    return _forecast(platform, connection, streams, sizes, now, daily=False, window=window)


def _forecast(
    platform: Platform,
    connection: Connection,
    wanted: Sequence[str],
    sizes: Sizes,
    now: datetime,
    daily: bool,
    window: Window = EVER,
) -> Forecast:
    lines: list[Line] = []
    for stream in available_streams(platform, connection, wanted):
        slices = _slices(platform, stream, connection, sizes, now, daily, window)
        calls = _calls(stream, slices, sizes, daily)
        looks = calls - slices if stream.allowance and isinstance(stream.pages, Report) and calls else 0
        lines.append(Line(stream.name, slices, calls, stream.allowance, looks))
    used = dict.fromkeys(name for line in lines for name in (line.allowance, *([""] if line.looks else [])))
    shares = [_share(platform, name, [line for line in lines if line.draws(name)]) for name in used]
    return Forecast(tuple(lines), tuple(shares))


def _slices(
    platform: Platform,
    stream: Stream,
    connection: Connection,
    sizes: Sizes,
    now: datetime,
    daily: bool,
    window: Window,
) -> int:
    """How many slices a run makes of a stream: planned, not counted."""
    run = Run("forecast", connection.workspace, connection.id, platform.name, Reason.OPERATOR, started_at=now)
    run = replace(run, since=window.since, until=window.until)
    if stream.days is not None:
        yesterday = now - timedelta(days=1)
        before = Run(
            "before", connection.workspace, connection.id, platform.name, Reason.OPERATOR, started_at=yesterday
        )
        read = new_slices(platform, stream, connection, before, {}, {}) if daily else []
        marks = [
            Mark(name, connection.workspace, connection.id, stream.name, slice_.partition, yesterday, "before")
            for slice_ in read
            for name in [cursor_id(connection.id, stream.name, slice_.partition)]
        ]
        windows = len(new_slices(platform, stream, connection, run, {}, {mark.id: mark for mark in marks}))
    else:
        windows = 1
    if stream.parent is None:
        return windows
    known = sizes.changed if daily and _only_changed(platform, stream.parent.stream) else sizes.rows
    asked = {**sizes.parents, **sizes.moved} if daily else sizes.parents
    parents = asked.get(stream.name, known.get(stream.parent.stream, 0))
    return math.ceil(parents / stream.parent.group) * windows


def _only_changed(platform: Platform, name: str) -> bool:
    return isinstance(platform.stream(name).slices, Since)


def _calls(stream: Stream, slices: int, sizes: Sizes, daily: bool) -> int:
    """At least one call per slice and pass, and one more for every page beyond the first."""
    if not slices:
        return 0
    known = sizes.changed if daily and (stream.since or stream.days) else sizes.rows
    rows, passes = known.get(stream.name, 0), len(passes_of(stream, incremental=daily))
    rule: PageRule = stream.pages
    calls = slices * passes
    if isinstance(rule, Report):
        calls = slices * (1 + rule.looks + (1 if rule.result else 0))  # asked for, asked after, its first page
        rule = rule.pages
    slices = slices * passes  # each of them about as big as the others
    further = slices * max(0, math.ceil(rows / slices / _size(rule)) - 1)
    if isinstance(rule, Count) and not rule.by_page and rule.total is None and rows:
        further += slices  # the page that shows nothing new
    totals = slices if stream.totals is not None else 0
    return calls + further + totals


def _size(rule: PageRule) -> float:
    if isinstance(rule, Count):
        return rule.size - (0 if rule.by_page else rule.overlap)
    if isinstance(rule, (Cursor, Link)) and rule.size:
        return rule.size
    return math.inf


def _share(platform: Platform, name: str, lines: Sequence[Line]) -> Share:
    limits = platform.allowances[name] if name else platform.limits
    calls = sum(line.draws(name) for line in lines)
    at_once = max(1, min(limits.at_once, max((line.slices for line in lines), default=1)))
    seconds = calls * SECONDS_A_CALL / at_once
    if limits.per_second is not None:
        seconds = max(seconds, (calls - limits.burst) / limits.per_second)
    if limits.per_day is not None:
        seconds = max(seconds, (calls - 1) // limits.per_day * A_DAY)
    most = _most_a_day(limits)
    return Share(name, calls, calls / most if most else None, timedelta(seconds=seconds))


def _most_a_day(limits: Limits) -> float | None:
    paced = limits.per_second * A_DAY + limits.burst if limits.per_second is not None else None
    known = [most for most in (paced, limits.per_day) if most is not None]
    return min(known) if known else None
