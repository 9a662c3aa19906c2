"""A stream that is refused again and again rests alone, for longer and longer, and is asked about as before once it
was answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.errors import Later
from shared.platforms import PLATFORMS
from shared.sync.budgets import Budget
from shared.sync.rests import LONGEST
from shared.vocabulary.wire import Answer
from tests.support.memory import MemoryDocuments, Time

REFUSED = Later("limited", "Slow down.", counts=False)
ASKED = Answer(429, {"retry-after": "60"}, b"")
NOW = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)


def budget(clock: Time) -> Budget:
    return Budget(MemoryDocuments(), clock, PLATFORMS["emailoctopus"], "acct")


def test_the_first_refusal_keeps_everybody_away_and_the_next_only_the_stream() -> None:
    clock = Time()
    mine = budget(clock)
    assert mine.refused(REFUSED, ASKED, "contacts") == NOW + timedelta(seconds=60)
    with pytest.raises(Later):
        mine.take("lists")
    clock.forward(seconds=61)
    mine.take("lists")
    until = mine.refused(REFUSED, ASKED, "contacts")
    assert until == clock.now() + timedelta(seconds=120)
    mine.take("lists")
    with pytest.raises(Later) as rests:
        mine.take("contacts")
    assert rests.value.not_before == until


def test_it_rests_for_longer_each_time_up_to_a_quarter_of_an_hour() -> None:
    clock = Time()
    mine = budget(clock)
    waits = []
    for _ in range(8):
        until = mine.refused(REFUSED, ASKED, "contacts")
        waits.append((until - clock.now()).total_seconds())
        clock.forward(seconds=waits[-1] + 1)
    assert waits == [60, 120, 240, 480, 900, 900, 900, 900]
    assert timedelta(seconds=900) == LONGEST


def test_a_longer_wait_that_the_platform_states_is_kept() -> None:
    mine = budget(Time())
    stated = Answer(429, {"retry-after": "7200"}, b"")
    mine.refused(REFUSED, stated, "contacts")
    assert mine.refused(REFUSED, stated, "contacts") == NOW + timedelta(seconds=7200)


def test_once_answered_it_begins_anew() -> None:
    clock = Time()
    mine = budget(clock)
    for _ in range(3):
        mine.refused(REFUSED, ASKED, "contacts")
    clock.forward(hours=1)
    mine.answered("contacts")
    mine.take("contacts")
    assert mine.refused(REFUSED, ASKED, "contacts") == clock.now() + timedelta(seconds=60)
    mine.answered("nobody")
