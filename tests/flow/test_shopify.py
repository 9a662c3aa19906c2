"""Shopify with the real engine: questions that are too dear, lists that are too deep, a version that is another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from infra.sandbox.shopify.seeding import attribute
from shared.platforms import PLATFORMS
from shared.platforms.shopify import PLATFORM as SHOPIFY
from shared.vocabulary.paging import Cursor
from tests.flow.pipeline import Pipeline

pytestmark = pytest.mark.slow

COUNTS = {"orders": 40, "customers": 30, "products": 12}


def notes(world: Pipeline, stream: str) -> dict[str, Any]:
    (part,) = world.machine.documents.find("workspaces/demo/slices", ("stream", "==", stream))
    found: dict[str, Any] = part["notes"]
    return found


def test_where_questions_are_too_dear_less_is_asked_for_and_nothing_is_lost() -> None:
    world = Pipeline("shopify", counts=COUNTS, options={"costs": "multiplied"})
    (run,) = world.sync()
    assert run["state"] == "completed", run["problems"]
    assert not world.differences()


def shallow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists may be paged twelve records far, in pages of five."""
    streams = []
    for stream in SHOPIFY.streams:
        pages = stream.pages
        if isinstance(pages, Cursor):
            pages = replace(pages, size=5, deep=replace(pages.deep, most=12) if pages.deep else None)
        streams.append(replace(stream, pages=pages))
    monkeypatch.setitem(PLATFORMS, "shopify", replace(SHOPIFY, streams=tuple(streams)))


def test_lists_that_are_too_deep_are_begun_anew_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    shallow(monkeypatch)
    world = Pipeline("shopify", counts=COUNTS, options={"deepest": 12})
    (run,) = world.sync()
    assert run["state"] == "completed", run["problems"]
    assert not world.differences()
    (orders,) = world.machine.documents.find("workspaces/demo/slices", ("stream", "==", "orders"))
    assert [(one["theirs"], one["ours"]) for one in orders["proof"].values()] == [(40, 40)]


ASKED = [stream.name for stream in SHOPIFY.streams if stream.optional]


def test_what_is_asked_for_is_read_and_what_vanishes_is_marked() -> None:
    """By questions that are too dear, and over changes that a page of a list does not show."""
    world = Pipeline("shopify", counts={**COUNTS, "orders": 100}, streams=ASKED, options={"costs": "multiplied"})
    for number in range(3):
        (run,) = world.sync(str(number))
        assert (run["state"], run["problems"]) == ("completed", [])
        assert not world.differences()
        world.clock.forward(hours=8)
        world.box.change()
    rows = world.rows()
    for table in ("draft_orders", "collections", "collection_products", "product_metafields"):
        assert any(row.get("_deleted_at") for row in rows[f"shopify_{table}"]), table
    assert {row["order_id"] for row in rows["shopify_order_shipping_lines"] if row["is_removed"]}
    assert any(row["more_line_items"] for row in rows["shopify_order_fulfillments"])


def test_a_parcel_that_arrives_is_seen_although_its_order_does_not_change() -> None:
    world = Pipeline("shopify", counts=COUNTS, streams=["order_fulfillments"])
    world.box.change()
    world.sync()
    for _ in range(2):
        world.clock.forward(hours=20)
        world.box.change()
        world.sync(f"at {world.clock.now()}")
    (part,) = world.machine.documents.find("workspaces/demo/slices", ("run", "==", world.sync("last")[0]["id"]))
    assert part["proof"]
    told = {row["fulfillment_id"]: row for row in world.rows()["shopify_order_fulfillments"]}
    late = [
        parcel["id"]
        for order in world.box.world.orders
        for parcel in order["fulfillments"]
        if parcel["deliveredAt"] and parcel["deliveredAt"] > order["updatedAt"]
    ]
    assert late
    assert all(told[parcel]["delivered_at"] for parcel in late)


