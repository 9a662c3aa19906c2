"""Who came stands up, who left hangs down, and the line is the difference."""

from __future__ import annotations

from shared.drawing.axes import FOOT, Frame, band, gaps, grid, marks_for, names_of_days, room_for
from shared.drawing.days import Course, Series
from shared.drawing.scale import Scale, apart
from shared.drawing.svg import SIZES, breadth, dot, element, hint, picture, stretches, stroke, text
from shared.drawing.words import NOT_READ, Unit, figure
from shared.tongue.saying import kept, say

HEIGHT, TOP, BROADEST, LINE = 216.0, 24.0, 24.0, 15.0
COUNT = Unit()
SAID = kept("%(day)s: %(up)s %(came)s, %(down)s %(left)s, net %(net)s")


def growth(
    key: str, size: str, title: str, told: str, course: Course, came: Series, left: Series, missing: str = NOT_READ
) -> str:
    """`left`: counts, above nothing; they are drawn below it."""
    width = float(SIZES[size])
    fallen = [None if value is None else -value for value in left.values]
    net = [None if a is None or b is None else a + b for a, b in zip(came.values, fallen, strict=True)]
    marks = marks_for((*came.values, *fallen), COUNT, 4)
    names = [came.name, say("net"), left.name]
    begin, end = room_for(marks, COUNT), width - 16 - max(breadth(name) for name in names)
    step = (end - begin) / max(len(net), 1)

    def x(place: float) -> float:
        return begin + step * (place + 0.5)

    frame = Frame(width, begin, end, TOP, Scale(marks, HEIGHT - FOOT, TOP), course, x)
    drawn = [band(frame, end - step if course.under_way is not None else end), grid(frame, COUNT), names_of_days(frame)]
    drawn.extend(gaps(frame, [place for place, value in enumerate(net) if value is None], missing))
    broad = min(step * 0.62, BROADEST)
    for place, (up, down) in enumerate(zip(came.values, fallen, strict=True)):
        fell, apart_by = figure(left.values[place], COUNT, missing), figure(net[place], COUNT, missing)
        said = say(
            SAID,
            day=course.name(place),
            up=figure(up, COUNT, missing),
            came=came.name,
            down=fell,
            left=left.name,
            net=apart_by,
        )
        kind = {"today": " today", "settling": " soft"}.get(course.state(place), "")
        for value, slot in ((up, came.slot), (down, left.slot)):
            if value is not None:
                top, foot = sorted((frame.y(value), frame.y(0)))
                drawn.append(
                    element(
                        "rect", hint(said), class_=f"bar s{slot}{kind}", x=x(place) - broad / 2, y=top, width=broad,
                        height=foot - top,
                    )
                )  # fmt: skip
    points = [None if value is None else (x(place), frame.y(value)) for place, value in enumerate(net)]
    for part in stretches(points):
        drawn.append(stroke(part, "line halo") + stroke(part, "line s0") or dot(part[0], "s0", 2.5))
    final = next((point for point in reversed(points) if point is not None), None)
    if final is not None:
        drawn.append(dot(final, "s0", 3.5))
    drawn.append(_names(frame, names, frame.y(0) if final is None else final[1]))
    return picture("growth", size, key, title, told, width, HEIGHT, "".join(drawn))


def _names(frame: Frame, names: list[str], end: float) -> str:
    """Who came above, who left below, the difference where it ends."""
    base = frame.y(0)
    wanted = [min(frame.top + 8, base), end, max(frame.bottom - 8, base)]
    spots = apart(wanted, LINE, frame.top, frame.bottom)
    return "".join(text(frame.right + 11, spot + 4, name, "t name") for spot, name in zip(spots, names, strict=True))
