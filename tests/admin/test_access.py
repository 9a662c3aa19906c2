"""An operator asks for an access to be checked or renewed; the function does it, and the command says how it went."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from shared import model
from shared.access.keeper import AccessKeeper
from shared.audit.record import ENTRIES
from shared.http import Http
from shared.messages import AccessWanted, Message
from shared.oauth.accounts import labels_of, secret_name
from shared.oauth.credentials import Credentials
from shared.oauth.tokens import pack
from tests.admin.conftest import Operator
from tests.flow.keys import granted
from tests.support.memory import MemoryBus, MemoryDocuments


class Carried(MemoryBus):
    """Whoever is nudged does its work at once."""

    def __init__(self, keeper: AccessKeeper) -> None:
        super().__init__()
        self.keeper = keeper

    def publish(self, *messages: Message) -> None:
        for message in messages:
            assert isinstance(message, AccessWanted)
            self.keeper.handle(message)


@pytest.fixture
def connected(operator: Operator) -> Operator:
    stores, world = operator.stores, operator.world
    name = secret_name(world.connection)
    credential = granted(world.connector, world.box, world.clock.now())
    version = stores.vault.add(name, pack(credential, world.clock.now()), labels_of(world.connection))
    where = model.path("demo", "connections", world.connection.id)
    doc: dict[str, Any] = stores.documents.get(where) or {}
    stores.documents.set(where, {**doc, "secret": name, "secret_version": version})
    http = Http(transport=httpx2.WSGITransport(app=world.box.wsgi))
    keys = Credentials(stores.documents, stores.vault, http, stores.clock, stores.settings)
    object.__setattr__(stores, "bus", Carried(AccessKeeper(stores, stores.people, keys, http)))
    return operator


def test_an_access_that_is_good(connected: Operator) -> None:
    code, out, _ = connected.type("connection", "check", "demo", "emailoctopus")
    assert (code, out) == (0, "EmailOctopus takes the access that we have.\n")
    told = connected.ask("connection", "check", "demo", "emailoctopus")
    assert (told["state"], told["good"]) == ("done", True)
    assert told["who"].startswith("operator:")
    (wish, _) = connected.ask("connection", "wishes", "demo")
    assert (wish["wish"], wish["state"], wish["by"]) == ("validate", "done", told["who"])
    entries = [doc["outcome"] for _, doc in connected.stores.people.each(ENTRIES)]
    assert sorted(entries) == ["begun", "begun", "done", "done"]


def test_one_that_is_refused_goes_on_being_asked_for(connected: Operator) -> None:
    connected.world.box.revoke()
    code, out, _ = connected.type("connection", "check", "demo", "emailoctopus")
    assert code == 4
    assert "asked again before anybody has to connect anew" in out
    assert "`connection wishes demo`" in out


def test_a_key_is_not_renewed(connected: Operator) -> None:
    code, out, _ = connected.type("connection", "renew", "demo", "emailoctopus")
    assert code == 1
    assert "cannot be renewed" in out


def test_where_nobody_begins_the_command_ends_all_the_same(operator: Operator) -> None:
    code, out, _ = operator.type("connection", "check", "demo", "emailoctopus")
    assert code == 4
    assert "Nobody has begun with it yet." in out
    assert operator.world.machine.bus.published[-1].topic == AccessWanted.topic


def test_what_the_audit_log_does_not_take_is_not_asked_for(operator: Operator) -> None:
    class Down(MemoryDocuments):
        def create(self, path: str, doc: dict[str, Any]) -> bool:
            raise ConnectionError("out of order")

    vars(operator.stores)["people"] = Down()
    code, _, err = operator.type("connection", "check", "demo", "emailoctopus")
    assert code == 2
    assert "Nothing was done" in err
    assert operator.stores.documents.find("wishes") == []
