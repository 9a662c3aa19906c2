"""Whole syncs of each platform, from request to tables, with the real engine and connectors."""

from __future__ import annotations

import pytest

from shared.platforms import PLATFORMS
from tests.flow.pipeline import Pipeline

pytestmark = pytest.mark.slow

HISTORY = 100  # days: more than a small account has numbers for, and few windows without any
LONGER = {"klaviyo": 400}  # where a series tells of the days before a thing was there, back to where its window begins
SHORTER = {"metricool": 45}  # where every window is asked for once per metric


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_a_first_sync_brings_everything_and_the_next_brings_what_changed(platform: str) -> None:
    world = Pipeline(platform, size=0.05, every=True, history_days={**LONGER, **SHORTER}.get(platform, HISTORY))
    for run in world.sync():
        assert run["state"] == "completed", run["problems"]
    assert not world.differences()

    world.clock.forward(hours=8)
    world.box.change()
    world.renew_access()
    for run in world.sync("second"):
        assert run["state"] == "completed", run["problems"]
    assert not world.differences()
