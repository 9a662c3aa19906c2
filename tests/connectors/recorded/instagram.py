"""Instagram and Facebook Page insights as recorded: numbers come by metric, not by row, and one wrong name spoils all.

Shapes and names of fields: Meta's references “Instagram Account Insights” (16 June 2026), “Instagram Media Insights”
(18 June 2026; both the same in September) and changelog of the Instagram Platform (as it stood in September), IG User,
IG Media, Page, Page Post and “Insights” of the Graph API, facebook-business 26.0.3 (InstagramInsightsResult,
InsightsResult), and answers quoted in public (airbytehq/airbyte#1814 and #62902). Values are made up; records are
written down as rows, and put into Meta's shape when they are told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import orjson

from shared.http import answer
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import NEWER, OLDER, Query, Record, Recorded, load

if TYPE_CHECKING:
    from tests.connectors.fake_platform import FakePlatform

HOST = "graph.facebook.com"
IG, PAGE = "17841400000000001", "1000001"
PACIFIC = ZoneInfo("America/Los_Angeles")
STAMP = "%Y-%m-%dT%H:%M:%S+0000"
VALUES = {"account_id": PAGE, "account_zone": "America/Los_Angeles", "account_currency": "", "ig": IG}
OF_IG, OF_PAGE = f"/v26.0/{IG}", f"/v26.0/{PAGE}"
WEEK, A_DAY = ("2026-08-27", "2026-09-02"), ("2026-09-01", "2026-09-01")
RECENT = timedelta(days=30)
Told = Callable[[list[Record], Query], list[Record]]


def said(value: Any, status: int = 200) -> Answer:
    return answer(status, {}, orjson.dumps(value))


def error(status: int, code: int, sub: int = 0, message: str = "text") -> Answer:
    told = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AbCdEfG"}
    return said({"error": {**told, **({"error_subcode": sub} if sub else {})}}, status)


NO_OBJECT = "Unsupported get request. Object with ID '1' does not exist, cannot be loaded due to missing permissions"
REFUSALS = {
    "credential": error(400, 190, 463, "Error validating access token: Session has expired on Thursday."),
    "permission": error(403, 10, message="(#10) Application does not have permission for this action"),
    "gone": error(400, 100, 33, NO_OBJECT),
    "question": error(400, 100, message="(#100) Tried accessing nonexisting field (nothing)"),
    "limit": error(400, 80002, message="(#80002) There have been too many calls to this Instagram account."),
    "fault": error(500, 2, message="An unexpected error has occurred. Please retry your request later."),
    "not-offered": error(
        400, 100, message="(#100) The Media Insights API does not support the views metric for this media product type."
    ),
}


# -- at the desk ---------------------------------------------------------------------------------------


def at_the_desk(desk: FakePlatform, request: Request) -> Answer:
    path, query = request.url.removeprefix(f"https://{HOST}"), dict(request.query)
    if request.method != "GET" or path != desk.recorded.path:
        return REFUSALS["gone"]
    asked = query.get("metric", "").split(",")
    if desk.refused & set(asked):
        return REFUSALS["not-offered"]
    if path.endswith("/insights"):
        told = HOW[desk.recorded.told]([row for _, row in desk.seen(query)], query)
        ways = dict.fromkeys(("previous", "next"), f"https://{HOST}/v26.0/other-days?access_token=secret")
        return said({"data": told, "paging": ways})
    if desk.recorded.records is None:
        return said(desk.seen(query)[0][1])
    size = desk.size(query, "limit", 25)
    if size is None:
        return REFUSALS["question"]
    question = {name: value for name, value in query.items() if name not in ("limit", "after")}
    rows, cursor = desk.page(question, query.get("after", ""), size)
    body: Record = {"data": rows}
    if rows:  # cursors stand even at the end, `next` does not
        body["paging"] = {"cursors": {"before": "QVF", "after": cursor or "TheEnd"}}
        if cursor:
            body["paging"]["next"] = f"https://{HOST}/v26.0/x?access_token=secret"
    return said(body)


def metric(name: str, period: str, **told: Any) -> Record:
    about = {"title": name.title(), "description": "text", "id": f"{IG}/insights/{name}/{period}"}
    return {"name": name, "period": period, **told, **about}


def by_day(rows: list[Record], query: Query) -> list[Record]:
    """A day's value bears the moment when it ended, in UTC: seven or eight o'clock."""

    def end(row: Record) -> str:
        after = date.fromisoformat(row["date"]) + timedelta(days=1)
        return datetime(after.year, after.month, after.day, tzinfo=PACIFIC).astimezone(UTC).strftime(STAMP)

    return [
        metric(name, "day", values=[{"value": row[name], "end_time": end(row)} for row in rows])
        for name in query["metric"].split(",")
        if any(name in row for row in rows)
    ]


def lifetime(rows: list[Record], query: Query) -> list[Record]:
    return [metric(name, "lifetime", values=[{"value": value}]) for row in rows for name, value in row.items()]


def totals(rows: list[Record], query: Query) -> list[Record]:
    assert query["metric_type"] == "total_value"
    return [metric(name, "day", total_value={"value": value}) for row in rows for name, value in row.items()]


def sides(rows: list[Record], query: Query) -> list[Record]:
    """`FOLLOWER` are those who came."""
    assert query["breakdown"] == "follow_type"
    names = {"follows": "FOLLOWER", "unfollows": "NON_FOLLOWER"}
    results = [{"dimension_values": [names[n]], "value": v} for row in rows for n, v in row.items() if n in names]
    value = {"breakdowns": [{"dimension_keys": ["follow_type"], "results": results}]}
    return [metric("follows_and_unfollows", "day", total_value=value)] if rows else []


def groups(rows: list[Record], query: Query) -> list[Record]:
    keys = query["breakdown"].split(",")
    results = [{"dimension_values": [row[key] for key in keys], "value": row["people"]} for row in rows]
    value = {"breakdowns": [{"dimension_keys": keys, "results": results}]}
    return [metric(query["metric"], "lifetime", total_value=value)] if rows else []


HOW: dict[str, Told] = {
    "by_day": by_day, "lifetime": lifetime, "totals": totals, "sides": sides, "groups": groups,
}  # fmt: skip


# -- how it chooses --------------------------------------------------------------------------------------


def asked_for(record: Record, query: Query) -> Record:
    """The fields that were named, and the id."""
    names = query.get("fields", "id").replace("{id,media_type}", "").replace("{type,url}", "").split(",")
    return {name: value for name, value in record.items() if name in (*names, "id")}


def numbers_asked_for(record: Record, query: Query) -> Record:
    """A number that Meta does not know (yet) is left out; one that was not asked for, too."""
    asked = {"date", *query["metric"].split(",")}
    return {name: value for name, value in record.items() if name in asked}


def made_since(record: Record, query: Query) -> Record | None:
    made = datetime.fromisoformat(record["created_time"]).timestamp()
    return asked_for(record, query) if made >= int(query.get("since", "0")) else None


def by_breakdown(record: Record, query: Query) -> Record | None:
    return record if (record["metric"], record["_by"]) == (query["metric"], query["breakdown"]) else None


def when(i: int) -> str:
    """Newest first: even numbers are newer than odd ones."""
    return ((NEWER if i % 2 == 0 else OLDER) - timedelta(minutes=i)).strftime(STAMP)


def newest_first(record: Record) -> tuple[float, str]:
    moment = record.get("timestamp") or record["created_time"]
    return (-datetime.fromisoformat(moment).timestamp(), record["id"])


def numbers(path: str, key: str, told: str, **more: Any) -> Recorded:
    many = more.pop("many", 1)
    return Recorded(f"{path}/insights", "data", tuple(key.split()), more.pop("vary", lambda i: {}), told=told,
                    many=many, **more)  # fmt: skip


def with_ig(record: Record) -> list[Record]:
    return [{**record, "ig": IG, "account_id": PAGE, "date": record.get("date", A_DAY[0])}]


def a_day_of_the_week(i: int) -> Record:
    return {"date": (date.fromisoformat(WEEK[0]) + timedelta(days=i)).isoformat()}


BREAKDOWNS = ("age", "gender", "country", "city", "age,gender")
METRICS = ("follower_demographics", "engaged_audience_demographics")


def group(i: int) -> Record:
    """One of each breakdown, of each metric, and so on."""
    by, number = BREAKDOWNS[i % 5], i // 10
    told = {name: f"{name} {number}" for name in by.split(",")}
    return {"metric": METRICS[i // 5 % 2], "_by": by, **told, "dimension": " / ".join(told.values())}


def group_of_today(record: Record) -> list[Record]:
    return [{**record, "ig": IG, "day": "2026-09-03", "breakdown": record["_by"]}]


REEL = {"id": "18000000000000001", "kind": "REELS", "timestamp": "2026-08-20T09:30:00+0000"}
POST = {"id": "1000001_1", "created_time": "2026-08-20T09:30:00+0000"}


def of_instagram(streams: dict[str, Recorded]) -> dict[str, Recorded]:
    """A Page without an Instagram account has none of these."""
    return {name: replace(one, needs="ig") if name.startswith("ig_") else one for name, one in streams.items()}


RECORDED = of_instagram(load("instagram", {
    "ig_accounts": Recorded(OF_IG, None, ("day", "id"), lambda i: {}, shown=asked_for,
                            keys=lambda record: [{**record, "day": "2026-09-03"}]),
    "ig_account_insights_daily": numbers(
        OF_IG, "ig date", "by_day", vary=a_day_of_the_week, many=7, days=WEEK, keys=with_ig,
        shown=numbers_asked_for, not_offered=frozenset({"follower_count"})),
    "ig_account_insights_totals": numbers(OF_IG, "ig date", "totals", days=A_DAY, keys=with_ig,
                                          shown=numbers_asked_for, not_offered=frozenset({"views"})),
    "ig_follows_daily": numbers(OF_IG, "ig date", "sides", days=A_DAY, keys=with_ig),
    "ig_reposts_daily": numbers(OF_IG, "ig date", "totals", days=A_DAY, keys=with_ig, shown=numbers_asked_for),
    "ig_audience_demographics": numbers(
        OF_IG, "day ig metric breakdown dimension", "groups", vary=group, keys=group_of_today, many=400,
        shown=by_breakdown),
    "ig_media": Recorded(
        f"{OF_IG}/media", "data", ("id",), lambda i: {"id": f"18{i:015d}", "timestamp": when(i)}, most=100,
        shown=asked_for, kept_order=newest_first, changed="timestamp", look_back=RECENT),
    "ig_media_insights": numbers(
        "/v26.0/18000000000000001", "media_id", "lifetime", shown=numbers_asked_for,
        given={"media_id": "18000000000000001", "kind": "REELS"},
        others=({"media_id": "18000000000000001", "kind": "IMAGE"},), parents=((REEL, True),), settles="timestamp",
        not_offered=frozenset({"views", "reels_skip_rate"})),
    "ig_media_reposts": numbers(
        "/v26.0/18000000000000001", "media_id", "lifetime", shown=numbers_asked_for,
        given={"media_id": "18000000000000001"}, parents=((REEL, True),), settles="timestamp"),
    "ig_stories": Recorded(
        f"{OF_IG}/stories", "data", ("id",), lambda i: {"id": f"179{i:014d}"}, most=100, shown=asked_for),
    "ig_story_insights": numbers(
        "/v26.0/17900000000000001", "story_id", "lifetime", shown=numbers_asked_for,
        given={"story_id": "17900000000000001"}, parents=(({"id": "17900000000000001"}, True),),
        not_offered=frozenset({"navigation"})),
    "fb_pages": Recorded(OF_PAGE, None, ("day", "id"), lambda i: {}, shown=asked_for,
                         keys=lambda record: [{**record, "day": "2026-09-03"}]),
    "fb_page_insights_daily": numbers(
        OF_PAGE, "account_id date", "by_day", vary=a_day_of_the_week, many=7, days=WEEK, keys=with_ig,
        shown=numbers_asked_for, not_offered=frozenset({"page_video_views", "page_total_actions"})),
    "fb_posts": Recorded(
        f"{OF_PAGE}/published_posts", "data", ("id",), lambda i: {"id": f"{PAGE}_{i}", "created_time": when(i)},
        most=100, shown=made_since, kept_order=newest_first, changed="created_time", look_back=RECENT),
    "fb_post_insights": numbers(
        "/v26.0/1000001_1", "post_id", "lifetime", given={"post_id": "1000001_1"}, parents=((POST, True),),
        shown=numbers_asked_for, settles="created_time", not_offered=frozenset({"post_clicks_by_type"})),
}))  # fmt: skip
