"""The columns of Amazon Ads' daily reports, by kind of report. They are what is asked for as well.

A number follows its window: `sales14d` are the sales within 14 days of a click. Sponsored Brands and Display know one
window only (14 days, clicks and views together) and name none.
"""

from __future__ import annotations

from shared.platforms.amazon_ads.columns import MONEY, OWNER, named

DAY = f"""
{OWNER}
account_zone text Zone of the days
{MONEY}
date* date Day, in the zone of the profile
campaignBudgetCurrencyCode=currency text Currency of the campaign
"""


def daily(*parts: str) -> str:
    return named("\n".join([DAY, *parts]))


def windows(field: str, kind: str, meaning: str, days: tuple[int, ...] = (1, 7, 14, 30)) -> str:
    within = {1: "the same day", 7: "7 days", 14: "14 days", 30: "30 days"}
    return "\n".join(f"{field}{window}d {kind} {meaning}, within {within[window]}" for window in days)


def keyed(text: str, *names: str) -> str:
    """The same with these as part of the key."""
    for name in names:
        text = text.replace(f"{name} text", f"{name}* text", 1)
    return text


CAMPAIGN = """
campaignId text Campaign id
campaignName text Name of the campaign
"""
STATUS = "campaignStatus text ENABLED, PAUSED or ARCHIVED"
BUDGET = """
campaignBudgetAmount money~ Budget
campaignBudgetType text Kind of budget
"""
GROUP = """
adGroupId text Ad group id
adGroupName text Name of the ad group
"""
AD_STATUS = "adStatus text ENABLED, PAUSED or ARCHIVED"
PORTFOLIO = "portfolioId text Portfolio id"
SEEN = """
impressions int+ Times shown
clicks int+ Clicks
cost money+ Spent
"""
SHARE = "topOfSearchImpressionShare float~ Share of the places above search results"
BID = """
keywordBid money~ Bid
adKeywordStatus text ENABLED, PAUSED or ARCHIVED
"""
PLACE = "placementClassification text Where it was shown"

# -- Sponsored Products ------------------------------------------------------------------------------
SP_METRICS = "\n".join(
    [
        SEEN,
        windows("purchases", "int+", "Orders after a click"),
        windows("purchasesSameSku", "int+", "Orders of the advertised product"),
        windows("unitsSoldClicks", "int+", "Units sold after a click"),
        windows("unitsSoldSameSku", "int+", "Units sold of the advertised product"),
        windows("sales", "money+", "Sales after a click"),
        windows("attributedSalesSameSku", "money+", "Sales of the advertised product"),
    ]
)
SP_OTHER = """
salesOtherSku7d money+ Sales of other products
unitsSoldOtherSku7d int+ Units sold of other products
"""
SP_WORD = f"""
keywordId text Keyword or target id
keyword text Keyword
keywordType text Kind of keyword or target
matchType text How it must match
targeting text Keyword or expression that was targeted
{BID}
{PORTFOLIO}
"""

SP_CAMPAIGNS = daily(
    keyed(CAMPAIGN, "campaignId"), STATUS, BUDGET, "campaignBiddingStrategy text How bids are made", SHARE, SP_METRICS
)
SP_AD_GROUPS = daily(keyed(GROUP, "adGroupId"), CAMPAIGN, STATUS, AD_STATUS, SP_METRICS)
SP_PLACEMENTS = daily(
    keyed(CAMPAIGN, "campaignId"), keyed(PLACE, "placementClassification"), STATUS, BUDGET, SP_METRICS
)
SP_ADS = daily(
    "adId* text Ad id",
    "advertisedAsin text Product",
    "advertisedSku text Product as the seller knows it",
    GROUP,
    CAMPAIGN,
    STATUS,
    PORTFOLIO,
    SP_METRICS,
    SP_OTHER,
)
SP_TARGETING = daily(
    keyed(GROUP, "adGroupId"),
    keyed(SP_WORD, "keywordId", "matchType", "targeting"),
    CAMPAIGN,
    SHARE,
    SP_METRICS,
    SP_OTHER,
)
SP_SEARCH_TERMS = daily(
    keyed(GROUP, "adGroupId"),
    keyed(SP_WORD, "keywordId", "matchType", "targeting"),
    "searchTerm* text What was searched for, * for no words",
    CAMPAIGN,
    SP_METRICS,
    SP_OTHER,
)
SP_PURCHASED_PRODUCTS = daily(
    keyed(GROUP, "adGroupId"),
    CAMPAIGN,
    PORTFOLIO,
    "keywordId* text Keyword or target id",
    "keyword text Keyword",
    "keywordType text Kind of keyword or target",
    "matchType text How it must match",
    "advertisedAsin* text Product that was advertised",
    "advertisedSku* text The same as the seller knows it",
    "purchasedAsin* text Product that was bought",
    windows("purchases", "int+", "Orders after a click"),
    windows("sales", "money+", "Sales after a click"),
    windows("unitsSoldClicks", "int+", "Units sold after a click"),
    windows("purchasesOtherSku", "int+", "Orders of other products"),
    windows("unitsSoldOtherSku", "int+", "Units sold of other products"),
    windows("salesOtherSku", "money+", "Sales of other products"),
)

