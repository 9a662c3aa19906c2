"""Never above the limit, whatever the instances do; and hardly a document for it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.keys.limits import AT_ONCE, LIMITS, Limit, Limits
from shared.keys.texts import KEYS
from tests.keys.bench import Counted
from tests.support.memory import Time

START = datetime(2026, 9, 1, 6, 0, 0, tzinfo=UTC)
CALL, DIE, WAIT = "call", "die", "wait"
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just(CALL), st.integers(0, 7), st.integers(1, 30)),
        st.tuples(st.just(DIE), st.integers(0, 7), st.just(0)),
        st.tuples(st.just(WAIT), st.just(0), st.integers(1, 70)),
    ),
    max_size=60,
)


@settings(max_examples=120, deadline=None)
@given(STEPS, st.integers(1, 90), st.integers(1, 90))
def test_never_above_the_limit(steps: list[tuple[str, int, int]], calls: int, seconds: int) -> None:
    """Many instances, calls, deaths and time in any order; what a dead one held is lost, never given out again."""
    documents, clock, limit = Counted(), Time(START), Limit(calls, seconds)
    instances = [Limits(documents, clock) for _ in range(8)]
    allowed: Counter[int] = Counter()
    for step, which, much in steps:
        if step == WAIT:
            clock.forward(seconds=much)
        elif step == DIE:
            instances[which] = Limits(documents, clock)
        else:
            for _ in range(much):
                turn = instances[which].take("key", limit)
                window = int(clock.now().timestamp()) // seconds
                allowed[window] += turn.allowed
                assert 0 <= turn.left <= calls
                assert clock.now() < turn.resets_at <= clock.now() + timedelta(seconds=seconds)
    assert max(allowed.values(), default=0) <= calls


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=400), st.integers(1, 200))
def test_nobody_is_refused_while_turns_are_free(order: list[int], calls: int) -> None:
    """A refusal means: all are leased, and whoever holds some has not died."""
    documents, clock, limit = Counted(), Time(START), Limit(calls)
    instances = [Limits(documents, clock) for _ in range(4)]
    handed = 0
    for which in order:
        turn = instances[which].take("key", limit)
        handed += turn.allowed
        if not turn.allowed:
            held = sum(each._held["key"].turns for each in instances if "key" in each._held)
            assert handed + held == calls


@settings(max_examples=30, deadline=None)
@given(st.integers(-90, 90), st.integers(1, 60))
def test_a_clock_that_goes_wrong_gives_nobody_more(skew: int, calls: int) -> None:
    documents, limit = Counted(), Limit(calls)
    right, wrong = Time(START), Time(START + timedelta(seconds=skew))
    instances = [Limits(documents, right), Limits(documents, wrong)]
    turns = [instances[number % 2].take("key", limit) for number in range(4 * calls + 8)]
    per_window = Counter(turn.resets_at for turn in turns if turn.allowed)
    assert max(per_window.values()) <= calls


def test_one_transaction_for_many_calls_and_none_for_a_refusal() -> None:
    documents, clock = Counted(), Time(START)
    limits = Limits(documents, clock)
    turns = [limits.take("key", Limit(120)) for _ in range(500)]
    assert sum(turn.allowed for turn in turns) == 120
    assert documents.asked.count("transact") <= 12
    documents.asked.clear()
    for _ in range(100):
        assert not limits.take("key", Limit(120)).allowed
    assert documents.asked == []
    clock.forward(minutes=1)
    assert limits.take("key", Limit(120)).allowed


def test_what_is_leased_at_once_is_twenty_at_most_and_less_where_less_is_left() -> None:
    documents, clock = Counted(), Time(START)
    leased = []
    for _ in range(400):
        before = documents.docs.get("limits/key.60", {}).get("leased", 0)
        Limits(documents, clock).take("key", Limit(400))  # an instance that dies after one call
        leased.append(documents.docs["limits/key.60"]["leased"] - before)
    assert max(leased) == AT_ONCE
    assert sum(leased) == 400
    assert leased[0] == AT_ONCE
    assert [each for each in leased if each][-1] == 1


def test_turns_of_a_window_that_is_over_are_lost() -> None:
    documents, clock, limit = Counted(), Time(START), Limit(40)
    early, other = Limits(documents, clock), Limits(documents, clock)
    early.take("key", limit)
    clock.forward(minutes=1)
    assert sum(other.take("key", limit).allowed for _ in range(60)) == 40
    assert not early.take("key", limit).allowed


def test_a_clock_that_is_behind_leases_from_the_window_that_the_others_are_in() -> None:
    documents, right, behind, limit = Counted(), Time(START), Time(START - timedelta(seconds=1)), Limit(3)
    instances = [Limits(documents, right), Limits(documents, behind)]
    turns = [instances[number % 2].take("key", limit) for number in range(12)]
    assert sum(turn.allowed for turn in turns) == 3


def test_keys_are_counted_apart_and_so_are_windows_of_another_length() -> None:
    documents, clock = Counted(), Time(START)
    limits = Limits(documents, clock)
    assert limits.take("one", Limit(1)).allowed
    assert not limits.take("one", Limit(1)).allowed
    assert limits.take("two", Limit(1)).allowed
    assert Limits(documents, clock).take("one", Limit(1, 3600)).allowed


def test_what_is_told_of_a_limit() -> None:
    clock = Time(START + timedelta(seconds=15))
    limits = Limits(Counted(), clock)
    first = limits.take("key", Limit(2))
    assert first.headers == {
        "RateLimit-Policy": '"calls";q=2;w=60',
        "RateLimit": '"calls";r=1;t=45',
        "X-RateLimit-Limit": "2",
        "X-RateLimit-Remaining": "1",
        "X-RateLimit-Reset": str(int((START + timedelta(seconds=60)).timestamp())),
    }
    limits.take("key", Limit(2))
    refused = limits.take("key", Limit(2))
    assert not refused.allowed
    assert (refused.headers["RateLimit"], refused.headers["Retry-After"]) == ('"calls";r=0;t=45', "45")
    clock.forward(seconds=44.9)
    assert limits.take("key", Limit(2)).headers["Retry-After"] == "1"


def test_a_document_of_a_limit_ends_by_itself() -> None:
    documents, clock = Counted(), Time(START)
    Limits(documents, clock).take("key", Limit(5))
    assert documents.docs["limits/key.60"]["expires_at"] > clock.now()


@pytest.mark.parametrize("kind", sorted(KEYS))
def test_every_kind_of_key_has_a_limit(kind: str) -> None:
    assert 0 < next(limit.calls for each, limit in LIMITS.items() if each == kind) <= 120
