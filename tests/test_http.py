"""One call to a platform: where it may go, and what may come back. Real sockets where the wire matters."""

from __future__ import annotations

import gzip
import random
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from shared.errors import Bug, Later, Problem
from shared.http import LARGEST, Http, answer
from shared.platforms import platform as platform_named
from shared.unpacking import quickly
from shared.vocabulary.wire import Answer, Request
from tests.support.patience import HANG

MAILCHIMP, CONTACT, OCTOPUS = map(platform_named, ("mailchimp", "constant_contact", "emailoctopus"))
THERE = "https://api.cc.email/v3/contacts"


# -- files ----------------------------------------------------------------------------------------------


FILES = replace(CONTACT, downloads=frozenset({"{bucket}.s3.amazonaws.com"}))
SIGNED = "https://reports-eu.s3.amazonaws.com/r1.json.gz?X-Amz-Signature=abc"


def test_a_file_is_fetched_from_a_declared_host_and_unpacked() -> None:
    body = gzip.compress(b'[{"id": 1}]')
    seen: list[httpx2.Request] = []

    def there(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, content=body)

    http = Http(transport=httpx2.MockTransport(there))
    assert http.send(FILES, Request("GET", SIGNED, bare=True)).json == [{"id": 1}]
    assert "authorization" not in seen[0].headers
    assert not http.send(FILES, Request("GET", THERE)).is_json, "an answer that is no file stays as it is"


@pytest.mark.parametrize(
    "url",
    [
        "https://api.cc.email/v3/contacts",  # a host of the platform's, but none of its files'
        "https://attacker.example/r1.json.gz",
        "https://a.b.s3.amazonaws.com/r1",
        "https://s3.amazonaws.com/r1",
        "http://reports-eu.s3.amazonaws.com/r1",
        "https://reports-eu.s3.amazonaws.com@attacker.example/r1",
        "http://169.254.169.254/computeMetadata/v1/",
    ],
)
def test_a_file_on_another_host_is_refused(url: str) -> None:
    with pytest.raises(Bug, match="foreign-host"):
        Http().send(FILES, Request("GET", url, bare=True))
    with pytest.raises(Bug, match="foreign-host"):
        Http().send(FILES, Request("GET", SIGNED))  # and a file's host never gets a call with the credential


@pytest.mark.slow
def test_a_file_that_is_a_bomb_or_broken_off_is_said() -> None:
    def sending(content: bytes) -> Http:
        reply = httpx2.Response(200, content=content)
        return Http(largest=2**20, transport=httpx2.MockTransport(lambda request: reply))

    with pytest.raises(Bug, match="answer-too-large"):
        sending(gzip.compress(b" " * 50_000_000)).send(FILES, Request("GET", SIGNED, bare=True))
    with pytest.raises(Later, match="half-a-file"):
        sending(gzip.compress(b"[1, 2, 3]" * 1000)[:-20]).send(FILES, Request("GET", SIGNED, bare=True))
    one, other = gzip.compress(b'[{"id": 1},'), gzip.compress(b'{"id": 2}]')
    for whole in (one + other, one + other + b"\0" * 12, gzip.compress(b"") + one + gzip.compress(b"") + other):
        assert sending(whole).send(FILES, Request("GET", SIGNED, bare=True)).json == [{"id": 1}, {"id": 2}]
    for half in (one + other[:-9], one + other[:5], one + b"no gzip"):
        with pytest.raises(Later, match="half-a-file"):
            sending(half).send(FILES, Request("GET", SIGNED, bare=True))