def test_checkouts_have_no_number_beside_their_id_and_are_begun_anew_by_that(monkeypatch: pytest.MonkeyPatch) -> None:
    shallow(monkeypatch)
    world = Pipeline(
        "shopify", counts={**COUNTS, "orders": 240}, streams=["abandoned_checkouts"], options={"deepest": 12}
    )
    (run,) = world.sync()
    assert run["state"] == "completed", run["problems"]
    assert not world.differences()
    (part,) = world.machine.documents.find("workspaces/demo/slices", ("stream", "==", "abandoned_checkouts"))
    assert [(one["theirs"], one["ours"]) for one in part["proof"].values()] == [(30, 30)]


def test_all_variants_are_counted_whatever_was_asked_so_a_window_proves_nothing() -> None:
    world = Pipeline("shopify", counts=COUNTS, streams=["products", "product_variants"])
    world.sync()
    (first,) = world.machine.documents.find("workspaces/demo/slices", ("stream", "==", "product_variants"))
    assert [(one["theirs"] - one["ours"], one["ours"] > 12) for one in first["proof"].values()] == [(0, True)]
    world.clock.forward(hours=8)
    world.box.change()
    (run,) = world.sync("second")
    assert (run["state"], run["problems"]) == ("completed", [])
    assert not world.differences()
    found = world.machine.documents.find("workspaces/demo/slices", ("run", "==", run["id"]))
    assert {part["stream"]: bool(part["proof"]) for part in found} == {"products": True, "product_variants": False}


def test_customers_are_listed_by_the_day_and_counted_by_the_moment_so_a_window_proves_nothing() -> None:
    world = Pipeline("shopify", counts=COUNTS, streams=["customers"])
    (run,) = world.sync()
    assert run["state"] == "completed", run["problems"]
    (first,) = world.machine.documents.find("workspaces/demo/slices", ("stream", "==", "customers"))
    assert [(one["theirs"], one["ours"]) for one in first["proof"].values()] == [(30, 30)]
    for hours in (3, 3):  # the second reading lists the customers of the first, too
        world.clock.forward(hours=hours)
        world.box.change()
        (run,) = world.sync(f"after {world.clock.now()}")
        assert (run["state"], run["problems"]) == ("completed", [])
        assert not world.differences()
        (part,) = world.machine.documents.find("workspaces/demo/slices", ("run", "==", run["id"]))
        assert not part["proof"]


def test_visits_that_are_not_worked_out_yet_are_empty_and_come_although_the_order_does_not_change() -> None:
    world = Pipeline("shopify", counts=COUNTS, streams=["orders"])
    world.sync()
    world.clock.forward(hours=8)
    world.box.change()
    world.sync("second")
    assert not world.differences()
    waiting = {row["order_id"] for row in world.rows()["shopify_orders"] if row.get("visits_ready") is False}
    assert len(waiting) == 3
    world.clock.forward(hours=4)
    world.sync("third")  # its cursor is beyond their last change
    world.clock.forward(hours=8)
    for order in list(world.box.world.orders):
        if order["id"] in waiting:
            attribute(world.box.world, order)
    world.sync("fourth")
    found = {row["order_id"]: row for row in world.rows()["shopify_orders"] if row["order_id"] in waiting}
    assert {row["visits_ready"] for row in found.values() if "visits_ready" in row} == {True}
    assert any(row.get("last_utm_campaign") for row in found.values())
    assert not world.differences()


def test_a_version_that_is_another_is_noted_and_stops_nothing() -> None:
    world = Pipeline("shopify", counts={"orders": 3, "customers": 2, "products": 2}, streams=["products"])
    world.box.world.version = "2027-01"
    (run,) = world.sync()
    assert run["state"] == "completed", run["problems"]
    assert notes(world, "products")["version"] == {"2027-01": 1}


def test_a_frozen_shop_is_for_the_agency_and_goes_on_once_it_is_open() -> None:
    world = Pipeline("shopify", counts={"orders": 3, "customers": 2, "products": 2})
    world.box.world.state = 402
    (run,) = world.sync()
    assert run["state"] == "failed"
    assert {problem["code"] for problem in run["problems"]} == {"shop-frozen"}
    world.box.world.state = 200
    (run,) = world.sync("second")
    assert run["state"] == "completed", run["problems"]
    assert not world.differences()
