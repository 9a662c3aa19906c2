"""One call to an address that a stranger named.

Its name is looked up once; every address behind it must be public, and one of these very addresses is connected to, so
that a second look cannot find another. The certificate must be that of the name. Nothing is followed, nothing is
unpacked, and both time and size end the call.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpcore2
import httpx2
from httpcore2 import NetworkBackend, NetworkStream

from shared.strangers.addresses import is_callable, is_public
from shared.strangers.fetched import Fetched, NotFetched
from shared.wires import transport

SECONDS = 5.0  # for all of it
LARGEST = 64 * 1024
PORT = 443
LOOKUPS = 4  # at once; a name that takes long to look up holds up others, and never a page for longer than its seconds


Resolve = Callable[[str, float], Sequence[str]]  # a name, and for how long → the addresses behind it


@cache
def _lookups() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(LOOKUPS, "lookup")


def resolve(host: str, seconds: float) -> Sequence[str]:
    """Older addresses first: not every network has the newer ones."""
    asked = _lookups().submit(socket.getaddrinfo, host, PORT, 0, socket.SOCK_STREAM)
    try:
        found = sorted(asked.result(seconds), key=lambda each: each[0] != socket.AF_INET)
    finally:
        asked.cancel()  # where it has not begun
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass
class _Pinned(NetworkBackend):
    """Connects to addresses that were looked at, and to no name."""

    inner: NetworkBackend
    resolve: Resolve
    left: Callable[[], float]

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        addresses = self._looked_up(host)
        if not addresses or not all(map(is_public, addresses)):
            raise NotFetched("This address is not one that everybody can reach.")
        for address in addresses[:-1]:
            try:
                return self._connect(address, port, local_address, socket_options)
            except httpcore2.ConnectError:
                continue
        return self._connect(addresses[-1], port, local_address, socket_options)

    def _looked_up(self, host: str) -> Sequence[str]:
        try:
            return self.resolve(host, self.left())
        except TimeoutError:
            raise httpcore2.ConnectTimeout("the name took too long") from None
        except (OSError, UnicodeError):
            raise httpcore2.ConnectError("the name is not known") from None

    def _connect(self, address: str, port: int, *options: Any) -> NetworkStream:
        left = self.left()
        if left <= 0:
            raise httpcore2.ConnectTimeout("the whole call took too long")
        return self.inner.connect_tcp(address, port, left, *options)


@dataclass(frozen=True)
class Fetcher:
    resolve: Resolve = resolve
    network: NetworkBackend = field(default_factory=httpcore2.SyncBackend)
    context: ssl.SSLContext | None = None  # whose certificates are believed; None: the usual ones
    now: Callable[[], float] = time.monotonic

    def get(self, address: str, accept: str) -> Fetched:
        """Raises NotFetched. Whatever the status: nothing is followed."""
        return self._call("GET", address, {"accept": accept})

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Fetched:
        """Hands something over; raises NotFetched, and then nobody knows whether it came."""
        return self._call("POST", address, {**headers, "accept": "*/*"}, body)

    def _call(self, method: str, address: str, said: Mapping[str, str], body: bytes | None = None) -> Fetched:
        if not is_callable(address):
            raise NotFetched("This is not an https address that is called from here.")
        until = self.now() + SECONDS
        headers = {**said, "accept-encoding": "identity", "user-agent": "tributary"}
        try:
            with (
                self._client(lambda: until - self.now()) as client,
                client.stream(method, address, headers=headers, content=body) as answer,
            ):
                return Fetched(answer.status_code, _kind(answer), _body(answer))
        except httpx2.TimeoutException:
            raise NotFetched("This address took too long to answer.") from None
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise NotFetched("This address cannot be reached, or does not prove whose it is.") from None

    def _client(self, left: Callable[[], float]) -> httpx2.Client:
        """For one call: no connection of one stranger is there for the next."""
        limits = httpx2.Limits(max_connections=1, max_keepalive_connections=0)
        wires = transport(limits, left, _Pinned(self.network, self.resolve, left), self.context)
        return httpx2.Client(transport=wires, follow_redirects=False, trust_env=False, timeout=SECONDS)


def _kind(answer: httpx2.Response) -> str:
    return str(answer.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _body(answer: httpx2.Response) -> bytes:
    if answer.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise NotFetched("This address sent something packed, which nobody asked for.")
    held = bytearray()
    for part in answer.iter_raw():
        held += part
        if len(held) > LARGEST:
            raise NotFetched("This address sent more than is read of it.")
    return bytes(held)
