"""Whether everybody who answers says what BigQuery's stand-in says: twenty questions, asked of all of them.

What was published is asked at hand; programs, spreadsheets and agents ask through doors (`doors.py`) of their own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from infra.demo.doors import Door, cells, kinds_of, without_blanks
from infra.demo.questions import Asked, twenty
from shared.publishing.at_hand import AtHand, Shelf
from shared.publishing.published import Published
from shared.questions.answer import Answer
from shared.questions.ask import ask
from shared.questions.engine import Engine
from shared.questions.periods import Calendar
from shared.questions.question import MOST_ROWS
from shared.stores.bigquery_rows import Rows
from shared.stores.installation import Stores
from shared.stores.narrowed import NarrowedObjects
from shared.warehouse import names

NEAR = 1e-9  # between quotients: GoogleSQL's of amounts have nine digits
PUBLISHED = "published"
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """One question, one who answered: how many rows, those that only they gave, and those that they did not give."""

    about: str
    way: str
    rows: int
    alone: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def equal(self) -> bool:
        return not self.alone and not self.lacking


def at_hand(stores: Stores, workspace: str, folder: Path) -> AtHand | None:
    """The newest published version, in this folder."""
    objects = NarrowedObjects(stores.settings, stores.clock)
    return Shelf(Published(stores.documents, objects.of), folder).fetch(workspace) if stores.published else None


def compare(
    stores: Stores, workspace: str, there: AtHand, today: date, doors: Iterable[Door] = ()
) -> Iterator[Answered]:
    """Each of the twenty, in their order: what is published, and what each door says, beside BigQuery's own answer."""
    engine, calendar = Engine(), Calendar(today)
    rows, dataset = Rows(stores.bigquery, stores.settings.project), names.marts(workspace)
    opened = tuple(doors)
    for one in twenty(today):
        answer = ask(replace(one.question, limit=MOST_ROWS), there, calendar, engine)
        theirs = [tuple(row.values()) for row in rows.query(one.sql.format(marts=dataset))]
        yield beside(one.about, PUBLISHED, answer.rows, theirs)
        yield from through(one, answer, theirs, opened)


def through(one: Asked, answer: Answer, truth: Sequence[Row], doors: Iterable[Door]) -> Iterator[Answered]:
    """What each door says beside what is true. `answer` tells what the columns are."""
    question, kinds = replace(one.question, limit=MOST_ROWS), kinds_of(answer)
    for door in doors:
        for way, told in door(question, kinds):
            yield beside(one.about, way, cells(told, kinds), without_blanks(truth))


def beside(about: str, way: str, told: Sequence[Row], truth: Sequence[Row]) -> Answered:
    return Answered(about, way, len(told), *apart(told, truth))


def apart(ours: Iterable[Row], theirs: Iterable[Row]) -> tuple[tuple[str, ...], ...]:
    """What either has alone, in whatever order the rows come."""
    left, right = (sorted((tuple(map(_plain, row)) for row in rows), key=repr) for rows in (ours, theirs))
    if len(left) == len(right) and all(_same(*pair) for pair in zip(left, right, strict=True)):
        return (), ()
    alone = []
    for row in left:  # each has one fellow: a row that is there twice is not the same as once
        place = next((number for number, other in enumerate(right) if _same(row, other)), None)
        if place is None:
            alone.append(str(row))
        else:
            del right[place]
    return tuple(alone), tuple(map(str, right))


def _same(one: Row, other: Row) -> bool:
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
