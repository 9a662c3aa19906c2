"""What is shown of a run while it goes on: also where nobody looks at a terminal, and where nothing moves."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from infra.admin.progress import NOW_AND_THEN, STILL, Progress, duration, line
from shared.sync.status import RunStatus


def test_what_stands_still_from_the_beginning_is_said_once_and_then_each_minute() -> None:
    out, clock = io.StringIO(), [1_000.0]
    shown = Progress(out, clock=lambda: clock[0])
    for lines in ([], [], ["waiting"], ["waiting"]):
        shown.show(lines)
        clock[0] += 1
    assert out.getvalue() == "waiting\n"
    for _ in range(int(2 * STILL) + 2):
        shown.show(["waiting"])
        clock[0] += 1
    assert out.getvalue() == "waiting\n" * 3
    shown.done()
    assert out.getvalue() == "waiting\n" * 3, "and not once more at the end"


def test_what_changed_between_two_lines_is_said_with_the_next() -> None:
    out, clock = io.StringIO(), [1_000.0]
    shown = Progress(out, clock=lambda: clock[0])
    shown.show(["one"])
    clock[0] += 1
    shown.show(["two"])
    assert out.getvalue() == "one\n"
    clock[0] += NOW_AND_THEN
    shown.show(["two"])
    assert out.getvalue() == "one\ntwo\n"
    shown.show(["three"])
    shown.done()
    assert out.getvalue() == "one\ntwo\nthree\n"


def run(done: int, count: int, seconds: float) -> RunStatus:
    return RunStatus(
        "r", "schedule", "in progress", None, None, seconds, rows=done, pages=done, calls=done,
        slices_done=done, slices=count, loaded=done, to_load=done, streams=(), troubles=(),
    )  # fmt: skip


def test_the_time_that_is_left_follows_from_the_time_it_took() -> None:
    assert "about 2.5 hours left" in line("shop", run(100, 1_000, 1_000))
    assert "left" not in line("shop", run(9, 1_000, 1_000)), "too little is known yet"
    assert "left" not in line("shop", run(990, 1_000, 1_000)), "it is over in a moment"
    assert "left" not in line("shop", replace(run(100, 1_000, 1_000), finished_at=datetime(2026, 9, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 seconds"), (119, "119 seconds"), (150, "2.5 minutes"), (20_042, "5.6 hours")]
)
def test_times_are_said_in_a_unit_that_fits(seconds: int, said: str) -> None:
    assert duration(timedelta(seconds=seconds)) == said
