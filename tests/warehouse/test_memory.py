"""The warehouse in memory against the plainest telling of what history and current rows are: thousands of lives."""

from __future__ import annotations

import gzip
import random
from itertools import groupby, pairwise

import orjson

from shared.clock import iso
from shared.vocabulary.columns import columns
from shared.warehouse.spec import Load, Sweep, TableSpec
from tests.contract.warehouse_backends import at
from tests.support.memory import MemoryObjects
from tests.support.warehouse import MemoryWarehouse

THINGS = TableSpec("t", columns("id* text Id"), ("id",))
Event = tuple[int, str]  # hour; what was said, or "" for gone


def one_life(dice: random.Random) -> None:
    """One row: readings and sweeps in order of time, cut into batches anywhere, each done once or more often."""
    objects = MemoryObjects()
    warehouse = MemoryWarehouse(objects)
    warehouse.prepare("acme", THINGS)
    life: list[Event] = [(hour, dice.choice(("x", "x", "y", ""))) for hour in range(1, dice.randint(2, 12))]
    for number, (cut, part) in enumerate(groupby(life, key=lambda _: dice.random() < 0.5)):
        del cut
        pages, sweeps = [], []
        for hour, says in part:
            if says:
                name = f"p{hour}"
                row = {
                    "id": "a", "connection_id": "c", "_synced_at": iso(at(hour)), "_page": name, "_line": 0,
                    "workspace_id": "acme", "_hash": says,
                }  # fmt: skip
                objects.write(name, gzip.compress(orjson.dumps(row), 0), {})
                pages.append(name)
            else:
                sweeps.append(Sweep("c", at(hour), f"s{hour}"))
        load = Load("acme", THINGS, f"b{number}", tuple(pages), ("c",), None, None, ())
        swept = Load("acme", THINGS, f"s{number}", (), ("c",), None, None, tuple(sweeps))
        for _ in range(dice.randint(1, 3)):
            warehouse.stage(load)
            warehouse.apply(load)
        for _ in range(dice.randint(1, 2)):
            warehouse.apply(swept)
    _compare(life, warehouse)


def _compare(life: list[Event], warehouse: MemoryWarehouse) -> None:
    readings = [event for event in life if event[1]]
    current = warehouse.current("acme", "t")
    if not readings:
        assert current == []
        return
    (row,) = current
    assert (row["_synced_at"], row["_hash"]) == (at(readings[-1][0]), readings[-1][1])
    gone = [hour for hour, says in life if not says and hour > readings[-1][0]]
    assert row.get("_deleted_at") == (at(gone[0]) if gone else None)
    # The state right before each reading, by what history tells, is that of the reading before it.
    told = [
        (event["_synced_at"], "" if event.get("_deleted_at") else event["_hash"])
        for event in warehouse.history("acme", "t")
    ]
    for hour, says in readings:
        so_far = [what for when, what in told if when <= at(hour)]
        assert so_far[-1] == says
    assert all(one != other for (_, one), (_, other) in pairwise(told)), "no change without a change"


def test_a_thousand_lives() -> None:
    for seed in range(1000):
        one_life(random.Random(seed))
