"""Courses over days, each with its name at its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.drawing.axes import FOOT, Frame, band, gaps, grid, has_places, marks_for, names_of_days, room_for
from shared.drawing.days import Course, Series
from shared.drawing.scale import Scale, apart
from shared.drawing.svg import (
    SIZES,
    breadth,
    dot,
    element,
    hint,
    number,
    picture,
    shortened,
    stretches,
    stroke,
    text,
    within,
)
from shared.drawing.words import NOT_READ, Unit, figure
from shared.tongue.saying import say

HEIGHT, TOP, LINE = 236.0, 26.0, 15.0
NAMES = 0.36  # of the width, that names may take at most


def lines(
    key: str,
    size: str,
    title: str,
    told: str,
    course: Course,
    series: Sequence[Series],
    unit: Unit,
    missing: str = NOT_READ,
    from_zero: bool = True,
    rule: tuple[float, str] | None = None,
) -> str:
    """`rule`: a level with its name, such as a median."""
    width = float(SIZES[size])
    told_values = [value for each in series for value in each.values] + ([rule[0]] if rule else [])
    marks = marks_for(told_values, unit, 4, from_zero)
    room = width * NAMES
    names = [shortened(each.name, room) for each in series]
    beside = [*names, *([shortened(rule[1], room)] if rule else [])]
    left, right = room_for(marks, unit), width - 16 - max((breadth(name) for name in beside), default=0)
    last = len(course.days) - 1

    def x(place: float) -> float:
        return left + (right - left) * (place / last if last > 0 else 0.5)

    frame = Frame(width, left, right, TOP, Scale(marks, HEIGHT - FOOT, TOP), course, x)
    drawn = [band(frame, x(last - 1) if course.under_way is not None and last > 0 else right), grid(frame, unit)]
    if marks[0] > 0:  # it does not begin at zero: dashed, and the caption says so
        drawn.append(element("path", class_="base cut", d=f"M{number(left)} {number(frame.bottom)}H{number(right)}"))
    drawn.append(names_of_days(frame))
    drawn.extend(_gaps(frame, series, missing))
    if rule:
        level = number(frame.y(rule[0]))
        drawn.append(element("path", class_="rule", d=f"M{number(left)} {level}H{number(right)}"))
    for each in series:
        drawn.extend(_course(frame, each))
    drawn.extend(_names(frame, series, beside, rule))
    if has_places(course, size):
        drawn.extend(_places(frame, series, unit, missing))
    return picture("lines", size, key, title, told, width, HEIGHT, "".join(drawn))


def _gaps(frame: Frame, series: Sequence[Series], missing: str) -> Iterator[str]:
    places = [
        place for place in range(len(frame.course.days)) if all(each.values[place] is None for each in series)
    ]  # fmt: skip
    yield from gaps(frame, places, missing)
    if places:
        middle = frame.x(places[len(places) // 2])
        yield within(middle, frame.bottom - 9, say(missing), frame.left, frame.right + 6, "t note")


def _course(frame: Frame, series: Series) -> Iterator[str]:
    """At rest, then settling, then today: each as it is drawn."""
    course, kind = frame.course, f"s{series.slot}"
    at = [None if value is None else (frame.x(place), frame.y(value)) for place, value in enumerate(series.values)]
    firm, now = course.firm, course.under_way
    end = len(at) if now is None else now
    for part in stretches(at[: firm + 1]):
        yield stroke(part, f"line {kind}") or dot(part[0], kind, 2.5)
    for part in stretches(at[max(firm, 0) : end]) if course.settling else ():
        yield stroke(part, f"line {kind} soft") or (dot(part[0], kind, 2.5) if part[0] not in at[: firm + 1] else "")
    before, today = (at[now - 1], at[now]) if now else (None, None)
    if before is not None and today is not None:
        yield stroke([before, today], f"line {kind} today")
    final = next(((place, point) for place, point in reversed([*enumerate(at)]) if point is not None), None)
    if final is not None:
        yield dot(final[1], f"{kind} hollow" if final[0] == now else kind, 3.5)


def _names(
    frame: Frame, series: Sequence[Series], names: Sequence[str], rule: tuple[float, str] | None
) -> Iterator[str]:
    ends = [(each.slot, _end(frame, each)) for each in series]
    ends += [(0, frame.y(rule[0]))] if rule else []
    spots = apart([was for _, was in ends], LINE, frame.top, frame.bottom)
    for (slot, was), name, spot in zip(ends, names, spots, strict=True):
        if slot and abs(spot - was) > 3:
            lead = f"M{number(frame.right + 4.5)} {number(was)}L{number(frame.right + 9)} {number(spot)}"
            yield element("path", class_=f"lead s{slot}", d=lead)
        yield text(frame.right + 11, spot + 4, name, "t name" if slot else "t")


def _end(frame: Frame, series: Series) -> float:
    """How high it stands where it ends."""
    value = next((value for value in reversed(series.values) if value is not None), None)
    return frame.bottom if value is None else frame.y(value)


def _places(frame: Frame, series: Sequence[Series], unit: Unit, missing: str) -> Iterator[str]:
    """Each day, for whoever points at it."""
    half = frame.step / 2 if len(frame.course.days) > 1 else frame.right - frame.left
    for place in range(len(frame.course.days)):
        said = "".join(f"\n{each.name} {figure(each.values[place], unit, missing)}" for each in series)
        since, until = max(frame.x(place) - half, frame.left), min(frame.x(place) + half, frame.right + 6)
        yield element(
            "rect", hint(frame.course.name(place) + said), class_="hit", x=since, y=frame.top - 6,
            width=until - since, height=frame.bottom - frame.top + 6,
        )  # fmt: skip
