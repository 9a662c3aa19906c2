"""Which days of an answer are not done: today, those whose figures still move, those that were not read."""

# ruff: noqa: S608  names in the SQL are those of the catalogue, and values are bound

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.questions.answer import Days
from shared.questions.engine import Reader
from shared.questions.periods import Calendar
from shared.questions.plan import FILES
from shared.questions.rules import Checked

COVERAGE, SETTLING = "coverage_by_day", "metric_settling"
_WHOSE = ("connection_id", "platform", "account_id")
Files = Mapping[str, Sequence[str]]


def days_of(asked: Checked, files: Files, reader: Reader, calendar: Calendar) -> Days | None:
    """Of a mart that has days."""
    mart, period = asked.mart, asked.period
    if not mart.day:
        return None
    last = period.last if period is not None else None
    since, unknown = _moving(asked, files, reader, calendar.today)
    if since is not None and last is not None and since > last:
        since = None
    is_today = period is None or period.first <= calendar.today <= period.last
    return Days(
        whose=mart.columns[mart.day].meaning,
        period=period,
        compared=asked.compared,
        today=calendar.today if is_today else None,
        moving_since=since,
        unknown_since=unknown,
        not_covered=_not_covered(asked, files, reader, calendar.today),
    )


def _moving(asked: Checked, files: Files, reader: Reader, today: date) -> tuple[date | None, bool]:
    """From which day on figures still move, by the slowest of those that are asked for, and whether one is unknown."""
    metrics = _metrics(asked)
    found = [
        each.after for each in reader.once(SETTLING, lambda: _settling(files, reader))
        if each.metric in metrics and _is_asked_of(asked, each)
    ]  # fmt: skip
    longest = max((after for after in found if after is not None), default=0)
    return (today - timedelta(days=longest - 1) if longest else None), None in found


def _not_covered(asked: Checked, files: Files, reader: Reader, today: date) -> tuple[date, ...]:
    """Days that a table behind the mart misses, and those after the last one that it has."""
    tables, period = frozenset(asked.mart.tables), asked.period
    first, last = (period.first, min(period.last, today)) if period is not None else (date.min, today)
    found = set[date]()
    for gap in reader.once(COVERAGE, lambda: _gaps(files, reader)) if asked.mart.name != COVERAGE else ():
        if gap.table in tables and _is_asked_of(asked, gap):
            since, until = max(gap.first, first), min(gap.last or last, last)
            found |= {since + timedelta(days=number) for number in range((until - since).days + 1)}
    return tuple(sorted(found))


def _metrics(asked: Checked) -> set[str]:
    """Measures under the names that they have in the facts: converted amounts move with their own, rates with parts."""
    found = set[str]()
    for column in asked.measures:
        parts = (column.rate.above, column.rate.below) if column.rate is not None else (column.native or column.name,)
        found |= set(parts)
    named = [each for each in asked.conditions if each.column.name == "metric" and each.way in ("equals", "in")]
    return found | {str(value) for each in named for value in each.values}


def _is_asked_of(asked: Checked, told: _Told) -> bool:
    """Whether the question is about this account, as far as it says so."""
    return all(
        getattr(told, each.column.name) in each.values
        for each in asked.conditions
        if each.column.name in _WHOSE and each.way in ("equals", "in")
    )


@dataclass(frozen=True, slots=True)
class _Told:
    connection_id: str
    platform: str
    account_id: str


@dataclass(frozen=True, slots=True)
class _Settling(_Told):
    metric: str
    after: int | None  # days; None: it is not known yet


@dataclass(frozen=True, slots=True)
class _Gap(_Told):
    table: str
    first: date
    last: date | None  # None: nothing was read since


def _settling(files: Files, reader: Reader) -> tuple[_Settling, ...]:
    if SETTLING not in files:
        return ()
    sql = f"SELECT {', '.join(_WHOSE)}, metric, MAX(settled_after) FROM read_parquet(${FILES}) GROUP BY ALL"
    return tuple(_Settling(*row) for row in reader.rows(sql, files[SETTLING], {}))


def _gaps(files: Files, reader: Reader) -> tuple[_Gap, ...]:
    """Days one after another that were not read are one gap."""
    if COVERAGE not in files:
        return ()
    whose = ", ".join(_WHOSE)
    sql = f"""WITH told AS (
  SELECT {whose}, source_table, stream, CAST(date AS DATE) AS day, state FROM read_parquet(${FILES})
  WHERE date IS NOT NULL
),
numbered AS (
  SELECT *, day - CAST(ROW_NUMBER() OVER (PARTITION BY connection_id, stream ORDER BY day) AS INTEGER) AS gap
  FROM told WHERE state IN ('missing', 'under way')
)
SELECT {whose}, source_table, MIN(day), MAX(day) FROM numbered GROUP BY {whose}, source_table, stream, gap
UNION ALL
SELECT {whose}, source_table, MAX(day) + 1, NULL FROM told GROUP BY {whose}, source_table, stream"""
    return tuple(_Gap(*row) for row in reader.rows(sql, files[COVERAGE], {}))
