"""For Google Sheets: a script that is pasted into the sheet's own editor, and the formula for a link."""

from __future__ import annotations

import json
from pathlib import Path

from shared.handing import texts
from shared.handing.as_xlsx import sheet_name
from shared.handing.cells import format_of
from shared.handing.table import Heading
from shared.spreadsheets.source import Source

_SAME = Path(__file__).with_name("apps-script.gs")
_ABOUT = """/**
 * Reads one feed of Tributary into a sheet of its own: Extensions, Apps Script, paste, save, and open the sheet anew.
 * The key is entered by the menu Tributary. It stands neither here nor in the sheet.
 */"""


def script(source: Source) -> str:
    told = {
        "id": source.feed,
        "name": texts.legal(source.name),
        "sheet": sheet_name(source.name),
        "address": source.address,
        "columns": [{"name": each.name, "kind": each.kind, "format": _format(each)} for each in source.headings],
    }
    return f"{_ABOUT}\nconst FEED = {_literal(told)};\n\n{_SAME.read_text('ascii')}"


def formula(address: str) -> str:
    """`address`: of a feed by link, with its key. Everybody who sees the sheet sees it."""
    return f'=IMPORTDATA("{address}&safe=1")'


def _literal(value: object) -> str:
    """In ASCII, and without what would end a script on a page."""
    return json.dumps(value, ensure_ascii=True).replace("<", "\\u003c").replace(">", "\\u003e")


def _format(heading: Heading) -> str:
    return "General" if heading.kind in ("text", "bool") else format_of(heading)
