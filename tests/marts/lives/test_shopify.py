"""A shop: an order on each day on which August has a number. The one of the 5th was for 10, and was edited to 12 on the
8th; one of 5 came on the 7th and was cancelled unpaid on the 8th. Orders are not read by days, so none is missing."""

from __future__ import annotations

from datetime import date

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401
from tests.marts.lives.august import (
    AFTER,
    BEFORE,
    CORRECTED,
    LAST_WEEK,
    MONDAYS,
    TAKEN_BACK,
    WEEK,
    Row,
    in_the_end,
    whole_run,
)  # fmt: skip

pytestmark = pytest.mark.slow

ORDERS = "shopify_orders"
SHOP = {"connection_id": "sh", "shop_id": "S", "zone": AFTER["account_zone"], "currency": AFTER["account_currency"]}


def order(day: date, total: int, where: Row, **more: object) -> Row:
    row = {
        "connection_id": "sh", "order_id": f"o{day.day}", "account_zone": where["account_zone"], "items": 1,
        "currency": where["account_currency"], "processed_date": str(day), "original_total_price": total,
        "total_price": total, "subtotal_price": total, "current_total_price": total, "refunded": 0, "test": False,
        "net_payment": total, "financial_status": "PAID", "edited": False, "taxes_included": False,
        "updated_at": f"{day}T12:00:00Z", "_synced_at": f"{day}T13:00:00Z",
    }  # fmt: skip
    return {**row, **more}


def test_a_month_of_a_shop(engine: Engine) -> None:  # noqa: F811
    later = {"updated_at": "2026-08-08T09:00:00Z", "_synced_at": "2026-08-08T10:00:00Z"}
    first = order(CORRECTED, 10, BEFORE)
    edited = order(CORRECTED, 10, BEFORE, edited=True, current_total_price=12, net_payment=12, **later)
    unpaid = {"order_id": "x", "net_payment": 0, "financial_status": "PENDING"}
    placed = order(TAKEN_BACK, 5, BEFORE, **unpaid)
    cancelled = order(TAKEN_BACK, 5, BEFORE, **unpaid, cancelled_at="2026-08-08T09:00:00Z", **later)
    others = [order(day, number, where) for day, number, where in in_the_end() if day != CORRECTED]
    ask = engine(
        {"shopify_shop": [SHOP], ORDERS: [*others, edited, cancelled],
         "tributary_runs": [whole_run("sh", "shopify", "orders", "S")]},
        {ORDERS: [*others, first, edited, placed, cancelled]},
    )  # fmt: skip
    days = [row for row in ask("commerce_by_day") if row["date"] in (CORRECTED, TAKEN_BACK, date(2026, 8, 8))]
    assert told(days, "date", "orders", "gross", "edited", "cancelled", "net") == [
        (CORRECTED, 1, 10, 0, 0, 10),
        (TAKEN_BACK, 2, 15, 0, 0, 15),
        (date(2026, 8, 8), 1, 10, 2, 5, 7),
    ]
    compared = ask("week_over_week")
    assert told(compared, *WEEK, metric="net", currency="EUR") == [
        (MONDAYS[0], 7, 72, None, None), (MONDAYS[1], 7, 0, 72, -72), (MONDAYS[2], 7, 120, 0, 120),
        (MONDAYS[3], 7, 0, 120, -120),
    ]  # fmt: skip
    assert told(compared, *WEEK, metric="net", currency="GBP")[-1] == (MONDAYS[3], 7, 210, 0, 210)
    lacking = [row for row in ask("missing_rates") if row["fact"] == "fact_commerce"]
    assert told(lacking, "date", "currency", "amount") == [(day, "GBP", 30) for day in LAST_WEEK]
    zones = {(row["date"] < MONDAYS[3], row["time_zone"]) for row in ask("fact_commerce")}
    assert zones == {(True, "Europe/Berlin"), (False, "America/New_York")}
