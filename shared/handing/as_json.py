"""JSON with types: numbers are numbers, amounts with all their digits, days and moments in ISO 8601."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import islice
from typing import Any

import orjson

from shared.handing import texts
from shared.handing.table import Heading, Options, Table

BATCH = 1000
_OPTIONS = orjson.OPT_UTC_Z
_LARGEST = 2**63


def write(table: Table, _: Options) -> Iterator[bytes]:
    """{"about": …, "columns": […], "rows": [{…}, …]}"""
    columns = [_column(each) for each in table.headings]
    head = orjson.dumps({"about": dict(table.about), "columns": columns}, _plain, _OPTIONS)
    yield head[:-1] + b',"rows":['
    names, rows, first = [each.name for each in table.headings], iter(table.rows), True
    amounts = [place for place, each in enumerate(table.headings) if each.kind == "money"]
    while batch := list(islice(rows, BATCH)):
        for place in amounts:
            batch = [(*row[:place], _amount(row[place]), *row[place + 1 :]) for row in batch]
        yield (b"" if first else b",") + _dumped([dict(zip(names, row, strict=True)) for row in batch])[1:-1]
        first = False
    yield b"]}\n"


def _column(heading: Heading) -> Mapping[str, str]:
    """What is not said of it is left out."""
    return {each.name: value for each in fields(heading) if (value := getattr(heading, each.name))}


def _dumped(rows: list[dict[str, Any]]) -> bytes:
    try:
        return orjson.dumps(rows, _plain, _OPTIONS)
    except TypeError:  # a number or a text that the writer does not take as it is
        return orjson.dumps([{name: _taken(cell) for name, cell in row.items()} for row in rows], _plain, _OPTIONS)


def _taken(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell.encode("utf-8", "replace").decode()
    if isinstance(cell, int) and not -_LARGEST <= cell < _LARGEST:
        return orjson.Fragment(str(cell))
    return cell


def _amount(value: Any) -> Any:
    return None if value is None else orjson.Fragment(texts.amount(value))


def _plain(value: Any) -> Any:
    return list(value)
