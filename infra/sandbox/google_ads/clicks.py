"""Clicks one by one, as `click_view` tells them: they follow from the numbers of the days."""

from collections.abc import Container, Iterator
from datetime import date, timedelta
from typing import Protocol

from infra.sandbox.accounts import Accounts
from infra.sandbox.daily import Daily, Leaf
from infra.sandbox.google_ads.names import resource_name
from infra.sandbox.invent import md5
from infra.sandbox.records import Record, Truth

CLICKS_TOLD = 90  # days
MOST_CLICKS = 2  # of one leaf on one day: as many as it takes to see them
SHOWN_ONCE = 3  # every so many days both are clicks on one showing


class Clicked(Protocol):
    """What is clicked on, and what stands beside it (`world.GoogleAds`)."""

    accounts: Accounts
    daily: Daily
    leaves: list[Leaf]

    def beside(self, account: str, resource: str, thing: str) -> Record: ...

    def context(self, leaf: Leaf, source: str) -> Record: ...

    def segments(self, leaf: Leaf, day: date | None = None) -> Record: ...


class ClickRows:
    """Clicks of search ads, and of ads for apps."""

    def __init__(self, name: str, world: Clicked) -> None:
        self.name, self.world = name, world

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        present = []
        for account in self.world.accounts.all():
            if accounts is None or account.id in accounts:
                today = self.world.daily.today(account.zone)
                for number in range(CLICKS_TOLD):
                    day = today - timedelta(days=number)
                    present += [
                        {"account_id": account.id, "account_zone": account.zone} | row
                        for row in clicks(self.world, account.id, day)
                    ]
        return Truth(present, [])


def clicks(world: Clicked, account: str, day: date) -> Iterator[Record]:
    for leaf in world.leaves:
        if leaf.account == account:
            told = min(MOST_CLICKS, world.daily.cell(leaf, day).get("clicks", 0))
            if "keyword" in leaf.at:
                yield from (_searched(world, leaf, day, number) for number in range(told))
            elif told and "ad" in leaf.at and _for_app(world, leaf):
                yield _click(world, leaf, day, told)  # nothing tells them apart, so they are one row


def _for_app(world: Clicked, leaf: Leaf) -> bool:
    campaign = world.beside(leaf.account, "campaign", leaf.at["campaign"])["campaign"]
    return bool(campaign["advertisingChannelType"] == "MULTI_CHANNEL")


def _searched(world: Clicked, leaf: Leaf, day: date, number: int) -> Record:
    """On some days both clicks are on one ad that was shown once: they share its id, and differ in the network."""
    again = number if day.toordinal() % SHOWN_ONCE else 0
    criterion = world.beside(leaf.account, "ad_group_criterion", f"{leaf.at['ad_group']}~{leaf.at['keyword']}")
    row = _click(world, leaf, day, 1)
    row["clickView"] |= {
        "gclid": f"Cj0KCQiA{md5(f'{leaf.id}/{day}/{again}')}",
        "keyword": resource_name(leaf.account, "adGroupCriteria", leaf.at["ad_group"], leaf.at["keyword"]),
        "keywordInfo": dict(criterion["adGroupCriterion"]["keyword"]),
        "pageNumber": "1",
    }
    if again != number:
        row["segments"] |= {"adNetworkType": "SEARCH_PARTNERS"}
    return row


def _click(world: Clicked, leaf: Leaf, day: date, number: int) -> Record:
    """As clicks on ads for apps are told: without an id."""
    ad = resource_name(leaf.account, "adGroupAds", leaf.at["ad_group"], leaf.at["ad"])
    return world.context(leaf, "click_view") | {
        "clickView": {"adGroupAd": ad},
        "segments": world.segments(leaf, day),
        "metrics": {"clicks": str(number)},
    }
