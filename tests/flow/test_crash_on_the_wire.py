"""The same kills with Google's own clients against the stand-ins and bqemulator: once per kind of side effect.

The exhaustive test runs on the stores' likenesses, which the contract suites hold to the real ones; this one shows
that nothing hides in the clients, the SQL or the load jobs.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from infra.local import google
from infra.sandbox import create_any
from shared import log, model
from shared.messages import SyncRequested
from shared.settings import Settings
from shared.stores.bigquery import BigQueryWarehouse
from shared.stores.bigquery_rows import Rows
from shared.stores.firestore import FirestoreDocuments
from shared.stores.storage import StorageObjects
from tests.contract.warehouse_backends import SETTINGS, stand_in
from tests.flow.pipeline import TINY
from tests.support.faults import Fate
from tests.support.machine import Machine
from tests.support.memory import Time
from tests.support.truth import differences

pytestmark = pytest.mark.slow

STREAMS = ["lists", "contacts"]
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    cloud = google.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**cloud.environment(), **stand_in().environment()}.items():
            patch.setenv(name, value)
        yield SETTINGS
    cloud.stop()


def synced(settings: Settings, fate: Fate) -> tuple[Machine, Any, dict[str, list[dict[str, Any]]]]:
    """One sync in a workspace of its own; what its tables hold afterwards."""
    clock, workspace = Time(), f"crash{next(_numbers)}"
    box = create_any(
        "emailoctopus",
        seed=7,
        clock=clock.now,
        monotonic=lambda: clock.now().timestamp(),
        counts=TINY["emailoctopus"],
    )
    warehouse = BigQueryWarehouse(settings)
    machine = Machine(
        httpx2.WSGITransport(app=box.wsgi),
        warehouse,
        objects=StorageObjects(settings),
        documents=FirestoreDocuments(settings),
        clock=clock,
        fate=fate,
    )
    machine.keys.value = next(iter(box.credential().values()))
    connection = machine.connect("emailoctopus", workspace, streams=STREAMS)
    machine.bus.publish(SyncRequested(workspace, connection.id, "operator", "first"))
    machine.settle()
    run = machine.run(model.stable_id(connection.id, "operator", "first"), workspace)
    assert run["state"] == "completed", run["problems"]
    rows = Rows(warehouse.client, settings.project)
    tables = [f"emailoctopus_{stream}" for stream in STREAMS]
    return machine, box, {table: rows.current(workspace, table) for table in tables}


@pytest.fixture(scope="module")
def kinds(settings: Settings) -> list[tuple[int, str]]:
    """The last occurrence of every kind of side effect."""
    fate = Fate()
    _, box, rows = synced(settings, fate)
    assert not differences("emailoctopus", box.truth(), rows, STREAMS)
    return sorted((at, what) for what, at in {what: at for at, what in enumerate(fate.seen)}.items())


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_killed_at_each_kind_of_side_effect(
    settings: Settings, kinds: list[tuple[int, str]], before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())
    assert {"warehouse.stage", "warehouse.apply", "objects.write", "documents.transact"} <= {what for _, what in kinds}
    for at, what in kinds:
        fate = Fate(at, before)
        _, box, rows = synced(settings, fate)
        assert fate.killed
        found = differences("emailoctopus", box.truth(), rows, STREAMS)
        assert not found, f"killed {'before' if before else 'after'} {what} ({at}): {found}"
