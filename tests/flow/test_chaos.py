"""A sample of `make chaos`, and proof that it can fail: engines broken in known ways must be noticed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from shared import model
from shared.erasure import destroying
from shared.kit import calendar
from shared.messages import Tick
from shared.model import Publication, Slice, from_doc
from shared.oauth.refresh import Refresher
from shared.opening.opener import Opener
from shared.platforms import PLATFORMS
from shared.states import OPEN_SLICE, SliceState
from shared.sync import batches, reader, run_log, runs, slices_of_run, visits
from shared.sync.failures import Failures
from shared.sync.slice_closing import close_slice
from shared.vocabulary.paging import Count, Cursor, Report
from shared.vocabulary.stream import Stream
from tests.flow.chaos import play
from tests.flow.lives import LIVES
from tests.flow.plots import Plot
from tests.support import documents

pytestmark = pytest.mark.slow

SAMPLE = 8  # seeds of each platform
ENOUGH = 150  # seeds within which a broken engine must have shown itself


@pytest.mark.parametrize("platform", LIVES)
def test_a_sample_of_seeds_ends_with_the_truth(platform: str) -> None:
    trouble = [found for found in (play(seed, [platform]) for seed in range(SAMPLE)) if found["trouble"]]
    assert not trouble


def test_of_every_kind_something_is_read() -> None:
    """Each way to page, to wait and to slice that any platform has."""
    read = [PLATFORMS[name].stream(stream) for name, life in LIVES.items() for stream in life.streams]
    every = [stream for platform in PLATFORMS.values() for stream in platform.streams]
    assert {kind for stream in every for kind in kinds_of(stream)} == {kind for each in read for kind in kinds_of(each)}


def kinds_of(stream: Stream) -> list[str]:
    rule, kinds = stream.pages, [type(stream.slices).__name__, type(stream.pages).__name__]
    if isinstance(rule, Report):
        kinds.append("a file" if rule.file else f"a report's {type(rule.pages).__name__}")
    elif isinstance(rule, (Cursor, Count)):
        kinds.append(f"{kinds[1]} in {'a body' if stream.method == 'POST' else 'the query'}")
    return [*kinds, *(["child"] if stream.parent else []), *(["sums"] if stream.totals else [])]


def without_fence(doc: Any, held: Slice) -> Slice:
    """Mutant: a worker that lost its lease may write all the same."""
    return from_doc(Slice, doc)


def loaded_too_early(part: Slice, *rest: Any) -> Any:
    """Mutant: a slice counts as loaded, and its cursor moves, although pages are still on their way."""
    return close_slice(replace(part, loaded=part.to_load), *rest)


def nothing_swept(self: Any, run: Any, loaded: Any, failed: Any) -> tuple[bool, list[Any]]:
    """Mutant: rows that vanished are never marked."""
    return False, []


def only_the_first_page(self: Any, batch: Any, pages: Any) -> Any:
    """Mutant: of a batch the first page is loaded, and all of them are taken for it. (That a batch takes fewer pages
    and leaves the others would be no fault: they wait for the next one.)"""
    return load_all(self, batch, pages[:1])


load_all = batches.Batches.load


def kept_in_the_head(self: Any, held: Any, credential: Any) -> tuple[str, int]:
    """Mutant: renewed access is used and told of, but not kept."""
    return str(int(held.secret_version) + 1), 1


def settled_at_once(rule: Any, zone: str, window: Any, read_at: Any) -> bool:
    """Mutant: a window of days that was read once is never looked at again, although yesterday's numbers change."""
    return read_at is not None


def told_of_half(*given: Any) -> Any:
    """Mutant: of a run with several streams only one is told of."""
    return rows_of(*given)[:1]


rows_of = run_log.rows_of


def fails_whatever_it_is(self: Any, workspace: str, name: str) -> None:
    """Mutant: a dead letter fails its slice, although that is read already and its pages are on their way."""
    where = model.path(workspace, "slices", name)
    doc = self.documents.get(where)
    if doc is not None and doc["state"] in OPEN_SLICE:
        self.documents.set(where, {**doc, "state": SliceState.FAILED, "fence": doc["fence"] + 1})
        self.runs.advance(workspace, doc["run"])


