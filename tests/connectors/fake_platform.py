"""A platform at its desk: it answers calls by its own documentation, in memory. And a reader that walks a stream.

The desk knows nothing of our page rules; what it checks and refuses is what the platform's documentation says.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from shared.errors import Bug, Problem
from shared.http import Http, answer
from shared.kit.calendar import as_moments
from shared.reading import Part, Position, Reading, about_account, instead, read, request_for
from shared.rows.shaping import Notes, shaper
from shared.secret import Secret
from shared.vocabulary.access import App, Credential
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Row, Stream
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import (
    BEGAN,
    MIDDLE,
    Query,
    Record,
    Recorded,
    amazon_ads,
    google_ads,
    google_analytics,
    instagram,
    klaviyo,
    meta_ads,
    metricool,
    shopify,
)
from tests.connectors.recorded.constant_contact import RECORDED as CONSTANT_CONTACT
from tests.connectors.recorded.emailoctopus import RECORDED as EMAILOCTOPUS
from tests.connectors.recorded.mailchimp import RECORDED as MAILCHIMP

RECORDED = {
    "mailchimp": MAILCHIMP,
    "constant_contact": CONSTANT_CONTACT,
    "emailoctopus": EMAILOCTOPUS,
    "google_ads": google_ads.RECORDED,
    "google_analytics": google_analytics.RECORDED,
    "instagram": instagram.RECORDED,
    "klaviyo": klaviyo.RECORDED,
    "meta_ads": meta_ads.RECORDED,
    "metricool": metricool.RECORDED,
    "amazon_ads": amazon_ads.RECORDED,
    "shopify": shopify.RECORDED,
}
HOSTS = {
    "mailchimp": "us14.api.mailchimp.com",
    "constant_contact": "api.cc.email",
    "emailoctopus": "api.emailoctopus.com",
    "google_ads": google_ads.HOST,
    "instagram": instagram.HOST,
    "klaviyo": klaviyo.HOST,
    "meta_ads": meta_ads.HOST,
    "metricool": metricool.HOST,
    "amazon_ads": amazon_ads.HOST,
    "shopify": shopify.HOST,
}
TOKEN = "0123456789abcdef0123456789abcdef-us14"
CREDENTIAL = Credential(
    Secret(TOKEN),
    values={"shop": "demo-bakery", **amazon_ads.ASKED},
    app=App("app-1", Secret("secret-of-the-app")),
)
VALUES = {
    "mailchimp": {"dc": "us14"},
    "amazon_ads": amazon_ads.ACCOUNT,
    "google_ads": google_ads.ACCOUNT,
    "google_analytics": google_analytics.VALUES,
    "instagram": instagram.ACCOUNT,
    "klaviyo": klaviyo.ACCOUNT,
    "meta_ads": meta_ads.ACCOUNT,
    "metricool": metricool.ACCOUNT,
    "shopify": shopify.SHOP,
}
CARRIED = {  # how the token is sent along, where not as a bearer
    "metricool": ("x-mc-auth", TOKEN),
    "shopify": ("x-shopify-access-token", TOKEN),
}
MOST_CALLS = 200


class NeverEnds(AssertionError):
    pass


def body(status: int, value: Any, **headers: str) -> Answer:
    return answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, orjson.dumps(value))


def carried(platform: str) -> tuple[str, str]:
    """The header that carries the credential, and what stands in it."""
    return CARRIED.get(platform, ("authorization", f"Bearer {TOKEN}"))


@dataclass
class FakePlatform:
    """`rows` may be changed between two calls. `capped`: pages are smaller than what was asked for."""

    platform: str
    recorded: Recorded
    rows: list[Record]
    capped: int = 0
    refused: frozenset[str] = frozenset()  # names that the account does not have: one of them spoils the question
    before: Callable[[FakePlatform], None] = lambda desk: None
    calls: list[Request] = field(default_factory=list)
    made: dict[str, dict[str, str]] = field(default_factory=dict)  # reports, each with what was asked
    cursors: dict[str, tuple[dict[str, str], list[int]]] = field(default_factory=dict)

    def __call__(self, request: Request) -> Answer:
        if self.calls:
            self.before(self)
        self.calls.append(request)
        if len(self.calls) > MOST_CALLS:
            raise NeverEnds("the reading does not end")
        header, text = carried(self.platform)
        if not request.bare and request.headers.get(header) != text:
            return REFUSALS[self.platform]["credential"]
        if self.platform in DESKS:
            return DESKS[self.platform](self, request)
        path = request.url.removeprefix(f"https://{HOSTS[self.platform]}")
        if request.method != "GET" or path != self.recorded.path:
            if path.rpartition("/")[0] == self.recorded.path.rpartition("/")[0] and "," in self.recorded.path:
                return self._several(path)
            return REFUSALS[self.platform]["gone"]
        return {"mailchimp": self._mailchimp, "constant_contact": self._constant_contact}.get(
            self.platform, self._emailoctopus
        )(dict(request.query))

    def seen(self, query: Query) -> list[tuple[int, Record]]:
        rows = self.rows
        if self.recorded.kept_order is not None:
            rows = sorted(rows, key=self.recorded.kept_order)
        shown = ((id(row), self.recorded.shown(row, query)) for row in rows)
        return [(name, row) for name, row in shown if row is not None]

    def size(self, query: Query, parameter: str, default: int) -> int | None:
        """How many records this page may have; None when the platform refuses the number."""
        asked = int(query.get(parameter, default))
        if not 1 <= asked <= self.recorded.most:
            return None
        return min(asked, self.capped) if self.capped else asked

    def _mailchimp(self, query: dict[str, str]) -> Answer:
        found = self.seen(query)
        if self.recorded.records is None:
            return body(200, {**found[0][1], "_links": []})
        if query.get("sort_field") == "last_changed":
            found.sort(key=lambda each: (each[1]["last_changed"], each[1]["id"]))
        total = len(found)
        if self.recorded.most:
            size = self.size(query, "count", 10)
            if size is None:
                return REFUSALS["mailchimp"]["question"]
            found = found[int(query.get("offset", "0")) :][:size]
        rows = [{**row, "_links": [{"rel": "self"}]} for _, row in found]
        return body(200, {self.recorded.records: rows, "total_items": total, "_links": []})

    def _emailoctopus(self, query: dict[str, str]) -> Answer:
        if self.recorded.records is None:
            return body(200, self.seen(query)[0][1])
        if self.recorded.path.endswith("/reports") and "status" not in query:
            return REFUSALS["emailoctopus"]["question"]
        if not self.recorded.most:
            return body(200, {"data": [row for _, row in self.seen(query)]})
        size = self.size(query, "limit", 100)
        if size is None:
            return REFUSALS["emailoctopus"]["question"]
        page, cursor = self.page(query, query.pop("starting_after", ""), size)
        following = {"url": f"https://{HOSTS['emailoctopus']}/?x", "starting_after": cursor} if cursor else None
        return body(200, {"data": page, "paging": {"next": following}})

    def _constant_contact(self, query: dict[str, str]) -> Answer:
        recorded = self.recorded
        if recorded.records is None:
            return body(200, self.seen(query)[0][1])
        if recorded.path.endswith("sms_campaign_summaries") and not {"start_at", "cursor"} & set(query):
            return REFUSALS["constant_contact"]["question"]
        if not recorded.most:
            return body(200, {recorded.records: [row for _, row in self.seen(query)], "errors": []})
        cursor, counts = query.pop("cursor", ""), {}
        if cursor and query:
            return REFUSALS["constant_contact"]["question"]  # filters and a cursor do not mix
        size = self.size(self.cursors[cursor][0] if cursor else query, "limit", 50)
        if size is None:
            return REFUSALS["constant_contact"]["question"]
        if query.get("include_count") == "true" and recorded.total:
            counts = {recorded.total: len(self.seen(query))}
        page, cursor = self.page(query, cursor, size)
        href = f"{recorded.path}?cursor={cursor}" if cursor else None
        return body(200, {recorded.records: page, **counts, "_links": {"next": {"href": href}} if href else {}})

    def page(self, query: dict[str, str], cursor: str, size: int) -> tuple[list[Record], str]:
        """A page and the cursor behind it. A cursor remembers its question and what is still to come."""
        if cursor:
            query, left = self.cursors[cursor]
        else:
            left = [name for name, _ in self.seen(query)]
        now = dict(self.seen(query))
        there = [name for name in left if name in now]
        page, rest = there[:size], there[size:]
        name = b64encode(f"{len(self.cursors)}|{cursor[:4]}".encode()).decode() if rest else ""
        if rest:
            self.cursors[name] = (query, rest)
        return [now[one] for one in page], name

    def _several(self, path: str) -> Answer:
        """A call for several ids at once; one that is gone makes it fail as a whole."""
        ids = path.rpartition("/")[2].split(",")
        by_id = {str(next(iter(self.recorded.vary(i).values()))): i for i in range(len(self.rows))}
        if any(one not in by_id for one in ids):
            return REFUSALS[self.platform]["gone"]
        assert self.recorded.records is not None
        return body(200, {self.recorded.records: [self.rows[by_id[one]] for one in ids], "errors": []})


# What a desk says whose platform does not simply list records: its own module answers.
DESKS: Mapping[str, Callable[[FakePlatform, Request], Answer]] = {
    "amazon_ads": amazon_ads.at_the_desk,
    "google_ads": google_ads.at_the_desk,
    "google_analytics": google_analytics.at_the_desk,
    "instagram": instagram.at_the_desk,
    "klaviyo": klaviyo.at_the_desk,
    "meta_ads": meta_ads.at_the_desk,
    "metricool": metricool.at_the_desk,
    "shopify": shopify.at_the_desk,
}


def mailchimp_error(status: int, title: str) -> Answer:
    link = "https://mailchimp.com/developer/marketing/docs/errors/"
    return body(status, {"type": link, "title": title, "status": status, "detail": "text", "instance": "7c1c2f7e"})


def emailoctopus_error(status: int, kind: str, **headers: str) -> Answer:
    link = f"https://emailoctopus.com/api-documentation/v2#{kind}"
    return body(
        status, {"title": "An error occurred.", "detail": "text", "status": status, "type": link}, **headers
    )  # fmt: skip


def constant_contact_error(status: int, key: str, listed: bool = False) -> Answer:
    error = {"error_key": key, "error_message": "text"}
    return body(status, [error] if listed else error)


# What each platform says when it refuses, in its own words.
REFUSALS: dict[str, dict[str, Answer]] = {
    "mailchimp": {
        "credential": mailchimp_error(401, "API Key Invalid"),
        "permission": mailchimp_error(403, "Forbidden"),
        "gone": mailchimp_error(404, "Resource Not Found"),
        "question": mailchimp_error(400, "Invalid Resource"),
        "limit": mailchimp_error(429, "Too Many Requests"),
        "fault": mailchimp_error(500, "Internal Server Error"),
    },
    "constant_contact": {
        "credential": constant_contact_error(401, "unauthorized"),
        "permission": constant_contact_error(403, "forbidden"),
        "gone": constant_contact_error(404, "not_found", listed=True),
        "question": constant_contact_error(400, "contacts.api.validation.error", listed=True),
        "limit": constant_contact_error(429, "throttled"),
        "fault": constant_contact_error(500, "internal_server_error"),
    },
    "emailoctopus": {
        "credential": emailoctopus_error(401, "unauthorized"),
        "permission": emailoctopus_error(403, "access-denied"),
        "gone": emailoctopus_error(404, "not-found"),
        "question": emailoctopus_error(422, "unprocessable-content"),
        "limit": emailoctopus_error(429, "too-many-requests", x_ratelimit_retry_after="17"),
        "fault": emailoctopus_error(500, "internal-error"),
    },
    "google_ads": google_ads.REFUSALS,
    "google_analytics": google_analytics.REFUSALS,
    "instagram": instagram.REFUSALS,
    "klaviyo": klaviyo.REFUSALS,
    "meta_ads": meta_ads.REFUSALS,
    "metricool": metricool.REFUSALS,
    "amazon_ads": amazon_ads.REFUSALS,
    "shopify": shopify.REFUSALS,
}


def part(platform: Platform, recorded: Recorded, incremental: bool = False) -> Part:
    values = VALUES.get(platform.name, {})
    if recorded.days is not None:
        first, last = map(date.fromisoformat, recorded.days)
        return Part(values, dict(recorded.given), *as_moments((first, last)), BEGAN)
    return Part(values, dict(recorded.given), MIDDLE if incremental else None, None, BEGAN)


def carrying(platform: Platform, request: Request) -> Request:
    """A call as it goes out: with its credential, unless its address is signed."""
    return request if request.bare else request.with_headers(platform.authorise(CREDENTIAL))


@dataclass
class Walk:
    """A slice read to its end."""

    rows: list[Row] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)

    def keys(self, *names: str) -> list[tuple[str, ...]]:
        return [tuple(str(row.get(name)) for name in names) for row in self.rows]


def walk(
    platform: Platform,
    stream: Stream,
    what: Part,
    desk: Callable[[Request], Answer],
    start: Position | None = None,
    another_way: bool = False,
) -> Walk:
    """Read a slice as the engine does: every position is kept as JSON between two calls.

    `another_way`: what is too much is asked for in parts, instead of being an error.
    """
    found, http = Walk(), Http()
    position: Position | None = start or {}
    while position is not None:
        following: Request | None = request_for(platform, stream, what, position)
        try:
            while following is not None:
                assert http.address(platform, following.url, following.bare) == following.url
                answered = desk(carrying(platform, following))
                reading = read(platform, stream, what, position, following, answered)
                following = reading.follow
        except Problem as problem:
            position = instead(stream, what, position, problem) if another_way or isinstance(problem, Bug) else None
            if position is None:
                raise
            continue
        found.readings.append(reading)
        given = {**about_account(stream, what.values), **reading.given}
        found.rows += shaper(stream).rows(reading.records, given, found.notes)
        position = orjson.loads(orjson.dumps(reading.position))
        assert position == reading.position, "the position is not plain JSON"
    return found
