"""Sponsored Products: what a campaign of it holds."""

from __future__ import annotations

from datetime import date

from infra.sandbox.amazon_ads.invented import GOODS, MATCHES, PLACES
from infra.sandbox.amazon_ads.making import Seeding
from infra.sandbox.records import Record


def sp_campaign(own: Seeding, number: int, begun: date) -> None:
    world, campaign, group = own.world, own.id("sp", "campaign", number), own.id("sp", "group", number)
    automatic = number % 4 == 3
    name = f"SP | {GOODS[number % len(GOODS)]} | {'Auto' if automatic else 'Words'} {number}"
    state = ("ENABLED", "ENABLED", "PAUSED", "ARCHIVED")[number % 4]
    about: Record = {
        "campaignId": int(campaign), "campaignName": name, "campaignStatus": state, "campaignBudgetAmount": 25.0,
        "campaignBudgetType": "DAILY_BUDGET", "campaignBudgetCurrencyCode": own.profile.currency,
        "campaignBiddingStrategy": "legacy", "adGroupId": int(group), "adGroupName": f"Group {number}",
        "adStatus": "ENABLED", "portfolioId": int(own.id("", "portfolio", 0)),
    }  # fmt: skip
    world.put("sp_campaigns", own.mine | {
        "campaignId": campaign, "name": name, "state": state, "targetingType": "AUTO" if automatic else "MANUAL",
        "startDate": begun.isoformat(), "budget": {"budget": 25.0, "budgetType": "DAILY"},
        "dynamicBidding": {"strategy": "LEGACY_FOR_SALES",
                           "placementBidding": [{"placement": "PLACEMENT_TOP", "percentage": 20}]},
        "portfolioId": own.id("", "portfolio", 0), "extendedData": own.extended(f"CAMPAIGN_STATUS_{state}"),
    })  # fmt: skip
    world.put("sp_ad_groups", own.mine | {
        "adGroupId": group, "campaignId": campaign, "name": f"Group {number}", "state": "ENABLED",
        "defaultBid": 0.75, "extendedData": own.extended("AD_GROUP_STATUS_ENABLED"),
    })  # fmt: skip
    for each in range(own.ads):
        sp_ad(own, number, each, automatic, about, begun)
    word = {"campaignId": campaign, "state": "ENABLED", "matchType": "NEGATIVE_EXACT"}
    for each in range(own.seed.count("negatives", 2)):
        one = own.mine | word | {"keywordId": own.id("sp", "negative", number * 1000 + each)}
        world.put("sp_negative_keywords", one | {"adGroupId": group, "keywordText": f"free {GOODS[each % 6]}"})
        other = own.mine | word | {"keywordId": own.id("sp", "negative", number * 1000 + 500 + each)}
        world.put("sp_campaign_negative_keywords", other | {"keywordText": f"used {GOODS[each % 6]}"})
        product = [{"type": ("ASIN_SAME_AS", "ASIN_BRAND_SAME_AS")[each % 2], "value": f"B0{number:04d}{each:04d}"}]
        left = own.mine | {"campaignId": campaign, "state": "ENABLED"}
        left |= {"expression": product, "resolvedExpression": product}
        there = {"adGroupId": group, "targetId": own.id("sp", "negative", number * 1000 + 250 + each)}
        world.put("sp_negative_targets", left | there)
        everywhere = {"targetId": own.id("sp", "negative", number * 1000 + 750 + each)}
        world.put("sp_campaign_negative_targets", left | everywhere)


def sp_ad(own: Seeding, campaign: int, each: int, automatic: bool, of: Record, begun: date) -> None:
    number = campaign * 1000 + each
    ad, asin = own.id("sp", "ad", number), f"B0{number:08d}"
    ids = {"adGroupId": str(of["adGroupId"]), "campaignId": str(of["campaignId"])}
    goods = {"sku": f"SKU-{number}"} if own.profile.kind == "seller" else {"asin": asin}
    row = {"adId": ad, **ids, "state": "ENABLED", **goods, "extendedData": own.extended("AD_STATUS_LIVE")}
    own.world.put("sp_product_ads", own.mine | row)
    match: str | None = MATCHES[each % 3]
    about: Record
    if automatic:
        word = own.id("sp", "target", number)
        expression = [{"type": "QUERY_BROAD_REL_MATCHES"}]
        own.world.put("sp_targets", own.mine | {
            "targetId": word, **ids, "state": "ENABLED", "bid": 0.5, "expression": expression,
            "resolvedExpression": expression, "expressionType": "AUTO",
        })  # fmt: skip
        about = {
            "keyword": "loose-match",
            "targeting": "loose-match",
            "keywordType": "TARGETING_EXPRESSION_PREDEFINED",
        }
        match = "TARGETING_EXPRESSION_PREDEFINED" if each % 2 else None
    else:
        word, text = own.id("sp", "word", number), f"{GOODS[campaign % 6].lower()} no {each}"
        own.world.put("sp_keywords", own.mine | {
            "keywordId": word, **ids, "state": "ENABLED", "keywordText": text, "matchType": match, "bid": 0.6,
        })  # fmt: skip
        about = {"keyword": text, "targeting": text, "keywordType": match}
    about |= {
        "keywordId": int(word), "matchType": match, "keywordBid": 0.6, "adKeywordStatus": "ENABLED",
        "searchTerm": f"buy {about['keyword']}" if each % 4 else "*", "adId": int(ad), "advertisedAsin": asin,
        "advertisedSku": goods.get("sku"), "purchasedAsin": f"B9{number:08d}",
        "placementClassification": PLACES[each % 3],
    }  # fmt: skip
    own.leaf("sp", number, of | about, begun, {"target": word, "ad": ad})
