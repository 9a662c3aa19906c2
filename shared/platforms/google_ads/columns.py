"""The columns of Google Ads' tables; what is selected in each query follows from them (`gaql.py`).

A path of one step is a value of the account and is not asked for. Days and moments are those of the account's zone.
"""

ACCOUNT = """
customer.id=account_id* text Account id, ten digits
customer.descriptiveName=name text Name of the account
customer.currencyCode=currency text Currency of all its money
customer.timeZone=time_zone text Its time zone
customer.manager=is_manager bool Whether it manages other accounts
customer.status=status text Status
customer.testAccount=is_test bool Whether a test account
customer.autoTaggingEnabled=auto_tagging bool Click ids added
"""

OF_ACCOUNT = "account_id* text Account id"
MONEY_OF = "account_currency text Currency of the money"

CAMPAIGNS = f"""
{OF_ACCOUNT}
{MONEY_OF}
account_zone text Time zone of the account
campaign.id=campaign_id* text Campaign id
campaign.name=name text Name of the campaign
campaign.status=status text Status: ENABLED, PAUSED or REMOVED
campaign.servingStatus=serving_status text Whether it serves
campaign.primaryStatus=primary_status text Why (not)
campaign.advertisingChannelType=channel_type text Kind: SEARCH, PERFORMANCE_MAX and so on
campaign.advertisingChannelSubType=channel_sub_type text Kind, more exactly
campaign.biddingStrategyType=bidding_strategy_type text How it bids
campaign.startDateTime=starts_at time When it begins
campaign.endDateTime=ends_at time When it ends
campaignBudget.id=budget_id text Budget id
campaignBudget.amountMicros=budget micros~ Its amount, which others may share
"""

CAMPAIGN_BUDGETS = f"""
{OF_ACCOUNT}
{MONEY_OF}
campaignBudget.id=budget_id* text Budget id
campaignBudget.name=name text Name
campaignBudget.status=status text Status: ENABLED or REMOVED
campaignBudget.amountMicros=amount micros~ Amount of a period
campaignBudget.period=period text Period: DAILY or CUSTOM_PERIOD
campaignBudget.deliveryMethod=delivery_method text How it is spread over the day
campaignBudget.explicitlyShared=is_shared bool Whether several campaigns may use it
"""

AD_GROUPS = f"""
{OF_ACCOUNT}
{MONEY_OF}
adGroup.id=ad_group_id* text Ad group id
campaign.id=campaign_id text Campaign id
adGroup.name=name text Name of the ad group
adGroup.status=status text Status: ENABLED, PAUSED or REMOVED
adGroup.type=type text Kind
adGroup.cpcBidMicros=cpc_bid micros~ Most that a click may cost
"""

ADS = f"""
{OF_ACCOUNT}
adGroup.id=ad_group_id* text Ad group id
adGroupAd.ad.id=ad_id* text Ad id
campaign.id=campaign_id text Campaign id
adGroupAd.ad.name=name text Name of the ad, where it has one
adGroupAd.ad.type=type text Kind
adGroupAd.ad.finalUrls=final_urls texts Where a click leads
adGroupAd.status=status text Status: ENABLED, PAUSED or REMOVED
adGroupAd.adStrength=ad_strength text Strength
adGroupAd.policySummary.approvalStatus=approval_status text Whether it is approved
"""

KEYWORDS = f"""
{OF_ACCOUNT}
{MONEY_OF}
adGroup.id=ad_group_id* text Ad group id
adGroupCriterion.criterionId=criterion_id* text Keyword id, unique within its ad group
campaign.id=campaign_id text Campaign id
adGroupCriterion.keyword.text=keyword text Keyword
adGroupCriterion.keyword.matchType=match_type text How it matches: EXACT, PHRASE or BROAD
adGroupCriterion.status=status text Status: ENABLED, PAUSED or REMOVED
adGroupCriterion.negative=is_negative bool Whether it keeps ads away
adGroupCriterion.qualityInfo.qualityScore=quality_score int~ Quality, 1 to 10, of today
adGroupCriterion.cpcBidMicros=cpc_bid micros~ Most that a click may cost
"""

CONVERSION_ACTIONS = f"""
{OF_ACCOUNT}
conversionAction.id=conversion_action_id* text Conversion action id
conversionAction.resourceName=conversion_action text Its name in conversions_daily
conversionAction.name=name text Name
conversionAction.category=category text Category, such as PURCHASE
conversionAction.status=status text Status: ENABLED, HIDDEN or REMOVED
conversionAction.countingType=counting_type text Whether one or every conversion of a click counts
conversionAction.primaryForGoal=is_primary bool Whether it counts as conversions, and not only as all_conversions
conversionAction.clickThroughLookbackWindowDays=click_window_days int~ Days after a click that it is credited
conversionAction.viewThroughLookbackWindowDays=view_window_days int~ Days after a view that it is credited
"""

