"""shared/questions/catalogue.json, made from what the views say of themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from shared.marts.files import Mart, all_marts
from shared.questions import catalogue
from shared.questions.catalogue import Rate
from shared.vocabulary.columns import Column
from shared.warehouse.schema import STAGED

CATALOGUE = "shared/questions/catalogue.json"

# Where a row came from is followed row by row, whom it tells of is asked elsewhere, and an age grows while it lies.
_NOT_ASKED = {column.name for column in STAGED} - {"workspace_id", "connection_id"} | {"customer_id", "hours_old"}
_DIVIDED = re.compile(r"SAFE_DIVIDE\((?P<above>\w+)(?: \* (?P<times>\d+))?, (?P<below>\w+)\) AS (?P<name>\w+)")
_DAYS = {"date": "day", "day": "day", "week": "week", "month": "month"}
_CONVERTED = "in reporting_currency"
_MEASURED = ("value", "value_before", "change", "average_7d")  # what rows of a metric have in the metric's own unit
_UNITS = {"engagement_seconds": "seconds", "cumulative_reach": "count"}


def text() -> str:
    """One column to a line, so that a change shows itself."""
    lines = []
    for mart in sorted(all_marts(), key=lambda mart: mart.name):
        told = _mart(mart)
        head = msgspec.json.encode(msgspec.structs.replace(told, columns={})).decode()
        columns = ",\n".join(
            f"    {_json(name)}: {msgspec.json.encode(column).decode()}" for name, column in told.columns.items()
        )
        lines.append(f"  {_json(mart.name)}: " + head.replace('"columns":{}', f'"columns":{{\n{columns}\n  }}'))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _json(value: str) -> str:
    return msgspec.json.encode(value).decode()


def _mart(mart: Mart) -> catalogue.Mart:
    asked = {column.name: column for column in mart.columns if column.name not in _NOT_ASKED and column.kind != "json"}
    rates = _rates(mart.query, asked)
    day = next((name for name, column in asked.items() if name in _DAYS and column.kind == "date"), "")
    return catalogue.Mart(
        name=mart.name,
        meaning=mart.description,
        columns={name: _column(column, asked, rates) for name, column in asked.items()},
        level=mart.level,
        apart=mart.apart,
        day=day,
        grain=_DAYS.get(day, ""),
        persons=mart.is_personal,
        instead=_readers(mart) if mart.is_personal else (),
        tables=tuple(sorted(_tables(mart))) if day else (),
    )


def _rates(query: str, asked: Mapping[str, Column]) -> dict[str, Rate]:
    """The rates of a view whose parts stand beside them and add up."""
    found = {
        divided["name"]: Rate(divided["above"], divided["below"], int(divided["times"] or 1))
        for divided in _DIVIDED.finditer(query)
    }
    sums = {name for name, column in asked.items() if column.adds}
    return {
        name: rate
        for name, rate in found.items()
        if {rate.above, rate.below} <= sums and name in asked and asked[name].adds is False
    }


def _column(column: Column, asked: Mapping[str, Column], rates: Mapping[str, Rate]) -> catalogue.Column:
    rate = rates.get(column.name)
    native = column.name.removesuffix("_converted")
    unit = _unit(column, rate, asked)
    return catalogue.Column(
        name=column.name,
        kind="money" if column.kind == "micros" else column.kind,
        meaning=column.meaning,
        adds=column.adds,
        unit=unit,
        currency=_currency(column, rate, asked) if unit == "money" else "",
        rate=rate,
        native=native if native != column.name and native in asked else "",
        whole=column.adds is True and "(empty:" in column.meaning,
    )


def _unit(column: Column, rate: Rate | None, asked: Mapping[str, Column]) -> str:
    if column.adds is None:
        return ""
    if rate is not None:
        above, below = (_unit(asked[part], None, asked) for part in (rate.above, rate.below))
        return "rate" if above == below else above
    if "metric" in asked and column.name in _MEASURED:
        return "measured"
    if column.kind == "money" and (column.adds or " in currency" in column.meaning or _CONVERTED in column.meaning):
        return "money"
    if column.kind == "int" or (column.adds and column.name not in _UNITS):
        return "count"
    return _UNITS.get(column.name, "rate")


def _currency(column: Column, rate: Rate | None, asked: Mapping[str, Column]) -> str:
    if rate is not None:
        return _currency(asked[rate.above], None, asked)
    return "reporting_currency" if _CONVERTED in column.meaning else "currency"


def _tables(mart: Mart) -> set[str]:
    """The tables of the workspace that it is made of, through whichever views."""
    named = {each.name: each for each in all_marts()}
    return mart.tables("raw").union(*(_tables(named[name]) for name in mart.tables("marts")))


def _readers(mart: Mart) -> tuple[str, ...]:
    published = (each for each in all_marts() if not each.is_personal)
    return tuple(sorted(each.name for each in published if mart.name in each.tables("marts")))
