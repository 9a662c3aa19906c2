"""Whether spend is odd: what jumps and stops is seen, and what only moves as spend does is left alone."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.alarms.spending import odd

DAY = date(2026, 11, 27)
WEEKDAYS = (1.0, 1.1, 1.0, 0.9, 1.2, 0.5, 0.4)  # of one week: nothing compares a Friday with a Sunday


def course(usual: float, noise: float, seed: int, days: int = 80) -> dict[date, float]:
    dice = random.Random(seed)
    found = {}
    for back in range(days):
        day = DAY - timedelta(days=back)
        found[day] = usual * WEEKDAYS[day.weekday()] * dice.lognormvariate(0, noise)
    return found


@given(
    usual=st.floats(min_value=0.5, max_value=1e6),
    seed=st.integers(min_value=0, max_value=10_000),
    days=st.integers(min_value=40, max_value=120),
)
def test_what_moves_by_a_tenth_never_rings(usual: float, seed: int, days: int) -> None:
    assert odd(course(usual, 0.1, seed, days), DAY) is None


@pytest.mark.parametrize("noise", [0.2, 0.3])
def test_few_false_alarms_where_spend_moves_a_lot(noise: float) -> None:
    """Of 4,000 days of accounts that move by a fifth or a third from week to week: less than one in a hundred."""
    false = sum(odd(course(100, noise, seed), DAY) is not None for seed in range(4000))
    assert false < 40


@given(seed=st.integers(min_value=0, max_value=10_000), times=st.floats(min_value=4, max_value=100))
def test_a_jump_is_seen(seed: int, times: float) -> None:
    spent = course(100, 0.1, seed)
    spent[DAY] *= times
    found = odd(spent, DAY)
    assert found is not None
    assert found.jumped


@given(seed=st.integers(min_value=0, max_value=10_000), left=st.floats(min_value=0, max_value=0.03))
def test_a_stop_is_seen_and_so_is_a_day_of_which_there_is_no_row(seed: int, left: float) -> None:
    spent = course(100, 0.1, seed)
    spent[DAY] *= left
    found = odd(spent, DAY)
    assert found is not None
    assert not found.jumped
    del spent[DAY]
    assert odd(spent, DAY) == type(found)(False, 0.0, found.usual)


@given(seed=st.integers(min_value=0, max_value=10_000), back=st.integers(min_value=1, max_value=8))
def test_one_odd_day_of_the_past_neither_rings_nor_hides(seed: int, back: int) -> None:
    spent = course(100, 0.1, seed)
    spent[DAY - timedelta(weeks=back)] *= 30  # a sale
    assert odd(spent, DAY) is None
    spent[DAY] *= 5
    assert odd(spent, DAY) is not None


def test_what_begins_has_no_past_and_what_comes_and_goes_does_not_stop() -> None:
    assert odd({}, DAY) is None
    assert odd({DAY: 500.0}, DAY) is None
    assert odd({DAY - timedelta(weeks=back): 100.0 for back in range(1, 5)}, DAY) is None
    flighted = {DAY - timedelta(weeks=back): (100.0 if back % 2 else 0.0) for back in range(1, 9)}
    assert odd(flighted, DAY) is None
    assert odd({DAY - timedelta(weeks=back): 0.0 for back in range(9)}, DAY) is None


def test_steady_growth_is_usual() -> None:
    spent = {DAY - timedelta(days=back): 1000 * 1.1 ** (-back / 7) for back in range(80)}
    assert odd(spent, DAY) is None
