"""Constant Contact as recorded: deleted contacts hide, parts of a contact come when asked for, links hold a cursor."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import (
    Query,
    Record,
    Recorded,
    after,
    all_of,
    body,
    load,
    moment,
    only_when_asked,
    when,
)

if TYPE_CHECKING:
    from tests.connectors.fake_platform import FakePlatform

HOST = "api.cc.email"
SAYS_MORE = "_links.next.href"
OF_ACTIVITY = {"campaign_activity_id": "A1"}
MAILED = timedelta(days=90)
LATE = timedelta(days=3)
PARTS = ("custom_fields", "list_memberships", "phone_numbers", "street_addresses", "taggings", "notes")
MAILINGS: tuple[tuple[Record, bool], ...] = (
    ({"campaign_activity_id": "A1", "role": "primary_email", "campaign_status": "Done"}, True),
    ({"campaign_activity_id": "A2", "role": "resend", "campaign_status": "Executing"}, True),
    ({"campaign_activity_id": "A3", "role": "permalink", "campaign_status": "Done"}, False),
    ({"campaign_activity_id": "A4", "role": "primary_email", "campaign_status": "Draft"}, False),
)


def contact(i: int) -> Record:
    """Every sixth is deleted; number 1 opted out lately, which moved the time of its address only."""
    one: Record = {"contact_id": f"c{i}", "updated_at": when(i), "email_address": ADDRESS}
    if i == 1:
        one["email_address"] = {**ADDRESS, "permission_to_send": "unsubscribed", "opt_out_date": when(0)}
    if i % 6 != 5:
        one["deleted_at"] = None
    return one


ADDRESS: Record = {
    "address": "kim@example.com", "permission_to_send": "implicit", "created_at": "2025-03-01T10:00:00Z",
    "updated_at": "2025-03-01T10:00:00Z", "opt_in_source": "Account", "opt_in_date": "2025-03-01T10:00:00Z",
    "confirm_status": "off", "opt_out_source": "Contact", "opt_out_reason": "text",
    "opt_out_date": "2025-03-02T10:00:00Z",
}  # fmt: skip


def deleted_on_request(record: Record, query: Query) -> Record | None:
    return record if query.get("status") == "all" or not record.get("deleted_at") else None


def opted_out(record: Record, query: Query) -> Record | None:
    return after("optout_after", "email_address.opt_out_date")(record, query)


def extra_fields(record: Record, query: Query) -> Record:
    """The swagger's two, which come only when they are asked for."""
    left = {"physical_address", "company_logo"} - {*query.get("extra_fields", "").split(",")}
    return {name: value for name, value in record.items() if name not in left}


def tracked(i: int) -> Record:
    return {"contact_id": f"c{i}", "campaign_activity_id": "A1", "created_time": when(i)}


