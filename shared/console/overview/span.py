"""Which days the page is about, by what stands in its address: whole days that have a name, or days of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from shared.console.tongue import kept
from shared.questions.nearest import nearest
from shared.questions.periods import PERIODS, Calendar, Period, compared_with, period_of
from shared.questions.question import Compare, Days, Grain
from shared.questions.refusal import Code, Refusal

OWN, USUAL, MOST = "own", "last-28-days", 366
NAMES = {
    "last-7-days": kept("Last 7 days"),
    USUAL: kept("Last 28 days"),
    "last-90-days": kept("Last 90 days"),
    "this-month": kept("This month"),
    "last-month": kept("Last month"),
    OWN: kept("Days of one’s own"),
}
COMPARED = {"before": kept("The period before"), "year-ago": kept("The same days a year ago"), "none": kept("Nothing")}


@dataclass(frozen=True, slots=True)
class Span:
    name: str
    compare: Compare
    period: Period
    calendar: Calendar

    @property
    def today(self) -> date:
        return self.calendar.today

    @property
    def whole(self) -> Period | None:
        """Without a day that is under way: what is added up."""
        if self.period.last < self.today:
            return self.period
        until = self.today - timedelta(days=1)
        return Period(self.period.first, until) if self.period.first <= until else None

    @property
    def compared(self) -> Period | None:
        whole = self.whole
        if whole is None or self.compare is Compare.NONE:
            return None
        return compared_with(whole, self.compare, "" if whole != self.period else self.name, Grain.NONE)

    @property
    def days(self) -> tuple[date, ...]:
        """All that pictures have; tomorrow is in none."""
        last = min(self.period.last, max(self.today, self.period.first))
        return tuple(self.period.first + timedelta(days=each) for each in range((last - self.period.first).days + 1))

    @property
    def said(self) -> dict[str, str]:
        """As it stands in an address."""
        own = {"from": f"{self.period.first}", "until": f"{self.period.last}"} if self.name == OWN else {}
        return {"days": self.name, **own, "compare": self.compare.value}


def span_of(asked: Mapping[str, str], calendar: Calendar) -> Span:
    """Raises Refusal."""
    name = asked.get("days") or (OWN if "from" in asked or "until" in asked else USUAL)
    compare = asked.get("compare") or Compare.BEFORE.value
    if name not in NAMES:
        raise Refusal(Code.BAD_DAYS, f"No days are called {name[:64]} here.", nearest(name, NAMES))
    if compare not in COMPARED:
        raise Refusal(Code.BAD_DAYS, f"Nothing is compared with {compare[:64]}.", nearest(compare, COMPARED))
    period = _own(asked, calendar) if name == OWN else PERIODS[name](calendar)
    return Span(name, Compare(compare), period, calendar)


def _own(asked: Mapping[str, str], calendar: Calendar) -> Period:
    usual = PERIODS[USUAL](calendar)
    found = period_of(
        Days(first=_day(asked, "from", usual.first), last=_day(asked, "until", usual.last)), calendar
    )  # fmt: skip
    if found is None or found.days > MOST:
        raise Refusal(Code.BAD_DAYS, f"That is more than {MOST} days.", "Ask for fewer; a feed gives all of them.")
    return found


def _day(asked: Mapping[str, str], name: str, usual: date) -> date:
    try:
        return date.fromisoformat(asked[name]) if asked.get(name) else usual
    except ValueError:
        raise Refusal(Code.BAD_DAYS, f"“{asked[name][:20]}” is no day.", "A day is such as 2026-09-01.") from None
