"""What answers each route: from the kept question and the wishes in the address to a table."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import msgspec

from shared.feeds.call import Asked
from shared.feeds.library import Library
from shared.feeds.narrowing import narrowed, summed
from shared.feeds.opening import Opening
from shared.handing.table import Heading, Table, TooLong, of_answer
from shared.questions import catalogue, parse
from shared.questions.answer import Answer
from shared.questions.catalogue import Column
from shared.questions.periods import Calendar
from shared.questions.question import MOST_ROWS, Question
from shared.questions.rules import check

WRITTEN_AS = 1  # raised when the same answer is written in another way


class NothingYet(Exception):
    """Nothing is published of the workspace; it was asked for."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """As much as is known before anything is read of what is published."""

    opening: Opening
    asked: Asked
    question: Question
    calendar: Calendar


def prepared(opening: Opening, asked: Asked, calendar: Calendar, summary: bool) -> Prepared:
    """Raises Refusal where it has no answer."""
    question = narrowed(parse.parse(opening.question), asked.wishes, calendar)
    if summary:
        question = summed(question, calendar)
    check(question, calendar)
    return Prepared(opening, asked, question, calendar)


def mark(ready: Prepared, version: str) -> str:
    """The entity tag: two answers that have the same are the same to the byte, and that of another day is another."""
    told = (
        WRITTEN_AS,
        version,
        ready.opening.name,
        msgspec.json.encode(ready.question).decode(),
        ready.asked.format,
        ready.asked.options.safe,
        ready.asked.options.bom,
        ready.calendar.today.isoformat(),
        _catalogue(),
    )
    return f'"{hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32]}"'


@cache
def _catalogue() -> str:
    """Meanings and units are part of what is handed over."""
    return hashlib.sha256(catalogue.FILE.read_bytes()).hexdigest()


def answered(library: Library, ready: Prepared) -> tuple[Table, Answer]:
    """Raises TooLong where rows would be left out that nobody wished to leave out."""
    answer = library.ask(ready.opening.workspace, ready.question, ready.calendar)
    if answer is None:
        raise NothingYet
    if answer.rows_left_out and ready.question.limit == MOST_ROWS:
        count = len(answer.rows) + answer.rows_left_out
        raise TooLong(
            f"A feed holds {MOST_ROWS:,} rows, and these are {count:,}.",
            "Ask for fewer days or dimensions, or coarser.",
        )
    table = of_answer(ready.opening.name, answer)
    return replace(table, about={"feed": ready.opening.name, **table.about}), answer


_COLUMNS = (
    Heading(name="name", kind="text", meaning="As the address and the file call it"),
    Heading(name="role", kind="text", meaning="metric, or dimension"),
    Heading(name="kind", kind="text", meaning="What its values are"),
    Heading(name="unit", kind="text", meaning="Of numbers"),
    Heading(name="adds_up", kind="bool", meaning="Whether numbers of it may be added up"),
    Heading(name="meaning", kind="text", meaning="What it is"),
)


def described(ready: Prepared) -> Table:
    """The columns that a feed has."""
    question, mart = ready.question, catalogue.marts()[ready.question.mart]
    checked = check(question, ready.calendar)
    day = (mart.day,) if checked.grain.value != "none" else ()
    names = dict.fromkeys((*day, *question.dimensions, *question.measures))
    return Table(
        name=ready.opening.name,
        headings=_COLUMNS,
        rows=[_described(mart.columns[name]) for name in names],
        about={"feed": ready.opening.name, "mart": mart.name, "meaning": mart.meaning, "told_by": checked.grain.value},
    )


def _described(column: Column) -> tuple[str | bool | None, ...]:
    role = "metric" if column.is_measure else "dimension"
    return column.name, role, column.kind, column.unit or None, column.adds, column.meaning


def told_of(answer: Answer) -> Mapping[str, str]:
    """The stamp, as headers; the names of streams in it are ours."""
    stamp = answer.stamp
    told = {
        "Tributary-Version": str(answer.version),
        "Tributary-As-Of": stamp.as_of.isoformat(),
        "Tributary-Proved-Until": stamp.proved_until.isoformat() if stamp.proved_until else "",
        "Tributary-Rows": str(len(answer.rows)),
        "Tributary-Rows-Left-Out": str(answer.rows_left_out),
        **{
            f"Tributary-{name}": str(len(streams))
            for name, streams in (("Differs", stamp.differs), ("Missing", stamp.missing), ("Loading", stamp.loading))
        },
    }
    return {name: value for name, value in told.items() if value}
