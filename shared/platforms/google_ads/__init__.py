"""Google Ads, API v26 over REST. What surprises about it: docs/platforms/google_ads.md."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from datetime import datetime, timedelta

from shared.errors import Bug, Code, Configure, Later, Problem, Reconnect
from shared.kit.calendar import zone_named
from shared.platforms.google import access as google
from shared.platforms.google_ads import changes, gaql
from shared.platforms.google_ads import columns as table
from shared.vocabulary.access import Account, Credential, bearer
from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Cursor, PageRule
from shared.vocabulary.platform import Limits, Platform
from shared.vocabulary.slicing import Days
from shared.vocabulary.statuses import excerpt, refusal
from shared.vocabulary.stream import Row, Stream, Totals
from shared.vocabulary.wire import Answer, Json, Request, at

VERSION = "v26"  # a version lives for about a year; names of fields move between versions
API = f"https://googleads.googleapis.com/{VERSION}"
SCOPE = "https://www.googleapis.com/auth/adwords"  # the only one; there is none for reading alone
SEARCH = "/customers/{account_id}/googleAds:search"
PAGES = Cursor("nextPageToken", "pageToken", 10_000, limit="")  # the size cannot be chosen

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
        name, title, SEARCH, "results", own, pages=pages, method="POST",
        body=gaql.search(source, gaql.selected(own), where, order), total="totalResultsCount", shows_empty="fieldMask",
        ignore=gaql.mere_names(source, own), **more,
    )  # fmt: skip


def daily(
    name: str, title: str, source: str, text: str, totals: Totals | None = None, where: str = "", **more: Json
) -> Stream:
    return stream(name, title, source, text, f"{WITHIN}{where}", slices=DAYS, totals=totals, **more)


def sums(measures: tuple[str, ...], source: str = "customer", where: str = "") -> Totals:
    """The same days added up by Google, for the whole account or for the campaigns that are meant."""
    asked = gaql.search(source, measures, f"{WITHIN}{where}")
    return Totals({gaql.snake(path).removeprefix("metrics."): (path, path) for path in measures}, body=asked)


def with_moments(record: Json, given: Mapping[str, Json]) -> Iterator[Row]:
    """Campaigns begin and end by the clock of the account, and say so without a zone."""
    campaign, zone = record["campaign"], zone_named(str(given["account_zone"]))
    moved = {}
    for name in ("startDateTime", "endDateTime"):
        try:
            moved[name] = datetime.fromisoformat(campaign[name]).replace(tzinfo=zone).isoformat()
        except (KeyError, TypeError, ValueError):
            continue  # what is no moment is noted as such where it is shaped
    yield {**record, "campaign": {**campaign, **moved}}


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
    stream("clicks", "Clicks", "click_view", table.CLICKS, "segments.date = '{from}'", slices=CLICK_DAYS,
           may_lack=frozenset({"gclid", "ad_group_id", "ad", "keyword_name", "page_number"}), optional=True),
    daily("impression_share_daily", "Impression share by day", "campaign", table.IMPRESSION_SHARE_DAILY,
          sums(("metrics.impressions",)), optional=True),
    daily("campaign_videos_daily", "Videos of campaigns by day", "campaign", table.CAMPAIGN_VIDEOS_DAILY,
          sums(WATCHED), optional=True),
    daily("ad_videos_daily", "Videos of ads by day", "ad_group_ad", table.AD_VIDEOS_DAILY,
          sums(WATCHED, "campaign", OF_THE_OTHERS), optional=True),
    daily("performance_max_search_terms_daily", "Search terms of Performance Max by day", "campaign_search_term_view",
          table.PERFORMANCE_MAX_SEARCH_TERMS_DAILY, where=OF_PERFORMANCE_MAX, optional=True),
    stream("changes", "Change history", "change_event", table.CHANGES, changes.WITHIN, changes.IN_ORDER, changes.PAGES,
           slices=changes.DAYS, shape=changes.with_moment, optional=True),
)  # fmt: skip


# -- access ------------------------------------------------------------------------------------------


def authorise(credential: Credential) -> Mapping[str, str]:
    """The developer token means nothing since September 2026. It is sent where our app has one and is handed over."""
    token = credential.app.more.get("developer_token") if credential.app else None
    held = {"developer-token": token.reveal()} if token else {}
    return {**bearer(credential), **held}


CLIENTS = gaql.search(
    "customer_client",
    (f"customerClient.{name}" for name in ("id", "descriptiveName", "currencyCode", "timeZone", "manager", "status")),
)
OVER = {"CANCELED": "It was cancelled.", "CLOSED": "It was closed.", "SUSPENDED": "Google has suspended it."}


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    """The login knows accounts and managers of accounts; below each manager lies a tree, whose leaves have numbers."""
    headers = authorise(credential)
    answer = yield Request("GET", f"{API}/customers:listAccessibleCustomers", headers=headers)
    if problem := refuse(answer):
        raise problem
    names = at(answer.json, "resourceNames") if answer.json else []  # nothing at all: it knows none
    if not isinstance(names, list):
        raise Bug("records-missing", "The platform's answer no longer holds “resourceNames”.", excerpt(answer))
    roots = [str(name).removeprefix("customers/") for name in names]
    found: dict[str, Account] = {}
    for root in roots:
        for account in (yield from _below(root, headers)):
            through = "" if account.id in roots else root  # what the login knows itself is not reached through another
            known = found.get(account.id)
            if known is None or (known.closed and not account.closed):
                found[account.id] = Account(
                    account.id, account.title, account.zone, account.currency,
                    {"login_customer_id": through}, closed=account.closed,
                )  # fmt: skip
    return tuple(found.values())


def _below(root: str, headers: Mapping[str, str]) -> Generator[Request, Answer, list[Account]]:
    """A root and all that hangs below it, managers left out. A root that is closed or shut to us is one of its own."""
    request = Request(
        "POST", API + SEARCH.format(account_id=root), json=CLIENTS, headers={**headers, "login-customer-id": root}
    )
    found: list[Account] = []
    position: dict[str, Json] | None = {}
    while position is not None:
        answer = yield PAGES.aim(request, position)
        problem = refuse(answer)
        if isinstance(problem, Configure) and problem.code in {Code.ACCOUNT_CLOSED, Code.NO_PERMISSION}:
            return [Account(root, dashed(root), closed=problem.sentence)]
        if problem:
            raise problem
        rows = at(answer.json, "results")
        if not isinstance(rows, list) or not all(at(row, "customerClient.id") for row in rows):
            raise Bug("records-missing", "The platform's answer no longer holds accounts.", excerpt(answer))
        found += [client_of(row["customerClient"]) for row in rows if not row["customerClient"].get("manager")]
        position = PAGES.turn(request, position, answer, rows, str).position
    return found


def client_of(client: Json) -> Account:
    own = str(client["id"])
    return Account(
        own,
        client.get("descriptiveName") or dashed(own),
        client.get("timeZone") or "UTC",
        client.get("currencyCode") or "",
        closed=OVER.get(client.get("status", ""), ""),
    )


def dashed(account: str) -> str:
    """As people know it: 123-456-7890."""
    return f"{account[:3]}-{account[3:6]}-{account[6:]}"


# -- refusals ----------------------------------------------------------------------------------------

NOT_APPROVED = "The Google Cloud project of our app may read test accounts of Google Ads only: it must be approved."
SAID: Mapping[str, tuple[type[Problem], str, str]] = {
    "EXPIRED_PAGE_TOKEN": (Later, Code.PLACE_EXPIRED, "Google Ads forgot the place in its list, which is read anew."),
    "DEADLINE_EXCEEDED": (Later, Code.TOO_MUCH, "Google Ads could not find this much in time; less is asked for."),
    "CUSTOMER_NOT_ENABLED": (Configure, Code.ACCOUNT_CLOSED, "This Google Ads account is closed, or was never set up."),
    "USER_PERMISSION_DENIED": (Configure, Code.NO_PERMISSION, "This login may not read this Google Ads account."),
    "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION": (Configure, "not-approved", NOT_APPROVED),
    "DEVELOPER_TOKEN_NOT_APPROVED": (Configure, "not-approved", NOT_APPROVED),
    "PROJECT_DISABLED": (Configure, "api-off", "The Google Ads API is not switched on in the project of our app."),
    "UNSUPPORTED_VERSION": (Bug, "version-ended", f"Google Ads no longer answers version {VERSION} of its API."),
    "NOT_ADS_USER": (Reconnect, "no-account", "This login has no Google Ads account; please connect another."),
    "TWO_STEP_VERIFICATION_NOT_ENROLLED": (
        Reconnect, "two-step", "Google Ads wants this login to use 2-step verification; then please connect again.",
    ),
}  # fmt: skip


def refuse(answer: Answer) -> Problem | None:
    """The status says who must act; Google's own code says more where there is more to say."""
    for code in codes_of(answer):
        if code in SAID:
            kind, name, sentence = SAID[code]
            return kind(name, sentence, excerpt(answer))
    return refusal(answer, "Google Ads")


