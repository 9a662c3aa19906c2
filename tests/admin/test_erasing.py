"""`workspace delete` and `connection disconnect` as an operator types them."""

from __future__ import annotations

import io

import httpx2
import pytest

from infra.admin import erasing, marts
from infra.admin.commands import CODES
from infra.admin.erasing import UNFINISHED
from infra.local.processes import ROOT
from shared import log
from shared.http import Http
from shared.marts.placing import Deployment
from shared.stores.installation import Stores
from tests.admin.conftest import Operator
from tests.admin.test_people import person
from tests.support.tables import MemoryBigQuery


@pytest.fixture
def united(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Which workspaces' datasets were left each time the agency's views were made anew."""
    found: list[list[str]] = []

    def deploy_agency(stores: Stores) -> Deployment:
        found.append(sorted({workspace for workspace, _ in stores.bigquery.warehouse.tables}))
        return Deployment(0)

    monkeypatch.setattr(erasing, "deploy_agency", deploy_agency)
    return found


@pytest.fixture(autouse=True)
def within(operator: Operator, united: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", None)
    bigquery = MemoryBigQuery(operator.world.warehouse)
    monkeypatch.setattr(Stores, "bigquery", property(lambda self: bigquery))
    transport = httpx2.WSGITransport(app=operator.world.box.wsgi)
    monkeypatch.setattr(erasing, "Http", lambda origins: Http(transport=transport))
    operator.world.machine.sync(operator.world.connection)
    operator.capsys.readouterr()  # what was logged


@pytest.mark.parametrize(
    "words", [["workspace", "delete", "demo"], ["connection", "disconnect", "demo", "emailoctopus"]]
)
@pytest.mark.parametrize("yes", [[], ["--yes", "Demo"], ["--yes", ""]])
def test_nothing_is_destroyed_that_was_not_named_twice(operator: Operator, words: list[str], yes: list[str]) -> None:
    held = dict(operator.world.machine.documents.docs)
    code, out, complaint = operator.type(*words, *yes)
    assert (code, out) == (2, "")
    assert "Nothing was destroyed" in complaint
    assert operator.world.machine.documents.docs == held


def test_a_person_is_asked_for_the_name(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("dmeo\n"))
    assert operator.type("workspace", "delete", "demo")[0] == 2
    monkeypatch.setattr("sys.stdin", Terminal("demo\n"))
    code, shown, asked = operator.type("workspace", "delete", "demo")
    assert code == UNFINISHED
    assert "Type demo to go on" in asked
    assert "Run the same command again after" in shown


def test_a_workspace_is_deleted_and_its_receipt_can_be_had_again(operator: Operator, united: list[list[str]]) -> None:
    operator.stores.people.set("contact_keys/demo", {"workspace": "demo", "key": "k"})
    first = operator.ask("workspace", "delete", "demo", "--yes", "demo", code=UNFINISHED)
    assert first["run_again_after"]
    assert operator.stores.people.get("contact_keys/demo") is None  # no name of a contact can be made again
    for words in (["sync", "demo", "emailoctopus"], ["connect-link", "create", "demo", "--platform", "mailchimp"]):
        code, _, complaint = operator.type(*words)
        assert code == 2
        assert "is being erased" in complaint
    assert operator.ask("workspace", "list")[0]["closing_at"]
    assert marts._meant(operator.stores, "") == []  # a pipeline that puts marts in place makes none of these again

    assert united == [[]]  # the agency's views no longer name what is gone

    receipt = operator.ask("workspace", "delete", "demo", "--yes", "demo", "--wait")
    assert receipt["run_again_after"] is None
    assert receipt["destroyed"]["documents: slices"] > 0
    assert receipt["remains"]
    assert operator.ask("workspace", "list") == []
    assert operator.ask("workspace", "delete", "demo") == receipt
    assert operator.type("workspace", "delete", "never")[0] == 2


def test_who_was_let_into_a_workspace_is_not_let_into_the_next_one_of_its_name(operator: Operator) -> None:
    who = person(operator, "a@b.example", google="1")
    operator.ask("member", "role", "demo", who.id, "admin")
    operator.ask("member", "invite", "demo", "c@d.example")
    assert operator.type("key", "create", "demo", "board")[0] == 0
    operator.ask("workspace", "delete", "demo", "--yes", "demo", code=UNFINISHED)
    people = operator.stores.people
    assert people.find("roles/demo/members") == []
    ended = [doc["revoked_at"] is not None for doc in (*people.find("invitations"), *people.find("keys"))]
    assert ended == [True, True]


def test_a_connection_is_ended_by_its_platform_and_named_by_its_id(operator: Operator) -> None:
    name = operator.world.connection.id
    receipt = operator.ask("connection", "disconnect", "demo", "emailoctopus", "--yes", name, "--drop-rows", "--wait")
    assert receipt["destroyed"]["rows"] > 0
    assert operator.ask("connections", "demo") == []
    assert operator.ask("workspace", "list")[0]["id"] == "demo"


def test_rows_of_a_connection_that_has_gone_are_dropped_by_the_same_words(operator: Operator) -> None:
    name = operator.world.connection.id
    words = ["connection", "disconnect", "demo", name]
    kept = operator.ask(*words, "--yes", name, "--wait")
    assert "rows" not in kept["destroyed"]
    assert operator.ask(*words) == kept, "its receipt"
    assert operator.type(*words, "--drop-rows")[0] == 2, "named twice, as ever"
    dropped = operator.ask(*words, "--drop-rows", "--yes", name)
    assert dropped["destroyed"]["rows"] > 0
    assert operator.ask(*words, "--drop-rows", "--yes", name)["destroyed"] == dropped["destroyed"]
    assert operator.type("connection", "disconnect", "demo", "never")[0] == 2


def test_what_is_being_ended_gets_no_link_to_renew_it(operator: Operator) -> None:
    name = operator.world.connection.id
    operator.ask("connection", "disconnect", "demo", name, "--yes", name, code=UNFINISHED)
    code, _, complaint = operator.type("connect-link", "create", "demo", "--reconnect", name)
    assert code == 2
    assert "is being ended" in complaint


def test_waiting_it_stops_where_the_connection_was_connected_again(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = operator.world.connection
    where, pause = f"workspaces/demo/connections/{known.id}", operator.world.clock.pause

    def connected_again(seconds: float) -> None:
        documents = operator.stores.documents
        documents.set(where, {**(documents.get(where) or {}), "state": "active", "closing_at": None})
        pause(seconds)

    monkeypatch.setattr(operator.world.clock, "pause", connected_again)
    code, _, complaint = operator.type("connection", "disconnect", "demo", known.id, "--yes", known.id, "--wait")
    assert code == 2
    assert "was connected again meanwhile" in complaint
    assert (operator.stores.documents.get(where) or {})["state"] == "active"


def test_the_exit_code_of_what_is_not_finished_is_documented(operator: Operator) -> None:
    assert f"{UNFINISHED} an erasure" in CODES.replace("\n", " ")
    assert f"{UNFINISHED} an erasure" in (ROOT / "docs" / "operating.md").read_text()
