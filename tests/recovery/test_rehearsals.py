"""Six platforms lose something in the middle of a sync, at eleven moments of it, and are recovered as
docs/disaster-recovery.md says. Two syncs later the tables hold what they would have held had nothing been lost, marks
of what has vanished included."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from infra.admin import target
from shared import log
from shared.messages import Message
from shared.states import RunState
from shared.stores.ports import Transaction
from shared.warehouse.runs import TABLE
from tests.recovery.conftest import Site, exported
from tests.support.memory import MemoryDocuments, MemoryObjects
from tests.support.warehouse import MemoryWarehouse

pytestmark = pytest.mark.slow

MOMENTS = 11
Held = dict[str, tuple[set[Any], set[Any]]]


@dataclass(frozen=True)
class Life:
    """As little of a platform as shows its children, its windows of days and what vanishes from it."""

    counts: Mapping[str, int]
    streams: list[str] = field(default_factory=list)
    days: int = 0  # how far back days are read
    steps: int = 3  # of life between two syncs
    marks: bool = True  # whether anything vanishes from it that can be marked


LIVES = {
    "emailoctopus": Life(
        {"lists": 1, "contacts": 3, "campaigns": 2}, ["lists", "contacts", "campaigns", "campaign_summary", "list_tags"]
    ),
    "mailchimp": Life(
        {"lists": 1, "members": 3, "campaigns": 1},
        ["lists", "list_members", "list_member_tags", "campaigns", "reports", "click_details"],
    ),
    "shopify": Life(
        {"orders": 2, "customers": 2, "products": 2},
        ["orders", "order_line_items_rest", "order_refund_lines", "order_refund_lines_rest", "locations"],
        steps=4,
        marks=False,
    ),
    "klaviyo": Life(
        {"profiles": 3, "lists": 2, "segments": 1, "campaigns": 1, "flows": 1, "templates": 1, "forms": 1, "events": 2},
        ["profiles", "lists", "list_members", "flows", "flow_actions"],
    ),
    "google_ads": Life(
        {"campaigns": 3, "ad_groups": 1, "ads": 1, "keywords": 1, "days": 4}, ["campaigns", "campaign_daily"], 12
    ),
    "metricool": Life({"posts": 2, "days": 4, "plans": 1}, ["instagram_posts", "instagram_stories"], 12),
}


@dataclass(frozen=True)
class Moment:
    """All that there is, in the middle of a sync. What is kept is never changed in place, so the shelves are enough."""

    documents: MemoryDocuments
    objects: dict[str, Any]
    warehouse: MemoryWarehouse
    waiting: tuple[Message, ...]
    now: datetime


def moment_of(site: Site, *under_way: Message) -> Moment:
    documents, objects = MemoryDocuments(), MemoryObjects(dict(site.objects.held))
    documents.docs.of = {name: dict(shelf) for name, shelf in site.documents.docs.of.items()}
    return Moment(
        documents, objects.held, site.warehouse.copy(objects), (*under_way, *site.bus.waiting), site.clock.now()
    )


class Rehearsal:
    """A site in its third sync, twelve days after the second; what had vanished before is told no more."""

    def __init__(self, site: Site, life: Life) -> None:
        self.site, self.life = site, life
        assert site.sync()["state"] == RunState.COMPLETED
        site.box.change(life.steps)
        assert site.sync()["state"] == RunState.COMPLETED
        assert not site.wrong()
        site.box.change(life.steps)
        site.clock.forward(days=12)  # what changed is older than what a cursor reads again
        every = self.watched()
        self.moments = [every[len(every) * (2 * number + 1) // (2 * MOMENTS)] for number in range(MOMENTS)]
        site.clock.forward(minutes=40)
        self.end = moment_of(site)
        self.undisturbed = self.two_syncs(self.at(self.end))

    def watched(self) -> list[Moment]:
        """A sync, and what there is between any two writes of its documents."""
        site, steps = self.site, list[Moment]()
        transact, under_way = site.documents.transact, list[Message]()

        def watching(work: Callable[[Transaction], Any]) -> Any:
            steps.append(moment_of(site, *under_way))
            return transact(work)

        site.documents.transact = watching
        site.admin("sync", site.workspace, site.platform)
        deliver = site.machine.deliver

        def delivering(message: Message, attempt: int = 1) -> bool:
            under_way[:] = [message]
            return deliver(message, attempt)

        site.machine.deliver = delivering  # type: ignore[method-assign]
        site.machine.settle()
        return steps

    def at(self, moment: Moment) -> Site:
        """The site as it was."""
        site = self.site
        site.go_back(moment.now)
        site.objects = MemoryObjects(dict(moment.objects))
        site.warehouse = moment.warehouse.copy(site.objects)
        site.documents = MemoryDocuments()
        site.documents.docs.of = {name: dict(shelf) for name, shelf in moment.documents.docs.of.items()}
        site.live_on(site.database)
        site.bus.waiting.extend(moment.waiting)
        return site

    def later(self, moment: Moment, ahead: bool) -> Site:
        """The day after, without a document. `ahead`: the sync went on, and its rows are there already."""
        site = self.at(self.end if ahead else moment)
        site.live_on("lost" if site.database != "lost" else "lost again")
        site.go_back(self.end.now)
        return site

    def replay(self, site: Site) -> None:
        """It takes no time here, so that the days that follow are those of the undisturbed."""
        site.go_back(self.end.now)
        assert site.replay()["state"] == RunState.COMPLETED
        site.go_back(self.end.now)

    def two_syncs(self, site: Site) -> Any:
        for _ in range(2):
            site.sync()
        return held(site)

    def differs(self, site: Site) -> list[str]:
        """What two syncs do not put right."""
        return [
            f"{table}: {len(mine ^ theirs)} {what}"
            for table, sides in difference(self.undisturbed, self.two_syncs(site)).items()
            for what, (mine, theirs) in sides.items()
            if mine != theirs
        ]


def difference(one: Held, other: Held) -> dict[str, dict[str, tuple[set[Any], set[Any]]]]:
    none: tuple[set[Any], set[Any]] = set(), set()
    return {
        table: dict(zip(("rows", "marks"), zip(one.get(table, none), other.get(table, none), strict=True), strict=True))
        for table in one.keys() | other.keys()
    }


def held(site: Site) -> Held:
    """Of each table, the rows that are there with what they say, and those that are marked as gone."""
    found = {}
    for table in site.tables():
        if table != TABLE.name:
            key = site.warehouse.tables[site.workspace, table].of
            rows = site.warehouse.current(site.workspace, table)
            there = {(key(row), row["_hash"]) for row in rows if row.get("_deleted_at") is None}
            found[table] = there, {key(row) for row in rows if row.get("_deleted_at") is not None}
    return found


@pytest.fixture(scope="module", params=LIVES)
def rehearsal(request: pytest.FixtureRequest) -> Iterator[Rehearsal]:
    life = LIVES[request.param]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "stream", io.StringIO())
        site = Site(platform=request.param, counts=life.counts, streams=life.streams, days=life.days)
        patch.setattr(target, "stores", lambda local: site.stores)
        yield Rehearsal(site, life)


def test_nothing_is_lost(rehearsal: Rehearsal) -> None:
    """What the others are held against is the truth, and has marks to lose."""
    rehearsal.two_syncs(rehearsal.at(rehearsal.end))
    if not rehearsal.site.days:  # of days that are over, the platform tells more than is read
        assert not rehearsal.site.wrong()
    assert any(marked for _, marked in rehearsal.undisturbed.values()) == rehearsal.life.marks


def test_firestore_is_lost_and_an_export_of_ours_is_left(rehearsal: Rehearsal, tmp_path: Path) -> None:
    lost = {}
    for number, moment in enumerate(rehearsal.moments):
        kept = str(tmp_path / str(number))
        rehearsal.at(moment).admin("state", "export", kept)
        site = rehearsal.later(moment, ahead=number % 2 == 0)
        site.admin("state", "restore", kept)
        lost[number] = rehearsal.differs(site)
    assert not any(lost.values()), lost


def test_the_database_is_deleted_and_the_hourly_export_is_left(rehearsal: Rehearsal) -> None:
    """Firestore exports groups in no order and not of one moment: cursors may be much younger than all else."""
    lost = {}
    for number, moment in enumerate(rehearsal.moments):
        kept = exported(moment.documents, rehearsal.site.workspace)
        after = rehearsal.moments[min(number + number % 3, MOMENTS - 1)]
        later = exported(after.documents, rehearsal.site.workspace)
        kept |= {path: doc for path, doc in later.items() if "/cursors/" in path}
        site = rehearsal.later(after, ahead=False)
        for path, doc in kept.items():
            site.documents.set(path, doc)
        lost[number] = rehearsal.differs(site)
    assert not any(lost.values()), lost


def test_the_datasets_are_lost(rehearsal: Rehearsal) -> None:
    """The sync goes on without knowing."""
    lost = {}
    for number, moment in enumerate(rehearsal.moments):
        site = rehearsal.at(moment)
        site.lose_datasets()
        site.machine.settle()
        rehearsal.replay(site)
        lost[number] = rehearsal.differs(site)
    assert not any(lost.values()), lost


def test_firestore_and_the_datasets_are_lost(rehearsal: Rehearsal, tmp_path: Path) -> None:
    lost = {}
    for number, moment in enumerate(rehearsal.moments):
        kept = str(tmp_path / str(number))
        rehearsal.at(moment).admin("state", "export", kept)
        site = rehearsal.later(moment, ahead=number % 2 == 0)
        site.lose_datasets()
        site.admin("state", "restore", kept)
        rehearsal.replay(site)
        lost[number] = rehearsal.differs(site)
    assert not any(lost.values()), lost
