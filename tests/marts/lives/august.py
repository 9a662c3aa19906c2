"""Four weeks of August 2026, as they go for an account, and what an accountant writes down of them.

3 to 9     10 on each day; of the 5th first 10 were told, and 12 later; 5 more of the 7th were taken back
10 to 16   paused: read, and nothing told
17 to 23   20 on each day, but the 19th was refused whenever it was asked for
24 to 30   30 on each day; the account has moved to New York, and counts in pounds, of which nobody knows the rate
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Rows = list[Row]
ONE_DAY = timedelta(days=1)
BEFORE = {"account_zone": "Europe/Berlin", "account_currency": "EUR"}
AFTER = {"account_zone": "America/New_York", "account_currency": "GBP"}
MONDAYS = [date(2026, 8, day) for day in (3, 10, 17, 24)]
CORRECTED, TAKEN_BACK, REFUSED = date(2026, 8, 5), date(2026, 8, 7), date(2026, 8, 19)
FIRST_WEEK = [date(2026, 8, day) for day in range(3, 10)]
THIRD_WEEK = [date(2026, 8, day) for day in range(17, 24) if day != REFUSED.day]
LAST_WEEK = [date(2026, 8, day) for day in range(24, 31)]

# Week, days that were read, sum, sum of the week before, change. Weeks that were not read whole are compared with none.
WEEK = ("week", "days", "value", "value_before", "change")
EURO_WEEKS = [
    (MONDAYS[0], 7, 72, None, None),
    (MONDAYS[1], 7, 0, 72, -72),
    (MONDAYS[2], 6, 120, 0, None),
    (MONDAYS[3], 7, 0, None, None),
]
POUND_WEEKS = [
    (MONDAYS[0], 7, 0, None, None),
    (MONDAYS[1], 7, 0, 0, 0),
    (MONDAYS[2], 6, 0, 0, None),
    (MONDAYS[3], 7, 210, None, None),
]
# Of what is no amount: the same number in all weeks.
WEEKS = [*EURO_WEEKS[:3], POUND_WEEKS[3]]
COVERED = [(MONDAYS[0] + number * ONE_DAY, "missing" if number == 16 else "proved") for number in range(28)]


def in_the_end() -> list[tuple[date, int, Row]]:
    """The days of which something is told in the end: the day, its number, where and in what the account counts."""
    return [
        *((day, 12 if day == CORRECTED else 10, BEFORE) for day in FIRST_WEEK),
        *((day, 20, BEFORE) for day in THIRD_WEEK),
        *((day, 30, AFTER) for day in LAST_WEEK),
    ]


def by_days(tell: Callable[[date, int, Row], Row], besides: Row) -> tuple[Rows, Rows]:
    """The table and its history. Each day was read on the next morning, and the 5th once more on the 8th; on the 9th
    the platform told `besides` no longer."""
    read = [{**tell(day, number, where), "_synced_at": f"{day + ONE_DAY}T10:00:00Z"}
            for day, number, where in in_the_end()]  # fmt: skip
    first = {**tell(CORRECTED, 10, BEFORE), "_synced_at": f"{CORRECTED + ONE_DAY}T10:00:00Z"}
    corrected = {"_synced_at": "2026-08-08T10:00:00Z"}
    read[2] |= corrected
    there = {**besides, "_synced_at": f"{TAKEN_BACK + ONE_DAY}T10:00:00Z"}
    gone = {**there, "_deleted_at": "2026-08-09T10:00:00Z"}
    return [*read, gone], [first, *read, there, {**gone, "_synced_at": "2026-08-09T10:00:00Z"}]


def runs(connection: str, platform: str, stream: str, account: str) -> Rows:
    """Two readings: on the 24th with a hole on the 19th, and on the last of August."""
    holed = [("2026-08-03", "2026-08-18"), ("2026-08-20", "2026-08-23")]
    told = (("2026-08-24", "partly", BEFORE, holed), ("2026-08-31", "completed", AFTER, [("2026-08-24", "2026-08-30")]))
    return [
        {"connection_id": connection, "platform": platform, "stream": stream, "account_id": account,
         "source_table": f"{platform}_{stream}", "run_id": f"{connection}-{day}", "day": day, "reason": "schedule",
         "started_at": f"{day}T10:00:00Z", "finished_at": f"{day}T10:10:00Z", "state": state, "proof": "equal",
         "account_zone": where["account_zone"], "calls": 1,
         "days": [{"first": first, "last": last, "proof": "equal"} for first, last in days]}
        for day, state, where, days in told
    ]  # fmt: skip


def whole_run(connection: str, platform: str, stream: str, account: str) -> Row:
    """Of what is not read by days: a run on the last of August that read all of it."""
    run = runs(connection, platform, stream, account)[1]
    return {name: value for name, value in run.items() if name != "days"}
