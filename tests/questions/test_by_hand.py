"""Numbers that somebody worked out by hand, and what stands beside them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shared.questions.answer import Answer, Shown
from shared.questions.ask import ask
from shared.questions.engine import Engine
from shared.questions.query_string import read
from tests.questions.conftest import CALENDAR
from tests.questions.folder import AS_OF, Folder, published

G1 = {"connection_id": "g1", "platform": "google_ads", "account_id": "1", "reporting_currency": "EUR"}
M1 = {"connection_id": "m1", "platform": "meta_ads", "account_id": "2", "reporting_currency": "EUR"}


Row = dict[str, Any]


def ads(of: Row, day: str, clicks: int, seen: int, cost: str, euro: str | None, **more: Any) -> Row:
    return {
        **of, "date": date.fromisoformat(day), "currency": "USD", "clicks": clicks, "impressions": seen,
        "cost": Decimal(cost), "cost_converted": euro and Decimal(euro), **more,
    }  # fmt: skip


def covered(of: Row, day: str, state: str, table: str = "google_ads_ad_daily") -> Row:
    return {**of, "date": date.fromisoformat(day), "state": state, "source_table": table, "stream": table}


MARTS: dict[str, list[Row]] = {
    "ads_by_day": [
        ads(G1, "2024-02-28", 10, 100, "10", "9"),
        ads(G1, "2024-02-29", 30, 100, "20", "18"),
        ads(G1, "2024-03-29", 1, 200, "1.10", "1"),
        ads(G1, "2024-03-30", 2, 300, "2.20", None),
        ads(M1, "2024-03-30", 5, 0, "0.70", "0.65", currency="EUR"),
    ],
    "metric_settling": [
        {**G1, "metric": "clicks", "settled_after": 2},
        {**G1, "metric": "cost", "settled_after": 3},
        {**M1, "metric": "clicks", "settled_after": None},
    ],
    "coverage_by_day": [
        *(covered(G1, f"2024-03-{day}", "read") for day in (25, 26, 27, 28)),
        covered(G1, "2024-03-29", "missing"),
        covered(G1, "2024-03-30", "under way"),
        covered(M1, "2024-03-28", "proved", "meta_ads_insights_ad_daily"),
        covered(M1, "2024-03-24", "missing", "shopify_orders"),
    ],
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return published(tmp_path_factory.mktemp("hand"), MARTS)


def asked(text: str, here: Folder, engine: Engine) -> Answer:
    return ask(read(f"mart=ads_by_day&{text}"), here, CALENDAR, engine)


def test_rates_are_divided_from_sums(here: Folder, engine: Engine) -> None:
    """(10 + 30 + 1 + 2) of 700, and not the mean of 0.1, 0.3, 0.005 and 0.0067; of nothing there is no rate."""
    answer = asked("measures=clicks,impressions,ctr,cpc&dimensions=platform,currency", here, engine)
    assert answer.rows == (
        ("google_ads", "USD", 43, 700, 43 / 700, 33.3 / 43),
        ("meta_ads", "EUR", 5, 0, None, 0.7 / 5),
    )


def test_a_sum_that_lacks_a_rate_is_empty_and_says_so(here: Folder, engine: Engine) -> None:
    answer = asked("measures=cost_converted,clicks&grain=month", here, engine)
    assert answer.rows == ((date(2024, 2, 1), Decimal(27), 40), (date(2024, 3, 1), None, 8))
    assert answer.without_rate == (("cost_converted", 1),)
    assert answer.columns[1] == Shown(
        name="cost_converted", kind="money", adds=True, unit="money", currency="EUR",
        meaning="Spent, in reporting_currency (empty: a rate is missing)",
    )  # fmt: skip


def test_files_without_a_gap_need_not_be_looked_through(tmp_path: Path, engine: Engine) -> None:
    there = published(tmp_path, {"ads_by_day": [row for row in MARTS["ads_by_day"] if row["cost_converted"]]})
    answer = asked("measures=cost_converted&grain=month", there, engine)
    assert answer.rows == ((date(2024, 2, 1), Decimal(27)), (date(2024, 3, 1), Decimal("1.65")))
    assert answer.without_rate == ()


def test_what_is_told_in_two_places_is_one_telling_and_told_twice_is_none(tmp_path: Path, engine: Engine) -> None:
    place = {**G1, "date": date(2024, 3, 1), "network": "instagram", "profile_id": "i"}
    rows = [{**place, "reach": 7}, {**place, "followers": 90}, {**place, "engaged": 1}, {**place, "engaged": 2}]
    there = published(tmp_path, {"social_people": rows})
    by = "dimensions=connection_id,network,profile_id&grain=day"
    answer = ask(read(f"mart=social_people&measures=reach,followers,engaged&{by}"), there, CALENDAR, engine)
    assert [row[-3:] for row in answer.rows] == [(7, 90, None)]


def test_an_amount_says_its_currency(here: Folder, engine: Engine) -> None:
    by_filter = asked("measures=cost&currency=USD", here, engine)
    assert (by_filter.rows, by_filter.columns[0].currency) == (((Decimal("33.30"),),), "USD")
    grouped = asked("measures=cost&dimensions=currency", here, engine)
    assert (grouped.columns[1].currency, grouped.columns[1].currency_in) == ("", "currency")


def test_rows_left_out_are_counted(here: Folder, engine: Engine) -> None:
    answer = asked("measures=clicks&grain=day&order=-clicks&limit=2", here, engine)
    assert answer.rows == ((date(2024, 2, 29), 30), (date(2024, 2, 28), 10))
    assert (answer.rows_left_out, answer.is_complete) == (2, False)
    assert asked("measures=clicks&grain=day", here, engine).is_complete


def test_days_stand_beside_those_of_the_period_before(here: Folder, engine: Engine) -> None:
    """March has the 30th and February has none, and the 28th and 29th of both stand beside each other."""
    answer = asked("measures=clicks&grain=day&compare=before&from=2024-03-01&until=2024-03-31", here, engine)
    assert answer.rows == ((date(2024, 3, 28), None, 10), (date(2024, 3, 29), 1, 30), (date(2024, 3, 30), 7, None))
    assert [(each.name, each.before) for each in answer.columns] == [
        ("date", False), ("clicks", False), ("clicks", True)
    ]  # fmt: skip
    assert answer.days is not None
    assert answer.days.compared is not None
    assert (answer.days.compared.first, answer.days.compared.last) == (date(2024, 2, 1), date(2024, 2, 29))


def test_one_number_beside_one_before(here: Folder, engine: Engine) -> None:
    answer = asked("measures=clicks,ctr&compare=before&from=2024-03-01&until=2024-03-31", here, engine)
    assert answer.rows == ((8, 8 / 500, 40, 40 / 200),)


def test_days_that_are_not_done_are_marked(here: Folder, engine: Engine) -> None:
    """Clicks of g1 stand still after two days: the 30th and today move. Its cost, after three. Of m1 none is known."""
    days = asked("measures=clicks&connection_id=g1&from=2024-03-20&until=2024-03-31", here, engine).days
    assert days is not None
    assert (days.whose, days.today) == ("Day, in the time zone of the account", date(2024, 3, 31))
    assert (days.moving_since, days.unknown_since) == (date(2024, 3, 30), False)
    assert days.not_covered == (date(2024, 3, 29), date(2024, 3, 30), date(2024, 3, 31))
    both = asked("measures=ctr,cost_converted&from=2024-03-20&until=2024-03-31", here, engine).days
    assert both is not None
    assert (both.moving_since, both.unknown_since) == (date(2024, 3, 29), True)
    assert both.not_covered == tuple(date(2024, 3, day) for day in (29, 30, 31))
    old = asked("measures=clicks&platform=google_ads&from=2024-03-20&until=2024-03-28", here, engine).days
    assert old is not None
    assert (old.today, old.moving_since, old.not_covered) == (None, None, ())


def test_the_stamp_and_the_version_come_with_it(here: Folder, engine: Engine) -> None:
    answer = asked("measures=clicks", here, engine)
    assert (answer.version, answer.stamp.as_of) == (7, AS_OF)


def test_an_answer_is_json(here: Folder, engine: Engine) -> None:
    answer = asked("measures=cost&dimensions=currency&from=2024-03-29&until=2024-03-29", here, engine)
    said = msgspec.json.decode(msgspec.json.encode(answer))
    assert said["rows"] == [["USD", "1.100000000"]]
    assert said["days"]["period"] == {"first": "2024-03-29", "last": "2024-03-29"}


def test_moments_are_in_utc(tmp_path: Path, engine: Engine) -> None:
    row = {**G1, "stream": "s", "run_id": "r", "finished_at": datetime.fromisoformat("2024-03-30T23:30:00+02:00")}
    there = published(tmp_path, {"sync_status": [row]})
    answer = ask(read("mart=sync_status&dimensions=finished_at"), there, CALENDAR, engine)
    assert [each.isoformat() for (each,) in answer.rows] == ["2024-03-30T21:30:00+00:00"]
    for way, count in (("min=2024-03-30T21:30:00Z", 1), ("min=2024-03-30T21:30:00.000001Z", 0)):
        assert (
            len(ask(read(f"mart=sync_status&dimensions=finished_at&finished_at.{way}"), there, CALENDAR, engine).rows)
            == count
        )
