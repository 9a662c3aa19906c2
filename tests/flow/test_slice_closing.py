"""What a slice comes to when its pages are loaded: where its cursor goes, what is doubted, which debt is paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared import model
from shared.model import Cursor, Run, Slice, to_doc
from shared.states import Reason, SliceKind, SliceState
from shared.sync.slice_closing import FEW, SliceUpdate, close_slice, doubtful, mark_of, short, vanished
from shared.sync.standing import NEVER

NOW = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
RUN = Run("run", "demo", "c", "mailchimp", Reason.SCHEDULE, started_at=NOW)
MISSING = {"": {"theirs": 10, "ours": 7}}


def part(**more: Any) -> Slice:
    given = {"state": SliceState.STAGED, "created_at": NOW, "to_load": 2, "loaded": 2, **more}
    return Slice("s", "demo", "c", "run", "mailchimp", "lists", **given)


def cursor(until: datetime, **more: Any) -> dict[str, Any]:
    return to_doc(Cursor("c.lists", "demo", "c", "lists", "", until, "old", **more))


def settled(given: Slice, known: dict[str, Any] | None = None, run: Run = RUN, keeps: bool = True) -> SliceUpdate:
    return close_slice(given, known, run, keeps, NOW)


def test_a_slice_with_pages_on_their_way_stays_as_it_is() -> None:
    waiting = part(loaded=1)
    assert settled(waiting) == SliceUpdate(waiting)


def test_a_loaded_slice_moves_its_cursor_to_when_it_was_planned() -> None:
    found = settled(part(feeds=["list_members"], rows=3))
    assert found.slice_.state == SliceState.LOADED
    where = ("c.lists", "demo", "c", "lists", "")
    assert found.cursor == Cursor(*where, NOW, "run", ["list_members"], 3, stood=NEVER)


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(seconds=1), timedelta(days=3)])
def test_a_cursor_never_goes_back(ahead: timedelta) -> None:
    """A slice that was taken up again after a later run had read the same."""
    assert settled(part(), cursor(NOW + ahead)).cursor is None


@pytest.mark.parametrize(
    ("given", "run", "keeps"),
    [
        (part(holds=True), RUN, True),
        (part(), replace(RUN, moves_cursors=False), True),
        (part(kind=SliceKind.SWEEP), RUN, True),
        (part(), RUN, False),
        (part(proof=MISSING), RUN, True),
    ],
    ids=["children are left out", "a backfill", "a sweep", "a child", "rows are missing"],
)
def test_where_not_all_was_read_the_cursor_stays(given: Slice, run: Run, keeps: bool) -> None:
    found = settled(given, None, run, keeps)
    assert found.slice_.state == SliceState.LOADED
    assert found.cursor is None


def test_a_debt_is_paid_by_what_was_read_whole_and_by_nothing_else() -> None:
    assert settled(part(owed=True)).pays
    assert not settled(part(owed=True, proof=MISSING)).pays
    assert not settled(part(owed=True, loaded=1)).pays
    assert not settled(part(owed=True, before=40, rows=1)).pays


def test_cursor_and_debt_of_a_partition_have_the_same_name() -> None:
    assert mark_of(part()) == "c.lists"
    assert mark_of(part(partition="a")) != mark_of(part(partition="b"))


def test_what_the_platform_does_not_show_is_noticed_and_what_it_shows_too_much_is_not() -> None:
    assert short(part(proof=MISSING))
    assert not short(part(proof={"": {"theirs": 7, "ours": 10}}))
    assert not short(part(proof={"spend": {"theirs": "10", "ours": "7", "sum": True}}))
    assert short(part(proof={"posts": {"theirs": "10", "ours": "7", "sum": True, "count": True}}))


def test_a_reading_that_shows_far_less_is_remembered_and_believed_when_the_next_one_agrees() -> None:
    before = cursor(NOW - timedelta(days=1), rows=40)
    first = settled(part(before=40, rows=3), before)
    assert first.cursor == replace(model.from_doc(Cursor, before), held=3)
    second = settled(part(before=40, rows=4, held=3), to_doc(first.cursor))
    assert second.cursor is not None
    assert (second.cursor.until, second.cursor.rows, second.cursor.held) == (NOW, 4, None)
    other = settled(part(before=40, rows=15, held=3), to_doc(first.cursor))
    assert other.cursor is not None
    assert other.cursor.held == 15


@pytest.mark.parametrize(
    ("rows", "before", "held", "doubt"),
    [
        (0, 0, None, False),
        (0, 1, None, True),
        (0, 1, 0, False),
        (1, 2, None, False),
        (1, FEW - 1, None, False),
        (9, FEW, None, True),
        (10, FEW, None, False),
        (400, 1000, None, True),
        (400, 1000, 380, False),
        (400, 1000, 300, True),
        (1000, 10, None, False),
    ],
)
def test_how_much_less_is_doubted(rows: int, before: int, held: int | None, doubt: bool) -> None:
    assert doubtful(rows, before, held) is doubt
    assert vanished(part(rows=rows, before=before, held=held)) is doubt
