"""Whether a question has an answer: sums that would lie are refused, with the question that has one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec import UNSET
from msgspec.structs import replace

from shared.questions import catalogue
from shared.questions.catalogue import OF_A_CONNECTION, OF_A_WORKSPACE, Column, Mart
from shared.questions.nearest import nearest
from shared.questions.periods import Calendar, Period, compared_with, period_of
from shared.questions.question import DIMENSIONS, Compare, Days, Filter, Grain, Question
from shared.questions.refusal import Code, Refusal
from shared.questions.values import ORDERED, Value, value_of

_GRAINS: Mapping[str, tuple[Grain, ...]] = {
    "day": (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER),
    "week": (Grain.WEEK,),  # a week belongs to two months
    "month": (Grain.MONTH, Grain.QUARTER),
}


@dataclass(frozen=True, slots=True)
class Condition:
    column: Column
    way: str  # as in a filter
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A question that has an answer, with all that its names stand for."""

    question: Question
    mart: Mart
    measures: tuple[Column, ...]
    dimensions: tuple[Column, ...]  # without the days
    grain: Grain
    period: Period | None
    compared: Period | None
    conditions: tuple[Condition, ...]  # of rows that are read
    shown: tuple[Condition, ...]  # of rows of the answer
    order: tuple[tuple[str, bool], ...]  # names, and whether the largest comes first

    @property
    def one(self) -> frozenset[str]:
        """Columns that have one value in each row of the answer."""
        return _one(self.mart, self.dimensions, self.conditions, self.grain, self.period)


def check(question: Question, calendar: Calendar) -> Checked:
    """Refused with a way out that has an answer, wherever there is one."""
    try:
        return _check(question, calendar)
    except Refusal as refusal:
        refusal.question = _answered(refusal, calendar)
        raise


def _answered(refusal: Refusal, calendar: Calendar) -> Question | None:
    """The way out, and out of what is wrong with that, until a question has an answer."""
    question = refusal.question
    for _ in range(6):
        if question is None:
            return None
        try:
            _check(question, calendar)
        except Refusal as next_refusal:
            question = next_refusal.question
        else:
            return question
    return None


def _check(question: Question, calendar: Calendar) -> Checked:
    mart = mart_of(question)
    measures = [_column(mart, name) for name in dict.fromkeys(question.measures)]
    dimensions = [_column(mart, name) for name in dict.fromkeys(question.dimensions)]
    for column in measures:
        if not column.is_measure:
            way = f"Ask for it as a dimension, or for {_list(mart.measures()) or 'dimensions'}."
            raise Refusal(Code.NOT_A_MEASURE, f"{column.name} is no number that is measured.", way)
    for column in dimensions:
        if column.is_measure:
            way = f"Ask for it as a measure; {mart.name} is grouped by {_list(mart.dimensions())}."
            raise Refusal(Code.NOT_A_DIMENSION, f"{column.name} is measured, so nothing is grouped by it.", way)
    grain = _grain(question, mart)
    if not measures and not dimensions:
        raise Refusal(
            Code.NOTHING_ASKED, "The question asks for nothing.", "Name measures, dimensions, or both.",
            _small(mart, question),
        )  # fmt: skip
    dimensions = [column for column in dimensions if column.name != mart.day or not grain_of(grain)]
    conditions = [each for one in question.filters for each in _conditions(_column(mart, one.column), one)]
    asked = {column.name for column in measures}
    for each in conditions:
        if each.column.is_measure and each.column.name not in asked:
            way = "Ask for it among the measures, too: what is filtered by is shown."
            raise Refusal(
                Code.NOT_A_MEASURE, f"{each.column.name} is not asked for.", way,
                replace(question, measures=(*question.measures, each.column.name)),
            )  # fmt: skip
    period = period_of(question.days, calendar)
    _has_days(question, mart, period)
    compared = None
    if period is not None and question.compare is not Compare.NONE:
        compared = compared_with(period, question.compare, question.days.period, grain)
    found = Checked(
        question=question,
        mart=mart,
        measures=tuple(measures),
        dimensions=tuple(dimensions),
        grain=grain,
        period=period,
        compared=compared,
        conditions=tuple(each for each in conditions if not each.column.is_measure),
        shown=tuple(each for each in conditions if each.column.is_measure),
        order=_order(question, mart, grain, measures, dimensions),
    )
    for column in measures:
        _adds_up(found, column)
    return found


