"""What comes back: rows, what their columns are, how far they can be relied on, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.publishing.manifest import Stamp
from shared.questions.periods import Period
from shared.questions.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A column of the answer."""

    name: str
    kind: str
    meaning: str
    adds: bool | None = None
    unit: str = ""
    currency: str = ""  # EUR, for example; empty where each row names its own
    currency_in: str = ""  # the column that names it
    before: bool = False  # of the period compared with


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Whose days these are, and which of them are not done."""

    whose: str
    period: Period | None = None
    compared: Period | None = None
    today: date | None = None  # where it is among them: it fills up still
    moving_since: date | None = None  # from this day on figures still move, by what their past shows
    unknown_since: bool = False  # of some accounts it is not known yet when their figures stand still
    not_covered: tuple[date, ...] = ()  # not read, or not to their end


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    question: Question
    version: int
    stamp: Stamp
    columns: tuple[Shown, ...]
    rows: tuple[tuple[Any, ...], ...]
    rows_left_out: int  # more than the limit
    without_rate: tuple[tuple[str, int], ...] = ()  # amounts that are empty somewhere, and the rows that lack a part
    days: Days | None = None

    @property
    def is_complete(self) -> bool:
        return not self.rows_left_out
