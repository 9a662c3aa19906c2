"""What is asked in the words of the API, as a question: days and platforms by their usual names, the mart found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from shared.api.problems import Failure
from shared.api.shapes import Wanted, WantedByAddress, Within
from shared.questions import catalogue
from shared.questions.nearest import nearest
from shared.questions.query_string import filters_of
from shared.questions.question import Days, Filter, Question

# The marts in which a name is looked for, before all others: they tell what most people ask, at the level they ask it.
FIRST = (
    "ads_by_day", "ads_by_campaign", "email_by_mailing", "email_by_week", "web_by_day", "commerce_by_day",
    "fact_social", "list_growth", "metrics_by_day",
)  # fmt: skip


def question(wanted: Wanted) -> Question:
    mart = wanted.mart or mart_with([*wanted.metrics, *wanted.dimensions], [each.column for each in wanted.filters])
    return Question(
        mart=mart,
        measures=wanted.metrics,
        dimensions=wanted.dimensions,
        filters=(*wanted.filters, *of_platforms(wanted.platforms)),
        days=days(wanted.date_range),
        grain=wanted.aggregation.grain,
        order=wanted.sort,
        limit=wanted.limit,
        compare=wanted.compare,
    )


def wanted_of(said: WantedByAddress, others: Mapping[str, Sequence[str]]) -> Wanted:
    """The same question out of an address. What else stands there are columns to filter by."""
    named = [each.partition(".")[0] for each in others]
    mart = said.mart or mart_with([*said.metrics, *said.dimensions], named)
    try:
        filters = msgspec.convert(filters_of(mart, others), tuple[Filter, ...])
    except msgspec.ValidationError as error:
        raise Failure(400, "not-understood", f"This is no filter: {error}.") from None
    return Wanted(
        mart=mart,
        metrics=said.metrics,
        dimensions=said.dimensions,
        platforms=said.platform,
        date_range=Within(start_date=said.start_date, end_date=said.end_date, period=said.period),
        filters=filters,
        aggregation=said.aggregation,
        compare=said.compare,
        sort=said.sort,
        limit=said.limit,
        cursor=said.cursor,
    )


def days(said: Within) -> Days:
    return Days(first=said.start_date, last=said.end_date, period=said.period)


def of_platforms(names: Sequence[str]) -> Iterable[Filter]:
    return (Filter("platform", any_of=tuple(names)),) if names else ()


def mart_with(names: Sequence[str], filtered: Sequence[str] = ()) -> str:
    """The first mart that has all of these columns."""
    known = {name: mart for name, mart in catalogue.marts().items() if not mart.persons}
    wanted = {*names, *filtered}
    if not names:
        raise Failure(422, "nothing-asked", "Name metrics, dimensions, or both.", {"way_out": "GET /metrics has all."})
    for mart in dict.fromkeys((*FIRST, *known)):
        if wanted <= known[mart].columns.keys():
            return mart
    where = {name: [mart for mart in (*FIRST, *known) if name in known[mart].columns] for name in sorted(wanted)}
    nowhere = [name for name, marts in where.items() if not marts]
    if nowhere:
        every = {name for mart in known.values() for name in mart.columns}
        raise Failure(
            422, "unknown-column", f"Nothing is called {nowhere[0][:64]}.", {"way_out": nearest(nowhere[0], every)}
        )
    raise Failure(
        422,
        "no-mart-has-all",
        f"No mart has all of {', '.join(sorted(wanted))}: ask for them one by one.",
        {"marts": {name: list(dict.fromkeys(marts))[:5] for name, marts in where.items()}},
    )
