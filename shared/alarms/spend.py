"""What the newest version of a workspace's marts says of its spend: what is odd, and what this month came to.

Nothing of it is anybody's row: sums of a platform and a currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from shared.alarms.spending import odd
from shared.kit.calendar import day_in, is_zone
from shared.model import Connection, Doc
from shared.platforms import PLATFORMS
from shared.states import ConnectionState
from shared.vocabulary.platform import Kind

SETTLED = timedelta(hours=6)  # after a day's end, before what was spent on it is told


@dataclass(frozen=True, slots=True)
class Spend:
    workspace: str
    version: int  # of what is published
    month: str = ""  # such as 2026-11
    spent: dict[str, float] = field(default_factory=dict)  # in it, by currency
    odd: list[Doc] = field(default_factory=list)  # platform, currency, day, jumped, spent, usual


def spend_path(workspace: str) -> str:
    return f"spendings/{workspace}"


def whole_days(connections: Iterable[Connection]) -> Mapping[str, date]:
    """Of each platform of ads: the last day that was over, and settled, when the last of its accounts was read."""
    found: dict[str, date] = {}
    for each in connections:
        platform = PLATFORMS.get(each.platform)
        if platform is None or platform.kind is not Kind.ADS or each.state != ConnectionState.ACTIVE:
            continue
        if each.last_success_at is None:
            found[each.platform] = date.min  # nobody can say yet
            continue
        zone = each.zone if is_zone(each.zone) else "UTC"
        day = day_in(zone, each.last_success_at - SETTLED) - timedelta(days=1)
        found[each.platform] = min(found.get(each.platform, day), day)
    return found


def spend_of(empty: Spend, rows: Iterable[Mapping[str, Any]], whole: Mapping[str, date], today: date) -> Spend:
    courses: dict[tuple[str, str], dict[date, float]] = {}
    for row in rows:
        if row["cost"] is not None and row["date"] is not None:
            course = courses.setdefault((str(row["platform"]), str(row["currency"] or "")), {})
            course[row["date"]] = course.get(row["date"], 0.0) + float(row["cost"])
    spent: dict[str, float] = {}
    found: list[Doc] = []
    for (platform, currency), course in sorted(courses.items()):
        month = sum(cost for day, cost in course.items() if (day.year, day.month) == (today.year, today.month))
        spent[currency] = spent.get(currency, 0.0) + month
        day = whole.get(platform, date.min)
        seen = odd({each: cost for each, cost in course.items() if each <= day}, day) if day > date.min else None
        if seen is not None:
            found.append(
                {
                    "platform": platform, "currency": currency, "day": day.isoformat(), "jumped": seen.jumped,
                    "spent": round(seen.spent, 2), "usual": round(seen.usual, 2),
                }
            )  # fmt: skip
    return Spend(empty.workspace, empty.version, f"{today:%Y-%m}", spent, found)
