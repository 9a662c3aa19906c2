"""What is wanted of an access is done by the real function, in a process of its own, and told by the command."""

from __future__ import annotations

import secrets
import sys
from typing import Any

import orjson
import pytest

from infra.admin.connection_access import UNFINISHED
from infra.demo.connecting import connect
from infra.demo.demo_cloud import DemoCloud, world
from shared.access.wishes import ask
from shared.audit.entry import Origin
from shared.audit.record import ENTRIES
from shared.messages import AccessWanted
from shared.model import wish_path
from shared.states import AccessAct
from tests.local.conftest import eventually, run

pytestmark = pytest.mark.slow

NAME = "klaviyo"


def admin(made: DemoCloud, *words: str) -> Any:
    ended = run("infra.admin", "--local", str(made.cloud.folder), "--json", *words)
    assert ended.returncode in (0, UNFINISHED), ended.stderr
    return orjson.loads(ended.stdout)


def wished(made: DemoCloud, *words: str) -> dict[str, Any]:
    """To its end: the first sync goes on meanwhile, and may be what it waits for."""
    wish = admin(made, "connection", *words, "demo", NAME)

    def kept() -> dict[str, Any]:
        return made.stores.documents.get(wish_path(wish["id"])) or {}

    assert eventually(lambda: kept()["outcome"] != ""), kept()
    assert kept()["outcome"] == "done", kept()
    return kept()


def test_an_access_is_checked_renewed_and_withdrawn() -> None:
    """That a connection has ended is said after ten minutes, which nobody waits for here."""
    with world(None, sys.stderr, small=True, names=[NAME]) as made:
        stores = made.stores
        connect(made.link(NAME), made.key(NAME), made.answers(NAME), made.accounts(NAME))
        assert wished(made, "check")["good"]
        (before,) = stores.documents.find_all("connections", ("platform", "==", NAME))
        assert before["checked"]["good"]
        wished(made, "renew")
        (after,) = stores.documents.find_all("connections", ("platform", "==", NAME))
        assert int(after["secret_version"]) == int(before["secret_version"]) + 1
        by, request = Origin(who="client:link"), secrets.token_hex(8)
        wish = ask(stores.documents, stores.people, stores.clock, by, "demo", after["id"], AccessAct.WITHDRAW, request)
        stores.bus.publish(AccessWanted(wish.id))

        def kept() -> dict[str, Any]:
            return stores.documents.get(wish_path(wish.id)) or {}

        assert eventually(lambda: bool(kept()["receipt"]))
        assert stores.vault.read(after["secret"]) is None
        receipt = stores.documents.get(f"receipts/{kept()['receipt']}")
        assert receipt is not None
        assert next(iter(receipt["grants"].values())).startswith("given back")
        told = [doc for _, doc in stores.people.each(ENTRIES, ("act", "==", "access.renewed"))]
        assert sorted(doc["outcome"] for doc in told) == ["begun", "done"]
        assert [each["wish"] for each in admin(made, "connection", "wishes", "demo")] == [
            "withdraw",
            "renew",
            "validate",
        ]
