"""Meta Ads as recorded: only asked-for fields come, what is gone hides, sums know of it, reports are made first.

Shapes and names of fields: the reference of Marketing API v26.0 (ad account, campaign, ad set, ad, creative, custom
conversion, insights, ad report run), its pages “Manage your ad object's status”, “Insights: best practices”,
“Insights: breakdowns” (as it stood in September 2026), “Rate limiting”, and facebook-business 26.0.3 (2026-11). How a
row of a breakdown looks: that page's example of age and gender, and other people's recorded answers by placement,
country and device (2026); so do those of videos and outbound clicks (2026: lists of one entry). Values are made up.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson

from shared.http import answer
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import Query, Record, Recorded, load

if TYPE_CHECKING:
    from tests.connectors.fake_platform import FakePlatform

HOST = "graph.facebook.com"
VALUES = {"account_id": "1002003004", "account_zone": "America/Los_Angeles", "account_currency": "USD"}
MINE = "/v26.0/act_1002003004"
GONE = ("DELETED", "ARCHIVED")
STATUSES = ("ACTIVE", "PAUSED", "DELETED", "WITH_ISSUES", "ARCHIVED", "IN_PROCESS")
SUMS = ("spend", "impressions", "clicks")
LATE = timedelta(days=28)  # a purchase counts for the day of the click, up to 28 days later
DAYS = ("2026-08-27", "2026-09-02")


def said(value: Any, status: int = 200) -> Answer:
    return answer(status, {}, orjson.dumps(value))


def error(status: int, code: int, sub: int = 0, message: str = "text") -> Answer:
    told = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AbCdEfG"}
    return said({"error": {**told, **({"error_subcode": sub} if sub else {})}}, status)


REFUSALS = {
    "credential": error(400, 190, 463, "Error validating access token: Session has expired on Thursday."),
    "permission": error(
        403, 200, message="(#200) Ad account owner has NOT grant ads_management or ads_read permission"
    ),
    "gone": error(400, 2500, message="Unknown path components: /nothing"),
    "question": error(400, 100, message="(#100) Tried accessing nonexisting field (nothing)"),
    "limit": error(400, 80004, 2446079, "(#80004) There have been too many calls to this ad-account."),
    "fault": error(500, 2, message="Service temporarily unavailable"),
}


# -- at the desk ---------------------------------------------------------------------------------------


def at_the_desk(desk: FakePlatform, request: Request) -> Answer:
    path, query = request.url.removeprefix(f"https://{HOST}"), dict(request.query)
    if request.method == "POST":
        if path != desk.recorded.path or request.json is not None or not request.form:
            return REFUSALS["question"]
        desk.made["6012345"] = dict(request.form)
        return said({"report_run_id": "6012345"})
    if path == "/v26.0/6012345":
        return _state(desk)
    if path == "/v26.0/6012345/insights":
        return _page(desk, desk.made.get("6012345", {}), query)
    if path == f"{MINE}/insights" and query.get("level") == "account":
        return _sums(desk, query)
    if path != desk.recorded.path:
        return REFUSALS["gone"]
    if desk.recorded.records is None:
        return said(desk.seen(query)[0][1])
    return _page(desk, query, query)


def _state(desk: FakePlatform) -> Answer:
    """It says that it is completed before all of it is."""
    looks = sum(call.url.endswith("/6012345") for call in desk.calls)
    state, percent = (("Job Running", 40), ("Job Completed", 98), ("Job Completed", 100))[min(looks, 3) - 1]
    return said(
        {"id": "6012345", "account_id": "1002003004", "async_status": state, "async_percent_completion": percent}
    )


def _page(desk: FakePlatform, asked: Query, query: dict[str, str]) -> Answer:
    size = desk.size(query, "limit", 25)
    if size is None:
        return error(500, 1, message="Please reduce the amount of data you're asking for, then retry your request")
    question = {name: value for name, value in asked.items() if name not in ("limit", "after")}
    rows, cursor = desk.page(question, query.get("after", ""), size)
    body: Record = {"data": rows}
    if rows:
        body["paging"] = {"cursors": {"before": "MAZDZD", "after": cursor or "TheEnd"}}
        if cursor:
            body["paging"]["next"] = f"https://{HOST}/x?access_token=secret"
    if query.get("summary") == "total_count":
        body["summary"] = {"total_count": len(desk.seen(question))}
    return said(body)


def _sums(desk: FakePlatform, query: dict[str, str]) -> Answer:
    """Of everything, of what is gone, too."""
    if json.loads(query["time_range"]) != dict(zip(("since", "until"), DAYS, strict=True)):
        return REFUSALS["question"]
    if not desk.rows:
        return said({"data": []})
    cents = {name: sum(round(float(row[name]) * 100) for row in desk.rows) for name in SUMS}
    told = {"spend": f"{cents['spend'] / 100:.2f}", **{name: str(cents[name] // 100) for name in SUMS[1:]}}
    return said({"data": [{**told, "date_start": DAYS[0], "date_stop": DAYS[1]}]})


# -- how it chooses --------------------------------------------------------------------------------------


def asked_for(record: Record, query: Query) -> Record:
    """The fields that were named. A report that nobody asked for shows all of them."""
    shown = {name: value for name, value in record.items() if name != "_status"}
    if not query:
        return shown
    names = re.sub(r"\{.*?\}", "", query.get("fields", "id")).split(",")
    return {name: value for name, value in shown.items() if name in (*names, "id")}


def hiding(level: str) -> Any:
    """What is deleted or archived comes only when its status is asked for, at this level."""

    def shown(record: Record, query: Query) -> Record | None:
        status = record.get("_status") or record.get("effective_status")
        wanted = list(json.loads(query.get("filtering", "[]")))
        if any(rule["field"] != f"{level}.effective_status" or rule["operator"] != "IN" for rule in wanted):
            return None
        hidden = status in GONE if not wanted else any(status not in rule["value"] for rule in wanted)
        return None if hidden and query else asked_for(record, query)

    return shown


def listed(path: str, level: str = "", total: str = "summary.total_count") -> Recorded:
    def vary(i: int) -> Record:
        return {"id": f"120{i:012d}", **({"effective_status": STATUSES[i % 6]} if level else {})}

    return Recorded(
        f"{MINE}/{path}", "data", ("id",), vary, most=500, total=total, shown=hiding(level) if level else asked_for
    )


def daily(level: str, *ids: str) -> Recorded:
    def vary(i: int) -> Record:
        """Each campaign on two days."""
        one = {name: f"{number}{i // 2:012d}" for number, name in enumerate(ids, 120)}
        return {**one, "date_start": DAYS[i % 2], "date_stop": DAYS[i % 2], "_status": STATUSES[i // 2 % 6]}

    key = ("account_id", *ids, "date_start")
    return Recorded(f"{MINE}/insights", "data", key, vary, most=500, shown=hiding(level), days=DAYS, look_back=LATE)


def parted(**values: str) -> Recorded:
    """Each campaign in two groups. What it is parted by comes without being named among the fields."""
    day = {"date_start": DAYS[0], "date_stop": DAYS[0]}

    def vary(i: int) -> Record:
        group = {name: told.split()[i % 2] for name, told in values.items()}
        return {"campaign_id": f"120{i // 2:012d}", **day, **group, "_status": STATUSES[i // 2 % 6]}

    def shown(record: Record, query: Query) -> Record | None:
        row: Record | None = hiding("campaign")(record, query)
        if row is None or (query and json.loads(query.get("breakdowns", "[]")) != list(values)):
            return None
        return {**row, **{name: record[name] for name in values}}

    key = ("account_id", "campaign_id", "date_start", *values)
    return Recorded(
        f"{MINE}/insights", "data", key, vary, most=500, shown=shown, days=DAYS, look_back=LATE,
        may_lack=frozenset(values),
    )  # fmt: skip


RECORDED = load("meta_ads", {
    "ad_account": Recorded(
        MINE, None, ("account_id",), lambda i: {}, shown=asked_for,
        plain_numbers=frozenset({"timezone_offset_hours_utc", "account_status", "disable_reason"})),
    "campaigns": listed("campaigns", "campaign"),
    "ad_sets": listed("adsets", "adset"),
    "ads": listed("ads", "ad"),
    "ad_creatives": listed("adcreatives"),
    "custom_conversions": listed("customconversions", total=""),
    "insights_campaign_daily": daily("campaign", "campaign_id"),
    "insights_adset_daily": daily("adset", "campaign_id", "adset_id"),
    "insights_ad_daily": daily("ad", "campaign_id", "adset_id", "ad_id"),
    "insights_campaign_age_gender_daily": parted(age="25-34 25-34", gender="female male"),
    "insights_campaign_country_daily": parted(country="US unknown"),
    "insights_campaign_placement_daily": parted(publisher_platform="facebook instagram", platform_position="feed feed"),
    "insights_campaign_device_daily": parted(device_platform="mobile_app desktop"),
    "insights_ad_video_daily": daily("ad", "campaign_id", "adset_id", "ad_id"),
})  # fmt: skip
