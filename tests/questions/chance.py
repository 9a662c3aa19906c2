"""Questions by chance, about rows that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from shared.questions.question import Compare, Days, Filter, Grain, Question
from shared.vocabulary.columns import Column
from tests.questions.folder import COLUMNS

Row = Mapping[str, Any]
HIDDEN = {"_synced_at", "_page", "_line", "customer_id", "hours_old"}
DAYS = ("date", "day", "week", "month")


@st.composite
def questions(draw: DrawFn, mart: str, rows: Sequence[Row], compare: bool = True) -> Question:
    columns = {name: each for name, each in COLUMNS[mart].items() if name not in HIDDEN and each.kind != "json"}
    measured = [name for name, each in columns.items() if each.adds is not None]
    grouped = [name for name, each in columns.items() if each.adds is None]
    measures = draw(some(measured, 3))
    dimensions = draw(some(grouped, 3))
    if not measures and not dimensions:
        dimensions = [grouped[0]]
    filters = [draw(one_filter(columns[name], rows)) for name in draw(some(grouped, 1))]
    adding = [name for name in measures if columns[name].adds and columns[name].kind in ("int", "money")]
    if adding and draw(st.integers(0, 3)) == 3:
        filters.append(Filter(adding[0], min=draw(st.integers(-5, 50))))
    has_days = any(name in DAYS and each.kind == "date" for name, each in columns.items())
    first = draw(st.dates(date(2023, 12, 1), date(2024, 3, 1)))
    days = Days(first, first + timedelta(days=draw(st.sampled_from((60, 27, 45, 6, 0))))) if has_days else Days()
    days = draw(st.sampled_from((days, days, Days(period="last-month") if has_days else Days(), Days())))
    ordered = [*dimensions, *(name for name in measures if columns[name].adds)]
    return Question(
        mart=mart,
        measures=tuple(measures),
        dimensions=tuple(dimensions),
        filters=tuple(filters),
        days=days,
        grain=draw(st.sampled_from(Grain)) if has_days else Grain.NONE,
        order=tuple(draw(st.sampled_from(("", "-"))) + name for name in draw(some(ordered, 2))),
        limit=draw(st.sampled_from((3, 1000))),
        compare=draw(st.sampled_from(Compare)) if compare and days != Days() else Compare.NONE,
    )


def some(names: Sequence[str], most: int) -> SearchStrategy[list[str]]:
    if not names:
        return st.just([])
    return st.lists(st.sampled_from(names), max_size=most, unique=True)


@st.composite
def one_filter(draw: DrawFn, column: Column, rows: Sequence[Row]) -> Filter:
    values = sorted({plain(row[column.name]) for row in rows if row[column.name] is not None}, key=repr)
    ways = ["empty", *(["equals", "in"] if values else [])]
    ways += ["min", "max"] if values and column.kind in ("int", "float", "money", "date", "time") else []
    ways += ["contains"] if any(values) and column.kind == "text" else []
    way = draw(st.sampled_from(ways))
    if way == "empty":
        return Filter(column.name, empty=draw(st.booleans()))
    if way == "in":
        return Filter(column.name, any_of=tuple(draw(st.lists(st.sampled_from(values), min_size=1, max_size=3))))
    value = draw(st.sampled_from([each for each in values if each or way != "contains"]))
    if way == "contains":
        value = value[: draw(st.integers(1, 3))].swapcase()
    return Filter(column.name, **{way: value})


def plain(value: Any) -> Any:
    """As it stands in JSON."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
