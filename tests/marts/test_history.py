"""Numbers that are read again and again: their history comes to what was read last, whatever happened in between."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.marts.conftest import EMPTY
from tests.marts.invented.ads import PRODUCTS
from tests.marts.invented.book import DAYS, Account, Book, Row, cents
from tests.marts.marts_fixture import MartsFixture

pytestmark = pytest.mark.slow

Said = dict[str, Decimal]
Readings = list[tuple[datetime, Said, bool]]  # when, what it said, and whether the platform told it no longer
Thing = tuple[str, str | None, date]  # connection, campaign, and the day that the numbers are for
Move = tuple[Any, ...]

ADS = ("impressions", "clicks", "cost", "conversions", "conversion_value")
VISITS = ("sessions", "key_events", "revenue")
MONEY = ("cost", "conversion_value", "revenue")
LATE = DAYS[-1] + timedelta(days=60)  # a day that is read when all before it have settled
COUNTING = {"amazon_ads": 42, "google_ads": 30, "google_analytics": 12, "meta_ads": 28}  # days that it is read again
PLATFORMS = ("amazon_ads", "google_ads", "google_analytics", "meta_ads")


def read_again(dice: random.Random, metrics: tuple[str, ...], day: date) -> Readings:
    """One to four times: some say the same again, and some that the thing is there no longer."""
    said = {name: cents(dice) if name in MONEY else Decimal(dice.randint(0, 99)) for name in metrics}
    moment = datetime(day.year, day.month, day.day, dice.randint(0, 23), tzinfo=UTC) + timedelta(days=1)
    found: Readings = [(moment, said, False)]
    for _ in range(dice.randint(0, 3)):
        moment, fate = moment + timedelta(hours=dice.randint(1, 60)), dice.random()
        if fate > 0.4:
            said = {name: value + dice.randint(0, 5) for name, value in said.items()}
        found.append((moment, said, fate < 0.2))
    return found


def write(book: Book, account: Account) -> dict[Thing, Readings]:
    """The history of an account, and the readings that it is made of."""
    found: dict[Thing, Readings] = {}
    for product in (each for each in PRODUCTS if each.platform == account.platform):
        for item, day in ((f"{product.short}{number}", day) for number in range(2) for day in (*DAYS, LATE)):
            readings = read_again(book.shape(account.connection, item, day), ADS, day)
            found[account.connection, item, day] = readings
            place = {"account_id": account.id, product.day: day, "campaign_id": item}
            for moment, said, gone in readings:
                told: Any = tuple(int(said[name]) if name not in MONEY else said[name] for name in ADS)
                put(book, product.whole, account, {**place, **product.told(account, told)}, moment, gone)
    if account.platform == "google_analytics":
        ours = {"account_id": account.id, "account_zone": account.zone, "account_currency": account.currency}
        for day in (*DAYS, LATE):
            readings = read_again(book.shape(account.connection, day), VISITS, day)
            found[account.connection, None, day] = readings
            for moment, said, gone in readings:
                row = {**ours, "date": day, **said, "total_revenue": said["revenue"]}
                del row["revenue"]
                put(book, "google_analytics_daily_overview", account, row, moment, gone)
    return found


def put(book: Book, table: str, account: Account, row: Row, moment: datetime, gone: bool) -> None:
    told = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    book.put(table, account, **row, _synced_at=told, **({"_deleted_at": told} if gone else {}))


def is_whole(moment: datetime, day: date, zone: str) -> bool:
    """Whether the day was over there."""
    return moment.astimezone(ZoneInfo(zone)).date() > day


def moves(readings: Readings, metric: str, day: date, zone: str, day_read: datetime) -> list[Move]:
    """`day_read`: when anything of that day was first read whole."""
    found: list[Move] = []
    before, whole = None, 0
    for moment, said, gone in readings:
        whole += is_whole(moment, day, zone)
        value = Decimal(0) if gone else said[metric]
        if value != before:
            first = whole == 1 and moment - day_read < timedelta(days=1)
            told = "no longer told" if gone else "first reading" if first else "restated"
            reason = told if is_whole(moment, day, zone) else "day under way"
            after = (moment.astimezone(ZoneInfo(zone)).date() - day).days
            numbers = (value, before, value - (before or 0))
            found.append((*(None if each is None else pytest.approx(float(each)) for each in numbers), reason, after))
            before = value
    return found


def test_the_history_of_a_number_tells_each_move_of_it_and_comes_to_its_last_reading(empty: MartsFixture) -> None:
    book, read, zones = Book(5, {}), dict[Thing, Readings](), dict[str, str]()
    for account in (account for platform in PLATFORMS for account in book.accounts(platform)):
        read |= write(book, account)
        zones[account.connection] = account.zone
    current = {"meta_ads_ad_account": [
        {"connection_id": account.connection, "account_id": account.id, "timezone_name": account.zone}
        for account in book.accounts("meta_ads")
    ]}  # fmt: skip
    empty.hold(EMPTY, "raw", current)
    empty.hold(EMPTY, "history", book.rows)
    try:
        rows = sorted(empty.all(EMPTY, "metric_history"), key=lambda row: row["read_at"])
        settling = empty.all(EMPTY, "metric_settling")
    finally:
        empty.hold(EMPTY, "history", {})
    told: dict[tuple[Any, ...], list[Move]] = {}
    for row in rows:
        place = (row["connection_id"], row["item_id"], row["date"], row["metric"])
        move = (row["value"], row["value_before"], row["change"], row["reason"], row["days_after"])
        told.setdefault(place, []).append(move)
    first: dict[tuple[str, date], datetime] = {}
    for (connection, _, day), readings in read.items():
        whole = [moment for moment, _, _ in readings if is_whole(moment, day, zones[connection])]
        first[connection, day] = min([*whole, first.get((connection, day), datetime.max.replace(tzinfo=UTC))])
    wanted = {
        (*thing, metric): moves(readings, metric, thing[2], zones[thing[0]], first[thing[0], thing[2]])
        for thing, readings in read.items()
        for metric in readings[0][1]
    }
    assert told == wanted
    for (connection, item, day, metric), each in told.items():
        _, said, gone = read[connection, item, day][-1]
        assert sum(one[2] for one in each) == pytest.approx(0 if gone else float(said[metric]))
    found: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(settling, key=lambda row: row["days_after"]):
        found.setdefault((row["connection_id"], row["metric"]), []).append(row)
    assert found.keys() == {(place[0], place[3]) for place in told}
    for (connection, metric), steps in found.items():
        until = max(place[2] + timedelta(days=each[-1][4]) for place, each in told.items() if place[0] == connection)
        old = {
            place: each
            for place, each in told.items()
            if (place[0], place[3]) == (connection, metric)
            and (until - place[2]).days >= COUNTING[connection.rpartition("-")[0]]
        }
        assert_settles(steps, list(old.values()))
        assert {row["days_watched"] for row in steps} == {len({place[2] for place in old})}


def assert_settles(steps: list[Row], watched: list[list[Move]]) -> None:
    """What was known after so many days, thing by thing, of all that is known today; and from when on it stayed within
    a hundredth."""
    days = sorted({max(move[4], 0) for each in watched for move in each})
    last = [float(each[-1][0]) for each in watched]
    shares: dict[int, float] = {}
    for after in days:
        known = [next((float(move[0]) for move in reversed(each) if move[4] <= after), 0.0) for each in watched]
        wrong = sum(abs(end - then) for end, then in zip(last, known, strict=True))
        shares[after] = 1 - wrong / sum(abs(end) for end in last)
    assert {row["days_after"]: row["known_share"] for row in steps} == {
        after: pytest.approx(share) for after, share in shares.items()
    }
    moved = [later for day, later in pairwise(days) if abs(shares[day] - 1) > 0.01]
    assert {row["settled_after"] for row in steps} == {max(moved, default=days[0])}
