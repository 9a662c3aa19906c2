"""The same question answered once more, row by row, in plain Python: nothing here knows how it is planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import UNSET

from shared.questions.question import Filter, Question
from tests.marts import summing
from tests.questions.folder import COLUMNS

Row = Mapping[str, Any]
Span = tuple[date, date] | None
RATES = {**summing.RATES, "rest_share": ("rest_cost", "campaign_cost")}
DAYS = ("date", "day", "week", "month")


def answer(question: Question, rows: Iterable[Row], now: Span, then: Span) -> tuple[list[tuple[Any, ...]], int]:
    """The rows of the answer, and how many more there are."""
    mart = COLUMNS[question.mart]
    day = next((name for name in mart if name in DAYS and mart[name].kind == "date"), "")
    grain = {"date": "day", "day": "day"}.get(day, day) if day in question.dimensions else ""
    grain = question.grain if question.grain != "none" else grain
    dimensions = [name for name in dict.fromkeys(question.dimensions) if not (grain and name == day)]
    measures = list(dict.fromkeys(question.measures))
    kept = [
        row for row in rows
        if all(fits(each, row[each.column]) for each in question.filters if mart[each.column].adds is None)
    ]  # fmt: skip
    groups: dict[tuple[Any, ...], tuple[list[Row], list[Row]]] = {}
    if not dimensions and not grain:
        groups[()] = ([], [])
    for side, span in enumerate((now, then) if then else (now,)):
        for row in kept:
            if span is not None and (row[day] is None or not span[0] <= row[day] <= span[1]):
                continue
            place = _place(row[day], grain, now, span) if grain else None
            key = (*([place] if grain else []), *(row[name] for name in dimensions))
            groups.setdefault(key, ([], []))[side].append(row)
    found = []
    for key, sides in groups.items():
        numbers = [[measure(name, mart, side) for name in measures] for side in sides]
        shown = dict(zip(measures, numbers[0], strict=True))
        if all(fits(each, shown[each.column]) for each in question.filters if each.column in shown):
            found.append((*key, *numbers[0], *(numbers[1] if then else [])))
    names = [*([day] if grain else []), *dimensions, *measures]
    wanted = [(entry.removeprefix("-"), entry.startswith("-")) for entry in question.order]
    rest = [(name, False) for name in names[: len(names) - len(measures)]]
    first = dict.fromkeys(name for name, _ in wanted)
    down = {name: next(each for other, each in wanted if other == name) for name in first}
    for name, is_down in reversed([*down.items(), *((name, way) for name, way in rest if name not in down)]):
        _sort(found, names.index(name), is_down)
    return found[: question.limit], max(len(found) - question.limit, 0)


def _sort(rows: list[tuple[Any, ...]], place: int, is_down: bool) -> None:
    rows.sort(key=lambda row: (0,) if row[place] is None else (1, row[place]), reverse=is_down)
    rows.sort(key=lambda row: row[place] is None)


def fits(given: Filter, value: Any) -> bool:
    if given.empty is not UNSET and (value is None) is not given.empty:
        return False
    if given.equals is not UNSET and (value is None or value != _like(value, given.equals)):
        return False
    if given.any_of is not UNSET and (value is None or value not in [_like(value, each) for each in given.any_of]):
        return False
    if given.min is not UNSET and (value is None or value < _like(value, given.min)):
        return False
    if given.max is not UNSET and (value is None or value > _like(value, given.max)):
        return False
    return given.contains is UNSET or (value is not None and given.contains.lower() in value.lower())


def _like(value: Any, given: Any) -> Any:
    if isinstance(value, datetime):
        return datetime.fromisoformat(given).astimezone(UTC)
    if isinstance(value, date):
        return date.fromisoformat(given)
    if isinstance(value, Decimal):
        return Decimal(str(given))
    return int(given) if isinstance(value, int) and isinstance(given, str) else given


def measure(name: str, mart: Mapping[str, Any], rows: Sequence[Row]) -> Any:
    if name in RATES and mart[name].adds is False:
        above, below = RATES[name] if name != "average_order_value" or "gross" in mart else ("revenue", "orders")
        parts = [measure(part, mart, rows) for part in (above, below)]
        if None in parts or not parts[1]:
            return None
        return float(parts[0]) * (1000 if name == "cpm" else 1) / float(parts[1])
    values = [row[name] for row in rows]
    if mart[name].adds is False:
        assert len(rows) <= 1, "nobody adds it up"
        return next((value for value in values if value is not None), None)
    lacking: list[Any]
    if name.endswith("_converted"):
        lacking = [row for row in rows if row[name] is None and row[name.removesuffix("_converted")] is not None]
    else:
        lacking = [each for each in values if each is None] if "(empty:" in mart[name].meaning else []
    told = [each for each in values if each is not None]
    return None if lacking or not told else sum(told)


def _place(day: date | None, grain: str, now: Span, span: Span) -> date | None:
    """The first day of its part of the period; of the period compared with, the one that stands at its place."""
    if day is None:
        return None
    if span is now or span is None or now is None:
        return FIRSTS[grain](day)
    first, wanted, place = FIRSTS[grain](span[0]), FIRSTS[grain](now[0]), FIRSTS[grain](day)
    while first < place:
        first, wanted = NEXT[grain](first), NEXT[grain](wanted)
    return wanted


FIRSTS: Mapping[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: date.fromisocalendar(*day.isocalendar()[:2], 1),
    "month": lambda day: date(day.year, day.month, 1),
    "quarter": lambda day: date(day.year, {1: 1, 2: 4, 3: 7, 4: 10}[(day.month + 2) // 3], 1),
}
NEXT: Mapping[str, Callable[[date], date]] = {
    "day": lambda day: day + timedelta(days=1),
    "week": lambda day: day + timedelta(days=7),
    "month": lambda day: FIRSTS["month"](day + timedelta(days=31)),
    "quarter": lambda day: FIRSTS["quarter"](day + timedelta(days=95)),
}
