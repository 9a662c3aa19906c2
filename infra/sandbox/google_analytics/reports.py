"""Questions to the Data API: what they must be, and what they are answered."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from infra.sandbox.google_analytics.facts import Site
from infra.sandbox.google_analytics.fields import DIMENSIONS, METRICS, NOT_SET
from infra.sandbox.invent import Draw
from infra.sandbox.refusals import Refusal

MOST_DIMENSIONS, MOST_METRICS, MOST_ROWS, USUAL_ROWS = 9, 10, 250_000, 10_000
SEE = "For a list of valid dimensions and metrics, see the API's reference."
Line = tuple[tuple[str, ...], list[str]]  # the values of its dimensions, those of its metrics


@dataclass(frozen=True)
class Question:
    first: date
    last: date
    dimensions: Sequence[str]
    metrics: Sequence[str]
    order: Sequence[str]  # dimensions
    limit: int
    offset: int
    quota: bool
    empty: bool  # rows that hold nothing but zeros, too

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def wrong(message: str) -> Refusal:
    return Refusal("invalid", 400, message)


def read(said: Any, today: date) -> Question:
    """Raises Refusal, as the API does, for whatever it does not take."""
    if not isinstance(said, dict):
        raise wrong("Invalid JSON payload received.")
    ranges = said.get("dateRanges")
    if not isinstance(ranges, list) or len(ranges) != 1:
        raise wrong("This stand-in answers one date range at a time.")
    dimensions, metrics = fields(said)
    first, last = (_day(ranges[0].get(name), today) for name in ("startDate", "endDate"))
    if last < first:
        raise wrong("Invalid dateRange: startDate is after endDate.")
    return Question(
        first,
        last,
        dimensions,
        metrics,
        _order(said.get("orderBys", []), dimensions),
        min(_number(said, "limit", USUAL_ROWS, least=1), MOST_ROWS),
        _number(said, "offset", 0),
        said.get("returnPropertyQuota") is True,
        said.get("keepEmptyRows") is True,
    )


def fields(said: Any) -> tuple[list[str], list[str]]:
    dimensions, metrics = (_names(said.get(kind, []), kind) for kind in ("dimensions", "metrics"))
    for names, known, kind in ((dimensions, DIMENSIONS, "dimension"), (metrics, METRICS, "metric")):
        for name in names:
            if name not in known:
                raise wrong(f"Field {name} is not a valid {kind}. {SEE}")
    if len(dimensions) > MOST_DIMENSIONS or len(metrics) > MOST_METRICS:
        raise wrong(f"Requests are limited to {MOST_DIMENSIONS} dimensions and {MOST_METRICS} metrics.")
    if not dimensions and not metrics:
        raise wrong("A report needs a dimension or a metric.")
    if clash := incompatible(dimensions, metrics):
        raise wrong(f"Please remove {', '.join(clash)} to make the request compatible.")
    return dimensions, metrics


def incompatible(dimensions: Sequence[str], metrics: Sequence[str]) -> list[str]:
    """What does not go with the rest: dimensions of items go with metrics of items only."""
    if all(METRICS[name].of_items for name in metrics):
        return []
    return [name for name in dimensions if DIMENSIONS[name] == "Item"]


def _names(listed: Any, kind: str) -> list[str]:
    try:
        names = [str(one["name"]) for one in listed]
    except (KeyError, TypeError):
        raise wrong(f"Invalid value at '{kind}'.") from None
    if len(set(names)) != len(names):
        raise wrong(f"Duplicate {kind} are not allowed.")
    return names


def _order(listed: Any, dimensions: Sequence[str]) -> list[str]:
    try:
        order = [str(one["dimension"]["dimensionName"]) for one in listed]
    except (KeyError, TypeError):
        raise wrong("Invalid value at 'order_bys'.") from None
    if not set(order) <= set(dimensions):
        raise wrong("Order by a dimension that is not part of the report.")
    return order


def _number(said: Any, name: str, default: int, least: int = 0) -> int:
    """int64, as a number or as text."""
    given = said.get(name, default)
    if isinstance(given, bool) or not re.fullmatch(r"\d{1,18}", str(given)) or int(given) < least:
        raise wrong(f"Invalid value at '{name}'.")
    return int(given)


def _day(given: Any, today: date) -> date:
    text = str(given)
    ago = {"today": 0, "yesterday": 1}.get(text)
    if found := re.fullmatch(r"(\d{1,4})daysAgo", text):
        ago = int(found[1])
    if ago is not None:
        return today - timedelta(days=ago)
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise wrong(f"Invalid date: {text[:40]}. Dates are YYYY-MM-DD, NdaysAgo, yesterday or today.")


# -- answers --------------------------------------------------------------------------------------


def lines(
    site: Site, dimensions: Sequence[str], metrics: Sequence[str], days: Iterable[date], empty: bool
) -> list[Line]:
    groups: dict[tuple[str, ...], Counter[str]] = {}
    for day in days:
        for fact in site.of(day):
            place = tuple(_value(name, fact.at, day) for name in dimensions)
            groups.setdefault(place, Counter()).update(fact.numbers)
    found = []
    for place, numbers in groups.items():
        values = [METRICS[name].value(numbers) for name in metrics]
        if empty or any(values) or not metrics:
            found.append((place, [written(value) for value in values]))
    return found


def _value(name: str, at: Any, day: date) -> str:
    match name:
        case "date":
            return f"{day:%Y%m%d}"
        case "year":
            return f"{day:%Y}"
        case "yearMonth":
            return f"{day:%Y%m}"
        case "yearWeek":
            return f"{day:%Y%U}"
    return str(at.get(name, NOT_SET))


def written(value: float) -> str:
    """Whole numbers plainly, others as long as it takes; big ones with an exponent."""
    if float(value).is_integer():
        return str(int(value)) if isinstance(value, int) or abs(value) < 1e7 else f"{value:E}".replace("E+0", "E")
    return repr(value)


def in_order(found: list[Line], question: Question, seed: object) -> list[Line]:
    """Sorted as asked for. What is equal by that comes in another order for every page: nothing is promised."""
    places = [question.dimensions.index(name) for name in question.order]

    def by(line: Line) -> tuple[list[str], int]:
        return [line[0][place] for place in places], Draw(seed, question.offset, *line[0]).below(2**32)

    return sorted(found, key=by)


def answer(found: list[Line], question: Question, metadata: dict[str, Any]) -> dict[str, Any]:
    """An empty report has neither rows nor their number; a report without dimensions has no headers of them."""
    said: dict[str, Any] = {}
    if question.dimensions:
        said["dimensionHeaders"] = [{"name": name} for name in question.dimensions]
    if question.metrics:
        said["metricHeaders"] = [{"name": name, "type": METRICS[name].type} for name in question.metrics]
    page = found[question.offset : question.offset + question.limit]
    if page:
        said["rows"] = [_row(line) for line in page]
    if found:
        said["rowCount"] = len(found)
    return said | {"metadata": metadata, "kind": "analyticsData#runReport"}


def _row(line: Line) -> dict[str, Any]:
    kinds = zip(("dimensionValues", "metricValues"), line, strict=True)
    return {kind: [{"value": value} for value in values] for kind, values in kinds if values}


def rolled_up(found: list[Line], question: Question, most: int) -> tuple[list[Line], bool]:
    """Beyond so many rows, the smaller ones of each day become one row "(other)"."""
    if not most or len(found) <= most or "date" not in question.dimensions:
        return found, False
    kept, rest = found[:most], found[most:]
    day = question.dimensions.index("date")
    together: dict[str, list[float]] = {}
    for place, values in rest:
        numbers = [float(value) for value in values]
        before = together.setdefault(place[day], [0.0] * len(numbers))
        together[place[day]] = [a + b for a, b in zip(before, numbers, strict=True)]
    for when, numbers in together.items():
        other = tuple(when if i == day else "(other)" for i in range(len(question.dimensions)))
        kept.append((other, [written(number) for number in numbers]))
    return kept, True
