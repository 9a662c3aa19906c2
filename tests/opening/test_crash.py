"""Kill whoever opens a workspace before and after every side effect, and say everything twice: the end is the same."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from shared import log
from shared.messages import WorkspaceWanted
from shared.states import WorkspaceState
from shared.sync.edition import EDITION
from tests.marts.shelf import Shelf
from tests.opening.yard import ACME, Yard, without_views
from tests.support.branching import Branching, at_each, live


def life(yard: Yard) -> None:
    """One is opened; somebody gives access by hand; readers, history and pages change; and it is said twice."""
    yard.make()
    yard.minutes(15)
    yard.by_hand("acme", "READER", "hand@example.com")
    yard.table("acme_history", "shopify_orders")
    yard.change(readers=["user:bo@example.com", "group:team@example.com"], history_days=400)
    yard.bus.publish(WorkspaceWanted(ACME.id))
    yard.minutes(15)
    yard.change(readers=["group:team@example.com"], pages_days=200)
    yard.bus.publish(WorkspaceWanted(ACME.id))
    yard.minutes(15)


def prepared(fate: Any) -> Yard:
    yard = Yard(fate)
    for day in ("2026-01-01", "2026-08-30"):
        yard.objects.write(f"acme/raw/shopify/{day}/run/stream/slice/0-1.ndjson.gz", b"", {})
    return yard


def check(yard: Yard, stands: dict[str, object], objects: set[str]) -> None:
    assert yard.stands() == stands
    assert {*yard.objects.held} == objects
    known = yard.opening()
    assert (known.problem, known.not_before, known.lease_until) == (None, None, None)
    assert (known.marts, known.readers) == (EDITION, ["group:team@example.com"])
    assert yard.workspace().state == WorkspaceState.OPEN
    assert yard.opening("agency").due_at is None


@pytest.mark.slow
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_killed_at_every_side_effect(before: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())
    without_views(monkeypatch)
    undisturbed = prepared(Branching(armed=False))
    life(undisturbed)
    stands, objects = undisturbed.stands(), {*undisturbed.objects.held}
    assert len(objects) == 1

    def lived(fate: Branching) -> None:
        yard = prepared(fate)
        life(yard)
        check(yard, stands, objects)

    fate = live(lived, at_each(before))
    assert {"bigquery.create_dataset", "bigquery.update_dataset", "bigquery.update_table", "objects.delete"} <= {
        *fate.seen
    }
    assert fate.branches >= 20


@pytest.mark.slow
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_killed_between_its_marts(before: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every view is a side effect here; the first two of a kind and each fortieth stand for the others."""
    monkeypatch.setattr(log, "stream", io.StringIO())

    def opened(fate: Any) -> Yard:
        yard = Yard(fate, shelf=Shelf())
        yard.make()
        yard.minutes(15)
        return yard

    undisturbed = opened(Branching(armed=False))
    stands = undisturbed.stands()
    assert len(undisturbed.shelf.names("acme")) == len(undisturbed.shelf.names("agency")) > 40

    def lived(fate: Branching) -> None:
        assert opened(fate).stands() == stands

    kills: Callable[[int], Any] = lambda at: (before,) if at < 8 or at % 40 == 0 else ()  # noqa: E731
    assert live(lived, kills).branches > 10


def test_a_check_that_cannot_fail_is_none() -> None:
    yard = prepared(Branching(armed=False))
    with pytest.raises(AssertionError):
        check(yard, {"acme": ()}, set())
