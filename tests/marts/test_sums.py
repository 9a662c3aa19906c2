"""Whatever the tables hold, a mart comes to what its sources come to, and a day restated changes that day alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from statistics import median, stdev
from typing import Any

import pytest

from infra.bigquery.marts import all_marts, statement
from shared.model import Workspace
from tests.marts.conftest import EMPTY
from tests.marts.desk import Desk
from tests.marts.invented import invent
from tests.marts.invented.book import DAYS, Book

SEEDS = (1, 2)
Row = dict[str, Any]
Sums = Mapping[tuple[Any, ...], Mapping[str, Decimal]]

ACCOUNT, DAY = ("platform", "connection_id"), ("platform", "connection_id", "currency", "date")
MAILING = (*ACCOUNT, "kind", "campaign_id")
# What the sums of each mart are noted by: platform, account, currency and day of each fact, and what tells its kinds
# apart; people at the very level at which they are told.
KEYS = {
    "fact_ad_performance": DAY,
    "fact_email_performance": (*DAY, "kind"),
    "fact_email_engagement": (*ACCOUNT, "date", "hour", "kind"),
    "fact_web_traffic": DAY,
    "fact_web_commerce": DAY,
    "fact_commerce": (*DAY, "kind"),
    "fact_social": (*ACCOUNT, "network", "date"),
    "fact_social_posts": (*ACCOUNT, "network", "date"),
    "ad_reach": (*ACCOUNT, "date", "level", "campaign_id", "ad_group_id", "ad_id"),
    "email_uniques": MAILING,
    "social_people": (*ACCOUNT, "network", "date"),
    "social_post_people": (*ACCOUNT, "network", "post_id"),
    "social_series": (*ACCOUNT, "network", "subject", "metric", "date"),
    "web_users": (*ACCOUNT, "date"),
    "ads_by_campaign": ("connection_id", "date", "campaign_id"),
    "email_by_mailing": (*MAILING, "date"),
    "email_heat_map": (*ACCOUNT, "date", "hour"),
    "list_growth": (*ACCOUNT, "date"),
}
FACTS = [mart for mart in KEYS if mart.startswith("fact_")]
# Other views of the same numbers: together they come to the same for each account and currency.
AGAIN = {
    "ads_by_day": "fact_ad_performance", "ads_by_week": "fact_ad_performance", "email_by_week": "email_by_mailing",
    "web_by_day": "fact_web_traffic", "commerce_by_day": "fact_commerce",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What was written down, and what the marts made of it: at first, and after a day of each account was restated."""

    written: tuple[Book, Book]
    marts: tuple[dict[str, list[Row]], dict[str, list[Row]]]
    restated: Mapping[str, date]


@pytest.fixture(scope="module", params=SEEDS)
def told(empty: Desk, request: pytest.FixtureRequest) -> Told:
    first = invent(request.param)
    connections = sorted({row["connection_id"] for rows in first.rows.values() for row in rows})
    restated = {each: first.shape("restated", each).choice(DAYS) for each in connections}
    books = first, invent(request.param, restated)
    marts = []
    for book in books:
        empty.hold(EMPTY, "raw", book.rows)
        marts.append({mart: empty.all(EMPTY, mart) for mart in (*KEYS, *AGAIN, "metrics_by_day")})
    return Told(books, (marts[0], marts[1]), restated)


@pytest.mark.parametrize("mart", KEYS)
def test_a_mart_comes_to_what_its_sources_come_to(told: Told, mart: str) -> None:
    for book, marts in zip(told.written, told.marts, strict=True):
        written = book.sums[mart]
        assert written, "there is something to be added up"
        assert added(marts[mart], KEYS[mart], written) == near(written)


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


