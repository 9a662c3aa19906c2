"""Fifty worker processes meet a token that has ended: one refresh call, nobody cut off.

Real processes, Google's own clients, the Constant Contact sandbox over HTTP. The sandbox holds its answer back until
many of the others have found the lease taken, so that the race is a race on any machine.
"""

from __future__ import annotations

import multiprocessing
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from infra.local import google
from infra.sandbox import create_any
from infra.sandbox.serve import Serving
from shared.clock import iso
from shared.http import answer
from shared.model import Connection, from_doc, to_doc
from shared.oauth.tokens import pack, read_grant
from shared.platforms.constant_contact import PLATFORM as CONSTANT_CONTACT
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.secret_manager import SecretManagerVault
from tests.oauth.racer import race

pytestmark = pytest.mark.slow

WHERE = "workspaces/north/connections/cc"


class Held:
    """The token endpoint, answering only when enough workers have had to wait."""

    def __init__(self, box: Any) -> None:
        self.enough = threading.Event()
        self._refresh = box.grants.refresh
        box.grants.refresh = self._answer

    def _answer(self, token: str, *said: Any) -> dict[str, Any]:
        self.enough.wait(15)
        answered: dict[str, Any] = self._refresh(token, *said)
        return answered


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, dict[str, str]]]:
    stand_in = google.start()
    box = create_any("constant_contact", size=0.05, limits=False)
    with Serving(box) as address:
        environment = {
            **stand_in.environment(),
            "GOOGLE_CLOUD_PROJECT": "example",
            "TRIBUTARY_BUCKET": "example",
            "TRIBUTARY_PLATFORM_ORIGINS": orjson.dumps({"constant_contact": address}).decode(),
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield box, environment
    stand_in.stop()


@pytest.mark.parametrize(
    ("known", "count", "waiting"),
    [(True, 50, 20), (False, 12, 4)],
    ids=["fifty, its end was known", "twelve, the platform said so first"],
)
def test_processes_racing_on_an_ended_token_make_one_refresh_call(
    cloud: Any, known: bool, count: int, waiting: int
) -> None:
    box, environment = cloud
    held, settings = Held(box), load()
    documents, vault = FirestoreDocuments(settings), SecretManagerVault(settings)
    app = {"client_id": "demo-constant_contact", "client_secret": "demo-constant_contact-secret"}
    vault.add("client-constant_contact", orjson.dumps(app))
    now = datetime.now(UTC)
    granted = read_grant(CONSTANT_CONTACT, answer(200, {}, orjson.dumps(box.credential())), now)
    if known:
        granted = replace(granted, expires_at=iso(now - timedelta(minutes=1)))
    box.expire_access_tokens()
    version = vault.add("secret", pack(granted, now))
    connection = Connection("cc", "north", "constant_contact", "a", "Bakery", secret="secret", secret_version=version)
    documents.set(WHERE, to_doc(connection))

    # A server process that has imported everything once forks the workers: fifty imports would take a minute.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "tests.oauth.racer"])
    start, told = context.Barrier(count), context.Queue()
    workers = [context.Process(target=race, args=(environment, "cc", start, told)) for _ in range(count)]
    for worker in workers:
        worker.start()
    heard: Counter[tuple[str, str]] = Counter()
    deadline = time.monotonic() + 100
    try:
        while _total(heard) - _total(heard, "later") < count:
            assert time.monotonic() < deadline, heard
            try:
                heard[told.get(timeout=1)] += 1
            except queue.Empty:
                continue
            if _total(heard, "later") >= waiting:
                held.enough.set()
    finally:
        for worker in workers:
            worker.join(5)
            worker.kill()

    assert heard[("done", "200")] == count, heard
    assert heard[("later", "refresh-under-way")] >= waiting
    assert (box.calls.refreshes, box.calls.refused_refreshes) == (1, 0)
    after = from_doc(Connection, documents.get(WHERE) or {})
    assert (after.state, after.problem, after.refresh_until) == ("active", None, None)
    assert after.secret_version == (vault.read("secret") or ("", b""))[0] == "2"


def _total(heard: Counter[tuple[str, str]], of: str = "") -> int:
    return sum(times for (what, _), times in heard.items() if of in ("", what))
