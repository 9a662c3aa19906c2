"""Which of an account's metrics counts as the conversion, without which Klaviyo tells no results of its mails.

Any metric will do for Klaviyo; sends, opens and clicks do not depend on it. So one is always found: what the workspace
chose, else orders, first of shops, else the mails themselves, which are no conversions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.vocabulary.access import Field
from shared.vocabulary.stream import Row
from shared.vocabulary.wire import Json, at

CHOICE = Field(
    "conversion_metric",
    "Conversion metric",
    "Id or name of the metric that counts as the conversion; several are told apart by commas, and add up.",
    r"[^,\x00-\x1f]{1,200}(,[^,\x00-\x1f]{1,200}){0,9}",
)
PLACED_ORDER = "placed order"  # Klaviyo's own integrations of shops name it so, whatever the shop runs on
# Other names that were seen for the same, as apps and own code send it; the first that there is.
ORDERS = (
    "order placed",
    "placed an order",
    "order completed",
    "completed order",
    "checkout completed",
    "completed checkout",
    "purchase completed",
    "completed purchase",
    "made a purchase",
    "purchase",
    "purchased",
    "order paid",
    "order processed",
    "successful payment",
)
RECEIVED = ("received email", "received sms", "received text message", "received push", "received push notification")
CHOSEN, PLACED, OF_SHOPS, OF_OTHERS, NO_CONVERSION = 0, 1, 100, 200, 300


def place_of(metric: Json, values: Mapping[str, Json]) -> int | None:
    """The lower, the sooner it is the conversion; None: never. Those that share the lowest place all are: two shops."""
    name = str(at(metric, "attributes.name") or "").strip().casefold()
    wanted = {each.strip() for each in str(values.get(CHOICE.name) or "").split(",")} - {""}
    if str(at(metric, "id")) in wanted or name in {each.casefold() for each in wanted}:
        return CHOSEN
    if name == PLACED_ORDER:
        return PLACED
    if name in ORDERS:
        return (OF_SHOPS if _of_a_shop(metric) else OF_OTHERS) + ORDERS.index(name)
    return NO_CONVERSION + RECEIVED.index(name) if name in RECEIVED else None


def _of_a_shop(metric: Json) -> bool:
    """A category is a text, or an object that has a name."""
    category = at(metric, "attributes.integration.category")
    named = category.get("name") if isinstance(category, dict) else category
    return str(named or "").casefold() == "ecommerce"


def with_place(metric: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    place = place_of(metric, given)
    yield {**metric, "counts": place is not None and place < NO_CONVERSION}
