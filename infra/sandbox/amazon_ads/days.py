"""Reports by day: which kinds there are, and how their rows look."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any

from infra.sandbox.amazon_ads.columns import known
from infra.sandbox.daily import Daily, Leaf, Numbers
from infra.sandbox.records import Key, Record, Truth

Cell = tuple[Leaf, date, Numbers]
TOLD_SINCE = 50  # days before the first day of a box: nothing ran earlier, so nothing is too old to be asked for


@dataclass(frozen=True)
class Kind:
    """`levels`: of a leaf, what makes a row; `key`: the fields by which a row is known; `needs`: no row without it."""

    table: str
    type: str
    groups: tuple[str, ...]
    levels: tuple[str, ...]
    key: tuple[str, ...]
    span: int = 31
    kept: int = 0
    needs: str = ""

    @cached_property
    def columns(self) -> list[str]:
        """Those that this stand-in can fill."""
        return sorted(name for name in known(self.type, list(self.groups)) if filled(name) or name in ABOUT)


def _kind(table: str, kind: str, groups: str, levels: str, key: str, **more: Any) -> Kind:
    kept = more.pop("kept", {"sp": 95, "sb": 60, "sd": 65}[table[:2]])
    return Kind(f"{table}_daily", kind, tuple(groups.split()), tuple(levels.split()), ("date", *key.split()), kept=kept,
                **more)  # fmt: skip


WORD = "adGroupId keywordId matchType targeting"
KINDS: Sequence[Kind] = (
    _kind("sp_campaigns", "spCampaigns", "campaign", "campaign", "campaignId"),
    _kind("sp_ad_groups", "spCampaigns", "campaign adGroup", "ad_group", "adGroupId"),
    _kind("sp_placements", "spCampaigns", "campaignPlacement", "campaign placement",
          "campaignId placementClassification"),
    _kind("sp_ads", "spAdvertisedProduct", "advertiser", "ad", "adId"),
    _kind("sp_targeting", "spTargeting", "targeting", "target", WORD),
    _kind("sp_search_terms", "spSearchTerm", "searchTerm", "target term", f"{WORD} searchTerm", kept=65,
          needs="clicks"),
    _kind("sp_purchased_products", "spPurchasedProduct", "asin", "target ad bought",
          "adGroupId keywordId advertisedAsin advertisedSku purchasedAsin", needs="conversions"),
    _kind("sb_campaigns", "sbCampaigns", "campaign", "campaign", "campaignId"),
    _kind("sb_ad_groups", "sbAdGroup", "adGroup", "ad_group", "adGroupId"),
    _kind("sb_ads", "sbAds", "ads", "ad_group ad", "adGroupId adId"),
    _kind("sb_placements", "sbCampaignPlacement", "campaignPlacement", "campaign placement",
          "campaignId placementClassification"),
    _kind("sb_search_terms", "sbSearchTerm", "searchTerm", "target term", "adGroupId keywordId matchType searchTerm",
          needs="clicks"),
    _kind("sb_targeting", "sbTargeting", "targeting", "target", "adGroupId keywordId targetingId"),
    _kind("sb_purchased_products", "sbPurchasedProduct", "purchasedAsin", "group_bought bought",
          "campaignId adGroupId purchasedAsin attributionType", span=731, kept=731, needs="conversions"),
    _kind("sd_campaigns", "sdCampaigns", "campaign", "campaign", "campaignId"),
    _kind("sd_ad_groups", "sdAdGroup", "adGroup", "ad_group", "adGroupId"),
    _kind("sd_ads", "sdAdvertisedProduct", "advertiser", "ad", "adId"),
    _kind("sd_targeting", "sdTargeting", "targeting", "target", "adGroupId targetingId"),
    _kind("sd_purchased_products", "sdPurchasedProduct", "asin", "ad bought",
          "adGroupId promotedAsin promotedSku asinBrandHalo", needs="conversions"),
)  # fmt: skip

# -- how a row looks -----------------------------------------------------------------------------------

# What a row says of the thing that it is about; the values come with the leaf.
_ABOUT = """
    date campaignId campaignName campaignStatus campaignBudgetAmount campaignBudgetType campaignBudgetCurrencyCode
    campaignBiddingStrategy campaignPriceTypeCode costType portfolioId adGroupId adGroupName adStatus adId
    advertisedAsin advertisedSku promotedAsin promotedSku keywordId keyword keywordText keywordType matchType
    targeting keywordBid adKeywordStatus searchTerm placementClassification targetingId targetingExpression
    targetingText targetingType purchasedAsin asinBrandHalo attributionType productName productCategory
    bidOptimization
