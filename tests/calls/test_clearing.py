"""The SQL that clears what rows say of a person, on BigQuery's stand-in: what goes, and what stays as it was."""

from __future__ import annotations

from typing import Any

import pytest

from shared.calls.persons import Persons
from shared.model import Connection
from shared.platforms import PLATFORMS
from shared.stores.bigquery import BigQueryWarehouse
from shared.stores.holdings import Holdings
from shared.sync.tables import table_of
from tests.contract.warehouse_backends import KINDS, SETTINGS, world
from tests.support.memory import MemoryDocuments, MemoryVault, Time

SHOPIFY = PLATFORMS["shopify"]
ADA, BEN = (f"gid://shopify/Customer/{number}" for number in (1, 2))
# A note may hold what looks like another note; a reason that is told stays a reason of the refund next to it.
REFUNDS: list[dict[str, Any]] = [
    {
        "id": "r1",
        "note": 'Ada said: {"note":"late"} \\ and "why"',
        "totalRefundedSet": {"shopMoney": {"amount": "1.50"}},
    },
    {"id": "r2", "note": None},
    {"id": "r3"},
]


def order(number: int, customer: str | None, **more: Any) -> dict[str, Any]:
    return {
        "order_id": f"gid://shopify/Order/{number}",
        "customer_id": customer,
        "total_price": "10.00",
        "tags": ["vip", "Ada"],
        "shipping_country": "AT",
        "first_landing_page": "https://shop.example/?ref=ada",
        "_extra": {"customAttributes": "Ada"},
        **more,
    }


@pytest.mark.slow
def test_what_names_a_person_goes_and_what_counts_stays() -> None:
    there = world(KINDS[1])
    orders, customers = (table_of(SHOPIFY, SHOPIFY.stream(name)) for name in ("orders", "customers"))
    people = [{"customer_id": name, "first_name": "Ada", "email": f"{name[-1]}@example.com", "country": "AT",
               "amount_spent": "20.00", "tags": ["Ada"]} for name in (ADA, BEN)]  # fmt: skip
    made = [order(1, ADA, refunds=REFUNDS), order(2, BEN), order(3, None), order(4, None, refunds=REFUNDS[:1])]
    there.once(there.load(orders, there.page(made, 1)))
    there.once(there.load(orders, there.page([order(1, ADA, total_price="11.00", refunds=REFUNDS)], 2)))
    there.once(there.load(orders, there.page([order(1, ADA)], 1, connection="c2")))  # another client's
    there.once(there.load(customers, there.page(people, 1)))
    before = there.current(orders)

    holdings = Holdings(SETTINGS, MemoryDocuments(), MemoryVault(), there.objects, Time())
    assert isinstance(there.warehouse, BigQueryWarehouse)
    one = Connection("c1", there.workspace, "shopify", "north.myshopify.com", "North")
    persons = Persons(holdings, SHOPIFY, one, ADA, ["gid://shopify/Order/3"])
    assert {table: len([row for of, row in persons.rows() if of == table]) for table, _ in persons.rows()} == {
        "shopify_customers": 1, "shopify_orders": 2,
    }  # fmt: skip
    cleared = persons.clear_tables()
    home = there.workspace
    assert cleared == {
        f"{home}_raw.shopify_orders": 2, f"{home}_history.shopify_orders": 3,
        f"{home}_raw.shopify_customers": 1, f"{home}_history.shopify_customers": 1,
    }  # fmt: skip

    now = {(row["connection_id"], row["order_id"][-1]): row for row in there.current(orders)}
    was = {(row["connection_id"], row["order_id"][-1]): row for row in before}
    for key in [("c1", "1"), ("c1", "3")]:
        row = now[key]
        assert (row["tags"], row["first_landing_page"], row["_extra"]) == ([], None, None)
        assert (str(row["total_price"]), row["shipping_country"]) == (str(was[key]["total_price"]), "AT")
    assert now["c1", "1"]["refunds"] == [
        {"id": "r1", "note": None, "totalRefundedSet": {"shopMoney": {"amount": "1.50"}}},
        {"id": "r2", "note": None},
        {"id": "r3"},
    ]
    for key in [("c1", "2"), ("c1", "4"), ("c2", "1")]:
        assert now[key] == was[key], "somebody else's"
    assert "Ada" not in str(
        [row for row in there.history(orders) if row["customer_id"] == ADA and row["connection_id"] == "c1"]
    )
    people_now = {row["customer_id"]: row for row in there.current(customers)}
    assert (people_now[ADA]["first_name"], people_now[ADA]["email"], people_now[ADA]["tags"]) == (None, None, [])
    assert (people_now[ADA]["amount_spent"], people_now[ADA]["country"]) == (20, "AT")
    assert people_now[BEN]["email"] == "2@example.com"
