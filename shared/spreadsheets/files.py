"""What is made of a feed for spreadsheets, by the names that people save it under."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.handing.formats import FORMATS
from shared.spreadsheets import m, sheets, vba, workbook
from shared.spreadsheets.source import Source
from shared.spreadsheets.steps import steps


@dataclass(frozen=True, slots=True)
class File:
    name: str
    kind: str  # Content-Type
    about: str  # for whom it is
    made: Callable[[Source, str], bytes]  # the second: the project that has the figures in BigQuery


_TEXT = "text/plain; charset=utf-8"
FILES: Mapping[str, File] = {
    each.name: each
    for each in (
        File("workbook.xlsx", FORMATS["xlsx"].kind, "Excel: opens, asks, refreshes", lambda it, _: workbook.write(it)),
        File("power-query.pq", _TEXT, "Power BI, and Excel's advanced editor", lambda it, _: m.query(it).encode()),
        File("module.bas", _TEXT, "Excel where queries are not allowed: VBA", lambda it, _: vba.module(it).encode()),
        File("apps-script.gs", _TEXT, "Google Sheets", lambda it, _: sheets.script(it).encode()),
        File("steps.md", _TEXT, "What to click, for each of them", lambda it, project: steps(it, project).encode()),
    )
}


def saved_as(source: Source, file: File) -> str:
    """A name that says of which feed it is, for a header and for every file system."""
    stem, _, suffix = file.name.rpartition(".")
    return f"{source.workspace}-{source.feed}-{stem}.{suffix}"