def test_measures_by_day_are_those_of_all_facts(told: Told) -> None:
    sums = totals(told.marts[0]["metrics_by_day"], (*ACCOUNT, "metric", "currency"), ["value"])
    for fact, metrics in {
        "fact_ad_performance": ("impressions", "clicks", "cost", "conversions", "conversion_value"),
        "fact_email_performance": ("sends", "opens", "revenue"),
        "fact_web_traffic": ("sessions", "key_events", "revenue"),
        "fact_commerce": ("orders", "gross", "net"),
        "fact_social": ("views", "interactions", "follows"),
    }.items():
        for metric in metrics:
            money = metric in ("cost", "conversion_value", "revenue", "gross", "net")
            key = (*ACCOUNT, "currency") if money else ACCOUNT
            for place, (value,) in totals(told.marts[0][fact], key, [metric], roughly=True).items():
                assert sums.pop((*place[:2], metric, place[2] if money else None), [0]) == [value]
    assert sums == {}, "nothing else is in it"


def test_campaigns_bear_their_newest_name_whether_listed_gone_or_not_listed_yet(empty: Desk, told: Told) -> None:
    """And whatever became of it, what it cost is still there, once: the sums of ads_by_campaign say so."""
    rows = empty.all(EMPTY, "dim_campaigns", kind="ads")
    named = {(row["connection_id"], row["campaign_id"]): (row["name"], row["is_gone"]) for row in rows}
    assert len(named) == len(rows)
    written = told.written[1].names
    assert {place: named[place] for place in written} == written
    for row in told.marts[1]["ads_by_campaign"]:
        assert row["campaign_name"] == written[row["connection_id"], row["campaign_id"]][0]


def test_converted_amounts_are_there_for_all_but_pounds(told: Told) -> None:
    for fact in ("fact_ad_performance", "fact_email_performance", "fact_web_traffic", "fact_commerce"):
        rows = [row for row in told.marts[0][fact] if row["currency"]]
        amounts = [name for name in rows[0] if name.endswith("_converted")]
        assert {row["currency"] for row in rows if row[amounts[0]] is None} <= {"GBP"}
        assert {row["currency"] for row in rows if row[amounts[0]] is not None}.isdisjoint({"GBP"})


def test_amounts_that_cannot_be_converted_are_listed(empty: Desk, told: Told) -> None:
    """Which are all those in pounds; that they are empty, and neither zero nor native, is above."""
    wanted: dict[tuple[Any, ...], float] = {}
    for fact, amount in {
        "fact_ad_performance": "cost", "fact_email_performance": "revenue", "fact_web_traffic": "revenue",
        "fact_web_commerce": "purchase_revenue", "fact_commerce": "net",
    }.items():  # fmt: skip
        for (platform, _, currency, day, *_), one in told.written[1].sums[fact].items():
            if currency == "GBP":
                place = (fact, platform, day)
                wanted[place] = wanted.get(place, 0) + float(one[amount])
    rows = empty.all(EMPTY, "missing_rates")
    assert {row["currency"] for row in rows} <= {"GBP"}
    assert {(row["fact"], row["platform"], row["date"]): pytest.approx(row["amount"]) for row in rows} == wanted


def test_a_campaign_of_several_messages_is_one_mailing(empty: Desk, told: Told) -> None:
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


