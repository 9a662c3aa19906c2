"""Columns of Meta Ads. Graph API v26.0, reference of ad account, campaign, ad set, ad and insights, 2026-11.

Budgets come in the currency's smallest unit and are turned where a row is shaped; spend comes in the currency itself.
"""

AD_ACCOUNT = """
account_id* text Account id, digits only
id text The same behind act_
name text Name
currency text Currency
timezone_name text Time zone that its days are counted in
timezone_offset_hours_utc float Hours before UTC when read
account_status int Status: 1 active, 2 disabled, 3 unsettled, 101 not available
disable_reason int Number of the reason why it is disabled
amount_spent money~ Spent since the account was opened
balance money~ Bill that is due
spend_cap money~ Most that the account may spend, 0 for no limit
created_time time When it was opened
"""

CAMPAIGNS = """
id* text Campaign id
account_id text Account id
name text Name
objective text Objective
status text Status that was set
configured_status text The same, under its newer name
effective_status text Status that counts, with that of the account
buying_type text AUCTION or RESERVED
bid_strategy text Bid strategy
daily_budget money~ Budget of a day, where the campaign has one
lifetime_budget money~ Budget of its whole life
budget_remaining money~ What is left of the budget
spend_cap money~ Most that the campaign may spend
account_currency text Currency of the budgets
start_time time First moment
stop_time time Last moment
created_time time When it was made
updated_time time When it was last changed
special_ad_categories texts Special categories: housing, credit, …
"""

AD_SETS = """
id* text Ad set id
account_id text Account id
campaign_id text Campaign id
name text Name
status text Status that was set
effective_status text Status that counts, with that of its campaign
optimization_goal text What delivery aims at
billing_event text What is paid for
bid_strategy text Bid strategy
bid_amount money~ Bid, or cost cap
daily_budget money~ Budget of a day
lifetime_budget money~ Budget of its whole life
budget_remaining money~ What is left of the budget
account_currency text Currency of bids and budgets
start_time time First moment
end_time time Last moment
targeting json Who is meant
attribution_spec json Windows in which results count
created_time time When it was made
updated_time time When it was last changed
"""

ADS = """
id* text Ad id
account_id text Account id
campaign_id text Campaign id
adset_id text Ad set id
name text Name
status text Status that was set
effective_status text Status that counts, with those above it
creative.id text Creative id
created_time time When it was made
updated_time time When it was last changed
"""

AD_CREATIVES = """
id* text Creative id
account_id text Account id
name text Name in the library
title text Headline
body text Text
status text Status
object_type text Kind of what is advertised
image_url text Address of the image, which ends
thumbnail_url text Address of a small image, which ends
object_story_id text Post that is advertised
effective_object_story_id text Post that is shown
call_to_action_type text Button
url_tags text Added to addresses
"""

CUSTOM_CONVERSIONS = """
id* text Custom conversion id
account_id text Account id
name text Name
description text Description
custom_event_type text Standard event it counts as
rule text Rule, as JSON
creation_time time When it was made
first_fired_time time When it first happened
last_fired_time time When it last happened
is_archived bool Whether it was archived
is_unavailable bool Whether it can be used no more
"""

_NUMBERS = """
date_start* date Day, in the account's time zone
date_stop date The same day
account_name text Name of the account
account_currency text Currency of all amounts
impressions int+ Impressions
reach int~ People who saw it at least once, estimated
frequency float~ Impressions per person
clicks int+ All clicks
inline_link_clicks int+ Clicks on links
unique_clicks int~ People who clicked
spend money+ Spent, estimated until it is billed
cpc money~ Spent per click
cpm money~ Spent per 1,000 impressions
ctr float~ Clicks per 100 impressions
actions json Results by type: types overlap, so never add all of them
action_values json Worth of results by type: types overlap
conversions json Conversions by type
conversion_values json Worth of conversions by type
purchase_roas json Worth of purchases per amount spent
objective text Objective of the campaign
attribution_setting text Windows in which results count
"""

