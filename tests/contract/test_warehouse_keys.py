"""A key that a later release makes longer: rows that are there stay the rows that they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shared.vocabulary.columns import columns
from shared.warehouse.spec import Sweep, TableSpec
from tests.contract.warehouse_backends import KINDS, WarehouseBackend, at
from tests.contract.warehouse_backends import world as world_of

pytestmark = pytest.mark.slow

SHORT = TableSpec(
    "sandbox_clicks", columns("day* date Day", "id* text Id", "device text D", "word text W", "n int+ N"), ("day", "id")
)
LONG = replace(SHORT, key=("day", "id", "device", "word"), may_lack=frozenset({"id", "word"}))
ROW = {"day": "2026-09-01", "id": "a", "device": "MOBILE", "n": 1}  # its word is empty


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest) -> WarehouseBackend:
    return world_of(request.param)


def seen(world: WarehouseBackend) -> list[tuple[Any, ...]]:
    rows = world.current(LONG)
    assert all(row["_deleted_at"] is None for row in rows)
    return sorted((str(row["id"]), row["device"], str(row["word"]), row["n"]) for row in rows)


def test_a_row_that_lacks_a_part_of_the_longer_key_is_the_row_that_it_was(world: WarehouseBackend) -> None:
    old = world.page([ROW], 1)
    world.run(world.load(SHORT, old))
    world.run(world.load(LONG, world.page([ROW, {**ROW, "device": "DESKTOP", "n": 2}, {**ROW, "word": "shoes"}], 2)))
    known = [("a", "DESKTOP", "None", 2), ("a", "MOBILE", "None", 1), ("a", "MOBILE", "shoes", 1)]
    assert seen(world) == known
    assert len(world.history(LONG)) == 3, "what was there says the same"
    world.run(world.load(LONG, old))  # as a replay does
    assert (seen(world), len(world.history(LONG))) == (known, 3)


def test_a_row_that_lacks_its_id_changes_and_goes_as_any_other(world: WarehouseBackend) -> None:
    nameless = {"day": "2026-09-01", "device": "MOBILE", "n": 2}
    world.run(world.load(LONG, world.page([ROW, nameless], 1)))
    world.run(world.load(LONG, world.page([{**nameless, "n": 3}], 3)))
    assert seen(world) == [("None", "MOBILE", "None", 3), ("a", "MOBILE", "None", 1)]
    world.run(world.load(LONG, world.page([{**nameless, "n": 9}], 2)))  # late
    assert [row["n"] for row in world.history(LONG) if row["id"] is None] == [2, 9, 3]
    world.run(world.load(LONG, sweeps=(Sweep("c1", at(4), "sweep/r/1"),)))
    assert [row["_deleted_at"] for row in world.current(LONG)] == [at(4), at(4)]
    assert len(world.history(LONG)) == 6
