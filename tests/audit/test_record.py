"""An entry is there before the act is, holds what was asked for and nothing endless, and says no more once erased."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NoReturn

import pytest

from shared.audit.entry import ERASABLE, LONGEST, Entry, Outcome, digest, doc_of, leaf
from shared.audit.record import Unwritten, record, record_in
from tests.support.memory import MemoryDocuments

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def entry(**more: Any) -> Entry:
    told: dict[str, Any] = {
        "at": NOON,
        "act": "key.made",
        "outcome": Outcome.DONE,
        "who": "person:p1",
        "of": "keys/api_1",
        "workspace": "acme",
        "route": "keys",
        "network": "192.0.2.7",
        "agent": "curl/9",
        "request": "r1",
        "details": {"scopes": "data:read"},
    }
    return Entry(**{**told, **more})


def test_who_what_on_which_thing_when_from_where_and_with_what_outcome() -> None:
    documents = MemoryDocuments()
    name = record(documents, entry())
    doc = documents.docs[f"audit_entries/{name}"]
    told = {name: value for name, value in doc.items() if name not in ("salt", "digest")}
    assert told == {
        "id": name,
        "at": NOON,
        "act": "key.made",
        "outcome": "done",
        "who": "person:p1",
        "of": "keys/api_1",
        "workspace": "acme",
        "route": "keys",
        "network": "192.0.2.7",
        "agent": "curl/9",
        "request": "r1",
        "details": {"scopes": "data:read"},
        "erased_by": "",
        "seal": 0,
    }


def test_ids_are_in_the_order_of_time_and_no_two_alike() -> None:
    made = [doc_of(entry(at=NOON.replace(microsecond=number)))["id"] for number in (1, 20, 300)]
    assert made == sorted(made)
    assert doc_of(entry())["id"] != doc_of(entry())["id"]


def test_an_act_whose_entry_cannot_be_written_is_refused() -> None:
    class Down(MemoryDocuments):
        def create(self, path: str, doc: Any) -> NoReturn:
            raise ConnectionError("the database at 10.0.0.1 does not answer")

    with pytest.raises(Unwritten) as refused:
        record(Down(), entry())
    assert "10.0.0.1" not in str(refused.value)


def test_an_entry_stands_or_falls_with_the_transaction_that_it_is_in() -> None:
    documents = MemoryDocuments()

    def work(tx: Any) -> None:
        tx.set("keys/one", {"id": "one"})
        record_in(tx, entry())
        tx.update("keys/missing", {"id": "none"})

    with pytest.raises(Exception, match="no keys/missing"):
        documents.transact(work)
    assert not documents.docs


@pytest.mark.parametrize("name", ["who", "of", "network", "agent"])
def test_what_strangers_send_is_cut_and_made_a_text_that_can_be_kept(name: str) -> None:
    doc = doc_of(entry(**{name: "\ud800\x1b[2J" + "x" * 5000}))
    assert len(doc[name]) == LONGEST
    assert doc[name].startswith("?\x1b[2J")
    assert doc["digest"] == digest(doc)


def test_many_details_are_few() -> None:
    assert len(doc_of(entry(details={f"n{number}": "v" for number in range(500)}))["details"]) == 20


@pytest.mark.parametrize("name", ["at", "act", "outcome", "workspace", "route", "request", "id", "digest"])
def test_every_field_that_stays_is_in_the_leaf(name: str) -> None:
    doc = doc_of(entry())
    other = NOON.replace(hour=13) if name == "at" else "other"
    assert leaf({**doc, name: other}) != leaf(doc)


@pytest.mark.parametrize("name", [*ERASABLE, "salt"])
def test_every_field_that_can_be_erased_is_in_the_digest(name: str) -> None:
    doc = doc_of(entry())
    assert digest({**doc, name: {"scopes": "all"} if name == "details" else "other"}) != doc["digest"]


def test_no_field_runs_into_its_neighbour() -> None:
    doc = doc_of(entry(who="ab", of="c"))
    assert digest({**doc, "who": "a", "of": "bc"}) != doc["digest"]
    assert leaf({**doc, "act": "ab", "outcome": "c"}) != leaf({**doc, "act": "a", "outcome": "bc"})


def test_the_same_act_twice_has_two_digests_so_that_none_can_be_guessed() -> None:
    assert doc_of(entry())["digest"] != doc_of(entry())["digest"]
