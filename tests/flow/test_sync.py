"""Whole syncs of each platform, from request to tables, with the real engine and connectors."""

from __future__ import annotations

from typing import Any

import pytest

from shared.connectors import PLATFORMS
from tests.flow.world import World

# Where every day is asked for once per metric, a few days tell as much as a year.
SHORT: dict[str, dict[str, Any]] = {"metricool": {"history_days": 16, "counts": {"days": 12, "posts": 8, "plans": 2}}}


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_a_first_sync_brings_everything_and_the_next_brings_what_changed(platform: str) -> None:
    world = World(platform, size=0.05, every=True, **SHORT.get(platform, {}))
    for run in world.sync():
        assert run["state"] == "completed", run["problems"]
    assert not world.differences()

    world.clock.forward(hours=8)
    world.box.change()
    world.renew_access()
    for run in world.sync("second"):
        assert run["state"] == "completed", run["problems"]
    assert not world.differences()
