"""A feed of a hundred thousand rows in each format, one that has not changed, and eight who read at once: by the real
function, with the clients of Google's services and their stand-ins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx2

from infra.admin.feeds import register
from infra.admin.keys import by_operator
from infra.bench.served import WHERE, AtOnce, Served, served
from shared.feeds.routes import BELOW
from shared.handing.formats import FORMATS
from shared.keys.scopes import OPERATOR
from shared.questions import query_string

LONG = (
    "mart=ads_by_campaign&measures=clicks,impressions,ctr,cost,conversions,conversion_value&grain=day&limit=100000"
    "&dimensions=platform,connection_id,account_id,campaign_name,currency&from=2024-05-21&until=2026-08-31"
)
SHORT = "mart=ads_by_day&measures=clicks,cost&dimensions=platform,currency&grain=day&period=last-365-days&limit=100000"
FACTS = 131_520
ROUNDS, UNCHANGED = 3, 50


@dataclass(frozen=True, slots=True)
class Fed:
    rows: int
    formats: dict[str, tuple[float, float]]  # of each: the least CPU seconds, and megabytes
    unchanged_ms: float
    peak_mb: float
    at_once: AtOnce  # a year by day


@dataclass(frozen=True)
class _Bench:
    served: Served

    def feed(self, asks: str) -> Callable[..., httpx2.Response]:
        question = query_string.read(asks)
        feed, secret, _ = register(self.served.stores).add(by_operator(), OPERATOR, WHERE, "bench", question)
        client = httpx2.Client(auth=(feed.id, secret.reveal()), timeout=120)
        address = f"{self.served.address}{BELOW}/{feed.id}/data"
        return lambda **said: client.get(address, **said)

    def reader(self) -> Callable[[], int]:
        short = self.feed(SHORT)
        return lambda: short().status_code

    def format(self, ask: Callable[..., httpx2.Response], name: str) -> tuple[float, float]:
        sizes: list[int] = []

        def once() -> None:
            sizes.append(len(ask(params={"format": name}).raise_for_status().content))

        return min(self.served.cpu(once) for _ in range(ROUNDS)), sizes[0] / 2**20


def read() -> Fed:
    with served("feed", FACTS) as there:
        bench = _Bench(there)
        long = bench.feed(LONG)
        rows = int(long(params={"format": "csv"}).raise_for_status().headers["Tributary-Rows"])
        took = {name: bench.format(long, name) for name in FORMATS}
        peak = there.peak_mb
        short = bench.feed(SHORT)
        tag = {"If-None-Match": short().headers["ETag"]}
        codes: list[int] = []
        unchanged = there.cpu(lambda: codes.extend(short(headers=tag).status_code for _ in range(UNCHANGED)))
        if {*codes} != {304}:
            raise RuntimeError(f"what has not changed was answered {sorted({*codes})}")
        at_once = there.at_once(bench.reader)
    return Fed(rows, took, unchanged / UNCHANGED * 1000, peak, at_once)
