"""Whatever is done to the log by hand, the walk finds it; and what is as it should be is never complained of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.audit.checking import Report, walk
from shared.audit.entry import ERASABLE, STAYS, digest, doc_of, leaf
from shared.audit.erasing import ERASED, erase
from shared.audit.record import entry_path
from shared.audit.seal import HEAD, seal_doc, seal_of, seal_path
from tests.audit.log import OPERATOR, Log

Doc = dict[str, Any]


@pytest.fixture
def there() -> Log:
    made = Log()
    made.minutes(2, 1, 0, 3)
    return made


def entries(there: Log) -> list[Doc]:
    return sorted((doc for _, doc in there.documents.each("audit_entries")), key=lambda doc: str(doc["id"]))


def change(there: Log, path: str, **changes: Any) -> None:
    there.documents.set(path, {**there.documents.docs[path], **changes})


def sealed_anew(there: Log, first: int) -> None:
    """What somebody would do who knows how it is made: every seal from here on, and the head."""
    previous = seal_of(there.documents.docs[seal_path(first - 1)]).hash if first > 1 else "0" * 64
    newest = max(doc["number"] for doc in there.documents.find("audit_seals"))
    for number in range(first, newest + 1):
        seal = seal_of(there.documents.docs[seal_path(number)])
        leaves = tuple(
            (name, leaf(there.documents.docs[entry_path(name)]))
            for name, _ in seal.entries
            if entry_path(name) in there.documents.docs
        )
        seal = type(seal)(number, previous, seal.at, leaves)
        there.documents.set(seal_path(number), seal_doc(seal))
        previous = seal.hash
    change(there, HEAD, hash=previous)


def test_a_log_as_it_should_be(there: Log) -> None:
    there.act()
    report = there.walk(told=True)
    assert report == Report(seals=3, entries=7, unsealed=1, last=3)
    assert Log().walk() == Report()


@pytest.mark.parametrize("name", [*STAYS[1:], "at", "digest"])
def test_a_changed_entry(there: Log, name: str) -> None:
    doc = entries(there)[1]
    value = doc["at"] + timedelta(microseconds=1) if name == "at" else "other"
    change(there, entry_path(doc["id"]), **{name: value})
    assert there.found() & {"an entry was changed", "what an entry tells was changed"}


@pytest.mark.parametrize("name", [*ERASABLE, "salt"])
def test_what_an_entry_tells_was_changed(there: Log, name: str) -> None:
    change(there, entry_path(entries(there)[1]["id"]), **{name: {"rows": "4"} if name == "details" else "other"})
    assert there.found() == {"what an entry tells was changed"}


def test_an_entry_that_was_changed_with_its_digest(there: Log) -> None:
    doc = {**entries(there)[1], "who": "person:ben"}
    change(there, entry_path(doc["id"]), who="person:ben", digest=digest(doc))
    assert there.found() == {"an entry was changed"}


def test_a_removed_entry(there: Log) -> None:
    name = entries(there)[3]["id"]
    there.documents.delete(entry_path(name))
    assert [(each.what, each.seal, each.entry) for each in there.walk().findings] == [("an entry was removed", 3, name)]


def test_an_entry_that_was_never_sealed_and_says_so(there: Log) -> None:
    doc = {**doc_of(OPERATOR.entry(there.clock.now(), "key.made", "keys/x")), "seal": 2}
    there.documents.set(entry_path(doc["id"]), doc)
    assert there.found() == {"an entry was inserted: no seal holds it"}


def test_an_entry_that_says_it_is_of_a_seal_that_is_not_there(there: Log) -> None:
    doc = {**doc_of(OPERATOR.entry(there.clock.now(), "key.made", "keys/x")), "seal": 99}
    there.documents.set(entry_path(doc["id"]), doc)
    assert there.found() == {"an entry was inserted: no seal holds it"}


def test_an_entry_of_long_ago_that_is_sealed_today(there: Log) -> None:
    there.clock.forward(days=3)
    there.minutes(1)
    doc = doc_of(OPERATOR.entry(there.clock.now() - timedelta(days=3), "key.made", "keys/x"))
    there.documents.set(entry_path(doc["id"]), doc)
    there.minutes(1)
    assert "an entry says that it is much older than the seal before it" in there.found()


def test_an_entry_that_nobody_seals(there: Log) -> None:
    there.act()
    there.clock.forward(minutes=29)
    assert not there.found()
    there.clock.forward(minutes=2)
    assert there.found() == {"an entry was not sealed"}


def test_an_entry_moved_to_another_seal(there: Log) -> None:
    change(there, entry_path(entries(there)[0]["id"]), seal=2)
    assert there.found() == {"an entry says that it is of another seal"}


def test_entries_in_another_order(there: Log) -> None:
    doc = there.documents.docs[seal_path(3)]
    change(there, seal_path(3), entries=[*reversed(doc["entries"])])
    assert "entries of a seal are not in the order of time" in there.found()
    assert "a seal was changed" in there.found()


def test_an_entry_sealed_twice(there: Log) -> None:
    first = there.documents.docs[seal_path(1)]["entries"]
    doc = there.documents.docs[seal_path(3)]
    change(there, seal_path(3), entries=[first[0], *doc["entries"]])
    assert "an entry is sealed twice" in there.found()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_missing_batch(there: Log, number: int) -> None:
    there.documents.delete(seal_path(number))
    assert there.found() & {"a seal is missing", "the newest seals are missing"}
    gone = [doc["id"] for doc in entries(there) if doc["seal"] == number]
    for name in gone:
        there.documents.delete(entry_path(name))
    assert there.found() & {"a seal is missing", "the newest seals are missing"}


def test_the_newest_batch_taken_away_with_the_head_is_seen_against_the_log_only(there: Log) -> None:
    there.documents.delete(seal_path(3))
    for doc in entries(there)[3:]:
        there.documents.delete(entry_path(doc["id"]))
    change(there, HEAD, number=2, hash=there.told[2])
    assert not there.found()
    assert there.found(told=True) == {"seals that were told to the log are missing"}


def test_a_chain_made_anew_is_seen_against_the_log_only(there: Log) -> None:
    doc = {**entries(there)[1], "who": "person:ben"}
    change(there, entry_path(doc["id"]), who="person:ben", digest=digest(doc))
    sealed_anew(there, 1)
    assert not there.found()
    assert there.found(told=True) == {"a seal is not the one that was told to the log"}


def test_a_chain_made_anew_from_the_middle_does_not_follow(there: Log) -> None:
    change(there, seal_path(1), at=there.clock.now() - timedelta(days=1))
    assert "a seal was changed" in there.found()
    change(there, seal_path(1), hash=seal_of(there.documents.docs[seal_path(1)]).hash)
    assert there.found() == {"a seal does not follow the one before"}


def test_a_head_that_says_otherwise(there: Log) -> None:
    change(there, HEAD, hash="0" * 64)
    assert there.found() == {"the newest seal is another one"}
    there.documents.delete(HEAD)
    assert there.found() == {"nothing says which seal is the newest"}


def test_a_seal_that_was_never_told(there: Log) -> None:
    del there.told[2]
    assert there.found(told=True) == {"a seal was never told to the log"}


def test_the_log_may_begin_later_than_the_chain(there: Log) -> None:
    """A log bucket keeps its lines for a while; seals that are older than that are not held against it."""
    del there.told[1]
    assert not there.found(told=True)


def test_a_walk_from_the_middle_sees_what_came_after_it(there: Log) -> None:
    change(there, entry_path(entries(there)[0]["id"]), act="other")
    assert not there.walk(2).findings
    assert [finding.seal for finding in there.walk(1).findings] == [1]
    there.documents.delete(seal_path(1))
    assert {finding.what for finding in there.walk(2).findings} == {"a seal is missing"}


def test_what_is_sealed_while_we_walk_is_no_finding(there: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    there.act()
    each = there.documents.each

    def meanwhile(*said: Any) -> Any:
        monkeypatch.setattr(there.documents, "each", each)
        there.minutes(2)
        return each(*said)

    monkeypatch.setattr(there.documents, "each", meanwhile)
    report = there.walk()
    assert not report.findings
    assert report.unsealed == 3


# -- erasure ------------------------------------------------------------------------------------------------


def test_a_person_is_erased_and_the_chain_still_holds(there: Log) -> None:
    there.act("person:ben")
    there.act("person:ben", of="acme/private")
    kept = there.act("person:ann")
    assert erase(there.documents, there.clock, OPERATOR, "who", "person:ben") == 2
    there.minutes(1)
    assert erase(there.documents, there.clock, OPERATOR, "of", "acme/1") == 8
    there.minutes(1)
    report = there.walk(told=True)
    assert not report.findings
    assert report.erased == 10
    everything = str(dict(there.documents.docs))
    assert not [word for word in ("person:ben", "acme/private") if word in everything]
    doc = there.documents.docs[entry_path(kept)]
    assert (doc["who"], doc["salt"], doc["details"], doc["act"]) == ("", "", {}, "contacts.read")
    assert [doc["who"] for doc in entries(there) if doc["act"] == ERASED] == ["operator:root"] * 2


def test_erased_twice_is_erased_once(there: Log) -> None:
    assert erase(there.documents, there.clock, OPERATOR, "who", "person:ann") == 6
    assert erase(there.documents, there.clock, OPERATOR, "who", "person:ann") == 0
    assert erase(there.documents, there.clock, OPERATOR, "who", "operator:root") == 0  # an erasure stays told
    there.minutes(1)
    assert not there.found()


def test_what_is_blanked_without_an_erasure_is_seen(there: Log) -> None:
    doc = entries(there)[0]
    blank = {"who": "", "of": "", "network": "", "agent": "", "details": {}, "salt": ""}
    change(there, entry_path(doc["id"]), **blank, erased_by="20260901T060000000000-nothing")
    assert there.found() == {"what an entry tells was removed, and no erasure says so"}
    erase(there.documents, there.clock, OPERATOR, "of", "acme/1")
    (act,) = [each["id"] for each in entries(there) if each["act"] == ERASED]
    change(there, entry_path(doc["id"]), erased_by=act)  # it hides behind an erasure that did not take it
    assert there.found() == {"what an entry tells was removed, and no erasure says so"}


@pytest.mark.parametrize("name", [*ERASABLE, "salt"])
def test_nothing_is_written_where_something_was_erased(there: Log, name: str) -> None:
    erase(there.documents, there.clock, OPERATOR, "who", "person:ann")
    there.minutes(0)
    change(there, entry_path(entries(there)[0]["id"]), **{name: {"rows": "4"} if name == "details" else "other"})
    assert there.found() == {"an entry that was erased tells something"}


def test_an_erasure_that_was_changed_excuses_nothing(there: Log) -> None:
    erase(there.documents, there.clock, OPERATOR, "who", "person:ann")
    (act,) = [doc for doc in entries(there) if doc["act"] == ERASED]
    change(there, entry_path(act["id"]), who="operator:other")
    assert "what an entry tells was removed, and no erasure says so" in there.found()


def test_many_entries_are_erased_in_parts_and_each_part_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Log()
    monkeypatch.setattr("shared.audit.erasing.AT_ONCE", 3)
    for _ in range(8):
        there.act("person:ben")
    there.minutes(1)
    transact, count = there.documents.transact, [0]

    def killed(work: Callable[..., Any]) -> Any:
        count[0] += 1
        if count[0] == 2:
            raise KeyboardInterrupt
        return transact(work)

    monkeypatch.setattr(there.documents, "transact", killed)
    with pytest.raises(KeyboardInterrupt):
        erase(there.documents, there.clock, OPERATOR, "who", "person:ben")
    monkeypatch.undo()
    assert not there.found()
    assert erase(there.documents, there.clock, OPERATOR, "who", "person:ben") == 5
    there.minutes(1)
    assert not there.found()


@pytest.mark.parametrize("field", ["agent", "id", "network", ""])
def test_entries_are_erased_by_who_and_of_only(there: Log, field: str) -> None:
    with pytest.raises(ValueError, match="not found by"):
        erase(there.documents, there.clock, OPERATOR, field, "x")
    with pytest.raises(ValueError, match="not found by"):
        erase(there.documents, there.clock, OPERATOR, "who", "")


# -- by chance ------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.data())
def test_any_one_change_is_found_and_any_life_is_not(minutes: list[int], data: st.DataObject) -> None:
    there = Log()
    there.minutes(*minutes)
    if data.draw(st.booleans()):
        erase(there.documents, there.clock, OPERATOR, "who", "person:ann")
        there.minutes(0)
    assert not there.found(told=True)
    paths = sorted(path for path in there.documents.docs if path != HEAD)
    if not paths:
        return
    path = data.draw(st.sampled_from(paths))
    doc = there.documents.docs[path]
    if data.draw(st.booleans()):
        there.documents.delete(path)
    else:
        name = data.draw(st.sampled_from(sorted(doc)))
        before = doc[name]
        other: Any = {"x": "y"} if isinstance(before, dict) else before + 1 if isinstance(before, int) else "other"
        if isinstance(before, list):
            other = before[1:]
        if hasattr(before, "year"):
            other = before - timedelta(seconds=1)
        change(there, path, **{name: other})
    assert walk(there.documents, there.clock.now(), told=there.told).findings
