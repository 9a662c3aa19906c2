"""The calendar as a page, as JSON and as CSV; and what of it moves while something is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared import model
from shared.console.clients.reading import open_runs
from shared.console.connections.costs import again_of
from shared.console.connections.progress import SOONEST
from shared.console.coverage.cells import Cell, Hole, of_slices, words
from shared.console.coverage.gathering import Block, Covered, StreamRow, covered, under_way
from shared.console.desk import Desk
from shared.console.saved import as_json, lines
from shared.console.web import Reply, Visit
from shared.console.when import when
from shared.drawing.words import day as day_words
from shared.drawing.words import period
from shared.kit.calendar import day_in
from shared.oauth import links
from shared.people.guard import Allowed
from shared.people.levels import Level
from shared.questions.periods import Calendar
from shared.states import ConnectionState

LENGTHS = (28, 56, 91)  # days of one page
MOST_HOLES = 50  # whose cost is said
MARKS = {Cell.DIFFERS: "≠", Cell.MISSING: "–", Cell.WAITS: "…", Cell.NOT_YET: "·", Cell.NONE: "·"}


@dataclass(frozen=True)
class ToFill:
    hole: Hole
    block: Block
    row: StreamRow
    cost: str
    why: str

    @property
    def name(self) -> str:
        return f"hole-{self.hole.connection}-{self.hole.stream}-{self.hole.first}"

    @property
    def can(self) -> bool:
        return self.block.connection.state == ConnectionState.ACTIVE


def coverage(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    workspace, now = allowed.workspace, desk.clock.now()
    if not visit.prefetched:
        desk.marts().looked(workspace.id)
    found = _covered(desk, allowed, visit)
    run = visit.query.get("asked", "")[:64]
    state = _state(desk, workspace.id, run)
    fills = _fills(found, desk)
    return Reply(
        "coverage.html",
        {
            "person": allowed.person,
            "workspace": workspace,
            "manages": allowed.level >= Level.ADMIN,
            "found": found,
            "days": [(each, day_words(each, weekday=True)) for each in found.days],
            "period": period(found.days[0], found.days[-1]),
            "length": len(found.days),
            "lengths": LENGTHS,
            "until": found.days[-1],
            "just_holes": visit.query.get("only") == "holes",
            "fills": fills,
            "at": {(each.hole.connection, each.hole.stream, each.hole.first): each for each in fills},
            "within": _within(fills),
            "day_words": lambda each: day_words(each),
            "days_words": period,
            "marks": MARKS,
            "words": words,
            "stamp": found.stamp,
            "when": lambda moment: when(moment, workspace.zone, now),
            "asked": "waits" if state.startswith("waits") else "",
            "state": state,
            "run": run,
            "again": SOONEST if state.strip() else 0,
            "differing": _differing(found),
            "once": links.random_token(),
        },
    )


def coverage_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    found = _covered(desk, allowed, visit)
    body = {
        "workspace": allowed.workspace.id,
        "days": {"from": found.days[0], "until": found.days[-1]},
        "as_of": found.stamp.as_of if found.stamp else None,
        "streams": [
            {
                "connection": block.connection.id,
                "platform": block.platform.name,
                "stream": row.name,
                "days": [{"day": day, "state": str(cell.name.lower())} for day, cell in row.cells.items()],
                "holes": [{"from": hole.first, "until": hole.last} for hole in row.holes],
            }
            for block in found.blocks
            for row in block.rows
        ],
    }
    return Reply(json=as_json(body))


def coverage_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    found = _covered(desk, allowed, visit)
    rows = [
        (block.connection.id, block.platform.name, block.connection.title, row.name, day.isoformat(), cell.name.lower())
        for block in found.blocks
        for row in block.rows
        for day, cell in row.cells.items()
    ]
    heads = ("connection", "platform", "account", "stream", "day", "state")
    return Reply(saved=(f"coverage-{allowed.workspace.id}-{found.days[0]}-{found.days[-1]}.csv", lines(heads, rows)))


def coverage_now(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """The days that are being read. When a run has begun or ended, the page is another."""
    name = allowed.workspace.id
    if _state(desk, name, visit.query.get("asked", "")) != visit.query.get("was", ""):
        return Reply(json=as_json({"texts": {}, "meters": {}, "cells": {}, "again": 0}))
    cells = of_slices(under_way(desk.engine, name), _days(desk, allowed, visit))
    told = {f"d-{owner}-{stream}-{day}": [str(cell), words(cell)] for (owner, stream, day), cell in cells.items()}
    return Reply(json=as_json({"texts": {}, "meters": {}, "cells": told, "again": SOONEST}))


# -- what is in it ---------------------------------------------------------------------------------------------


def _covered(desk: Desk, allowed: Allowed, visit: Visit) -> Covered:
    workspace, now = allowed.workspace, desk.clock.now()
    calendar = Calendar(day_in(workspace.zone, now), workspace.fiscal_year_start)
    return covered(desk.engine, desk.marts(), workspace, calendar, _days(desk, allowed, visit), now)


def _days(desk: Desk, allowed: Allowed, visit: Visit) -> tuple[date, ...]:
    today = day_in(allowed.workspace.zone, desk.clock.now())
    length = visit.query.get("days", "")
    count = int(length) if length in {str(each) for each in LENGTHS} else LENGTHS[0]
    try:
        last = min(date.fromisoformat(visit.query.get("until", "")), today)
    except ValueError:
        last = today
    last = max(last, date(2000, 1, 1))
    return tuple(last - timedelta(days=back) for back in range(count - 1, -1, -1))


def _state(desk: Desk, workspace: str, asked: str) -> str:
    """Which runs are under way, and whether one is waited for."""
    runs = sorted(doc["id"] for doc in open_runs(desk.engine, workspace))
    waits = asked and model.names_one(asked) and desk.engine.get(model.path(workspace, "runs", asked)) is None
    return " ".join(["waits"] * bool(waits) + runs)


def _fills(found: Covered, desk: Desk) -> list[ToFill]:
    every = [
        (hole, block, row) for block in found.blocks for row in block.rows for hole in row.holes
    ]  # fmt: skip
    now = desk.clock.now()
    return [
        ToFill(
            hole,
            block,
            row,
            again_of(block.platform, block.connection, [hole.stream], now, hole.first, hole.last).words,
            found.why.get((hole.connection, hole.stream, hole.first), ""),
        )
        for hole, block, row in every[:MOST_HOLES]
    ]


def _within(fills: Sequence[ToFill]) -> dict[tuple[str, str, date], str]:
    """Each day of a hole but its first → where the hole is."""
    return {
        (each.hole.connection, each.hole.stream, each.hole.first + timedelta(days=ahead)): each.name
        for each in fills
        for ahead in range(1, each.hole.days)
    }


def _differing(found: Covered) -> list[tuple[str, str, date]]:
    return [
        (row.title, block.platform.title, day)
        for block in found.blocks
        for row in block.rows
        for day, cell in row.cells.items()
        if cell is Cell.DIFFERS
    ][:MOST_HOLES]
