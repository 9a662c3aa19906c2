"""Random batches, in any order, repeated and late: both warehouses must end the same, row for row."""

from __future__ import annotations

import random
import re
from functools import cache

import pytest

from shared.errors import Bug
from shared.stores.bigquery_tables import Tables
from shared.vocabulary.columns import columns
from shared.warehouse import statements
from shared.warehouse.spec import Load, Sweep, TableSpec
from tests.contract.warehouse_backends import KINDS, Row, WarehouseBackend, at, world

pytestmark = pytest.mark.slow

THINGS = TableSpec("sandbox_things", columns("id* text Id", "n int Count"), ("id",))
SEEDS, BATCHES = 12, 5
LATE = 8  # seeds whose batches come in any order; those of the others come later one by one, or nearly
End = tuple[list[Row], list[Row]]  # the rows as they are, and their history


def batches(world: WarehouseBackend, dice: random.Random, step: int) -> list[Load]:
    """With a step, each batch is that much later than the one before: most are newer than all, as in real life."""
    made = []
    for number in range(BATCHES):

        def hour(number: int = number) -> int:
            return dice.randint(1, 6) + number * step

        pages = []
        for part in range(dice.randint(0 if number else 1, 3)):
            rows: list[Row] = [{"id": dice.choice("abcd"), "n": dice.randint(1, 2)} for _ in range(dice.randint(1, 4))]
            name = f"{world.workspace}/p{number}-{part}.ndjson.gz"
            pages.append(world.page(rows, hour(), dice.choice(("c1", "c2")), name=name))
        swept = dice.randint(0 if pages else 1, 2)
        sweeps = [Sweep(dice.choice(("c1", "c2")), at(hour()), f"s{number}-{n}") for n in range(swept)]
        made.append(world.load(THINGS, *pages, sweeps=tuple(sweeps)))
    return [dice.choice(made) if dice.random() < 0.2 else load for load in made]


def end(kind: str, seed: int, workspace: str) -> End:
    place = world(kind)
    place.workspace = workspace
    for load in batches(place, random.Random(seed), step=0 if seed < LATE else 5):
        place.once(load)
    return place.current(THINGS), place.history(THINGS)


@cache
def both(seed: int) -> tuple[list[End], list[bool]]:
    """How a seed ends in memory and on the wire, and which of its batches the wire took for newer than all it held."""
    newest: list[bool] = []
    right = Tables.reach

    def watched(self: Tables, load: Load) -> tuple[bool, bool]:
        newer, alike = right(self, load)
        newest.append(newer)
        return newer, alike

    workspace = world(KINDS[0]).workspace
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tables, "reach", watched)
        return [end(kind, seed, workspace) for kind in KINDS], newest


@pytest.mark.parametrize("seed", range(SEEDS))
def test_both_end_the_same(seed: int) -> None:
    memory, wire = both(seed)[0]
    assert memory[0] == wire[0]
    assert memory[1] == wire[1]
    assert memory[1], "a seed that loads nothing proves nothing"


# What goes wrong, and the change in the SQL that makes it go wrong.
MUTANTS = {
    "history takes every reading": (r"WHERE COALESCE\(s\._before.*", "WHERE TRUE"),
    "history takes every late reading": (r"COALESCE\(_before, ''\) != _says", "TRUE"),
    "a late reading changes nothing after it": (r"AND NOT EXISTS \(SELECT 1 FROM", r"AND FALSE \g<0>"),
    "history forgets what it holds": (r"FALSE AS _new\n(.*)\n( +WHERE)", r"FALSE AS _new\n\1\n\2 FALSE AND"),
    "a return is no change": (r"IF\(c\._deleted_at IS NULL, c\._hash, ''\)", "c._hash"),
    "accounts are mixed up": (r"PARTITION BY `connection_id`, ", "PARTITION BY "),
    "time does not count": (r"ORDER BY _synced_at, _there, ", "ORDER BY "),
    "the oldest wins in a batch": (r"`_synced_at` DESC", "`_synced_at`"),
    "a late page overwrites": (r"WHEN MATCHED AND \(", "WHEN MATCHED AND (TRUE OR "),
    "a late page brings back": (r"IF\(c\._deleted_at > s\._synced_at, c\._deleted_at, NULL\)", "NULL"),
    "a sweep takes other accounts": (r"c\.connection_id = '\w+' AND ", ""),
    "a sweep takes what was seen": (r"c\._synced_at < TIMESTAMP", "c._synced_at <= TIMESTAMP"),
    "a second sweep moves the first": (r"c\._deleted_at IS NULL AND ", ""),
    "the last sweep marks": (r"CASE\n    (WHEN .*)\n    (WHEN .*)\n", r"CASE\n    \2\n    \1\n"),
}


def nobody_notices() -> bool:
    """Whether all of the same seeds end the same on both, in a world that was broken on purpose."""
    for seed in range(SEEDS):
        workspace = world(KINDS[0]).workspace
        try:
            memory, wire = (end(kind, seed, workspace) for kind in KINDS)
        except Bug:
            return False  # BigQuery refuses it: noticed as well
        if memory != wire:
            return False
    return True


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_wrong_statement_is_noticed(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite itself is on trial here: one of the same seeds must tell each broken warehouse from a sound one."""
    right, (what, instead) = statements.apply, MUTANTS[mutant]

    changes: list[int] = []

    def wrong(project: str, load: Load, **how: bool) -> str:
        made, changed = re.subn(what, instead, right(project, load, **how))
        changes.append(changed)
        return made

    monkeypatch.setattr(statements, "apply", wrong)
    if nobody_notices():
        pytest.fail(f"{mutant}: nobody noticed")
    assert any(changes), "a mutant that changes nothing is none"


def test_a_mark_that_is_too_low_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tables, "reach", lambda self, load: (True, True))
    assert not nobody_notices()


def test_some_batches_are_newer_than_all_and_some_are_not() -> None:
    said = [newer for seed in range(SEEDS) for newer in both(seed)[1]]
    assert 0.2 < sum(said) / len(said) < 0.8, "both ways must be tried"
