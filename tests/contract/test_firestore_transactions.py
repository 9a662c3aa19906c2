"""Transactions: nobody's update is lost, whoever meets whom.

The service locks what a transaction reads (its default mode for server clients): others wait, and when
waiting does not end, one of the two is ABORTED, after which `firestore.transactional` tries again. *Which*
one is not promised. Google's emulator lets readers share and, after two seconds, aborts the one that asked
last; our stand-in lets only one in, and takes the place from one that has been silent for a second. So
the tests demand what both promise: whoever is told "committed" is in the outcome, once.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.api_core.exceptions import Aborted, AlreadyExists, FailedPrecondition, InvalidArgument
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from tests.contract.backends import Backend, firestore_client

pytestmark = pytest.mark.slow

WORKERS = 8
TRIES = 30


def transact(db: firestore.Client, work: Callable[[firestore.Transaction], Any]) -> Any:
    """Run until committed. Google's emulator aborts all who wait for one another in the same instant, so
    that immediate retries meet again for ever: hence the uneven pause after an abort. It aborts a read, which the
    client hands on as it is, or the commit, which the client tells as tries that are used up."""
    for _ in range(TRIES):
        try:
            return firestore.transactional(work)(db.transaction(max_attempts=1))
        except (Aborted, ValueError) as refused:
            if not isinstance(refused, Aborted) and not isinstance(refused.__cause__, Aborted):
                raise
            time.sleep(random.uniform(0, 0.5))
    raise AssertionError("never committed")


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run these on a thread each, all starting together."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [each.result() for each in [pool.submit(run, work) for work in works]]


def add_one(db: firestore.Client, path: str) -> None:
    document = db.document(path)

    def work(transaction: firestore.Transaction) -> None:
        current = document.get(transaction=transaction).get("n")
        transaction.update(document, {"n": current + 1})

    transact(db, work)


def test_a_counter_ends_exact(db: firestore.Client, firestore_backend: Backend) -> None:
    db.document("counters/one").set({"n": 0})
    # The emulator spends two seconds on every meeting.
    workers, each = (WORKERS, 20) if firestore_backend.ours else (3, 2)

    def count() -> None:
        mine = firestore_client(firestore_backend.address, db.project)
        for _ in range(each):
            add_one(mine, "counters/one")

    at_once([count] * workers)
    assert db.document("counters/one").get().to_dict() == {"n": workers * each}


def test_opposite_orders_do_not_lock_up(db: firestore.Client) -> None:
    for name in ("a", "b"):
        db.document(f"counters/{name}").set({"n": 0})

    def add_to_both(first: str, second: str) -> None:
        def work(transaction: firestore.Transaction) -> None:
            one, two = db.document(f"counters/{first}"), db.document(f"counters/{second}")
            n = one.get(transaction=transaction).get("n")
            m = two.get(transaction=transaction).get("n")
            transaction.update(one, {"n": n + 1})
            transaction.update(two, {"n": m + 1})

        transact(db, work)

    at_once([lambda: add_to_both("a", "b"), lambda: add_to_both("b", "a")])
    assert [each.to_dict() for each in db.collection("counters").stream()] == [{"n": 2}, {"n": 2}]


def test_only_one_creates(db: firestore.Client) -> None:
    def create(worker: int) -> bool:
        def work(transaction: firestore.Transaction) -> bool:
            document = db.document("leases/one")
            if document.get(transaction=transaction).exists:
                return False
            transaction.create(document, {"owner": worker})
            return True

        try:
            return bool(transact(db, work))
        except AlreadyExists:
            return False

    won = at_once([lambda worker=worker: create(worker) for worker in range(WORKERS)])  # type: ignore[misc]
    assert sum(won) == 1
    assert db.document("leases/one").get().get("owner") == won.index(True)


def test_each_task_is_claimed_once(db: firestore.Client, firestore_backend: Backend) -> None:
    """A query in a transaction is part of what it read."""
    workers = WORKERS if firestore_backend.ours else 2
    for number in range(workers * 2):
        db.document(f"tasks/{number}").set({"status": "ready"})

    def claim_all() -> list[str]:
        query = db.collection("tasks").where(filter=FieldFilter("status", "==", "ready")).limit(1)

        def work(transaction: firestore.Transaction) -> str | None:
            for found in query.stream(transaction=transaction):
                transaction.update(found.reference, {"status": "claimed"})
                return str(found.id)
            return None

        mine = []
        while claimed := transact(db, work):
            mine.append(claimed)
        return mine

    claims = [name for mine in at_once([claim_all] * workers) for name in mine]
    assert sorted(claims) == sorted(str(number) for number in range(workers * 2))


def test_a_plain_write_in_the_middle_is_not_lost(db: firestore.Client) -> None:
    document = db.document("counters/one")
    document.set({"n": 0})
    interferences: list[bool] = []

    def work(transaction: firestore.Transaction) -> None:
        current = document.get(transaction=transaction).get("n")
        if not interferences:
            try:
                document.update({"n": firestore.Increment(10)}, retry=None, timeout=30)
                interferences.append(True)
            except Aborted:
                interferences.append(False)
        transaction.update(document, {"n": current + 1})

    transact(db, work)
    assert document.get().get("n") == (11 if interferences[0] else 1)


def test_a_document_that_appears_in_a_query_is_noticed(db: firestore.Client) -> None:
    """Two who each find nothing, and each add one, must not both succeed on that ground."""
    tasks = db.collection("tasks")
    all_have_looked = threading.Barrier(3)

    def add_if_none(name: str) -> None:
        tried = False

        def work(transaction: firestore.Transaction) -> None:
            nonlocal tried
            none = not list(tasks.where(filter=FieldFilter("kind", "==", "only")).stream(transaction=transaction))
            if not tried:
                tried = True
                all_have_looked.wait(30)
            if none:
                transaction.set(tasks.document(name), {"kind": "only"})

        transact(db, work)

    at_once([lambda name=name: add_if_none(name) for name in ("a", "b", "c")])  # type: ignore[misc]
    assert len(list(tasks.stream())) == 1


def test_a_failed_condition_leaves_nothing_behind(db: firestore.Client) -> None:
    db.document("runs/taken").set({"n": 1})

    def work(transaction: firestore.Transaction) -> None:
        transaction.set(db.document("runs/new"), {})
        transaction.create(db.document("runs/taken"), {"n": 2})

    with pytest.raises(AlreadyExists):
        transact(db, work)
    assert not db.document("runs/new").get().exists
    db.document("runs/taken").update({"n": 3})  # and no lock


def test_an_error_in_the_work_rolls_back(db: firestore.Client) -> None:
    document = db.document("runs/one")
    document.set({"n": 1})

    def work(transaction: firestore.Transaction) -> None:
        document.get(transaction=transaction)
        transaction.update(document, {"n": 2})
        raise KeyError

    with pytest.raises(KeyError):
        transact(db, work)
    document.update({"m": 1})  # the lock is gone
    assert document.get().to_dict() == {"n": 1, "m": 1}


def test_what_is_over_is_over(db: firestore.Client) -> None:
    api, database = db._firestore_api, db._database_string
    begun = api.begin_transaction(request={"database": database}).transaction
    api.commit(request={"database": database, "transaction": begun})
    with pytest.raises(InvalidArgument):
        api.commit(request={"database": database, "transaction": begun})
    api.rollback(request={"database": database, "transaction": begun})
    with pytest.raises(InvalidArgument):
        api.commit(request={"database": database, "transaction": b"never begun"})


def test_a_read_only_transaction_sees_one_moment(db: firestore.Client) -> None:
    kept, changed = db.document("runs/kept"), db.document("runs/changed")
    changed.set({"n": 1})
    kept.set({"n": 1})
    transaction = db.transaction(read_only=True)
    transaction._begin()
    assert kept.get(transaction=transaction).to_dict() == {"n": 1}
    changed.set({"n": 2})
    db.document("runs/new").set({"n": 1})
    kept.delete()
    ones = db.collection("runs").where(filter=FieldFilter("n", "==", 1))
    assert [each.id for each in ones.stream(transaction=transaction)] == ["changed", "kept"]
    assert changed.get(transaction=transaction).to_dict() == {"n": 1}
    assert kept.get(transaction=transaction).exists
    transaction._rollback()
    assert [each.id for each in ones.stream()] == ["new"]


def test_a_read_only_transaction_cannot_write(db: firestore.Client) -> None:
    api, database = db._firestore_api, db._database_string
    begun = api.begin_transaction(request={"database": database, "options": {"read_only": {}}}).transaction
    write = {"delete": db.document("runs/one")._document_path}
    with pytest.raises(InvalidArgument):
        api.commit(request={"database": database, "transaction": begun, "writes": [write]})


def test_a_read_can_ask_for_an_earlier_moment(db: firestore.Client) -> None:
    document = db.document("runs/one")
    before = document.set({"n": 1}).update_time
    document.set({"n": 2})
    assert document.get(read_time=before).to_dict() == {"n": 1}
    assert [each.to_dict() for each in db.collection("runs").stream(read_time=before)] == [{"n": 1}]


def test_a_stale_lease_loses_by_its_update_time(db: firestore.Client) -> None:
    """The fencing a pipeline uses outside transactions."""
    lease = db.document("leases/one")
    mine = lease.set({"owner": 1}).update_time
    lease.set({"owner": 2})
    with pytest.raises(FailedPrecondition):
        lease.update({"progress": 1}, option=db.write_option(last_update_time=mine))