def codes_of(answer: Answer) -> list[str]:
    """Codes of a refusal, the finest first: of each error in it, then that of the whole."""
    fine = [str(code) for error in _errors(answer) for code in (at(error, "errorCode") or {}).values()]
    return [*fine, str(at(answer.json, "error.status") or "")]


def _errors(answer: Answer) -> list[Json]:
    details = at(answer.json, "error.details")
    return [error for part in (details if isinstance(details, list) else []) for error in at(part, "errors") or []]


def rest_after(answer: Answer) -> timedelta | None:
    """A quota that is used up may say for how long, up to hours: `900s`."""
    told = [str(at(error, "details.quotaErrorDetails.retryDelay")) for error in _errors(answer)]
    seconds = [float(found[1]) for text in told if (found := re.fullmatch(r"(\d{1,6}(?:\.\d{1,9})?)s", text))]
    return timedelta(seconds=max(seconds)) if seconds else None


GOOGLE_ADS = Platform(
    name="google_ads",
    title="Google Ads",
    base=API,
    auth=google.ways(
        SCOPE,
        "to read campaigns, ads and keywords, what each cost and brought, and, when asked for, who changed them",
        "Then let the account's e-mail into Google Ads, under Admin, Access and security.",
        "https://developers.google.com/google-ads/api/docs/oauth/service-accounts",
        # As Google describes it: https://developers.google.com/identity/protocols/oauth2/scopes#googleads (2026-11)
        beyond="editing, creating and deleting accounts and data of Google Ads",
    ),
    authorise=authorise,
    discover=discover,
    # What may be asked in a day and in a second depends on the project, and is only told by a refusal.
    limits=Limits(at_once=4, rest=timedelta(seconds=60), rest_after=rest_after),
    streams=STREAMS,
    version=VERSION,
    refuse=refuse,
    reads="Campaigns, ad groups, ads and keywords, and what each cost and brought by day.",
    values={"login_customer_id": r"(\d{10})?"},
    headers={"login-customer-id": "{login_customer_id}"},
)
