"""Mailchimp as recorded: `count` is 10 unless asked and 1,000 at most, archived members hide, bounds are exclusive."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import Query, Record, Recorded, after, all_of, body, load, only_when_asked, when

if TYPE_CHECKING:
    from tests.connectors.fake_platform import FakePlatform

HOST = "us14.api.mailchimp.com"
VALUES = {"dc": "us14"}
IN_LIST = {"list_id": "L1"}
OF_REPORT = {"campaign_id": "C1"}
HIDDEN = ("cleaned", "transactional", "unsubscribed")
LISTS = (({"id": "L1"}, True),)
REPORTS = (({"id": "C1"}, True),)
MAILED = timedelta(days=90)


def member_by_status(record: Record, query: Query) -> Record | None:
    hidden = record["status"] == "archived"
    return record if (query.get("status") == "archived") == hidden else None


def members(i: int) -> Record:
    return {
        "id": f"m{i}",
        "list_id": "L1",
        "status": "archived" if i % 5 == 4 else "subscribed",
        "last_changed": when(i),
        "tags_count": 51 + i % 2,
    }


def in_segment(i: int) -> Record:
    return {"id": f"m{i}", "status": ("subscribed", "pending", *HIDDEN)[i % 5]}


def included(record: Record, query: Query) -> Record | None:
    """Three kinds of members come when they are asked for."""
    hidden = record["status"] in HIDDEN
    return record if not hidden or query.get(f"include_{record['status']}") == "true" else None


def acts(record: Record) -> list[Record]:
    who = {"campaign_id": record["campaign_id"], "email_id": record["email_id"]}
    return [{**who, "url": "", **{k: act[k] for k in ("timestamp", "action", "url") if k in act}}
            for act in record["activity"]]  # fmt: skip


def acts_since(record: Record, query: Query) -> Record | None:
    """`since` narrows what people did, not who is listed."""
    after_it = after("since", "timestamp")
    return {**record, "activity": [act for act in record["activity"] if after_it(act, query)]}


def recipient(i: int) -> Record:
    """Everybody opened; every third clicked as well; some did nothing."""
    at = when(i)
    done: list[Record] = [{"action": "open", "timestamp": at, "ip": "192.0.2.10"}]
    if i % 3 == 0:
        done.append({"action": "click", "timestamp": at, "url": "https://example.com/a", "ip": "192.0.2.10"})
        done.append({"action": "bounce", "timestamp": at, "type": "soft"})
    return {"campaign_id": "C1", "email_id": f"m{i}", "activity": done if i % 10 != 7 else []}


def user_templates(record: Record, query: Query) -> Record | None:
    return record if query.get("type") in (None, record["type"]) else None


def a_report(i: int) -> Record:
    """Every other is of an automation, as the API names them and as it once did."""
    return {"id": f"{i:05d}", "send_time": when(i), "type": ("automation", "regular", "regular", "auto")[i % 4]}


def by_id(i: int) -> Record:
    return {"id": f"{i:05d}"}


def numbered(i: int) -> Record:
    return {"id": 70_000 + i}


def in_list(i: int) -> Record:
    return {"id": f"{i:05d}", "list_id": "L1"}


def of(
    path: str,
    records: str | None,
    key: str,
    vary: Any = by_id,
    most: int = 1000,
    total: str = "total_items",
    **more: Any,
) -> Recorded:
    return Recorded(
        "/3.0" + path, records, tuple(key.split()), vary, most=most, total=total if records else "",
        plain_numbers=frozenset({"web_id", "id", "segment_id", "display_order", "position", "template_id", "merge_id",
                                 "location_latitude", "location_longitude", "location_gmtoff", "location_dstoff",
                                 "gmt_offset"}), **more,
    )  # fmt: skip


def error(status: int, title: str) -> Answer:
    link = "https://mailchimp.com/developer/marketing/docs/errors/"
    return body(status, {"type": link, "title": title, "status": status, "detail": "text", "instance": "7c1c2f7e"})


REFUSALS = {
    "credential": error(401, "API Key Invalid"),
    "permission": error(403, "Forbidden"),
    "gone": error(404, "Resource Not Found"),
    "question": error(400, "Invalid Resource"),
    "limit": error(429, "Too Many Requests"),
    "fault": error(500, "Internal Server Error"),
}


def at_the_desk(desk: FakePlatform, request: Request) -> Answer:
    if request.method != "GET" or request.url != f"https://{HOST}{desk.recorded.path}":
        return REFUSALS["gone"]
    return listed(desk, dict(request.query))


def listed(desk: FakePlatform, query: dict[str, str]) -> Answer:
    found = desk.seen(query)
    if desk.recorded.records is None:
        return body(200, {**found[0][1], "_links": []})
    if query.get("sort_field") == "last_changed":
        found.sort(key=lambda each: (each[1]["last_changed"], each[1]["id"]))
    total = len(found)
    if desk.recorded.most:
        size = desk.size(query, "count", 10)
        if size is None:
            return REFUSALS["question"]
        found = found[int(query.get("offset", "0")) :][:size]
    rows = [{**row, "_links": [{"rel": "desk"}]} for _, row in found]
    return body(200, {desk.recorded.records: rows, "total_items": total, "_links": []})


RECORDED = load("mailchimp", {
    "account": of("/", None, "account_id", lambda i: {"account_id": "A1"}),
    "lists": of("/lists", "lists", "id",
                shown=only_when_asked("include_total_contacts", "true", "stats", "total_contacts")),
    "list_members": of(
        "/lists/L1/members", "members", "list_id id", members,
        given=IN_LIST, changed="last_changed", moves=True, parents=LISTS,
        shown=all_of(member_by_status, after("since_last_changed", "last_changed"))),
    "list_member_tags": of(
        "/lists/L1/members/m0/tags", "tags", "list_id member_id id", numbered,
        given={"list_id": "L1", "member_id": "m0"},
        parents=(({"list_id": "L1", "id": "m0", "tags_count": 51}, True),
                 ({"list_id": "L1", "id": "m1", "tags_count": 50}, False),
                 ({"list_id": "L1", "id": "m2"}, False))),
    "segments": of("/lists/L1/segments", "segments", "list_id id", lambda i: {"id": i, "list_id": "L1"},
                   given=IN_LIST, parents=LISTS),
    # Of all that the specification (version 3.0.55, as kept in api-evangelist/mailchimp, read 2026-11-30) shows of a
    # member, only what `fields` asks for.
    "segment_members": of(
        "/lists/L1/segments/7/members", "members", "list_id segment_id member_id", in_segment,
        given={"list_id": "L1", "segment_id": 7}, shown=included,
        keys=lambda record: [{"list_id": "L1", "segment_id": 7, "member_id": record["id"]}],
        parents=tuple(({"list_id": "L1", "id": 7 + n, "type": kind}, True)
                      for n, kind in enumerate(("saved", "static", "fuzzy")))),
    "tags": of("/lists/L1/tag-search", "tags", "list_id id", numbered, most=0, given=IN_LIST, parents=LISTS),
    "merge_fields": of("/lists/L1/merge-fields", "merge_fields", "list_id merge_id",
                       lambda i: {"merge_id": i, "list_id": "L1"}, given=IN_LIST, parents=LISTS),
    "interest_categories": of("/lists/L1/interest-categories", "categories", "list_id id", in_list,
                              given=IN_LIST, parents=LISTS),
    "interests": of("/lists/L1/interest-categories/K1/interests", "interests", "list_id id",
                    lambda i: {**in_list(i), "category_id": "K1"}, given={"list_id": "L1", "category_id": "K1"},
                    parents=(({"list_id": "L1", "id": "K1"}, True),)),
    "list_growth_history": of("/lists/L1/growth-history", "history", "list_id month",
                              lambda i: {"list_id": "L1", "month": f"{1900 + i // 12}-{1 + i % 12:02d}"},
                              given=IN_LIST, parents=LISTS),
    "list_activity": of("/lists/L1/activity", "activity", "list_id day", lambda i: {
        "day": f"{2000 + i // 336}-{1 + i // 28 % 12:02d}-{1 + i % 28:02d}"},
        given=IN_LIST, parents=LISTS, total="", many=180),
    "abuse_reports": of("/lists/L1/abuse-reports", "abuse_reports", "id", numbered, given=IN_LIST, parents=LISTS),
    "campaigns": of("/campaigns", "campaigns", "id"),
    "reports": of("/reports", "reports", "id", a_report, changed="send_time", look_back=MAILED,
                  shown=after("since_send_time", "send_time"), wanted=lambda record: record["type"] == "regular"),
    "automation_reports": of("/reports", "reports", "id", a_report,
                             wanted=lambda record: record["type"] != "regular"),
    "click_details": of("/reports/C1/click-details", "urls_clicked", "campaign_id id",
                        lambda i: {"id": f"{i:05d}", "campaign_id": "C1"}, given=OF_REPORT, parents=REPORTS),
    "email_activity": of("/reports/C1/email-activity", "emails", "campaign_id email_id timestamp action url",
                         recipient, given=OF_REPORT, parents=REPORTS, keys=acts, shown=acts_since, total="",
                         changed="activity", look_back=timedelta(days=2)),
    "sent_to": of("/reports/C1/sent-to", "sent_to", "campaign_id email_id",
                  lambda i: {"email_id": f"m{i}", "campaign_id": "C1"}, given=OF_REPORT, parents=REPORTS),
    "unsubscribes": of("/reports/C1/unsubscribed", "unsubscribes", "campaign_id email_id timestamp",
                       lambda i: {"email_id": f"m{i}", "campaign_id": "C1", "timestamp": when(i)},
                       given=OF_REPORT, parents=REPORTS),
    "automations": of("/automations", "automations", "id"),
    "automation_emails": of("/automations/W1/emails", "emails", "id", most=0, given={"workflow_id": "W1"},
                            parents=(({"id": "W1"}, True),)),
    "templates": of("/templates", "templates", "id",
                    lambda i: {"id": 70_000 + i, "type": "base" if i % 4 == 3 else "user"},
                    shown=user_templates, wanted=lambda record: record["type"] == "user"),
    "landing_pages": of("/landing-pages", "landing_pages", "id", many=1000),
    "landing_page_reports": of("/reporting/landing-pages", "landing_pages", "id"),
    "campaign_folders": of("/campaign-folders", "folders", "id"),
    "template_folders": of("/template-folders", "folders", "id"),
}, lambda stream: stream.total)  # fmt: skip
