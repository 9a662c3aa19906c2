"""What is read of a profile of Amazon Ads."""

from __future__ import annotations

from shared.platforms.amazon_ads import columns as table
from shared.platforms.amazon_ads import columns_daily as daily_table
from shared.platforms.amazon_ads.access import PROFILES
from shared.platforms.amazon_ads.lists import EXTENDED, NO_COUNT, STATES, counted, in_states, listed, rules
from shared.platforms.amazon_ads.records import own_profile
from shared.platforms.amazon_ads.reports import MANY, daily
from shared.vocabulary.columns import columns
from shared.vocabulary.stream import Stream

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
