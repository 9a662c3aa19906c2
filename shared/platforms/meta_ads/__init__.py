"""Meta Ads, Marketing API v26.0. What surprises about it: docs/platforms/meta_ads.md."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from datetime import timedelta

from shared.errors import Problem
from shared.kit.money import from_minor
from shared.platforms.meta import graph, webhooks
from shared.platforms.meta.graph import API, PAGES
from shared.platforms.meta_ads import columns as table
from shared.platforms.meta_ads.asking import OF_ACCOUNT, all_of, fields
from shared.platforms.meta_ads.insights import insights, parted, watched
from shared.vocabulary.access import Account, Credential, OAuth, bearer
from shared.vocabulary.columns import columns
from shared.vocabulary.platform import Limits, Platform, View
from shared.vocabulary.stream import Row, Stream
from shared.vocabulary.wire import Answer, Json, Request

# https://developers.facebook.com/docs/marketing-api/currencies (2026-11): these have no smaller unit here, all others
# have hundredths. It is not the list of ISO 4217.
WHOLE = frozenset(["CLP", "COP", "CRC", "HUF", "IDR", "ISK", "JPY", "KRW", "PYG", "TWD", "VND"])
MINOR = ("amount_spent", "balance", "bid_amount", "budget_remaining", "daily_budget", "lifetime_budget", "spend_cap")


# Recorded in other people's calls and in Meta's own Java SDK (2026-11): a cap that nobody can reach, and the beginning
# of all counting, in any zone. Both say that there is none.
NO_CAP, NO_MOMENT = "922337203685478", ("1969-12-31", "1970-01-01")


def in_units(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """Budgets are told in the smallest unit of the account's currency; what says “none” is none."""
    currency = str(record.get("currency") or given["account_currency"])
    if str(record.get("spend_cap")) == NO_CAP:
        record["spend_cap"] = None
    for name in ("start_time", "stop_time", "end_time"):
        if str(record.get(name)).startswith(NO_MOMENT):
            record[name] = None
    for name in MINOR:
        if name in record:
            record[name] = from_minor(record[name], currency, lambda code: 0 if code in WHOLE else 2)
    yield record


def listed(name: str, title: str, path: str, text: str, level: str = "", unproven: str = "") -> Stream:
    """A list below the account, read whole: a status can change without the time of change."""
    own = columns(text)
    money = any(column.kind == "money" for column in own)
    query = {"fields": fields(own, "account_currency")} | ({"filtering": all_of(level)} if level else {})
    return Stream(
        name, title, f"{OF_ACCOUNT}/{path}", "data", own,
        query if unproven else query | {"summary": "total_count"}, PAGES, shape=in_units if money else None,
        total=None if unproven else "summary.total_count", unproven=unproven,
    )  # fmt: skip


STREAMS = (
    Stream(
        "ad_account", "Ad account", OF_ACCOUNT, None, columns(table.AD_ACCOUNT),
        {"fields": fields(columns(table.AD_ACCOUNT))}, shape=in_units,
        unproven="The account is one record.",
    ),
    listed("campaigns", "Campaigns", "campaigns", table.CAMPAIGNS, "campaign"),
    listed("ad_sets", "Ad sets", "adsets", table.AD_SETS, "adset"),
    listed("ads", "Ads", "ads", table.ADS, "ad"),
    listed("ad_creatives", "Creatives", "adcreatives", table.AD_CREATIVES),
    listed(
        "custom_conversions", "Custom conversions", "customconversions", table.CUSTOM_CONVERSIONS,
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
)  # fmt: skip
VIEWS = tuple(
    View(f"{level}_{each}_daily", f"{words} by day", f"insights_{level}_daily", each,
         columns(table.unpivoted(level, kind, value)))
    for level, name in (("campaign", "campaigns"), ("adset", "ad sets"), ("ad", "ads"))
    for each, words, kind, value in (
        ("actions", f"Results of {name}", "float", "How many, by the ad set's own attribution"),
        ("action_values", f"Worth of results of {name}", "money", "Worth, by the ad set's own attribution"),
    )
)  # fmt: skip


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    """All ad accounts that the person, or the system user, has a part in."""
    fields = "account_id,name,currency,timezone_name,account_status"
    missing = "Meta Ads no longer lists the accounts of a login."
    rows = yield from graph.entries("/me/adaccounts", fields, credential, refuse, missing)
    login = yield from graph.login_of(credential)
    return tuple(account(row, login) for row in rows)


def account(row: Mapping[str, Json], login: Mapping[str, str]) -> Account:
    """A disabled account, or one with an open bill, still tells its past."""
    name = str(row.get("account_id") or "")
    return Account(
        id=name,
        title=str(row.get("name") or name),
        zone=str(row.get("timezone_name") or "UTC"),
        currency=str(row.get("currency") or ""),
        values=login,
        closed="Meta says that it is not available at present." if row.get("account_status") == 101 else "",
    )


DENIED = "Meta Ads does not let this login read this account; it needs the permission ads_read and a part in it."


def refuse(answer: Answer) -> Problem | None:
    return graph.refusal_of(answer, "Meta Ads", DENIED)


META_ADS = Platform(
    name="meta_ads",
    title="Meta Ads",
    base=API,
    auth=(
        # No refresh tokens exist. `business_management` could change a business, so it is not asked for.
        OAuth(
            graph.AUTHORIZE, graph.TOKEN, ("ads_read",), between=",", by_get=True, lasting=graph.lasting,
            opens={"ads_read": "to read ad accounts, campaigns, ads, and what they cost and brought"},
            revocation=graph.REVOCATION,
        ),
        graph.system_user("with the permission ads_read"),
    ),
    authorise=bearer,
    discover=discover,
    limits=Limits(at_once=4, rest=timedelta(minutes=5), rest_after=graph.rest_after),
    streams=STREAMS,
    views=VIEWS,
    version=graph.VERSION,
    refuse=refuse,
    reads="The ad account, campaigns, ad sets, ads, creatives, custom conversions, and their numbers by day.",
    values={webhooks.LOGIN: webhooks.LOGINS},
    calls=webhooks.CALLS,
)  # fmt: skip
