"""Tables of an account: things that are kept, and rows that follow from the numbers of the days."""

from collections.abc import Callable, Container, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from infra.sandbox.daily import DailyRows, Leaf
from infra.sandbox.google_ads.measures import nothing
from infra.sandbox.google_ads.names import resource_name
from infra.sandbox.invent import md5
from infra.sandbox.records import Record, Table, Truth

if TYPE_CHECKING:
    from infra.sandbox.google_ads.world import GoogleAds

CLICKS_TOLD = 90  # days
MOST_CLICKS = 2  # of one leaf on one day: as many as it takes to see them


def kept(name: str, shown: Callable[[Record], Record]) -> Table[Record]:
    return Table(
        name,
        lambda row: (row["account_id"], row["id"]),
        shown,
        lambda row: str(row["account_id"]),
        account=lambda row: str(row["account_id"]),
    )


class Converted:
    """Days by action: a day without conversions has no row, although there were clicks."""

    def __init__(self, rows: DailyRows) -> None:
        self.name, self.rows = rows.name, rows

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        whole = self.rows.truth(accounts)
        return Truth([row for row in whole.present if not nothing(row["metrics"])], whole.gone)


class ClickRows:
    """Single clicks of search ads."""

    def __init__(self, name: str, world: "GoogleAds") -> None:
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


def clicks(world: "GoogleAds", account: str, day: date) -> Iterator[Record]:
    for leaf in world.leaves:
        if leaf.account == account and "keyword" in leaf.at:
            for number in range(min(MOST_CLICKS, world.daily.cell(leaf, day).get("clicks", 0))):
                yield _click(world, leaf, day, number)


def _click(world: "GoogleAds", leaf: Leaf, day: date, number: int) -> Record:
    at, found = leaf.at, world.context(leaf, "click_view")
    criterion = world.beside(leaf.account, "ad_group_criterion", f"{at['ad_group']}~{at['keyword']}")
    return found | {
        "clickView": {
            "gclid": f"Cj0KCQiA{md5(f'{leaf.id}/{day}/{number}')}",
            "adGroupAd": resource_name(leaf.account, "adGroupAds", at["ad_group"], at["ad"]),
            "keyword": resource_name(leaf.account, "adGroupCriteria", at["ad_group"], at["keyword"]),
            "keywordInfo": dict(criterion["adGroupCriterion"]["keyword"]),
            "pageNumber": "1",
        },
        "segments": world.segments(leaf, day),
        "metrics": {"clicks": "1"},
    }