DAY = f"""
{OF_ACCOUNT}
segments.date=date* date Day, in the zone of the account
{MONEY_OF}
account_zone text Time zone of the day
"""

CONVERTED = """
metrics.conversions=conversions float+ Conversions of primary actions, credited to the day of the click
metrics.conversionsValue=conversion_value money+ Their value
metrics.allConversions=all_conversions float+ Conversions of all actions
metrics.allConversionsValue=all_conversion_value money+ Their value
"""

SPENT = f"""
metrics.impressions=impressions int+ Impressions
metrics.clicks=clicks int+ Clicks
metrics.costMicros=cost micros+ Cost
{CONVERTED}
"""

NUMBERS = f"""
{SPENT}
metrics.interactions=interactions int+ Interactions: clicks, and what counts as such for the kind of ad
metrics.viewThroughConversions=view_through_conversions int+ Conversions after a view without a click
"""

CAMPAIGN = "campaign.id=campaign_id* text Campaign id"
OF_CAMPAIGN = "campaign.id=campaign_id text Campaign id"
AD_GROUP = "adGroup.id=ad_group_id* text Ad group id"

DATE = f"""
{OF_ACCOUNT}
segments.date=date* date Day, in the zone of the account
account_zone text Time zone of the day
"""
SHOWN = "metrics.impressions=impressions int+ Impressions"

CAMPAIGN_DAILY = f"""
{DAY}
{CAMPAIGN}
campaign.name=campaign_name text Name of the campaign
campaign.status=campaign_status text Its status
campaign.advertisingChannelType=channel_type text Its kind
{NUMBERS}
metrics.conversionsByConversionDate=conversions_by_conversion_date float+ Conversions that happened on this day
metrics.conversionsValueByConversionDate=conversion_value_by_conversion_date money+ Their value
"""

AD_GROUP_DAILY = f"""
{DAY}
{AD_GROUP}
{OF_CAMPAIGN}
adGroup.name=ad_group_name text Name of the ad group
{NUMBERS}
"""

AD_DAILY = f"""
{DAY}
{AD_GROUP}
adGroupAd.ad.id=ad_id* text Ad id
{OF_CAMPAIGN}
{NUMBERS}
"""

KEYWORD_DAILY = f"""
{DAY}
{AD_GROUP}
adGroupCriterion.criterionId=criterion_id* text Keyword id, unique within its ad group
{OF_CAMPAIGN}
adGroupCriterion.keyword.text=keyword text Keyword
adGroupCriterion.keyword.matchType=match_type text How it matches: EXACT, PHRASE or BROAD
{NUMBERS}
"""

SEARCH_TERMS_DAILY = f"""
{DAY}
{AD_GROUP}
searchTermView.searchTerm=search_term* text What people searched for
{OF_CAMPAIGN}
searchTermView.status=status text Whether it is a keyword, or excluded
{SPENT}
"""

PERFORMANCE_MAX_SEARCH_TERMS_DAILY = f"""
{DAY}
{CAMPAIGN}
campaign.name=campaign_name text Name of the campaign
campaignSearchTermView.searchTerm=search_term* text What people searched for
{SPENT}
"""

GEO_DAILY = f"""
{DAY}
{CAMPAIGN}
geographicView.countryCriterionId=country_criterion_id* text Country: Google's id, 2276 is Germany
geographicView.locationType=location_type* text LOCATION_OF_PRESENCE or AREA_OF_INTEREST
{SPENT}
"""

ASSET_GROUP_DAILY = f"""
{DAY}
assetGroup.id=asset_group_id* text Asset group id
{OF_CAMPAIGN}
assetGroup.name=asset_group_name text Name of the asset group
assetGroup.status=asset_group_status text Its status
{SPENT}
"""

CONVERSIONS_DAILY = f"""
{DAY}
{CAMPAIGN}
segments.conversionAction=conversion_action* text Conversion action, as in conversion_actions
segments.conversionActionName=conversion_action_name text Its name
segments.conversionActionCategory=conversion_action_category text Its category
{CONVERTED}
"""

DEVICE_DAILY = f"""
{DAY}
{CAMPAIGN}
segments.device=device* text Device: MOBILE, DESKTOP, TABLET and so on
segments.adNetworkType=ad_network_type* text Network: SEARCH, CONTENT, YOUTUBE and so on
{NUMBERS}
"""

CLICKS = f"""
{OF_ACCOUNT}
segments.date=date* date Day of the click, in the zone of the account
clickView.gclid=gclid* text Click id, the same for all clicks on one showing of an ad (none: ads for apps)
{CAMPAIGN}
adGroup.id=ad_group_id* text Ad group id
clickView.adGroupAd=ad* text Ad, as customers/…/adGroupAds/…
clickView.keyword=keyword_name* text Keyword, as customers/…/adGroupCriteria/…
clickView.keywordInfo.text=keyword text Keyword
clickView.keywordInfo.matchType=match_type text How it matched
segments.device=device* text Device
segments.adNetworkType=ad_network_type* text Network
clickView.pageNumber=page_number* int Page of the results
metrics.clicks=clicks int+ Clicks, invalid ones too (of other campaigns than Search: interactions)
account_zone text Time zone of the day
"""

