"""A list as a file: the rows of a page as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from shared.console.web import Reply, Visit

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|[\t\r\n\x00]")
SHOWN = 50  # rows of one page


@dataclass(frozen=True, slots=True)
class Listed:
    """`name`: of the file. Each row has all of the heads. `onward`: where it goes on, if not all is told."""

    name: str
    heads: tuple[str, ...]
    rows: Sequence[Mapping[str, object]]
    onward: str = ""

    def as_json(self) -> Reply:
        onward = {"after": self.onward} if self.onward else {}
        return Reply(json=orjson.dumps({self.name: [_utc(row) for row in self.rows], **onward}))

    def as_csv(self) -> Reply:
        """Texts of others are never the beginning of a formula."""
        said = io.StringIO()
        write = csv.writer(said, lineterminator="\r\n")
        write.writerow(self.heads)
        write.writerows([safe(_cell(row[head])) for head in self.heads] for row in self.rows)
        return Reply(saved=(f"{self.name}.csv", said.getvalue().encode()))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list, as one page shows it; `number`: of the page, from 1 on."""

    number: int
    more: bool

    @property
    def since(self) -> int:
        return (self.number - 1) * SHOWN


def part_of(visit: Visit, count: int) -> Part:
    """Which page is asked for, of a list so long."""
    said = visit.query.get("page", "1")
    number = int(said) if said.isascii() and said.isdigit() and 0 < len(said) < 6 else 1
    number = max(1, min(number, -(-count // SHOWN)))
    return Part(number, count > number * SHOWN)


def safe(words: str) -> str:
    return f"'{words}" if _FORMULA.match(words) else words


def _utc(row: Mapping[str, object]) -> dict[str, object]:
    return {name: each.astimezone(UTC) if isinstance(each, datetime) else each for name, each in row.items()}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
