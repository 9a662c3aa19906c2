"""Klaviyo as recorded: only asked-for parts come, filters know their own operators, too large a page is refused.

Shapes and names of fields: openapi/stable.json of klaviyo/openapi, revision 2026-07-15 (commit f0a30ba, 2026-07-23):
the answers of Get Accounts, Lists, List, Profiles for List (and the same of segments), Profiles, Metrics, Events,
Campaigns, Flows, Actions for Flow, Messages for Flow Action, Templates, Forms, Versions for Form, Tags, Tag Groups,
Reviews, Coupons, Coupon Codes for Coupon, Catalog Items, Variants and Categories, Items for Catalog Category; the
statistics of Query Campaign Values, Flow Series, Segment Series and Form Series; its ClientError. `campaigns` and the
reports are shown as they become records: the desk folds them back. Values are made up.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson

from shared.http import answer
from shared.vocabulary.wire import Answer, Request, at
from tests.connectors.recorded import HERE, Query, Record, Recorded, Shown, all_of, load, when

if TYPE_CHECKING:
    from tests.connectors.fake_platform import FakePlatform

HOST = "a.klaviyo.com"
SAYS_MORE = "links.next"
VALUES = {"account_id": "AbC123", "account_zone": "Europe/London", "account_currency": "GBP"}
BASES: dict[str, Record] = json.loads((HERE / "klaviyo.json").read_text())
DAYS = ("2026-08-27", "2026-08-27")
ATTRIBUTED = timedelta(days=90)
EVENTS_ARE_LATE = timedelta(days=2)
OWN_SIZE = 30  # of a page whose size cannot be chosen; made small here, so that there are several
CHANNELS = ("email", "sms", "mobile_push")
METRIC = {"conversion_metric_id": "Pl4c3d"}
AT_LEAST, AFTER, BEFORE = "greater-or-equal", "greater-than", "less-than"
TERM = re.compile(r"([a-z-]+)\(([\w.]+),('[^']*'|[^,()]*)\)(?:,|$)")
Z = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def said(value: Any, status: int = 200, **headers: str) -> Answer:
    return answer(status, headers, orjson.dumps(value))


def error(status: int, code: str, **headers: str) -> Answer:
    one = {
        "id": "5b2c",
        "status": status,
        "code": code,
        "title": "text",
        "detail": "text",
        "source": {"pointer": "/data"},
    }
    return answer(
        status, {name.replace("_", "-"): text for name, text in headers.items()}, orjson.dumps({"errors": [one]})
    )


REFUSALS = {
    "credential": error(401, "not_authenticated"),
    "permission": error(403, "permission_denied"),
    "gone": error(404, "not_found"),
    "question": error(400, "invalid"),
    "limit": error(429, "throttled", retry_after="17"),
    "fault": error(503, "service_unavailable"),
}


# -- at the desk ---------------------------------------------------------------------------------------


def at_the_desk(desk: FakePlatform, request: Request) -> Answer:
    path, query = request.url.removeprefix(f"https://{HOST}"), dict(request.query)
    if request.headers.get("revision") != "2026-07-15":
        return REFUSALS["question"]
    if path != desk.recorded.path:
        return REFUSALS["gone"]
    reports = path.endswith("-reports")
    if (request.method == "POST") != reports or (request.json is not None) != reports:
        return REFUSALS["question"]
    cursor = query.pop("page_cursor" if reports else "page[cursor]", "")
    if desk.recorded.records is None:
        return said(desk.seen(query)[0][1])
    sized = desk.recorded.most != OWN_SIZE
    if not sized and "page[size]" in query:
        return REFUSALS["question"]
    size = desk.size(query, "page[size]", 20 if sized else OWN_SIZE)
    if size is None or not known_filter(query):
        return REFUSALS["question"]
    rows, following = desk.page(query, cursor, size)
    name = "page_cursor" if reports else "page[cursor]"
    link = f"https://{HOST}{path}?{urlencode({**query, name: following})}" if following else None
    return said({**folded(desk, rows), "links": {"self": f"https://{HOST}{path}", "prev": None, "next": link}})


def folded(desk: FakePlatform, rows: list[Record]) -> Record:
    """Records, back in the shape in which they are answered."""
    kind = desk.recorded.path.rpartition("/")[2].removesuffix("s")
    if not kind.endswith("-report"):
        apart = [message for row in rows for message in row.get("messages", [])]
        data = [{name: value for name, value in row.items() if name != "messages"} for row in rows]
        return {"data": data, **({"included": [*map(_message, apart), TAG]} if apart else {})}
    names = (
        "campaign_id",
        "campaign_message_id",
        "flow_id",
        "flow_message_id",
        "segment_id",
        "form_id",
        "send_channel",
    )
    series = "series" in kind
    results = [
        {
            "groupings": {name: row[name] for name in names if name in row},
            "statistics": {
                name: [value] if series else value for name, value in row.items() if name not in (*names, "date_time")
            },
        }
        for row in rows
    ]
    days = {"date_times": [BASES["flow_series_report"]["date_time"]]} if series else {}
    return {"data": {"type": kind, "attributes": {"results": results, **days}}}


TAG = {"type": "tag", "id": "t1", "attributes": {"name": "Summer"}}


def _message(told: Record) -> Record:
    attributes = {name: value for name, value in told.items() if name != "message_id"}
    return {"type": "campaign-message", "id": told["message_id"], "attributes": attributes}


# -- how it chooses --------------------------------------------------------------------------------------


def terms(query: Query) -> list[tuple[str, str, str]]:
    return [(operator, name, value.strip("'")) for operator, name, value in TERM.findall(query.get("filter", ""))]


def known_filter(query: Query) -> bool:
    """Whether every character of the filter belongs to a term."""
    return TERM.sub("", query.get("filter", "")) == ""


def filtered(**fields: tuple[str, tuple[str, ...]]) -> Shown:
    """`fields`: where the record says it, and by which operators. All others are refused: nothing is shown."""

    def shown(record: Record, query: Query) -> Record | None:
        for operator, name, value in terms(query):
            path, operators = fields.get(name.replace(".", "_"), ("", ()))
            if operator not in operators or not _fits(_at(record, path), operator, value):
                return None
        return parts(record, query)

    return shown


def _at(record: Record, path: str) -> Any:
    return record["messages"][0]["definition"]["channel"] if path == "channel" else at(record, path)


def _fits(told: Any, operator: str, value: str) -> bool:
    if operator == "equals":
        return str(told).lower() == value
    if not Z.fullmatch(value):
        return False
    moment, bound = datetime.fromisoformat(told).astimezone(UTC).replace(microsecond=0), datetime.fromisoformat(value)
    return {AT_LEAST: moment >= bound, AFTER: moment > bound, BEFORE: moment < bound}[operator]


def parts(record: Record, query: Query) -> Record:
    """What was asked for: sparse fields, additional fields, and of what it is related to only what is included."""
    if "type" not in (record.get("data") or record):
        return record
    inner = record.get("data") or record
    kind, attributes = inner["type"], dict(inner["attributes"])
    for name in ("subscriptions", "predictive_analytics", "profile_count"):
        if name not in query.get(f"additional-fields[{kind}]", "").split(","):
            attributes.pop(name, None)
    wanted = query.get(f"fields[{kind}]")
    if wanted is not None:
        attributes = {name: value for name, value in attributes.items() if name in wanted.split(",")}
    included = query.get("include", "").split(",")
    related = {
        name: value if name in included else {"links": value["links"]}
        for name, value in inner.get("relationships", {}).items()
    }
    one = {**inner, "attributes": attributes, **({"relationships": related} if related else {})}
    return {**record, "data": one} if "data" in record else one


def own(stream: str, i: int, **changes: Any) -> Record:
    """Record number i, with attributes of its own."""
    return {"id": f"{stream[0]}{i}", "attributes": {**BASES[stream]["attributes"], **changes}}


def listed(stream: str, path: str, most: int, key: str = "id", shown: Shown = parts, **more: Any) -> Recorded:
    vary = more.pop("vary", lambda i: own(stream, i))
    return Recorded(f"/api/{path}", "data", tuple(key.split()), vary, most=most, shown=shown, **more)


def of_all_statuses(record: Record, query: Query) -> Record | None:
    """Whether those that wait or were rejected come without being asked for is not told: here they do not."""
    return record if terms(query) == [("equals", "status", "all")] else None


def with_ties(record: Record, query: Query) -> Record:
    """What a record hangs on is told without being asked for, as the specification shows it."""
    return {**parts(record, query), "relationships": record["relationships"]}


def member(name: str, path: str) -> Recorded:
    group = "list" if name.startswith("list") else "segment"
    given = {f"{group}_id": "Gr0up1"}
    return listed(
        name, f"{path}/Gr0up1/profiles", 100, f"{group}_id profile_id", given=given,
        keys=lambda record: [{"profile_id": record["id"]}],
        parents=(({"id": "Gr0up1"}, True), ({"id": "Gr0up2"}, True)),
    )  # fmt: skip


def counted(name: str, path: str) -> Recorded:
    group = "list" if name.startswith("list") else "segment"
    return Recorded(
        f"/api/{path}/Gr0up1", None, ("day", f"{group}_id"), lambda i: {}, given={f"{group}_id": "Gr0up1"}, shown=parts,
        keys=lambda record: [{"day": "2026-09-03"}], parents=(({"id": "Gr0up1"}, True), ({"id": "Gr0up2"}, True)),
    )  # fmt: skip


def campaign(i: int) -> Record:
    row = own("campaigns", i, updated_at=when(i), archived=i % 5 == 4)
    message = BASES["campaigns"]["messages"][0]
    definition = {**message["definition"], "channel": CHANNELS[i % 3]}
    related = json.loads(json.dumps(BASES["campaigns"]["relationships"]))
    related["campaign-messages"]["data"] = [{"type": "campaign-message", "id": f"m{i}"}]
    return {**row, "relationships": related, "messages": [{**message, "message_id": f"m{i}", "definition": definition}]}


def action(kind: str) -> Record:
    return {"id": "1", "attributes": {"definition": {"type": kind}}}


def metric(name: str) -> Record:
    return {"id": "Pl4c3d", "attributes": {"name": name}}


def report(
    path: str, key: str, vary: Any, first: str, days: tuple[str, str], moving: timedelta, **more: Any
) -> Recorded:
    return Recorded(
        f"/api/{path}", "data", tuple(key.split()), vary, most=OWN_SIZE, days=days, look_back=moving,
        keys=lambda record: [{**record, first: days[0]}], **more,
    )  # fmt: skip


CONVERTING = {"given": METRIC, "parents": ((metric("Placed Order"), True),)}
MESSAGE = "campaign_message_id send_channel conversion_metric_id"
CHANGED = ("attributes.updated", (AT_LEAST, AFTER, BEFORE))

RECORDED = load("klaviyo", {
    "account": listed("account", "accounts", OWN_SIZE, many=1),
    "lists": listed("lists", "lists", 10, made=frozenset({"tag_ids"})),
    "list_counts": counted("list_counts", "lists"),
    "list_members": member("list_members", "lists"),
    "segments": listed("segments", "segments", 10, made=frozenset({"tag_ids"})),
    "segment_counts": counted("segment_counts", "segments"),
    "segment_members": member("segment_members", "segments"),
    "profiles": listed(
        "profiles", "profiles", 100, vary=lambda i: own("profiles", i, updated=when(i)), changed="attributes.updated",
        shown=filtered(updated=("attributes.updated", (AFTER, BEFORE))),
        plain_numbers=frozenset({"latitude", "longitude"})),
    "metrics": listed("metrics", "metrics", OWN_SIZE),
    "conversion_metrics": listed("conversion_metrics", "metrics", OWN_SIZE, made=frozenset({"counts"})),
    "events": listed(
        "events", "events", 1000, vary=lambda i: own("events", i, datetime=when(i)), changed="attributes.datetime",
        look_back=EVENTS_ARE_LATE, shown=filtered(datetime=("attributes.datetime", (AT_LEAST, AFTER, BEFORE))),
        plain_numbers=frozenset({"timestamp"})),
    "campaigns": listed(
        "campaigns", "campaigns", 100, vary=campaign, changed="attributes.updated_at", made=frozenset({"tag_ids"}),
        shown=filtered(
            messages_channel=("channel", ("equals",)), archived=("attributes.archived", ("equals",)),
            updated_at=("attributes.updated_at", (AT_LEAST, AFTER, BEFORE)))),
    "flows": listed(
        "flows", "flows", 50, vary=lambda i: own("flows", i, updated=when(i), archived=i % 5 == 4),
        changed="attributes.updated", made=frozenset({"tag_ids"}),
        shown=filtered(archived=("attributes.archived", ("equals",)), updated=CHANGED)),
    "flow_actions": listed("flow_actions", "flows/FlOw01/flow-actions", 50, "flow_id id", given={"flow_id": "FlOw01"},
                           parents=(({"id": "FlOw01"}, True), ({"id": "FlOw02"}, True))),
    "flow_messages": listed(
        "flow_messages", "flow-actions/1/flow-messages", 50, "flow_action_id id", given={"flow_action_id": "1"},
        made=frozenset({"told"}),
        parents=((action("send-email"), True), (action("time-delay"), False), (action("send-webhook"), False))),
    "templates": listed("templates", "templates", 10),
    "forms": listed("forms", "forms", 100),
    "tags": listed("tags", "tags", 50),
    "tag_groups": listed("tag_groups", "tag-groups", 25),
    "campaign_values_report": report(
        "campaign-values-reports", f"window_start campaign_id {MESSAGE}",
        lambda i: {"campaign_id": f"c{i // 2}", "campaign_message_id": f"m{i}"}, "window_start",
        ("2026-06-14", "2026-09-02"), ATTRIBUTED, **CONVERTING),
    "flow_series_report": report(
        "flow-series-reports", "day flow_id flow_message_id send_channel conversion_metric_id",
        lambda i: {"flow_id": f"f{i // 2}", "flow_message_id": f"m{i}"}, "day", DAYS, ATTRIBUTED,
        made=frozenset({"day"}), **CONVERTING),
    "segment_series": report("segment-series-reports", "day segment_id", lambda i: {"segment_id": f"s{i}"}, "day", DAYS,
                             EVENTS_ARE_LATE, made=frozenset({"day"})),
    "form_versions": listed("form_versions", "forms/F0rm01/form-versions", 100, "form_id id",
                            given={"form_id": "F0rm01"}, parents=(({"id": "F0rm01"}, True), ({"id": "F0rm02"}, True))),
    "form_series_report": report("form-series-reports", "day form_id", lambda i: {"form_id": f"f{i}"}, "day", DAYS,
                                 EVENTS_ARE_LATE, made=frozenset({"day"})),
    "reviews": listed("reviews", "reviews", 100, shown=all_of(with_ties, of_all_statuses)),
    "coupons": listed("coupons", "coupons", 100),
    "coupon_codes": listed("coupon_codes", "coupons/10OFF/coupon-codes", 100, "coupon_id id", shown=with_ties,
                           given={"coupon_id": "10OFF"}, parents=(({"id": "10OFF"}, True), ({"id": "20OFF"}, True))),
    "catalog_items": listed("catalog_items", "catalog-items", 100, made=frozenset({"variant_ids"})),
    "catalog_variants": listed("catalog_variants", "catalog-variants", 100, shown=with_ties,
                               plain_numbers=frozenset()),
    "catalog_categories": listed("catalog_categories", "catalog-categories", 100),
    "catalog_category_items": listed(
        "catalog_category_items", "catalog-categories/C1/items", 100, "category_id item_id",
        given={"category_id": "C1"}, keys=lambda record: [{"item_id": record["id"]}],
        parents=(({"id": "C1"}, True), ({"id": "C2"}, True))),
}, lambda stream: "links")  # fmt: skip