# -- Sponsored Brands and Sponsored Display ----------------------------------------------------------
_BOTH = f"""
{SEEN}
purchases int+ Orders after clicks and views
purchasesClicks int+ Orders after clicks
sales money+ Sales after clicks and views
salesClicks money+ Sales after clicks
unitsSold int+ Units sold after clicks and views
"""
_MORE = """
unitsSoldClicks int+ Units sold after clicks
newToBrandUnitsSoldClicks int+ The same after clicks
"""
_BRAND = """
detailPageViews int+ Views of product pages
detailPageViewsClicks int+ The same after clicks
addToCart int+ Products put into a cart
addToCartClicks int+ The same after clicks
brandedSearches int+ Searches for the brand
brandedSearchesClicks int+ The same after clicks
newToBrandPurchases int+ Orders of people new to the brand
newToBrandPurchasesClicks int+ The same after clicks
newToBrandSales money+ Sales to people new to the brand
newToBrandSalesClicks money+ The same after clicks
newToBrandUnitsSold int+ Units sold to people new to the brand
"""
_QUARTERS = """
videoFirstQuartileViews int+ Videos seen to a quarter
videoMidpointViews int+ To the middle
"""
_VIDEO = f"""
{_QUARTERS}
videoThirdQuartileViews int+ To three quarters
videoCompleteViews int+ To the end
videoUnmutes int+ Videos whose sound was turned on
"""
_VIDEO_SB = f"""
{_VIDEO}
video5SecondViews int+ Videos seen for 5 seconds
"""
_VIEWABLE = "viewableImpressions int+ Times in sight"
_VIEWABILITY = "viewabilityRate float~ Share of impressions that were in sight"
_COST_TYPE = "costType text What is paid for: clicks, or a thousand views"
_SB_PROMOTED = """
purchasesPromoted int+ Orders of promoted products
salesPromoted money+ Sales of promoted products
"""
_SB_PAGES = "newToBrandDetailPageViews int+ Views of product pages by people new to the brand"
SB_METRICS = "\n".join([_BOTH, _MORE, _BRAND, _SB_PROMOTED, _SB_PAGES])
SB_SEEN = f"""
{SB_METRICS}
{_VIDEO_SB}
{_VIEWABILITY}
"""
SB_WORD = f"""
keywordId text Keyword id
keywordText text Keyword
matchType text How it must match
{BID}
"""

