"""What happened on a site, day by day: visits, orders, and what people did with items. All reports are sums of these.

A visit is one event seen from one source, on one page, in one place (`daily.Daily` computes and restates it). Orders
follow from seed and day. Some of the last days' are refunded or taken back at each step of life, as test orders are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from infra.sandbox.daily import Daily, Leaf, Life
from infra.sandbox.google_analytics.fields import Numbers
from infra.sandbox.invent import Draw
from infra.sandbox.spec import Seed

UNSETTLED = 3  # days for which numbers still move
LIFE = Life(
    UNSETTLED, late=0.35, invalid=0.1, vanishing=0.04, conversion="events", worth="-", click="seconds", cost="-"
)
EVENTS = (("page_view", False), ("scroll", False), ("form_submit", True), ("session_start", False))
SOURCES = (
    ("Organic Search", "google", "organic", "(not set)", "(organic)"),
    ("Paid Search", "google", "cpc", "2042917", "Spring bread"),
    ("Email", "newsletter", "email", "(not set)", "September digest"),
    ("Direct", "(direct)", "(none)", "(not set)", "(direct)"),
    ("Paid Social", "facebook", "paid", "1203884", "Autumn / video"),
)
PAGES = (
    ("/", "Home"),
    ("/shop", "Shop: bread & more"),
    ("/shop/rye", "Rye"),
    ("/journal/crust", "What makes a crust"),
    ("/checkout", "Checkout"),
)
PLACES = (
    ("Germany", "Berlin", "Berlin"),
    ("Germany", "Saxony", "(not set)"),
    ("Austria", "Styria", "Graz"),
    ("United States", "New York", "New York"),
)
DEVICES = ("desktop", "mobile", "tablet")
ITEMS = (
    ("SKU-1", "Rye", "Crust", "Bread"),
    ("SKU-2", "Spelt roll", "Crust", "Rolls"),
    ("SKU-3", "Jam", "(not set)", ""),
)


@dataclass(frozen=True)
class Fact:
    """`at`: its dimensions. Those it does not name are not set."""

    at: Mapping[str, str]
    numbers: Numbers


def visits(leaf: Leaf, day: date, draw: Draw) -> dict[str, int]:
    if draw.chance(0.1):
        return {}
    sessions = int(draw.between(4, 70) * leaf.size)
    engaged = sessions * draw.between(40, 80) // 100
    found = sessions * draw.between(70, 95) // 100
    seen = sessions * draw.between(2, 6)
    carts = sessions * draw.below(8) // 100
    return {
        "sessions": sessions,
        "engaged": engaged,
        "people": found,
        "new": found * draw.between(20, 60) // 100,
        "events": seen,
        "views": seen if leaf.at["eventName"] == "page_view" else 0,
        "seconds": engaged * draw.between(20, 90),
        "carts": carts,
        "checkouts": carts // 2,
        "value": seen * draw.below(3),
    }


def leaf_of(seed: Seed, account: str, zone: str, number: int, begins: date) -> Leaf:
    draw = Draw(seed.seed, "visit", account, number)
    channel, source, medium, campaign_id, campaign = SOURCES[number % len(SOURCES)]
    first = SOURCES[draw.below(len(SOURCES))]
    path, title = PAGES[draw.below(len(PAGES))]
    country, region, city = PLACES[draw.below(len(PLACES))]
    event, key = EVENTS[number % len(EVENTS)]
    at = {
        "sessionDefaultChannelGroup": channel,
        "sessionSource": source,
        "sessionMedium": medium,
        "sessionCampaignId": campaign_id,
        "sessionCampaignName": campaign,
        "firstUserDefaultChannelGroup": first[0],
        "firstUserSource": first[1],
        "firstUserMedium": first[2],
        "firstUserCampaignName": first[4],
        "hostName": f"www.{account}.example.com",
        "pagePath": path,
        "pageTitle": title,
        "landingPage": PAGES[draw.below(len(PAGES))][0],
        "eventName": event,
        "isKeyEvent": str(key).lower(),
        "country": country,
        "region": region,
        "city": city,
        "deviceCategory": DEVICES[draw.below(len(DEVICES))],
        "customEvent:plan": ("free", "pro", "(not set)")[draw.below(3)],
    }
    return Leaf(f"{account}-{number}", account, at, begins, zone=zone)


class Site:
    """All that happens on the site of one property."""

    def __init__(self, seed: Seed, account: str, zone: str, currency: str, begins: date) -> None:
        self.seed, self.account, self.zone, self.currency, self.begins = seed, account, zone, currency, begins
        count = seed.count("visits", 24, 0.5)
        self.leaves = [leaf_of(seed, account, zone, number, begins) for number in range(count)]
        self.daily = Daily(seed.seed, seed.now, lambda: self.leaves, visits, LIFE)
        self.orders = seed.count("orders", 3, 0.5)  # of a day, at most
        self._steps: list[date] = []
        self._known: dict[object, list[Fact]] = {}

    @property
    def local(self) -> datetime:
        return datetime.fromtimestamp(self.seed.now(), UTC).astimezone(ZoneInfo(self.zone))

    def live(self) -> None:
        self.daily.live()
        self._steps.append(self.local.date())
        self._known.clear()

    def forget(self) -> None:
        """A number was set by hand."""
        self._known.clear()

    def of(self, day: date) -> list[Fact]:
        local = self.local
        if day > local.date() or day < self.begins:
            return []
        name = (day, local.hour if day == local.date() else 24)
        if name not in self._known:
            self._known[name] = [*self._visits(day), *self._orders(day, name[1])]
        return self._known[name]

    def _visits(self, day: date) -> Iterable[Fact]:
        for leaf in self.leaves:
            numbers = self.daily.cell(leaf, day)
            if numbers:
                key = numbers["events"] if leaf.at["isKeyEvent"] == "true" else 0
                yield Fact(leaf.at, {**numbers, "key": key})
                draw = Draw(self.seed.seed, "seen", leaf.id, day)
                viewed = numbers["views"] // 4
                if viewed:
                    carted = viewed * draw.below(30) // 100
                    looked = {"items_viewed": viewed, "items_carted": carted, "items_checked": carted // 2}
                    yield Fact({**leaf.at, **_item(draw.below(len(ITEMS)))}, looked)

    def _orders(self, day: date, hours: int) -> Iterable[Fact]:
        for number in range(Draw(self.seed.seed, "orders", self.account, day).below(self.orders + 1)):
            draw = Draw(self.seed.seed, "order", self.account, day, number)
            if draw.below(24) >= hours:
                continue
            leaf, item, amount = self.leaves[draw.below(len(self.leaves))], draw.below(len(ITEMS)), draw.between(1, 4)
            revenue = amount * draw.between(157, 4_999)
            refund = 0
            taken_back = False
            for step, moment in enumerate(self._steps):
                if 1 <= (moment - day).days <= UNSETTLED:
                    later = Draw(self.seed.seed, "step", step, self.account, day, number)
                    taken_back = taken_back or later.chance(0.08)
                    refund = revenue if later.chance(0.15) else refund
            if taken_back:
                continue
            at = {
                **leaf.at,
                "eventName": "purchase",
                "isKeyEvent": "true",
                "transactionId": f"T-{day:%Y%m%d}-{number}",
                "currencyCode": self.currency if number % 3 else "GBP",
            }
            new = int(draw.chance(0.4))
            numbers = {"orders": 1, "buyers": 1, "first_buyers": new, "events": 1, "key": 1, "people": 1}
            numbers |= {"revenue": revenue, "refund": refund, "tax": revenue // 5, "shipping": 390 + draw.below(200)}
            yield Fact(at, numbers)
            yield Fact({**at, **_item(item)}, {"items_bought": amount, "item_revenue": revenue})


def _item(number: int) -> dict[str, str]:
    return dict(zip(("itemId", "itemName", "itemBrand", "itemCategory"), ITEMS[number], strict=True))
