"""Keys are traded for short tokens: these open the API, are renewed once each, and end with what they came from."""

from __future__ import annotations

import pytest

from shared.keys.tokens import grant_of
from tests.api.service import BY, Answer, Service

ME = "/auth/profile"


@pytest.fixture
def given(service: Service, key: str) -> Answer:
    return service.ask("POST", "/auth/token", key, {"scopes": ["data:read"]})


def test_a_token_opens_what_it_was_given_for_and_for_a_quarter_of_an_hour(service: Service, given: Answer) -> None:
    assert given.json["expires_in"] == 900
    token = given.json["access_token"]
    assert service.ask("GET", ME, token).json["scopes"] == ["data:read"]
    assert service.ask("GET", "/workspaces/acme/summary", token).status == 403
    service.clock.forward(minutes=15)
    assert service.ask("GET", ME, token).status == 401


def test_a_token_is_renewed_once(service: Service, given: Answer) -> None:
    body = {"refresh_token": given.json["refresh_token"]}
    fresh = service.ask("POST", "/auth/refresh", body=body)
    assert fresh.status == 201
    assert service.ask("GET", ME, fresh.json["access_token"]).status == 200
    again = service.ask("POST", "/auth/refresh", body=body)
    assert (again.status, again.code) == (401, "invalid_grant")
    assert service.ask("GET", ME, fresh.json["access_token"]).status == 401, "two have it, one of whom must not"


def test_a_token_is_ended_by_its_holder(service: Service, given: Answer) -> None:
    token = given.json["access_token"]
    assert service.ask("POST", "/auth/logout", token, {}).json == {"done": True}
    assert service.ask("GET", ME, token).status == 401


def test_a_token_ends_with_its_key(service: Service, key: str, given: Answer) -> None:
    (doc,) = service.people.find("keys")
    service.keyring.revoke(BY, doc["id"])
    assert service.ask("GET", ME, given.json["access_token"]).status == 401
    assert service.ask("GET", ME, key).status == 401


def test_a_token_for_another_door_opens_nothing_here(service: Service, key: str) -> None:
    admitted = service.door.admit(key, {"api"})  # type: ignore[arg-type]
    issued = service.tokens.begin(BY, grant_of(admitted, "https://console.example/mcp"))
    assert service.ask("GET", ME, issued.access.reveal()).status == 401


def test_nobody_gets_a_token_for_more_than_their_key_may(service: Service) -> None:
    answer = service.ask("POST", "/auth/token", service.key("acme", "data:read"), {"scopes": ["syncs:write"]})
    assert (answer.status, answer.code) == (403, "insufficient-scope")


def test_what_is_traded_is_in_the_audit(service: Service, given: Answer) -> None:
    assert given.status == 201
    assert "token.given" in service.acts()
