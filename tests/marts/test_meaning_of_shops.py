"""What a shop's money means, with orders as Shopify tells them and sums done by hand: what was ordered and changed,
what was paid of it, what a gift card is, and how much of a price is tax."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401

pytestmark = pytest.mark.slow

FIRST, THIRD, FIFTH = date(2026, 9, 1), date(2026, 9, 3), date(2026, 9, 5)
SHOP = {"shopify_shop": [{"connection_id": "sh", "shop_id": "S", "zone": "Europe/Berlin", "currency": "EUR"}]}


def order(name: str, total: int, **more: Any) -> dict[str, Any]:
    """Placed on the first of September for so much and paid, as far as nothing else is said."""
    now = more.get("current_total_price", total)
    row = {
        "connection_id": "sh", "order_id": name, "account_zone": "Europe/Berlin", "currency": "EUR", "test": False,
        "processed_date": "2026-09-01", "updated_at": "2026-09-01T10:00:00Z", "original_total_price": total,
        "total_price": total, "subtotal_price": total, "current_total_price": now, "refunded": 0, "net_payment": now,
        "financial_status": "PAID", "edited": False, "taxes_included": False, "items": 1,
        "_synced_at": "2026-09-01T12:00:00Z",
    }  # fmt: skip
    return {**row, **more}


def back(amount: int, day: str) -> dict[str, Any]:
    money = {"shopMoney": {"amount": str(amount), "currencyCode": "EUR"}}
    return {"id": "r", "createdAt": f"{day}T10:00:00Z", "processedAt": f"{day}T10:00:00Z", "totalRefundedSet": money}


def later(day: int, **more: Any) -> dict[str, Any]:
    """The order as it was read after it had been changed on that day."""
    return {"updated_at": f"2026-09-0{day}T22:30:00Z", "_synced_at": f"2026-09-0{day}T23:00:00Z", **more}


def rows_of(engine: Engine, *readings: dict[str, Any]) -> list[tuple[Any, ...]]:  # noqa: F811
    newest = {row["order_id"]: row for row in readings}
    ask = engine({**SHOP, "shopify_orders": list(newest.values())}, {"shopify_orders": list(readings)})
    rows = ask("fact_commerce")
    for row in rows:
        assert row["net"] == row["gross"] + row["edited"] - row["refunded"] - row["cancelled"]
    return told(rows, "date", "kind", "gross", "edited", "refunded", "cancelled", "net")


def test_an_order_that_was_edited_up_is_worth_more_since_that_day(engine: Engine) -> None:  # noqa: F811
    """100, then 150 and all of it paid. Whether Shopify's total before returns moves along makes no difference."""
    for total in (100, 150):
        up = order("o", 100, total_price=total, edited=True, **later(2, current_total_price=150, net_payment=150))
        assert rows_of(engine, order("o", 100), up) == [
            (FIRST, "order", 100, 0, 0, 0, 100), (THIRD, "edit", 0, 50, 0, 0, 50)
        ]  # fmt: skip


def test_what_was_taken_off_before_payment_is_not_sold(engine: Engine) -> None:  # noqa: F811
    less = order("o", 100, edited=True, **later(2, current_total_price=60, net_payment=60))
    assert rows_of(engine, order("o", 100, net_payment=0), less) == [
        (FIRST, "order", 100, 0, 0, 0, 100), (THIRD, "edit", 0, -40, 0, 0, -40)
    ]  # fmt: skip


def test_what_was_taken_off_after_payment_is_not_taken_off_twice(engine: Engine) -> None:  # noqa: F811
    """60 are left of 100: on the third by an edit, and on the fifth the 40 went back."""
    off = order("o", 100, edited=True, **later(2, current_total_price=60, net_payment=100))
    returned = {"refunded": 40, "refunds": [back(40, "2026-09-05")]}
    paid_back = order("o", 100, edited=True, **later(4, current_total_price=60, net_payment=60, **returned))
    rows = rows_of(engine, order("o", 100), off, paid_back)
    assert sum(row[-1] for row in rows) == 60
    assert rows == [
        (FIRST, "order", 100, 0, 0, 0, 100), (THIRD, "edit", 0, -40, 0, 0, -40),
        (FIFTH, "edit", 0, 40, 0, 0, 40), (FIFTH, "refund", 0, 0, 40, 0, -40),
    ]  # fmt: skip


