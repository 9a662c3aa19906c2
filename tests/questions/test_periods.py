"""Days worked out by hand, from the calendar of 2023 to 2026."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.questions.periods import PERIODS, Calendar, Period, compared_with, period_of
from shared.questions.question import Compare, Days, Grain
from shared.questions.refusal import Code, Refusal

FRIDAY = Calendar(date(2024, 3, 15), fiscal_year_start=4)  # the 29th of February is two weeks ago


def span(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", "2024-03-15", "2024-03-15"),
        ("yesterday", "2024-03-14", "2024-03-14"),
        ("last-7-days", "2024-03-08", "2024-03-14"),
        ("last-28-days", "2024-02-16", "2024-03-14"),
        ("this-week", "2024-03-11", "2024-03-15"),
        ("last-week", "2024-03-04", "2024-03-10"),
        ("this-month", "2024-03-01", "2024-03-15"),
        ("last-month", "2024-02-01", "2024-02-29"),
        ("this-quarter", "2024-01-01", "2024-03-15"),
        ("last-quarter", "2023-10-01", "2023-12-31"),
        ("this-year", "2024-01-01", "2024-03-15"),
        ("last-year", "2023-01-01", "2023-12-31"),
        ("this-fiscal-quarter", "2024-01-01", "2024-03-15"),
        ("last-fiscal-quarter", "2023-10-01", "2023-12-31"),
        ("this-fiscal-year", "2023-04-01", "2024-03-15"),
        ("last-fiscal-year", "2022-04-01", "2023-03-31"),
    ],
)
def test_a_name_means_these_days(name: str, first: str, last: str) -> None:
    assert period_of(Days(period=name), FRIDAY) == span(first, last)


@pytest.mark.parametrize(
    ("start", "quarter", "year"),
    [(2, ("2024-02-01", "2024-03-15"), "2024-02-01"), (3, ("2024-03-01", "2024-03-15"), "2024-03-01"),
     (12, ("2024-03-01", "2024-03-15"), "2023-12-01")],
)  # fmt: skip
def test_a_fiscal_year_begins_where_the_workspace_says(start: int, quarter: tuple[str, str], year: str) -> None:
    calendar = Calendar(FRIDAY.today, start)
    assert period_of(Days(period="this-fiscal-quarter"), calendar) == span(*quarter)
    assert period_of(Days(period="this-fiscal-year"), calendar) == span(year, "2024-03-15")


BEFORE, AGO = Compare.BEFORE, Compare.YEAR_AGO


@pytest.mark.parametrize(
    ("first", "last", "how", "named", "grain", "other"),
    [
        # as many days
        ("2024-03-08", "2024-03-14", BEFORE, "", "none", ("2024-03-01", "2024-03-07")),
        ("2024-03-01", "2024-03-10", BEFORE, "", "none", ("2024-02-20", "2024-02-29")),
        # whole months, however long
        ("2024-02-01", "2024-02-29", BEFORE, "", "none", ("2024-01-01", "2024-01-31")),
        ("2024-03-01", "2024-03-31", BEFORE, "", "none", ("2024-02-01", "2024-02-29")),
        ("2024-01-01", "2024-03-31", BEFORE, "", "none", ("2023-10-01", "2023-12-31")),
        ("2024-02-01", "2024-02-29", AGO, "", "none", ("2023-02-01", "2023-02-28")),
        ("2025-02-01", "2025-02-28", AGO, "", "none", ("2024-02-01", "2024-02-29")),
        ("2023-03-01", "2024-02-29", AGO, "", "none", ("2022-03-01", "2023-02-28")),
        # the same days of the calendar
        ("2024-02-20", "2024-02-29", AGO, "", "none", ("2023-02-20", "2023-02-28")),
        ("2024-02-29", "2024-03-05", AGO, "", "none", ("2023-02-28", "2023-03-05")),
        ("2025-02-20", "2025-02-28", AGO, "", "none", ("2024-02-20", "2024-02-28")),
        # whole weeks by week, 52 weeks ago
        ("2024-03-04", "2024-03-17", AGO, "", "week", ("2023-03-06", "2023-03-19")),
        ("2024-03-04", "2024-03-17", AGO, "", "day", ("2023-03-04", "2023-03-17")),
        # what is under way: as much of the one before
        ("2024-03-01", "2024-03-15", BEFORE, "this-month", "none", ("2024-02-01", "2024-02-15")),
        ("2023-03-01", "2023-03-30", BEFORE, "this-month", "none", ("2023-02-01", "2023-02-28")),
        ("2024-01-01", "2024-03-15", BEFORE, "this-quarter", "none", ("2023-10-01", "2023-12-15")),
        ("2024-01-01", "2024-03-15", BEFORE, "this-year", "none", ("2023-01-01", "2023-03-15")),
        ("2024-03-11", "2024-03-15", BEFORE, "this-week", "none", ("2024-03-04", "2024-03-08")),
    ],
)  # fmt: skip
def test_it_is_compared_with(
    first: str, last: str, how: Compare, named: str, grain: str, other: tuple[str, str]
) -> None:
    assert compared_with(span(first, last), how, named, Grain(grain)) == span(*other)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 800), st.sampled_from(Grain))
def test_the_period_before_ends_the_day_before_and_is_as_long_or_as_many_months(
    first: date, length: int, grain: Grain
) -> None:
    period = Period(first, date.fromordinal(first.toordinal() + length))
    before = compared_with(period, Compare.BEFORE, "", grain)
    assert before.last.toordinal() == period.first.toordinal() - 1
    assert before.days == period.days or (before.is_whole_months and period.is_whole_months)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(sorted(PERIODS)), st.integers(1, 12))
def test_every_period_with_a_name_has_a_period_before_it(today: date, name: str, start: int) -> None:
    calendar = Calendar(today, start)
    period = period_of(Days(period=name), calendar)
    assert period is not None
    assert period.first <= period.last <= today
    for how in (Compare.BEFORE, Compare.YEAR_AGO):
        other = compared_with(period, how, name, Grain.NONE)
        assert other.first <= other.last < period.last
        assert how is Compare.YEAR_AGO or other.last < period.first


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (Days(period="last-mnth"), "Did you mean last-month?"),
        (Days(first=date(2024, 1, 1)), "both"),
        (Days(last=date(2024, 1, 1)), "both"),
        (Days(first=date(2024, 1, 2), last=date(2024, 1, 1)), "after"),
        (Days(first=date(1, 1, 2), last=date(2024, 1, 1)), "1900"),
        (Days(first=date(2024, 1, 2), last=date(2024, 1, 3), period="today"), "own days"),
    ],
)  # fmt: skip
def test_days_that_are_none_are_refused(days: Days, said: str) -> None:
    with pytest.raises(Refusal, match=said.replace("?", r"\?")) as refused:
        period_of(days, FRIDAY)
    assert refused.value.code is Code.BAD_DAYS
