"""Whether what was spent on a day is like the same weekdays before. Pure.

The middle of eight weeks stands for what is usual, and the middle distance from it for how much that moves; neither is
led astray by one odd day, such as a sale a month ago. Few false alarms are worth more than the last percent: only what
is at least double counts as a jump.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

WEEKS = 8
LEAST_WEEKS = 5  # of a past that says anything
SPREAD = 1.4826  # of a normal distribution: its deviation for each middle distance
DEVIATIONS = 5.0
DOUBLE = 1.0  # more than what is usual, by as much as what is usual
HARDLY = 0.05  # of what is usual
ALWAYS = 0.2  # of what is usual: the least that a weekday had to have, for its absence to say something


@dataclass(frozen=True, slots=True)
class Odd:
    jumped: bool  # else it stopped
    spent: float
    usual: float


def odd(spent: Mapping[date, float], day: date) -> Odd | None:
    """`spent`: by day; a day that is not there had nothing. None: as usual, or nobody can say."""
    if not spent:
        return None
    first = min(spent)
    weeks = [day - timedelta(weeks=back) for back in range(1, WEEKS + 1)]
    past = [spent.get(each, 0.0) for each in weeks if each >= first]
    if len(past) < LEAST_WEEKS:
        return None
    usual, now = median(past), spent.get(day, 0.0)
    if usual <= 0:
        return None
    away = SPREAD * median(abs(each - usual) for each in past)
    if now > usual + max(DEVIATIONS * away, DOUBLE * usual):
        return Odd(True, now, usual)
    if now <= HARDLY * usual and min(past) >= ALWAYS * usual:
        return Odd(False, now, usual)
    return None
