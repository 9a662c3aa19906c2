"""A course without axes, for beside a figure. It has no scale, so it never stands alone."""

from __future__ import annotations

from shared.drawing.days import Course, Values
from shared.drawing.svg import clean, dot, element, stretches, stroke
from shared.drawing.words import Unit, figure
from shared.tongue.saying import kept, say

WIDTH, HEIGHT = 168.0, 36.0
BY_DAY, BY_WEEK = kept("%(what)s by day: %(low)s to %(high)s"), kept("%(what)s by week: %(low)s to %(high)s")


def spark(key: str, what: str, course: Course, values: Values, unit: Unit) -> str:
    """Nothing, where nothing is told."""
    told = [value for value in values if value is not None]
    if not told:
        return ""
    low, high = min(told), max(told)
    floor, last = low - (high - low) * 0.15, max(len(values) - 1, 1)
    span = (high - floor) or 1.0

    def at(place: int, value: float) -> tuple[float, float]:
        lifted = (value - floor) / span if high > low else 0.5
        return 3 + (WIDTH - 8) * place / last, HEIGHT - 3 - (HEIGHT - 7) * lifted

    points = [None if value is None else at(place, value) for place, value in enumerate(values)]
    firm, end = course.firm, len(points)
    parts = [stroke(part, "line s1") or dot(part[0], "s1", 1.25) for part in stretches(points[: firm + 1])]
    if firm + 1 < end:
        parts += [stroke(part, "line s1 soft") for part in stretches(points[max(firm, 0) :])]
    final = next(point for point in reversed(points) if point is not None)
    parts.append(dot(final, "s1", 2.75))
    words = say(BY_WEEK if course.by_week else BY_DAY, what=what, low=figure(low, unit), high=figure(high, unit))
    return element(
        "svg", element("title", clean(words), id=f"{key}-spark") + "".join(parts), class_="spark",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", role="img", aria_labelledby=f"{key}-spark",
    )  # fmt: skip
