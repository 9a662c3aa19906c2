"""Whatever is said to add up was added up: beside what was written down, beside other views, or by hand.

The sums of `test_sums.py` judge most columns. What they do not know of is added up here, or in a test of numbers worked
out by hand, which then names the column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from shared.marts.files import all_marts
from tests.marts.conftest import EMPTY, SEEDS
from tests.marts.invented import invent
from tests.marts.marts_fixture import MartsFixture
from tests.marts.summing import ACCOUNT, AGAIN, Row, Told, totals

pytestmark = pytest.mark.slow

SAID = {mart.name: {column.name for column in mart.columns if column.adds} for mart in all_marts()}
BY_HAND = {
    "ads_beside_campaigns": ("test_meaning_of_ads",),
    "email_automation_readings": ("test_meaning_of_mail",),
    "email_by_mailing": ("test_meaning_of_mail",),
    "fact_commerce": ("test_meaning_of_shops", "test_web_shop_and_social"),
    "fact_email_performance": ("test_email_and_lists",),
    "fact_web_commerce": ("test_web_shop_and_social",),
    "fact_web_traffic": ("test_web_shop_and_social",),
    "metric_history": ("test_history", "test_meaning_of_history"),
    "sync_status": ("test_told_runs", "test_meaning_of_days"),
    "week_over_week": ("test_courses", "test_meaning_of_days"),
}
DAY = (*ACCOUNT, "date")
METRIC = (*ACCOUNT, "metric", "currency")
FACTS = {
    "ads_by_campaign": "fact_ad_performance", "ads_by_day": "fact_ad_performance", "ads_by_week": "fact_ad_performance",
    "commerce_by_day": "fact_commerce", "web_by_day": "fact_web_traffic",
}  # fmt: skip
AMOUNTS = {
    "fact_ad_performance": ("cost", "conversion_value"),
    "fact_commerce": ("net",),
    "fact_web_traffic": ("revenue",),
}


def without_rate(fact: str, row: Row) -> bool:
    return any(row[amount] is not None and row[f"{amount}_converted"] is None for amount in AMOUNTS[fact])


def each_counted(told: Told, fact: str) -> dict[tuple[Any, ...], int]:
    found: dict[tuple[Any, ...], int] = {}
    for row in told.marts[1][fact]:
        place = tuple(row[name] for name in ACCOUNT)
        found[place] = found.get(place, 0) + without_rate(fact, row)
    return found


@pytest.mark.parametrize("told", SEEDS[:1], indirect=True)
@pytest.mark.parametrize("mart", FACTS)
def test_rows_without_a_rate_are_counted_once(empty: MartsFixture, told: Told, mart: str) -> None:
    wanted = each_counted(told, FACTS[mart])
    assert sum(wanted.values()) > 0
    found = totals(empty.all(EMPTY, mart), ACCOUNT, ["rows_without_rate"])
    assert {place: int(many) for place, (many,) in found.items()} == wanted


@pytest.mark.parametrize("told", SEEDS[:1], indirect=True)
def test_campaigns_come_to_the_converted_amounts_of_their_days(empty: MartsFixture, told: Told) -> None:
    whole = [row for row in empty.all(EMPTY, "ads_by_campaign") if not row["rows_without_rate"]]
    lacking = {
        tuple(row[name] for name in DAY) for row in told.marts[1]["fact_ad_performance"]
        if without_rate("fact_ad_performance", row)
    }  # fmt: skip
    measures = ["cost_converted", "conversion_value_converted"]
    found = {place: sums for place, sums in totals(whole, DAY, measures).items() if place not in lacking}
    wanted = totals(told.marts[1]["fact_ad_performance"], DAY, measures, roughly=True)
    assert found
    assert found == {place: wanted[place] for place in found}


@pytest.mark.parametrize("told", SEEDS[:1], indirect=True)
def test_mailings_come_to_the_orders_and_the_revenue_of_their_parts(empty: MartsFixture, told: Told) -> None:
    measures = ["orders", "revenue"]
    wanted = totals(told.marts[1]["fact_email_performance"], (*ACCOUNT, "kind"), measures, roughly=True)
    assert totals(empty.all(EMPTY, "email_by_mailing"), (*ACCOUNT, "kind"), measures) == wanted
    assert any(sums != [0.0, 0.0] for sums in wanted.values())


@pytest.mark.parametrize("told", SEEDS[:1], indirect=True)
@pytest.mark.parametrize("mart", ["email_by_week", "email_open_rates"])
def test_mailings_are_counted_once(empty: MartsFixture, told: Told, mart: str) -> None:
    many = {"email_by_week": "mailings", "email_open_rates": "campaigns"}[mart]
    wanted: dict[tuple[Any, ...], set[str]] = {}
    for row in told.marts[1]["email_by_mailing"]:
        if row["kind"] == "campaign":
            wanted.setdefault(tuple(row[name] for name in ACCOUNT), set()).add(row["campaign_id"])
    found = totals(empty.all(EMPTY, mart), ACCOUNT, [many])
    assert {place: number for place, (number,) in found.items()} == {place: len(each) for place, each in wanted.items()}


@pytest.mark.parametrize("told", SEEDS[:1], indirect=True)
@pytest.mark.parametrize("mart", ["metrics_every_day", "moving_averages", "week_over_week"])
def test_a_measure_comes_to_what_its_days_come_to(empty: MartsFixture, told: Told, mart: str) -> None:
    wanted = totals(told.marts[1]["metrics_by_day"], METRIC, ["value"], roughly=True)
    assert totals(empty.all(EMPTY, mart), METRIC, ["value"]) == wanted


@pytest.mark.parametrize("told", SEEDS[:1], indirect=True)
def test_rows_that_lack_a_rate_are_those_of_the_facts(empty: MartsFixture, told: Told) -> None:
    found = totals(empty.all(EMPTY, "missing_rates"), ("fact", "platform"), ["rows_affected"])
    for fact, amount in (("fact_ad_performance", "cost"), ("fact_web_traffic", "revenue"), ("fact_commerce", "net")):
        many: dict[str, int] = {}
        for row in told.marts[1][fact]:
            if row[amount] is not None and row[f"{amount}_converted"] is None:
                many[row["platform"]] = many.get(row["platform"], 0) + 1
        assert many
        assert {place[1]: int(each) for place, (each,) in found.items() if place[0] == fact} == many


@pytest.mark.parametrize("told", SEEDS[:1], indirect=True)
def test_who_joins_or_leaves_does_so_once_in_each_view_of_it(empty: MartsFixture, told: Told) -> None:
    changes = [row for row in empty.all(EMPTY, "list_changes") if row["date"]]
    wanted = totals(changes, (*ACCOUNT, "date", "kind"), ["events"])
    known = [row for row in told.marts[1]["fact_email_engagement"] if row["kind"] in ("joined", "left") and row["date"]]
    assert wanted
    assert totals(known, (*ACCOUNT, "date", "kind"), ["events"]) == wanted


# What this file and test_sums.py judge besides what was written down.
HERE: Mapping[str, set[str]] = {
    **{mart: {"rows_without_rate"} for mart in FACTS},
    "ads_by_campaign": {"rows_without_rate", "cost_converted", "conversion_value_converted"},
    "email_by_mailing": {"orders", "revenue"},
    "email_by_week": {"mailings"},
    "email_open_rates": {"campaigns"},
    "list_changes": {"events"},
    "metrics_by_day": {"value"},
    "metrics_every_day": {"value"},
    "moving_averages": {"value"},
    "week_over_week": {"value"},
    "missing_rates": {"rows_affected", "amount"},
}


def unjudged(text_of: Callable[[str], str]) -> dict[str, set[str]]:
    """Claims of which nobody has asked whether they are true."""
    written = invent(SEEDS[0]).sums
    left = {}
    for mart, claimed in SAID.items():
        judged = {name for one in written.get(mart, {}).values() for name in one} | HERE.get(mart, set())
        judged |= SAID.get(AGAIN.get(mart, ""), set())
        text = "".join(map(text_of, BY_HAND.get(mart, ())))
        left[mart] = {name for name in claimed - judged if f'"{name}"' not in text and f"{name}=" not in text}
    return {mart: names for mart, names in left.items() if names}


def test_each_claim_was_put_to_the_test() -> None:
    folder = Path(__file__).parent
    assert unjudged(lambda test: (folder / f"{test}.py").read_text()) == {}


def test_a_claim_that_nobody_judges_is_noticed() -> None:
    assert {"ads_beside_campaigns", "sync_status"} <= unjudged(lambda test: "").keys()
