"""The one big stream of each platform, serialised once: a page is a slice of one long buffer."""

import json
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, unquote

from infra.sandbox import Box, create
from infra.sandbox.paging import read_cursor, write_cursor
from infra.sandbox.records import Record
from infra.sandbox.times import parse
from infra.sandbox.wire import as_json

Chunks = list[bytes | memoryview]
Query = dict[str, str]


class Buffer:
    """Serialised records in the order of their moments."""

    def __init__(self, rows: Iterable[tuple[int, Record]]) -> None:
        self.moments = array("q")
        starts, parts, size = array("q", [0]), [], 0
        for moment, record in rows:
            part = as_json(record)
            parts.append(part)
            size += len(part) + 1
            starts.append(size)
            self.moments.append(moment)
        if any(later < earlier for earlier, later in pairwise(self.moments)):
            raise ValueError("rows must come in the order of their moments")
        self.starts = starts
        self.bytes = memoryview(b",".join(parts))

    def between(self, low: float | None, high: float | None, inclusive: bool) -> tuple[int, int]:
        """The stretch of rows within bounds."""
        at_low, at_high = (bisect_left, bisect_right) if inclusive else (bisect_right, bisect_left)
        start = 0 if low is None else at_low(self.moments, low)
        return start, max(start, len(self.moments) if high is None else at_high(self.moments, high))

    def slice(self, start: int, end: int) -> memoryview:
        return self.bytes[self.starts[start] : self.starts[end] - 1] if end > start else memoryview(b"")


@dataclass(frozen=True)
class Prebuilt:
    """`answer` takes path and query of a GET, `posted` path and body of a POST. None for calls that are not about the
    big stream: the box answers those."""

    box: Box[Any]
    answer: Callable[[str, str], Chunks | None] = lambda path, query: None
    posted: Callable[[str, bytes], Chunks | None] = lambda path, body: None
    packed: dict[tuple[str, bytes], bytes] = field(default_factory=dict)  # what was asked, by line and body


def _asked(query: str) -> Query:
    return {name: values[-1] for name, values in parse_qs(query).items()}


def _moment(asked: Query, name: str) -> float | None:
    return parse(asked[name]) if name in asked else None


def mailchimp(rows: int, seed: int) -> Prebuilt:
    """`/lists/{id}/members`, every row subscribed; `fields` are not looked at, rows carry no `_links`."""
    source = create("mailchimp", seed=seed, counts={"lists": 1, "members": rows, "campaigns": 0}).world
    list_id = next(iter(source.lists))["id"]
    people = sorted(source.members, key=lambda m: (m.changed, m.id))
    # Nobody carries more tags than a row shows: that would be a call per person, which the box cannot answer.
    people = [member._replace(status="subscribed", tags=member.tags[:4]) for member in people]
    buffer = Buffer((member.changed, source.members.render(member)) for member in people)
    quiet = {"lists": 1, "members": 0, "campaigns": 0, "automations": 0, "landing_pages": 0}
    box = create("mailchimp", seed=seed, counts=quiet, limits=False)
    path_wanted = f"/3.0/lists/{list_id}/members"

    def answer(path: str, query: str) -> Chunks | None:
        asked = _asked(query)
        if path != path_wanted or asked.get("status", "subscribed") != "subscribed":
            return None
        low, high = _moment(asked, "since_last_changed"), _moment(asked, "before_last_changed")
        start, end = buffer.between(low, high, inclusive=False)
        first = min(end, start + int(asked.get("offset", 0)))
        last = min(end, first + min(1000, int(asked.get("count", 10))))
        tail = f'],"list_id":"{list_id}","total_items":{end - start}}}'.encode()
        return [b'{"members":[', buffer.slice(first, last), tail]

    return Prebuilt(box, answer)


def constant_contact(rows: int, seed: int) -> Prebuilt:
    """`/contacts`, every row active and with all that `include` could ask for."""
    counts = {"contacts": rows, "campaigns": 0, "sms": 0}
    source = create("constant_contact", seed=seed, counts=counts).world
    people = sorted(source.contacts, key=lambda c: (c.updated, c.contact_id))
    render = source.contacts.render
    buffer = Buffer(
        (c.updated, render(c._replace(deleted=None, permission="implicit", opted_out=None))) for c in people
    )
    box = create("constant_contact", seed=seed, counts=counts | {"contacts": 0}, limits=False)

    def answer(path: str, query: str) -> Chunks | None:
        asked = _asked(query)
        if path != "/v3/contacts" or asked.get("status", "all") not in ("all", "active"):
            return None
        if {"optout_after", "segment_id", "email"} & set(asked):
            return None
        if "cursor" in asked:
            first, end, limit = read_cursor(asked["cursor"])
        else:
            low, high = _moment(asked, "updated_after"), _moment(asked, "updated_before")
            first, end = buffer.between(low, high, inclusive=False)
            limit = min(500, int(asked.get("limit", 50)))
        last = min(end, first + limit)
        if last == end:
            return [b'{"contacts":[', buffer.slice(first, last), b"]}"]
        way_on = f'],"_links":{{"next":{{"href":"{path}?cursor={write_cursor([last, end, limit])}"}}}}}}'
        return [b'{"contacts":[', buffer.slice(first, last), way_on.encode()]

    return Prebuilt(box, answer)


def emailoctopus(rows: int, seed: int) -> Prebuilt:
    """`/lists/{id}/contacts?status=subscribed`; the other statuses are empty."""
    source = create("emailoctopus", seed=seed, counts={"lists": 1, "contacts": rows, "campaigns": 0}).world
    list_id = next(iter(source.lists))["id"]
    people = sorted(source.contacts, key=lambda c: (c.updated, c.id))
    buffer = Buffer((c.updated, source.contacts.render(c._replace(status="subscribed"))) for c in people)
    box = create("emailoctopus", seed=seed, counts={"lists": 1, "contacts": 0, "campaigns": 0}, limits=False)
    path_wanted = f"/lists/{list_id}/contacts"

    def answer(path: str, query: str) -> Chunks | None:
        asked = _asked(query)
        if path != path_wanted or asked.get("status", "subscribed") != "subscribed":
            return None
        low, high = _moment(asked, "last_updated_at.gte"), _moment(asked, "last_updated_at.lte")
        start, end = buffer.between(low, high, inclusive=True)
        first = read_cursor(asked["starting_after"])[0] if "starting_after" in asked else start
        last = min(end, first + min(100, int(asked.get("limit", 100))))
        way_on = "null"
        if last < end:
            cursor = write_cursor([last])
            url = f"https://api.emailoctopus.com{path}?{unquote(query)}"
            way_on = json.dumps({"url": url, "starting_after": cursor})
        return [b'{"data":[', buffer.slice(first, last), f'],"paging":{{"next":{way_on}}}}}'.encode()]

    return Prebuilt(box, answer)


PREBUILT: dict[str, Callable[[int, int], Prebuilt]] = {
    "mailchimp": mailchimp,
    "constant_contact": constant_contact,
    "emailoctopus": emailoctopus,
}
