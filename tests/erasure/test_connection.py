"""One connection is ended: its access and state go, its rows stay or go, and its sister on the platform is spared."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from shared import model
from shared.erasure.closing import ConnectedAgain
from shared.erasure.connection import ended as ended_before
from shared.errors import Configure
from shared.model import Connection, from_doc
from shared.oauth import links
from shared.oauth.accounts import connection_id, labels_of, secret_name, secrets_of
from shared.oauth.connect import ConnectionWriter
from shared.platforms import platform as platform_named
from shared.states import ConnectionState, RunState
from shared.vocabulary.access import Account
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
    assert connection(made, "acct").state == ConnectionState.DISABLED
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
    assert receipt.destroyed["published files"] == (1 if drop else 0)
    assert receipt.destroyed["published versions"] == (1 if drop else 0)
    publication = documents.get(model.publication_path(LEAVES))
    assert publication is not None
    assert (publication["manifest"] == "", "erased" in publication["causes"]) == (drop, drop)
    assert {name.split("/")[0] for name in made.published.held} == ({"other"} if drop else {LEAVES, "other"})
    assert "key" in receipt.grants[f"emailoctopus {ended.id}"]


def test_the_other_account_is_still_read(made: Office) -> None:
    made.ending(connection(made, "acct")).run(drop_rows=True)
    stays = connection(made, "second")
    run = made.machine.run(made.machine.sync(stays, "after"), LEAVES)
    assert run["state"] == RunState.COMPLETED


def test_rows_in_a_table_of_a_stream_that_this_release_does_not_have_go_as_well(made: Office) -> None:
    """The stream was removed or renamed; its table holds rows of persons still."""
    ended, tables = connection(made, "acct"), made.world.warehouse.tables
    tables[LEAVES, "emailoctopus_readers"] = tables.pop((LEAVES, "emailoctopus_contacts"))
    finish(made, ended, drop=True)
    assert of(made, ended) == (0, 0)


def test_rows_that_were_kept_are_dropped_when_the_connection_is_gone(made: Office) -> None:
    ended, stays = connection(made, "acct"), connection(made, "second")
    finish(made, ended, drop=False)
    assert min(of(made, ended)) > 0
    before = of(made, stays)
    known = ended_before(made.stores(), LEAVES, ended.id)
    assert known is not None
    receipt = made.ending(known).once_more()
    assert of(made, ended) == (0, 0)
    assert of(made, stays) == before
    assert receipt.destroyed["rows"] > 0
    assert made.ending(known).once_more().destroyed == receipt.destroyed, "nothing is left"


def test_what_is_staged_of_it_goes_wherever_it_stands(made: Office) -> None:
    ended = connection(made, "acct")
    for folder in ("swept", "raw/former_name"):
        made.machine.objects.write(f"{LEAVES}/{folder}/x", b"", {"connection": ended.id})
    finish(made, ended, drop=True)
    assert of(made, ended) == (0, 0)


def test_what_is_being_ended_is_not_connected_again(made: Office) -> None:
    """The second look would take the access that the client has just given, too."""
    ended, stores = connection(made, "acct"), made.stores()
    connector = ConnectionWriter(stores.documents, stores.vault, stores.bus, made.http, stores.clock)
    platform, credential = platform_named("emailoctopus"), made.credential()
    _, link = links.create(stores.documents, stores.clock, LEAVES, "emailoctopus")
    account = Account("acct", "Acct")
    wanted = connection_id(LEAVES, platform, account)
    made.machine.documents.set(
        model.path(LEAVES, "connections", wanted), {**model.to_doc(ended), "id": wanted, "secret": "user-demo-x"}
    )
    known = from_doc(Connection, made.machine.documents.get(model.path(LEAVES, "connections", wanted)))
    _, until = made.ending(known).run(drop_rows=False)
    assert until is not None
    with pytest.raises(Configure, match="connection-ending"):
        connector.connect(platform, link, credential, [account], "again")
    assert made.vault.named(secrets_of(known)) == []
    made.world.clock.moment = until
    assert made.ending(known).run(drop_rows=False)[1] is None
    done = connector.connect(platform, link, credential, [account], "again")
    assert done.connected[0].connection.state == ConnectionState.ACTIVE, "the link works afterwards"


def test_the_second_look_stops_where_it_was_connected_again_after_all(made: Office) -> None:
    """By functions of an older release, or by documents that were put back."""
    ended = connection(made, "acct")
    receipt, until = made.ending(ended).run(drop_rows=True)
    assert until is not None
    made.connect(LEAVES, "acct", made.credential())
    made.world.clock.moment = until
    with pytest.raises(ConnectedAgain):
        made.ending(ended).run(drop_rows=True, again=receipt.begun_at)
    again = connection(made, "acct")
    assert again.state == ConnectionState.ACTIVE
    assert made.vault.read(again.secret) is not None


def test_links_that_would_renew_it_are_withdrawn_and_go_with_those_that_it_was_connected_by(made: Office) -> None:
    ended, documents, clock = connection(made, "acct"), made.machine.documents, made.world.clock
    renews = links.create(documents, clock, LEAVES, "emailoctopus", "Jane Doe of Acme", reconnects=ended.id)[1]
    other = links.create(documents, clock, LEAVES, "emailoctopus", reconnects="another")[1]
    used, shared = (
        replace(links.create(documents, clock, LEAVES, "emailoctopus", "Jane Doe")[1], used_at=clock.now(), used_by=by)
        for by in ("by-one", "by-both")
    )
    for link in (used, shared):
        documents.set(links.link_path(link.id), vars_of(link))
    stays = connection(made, "second")
    named(made, ended, secret_name(ended, "by-one"))
    made.ending(connection(made, "acct")).run(drop_rows=False)
    found = links.get(documents, renews.id)
    assert found is not None
    assert found.revoked_at is not None
    finish(made, connection(made, "acct"), drop=False)
    left = {link.id for link in links.of_workspace(documents, LEAVES)}
    assert left >= {other.id, shared.id}
    assert not left & {renews.id, used.id}
    named(made, stays, secret_name(stays, "by-both"))
    made.connect(LEAVES, "third", made.credential())
    third = connection(made, "third")
    named(made, third, secret_name(third, "by-both"))
    finish(made, connection(made, "second"), drop=False)
    assert links.get(documents, shared.id) is not None, "the third came by it as well"


def named(made: Office, known: Connection, secret: str) -> None:
    where = model.path(LEAVES, "connections", known.id)
    made.machine.documents.set(where, {**model.to_doc(known), "secret": secret})


def vars_of(link: links.Link) -> dict[str, object]:
    return {field.name: getattr(link, field.name) for field in fields(link)}


def finish(made: Office, known: Connection, drop: bool) -> None:
    _, until = made.ending(known).run(drop)
    if until is not None:
        made.world.clock.moment = max(until, made.world.clock.now())
        _, until = made.ending(known).run(drop)
    assert until is None


def test_an_account_that_is_connected_again_begins_anew(made: Office) -> None:
    ended = connection(made, "acct")
    _, until = made.ending(ended).run(drop_rows=True)
    assert until is not None
    made.world.clock.moment = until
    made.ending(connection(made, "acct")).run(drop_rows=True)
    again = made.connect(LEAVES, "acct", made.credential())
    run = made.machine.run(made.machine.sync(again, "again"), LEAVES)
    assert run["state"] == RunState.COMPLETED
    rows, _ = of(made, again)
    assert rows > 0
