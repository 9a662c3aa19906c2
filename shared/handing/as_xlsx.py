"""A workbook: the answer on one sheet, and on another what is known about it. Written piece by piece, so that a hundred
thousand rows take no more memory than a thousand; the same answer gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, repeat
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from shared.handing import texts
from shared.handing.cells import HEADER, Cell, Styles, letters, text, writer
from shared.handing.parts import parts
from shared.handing.table import Heading, Options, Table, TooLong

MOST_ROWS, MOST_CHARACTERS, LONGEST_NAME = 1_048_576, 32_767, 31  # of a sheet, a cell, a sheet's name
ABOUT = "About"
BATCH = 500
LEVEL = 3  # of compression: more takes longer than it saves
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_UNFIT = re.compile(r"[\[\]:*?/\\]")
_WIDTHS = {"text": 24, "date": 12, "time": 20, "bool": 8}


class _Pieces:
    """Where the archive is written to: what came since one looked is taken away."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._kept.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """It is taken away by whoever looks."""

    def taken(self) -> bytes:
        taken = b"".join(self._kept)
        self._kept.clear()
        return taken


def check(table: Table) -> None:
    """Before the first byte leaves: whether a sheet holds it all."""
    count = len(table.rows)
    if count >= MOST_ROWS:
        raise TooLong(f"A sheet holds {MOST_ROWS - 1:,} rows, and these are {count:,}.", "Ask for fewer, or for CSV.")
    for place in table.texts:
        for number, row in enumerate(table.rows, 2):
            cell = row[place]
            if cell is not None and len(cell) > MOST_CHARACTERS // 2 and _units(cell) > MOST_CHARACTERS:
                name = table.headings[place].name
                sentence = (
                    f"A cell holds {MOST_CHARACTERS:,} characters; {name} in row {number:,} has {_units(cell):,}."
                )
                raise TooLong(sentence, "Ask for CSV, or without it.")


def _units(value: str) -> int:
    """Characters as Excel counts them."""
    return len(value.encode("utf-16-le", "replace")) // 2


def write(table: Table, _: Options) -> Iterator[bytes]:
    pieces, styles = _Pieces(), Styles()
    names = (sheet_name(table.name), ABOUT)
    with ZipFile(pieces, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:  # type: ignore[call-overload]
        for number, sheet in enumerate((table, _about(table)), 1):
            with archive.open(entry(f"xl/worksheets/sheet{number}.xml"), "w") as file:
                for part in worksheet(sheet, styles):
                    file.write(part.encode())
                    yield pieces.taken()
        for name, content in parts(names, styles):
            with archive.open(entry(name), "w") as file:
                file.write(content.encode())
    yield pieces.taken()


def entry(name: str) -> ZipInfo:
    """Without the time, which would make each file another one."""
    made = ZipInfo(name)
    made.compress_type = ZIP_DEFLATED
    made._compresslevel = LEVEL  # type: ignore[attr-defined]
    return made


def sheet_name(name: str) -> str:
    """What a sheet may be called."""
    fit = _UNFIT.sub(" ", texts.legal(name)).replace("\n", " ").replace("\r", " ").replace("\t", " ")
    while len(fit.encode("utf-16-le")) > 2 * LONGEST_NAME:
        fit = fit[:-1]
    fit = fit.strip().strip("'").strip()
    return "Answer" if not fit or fit.lower() in ("history", ABOUT.lower()) else fit


def _about(table: Table) -> Table:
    """One fact a line; after them what each column is."""
    facts: list[Sequence[Any]] = [(name.replace("_", " "), texts.told(fact)) for name, fact in table.about.items()]
    columns = [(each.name, described(each)) for each in table.headings]
    headings = tuple(Heading(name=name, kind="text") for name in ("what", "it_is"))
    return Table(name=ABOUT, headings=headings, rows=[*facts, *columns], about={})


def described(heading: Heading) -> str:
    beside = f"in the currency of {heading.currency_in}" if heading.currency_in else heading.currency
    return ", ".join(filter(None, (heading.meaning or heading.kind, heading.unit, beside)))


def worksheet(table: Table, styles: Styles, after: str = "") -> Iterator[str]:
    """`after`: what stands behind the rows."""
    names = letters(len(table.headings))
    yield from _beginning(table.headings)
    heads = (
        f'<c r="{name}1" s="{HEADER}" t="inlineStr"><is>{text(each.name)}</is></c>'
        for name, each in zip(names, table.headings, strict=True)
    )
    yield _row(1, heads)
    writers = [writer(each, name, styles) for each, name in zip(table.headings, names, strict=True)]
    rows = enumerate(table.rows, 2)
    while batch := list(islice(rows, BATCH)):
        yield "".join([_row(number, map(_written, writers, row, repeat(number))) for number, row in batch])
    yield f"</sheetData>{after}</worksheet>"


def _written(write: Cell, value: Any, number: int) -> str:
    return write(value, number)


def _row(number: int, cells: Iterable[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _beginning(headings: Iterable[Heading]) -> Iterator[str]:
    """The first row stays in sight."""
    widths = (_WIDTHS.get(each.kind, 14) for each in headings)
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, 1)
    )
    yield (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}"><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews>{f'<cols>{columns}</cols>' if columns else ''}<sheetData>"
    )
