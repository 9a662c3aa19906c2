"""Weekday by hour, in six steps of one colour at round cuts. An hour of which nothing is told is an outline."""

from __future__ import annotations

from collections.abc import Sequence

from shared.drawing.beneath import Table
from shared.drawing.days import Values
from shared.drawing.scale import rounded
from shared.drawing.svg import SIZES, element, hint, picture, text
from shared.drawing.words import NOT_READ, Unit, figure
from shared.tongue.forms import WEEKDAYS
from shared.tongue.saying import say

Hours = Sequence[Values]  # seven days from Monday on, each with 24 hours
LEFT, HEAD, TALL = 38.0, 22.0, 22.0
STEPS = 6


def heat(key: str, size: str, title: str, told: str, hours: Hours, unit: Unit, missing: str = NOT_READ) -> str:
    width = float(SIZES[size])
    cell = (width - LEFT) / 24
    tall, cuts, best = (TALL if size == "s" else max(cell * 0.82, TALL)), cuts_of(hours), best_of(hours)
    drawn = [text(LEFT + cell * hour + 1, 13, f"{hour:02d}:00") for hour in range(0, 24, 6 if size == "s" else 3)]
    ring = ""
    for place, row in enumerate(hours):
        top = HEAD + tall * place
        drawn.append(text(0, top + tall / 2 + 4, say(WEEKDAYS[place])))
        for hour, value in enumerate(row):
            left = LEFT + cell * hour
            kind = "q" if value is None else f"q q{sum(value >= cut for cut in cuts)}"
            said = f"{named(place, hour)}: {figure(value, unit, missing)}"
            drawn.append(
                element("rect", hint(said), class_=kind, x=left + 1, y=top + 1, width=cell - 2, height=tall - 2)
            )
            if (place, hour) == best:
                ring = element("rect", class_="ring", x=left, y=top, width=cell, height=tall)
    height = HEAD + tall * len(hours) + 2
    return picture("heat", size, key, title, told, width, height, "".join(drawn) + ring)


def cuts_of(hours: Hours) -> tuple[float, ...]:
    """Where a step begins: five round ones, or fewer where values lie close together."""
    told = [value for row in hours for value in row if value is not None]
    if not told or max(told) <= 0:
        return ()
    low, high = min(told), max(told)
    step = (high - max(low, 0.0)) / STEPS or high / STEPS
    found = (rounded(max(low, 0.0) + step * number) for number in range(1, STEPS))
    return tuple(dict.fromkeys(cut for cut in found if cut > 0))


def best_of(hours: Hours) -> tuple[int, int] | None:
    """The hour with the most; None: nothing is told, or it is nothing everywhere."""
    told = [(value, -place, -hour) for place, row in enumerate(hours) for hour, value in enumerate(row) if value]
    if not told:
        return None
    _, place, hour = max(told)
    return -place, -hour


def named(place: int, hour: int) -> str:
    return say(
        "%(weekday)s %(begins)s to %(ends)s",
        weekday=say(WEEKDAYS[place]),
        begins=f"{hour:02d}:00",
        ends=f"{hour + 1:02d}:00",
    )


def told_of(hours: Hours, unit: Unit) -> str:
    best = best_of(hours)
    if best is None:
        return say("Nothing in any hour.")
    return say("Most %(hour)s, %(figure)s.", hour=named(*best), figure=figure(hours[best[0]][best[1]], unit))


def hours_beneath(hours: Hours, unit: Unit, missing: str = NOT_READ) -> Table:
    """The same as a table: a row for each hour, so that it is not broader than a phone."""
    return Table((say("Hour"), *(say(each) for each in WEEKDAYS[: len(hours)])), tuple(
        (f"{hour:02d}:00", *(figure(row[hour], unit, missing) for row in hours)) for hour in range(24)
    ))  # fmt: skip
