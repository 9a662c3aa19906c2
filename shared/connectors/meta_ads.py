"""Meta Ads, Marketing API v26.0. What surprises about it: docs/platforms/meta_ads.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from datetime import timedelta

from shared.connectors.columns import Column, columns
from shared.connectors.money import from_minor
from shared.connectors.paging import Cursor, Report
from shared.connectors.refusals import excerpt, refusal
from shared.connectors.slicing import Days
from shared.connectors.spec import (
    Account,
    App,
    Credential,
    Key,
    Limits,
    OAuth,
    Platform,
    Row,
    Stream,
    Totals,
    View,
)
from shared.connectors.tables import meta_ads as table
from shared.connectors.wire import Answer, Json, Request, at
from shared.errors import Bug, Configure, Later, Problem, Reconnect

VERSION = "v26.0"
API = f"https://graph.facebook.com/{VERSION}"
TOKEN = f"{API}/oauth/access_token"

OF_ACCOUNT = "/act_{account_id}"
PAGES = Cursor("paging.cursors.after", "after", 100, more="paging.next")  # 25 is the default
# Lists leave out what was deleted or archived, insights below the account do so, too; their spend stays in the sums.
STATUSES = {
    "campaign": "ACTIVE PAUSED DELETED ARCHIVED IN_PROCESS WITH_ISSUES",
    "adset": "ACTIVE PAUSED DELETED ARCHIVED IN_PROCESS WITH_ISSUES CAMPAIGN_PAUSED",
    "ad": "ACTIVE PAUSED DELETED ARCHIVED IN_PROCESS WITH_ISSUES CAMPAIGN_PAUSED ADSET_PAUSED DISAPPROVED "
    "PENDING_REVIEW PENDING_BILLING_INFO PREAPPROVED",
}
# https://developers.facebook.com/docs/marketing-api/currencies (2026-11): these have no smaller unit here, all others
# have hundredths. It is not the list of ISO 4217.
WHOLE = frozenset("CLP COP CRC HUF IDR ISK JPY KRW PYG TWD VND".split())
MINOR = ("amount_spent", "balance", "bid_amount", "budget_remaining", "daily_budget", "lifetime_budget", "spend_cap")


def in_units(record: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """Budgets are told in the smallest unit of the account's currency."""
    currency = str(record.get("currency") or given["account_currency"])
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


def listed(
    name: str, title: str, path: str, text: str, level: str = "", counted: bool = True, **more: str
) -> Stream:
    """A list below the account, read whole: a status can change without the time of change."""
    own = columns(text)
    money = any(column.kind == "money" for column in own)
    query = {"fields": fields(own, "account_currency")}
    return Stream(
        name, title, f"{OF_ACCOUNT}/{path}", "data", own,
        query | ({"filtering": all_of(level)} if level else {}) | ({"summary": "total_count"} if counted else {}),
        PAGES, shape=in_units if money else None, total="summary.total_count" if counted else None, **more,
    )  # fmt: skip


DAYS = Days(7, look_back=timedelta(days=28), history=timedelta(days=1123), column="date_start")  # 37 months
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
        pages=REPORT if made else PAGES, slices=DAYS, totals=SUMS,
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
        "custom_conversions", "Custom conversions", "customconversions", table.CUSTOM_CONVERSIONS, counted=False,
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


def authorise(credential: Credential) -> Mapping[str, str]:
    return {"authorization": f"Bearer {credential.token.reveal()}"}


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    """All ad accounts that the person, or the system user, has a part in."""
    found, after = list[Account](), ""
    while True:
        query = {"fields": "account_id,name,currency,timezone_name,account_status", "limit": "100"}
        query |= {"after": after} if after else {}
        answer = yield Request("GET", f"{API}/me/adaccounts", query, headers=authorise(credential))
        if problem := refuse(answer):
            raise problem
        rows = at(answer.json, "data")
        if not isinstance(rows, list):
            raise Bug("records-missing", "Meta Ads no longer lists the accounts of a login.", excerpt(answer))
        found += [account(row) for row in rows if isinstance(row, dict)]
        following = str(at(answer.json, "paging.cursors.after") or "")
        if not at(answer.json, "paging.next") or following in ("", after):
            return tuple(found)
        after = following


def account(row: Mapping[str, Json]) -> Account:
    """A disabled account, or one with an open bill, still tells its past."""
    name = str(row.get("account_id") or "")
    return Account(
        id=name,
        title=str(row.get("name") or name),
        zone=str(row.get("timezone_name") or "UTC"),
        currency=str(row.get("currency") or ""),
        closed="Meta says that it is not available at present." if row.get("account_status") == 101 else "",
    )


def lasting(credential: Credential, app: App) -> Request:
    """The first token lives an hour or two, this one about 60 days; after that the person must connect again."""
    said = {"grant_type": "fb_exchange_token", "fb_exchange_token": credential.token.reveal()}
    return Request("GET", TOKEN, {**said, "client_id": app.id, "client_secret": app.secret.reveal()})


# -- limits ------------------------------------------------------------------------------------------