def grain_of(grain: Grain) -> bool:
    return grain is not Grain.NONE


def mart_of(question: Question) -> Mart:
    """The mart that is asked, where it may be."""
    known = catalogue.marts()
    mart = known.get(question.mart)
    if mart is None:
        askable = [name for name, each in known.items() if not each.persons]
        raise Refusal(Code.UNKNOWN_MART, f"No mart is called {question.mart}.", nearest(question.mart, askable))
    if mart.persons:
        instead = known[mart.instead[0]] if mart.instead else None
        raise Refusal(
            Code.PERSONS, f"Each row of {mart.name} tells of one person, so it is not published.",
            f"Ask {instead.name}." if instead else "Look the person up, by its address.",
            _small(instead, question) if instead else None,
        )  # fmt: skip
    return mart


def _small(mart: Mart, question: Question) -> Question | None:
    """A question of this mart that is as near to another as its columns allow."""
    measures = [name for name in question.measures if name in mart.measures()] or mart.measures()[:1]
    dimensions = [name for name in question.dimensions if name in mart.dimensions()]
    if not measures and not dimensions:
        dimensions = mart.dimensions()[:1]
    days = question.days if mart.day else Days()
    return Question(mart=mart.name, measures=tuple(measures), dimensions=tuple(dimensions), days=days)


def _column(mart: Mart, name: str) -> Column:
    column = mart.columns.get(name)
    if column is None:
        raise Refusal(Code.UNKNOWN_COLUMN, f"{mart.name} has no {name}.", nearest(name, mart.columns))
    return column


def _grain(question: Question, mart: Mart) -> Grain:
    """Days that are asked for as a dimension are the mart's own days."""
    grain = question.grain
    if grain is Grain.NONE:
        return Grain(mart.grain) if mart.day and mart.day in question.dimensions else Grain.NONE
    if not mart.day:
        raise Refusal(
            Code.NO_DAYS, f"{mart.name} has no days.", "Ask without a grain.", replace(question, grain=Grain.NONE)
        )
    if grain not in _GRAINS[mart.grain]:
        raise Refusal(
            Code.FINER_THAN_TOLD, f"{mart.name} is told by {mart.grain}, which makes no numbers by {grain}.",
            f"Ask by {mart.grain}, or a mart that is told by day.", replace(question, grain=Grain(mart.grain)),
        )  # fmt: skip
    return grain


def _has_days(question: Question, mart: Mart, period: Period | None) -> None:
    if period is not None and not mart.day:
        raise Refusal(
            Code.NO_DAYS, f"{mart.name} has no days.", "Ask without days.",
            replace(question, days=Days(), compare=Compare.NONE),
        )  # fmt: skip
    if period is None and question.compare is not Compare.NONE:
        days = Days(period="last-28-days")
        raise Refusal(
            Code.NO_DAYS, "A comparison needs days.", "Say from when until when, or name a period.",
            replace(question, days=days) if mart.day else replace(question, compare=Compare.NONE),
        )  # fmt: skip


def _conditions(column: Column, given: Filter) -> Iterable[Condition]:
    found: list[Condition] = []
    for way in ("equals", "min", "max", "contains"):
        value = getattr(given, way)
        if value is not UNSET:
            _fits(column, way)
            found.append(Condition(column, way, (value_of(column, value),)))
    if given.any_of is not UNSET:
        found.append(Condition(column, "in", tuple(dict.fromkeys(value_of(column, each) for each in given.any_of))))
    if given.empty is not UNSET:
        found.append(Condition(column, "empty", (given.empty,)))
    if not found:
        way = f"{column.name} equals, is in, has a min or max, contains, or is empty."
        raise Refusal(Code.NOT_UNDERSTOOD, f"The filter by {column.name} says nothing.", way)
    return found


