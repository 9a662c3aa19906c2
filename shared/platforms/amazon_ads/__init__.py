"""Amazon Ads: Sponsored Products v3, Brands v4, Display, Reporting v3. Surprises: docs/platforms/amazon_ads.md."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from datetime import timedelta

from shared.errors import Bug, Code, Configure, Later, NotOffered, Problem
from shared.platforms.amazon_ads import columns as table
from shared.platforms.amazon_ads import columns_daily as daily_table
from shared.platforms.amazon_ads.records import (
    EXTENDED,
    MANY,
    NO_COUNT,
    STATES,
    counted,
    daily,
    in_states,
    listed,
    no_brands,
    own_profile,
    refused_columns,
    rules,
    words,
)
from shared.vocabulary.access import Account, Credential, Field, OAuth, bearer
from shared.vocabulary.columns import columns
from shared.vocabulary.platform import Limits, Platform
from shared.vocabulary.statuses import excerpt, refusal
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer, Json, Request, at

TITLE = "Amazon Ads"
HOSTS = ("login_host", "token_host", "api_host")
# A login is regional: what belongs to another region does not appear.
REGIONS = {
    "North America": ("www.amazon.com", "api.amazon.com", "advertising-api.amazon.com"),
    "Europe, Middle East, India": ("eu.account.amazon.com", "api.amazon.co.uk", "advertising-api-eu.amazon.com"),
    "Far East, Australia": ("apac.account.amazon.com", "api.amazon.co.jp", "advertising-api-fe.amazon.com"),
}
REGION = Field(
    "region", "Region", "Where the account advertises. Each region is connected on its own.",
    choices={name: dict(zip(HOSTS, hosts, strict=True)) for name, hosts in REGIONS.items()},
)  # fmt: skip

PROFILES = {"profileTypeFilter": "seller,vendor", "accessLevel": "view"}  # without `view`, view-only logins get nothing


SP, SB = "/sp", "/sb/v4"
D = daily_table
STREAMS = (
    Stream("profiles", "Profiles", "/v2/profiles", "", columns(table.PROFILES), PROFILES, shape=own_profile,
           unproven=NO_COUNT),
    listed("portfolios", "Portfolios", "/portfolios/list", "spPortfolio.v3", "portfolios", table.PORTFOLIOS,
           body=EXTENDED),
    listed("sp_campaigns", "Sponsored Products: campaigns", f"{SP}/campaigns/list", "spCampaign.v3", "campaigns",
           table.SP_CAMPAIGNS, body={**STATES, **EXTENDED}),
    listed("sp_ad_groups", "Sponsored Products: ad groups", f"{SP}/adGroups/list", "spAdGroup.v3", "adGroups",
           table.SP_AD_GROUPS, body={**STATES, **EXTENDED}),
    listed("sp_product_ads", "Sponsored Products: ads", f"{SP}/productAds/list", "spProductAd.v3", "productAds",
           table.SP_PRODUCT_ADS, body={**STATES, **EXTENDED}),
    listed("sp_keywords", "Sponsored Products: keywords", f"{SP}/keywords/list", "spKeyword.v3", "keywords",
           table.SP_KEYWORDS),
    listed("sp_negative_keywords", "Sponsored Products: negative keywords", f"{SP}/negativeKeywords/list",
           "spNegativeKeyword.v3", "negativeKeywords", table.SP_NEGATIVE_KEYWORDS),
    listed("sp_campaign_negative_keywords", "Sponsored Products: negative keywords of campaigns",
           f"{SP}/campaignNegativeKeywords/list", "spCampaignNegativeKeyword.v3", "campaignNegativeKeywords",
           table.SP_CAMPAIGN_NEGATIVE_KEYWORDS),
    listed("sp_targets", "Sponsored Products: targets", f"{SP}/targets/list", "spTargetingClause.v3",
           "targetingClauses", table.SP_TARGETS),
    listed("sb_campaigns", "Sponsored Brands: campaigns", f"{SB}/campaigns/list", "sbcampaignresource.v4", "campaigns",
           table.SB_CAMPAIGNS, "totalCount", {**STATES, **EXTENDED}),
    listed("sb_ad_groups", "Sponsored Brands: ad groups", f"{SB}/adGroups/list", "sbadgroupresource.v4", "adGroups",
           table.SB_AD_GROUPS, body={**STATES, **EXTENDED}),
    listed("sb_ads", "Sponsored Brands: ads", f"{SB}/ads/list", "sbadresource.v4", "ads", table.SB_ADS),
    counted("sb_keywords", "Sponsored Brands: keywords", "/sb/keywords", table.SB_KEYWORDS,
            "enabled,paused,pending,archived,draft"),
    counted("sd_campaigns", "Sponsored Display: campaigns", "/sd/campaigns", table.SD_CAMPAIGNS),
    counted("sd_ad_groups", "Sponsored Display: ad groups", "/sd/adGroups", table.SD_AD_GROUPS),
    counted("sd_product_ads", "Sponsored Display: ads", "/sd/productAds", table.SD_PRODUCT_ADS),
    counted("sd_targets", "Sponsored Display: targets", "/sd/targets", table.SD_TARGETS),
    counted("sd_creatives", "Sponsored Display: creatives", "/sd/creatives", table.SD_CREATIVES, states=""),
    # What is left out, and what changes budgets: only where it is asked for.
    listed("sp_negative_targets", "Sponsored Products: negative targets", f"{SP}/negativeTargets/list",
           "spNegativeTargetingClause.v3", "negativeTargetingClauses", table.SP_NEGATIVE_TARGETS, optional=True),
    listed("sp_campaign_negative_targets", "Sponsored Products: negative targets of campaigns",
           f"{SP}/campaignNegativeTargets/list", "spCampaignNegativeTargetingClause.v3",
           "campaignNegativeTargetingClauses", table.SP_CAMPAIGN_NEGATIVE_TARGETS, optional=True),
    counted("sb_negative_keywords", "Sponsored Brands: negative keywords", "/sb/negativeKeywords",
            table.SB_NEGATIVE_KEYWORDS, states="", optional=True),  # it takes one state, not several
    listed("sb_targets", "Sponsored Brands: targets", "/sb/targets/list", "sblisttargetsresponse.v3", "targets",
           table.SB_TARGETS, total="", body=in_states("enabled", "paused", "pending", "archived"), optional=True),
    listed("sb_negative_targets", "Sponsored Brands: negative targets", "/sb/negativeTargets/list",
           "sblistnegativetargetsresponse.v3", "negativeTargets", table.SB_NEGATIVE_TARGETS, total="",
           body=in_states("enabled", "pending", "archived"), optional=True),
    counted("sd_negative_targets", "Sponsored Display: negative targets", "/sd/negativeTargets",
            table.SD_NEGATIVE_TARGETS, optional=True),
    rules("sp_budget_rules", "Sponsored Products: budget rules", "/sp/budgetRules", table.BUDGET_RULES),
    rules("sb_budget_rules", "Sponsored Brands: budget rules", "/sb/budgetRules", table.BUDGET_RULES),
    rules("sd_budget_rules", "Sponsored Display: budget rules", "/sd/budgetRules", table.BUDGET_RULES),
    daily("sp_campaigns_daily", "Sponsored Products: campaigns by day", "spCampaigns", "campaign", D.SP_CAMPAIGNS),
    daily("sp_ad_groups_daily", "Sponsored Products: ad groups by day", "spCampaigns", "campaign adGroup",
          D.SP_AD_GROUPS),
    daily("sp_placements_daily", "Sponsored Products: placements by day", "spCampaigns", "campaignPlacement",
          D.SP_PLACEMENTS),
    daily("sp_ads_daily", "Sponsored Products: ads by day", "spAdvertisedProduct", "advertiser", D.SP_ADS, MANY),
    daily("sp_targeting_daily", "Sponsored Products: keywords and targets by day", "spTargeting", "targeting",
          D.SP_TARGETING, MANY, loose="keywordId matchType targeting"),
    daily("sp_search_terms_daily", "Sponsored Products: search terms by day", "spSearchTerm", "searchTerm",
          D.SP_SEARCH_TERMS, MANY, kept=65, loose="keywordId matchType targeting"),
    daily("sp_purchased_products_daily", "Sponsored Products: products bought by day", "spPurchasedProduct", "asin",
          D.SP_PURCHASED_PRODUCTS, loose="keywordId advertisedSku"),
    daily("sb_campaigns_daily", "Sponsored Brands: campaigns by day", "sbCampaigns", "campaign", D.SB_CAMPAIGNS),
    daily("sb_ad_groups_daily", "Sponsored Brands: ad groups by day", "sbAdGroup", "adGroup", D.SB_AD_GROUPS),
    daily("sb_ads_daily", "Sponsored Brands: ads by day", "sbAds", "ads", D.SB_ADS, loose="adId"),
    daily("sb_placements_daily", "Sponsored Brands: placements by day", "sbCampaignPlacement", "campaignPlacement",
          D.SB_PLACEMENTS),
    daily("sb_search_terms_daily", "Sponsored Brands: search terms by day", "sbSearchTerm", "searchTerm",
          D.SB_SEARCH_TERMS, MANY, loose="keywordId matchType"),
    daily("sb_targeting_daily", "Sponsored Brands: keywords and targets by day", "sbTargeting", "targeting",
          D.SB_TARGETING, MANY, loose="keywordId targetingId"),
    daily("sb_purchased_products_daily", "Sponsored Brands: products bought by day", "sbPurchasedProduct",
          "purchasedAsin", D.SB_PURCHASED_PRODUCTS, 93, kept=731, loose="attributionType"),
    daily("sd_campaigns_daily", "Sponsored Display: campaigns by day", "sdCampaigns", "campaign", D.SD_CAMPAIGNS),
    daily("sd_ad_groups_daily", "Sponsored Display: ad groups by day", "sdAdGroup", "adGroup", D.SD_AD_GROUPS),
    daily("sd_ads_daily", "Sponsored Display: ads by day", "sdAdvertisedProduct", "advertiser", D.SD_ADS),
    daily("sd_targeting_daily", "Sponsored Display: targets by day", "sdTargeting", "targeting", D.SD_TARGETING, MANY),
    daily("sd_purchased_products_daily", "Sponsored Display: products bought by day", "sdPurchasedProduct", "asin",
          D.SD_PURCHASED_PRODUCTS, loose="promotedSku asinBrandHalo"),
)  # fmt: skip


# -- accounts and refusals -----------------------------------------------------------------------------


def authorise(credential: Credential) -> Mapping[str, str]:
    app = credential.app.id if credential.app else ""
    return {**bearer(credential), "amazon-advertising-api-clientid": app}


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    hosts = {name: credential.values.get(name, "") for name in HOSTS}
    answer = yield Request("GET", f"https://{hosts['api_host']}/v2/profiles", PROFILES, headers=authorise(credential))
    if problem := refuse(answer):
        raise problem
    if not isinstance(answer.json, list) or not all(at(profile, "profileId") for profile in answer.json):
        raise Bug("records-missing", "Amazon Ads no longer lists the profiles of a login.", excerpt(answer))
    if not answer.json:
        raise Configure(
            "no-profile",
            "This Amazon login is good, but it has no advertising account in this region. "
            "Please choose another region, or have the account shared with this login.",
        )
    return tuple(profile_account(profile, hosts) for profile in answer.json)


def profile_account(profile: Json, hosts: Mapping[str, str]) -> Account:
    country, name = str(profile.get("countryCode") or ""), at(profile, "accountInfo.name") or profile["profileId"]
    of_agency = at(profile, "accountInfo.type") == "agency"
    return Account(
        id=str(profile["profileId"]),
        title=f"{name} ({country})" if country else str(name),
        zone=profile.get("timezone") or "UTC",
        currency=profile.get("currencyCode") or "",
        values={**hosts, "country_code": country},
        closed="Accounts of agencies have no sponsored ads." if of_agency else "",
    )


SHUT = re.compile(r"not authorized to access scope|no matching advertiser found", re.I)


def refuse(answer: Answer) -> Problem | None:
    said = words(answer.json)
    if answer.status in {400, 401, 403} and SHUT.search(said):
        return Configure("profile-closed", "Amazon Ads no longer lets this login read this profile.", excerpt(answer))
    if answer.status == 400 and no_brands(answer.json):
        return None  # it has none; see `found`
    if answer.status == 400 and (names := refused_columns(answer.json)):
        return NotOffered(Code.NOT_OFFERED, "Amazon Ads does not know a column of this report.", excerpt(answer), names)
    if answer.status == 425:
        return Later(Code.LIMITED, "Amazon Ads is making the same report already.", excerpt(answer), counts=False)
    return refusal(answer, TITLE)


def one_of(place: int) -> str:
    return "|".join(re.escape(hosts[place]) for hosts in REGIONS.values())


MANAGE = "advertising::campaign_management"

AMAZON_ADS = Platform(
    name="amazon_ads",
    title=TITLE,
    base="https://{api_host}",
    auth=(
        OAuth(
            "https://{login_host}/ap/oa",
            "https://{token_host}/auth/o2/token",
            scopes=(MANAGE,),  # there is none that only reads
            opens={MANAGE: "to read campaigns, ads, keywords and targets, and their results"},
            beyond={MANAGE: "creating and changing campaigns"},
            pkce=True,
            grant_lifetime=timedelta(days=365),
            grant_fixed=True,
            asks=(REGION,),
        ),
    ),
    authorise=authorise,
    discover=discover,
    # No figures are published: they move with the load. Who is refused is told how long to wait, or waits this long.
    limits=Limits(at_once=4, per_second=4, burst=4, rest=timedelta(seconds=30)),
    # Making reports is throttled first and longest. Looking whether they are made counts here as well.
    allowances={"reports": Limits(at_once=4, per_second=0.5, burst=4, rest=timedelta(minutes=2))},
    streams=STREAMS,
    version="SP v3, SB v4, SD, Reporting v3",
    refuse=refuse,
    reads="Campaigns, ads, keywords and targets of Sponsored Products, Brands and Display, and their results by day.",
    hosts=frozenset(host for hosts in REGIONS.values() for host in hosts),
    values={name: one_of(place) for place, name in enumerate(HOSTS)},
    downloads=frozenset({"{bucket}.s3.amazonaws.com", "{bucket}.s3.{zone}.amazonaws.com"}),
    needs_app=True,
)
