"""Whatever the tables hold, a mart comes to what its sources come to, and a day restated changes that day alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from statistics import median, stdev
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.marts.files import all_marts
from shared.marts.statements import statement
from shared.model import Workspace
from shared.platforms import PLATFORMS
from tests.marts.conftest import EMPTY, SEEDS
from tests.marts.golden import ZONE
from tests.marts.invented.book import DAYS, converted
from tests.marts.marts_fixture import MartsFixture
from tests.marts.mistakes import MISTAKES
from tests.marts.summing import ACCOUNT, AGAIN, CONVERTED, FACTS, KEYS, RATES, Told, added, by_day, is_sum, near, totals

pytestmark = pytest.mark.slow

ZONES = {"emailoctopus": "UTC", "instagram": "America/Los_Angeles"}  # they tell none, or count in none of their own


@pytest.mark.parametrize("mart", KEYS)
def test_a_mart_comes_to_what_its_sources_come_to(told: Told, mart: str) -> None:
    for book, marts in zip(told.written, told.marts, strict=True):
        written = book.sums[mart]
        assert written, "there is something to be added up"
        assert added(marts[mart], KEYS[mart], written) == near(written)


def test_ads_that_come_to_their_campaign_leave_no_rest(told: Told) -> None:
    """Which would make good for whatever were wrong with them."""
    levels = {row["level"] for marts in told.marts for row in marts["fact_ad_performance"]}
    assert levels == {"ad", "campaign"}


@pytest.mark.parametrize("mart", AGAIN)
def test_views_of_the_same_numbers_come_to_the_same(told: Told, mart: str) -> None:
    fact, rows = told.marts[0][AGAIN[mart]], told.marts[0][mart]
    key = tuple(name for name in (*ACCOUNT, "currency") if name in rows[0])
    # Converted sums are empty as soon as one of their parts is.
    measures = [name for name, value in rows[0].items() if name in fact[0] and name not in key and is_sum(name, value)]
    assert len(measures) > 4
    assert totals(rows, key, measures) == totals(fact, key, measures, roughly=True)


@pytest.mark.parametrize("fact", FACTS)
def test_a_day_restated_changes_that_day_alone(told: Told, fact: str) -> None:
    before, after = (by_day(marts[fact]) for marts in told.marts)
    changed = {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
    assert changed <= set(told.restated.items())
    connections = {connection for connection, _ in before}
    assert {connection for connection, _ in changed} >= {
        each for each in connections if (each, told.restated[each]) in before
    }


@pytest.mark.parametrize("mart", CONVERTED)
def test_a_converted_sum_is_whole_or_empty(told: Told, mart: str) -> None:
    """Of a week for some days of which no rate is known, too."""
    fact, rows = told.marts[0][AGAIN[mart]], told.marts[0][mart]
    parts = ("date", "channel_group") if "channel_group" in rows[0] else ("date",) if "date" in rows[0] else ()
    key = (*ACCOUNT, "currency", *parts)
    for measure in (name for name in rows[0] if name.endswith("_converted")):
        wanted: dict[Any, float | None] = {}
        for row in fact:
            place = tuple(row[name] for name in key)
            before, amount = wanted.get(place, 0.0), row[measure]
            missing = row[measure.removesuffix("_converted")] is not None and amount is None
            wanted[place] = None if before is None or missing else before + (amount or 0)
        assert {tuple(row[name] for name in key): row[measure] for row in rows} == {
            place: None if amount is None else pytest.approx(amount) for place, amount in wanted.items()
        }


@pytest.mark.parametrize("mart", [*AGAIN, "ads_by_campaign", "email_by_mailing"])
def test_each_rate_is_its_parts_divided(told: Told, mart: str) -> None:
    found = 0
    for row in told.marts[0][mart]:
        for name in row.keys() & RATES.keys():
            above, below = RATES[name] if name != "average_order_value" or "gross" in row else ("revenue", "orders")
            times = 1000 if name == "cpm" else 1
            divided = None if not row[below] or row[above] is None else pytest.approx(row[above] * times / row[below])
            assert row[name] == divided, name
            found += 1
    assert found >= 2 * len(told.marts[0][mart])


# Several rows of a level: where a platform tells of a profile in several places, each with some of the columns; and of
# posts, because what is invented gives a story the id of a picture.
IN_PLACES, SAME_IDS = {"social_people"}, {"fact_social_posts", "social_post_people"}
LEVELS = [mart.name for mart in all_marts() if mart.level and mart.name in {*KEYS, *AGAIN} - IN_PLACES - SAME_IDS]


@pytest.mark.parametrize("mart", LEVELS)
def test_a_level_tells_rows_apart(told: Told, mart: str) -> None:
    (level,) = (each.level for each in all_marts() if each.name == mart)
    for marts in told.marts:
        rows = [tuple(row[name] for name in level) for row in marts[mart]]
        assert len(set(rows)) == len(rows)


@pytest.mark.parametrize("mart", sorted(IN_PLACES))
def test_no_two_rows_of_a_level_tell_the_same_column(told: Told, mart: str) -> None:
    """Neither is a number told twice, nor does the level lack a column that would tell the rows apart."""
    (known,) = (each for each in all_marts() if each.name == mart)
    numbers = [column.name for column in known.columns if column.adds is not None]
    for marts in told.marts:
        twice = [
            key
            for key, count in Counter(
                (*(row[name] for name in known.level), number)
                for row in marts[mart]
                for number in numbers
                if row[number] is not None
            ).items()
            if count > 1
        ]
        assert twice == []
        assert marts[mart]


def test_a_week_says_how_many_of_its_days_have_numbers(told: Told) -> None:
    days: dict[str, set[date]] = {}
    for row in told.marts[0]["fact_ad_performance"]:
        days.setdefault(row["connection_id"], set()).add(row["date"])
    assert {row["connection_id"]: row["days"] for row in told.marts[0]["ads_by_week"]} == {
        connection: len(each) for connection, each in days.items()
    }


def test_measures_by_day_are_those_of_all_facts(told: Told) -> None:
    sums = totals(told.marts[0]["metrics_by_day"], (*ACCOUNT, "metric", "currency"), ["value"])
    for fact, metrics in {
        "fact_ad_performance": ("impressions", "clicks", "cost", "conversions", "conversion_value"),
        "fact_email_performance": ("sends", "opens", "email_revenue"),
        "fact_web_traffic": ("sessions", "key_events", "web_revenue"),
        "fact_commerce": ("orders", "gross", "net"),
        "fact_social": ("views", "interactions", "follows"),
    }.items():
        for metric in metrics:
            own = metric.removeprefix("email_").removeprefix("web_")
            money = own in ("cost", "conversion_value", "revenue", "gross", "net")
            key = (*ACCOUNT, "currency") if money else ACCOUNT
            for place, (value,) in totals(told.marts[0][fact], key, [own], roughly=True).items():
                name = f"metricool_{metric}" if place[0] == "metricool" else metric
                assert sums.pop((*place[:2], name, place[2] if money else None), [0]) == [value]
    assert sums == {}, "nothing else is in it"


def test_campaigns_bear_their_newest_name_whether_listed_gone_or_not_listed_yet(
    empty: MartsFixture, told: Told
) -> None:
    """And whatever became of it, what it cost is still there, once: the sums of ads_by_campaign say so."""
    rows = empty.all(EMPTY, "dim_campaigns", kind="ads")
    named = {(row["connection_id"], row["campaign_id"]): (row["name"], row["is_gone"]) for row in rows}
    assert len(named) == len(rows)
    written = told.written[1].names
    assert {place: named[place] for place in written} == written
    mails = {(row["connection_id"], row["campaign_id"]): row for row in empty.all(EMPTY, "dim_campaigns", kind="email")}
    subjects = told.written[1].subjects
    assert {place: mails[place]["subject"] for place in subjects} == subjects
    accounts = told.written[1].rows["constant_contact_account"]
    zones = {row["connection_id"]: ZoneInfo(row["time_zone_id"]) for row in accounts}
    for row in told.written[1].rows["constant_contact_campaign_summaries"]:
        if "_deleted_at" not in row:
            sent_on = datetime.fromisoformat(row["last_sent_date"]).astimezone(zones[row["connection_id"]]).date()
            assert mails[row["connection_id"], row["campaign_id"]]["starts_on"] == sent_on
    for row in told.marts[1]["ads_by_campaign"]:
        assert row["campaign_name"] == written[row["connection_id"], row["campaign_id"]][0]


def test_converted_amounts_are_there_wherever_a_rate_is_known(told: Told) -> None:
    for fact in ("fact_ad_performance", "fact_email_performance", "fact_web_traffic", "fact_commerce"):
        rows = [row for row in told.marts[0][fact] if row["currency"]]
        amounts = [name for name in rows[0] if name.endswith("_converted")]
        for row in rows:
            assert (row[amounts[0]] is None) == (converted(Decimal(1), row["currency"], row["date"]) is None)


def test_amounts_that_cannot_be_converted_are_listed(empty: MartsFixture, told: Told) -> None:
    """That they are empty, and neither zero nor native, is above."""
    wanted: dict[tuple[Any, ...], float] = {}
    for fact, amount in {
        "fact_ad_performance": "cost", "fact_email_performance": "revenue", "fact_web_traffic": "revenue",
        "fact_web_commerce": "purchase_revenue", "fact_commerce": "net",
    }.items():  # fmt: skip
        for (platform, _, currency, day, *_), one in told.written[1].sums[fact].items():
            if currency and converted(Decimal(1), currency, day) is None:
                place = (fact, platform, currency, day)
                wanted[place] = wanted.get(place, 0) + float(one[amount])
    rows = empty.all(EMPTY, "missing_rates")
    names = ("fact", "platform", "currency", "date")
    assert {tuple(row[name] for name in names): pytest.approx(row["amount"]) for row in rows} == wanted


def test_a_person_is_known_wherever_one_of_the_addresses_is(told: Told) -> None:
    for row in told.marts[1]["dim_contacts"]:
        known = told.written[1].persons[row["person_id"]]
        assert row["platforms"] == ", ".join(sorted(known))
        assert {name.removeprefix("in_") for name, value in row.items() if name.startswith("in_") and value} == known


def test_each_account_stands_there_once_with_its_zone(empty: MartsFixture, told: Told) -> None:
    rows = empty.all(EMPTY, "dim_accounts")
    zones = {row["connection_id"]: row["time_zone"] for row in rows}
    assert len(zones) == len(rows)
    assert zones == {
        account.connection: ZONES.get(platform, account.zone)
        for platform in PLATFORMS
        for account in told.written[1].accounts(platform)
    }
    newest = {row["account_name"] for row in rows if row["platform"] in ("instagram", "metricool")}
    assert newest == {f"Name {len(DAYS) - 1}"}


def test_each_property_stands_beside_each_shop(empty: MartsFixture, told: Told) -> None:
    """Day by day, whether one of the two sold something, or both."""
    rows = empty.all(EMPTY, "commerce_beside_analytics")
    places = [(row["shop_connection_id"], row["analytics_connection_id"], row["date"]) for row in rows]
    assert len(set(places)) == len(places)
    assert len({place[:2] for place in places}) == 4, "two shops and two properties"
    for fact, side, number, native, amount in (
        ("fact_commerce", "shop_connection_id", ("orders", "shop_orders"), "gross", "shop_gross"),
        ("fact_web_commerce", "analytics_connection_id", ("purchases", "analytics_purchases"), "purchase_revenue",
         "analytics_revenue"),
    ):  # fmt: skip
        days: dict[tuple[str, date], list[Any]] = {}
        for row in told.marts[1][fact]:
            if row.get("kind", "order") == "order":
                days.setdefault((row["connection_id"], row["date"]), []).append(row)
        for place in days:
            assert sum((row[side], row["date"]) == place for row in rows) == 2, "beside each of the others"
        for row in rows:
            own = days.get((row[side], row["date"]), [])
            parts = [each[f"{native}_converted"] for each in own]
            assert row[number[1]] == (sum(each[number[0]] for each in own) if own else None)
            assert row[amount] == (None if None in parts or not parts else pytest.approx(sum(parts)))


def test_a_campaign_of_several_messages_is_one_mailing(empty: MartsFixture, told: Told) -> None:
    """All of them are of one week and one month."""
    rates: dict[str, list[float]] = {}
    for (_, connection, kind, _, _), one in told.written[1].sums["email_by_mailing"].items():
        if kind == "campaign":
            rates.setdefault(connection, []).append(float(one["mails_opened"] / one["delivered"]))
    weeks = totals(told.marts[1]["email_by_week"], ("connection_id",), ["mailings"])
    assert {connection: number for (connection,), (number,) in weeks.items()} == {
        connection: len(each) for connection, each in rates.items()
    }
    for row in empty.all(EMPTY, "email_open_rates"):
        each = rates.pop(row["connection_id"])
        assert (row["campaigns"], row["lowest"], row["highest"]) == (
            len(each), pytest.approx(min(each)), pytest.approx(max(each))
        )  # fmt: skip
        assert (row["median_open_rate"], row["deviation"]) == (pytest.approx(median(each)), pytest.approx(stdev(each)))
    assert rates == {}


@pytest.mark.parametrize("told", SEEDS[:1], indirect=True)
@pytest.mark.parametrize(("mart", "right", "wrong"), MISTAKES)
def test_a_mistake_in_a_view_is_noticed(empty: MartsFixture, told: Told, mart: str, right: str, wrong: str) -> None:
    (read,) = (each for each in all_marts() if each.name == mart)
    assert right in read.query
    written, workspace = told.written[1].sums[mart], Workspace(empty.id(EMPTY), "Cedar", currency="EUR", zone=ZONE)
    statements = [
        statement(empty.settings.project, workspace, each)
        for each in (replace(read, query=read.query.replace(right, wrong, 1)), read)
    ]
    empty.stores.bigquery.query(statements[0]).result()
    try:
        assert added(empty.all(EMPTY, mart), KEYS[mart], written) != near(written)
    finally:
        empty.stores.bigquery.query(statements[1]).result()
