"""Views that show the entries of a list as rows: on the wire only, for they are nothing but SQL."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.vocabulary.columns import columns
from shared.warehouse.spec import Sweep, TableSpec, ViewSpec
from tests.contract.warehouse_backends import KINDS, WarehouseBackend, at
from tests.contract.warehouse_backends import world as world_of

MEMBERS = TableSpec(
    "sandbox_members",
    columns("list_id* text List", "id* text Id", "tags json Tags", "names texts Names"),
    ("list_id", "id"),
)
TAGS = ViewSpec(
    "sandbox_member_tags",
    MEMBERS,
    MEMBERS.columns[2],
    columns(
        "list_id* text List",
        "id* text Member",
        "no=tag_id* int Tag's id",
        'name text Name, "quoted"',
        "seen.by-whom text Who",
        "seen.at time When",
        "on date Day",
        "cost money+ Cost",
        "rate float~ Rate",
        "ok bool Fine",
        "more json More",
        "words texts Words",
    ),
    "Tags of members",
)
NAMES = ViewSpec("sandbox_member_names", MEMBERS, MEMBERS.columns[3], columns("id* text Member", "name text Name"))


@pytest.fixture
def world() -> WarehouseBackend:
    return world_of(KINDS[1])


def seen(world: WarehouseBackend, view: ViewSpec) -> list[dict[str, Any]]:
    return world.read("current", world.workspace, view.name)


def test_each_entry_is_a_row_with_its_typed_values(world: WarehouseBackend) -> None:
    tag = {
        "no": 7, "name": "VIP 🦊", "seen": {"by-whom": "me", "at": "2026-01-01T10:00:00+02:00"},
        "on": "2026-01-02T03:04",
        "cost": "1.5", "rate": 0.25, "ok": True, "more": {"a": [1]}, "words": ["x", "y"],
    }  # fmt: skip
    row = {"list_id": "l", "id": "m", "tags": [tag, {"no": 8, "cost": "none", "ok": "?"}], "names": ["b", "a"]}
    world.run(world.load(MEMBERS, page := world.page([row, {"list_id": "l", "id": "n"}], 1)), views=(TAGS, NAMES))
    first, second = sorted(seen(world, TAGS), key=lambda found: found["tag_id"])
    more = first.pop("more")
    assert (json.loads(more) if isinstance(more, str) else more) == {"a": [1]}
    assert first == {
        "workspace_id": world.workspace, "connection_id": "c1", "list_id": "l", "id": "m", "tag_id": 7,
        "name": "VIP 🦊", "seen_by_whom": "me", "seen_at": datetime(2026, 1, 1, 8, tzinfo=UTC), "on": date(2026, 1, 2),
        "cost": Decimal("1.5"), "rate": 0.25, "ok": True, "words": ["x", "y"],
        "_synced_at": at(1), "_page": page[0], "_line": 0,
    }  # fmt: skip
    assert second["tag_id"] == 8
    assert [second[name] for name in ("name", "seen_at", "cost", "ok", "more")] == [None] * 5
    assert sorted(found["name"] for found in seen(world, NAMES)) == ["a", "b"]


def test_entries_change_and_go_with_their_row(world: WarehouseBackend) -> None:
    rows = [{"list_id": "l", "id": name, "names": [name]} for name in ("a", "b")]
    world.run(world.load(MEMBERS, world.page(rows, 1)), views=(NAMES,))
    world.run(world.load(MEMBERS, world.page([{"list_id": "l", "id": "a", "names": ["c", "d"]}], 3)))
    assert sorted(found["name"] for found in seen(world, NAMES)) == ["b", "c", "d"]
    world.run(world.load(MEMBERS, sweeps=(Sweep("c1", at(2), "sweep/1"),)))
    assert sorted(found["name"] for found in seen(world, NAMES)) == ["c", "d"]


def test_what_is_no_list_has_no_entries(world: WarehouseBackend) -> None:
    rows = [
        {"list_id": "l", "id": str(n), "tags": odd} for n, odd in enumerate(({"id": 1}, "x", 5, [], [1, "y", None]))
    ]
    world.run(world.load(MEMBERS, world.page(rows, 1)), views=(TAGS,))
    assert [found["tag_id"] for found in seen(world, TAGS) if found["tag_id"] is not None] == []


def test_a_view_that_changed_is_put_in_place_anew(world: WarehouseBackend) -> None:
    row = {"list_id": "l", "id": "a", "names": ["x"]}
    world.run(world.load(MEMBERS, world.page([row], 1)), views=(NAMES,))
    other = replace(NAMES, columns=columns("id* text Member", "nick text Name"))
    world.warehouse.prepare(world.workspace, MEMBERS, [other])
    assert [found["nick"] for found in seen(world, other)] == ["x"]
