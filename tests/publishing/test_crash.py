"""Kill whoever publishes or erases before and after every single side effect: no reader ever sees half a version, none
is lost, and none is published twice in effect."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from typing import Any

import pytest

from shared import log, model
from shared.publishing.withdrawing import FILES, withdraw
from shared.states import Cause
from tests.publishing.desk import WORKSPACE, Desk
from tests.support.faults import Fate, Fragile, Killed

pytestmark = pytest.mark.slow


def two_versions(desk: Desk) -> None:
    desk.change()
    desk.minutes(40)
    desk.change(("raw", "google_ads_campaign_daily"))
    desk.clock.forward(hours=24)
    desk.minutes(40)


def erasure(desk: Desk) -> None:
    desk.change()
    desk.minutes(20)
    counted: dict[str, int] = {}
    documents: Any = Fragile(desk.documents, "documents", desk.fate)
    objects: Any = Fragile(desk.objects, "objects", desk.fate)

    def count(what: str, how_many: int) -> None:
        counted[what] = counted.get(what, 0) + how_many

    desk.marts.change(WORKSPACE, ("raw", "google_ads_campaign_daily"))
    for _ in range(2):  # whoever is killed over it begins again
        try:
            withdraw(documents, objects, desk.clock, WORKSPACE, count)
        except Killed:
            continue
        break
    old = [name for name in desk.objects.held if "/000001-" in name]
    assert old == [], "nothing of what was published before"
    assert counted[FILES] >= 1
    desk.minutes(20)


LIVES: dict[str, tuple[Callable[[Desk], None], int]] = {"publishing": (two_versions, 2), "erasure": (erasure, 2)}


@lru_cache
def places(life: str) -> list[int]:
    """Every effect; of many of a kind one after the other, as deleting file by file, the first two and the last."""
    desk = Desk()
    LIVES[life][0](desk)
    seen = desk.fate.seen
    runs = [[*run] for _, run in groupby(range(len(seen)), lambda at: seen[at])]
    return sorted({at for run in runs for at in (*run[:2], run[-1])})


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("life", sorted(LIVES))
def test_killed_at_every_side_effect(life: str, before: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())
    lived, versions = LIVES[life]
    for at in places(life):
        desk = Desk(Fate(at, before))
        lived(desk)
        where = f"killed {'before' if before else 'after'} effect {at}: {desk.fate.seen[at]}"
        assert desk.fate.killed, where
        assert desk.publication.version == versions, where
        assert desk.is_true(), where
        assert desk.publication.causes == [], where
        assert desk.publication.attempt is None, where
        assert len(desk.marts.asked) <= versions + 1, where
        manifest = desk.check()
        assert manifest is not None, where
        desk.change(cause=Cause.ERASED)
        desk.minutes(2)
        assert left_over(desk) == set(), where


def left_over(desk: Desk) -> set[str]:
    """What lies in the bucket and no manifest names."""
    manifest = desk.check()
    assert manifest is not None
    named = {file.name for mart in manifest.marts.values() for file in mart.files}
    return {*desk.objects.held} - named - {desk.publication.manifest}


def test_an_interrupted_erasure_shows_nobody_what_is_about_to_go() -> None:
    desk = Desk(Fate(at=None))
    desk.change()
    desk.minutes(5)
    seen: list[object] = []

    def count(what: str, how_many: int) -> None:
        seen.append(desk.reader.latest(WORKSPACE))

    withdraw(desk.documents, desk.objects, desk.clock, WORKSPACE, count)
    assert seen == [None, None]
    assert desk.objects.held == {}
    assert desk.documents.get(model.publication_path(WORKSPACE)) is not None
