"""What programs and agents take that ask all day, held to the function itself: every document is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.cost.bill import bill
from infra.cost.installation import Habits, Installation
from infra.cost.usage import usage
from shared.audit.sealing import Sealer
from shared.publishing.selection import published_marts
from tests.agents.desk import Agency
from tests.cost.counting import Counted
from tests.cost.test_cost import SMALL, quantities
from tests.support.memory import MemoryDocuments, MemoryObjects, Time

# The days of a month, with a few figures each.
FIGURES, MONTH = ["clicks", "impressions", "ctr"], ("2026-08-01", "2026-08-31")
ASKED = {
    "mart": "ads_by_day", "metrics": FIGURES, "dimensions": ["platform"], "aggregation": "daily",
    "date_range": {"start_date": MONTH[0], "end_date": MONTH[1]},
}  # fmt: skip
BY_AGENT = {
    "mart": "ads_by_day", "measures": FIGURES, "dimensions": ["platform"], "grain": "day",
    "days": {"from": MONTH[0], "until": MONTH[1]},
}  # fmt: skip


class Read(MemoryObjects):
    """Objects whose readings are counted."""

    reads: list[str]

    def read(self, name: str) -> bytes:
        self.reads.append(name)
        return super().read(name)


class Hour:
    """An instance that has been asked before, and an hour in which somebody asks as often as is reckoned."""

    def __init__(self, folder: Path) -> None:
        self.counts = Counter[str]()
        self.clock, self.objects = Time(datetime(2026, 9, 1, 8, tzinfo=UTC)), Read()
        self.objects.reads = []
        people, engine = (Counted(MemoryDocuments(), self.counts) for _ in range(2))
        self.agency = Agency(folder, self.clock, people, engine, objects=self.objects)
        self.agency.workspace()
        self.sealer = Sealer(people, self.clock, lambda _: None)

    def live(self, ask: Callable[[], int]) -> dict[str, float]:
        """What each of them took, with the audit's turn of each minute; and what was sent."""
        self._pass(ask, minutes=9)  # what is fetched once, and noted once a day
        self._pass(lambda: 0, minutes=45)  # the audit has nothing to do any more
        self.counts.clear()
        self.objects.reads.clear()
        times, sent = Habits().asks_an_hour, self._pass(ask, minutes=60)
        found = {name: count / times for name, count in self.counts.items()}
        found["reads"] -= Habits().seals_an_hour * Habits().reads_a_seal / times  # those are in the bill already
        return {**found, "objects": len(self.objects.reads) / times, "sent": sent / times}

    def _pass(self, ask: Callable[[], int], minutes: int) -> int:
        sent, between = 0, 60 / Habits().asks_an_hour
        for minute in range(minutes):
            sent += ask() if minute % between == 0 else 0
            self.clock.forward(minutes=1)
            self.sealer.seal()
        return sent


@pytest.fixture
def hour(tmp_path: Path) -> Hour:
    return Hour(tmp_path)


def test_a_program_takes_what_is_reckoned(hour: Hour) -> None:
    key, habits = hour.agency.key(), Habits()

    def ask() -> int:
        answer = hour.agency.ask("POST", "/workspaces/acme/data/query", key, ASKED)
        assert answer.status == 200
        return len(answer.body)

    took = hour.live(ask)
    assert took["reads"] == pytest.approx(habits.reads_an_ask, abs=0.2)
    assert took["writes"] == pytest.approx(habits.writes_an_ask, abs=0.2)
    assert took["objects"] == 1  # which files there are; the files themselves are at hand
    assert habits.sent_an_ask / 4 < took["sent"] < habits.sent_an_ask


def test_an_agent_takes_what_is_reckoned_and_each_of_its_questions_is_sealed(hour: Hour) -> None:
    key, habits = hour.agency.agent_key(), Habits()

    def ask() -> int:
        answer = hour.agency.modern(key, "tools/call", {"name": "ask", "arguments": BY_AGENT})
        assert answer.status_code == 200
        return len(answer.get_data())

    took = hour.live(ask)
    assert took["reads"] == pytest.approx(habits.reads_an_agents_ask, abs=0.2)
    assert took["writes"] == pytest.approx(habits.writes_an_agents_ask, abs=0.2)
    assert took["objects"] == 1
    assert habits.sent_an_ask / 4 < took["sent"] < 2 * habits.sent_an_ask


def test_who_asks_all_day_is_reckoned_as_by_hand() -> None:
    none, program, agent = (quantities(replace(SMALL, **of)) for of in ({}, {"programs": 1}, {"agents": 1}))  # type: ignore[arg-type]
    assert {name: none[name] for name in none if name.startswith("API: ")} == dict.fromkeys(
        ("API: reads", "API: writes", "API: deletes", "API: vCPU", "API: memory", "API: objects", "API: sent"), 0
    )
    habits, calls, asks = Habits(), 30 * 24 * 20, 30 * 8 * 20
    assert program["API: reads"] == pytest.approx(calls * habits.reads_an_ask)
    assert agent["API: reads"] == pytest.approx(asks * habits.reads_an_agents_ask)
    assert (program["API: deletes"], agent["API: deletes"]) == (calls, asks)
    assert program["API: vCPU"] == pytest.approx(calls * habits.ask_seconds + 30 * 24 * 3)
    assert agent["API: vCPU"] == pytest.approx(asks * habits.ask_seconds + 30 * 8 * 3)
    assert program["API: objects"] == calls + 30 * 24 * len(published_marts())
    both = quantities(replace(SMALL, programs=1, agents=1))
    assert both["API: vCPU"] == pytest.approx((calls + asks) * habits.ask_seconds + 30 * 24 * 3)
    others = {name for name in none if not name.startswith("API: ")}
    assert all(both[name] == none[name] for name in others)


def test_a_program_that_asks_twenty_times_an_hour_costs_less_than_half_a_dollar() -> None:
    none, one = (bill(usage(Installation(programs=number)), free_tier=False) for number in (0, 1))
    assert 0.1 < one.usd - none.usd < 0.5
    assert one.of("API") == pytest.approx(one.usd - none.usd)