SB_CAMPAIGNS = daily(keyed(CAMPAIGN, "campaignId"), STATUS, BUDGET, _COST_TYPE, SB_SEEN, _VIEWABLE, SHARE)
SB_AD_GROUPS = daily(keyed(GROUP, "adGroupId"), CAMPAIGN, STATUS, AD_STATUS, BUDGET, _COST_TYPE, SB_SEEN)
SB_ADS = daily(
    "adId* text Ad id, empty for ads of old campaigns",
    keyed(GROUP, "adGroupId"),
    CAMPAIGN,
    STATUS,
    BUDGET,
    _COST_TYPE,
    SB_SEEN,
    _VIEWABLE,
)
SB_PLACEMENTS = daily(
    keyed(CAMPAIGN, "campaignId"),
    keyed(PLACE, "placementClassification"),
    STATUS,
    BUDGET,
    _COST_TYPE,
    SB_SEEN,
    _VIEWABLE,
)
SB_SEARCH_TERMS = daily(
    keyed(GROUP, "adGroupId"),
    keyed(SB_WORD, "keywordId", "matchType"),
    "searchTerm* text What was searched for",
    CAMPAIGN,
    STATUS,
    BUDGET,
    _COST_TYPE,
    _BOTH,
    _VIDEO_SB,
    _VIEWABLE,
    _VIEWABILITY,
)
SB_TARGETING = daily(
    keyed(GROUP, "adGroupId"),
    keyed(SB_WORD, "keywordId"),
    "keywordType text Kind of keyword or target",
    "targetingId* text Target id",
    "targetingExpression text What was targeted",
    "targetingText text The same in words",
    "targetingType text Kind of target",
    CAMPAIGN,
    STATUS,
    BUDGET,
    _COST_TYPE,
    _BOTH,
    _BRAND,
    _SB_PROMOTED,
    _SB_PAGES,
    "newToBrandUnitsSoldClicks int+ Units sold to people new to the brand, after clicks",
    SHARE,
)
SB_PURCHASED_PRODUCTS = daily(
    keyed(CAMPAIGN, "campaignId"),
    keyed(GROUP, "adGroupId"),
    "purchasedAsin* text Product that was bought",
    "attributionType* text How the order is tied to the ad",
    "productName text Name of the product",
    "productCategory text Its category",
    "campaignPriceTypeCode text What is paid for",
    "orders14d int+ Orders after clicks and views",
    "ordersClicks14d int+ Orders after clicks",
    "unitsSold14d int+ Units sold after clicks and views",
    "unitsSoldClicks14d int+ Units sold after clicks",
    "sales14d money+ Sales after clicks and views",
    "salesClicks14d money+ Sales after clicks",
    "newToBrandPurchases14d int+ Orders of people new to the brand",
    "newToBrandUnitsSold14d int+ Units sold to people new to the brand",
    "newToBrandSales14d money+ Sales to people new to the brand",
)

_SD_PROMOTED = """
purchasesPromotedClicks int+ Orders of promoted products after clicks
salesPromotedClicks money+ Sales of promoted products after clicks
impressionsViews int+ Times in sight
addToCartViews int+ Products put into a cart after views
brandedSearchesViews int+ Searches for the brand after views
"""
SD_METRICS = "\n".join([_BOTH, _MORE, _BRAND, _SD_PROMOTED, _VIDEO, _VIEWABILITY])
SD_REACH = """
cumulativeReach float~ People reached so far
impressionsFrequencyAverage float~ Times each saw it
"""
OPTIMISED = "bidOptimization text What bids are made for"

SD_CAMPAIGNS = daily(
    keyed(CAMPAIGN, "campaignId"), STATUS, "campaignBudgetAmount money~ Budget", _COST_TYPE, SD_METRICS, SD_REACH
)
SD_AD_GROUPS = daily(keyed(GROUP, "adGroupId"), CAMPAIGN, OPTIMISED, SD_METRICS, SD_REACH)
SD_ADS = daily(
    "adId* text Ad id",
    "promotedAsin text Product",
    "promotedSku text Product as the seller knows it",
    GROUP,
    CAMPAIGN,
    OPTIMISED,
    SD_METRICS,
    SD_REACH,
)
SD_TARGETING = daily(
    keyed(GROUP, "adGroupId"),
    "targetingId* text Target id",
    "targetingExpression text What was targeted",
    "targetingText text The same in words",
    "adKeywordStatus text ENABLED, PAUSED or ARCHIVED",
    CAMPAIGN,
    SD_METRICS,
)
SD_PURCHASED_PRODUCTS = daily(
    keyed(GROUP, "adGroupId"),
    CAMPAIGN,
    "promotedAsin* text Product that was promoted",
    "promotedSku* text The same as the seller knows it",
    "asinBrandHalo* text Other product of the brand that was bought",
    "conversionsBrandHalo int+ Orders after clicks and views",
    "conversionsBrandHaloClicks int+ Orders after clicks",
    "unitsSoldBrandHalo int+ Units sold after clicks and views",
    "unitsSoldBrandHaloClicks int+ Units sold after clicks",
    "salesBrandHalo money+ Sales after clicks and views",
    "salesBrandHaloClicks money+ Sales after clicks",
)
