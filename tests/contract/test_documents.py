"""The port `Documents` as the engine uses it: the likeness in memory keeps the same contract as Firestore."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from google.api_core.exceptions import InvalidArgument, NotFound
from google.cloud.firestore_v1._helpers import ReadAfterWriteError

from infra.local import emulators
from shared.settings import Settings
from shared.states import SliceState
from shared.stores.firestore import FirestoreDocuments
from shared.stores.ports import Documents, Transaction, Where
from tests.contract import backends
from tests.contract.backends import GOOGLE, STAND_INS
from tests.support.documents import Refused
from tests.support.memory import MemoryDocuments

pytestmark = pytest.mark.slow

LIKENESS = "the likeness"
REFUSED = (Refused, InvalidArgument, NotFound, ReadAfterWriteError)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module", params=[LIKENESS, STAND_INS[0], GOOGLE])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where Firestore listens; empty: nowhere, it is the likeness."""
    if request.param == LIKENESS:
        yield ""
        return
    if request.param == GOOGLE and (reason := emulators.FIRESTORE.missing()):
        pytest.skip(reason)
    with backends.running(request.param, emulators.FIRESTORE, tmp_path_factory.mktemp("cloud")) as backend:
        yield backend.address


@pytest.fixture
def store(address: str) -> Documents:
    if not address:
        return MemoryDocuments()
    found = FirestoreDocuments(Settings(project=backends.fresh_project(), bucket="pages"))
    with mock.patch.dict(os.environ, FIRESTORE_EMULATOR_HOST=address):
        assert found.client  # made here, while the address is known
    return found


@pytest.fixture
def slices(store: Documents) -> Documents:
    """Twelve slices of two workspaces, the later the name the sooner due; two more that are never due."""
    for number in range(12):
        where = f"workspaces/{'ab'[number % 2]}/slices/s{number:02d}"
        state = ("ready", "parked", "done")[number % 3]
        store.set(where, {"id": f"s{number:02d}", "state": state, "due": NOON - timedelta(minutes=number)})
    store.set("workspaces/a/slices/never", {"id": "never", "state": "ready"})
    store.set("workspaces/a/slices/null", {"id": "null", "state": "ready", "due": None})
    return store


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [doc["id"] for doc in found]


def late(minutes: int) -> datetime:
    return NOON - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ([("due", "<=", late(9))], ["s11", "s10", "s09"]),
        ([("due", "<", late(9))], ["s11", "s10"]),
        ([("due", ">", late(2))], ["s01", "s00"]),
        ([("due", ">=", late(2))], ["s02", "s01", "s00"]),
        ([("due", ">", late(5)), ("due", "<", late(2))], ["s04", "s03"]),
        ([("state", "==", "ready"), ("due", "<=", NOON)], ["s09", "s06", "s03", "s00"]),
        ([("state", "in", ["done", "parked"]), ("due", "<", late(7))], ["s11", "s10", "s08"]),
        ([("state", "==", "ready")], ["never", "null", "s00", "s06", "s03", "s09"]),
        ([("due", "==", None)], ["null"]),
        ([("due", "in", [late(3), late(1), None])], ["s01", "s03"]),
        ([("due", "<", 5)], []),
        ([("due", ">", "text")], []),
        ([("nowhere", "==", None)], []),
    ],
)
def test_a_group_is_ordered_by_its_inequality_or_by_names(
    slices: Documents, where: list[Where], expected: list[str]
) -> None:
    assert ids(slices.find_all("slices", *where)) == expected
    assert ids(slices.find_all("slices", *where, limit=2)) == expected[:2]


@pytest.mark.parametrize(
    ("where", "order", "expected"),
    [
        ([], None, ["never", "null", "s00", "s02", "s04", "s06", "s08", "s10"]),
        ([("due", "<", late(3))], None, ["s10", "s08", "s06", "s04"]),
        ([], "due", ["null", "s10", "s08", "s06", "s04", "s02", "s00"]),
        ([("due", ">", late(7))], "due", ["s06", "s04", "s02", "s00"]),
        ([("due", ">", late(7))], "state", ["s02", "s04", "s06", "s00"]),
        ([], "state", ["s02", "s08", "s04", "s10", "never", "null", "s00", "s06"]),
        ([("state", "==", "ready")], "due", ["null", "s06", "s00"]),
        ([], "nowhere", []),
        ([], "-due", ["s00", "s02", "s04", "s06", "s08", "s10", "null"]),
        ([("state", "==", "ready")], "-due", ["s00", "s06", "null"]),
        ([], "-state", ["s06", "s00", "null", "never", "s10", "s04", "s08", "s02"]),
    ],
)
def test_a_collection_is_ordered_as_asked(
    slices: Documents, where: list[Where], order: str | None, expected: list[str]
) -> None:
    assert ids(slices.find("workspaces/a/slices", *where, order=order)) == expected
    assert ids(slices.find("workspaces/a/slices", *where, order=order, limit=3)) == expected[:3]
    assert slices.count("workspaces/a/slices", *where) == len(slices.find("workspaces/a/slices", *where))


def test_one_by_one_they_come_in_the_same_order(slices: Documents) -> None:
    found = [path for path, _ in slices.each("workspaces/b/slices", ("due", "<", late(6)))]
    assert found == [f"workspaces/b/slices/{name}" for name in ("s11", "s09", "s07")]


def test_names_are_compared_part_by_part(store: Documents) -> None:
    """`a-b` comes after `a`, although a hyphen comes before a slash."""
    for workspace in ("a-b", "a", "b"):
        store.set(f"workspaces/{workspace}/runs/one", {"id": workspace})
    assert ids(store.find_all("runs")) == ["a", "a-b", "b"]


