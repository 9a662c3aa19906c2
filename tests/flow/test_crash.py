"""Kill the worker before and after every single side effect of two syncs; the tables must end the same.

The list of side effects is taken from a run without a kill, so a new one is tested as soon as it exists.
"""

from __future__ import annotations

import io
import os
from functools import lru_cache

import pytest

from shared import log
from tests.flow.pipeline import RARER, TELLING, TINY, Pipeline
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


@lru_cache
def effects(platform: str) -> int:
    fate = Fate()
    world = two_syncs(platform, fate)
    assert not world.differences()
    return fate.count


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("platform", sorted({**TINY, **RARER}))
def test_killed_at_every_side_effect(platform: str, before: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())
    untouched = set(two_syncs(platform, Fate()).cursors())
    for at in range(effects(platform)):
        fate = Fate(at, before)
        world = two_syncs(platform, fate)
        where = f"killed {'before' if before else 'after'} effect {at}: {fate.seen[at]}"
        assert fate.killed, where
        found = world.differences()
        assert not found, f"{where}: {found}"
        assert not world.wrongly_told(), where
        last = max(doc["started_at"] for doc in world.machine.documents.find("workspaces/demo/runs"))
        cursors = world.cursors()
        assert set(cursors) == untouched, where
        assert all(doc["until"] <= last for doc in cursors.values()), where
