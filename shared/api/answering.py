"""Questions to what is published of a workspace, and their answers as the API tells them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from shared.api import paging, shapes, workspaces
from shared.api.desk import Call, Desk
from shared.api.problems import Failure
from shared.kit.calendar import day_in, is_zone
from shared.publishing.at_hand import AtHand
from shared.questions.answer import Answer, Shown
from shared.questions.ask import ask
from shared.questions.periods import Calendar
from shared.questions.query_string import write as as_address
from shared.questions.question import MOST_ROWS, Question
from shared.sync.data_changes import note_look

T = TypeVar("T")
EDITION = (
    "1"  # of how answers are told: raised when the same answer is told otherwise, so that nobody keeps the old one
)


class Unchanged(Exception):
    """Whoever asks has this very answer already."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


def today(desk: Desk, call: Call) -> date:
    zone = call.workspace.zone
    return day_in(zone if is_zone(zone) else "UTC", desk.clock.now())


def calendar(desk: Desk, call: Call) -> Calendar:
    return Calendar(today(desk, call), call.workspace.fiscal_year_start)


def read(desk: Desk, call: Call, work: Callable[[AtHand], T]) -> T:
    """What `work` makes of the newest version; whoever asks has it kept up to date."""
    note_look(desk.documents, desk.clock, call.workspace.id)
    found = desk.shelf.read(call.workspace.id, work)
    if found is None:
        raise Failure(
            503, "not-published", "Nothing is published of this workspace yet; it is on its way.",
            headers={"Retry-After": "60"},
        )  # fmt: skip
    return found


def etag_of(there: AtHand, day: date, *asked: Any) -> str:
    said = [EDITION, there.manifest.version, there.manifest.stamp.as_of, day, *asked]
    return f'"{sha256(msgspec.json.encode(said)).hexdigest()[:32]}"'


def unless_known(call: Call, etag: str) -> None:
    if etag in call.known:
        raise Unchanged(etag)


def answer(desk: Desk, call: Call, question: Question, cursor: str = "") -> tuple[shapes.Data, str]:
    """One page of rows, with where they go on; and its ETag. Pages are of one version, or the list begins anew."""
    return read(desk, call, lambda there: _answer(desk, call, there, question, cursor))


def _answer(desk: Desk, call: Call, there: AtHand, question: Question, cursor: str) -> tuple[shapes.Data, str]:
    days = calendar(desk, call)
    place = paging.read(cursor, paging.Place)
    digest = sha256(as_address(question).encode()).hexdigest()[:16]
    if place is not None and (place.version != there.manifest.version or place.asked != digest or place.rows < 1):
        raise Failure(409, "newer-data", "There is newer data, or another question: begin without a cursor.")
    begin = place.rows if place else 0
    etag = etag_of(there, days.today, question, begin)
    unless_known(call, etag)
    most = min(begin + question.limit, MOST_ROWS)
    found = ask(msgspec.structs.replace(question, limit=most), there, days, desk.engine)
    data = told(found, question, begin)
    if found.rows_left_out and most < MOST_ROWS:
        onward = paging.write(paging.Place(there.manifest.version, digest, most))
        data = msgspec.structs.replace(data, next=onward)
    return data, etag


def whole(desk: Desk, call: Call, question: Question, *asked: Any) -> tuple[Answer, str]:
    """All rows that the question allows, as they were answered; and the ETag of a file made of them. `asked`: what of
    the file is besides the question."""
    return read(desk, call, lambda there: _whole(desk, call, there, question, asked))


def _whole(desk: Desk, call: Call, there: AtHand, question: Question, asked: tuple[Any, ...]) -> tuple[Answer, str]:
    days = calendar(desk, call)
    etag = etag_of(there, days.today, question, *asked)
    unless_known(call, etag)
    return ask(question, there, days, desk.engine), etag


def told(found: Answer, question: Question, begin: int = 0) -> shapes.Data:
    names = [_name(each) for each in found.columns]
    days = found.days
    return shapes.Data(
        question=as_address(question),
        published=workspaces.stamped(found.version, found.stamp),
        columns=[
            shapes.ColumnTold(
                name=_name(each),
                kind=each.kind,
                meaning=each.meaning,
                adds=each.adds,
                unit=each.unit,
                currency=each.currency,
                currency_in=each.currency_in,
            )
            for each in found.columns
        ],
        rows=[dict(zip(names, row, strict=True)) for row in found.rows[begin:]],
        complete=found.is_complete,
        rows_left_out=found.rows_left_out,
        without_rate=dict(found.without_rate),
        days=None
        if days is None
        else shapes.DaysTold(
            whose=days.whose,
            first=days.period.first if days.period else None,
            last=days.period.last if days.period else None,
            compared_first=days.compared.first if days.compared else None,
            compared_last=days.compared.last if days.compared else None,
            today=days.today,
            moving_since=days.moving_since,
            not_covered=list(days.not_covered),
        ),
    )


def _name(column: Shown) -> str:
    """Of the period compared with, a column has the name of its fellow and `_before`."""
    return f"{column.name}_before" if column.before else column.name
