"""Each minute's entries become one seal; killed at any side effect, or two at once, none is lost or sealed twice."""

from __future__ import annotations

import io
from collections import Counter
from datetime import timedelta
from typing import Any

import orjson
import pytest

from shared import log
from shared.audit.entry import UNSEALED
from shared.audit.record import entry_path
from shared.audit.seal import AT_ONCE, BEGINNING, HEAD, Seal, seal_of
from shared.audit.sealing import TOLD, Sealer
from tests.audit.log import Log
from tests.support.faults import Fate, Fragile, Killed
from tests.support.memory import MemoryDocuments, Time


def seals(documents: MemoryDocuments) -> list[list[str]]:
    found = documents.find("audit_seals", order="number")
    return [[entry for entry, _ in seal_of(doc).entries] for doc in found]


def test_a_minutes_entries_are_one_seal_and_a_quiet_minute_none() -> None:
    there = Log()
    names = there.minutes(3, 0, 1)
    assert seals(there.documents) == [names[:3], names[3:]]
    assert [there.documents.docs[entry_path(name)]["seal"] for name in names] == [1, 1, 1, 2]
    first, second = (seal_of(doc) for doc in there.documents.find("audit_seals", order="number"))
    assert (first.previous, second.previous) == (BEGINNING, first.hash)
    assert there.told == {1: first.hash, 2: second.hash}
    head = there.documents.docs[HEAD]
    assert (head["number"], head["hash"], head["told"]) == (2, second.hash, 2)


def test_more_than_a_seal_holds_are_several_in_the_order_of_time() -> None:
    there = Log()
    names = [there.act() for _ in range(AT_ONCE + 5)]
    assert there.sealer.seal() == 2
    assert seals(there.documents) == [names[:AT_ONCE], names[AT_ONCE:]]
    assert not there.found(told=True)


def test_a_turn_ends_before_the_next_minute() -> None:
    there = Log()
    for _ in range(AT_ONCE + 1):
        there.act()
    there.clock.every(1, lambda: None)
    slow = Sealer(there.documents, there.clock, lambda seal: there.clock.forward(seconds=46))
    assert slow.seal() == 1
    assert there.sealer.seal() == 1


def test_a_quiet_minute_reads_two_documents_and_writes_none() -> None:
    there = Log()
    there.minutes(1)
    there.documents.reads = Counter()
    before = dict(there.documents.docs)
    there.sealer.seal()
    assert there.documents.reads.total() == 2
    assert dict(there.documents.docs) == before


def test_where_nothing_is_done_it_looks_every_quarter_of_an_hour_and_then_each_minute_again() -> None:
    there = Log()
    sealer, looks = there.sealer, []
    for minute in range(80):
        there.documents.reads = Counter()
        if minute == 20:
            there.act()
            there.clock.moment -= timedelta(seconds=1)
        sealer.seal()
        looks += [minute] * bool(there.documents.reads)
        there.clock.forward(minutes=1)
    assert looks == [0, 15, *range(30, 61), 75]
    assert not there.found(told=True)


def two_minutes(fate: Fate) -> Log:
    """Two minutes, each sealed by somebody who may be killed, and by the next minute's."""
    there = Log()
    fragile: Any = Fragile(there.documents, "documents", fate)

    def tell(seal: Seal) -> None:
        fate.meet("tell", lambda: there.tell(seal))

    for count in (2, 1):
        for _ in range(count):
            there.act()
        there.clock.forward(minutes=1)
        try:
            Sealer(fragile, there.clock, tell).seal()
        except Killed:
            there.act()  # life goes on
    there.clock.forward(minutes=1)
    there.sealer.seal()
    return there


def test_killed_at_every_side_effect_nothing_is_lost_or_doubled() -> None:
    whole = Fate()
    two_minutes(whole)
    assert {"documents.transact", "tell"} <= set(whole.seen)
    for at in range(whole.count):
        for before in (True, False):
            fate = Fate(at, before)
            there = two_minutes(fate)
            assert fate.killed
            where = f"killed {'before' if before else 'after'} {at}: {fate.seen[at]}"
            entries = [doc for _, doc in there.documents.each("audit_entries")]
            sealed = [name for names in seals(there.documents) for name in names]
            assert sorted(sealed) == sorted(doc["id"] for doc in entries), where
            assert not [doc for doc in entries if doc["seal"] == UNSEALED], where
            assert sorted(there.told) == list(range(1, len(seals(there.documents)) + 1)), where
            assert not there.found(told=True), where


