"""`report`: what can be defined, what is asked of the platform first, and what withdrawing does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from infra.admin import reports, target
from shared import log, model
from shared.http import Http
from shared.model import Connection, from_doc, to_doc
from shared.oauth.tokens import pack
from tests.admin.conftest import Operator, stores_of
from tests.flow.pipeline import Pipeline
from tests.support.memory import MemoryVault

PLANS = ["--dimension", "date", "--dimension", "customEvent:plan", "--metric", "eventCount", "--metric", "sessions"]


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    """A workspace with two properties, each with its credential."""
    world = Pipeline("google_analytics", size=0.05, every=True, history_days=20)
    machine, vault = world.machine, MemoryVault()
    stores = stores_of(world, vault)
    monkeypatch.setattr(target, "stores", lambda local: stores)
    monkeypatch.setattr(log, "stream", None)
    monkeypatch.setattr(reports, "Http", lambda origins: Http(transport=httpx2.WSGITransport(app=world.box.wsgi)))
    for each in world.connections:
        secret = f"user-{each.id}"
        version = vault.add(secret, pack(world.keys.credential, world.clock.now()))
        doc = {**to_doc(each), "secret": secret, "secret_version": version}
        machine.documents.set(model.path("demo", "connections", each.id), doc)
    made = Operator(world, stores, capsys)
    made.ask("workspace", "create", "demo", "--name", "Corner Bakery")
    return made


def refused(operator: Operator, *words: str) -> str:
    code, out, complaint = operator.type("report", *words)
    assert code == 2, out
    return complaint


@pytest.mark.slow
def test_a_report_is_checked_defined_listed_and_read(google: Operator) -> None:
    before = google.world.box.calls.as_json()["total"]
    told = google.ask("report", "create", "demo", "plans", "--title", "Plans", *PLANS)
    assert told == {
        "report": "plans",
        "stream": "custom_plans",
        "table": "google_analytics_custom_plans",
        "key": ["account_id", "date", "custom_event_plan"],
    }
    assert google.world.box.calls.as_json()["total"] == before + 2, "each account is asked"
    (listed,) = google.ask("report", "list", "demo")
    assert (listed["id"], listed["title"], listed["connections"]) == ("plans", "Plans", [])
    _, shown, _ = google.type("report", "list", "demo")
    assert "date, customEvent:plan" in shown
    for run in google.world.sync():
        assert run["state"] == "completed"
    rows = google.world.rows()["google_analytics_custom_plans"]
    assert {row["account_id"] for row in rows} == {each.account for each in google.world.connections}


def test_its_stream_can_be_named_like_the_others(google: Operator) -> None:
    google.ask("report", "create", "demo", "plans", *PLANS)
    connection = google.world.connection.id
    assert google.type("sync", "demo", connection, "--stream", "custom_plans")[0] == 0
    code, _, complaint = google.type("sync", "demo", connection, "--stream", "custom_other")
    assert code == 2
    assert "custom_plans" in complaint
    plan = google.ask("plan", "demo", connection)
    assert "custom_plans" in str(plan)


def test_what_the_platform_does_not_answer_is_not_kept(google: Operator) -> None:
    for words, says in (
        (["--dimension", "city", "--metric", "sessions"], "date"),
        (["--dimension", "date", "--metric", "visits"], "does not know"),
        (["--dimension", "date", "--dimension", "itemName", "--metric", "sessions"], "together"),
        ([], "dimensions"),
    ):
        assert says in refused(google, "create", "demo", "plans", *words)
    for name in ("Plans", "1st", "a-b", "x" * 50, "a/b"):
        assert "cannot name" in refused(google, "create", "demo", name, *PLANS)
    assert google.ask("report", "list", "demo") == []


def test_a_report_is_not_changed(google: Operator) -> None:
    google.ask("report", "create", "demo", "plans", *PLANS)
    assert "already" in refused(google, "create", "demo", "plans", *PLANS)
    other = ["--dimension", "date", "--metric", "sessions"]
    assert "another name" in refused(google, "create", "demo", "plans", *other)
    google.ask("report", "delete", "demo", "plans")
    assert "another name" in refused(google, "create", "demo", "plans", *other), "its table is still there"
    google.ask("report", "create", "demo", "plans", *PLANS)
    assert [each["id"] for each in google.ask("report", "list", "demo")] == ["plans"]


def test_withdrawing_keeps_the_table_and_needs_nobody_to_ask_for_it(google: Operator) -> None:
    google.ask("report", "create", "demo", "plans", *PLANS)
    connection = google.world.connection
    where = model.path("demo", "connections", connection.id)
    doc: dict[str, Any] = google.stores.documents.get(where) or {}
    google.stores.documents.set(where, to_doc(replace(from_doc(Connection, doc), streams=["custom_plans"])))
    assert connection.id in refused(google, "delete", "demo", "plans")
    google.stores.documents.set(where, doc)
    assert google.ask("report", "delete", "demo", "plans")["table"] == "google_analytics_custom_plans"
    assert google.ask("report", "list", "demo") == []
    for name in ("plans", "other"):
        assert "has no report" in refused(google, "delete", "demo", name)


@pytest.mark.slow
def test_a_report_can_be_for_one_connection(google: Operator) -> None:
    one = google.world.connections[1]
    google.ask("report", "create", "demo", "plans", "--connection", one.id, *PLANS)
    (listed,) = google.ask("report", "list", "demo")
    assert listed["connections"] == [one.id]
    google.world.sync()
    assert {row["account_id"] for row in google.world.rows()["google_analytics_custom_plans"]} == {one.account}


def test_without_an_account_there_is_nobody_to_ask(google: Operator) -> None:
    google.ask("workspace", "create", "empty")
    assert "no account" in refused(google, "create", "empty", "plans", *PLANS)
    assert "no workspace" in refused(google, "create", "nowhere", "plans", *PLANS)
