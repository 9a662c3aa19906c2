"""A network in memory: who is connected to is written down, and somebody answers byte by byte, as the clock goes on."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpcore2
from httpcore2 import NetworkBackend, NetworkStream

from shared.strangers.fetched import Fetched
from shared.strangers.fetching import Fetcher

PUBLIC, ANOTHER = "93.184.216.34", "2606:2800:220:1::1"
WHERE = "https://agent.example/client.json"


def answer(body: bytes = b"{}", status: str = "200 OK", kind: str = "application/json", *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Stream(NetworkStream):
    town: Town
    left: bytes

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.town.pass_time(self.town.per_read, timeout, httpcore2.ReadTimeout)
        size = min(max_bytes, self.town.at_once)
        part, self.left = self.left[:size], self.left[size:]
        return part

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.town.said += buffer

    def close(self) -> None:
        self.town.closed += 1

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        assert ssl_context.verify_mode is ssl.CERT_REQUIRED
        assert ssl_context.check_hostname
        self.town.proved.append(server_hostname)
        return self

    def get_extra_info(self, info: str) -> Any:
        return None


@dataclass
class Town(NetworkBackend):
    """What is there, and what was seen of the caller."""

    answer: bytes = field(default_factory=answer)
    names: list[Sequence[str]] = field(default_factory=lambda: [[PUBLIC]])  # of each look, in turn
    dead: tuple[str, ...] = ()
    at_once: int = 65_536
    per_read: float = 0.0
    per_connection: float = 0.0
    per_look: float = 0.0
    time: float = 0.0
    looked_up: list[str] = field(default_factory=list)
    connected: list[tuple[str, int]] = field(default_factory=list)
    proved: list[str | None] = field(default_factory=list)
    said: bytes = b""
    closed: int = 0

    def pass_time(self, seconds: float, timeout: float | None, over: type[Exception]) -> None:
        assert timeout is not None
        self.time += min(seconds, timeout)
        if seconds > timeout:
            raise over("over")

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        self.connected.append((host, port))
        self.pass_time(self.per_connection, timeout, httpcore2.ConnectTimeout)
        if host in self.dead:
            raise httpcore2.ConnectError("nobody there")
        return Stream(self, self.answer)

    def resolve(self, host: str, seconds: float) -> Sequence[str]:
        self.looked_up.append(host)
        self.pass_time(self.per_look, seconds, TimeoutError)
        return self.names.pop(0)

    @property
    def fetcher(self) -> Fetcher:
        return Fetcher(self.resolve, self, now=lambda: self.time)

    def get(self, where: str = WHERE) -> Fetched:
        return self.fetcher.get(where, "application/json")
