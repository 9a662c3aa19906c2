"""A sample of `make chaos`, and proof that it can fail: engines broken in known ways must be noticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.model import Slice, from_doc
from shared.sync import load, reader, runs
from tests.flow.chaos import play

SAMPLE = 60
ENOUGH = 150  # seeds within which a broken engine must have shown itself


def test_a_sample_of_seeds_ends_with_the_truth() -> None:
    trouble = [found for found in map(play, range(SAMPLE)) if found["trouble"]]
    assert not trouble


def without_fence(doc: Any, held: Slice) -> Slice:
    """Mutant: a worker that lost its lease may write all the same."""
    return from_doc(Slice, doc)


def loaded_too_early(part: Slice, *rest: Any) -> Any:
    """Mutant: a slice counts as loaded, and its cursor moves, although pages are still on their way."""
    return leases_settle(replace(part, loaded=part.to_load), *rest)


leases_settle = runs.settle


def nothing_swept(self: Any, run: Any, failed: Any) -> bool:
    """Mutant: rows that vanished are never marked."""
    return False


def only_the_first_page(self: Any, batch: Any) -> Any:
    """Mutant: a batch forgets all but its first page."""
    return load_pages(self, batch)[:1]


load_pages = load.Loader._pages

MUTANTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "without_fence": lambda patch: patch.setattr(reader, "still_ours", without_fence),
    "loaded_too_early": lambda patch: patch.setattr(reader, "settle", loaded_too_early),
    "nothing_swept": lambda patch: patch.setattr(runs.Runs, "_sweep", nothing_swept),
    "only_the_first_page": lambda patch: patch.setattr(load.Loader, "_pages", only_the_first_page),
    "no_tick": lambda patch: patch.setattr("shared.sync.tick.Ticker.tick", lambda self: None),
}


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_broken_engine_is_noticed(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[mutant](monkeypatch)
    assert any(play(seed)["trouble"] for seed in range(ENOUGH))
