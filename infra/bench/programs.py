"""What the function `api` takes for a question, a dashboard, a question of an agent and an answer that has not changed;
and eight programs that ask at once. By the real function, with the clients of Google's services and their stand-ins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2

from infra.admin.keys import by_operator, keyring
from infra.bench.served import WHERE, AtOnce, Served, served
from infra.demo.programs import agents
from shared.keys.scopes import OPERATOR, Scope
from shared.keys.texts import Kind

FACTS = 131_520
MONTH = {"start_date": "2026-08-01", "end_date": "2026-08-31"}
BY_DAY = {"mart": "ads_by_day", "metrics": ["clicks", "cost"], "dimensions": ["platform", "currency"]}
SMALL = {**BY_DAY, "date_range": MONTH}
YEAR = {**BY_DAY, "date_range": {"period": "last-365-days"}, "aggregation": "daily", "limit": 10_000}
BY_AGENT = {
    "mart": "ads_by_day",
    "measures": ["clicks", "cost"],
    "dimensions": ["platform", "currency"],
    "days": {"from": MONTH["start_date"], "until": MONTH["end_date"]},
}
ROUNDS = 40  # of each; a key has 120 calls of a minute, one for agents 60


@dataclass(frozen=True, slots=True)
class Answered:
    """Milliseconds of CPU, each for one call."""

    question_ms: float
    year_ms: float
    dashboard_ms: float
    agent_ms: float
    unchanged_ms: float
    idle_mb: float
    peak_mb: float
    at_once: AtOnce  # a year by day


@dataclass(frozen=True)
class _Bench:
    served: Served

    def client(self) -> httpx2.Client:
        """With a key of its own."""
        ring, day = keyring(self.served.stores), timedelta(days=1)
        secret, _ = ring.make(by_operator(), OPERATOR, Kind.API, WHERE, "bench", [Scope.DATA_READ], day)
        headers = {"Authorization": f"Bearer {secret.reveal()}"}
        base = f"{self.served.address}/api/v1/workspaces/{WHERE}"
        return httpx2.Client(base_url=base, headers=headers, timeout=120)

    def program(self, asked: Any) -> Callable[[], int]:
        client = self.client()
        return lambda: client.post("/data/query", json=asked).status_code

    def page(self, where: str, said: Any, tag: str = "") -> Callable[[], int]:
        client = self.client()
        headers = {"If-None-Match": tag} if tag else {}
        return lambda: client.get(where, params=said, headers=headers).status_code

    def agent(self) -> Callable[[], int]:
        call = agents(self.served.stores, WHERE, self.served.address)
        return lambda: 500 if call({"name": "ask", "arguments": BY_AGENT})["isError"] else 200

    def each_ms(self, ask: Callable[[], int], wanted: int = 200) -> float:
        if ask() != wanted:  # the first one fetches what is published
            raise RuntimeError(f"the function did not answer {wanted}")
        codes: list[int] = []
        took = self.served.cpu(lambda: codes.extend(ask() for _ in range(ROUNDS)))
        if {*codes} != {wanted}:
            raise RuntimeError(f"the function answered {sorted({*codes})}")
        return took / ROUNDS * 1000


def answer(facts: int = FACTS) -> Answered:
    with served("api", facts) as there:
        bench, idle = _Bench(there), there.peak_mb
        where = ("/data", {"metrics": "clicks,cost", "dimensions": "platform,currency", **MONTH})
        tag = bench.client().get(where[0], params=where[1]).raise_for_status().headers["ETag"]
        question, year = bench.each_ms(bench.program(SMALL)), bench.each_ms(bench.program(YEAR))
        dashboard = bench.each_ms(bench.page("/dashboards/ads", MONTH))
        agent = bench.each_ms(bench.agent())
        unchanged = bench.each_ms(bench.page(*where, tag), 304)
        at_once = there.at_once(lambda: bench.program(YEAR))
        return Answered(question, year, dashboard, agent, unchanged, idle, there.peak_mb, at_once)