def test_an_order_that_was_edited_paid_and_cancelled_leaves_nothing(engine: Engine) -> None:  # noqa: F811
    up = order("o", 100, edited=True, **later(2, current_total_price=150, net_payment=150))
    gone = {"cancelled_at": "2026-09-05T08:00:00Z", "refunded": 150, "refunds": [back(150, "2026-09-05")]}
    nothing = order("o", 100, edited=True, **later(5, current_total_price=0, net_payment=0, **gone))
    assert rows_of(engine, order("o", 100), up, nothing) == [
        (FIRST, "order", 100, 0, 0, 0, 100), (THIRD, "edit", 0, 50, 0, 0, 50), (FIFTH, "refund", 0, 0, 150, 0, -150)
    ]  # fmt: skip
    unpaid = order("p", 100, edited=True, **later(2, current_total_price=150, net_payment=0))
    never = order(
        "p", 100, edited=True, **later(5, current_total_price=0, net_payment=0, cancelled_at=gone["cancelled_at"])
    )
    rows = rows_of(engine, order("p", 100, net_payment=0), unpaid, never)
    assert sum(row[-1] for row in rows) == 0


def test_what_was_never_paid_is_told_apart(engine: Engine) -> None:  # noqa: F811
    """A transfer that never came, an authorisation that was given up, and an order that was paid."""
    orders = [
        order("transfer", 120, net_payment=0, financial_status="PENDING"),
        order("card", 60, net_payment=0, financial_status="VOIDED"),
        order("paid", 70),
    ]
    ask = engine({**SHOP, "shopify_orders": orders})
    rows = told(ask("fact_commerce"), "order_id", "financial_status", "net", "paid")
    assert rows == [("card", "VOIDED", 60, 0), ("paid", "PAID", 70, 70), ("transfer", "PENDING", 120, 0)]
    assert told(ask("commerce_by_day"), "net", "paid") == [(250, 70)]


def test_a_gift_card_is_no_sale_until_it_is_spent(engine: Engine) -> None:  # noqa: F811
    """100 for the card, and the same 100 for what it bought. Another card was given back."""

    def line(name: str, card: bool) -> dict[str, Any]:
        money = {"shopMoney": {"amount": "100.00", "currencyCode": "EUR"}}
        return {"id": name, "isGiftCard": card, "discountedTotalSet": money, "quantity": 1}

    orders = [
        order("card", 100, line_items=[line("l1", True)]),
        order("goods", 100, line_items=[line("l2", False)]),
        order("other", 100, line_items=[line("l3", True)], refunded=100, refunds=[back(100, "2026-09-05")],
              current_total_price=0),
    ]  # fmt: skip
    lines = [{"connection_id": "sh", "order_id": "other", "refund_id": "r", "refund_line_id": "x", "line_item_id": "l3",
              "subtotal": "100.00"}]  # fmt: skip
    ask = engine({**SHOP, "shopify_orders": orders, "shopify_order_refund_lines": lines})
    rows = told(ask("fact_commerce"), "order_id", "kind", "net", "gift_cards")
    assert rows == [
        ("card", "order", 100, 100), ("goods", "order", 100, 0), ("other", "order", 100, 100),
        ("other", "refund", -100, -100),
    ]  # fmt: skip
    assert sum(net - cards for *_, net, cards in rows) == 100


def test_goods_shipping_and_tax_come_to_the_total_wherever_tax_is(engine: Engine) -> None:  # noqa: F811
    """In Germany 119 for goods, of which 19 are tax, and 5 for shipping, of which 0.80 are. In America 100 for goods, 5
    for shipping and 8 on both; 10 of tip and 4 of duties."""
    orders = [
        order("de", 124, subtotal_price="119.00", shipping="5.00", tax="19.80", taxes_included=True, tips="0.00"),
        order("us", 127, subtotal_price="100.00", shipping="5.00", tax="8.00", tips="10.00", duties="4.00"),
        order("old", 50, subtotal_price="50.00", tax="5.00", taxes_included=None),
    ]
    rows = engine({**SHOP, "shopify_orders": orders})("fact_commerce")
    columns = ("order_id", "taxes_included", "goods", "goods_net", "shipping_net", "tax", "tips", "duties", "gross")
    assert told(rows, *columns) == [
        ("de", True, 119, 100, 4.2, 19.8, 0, 0, 124),
        ("old", None, 50, None, None, 5, None, None, 50),
        ("us", False, 100, 100, 5, 8, 10, 4, 127),
    ]
    parts = ("goods_net", "shipping_net", "tax", "tips", "duties")
    whole = [row for row in rows if row["goods_net"] is not None]
    assert all(sum(Decimal(str(row[name])) for name in parts) == Decimal(str(row["gross"])) for row in whole)
