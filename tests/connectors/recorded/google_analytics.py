"""Google Analytics as recorded: questions in bodies, answers in headers and rows, sums by a question of their own.

Shapes are those of google/analytics/data/v1beta/data.proto, analytics_data_api.proto and admin/v1beta/resources.proto
(googleapis/googleapis), as JSON writes them: what is empty or false is left out, numbers of 64 bits are texts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson

from shared.http import answer
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import Record, Recorded, load

if TYPE_CHECKING:
    from tests.connectors.fake_platform import FakePlatform

PROPERTY = "331234567"
DATA, ADMIN = "https://analyticsdata.googleapis.com/v1beta", "https://analyticsadmin.googleapis.com/v1beta"
DAYS = ("2026-08-20", "2026-08-26")
VALUES = {"account_id": PROPERTY, "account_zone": "Europe/Berlin", "account_currency": "EUR"}
ABOVE = f"/properties/{PROPERTY}"
# As the reference of the API says; everything else is counted.
TYPES = {
    "eventCountPerUser": "TYPE_FLOAT",
    "eventValue": "TYPE_FLOAT",
    "keyEvents": "TYPE_FLOAT",
    "userEngagementDuration": "TYPE_SECONDS",
    **dict.fromkeys(
        ("totalRevenue", "purchaseRevenue", "taxAmount", "shippingAmount", "refundAmount", "itemRevenue"),
        "TYPE_CURRENCY",
    ),
}
METADATA = {
    "currencyCode": "EUR",
    "timeZone": "Europe/Berlin",
    "samplingMetadatas": [{"samplesReadCount": "500000", "samplingSpaceSize": "2500000"}],
    "subjectToThresholding": True,
}


def body(status: int, value: Any) -> Answer:
    return answer(status, {}, orjson.dumps(value))


def google_error(status: int, message: str, word: str, reason: str = "") -> Answer:
    error: dict[str, Any] = {"code": status, "message": message, "status": word}
    if reason:
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        error["details"] = [{"@type": kind, "reason": reason, "domain": "googleapis.com"}]
    return body(status, {"error": error})


REFUSALS = {
    "credential": google_error(401, "Request had invalid authentication credentials.", "UNAUTHENTICATED"),
    "permission": google_error(
        403, "User does not have sufficient permissions for this property.", "PERMISSION_DENIED"
    ),
    "gone": google_error(404, "Requested entity was not found.", "NOT_FOUND"),
    "question": google_error(400, "Invalid value at 'limit' (TYPE_INT64), \"many\"", "INVALID_ARGUMENT"),
    "limit": google_error(429, "Exhausted concurrent requests quota.", "RESOURCE_EXHAUSTED"),
    "fault": google_error(500, "Internal error encountered.", "INTERNAL"),
}


def report(keys: str, vary: Callable[[int], Record], look_back: int = 12) -> Recorded:
    """`keys`: the columns of its key behind property and day, in the order of its dimensions."""
    names = ["account_id", "date", *keys.split()]
    return Recorded(
        f"{ABOVE}:runReport", "rows", tuple(names), vary, most=250_000, total="rowCount",
        look_back=timedelta(days=look_back), days=DAYS,
    )  # fmt: skip


def on(i: int) -> Record:
    """Record number i is of one of the days of the window."""
    return {"date": f"202608{20 + i % 7:02d}"}


def by(*dimensions: str) -> Callable[[int], Record]:
    return lambda i: {**on(i), dimensions[0]: f"value {i:05d}"}


def a_day(i: int) -> Record:
    return {"date": f"202608{20 + i:02d}"}


def key_event(i: int) -> Record:
    return {"name": f"{ABOVE[1:]}/keyEvents/{i}"}


RECORDED = load("google_analytics", {
    "properties": Recorded(ABOVE, None, ("account_id",), lambda i: {},
                           keys=lambda record: [{"account_id": PROPERTY}]),
    "key_events": Recorded(f"{ABOVE}/keyEvents", "keyEvents", ("account_id", "name"), key_event, most=200,
                           keys=lambda record: [{"account_id": PROPERTY, "name": record["name"]}],
                           plain_numbers=frozenset({"default_value"})),
    "daily_overview": replace(report("", a_day), many=7),
    "traffic_acquisition": report("channel_group source medium campaign_id campaign_name", by("sessionSource")),
    "user_acquisition": report("first_channel_group first_source first_medium first_campaign_name",
                               by("firstUserSource")),
    "pages": report("host path page_title", by("pagePath")),
    "landing_pages": report("landing_page channel_group", by("landingPage")),
    "events": report("event_name is_key_event", by("eventName")),
    "ecommerce_items": report("item_id item_name brand category", by("itemId")),
    "ecommerce_daily": replace(report("", a_day), many=7),
    "ecommerce_by_source": report("source medium campaign_name", by("sessionMedium")),
    "transactions": report("transaction_id event_currency", by("transactionId")),
    "geo_device": report("country region city device", by("city")),
})  # fmt: skip


def dimensions_of(record: Record) -> list[str]:
    """In the recorded records they stand before the metrics, which are numbers."""
    return [name for name in record if not str(record[name]).replace(".", "").isdecimal() or name == "date"]


def _keys(recorded: Recorded) -> Recorded:
    """A record's row, by the names of our key; days are written as days."""

    def keys(record: Record) -> list[Record]:
        values = [str(record[name]) for name in dimensions_of(recorded.base)]
        day = f"{values[0][:4]}-{values[0][4:6]}-{values[0][6:]}"
        return [dict(zip(recorded.key, [PROPERTY, day, *values[1:]], strict=True))]

    return replace(recorded, keys=keys) if recorded.days else recorded


