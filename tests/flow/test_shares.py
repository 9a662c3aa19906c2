"""Calls of a day that all clients share: one that reads years takes what nobody else needs, and not more."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from shared.errors import Later
from shared.platforms import platform as platform_named
from shared.stores.ports import Doc
from shared.sync import shares
from shared.sync.budgets import Allowed, Budget
from tests.support.memory import MemoryDocuments, Time

pytestmark = pytest.mark.slow

CONTACT = platform_named("constant_contact")
ALLOWED = 10_000
MIDNIGHT = datetime(2026, 9, 1, tzinfo=UTC)
STREAM = CONTACT.streams[0]


@dataclass
class App:
    """All connections of our app on one day, each with what it wants: hour of the day → so many calls."""

    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    clock: Time = field(default_factory=lambda: Time(MIDNIGHT))
    made: dict[str, int] = field(default_factory=dict)
    waits: dict[str, list[Later]] = field(default_factory=dict)

    def day(self, wanted: Mapping[str, Mapping[float, int]]) -> None:
        """Workers come when they are due; whoever must wait comes back when it was told to, not before."""
        self.made, self.waits = dict.fromkeys(wanted, 0), {who: [] for who in wanted}
        begins = self.clock.now().replace(hour=0, minute=0, second=0)
        todo = [
            (begins + timedelta(hours=hour), who, calls) for who, day in wanted.items() for hour, calls in day.items()
        ]
        while todo := sorted(todo):
            at, who, calls = todo.pop(0)
            if at >= begins + timedelta(days=1):
                break
            self.clock.moment = max(at, self.clock.now())
            left, again = self.work(who, min(calls, 60))
            left += calls - min(calls, 60)
            if left:
                todo.append((again, who, left))
        self.clock.moment = begins + timedelta(days=1)

    def work(self, who: str, calls: int) -> tuple[int, datetime]:
        """One worker's turn: its calls, and what it did not use is given back."""
        allowed = Allowed(self.documents, self.clock, CONTACT, who)
        left, again = calls, self.clock.now() + timedelta(seconds=1)
        try:
            while left:
                allowed.of(STREAM).take()
                left, self.made[who] = left - 1, self.made[who] + 1
        except Later as wait:
            self.waits[who].append(wait)
            again = wait.not_before or MIDNIGHT
        allowed.give_back()
        if left and again <= self.clock.now():
            raise AssertionError("told to wait until now")
        return left, again

    @property
    def doc(self) -> Doc:
        return self.documents.docs["budgets/constant_contact"]


DAILY: dict[str, dict[float, int]] = {"b": {6: 300}, "c": {14: 700}, "d": {22: 500}, "e": {6: 100, 14: 100, 22: 100}}
GIANT: dict[str, dict[float, int]] = {"giant": {0.1: 1_000_000}}


def needed(who: str) -> int:
    return sum(DAILY[who].values())


def test_a_giant_first_sync_leaves_the_daily_syncs_of_the_others_whole() -> None:
    app = App()
    app.day(DAILY)  # an ordinary day
    app.day({**GIANT, **DAILY})
    for who in DAILY:
        assert app.made[who] == needed(who), who
        assert app.waits[who] == [], "and none of them waited"
    assert sum(app.made.values()) <= ALLOWED
    assert app.made["giant"] >= 0.95 * (ALLOWED - sum(map(needed, DAILY)))
    assert {wait.code for wait in app.waits["giant"]} <= {"daily-share", "daily-allowance", "pacing"}
    told = [wait for wait in app.waits["giant"] if wait.code == "daily-share"]
    assert told
    assert all("share" in wait.sentence and not wait.counts for wait in told)


def test_what_the_others_do_not_use_is_the_giants_by_the_end_of_the_day() -> None:
    app = App()
    app.day({who: {6: 2000} for who in DAILY})  # yesterday they used all of their shares
    app.day({**GIANT, **{who: {0.0: 1} for who in DAILY}})
    assert app.made["giant"] >= 0.95 * ALLOWED
    assert sum(app.made.values()) <= ALLOWED


def test_five_that_begin_together_have_a_fifth_each_at_least() -> None:
    app = App()
    app.day({who: {6: 1_000_000} for who in "abcde"})
    assert sum(app.made.values()) >= 0.99 * ALLOWED
    assert sum(app.made.values()) <= ALLOWED
    for who in "abcde":
        assert app.made[who] >= 0.9 * ALLOWED / 5


