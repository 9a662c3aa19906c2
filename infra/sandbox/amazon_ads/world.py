"""Profiles of Amazon Ads behind one login: what each advertises, and what came of it by day."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any

from infra.sandbox.accounts import Account, Accounts
from infra.sandbox.amazon_ads.days import KINDS, Days
from infra.sandbox.call import Call
from infra.sandbox.daily import Daily, Leaf, Life
from infra.sandbox.files import Files
from infra.sandbox.jobs import Jobs
from infra.sandbox.records import Record, Rows, Table, Truth, field
from infra.sandbox.refusals import Refusal
from infra.sandbox.spec import Seed
from infra.sandbox.times import zulu

HIDDEN = frozenset({"profile", "made"})  # of a row: whose it is, and when it was made
PRODUCTS = ("sp", "sb", "sd")


@dataclass(frozen=True)
class Profile:
    """`view_only`: it is told only to who asks for `accessLevel=view`. `author`: it has no Sponsored Brands."""

    id: str
    country: str
    currency: str
    zone: str
    name: str
    kind: str = "seller"
    view_only: bool = False
    author: bool = False

    def told(self) -> Record:
        account = {"marketplaceStringId": f"A1{self.country}MARKET", "id": f"ENTITY{self.id[-6:]}", "type": self.kind}
        return {
            "profileId": int(self.id),
            "countryCode": self.country,
            "currencyCode": self.currency,
            "dailyBudget": 999999999.0,
            "timezone": self.zone,
            "accountInfo": account | {"name": self.name, "validPaymentMethod": True},
        }


PROFILES = (
    Profile("4410098711223", "DE", "EUR", "Europe/Paris", "Nordlicht Store"),
    Profile("4410098711224", "AE", "AED", "Asia/Dubai", "Nordlicht Store"),
    Profile("4410098711225", "GB", "GBP", "Europe/London", "Paper Boat Books", "vendor", view_only=True, author=True),
    Profile("4410098711299", "DE", "EUR", "Europe/Paris", "Nordlicht Media", "agency"),
)


def no_access(account: Account | None, account_id: str) -> Refusal:
    if account is None:
        return Refusal("unauthorized", 401, "No matching advertiser found for scope.")
    return Refusal("unauthorized", 401, f"Not authorized to access scope {account_id}")


class AmazonAds:
    def __init__(self, seed: Seed) -> None:
        self.seed, self.now, self.options = seed, seed.now, seed.options
        self.profiles = {profile.id: profile for profile in PROFILES}
        self.accounts = Accounts((_account(profile) for profile in PROFILES), no_access)
        self.lists: dict[str, Table[Record]] = {name: _table(name, *how) for name, how in LISTS.items()}
        self.leaves: dict[str, list[Leaf]] = {product: [] for product in PRODUCTS}
        self.about: dict[str, Record] = {}  # leaf -> what its rows say of campaign, ad, keyword
        self.lacks = frozenset(str(seed.options["lacks"]).split())  # columns that no kind of report has here
        self.daily = {product: self._daily(product) for product in PRODUCTS}
        self.jobs = Jobs(seed.seed, seed.now, polls=1, keeps=90 * 86_400)
        self.files = Files("amazon", seed.now)
        self.days = {
            kind.table: Days(kind, self.daily[kind.table[:2]], self.about, self.zone, self.lacks) for kind in KINDS
        }
        self.tables: list[Rows] = [_Profiles(self), *self.lists.values(), *self.days.values()]

    def zone(self, profile: str) -> str:
        return self.profiles[profile].zone

    def _daily(self, product: str) -> Daily:
        return Daily(f"{self.seed.seed}/{product}", self.now, lambda: self.leaves[product], life=Life(days=28))

    # edits

    def put(self, name: str, row: Record) -> Record:
        return self.lists[name].put(row)

    def edit(self, name: str, row: Record, **changes: Any) -> Record:
        return self.put(name, {**row, **changes})

    def live(self) -> None:
        """A step: what was shown until now is remembered, and the last weeks are told anew."""
        for table in self.days.values():
            table.remember()
        for daily in self.daily.values():
            daily.live()


class _Profiles:
    """The table of profiles: each connection holds its own."""

    name = "profiles"

    def __init__(self, world: AmazonAds) -> None:
        self.world = world

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        shown = [p for p in self.world.profiles.values() if accounts is None or p.id in accounts]
        return Truth([{"account_id": p.id} | p.told() for p in shown], [])


def _account(profile: Profile) -> Account:
    closed = "Accounts of agencies have no sponsored ads." if profile.kind == "agency" else ""
    return Account(profile.id, f"{profile.name} ({profile.country})", profile.zone, profile.currency, closed)


def shown(row: Record, extended: bool = True) -> Record:
    """A row as the API tells it."""
    return {name: v for name, v in row.items() if name not in HIDDEN and (extended or name != "extendedData")}


def settled(row: Record) -> Record:
    """The same as every table has it: states in capitals, days with hyphens."""
    told = {**row, "state": row["state"].upper()} if "state" in row else row
    days = {name: told[name] for name in ("startDate", "endDate") if len(told.get(name) or "") == 8}
    return told | {name: f"{day[:4]}-{day[4:6]}-{day[6:]}" for name, day in days.items()}


def dated(rule: Record) -> Record:
    """A budget rule as every table has it: moments that are none of two kinds of numbers, days with hyphens."""
    made = zulu(rule["made"], millis=True)
    spans = {kind: settled(span) for kind, span in rule["ruleDetails"]["duration"].items()}
    details = {**rule["ruleDetails"], "duration": spans}
    return shown(rule) | {"createdDate": made, "lastUpdatedDate": made, "ruleDetails": details}


def _table(name: str, key: tuple[str, ...], extended: bool) -> Table[Record]:
    def whole(row: Record) -> Record:
        if name.endswith("_budget_rules"):
            return dated(row)
        told = settled(shown(row, extended))
        return {"adId": ""} | told if name == "sb_ads" else told

    id_of: Callable[[Record], Any] = field(*key)
    if name == "sb_ads":
        id_of = lambda row: (row["campaignId"], row["adGroupId"], row.get("adId", ""))  # noqa: E731
    return Table(name, id_of, shown, whole=whole, account=lambda row: str(row["profile"]))


# list -> its key, and whether we ask for its extended data
LISTS: dict[str, tuple[tuple[str, ...], bool]] = {
    "portfolios": (("portfolioId",), True),
    "sp_campaigns": (("campaignId",), True),
    "sp_ad_groups": (("adGroupId",), True),
    "sp_product_ads": (("adId",), True),
    "sp_keywords": (("keywordId",), False),
    "sp_negative_keywords": (("keywordId",), False),
    "sp_campaign_negative_keywords": (("keywordId",), False),
    "sp_targets": (("targetId",), False),
    "sp_negative_targets": (("targetId",), False),
    "sp_campaign_negative_targets": (("targetId",), False),
    "sp_budget_rules": (("ruleId",), True),
    "sb_campaigns": (("campaignId",), True),
    "sb_ad_groups": (("adGroupId",), True),
    "sb_ads": ((), True),
    "sb_keywords": (("keywordId",), True),
    "sb_negative_keywords": (("keywordId",), True),
    "sb_targets": (("targetId",), True),
    "sb_negative_targets": (("targetId",), True),
    "sb_budget_rules": (("ruleId",), True),
    "sd_campaigns": (("campaignId",), True),
    "sd_ad_groups": (("adGroupId",), True),
    "sd_product_ads": (("adId",), True),
    "sd_targets": (("targetId",), True),
    "sd_negative_targets": (("targetId",), True),
    "sd_budget_rules": (("ruleId",), True),
    "sd_creatives": (("creativeId",), True),
}


def of_profile(table: Table[Record], profile: str) -> Sequence[Record]:
    """The rows of one profile, in the order they were made."""
    rows = [row for row in table if row["profile"] == profile]
    return sorted(rows, key=table.arrival)


def profile_of(world: AmazonAds, call: Call) -> str:
    """Whose the call is: told by a header, refused when it may not be read."""
    scope = call.headers.get("amazon-advertising-api-scope", "")
    if not scope:
        raise Refusal("unauthorized", 401, "Scope header is missing.")
    return world.accounts.readable(scope).id
