"""After how many days numbers stand still: unknown until days are old enough, and campaign by campaign."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from shared.marts.files import all_marts
from shared.marts.statements import query
from shared.model import Workspace
from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401
from tests.marts.golden import BERLIN, google

pytestmark = pytest.mark.slow

FIRST = date(2026, 6, 1)


def reading(day: date, after: int, campaign: str, conversions: int) -> dict[str, Any]:
    read = f"{day + timedelta(days=after)}T04:00:00Z"
    return google(BERLIN, str(day), campaign, 10, 1, 1, conversions, 0, _synced_at=read)


def half_comes_late(watched: int) -> list[dict[str, Any]]:
    """5 conversions of a day are told the next morning, and 5 more after two weeks, of every day."""
    return [
        reading(FIRST + timedelta(days=number), after, "c1", conversions)
        for number in range(watched)
        for after, conversions in ((1, 5), (14, 10))
        if number + after <= watched
    ]


@pytest.mark.parametrize("watched", [5, 10, 25])
def test_nothing_is_known_of_an_account_that_was_watched_for_less_than_its_numbers_move(
    engine: Engine,  # noqa: F811
    watched: int,
) -> None:
    ask = engine({}, {"google_ads_campaign_daily": half_comes_late(watched)})
    columns = ("days_after", "known_share", "settled_after", "days_watched")
    assert told(ask("metric_settling"), *columns, metric="conversions") == [(None, None, None, 0)]


def test_half_is_half_however_long_it_was_watched(engine: Engine) -> None:  # noqa: F811
    """Of 60 days those that are 30 days old: days that wait for their other half would make it more than half."""
    ask = engine({}, {"google_ads_campaign_daily": half_comes_late(60)})
    columns = ("days_after", "known_share", "settled_after", "days_watched")
    assert told(ask("metric_settling"), *columns, metric="conversions") == [(1, 0.5, 14, 31), (14, 1, 14, 31)]


def test_what_moves_between_campaigns_has_not_settled(engine: Engine) -> None:  # noqa: F811
    """5 of 15 conversions of every day go to another campaign on the 20th day: their sum stands still."""
    rows = [
        reading(FIRST + timedelta(days=number), after, campaign, conversions)
        for number in range(40)
        for campaign, after, conversions in (("c1", 1, 10), ("c2", 1, 5), ("c1", 20, 5), ("c2", 20, 10))
        if number + after <= 60
    ]
    settling = told(
        engine({}, {"google_ads_campaign_daily": rows})("metric_settling"), "days_after", "known_share",
        "settled_after", metric="conversions",
    )  # fmt: skip
    assert settling == [(1, 0.333333, 20), (20, 1, 20)]


def test_a_campaign_that_first_appears_late_counts_too(engine: Engine) -> None:  # noqa: F811
    """Of the first day nothing was told but one campaign; another had 10 conversions after 17 days."""
    rows = [reading(FIRST, 1, "c1", 10), reading(FIRST, 17, "c2", 10), reading(FIRST + timedelta(days=40), 1, "c1", 1)]
    ask = engine({}, {"google_ads_campaign_daily": rows})
    assert told(ask("metric_settling"), "days_after", "known_share", "settled_after", metric="conversions") == [
        (1, 0.5, 17), (17, 1, 17)
    ]  # fmt: skip


def test_numbers_are_awaited_for_as_long_as_they_are_read_again() -> None:
    """What each platform's page says of the days that its reports are read again."""
    (mart,) = (each for each in all_marts() if each.name == "metric_settling")
    asked = query("demo", Workspace("acme", "Acme"), mart)
    assert dict(re.findall(r"STRUCT\('(\w+)' AS platform, (\d+) AS look_back\)", asked)) == {
        "amazon_ads": "42", "google_ads": "30", "google_analytics": "12", "meta_ads": "28"
    }  # fmt: skip
