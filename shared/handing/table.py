"""What is handed over: headings, rows, and what is to be known about them. The same for every format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.questions import query_string
from shared.questions.answer import Answer, Days, Shown

Row = Sequence[Any]
Fact = str | int | date | datetime | Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column. Its name is ours: small letters, digits and underscores."""

    name: str
    kind: str  # text, int, float, money, bool, date, time
    meaning: str = ""
    unit: str = ""
    currency: str = ""  # EUR, for example; empty where each row names its own
    currency_in: str = ""  # the column that names it


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    name: str
    headings: tuple[Heading, ...]
    rows: Sequence[Row]
    about: Mapping[str, Fact]  # what is known of the rows, in the order in which it is told

    @property
    def texts(self) -> tuple[int, ...]:
        """The places of columns that hold texts of others."""
        return tuple(place for place, each in enumerate(self.headings) if each.kind == "text")


@dataclass(frozen=True, slots=True)
class Options:
    """What whoever asks can choose."""

    safe: bool = False  # CSV: no cell begins a formula, at the price of a quote before such texts
    bom: bool = False  # CSV: with the mark by which Excel knows UTF-8


class TooLong(Exception):
    """The format cannot hold all of it, so nothing is handed over; the sentence says how much there is."""

    def __init__(self, sentence: str, way_out: str) -> None:
        super().__init__(f"{sentence} {way_out}")
        self.sentence, self.way_out = sentence, way_out


def of_answer(name: str, answer: Answer) -> Table:
    return Table(name=name, headings=tuple(map(heading, answer.columns)), rows=answer.rows, about=dict(_facts(answer)))


def heading(shown: Shown) -> Heading:
    return Heading(
        name=f"{shown.name}_before" if shown.before else shown.name,
        kind=shown.kind,
        meaning=f"{shown.meaning}, in the period compared with" if shown.before else shown.meaning,
        unit=shown.unit,
        currency=shown.currency,
        currency_in=shown.currency_in,
    )


def _facts(answer: Answer) -> Iterator[tuple[str, Fact]]:
    stamp = answer.stamp
    yield "version", answer.version
    yield "as_of", stamp.as_of
    if stamp.proved_until is not None:
        yield "proved_until", stamp.proved_until
    for name, told in (("differs", stamp.differs), ("missing", stamp.missing), ("loading", stamp.loading)):
        if told:
            yield name, told
    yield "rows", len(answer.rows)
    yield "rows_left_out", answer.rows_left_out
    if answer.without_rate:
        yield "without_rate", [f"{name}: {count}" for name, count in answer.without_rate]
    if answer.days is not None:
        yield from _of_days(answer.days)
    yield "question", query_string.write(answer.question)


def _of_days(days: Days) -> Iterator[tuple[str, Fact]]:
    yield "days_are", days.whose
    for name, period in (("", days.period), ("compared_", days.compared)):
        if period is not None:
            yield f"{name}from", period.first
            yield f"{name}until", period.last
    if days.today is not None:
        yield "not_over_yet", days.today
    if days.moving_since is not None:
        yield "moving_since", days.moving_since
    if days.not_covered:
        yield "not_read", [day.isoformat() for day in days.not_covered]
