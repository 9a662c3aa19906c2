"""Killed as in test_crash.py, where a sync has the most side effects."""

from __future__ import annotations

import pytest

from tests.flow.test_crash import killed_at_every_side_effect

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_killed_at_every_side_effect(before: bool) -> None:
    killed_at_every_side_effect("mailchimp", before)
