"""Killed as in test_crash.py, where pages, slices and proofs are of the rarer kinds."""

from __future__ import annotations

import pytest

from tests.flow.pipeline import RARER
from tests.flow.test_crash import killed_at_every_side_effect

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("platform", sorted(RARER))
def test_killed_at_every_side_effect(platform: str, before: bool) -> None:
    killed_at_every_side_effect(platform, before)
