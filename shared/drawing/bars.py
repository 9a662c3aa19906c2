"""Amounts by day, standing on zero. A thin mark says what it was in the period before."""

from __future__ import annotations

from collections.abc import Iterator

from shared.drawing.axes import FOOT, Frame, band, gaps, grid, marks_for, names_of_days, room_for
from shared.drawing.days import Course, Values
from shared.drawing.scale import Scale
from shared.drawing.svg import SIZES, element, hint, number, picture
from shared.drawing.words import NOT_READ, Unit, figure

HEIGHT, TOP = 208.0, 24.0
BROADEST = 26.0


def bars(
    key: str, size: str, title: str, told: str, course: Course, values: Values, unit: Unit, slot: int = 1,
    before: Values = (), missing: str = NOT_READ,
) -> str:  # fmt: skip
    width = float(SIZES[size])
    marks = marks_for((*values, *before), unit, 4)
    left, right = room_for(marks, unit), width - 4
    step = (right - left) / max(len(values), 1)

    def x(place: float) -> float:
        return left + step * (place + 0.5)

    frame = Frame(width, left, right, TOP, Scale(marks, HEIGHT - FOOT, TOP), course, x)
    end = right - step if course.under_way is not None else right
    drawn = [band(frame, end), grid(frame, unit), names_of_days(frame)]
    drawn.extend(gaps(frame, [place for place, value in enumerate(values) if value is None], missing))
    for place, value in enumerate(values):
        drawn.extend(_bar(frame, place, value, unit, slot))
        was = before[place] if before else None
        if was is not None:
            drawn.extend(_mark(frame, place, was))
    return picture("bars", size, key, title, told, width, HEIGHT, "".join(drawn))


def _bar(frame: Frame, place: int, value: float | None, unit: Unit, slot: int) -> Iterator[str]:
    if value is None:
        return
    words = frame.course.name(place)
    broad = min(frame.step * 0.7, BROADEST)
    top, foot = sorted((frame.y(value), frame.y(0)))
    tall = max(foot - top, 1.0)
    kind = {"today": "today", "settling": "soft"}.get(frame.course.state(place), "")
    yield element(
        "rect", hint(f"{words}: {figure(value, unit)}"), class_=f"bar s{slot} {kind}".rstrip(),
        x=frame.x(place) - broad / 2, y=foot - tall if value >= 0 else top, width=broad, height=tall,
    )  # fmt: skip


def _mark(frame: Frame, place: int, was: float) -> Iterator[str]:
    """With a little paper around it where bars are broad enough to hide it."""
    half = frame.step * 0.44
    where = f"M{number(frame.x(place) - half)} {number(frame.y(was))}h{number(half * 2)}"
    if frame.step >= 16:
        yield element("path", class_="ghost under", d=where)
    yield element("path", class_="ghost", d=where)
