"""A module for VBA, for where queries are not allowed. Windows alone has what it asks with. It is handed over as a text
to import, never in a workbook: macros in a workbook that was downloaded do not run. No key stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shared.handing import texts
from shared.handing.as_xlsx import sheet_name
from shared.handing.cells import format_of
from shared.handing.table import Heading
from shared.spreadsheets.source import Source

_SAME = Path(__file__).with_name("module.bas")
_LONGEST = 500  # characters of a line; the editor refuses more than 1,023
_TRIES, _LONGEST_PAUSE, _BLOCK = 4, 60, 5000


def module(source: Source) -> str:
    """In ASCII, with the line ends of Windows, as the editor imports it in every language."""
    columns = "\n".join(f"{each.name}\t{each.kind}\t{_format(each)}" for each in source.headings)
    head = (
        'Attribute VB_Name = "TributaryFeed"',
        "' Reads one feed of Tributary into a sheet of its own: run RefreshFeed. What it asks with is part of Windows.",
        "' The key is asked for once, and kept in memory until Excel is closed; it is written nowhere.",
        "Option Explicit",
        "",
        f"Private Const ADDRESS As String = {_quoted(source.address)}",
        f"Private Const TRIES As Long = {_TRIES}",
        f"Private Const LONGEST_PAUSE As Long = {_LONGEST_PAUSE}  ' seconds",
        f"Private Const BLOCK As Long = {_BLOCK}  ' rows that are written at once",
        "Private mKey As String",
        "",
        *function("FeedName", source.name),
        *function("FeedSheetName", sheet_name(source.name)),
        *function("FeedColumns", columns),
    )
    return "\r\n".join((*head, *_SAME.read_text("ascii").splitlines(), ""))


def function(name: str, value: str) -> Iterator[str]:
    """The lines of a function that answers this text, whatever is in it."""
    yield f"Private Function {name}() As String"
    line = ""
    for piece in _pieces(texts.legal(value)):
        if line and len(line) + len(piece) > _LONGEST:
            yield line
            line = ""
        line = f"{line} & {piece}" if line else f"    {name} = {name} & {piece}"
    if line:
        yield line
    yield "End Function"
    yield ""


def _pieces(value: str) -> Iterator[str]:
    """What is plain goes in quotes, and all else by its code."""
    plain = ""
    for character in value:
        if " " <= character <= "~":
            plain += character
            if len(plain) < 200:
                continue
        if plain:
            yield _quoted(plain)
            plain = ""
        if not " " <= character <= "~":
            units = character.encode("utf-16-le")
            yield from (f"ChrW({int.from_bytes(units[at : at + 2], 'little')})" for at in range(0, len(units), 2))
    if plain:
        yield _quoted(plain)


def _quoted(plain: str) -> str:
    return '"' + plain.replace('"', '""') + '"'


def _format(heading: Heading) -> str:
    if heading.kind == "bool":
        return "General"
    return "@" if heading.kind == "text" else format_of(heading)
