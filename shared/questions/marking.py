"""Which days of an answer are not done: today, those whose figures still move, those that were not read."""

# ruff: noqa: S608  names in the SQL are those of the catalogue, and values are bound

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from shared.questions.answer import Days
from shared.questions.catalogue import marts
from shared.questions.engine import Reader
from shared.questions.periods import Calendar
from shared.questions.plan import FILES, Bound
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
    metrics = sorted(_metrics(asked))
    if SETTLING not in files or not metrics:
        return None, False
    bound: dict[str, Bound] = {}
    where = [f"metric IN ({_bound(bound, metrics)})", *_same(asked, bound)]
    ((longest, unknown),) = reader.rows(
        f"SELECT MAX(settled_after), COALESCE(BOOL_OR(settled_after IS NULL), FALSE) FROM read_parquet(${FILES}) "
        f"WHERE {' AND '.join(where)}",
        files[SETTLING],
        bound,
    )
    return (today - timedelta(days=int(longest) - 1) if longest else None), bool(unknown)


def _metrics(asked: Checked) -> set[str]:
    """Measures under the names that they have in the facts: converted amounts move with their own, rates with parts."""
    found = set[str]()
    for column in asked.measures:
        parts = (column.rate.above, column.rate.below) if column.rate is not None else (column.native or column.name,)
        found |= set(parts)
    named = [each for each in asked.conditions if each.column.name == "metric" and each.way in ("equals", "in")]
    return found | {str(value) for each in named for value in each.values}


def _not_covered(asked: Checked, files: Files, reader: Reader, today: date) -> tuple[date, ...]:
    """Days that a table behind the mart misses, and those after the last one that it has."""
    tables = sorted(asked.mart.tables)
    if COVERAGE not in files or not tables or asked.mart.name == COVERAGE:
        return ()
    bound: dict[str, Bound] = {"today": today}
    where = [f"source_table IN ({_bound(bound, tables)})", *_same(asked, bound)]
    during = ""
    if asked.period is not None:
        during = f"WHERE day BETWEEN {_bound(bound, [asked.period.first])} AND {_bound(bound, [asked.period.last])}"
    rows = reader.rows(
        f"""WITH told AS (
  SELECT connection_id, stream, CAST(date AS DATE) AS day, state FROM read_parquet(${FILES})
  WHERE {" AND ".join(where)}
),
ends AS (SELECT MAX(day) AS day FROM told GROUP BY connection_id, stream),
missed AS (
  SELECT day FROM told WHERE state IN ('missing', 'under way')
  UNION ALL
  SELECT CAST(UNNEST(generate_series((SELECT MIN(day) FROM ends) + 1, $today, INTERVAL 1 DAY)) AS DATE)
)
SELECT DISTINCT day FROM missed {during} ORDER BY day""",
        files[COVERAGE],
        bound,
    )
    return tuple(row[0] for row in rows)


def _same(asked: Checked, bound: dict[str, Bound]) -> list[str]:
    """Only the accounts that the question is about, as far as it says so."""
    return [
        f"{each.column.name} IN ({_bound(bound, each.values)})"
        for each in asked.conditions
        if each.column.name in _WHOSE and each.way in ("equals", "in") and each.column.name in marts()[SETTLING].columns
    ]


def _bound(bound: dict[str, Bound], values: Sequence[object]) -> str:
    names = []
    for value in values:
        names.append(f"${(name := f'p{len(bound)}')}")
        bound[name] = value  # type: ignore[assignment]
    return ", ".join(names)
