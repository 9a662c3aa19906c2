"""Whether what was published answers as BigQuery's stand-in does: twenty questions, asked of both."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from infra.demo.questions import twenty
from shared.publishing.at_hand import AtHand, Shelf
from shared.publishing.published import Published
from shared.questions.ask import ask
from shared.questions.engine import Engine
from shared.questions.periods import Calendar
from shared.stores.bigquery_rows import Rows
from shared.stores.installation import Stores
from shared.stores.narrowed import NarrowedObjects
from shared.warehouse import names

NEAR = 1e-9  # between quotients: GoogleSQL's of amounts have nine digits


@dataclass(frozen=True, slots=True)
class Answered:
    """One question: how many rows have an answer, and those that only one of the two gave."""

    about: str
    rows: int
    published: tuple[str, ...]
    asked: tuple[str, ...]

    @property
    def equal(self) -> bool:
        return not self.published and not self.asked


def at_hand(stores: Stores, workspace: str, folder: Path) -> AtHand | None:
    """The newest published version, in this folder."""
    objects = NarrowedObjects(stores.settings, stores.clock)
    return Shelf(Published(stores.documents, objects.of), folder).fetch(workspace) if stores.published else None


def compare(stores: Stores, workspace: str, there: AtHand, today: date) -> list[Answered]:
    """Each of the twenty, in their order."""
    engine, calendar = Engine(), Calendar(today)
    rows, dataset = Rows(stores.bigquery, stores.settings.project), names.marts(workspace)
    found = []
    for one in twenty(today):
        ours = ask(one.question, there, calendar, engine).rows
        theirs = [tuple(row.values()) for row in rows.query(one.sql.format(marts=dataset))]
        found.append(Answered(one.about, len(ours), *apart(ours, theirs)))
    return found


def apart(ours: Iterable[tuple[Any, ...]], theirs: Iterable[tuple[Any, ...]]) -> tuple[tuple[str, ...], ...]:
    """What either has alone, in whatever order the rows come."""
    left, right = (sorted((tuple(map(_plain, row)) for row in rows), key=repr) for rows in (ours, theirs))
    if len(left) == len(right) and all(_same(*pair) for pair in zip(left, right, strict=True)):
        return (), ()
    return tuple(_only(left, right)), tuple(_only(right, left))


def _only(some: list[tuple[Any, ...]], others: list[tuple[Any, ...]]) -> Iterator[str]:
    return (str(row) for row in some if not any(_same(row, other) for other in others))


def _same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return len(one) == len(other) and all(map(_equal, one, other))


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        return one is not None and other is not None and math.isclose(one, other, rel_tol=NEAR, abs_tol=NEAR)
    return bool(one == other)


def _plain(cell: Any) -> Any:
    """Whole numbers and amounts are compared exactly, whatever type they came in."""
    if isinstance(cell, bool) or cell is None:
        return cell
    if isinstance(cell, datetime):
        return cell.date()
    return Decimal(cell).normalize() if isinstance(cell, int | Decimal) else cell