def test_whoever_is_alone_has_all_of_it_at_once() -> None:
    app = App()
    app.day({"giant": {6: 1_000_000}})
    assert app.made["giant"] == ALLOWED
    assert {wait.code for wait in app.waits["giant"]} <= {"daily-allowance", "pacing"}


def test_hundreds_of_connections_fit_into_one_document_and_are_forgotten_after_two_days() -> None:
    app = App()
    app.day({f"connection {number}": {number / 50: 15} for number in range(500)})
    assert all(made == 15 for made in app.made.values())
    assert len(app.doc["users"]) == 500
    assert len(orjson.dumps(app.doc["users"])) < 50_000
    assert "connection" not in repr(app.doc), "nobody's id is in a document that belongs to all"
    app.day({"one": {6: 1}})
    assert len(app.doc["users"]) == 501
    app.day({"one": {6: 1}})
    assert len(app.doc["users"]) == 1


def test_what_was_granted_and_not_used_is_given_back() -> None:
    app = App()
    app.made, app.waits = {"a": 0}, {"a": []}
    for _ in range(100):
        app.work("a", 1)
    (used, _) = app.doc["users"][shares.name_of("a")]
    assert used == 100


def test_calls_of_yesterday_are_not_made_today() -> None:
    app = App()
    app.clock.moment = MIDNIGHT + timedelta(hours=23, minutes=59, seconds=59)
    budget = Budget(app.documents, app.clock, CONTACT, "a")
    budget.take()
    app.clock.forward(seconds=2)
    budget.take()
    assert app.doc["day"] == "2026-09-02"
    assert app.doc["users"][shares.name_of("a")][0] >= 1


def test_who_counted_without_shares_is_believed_for_the_day() -> None:
    app = App()
    app.documents.set("budgets/constant_contact", {"day": "2026-09-01", "used": 9_990, "whole_at": MIDNIGHT})
    budget = Budget(app.documents, app.clock, CONTACT, "a")
    for _ in range(10):
        budget.take()
    with pytest.raises(Later, match="daily-allowance"):
        budget.take()
    app.clock.moment = MIDNIGHT + timedelta(days=1)
    budget.take()


def test_no_document_of_the_app_takes_more_than_a_write_a_second() -> None:
    """Firestore's documented limit for one document, over a minute of as many calls as are allowed."""
    written: dict[str, int] = {}

    class Counting(MemoryDocuments):
        def transact(self, work: Any) -> Any:
            before = dict(self.docs)
            result = super().transact(work)
            for path, doc in self.docs.items():
                if before.get(path) != doc:
                    written[path] = written.get(path, 0) + 1
            return result

    clock, documents, calls = Time(MIDNIGHT), Counting(), 0
    crew = [Budget(documents, clock, CONTACT, f"connection {number % 3}") for number in range(6)]
    while clock.now() < MIDNIGHT + timedelta(seconds=60):
        with suppress(Later):
            crew[calls % len(crew)].take()
        calls += 1
    assert calls >= 0.95 * 3.82 * 60
    assert set(written) == {"budgets/constant_contact", *(f"budgets/constant_contact.lane{n}" for n in range(4))}
    assert max(written.values()) <= 60
    assert written["budgets/constant_contact"] <= 35


def test_shares_as_the_page_tells_them() -> None:
    noon = MIDNIGHT + timedelta(hours=12)
    quiet, busy = [0, 0], [0, 500]
    assert shares.free_for("a", {"a": [0, 0]}, 1000, noon) == 1000
    assert shares.free_for("a", {"b": quiet}, 1000, noon) == 750, "half of the other's half is set free by noon"
    assert shares.free_for("a", {"b": busy}, 1000, noon) == 500, "what it used yesterday is kept"
    assert shares.free_for("a", {"b": busy}, 1000, MIDNIGHT + timedelta(hours=23)) == 1000
    assert shares.free_for("a", {"a": [500, 0], "b": busy}, 1000, noon) == 0
    assert shares.free_for("a", {"a": [100, 0], "b": [900, 0]}, 1000, noon) == 0, "never more than there is"
    assert shares.look_again(noon) == noon + timedelta(minutes=15)
    assert shares.look_again(MIDNIGHT + timedelta(hours=22, minutes=50)) == MIDNIGHT + timedelta(hours=23)
    assert shares.look_again(MIDNIGHT + timedelta(hours=23, minutes=50)) == MIDNIGHT + timedelta(days=1)
