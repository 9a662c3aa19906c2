"""The same figures as a table, the newest day first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.drawing.days import Course, Series
from shared.drawing.words import NOT_READ, Unit, figure
from shared.tongue.saying import say


@dataclass(frozen=True, slots=True)
class Table:
    """Words only; the first of each row is its name."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def by_day(course: Course, series: Sequence[Series], unit: Unit, missing: str = NOT_READ) -> Table:
    heads = (say("Week") if course.by_week else say("Day"), *(each.name for each in series))
    return Table(heads, tuple(
        (course.name(place), *(figure(each.values[place], unit, missing) for each in series))
        for place in reversed(range(len(course.days)))
    ))  # fmt: skip


def by_name(heads: tuple[str, str], rows: Sequence[tuple[str, float]], unit: Unit) -> Table:
    return Table(heads, tuple((name, figure(value, unit)) for name, value in rows))