def test_a_truth_is_no_number_and_the_order_goes_over_all_types(store: Documents) -> None:
    values: list[Any] = [None, False, True, -1, 0.5, 1, NOON, "", "a", "é", b"a", [1], [2], {"a": 1}, {"b": 0}]
    for number, value in enumerate(values):
        store.set(f"values/{99 - number}", {"id": str(number), "v": value})
    assert ids(store.find("values", order="v")) == [str(number) for number in range(len(values))]
    assert ids(store.find("values", ("v", "==", 1))) == [str(values.index(1, 3))]
    assert ids(store.find("values", ("v", ">=", False))) == ["1", "2"]
    assert ids(store.find("values", ("v", "in", [0.5, "a"]))) == ["8", "4"]


@pytest.mark.parametrize(
    "where",
    [
        [("due", "in", list(range(31)))],
        [("due", "in", [])],
        [("due", "in", list(range(6))), ("state", "in", list("abcdef"))],
    ],
    ids=["31 values", "no values", "36 alternatives"],
)
def test_queries_that_are_refused(slices: Documents, where: list[Where]) -> None:
    with pytest.raises(REFUSED):
        slices.find("workspaces/a/slices", *where)


def test_thirty_values_are_allowed(slices: Documents) -> None:
    assert ids(slices.find_all("slices", ("due", "in", [late(minute) for minute in range(30)]), limit=1)) == ["s00"]


def test_a_transaction_reads_before_it_writes(store: Documents) -> None:
    store.set("runs/one", {"n": 1})

    def work(tx: Transaction) -> None:
        tx.set("runs/two", {"n": 2})
        tx.get("runs/one")

    with pytest.raises(REFUSED):
        store.transact(work)
    assert store.get("runs/two") is None


def test_a_transaction_whose_last_write_cannot_be_made_writes_nothing(store: Documents) -> None:
    def work(tx: Transaction) -> None:
        tx.set("runs/one", {"n": 1})
        tx.update("runs/nowhere", {"n": 2})

    with pytest.raises(REFUSED):
        store.transact(work)
    assert store.get("runs/one") is None


def test_the_writes_of_a_transaction_follow_each_other(store: Documents) -> None:
    store.set("runs/one", {"n": 1})

    def work(tx: Transaction) -> None:
        tx.set("runs/two", {"n": 2})
        tx.update("runs/two", {"m": 3})
        tx.delete("runs/one")
        tx.set("runs/one", {"m": 1})

    store.transact(work)
    assert store.get_many(["runs/one", "runs/two"]) == [{"m": 1}, {"n": 2, "m": 3}]


def test_a_state_is_kept_as_its_text_and_found_by_it(store: Documents) -> None:
    where = "workspaces/a/slices/s"

    def park(tx: Transaction) -> None:
        tx.update(where, {"state": SliceState.PARKED, "among": [SliceState.READY], "of": {"one": SliceState.LOADED}})

    store.set(where, {"id": "s", "state": SliceState.READY})
    assert ids(store.find("workspaces/a/slices", ("state", "==", "ready"))) == ["s"]
    store.transact(park)
    (doc,) = store.find("workspaces/a/slices", ("state", "in", [SliceState.PARKED, SliceState.READY]))
    assert doc == {"id": "s", "state": "parked", "among": ["ready"], "of": {"one": "loaded"}}
    assert {type(doc["state"]), type(doc["among"][0]), type(doc["of"]["one"])} == {str}


def test_moments_are_of_the_usual_kind_however_they_are_read(store: Documents) -> None:
    """Firestore's client has a kind of its own, which whoever writes JSON refuses."""
    store.set("things/one", {"id": "one", "at": NOON, "tries": [{"at": NOON}], "of": {"at": NOON}})
    found = [store.get("things/one"), *store.get_many(["things/one"]), *store.find("things"), *store.find_all("things")]
    found += [doc for _, doc in store.each("things")]
    found.append(store.transact(lambda tx: tx.get("things/one")))
    for doc in found:
        assert doc is not None
        for moment in (doc["at"], doc["tries"][0]["at"], doc["of"]["at"]):
            assert type(moment) is datetime
            assert (moment, moment.utcoffset()) == (NOON, timedelta())


def test_the_database_of_people_is_another_one(address: str) -> None:
    """Of the same names in both, neither is found, counted or overwritten by way of the other."""
    if not address:
        pytest.skip("a likeness is one database; two of them are two")
    settings = Settings(project=backends.fresh_project(), bucket="pages")
    data, people = FirestoreDocuments(settings), FirestoreDocuments.of_people(settings)
    with mock.patch.dict(os.environ, FIRESTORE_EMULATOR_HOST=address):
        assert all((data.client, people.client))  # made here, while the address is known
    data.set("runs/one", {"id": "data", "at": NOON})
    people.set("runs/one", {"id": "people", "at": NOON})
    people.set("runs/two", {"id": "more", "at": NOON})
    assert ids(data.find("runs", ("at", "==", NOON))) == ids(data.find_all("runs", ("at", "<=", NOON))) == ["data"]
    assert people.count("runs") == 2
    people.transact(lambda tx: tx.delete("runs/one"))
    assert (data.get("runs/one"), people.get("runs/one")) == ({"id": "data", "at": NOON}, None)


def test_what_is_there_is_not_created_again(store: Documents) -> None:
    assert store.create("wishes/one", {"id": "one", "act": "renew"})
    assert not store.create("wishes/one", {"id": "one", "act": "disconnect"})
    assert store.get("wishes/one") == {"id": "one", "act": "renew"}