def not_noted(doc: Any, workspace: str, *_: Any) -> Any:
    """Mutant: rows have come, and nobody writes down that the marts are to be published anew."""
    return doc or model.to_doc(Publication(workspace))


def let_in_unnoted(self: Any, held: Any, changes: Any) -> bool:
    """Mutant: who is let in to a workspace is not written down before, so nobody knows later whom to send away."""
    return change_opening(self, held, lambda known: {k: v for k, v in changes(known).items() if k != "readers"})


change_opening = Opener._change


def shown_still(*_: Any) -> None:
    """Mutant: rows are erased, and what is published of them stays."""


def over_at_once(since: Any) -> Any:
    """Mutant: one look is enough, although whoever is at work may still write."""
    return since


def over_without_another_look(patch: pytest.MonkeyPatch) -> None:
    for erasure in ("workspace", "connection"):
        patch.setattr(f"shared.erasure.{erasure}.quiet_at", over_at_once)


MUTANTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "without_fence": lambda patch: patch.setattr(reader, "check_lease", without_fence),
    "loaded_too_early": lambda patch: patch.setattr(reader, "close_slice", loaded_too_early),
    "nothing_swept": lambda patch: patch.setattr(runs.Runs, "_sweep", nothing_swept),
    "only_the_first_page": lambda patch: patch.setattr(batches.Batches, "load", only_the_first_page),
    "kept_in_the_head": lambda patch: patch.setattr(Refresher, "_keep", kept_in_the_head),
    "settled_at_once": lambda patch: patch.setattr(calendar, "is_final", settled_at_once),
    "told_of_half": lambda patch: patch.setattr(run_log, "rows_of", told_of_half),
    "owes_nothing": lambda patch: patch.setattr(runs, "remember", lambda *_: 0),
    "children_never_join": lambda patch: patch.setattr(slices_of_run, "_fed", lambda *_: True),
    "planned_and_left_lying": lambda patch: patch.setattr(visits, "asked_again", lambda run: Tick()),
    "nobody_looks_again": lambda patch: patch.setattr(runs, "sooner", lambda doc, moment: doc.get("look_at")),
    "fails_whatever_it_is": lambda patch: patch.setattr(Failures, "_slice", fails_whatever_it_is),
    "not_noted": lambda patch: patch.setattr("shared.sync.load.noted", not_noted),
    "opened_when_told": lambda patch: patch.setattr("shared.sync.tick.Ticker._workspaces", lambda self, now: None),
    "let_in_unnoted": lambda patch: patch.setattr(Opener, "_change", let_in_unnoted),
    "shown_still": lambda patch: patch.setattr(destroying, "withdraw", shown_still),
    "over_at_once": over_without_another_look,
    "no_tick": lambda patch: patch.setattr("shared.sync.tick.Ticker.tick", lambda self: None),
}


# Where it shows, and what must go wrong for it: where that is not in every life, fewer of them are enough.
PLOTS: dict[str, tuple[Sequence[str], Plot]] = {
    "owes_nothing": (["klaviyo", "shopify"], Plot(outages=2, revoked=True, hanging=True)),
    "children_never_join": (["klaviyo", "shopify"], Plot(joins=True, hanging=True)),
    "planned_and_left_lying": (tuple(LIVES), Plot(another=1.0)),
    "opened_when_told": (["emailoctopus"], Plot(wishes=3, newcomers=2)),
    "let_in_unnoted": (["emailoctopus"], Plot(wishes=3)),
    "shown_still": (["emailoctopus"], Plot(leaves=True)),
    "over_at_once": (["emailoctopus", "mailchimp"], Plot(leaves=True)),
}


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_broken_engine_is_noticed(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[mutant](monkeypatch)
    platforms, plot = PLOTS.get(mutant, (tuple(LIVES), None))
    assert any(play(seed, platforms, plot)["trouble"] for seed in range(ENOUGH))
    documents.STEPPED.clear()  # what a broken engine did need not be drawn
