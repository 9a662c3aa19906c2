"""Google Analytics 4: Data API and Admin API, v1beta. What surprises about it: docs/platforms/google_analytics.md."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from datetime import timedelta

from shared.errors import Bug
from shared.platforms.google import access as google
from shared.platforms.google_analytics import columns as table
from shared.platforms.google_analytics import custom
from shared.platforms.google_analytics.errors import refuse, rest_after
from shared.platforms.google_analytics.reports import DATA, report
from shared.vocabulary.access import Account, Credential, bearer
from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Cursor
from shared.vocabulary.platform import Custom, Limits, Platform
from shared.vocabulary.statuses import excerpt
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer, Json, Request

ADMIN = "https://analyticsadmin.googleapis.com/v1beta"
READ = "https://www.googleapis.com/auth/analytics.readonly"
PROPERTY = re.compile(r"properties/([0-9]{1,20})")


def listed(answer: Json) -> list[Json]:
    """Key events. An empty list is left out, so the answer is known by holding nothing that does not belong there."""
    if not answer.keys() <= {"keyEvents", "nextPageToken"}:
        raise KeyError("keyEvents")
    found: list[Json] = answer.get("keyEvents", [])
    return [one.copy() for one in found]


STREAMS = (
    Stream(
        "properties", "Property", "/properties/{account_id}", None, columns(table.PROPERTIES), base=ADMIN,
        unproven="It is one record.",
    ),
    Stream(
        "key_events", "Key events", "/properties/{account_id}/keyEvents", "keyEvents", columns(table.KEY_EVENTS),
        {}, Cursor("nextPageToken", "pageToken", 200, "pageSize"), base=ADMIN, unfold=listed,
        unproven="The Admin API does not say how many there are.",
    ),
    report("daily_overview", "Site by day", columns(table.DAILY_OVERVIEW)),
    report("traffic_acquisition", "Sessions by source", columns(table.TRAFFIC_ACQUISITION)),
    report("user_acquisition", "New users by source", columns(table.USER_ACQUISITION)),
    report("pages", "Pages", columns(table.PAGES)),
    report("landing_pages", "Landing pages", columns(table.LANDING_PAGES)),
    report("events", "Events by day", columns(table.EVENTS)),
    report("ecommerce_items", "Items of the shop", columns(table.ECOMMERCE_ITEMS)),
    report("ecommerce_daily", "Shop by day", columns(table.ECOMMERCE_DAILY)),
    report("ecommerce_by_source", "Shop by source", columns(table.ECOMMERCE_BY_SOURCE)),
    report("transactions", "Transactions", columns(table.TRANSACTIONS)),
    report("geo_device", "Places and devices", columns(table.GEO_DEVICE)),
)  # fmt: skip


# -- which properties a login sees -------------------------------------------------------------------

MOST_ASKED = 60  # accounts whose properties are looked at more closely: a person is waiting
TOO_MANY = "This login sees too many accounts at once; please connect with one that sees fewer."


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    """Summaries name every property that the login sees, but not zone and currency: each account's list does."""
    summaries = yield from pages(credential, "accountSummaries", {})
    found: list[Account] = []
    for number, summary in enumerate(one for one in summaries if one.get("propertySummaries")):
        if number >= MOST_ASKED:
            found += [_account(summary, short, {}, TOO_MANY) for short in summary["propertySummaries"]]
            continue
        answered = yield from pages(credential, "properties", {"filter": f"ancestor:{summary['account']}"})
        details = {str(one.get("name")): one for one in answered}
        for short in summary["propertySummaries"]:
            detail = details.get(str(short.get("property")), {})
            closed = "" if detail else "Google Analytics does not show this property's settings to this login."
            found.append(_account(summary, short, detail, closed))
    return tuple(found)


def pages(
    credential: Credential, what: str, query: Mapping[str, str]
) -> Generator[Request, Answer, list[dict[str, Json]]]:
    """A list of the Admin API, all of its pages. An empty one is left out of the answer."""
    request = Request("GET", f"{ADMIN}/{what}", {**query, "pageSize": "200"}, headers=bearer(credential))
    found: list[dict[str, Json]] = []
    while True:
        answer = yield request
        if problem := refuse(answer):
            raise problem
        if not isinstance(answer.json, dict) or not answer.json.keys() <= {what, "nextPageToken"}:
            raise Bug("records-missing", f"The platform's answer no longer holds “{what}”.", excerpt(answer))
        found += answer.json.get(what, [])
        following = answer.json.get("nextPageToken")
        if not following or following == request.query.get("pageToken"):
            return found
        request = request.asking(pageToken=following)


def _account(summary: Json, short: Json, detail: Json, closed: str) -> Account:
    name = PROPERTY.fullmatch(str(short.get("property")))
    if name is None:
        raise Bug("odd-id", "The platform named a property in a form that is not known.")
    title, above = short.get("displayName") or name[1], summary.get("displayName")
    return Account(
        id=name[1],
        title=f"{title} ({above})" if above and above != title else title,
        zone=detail.get("timeZone") or "UTC",
        currency=detail.get("currencyCode") or "",
        closed=closed,
    )


GOOGLE_ANALYTICS = Platform(
    name="google_analytics",
    title="Google Analytics",
    base=DATA,
    auth=google.ways(
        READ,
        "to read the figures and the settings of the properties that you choose",
        "Then add the account's address in Google Analytics, under Property access management, as a Viewer.",
        "https://developers.google.com/analytics/devguides/reporting/data/v1/quickstart",
    ),
    authorise=bearer,
    discover=discover,
    # Ten requests at once for a property, all who ask together.
    limits=Limits(at_once=4, rest=timedelta(seconds=30), rest_after=rest_after),
    streams=STREAMS,
    version="v1beta",
    refuse=refuse,
    hosts=frozenset({"analyticsadmin.googleapis.com"}),
    custom=Custom(custom.check, custom.stream),
    reads="Visits, pages, events, key events and shop figures by day, and the settings of the property.",
)
