"""What is read of an account of Google Ads."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.google_ads import changes, gaql
from shared.platforms.google_ads import columns as table
from shared.platforms.google_ads.gaql import PAGES, SEARCH
from shared.platforms.google_ads.records import with_moments
from shared.vocabulary.columns import columns
from shared.vocabulary.paging import PageRule
from shared.vocabulary.slicing import Days
from shared.vocabulary.stream import Stream, Totals
from shared.vocabulary.wire import Json

# Conversions are credited to the day of the click, for up to as many days after it as the account has set.
# Days are told for 37 months; a few days less, because Google does not say where exactly that ends.
DAYS = Days(14, look_back=timedelta(days=30), history=timedelta(days=1110), column="date")
CLICK_DAYS = Days(1, look_back=timedelta(days=3), history=timedelta(days=89), column="date")  # one day to the call
WITHIN = "segments.date BETWEEN '{from}' AND '{to}'"

CONVERTED = ("metrics.conversions", "metrics.conversionsValue", "metrics.allConversions")
SPENT = ("metrics.impressions", "metrics.clicks", "metrics.costMicros", *CONVERTED)
WATCHED = ("metrics.impressions", "metrics.videoTrueviewViews")  # of the time that was watched a part is estimated


def stream(
    name: str,
    title: str,
    source: str,
    text: str,
    where: str = "",
    order: str = "",
    pages: PageRule = PAGES,
    **more: Json,
) -> Stream:
    """A table, and the question that fills its columns."""
    own = columns(text)
    return Stream(
        name,
        title,
        path=SEARCH,
        records="results",
        columns=own,
        pages=pages,
        method="POST",
        body=gaql.search(source, gaql.selected(own), where, order),
        total="totalResultsCount",
        shows_empty="fieldMask",
        ignore=gaql.mere_names(source, own),
        **more,
    )


def daily(
    name: str, title: str, source: str, text: str, totals: Totals | None = None, where: str = "", **more: Json
) -> Stream:
    return stream(name, title, source, text, f"{WITHIN}{where}", slices=DAYS, totals=totals, **more)


def sums(measures: tuple[str, ...], source: str = "customer", where: str = "") -> Totals:
    """The same days added up by Google, for the whole account or for the campaigns that are meant."""
    asked = gaql.search(source, measures, f"{WITHIN}{where}")
    return Totals({gaql.snake(path).removeprefix("metrics."): (path, path) for path in measures}, body=asked)


ALL = sums(SPENT)
# Performance Max has no ad groups and no ads; what it spends is told by asset group.
OF_PERFORMANCE_MAX = " AND campaign.advertising_channel_type = 'PERFORMANCE_MAX'"
OF_THE_OTHERS = " AND campaign.advertising_channel_type != 'PERFORMANCE_MAX'"
PERFORMANCE_MAX = sums(SPENT, "campaign", OF_PERFORMANCE_MAX)
THE_OTHERS = sums(SPENT, "campaign", OF_THE_OTHERS)

STREAMS = (
    stream("account", "Account", "customer", table.ACCOUNT),
    stream("campaigns", "Campaigns", "campaign", table.CAMPAIGNS, shape=with_moments),
    stream("campaign_budgets", "Budgets", "campaign_budget", table.CAMPAIGN_BUDGETS),
    stream("ad_groups", "Ad groups", "ad_group", table.AD_GROUPS),
    stream("ads", "Ads", "ad_group_ad", table.ADS),
    stream("keywords", "Keywords", "ad_group_criterion", table.KEYWORDS, "ad_group_criterion.type = 'KEYWORD'"),
    stream("conversion_actions", "Conversion actions", "conversion_action", table.CONVERSION_ACTIONS),
    daily("campaign_daily", "Campaigns by day", "campaign", table.CAMPAIGN_DAILY, ALL),
    daily("ad_group_daily", "Ad groups by day", "ad_group", table.AD_GROUP_DAILY, THE_OTHERS),
    daily("ad_daily", "Ads by day", "ad_group_ad", table.AD_DAILY, THE_OTHERS),
    daily("keyword_daily", "Keywords by day", "keyword_view", table.KEYWORD_DAILY),
    daily("search_terms_daily", "Search terms by day", "search_term_view", table.SEARCH_TERMS_DAILY),
    daily("geo_daily", "Countries by day", "geographic_view", table.GEO_DAILY),
    daily("asset_group_daily", "Asset groups by day", "asset_group", table.ASSET_GROUP_DAILY, PERFORMANCE_MAX),
    daily("conversions_daily", "Conversions by action and day", "campaign", table.CONVERSIONS_DAILY, sums(CONVERTED)),
    daily("device_daily", "Devices by day", "campaign", table.DEVICE_DAILY, ALL),
    stream(
        "clicks",
        "Clicks",
        "click_view",
        table.CLICKS,
        "segments.date = '{from}'",
        slices=CLICK_DAYS,
        may_lack=frozenset({"gclid", "ad_group_id", "ad", "keyword_name", "page_number"}),
        optional=True,
    ),
    daily(
        "impression_share_daily",
        "Impression share by day",
        "campaign",
        table.IMPRESSION_SHARE_DAILY,
        sums(("metrics.impressions",)),
        optional=True,
    ),
    daily(
        "campaign_videos_daily",
        "Videos of campaigns by day",
        "campaign",
        table.CAMPAIGN_VIDEOS_DAILY,
        sums(WATCHED),
        optional=True,
    ),
    daily(
        "ad_videos_daily",
        "Videos of ads by day",
        "ad_group_ad",
        table.AD_VIDEOS_DAILY,
        sums(WATCHED, "campaign", OF_THE_OTHERS),
        optional=True,
    ),
    daily(
        "performance_max_search_terms_daily",
        "Search terms of Performance Max by day",
        "campaign_search_term_view",
        table.PERFORMANCE_MAX_SEARCH_TERMS_DAILY,
        where=OF_PERFORMANCE_MAX,
        optional=True,
    ),
    stream(
        "changes",
        "Change history",
        "change_event",
        table.CHANGES,
        changes.WITHIN,
        changes.IN_ORDER,
        changes.PAGES,
        slices=changes.DAYS,
        shape=changes.with_moment,
        optional=True,
    ),
)
