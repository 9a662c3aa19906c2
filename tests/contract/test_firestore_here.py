"""What only our Firestore stand-in promises: TTL on command, short waits, and speed.

Google's emulator takes no TTL policy at all. The service has TTL and deletes within a day, when it likes;
so the sweep here is a call, and code that must not see an expired document has to check the time itself.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter
from google.cloud.firestore_v1.types import write as write_types

from infra.local import google
from infra.local.firestore.engine import Firestore
from infra.local.firestore.indexes import Index
from infra.local.refusal import Refusal
from tests.contract.backends import firestore_client

DATABASE = "projects/demo/databases/(default)"
NOW = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
Write = write_types.Write.pb()


@pytest.fixture
def stand_in() -> Iterator[google.GoogleStandIn]:
    started = google.start(ttl={"links": "expires_at"}, lock_patience=0.05)
    yield started
    started.stop()


@pytest.fixture
def here(stand_in: google.GoogleStandIn) -> firestore.Client:
    return firestore_client(stand_in.address)


def test_a_sweep_deletes_what_has_expired(stand_in: google.GoogleStandIn, here: firestore.Client) -> None:
    hour = datetime.timedelta(hours=1)
    here.document("links/over").set({"expires_at": NOW - hour})
    here.document("links/now").set({"expires_at": NOW})
    here.document("links/later").set({"expires_at": NOW + hour})
    here.document("links/never").set({"expires_at": None})
    here.document("links/number").set({"expires_at": 0})
    here.document("workspaces/a/links/over").set({"expires_at": NOW - hour})
    here.document("others/over").set({"expires_at": NOW - hour})
    assert stand_in.firestore.sweep(NOW.timestamp()) == 3
    assert [each.id for each in here.collection_group("links").stream()] == ["later", "never", "number"]
    assert here.document("others/over").get().exists
    assert stand_in.firestore.sweep(NOW.timestamp()) == 0
    stand_in.firestore.expire("links", None)
    assert stand_in.firestore.sweep((NOW + 9 * hour).timestamp()) == 0


def test_the_clients_own_five_attempts_suffice_for_eight_workers(here: firestore.Client) -> None:
    """Those who read the same document queue up, so none of them is aborted."""
    document = here.document("counters/one")
    document.set({"n": 0})
    barrier = threading.Barrier(8)

    def work() -> None:
        @firestore.transactional  # type: ignore[untyped-decorator]
        def add(transaction: firestore.Transaction) -> None:
            transaction.update(document, {"n": document.get(transaction=transaction).get("n") + 1})

        barrier.wait()
        for _ in range(5):
            add(here.transaction())

    with ThreadPoolExecutor(8) as pool:
        for each in [pool.submit(work) for _ in range(8)]:
            each.result()
    assert document.get().get("n") == 40


def test_a_holder_whose_process_died_does_not_block_for_long(here: firestore.Client) -> None:
    document = here.document("leases/one")
    document.set({"n": 0})
    dead = here.transaction()
    dead._begin()
    document.get(transaction=dead)  # and then never again a word
    began = time.monotonic()
    document.update({"n": 1})
    assert time.monotonic() - began < 5
    dead.update(document, {"n": 99})
    with pytest.raises(Exception, match="contention"):  # had it lived after all, it would have been told
        dead._commit()
    assert document.get().get("n") == 1


def test_in_a_circle_of_waiting_the_youngest_gives_way_at_once() -> None:
    """Without waiting for anybody's patience to run out: here it would take an hour."""
    engine = Firestore(lock_patience=3600)
    a, b = f"{DATABASE}/documents/c/a", f"{DATABASE}/documents/c/b"
    older, younger = engine.begin(), engine.begin()
    engine.get(DATABASE, [a], older)
    engine.get(DATABASE, [b], younger)
    waiting = threading.Thread(target=engine.get, args=(DATABASE, [b], older), daemon=True)
    waiting.start()
    engine.get(DATABASE, [a], younger)  # closes the circle
    waiting.join(10)
    assert not waiting.is_alive()
    engine.commit(DATABASE, [Write(delete=a)], older)
    with pytest.raises(Refusal, match="contention"):
        engine.commit(DATABASE, [Write(delete=b)], younger)


def test_indexes_that_would_have_to_be_declared(here: firestore.Client, stand_in: google.GoogleStandIn) -> None:
    """The service refuses a query whose index nobody declared; no emulator does."""
    slices, group = here.collection("workspaces/a/slices"), here.collection_group("runs")
    ready = FieldFilter("status", "==", "ready")
    for free in (
        slices,
        slices.where(filter=ready),
        slices.where(filter=ready).where(filter=FieldFilter("run", "==", "r")),
        slices.order_by("due", direction="DESCENDING"),
        slices.where(filter=FieldFilter("due", "<", 1)).order_by("due"),
        group,
    ):
        list(free.stream())
    assert stand_in.firestore.indexes_needed() == []
    list(slices.where(filter=ready).order_by("due", direction="DESCENDING").limit(1).stream())
    list(slices.where(filter=ready).where(filter=FieldFilter("due", "<", 1)).stream())
    list(slices.where(filter=FieldFilter("due", "<", 1)).where(filter=FieldFilter("n", ">", 1)).stream())
    list(group.where(filter=ready).stream())
    assert stand_in.firestore.indexes_needed() == [
        Index("runs", True, (("status", "ASCENDING"),)),
        Index("slices", False, (("due", "ASCENDING"), ("n", "ASCENDING"))),
        Index("slices", False, (("status", "ASCENDING"), ("due", "ASCENDING"))),
        Index("slices", False, (("status", "ASCENDING"), ("due", "DESCENDING"))),
    ]


def test_the_past_ends_somewhere(here: firestore.Client, stand_in: google.GoogleStandIn) -> None:
    here.document("runs/one").set({})
    with pytest.raises(Refusal) as refused:
        stand_in.firestore.get(DATABASE, [f"{DATABASE}/documents/runs/one"], at=-1)
    assert refused.value.status == "FAILED_PRECONDITION"


def test_a_commit_takes_well_below_a_millisecond() -> None:
    """Counted in processor time, so that a busy machine is no reason to fail."""
    engine = Firestore()
    writes = []
    for number in range(1000):
        write = Write()
        write.update.name = f"{DATABASE}/documents/slices/{number}"
        for field in range(15):
            write.update.fields[f"field_{field}"].string_value = "some text"
        writes.append(write)
    began = time.process_time()
    for write in writes:
        engine.commit(DATABASE, [write])
    assert (time.process_time() - began) / len(writes) < 0.001
