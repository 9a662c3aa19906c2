"""Sponsored Brands and Sponsored Display: what a campaign of each holds."""

from __future__ import annotations

from datetime import date

from infra.sandbox.amazon_ads.invented import GOODS, MATCHES, PLACES
from infra.sandbox.amazon_ads.making import Seeding
from infra.sandbox.records import Record


def sb_campaign(own: Seeding, number: int, begun: date) -> None:
    """The second one is of the old kind: reports leave it out, and its ads have no id."""
    world, campaign, group = own.world, own.id("sb", "campaign", number), own.id("sb", "group", number)
    old = number == 1
    name, state = f"SB | {GOODS[number % 6]} {number}", "PAUSED" if old else "ENABLED"
    world.put("sb_campaigns", own.mine | {
        "campaignId": campaign, "name": name, "state": state, "budget": 50, "budgetType": "DAILY",
        "startDate": begun.isoformat(), "costType": "VCPM" if number % 3 == 2 else "CPC",
        "isMultiAdGroupsEnabled": not old, "bidding": {"bidOptimization": True}, "brandEntityId": "ENTITY1BRAND",
        "extendedData": own.extended_sb(),
    })  # fmt: skip
    row = {"adGroupId": group, "campaignId": campaign, "name": f"Group {number}", "state": "ENABLED"}
    world.put("sb_ad_groups", own.mine | row | {"extendedData": own.extended_sb()})
    of: Record = {
        "campaignId": int(campaign), "campaignName": name, "campaignStatus": state, "campaignBudgetAmount": 50,
        "campaignBudgetType": "DAILY_BUDGET", "campaignBudgetCurrencyCode": own.profile.currency,
        "costType": "CPC", "campaignPriceTypeCode": "CPC", "adGroupId": int(group),
        "adGroupName": f"Group {number}",
        "adStatus": "ENABLED",
    }  # fmt: skip
    for each in range(1 if old else own.ads):
        sb_ad(own, number, each, old, of, begun)
    for each in range(own.seed.count("negatives", 2)):
        place = number * 1000 + each
        ids = own.mine | {"adGroupId": int(group), "campaignId": int(campaign)}
        state = ("enabled", "pending", "archived")[each % 3]
        world.put("sb_negative_keywords", ids | {
            "keywordId": int(own.id("sb", "negative", place)), "keywordText": f"used {GOODS[each % 6]}",
            "matchType": ("negativeExact", "negativePhrase")[each % 2], "state": state,
        })  # fmt: skip
        for table, kind, place_of, more in (
            ("sb_targets", "asinCategorySameAs", 250, {"bid": 0.8}), ("sb_negative_targets", "asinSameAs", 500, {}),
        ):  # fmt: skip
            what = [{"type": kind, "value": f"{place}"}]
            target = {"targetId": int(own.id("sb", "negative", place + place_of)), "state": state, **more}
            world.put(table, ids | target | {"expressions": what, "resolvedExpressions": what})


def sb_ad(own: Seeding, campaign: int, each: int, old: bool, of: Record, begun: date) -> None:
    number = campaign * 1000 + each
    ad, word = own.id("sb", "ad", number), own.id("sb", "word", number)
    ids = {"adGroupId": str(of["adGroupId"]), "campaignId": str(of["campaignId"])}
    named = {} if old else {"adId": ad, "name": f"Ad {number}"}
    own.world.put("sb_ads", own.mine | named | ids | {
        "state": "ENABLED", "creative": {"type": ("VIDEO", "PRODUCT_COLLECTION")[each % 2], "headline": "Light"},
        "landingPage": {"pageType": "STORE", "url": "https://example.com/stores/nordlicht"},
        "extendedData": own.extended_sb(),
    })  # fmt: skip
    text, match = f"{GOODS[campaign % 6].lower()} brand {each}", MATCHES[each % 3]
    own.world.put("sb_keywords", own.mine | {
        "keywordId": int(word), "adGroupId": of["adGroupId"], "campaignId": of["campaignId"], "keywordText": text,
        "matchType": match.lower(), "state": ("enabled", "pending")[each % 2], "bid": 0.9,
    })  # fmt: skip
    about = {
        "adId": int(ad), "keywordId": int(word), "keywordText": text, "matchType": match, "keywordType": match,
        "keywordBid": 0.9, "adKeywordStatus": "ENABLED", "searchTerm": f"{text} shop",
        "placementClassification": PLACES[each % 3], "purchasedAsin": f"B7{number:08d}", "productName": "Lamp",
        "productCategory": "Home", "attributionType": ("Promoted", "Brand Halo")[each % 2],
    }  # fmt: skip
    own.leaf("sb", number, of | about, begun, {"target": word, "ad": ad}, only_bought=old)


