"""A question as GoogleSQL, with its values written out: the simple way, and another one than the planner's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import UNSET

from shared.questions.question import Filter, Question
from shared.vocabulary.columns import Column
from tests.questions.folder import COLUMNS
from tests.questions.judge import DAYS, RATES, Span

_CUT = {"week": "WEEK(MONDAY)", "month": "MONTH", "quarter": "QUARTER"}


def googlesql(question: Question, table: str, span: Span) -> str:
    """Without order and limit: rows are compared as a set."""
    mart = COLUMNS[question.mart]
    day = next((name for name in mart if name in DAYS and mart[name].kind == "date"), "")
    grain = str(question.grain)
    if grain == "none" and day in question.dimensions:
        grain = {"date": "day", "day": "day"}.get(day, day)
    grouped = [name for name in dict.fromkeys(question.dimensions) if grain == "none" or name != day]
    keys = [f"{name} AS k{number}" for number, name in enumerate(grouped)]
    if grain != "none":
        own = {"week": "week", "month": "month"}.get(day, "day")
        keys.insert(0, f"{day if grain == own else f'DATE_TRUNC({day}, {_CUT[grain]})'} AS day_")
    measures = list(dict.fromkeys(question.measures))
    told = [f"{_measure(name, mart)} AS m{number}" for number, name in enumerate(measures)]
    rows = [_filter(each, mart[each.column]) for each in question.filters if mart[each.column].adds is None]
    rows += [f"{day} BETWEEN DATE '{span[0]}' AND DATE '{span[1]}'"] if span else []
    shown = [
        _filter(each, mart[each.column], f"m{measures.index(each.column)}")
        for each in question.filters
        if mart[each.column].adds is not None
    ]
    names = ", ".join(key.rpartition(" AS ")[2] for key in keys)
    asked = f"SELECT {', '.join(keys + told)} FROM {table} WHERE {' AND '.join(['TRUE', *rows])}"
    asked += f" GROUP BY {names}" if keys else ""
    return f"SELECT * FROM ({asked}) WHERE {' AND '.join(['TRUE', *shown])}"


def _measure(name: str, mart: Mapping[str, Column]) -> str:
    if name in RATES and mart[name].adds is False:
        above, below = RATES[name] if name != "average_order_value" or "gross" in mart else ("revenue", "orders")
        return f"SAFE_DIVIDE(SUM({above}) * {1000 if name == 'cpm' else 1}, SUM({below}))"
    if not mart[name].adds:
        return f"MAX({name})"
    if name.endswith("_converted"):
        lacking = f"{name} IS NULL AND {name.removesuffix('_converted')} IS NOT NULL"
        return f"IF(COUNTIF({lacking}) = 0, SUM({name}), NULL)"
    if "(empty:" in mart[name].meaning:
        return f"IF(COUNTIF({name} IS NULL) = 0, SUM({name}), NULL)"
    return f"SUM({name})"


def _filter(given: Filter, column: Column, name: str = "") -> str:
    name, said = name or given.column, []
    if given.equals is not UNSET:
        said.append(f"{name} = {_literal(given.equals, column)}")
    if given.any_of is not UNSET:
        said.append(f"{name} IN ({', '.join(_literal(each, column) for each in given.any_of)})")
    if given.min is not UNSET:
        said.append(f"{name} >= {_literal(given.min, column)}")
    if given.max is not UNSET:
        said.append(f"{name} <= {_literal(given.max, column)}")
    if given.contains is not UNSET:
        said.append(f"STRPOS(LOWER({name}), LOWER({_literal(given.contains, column)})) > 0")
    if given.empty is not UNSET:
        said.append(f"{name} IS {'' if given.empty else 'NOT '}NULL")
    return f"({' AND '.join(said)})"


def _literal(value: Any, column: Column) -> str:
    if isinstance(value, bool) or (isinstance(value, (int, float)) and column.kind != "money"):
        return str(value)
    if column.kind == "text":
        escaped = "".join(each if each.isalnum() and each.isascii() else f"\\U{ord(each):08x}" for each in str(value))
        return f"'{escaped}'"
    kind = {"date": "DATE", "time": "TIMESTAMP", "money": "NUMERIC"}[column.kind]
    return f"{kind} '{value.isoformat() if isinstance(value, date) else value}'"