RECORDED = {name: _keys(recorded) for name, recorded in RECORDED.items()}


# -- the desk ----------------------------------------------------------------------------------------


def at_the_desk(desk: FakePlatform, request: Request) -> Answer:
    api, method = (DATA, "POST") if desk.recorded.days else (ADMIN, "GET")
    if (request.method, request.url) != (method, api + desk.recorded.path):
        return REFUSALS["gone"]
    if desk.recorded.records is None:
        return body(200, desk.rows[0])
    return _listed(desk, request) if desk.recorded.records == "keyEvents" else _report(desk, request)


def _listed(desk: FakePlatform, request: Request) -> Answer:
    """More than the most is the most. An empty list is left out, as is the word of a next page at the end."""
    size = min(int(request.query.get("pageSize", 50)), desk.recorded.most, desk.capped or desk.recorded.most)
    page, cursor = desk.page({}, request.query.get("pageToken", ""), size)
    said: dict[str, Any] = {"keyEvents": page} if page else {}
    return body(200, {**said, "nextPageToken": cursor} if cursor else said)


def _report(desk: FakePlatform, request: Request) -> Answer:
    said = request.json
    dimensions, metrics = ([one["name"] for one in said[kind]] for kind in ("dimensions", "metrics"))
    rows = desk.rows
    if dimensions == ["year"]:
        sums = {name: str(sum((Decimal(row[name]) for row in rows), Decimal())) for name in metrics}
        rows = [{"year": "2026", **sums}] if rows else []
    known = set(desk.recorded.base) | {"year"}
    if not {*dimensions, *metrics} <= known or len(dimensions) > 9 or not 1 <= len(metrics) <= 10:
        return google_error(400, "Field x is not a valid dimension.", "INVALID_ARGUMENT")
    order = [one["dimension"]["dimensionName"] for one in said.get("orderBys", [])]
    rows = sorted(rows, key=lambda row: [row[name] for name in order])
    offset, limit = int(said.get("offset", 0)), int(said.get("limit", 10_000))
    page = rows[offset : offset + min(limit, desk.recorded.most, desk.capped or limit)]
    found: dict[str, Any] = {
        "dimensionHeaders": [{"name": name} for name in dimensions],
        "metricHeaders": [{"name": name, "type": TYPES.get(name, "TYPE_INTEGER")} for name in metrics],
        "metadata": METADATA,
        "kind": "analyticsData#runReport",
    }
    if rows:  # an empty report has neither
        found |= {"rowCount": len(rows), "rows": [_row(row, dimensions, metrics) for row in page]}
    return body(200, found)


def _row(row: Record, dimensions: list[str], metrics: list[str]) -> Record:
    return {
        "dimensionValues": [{"value": row[name]} for name in dimensions],
        "metricValues": [{"value": row[name]} for name in metrics],
    }


# -- published shapes --------------------------------------------------------------------------------

