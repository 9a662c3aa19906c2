"""Whole syncs of Amazon Ads: lists and reports by day, restated between two syncs."""

from __future__ import annotations

from tests.flow.world import TINY, World


def test_reports_are_read_again_while_their_days_still_move() -> None:
    world = World("amazon_ads", counts=TINY["amazon_ads"])
    run = world.machine.run(world.machine.sync(world.connection))
    assert run["state"] == "completed", run["problems"]
    assert not world.differences()
    world.clock.forward(hours=20)
    world.box.change()
    world.machine.keys.value = world.box.credential()["access_token"]  # the last one was good for an hour
    run = world.machine.run(world.machine.sync(world.connection, "second"))
    assert run["state"] == "completed", run["problems"]
    assert not world.differences()
