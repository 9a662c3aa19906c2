"""A platform on a bad day: what comes back of a call is anything but its answer, or its answer is lost."""

from __future__ import annotations

import random
from dataclasses import dataclass

import httpx2


@dataclass
class FaultyTransport(httpx2.BaseTransport):
    """The platform on a bad day."""

    inner: httpx2.BaseTransport
    dice: random.Random
    chance: float = 0.0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.dice.random() >= self.chance:
            return self.inner.handle_request(request)
        kind = self.dice.choice(
            ["500", "503", "429", "429 told", "timeout", "reset", "half", "prose", "empty", "after"]
        )
        if kind == "timeout":
            raise httpx2.ReadTimeout("no answer", request=request)
        if kind == "reset":
            raise httpx2.RemoteProtocolError("hung up", request=request)
        if kind in {"500", "503"}:
            return httpx2.Response(int(kind), text="<html>oops</html>")
        if kind.startswith("429"):
            told = {"retry-after": str(self.dice.randint(1, 90))} if "told" in kind else {}
            return httpx2.Response(429, headers=told, json={"title": "Too Many Requests"})
        answer = self.inner.handle_request(request)
        answer.read()
        if kind == "after":  # answered, but the answer was lost
            raise httpx2.ReadTimeout("lost", request=request)
        body = {"half": answer.content[: len(answer.content) // 2], "prose": b"Maintenance", "empty": b""}[kind]
        return httpx2.Response(200, content=body, headers={"content-type": "application/json"})