# Google rounds shares at one end: what it had from below 0.1, what it lost from above 0.9.
HAD = "0.1 to 1 (0.0999 says: below 0.1, under 10 %)"
LOST = "0 to 0.9 (0.9001 says: above 0.9, over 90 %)"

IMPRESSION_SHARE_DAILY = f"""
{DATE}
{CAMPAIGN}
campaign.name=campaign_name text Name of the campaign
campaign.advertisingChannelType=channel_type text Its kind
{SHOWN}
metrics.searchImpressionShare=search_impression_share float~ Share of the impressions in Search open to it, {HAD}
metrics.searchTopImpressionShare=search_top_impression_share float~ The same on top, above the unpaid results, {HAD}
metrics.searchAbsoluteTopImpressionShare=search_absolute_top_impression_share float~ The same in first place, {HAD}
metrics.searchExactMatchImpressionShare=search_exact_match_impression_share float~ The same for exact keywords, {HAD}
metrics.searchBudgetLostImpressionShare=search_budget_lost_impression_share float~ Lost in Search to the budget, {LOST}
metrics.searchRankLostImpressionShare=search_rank_lost_impression_share float~ Lost in Search to the rank, {LOST}
metrics.searchBudgetLostTopImpressionShare=search_budget_lost_top_impression_share float~ \
Lost on top to the budget, {LOST}
metrics.searchRankLostTopImpressionShare=search_rank_lost_top_impression_share float~ Lost on top to the rank, {LOST}
metrics.searchBudgetLostAbsoluteTopImpressionShare=search_budget_lost_absolute_top_impression_share float~ \
Lost in first place to the budget, {LOST}
metrics.searchRankLostAbsoluteTopImpressionShare=search_rank_lost_absolute_top_impression_share float~ \
Lost in first place to the rank, {LOST}
metrics.contentImpressionShare=content_impression_share float~ Share of the impressions on Display open to it, {HAD}
metrics.contentBudgetLostImpressionShare=content_budget_lost_impression_share float~ \
Lost on Display to the budget, {LOST}
metrics.contentRankLostImpressionShare=content_rank_lost_impression_share float~ Lost on Display to the rank, {LOST}
"""

VIDEOS = f"""
{SHOWN}, of anything
metrics.videoTrueviewViews=views int+ TrueView views of its videos
metrics.videoTrueviewViewRate=view_rate float~ Views for each impression
metrics.videoQuartileP25Rate=watched_25_rate float~ Share of the impressions that were watched for a quarter
metrics.videoQuartileP50Rate=watched_50_rate float~ Share that were watched for half of it
metrics.videoQuartileP75Rate=watched_75_rate float~ Share that were watched for three quarters
metrics.videoQuartileP100Rate=watched_100_rate float~ Share that were watched to the end
metrics.videoWatchTimeDurationMillis=watch_time int+ Time that was watched, in thousandths of a second
"""

CAMPAIGN_VIDEOS_DAILY = f"""
{DATE}
{CAMPAIGN}
campaign.name=campaign_name text Name of the campaign
campaign.advertisingChannelType=channel_type text Its kind
{VIDEOS}
"""

AD_VIDEOS_DAILY = f"""
{DATE}
{AD_GROUP}
adGroupAd.ad.id=ad_id* text Ad id
{OF_CAMPAIGN}
{VIDEOS}
"""

CHANGES = f"""
{OF_ACCOUNT}
changeEvent.resourceName=change* text Name of the change, as customers/…/changeEvents/…
date date Day of the change, in the zone of the account
account_zone text Time zone of the day
changeEvent.changeDateTime=changed_at time When it was made
changeEvent.changeResourceType=resource_type text What kind of thing was changed: CAMPAIGN, AD_GROUP and so on
changeEvent.changeResourceName=resource text What was changed, as customers/…/campaigns/…
changeEvent.resourceChangeOperation=operation text CREATE, UPDATE or REMOVE
changeEvent.changedFields=changed_fields text Which of its fields, with commas between them
changeEvent.oldResource=old_resource json What stood in these fields before
changeEvent.newResource=new_resource json What stands in them since
changeEvent.userEmail=user_email text Who made it
changeEvent.clientType=client_type text With which tool
changeEvent.campaign=campaign text Campaign that it concerns, as customers/…/campaigns/…
changeEvent.adGroup=ad_group text Ad group that it concerns, as customers/…/adGroups/…
changeEvent.asset=asset text Asset that it concerns, as customers/…/assets/…
"""
