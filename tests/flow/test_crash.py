"""Kill the worker before and after every single side effect of two syncs; the tables must end the same.

Each side effect of a life without a kill is one to be killed at, so a new one is tested as soon as it exists.
"""

from __future__ import annotations

import io
import os

import pytest

from shared import log
from tests.flow.pipeline import RARER, TELLING, TINY, Pipeline
from tests.support.branching import at_each, live
from tests.support.faults import Fate

pytestmark = pytest.mark.slow

THOROUGH = bool(os.environ.get("TRIBUTARY_THOROUGH"))  # `make chaos`: every stream, not one of each kind


def two_syncs(platform: str, fate: Fate) -> Pipeline:
    if platform in RARER:
        counts, streams, days = RARER[platform]
        world = Pipeline(platform, fate, streams=streams, counts=counts, history_days=days)
    else:
        world = Pipeline(platform, fate, streams=[] if THOROUGH else TELLING[platform], counts=TINY[platform])
    machine = world.machine
    runs = [machine.sync(world.connection)]
    world.clock.forward(hours=8)
    world.box.change()
    world.renew_access()
    runs.append(machine.sync(world.connection, "second"))
    for run in runs:
        doc = machine.run(run)
        assert doc["state"] == "completed", doc["problems"]
    return world


def killed_at_every_side_effect(platform: str, before: bool) -> None:
    untouched = set(two_syncs(platform, Fate()).cursors())

    def life(fate: Fate) -> None:
        world = two_syncs(platform, fate)
        found = world.differences()
        assert not found, found
        assert not world.wrongly_told()
        last = max(doc["started_at"] for doc in world.machine.documents.find("workspaces/demo/runs"))
        cursors = world.cursors()
        assert set(cursors) == untouched
        assert all(doc["until"] <= last for doc in cursors.values())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "stream", io.StringIO())
        fate = live(life, at_each(before))
    assert fate.branches == fate.count


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("platform", sorted({*TINY} - {"mailchimp"}))
def test_killed_at_every_side_effect(platform: str, before: bool) -> None:
    """The other platforms have files of their own, so that no worker of the tests is busy with all of them."""
    killed_at_every_side_effect(platform, before)
