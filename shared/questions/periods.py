"""Periods that have a name, and those that others are compared with. Pure: today is passed in."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from shared.questions.nearest import nearest
from shared.questions.question import Compare, Days, Grain
from shared.questions.refusal import Code, Refusal

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Both days included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_whole_months(self) -> bool:
        return self.first.day == 1 and (self.last + DAY).day == 1


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a name of a period depends on: the workspace's day, and the month in which its year begins."""

    today: date
    fiscal_year_start: int = 1


def months_after(day: date, months: int) -> date:
    """The same day of another month, or its last one where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _months(first: date, count: int) -> Period:
    return Period(first, months_after(first, count) - DAY)


def _first(of: Calendar, months: int) -> date:
    """The first day of the month, of the quarter (3) or of the year (12) that it is."""
    return date(of.today.year, (of.today.month - 1) // months * months + 1, 1)


def _fiscal(of: Calendar, months: int) -> date:
    since = (of.today.month - of.fiscal_year_start) % 12 % months
    return months_after(of.today.replace(day=1), -since)


def _monday(of: Calendar) -> date:
    return of.today - timedelta(days=of.today.weekday())


def _last(days: int) -> Callable[[Calendar], Period]:
    """So many days, of which yesterday is the last: today is not over."""
    return lambda of: Period(of.today - timedelta(days=days), of.today - DAY)


def _this(first: Callable[[Calendar], date]) -> Callable[[Calendar], Period]:
    return lambda of: Period(first(of), of.today)


def _before(first: Callable[[Calendar], date], months: int) -> Callable[[Calendar], Period]:
    return lambda of: _months(months_after(first(of), -months), months)


PERIODS: Mapping[str, Callable[[Calendar], Period]] = {
    "today": lambda of: Period(of.today, of.today),
    "yesterday": _last(1),
    "last-7-days": _last(7),
    "last-14-days": _last(14),
    "last-28-days": _last(28),
    "last-30-days": _last(30),
    "last-90-days": _last(90),
    "last-365-days": _last(365),
    "this-week": _this(_monday),
    "last-week": lambda of: Period(_monday(of) - timedelta(days=7), _monday(of) - DAY),
    "this-month": _this(lambda of: _first(of, 1)),
    "last-month": _before(lambda of: _first(of, 1), 1),
    "this-quarter": _this(lambda of: _first(of, 3)),
    "last-quarter": _before(lambda of: _first(of, 3), 3),
    "this-year": _this(lambda of: _first(of, 12)),
    "last-year": _before(lambda of: _first(of, 12), 12),
    "this-fiscal-quarter": _this(lambda of: _fiscal(of, 3)),
    "last-fiscal-quarter": _before(lambda of: _fiscal(of, 3), 3),
    "this-fiscal-year": _this(lambda of: _fiscal(of, 12)),
    "last-fiscal-year": _before(lambda of: _fiscal(of, 12), 12),
}


def period_of(days: Days, calendar: Calendar) -> Period | None:
    """The days that are meant; none where nothing is said of them."""
    if days.period:
        if days.first or days.last:
            raise Refusal(Code.BAD_DAYS, "A period with a name has its own days.", "Leave out from and until.")
        if days.period not in PERIODS:
            raise Refusal(Code.BAD_DAYS, f"No period is called {days.period[:64]}.", nearest(days.period, PERIODS))
        return PERIODS[days.period](calendar)
    if days.first is None and days.last is None:
        return None
    if days.first is None or days.last is None:
        raise Refusal(Code.BAD_DAYS, "Days have a first and a last one.", "Say both from and until.")
    if days.first > days.last:
        raise Refusal(Code.BAD_DAYS, f"{days.first} is after {days.last}.", "The first of them goes into from.")
    if days.first.year < 1900 or days.last.year > 2199:
        raise Refusal(Code.BAD_DAYS, "Days lie between 1900 and 2199.", "Say when it was.")
    return Period(days.first, days.last)


def compared_with(period: Period, how: Compare, named: str, grain: Grain) -> Period:
    """The period that another is compared with.

    Whole months are compared with whole months, however long, so February has 29 days beside 28. A month, quarter or
    year that is under way is compared with as much of the one before. Whole weeks by week go back 52 weeks, to
    Mondays; other days are the same days of the calendar."""
    if how is Compare.YEAR_AGO:
        if grain is Grain.WEEK and period.first.weekday() == 0 and period.days % 7 == 0:
            return Period(period.first - timedelta(days=364), period.last - timedelta(days=364))
        return Period(months_after(period.first, -12), _end(period, -12))
    months = _UNDER_WAY.get(named)
    if months is not None:
        return Period(months_after(period.first, -months), min(_end(period, -months), period.first - DAY))
    if named == "this-week":
        return Period(period.first - timedelta(days=7), period.last - timedelta(days=7))
    if period.is_whole_months:
        count = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
        return Period(months_after(period.first, -count), period.first - DAY)
    return Period(period.first - timedelta(days=period.days), period.first - DAY)


_UNDER_WAY = {
    "this-month": 1, "this-quarter": 3, "this-fiscal-quarter": 3, "this-year": 12, "this-fiscal-year": 12
}  # fmt: skip


def _end(period: Period, months: int) -> date:
    """The last day so many months away: the last one of its month, where the whole months are meant."""
    if period.is_whole_months:
        return months_after(months_after(period.last + DAY, months), 0) - DAY
    return months_after(period.last, months)


def buckets_of(day: date, grain: Grain) -> date:
    """The first day of the week, month or quarter that a day belongs to."""
    if grain is Grain.WEEK:
        return day - timedelta(days=day.weekday())
    if grain is Grain.MONTH:
        return day.replace(day=1)
    if grain is Grain.QUARTER:
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return day