# What would be easy to get wrong in each, and one thing that notices it: a mart, what its file says, what it says then.
MISTAKES = (
    ("fact_ad_performance", "WHERE _deleted_at IS NULL", ""),
    ("fact_ad_performance", "QUALIFY level = 'ad' OR", "QUALIFY TRUE OR"),
    ("fact_ad_performance", "CAST(purchases_14d AS FLOAT64)", "CAST(purchases_30d AS FLOAT64)"),
    ("fact_ad_performance", "r.date = f.date AND", ""),
    ("fact_email_performance", "DATE(n.send_time, COALESCE(a.time_zone, 'UTC'))", "DATE(n.send_time)"),
    ("fact_email_performance", " AND s.campaign_id = n.campaign_id", ""),
    ("fact_email_performance", " AND n.send_channel = 'email'", ""),
    ("fact_email_performance", "QUALIFY", "QUALIFY TRUE OR"),
    ("fact_email_engagement", "m.id = n.metric_id", "TRUE"),
    ("fact_email_engagement", "EXTRACT(HOUR FROM f.moment AT TIME ZONE COALESCE(a.time_zone, 'UTC'))",
     "EXTRACT(HOUR FROM f.moment)"),
    ("fact_web_traffic", "WHERE f._deleted_at IS NULL", ""),
    ("fact_commerce", " AND o.test IS NOT TRUE", ""),
    ("fact_commerce", "DATE(COALESCE(r.processed_at, r.created_at), o.account_zone)", "o.processed_date"),
    ("fact_commerce", "total_price - net_payment - refunded, -", "total_price, -"),
    ("fact_social", "WHEN 'facebook account pageViews' THEN 'profile_views'", ""),
    ("fact_social_posts", "i.connection_id = n.connection_id AND", ""),
    ("ad_reach", "WHERE _deleted_at IS NULL", ""),
    ("web_users", "e.connection_id = d.connection_id AND", ""),
    ("email_by_mailing", " AND u.kind = f.kind", ""),
)  # fmt: skip


@pytest.mark.parametrize("told", SEEDS[:1], indirect=True)
@pytest.mark.parametrize(("mart", "right", "wrong"), MISTAKES)
def test_a_mistake_in_a_view_is_noticed(empty: Desk, told: Told, mart: str, right: str, wrong: str) -> None:
    (read,) = (each for each in all_marts() if each.name == mart)
    assert right in read.query
    written, workspace = told.written[1].sums[mart], Workspace(empty.id(EMPTY), "Cedar", currency="EUR")
    statements = [
        statement(empty.settings.project, workspace, each)
        for each in (replace(read, query=read.query.replace(right, wrong, 1)), read)
    ]
    empty.stores.bigquery.query(statements[0]).result()
    try:
        assert added(empty.all(EMPTY, mart), KEYS[mart], written) != near(written)
    finally:
        empty.stores.bigquery.query(statements[1]).result()


def near(written: Sums) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {place: {name: pytest.approx(float(value)) for name, value in one.items()} for place, one in written.items()}


def added(rows: Iterable[Row], key: tuple[str, ...], written: Sums) -> dict[tuple[Any, ...], dict[str, float]]:
    """Sums of the rows of a mart, of the measures that were written down; `rows` is how many there are."""
    sums: dict[tuple[Any, ...], dict[str, float]] = {}
    for row in rows:
        place = tuple(row[name] for name in key)
        one = sums.setdefault(place, dict.fromkeys(written.get(place, {}), 0.0))
        for name in one:
            one[name] += 1 if name == "rows" else float(row[name] or 0)
    return sums


def totals(
    rows: Iterable[Row], key: tuple[str, ...], measures: list[str], roughly: bool = False
) -> dict[Any, list[Any]]:
    sums: dict[Any, list[Any]] = {}
    for row in rows:
        one = sums.setdefault(tuple(row[name] for name in key), [0.0] * len(measures))
        one[:] = [total + float(row[name] or 0) for total, name in zip(one, measures, strict=True)]
    return {place: [pytest.approx(each) if roughly else each for each in one] for place, one in sums.items()}


def is_sum(name: str, value: object) -> bool:
    return isinstance(value, (int, float)) and not name.endswith(("_converted", "_rate", "_year"))


def by_day(rows: Iterable[Row]) -> dict[tuple[str, date], list[str]]:
    """What the rows of each account and day say, apart from where they came from."""
    found: dict[tuple[str, date], list[str]] = {}
    for row in rows:
        said = repr({name: value for name, value in row.items() if name not in ("_synced_at", "_page", "_line")})
        found.setdefault((row["connection_id"], row["date"]), []).append(said)
    return {place: sorted(said) for place, said in found.items()}
