"""What is read of an ad account."""

from __future__ import annotations

from shared.platforms.meta.graph import PAGES
from shared.platforms.meta_ads import columns as table
from shared.platforms.meta_ads.fields import OF_ACCOUNT, all_of, fields
from shared.platforms.meta_ads.insights import insights, parted, watched
from shared.platforms.meta_ads.records import in_units
from shared.vocabulary.columns import columns
from shared.vocabulary.platform import View
from shared.vocabulary.stream import ONE, Stream


def listed(name: str, title: str, path: str, text: str, level: str = "", unproven: str = "") -> Stream:
    """A list below the account, read whole: a status can change without the time of change."""
    own = columns(text)
    money = any(column.kind == "money" for column in own)
    query = {"fields": fields(own, "account_currency")} | ({"filtering": all_of(level)} if level else {})
    return Stream(
        name,
        title,
        path=f"{OF_ACCOUNT}/{path}",
        records="data",
        columns=own,
        query=query if unproven else query | {"summary": "total_count"},
        pages=PAGES,
        shape=in_units if money else None,
        total=None if unproven else "summary.total_count",
        unproven=unproven,
    )


STREAMS = (
    Stream(
        "ad_account",
        "Ad account",
        path=OF_ACCOUNT,
        records=ONE,
        columns=columns(table.AD_ACCOUNT),
        query={"fields": fields(columns(table.AD_ACCOUNT))},
        shape=in_units,
        unproven="The account is one record.",
    ),
    listed("campaigns", "Campaigns", "campaigns", table.CAMPAIGNS, "campaign"),
    listed("ad_sets", "Ad sets", "adsets", table.AD_SETS, "adset"),
    listed("ads", "Ads", "ads", table.ADS, "ad"),
    listed("ad_creatives", "Creatives", "adcreatives", table.AD_CREATIVES),
    listed(
        "custom_conversions",
        "Custom conversions",
        "customconversions",
        table.CUSTOM_CONVERSIONS,
        unproven="Meta documents no count of custom conversions.",
    ),
    insights("campaign", "Campaigns by day", made=False),
    insights("adset", "Ad sets by day", made=True),
    insights("ad", "Ads by day", made=True),
    parted("age_gender", "Campaigns by day, age and gender", "age", "gender"),
    parted("country", "Campaigns by day and country", "country"),
    parted("placement", "Campaigns by day and placement", "publisher_platform", "platform_position"),
    parted("device", "Campaigns by day and device", "device_platform"),
    watched("Video plays and outbound clicks of ads by day"),
)

VIEWS = tuple(
    View(
        f"{level}_{each}_daily",
        f"{words} by day",
        f"insights_{level}_daily",
        each,
        columns(table.unpivoted(level, kind, value)),
    )
    for level, name in (("campaign", "campaigns"), ("adset", "ad sets"), ("ad", "ads"))
    for each, words, kind, value in (
        ("actions", f"Results of {name}", "float", "How many, by the ad set's own attribution"),
        ("action_values", f"Worth of results of {name}", "money", "Worth, by the ad set's own attribution"),
    )
)
