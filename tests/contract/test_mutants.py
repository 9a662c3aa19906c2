"""Does the contract notice? A stand-in is broken in one way, and the test named must then fail."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import GoogleAPICallError

from infra.local import google, secrets
from infra.local.firestore import aggregation, documents, engine, filters, queries, writes
from infra.local.firestore.transactions import Transactions
from infra.local.identity import Identity
from infra.local.persistence import InFile
from infra.local.pubsub import push
from infra.local.pubsub.engine import PubSub
from infra.local.pubsub.queue import Queue
from tests.contract import (
    backends,
    test_firestore,
    test_firestore_here,
    test_firestore_queries,
    test_firestore_transactions,
    test_persistence,
    test_pubsub,
    test_pubsub_clock,
    test_pubsub_push,
    test_secrets,
)
from tests.contract.backends import Backend
from tests.contract.endpoint import listening

pytestmark = pytest.mark.slow

NOTICED = (AssertionError, GoogleAPICallError, ValueError, TypeError, KeyError, pytest.fail.Exception)


@dataclass(frozen=True)
class Mutant:
    """One breakage: what is replaced where, and who must notice."""

    breaks: str
    place: object
    name: str
    replacement: Any
    test: Callable[..., None]


def _nothing(*args: object, **kwargs: object) -> None:
    """Does nothing."""


def _unprojected(stored: Any, fields: object) -> Any:
    return stored.document


MUTANTS = [
    Mutant("conditions", writes, "check_precondition", _nothing, test_firestore.test_create_if_absent),
    Mutant("update times", writes, "_stamp", _nothing, test_firestore.test_times_of_a_document),
    Mutant("refused fields", writes, "check_fields", _nothing, test_firestore.test_documents_that_cannot_be_stored),
    Mutant("locks", Transactions, "lock", _nothing, test_firestore_transactions.test_a_counter_ends_exact),
    Mutant(
        "queries at the commit",
        engine.Firestore,
        "_check_queries",
        _nothing,
        test_firestore_transactions.test_a_document_that_appears_in_a_query_is_noticed,
    ),
    Mutant(
        "snapshots",
        documents.Documents,
        "_overlay",
        lambda self, at: {},
        test_firestore_transactions.test_a_read_only_transaction_sees_one_moment,
    ),
    Mutant(
        "types in ranges",
        filters,
        "_range_test",
        lambda operator, wanted: lambda key: key > wanted,
        test_firestore_queries.test_null_and_nan,
    ),
    Mutant("projections", queries, "project", _unprojected, test_firestore_queries.test_projection),
    Mutant(
        "numbers in sums",
        aggregation,
        "as_number",
        lambda key: 1 if key else None,
        test_firestore_queries.test_count_sum_and_average,
    ),
    Mutant(
        "sweeps", engine.Firestore, "_expired", lambda *_: [], test_firestore_here.test_a_sweep_deletes_what_has_expired
    ),
    Mutant("nacks", Queue, "fail", _nothing, test_pubsub.test_a_nack_brings_the_message_back),
    Mutant("acks", Queue, "acknowledge", _nothing, test_pubsub_clock.test_what_was_acknowledged_never_comes_again),
    Mutant(
        "leases", Queue, "lapse", lambda *_: iter(()), test_pubsub_clock.test_silence_until_the_deadline_is_a_failure
    ),
    Mutant("dead letters", Queue, "exhausted", lambda *_: False, test_pubsub.test_a_dead_letter_after_five_attempts),
    Mutant("statuses", push, "ACKS", {200, 204, 500}, test_pubsub_push.test_any_other_status_is_tried_again),
    Mutant(
        "audiences",
        Identity,
        "token",
        lambda self, email, audience, now: "x.y.z",
        test_pubsub_push.test_a_signed_push_is_believed_by_google_auth,
    ),
    Mutant("counters", PubSub, "_failed", _nothing, test_pubsub_clock.test_a_dead_letter_and_the_counters),
    Mutant("etags", secrets, "_check_etag", _nothing, test_secrets.test_etags),
    Mutant("checksums", secrets, "crc32c", lambda data: 7, test_secrets.test_checksums),
    Mutant(
        "states",
        secrets.SecretManager,
        "access",
        lambda self, name: secrets.Accessed(name, b"two", 0),
        test_secrets.test_disabled_and_destroyed_versions_cannot_be_read,
    ),
    Mutant("keeping", InFile, "write", _nothing, test_persistence.test_times_go_on_rising_after_a_restart),
    Mutant("attempts kept", PubSub, "_restore", _nothing, test_persistence.test_attempts_are_counted_across_a_restart),
]


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Callable[[], Any]]]:
    """What the tests of the contract ask for, on stand-ins of this test's own."""
    monkeypatch.setattr(backends.eventually, "__defaults__", (3.0,))  # what will not happen need not take long
    stand_in = google.start(pull_patience=0.2, ttl={"links": "expires_at"})
    backend = Backend("in memory", stand_in.address, stand_in)
    clock = test_pubsub_clock.Clock()
    database = backends.firestore_client(stand_in.address)
    with listening() as endpoint:
        yield {
            "clock": lambda: clock,
            "db": lambda: database,
            "here": lambda: database,
            "endpoint": lambda: endpoint,
            "engine": lambda: _unwrapped(test_pubsub_clock.engine)(clock),
            "fields": lambda: {"list": [[1]]},
            "firestore_backend": lambda: backend,
            "project": lambda: f"projects/{backends.fresh_project()}",
            "publisher": lambda: backends.publisher(stand_in.address),
            "pubsub_backend": lambda: backend,
            "secrets": lambda: backends.secrets_client(stand_in.address),
            "slices": lambda: _unwrapped(test_firestore_queries.slices)(database),
            "stand_in": lambda: stand_in,
            "status": lambda: 500,
            "subscriber": lambda: backends.subscriber(stand_in.address),
            "tmp_path": lambda: tmp_path,
        }
    stand_in.stop()


def _unwrapped(fixture: Any) -> Callable[..., Any]:
    made: Callable[..., Any] = inspect.unwrap(fixture)
    return made


def _run(test: Callable[..., None], available: dict[str, Callable[[], Any]], **given: Any) -> None:
    wanted = inspect.signature(test).parameters
    test(**{name: given[name] if name in given else available[name]() for name in wanted})


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.breaks)
def test_the_contract_notices(
    mutant: Mutant, broken: dict[str, Callable[[], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutant.place, mutant.name, mutant.replacement)
    with pytest.raises(NOTICED):
        _run(mutant.test, broken)


def test_nothing_broken_nothing_noticed(broken: dict[str, Callable[[], Any]]) -> None:
    """The tests above pass the way they are called here; else the mutants would prove nothing."""
    for test in dict.fromkeys(mutant.test for mutant in MUTANTS):
        fresh = backends.firestore_client(broken["stand_in"]().address)
        clock = test_pubsub_clock.Clock()
        given = {
            "db": fresh,
            "here": fresh,
            "clock": clock,
            "engine": _unwrapped(test_pubsub_clock.engine)(clock),
            "slices": _unwrapped(test_firestore_queries.slices)(fresh),
            "status": 500,
        }
        with listening() as endpoint:
            _run(test, broken, **given, endpoint=endpoint)
