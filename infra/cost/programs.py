"""What programs take that ask through the API, and agents that ask by /mcp. Pure.

Reckoned apart and without any free tier, as feeds are: the database of people has none, and the other one's is used by
the pipeline."""

from __future__ import annotations

from collections.abc import Iterator

from infra.cost.installation import Habits, Installation
from infra.cost.prices import DAYS
from shared.publishing.selection import published_marts


def of_programs(installation: Installation, habits: Habits) -> Iterator[tuple[str, float, str]]:
    """Items, quantities and why: as if each were the only call of its minute, and every hour began with an instance
    that has nothing at hand."""
    programs = installation.programs * DAYS * 24 * habits.asks_an_hour
    agents = installation.agents * DAYS * habits.agents_hours * habits.asks_an_hour
    calls = programs + agents
    hours = DAYS * (24.0 if installation.programs else habits.agents_hours if installation.agents else 0.0)
    yield (
        "API: reads",
        programs * habits.reads_an_ask + agents * habits.reads_an_agents_ask,
        f"{programs:,.0f} questions of programs, {agents:,.0f} of agents: key, limit, workspace, which version; of an "
        "agent the audit besides",
    )
    yield (
        "API: writes",
        programs * habits.writes_an_ask + agents * habits.writes_an_agents_ask,
        "its limit, and that somebody looks; of an agent the entry and its seal",
    )
    yield "API: deletes", calls, "limits, by TTL"
    seconds = calls * habits.ask_seconds + hours * habits.start_seconds
    told = f"{habits.ask_seconds} s for each, and a cold start an hour, by the whole instance of one vCPU and one GiB"
    yield "API: vCPU", seconds, told
    yield "API: memory", seconds, told
    yield (
        "API: objects",
        calls + hours * len(published_marts()),
        "each time which files there are, and they once an hour",
    )
    yield (
        "API: sent",
        programs * habits.sent_an_ask + agents * 2 * habits.sent_an_ask,
        "an agent is told all of it twice",
    )
