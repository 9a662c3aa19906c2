"""The columns of Amazon Ads' tables: of its lists, and of its daily reports.

Fields are written as Amazon writes them and become columns in snake case (`salesOtherSku7d`: sales_other_sku_7d).
Of a report these are also the columns that are asked for: one that Amazon does not know fails the whole report, so each
kind of report names its own, from Amazon's page of that kind. Left out are ratios that follow from other columns.
"""

from __future__ import annotations

import re

_FIELD = re.compile(r"^\s*([A-Za-z][\w.]*)(?=\*? )", re.M)
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])")


def snake(field: str) -> str:
    return _WORD.sub("_", field).replace(".", "_").lower()


def named(text: str) -> str:
    """The same columns, each with its name in snake case unless it says another one."""
    return _FIELD.sub(lambda found: f"{found[1]}={snake(found[1])}", text)


OWNER = """
account_id* text Profile id
country_code text Country of the profile's marketplace
"""
MONEY = "account_currency text Currency of the profile: of all money here"
SERVED = "extendedData.servingStatus=serving_status text Whether it serves, and if not why"
SINCE = f"""
{SERVED}
extendedData.creationDateTime=created_at time When it was made
extendedData.lastUpdateDateTime=updated_at time When it was last changed
"""
DETAILS = "extendedData.servingStatusDetails=serving_status_details json Reasons for that"
SINCE_SB = f"""
{SERVED}
extendedData.creationDate=created_at time When it was made
extendedData.lastUpdateDate=updated_at time When it was last changed
{DETAILS}
"""
CAMPAIGN, AD_GROUP = "campaignId text Campaign id", "adGroupId text Ad group id"
STATE = "state text ENABLED, PAUSED or ARCHIVED"
RUNS = """
startDate date First day
endDate date Last day
"""


def listed(*parts: str, money: bool = False) -> str:
    return named("\n".join([OWNER, *([MONEY] if money else []), *parts]))


PROFILES = named("""
profileId* text Profile id
countryCode text Country of the marketplace
currencyCode text Currency of its money
dailyBudget money~ Daily budget of the whole profile
timezone text Zone of its days
accountInfo.id=account_entity_id text Seller or entity id
accountInfo.name=account_name text Name of the account
accountInfo.type=account_type text Seller or vendor
accountInfo.subType=account_subtype text Kind of that
accountInfo.marketplaceStringId=marketplace_id text Marketplace
accountInfo.validPaymentMethod=valid_payment_method bool Whether it can be charged
""")
PORTFOLIOS = listed(f"""
portfolioId* text Portfolio id
name text Name of the portfolio
{STATE}
inBudget bool Whether there is budget left
budget.amount=budget money~ Budget
budget.policy=budget_policy text Whether by month or by dates
budget.currencyCode=budget_currency text Currency of the budget
budget.startDate=budget_start_date date First day of it
budget.endDate=budget_end_date date Last day of it
{SINCE}
extendedData.statusReasons=status_reasons json Reasons for that
""")

# -- Sponsored Products ------------------------------------------------------------------------------
SP_CAMPAIGNS = listed(
    f"""
campaignId* text Campaign id
name text Name of the campaign
{STATE}
targetingType text AUTO or MANUAL
budget.budget=budget money~ Budget
budget.budgetType=budget_type text Per day
{RUNS}
budget.effectiveBudget=effective_budget money~ Budget after rules
portfolioId text Portfolio id
dynamicBidding json Bidding strategy and adjustments
tags json Tags of the advertiser
{SINCE}
{DETAILS}
""",
    money=True,
)
SP_AD_GROUPS = listed(
    "adGroupId* text Ad group id",
    CAMPAIGN,
    "name text Name of the ad group",
    STATE,
    "defaultBid money~ Bid where none is given",
    SINCE,
    DETAILS,
    money=True,
)
SP_PRODUCT_ADS = listed(f"""
adId* text Ad id
{AD_GROUP}
{CAMPAIGN}
asin text Product
sku text Product as the seller knows it
customText text Text of the ad
globalStoreSetting json Offer of another country
{STATE}
{SINCE}
{DETAILS}
""")
_WORDS = """
keywordText text Keyword
matchType text How it must match
"""
_NATIVE = """
nativeLanguageKeyword text As the advertiser wrote it
nativeLanguageLocale text In which language
"""
SP_KEYWORDS = listed(
    "keywordId* text Keyword id",
    AD_GROUP,
    CAMPAIGN,
    _WORDS,
    STATE,
    f"bid money~ Bid, empty: the ad group's\n{_NATIVE}",
    money=True,
)
SP_NEGATIVE_KEYWORDS = listed("keywordId* text Keyword id", AD_GROUP, CAMPAIGN, _WORDS, STATE, _NATIVE)
SP_CAMPAIGN_NEGATIVE_KEYWORDS = listed("keywordId* text Keyword id", CAMPAIGN, _WORDS, STATE)
_EXPRESSION = """
expression json What is targeted
expressionType text AUTO or MANUAL
resolvedExpression json The same, with names
"""
SP_TARGETS = listed(
    "targetId* text Target id",
    AD_GROUP,
    CAMPAIGN,
    STATE,
    f"bid money~ Bid, empty: the ad group's\n{_EXPRESSION}",
    money=True,
)
_NEGATIVE = """
expression json What is left out
resolvedExpression json The same, with names
"""
SP_NEGATIVE_TARGETS = listed("targetId* text Target id", AD_GROUP, CAMPAIGN, STATE, _NEGATIVE)
SP_CAMPAIGN_NEGATIVE_TARGETS = listed("targetId* text Target id", CAMPAIGN, STATE, _NEGATIVE)

