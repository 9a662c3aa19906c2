"""A write that is asked twice is done once; and killed anywhere, the end is the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.model import path
from tests.api.service import Service
from tests.support.branching import Branching, live
from tests.support.faults import Fragile, Killed

ONE = "/workspaces/acme/data-sources/acme-1"
NAME = "9f1c2d3e-monday"


def extract(service: Service, key: str, name: str = NAME, **body: Any) -> Any:
    return service.ask("POST", f"{ONE}/extract", key, body, Idempotency_Key=name)


def test_the_same_key_asks_for_the_same_run_and_has_the_same_answer(service: Service, key: str) -> None:
    first, second = extract(service, key), extract(service, key)
    assert (first.status, first.body) == (second.status, second.body)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(service.bus.published) == 1
    assert extract(service, key, "another-name").json["run"] != first.json["run"]


def test_something_else_under_the_same_key_is_refused(service: Service, key: str) -> None:
    extract(service, key)
    answer = extract(service, key, streams=["lists"])
    assert (answer.status, answer.code) == (422, "idempotency-key-reused")
    assert len(service.bus.published) == 1


def test_keys_of_others_are_others(service: Service, key: str) -> None:
    extract(service, key)
    extract(service, service.key())
    assert len({message.request for message in service.bus.published}) == 2


def test_what_came_to_nothing_may_be_asked_again(service: Service, key: str) -> None:
    assert extract(service, key, streams=["nothing"]).status == 422
    assert extract(service, key).status == 202


def test_a_day_later_it_is_forgotten(service: Service, key: str) -> None:
    first = extract(service, key)
    service.clock.forward(days=1)
    assert extract(service, key, streams=["lists"]).status == 202
    assert first.status == 202


def test_an_answer_that_holds_a_secret_is_kept_nowhere(service: Service, key: str) -> None:
    where = "/tenants/me/oauth/mailchimp"
    made = service.ask("POST", where, key, {}, Idempotency_Key=NAME)
    again = service.ask("POST", where, key, {}, Idempotency_Key=NAME)
    assert (again.status, again.code) == (409, "given-before")
    assert made.json["link"].rpartition("#")[2] not in str(service.people.docs.of)
    assert len(service.engine.find("links")) == 1


@pytest.mark.parametrize("name", ["", "short", "with a space", "é" * 10, "x" * 201])
def test_a_key_is_printable_and_long_enough(service: Service, key: str, name: str) -> None:
    answer = extract(service, key, name)
    assert (answer.status, answer.code) == (400, "bad-idempotency-key")


@pytest.mark.slow
def test_killed_anywhere_and_asked_again_the_end_is_the_same(tmp_path: Path) -> None:
    """At each side effect a copy of the process dies, before it and after it; then the program asks again."""
    made = Service(tmp_path)
    made.workspace()
    key = made.key()
    assert service_is_warm(made, key)

    def life(fate: Branching) -> None:
        there = replace(
            made,
            people=Fragile(made.people, "documents", fate),
            bus=Fragile(made.bus, "bus", fate),
            engine=Fragile(made.engine, "documents", fate),
        )
        try:
            answer = extract(there, key)
        except Killed:
            made.clock.forward(minutes=2)
            answer = extract(made, key)
        assert answer.status == 202, answer.body
        assert len({message.request for message in made.bus.published}) == 1
        assert extract(made, key).body == answer.body
        assert len(made.bus.published) <= 2

    lived = live(life, lambda _: (True, False))
    assert lived.branches >= 8


def service_is_warm(made: Service, key: str) -> bool:
    """What a first call leaves behind, such as the last use of a key, is there already."""
    return made.ask("GET", "/auth/profile", key).status == 200


def test_a_setting_said_twice_is_said_once(service: Service, key: str) -> None:
    for _ in range(2):
        assert service.ask("PATCH", ONE, key, {"schedule": "hourly"}, Idempotency_Key=NAME).status == 200
    assert service.engine.get(path("acme", "connections", "acme-1"))["schedule"] == "hourly"
    assert service.acts().count("connection.configured") == 1