def _fits(column: Column, way: str) -> None:
    if way in ("min", "max") and column.kind not in ORDERED:
        raise Refusal(Code.BAD_VALUE, f"{column.name} is {column.kind}, which has no {way}.", "It equals, or is in.")
    if way == "contains" and column.kind != "text":
        raise Refusal(Code.BAD_VALUE, f"{column.name} is {column.kind} and contains nothing.", "It equals, or is in.")


def _order(
    question: Question, mart: Mart, grain: Grain, measures: Iterable[Column], dimensions: Iterable[Column]
) -> tuple[tuple[str, bool], ...]:
    known = [*([mart.day] if grain_of(grain) else []), *(column.name for column in (*dimensions, *measures))]
    found: dict[str, bool] = {}
    for entry in question.order:
        name = entry.removeprefix("-")
        if name not in known:
            raise Refusal(Code.UNKNOWN_COLUMN, f"Nothing in the answer is called {name}.", nearest(name, known))
        found.setdefault(name, entry.startswith("-"))
    asked = {column.name for column in measures}
    for name in known:  # so that the same question has the same answer
        if name not in asked:
            found.setdefault(name, False)
    return tuple(found.items())


def _one(
    mart: Mart, dimensions: Iterable[Column], conditions: Iterable[Condition], grain: Grain, period: Period | None
) -> frozenset[str]:
    found = {column.name for column in dimensions} | OF_A_WORKSPACE
    found |= {each.column.name for each in conditions if _is_one(each)}
    if mart.day and (grain == mart.grain or (period is not None and period.days == 1)):
        found.add(mart.day)
    if "connection_id" in found:
        found |= OF_A_CONNECTION
    return frozenset(found)


def _is_one(condition: Condition) -> bool:
    if condition.way == "empty":
        return condition.values == (True,)
    return condition.way == "equals" or (condition.way == "in" and len(condition.values) == 1)


def _adds_up(asked: Checked, column: Column) -> None:
    """Rows that the level tells apart are never added up, so there nothing can lie."""
    mart, one = asked.mart, asked.one
    if mart.level and set(mart.level) <= one:
        return
    if not column.adds and column.rate is None:
        missing = [name for name in mart.level if name not in one]
        raise Refusal(
            Code.DOES_NOT_ADD_UP,
            f"{column.name} may not be added up ({column.meaning}); {mart.name} tells it by {_list(mart.level)}.",
            f"Ask by {_list(missing)}, too." if missing else "",
            _grouped(asked, missing) if missing else None,
        )
    several = [name for name in sorted(mart.together(column)) if name not in one]
    if several == [column.currency] or several == ["currency"]:
        converted = next((each.name for each in mart.columns.values() if each.native == column.name), "")
        raise Refusal(
            Code.SEVERAL_CURRENCIES, f"Amounts of {column.name} are in several currencies, which do not add up.",
            "Group by currency, or filter by one" + (f", or ask for {converted}." if converted else "."),
            _grouped(asked, several),
        )  # fmt: skip
    if several:
        raise Refusal(
            Code.TOLD_APART, f"{column.name} adds up only where {_list(several)} is one.",
            f"Group by {_list(several)}, or filter by one.", _grouped(asked, several),
        )  # fmt: skip


def _grouped(asked: Checked, more: Iterable[str]) -> Question | None:
    """The same question, by these columns as well."""
    question, mart = asked.question, asked.mart
    columns = [name for name in more if name != mart.day]
    grain = Grain(mart.grain) if mart.day in more else question.grain
    dimensions = tuple(dict.fromkeys((*(each for each in question.dimensions), *columns)))
    if len(dimensions) > DIMENSIONS:
        return None
    return replace(question, dimensions=dimensions, grain=grain)


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