# -- Sponsored Brands --------------------------------------------------------------------------------
SB_CAMPAIGNS = listed(
    f"""
campaignId* text Campaign id
name text Name of the campaign
{STATE}
budget money~ Budget
budgetType text Per day or for its lifetime
{RUNS}
costType text CPC, VCPM or FIXED_PRICE: what is paid for
isMultiAdGroupsEnabled bool Whether reports hold it: false means that they leave it out
portfolioId text Portfolio id
brandEntityId text Brand
goal text What it is meant for
productLocation text Where its products are sold
bidding json Bidding strategy and adjustments
smartDefault json What Amazon chooses
siteRestrictions json Where it is shown
ruleBasedBudget json Budget after rules
targetedPGDealId=deal_id text Deal
tags json Tags of the advertiser
{SINCE_SB}
""",
    money=True,
)
SB_AD_GROUPS = listed("adGroupId* text Ad group id", CAMPAIGN, "name text Name of the ad group", STATE, SINCE_SB)
SB_ADS = listed(f"""
campaignId* text Campaign id
adGroupId* text Ad group id
adId* text Ad id, empty for ads of old campaigns
name text Name of the ad
{STATE}
creativeType text Kind of creative
creative json The whole creative
landingPage json Where it leads to
{SINCE_SB}
""")
SB_KEYWORDS = listed(
    "keywordId* text Keyword id",
    AD_GROUP,
    CAMPAIGN,
    _WORDS,
    STATE,
    "bid money~ Bid\nnativeLanguageKeyword text As the advertiser wrote it",
    money=True,
)
_STATE_SB = "state text ENABLED, PAUSED, PENDING, ARCHIVED or DRAFT"
SB_NEGATIVE_KEYWORDS = listed("keywordId* text Keyword id", AD_GROUP, CAMPAIGN, _WORDS, _STATE_SB)
SB_TARGETS = listed(
    f"""
targetId* text Target id
{AD_GROUP}
{CAMPAIGN}
{_STATE_SB}
bid money~ Bid
expressions json What is targeted
resolvedExpressions json The same, with names
""",
    money=True,
)
SB_NEGATIVE_TARGETS = listed(f"""
targetId* text Target id
{AD_GROUP}
{CAMPAIGN}
{_STATE_SB}
expressions json What is left out
resolvedExpressions json The same, with names
""")

# -- Sponsored Display -------------------------------------------------------------------------------
SD_CAMPAIGNS = listed(
    f"""
campaignId* text Campaign id
name text Name of the campaign
{STATE}
tactic text What may be targeted
budget money~ Budget
budgetType text Per day
{RUNS}
costType text Cpc or vcpm: what is paid for
portfolioId text Portfolio id
deliveryProfile text How the budget is spent
ruleBasedBudget json Budget after rules
""",
    money=True,
)
SD_AD_GROUPS = listed(
    f"""
adGroupId* text Ad group id
{CAMPAIGN}
name text Name of the ad group
{STATE}
tactic text What may be targeted
defaultBid money~ Bid where none is given
bidOptimization text What bids are made for
creativeType text Its creatives
""",
    money=True,
)
SD_PRODUCT_ADS = listed(f"""
adId* text Ad id
{AD_GROUP}
{CAMPAIGN}
asin text Product
sku text Product as the seller knows it
adName text Name of the ad
landingPageURL=landing_page_url text Where it leads to
landingPageType text Kind of that page
{STATE}
""")
SD_TARGETS = listed(
    "targetId* text Target id",
    AD_GROUP,
    CAMPAIGN,
    STATE,
    f"bid money~ Bid, empty: the ad group's\n{_EXPRESSION}",
    money=True,
)
SD_CREATIVES = listed(f"""
creativeId* text Creative id
{AD_GROUP}
creativeType text Kind of creative
properties json What it is made of
moderationStatus text Whether it was approved
""")
SD_NEGATIVE_TARGETS = listed(f"""
targetId* text Target id
{AD_GROUP}
{STATE}
expressionType text Auto or manual
{_NEGATIVE}
""")

# -- of all three ------------------------------------------------------------------------------------
_DETAILS, _CONDITION = "ruleDetails", "ruleDetails.performanceMeasureCondition"
_DATES, _EVENT = "ruleDetails.duration.dateRangeTypeRuleDuration", "ruleDetails.duration.eventTypeRuleDuration"
BUDGET_RULES = listed(f"""
ruleId* text Rule id
{_DETAILS}.name=name text Name of the rule
{_DETAILS}.ruleType=rule_type text SCHEDULE or PERFORMANCE
ruleState=state text ACTIVE or PAUSED
ruleStatus=status text What Amazon says of it
{_DETAILS}.budgetIncreaseBy.type=increase_type text PERCENT
{_DETAILS}.budgetIncreaseBy.value=increase float~ By how much the budget is raised
{_CONDITION}.metricName=condition_metric text What is looked at: ACOS, CTR, CVR, ROAS and so on
{_CONDITION}.comparisonOperator=condition_operator text How it is compared
{_CONDITION}.threshold=condition_threshold float~ With what it is compared
{_DETAILS}.recurrence.type=recurrence text DAILY or WEEKLY
{_DETAILS}.recurrence.daysOfWeek=days_of_week texts Days of the week
{_DETAILS}.recurrence.intraDaySchedule=hours json Hours of the day
{_DATES}.startDate=start_date date First day
{_DATES}.endDate=end_date date Last day
{_EVENT}.eventId=event_id text Event id
{_EVENT}.eventName=event_name text Name of the event
{_EVENT}.startDate=event_start_date date First day of the event
{_EVENT}.endDate=event_end_date date Last day of the event
createdDate=created_at time When it was made
lastUpdatedDate=updated_at time When it was last changed
""")
