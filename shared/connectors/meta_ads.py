"""Meta Ads, Marketing API v26.0. What surprises about it: docs/platforms/meta_ads.md."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from shared.connectors import graph, graph_calls
from shared.connectors.access import Account, Credential, OAuth, bearer
from shared.connectors.columns import Column, columns
from shared.connectors.graph import API, PAGES
from shared.connectors.money import from_minor
from shared.connectors.paging import Cursor, Report
from shared.connectors.slicing import Days
from shared.connectors.spec import Limits, Platform, Row, Stream, Totals, View
from shared.connectors.tables import meta_ads as table
from shared.connectors.wire import Answer, Json, Request
from shared.errors import Problem

OF_ACCOUNT = "/act_{account_id}"
# Lists leave out what was deleted or archived, insights below the account do so, too; their spend stays in the sums.
STATUSES = {
    "campaign": "ACTIVE PAUSED DELETED ARCHIVED IN_PROCESS WITH_ISSUES",
    "adset": "ACTIVE PAUSED DELETED ARCHIVED IN_PROCESS WITH_ISSUES CAMPAIGN_PAUSED",
    "ad": "ACTIVE PAUSED DELETED ARCHIVED IN_PROCESS WITH_ISSUES CAMPAIGN_PAUSED ADSET_PAUSED DISAPPROVED "
    "PENDING_REVIEW PENDING_BILLING_INFO PREAPPROVED",
}
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


def fields(of: Iterable[Column], *given: str) -> str:
    """What is to be asked for, for only what is named comes: `id,name,creative{id}`."""
    asked = dict[str, list[str]]()
    for column in of:
        if column.name not in given:
            asked.setdefault(column.path[0], []).extend(column.path[1:])
    return ",".join(f"{name}{{{','.join(inner)}}}" if inner else name for name, inner in asked.items())


def all_of(level: str) -> str:
    one = {"field": f"{level}.effective_status", "operator": "IN", "value": STATUSES[level].split()}
    return json.dumps([one], separators=(",", ":"))


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


# Numbers change for up to 28 days, though a web purchase counts on its own day. Meta looks back 37 months.
WEEK = Days(7, look_back=timedelta(days=28), history=timedelta(days=1123), column="date_start")
FORTNIGHT = replace(WEEK, size=14)  # a report costs several calls, whatever it holds
WINDOW = '{"since":"{from}","until":"{to}"}'
# Reach is no sum: who saw two campaigns is one person.
SUMS = Totals(
    {name: (name, name) for name in ("spend", "impressions", "clicks")},
    method="GET", path=f"{OF_ACCOUNT}/insights",
    query={"level": "account", "fields": "spend,impressions,clicks", "time_range": WINDOW},
    rounded=frozenset({"spend"}),
)  # fmt: skip
REPORT = Report(
    id="report_run_id", poll="/{report}", state="async_status", percent="async_percent_completion",
    ready=frozenset({"Job Completed"}), failed=frozenset({"Job Failed", "Job Skipped"}),
    query={"fields": "id,async_status,async_percent_completion"},
    result="/{report}/insights", pages=Cursor("paging.cursors.after", "after", 500, more="paging.next"),
    first=timedelta(seconds=10), patience=timedelta(hours=1), cuts=True,
)  # fmt: skip


def insights(level: str, title: str, made: bool) -> Stream:
    """Numbers per day. `made`: as a report that Meta makes while the slice is parked; campaigns come at once."""
    own = columns(table.INSIGHTS[level])
    asked = {
        "level": level,
        "fields": fields(own),
        "time_range": WINDOW,
        "time_increment": "1",
        "action_attribution_windows": '["1d_click","7d_click","28d_click","1d_view"]',
        "action_breakdowns": '["action_type"]',
        "filtering": all_of(level),
    }
    return Stream(
        f"insights_{level}_daily", title, f"{OF_ACCOUNT}/insights", "data", own,
        query={} if made else asked, form=asked if made else None, method="POST" if made else "GET",
        pages=REPORT if made else PAGES, slices=FORTNIGHT if made else WEEK, totals=SUMS,
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
    values={graph_calls.LOGIN: graph_calls.LOGINS},
    calls=graph_calls.CALLS,
)  # fmt: skip
