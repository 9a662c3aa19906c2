"""Addresses that strangers name: which are called, whom we are connected to, and how little can be done to us by it."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpcore2
import pytest
from httpcore2 import NetworkBackend, NetworkStream

from shared.strangers.addresses import is_callable, is_public
from shared.strangers.fetched import Fetched, NotFetched
from shared.strangers.fetching import LARGEST, SECONDS, Fetcher, resolve
from tests.strangers.wire import ANOTHER, PUBLIC, WHERE, Town, answer
from tests.support.certificate import certificate_of


def test_an_answer_is_brought() -> None:
    town = Town(answer(b'{"a": 1}', kind="application/JSON; charset=utf-8"))
    assert town.get() == Fetched(200, "application/json", b'{"a": 1}')
    assert town.looked_up == ["agent.example"]
    assert town.connected == [(PUBLIC, 443)]  # that very address, and no name
    assert town.proved == ["agent.example"]  # the certificate is that of the name
    assert town.closed


def test_what_we_say_tells_nothing_of_us() -> None:
    town = Town()
    town.get(f"{WHERE}?of=1")
    head, *lines = town.said.decode().strip().split("\r\n")
    assert head == "GET /client.json?of=1 HTTP/1.1"
    assert {line.partition(":")[0].lower() for line in lines} <= {
        "host", "accept", "accept-encoding", "user-agent", "connection",
    }  # fmt: skip


def test_what_is_handed_over_goes_by_the_same_rules() -> None:
    town = Town(answer(b"", "307 Temporary Redirect", "text/plain", "Location: https://evil.example/a"))
    assert town.fetcher.post(WHERE, b"{}", {"content-type": "application/json", "x-of": "ours"}).status == 307
    head, _, body = town.said.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /client.json HTTP/1.1")
    assert b"x-of: ours" in head.lower()
    assert body == b"{}"
    assert town.connected == [(PUBLIC, 443)]  # and nobody else
    for odd in ODD:
        with pytest.raises(NotFetched):
            Town().fetcher.post(odd, b"{}", {})
    inside = Town(names=[["10.0.0.1"]])
    with pytest.raises(NotFetched):
        inside.fetcher.post(WHERE, b"{}", {})
    assert inside.connected == []


ODD = [
    "http://agent.example/a",
    "HTTPS://agent.example/a",
    "ftp://agent.example/a",
    "file:///etc/passwd",
    "//agent.example/a",
    "",
    "https://",
    "https:///a",
    "https://agent.example",  # without a path
    "https://agent.example:8443/a",
    "https://agent.example:443/a",
    "https://me@agent.example/a",
    "https://me:you@agent.example/a",
    "https://agent.example@evil.example/a",
    "https://agent.example\\@evil.example/a",
    "https://agent.example\\a",
    "https://agent.example/a#b",
    "https://agent.example/../a",
    "https://agent.example/a/./b",
    "https://agent.example/%2e%2E/a",
    "https://agent.example/a b",
    "https://agent.example/a\r\nHost: evil.example",
    "https://agent.example/\ta",
    " https://agent.example/a",
    "https://agent.example/a\n",
    "https://agent.example./a",
    "https://agent..example/a",
    "https://-agent.example/a",
    "https://Agent.example/a",
    "https://ägent.example/a",
    "https://agent。example/a",
    "https://localhost/a",
    "https://console/a",
    "https://console.local/a",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://10.in-addr.arpa/a",
    "https://127.0.0.1/a",
    "https://169.254.169.254/computeMetadata/v1/",
    "https://2130706433/a",
    "https://0x7f.0.0.1/a",
    "https://0177.0.0.1/a",
    "https://127.1/a",
    "https://[::1]/a",
    "https://[::ffff:127.0.0.1]/a",
    f"https://agent.example/{'a' * 500}",
]


@pytest.mark.parametrize("where", ODD)
def test_what_is_no_plain_https_address_is_not_even_looked_up(where: str) -> None:
    town = Town()
    with pytest.raises(NotFetched, match="not an https address"):
        town.get(where)
    assert (town.looked_up, town.connected) == ([], [])


@pytest.mark.parametrize(
    "where",
    [WHERE, "https://a.b-c.example/", "https://xn--gent-loa.example/a", "https://agent.example/a?b=c", "https://1.example/a"],
)  # fmt: skip
def test_plain_https_addresses_are_called(where: str) -> None:
    assert is_callable(where)


PRIVATE = [
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "::ffff:93.184.216.34", "::93.184.216.34", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "fc00::1",
    "fd00:ec2::254", "192.88.99.1",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:a9fe:a9fe::1", "2001:10::1",
    "3fff::1", "agent.example", "", "127.1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_public_is_not_connected_to(address: str) -> None:
    town = Town(names=[[address]])
    with pytest.raises(NotFetched, match="everybody"):
        town.get()
    assert town.connected == []


@pytest.mark.parametrize("names", [[PUBLIC, "10.0.0.1"], ["::1", PUBLIC], [ANOTHER, PUBLIC, "169.254.169.254"], []])
def test_one_address_that_is_not_public_is_enough(names: list[str]) -> None:
    town = Town(names=[names])
    with pytest.raises(NotFetched, match="everybody"):
        town.get()
    assert town.connected == []


def test_a_name_that_is_another_one_the_second_time_is_looked_up_once() -> None:
    """Rebinding: what was looked at is what is connected to."""
    town = Town(names=[[PUBLIC], ["127.0.0.1"]])
    assert town.get().status == 200
    assert (town.looked_up, town.connected) == (["agent.example"], [(PUBLIC, 443)])
    with pytest.raises(NotFetched, match="everybody"):  # and nothing of the first call is left for the next one
        town.get()
    assert town.connected == [(PUBLIC, 443)]


def test_where_nobody_is_the_next_address_is_tried() -> None:
    town = Town(names=[[PUBLIC, ANOTHER]], dead=(PUBLIC,))
    assert town.get().status == 200
    assert town.connected == [(PUBLIC, 443), (ANOTHER, 443)]
    nobody = Town(names=[[PUBLIC, ANOTHER]], dead=(PUBLIC, ANOTHER))
    with pytest.raises(NotFetched, match="cannot be reached"):
        nobody.get()


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("to", ["https://169.254.169.254/", "http://127.0.0.1/", "https://other.example/a", "/b"])
def test_nothing_is_followed(status: str, to: str) -> None:
    town = Town(answer(b"", status, "text/html", f"Location: {to}"))
    assert town.get().status == int(status.partition(" ")[0])
    assert (town.looked_up, len(town.connected)) == (["agent.example"], 1)


def test_as_much_as_is_read_is_read_and_not_a_byte_more() -> None:
    assert len(Town(answer(b"a" * LARGEST)).get().body) == LARGEST
    with pytest.raises(NotFetched, match="more than is read"):
        Town(answer(b"a" * (LARGEST + 1))).get()


def test_what_has_no_end_is_left() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + b"a" * 5_000_000
    town = Town(endless, at_once=1_000)
    with pytest.raises(NotFetched, match="more than is read"):
        town.get()
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"400\r\n%b\r\n" % (b"a" * 1024) * 5_000
    with pytest.raises(NotFetched, match="more than is read"):
        Town(chunked).get()


def test_headers_without_an_end_are_left() -> None:
    with pytest.raises(NotFetched):
        Town(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %b\r\n" % (n, b"a" * 100) for n in range(100_000))).get()


def test_nothing_is_unpacked() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < LARGEST
    with pytest.raises(NotFetched, match="packed"):
        Town(answer(bomb, "200 OK", "application/json", "Content-Encoding: gzip")).get()


@pytest.mark.parametrize(
    "broken", [b"", b"\0\1\2", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", b"220 smtp\r\n"]
)
def test_what_is_no_answer_is_none(broken: bytes) -> None:
    with pytest.raises(NotFetched, match="cannot be reached"):
        Town(broken).get()


@pytest.mark.parametrize(
    "slow",
    [
        {"per_read": 0.2, "at_once": 1},  # a byte now and then
        {"per_read": 60.0},
        {"per_connection": 60.0},
        {"per_look": 60.0},
        {"per_look": 3.0, "per_connection": 3.0},
    ],
)
def test_five_seconds_are_all_there_are(slow: dict[str, Any]) -> None:
    town = Town(**slow)
    with pytest.raises(NotFetched, match="too long"):
        town.get()
    assert town.time <= SECONDS + 0.2


def test_many_dead_addresses_have_no_more_time_than_one() -> None:
    town = Town(names=[[f"93.184.216.{n}" for n in range(100)]], per_connection=1.0)
    town.dead = tuple(town.names[0])
    with pytest.raises(NotFetched, match="too long"):
        town.get()
    assert (town.time, len(town.connected)) == (SECONDS, SECONDS)


def test_a_name_that_nobody_knows() -> None:
    def nobody(host: str, seconds: float) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(NotFetched, match="cannot be reached"):
        Fetcher(nobody, Town()).get(WHERE, "application/json")


def test_names_are_looked_up_by_the_machine() -> None:
    found = resolve("localhost", SECONDS)
    assert found[0] == "127.0.0.1"
    assert not any(map(is_public, found))


# -- with TLS in earnest -----------------------------------------------------------------------------------


class Led(NetworkBackend):
    """Leads whoever is connected to the public address to a server on this machine."""

    def __init__(self, port: int) -> None:
        self.port, self.inner = port, httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        assert (host, port) == (PUBLIC, 443)
        return self.inner.connect_tcp("127.0.0.1", self.port, timeout, local_address, socket_options)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_of("agent.example", tmp_path_factory.mktemp("tls"))


@pytest.fixture
def served(certificate: Path) -> Iterator[int]:
    """The port of a server that answers whoever does not turn away from its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as caller:
                    caller.recv(65_536)
                    caller.sendall(answer(b'{"served": true}'))
            except OSError:  # they turned away
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def fetcher(port: int, trusted: Path | None) -> Fetcher:
    context = ssl.create_default_context(cafile=str(trusted)) if trusted else None
    return Fetcher(lambda host, seconds: [PUBLIC], Led(port), context)


def test_whose_certificate_is_believed_is_heard(served: int, certificate: Path) -> None:
    assert fetcher(served, certificate).get(WHERE, "application/json").body == b'{"served": true}'


@pytest.mark.parametrize(("where", "trusted"), [("https://other.example/client.json", True), (WHERE, False)])
def test_who_cannot_prove_their_name_is_not_heard(served: int, certificate: Path, where: str, trusted: bool) -> None:
    with pytest.raises(NotFetched, match="does not prove"):
        fetcher(served, certificate if trusted else None).get(where, "application/json")
