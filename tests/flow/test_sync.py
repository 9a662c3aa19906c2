"""Whole syncs of each platform, from request to tables, with the real engine and connectors."""

from __future__ import annotations

import pytest

from tests.flow.world import World

PLATFORMS = ["emailoctopus", "mailchimp", "constant_contact", "klaviyo"]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_first_sync_brings_everything_and_the_next_brings_what_changed(platform: str) -> None:
    world = World(platform, size=0.05)
    run = world.machine.run(world.machine.sync(world.connection))
    assert run["state"] == "completed", run["problems"]
    assert not world.differences()

    world.clock.forward(hours=8)
    world.box.change()
    run = world.machine.run(world.machine.sync(world.connection, "second"))
    assert run["state"] == "completed", run["problems"]
    assert not world.differences()
