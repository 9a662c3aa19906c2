"""Whatever a platform answers, no word of a record gets into a document or a line of the log."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import httpx2
import orjson
import pytest

from shared import log
from shared.platforms import PLATFORMS
from shared.reading.records import name_of
from shared.states import Reason
from shared.vocabulary.shapes import LONGEST, code, names, shape, words
from shared.vocabulary.wire import Answer
from tests.flow.lives import LIVES
from tests.flow.pipeline import Pipeline

pytestmark = pytest.mark.slow

PERSON = {
    "name": "Jane Q. Sparrow", "title": "Dr. Sparrow", "status": "Widowed, moved away", "type": "Private patient",
    "email": "jane.sparrow@example.com", "phone": "+49 170 1234567", "note": "owes 4,711.50 to Bob",
    "code": "Jane's own code", "message": "Call me at home", "detail": "lives at 5 High Street",
    "address": {"street": "5 High Street", "city": "Springfield", "errors": ["Jane Sparrow is ill"]},
}  # fmt: skip
# Each makes of what the platform says something that nobody asked for; the person's data is in all of them.
HOSTILE: dict[str, Any] = {
    "another shape": lambda body: (200, {"found": [PERSON], "was": body}),
    "a bare list": lambda body: (200, [PERSON, PERSON, body]),
    "one record": lambda body: (200, PERSON),
    "a text": lambda body: (200, "Jane Q. Sparrow, 5 High Street"),
    "errors beside": lambda body: (200, {"errors": [PERSON], "data": PERSON}),
    "prose": lambda body: (200, b"<p>Jane Q. Sparrow lives at 5 High Street</p>"),
    "refused": lambda body: (400, PERSON),
    "refused in a list": lambda body: (400, [PERSON]),
    "refused in an error": lambda body: (400, {"error": PERSON, "errors": [PERSON]}),
    "refused in words": lambda body: (400, {"error": {"code": 1, "message": f"“{PERSON['name']}” {PERSON['email']}"}}),
    "forbidden": lambda body: (403, PERSON),
    "forbidden at the edge": lambda body: (403, b"Jane Q. Sparrow, jane.sparrow@example.com"),
    "not there": lambda body: (404, PERSON),
    "limited": lambda body: (429, PERSON),
    "down": lambda body: (503, [PERSON]),
    "sums of it": lambda body: (422, {**PERSON, "errors": [{"message": "'Jane Q. Sparrow' is no number"}]}),
}  # fmt: skip


def said(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from said(each)
    elif isinstance(value, str):
        yield value


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(log, "stream", stream)
    return stream


class Telling(httpx2.BaseTransport):
    def __init__(self, inner: httpx2.BaseTransport, how: str, good: int) -> None:
        self.inner, self.how, self.good = inner, how, good

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        found = self.inner.handle_request(request)
        found.read()
        self.good -= 1
        if self.good >= 0:
            return found
        try:
            body = orjson.loads(found.content)
        except orjson.JSONDecodeError:
            body = None
        status, hostile = HOSTILE[self.how](body)
        if isinstance(hostile, bytes):
            return httpx2.Response(status, content=hostile, headers={"content-type": "text/html"})
        return httpx2.Response(status, json=hostile)


@pytest.mark.parametrize("platform", sorted(LIVES))
def test_no_word_of_a_record_is_kept_or_logged(platform: str, out: io.StringIO) -> None:
    life = LIVES[platform]
    secrets = {*said(PERSON), "Sparrow", "High Street", "4,711", "1234567"}
    for how in HOSTILE:
        for good in (0, 2):
            world = Pipeline(platform, streams=life.streams, counts=life.counts, history_days=life.days)
            http: Any = world.machine.extractor.http
            object.__setattr__(http.inner, "transport", Telling(http.inner.transport, how, good))
            http.inner.__dict__.pop("client", None)
            world.machine.planner.runs.begin(world.connection, Reason.OPERATOR, "first")
            for _ in range(12):
                world.machine.drain()
                world.clock.forward(minutes=6)
                world.machine.ticker.tick()
            kept = repr(world.machine.documents.docs) + out.getvalue()
            kept = kept.replace(world.connection.account, "")  # a number that may look like one of the person's
            assert not [word for word in secrets if word in kept], (how, good)


# -- shapes -----------------------------------------------------------------------------------------------


def answer(status: int, body: Any) -> Answer:
    if isinstance(body, bytes):
        return Answer(status, {"content-type": "text/html; charset=Jane"}, body)
    return Answer(status, {}, orjson.dumps(body), body, is_json=True)


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, {"data": [{"id": "a1", "n": 5, "on": True, "of": None}]},
         "HTTP 200: {data: list 1 of {id: text 2, n: number, on: yes or no, of: null}}"),
        (200, [], "HTTP 200: list 0"),
        (200, {"jane@example.com": 1}, "HTTP 200: {(name of 16): number}"),
        (503, b"<p>Jane</p>", "HTTP 503: 11 bytes of text/html, no JSON"),
        (400, {"type": "about:blank", "title": "Invalid Resource", "status": 400, "detail": "no such field 'emial'"},
         "HTTP 400: {type: about:blank, title: “Invalid Resource”, status: 400, detail: “no such field 'emial'”}"),
        (400, {"error": {"code": 100, "message": "(#100) a@b.de is no 'Jane Doe'", "type": "OAuthException"}},
         "HTTP 400: {error: {code: 100, message: “(#100) *** is no ***”, type: OAuthException}}"),
        (400, [{"error_key": "contacts.api.validation.error", "error_message": "no"}],
         "HTTP 400: list 1 of {error_key: “contacts.api.validation.error”, error_message: “no”}"),
        (400, {"title": "Dr.", "name": "Jane"}, "HTTP 400: {title: text 3, name: text 4}"),
        (200, {"title": "Dr.", "status": "x"}, "HTTP 200: {title: text 3, status: text 1}"),
    ],
)  # fmt: skip
def test_shapes_say_what_an_engineer_needs(status: int, body: Any, told: str) -> None:
    assert shape(answer(status, body)) == told


def test_a_shape_is_short_whatever_it_is_of() -> None:
    deep: Any = "Jane"
    for _ in range(200):
        deep = [{"a": deep, "b": deep}] if len(repr(deep)) < 10_000 else {"a": deep}
    for body in (deep, {f"name{n}": n for n in range(1000)}, [[[[["Jane"]]]]], {"x" * 5000: "Jane"}):
        found = shape(answer(400, body))
        assert len(found) <= LONGEST
        assert "Jane" not in found
    assert code("COMPLETED") == "COMPLETED"
    assert code("Jane Sparrow") == "text 12"
    assert names({"id": 1, "jane@example.com": 2}) == "id, (name of 16)"
    assert "170" not in words("call +49 170 1234567 now")


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_a_record_is_recognised_by_a_digest_and_not_by_what_it_says(platform: str) -> None:
    for stream in PLATFORMS[platform].streams:
        assert "Sparrow" not in name_of(stream, PERSON)
        key = [column for column in stream.columns if column.key and len(column.path) == 1]
        record = {column.path[0]: "jane.sparrow@example.com" for column in key}
        assert "@" not in name_of(stream, record)
