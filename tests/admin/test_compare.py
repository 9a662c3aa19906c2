"""The comparison with the truth notices whatever may be wrong; one that notices nothing would prove nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from infra.sandbox.compare import Compared, Kind, Side, compare, kinds, of_days
from shared.platforms import PLATFORMS
from shared.vocabulary.columns import columns
from shared.vocabulary.slicing import Days

COLUMNS = columns(
    "list_id* text List",
    "id* int Id",
    "stats.opens=opens int+ Opens",
    "day date Day",
    "at time When",
    "tags texts Tags",
)
KIND = Kind("t", COLUMNS, marks=True)
TOLD = {
    "list_id": "l",
    "id": 1,
    "stats": {"opens": 3},
    "day": "2026-01-02",
    "at": "2026-01-02T03:04:05+02:00",
    "tags": ["a"],
}
HELD = {
    "list_id": "l",
    "id": 1,
    "opens": 3,
    "day": date(2026, 1, 2),
    "at": datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC),
    "tags": ["a"],
    "_deleted_at": None,
}
GONE = datetime(2026, 2, 1, tzinfo=UTC)


def check(*rows: dict[str, Any], present: list[Any] | None = None, gone: list[Any] | None = None) -> Compared:
    return compare(KIND, Side([TOLD] if present is None else present, gone or []), rows)


def test_what_is_the_same_is_right_however_it_is_written() -> None:
    found = check(HELD)
    assert found.right
    assert (found.rows, found.marked) == (1, 0)
    assert check({**HELD, "opens": Decimal("3"), "day": "2026-01-02"}).right


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([], "missing"),
        ([{**HELD, "_deleted_at": GONE}], "missing"),
        ([HELD, HELD], "duplicated"),
        ([HELD, {**HELD, "id": 2}], "unexpected"),
        ([{**HELD, "opens": 4}], "wrong"),
        ([{**HELD, "opens": None}], "wrong"),
        ([{**HELD, "day": date(2026, 1, 3)}], "wrong"),
        ([{**HELD, "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)}], "wrong"),
        ([{**HELD, "tags": []}], "wrong"),
    ],
)
def test_whatever_is_wrong_is_noticed(rows: list[dict[str, Any]], name: str) -> None:
    found = check(*rows)
    assert not found.right
    assert len(getattr(found, name)) == 1
    assert found.troubles()[0].startswith(f"t: 1 {name}")


def test_a_row_that_vanished_must_be_marked_where_that_can_be_seen() -> None:
    assert check(HELD, present=[], gone=[TOLD]).unexpected == ("l/1",)
    marked = check({**HELD, "_deleted_at": GONE}, present=[], gone=[TOLD])
    assert marked.right
    assert (marked.rows, marked.marked) == (0, 1)
    blind = Kind("t", COLUMNS, marks=False)
    assert compare(blind, Side([], [TOLD]), [HELD]).right
    assert not compare(blind, Side([], []), [HELD]).right


def test_a_row_that_vanished_must_still_be_there() -> None:
    other = {**TOLD, "id": 2}
    before = Side([TOLD, other], [])
    assert compare(KIND, Side([other], [TOLD]), [{**HELD, "id": 2}], before).missing
    assert compare(KIND, Side([other], [TOLD]), [{**HELD, "id": 2}, {**HELD, "_deleted_at": GONE}], before).right


def test_every_table_and_view_of_a_platform_is_compared() -> None:
    for platform in PLATFORMS.values():
        wanted = {platform.table(stream.name) for stream in platform.streams if not stream.optional}
        wanted |= {platform.table(view.name) for view in platform.views if not platform.stream(view.of).optional}
        assert {kind.name for kind in kinds(platform)} == wanted


@pytest.mark.parametrize(
    ("first", "before", "left"),
    [
        (date.min, date.max, 1),
        (date(2026, 1, 2), date(2026, 1, 3), 1),
        (date(2026, 1, 3), date.max, 0),  # less was asked for
        (date.min, date(2026, 1, 2), 0),  # that day was not over
    ],
)
def test_of_days_those_are_compared_that_were_asked_for_and_over(first: date, before: date, left: int) -> None:
    kind = Kind("t", COLUMNS, marks=True, days=Days(7, timedelta(), timedelta(30), "day"))
    side, rows = of_days(kind, Side([TOLD], [TOLD]), [HELD], first, before)
    assert (len(side.present), len(side.gone), len(rows)) == (left, left, left)


def test_a_record_that_names_no_day_is_compared_whatever_was_asked_for() -> None:
    kind = Kind("t", COLUMNS, marks=True, days=Days(7, timedelta(), timedelta(30), "day"))
    side, _ = of_days(kind, Side([{**TOLD, "day": None}], []), [], date(2026, 1, 3))
    assert len(side.present) == 1
