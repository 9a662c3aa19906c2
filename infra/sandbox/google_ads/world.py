"""What lies behind a Google login: managers, accounts below them, and what each account holds."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from infra.sandbox.accounts import Account, Accounts
from infra.sandbox.daily import Daily, DailyRows, Leaf, Life, Numbers
from infra.sandbox.google_ads import fields
from infra.sandbox.google_ads.changes import Changes
from infra.sandbox.google_ads.clicks import ClickRows
from infra.sandbox.google_ads.measures import first_told, metrics_of, some_converted
from infra.sandbox.google_ads.names import resource_name
from infra.sandbox.google_ads.results import Results
from infra.sandbox.google_ads.tables import Converted, OfPerformanceMax, kept
from infra.sandbox.google_ads.tree import Tree
from infra.sandbox.records import Record, Rows, Table
from infra.sandbox.spec import Seed

# The tables of things: name, the resource they are asked from.
THINGS = {
    "account": "customer",
    "campaigns": "campaign",
    "campaign_budgets": "campaign_budget",
    "ad_groups": "ad_group",
    "ads": "ad_group_ad",
    "keywords": "ad_group_criterion",
    "conversion_actions": "conversion_action",
}
# The tables of days: name, the resource they are asked from, what splits them besides the day.
DAYS = {
    "campaign_daily": ("campaign", ()),
    "ad_group_daily": ("ad_group", ()),
    "ad_daily": ("ad_group_ad", ()),
    "keyword_daily": ("keyword_view", ()),
    "search_terms_daily": ("search_term_view", ()),
    "geo_daily": ("geographic_view", ("campaign",)),
    "asset_group_daily": ("asset_group", ()),
    "conversions_daily": ("campaign", ("action",)),
    "device_daily": ("campaign", ("device", "network")),
    "impression_share_daily": ("campaign", ()),
    "campaign_videos_daily": ("campaign", ()),
    "ad_videos_daily": ("ad_group_ad", ()),
    "performance_max_search_terms_daily": ("campaign_search_term_view", ()),
}


class GoogleAds:
    def __init__(self, seed: Seed, accounts: Iterable[Account]) -> None:
        self.seed, self.now, self.options = seed, seed.now, seed.options
        self.tree = Tree()
        self.accounts = Accounts(accounts)
        self.changes = Changes(seed.now, self.accounts, self.beside)
        self.leaves: list[Leaf] = []
        life = Life(days=20, late=0.2)
        self.daily = Daily((seed.seed, "google_ads"), seed.now, lambda: self.leaves, first_told, life)
        self.results = Results(seed.now, seed.options["token_seconds"])
        tables = {resource: kept(name, self.shown) for name, resource in THINGS.items()}
        self.things: dict[str, Table[Record]] = {**tables, "asset_group": kept("asset_groups", self.shown)}
        self.made = 0

    # reading

    @property
    def tables(self) -> list[Rows]:
        """The truth: things, and days from the first day of the first leaf on."""
        first = min((leaf.begins for leaf in self.leaves), default=self.daily.today())
        found: list[Rows] = [table for name, table in self.things.items() if name != "asset_group"]
        for name, (source, split) in DAYS.items():
            levels = (*fields.LEVELS[source], *split)
            rows = DailyRows(name, self.daily, levels, self.teller(source, split), first)
            if "action" in split:
                found.append(Converted(rows))
            else:
                found.append(OfPerformanceMax(rows) if source == "campaign_search_term_view" else rows)
        return [*found, ClickRows("clicks", self), self.changes]

    def shown(self, row: Record) -> Record:
        """A thing with all that stands beside it, as a query could see it."""
        account = self.accounts[row["account_id"]]
        money = {"account_currency": account.currency, "account_zone": account.zone}
        return money | self.beside(row["account_id"], row["resource"], row["id"])

    def beside(self, account: str, resource: str, thing: str) -> Record:
        """Its own record, and those of the things that it belongs to."""
        found: Record = {}
        row = self.things[resource].rows.get((account, thing))
        if row is not None:
            for parent, of in row["of"].items():
                found |= self.beside(account, parent, of)
            found |= {row["name"]: row["record"]}
        return found

    def context(self, leaf: Leaf, source: str) -> Record:
        """The things that a row of numbers is about."""
        account, at = leaf.account, leaf.at
        found: Record = {"customer": self.things["customer"][account, account]["record"]}
        if source != "customer":
            found |= self.beside(account, "campaign", at["campaign"])
        if "ad_group" in fields.LEVELS.get(source, ()) or source == "click_view":
            found |= self.beside(account, "ad_group", at["ad_group"])
        if source == "ad_group_ad":
            found |= self.beside(account, "ad_group_ad", f"{at['ad_group']}~{at['ad']}")
        if source == "keyword_view":
            found |= self.beside(account, "ad_group_criterion", f"{at['ad_group']}~{at['keyword']}")
        if source == "search_term_view":
            found["searchTermView"] = {"searchTerm": at["term"], "status": "NONE"}
        if source == "campaign_search_term_view":
            served = resource_name(account, "campaigns", at["campaign"])
            found["campaignSearchTermView"] = {"searchTerm": at["term"], "campaign": served}
        if source == "geographic_view":
            found["geographicView"] = {"countryCriterionId": at["country"], "locationType": at["location_type"]}
        if source == "asset_group":
            found |= self.beside(account, "asset_group", at["asset_group"])
        return found

    def segments(self, leaf: Leaf, day: date | None = None) -> Record:
        action = self.beside(leaf.account, "conversion_action", leaf.at["action"])["conversionAction"]
        found = {"device": leaf.at["device"], "adNetworkType": leaf.at["network"]}
        found |= {"conversionAction": resource_name(leaf.account, "conversionActions", action["id"])}
        found |= {"conversionActionName": action["name"], "conversionActionCategory": action["category"]}
        return found | ({"date": day.isoformat()} if day else {})

    def teller(self, source: str, split: tuple[str, ...]) -> Any:
        """Rows of numbers as the truth has them: no more than a query about them could say."""

        def tell(leaf: Leaf, day: date, numbers: Numbers) -> Record:
            account = self.accounts[leaf.account]
            given = {"account_currency": account.currency, "account_zone": account.zone}
            known = some_converted(numbers) if "action" in split else metrics_of(numbers)
            return given | self.context(leaf, source) | {"segments": self.segments(leaf, day), "metrics": known}

        return tell

    # edits

    def add(self, account: str, resource: str, name: str, record: Record, of: Mapping[str, str] | None = None) -> None:
        """A thing of an account. `of`: the things that it belongs to, which come along with it."""
        thing = record["resourceName"].rpartition("/")[2]
        row = {"account_id": account, "resource": resource, "name": name, "id": thing, "record": record}
        self.things[resource].put(row | {"of": dict(of or {})})
        self.changes.created(account, row)

    def edit(self, account: str, resource: str, thing: str, **record: Any) -> None:
        row = self.things[resource][account, thing]
        self.things[resource].put(row | {"record": row["record"] | record})
        self.changes.updated(account, row, record)

    def remove_campaign(self, account: str, campaign: str) -> None:
        """It stays to be seen, and what it did stays, too; from today on it does nothing."""
        self.edit(account, "campaign", campaign, status="REMOVED", servingStatus="ENDED", primaryStatus="REMOVED")
        zone = self.accounts[account].zone
        self.leaves = [
            replace(leaf, ends=self.daily.today(zone))
            if leaf.account == account and leaf.at["campaign"] == campaign and leaf.ends is None
            else leaf
            for leaf in self.leaves
        ]

    def number(self, base: int) -> str:
        """A fresh id."""
        self.made += 1
        return str(base + self.made)
