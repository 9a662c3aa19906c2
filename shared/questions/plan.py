"""A question as SQL for DuckDB. Pure; whatever comes from outside is bound, and names come from the catalogue alone."""

# ruff: noqa: S608  names in the SQL are those of the catalogue, and values are bound

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from shared.questions.catalogue import Column
from shared.questions.periods import Period, buckets_of
from shared.questions.question import Grain
from shared.questions.rules import Checked, Condition
from shared.questions.values import Value

TYPES = {
    "text": "VARCHAR", "int": "BIGINT", "float": "DOUBLE", "money": "DECIMAL(38, 9)", "bool": "BOOLEAN", "date": "DATE",
    "time": "TIMESTAMPTZ", "texts": "VARCHAR[]",
}  # fmt: skip
FILES = "files"
Bound = Value | Sequence[str]
_CONVERTED = "reporting_currency"
_NOW, _THEN = 0, 1  # the period that is asked for, and the one that it is compared with
_SIGNS = {"equals": "=", "min": ">=", "max": "<="}


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows hold: the days, the dimensions, the measures, the measures of the period compared with, for each amount that
    lacks some the rows without it, the currency of converted amounts, and how many rows there are in all."""

    sql: str
    bound: dict[str, Bound]  # without the files
    whole: tuple[Column, ...]  # measures of which rows may be lacking


def plan(asked: Checked, full: Container[str] = ()) -> Plan:
    """`full`: columns that are empty in no row, which nobody has to look for."""
    return _Planning(asked, full).plan()


@dataclass
class _Planning:
    asked: Checked
    full: Container[str]
    bound: dict[str, Bound] = field(default_factory=dict)

    def plan(self) -> Plan:
        asked = self.asked
        keys = [f"d{number}" for number in range(len(asked.dimensions))]
        bucket = ["d"] if asked.grain is not Grain.NONE else []
        measured = dict(self._measured())
        whole = tuple(column for column in asked.measures if self._may_lack(column))
        selected = [*self._bucket(), *(f"{_cell(column)} AS {key}" for column, key in self._named(keys))]
        selected += [f"{sql} AS {name}" for name, sql in measured.items()]
        grouped = f"\n  GROUP BY {', '.join([*bucket, *keys])}" if bucket or keys else ""
        parts = (
            f"WITH told AS (\n{self._told()}\n),{self._days()}",
            f"answer AS (\n  SELECT {', '.join(selected)}\n  FROM {'days' if self._is_by_day else 'told'}{grouped}\n)",
            f"SELECT *, COUNT(*) OVER () AS n\nFROM answer{self._shown()}{self._ordered(keys)}",
            f"LIMIT {self._bind(asked.question.limit)}",
        )
        return Plan("\n".join(parts), self.bound, whole)

    def _named(self, keys: Sequence[str]) -> Iterator[tuple[Column, str]]:
        return zip(self.asked.dimensions, keys, strict=True)

    # What is read.

    def _told(self) -> str:
        asked = self.asked
        if asked.compared is None:
            return self._period(_NOW, asked.period)
        return f"{self._period(_NOW, asked.period)}\n  UNION ALL\n{self._period(_THEN, asked.compared)}"

    def _period(self, side: int, period: Period | None) -> str:
        mart = self.asked.mart
        where = [self._condition(_typed(each.column), each) for each in self.asked.conditions]
        if period is not None:
            day = f"CAST({_name(mart.day)} AS DATE)"
            where.append(f"{day} BETWEEN {self._bind(period.first)} AND {self._bind(period.last)}")
        columns = [f"{_typed(mart.columns[name])} AS {_name(name)}" for name in sorted(self._needed())]
        if self.asked.compared is not None:
            columns = [f"{side} AS side", *columns]
        read = f"  SELECT {', '.join(columns) or '1'}\n  FROM read_parquet(${FILES})"
        return f"{read}\n  WHERE {' AND '.join(where)}" if where else read

    def _needed(self) -> set[str]:
        asked, needed = self.asked, set[str]()
        for column in (*asked.measures, *asked.dimensions):
            parts = (column.rate.above, column.rate.below) if column.rate else (column.name,)
            for name in parts:
                part = asked.mart.columns[name]
                needed |= {name, *([part.native] if part.native and self._may_lack(part) else [])}
            needed |= {column.currency} & {_CONVERTED}
        return needed | ({asked.mart.day} if asked.grain is not Grain.NONE else set())

    # Days: those of the period compared with stand at the same place of their own period.

    @property
    def _is_by_day(self) -> bool:
        """Whether sums are made by day first: to cut each row's day costs more than to add it up."""
        asked = self.asked
        is_cut = asked.grain not in (Grain.NONE, asked.mart.grain)
        sums = all(column.adds or column.rate is not None for column in asked.measures)
        return is_cut and sums and not any(self._may_lack(column) for column in asked.measures)

    def _days(self) -> str:
        if not self._is_by_day:
            return ""
        asked, needed = self.asked, self._needed()
        keys = {asked.mart.day, *(column.name for column in asked.dimensions), *(needed & {_CONVERTED})}
        sums = [f"SUM({_name(name)}) AS {_name(name)}" for name in sorted(needed - keys)]
        side = ["side"] if asked.compared is not None else []
        columns = ", ".join([*side, *map(_name, sorted(keys)), *sums])
        return f"\ndays AS (SELECT {columns} FROM told GROUP BY ALL),"

    def _bucket(self) -> list[str]:
        asked, day = self.asked, self.asked.mart.day
        grain, period, compared = asked.grain, asked.period, asked.compared
        if grain is Grain.NONE:
            return []
        if compared is None or period is None:
            return [f"{_bucket(day, grain)} AS d"]
        first, other = (self._bind(buckets_of(each.first, grain)) for each in (period, compared))
        start = f"CASE WHEN side = {_NOW} THEN {first} ELSE {other} END"
        number = f"date_diff('{grain}', {start}, {_bucket(day, grain)})"
        steps = {"day": "to_days", "week": "to_weeks", "month": "to_months", "quarter": "to_months"}[grain]
        times = " * 3" if grain is Grain.QUARTER else ""
        return [f"CAST({first} + {steps}(CAST({number}{times} AS INTEGER)) AS DATE) AS d"]

    # What is measured.

    def _measured(self) -> Iterator[tuple[str, str]]:
        asked = self.asked
        sides = [("m", _NOW), ("b", _THEN)] if asked.compared is not None else [("m", None)]
        for letter, side in sides:
            for number, column in enumerate(asked.measures):
                yield f"{letter}{number}", self._measure(column, side)
        for number, column in enumerate(asked.measures):
            if self._may_lack(column):
                yield f"w{number}", f"COUNT(*){_where(sides[0][1], _lacks(column))}"
        if any(column.currency == _CONVERTED for column in asked.measures):
            yield "c", f"ANY_VALUE({_name(_CONVERTED)})"

    def _measure(self, column: Column, side: int | None) -> str:
        if column.rate is not None:
            parts = (self.asked.mart.columns[name] for name in (column.rate.above, column.rate.below))
            above, below = (self._sum(part, side) for part in parts)
            times = f" * {column.rate.times}" if column.rate.times != 1 else ""
            return f"CAST({above} AS DOUBLE){times} / NULLIF(CAST({below} AS DOUBLE), 0)"
        if column.adds:
            return self._sum(column, side)
        # It is told once at its level, perhaps beside rows that tell other columns; told twice there is no number.
        name, here = _name(column.name), _where(side)
        return f"CASE WHEN COUNT({name}){here} = 1 THEN ANY_VALUE({name}){here} END"

    def _sum(self, column: Column, side: int | None) -> str:
        total = f"SUM({_name(column.name)}){_where(side)}"
        if not self._may_lack(column):
            return total
        return f"CASE WHEN COUNT(*){_where(side, _lacks(column))} = 0 THEN {total} END"

    def _may_lack(self, column: Column) -> bool:
        return column.whole and column.name not in self.full

    # What is shown.

    def _shown(self) -> str:
        numbers = {column.name: f"m{number}" for number, column in enumerate(self.asked.measures)}
        said = [self._condition(numbers[each.column.name], each) for each in self.asked.shown]
        return f"\nWHERE {' AND '.join(said)}" if said else ""

    def _ordered(self, keys: Sequence[str]) -> str:
        asked = self.asked
        places = {asked.mart.day: "d", **{column.name: key for column, key in self._named(keys)}}
        places |= {column.name: f"m{number}" for number, column in enumerate(asked.measures)}
        said = [f"{places[name]} {'DESC' if down else 'ASC'} NULLS LAST" for name, down in asked.order]
        return f"\nORDER BY {', '.join(said)}" if said else ""

    def _condition(self, value: str, condition: Condition) -> str:
        way, values = condition.way, condition.values
        if way == "empty":
            return f"{value} IS {'' if values == (True,) else 'NOT '}NULL"
        if way == "contains":
            return f"contains(lower({value}), lower({self._bind(values[0])}))"
        if way == "in":
            return f"{value} IN ({', '.join(map(self._bind, values))})"
        return f"{value} {_SIGNS[way]} {self._bind(values[0])}"

    def _bind(self, value: Value | date) -> str:
        name = f"p{len(self.bound)}"
        self.bound[name] = value
        return f"${name}"


def _where(side: int | None, also: str = "") -> str:
    """Of rows of one period, where there are two."""
    said = [f"side = {side}"] if side is not None else []
    said += [also] if also else []
    return f" FILTER (WHERE {' AND '.join(said)})" if said else ""


def _lacks(column: Column) -> str:
    lacks = f"{_name(column.name)} IS NULL"
    return f"{_name(column.native)} IS NOT NULL AND {lacks}" if column.native else lacks


def _bucket(day: str, grain: Grain) -> str:
    return _name(day) if grain is Grain.DAY else f"CAST(date_trunc('{grain}', {_name(day)}) AS DATE)"


def _cell(column: Column) -> str:
    """Moments as microseconds: DuckDB hands them out by way of a package that is not needed otherwise."""
    return f"epoch_us({_name(column.name)})" if column.kind == "time" else _name(column.name)


def _typed(column: Column) -> str:
    return f"CAST({_name(column.name)} AS {TYPES[column.kind]})"


def _name(name: str) -> str:
    """Of a column of the catalogue, which holds nothing but small letters, digits and underscores."""
    return f'"{name}"'
