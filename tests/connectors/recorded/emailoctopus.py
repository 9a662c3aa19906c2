"""EmailOctopus as recorded: pages of 100 at most, subscribed people only unless asked, reports by status.

From its OpenAPI document, version 2.0.0 (as kept in api-evangelist/emailoctopus, read 2026-11-30).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import Query, Record, Recorded, after, all_of, body, load, when

if TYPE_CHECKING:
    from tests.connectors.fake_platform import FakePlatform

HOST = "api.emailoctopus.com"
SAYS_MORE = "paging.next"
STATUSES = ("subscribed", "unsubscribed", "pending")
ACTS = ("sent", "opened", "clicked", "bounced", "complained", "unsubscribed")
NOT_DONE = ("not-opened", "not-clicked")
OF_CAMPAIGN = {"campaign_id": "C1"}
CAMPAIGNS: tuple[tuple[Record, bool], ...] = (
    ({"id": "C1", "status": "sent", "sent_at": "2026-08-30T07:00:00+00:00"}, True),
    ({"id": "C2", "status": "sending", "sent_at": None}, True),
    ({"id": "C3", "status": "draft", "sent_at": None}, False),
    ({"id": "C4", "status": "error", "sent_at": None}, False),
)


def subscribed_by_default(record: Record, query: Query) -> Record | None:
    return record if record["status"] == query.get("status", "subscribed") else None


def by_act(record: Record, query: Query) -> Record | None:
    """The status stands on the envelope only."""
    act, rest = record["_act"], {name: value for name, value in record.items() if name != "_act"}
    return rest if act == query["status"] else None


def contact(i: int) -> Record:
    return {"id": f"p{i}", "status": STATUSES[i // 2 % 3], "last_updated_at": when(i)}


def reported(i: int) -> Record:
    return {"_act": ACTS[i % 6], "contact_id": f"p{i}", "occurred_at": when(i)}


def silent(i: int) -> Record:
    return {"_act": NOT_DONE[i % 2], "contact_id": f"p{i // 2}", "occurred_at": when(0)}


def of(path: str, records: str | None, key: str, vary: Any, most: int = 100, **more: Any) -> Recorded:
    return Recorded(path, records, tuple(key.split()), vary, most=most if records else 0, **more)


def of_campaign(path: str, records: str | None, key: str, vary: Any, **more: Any) -> Recorded:
    return of(
        f"/campaigns/C1/reports{path}",
        records,
        key,
        vary,
        given=OF_CAMPAIGN,
        parents=CAMPAIGNS,
        draft_is_403=True,
        **{"settles": "sent_at", **more},
    )


def error(status: int, kind: str, **headers: str) -> Answer:
    link = f"https://emailoctopus.com/api-documentation/v2#{kind}"
    return body(
        status, {"title": "An error occurred.", "detail": "text", "status": status, "type": link}, **headers
    )  # fmt: skip


REFUSALS = {
    "credential": error(401, "unauthorized"),
    "permission": error(403, "access-denied"),
    "gone": error(404, "not-found"),
    "question": error(422, "unprocessable-content"),
    "limit": error(429, "too-many-requests", x_ratelimit_retry_after="17"),
    "fault": error(500, "internal-error"),
}


def at_the_desk(desk: FakePlatform, request: Request) -> Answer:
    if request.method != "GET" or request.url != f"https://{HOST}{desk.recorded.path}":
        return REFUSALS["gone"]
    return listed(desk, dict(request.query))


def listed(desk: FakePlatform, query: dict[str, str]) -> Answer:
    if desk.recorded.records is None:
        return body(200, desk.seen(query)[0][1])
    if desk.recorded.path.endswith("/reports") and "status" not in query:
        return REFUSALS["question"]
    if not desk.recorded.most:
        return body(200, {"data": [row for _, row in desk.seen(query)]})
    size = desk.size(query, "limit", 100)
    if size is None:
        return REFUSALS["question"]
    page, cursor = desk.page(query, query.pop("starting_after", ""), size)
    following = {"url": f"https://{HOST}/?x", "starting_after": cursor} if cursor else None
    return body(200, {"data": page, "paging": {"next": following}})


RECORDED = load("emailoctopus", {
    "lists": of("/lists", "data", "id", lambda i: {"id": f"l{i}"}),
    "list_tags": of("/lists/L1/tags", "data", "list_id tag", lambda i: {"tag": f"t{i}"}, given={"list_id": "L1"},
                    parents=(({"id": "L1"}, True),)),
    "contacts": of("/lists/L1/contacts", "data", "list_id id", contact, given={"list_id": "L1"},
                   changed="last_updated_at",
            slips=True, parents=(({"id": "L1"}, True),),
                   shown=all_of(subscribed_by_default, after("last_updated_at.gte", "last_updated_at", True))),
    "campaigns": of("/campaigns", "data", "id", lambda i: {"id": f"C{i}"}),
    "campaign_summary": of_campaign("/summary", None, "id", lambda i: {"id": "C1"}),
    "campaign_links": of_campaign("/links", "data", "campaign_id url",
                                  lambda i: {"url": f"https://example.com/{i}"}, most=0),
    "campaign_contact_reports": of_campaign(
        "", "data", "campaign_id status contact_id occurred_at", reported, shown=by_act,
        keys=lambda record: [{"status": record["_act"], "contact_id": record["contact_id"],
                              "occurred_at": record["occurred_at"]}]),
    "campaign_silent_contacts": of_campaign(
        "", "data", "campaign_id status contact_id", silent, shown=by_act, settles="",
        keys=lambda record: [{"status": record["_act"], "contact_id": record["contact_id"]}]),
}, lambda stream: "paging")  # fmt: skip
