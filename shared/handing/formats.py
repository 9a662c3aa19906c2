"""The formats by name, and the one way to write one: `hand(table, "csv")`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from shared.handing import as_csv, as_json, as_xlsx, as_xml
from shared.handing.table import Options, Table

PLAIN = Options()


def _holds_all(_: Table) -> None:
    """Texts have no limit."""


@dataclass(frozen=True, slots=True)
class Format:
    name: str  # also the suffix of a file
    kind: str  # Content-Type
    write: Callable[[Table, Options], Iterator[bytes]]
    check: Callable[[Table], None] = _holds_all


FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format("json", "application/json", as_json.write),
        Format("csv", "text/csv; charset=utf-8", as_csv.write),
        Format("xml", "application/xml; charset=utf-8", as_xml.write),
        Format(
            "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx.write, as_xlsx.check
        ),
    )
}


def hand(table: Table, name: str, options: Options = PLAIN) -> Iterator[bytes]:
    """Piece by piece. Raises TooLong at once, before there is a piece, where the format cannot hold all of it."""
    found = FORMATS[name]
    found.check(table)
    return found.write(table, options)
