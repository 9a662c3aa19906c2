"""Three mailings and one that was deleted, as an accountant writes them down; all platforms of mail send the same.

k1   on Monday, 3 August: 1,000 mails, opened by 250 when it was first asked after, by 300 in the end; worth 100 euro
k9   on 6 August: 900 mails. It was deleted on the 9th, and counts no more
     in the week of the 10th nothing was sent
k2   on 17 August: 500 mails, opened by 100; worth 50 euro
     on the 24th the account moves to New York
k3   on 31 August at two in the morning in London and four in Berlin, which is Sunday evening in New York: 800 mails,
     opened by 200; worth 80 pounds, of which nobody knows the rate
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from tests.marts.engines import Ask, told
from tests.marts.lives.august import MONDAYS, WEEK, Row, Rows


class Mailing(NamedTuple):
    id: str
    sent_at: str
    sends: int
    opened: int
    worth: str
    currency: str


K1 = Mailing("k1", "2026-08-03T08:00:00Z", 1000, 300, "100.00", "EUR")
K9 = Mailing("k9", "2026-08-06T08:00:00Z", 900, 450, "90.00", "EUR")
K2 = Mailing("k2", "2026-08-17T08:00:00Z", 500, 100, "50.00", "EUR")
K3 = Mailing("k3", "2026-08-31T02:00:00Z", 800, 200, "80.00", "GBP")
SUNDAY = date(2026, 8, 30)
WEEKS = [
    (MONDAYS[0], 7, 1000, None, None),
    (MONDAYS[1], 7, 0, 1000, -1000),
    (MONDAYS[2], 7, 500, 0, 500),
    (MONDAYS[3], 7, 800, 500, 300),
]
EURO_WEEKS = [
    (MONDAYS[0], 7, 100, None, None),
    (MONDAYS[1], 7, 0, 100, -100),
    (MONDAYS[2], 7, 50, 0, 50),
    (MONDAYS[3], 7, 0, 50, -50),
]


def sent(tell: Callable[[Mailing], Row]) -> tuple[Rows, Rows]:
    """The table and its history."""
    gone = {**tell(K9), "_deleted_at": "2026-08-09T10:00:00Z", "_synced_at": "2026-08-07T10:00:00Z"}
    end = [
        {**tell(mailing), "_synced_at": f"2026-08-{day}T10:00:00Z"} for mailing, day in ((K1, 20), (K2, 20), (K3, 31))
    ]
    first = {**tell(K1._replace(opened=250)), "_synced_at": "2026-08-04T10:00:00Z"}
    return [*end, gone], [first, *end, {**gone, "_deleted_at": None}, {**gone, "_synced_at": "2026-08-09T10:00:00Z"}]


def moved(account: Row, zone: str) -> tuple[Rows, Rows]:
    """The account, of which the zone stands under this name: in Berlin since July, in New York since the 24th."""
    before = {**account, zone: "Europe/Berlin", "_synced_at": "2026-07-01T10:00:00Z"}
    after = {**account, zone: "America/New_York", "_synced_at": "2026-08-24T10:00:00Z"}
    return [after], [before, after]


def check_mails(ask: Ask, sunday: date = SUNDAY) -> None:
    """`sunday`: the day that the last mailing is of, which is another one where no zone is told."""
    days = [
        (date(2026, 8, 3), "k1", 1000, 300, 0.3),
        (date(2026, 8, 17), "k2", 500, 100, 0.2),
        (sunday, "k3", 800, 200, 0.25),
    ]
    assert told(ask("email_by_mailing"), "date", "campaign_id", "sends", "mails_opened", "open_rate") == days
    weeks = [(MONDAYS[0], 1, 1000, 0.3), (MONDAYS[2], 1, 500, 0.2)]
    if sunday == SUNDAY:
        weeks.append((MONDAYS[3], 1, 800, 0.25))
        assert told(ask("week_over_week"), *WEEK, metric="sends") == WEEKS
    assert told(ask("email_by_week"), "week", "mailings", "sends", "open_rate")[: len(weeks)] == weeks


def check_worth(ask: Ask) -> None:
    worth = told(ask("fact_email_performance"), "campaign_id", "revenue", "currency", "revenue_converted")
    assert worth == [("k1", 100, "EUR", 100), ("k2", 50, "EUR", 50), ("k3", 80, "GBP", None)]
    lacking = [row for row in ask("missing_rates") if row["fact"] == "fact_email_performance"]
    assert told(lacking, "date", "currency", "rows_affected", "amount") == [(SUNDAY, "GBP", 1, 80)]
    assert told(ask("week_over_week"), *WEEK, metric="email_revenue", currency="EUR") == EURO_WEEKS
