"""Moments as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.console.when import lasting, short, when

NOW = datetime(2026, 11, 27, 13, 5, tzinfo=UTC)  # a Friday


@pytest.mark.parametrize(
    ("moment", "zone", "whole", "brief"),
    [
        (NOW, "UTC", "13:05", "13:05"),
        (NOW, "Europe/Berlin", "14:05", "14:05"),
        (NOW, "Nowhere/At_All", "13:05", "13:05"),
        (NOW + timedelta(hours=12), "UTC", "Sat 01:05", "Sat 28"),
        (NOW + timedelta(hours=10, minutes=30), "Europe/Berlin", "Sat 00:35", "Sat 28"),
        (NOW - timedelta(days=6), "UTC", "Sat 13:05", "Sat 21"),
        (NOW - timedelta(days=7), "UTC", "20 Nov", "20 Nov"),
        (NOW - timedelta(days=400), "UTC", "23 Oct 2025", "23 Oct 2025"),
    ],
)
def test_a_moment_is_said_as_far_as_it_has_to_be(moment: datetime, zone: str, whole: str, brief: str) -> None:
    assert when(moment, zone, NOW) == whole
    assert short(moment, zone, NOW) == brief


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "under a minute"), (49, "under a minute"), (60, "about 1 minute"), (150, "about 2 minutes"),
        (5_400, "about 2 hours"), (86_400 * 3, "about 3 days"),
    ],
)  # fmt: skip
def test_how_long_something_takes_is_said_as_about(seconds: float, words: str) -> None:
    assert lasting(seconds) == words
