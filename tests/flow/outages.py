"""Some of a platform that does not answer for a while: all calls made for one stream, whatever their address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import httpx2

from tests.flow.pipeline import Pipeline, at_work
from tests.support.memory import Time

FOR_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Outage:
    stream: str
    status: int = 503
    since: datetime = datetime.min.replace(tzinfo=UTC)
    until: datetime = FOR_EVER
    connection: str = ""  # of this one only

    def hits(self, stream: str, now: datetime) -> bool:
        concerned = stream == self.stream and self.connection in ("", at_work("connection"))
        return concerned and self.since <= now < self.until


@dataclass
class Outages(httpx2.BaseTransport):
    """Between us and the platform. What a worker is at work on stands in every line of the log, so it is known here."""

    inner: httpx2.BaseTransport
    clock: Time
    seconds: float = 0.0  # that every call takes
    under_way: list[Outage] = field(default_factory=list)
    met: int = 0  # calls that were answered by an outage
    asked: list[str] = field(default_factory=list)  # the stream of every call

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        stream = at_work("stream")
        self.asked.append(stream)
        self.clock.forward(seconds=self.seconds)
        for outage in self.under_way:
            if outage.hits(stream, self.clock.now()):
                self.met += 1
                return httpx2.Response(outage.status, text="<html>out of order</html>")
        return self.inner.handle_request(request)


def outages(world: Pipeline, seconds: float = 0.0) -> Outages:
    """From now on this world's platform can be out of order, in part."""
    http = cast(Any, world.machine.extractor.http).inner
    transport = Outages(http.transport, world.clock, seconds)
    object.__setattr__(http, "transport", transport)
    return transport
