"""The days of a picture, or the Mondays of its weeks, and which of them are not done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.drawing.words import day
from shared.tongue.saying import kept, say

Values = Sequence[float | None]
STATES = {"today": kept("today"), "settling": kept("settling")}


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: Values
    slot: int = 1  # 1 to 8: the colour of the data


@dataclass(frozen=True, slots=True)
class Course:
    """`moving_since`: from this day on figures may still move. `today` is under way. Both may lie outside."""

    days: tuple[date, ...]
    moving_since: date | None = None
    today: date | None = None
    by_week: bool = False

    @property
    def under_way(self) -> int | None:
        """The place of today, which is the last one if it is there at all."""
        return len(self.days) - 1 if self.days and self.days[-1] == self.today else None

    @property
    def firm(self) -> int:
        """The last place whose figures are at rest; -1: none is."""
        last = len(self.days) - 1 - (self.under_way is not None)
        if self.moving_since is None:
            return last
        return min(last, sum(each < self.moving_since for each in self.days) - 1)

    @property
    def settling(self) -> bool:
        return self.firm < len(self.days) - 1 - (self.under_way is not None)

    def state(self, place: int) -> str:
        if place == self.under_way:
            return "today"
        return "settling" if place > self.firm else ""

    def name(self, place: int) -> str:
        """A row or a bar by its name."""
        when, state = self.days[place], self.state(place)
        words = say("week of %(day)s", day=day(when)) if self.by_week else day(when, weekday=True)
        return f"{words}, {say(STATES[state])}" if state else words