_CAMPAIGN = """
account_id* text Account id
campaign_id* text Campaign id
campaign_name text Name of the campaign
"""
_ADSET = f"""
{_CAMPAIGN}
adset_id* text Ad set id
adset_name text Name of the ad set
"""
_AD = f"""
{_ADSET}
ad_id* text Ad id
ad_name text Name of the ad
"""

INSIGHTS = {level: f"{ids}\n{_NUMBERS}" for level, ids in (("campaign", _CAMPAIGN), ("adset", _ADSET), ("ad", _AD))}

_GROUPS = {
    "age_gender": "age* text Age group, as 25-34\ngender* text Gender: female, male or unknown",
    "country": "country* text Country of the people, by its code of two letters",
    "placement": "publisher_platform* text Platform: facebook, instagram, audience_network, messenger, threads, …\n"
    "platform_position* text Place there: feed, instagram_reels, … (feed is one on each of them)",
    "device": "device_platform* text Kind of device: desktop, mobile_app, mobile_web or unknown",
}


def parted(by: str) -> str:
    """Without people (reach, frequency, unique clicks): who is in two groups, or seen on two days, is one person."""
    return f"""
{_CAMPAIGN}
date_start* date Day, in the account's time zone
date_stop date The same day
{_GROUPS[by]}
account_currency text Currency of all amounts
impressions int+ Impressions
clicks int+ All clicks
inline_link_clicks int+ Clicks on links
spend money+ Spent, estimated until it is billed
actions json Results by type: types overlap, so never add all of them
action_values json Worth of results by type: types overlap
objective text Objective of the campaign
attribution_setting text Windows in which results count
"""


_VIDEO = (
    "video_play_actions",
    *(f"video_p{part}_watched_actions" for part in (25, 50, 75, 95, 100)),
    "video_thruplay_watched_actions",
    "video_avg_time_watched_actions",
)
# The one type of result that each of these lists holds.
ONE_TYPE = {
    **dict.fromkeys(_VIDEO, "video_view"),
    **dict.fromkeys(("outbound_clicks", "outbound_clicks_ctr"), "outbound_click"),
}
WATCHED = f"""
{_AD}
date_start* date Day, in the account's time zone
date_stop date The same day
account_currency text Currency of the amount
impressions int+ Impressions
clicks int+ All clicks
spend money+ Spent, estimated until it is billed
video_play_actions int+ Times that its video began to play
video_p25_watched_actions int+ Plays that came to a quarter of it, or skipped to there
video_p50_watched_actions int+ Plays that came to its half
video_p75_watched_actions int+ To three quarters
video_p95_watched_actions int+ To 95 percent
video_p100_watched_actions int+ To its end
video_thruplay_watched_actions int+ Plays of 15 seconds, or to the end where it is shorter
video_avg_time_watched_actions float~ Seconds watched on average, replays among them
outbound_clicks int+ Clicks that led away from what belongs to Meta
outbound_clicks_ctr float~ Outbound clicks per 100 impressions
"""

_WINDOWS = """
1d_click=click_1d {kind}+ Of that, within a day after a click
7d_click=click_7d {kind}+ Within 7 days after a click
28d_click=click_28d {kind}+ Within 28 days after a click
1d_view=view_1d {kind}+ Within a day after it was seen
"""
_TYPE = """
date_start* date Day
action_type* text Type: types overlap, so add up within one type only
"""


def unpivoted(level: str, kind: str, value: str) -> str:
    """A row per entry of `actions` or `action_values`."""
    above = ["account_id* text Account id", "campaign_id* text Campaign id"]
    above += ["adset_id* text Ad set id"] if level != "campaign" else []
    above += ["ad_id* text Ad id"] if level == "ad" else []
    return "\n".join([*above, _TYPE, f"value {kind}+ {value}", _WINDOWS.format(kind=kind)])