"""
ABOUT = frozenset(_ABOUT.split())
# Conversions by window, of a quarter each; without a window those of 14 days.
QUARTERS = {"1": 2, "7": 3, "14": 4, "30": 5}
COUNTED = re.compile(
    r"(purchases|orders|unitsSold|conversions|newToBrandPurchases|newToBrandUnitsSold)"
    r"(SameSku|OtherSku|Promoted|BrandHalo)?(Clicks)?(?:(\d+)d)?"
)
EARNED = re.compile(
    r"(sales|attributedSales|newToBrandSales)(SameSku|OtherSku|Promoted|BrandHalo)?(Clicks)?(?:(\d+)d)?"
)
DIRECT = {"impressions": 1, "viewableImpressions": 2, "impressionsViews": 2, "detailPageViews": 40,
          "detailPageViewsClicks": 50, "videoFirstQuartileViews": 3, "videoMidpointViews": 4,
          "videoThirdQuartileViews": 5, "videoCompleteViews": 6, "videoUnmutes": 20, "video5SecondViews": 3,
          "brandedSearches": 60, "addToCart": 80, "addToCartClicks": 90}  # fmt: skip


@cache
def filled(name: str) -> bool:
    direct = name in DIRECT or name in {"clicks", "cost", "viewabilityRate"}
    return direct or bool(COUNTED.fullmatch(name) or EARNED.fullmatch(name))


@cache
def measure(name: str) -> Callable[[Numbers], Any]:
    """How a measure of a row is made of the few numbers that there are."""
    if name == "clicks":
        return lambda numbers: numbers.get("clicks", 0)
    if name == "cost":
        return lambda numbers: numbers.get("cost_micros", 0) / 1_000_000
    if name == "viewabilityRate":  # of too little traffic: nothing
        return lambda numbers: 0.5 if numbers.get("impressions", 0) > 500 else None
    if name in DIRECT:
        return lambda numbers: numbers.get("impressions", 0) // DIRECT[name]
    if found := COUNTED.fullmatch(name):
        above, below = _share(found)
        return lambda numbers: numbers.get("conversions", 0) * above // below
    if found := EARNED.fullmatch(name):
        over, under = _share(found)
        return lambda numbers: numbers.get("value_micros", 0) * over // under // 10_000 / 100
    return lambda numbers: None


def _share(found: re.Match[str]) -> tuple[int, int]:
    """Of the conversions of 14 days, as a fraction: by window, by product, by what came after views."""
    above, below = QUARTERS[found[4] or "14"], 4
    below = below * 2 if found[2] else below
    above, below = (above * 3, below * 4) if found[3] and not found[4] else (above, below)
    return (above, below * 3) if found[1].startswith("newToBrand") else (above, below)


def row_of(kind: Kind, leaf: Leaf, day: date, numbers: Numbers, about: Record, columns: Sequence[str]) -> Record:
    whole = {"date": day.isoformat()} | about
    return {name: whole.get(name) if name in ABOUT else measure(name)(numbers) for name in columns}


class Days:
    """The table of a kind of report: until yesterday, in the zone of each profile."""

    def __init__(
        self, kind: Kind, daily: Daily, about: Mapping[str, Record], zone: Callable[[str], str], lacks: frozenset[str]
    ) -> None:
        self.kind, self.daily, self.about, self.zone, self.lacks = kind, daily, about, zone, lacks
        self.name = kind.table
        self.first = daily.today() - timedelta(days=TOLD_SINCE)
        self._was: dict[str, dict[Key, Record]] = {}

    def rows(self, profile: str, first: date, last: date, columns: Sequence[str]) -> list[Record]:
        cells = self._cells(profile, first, last)
        return [row_of(self.kind, leaf, day, n, self.about[leaf.id], columns) for leaf, day, n in cells]

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        present, gone = [], []
        for profile in self._profiles(accounts):
            now = self._now(profile, [name for name in self.kind.columns if name not in self.lacks])
            present += list(now.values())
            gone += [row for key, row in self._was.get(profile, {}).items() if key not in now]
        return Truth(present, gone)

    def remember(self) -> None:
        """What is shown now was shown once, whatever becomes of it."""
        for profile in self._profiles(None):
            self._was.setdefault(profile, {}).update(self._now(profile, self.kind.key))

    def _profiles(self, accounts: Container[str] | None) -> list[str]:
        of = dict.fromkeys(leaf.account for leaf in self.daily.leaves())
        return [profile for profile in of if accounts is None or profile in accounts]

    def _now(self, profile: str, columns: Sequence[str]) -> dict[Key, Record]:
        yesterday = self.daily.today(self.zone(profile)) - timedelta(days=1)
        told = self.rows(profile, self.first, yesterday, columns)
        rows = [{"account_id": profile} | {**row, **{k: _text(row[k]) for k in self.kind.key}} for row in told]
        return {tuple(row[name] for name in self.kind.key): row for row in rows}

    def _cells(self, profile: str, first: date, last: date) -> Iterator[Cell]:
        for leaf, day, numbers in self.daily.rows(self.kind.levels, first, last, {profile}):
            if not self.kind.needs or numbers.get(self.kind.needs, 0):
                yield leaf, day, numbers


def _text(value: Any) -> str:
    """Part of a key: what is left out is empty."""
    return "" if value is None else str(value)
