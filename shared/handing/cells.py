"""Cells of a worksheet, typed: a text is a text whatever it begins with, a day is a day, an amount has its currency."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from string import ascii_uppercase
from typing import Any

from shared.handing import texts
from shared.handing.table import Heading

MOST_DIGITS = 15  # Excel keeps no more, and says nothing
_DAY_ZERO, _MOMENT_ZERO = date(1899, 12, 30), datetime(1899, 12, 30, tzinfo=UTC)
_FIRST_DAY = date(1900, 3, 1)  # before it, Excel's calendar has a day that never was
_DAY = timedelta(days=1)
# What Excel reads as the code of a character, spelled out: `_x0041_` is a name like any other.
_CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_TROUBLE = re.compile(f'[&<>"\\r\\n\\t]|^\\s|\\s$|_x[0-9A-Fa-f]{{4}}_|{texts.ILLEGAL.pattern}')

Cell = Callable[[Any, int], str]  # the value, the number of its row


@dataclass
class Styles:
    """Number formats that the sheets of one workbook use; a cell names its place among them."""

    codes: list[str] = field(default_factory=lambda: ["General", "header"])

    def place(self, code: str) -> int:
        if code not in self.codes:
            self.codes.append(code)
        return self.codes.index(code)


GENERAL, HEADER = 0, 1


def letters(count: int) -> list[str]:
    """A, B, …, Z, AA, …: the names of so many columns."""
    lengths = (map("".join, product(ascii_uppercase, repeat=length)) for length in (1, 2, 3))
    found: Iterator[str] = (name for names in lengths for name in names)
    return [next(found) for _ in range(count)]


def format_of(heading: Heading) -> str:
    """How a number of this column is shown; its unit goes with it, and its value stays a number."""
    if heading.kind == "date":
        return "yyyy\\-mm\\-dd"
    if heading.kind == "time":
        return "yyyy\\-mm\\-dd\\ hh:mm:ss"
    if heading.unit == "money":
        currency = "".join(re.findall("[A-Z]", heading.currency))
        return f"#,##0.00\\ [${currency}]" if currency else "#,##0.00"
    if heading.unit == "rate":
        return "0.00%"
    if heading.unit == "seconds":
        return '#,##0.0\\ "s"'
    return "#,##0" if heading.kind == "int" else "General"


def writer(heading: Heading, column: str, styles: Styles) -> Cell:
    """Writes cells of this column; of nothing, none."""
    style = styles.place(format_of(heading)) if heading.kind not in ("text", "bool") else GENERAL
    marked = f' s="{style}"' if style else ""
    opened = f'<c r="{column}'

    def write(value: Any, row: int) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return f'{opened}{row}" t="inlineStr"><is>{text(value)}</is></c>'
        if isinstance(value, bool):
            return f'{opened}{row}" t="b"><v>{value:d}</v></c>'
        number = _number(value)
        if number is None:
            return "" if isinstance(value, float) else write(_spelled(value), row)
        return f'{opened}{row}"{marked}><v>{number}</v></c>'

    return write


def text(value: str) -> str:
    if not _TROUBLE.search(value):
        return f"<t>{value}</t>"
    return f'<t xml:space="preserve">{texts.escaped(_CODE.sub("_x005F_", value))}</t>'


def _number(value: Any) -> str | None:
    """None: a sheet has no number for it."""
    if isinstance(value, float):
        return repr(value) if abs(value) < float("inf") else None
    if isinstance(value, int):
        return str(value) if abs(value) < 10**MOST_DIGITS else None
    if isinstance(value, Decimal):
        return texts.amount(value)
    if isinstance(value, datetime):
        return repr((value.astimezone(UTC) - _MOMENT_ZERO) / _DAY) if value.date() >= _FIRST_DAY else None
    return str((value - _DAY_ZERO).days) if value >= _FIRST_DAY else None


def _spelled(value: Any) -> str:
    return texts.told(value)
