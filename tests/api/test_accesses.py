"""Wishes about the access to an account: written down once, told to the audit log once, shown as far as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shared.access import wishes
from shared.audit import record as audit
from shared.messages import AccessWanted
from shared.model import wish_path
from shared.states import WishState
from tests.api.service import Service
from tests.support.branching import Branching, live
from tests.support.faults import Fragile, Killed

OF = "/workspaces/acme"
ONE = f"{OF}/credentials/acme-1"
WAYS = [
    ("POST", f"{ONE}/validate", "validate", "access.validated"),
    ("POST", f"{ONE}/renew", "renew", "access.renewed"),
    ("POST", f"{ONE}/refresh", "renew", "access.renewed"),
    ("DELETE", ONE, "disconnect", "access.disconnected"),
]


@pytest.mark.parametrize(("method", "where", "act", "entry"), WAYS)
def test_a_wish_is_written_down_told_once_and_nudged(
    service: Service, key: str, method: str, where: str, act: str, entry: str
) -> None:
    answer = service.ask(method, where, key)
    assert answer.status == 202
    told = answer.json
    assert (told["act"], told["state"], told["connection"]) == (act, "wanted", "acme-1")
    assert service.bus.published == [AccessWanted(told["id"])]
    doc = service.engine.get(wish_path(told["id"]))
    assert (doc["workspace"], doc["route"]) == ("acme", "renew" if act == "renew" else act)
    assert doc["who"].startswith("key:api_")
    assert [each for each in service.acts("begun", "done") if each.startswith("access.")] == [entry]
    assert service.ask("GET", f"{OF}/wishes/{told['id']}", key).json == told


def test_a_wish_that_is_over_says_what_became_of_it(service: Service, key: str) -> None:
    name = service.ask("POST", f"{ONE}/validate", key).json["id"]
    over = {"state": WishState.DONE, "good": False, "sentence": "The client must connect again.", "move": "client"}
    service.engine.set(wish_path(name), {**service.engine.get(wish_path(name)), **over})
    told = service.ask("GET", f"{OF}/wishes/{name}", key).json
    assert (told["state"], told["good"], told["whose_move"]) == ("done", False, "client")
    assert told["sentence"] == "The client must connect again."


def test_each_request_is_a_wish_of_its_own_unless_it_says_that_it_is_the_same(service: Service, key: str) -> None:
    named = {service.ask("POST", f"{ONE}/renew", key, Idempotency_Key="one-and-the-same").json["id"] for _ in range(2)}
    others = {service.ask("POST", f"{ONE}/renew", key, X_Request_Id="the-same-request").json["id"] for _ in range(2)}
    assert (len(named), len(others), len(named | others)) == (1, 2, 3)
    assert len(service.engine.find("wishes")) == 3


def test_whoever_only_looks_wishes_nothing(service: Service) -> None:
    looker = service.key("acme", "status:read", "syncs:write")
    for method, where, _, __ in WAYS:
        answer = service.ask(method, where, looker)
        assert (answer.status, answer.code) == (403, "insufficient-scope")
    assert service.engine.find("wishes") == []
    assert service.bus.published == []


def test_an_account_that_is_not_there_is_not_wished_for(service: Service, key: str) -> None:
    assert service.ask("POST", f"{OF}/credentials/nothing/validate", key).status == 404
    assert service.ask("GET", f"{OF}/wishes/nothing", key).status == 404
    assert service.engine.find("wishes") == []


def test_what_cannot_be_told_is_not_wished(service: Service, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unwritten(*_: object) -> None:
        raise audit.Unwritten("audit-unwritten", "Not written.")

    monkeypatch.setattr(wishes, "record", unwritten)
    for method, where, _, __ in WAYS:
        assert service.ask(method, where, key).status == 503
    assert service.engine.find("wishes") == []
    assert service.bus.published == []


def test_killed_anywhere_and_asked_again_it_is_one_wish(tmp_path: Path) -> None:
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
            answer = there.ask("DELETE", ONE, key, Idempotency_Key="once-and-for-all")
        except Killed:
            made.clock.forward(minutes=2)
            answer = made.ask("DELETE", ONE, key, Idempotency_Key="once-and-for-all")
        assert answer.status == 202, answer.body
        (wish,) = made.engine.find("wishes")
        assert {message.wish for message in made.bus.published} == {wish["id"]} == {answer.json["id"]}

    assert live(life, lambda _: (True, False)).branches >= 8
