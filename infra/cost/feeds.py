"""What feeds take that are read every hour. Pure.

Reckoned apart and without any free tier: their database has none, and the other one's is used by the pipeline."""

from __future__ import annotations

from collections.abc import Iterator

from infra.cost.installation import Habits, Installation
from infra.cost.prices import DAYS


def of_feeds(installation: Installation, habits: Habits) -> Iterator[tuple[str, float, str]]:
    """Items, quantities and why: as if every reading were one that nothing is at hand for, and none met another."""
    calls = float(installation.feeds * DAYS * 24)
    hours = float(DAYS * 24 if installation.feeds else 0)  # in which they are read, all in the same minutes
    yield (
        "feeds: reads",
        calls * habits.reads_a_feed,
        f"{calls:,.0f} readings, each of {habits.reads_a_feed:.0f}: its key, its limit, which version, and once more",
    )
    yield "feeds: writes", calls * habits.writes_a_feed, "its limit; and who read, some of them together"
    yield "feeds: deletes", calls * habits.writes_a_feed, "of the same, by TTL"
    seconds = calls * habits.feed_seconds + hours * habits.start_seconds
    told = f"{habits.feed_seconds} s for each, and a cold start an hour, by the whole instance of one vCPU and one GiB"
    yield "feeds: vCPU", seconds, told
    yield "feeds: memory", seconds, told
    yield "feeds: objects", calls * habits.objects_a_feed, "the manifest, and files that are not at hand"
    yield "feeds: sent", calls * habits.sent_a_feed, "a few hundred rows; who has the newest version is sent nothing"