# -- where a call may go --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("constant_contact", THERE),
        ("constant_contact", "https://api.cc.email:443/v3/contacts"),
        ("constant_contact", "https://API.CC.Email/v3/contacts"),
        ("constant_contact", "https://authz.constantcontact.com/oauth2/default/v1/token"),
        ("emailoctopus", "https://api.emailoctopus.com/lists?limit=100"),
        ("mailchimp", "https://us19.api.mailchimp.com/3.0/lists"),
        ("mailchimp", "https://login.mailchimp.com/oauth2/metadata"),
    ],
)
def test_a_platform_is_called_on_its_own_hosts(name: str, url: str) -> None:
    assert Http().address(platform_named(name), url) == url


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("constant_contact", "http://api.cc.email/v3/contacts"),
        ("constant_contact", "https://attacker.example/v3/contacts"),
        ("constant_contact", "https://api.cc.email.attacker.example/v3/contacts"),
        ("constant_contact", "https://xapi.cc.email/v3"),
        ("constant_contact", "https://x.api.cc.email/v3"),
        ("constant_contact", "https://cc.email/v3"),
        ("constant_contact", "https://api.cc.email./v3"),
        ("constant_contact", "https://api.cc.email@attacker.example/v3"),
        ("constant_contact", "https://api.cc.email:443@attacker.example/v3"),
        ("constant_contact", "https://api.cc.email%40attacker.example/v3"),
        ("constant_contact", "https://user@api.cc.email/v3"),
        ("constant_contact", "https://user:word@api.cc.email/v3"),
        ("constant_contact", "https://@api.cc.email/v3"),
        ("constant_contact", "https://attacker.example\\@api.cc.email/v3"),
        ("constant_contact", "https://attacker.example\\.cc.email/v3"),
        ("constant_contact", "https://attacker.example#@api.cc.email/v3"),
        ("constant_contact", "https://attacker.example?@api.cc.email/v3"),
        ("constant_contact", "https://attacker.example/@api.cc.email/v3"),
        ("constant_contact", "https://api.cc.email:8443/v3"),
        ("constant_contact", "https://api.cc.email:0/v3"),
        ("constant_contact", "https://api.cc.email:99999/v3"),
        ("constant_contact", "https://api.cc.email:port/v3"),
        ("constant_contact", "https://[::1/v3"),
        ("constant_contact", "https://[::1]/v3"),
        ("constant_contact", "https://127.0.0.1/v3"),
        ("constant_contact", "https://169.254.169.254/computeMetadata/v1/"),
        ("constant_contact", "https://api\u3002cc\u3002email/v3"),  # dots that are none until a name is looked up
        ("constant_contact", "https://\u0430pi.cc.email/v3"),  # a Cyrillic letter
        ("constant_contact", "https://api.cc.\u212amail/v3"),
        ("constant_contact", "https://xn--pi-7lc.cc.email/v3"),
        ("constant_contact", "https://api.cc\u2100email/v3"),
        ("constant_contact", "//api.cc.email/v3"),
        ("constant_contact", "/v3/contacts"),
        ("constant_contact", "api.cc.email/v3"),
        ("constant_contact", "file:///etc/passwd"),
        ("constant_contact", "javascript:alert(1)"),
        ("constant_contact", "ftp://api.cc.email/v3"),
        ("constant_contact", ""),
        ("mailchimp", "https://api.mailchimp.com/3.0"),
        ("mailchimp", "https://a.b.api.mailchimp.com/3.0"),
        ("mailchimp", "https://.api.mailchimp.com/3.0"),
        ("mailchimp", "https://us1_x.api.mailchimp.com/3.0"),
        ("mailchimp", "https://пример.api.mailchimp.com/3.0"),
        ("mailchimp", "https://us1.api.mailchimp.com.attacker.example/3.0"),
        ("mailchimp", "https://attacker.example/.api.mailchimp.com/3.0"),
        ("mailchimp", "https://us1.api.cc.email/3.0"),
        ("emailoctopus", THERE),  # another platform's host is foreign, too
    ],
)
def test_any_other_address_is_refused_before_a_call_is_made(name: str, url: str) -> None:
    def never(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError("a call was made")

    http = Http(transport=httpx2.MockTransport(never))
    with pytest.raises(Bug) as refusal:
        http.send(platform_named(name), Request("GET", url, headers={"authorization": "Bearer token"}))
    assert refusal.value.code == "foreign-host"


@pytest.mark.parametrize("url", [THERE + "/\x00", THERE + "?" + "x" * 70_000, THERE + "/" + "y" * 70_000])
def test_an_address_that_cannot_be_called_is_a_problem_with_a_name(url: str) -> None:
    with pytest.raises(Bug) as refusal:
        Http(transport=httpx2.MockTransport(lambda _: httpx2.Response(200))).send(CONTACT, Request("GET", url))
    assert refusal.value.code == "odd-address"


@pytest.mark.parametrize(
    ("stand_in", "url", "wanted"),
    [
        ("http://127.0.0.1:9", THERE, "http://127.0.0.1:9/v3/contacts"),
        ("http://127.0.0.1:9/", THERE, "http://127.0.0.1:9/v3/contacts"),
        ("http://127.0.0.1:9/cc", THERE, "http://127.0.0.1:9/cc/v3/contacts"),
        ("http://127.0.0.1:9/cc/", THERE + "?a=b", "http://127.0.0.1:9/cc/v3/contacts?a=b"),
        ("http://127.0.0.1:9/cc", "https://api.cc.email/cc/v3/next", "http://127.0.0.1:9/cc/v3/next"),
        ("https://sandbox.example/a/b", THERE, "https://sandbox.example/a/b/v3/contacts"),
    ],
)
def test_a_server_that_stands_in_gets_the_calls(stand_in: str, url: str, wanted: str) -> None:
    assert Http({"constant_contact": stand_in}).address(CONTACT, url) == wanted


def test_a_stand_in_gets_no_call_that_the_platform_would_not_get() -> None:
    http = Http({"constant_contact": "http://127.0.0.1:9"})
    for url in ("http://127.0.0.1:9/v3", "https://attacker.example/v3", "https://api.cc.email:9/v3"):
        with pytest.raises(Bug, match="foreign-host"):
            http.address(CONTACT, url)
    assert http.address(OCTOPUS, "https://api.emailoctopus.com/x") == "https://api.emailoctopus.com/x"


def test_the_origin_of_a_stand_in_is_told_and_only_then() -> None:
    says = httpx2.MockTransport(lambda _: httpx2.Response(200, json={}))
    assert Http(transport=says).send(CONTACT, Request("GET", THERE)).origin == ""
    stood_in = Http({"constant_contact": "http://127.0.0.1:9/cc"}, transport=says)
    assert stood_in.send(CONTACT, Request("GET", THERE)).origin == "http://127.0.0.1:9"


# -- on the wire ----------------------------------------------------------------------------------------


@dataclass
class Wire:
    """A server that says what it is told, byte by byte, and remembers what it was asked."""

    say: Callable[[socket.socket], None]
    asked: list[str] = field(default_factory=list)
    port: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def up(self) -> Iterator[Wire]:
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = server.getsockname()[1]
            thread = threading.Thread(target=self._serve, args=(server,))
            thread.start()
            try:
                yield self
            finally:
                self.released.set()
                with socket.create_connection(("127.0.0.1", self.port)):
                    thread.join(HANG)

    def _serve(self, server: socket.socket) -> None:
        while True:
            connection, _ = server.accept()
            with connection:
                if self.released.is_set():
                    return
                text = b""
                while b"\r\n\r\n" not in text:
                    text += connection.recv(65_536) or b"\r\n\r\n"
                self.asked.append(text.decode())
                try:
                    self.say(connection)
                except OSError:
                    continue  # the other side had enough

    @property
    def http(self) -> Http:
        return Http({"constant_contact": f"http://127.0.0.1:{self.port}"}, timeout=HANG)


def http_answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


def saying(*parts: bytes) -> Wire:
    def say(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)

    return Wire(say)


def call(wire: Wire, http: Http | None = None) -> Answer:
    with wire.up():
        return (http or wire.http).send(CONTACT, Request("GET", THERE, headers={"authorization": "Bearer token"}))


def refused(wire: Wire, **changes: Any) -> Problem:
    with wire.up(), pytest.raises(Problem) as refusal:
        replace(wire.http, **changes).send(CONTACT, Request("GET", THERE))
    assert "127.0.0.1" not in str(refusal.value) + refusal.value.detail
    return refusal.value


def test_an_answer_is_what_was_said() -> None:
    wire = saying(http_answer(b'{"a":1}', "X-RateLimit-Left: 7", "Content-Type: application/json"))
    found = call(wire)
    assert (found.status, found.json, found.is_json) == (200, {"a": 1}, True)
    assert found.headers["x-ratelimit-left"] == "7"
    assert "accept-encoding: gzip\r\n" in wire.asked[0].lower()


@pytest.mark.slow
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("host", ["attacker.example", "api.cc.email", "127.0.0.1:1"])
def test_a_redirect_is_an_answer_and_is_never_followed(status: str, host: str) -> None:
    wire = saying(http_answer(b"", f"Location: https://{host}/elsewhere", status=status))
    found = call(wire)
    assert found.status == int(status[:3])
    assert len(wire.asked) == 1
    problem = CONTACT.refuse(found)
    assert isinstance(problem, Bug)
    assert problem.code == "redirected"


def test_the_environment_cannot_lead_calls_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert call(saying(http_answer(b"{}"))).json == {}


def test_no_cookie_is_kept_from_one_connection_to_the_next() -> None:
    wire = saying(http_answer(b"{}", "Set-Cookie: session=of-another-client; Path=/"))
    with wire.up():
        http = wire.http
        for _ in range(2):
            http.send(CONTACT, Request("GET", THERE))
    assert len(wire.asked) == 2
    assert "of-another-client" not in wire.asked[1]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ([], "unreachable"),
        ([b"not http at all\r\n\r\n"], "unreachable"),
        ([b"HTTP/1.1 200 OK\r\n"], "unreachable"),
        ([http_answer(b'{"a":', length=100)], "unreachable"),
        ([b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a"'], "unreachable"),
        ([http_answer(b"no gzip", "Content-Encoding: gzip")], "unreachable"),
        ([b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n\r\n"], "unreachable"),
    ],
)
def test_half_an_answer_is_no_answer(said: list[bytes], code: str) -> None:
    problem = refused(saying(*said))
    assert isinstance(problem, Later)
    assert (problem.code, problem.move) == (code, "machine")


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Later) as refusal:
        Http({"constant_contact": f"http://127.0.0.1:{port}"}).send(CONTACT, Request("GET", THERE))
    assert refusal.value.code == "unreachable"


def test_silence_ends_in_time() -> None:
    def say(connection: socket.socket) -> None:
        wire.released.wait(HANG)

    wire = Wire(say)
    problem = refused(wire, timeout=0.05)
    assert isinstance(problem, Later)
    assert problem.code == "timed-out"


def test_silence_in_the_middle_ends_in_time() -> None:
    def say(connection: socket.socket) -> None:
        connection.sendall(http_answer(b'{"a":', length=1000))
        wire.released.wait(HANG)

    wire = Wire(say)
    assert refused(wire, timeout=0.05).code == "timed-out"


@pytest.mark.parametrize(
    ("first", "drop"),
    [(b"HTTP/1.1 200 OK\r\n", b"X"), (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n[", b" "), (b"", b"")],
    ids=["headers", "body", "silence"],
)
def test_a_byte_now_and_then_does_not_keep_a_call_for_ever(first: bytes, drop: bytes) -> None:
    """One end for the whole call: each wait alone is far below its own limit."""

    def say(connection: socket.socket) -> None:
        connection.sendall(first)
        for _ in range(3000):  # a call without an end is one after a minute, with another problem
            if wire.released.wait(0.02):
                return
            connection.sendall(drop)

    wire = Wire(say)
    problem = refused(wire, deadline=timedelta(seconds=0.2))
    assert isinstance(problem, Later)
    assert (problem.code, problem.counts) == ("timed-out", True)


def test_a_connection_that_was_kept_ends_in_time_as_well() -> None:
    """The deadline is the call's, not the connection's: the second call on it has its own."""

    def say(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        connection.recv(65_536)
        wire.released.wait(HANG)

    wire = Wire(say)
    with wire.up():
        http = wire.http
        for _ in range(2):
            assert http.send(CONTACT, Request("GET", THERE)).json == {}
        object.__setattr__(http, "deadline", timedelta(seconds=0.2))
        with pytest.raises(Later, match="timed-out"):
            http.send(CONTACT, Request("GET", THERE))
    assert len(wire.asked) == 1, "all three went over one connection"


# -- how much may come back -----------------------------------------------------------------------------


def bomb(size: int) -> bytes:
    """`size` blanks, as small as gzip makes them."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [squeeze.compress(b" " * 1_000_000) for _ in range(size // 1_000_000)]
    return b"".join([*parts, squeeze.flush()])


def test_the_cap_counts_what_comes_out_of_the_gzip() -> None:
    small = Http(largest=1_000_000, transport=gzipped(b" " * 999_990 + b"[]"))
    assert small.send(CONTACT, Request("GET", THERE)).json == []
    large = Http(largest=1_000_000, transport=gzipped(b" " * 1_000_000 + b"[]"))
    with pytest.raises(Bug) as refusal:
        large.send(CONTACT, Request("GET", THERE))
    assert refusal.value.code == "answer-too-large"


def gzipped(body: bytes, times: int = 1) -> httpx2.MockTransport:
    for _ in range(times):
        body = gzip.compress(body)
    encoding = {"content-encoding": ", ".join(["gzip"] * times)}
    return httpx2.MockTransport(lambda _: httpx2.Response(200, headers=encoding, stream=httpx2.ByteStream(body)))


@pytest.mark.slow
@pytest.mark.parametrize("unpack", [httpx2.Response.iter_bytes, quickly])
def test_a_bomb_costs_no_more_memory_than_the_cap(unpack: Callable[[httpx2.Response], Iterator[bytes]]) -> None:
    """A hundred megabytes in a tenth of one: nothing of it is ever held beyond the cap."""
    packed = bomb(100_000_000)
    assert len(packed) < 110_000
    wire = saying(http_answer(packed, "Content-Encoding: gzip", "Content-Type: application/json"))
    cap = 8 * 2**20
    with wire.up():
        http = replace(wire.http, largest=cap, unpack=unpack)
        tracemalloc.start()
        try:
            with pytest.raises(Bug, match="answer-too-large"):
                http.send(CONTACT, Request("GET", THERE))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 2 * cap + 4 * 2**20


@pytest.mark.slow
def test_a_bomb_in_a_bomb_is_one_as_well() -> None:
    http = Http(largest=2**20, transport=gzipped(gzip.compress(b" " * 50_000_000), times=1))
    assert not http.send(CONTACT, Request("GET", THERE)).is_json  # the inner one is never opened
    doubly = Http(largest=2**20, transport=gzipped(b" " * 50_000_000, times=2))
    with pytest.raises(Bug, match="answer-too-large"):
        doubly.send(CONTACT, Request("GET", THERE))


@pytest.mark.slow
@pytest.mark.parametrize("size", [0, 1, 3_000_000])
@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("behind", [b"", b"\0" * 12])
def test_who_reads_much_unpacks_by_itself(size: int, parts: int, behind: bytes) -> None:
    """The same as the library's own way says, for an answer of several parts, and with padding at its end, too."""
    body = b'{"a": "' + random.Random(size).randbytes(size // 2).hex().encode() + b'"}'
    cut = len(body) // parts + 1
    packed = b"".join(gzip.compress(body[at : at + cut]) for at in range(0, len(body), cut)) + behind
    wire = saying(http_answer(packed, "Content-Encoding: gzip", "Content-Type: application/json"))
    with wire.up():
        assert replace(wire.http, unpack=quickly).send(CONTACT, Request("GET", THERE)).body == body


@pytest.mark.parametrize("encoding", ["", "gzip", "gzip, gzip"])
def test_what_is_not_packed_or_is_so_twice_is_read_as_well(encoding: str) -> None:
    times = encoding.count("gzip")
    http = Http(transport=gzipped(b'{"a": 1}', times), unpack=quickly)
    assert http.send(CONTACT, Request("GET", THERE)).json == {"a": 1}


@pytest.mark.parametrize("unpack", [httpx2.Response.iter_bytes, quickly])
def test_a_refusal_that_says_it_is_packed_and_then_nothing_is_that_refusal(
    unpack: Callable[[httpx2.Response], Iterator[bytes]],
) -> None:
    wire = saying(b"HTTP/1.1 429 Slow down\r\nContent-Encoding: gzip\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n")
    with wire.up():
        answer = replace(wire.http, unpack=unpack).send(CONTACT, Request("GET", THERE))
    assert (answer.status, answer.headers["retry-after"], answer.body) == (429, "7", b"")


PACKED = gzip.compress(b"{}" * 99, mtime=0)


@pytest.mark.parametrize("packed", [b"no gzip", PACKED[:-1], PACKED[:-8] + b"x" * 8], ids=["none", "half", "another"])
def test_half_of_a_packed_answer_or_another_one_than_was_packed(packed: bytes) -> None:
    wire = saying(http_answer(packed, "Content-Encoding: gzip"))
    with wire.up(), pytest.raises(Later) as problem:
        replace(wire.http, unpack=quickly).send(CONTACT, Request("GET", THERE))
    assert problem.value.code == "unreachable"


def test_a_flood_without_gzip_stops_at_the_cap() -> None:
    sent = 0

    def say(connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(10_000):
            connection.sendall(b" " * 100_000)
            sent += 100_000

    assert refused(Wire(say), largest=2**20).code == "answer-too-large"
    assert sent < 200 * 2**20


def test_the_cap_leaves_room_for_the_largest_page() -> None:
    assert LARGEST >= 90 * 2**20  # a page of 1,000 rows with heavy fields; more than a worker's memory it must not be


# -- what is JSON ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b" [1] ", [1]),
        (b"null", None),
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'"\\ud83e\\udd84"', "🦄"),
        ('"مرحبا \u202e שלום"'.encode(), "مرحبا \u202e שלום"),
        (b'"\\u0000"', "\x00"),
        (b'{"name":"Zo\\ud83d"}', {"name": "Zo\ufffd"}),  # half of an emoji
        (b'{"name":"\\uDD84 Zo\\ud83d \\ud83e\\udd84"}', {"name": "\ufffd Zo\ufffd 🦄"}),
        (b'["\\ud83d\\ud83d\\ude00","\\\\ud83d"]', ["\ufffd😀", "\\ud83d"]),
        (b'["\\\\\\ud83d"]', ["\\\ufffd"]),
        (b"[" * 1000 + b"]" * 1000, ...),
        (b"[18446744073709551615, -9223372036854775808]", [2**64 - 1, -(2**63)]),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_json_is_read(body: bytes, value: Any) -> None:
    found = answer(200, {}, body)
    assert found.is_json
    assert found.json == value or value is ...
    assert found.body == body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>sign in</html>",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":1e400}',
        b'{"a":',
        b"{}{}",
        b"{'a':1}",
        b'{"a":1,}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b"\xff\xfe{\x00}\x00",
        b"[" * 5_000 + b"]" * 5_000,
        b"[" * 1_000_000,
        b'{"a":' * 100_000,
        b"undefined",
        b'{"a":"\\ud83d',
    ],
    ids=lambda body: repr(body)[:40],
)
def test_what_is_no_json_is_told_apart(body: bytes) -> None:
    found = answer(200, {}, body)
    assert (found.is_json, found.json, found.body) == (False, None, body)
