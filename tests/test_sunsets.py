"""A version that ends soon is said in time; that it ended is a failure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from infra.tools.sunsets import verdicts
from shared.platforms import PLATFORMS, platform

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("left", "said", "failed"),
    [(91, "", False), (90, "ends in 90 days", False), (31, "ends in 31 days", False), (30, "ends in 30 days", True),
     (0, "ended 0 days ago", True), (-5, "ended 5 days ago", True)],
)  # fmt: skip
def test_it_warns_and_then_fails(left: int, said: str, failed: bool) -> None:
    ending = replace(platform("mailchimp"), sunset=TODAY + timedelta(days=left))
    sentences, fails = verdicts([ending, replace(ending, sunset=None)], TODAY)
    assert fails is failed
    assert [said in sentence for sentence in sentences] == ([True] if said else [])


def test_no_version_that_we_use_has_ended() -> None:
    assert all(each.sunset is None or isinstance(each.sunset, date) for each in PLATFORMS.values())
    said, _ = verdicts(PLATFORMS.values(), date(2020, 1, 1))
    assert said == []
