"""Google Ads as recorded: one call for everything, which answers with the fields that its query selects.

Shapes and types are those of the published protocol buffers of v26 as REST writes them (int64 as text, names in camel
case, what is not set left out): services/google_ads_service.proto, resources/*.proto, common/metrics.proto,
common/segments.proto, errors/errors.proto (google-ads 34.0.0, October 2026). Which fields may stand together is told by
the catalogue of Google's own field service, of v24 as jeffreywlai/google_ads_mcp keeps it (ads_mcp/context, August
2026). Pages hold 10,000 rows whatever is asked; ten stand for them here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import orjson

from shared.http import answer
from shared.vocabulary.wire import Answer, Json, Request, at, put
from tests.connectors.recorded import HERE, Query, Record, Recorded, load

if TYPE_CHECKING:
    from tests.connectors.fake_platform import FakePlatform

HOST = "googleads.googleapis.com"
PATH = "/v26/customers/1112223334/googleAds:search"
VALUES = {
    "account_id": "1112223334",
    "account_zone": "Europe/Berlin",
    "account_currency": "EUR",
    "login_customer_id": "9998887776",
}
WINDOW = ("2026-08-10", "2026-08-23")
CLICKED = "2026-08-21"  # clicks are asked for by the day
CHANGED_AT = datetime(2026, 8, 21, 1, 24, 34, 897602, ZoneInfo(VALUES["account_zone"]))
BASES: Mapping[str, Record] = json.loads((HERE / "google_ads.json").read_text())
# Where a key stands in a record.
KEYS = {
    "account_id": "customer.id",
    "campaign_id": "campaign.id",
    "budget_id": "campaignBudget.id",
    "ad_group_id": "adGroup.id",
    "ad_id": "adGroupAd.ad.id",
    "criterion_id": "adGroupCriterion.criterionId",
    "conversion_action_id": "conversionAction.id",
    "asset_group_id": "assetGroup.id",
    "search_term": "searchTermView.searchTerm",
    "country_criterion_id": "geographicView.countryCriterionId",
    "location_type": "geographicView.locationType",
    "conversion_action": "segments.conversionAction",
    "device": "segments.device",
    "ad_network_type": "segments.adNetworkType",
    "gclid": "clickView.gclid",
    "ad": "clickView.adGroupAd",
    "keyword_name": "clickView.keyword",
    "page_number": "clickView.pageNumber",
    "date": "segments.date",
}
ELSEWHERE = {"performance_max_search_terms_daily": {"search_term": "campaignSearchTermView.searchTerm"}}
SELECTED = re.compile(r"SELECT (?P<fields>.+?) FROM (?P<source>\w+)(?P<rest>.*)")


def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def of_query(record: Record, query: Query) -> Record | None:
    """The fields that a query selects, and no others."""
    asked = SELECTED.match(query.get("query", ""))
    if asked is None:
        return record
    found: Record = {}
    for name in asked["fields"].split(", "):
        path = camel(name)
        value = at(record, path)
        assert value is not None, f"{name} is not what the platform documents"
        found = put(found, path, value)
    return found


def of(name: str, key: str, differs: str, days: tuple[str, str] | None = None, **more: Any) -> Recorded:
    """`differs`: the part of the key in which records differ."""
    names, places = tuple(key.split()), {**KEYS, **ELSEWHERE.get(name, {})}

    def vary(i: int) -> Record:
        record: Record = put(BASES[name], places[differs], f"{i}")
        return record

    def keys(record: Record) -> list[Record]:
        return [{**VALUES, **{one: at(record, places[one]) for one in names if at(record, places[one]) is not None}}]

    return Recorded(
        PATH, "results", names, vary, shown=of_query, most=10, total="totalResultsCount", keys=keys, days=days, **more
    )


def daily(name: str, key: str, differs: str, **more: Any) -> Recorded:
    return of(name, f"account_id date {key}", differs, WINDOW, look_back=timedelta(days=30), **more)


def changed(i: int) -> Record:
    """Two changes are made at once, and named alike but for their last number."""
    moment = CHANGED_AT + timedelta(milliseconds=i // 2)
    record = put(BASES["changes"], "changeEvent.changeDateTime", f"{moment:%Y-%m-%d %H:%M:%S.%f}")
    micros = int(moment.timestamp()) * 1_000_000 + moment.microsecond
    found: Record = put(record, "changeEvent.resourceName", f"customers/1112223334/changeEvents/{micros}~0~{i % 2}")
    return found


RECORDED = load("google_ads", {
    "account": of("account", "account_id", "account_id"),
    "campaigns": of("campaigns", "account_id campaign_id", "campaign_id"),
    "campaign_budgets": of("campaign_budgets", "account_id budget_id", "budget_id"),
    "ad_groups": of("ad_groups", "account_id ad_group_id", "ad_group_id"),
    "ads": of("ads", "account_id ad_group_id ad_id", "ad_id"),
    "keywords": of("keywords", "account_id ad_group_id criterion_id", "criterion_id"),
    "conversion_actions": of("conversion_actions", "account_id conversion_action_id", "conversion_action_id"),
    "campaign_daily": daily("campaign_daily", "campaign_id", "campaign_id"),
    "ad_group_daily": daily("ad_group_daily", "ad_group_id", "ad_group_id"),
    "ad_daily": daily("ad_daily", "ad_group_id ad_id", "ad_id"),
    "keyword_daily": daily("keyword_daily", "ad_group_id criterion_id", "criterion_id"),
    "search_terms_daily": daily("search_terms_daily", "ad_group_id search_term", "search_term"),
    "geo_daily": daily("geo_daily", "campaign_id country_criterion_id location_type", "country_criterion_id"),
    "asset_group_daily": daily("asset_group_daily", "asset_group_id", "asset_group_id"),
    "conversions_daily": daily("conversions_daily", "campaign_id conversion_action", "conversion_action"),
    "device_daily": daily("device_daily", "campaign_id device ad_network_type", "campaign_id"),
    "clicks": of(
        "clicks", "account_id date gclid campaign_id ad_group_id ad keyword_name device ad_network_type page_number",
        "gclid", (CLICKED, CLICKED), look_back=timedelta(days=3),
        may_lack=frozenset({"gclid", "ad_group_id", "ad", "keyword_name", "page_number"}),
        plain_numbers=frozenset({"page_number"}),
    ),
    "impression_share_daily": daily("impression_share_daily", "campaign_id", "campaign_id"),
    "campaign_videos_daily": daily("campaign_videos_daily", "campaign_id", "campaign_id"),
    "ad_videos_daily": daily("ad_videos_daily", "ad_group_id ad_id", "ad_id"),
    "changes": Recorded(
        PATH, "results", ("account_id", "change"), changed, shown=of_query, most=10, total="totalResultsCount",
        keys=lambda record: [{**VALUES, "change": record["changeEvent"]["resourceName"]}],
        days=(CLICKED, CLICKED), look_back=timedelta(minutes=3), made=frozenset({"date"}),
    ),
    "performance_max_search_terms_daily": daily(
        "performance_max_search_terms_daily", "campaign_id search_term", "search_term"
    ),
})  # fmt: skip


def refused(status: int, name: str, kind: str = "", code: str = "", details: Json = None) -> Answer:
    error: Record = {"code": status, "message": "text", "status": name}
    if kind:
        told = {"errorCode": {kind: code}, "message": "text", **({"details": details} if details else {})}
        failure = "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure"
        error["details"] = [{"@type": failure, "errors": [told], "requestId": "rQ1exampleAAA"}]
    return answer(status, {}, orjson.dumps({"error": error}))


QUOTA = {"rateScope": "DEVELOPER", "rateName": "Number of operations for basic access", "retryDelay": "120s"}
REFUSALS = {
    "credential": refused(401, "UNAUTHENTICATED"),
    "permission": refused(403, "PERMISSION_DENIED", "authorizationError", "USER_PERMISSION_DENIED"),
    "gone": refused(404, "NOT_FOUND"),
    "question": refused(400, "INVALID_ARGUMENT", "queryError", "UNRECOGNIZED_FIELD"),
    "limit": refused(429, "RESOURCE_EXHAUSTED", "quotaError", "RESOURCE_EXHAUSTED", {"quotaErrorDetails": QUOTA}),
    "fault": refused(500, "INTERNAL", "internalError", "INTERNAL_ERROR"),
}


def at_the_desk(desk: FakePlatform, request: Request) -> Answer:
    """Rows of what was selected, or the sums of them where nothing splits the numbers."""
    if request.method != "POST" or request.url != f"https://{HOST}{PATH}":
        return REFUSALS["gone"]
    if request.headers.get("login-customer-id") != VALUES["login_customer_id"]:
        return REFUSALS["permission"]
    said = request.json
    asked = SELECTED.fullmatch(said["query"])
    if asked is None or said.keys() - {"query", "pageToken", "searchSettings"}:
        return REFUSALS["question"]
    fields = [camel(name) for name in asked["fields"].split(", ")]
    if asked["source"] == "change_event":
        return of_changes(desk, said, asked["rest"], {"fieldMask": ",".join(fields), "queryResourceConsumption": "310"})
    if desk.recorded.days is not None and not all(day in asked["rest"] for day in desk.recorded.days):
        return REFUSALS["question"]  # numbers need their days
    ends: Record = {"fieldMask": ",".join(fields), "queryResourceConsumption": "310"}
    if "segments.date" not in fields and any(field.startswith("metrics.") for field in fields):
        row: Record = {"customer": {"resourceName": "customers/1112223334"}}
        for field in fields:
            total = sum((Decimal(str(at(record, field))) for record in desk.rows), Decimal())
            row = put(row, field, str(total) if isinstance(at(desk.recorded.base, field), str) else float(total))
        return answer(200, {}, orjson.dumps({"results": [row], **ends}))
    rows = [named for named, _ in desk.seen({"query": said["query"]})]
    page, token = desk.page({"query": said["query"]}, said.get("pageToken", ""), desk.capped or desk.recorded.most)
    if rows and (said.get("searchSettings") or {}).get("returnTotalResultsCount"):
        ends["totalResultsCount"] = str(len(rows))
    results = {"results": page} if page else {}
    return answer(200, {}, orjson.dumps({**results, **({"nextPageToken": token} if token else {}), **ends}))


OF_CHANGES = re.compile(
    r" WHERE change_event\.change_date_time BETWEEN '(?P<first>[^']+)' AND '(?P<last>[^']+)'"
    r" ORDER BY change_event\.change_date_time LIMIT (?P<limit>\d+) PARAMETERS omit_unselected_resource_names=true"
)


def of_changes(desk: FakePlatform, said: Record, rest: str, ends: Record) -> Answer:
    """Both ends and a limit must be said. What lies behind the limit is told by the count only."""
    asked = OF_CHANGES.fullmatch(rest)
    if asked is None or int(asked["limit"]) > 10_000 or "pageToken" in said or desk.recorded.days is None:
        return REFUSALS["question"]
    first, last = desk.recorded.days
    if not f"{first} 00:00:00" <= asked["first"] <= asked["last"] <= f"{last} 23:59:59.999999":
        return REFUSALS["question"]

    def moment(row: Record) -> str:
        return str(row["changeEvent"]["changeDateTime"])

    rows = sorted((row for _, row in desk.seen({"query": said["query"]})), key=moment)
    rows = [row for row in rows if asked["first"] <= moment(row) <= asked["last"]]
    shown = rows[: int(asked["limit"])]
    page = shown[: desk.capped or desk.recorded.most]
    ends |= {"totalResultsCount": str(len(rows))} if rows and said["searchSettings"]["returnTotalResultsCount"] else {}
    token = {"nextPageToken": "CExampleToken"} if len(page) < len(shown) else {}
    return answer(200, {}, orjson.dumps({**({"results": page} if page else {}), **token, **ends}))
