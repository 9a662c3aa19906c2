"""Workspaces by the API: made by an owner's key, changed by an admin's; open_workspace is told, and the audit log."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.audit import record as audit
from shared.keys.keyring import KeyRefused
from shared.keys.scopes import Scope
from shared.managing import office
from shared.messages import WorkspaceWanted
from shared.model import to_doc
from shared.people.levels import Role
from shared.people.persons import Person, person_path
from shared.people.roles import Member, member_path
from tests.api.service import EVERY, Service
from tests.support.branching import Branching, live
from tests.support.faults import Fragile, Killed

ONE = "/workspaces/acme"
NEW = {"id": "north_shop", "name": "North Shop", "zone": "Europe/Vienna", "currency": "EUR"}


def somebody(service: Service, name: str, owner: bool) -> str:
    person = Person(name, name, f"{name}@example.com", service.clock.now(), owner=owner, google=name)
    service.people.set(person_path(name), to_doc(person))
    if not owner:
        member = Member("acme", name, Role.ADMIN, service.clock.now(), "operator")
        service.people.set(member_path("acme", name), to_doc(member))
    return name


def test_a_workspace_is_made_and_opened(service: Service, key: str) -> None:
    answer = service.ask("POST", "/workspaces", key, {**NEW, "readers": ["user:b@example.com", "user:a@example.com"]})
    assert answer.status == 201
    told = answer.json
    assert (told["id"], told["state"], told["zone"], told["fiscal_year_start"]) == (
        "north_shop", "opening", "Europe/Vienna", 1,
    )  # fmt: skip
    assert told["readers"] == ["user:a@example.com", "user:b@example.com"]
    assert service.engine.get("workspaces/north_shop")["name"] == "North Shop"
    assert service.engine.get("openings/north_shop")["due_at"] is not None
    assert service.bus.published == [WorkspaceWanted("north_shop")]
    assert service.acts("begun", "done").count("workspace.made") == 2
    assert service.ask("GET", "/workspaces/north_shop", key).status == 404, "a key is of one workspace"


def test_the_same_once_more_is_the_one_that_there_is(service: Service, key: str) -> None:
    first = service.ask("POST", "/workspaces", key, NEW)
    assert service.ask("POST", "/workspaces", key, NEW).body == first.body
    answer = service.ask("POST", "/workspaces", key, {**NEW, "currency": "USD"})
    assert (answer.status, answer.code) == (422, "bad-workspace")
    assert service.engine.get("workspaces/north_shop")["currency"] == "EUR"


@pytest.mark.parametrize(
    "more",
    [{"id": "North Shop"}, {"id": "north_shop_raw"}, {"zone": "Vienna"}, {"currency": "XYZ"}, {"name": ""},
     {"readers": ["everybody"]}, {"history_days": 5}, {"name": "two\nlines"}],
)  # fmt: skip
def test_what_cannot_be_is_neither_made_nor_changed(service: Service, key: str, more: dict[str, Any]) -> None:
    before = service.engine.get("workspaces/acme")
    answer = service.ask("POST", "/workspaces", key, {**NEW, **more})
    assert (answer.status, answer.code) == (422, "bad-workspace")
    if "id" not in more:
        assert service.ask("PATCH", ONE, key, more).code == "bad-workspace"
    assert [doc["id"] for doc in service.engine.find("workspaces")] == ["acme"]
    assert service.engine.get("workspaces/acme") == before
    assert service.bus.published == []
    assert not [act for act in service.acts("begun", "done") if act.startswith("workspace.")]


def test_only_an_owner_or_the_operator_gives_a_key_that_makes_workspaces(service: Service) -> None:
    admin, owner = somebody(service, "adam", owner=False), somebody(service, "olga", owner=True)
    with pytest.raises(KeyRefused, match="workspaces:write"):
        service.key("acme", Scope.WORKSPACES_WRITE, maker=admin)
    key = service.key("acme", Scope.WORKSPACES_WRITE, maker=owner)
    assert service.ask("POST", "/workspaces", key, NEW).status == 201
    somebody(service, "olga", owner=False)
    answer = service.ask("POST", "/workspaces", key, {**NEW, "id": "south_shop"})
    assert (answer.status, answer.code) == (403, "insufficient-scope"), "what an owner may not now, their key may not"
    assert service.engine.get("workspaces/south_shop") is None


def test_what_is_given_is_changed_and_the_rest_stays(service: Service, key: str) -> None:
    before = service.ask("GET", f"{ONE}/settings", key).json
    said = {"currency": "USD", "fiscal_year_start": 4, "protected": True, "readers": ["group:team@example.com"]}
    told = service.ask("PATCH", ONE, key, said).json
    assert told == {**before, **said}
    assert service.ask("GET", f"{ONE}/settings", key).json == told
    assert service.engine.get("publications/acme")["causes"] == ["settings"], "marts hold currency and fiscal year"
    assert service.bus.published == [WorkspaceWanted("acme")]
    (entry,) = [each for each in service.ask("GET", f"{ONE}/audit?act=workspace", key).json["entries"]
                if each["outcome"] == "done"]  # fmt: skip
    assert entry["details"] == {"what": "currency fiscal_year_start protected readers"}


def test_nothing_said_changes_nothing(service: Service, key: str) -> None:
    assert service.ask("PATCH", ONE, key, {}).status == 200
    assert service.bus.published == []
    assert "workspace.changed" not in service.acts("begun", "done")


def test_who_reads_its_marts_is_not_told_to_everybody(service: Service, key: str) -> None:
    service.ask("PATCH", ONE, key, {"readers": ["group:team@example.com"], "contact": "ann@example.com"})
    looker = service.key("acme", *(scope for scope in EVERY if scope != Scope.SETTINGS_WRITE))
    assert b"example.com" not in service.ask("GET", ONE, looker).body
    assert service.ask("GET", f"{ONE}/settings", looker).status == 403
    assert service.ask("PATCH", ONE, looker, {"name": "Other"}).status == 403


def test_what_cannot_be_told_is_not_done(service: Service, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unwritten(*_: object) -> None:
        raise audit.Unwritten("audit-unwritten", "Not written.")

    monkeypatch.setattr(office, "record", unwritten)
    before = dict(service.engine.docs)
    assert service.ask("POST", "/workspaces", key, NEW).status == 503
    assert service.ask("PATCH", ONE, key, {"name": "Other"}).status == 503
    assert dict(service.engine.docs) == before
    assert service.bus.published == []


@pytest.mark.parametrize(
    ("method", "where", "body", "name"),
    [("POST", "/workspaces", NEW, "north_shop"), ("PATCH", ONE, {"currency": "USD"}, "acme")],
)
def test_killed_anywhere_and_asked_again_the_end_is_the_same(
    tmp_path: Path, method: str, where: str, body: dict[str, Any], name: str
) -> None:
    made = Service(tmp_path)
    made.workspace()
    key = made.key()
    assert made.ask("GET", "/auth/profile", key).status == 200

    def life(fate: Branching) -> None:
        there = replace(
            made,
            people=Fragile(made.people, "documents", fate),
            bus=Fragile(made.bus, "bus", fate),
            engine=Fragile(made.engine, "documents", fate),
        )
        try:
            answer = there.ask(method, where, key, body, Idempotency_Key="once-and-for-all")
        except Killed:
            made.clock.forward(minutes=2)
            answer = made.ask(method, where, key, body, Idempotency_Key="once-and-for-all")
        assert answer.status in (200, 201), answer.body
        assert made.engine.get(f"workspaces/{name}")["currency"] == body["currency"]
        assert made.engine.get(f"openings/{name}")["due_at"] is not None
        assert set(made.bus.published) == {WorkspaceWanted(name)}

    assert live(life, lambda _: (True, False)).branches >= 10
