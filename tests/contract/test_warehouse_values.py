"""Every kind of value a platform sends comes back as it was sent, however odd; held against both warehouses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.vocabulary.columns import columns
from shared.warehouse.spec import TableSpec
from tests.contract.warehouse_backends import KINDS, WarehouseBackend
from tests.contract.warehouse_backends import world as world_of

pytestmark = pytest.mark.slow

VALUES = TableSpec(
    "sandbox_values",
    columns(
        "id* int Id",
        "word text Word",
        "n int+ Count",
        "x float~ Rate",
        "cost money+ Cost",
        "ok bool Yes or no",
        "at time Moment",
        "day date Day",
        "any json Anything",
        "words texts Words",
        "order text A word SQL knows",
        "group text Another",
    ),
    ("id",),
    "Values, quoted: 'one' \"two\" \\three",
)
UTMOST = 2**63 - 1


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest) -> WarehouseBackend:
    return world_of(request.param)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


CASES: list[tuple[str, Any, Any]] = [
    ("word", "", ""),
    ("word", "naïve 🦊👩‍👩‍👧 \u202eعربي\u202c עברית 漢字", None),
    ("word", 'quotes "\'` and \\ back\\slash \t tab \n line \r return % ; -- {}', None),
    ("word", "null", None),
    ("word", "'; DROP TABLE x; --", None),
    ("n", UTMOST, None),
    ("n", -UTMOST, None),
    ("n", 0, None),
    ("x", 0.1, None),
    ("x", 1e308, None),
    ("x", 5, 5.0),
    ("cost", "12.345678901", Decimal("12.345678901")),
    ("cost", "-99999999999999999999999999999.999999999", Decimal("-99999999999999999999999999999.999999999")),
    ("cost", "0", Decimal(0)),
    ("ok", True, None),
    ("ok", False, None),
    ("at", "2026-03-29T01:30:00Z", moment("2026-03-29T01:30:00")),
    ("at", "2026-03-29T01:30:00.123Z", moment("2026-03-29T01:30:00.123000")),
    ("at", "2026-03-29 01:30:00.123456+05:45", moment("2026-03-28T19:45:00.123456")),
    ("at", "2026-03-29T01:30:00-08:00", moment("2026-03-29T09:30:00")),
    ("at", "2026-03-29T01:30:00", moment("2026-03-29T01:30:00")),
    ("at", "0001-01-01T00:00:00Z", moment("0001-01-01T00:00:00")),
    ("at", "1969-12-31T23:59:59.999999Z", moment("1969-12-31T23:59:59.999999")),
    ("at", "9999-12-31T23:59:59.999999Z", moment("9999-12-31T23:59:59.999999")),
    ("day", "2024-02-29", date(2024, 2, 29)),
    ("day", "0001-01-01", date(1, 1, 1)),
    ("day", "9999-12-31", date(9999, 12, 31)),
    ("any", {"a": {"b": [1, "x", None, {"c": True}]}, "é": "🦊"}, None),
    ("any", [], None),
    ("any", {}, None),
    ("any", [[1], [2, 3]], None),
    ("any", "a text", None),
    ("any", "5", None),
    ("any", 5, None),
    ("any", 2.5, None),
    ("any", False, None),
    ("any", UTMOST, None),
    ("words", ["one", "", "🦊", "a,b", '"']  , None),
    ("words", [], None),
    ("order", "first", None),
    ("group", "second", None),
    ("_extra", {"new_field": {"deep": [1.5, "x"]}, "order": None}, None),
]  # fmt: skip


def test_every_value_comes_back(world: WarehouseBackend) -> None:
    rows = [{"id": number, name: sent} for number, (name, sent, _) in enumerate(CASES)]
    assert world.run(world.load(VALUES, world.page(rows, hour=1))) == len(CASES)
    found = {row["id"]: row for row in world.current(VALUES)}
    told = {row["id"]: row for row in world.history(VALUES)}
    for number, (name, sent, meant) in enumerate(CASES):
        expected = sent if meant is None else meant
        assert (found[number][name], type(found[number][name])) == (expected, type(expected)), (name, sent)
        others = {"workspace_id", "connection_id", "id", name}
        empty = {key: value for key, value in found[number].items() if key not in others and not key.startswith("_")}
        assert all(value in (None, []) for value in empty.values()), empty
        assert told[number] == found[number]


def test_a_row_of_ten_million_bytes(world: WarehouseBackend) -> None:
    row = {"id": 1, "word": "x" * 5_000_000, "any": {"y": "🦊" * 1_250_000}}
    world.once(world.load(VALUES, world.page([row], hour=1)))
    (found,) = world.current(VALUES)
    assert found["word"] == row["word"]
    assert found["any"] == row["any"]


def test_a_row_with_nothing_but_its_key_replaces_all_that_was_there(world: WarehouseBackend) -> None:
    full = {"id": 1, "word": "x", "n": 1, "x": 1.5, "cost": "1", "ok": True, "any": {"a": 1}, "words": ["x"]}
    world.run(world.load(VALUES, world.page([{**full, "_extra": {"a": 1}}], hour=1)))
    world.run(world.load(VALUES, world.page([{"id": 1}], hour=2)))
    (found,) = world.current(VALUES)
    assert [name for name in (*full, "_extra") if found[name] not in (None, [])] == ["id"]
