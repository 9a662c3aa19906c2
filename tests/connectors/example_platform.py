"""A platform that nobody has, its streams, and what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from shared.errors import Problem
from shared.http import answer
from shared.reading import Position, Reading, SliceContext, read, request_for
from shared.vocabulary.access import Key
from shared.vocabulary.columns import columns
from shared.vocabulary.platform import Limits, Platform
from shared.vocabulary.slicing import Days
from shared.vocabulary.statuses import refusal
from shared.vocabulary.stream import BARE_LIST, Stream
from shared.vocabulary.wire import Answer

BEGAN = datetime(2026, 9, 3, 12, tzinfo=UTC)


def nobody(credential: Any) -> Any:
    return iter(())


def refuse(given: Answer) -> Problem | None:
    return refusal(given, "Example")


THINGS = Stream(
    "things",
    "Things",
    path="/things",
    records="data",
    columns=columns("id* text Id", "at time At", "status text Status"),
)
DAILY = Stream(
    "daily",
    "Daily",
    path="/reports",
    records=BARE_LIST,
    columns=columns("day* date Day", "id* text Id", "cost money+ Cost", "account_id* text Account"),
    method="POST",
    body={"from": "{from}", "to": "{to}", "columns": ["day", "{not_a_name}"]},
    slices=Days(8, timedelta(days=14), timedelta(days=90), "day"),
)
PLATFORM = Platform(
    "example", "Example", "https://{dc}.example.com/v1", (Key("Somewhere.", ".+"),), lambda c: {}, nobody, Limits(),
    (THINGS,), "1", refuse, values={"dc": r"[a-z]{2}\d"},
)  # fmt: skip
EIGHT_DAYS = SliceContext(
    {"dc": "us1", "account_id": "A1"}, {}, datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 9, tzinfo=UTC), BEGAN
)


def said(value: Any, status: int = 200) -> Answer:
    return answer(status, {}, orjson.dumps(value))


def part(**more: Any) -> SliceContext:
    return SliceContext(**{"values": {"dc": "us1"}, "given": {}, "since": None, "until": None, "began": BEGAN, **more})


def turn(stream: Stream, what: SliceContext, position: Position, given: Answer) -> Reading:
    found = read(PLATFORM, stream, what, position, request_for(PLATFORM, stream, what, position), given)
    assert orjson.loads(orjson.dumps(found.position)) == found.position, "a position is JSON"
    return found
