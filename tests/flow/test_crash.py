"""Kill the worker before and after every single side effect of two syncs; the tables must end the same.

Each side effect of a life without a kill is one to be killed at, so a new one is tested as soon as it exists.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from shared import log
from tests.flow.pipeline import RARER, TELLING, TINY, Pipeline
from tests.support.branching import Branching, at_each, live
from tests.support.faults import Fate

pytestmark = pytest.mark.slow

THOROUGH = bool(os.environ.get("TRIBUTARY_THOROUGH"))  # `make chaos`: every stream, not one of each kind


@dataclass
class Watched(Fate):
    """Looks at what a kill would leave, after each side effect and before the next one of the same moment."""

    world: Pipeline | None = None
    last: tuple[object, list[str]] | None = None
    compared: int = 0

    def meet(self, what: str, act: Callable[[], Any]) -> Any:
        if self.world and self.last and self.last[0] == self.world.machine.moment():
            assert lasting(self.world) == self.last[1], what
            self.compared += 1
        self.last = None
        result = super().meet(what, act)
        if self.world:
            self.last = self.world.machine.moment(), lasting(self.world)
        return result


def lasting(world: Pipeline) -> list[str]:
    """What is there for other workers when one is lost. Of the platform, that it was called."""
    machine, stored = world.machine, world.warehouse
    kept = machine.documents.docs, machine.objects.held, machine.bus.waiting, stored.tables, stored.staging
    return [repr(each) for each in (*kept, world.box.calls)]


def two_syncs(platform: str, fate: Fate) -> Pipeline:
    if platform in RARER:
        counts, streams, days = RARER[platform]
        world = Pipeline(platform, fate, streams=streams, counts=counts, history_days=days)
    else:
        world = Pipeline(platform, fate, streams=[] if THOROUGH else TELLING[platform], counts=TINY[platform])
    machine = world.machine
    if isinstance(fate, Branching):
        fate.moment = machine.moment
    if isinstance(fate, Watched):
        fate.world = world
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
    assert fate.branches + fate.same == fate.count
    assert before or not fate.same


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("platform", sorted({*TINY} - {"mailchimp"}))
def test_killed_at_every_side_effect(platform: str, before: bool) -> None:
    """The other platforms have files of their own, so that no worker of the tests is busy with all of them."""
    killed_at_every_side_effect(platform, before)


@pytest.mark.parametrize("platform", sorted({*TINY, *RARER}))
def test_between_two_side_effects_nothing_changes_that_outlives_a_worker(platform: str) -> None:
    """So a kill before one is a kill after the one before it; and the workers themselves have nothing to forget."""
    fate = Watched()
    world = two_syncs(platform, fate)
    assert not world.differences()
    assert 0.7 * fate.count < fate.compared < fate.count
    machine = world.machine
    for worker in (
        machine.edge,
        machine.extractor,
        machine.loader,
        machine.planner,
        machine.ticker,
        machine.run_logger,
    ):
        assert vars(type(worker))["__dataclass_params__"].frozen
