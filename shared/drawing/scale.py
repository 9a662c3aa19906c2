"""Where values lie: round ticks, and places for labels that would lie on each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to coordinates: `first` of the marks lies at `bottom`, the last one at `top`."""

    marks: tuple[float, ...]
    bottom: float
    top: float

    def __call__(self, value: float) -> float:
        share = (value - self.marks[0]) / (self.marks[-1] - self.marks[0])
        return self.bottom - (self.bottom - self.top) * share


def ticks(low: float, high: float, wanted: int = 4, least: float = 0) -> tuple[float, ...]:
    """Round ones from at most `low` to at least `high`, at least two; no step is smaller than `least`."""
    if high <= low:  # one value alone: nothing is made up above it, such as a rate of more than all
        low, high = (low - abs(low) / 10, low) if low else (0.0, 1.0)
    rough = max((high - low) / wanted, least)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(
        each * power for each in STEPS if each * power >= rough * 0.999 and (not least or (each * power).is_integer())
    )
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(float(f"{number * step:.12g}") for number in range(first, max(last, first + 1) + 1))


def rounded(value: float) -> float:
    """To two digits that count: 1,234 is 1,200."""
    return float(f"{value:.2g}") if value else 0.0


def apart(wanted: Sequence[float], room: float, low: float, high: float) -> list[float]:
    """As near to where they belong as can be with `room` between two of them, and between low and high if they fit."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    placed: list[float] = []
    for place in order:
        placed.append(max(wanted[place], low, placed[-1] + room if placed else low))
    limit = max(high, low + room * (len(placed) - 1))
    for number in reversed(range(len(placed))):
        placed[number] = min(placed[number], limit)
        limit = placed[number] - room
    found = [0.0] * len(placed)
    for spot, place in zip(placed, order, strict=True):
        found[place] = spot
    return found
