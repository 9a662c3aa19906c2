"""Dimensions and metrics that reports can be made of, and the reports that most people make of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Numbers = Mapping[str, int]
NOT_SET = "(not set)"

# name -> what it is about. Dimensions of items go with the metrics of items only.
DIMENSIONS = {
    **dict.fromkeys(("date", "year", "yearMonth", "yearWeek"), "Time"),
    **dict.fromkeys(
        ("sessionDefaultChannelGroup", "sessionSource", "sessionMedium", "sessionCampaignId", "sessionCampaignName"),
        "Traffic source",
    ),
    **dict.fromkeys(
        ("firstUserDefaultChannelGroup", "firstUserSource", "firstUserMedium", "firstUserCampaignName"),
        "Traffic source",
    ),
    **dict.fromkeys(("hostName", "pagePath", "pageTitle", "landingPage"), "Page / screen"),
    **dict.fromkeys(("eventName", "isKeyEvent"), "Event"),
    **dict.fromkeys(("country", "region", "city"), "Geography"),
    "deviceCategory": "Platform / device",
    **dict.fromkeys(("transactionId", "currencyCode"), "Ecommerce"),
    **dict.fromkeys(("itemId", "itemName", "itemBrand", "itemCategory"), "Item"),
    "customEvent:plan": "Custom",
}


def people(numbers: Numbers) -> int:
    """An estimate, as those of people are: two groups together have fewer than the sum of both."""
    found = numbers.get("people", 0)
    return found - found // 10


def events(numbers: Numbers) -> int:
    return numbers.get("events", 0)


def summed(*names: str) -> Callable[[Numbers], int]:
    return lambda numbers: sum(numbers.get(name, 0) for name in names)


def estimated(name: str) -> Callable[[Numbers], int]:
    return lambda numbers: numbers.get(name, 0) - numbers.get(name, 0) // 60


def money(*names: str, less: str = "") -> Callable[[Numbers], float]:
    """Counted in cents and told as the nearest number with a point: 57 cents are 0.5700000000000001."""
    return lambda numbers: (sum(numbers.get(name, 0) for name in names) - numbers.get(less, 0)) * 0.01


@dataclass(frozen=True)
class Metric:
    type: str
    value: Callable[[Numbers], float]
    of_items: bool = False


INTEGER, FLOAT, CURRENCY, SECONDS = "TYPE_INTEGER", "TYPE_FLOAT", "TYPE_CURRENCY", "TYPE_SECONDS"
METRICS = {
    "activeUsers": Metric(INTEGER, people),
    "totalUsers": Metric(INTEGER, lambda numbers: people(numbers) + people(numbers) // 50),
    "newUsers": Metric(INTEGER, summed("new")),
    "sessions": Metric(INTEGER, estimated("sessions")),
    "engagedSessions": Metric(INTEGER, estimated("engaged")),
    "screenPageViews": Metric(INTEGER, summed("views")),
    "eventCount": Metric(INTEGER, events),
    "eventCountPerUser": Metric(FLOAT, lambda numbers: events(numbers) / max(1, people(numbers))),
    "eventValue": Metric(FLOAT, summed("value")),
    "keyEvents": Metric(FLOAT, summed("key")),
    "userEngagementDuration": Metric(SECONDS, summed("seconds")),
    "totalRevenue": Metric(CURRENCY, money("revenue", less="refund")),
    "purchaseRevenue": Metric(CURRENCY, money("revenue", less="refund")),
    "taxAmount": Metric(CURRENCY, money("tax")),
    "shippingAmount": Metric(CURRENCY, money("shipping")),
    "refundAmount": Metric(CURRENCY, money("refund")),
    "transactions": Metric(INTEGER, summed("orders")),
    "ecommercePurchases": Metric(INTEGER, summed("orders")),
    "totalPurchasers": Metric(INTEGER, summed("buyers")),
    "firstTimePurchasers": Metric(INTEGER, summed("first_buyers")),
    "addToCarts": Metric(INTEGER, summed("carts")),
    "checkouts": Metric(INTEGER, summed("checkouts")),
    "itemsViewed": Metric(INTEGER, summed("items_viewed"), of_items=True),
    "itemsAddedToCart": Metric(INTEGER, summed("items_carted"), of_items=True),
    "itemsCheckedOut": Metric(INTEGER, summed("items_checked"), of_items=True),
    "itemsPurchased": Metric(INTEGER, summed("items_bought"), of_items=True),
    "itemRevenue": Metric(CURRENCY, money("item_revenue"), of_items=True),
}

# table -> dimensions and metrics, as in the list of reports that everybody reads
REPORTS: Mapping[str, tuple[str, str]] = {
    "daily_overview": (
        "date",
        "activeUsers newUsers totalUsers sessions engagedSessions screenPageViews eventCount keyEvents totalRevenue "
        "userEngagementDuration",
    ),
    "traffic_acquisition": (
        "date sessionDefaultChannelGroup sessionSource sessionMedium sessionCampaignId sessionCampaignName",
        "sessions engagedSessions activeUsers newUsers totalUsers keyEvents eventCount totalRevenue purchaseRevenue "
        "userEngagementDuration",
    ),
    "user_acquisition": (
        "date firstUserDefaultChannelGroup firstUserSource firstUserMedium firstUserCampaignName",
        "newUsers totalUsers activeUsers engagedSessions keyEvents eventCount totalRevenue userEngagementDuration",
    ),
    "pages": (
        "date hostName pagePath pageTitle",
        "screenPageViews activeUsers totalUsers newUsers eventCount keyEvents totalRevenue userEngagementDuration",
    ),
    "landing_pages": (
        "date landingPage sessionDefaultChannelGroup",
        "sessions activeUsers newUsers engagedSessions keyEvents totalRevenue userEngagementDuration",
    ),
    "events": (
        "date eventName isKeyEvent",
        "eventCount totalUsers eventCountPerUser eventValue keyEvents totalRevenue",
    ),
    "ecommerce_items": (
        "date itemId itemName itemBrand itemCategory",
        "itemsViewed itemsAddedToCart itemsCheckedOut itemsPurchased itemRevenue",
    ),
    "ecommerce_daily": (
        "date",
        "transactions ecommercePurchases purchaseRevenue totalRevenue totalPurchasers firstTimePurchasers addToCarts "
        "checkouts refundAmount shippingAmount",
    ),
    "ecommerce_by_source": (
        "date sessionSource sessionMedium sessionCampaignName",
        "transactions ecommercePurchases purchaseRevenue totalPurchasers addToCarts checkouts",
    ),
    "transactions": (
        "date transactionId currencyCode",
        "transactions purchaseRevenue taxAmount shippingAmount refundAmount",
    ),
    "geo_device": (
        "date country region city deviceCategory",
        "activeUsers newUsers sessions engagedSessions screenPageViews keyEvents totalRevenue",
    ),
}
