"""What reading costs, by connection and month, as the published table of runs tells it."""

from __future__ import annotations

from datetime import date

import orjson
import pytest

from shared.people.levels import Role
from shared.prices import cents_of
from tests.people.house import Browser, House
from tests.people.publishing import publish

HERE = "/workspaces/bakery/cost"


@pytest.fixture
def browser(house: House) -> Browser:
    house.workspace("bakery")
    person = house.person("ann@a.example", google="1")
    house.role(person, "bakery", Role.ADMIN)
    return house.signed_in(person)


def run(day: date, connection: str, calls: int) -> dict[str, object]:
    return {
        "workspace_id": "bakery", "connection_id": connection, "platform": "mailchimp", "account_id": "a",
        "stream": "s",
        "day": day, "run_id": f"{connection}-{day}", "calls": calls, "pages": calls, "rows_read": calls * 100,
    }  # fmt: skip


def test_nothing_published_is_said_so(browser: Browser) -> None:
    assert "Nothing was counted yet" in browser.open(HERE).text
    assert orjson.loads(browser.ask("GET", f"{HERE}.json").get_data()) == {"cost": []}


def test_calls_are_added_up_by_connection_and_month(house: House, browser: Browser) -> None:
    house.engine.set("workspaces/bakery/connections/one", {"id": "one", "platform": "mailchimp", "title": "A<b>"})
    rows = [run(date(2026, 7, 1), "one", 5), run(date(2026, 8, 1), "one", 1000), run(date(2026, 8, 31), "one", 500)]
    publish(house, "bakery", {"sync_status": [*rows, run(date(2026, 8, 2), "two", 2)]})
    told = orjson.loads(browser.ask("GET", f"{HERE}.json").get_data())["cost"]
    assert [(each["month"], each["connection"], each["calls"]) for each in told] == [
        ("2026-08", "one", 1500), ("2026-08", "two", 2), ("2026-07", "one", 5),
    ]  # fmt: skip
    assert told[0]["cents"] == pytest.approx(cents_of(1500), abs=1e-4)
    text = browser.open(HERE).text
    assert "1,500" in text
    assert "1,502" in text
    assert "A<b>" not in text
    assert browser.ask("GET", f"{HERE}.csv").get_data(as_text=True).startswith("month,connection,")


def test_cents_are_those_of_the_prices_that_all_is_reckoned_with() -> None:
    assert cents_of(1e6) == pytest.approx(100 * (0.40 + 1e6 * 0.9 * 0.0000265))
