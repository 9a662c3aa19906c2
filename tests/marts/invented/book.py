"""Where invented rows are written down, with what they come to."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
FIRST = date(2026, 9, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(5)]
GONE = "2026-09-08T00:00:00Z"

# Units for one euro, as the golden rates have them. Nobody knows one for pounds.
RATES = {
    "USD": {date(2026, 9, 1): Decimal("1.25"), date(2026, 9, 4): Decimal("1.2")},
    "JPY": {date(2026, 9, 1): Decimal(160)},
    "CAD": {date(2026, 8, 28): Decimal("1.5")},
    "GBP": {},
}
HOLDS = timedelta(days=7)
PLACES = (
    ("Europe/Berlin", "EUR"), ("America/Los_Angeles", "USD"), ("Asia/Tokyo", "JPY"), ("Europe/London", "GBP"),
    ("America/Toronto", "CAD"),
)  # fmt: skip


@dataclass(frozen=True)
class Account:
    """One connection of a platform."""

    platform: str
    connection: str
    id: str
    zone: str
    currency: str


@dataclass
class Book:
    seed: int
    restated: Mapping[str, date]
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    history: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    sums: dict[str, dict[tuple[Any, ...], dict[str, Decimal]]] = field(default_factory=lambda: defaultdict(dict))
    names: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)  # newest name, and whether it is gone
    persons: dict[str, set[str]] = field(default_factory=dict)  # digest of an address, and the platforms that know it
    subjects: dict[tuple[str, str], str | None] = field(default_factory=dict)  # of mailings
    _dice: dict[tuple[str, date], random.Random] = field(default_factory=dict)

    def shape(self, *what: object) -> random.Random:
        """Decides what there is: restating leaves it alone."""
        return random.Random(f"{self.seed} {what}")

    def dice(self, account: Account, day: date) -> random.Random:
        """Decides the numbers of a day."""
        place = (account.connection, day)
        if place not in self._dice:
            again = self.restated.get(account.connection) == day
            self._dice[place] = random.Random(f"{self.seed} {place} {again}")
        return self._dice[place]

    def accounts(self, platform: str) -> Iterator[Account]:
        places = self.shape(platform).sample(PLACES, 2)
        for number, (zone, currency) in enumerate(places, start=1):
            yield Account(platform, f"{platform}-{number}", platform, zone, currency)

    def put(self, table: str, account: Account, **row: Any) -> None:
        """A row as a staged page has it."""
        told = {name: _plain(value) for name, value in row.items()}
        self.rows[table].append({"connection_id": account.connection, **told})

    def tell(self, table: str, account: Account, *readings: Row) -> None:
        """What was read of one record, one reading after another; the last is the current row."""
        for row in readings:
            self.put(table, account, **row)
            told = self.rows[table].pop()
            self.history[table].append(told)
        self.rows[table].append(told)

    def note(self, mart: str, key: tuple[Any, ...], **measures: Decimal | int | None) -> None:
        """These belong to that key of the mart, besides what was noted before. What is empty counts as none."""
        sums = self.sums[mart].setdefault(key, {})
        for name, value in measures.items():
            sums[name] = sums.get(name, Decimal(0)) + Decimal(value or 0)


def converted(amount: Decimal, currency: str | None, day: date) -> Decimal | None:
    """In euro, at the newest rate of that day that is not too old."""
    if currency == "EUR":
        return amount
    known = [rate for told, rate in sorted(RATES[currency or ""].items()) if told <= day < told + HOLDS]
    return amount / known[-1] if known else None


def cents(dice: random.Random, most: int = 99999) -> Decimal:
    return Decimal(dice.randint(0, most)) / 100


def split(total: Decimal | int, parts: int, dice: random.Random) -> list[Decimal]:
    """So many parts that come to the total, a count to one and money to the cent."""
    units = 1 if isinstance(total, int) else 100
    whole = int(total * units)
    marks = [0, *sorted(dice.randint(0, whole) for _ in range(parts - 1)), whole]
    return [Decimal(upper - lower) / units for lower, upper in pairwise(marks)]


def moment(day: date, zone: str, dice: random.Random) -> tuple[str, int]:
    """Some moment of that day in that zone, in UTC, and its hour there: often enough UTC has another day."""
    hour = dice.choice((0, 1, 6, 12, 17, 22, 23))
    there = datetime.combine(day, time(hour, dice.randint(0, 59), dice.randint(0, 59)), ZoneInfo(zone))
    return there.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), hour


def _plain(value: Any) -> Any:
    """Money is a text, and a count a number."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else str(value)
    return value
