"""How numbers moved: a day that fills up restates nothing, what is told late is restated, two currencies do not mix."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401
from tests.marts.golden import BERLIN, google

pytestmark = pytest.mark.slow

FIRST = date(2026, 9, 1)


def test_a_day_that_fills_up_is_not_restated(engine: Engine) -> None:  # noqa: F811
    """Seven days, each 30 at six in the morning, 100 the next morning, and so ever after: +490 of which none is new."""
    rows = []
    for day in (FIRST + timedelta(days=number) for number in range(7)):
        rows += [google(BERLIN, str(day), "c1", 300, 3, 30, 0, 0, _synced_at=f"{day}T04:00:00Z")]
        next_day = day + timedelta(days=1)
        rows += [google(BERLIN, str(day), "c1", 1000, 10, 100, 0, 0, _synced_at=f"{next_day}T04:00:00Z")]
    ask = engine({}, {"google_ads_campaign_daily": rows})
    cost = told(ask("metric_history"), "date", "value", "change", "reason", metric="cost")
    assert cost == sorted(
        each
        for day in (FIRST + timedelta(days=number) for number in range(7))
        for each in ((day, 30, 30, "day under way"), (day, 100, 70, "first reading"))
    )


def test_a_day_ends_where_the_account_is(engine: Engine) -> None:  # noqa: F811
    """At 22:30 UTC Berlin has the next day; at 21:30 it has not."""
    rows = [
        google(BERLIN, "2026-09-01", "c1", 1, 1, 10, 0, 0, _synced_at="2026-09-01T21:30:00Z"),
        google(BERLIN, "2026-09-01", "c1", 1, 1, 20, 0, 0, _synced_at="2026-09-01T22:30:00Z"),
        google(BERLIN, "2026-09-01", "c1", 1, 1, 25, 0, 0, _synced_at="2026-09-03T22:30:00Z"),
    ]
    ask = engine({}, {"google_ads_campaign_daily": rows})
    assert told(ask("metric_history"), "value", "change", "reason", metric="cost") == [
        (10, 10, "day under way"), (20, 10, "first reading"), (25, 5, "restated")
    ]  # fmt: skip


def test_a_row_that_first_appears_after_its_day_was_read_is_restated(engine: Engine) -> None:  # noqa: F811
    """Five late conversions of a campaign that had told nothing of that day, seventeen days later."""
    rows = [
        google(BERLIN, "2026-09-01", "c1", 10, 1, 10, 0, 0, _synced_at="2026-09-02T04:00:00Z"),
        google(BERLIN, "2026-09-01", "c3", 10, 1, 10, 0, 0, _synced_at="2026-09-02T09:00:00Z"),
        google(BERLIN, "2026-09-01", "c2", 0, 0, 0, 5, 0, _synced_at="2026-09-18T04:00:00Z"),
    ]
    ask = engine({}, {"google_ads_campaign_daily": rows})
    assert told(ask("metric_history"), "item_id", "change", "reason", metric="conversions") == [
        ("c1", 0, "first reading"), ("c2", 5, "restated"), ("c3", 0, "first reading")
    ]  # fmt: skip


def test_amounts_of_two_currencies_are_not_taken_from_each_other(engine: Engine) -> None:  # noqa: F811
    """100 dollars became 90 euro because the account changed its currency: nothing was restated by −10."""
    dollars = {**BERLIN, "account_currency": "USD"}
    rows = [
        google(dollars, "2026-09-01", "c1", 10, 1, 100, 2, 0, _synced_at="2026-09-02T04:00:00Z"),
        google(BERLIN, "2026-09-01", "c1", 10, 1, 90, 2, 0, _synced_at="2026-09-04T04:00:00Z"),
        google(BERLIN, "2026-09-01", "c1", 10, 1, 91, 2, 0, _synced_at="2026-09-05T04:00:00Z"),
    ]
    ask = engine({}, {"google_ads_campaign_daily": rows})
    assert told(ask("metric_history"), "read_at", "value", "currency", "change", "reason", metric="cost")[0][1:] == (
        100, "USD", 100, "first reading"
    )  # fmt: skip
    assert told(ask("metric_history"), "value", "currency", "change", "reason", metric="cost") == [
        (90, "EUR", None, "other currency"), (91, "EUR", 1, "restated"), (100, "USD", 100, "first reading")
    ]  # fmt: skip
    assert told(ask("metric_history"), "change", metric="conversions") == [(2,)]
