"""A list as a file: the rows of a page as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.console.saved import as_json, lines
from shared.console.web import Reply, Visit

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
        return Reply(json=as_json({self.name: list(self.rows), **onward}))

    def as_csv(self) -> Reply:
        """Texts of others are never the beginning of a formula."""
        rows = ([row[head] for head in self.heads] for row in self.rows)
        return Reply(saved=(f"{self.name}.csv", lines(self.heads, rows)))


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