TEXT, NUMBER, TRUTH = str, (int, float), bool
QUOTA = {"consumed": int, "remaining": int}
# Every field that the definitions name for what we read; a stand-in may leave fields out, but not have others.
PUBLISHED: dict[str, Any] = {
    # analytics_data_api.proto: RunReportResponse; data.proto: ResponseMetaData, PropertyQuota, Row
    "runReport": {
        "dimensionHeaders": [{"name": TEXT}],
        "metricHeaders": [{"name": TEXT, "type": TEXT}],
        "rows": [{"dimensionValues": [{"value": TEXT}], "metricValues": [{"value": TEXT}]}],
        "totals": [{}],
        "rowCount": int,
        "metadata": {
            "dataLossFromOtherRow": TRUTH,
            "samplingMetadatas": [{"samplesReadCount": TEXT, "samplingSpaceSize": TEXT}],
            "schemaRestrictionResponse": {
                "activeMetricRestrictions": [{"metricName": TEXT, "restrictedMetricTypes": [TEXT]}]
            },
            "currencyCode": TEXT,
            "timeZone": TEXT,
            "emptyReason": TEXT,
            "subjectToThresholding": TRUTH,
        },
        "propertyQuota": {
            "tokensPerDay": QUOTA,
            "tokensPerHour": QUOTA,
            "concurrentRequests": QUOTA,
            "serverErrorsPerProjectPerHour": QUOTA,
            "potentiallyThresholdedRequestsPerHour": QUOTA,
            "tokensPerProjectPerHour": QUOTA,
        },
        "kind": TEXT,
    },
    # analytics_data_api.proto: CheckCompatibilityResponse; data.proto: DimensionMetadata, MetricMetadata
    "checkCompatibility": {
        "dimensionCompatibilities": [
            {
                "dimensionMetadata": {
                    "apiName": TEXT,
                    "uiName": TEXT,
                    "description": TEXT,
                    "deprecatedApiNames": [TEXT],
                    "customDefinition": TRUTH,
                    "category": TEXT,
                },
                "compatibility": TEXT,
            }
        ],
        "metricCompatibilities": [
            {
                "metricMetadata": {
                    "apiName": TEXT,
                    "uiName": TEXT,
                    "description": TEXT,
                    "deprecatedApiNames": [TEXT],
                    "type": TEXT,
                    "expression": TEXT,
                    "customDefinition": TRUTH,
                    "blockedReasons": [TEXT],
                    "category": TEXT,
                },
                "compatibility": TEXT,
            }
        ],
    },
    # analytics_admin.proto: ListAccountSummariesResponse; resources.proto: AccountSummary, PropertySummary
    "accountSummaries": {
        "accountSummaries": [
            {
                "name": TEXT,
                "account": TEXT,
                "displayName": TEXT,
                "propertySummaries": [
                    {"property": TEXT, "displayName": TEXT, "propertyType": TEXT, "parent": TEXT, "canEdit": TRUTH}
                ],
            }
        ],
        "nextPageToken": TEXT,
    },
    # resources.proto: Property
    "property": dict.fromkeys(
        (
            "name",
            "propertyType",
            "createTime",
            "updateTime",
            "parent",
            "displayName",
            "industryCategory",
            "timeZone",
            "currencyCode",
            "serviceLevel",
            "deleteTime",
            "expireTime",
            "account",
        ),
        TEXT,
    ),
    # analytics_admin.proto: ListKeyEventsResponse; resources.proto: KeyEvent
    "keyEvents": {
        "keyEvents": [
            {
                "name": TEXT,
                "eventName": TEXT,
                "createTime": TEXT,
                "deletable": TRUTH,
                "custom": TRUTH,
                "countingMethod": TEXT,
                "defaultValue": {"numericValue": NUMBER, "currencyCode": TEXT},
            }
        ],
        "nextPageToken": TEXT,
    },
    # google/rpc/status.proto as the HTTP API of all of Google writes it
    "error": {
        "error": {
            "code": int,
            "message": TEXT,
            "status": TEXT,
            "details": [{"@type": TEXT, "reason": TEXT, "domain": TEXT, "metadata": {}}],
        }
    },
}
PUBLISHED["properties"] = {"properties": [PUBLISHED["property"]], "nextPageToken": TEXT}
