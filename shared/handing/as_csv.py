"""CSV as RFC 4180 has it: CRLF, quotes where they are needed, UTF-8. Nothing is written as nothing, an empty text `""`.

Values are not changed, so a text that begins with `=` is a formula to whatever opens the file by a double click. Who
does not want that asks for `safe`, which puts a quote before such texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from shared.handing import texts
from shared.handing.table import Heading, Options, Table
from shared.kit.formulas import safe

BATCH = 1000  # rows of a piece
BOM = b"\xef\xbb\xbf"
_QUOTED = re.compile(r'[",\r\n]')

Written = Callable[[Any], str]


def write(table: Table, options: Options) -> Iterator[bytes]:
    if options.bom:
        yield BOM
    yield (",".join(each.name for each in table.headings) + "\r\n").encode()
    writers, rows = [_writer(each, options) for each in table.headings], iter(table.rows)
    while batch := list(islice(rows, BATCH)):
        columns = [list(map(write, cells)) for write, cells in zip(writers, zip(*batch, strict=True), strict=True)]
        lines = map(",".join, zip(*columns, strict=True))
        yield ("\r\n".join(lines) + "\r\n").encode("utf-8", "replace")


def _writer(heading: Heading, options: Options) -> Written:
    if heading.kind == "text":
        return _safe if options.safe else _text
    return writer_of(heading.kind)


def writer_of(kind: str) -> Written:
    """How values that are no texts are written."""
    return _WRITERS[kind]


def _text(value: str | None) -> str:
    if value is None:
        return ""
    if not value or _QUOTED.search(value):
        return '"' + value.replace('"', '""') + '"'
    return value


def _safe(value: Any) -> str:
    return "" if value is None else _text(safe(value))


def _whole(value: Any) -> str:
    return "" if value is None else str(value)


def _number(value: Any) -> str:
    """The shortest that is read as the same number; what is none is empty."""
    return repr(value) if value is not None and abs(value) < float("inf") else ""


def _amount(value: Any) -> str:
    return "" if value is None else texts.amount(value)


def _flag(value: Any) -> str:
    return "" if value is None else ("true" if value else "false")


def _day(value: Any) -> str:
    return "" if value is None else value.isoformat()


def _moment(value: Any) -> str:
    return "" if value is None else texts.moment(value)


_WRITERS: dict[str, Written] = {
    "int": _whole, "float": _number, "money": _amount, "bool": _flag, "date": _day, "time": _moment,
}  # fmt: skip