def clicked(i: int) -> Record:
    """Two links at the same moment."""
    return {**tracked(i - i // 2 % 2 * 2), "url_id": f"{1100407204171 + i}"}


def needs_start(record: Record, query: Query) -> Record | None:
    """`start_at` is required: the desk refuses a call without it."""
    return after("start_at", "last_sent_date", inclusive=True)(record, query)


def newest(path: str) -> Any:
    def order(record: Record) -> float:
        at = moment(record, path)
        return -at.timestamp() if at else 0.0

    return order


def of(path: str, records: str | None, key: str, vary: Any, most: int = 500, **more: Any) -> Recorded:
    return Recorded(
        "/v3" + path, records, tuple(key.split()), vary, most=most if records else 0,
        plain_numbers=frozenset({"birthday_month", "birthday_day", "type_code", "format_type", "version",
                                 "segment_id"}), **more,
    )  # fmt: skip


def tracking(kind: str, vary: Any = tracked, key: str = "campaign_activity_id contact_id created_time") -> Recorded:
    return of(
        f"/reports/email_reports/A1/tracking/{kind}", "tracking_activities", key, vary, given=OF_ACTIVITY,
        changed="created_time", kept_order=newest("created_time"), parents=MAILINGS, look_back=LATE,
    )  # fmt: skip


def sent_then(i: int) -> Record:
    return {"campaign_id": f"C{i}", "last_sent_date": when(i)}


def error(status: int, key: str, listed: bool = False) -> Answer:
    error = {"error_key": key, "error_message": "text"}
    return body(status, [error] if listed else error)


REFUSALS = {
    "credential": error(401, "unauthorized"),
    "permission": error(403, "forbidden"),
    "gone": error(404, "not_found", listed=True),
    "question": error(400, "contacts.api.validation.error", listed=True),
    "limit": error(429, "throttled"),
    "fault": error(500, "internal_server_error"),
}


def at_the_desk(desk: FakePlatform, request: Request) -> Answer:
    path, own = request.url.removeprefix(f"https://{HOST}"), desk.recorded.path
    if request.method != "GET" or path != own:
        together = "," in own and path.rpartition("/")[0] == own.rpartition("/")[0]
        return several(desk, path) if together else REFUSALS["gone"]
    return listed(desk, dict(request.query))


def several(desk: FakePlatform, path: str) -> Answer:
    """A call for several ids at once; one that is gone makes it fail as a whole."""
    ids = path.rpartition("/")[2].split(",")
    by_id = {str(next(iter(desk.recorded.vary(i).values()))): i for i in range(len(desk.rows))}
    if any(one not in by_id for one in ids):
        return REFUSALS["gone"]
    assert desk.recorded.records is not None
    return body(200, {desk.recorded.records: [desk.rows[by_id[one]] for one in ids], "errors": []})


def listed(desk: FakePlatform, query: dict[str, str]) -> Answer:
    recorded = desk.recorded
    if recorded.records is None:
        return body(200, desk.seen(query)[0][1])
    if recorded.path.endswith("sms_campaign_summaries") and not {"start_at", "cursor"} & set(query):
        return REFUSALS["question"]
    if not recorded.most:
        return body(200, {recorded.records: [row for _, row in desk.seen(query)], "errors": []})
    cursor, counts = query.pop("cursor", ""), {}
    if cursor and query:
        return REFUSALS["question"]  # filters and a cursor do not mix
    size = desk.size(desk.cursors[cursor][0] if cursor else query, "limit", 50)
    if size is None:
        return REFUSALS["question"]
    if query.get("include_count") == "true" and recorded.total:
        counts = {recorded.total: len(desk.seen(query))}
    page, cursor = desk.page(query, cursor, size)
    href = f"{recorded.path}?cursor={cursor}" if cursor else None
    return body(200, {recorded.records: page, **counts, "_links": {"next": {"href": href}} if href else {}})


RECORDED = load("constant_contact", {
    "account": of("/account/summary", None, "encoded_account_id", lambda i: {"encoded_account_id": "E1"},
                  shown=extra_fields),
    "contact_lists": of(
        "/contact_lists", "lists", "list_id",
        lambda i: {"list_id": f"l{i}", "deleted_at": when(i) if i % 3 == 2 else None}, total="lists_count",
        shown=all_of(deleted_on_request, only_when_asked("include_membership_count", "all", "membership_count"))),
    "contacts": of(
        "/contacts", "contacts", "contact_id", contact, changed="updated_at", total="contacts_count",
            opts_out=True,
        shown=all_of(deleted_on_request, after("updated_after", "updated_at"), opted_out,
                     *(only_when_asked("include", part, part) for part in PARTS))),
    "contact_tags": of("/contact_tags", "tags", "tag_id", lambda i: {"tag_id": f"t{i}"},
                       shown=only_when_asked("include_count", "true", "contacts_count")),
    "contact_custom_fields": of("/contact_custom_fields", "custom_fields", "custom_field_id",
                                lambda i: {"custom_field_id": f"f{i}"}, most=100),
    "segments": of("/segments", "segments", "segment_id", lambda i: {"segment_id": i}, most=1000),
    "contact_counts": of("/contacts/counts", None, "day", lambda i: {},
                         shown=only_when_asked("include", "new_subscriber", "new_subscriber"),
                         keys=lambda record: [{"day": "2026-09-03"}]),
    "email_campaigns": of("/emails", "campaigns", "campaign_id",
                          lambda i: {"campaign_id": f"C{i}", "updated_at": when(i)}, changed="updated_at",
                          look_back=MAILED, shown=after("after_date", "updated_at")),
    "campaign_activities": of(
        "/emails/C1", "campaign_activities", "campaign_activity_id", lambda i: {"campaign_activity_id": f"A{i}"},
        most=0, given={"campaign_id": "C1", "campaign_status": "Done"},
        parents=(({"campaign_id": "C1", "current_status": "Done"}, True),
                 ({"campaign_id": "C2", "current_status": "Draft"}, True))),
    "activity_detail": of("/emails/activities/A1", None, "campaign_activity_id",
                          lambda i: {"campaign_activity_id": "A1"}, given=OF_ACTIVITY,
                          parents=tuple((row, True) for row, _ in MAILINGS)),
    "campaign_summaries": of("/reports/summary_reports/email_campaign_summaries", "bulk_email_campaign_summaries",
                             "campaign_id", sent_then, changed="last_sent_date", look_back=MAILED,
                             kept_order=newest("last_sent_date")),
    "campaign_stats": of(
        "/reports/stats/email_campaigns/C0,C1,C2,C3,C4", "results", "campaign_id", lambda i: {"campaign_id": f"C{i}"},
        most=0, given={"campaign_id": "C0,C1,C2,C3,C4"},
        parents=(({"campaign_id": "C0", "current_status": "Done"}, True),
                 ({"campaign_id": "C1", "current_status": "Executing"}, True),
                 ({"campaign_id": "C9", "current_status": "Removed"}, False),
                 ({"campaign_id": "C8", "current_status": "Draft"}, False))),
    "activity_stats": of(
        "/reports/stats/email_campaign_activities/A0,A1,A2", "results", "campaign_activity_id",
        lambda i: {"campaign_activity_id": f"A{i}"}, most=0, given={"campaign_activity_id": "A0,A1,A2"},
        parents=MAILINGS),
    "link_clicks": of("/reports/email_reports/A1/links", "link_click_counts", "campaign_activity_id url_id",
                      lambda i: {"url_id": f"{1100407204171 + i}"}, most=0, given=OF_ACTIVITY, parents=MAILINGS),
    "bounces": tracking("bounces"),
    "optouts": tracking("optouts"),
    "opens": tracking("opens"),
    "clicks": tracking("clicks", clicked, "campaign_activity_id contact_id created_time url_id"),
    "sends": tracking("sends"),
    "forwards": tracking("forwards"),
    "sms_summaries": of("/reports/summary_reports/sms_campaign_summaries", "bulk_sms_campaign_summaries",
                        "campaign_id", sent_then, most=50, changed="last_sent_date", look_back=MAILED,
                        kept_order=newest("last_sent_date"), shown=needs_start),
})  # fmt: skip
