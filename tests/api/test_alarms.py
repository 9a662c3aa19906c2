"""Alarms and webhooks by the API: what rings is told, settings are kept, and what signs is shown once."""

from __future__ import annotations

from typing import Any

import pytest

from shared.alarms.alarm import Alarm, alarm_path
from shared.alarms.kinds import What
from shared.messages import LetterWanted
from shared.model import to_doc
from shared.people.levels import Role
from shared.people.roles import Member, member_path
from tests.api.service import Answer, Service

OF = "/workspaces/acme"
NEW: dict[str, Any] = {"name": "Board", "address": "https://board.example/in?token=abc"}


def make(service: Service, key: str, **more: Any) -> Answer:
    return service.ask("POST", f"{OF}/webhooks", key, {**NEW, **more}, Idempotency_Key="the-very-same")


def test_a_webhook_is_made_and_what_signs_is_shown_once(service: Service, key: str) -> None:
    answer = make(service, key)
    assert (answer.status, answer.headers["Cache-Control"]) == (201, "no-store")
    secret = answer.json["secret"]
    assert secret.startswith("whsec_")
    again = make(service, key)
    assert (again.status, again.code) == (409, "given-before")
    listed = service.ask("GET", f"{OF}/webhooks", key)
    (told,) = listed.json["webhooks"]
    assert (told["host"], told["state"], told["keys"]) == ("board.example", "open", 1)
    everything = str(service.people.docs.of) + str(service.engine.docs.of) + listed.body.decode()
    assert secret not in everything
    assert "token=abc" not in everything
    assert service.acts().count("webhook.made") == 1


def test_it_is_rotated_tried_and_ended(service: Service, key: str) -> None:
    made = make(service, key).json
    hook = f"{OF}/webhooks/{made['webhook']['id']}"
    second = service.ask("POST", f"{hook}/rotate", key, {"overlap_hours": 1}, Idempotency_Key="rotate-once")
    assert second.status == 201
    assert second.json["secret"] != made["secret"]
    assert second.json["webhook"]["keys"] == 2
    for _ in range(2):
        tried = service.ask("POST", f"{hook}/test", key, Idempotency_Key="try-it-once")
        assert tried.status == 202
    (delivery,) = service.ask("GET", f"{hook}/deliveries", key).json["deliveries"]
    assert (delivery["event"], delivery["state"], delivery["tries"]) == ("webhook.test", "waiting", [])
    assert LetterWanted(delivery["id"]) in service.bus.published
    again = service.ask("POST", f"{OF}/deliveries/{delivery['id']}/again", key)
    assert (again.status, again.json["id"]) == (202, delivery["id"])
    for _ in range(2):
        assert service.ask("DELETE", hook, key).json["state"] == "ended"
    late = service.ask("POST", f"{OF}/deliveries/{delivery['id']}/again", key)
    assert (late.status, late.code) == (422, "webhook-over")
    assert service.acts().count("webhook.ended") == 1


@pytest.mark.parametrize("address", ["http://board.example/in", "https://localhost/in", "https://192.168.0.1/in"])
def test_an_address_inside_is_refused(service: Service, key: str, address: str) -> None:
    answer = make(service, key, address=address)
    assert (answer.status, answer.code) == (422, "bad-address")
    assert service.people.find("webhooks") == []


def test_what_rings_is_told(service: Service, key: str) -> None:
    now = service.clock.now()
    values = {"title": "Shop", "platform": "Shopify", "why": "It was removed."}
    alarm = Alarm("a1", "acme", What.RECONNECT, "acme-1", 1, now, now, values)
    service.people.set(alarm_path("a1"), to_doc(alarm))
    service.people.set(alarm_path("a2"), {**to_doc(alarm), "id": "a2", "workspace": "another"})
    (told,) = service.ask("GET", f"{OF}/alarms", key).json["alarms"]
    assert told["sentence"] == "Shop (Shopify) is not read any more: It was removed."
    assert (told["whose_move"], told["state"]) == ("client", "ringing")


def test_settings_are_kept_for_all_and_for_one(service: Service, key: str) -> None:
    member = Member("acme", "ann", Role.ANALYST, service.clock.now(), "")
    service.people.set(member_path("acme", "ann"), to_doc(member))
    where = f"{OF}/alarms/settings"
    first = service.ask("PATCH", where, key, {"quiet_from": "20:00", "quiet_until": "07:00", "budget": 5.5,
                                              "budget_currency": "EUR"})  # fmt: skip
    assert first.status == 200
    assert service.ask("PATCH", where, key, {"without": ["late"]}).json["quiet_from"] == "20:00"
    mine = service.ask("PATCH", f"{where}/ann", key, {"digest_at": "08:00"}).json
    assert (mine["person"], mine["digest_at"], mine["without"]) == ("ann", "08:00", ["late"])
    told = service.ask("GET", where, key).json
    assert told["workspace"]["budget"] == 5.5
    assert [each["person"] for each in told["persons"]] == ["ann"]
    assert {each["kind"] for each in told["kinds"]} == set(map(str, What))
    assert service.ask("DELETE", f"{where}/ann", key).status == 200
    assert service.ask("GET", where, key).json["persons"] == []


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"without": ["nothing-of-ours"]}, 422, "bad-kind"),
        ({"zone": "Europe/Nowhere"}, 422, "bad-zone"),
        ({"quiet_from": "20:00"}, 422, "bad-time"),
        ({"digest_at": "25:00"}, 400, "not-understood"),
        ({"budget": 5}, 422, "bad-budget"),
    ],
)
def test_what_is_no_setting_is_refused(service: Service, key: str, said: Any, status: int, code: str) -> None:
    answer = service.ask("PATCH", f"{OF}/alarms/settings", key, said)
    assert (answer.status, answer.code) == (status, code)


def test_who_may_only_look_sees_what_rings_and_changes_nothing(service: Service) -> None:
    key = service.key("acme", "status:read")
    assert service.ask("GET", f"{OF}/alarms", key).status == 200
    for method, where in (("GET", f"{OF}/webhooks"), ("GET", f"{OF}/alarms/settings"), ("POST", f"{OF}/webhooks")):
        assert service.ask(method, where, key, NEW if method == "POST" else None).status == 403
