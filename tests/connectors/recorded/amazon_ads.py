"""Amazon Ads as recorded: lists by POST with media types of their own, bare lists by offset, reports in signed files.

Shapes and names of fields: Amazon's OpenAPI documents of Sponsored Products v3, Sponsored Brands v4 (and v3 for
keywords), Sponsored Display v3, Portfolios v3 and Profiles v2, as in clients generated from them; and pages of the Ads
API's documentation (2026): “Get started with version 3 reports”, “Report types” (columns, spans, retention),
“Profiles”, “Error responses” and “Rate limiting”. Negative targets, targets of Brands and budget rules: the same
documents of Products v3, Brands v3 and Display v3, as kept in whitebox-co/amazon-ads-api (December 2022); hours of
budget rules: a client generated from Brands v4 (2026). Read 2026-11-30. Values are made up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson

from infra.sandbox.amazon_ads.columns import known
from shared.http import answer
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import Query, Record, Recorded, load

if TYPE_CHECKING:
    from tests.connectors.fake_platform import FakePlatform

HOST = "advertising-api-eu.amazon.com"
STORAGE = "https://offline-report-storage-eu-west-1-prod.s3.eu-west-1.amazonaws.com"
FILE = f"{STORAGE}/x/report.json.gz?X-Amz-Signature=abc"
PROFILE = "4410098711223"
ASKED = {"login_host": "eu.account.amazon.com", "token_host": "api.amazon.co.uk", "api_host": HOST}
VALUES = {
    **ASKED, "country_code": "DE", "account_id": PROFILE, "account_zone": "Europe/Paris", "account_currency": "EUR",
}  # fmt: skip
DAYS = ("2026-08-27", "2026-09-02")
LATE = timedelta(days=42)  # 14 days from click to order, and 28 in which an order is restated
STATES = ("ENABLED", "PAUSED", "ARCHIVED")
REPORT = "application/vnd.createasyncreportrequest.v3+json"
MEDIA = {
    "/portfolios/list": "spPortfolio.v3", "/sp/campaigns/list": "spCampaign.v3", "/sp/adGroups/list": "spAdGroup.v3",
    "/sp/productAds/list": "spProductAd.v3", "/sp/keywords/list": "spKeyword.v3",
    "/sp/targets/list": "spTargetingClause.v3",
    "/sp/negativeKeywords/list": "spNegativeKeyword.v3", "/sb/v4/campaigns/list": "sbcampaignresource.v4",
    "/sp/campaignNegativeKeywords/list": "spCampaignNegativeKeyword.v3", "/sb/v4/ads/list": "sbadresource.v4",
    "/sb/v4/adGroups/list": "sbadgroupresource.v4", "/sb/targets/list": "sblisttargetsresponse.v3",
    "/sp/negativeTargets/list": "spNegativeTargetingClause.v3",
    "/sp/campaignNegativeTargets/list": "spCampaignNegativeTargetingClause.v3",
    "/sb/negativeTargets/list": "sblistnegativetargetsresponse.v3",
}  # fmt: skip


def said(value: Any, status: int = 200, **headers: str) -> Answer:
    return answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, orjson.dumps(value))


def error(status: int, code: str, **headers: str) -> Answer:
    return said({"code": code, "details": "text", "requestId": "5JGXA7D2RTQ1"}, status, **headers)


# As three projects' answers were recorded (January to September 2026); the list of allowed ones has about fifty names.
REFUSED = "configuration columns includes invalid values: ({}). Allowed values: (date, impressions, clicks)"
REFUSALS = {
    "credential": error(401, "UNAUTHORIZED"),
    "permission": error(403, "FORBIDDEN"),
    "gone": error(404, "NOT_FOUND"),
    "question": said({"code": "400", "detail": "configuration timeUnit is not supported for this report type"}, 400),
    "not-offered": said({"code": "400", "detail": REFUSED.format("cost")}, 400),
    "limit": error(429, "THROTTLED", retry_after="7"),
    "fault": error(500, "INTERNAL_ERROR"),
}


def question(request: Request) -> dict[str, str]:
    """All that a call says, wherever it says it; fields of a JSON body that are no texts as JSON."""
    return asked_in({**request.query, "body": request.json})


def asked_in(query: Mapping[str, Any]) -> dict[str, str]:
    body = query.get("body") or {}
    said = {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
    return {**{name: value for name, value in query.items() if name != "body"}, **said}


# -- at the desk ---------------------------------------------------------------------------------------


def at_the_desk(desk: FakePlatform, request: Request) -> Answer:
    path, headers = request.url.removeprefix(f"https://{HOST}"), request.headers
    if request.bare:
        return _file(desk) if request.url == FILE and not headers else answer(400, {}, b"<Error/>")
    if headers.get("amazon-advertising-api-clientid") != "app-1":
        return REFUSALS["credential"]
    if headers.get("amazon-advertising-api-scope", "") != ("" if path == "/v2/profiles" else PROFILE):
        return said({"code": "401", "details": "Scope header is missing"}, 401)
    if path == "/reporting/reports/6012345" and request.method == "GET":
        return _state(desk)
    if path != desk.recorded.path:
        return REFUSALS["gone"]
    if path == "/reporting/reports":
        return _report(desk, request)
    if path in MEDIA:
        return _posted(desk, request, f"application/vnd.{MEDIA[path]}+json")
    if path.endswith("/budgetRules"):
        return _rules(desk, request)
    rows = [row for _, row in desk.seen(question(request))]
    if not desk.recorded.most:
        return said(rows)
    size, start = desk.size(request.query, "count", 100), int(request.query.get("startIndex", "0"))
    return REFUSALS["question"] if size is None else said(rows[start : start + size])


def _posted(desk: FakePlatform, request: Request, media: str) -> Answer:
    if request.method != "POST" or headers_differ(request, media):
        return said({"code": "415", "details": "Cannot consume content type"}, 415)
    asked = question(request)
    size = desk.size(asked, "maxResults", 100)
    if size is None:
        return REFUSALS["question"]
    filters = {name: value for name, value in asked.items() if name not in ("maxResults", "nextToken")}
    rows, token = desk.page(filters, asked.get("nextToken", ""), size)
    body: Record = {desk.recorded.records or "": rows}
    body |= {desk.recorded.total: len(desk.seen(filters))} if desk.recorded.total else {}
    return said({**body, "nextToken": token} if token else body)


def _rules(desk: FakePlatform, request: Request) -> Answer:
    size = desk.size(request.query, "pageSize", 0)
    if size is None:
        return REFUSALS["question"]
    rows, token = desk.page({}, request.query.get("nextToken", ""), size)
    return said({desk.recorded.records: rows, **({"nextToken": token} if token else {})})


def headers_differ(request: Request, media: str) -> bool:
    return request.headers.get("content-type") != media or request.headers.get("accept") != media


def _report(desk: FakePlatform, request: Request) -> Answer:
    if request.method != "POST" or request.headers.get("content-type") != REPORT:
        return said({"code": "415", "detail": "Cannot consume content type"}, 415)
    body = request.json
    asked, kind = body["configuration"], desk.recorded.base["_kind"]
    fits = {name: asked[name] for name in ("adProduct", "reportTypeId", "groupBy", "timeUnit", "format")} == kind
    if refused := sorted(desk.refused & set(asked["columns"])):
        return said({"code": "400", "detail": REFUSED.format(", ".join(refused))}, 400)
    odd = set(asked["columns"]) - known(kind["reportTypeId"], kind["groupBy"])
    if not fits or odd or (body["startDate"], body["endDate"]) != DAYS:
        return REFUSALS["question"]
    desk.made["6012345"] = question(request)
    return said(_told("PENDING"))


def _state(desk: FakePlatform) -> Answer:
    looks = sum(call.url.endswith("/6012345") for call in desk.calls)
    return said(_told("PROCESSING") if looks < 2 and desk.made else _told("COMPLETED", FILE))


def _told(state: str, url: str | None = None) -> Record:
    at = "2026-09-03T12:00:00.100Z"
    ready = at if url else None
    return {
        "reportId": "6012345", "status": state, "name": "text", "startDate": DAYS[0], "endDate": DAYS[1],
        "configuration": {}, "createdAt": at, "updatedAt": at, "generatedAt": ready, "fileSize": 20481 if url else None,
        "url": url, "urlExpiresAt": ready, "failureReason": None,
    }  # fmt: skip


def _file(desk: FakePlatform) -> Answer:
    return said([row for _, row in desk.seen(desk.made.get("6012345", {}))])


# -- how it chooses --------------------------------------------------------------------------------------


def in_state(record: Record, query: Query) -> Record | None:
    """What is archived hides unless its state is asked for: the harder reading of what is not documented."""
    query = asked_in(query)
    wanted = json.loads(query.get("stateFilter", '{"include": ["ENABLED", "PAUSED"]}'))["include"]
    shown = {**record}
    if query.get("includeExtendedDataFields") != "true" and not record.get("creative"):
        shown.pop("extendedData", None)
    return shown if record["state"] in wanted or "inBudget" in record else None


def in_filters(record: Record, query: Query) -> Record | None:
    """By the list of filters; what is archived hides unless its state is among them: the harder reading."""
    filters = json.loads(asked_in(query).get("filters", "[]"))
    wanted = next((each["values"] for each in filters if each["filterType"] == "TARGETING_STATE"), ["enabled"])
    return record if record["state"] in wanted else None


def by_query(record: Record, query: Query) -> Record | None:
    wanted = query.get("stateFilter", "enabled,paused").split(",")
    return record if record.get("state", wanted[0]) in wanted else None


def one_state(record: Record, query: Query) -> Record | None:
    """The filter names one state; without it, all are shown."""
    return record if query.get("stateFilter", record["state"]) == record["state"] else None


def for_viewers(record: Record, query: Query) -> Record | None:
    """Profiles that may only be looked at, and those of agencies."""
    kinds = query.get("profileTypeFilter", "seller,vendor,agency").split(",")
    seen = query.get("accessLevel") == "view" and record["accountInfo"]["type"] in kinds
    return record if seen else None


def columns_asked(record: Record, query: Query) -> Record:
    query = asked_in(query)
    names = json.loads(query["configuration"])["columns"] if query else [n for n in record if not n.startswith("_")]
    return {name: record[name] for name in names}


def keyed(keys: dict[str, str]) -> Callable[[Record], list[Record]]:
    def rows(record: Record) -> list[Record]:
        return [{"account_id": PROFILE, **{name: record.get(path) for name, path in keys.items()}}]

    return rows


def posted(path: str, records: str, key: str, total: str = "totalResults", **more: Any) -> Recorded:
    name = key.removesuffix("Id")
    column = {"adGroup": "ad_group"}.get(name, name) + "_id"

    def vary(i: int) -> Record:
        return {key: f"3011223344556{i:04d}", "state": STATES[i % 3]}

    more = {"keys": keyed({column: key}), "vary": vary, **more}
    return Recorded(path, records, ("account_id", column), most=100, total=total, shown=in_state, **more)


def old_ad(i: int) -> Record:
    return {"campaignId": f"30112233445{i:04d}", "adGroupId": f"30112233446{i:04d}", "adId": f"3011{i:09d}"}


def targeted(path: str, records: str, states: tuple[str, ...]) -> Recorded:
    def vary(i: int) -> Record:
        return {"targetId": 301122334455660000 + i, "state": states[i % len(states)]}

    return Recorded(path, records, ("account_id", "target_id"), vary, most=100, shown=in_filters,
                    keys=keyed({"target_id": "targetId"}))  # fmt: skip


def rules(path: str) -> Recorded:
    return Recorded(path, "budgetRulesForAdvertiserResponse", ("account_id", "rule_id"), lambda i: {"ruleId": f"r-{i}"},
                    most=30, keys=keyed({"rule_id": "ruleId"}))  # fmt: skip


def counted(path: str, key: str, states: tuple[str, ...] = ("enabled", "paused", "archived")) -> Recorded:
    name = key.removesuffix("Id")
    column = {"adGroup": "ad_group"}.get(name, name) + "_id"

    def vary(i: int) -> Record:
        return {key: 301122334455660000 + i, **({"state": states[i % len(states)]} if states else {})}

    return Recorded(path, "", ("account_id", column), vary, most=100, shown=by_query, keys=keyed({column: key}))


def daily(*keys: str, may_lack: str = "") -> Recorded:
    """`keys`: column=field, the first of which differs from record to record."""
    paths = dict(each.split("=") for each in keys)
    first = next(iter(paths.values()))

    def vary(i: int) -> Record:
        own = 301122334455660000 + i // 2 if first.endswith("Id") else f"text {i // 2}"
        return {"date": DAYS[i % 2], first: own}

    return Recorded(
        "/reporting/reports", "", ("account_id", "date", *paths), vary, shown=columns_asked, days=DAYS, look_back=LATE,
        keys=keyed({"date": "date", **paths}), may_lack=frozenset(may_lack.split()), file=FILE, waits=2,
        fails=("FAILED", "CANCELLED"), not_offered=frozenset({"cost", "sales14d", "salesBrandHalo"}),
    )  # fmt: skip


CAMPAIGN, GROUP, AD = "campaign_id=campaignId", "ad_group_id=adGroupId", "ad_id=adId"
WORD, MATCH, TARGETING = "keyword_id=keywordId", "match_type=matchType", "targeting=targeting"
PLACE, TERM, TARGET = (
    "placement_classification=placementClassification",
    "search_term=searchTerm",
    "targeting_id=targetingId",
)
RECORDED = load("amazon_ads", {
    "profiles": Recorded(
        "/v2/profiles", "", ("profile_id",), lambda i: {"profileId": 4410098711223 + i}, shown=for_viewers,
        keys=keyed({"profile_id": "profileId"}), wanted=lambda record: str(record.get("profileId")) == PROFILE),
    "portfolios": posted("/portfolios/list", "portfolios", "portfolioId"),
    "sp_campaigns": posted("/sp/campaigns/list", "campaigns", "campaignId"),
    "sp_ad_groups": posted("/sp/adGroups/list", "adGroups", "adGroupId"),
    "sp_product_ads": posted("/sp/productAds/list", "productAds", "adId"),
    "sp_keywords": posted("/sp/keywords/list", "keywords", "keywordId"),
    "sp_negative_keywords": posted("/sp/negativeKeywords/list", "negativeKeywords", "keywordId"),
    "sp_campaign_negative_keywords": posted(
        "/sp/campaignNegativeKeywords/list", "campaignNegativeKeywords", "keywordId"),
    "sp_targets": posted("/sp/targets/list", "targetingClauses", "targetId"),
    "sb_campaigns": posted("/sb/v4/campaigns/list", "campaigns", "campaignId", "totalCount"),
    "sb_ad_groups": posted("/sb/v4/adGroups/list", "adGroups", "adGroupId"),
    "sb_ads": Recorded(
        "/sb/v4/ads/list", "ads", ("account_id", "campaign_id", "ad_group_id", "ad_id"), old_ad, most=100,
        total="totalResults", shown=in_state, keys=keyed(dict(each.split("=") for each in (CAMPAIGN, GROUP, AD))),
        may_lack=frozenset({"ad_id"}), made=frozenset({"creativeType"})),
    "sb_keywords": counted("/sb/keywords", "keywordId", ("enabled", "paused", "pending", "archived", "draft")),
    "sd_campaigns": counted("/sd/campaigns", "campaignId"),
    "sd_ad_groups": counted("/sd/adGroups", "adGroupId"),
    "sd_product_ads": counted("/sd/productAds", "adId"),
    "sd_targets": counted("/sd/targets", "targetId"),
    "sd_creatives": counted("/sd/creatives", "creativeId", ()),
    "sp_negative_targets": posted("/sp/negativeTargets/list", "negativeTargetingClauses", "targetId"),
    "sp_campaign_negative_targets": posted(
        "/sp/campaignNegativeTargets/list", "campaignNegativeTargetingClauses", "targetId"),
    "sb_negative_keywords": Recorded(
        "/sb/negativeKeywords", "", ("account_id", "keyword_id"),
        lambda i: {"keywordId": 301122334455660000 + i, "state": ("enabled", "pending", "archived")[i % 3]}, most=100,
        shown=one_state, keys=keyed({"keyword_id": "keywordId"})),
    "sb_targets": targeted("/sb/targets/list", "targets", ("enabled", "paused", "pending", "archived")),
    "sb_negative_targets": targeted("/sb/negativeTargets/list", "negativeTargets", ("enabled", "pending", "archived")),
    "sd_negative_targets": counted("/sd/negativeTargets", "targetId"),
    "sp_budget_rules": rules("/sp/budgetRules"),
    "sb_budget_rules": rules("/sb/budgetRules"),
    "sd_budget_rules": rules("/sd/budgetRules"),
    "sp_campaigns_daily": daily(CAMPAIGN),
    "sp_ad_groups_daily": daily(GROUP),
    "sp_placements_daily": daily(CAMPAIGN, PLACE),
    "sp_ads_daily": daily(AD),
    "sp_targeting_daily": daily(GROUP, WORD, MATCH, TARGETING, may_lack="keyword_id match_type targeting"),
    "sp_search_terms_daily": daily(GROUP, WORD, MATCH, TARGETING, TERM, may_lack="keyword_id match_type targeting"),
    "sp_purchased_products_daily": daily(
        GROUP, WORD, "advertised_asin=advertisedAsin", "advertised_sku=advertisedSku", "purchased_asin=purchasedAsin",
        may_lack="keyword_id advertised_sku"),
    "sb_campaigns_daily": daily(CAMPAIGN),
    "sb_ad_groups_daily": daily(GROUP),
    "sb_ads_daily": daily(AD, GROUP, may_lack="ad_id"),
    "sb_placements_daily": daily(CAMPAIGN, PLACE),
    "sb_search_terms_daily": daily(GROUP, WORD, MATCH, TERM, may_lack="keyword_id match_type"),
    "sb_targeting_daily": daily(GROUP, WORD, TARGET, may_lack="keyword_id targeting_id"),
    "sb_purchased_products_daily": daily(
        CAMPAIGN, GROUP, "purchased_asin=purchasedAsin", "attribution_type=attributionType",
        may_lack="attribution_type"),
    "sd_campaigns_daily": daily(CAMPAIGN),
    "sd_ad_groups_daily": daily(GROUP),
    "sd_ads_daily": daily(AD),
    "sd_targeting_daily": daily(GROUP, TARGET),
    "sd_purchased_products_daily": daily(
        GROUP, "promoted_asin=promotedAsin", "promoted_sku=promotedSku", "asin_brand_halo=asinBrandHalo",
        may_lack="promoted_sku asin_brand_halo"),
})  # fmt: skip
