"""Rows of every mart, made up: few values, so that they meet; some of them missing, some of them hostile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from shared.marts.files import all_marts
from shared.vocabulary.columns import Column

CONNECTIONS = {"g1": ("google_ads", "111"), "g2": ("google_ads", "222"), "m1": ("meta_ads", "111")}
FIRST, DAYS = date(2023, 12, 20), 100  # over a year's end and the 29th of February
TEXTS = ("a", "B", "a'b", '"; DROP TABLE told; --', "50% É_x", "=1+1", "日本", "")
OF_A_NAME: Mapping[str, tuple[str | None, ...]] = {
    "currency": ("EUR", "USD", None),
    "metric": ("cost", "clicks", "opens"),
    "platform": ("google_ads", "meta_ads"),
    "kind": ("campaign", "automation"),
    "state": ("read", "proved", "missing", "under way"),
    "source_table": ("google_ads_ad_daily", "mailchimp_reports"),
}


@cache
def rows(name: str, count: int = 60) -> tuple[dict[str, Any], ...]:
    """No two of one level."""
    random, mart = Random(name), next(each for each in all_marts() if each.name == name)
    found: dict[object, dict[str, Any]] = {}
    for number in range(count):
        row = {column.name: _cell(column, random) for column in mart.columns}
        row |= {"workspace_id": "acme"}
        if "reporting_currency" in row:
            row["reporting_currency"] = "EUR"
        if "connection_id" in row:
            row["connection_id"] = random.choice(sorted(CONNECTIONS))
            row |= {
                each: value
                for each, value in zip(("platform", "account_id"), CONNECTIONS[row["connection_id"]], strict=True)
                if each in row
            }
        if mart.name.endswith("_by_week") or mart.name == "week_over_week":
            row["week"] -= timedelta(days=row["week"].weekday())
        if "month" in row and isinstance(row["month"], date):
            row["month"] = row["month"].replace(day=1)
        found.setdefault(tuple(row[each] for each in mart.level) or number, row)
    return tuple(found.values())


def _cell(column: Column, random: Random) -> Any:
    if random.random() < 0.1:
        return None if column.name != "week" else FIRST
    if column.name in OF_A_NAME:
        return random.choice(OF_A_NAME[column.name])
    return _CELLS[column.kind](random)


def _day(random: Random) -> date:
    return FIRST + timedelta(days=random.randrange(DAYS))


_CELLS: Mapping[str, Callable[[Random], Any]] = {
    "text": lambda random: random.choice(TEXTS),
    "int": lambda random: random.randrange(-3, 40),
    "float": lambda random: random.randrange(-8, 200) / 4,
    "money": lambda random: Decimal(random.randrange(-500, 90_000)) / 100,
    "bool": lambda random: random.random() < 0.5,
    "date": _day,
    "time": lambda random: datetime(2024, 1, 1, random.randrange(24), 30, tzinfo=UTC),
    "json": lambda _: "{}",
    "texts": lambda _: [],
}