def test_all_that_was_not_told_is_told_and_nothing_else() -> None:
    there = Log()
    there.minutes(1, 1, 1)
    told, there.documents.docs[HEAD]["told"] = dict(there.told), 1
    there.told.clear()
    there.sealer.seal()
    assert there.told == {number: told[number] for number in (2, 3)}


def test_two_who_seal_at_once_make_one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked before either writes."""
    there = Log()
    for _ in range(3):
        there.act()
    look, other = there.documents.find, Log(there.documents, there.clock, there.told)

    def looked(collection: str, *where: object, **more: object) -> object:
        found = look(collection, *where, **more)
        if collection == "audit_entries":
            monkeypatch.setattr(there.documents, "find", look)
            other.act()
            assert other.sealer.seal() == 1
        return found

    monkeypatch.setattr(there.documents, "find", looked)
    assert there.sealer.seal() == 0
    assert [len(names) for names in seals(there.documents)] == [4]
    assert not there.found(told=True)


def test_a_seal_is_a_line_of_the_log_that_names_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, there = io.StringIO(), Log()
    monkeypatch.setattr(log, "stream", lines)
    there.act()
    Sealer(there.documents, there.clock).seal()
    (line,) = [orjson.loads(text) for text in lines.getvalue().splitlines()]
    (doc,) = there.documents.find("audit_seals")
    assert line == {"severity": "INFO", "message": TOLD, "seal": 1, "hash": doc["hash"], "entries": 1}


def test_seals_that_come_late_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, there = io.StringIO(), Log()
    monkeypatch.setattr(log, "stream", lines)
    there.act()
    there.clock.forward(minutes=20)
    there.sealer.seal()
    assert "late" not in lines.getvalue()
    there.act()
    there.clock.forward(minutes=21)
    there.sealer.seal()
    assert "audit seal is late" in lines.getvalue()


def test_what_was_added_is_walked_once_a_day_and_a_break_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, there = io.StringIO(), Log()
    monkeypatch.setattr(log, "stream", lines)
    names = there.minutes(2, 2)
    there.documents.docs[entry_path(names[0])]["act"] = "contacts.forgotten"
    there.minutes(1)
    assert "broken" not in lines.getvalue()  # walked once already today
    there.clock.forward(days=1)
    there.minutes(1)
    assert lines.getvalue().count("audit chain is broken") == 1
    assert there.documents.docs[HEAD]["walked"] == 4
    there.clock.forward(days=1)
    there.minutes(1)
    assert lines.getvalue().count("audit chain is broken") == 1  # only what was added


def test_a_missing_seal_does_not_stop_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, there = io.StringIO(), Log()
    monkeypatch.setattr(log, "stream", lines)
    there.minutes(1, 1)
    there.documents.delete("audit_seals/0000000002")
    there.documents.docs[HEAD]["told"] = 1
    there.minutes(1, 1)
    assert lines.getvalue().count("audit chain is broken") == 1
    assert there.documents.docs[HEAD]["number"] == 4
    assert "a seal is missing" in there.found()


def test_the_clock_of_an_entry_is_kept_to_the_microsecond() -> None:
    there = Log(clock=Time())
    there.clock.moment += timedelta(microseconds=123456)
    name = there.act()
    assert name.startswith("20260901T060001123456-")


def test_what_waited_through_an_outage_is_sealed_late_and_nobody_has_tampered() -> None:
    """More than one seal holds, long after it was entered: the walk must not take that for entries of long ago."""
    there = Log()
    there.minutes(1)
    for _ in range(2 * AT_ONCE + 5):
        there.act()
    there.clock.forward(hours=3)
    there.sealer.seal()
    assert there.walk().findings == []
    there.minutes(1)
    assert there.walk(told=True).findings == []


def test_after_an_outage_an_entry_of_long_ago_is_found_again() -> None:
    there = Log()
    for _ in range(AT_ONCE + 5):
        there.act()
    there.clock.forward(hours=3)
    there.sealer.seal()
    there.clock.forward(hours=-2)
    there.act()
    there.clock.forward(hours=2)
    there.sealer.seal()
    assert there.found() == {"an entry says that it is much older than the seal before it"}