USAGE = ("x-business-use-case-usage", "x-app-usage", "x-ad-account-usage", "x-fb-ads-insights-throttle")
SHARES = ("call_count", "total_cputime", "total_time", "acc_id_util_pct", "app_id_util_pct")  # percent; 100 is blocked
LONGEST_REST = timedelta(hours=1)


def rest_after(answer: Answer) -> timedelta | None:
    """Usage stands in headers, as JSON, with every answer; the worst of it counts."""
    return max((rest for usage in usages(answer) if (rest := rest_of(usage))), default=None)


def usages(answer: Answer) -> Iterator[Mapping[str, Json]]:
    for header in USAGE:
        try:
            said = json.loads(answer.headers.get(header, "null"))
        except ValueError:
            continue
        if isinstance(said, dict):
            lists = [entry for entries in said.values() if isinstance(entries, list) for entry in entries]
            yield from (entry for entry in (said, *lists) if isinstance(entry, dict))


def rest_of(usage: Mapping[str, Json]) -> timedelta | None:
    used = max((number(usage.get(name)) for name in SHARES), default=0.0)
    stated = timedelta(minutes=number(usage.get("estimated_time_to_regain_access")))
    if used >= 100:
        stated = max(stated, timedelta(seconds=number(usage.get("reset_time_duration"))))
    if not stated and used >= 85:
        stated = timedelta(minutes=10 if used >= 95 else 2)
    return min(stated, LONGEST_REST) or None


def number(value: Json) -> float:
    return float(value) if isinstance(value, (int, float)) and 0 <= value < 1e6 else 0.0


# -- refusals ----------------------------------------------------------------------------------------

TOO_MUCH = frozenset({1487534, 1504018, 1504038})  # subcodes: too many rows, and two timeouts of calls that wait
LIMITED = frozenset({4, 17, 32, 613, *range(80000, 80009)})
TRANSIENT = frozenset({1, 2, 104, 960})
ENDED = {
    458: "Tributary was removed from the Facebook account; please connect again.",
    460: "The Facebook password was changed; please connect again.",
    463: "The access to Meta Ads has ended after its 60 days; please connect again.",
}
OUR_APP = frozenset({101, 191})  # unknown app, foreign redirect address
USED_CODE = frozenset({36007, 36008, 36009})
DENIED = "Meta Ads does not let this login read this account; it needs the permission ads_read and a part in it."
Rule = tuple[Callable[[int, int, str], bool], type[Problem], str, str]


def refuse(answer: Answer) -> Problem | None:
    """The code in the body says what it is; the status is mostly 400, for limits, too."""
    error = at(answer.json, "error") if answer.is_json else None
    problem = refusal(answer, "Meta Ads")
    if not isinstance(error, dict):
        return problem
    code, sub = (int(number(error.get(name))) for name in ("code", "error_subcode"))
    said, detail = str(error.get("message", "")).lower(), excerpt(answer)
    if "reduce the amount of data" in said or sub in TOO_MUCH:
        return Later("too-much", "Meta Ads asks for smaller questions.", detail, counts=False)
    if code in LIMITED:
        return Later("limited", "Meta Ads asks us to slow down.", detail, counts=False)
    if code in (102, 190):
        return Reconnect("not-authorised", ENDED.get(sub, "Meta Ads no longer accepts this connection."), detail)
    if sub in USED_CODE:
        return Reconnect("grant-ended", "The consent was not used in time, or twice; please connect again.", detail)
    if code in OUR_APP or "client secret" in said:
        return Configure("app-refused", "Meta Ads does not accept our app as it is set up.", detail)
    if code == 100 and ("cursor" in said or (sub == 33 and "'act_" not in said)):
        # A report that was made a moment ago and is not known yet, or was forgotten: it is asked for anew.
        return Later("place-expired", "Meta Ads forgot the place in a list, or a report.", detail)
    if code in (3, 10) or 200 <= code < 300 or sub in (33, 2446289) or "missing permission" in said:
        return Configure("no-permission", DENIED, detail)
    if code in TRANSIENT or sub == 99 or error.get("is_transient") or "in summary param" in said:
        return Later("platform-down", "Meta Ads has a fault of its own; it will be tried again.", detail)
    return problem or Bug("refused", "Meta Ads did not understand our question.", detail)


META_ADS = Platform(
    name="meta_ads",
    title="Meta Ads",
    base=API,
    auth=(
        # No refresh tokens exist. `business_management` could change a business, so it is not asked for.
        OAuth(
            f"https://www.facebook.com/{VERSION}/dialog/oauth", TOKEN, ("ads_read",), between=",", by_get=True,
            lasting=lasting,
        ),
        Key(
            "In Meta's business settings under Users, System users: Generate token, with the permission ads_read.",
            r"[A-Za-z0-9_-]{20,500}",
            "https://developers.facebook.com/docs/business-management-apis/system-users",
            name="system user token",
        ),
    ),
    authorise=authorise,
    discover=discover,
    limits=Limits(at_once=4, rest=timedelta(minutes=5), rest_after=rest_after),
    streams=STREAMS,
    views=VIEWS,
    version=VERSION,
    refuse=refuse,
    reads="The ad account, campaigns, ad sets, ads, creatives, custom conversions, and their numbers by day.",
)  # fmt: skip
