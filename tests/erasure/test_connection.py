"""One connection is ended: its access and state go, its rows stay or go, and its sister on the platform is spared."""

from __future__ import annotations

import pytest

from shared import model
from shared.model import Connection, from_doc
from shared.oauth.accounts import labels_of, secrets_of
from tests.erasure.conftest import LEAVES, Office, office


@pytest.fixture
def made() -> Office:
    """Two accounts of one platform in one workspace, both synced."""
    found = office()
    second = found.connect(LEAVES, "second", found.credential())
    found.machine.sync(second)
    found.owe(second)
    return found


def connection(made: Office, account: str) -> Connection:
    (doc,) = made.machine.documents.find(f"workspaces/{LEAVES}/connections", ("account", "==", account))
    return from_doc(Connection, doc)


def of(made: Office, ended: Connection) -> tuple[int, int]:
    """Rows and staged pages of a connection."""
    warehouse = made.world.warehouse
    tables = [table for owner, table in warehouse.tables if owner == LEAVES]
    rows = [row for table in tables for row in warehouse.current(LEAVES, table) + warehouse.history(LEAVES, table)]
    pages = [held for held in made.machine.objects.held.values() if held[1]["connection"] == ended.id]
    return sum(row["connection_id"] == ended.id for row in rows), len(pages)


@pytest.mark.parametrize("drop", [False, True])
def test_its_access_and_state_go_and_its_rows_when_they_are_meant(made: Office, drop: bool) -> None:
    ended, stays = connection(made, "acct"), connection(made, "second")
    left = f"{secrets_of(ended)}deadbeef-tokens"  # by a process that died while it connected this account again
    made.vault.add(left, b"{}", labels_of(ended))
    intent = {"secret": left, "workspace": LEAVES, "connection": ended.id}
    made.machine.documents.set(f"intents/{left}", intent)
    ended_before, stays_before = of(made, ended), of(made, stays)
    assert min(*ended_before, *stays_before) > 0
    receipt, until = made.ending(ended).run(drop)
    assert until is not None
    assert connection(made, "acct").state == model.DISABLED
    made.world.clock.moment = until
    receipt, until = made.ending(connection(made, "acct")).run(drop)
    assert until is None
    assert made.vault.read(ended.secret) is None
    assert made.vault.read(left) is made.machine.documents.get(f"intents/{left}") is None
    assert made.vault.read(stays.secret) is not None
    assert of(made, ended) == ((0, 0) if drop else ended_before)
    assert of(made, stays) == stays_before
    documents = made.machine.documents
    for collection in ("connections", "cursors", "runs", "slices", "pages", "debts"):
        left = documents.find(f"workspaces/{LEAVES}/{collection}")
        assert left, collection
        assert all(ended.id not in (doc["id"], doc.get("connection")) for doc in left), collection
    assert receipt.destroyed["rows"] == (ended_before[0] if drop else 0)
    assert receipt.destroyed["objects"] == (ended_before[1] if drop else 0)
    assert "key" in receipt.grants[f"emailoctopus {ended.id}"]


def test_the_other_account_is_still_read(made: Office) -> None:
    made.ending(connection(made, "acct")).run(drop_rows=True)
    stays = connection(made, "second")
    run = made.machine.run(made.machine.sync(stays, "after"), LEAVES)
    assert run["state"] == model.COMPLETED


def test_an_account_that_is_connected_again_begins_anew(made: Office) -> None:
    ended = connection(made, "acct")
    _, until = made.ending(ended).run(drop_rows=True)
    assert until is not None
    made.world.clock.moment = until
    made.ending(connection(made, "acct")).run(drop_rows=True)
    again = made.connect(LEAVES, "acct", made.credential())
    run = made.machine.run(made.machine.sync(again, "again"), LEAVES)
    assert run["state"] == model.COMPLETED
    rows, _ = of(made, again)
    assert rows > 0
