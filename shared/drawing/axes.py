"""What all pictures over days have: a grid with its figures, days that do not touch, the band of what settles."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from shared.drawing.days import Course
from shared.drawing.scale import Scale, ticks
from shared.drawing.svg import breadth, element, hint, number, text, within
from shared.drawing.words import Unit, day, tick
from shared.tongue.saying import say

FOOT, BESIDE = 26.0, 8.0
_APART = 58.0  # from the middle of a day's name to that of the next
_ROOM = 8.0  # from one gap to the next
_MOST = 62  # days up to which each has a place of its own for the mouse; beyond, the table has them


@dataclass(frozen=True)
class Frame:
    """Where a picture's figures stand within its width and height."""

    width: float
    left: float
    right: float
    top: float
    y: Scale
    course: Course
    x: Callable[[float], float]

    @property
    def bottom(self) -> float:
        return self.y.bottom

    @property
    def step(self) -> float:
        return self.x(1) - self.x(0)


def marks_for(values: Iterable[float | None], unit: Unit, wanted: int, from_zero: bool = True) -> tuple[float, ...]:
    told = [value for value in values if value is not None]
    low, high = (min(told), max(told)) if told else (0.0, 1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    return ticks(low, high, wanted, 1 if unit.kind == "count" else 0)


def room_for(marks: Iterable[float], unit: Unit) -> float:
    """What the figures beside the grid take."""
    return BESIDE + 2 + max(breadth(tick(mark, unit)) for mark in marks)


def grid(frame: Frame, unit: Unit) -> str:
    drawn = []
    for mark in frame.y.marks:
        at = frame.y(mark)
        kind = "base" if mark == 0 else "grid"
        drawn.append(element("path", class_=kind, d=f"M{number(frame.left)} {number(at)}H{number(frame.right)}"))
        drawn.append(text(frame.left - BESIDE, at + 4, tick(mark, unit), "t", "end"))
    return "".join(drawn)


def names_of_days(frame: Frame) -> str:
    """Mondays, as many as there is room for; of few days all."""
    days = frame.course.days
    mondays = [place for place, each in enumerate(days) if each.weekday() == 0]
    shown = mondays if len(mondays) > 1 and len(days) > 10 else list(range(len(days)))
    between = frame.step * (shown[1] - shown[0]) if len(shown) > 1 else _APART
    every = max(1, math.ceil(_APART / max(between, 0.01)))
    drawn = []
    for place in shown[::every]:
        x = frame.x(place)
        drawn.append(element("path", class_="tick", d=f"M{number(x)} {number(frame.bottom)}v4"))
        drawn.append(within(x, frame.bottom + 17, day(days[place]), 0, frame.width))
    return "".join(drawn)


def band(frame: Frame, until: float) -> str:
    """Behind the days whose figures may still move."""
    if not frame.course.settling:
        return ""
    since = max(frame.left, frame.x(frame.course.firm + 0.5))
    until = max(until, since + 1)
    words = say("settling")
    return element(
        "rect", class_="band", x=since, y=frame.top - 8, width=until - since, height=frame.bottom - frame.top + 8
    ) + text(max(until, breadth(words)), frame.top - 12, words, "t note", "end")


def _gap(frame: Frame, place: int, missing: str) -> str:
    """A small mark on the base line: there is no figure."""
    x = frame.x(place)
    where = f"M{number(x - 3)} {number(frame.bottom - 3)}l6 6m0 -6l-6 6"
    return element("path", hint(f"{frame.course.name(place)}: {say(missing)}"), class_="gone", d=where)


def gaps(frame: Frame, places: Sequence[int], missing: str) -> Iterator[str]:
    """Each for itself where there is room, else one for all that follow each other."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    for run in runs:
        shown = run if frame.step >= _ROOM else [run[len(run) // 2]]
        yield from (_gap(frame, place, missing) for place in shown)


def has_places(course: Course, size: str) -> bool:
    """Whether each day is told to the mouse, too."""
    return size != "s" and len(course.days) <= _MOST
