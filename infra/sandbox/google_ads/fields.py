"""What may be asked of which resource: fields, the resources beside it, metrics and segments, and what does not mix."""

from infra.sandbox.google_ads.names import camel

_OWN = {
    "customer": "id descriptive_name currency_code time_zone manager test_account status auto_tagging_enabled",
    "customer_client": "id client_customer level manager descriptive_name currency_code time_zone status test_account"
    " hidden",
    "campaign": "id name status serving_status primary_status advertising_channel_type advertising_channel_sub_type"
    " bidding_strategy_type start_date_time end_date_time campaign_budget",
    "campaign_budget": "id name amount_micros period delivery_method explicitly_shared status",
    "ad_group": "id name status type campaign cpc_bid_micros",
    "ad_group_ad": "ad.id ad.name ad.type ad.final_urls ad.resource_name ad_group status ad_strength"
    " policy_summary.approval_status",
    "ad_group_criterion": "criterion_id keyword.text keyword.match_type type status negative cpc_bid_micros ad_group"
    " quality_info.quality_score",
    "conversion_action": "id name category status type counting_type primary_for_goal"
    " click_through_lookback_window_days view_through_lookback_window_days",
    "keyword_view": "",
    "search_term_view": "search_term status ad_group",
    "campaign_search_term_view": "search_term campaign",
    "geographic_view": "country_criterion_id location_type",
    "asset_group": "id name status campaign",
    "click_view": "gclid ad_group_ad keyword keyword_info.text keyword_info.match_type page_number",
    "change_event": "change_date_time change_resource_type change_resource_name client_type user_email old_resource"
    " new_resource resource_change_operation changed_fields campaign ad_group asset",
}
FIELDS = {
    resource: frozenset(f"{resource}.{name}" for name in (*names.split(), "resource_name"))
    for resource, names in _OWN.items()
}
# The resources whose fields may be selected along.
BESIDE = {
    "customer": "",
    "customer_client": "customer",
    "campaign": "campaign_budget customer",
    "campaign_budget": "customer",
    "ad_group": "campaign customer",
    "ad_group_ad": "ad_group campaign customer",
    "ad_group_criterion": "ad_group campaign customer",
    "conversion_action": "customer",
    "keyword_view": "ad_group_criterion ad_group campaign customer",
    "search_term_view": "ad_group campaign customer",
    "campaign_search_term_view": "campaign customer",
    "geographic_view": "campaign customer",
    "asset_group": "campaign customer",
    "click_view": "ad_group campaign customer",
    "change_event": "ad_group campaign customer",
}
CHANGED = "change_event.change_date_time"
# What a change is about cannot be asked for, and what it is called is in no order.
NOT_FILTERED = frozenset(f"change_event.{name}" for name in (
    "change_resource_name", "changed_fields", "old_resource", "new_resource",
))  # fmt: skip
NOT_SORTED = NOT_FILTERED | {f"change_event.{name}" for name in ("resource_name", "campaign", "ad_group", "asset")}

# Which metrics go with which resource, as Google's own catalogue of fields has it (of v24, as it was in August 2026).
_CONVERTED = "conversions conversions_value all_conversions all_conversions_value"
_BY_DATE = "conversions_by_conversion_date conversions_value_by_conversion_date"
_DONE = f"impressions clicks cost_micros {_CONVERTED} interactions view_through_conversions"
_ALL = f"{_DONE} {_BY_DATE}"
_VIEWS = "video_trueview_views video_trueview_view_rate"
_QUARTILES = "video_quartile_p25_rate video_quartile_p50_rate video_quartile_p75_rate video_quartile_p100_rate"
_WATCHED = "video_watch_time_duration_millis"
_SEARCH = "search_impression_share search_exact_match_impression_share search_rank_lost_impression_share"
_SHARES = f"{_SEARCH} content_impression_share content_rank_lost_impression_share"
_SHORT_OF_MONEY = "search_budget_lost_impression_share content_budget_lost_impression_share"
_ON_TOP = (
    "search_top_impression_share search_budget_lost_top_impression_share search_rank_lost_top_impression_share"
    " search_absolute_top_impression_share search_budget_lost_absolute_top_impression_share"
    " search_rank_lost_absolute_top_impression_share"
)
_METRICS = {
    "customer": f"{_ALL} {_VIEWS} {_WATCHED} {_SHARES} {_SHORT_OF_MONEY}",
    "campaign": f"{_ALL} {_VIEWS} {_QUARTILES} {_WATCHED} {_SHARES} {_SHORT_OF_MONEY} {_ON_TOP}",
    "ad_group": f"{_ALL} {_VIEWS} {_QUARTILES} {_WATCHED} {_SHARES} {_ON_TOP}",
    "ad_group_ad": f"{_ALL} {_VIEWS} {_QUARTILES} {_WATCHED}",
    "keyword_view": f"{_ALL} {_VIEWS} {_QUARTILES} {_SEARCH} {_ON_TOP}",
    "search_term_view": f"{_DONE} {_VIEWS} {_QUARTILES}",
    "campaign_search_term_view": f"{_DONE} {_VIEWS} {_QUARTILES}",
    "geographic_view": f"{_ALL} {_VIEWS}",
    "asset_group": _ALL,
    "click_view": "clicks",
}
METRICS = {source: frozenset(f"metrics.{name}" for name in names.split()) for source, names in _METRICS.items()}

_ACTION = "conversion_action conversion_action_name conversion_action_category"
_USUAL = f"date device ad_network_type {_ACTION}"
_SEGMENTS = {
    **dict.fromkeys(_METRICS, _USUAL),
    "click_view": "date device ad_network_type",
}
SEGMENTS = {source: frozenset(f"segments.{name}" for name in names.split()) for source, names in _SEGMENTS.items()}

EVERY = frozenset().union(*FIELDS.values(), *METRICS.values(), *SEGMENTS.values())
# Which action a conversion was of says nothing about clicks and cost: the two cannot be asked for together.
BY_ACTION = frozenset(f"segments.{name}" for name in _ACTION.split())
NOT_BY_ACTION = frozenset().union(*METRICS.values()) - frozenset(
    f"metrics.{name}" for name in (*_CONVERTED.split(), *_BY_DATE.split(), "view_through_conversions")
)

# What a row of metrics is about, and what each segment splits it by, in the words of the leaves.
LEVELS = {
    "customer": (),
    "campaign": ("campaign",),
    "ad_group": ("campaign", "ad_group"),
    "ad_group_ad": ("campaign", "ad_group", "ad"),
    "keyword_view": ("campaign", "ad_group", "keyword"),
    "search_term_view": ("campaign", "ad_group", "term"),
    "campaign_search_term_view": ("campaign", "term"),
    "geographic_view": ("country", "location_type"),
    "asset_group": ("campaign", "asset_group"),
}
SPLITS = {
    "segments.device": "device",
    "segments.ad_network_type": "network",
    **dict.fromkeys(BY_ACTION, "action"),
}


def allowed(source: str) -> frozenset[str]:
    """All that may be selected from a resource."""
    beside = [FIELDS[name] for name in BESIDE[source].split()]
    nothing = frozenset[str]()
    return FIELDS[source].union(*beside, METRICS.get(source, nothing), SEGMENTS.get(source, nothing))


def path_of(field: str) -> list[str]:
    """Where a field stands in an answer."""
    return [camel(step) for step in field.split(".")]
