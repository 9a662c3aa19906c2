"""What only a whole sync of Klaviyo shows: by which metric results are asked, and what is read when it is asked for."""

from __future__ import annotations

import pytest

from shared.platforms.klaviyo import PLATFORM as KLAVIYO
from tests.flow.pipeline import Pipeline

REPORTS = ["campaign_values_report", "flow_series_report"]
COUNTS = {"profiles": 4, "lists": 1, "segments": 1, "campaigns": 4, "flows": 1, "events": 9}


def world(orders: str) -> Pipeline:
    return Pipeline("klaviyo", streams=REPORTS, counts=COUNTS, history_days=150, options={"orders": orders})


@pytest.mark.parametrize("orders", ["Placed Order", "Checkout Completed", ""], ids=["usual", "other-name", "no-shop"])
def test_results_are_told_whatever_orders_are_called(orders: str) -> None:
    made = world(orders)
    (run,) = made.sync()
    assert run["state"] == "completed", run["problems"]
    assert not made.differences()
    rows = made.rows()
    assert rows["klaviyo_campaign_values_report"]
    assert rows["klaviyo_flow_series_report"]
    (metric,) = rows["klaviyo_conversion_metrics"]
    assert (metric["name"], metric["counts"]) == (orders or "Received Email", bool(orders))


def test_another_choice_asks_for_all_of_it_anew() -> None:
    made = world("Placed Order")
    made.sync()
    path = f"workspaces/{made.connection.workspace}/connections/{made.connection.id}"
    doc = made.machine.documents.get(path)
    assert doc is not None
    made.machine.documents.set(path, {**doc, "choices": {"conversion_metric": "Subscribed to List"}})
    made.clock.forward(hours=8)
    made.renew_access()
    (run,) = made.sync("second")
    assert run["state"] == "completed", run["problems"]
    chosen = made.box.world.metric("Subscribed to List")
    metrics = {row["id"]: row.get("_deleted_at") is None for row in made.rows()["klaviyo_conversion_metrics"]}
    assert metrics == {chosen: True, made.box.world.orders(): False}, "the mart counts what is there today"
    for name in REPORTS:
        told = [row["conversion_metric_id"] for row in made.rows()[f"klaviyo_{name}"]]
        assert told.count(chosen) == told.count(made.box.world.orders()) > 0


def test_what_is_asked_for_is_read_and_what_vanishes_is_marked() -> None:
    asked = [stream.name for stream in KLAVIYO.streams if stream.optional]
    made = Pipeline("klaviyo", streams=asked, counts=COUNTS, history_days=150)
    for number in range(3):
        (run,) = made.sync(str(number))
        assert (run["state"], run["problems"]) == ("completed", [])
        assert not made.differences()
        made.clock.forward(hours=24)
        made.renew_access()
        made.box.change()
    rows = made.rows()
    vanished = {name for name in asked if any(row.get("_deleted_at") for row in rows[f"klaviyo_{name}"])}
    assert vanished == {"form_versions", "reviews", "coupon_codes", "catalog_items", "catalog_variants",
                        "catalog_category_items"}  # fmt: skip
    assert {row["status"] for row in rows["klaviyo_reviews"]} >= {"pending", "rejected", "unpublished"}
    assert sum(row["viewed_form"] for row in rows["klaviyo_form_series_report"]) > 0