def sd_campaign(own: Seeding, number: int, begun: date) -> None:
    world = own.world
    campaign, group = int(own.id("sd", "campaign", number)), int(own.id("sd", "group", number))
    name, state = f"SD | {GOODS[number % 6]} {number}", ("enabled", "paused", "archived")[number % 3]
    world.put("sd_campaigns", own.mine | {
        "campaignId": campaign, "name": name, "tactic": "T00030", "budgetType": "daily", "budget": 10.0,
        "startDate": begun.strftime("%Y%m%d"), "state": state, "costType": ("cpc", "vcpm")[number % 2],
        "portfolioId": int(own.id("", "portfolio", 1)), "deliveryProfile": "as_soon_as_possible",
    })  # fmt: skip
    world.put("sd_ad_groups", own.mine | {
        "adGroupId": group, "campaignId": campaign, "name": f"Group {number}", "state": "enabled",
        "defaultBid": 0.4, "bidOptimization": "clicks", "tactic": "T00030", "creativeType": "IMAGE",
    })  # fmt: skip
    world.put("sd_creatives", own.mine | {
        "creativeId": int(own.id("sd", "creative", number)), "adGroupId": group, "creativeType": "IMAGE",
        "properties": {"headline": "Good light"}, "moderationStatus": "APPROVED",
    })  # fmt: skip
    of: Record = {
        "campaignId": campaign, "campaignName": name, "campaignStatus": state.upper(), "campaignBudgetAmount": 10.0,
        "campaignBudgetCurrencyCode": own.profile.currency, "costType": ("CPC", "VCPM")[number % 2],
        "adGroupId": group, "adGroupName": f"Group {number}", "bidOptimization": "clicks",
    }  # fmt: skip
    for each in range(own.ads):
        sd_ad(own, number, each, of, begun)
    for each in range(own.seed.count("negatives", 2)):
        product = [{"type": ("asinSameAs", "asinBrandSameAs")[each % 2], "value": f"B0{number:04d}{each:04d}"}]
        world.put("sd_negative_targets", own.mine | {
            "targetId": int(own.id("sd", "negative", number * 1000 + each)), "adGroupId": group, "state": "enabled",
            "expressionType": "manual", "expression": product, "resolvedExpression": product,
        })  # fmt: skip


def sd_ad(own: Seeding, campaign: int, each: int, of: Record, begun: date) -> None:
    number = campaign * 1000 + each
    ad, target = own.id("sd", "ad", number), own.id("sd", "target", number)
    ids = {"adGroupId": of["adGroupId"], "campaignId": of["campaignId"]}
    row = {"adId": int(ad), **ids, "state": "enabled", "asin": f"B0{number:08d}", "sku": f"SKU-{number}"}
    own.world.put("sd_product_ads", own.mine | row)
    expression = [{"type": "asinCategorySameAs", "value": "679337011"}]
    own.world.put("sd_targets", own.mine | {
        "targetId": int(target), **ids, "state": "enabled", "bid": 0.3, "expression": expression,
        "resolvedExpression": expression, "expressionType": "manual",
    })  # fmt: skip
    about = {
        "adId": int(ad), "promotedAsin": f"B0{number:08d}", "promotedSku": f"SKU-{number}",
        "targetingId": int(target), "targetingExpression": 'category="679337011"', "targetingText": "Lighting",
        "adKeywordStatus": "ENABLED", "asinBrandHalo": f"B8{number:08d}",
    }  # fmt: skip
    own.leaf("sd", number, of | about, begun, {"target": target, "ad": ad})
