"""Connections that end in time: each wait for the network is cut to what is left of the whole call.

The timeouts of an HTTP library are for one wait each. Whoever sends a byte now and then could keep a call for ever.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2
from httpcore2 import NetworkBackend, NetworkStream

Left = Callable[[], float | None]  # seconds that are left of the call under way in this thread; None: no limit


@dataclass
class _Stream(NetworkStream):
    inner: NetworkStream
    left: Left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, _cut(timeout, self.left(), httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, _cut(timeout, self.left(), httpcore2.WriteTimeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        cut = _cut(timeout, self.left(), httpcore2.ConnectTimeout)
        return _Stream(self.inner.start_tls(ssl_context, server_hostname, cut), self.left)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


@dataclass
class _Backend(NetworkBackend):
    inner: NetworkBackend
    left: Left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        cut = _cut(timeout, self.left(), httpcore2.ConnectTimeout)
        return _Stream(self.inner.connect_tcp(host, port, cut, local_address, socket_options), self.left)


def _cut(timeout: float | None, left: float | None, over: type[Exception]) -> float | None:
    if left is None:
        return timeout
    if left <= 0:
        raise over("the whole call took too long")
    return left if timeout is None else min(timeout, left)


def transport(
    limits: httpx2.Limits, left: Left, network: NetworkBackend | None = None, context: ssl.SSLContext | None = None
) -> httpx2.BaseTransport:
    """httpx's own transport, over a pool whose connections end in time. `network`: who makes them; `context`: whose
    certificates are believed."""
    made = httpx2.HTTPTransport(limits=limits, trust_env=False)
    made._pool = httpcore2.ConnectionPool(  # there is no other door to the pool's backend
        ssl_context=context or httpx2.create_ssl_context(trust_env=False),
        max_connections=limits.max_connections,
        max_keepalive_connections=limits.max_keepalive_connections,
        keepalive_expiry=limits.keepalive_expiry,
        network_backend=_Backend(network or httpcore2.SyncBackend(), left),
    )
    return made
