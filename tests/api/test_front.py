"""What is the same for every endpoint: who is let in, what a failure looks like, and the headers around an answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.api import answers
from shared.api.front import Front, ours
from shared.api.wire import Reply
from shared.audit import record as audit
from shared.errors import Bug, Later
from shared.keys.limits import LIMITS, Limit
from shared.keys.texts import Kind
from shared.managing import office
from shared.people.routes import Crooked
from tests.api.service import BY, PAGE, Service

WHERE = "/workspaces/acme"


@pytest.mark.parametrize(
    ("method", "where", "said", "status", "code"),
    [
        ("GET", WHERE, {"key": ""}, 401, "no-key"),
        ("GET", WHERE, {"key": "trib_api_nothing"}, 401, "unknown-key"),
        ("GET", WHERE, {"key": "trib_token_nothing"}, 401, "invalid_token"),
        ("GET", "/workspaces/another", {}, 404, "not-there"),
        ("GET", f"{WHERE}/runs/nothing", {}, 404, "not-there"),
        ("GET", "/nowhere", {}, 404, "not-there"),
        ("GET", f"{WHERE}/dashboards/nothing", {}, 404, "not-there"),
        ("DELETE", WHERE, {}, 405, "method-not-allowed"),
        ("GET", f"{WHERE}/runs?limit=0", {}, 400, "not-understood"),
        ("GET", f"{WHERE}/runs?limit=1&limit=2", {}, 400, "not-understood"),
        ("GET", f"{WHERE}/runs?lmit=1", {}, 400, "not-understood"),
        ("GET", f"{WHERE}/runs?cursor=nothing", {}, 400, "bad-cursor"),
        ("GET", f"{WHERE}/runs?%ff=1", {}, 400, "not-understood"),
        ("POST", f"{WHERE}/data/query", {"raw": b"{"}, 400, "not-understood"),
        ("POST", f"{WHERE}/data/query", {"raw": b"\xff"}, 400, "not-understood"),
        ("POST", f"{WHERE}/data/query", {"raw": b"[" * 9000}, 400, "not-understood"),
        ("POST", f"{WHERE}/data/query", {"body": {"metrcs": []}}, 400, "not-understood"),
        ("POST", f"{WHERE}/data/query", {"raw": b"x" * 200_000}, 413, "too-large"),
        ("POST", f"{WHERE}/data/query", {"raw": b"a=1", "Content_Type": "text/plain"}, 415, "not-json"),
        ("POST", f"{WHERE}/data/query", {"body": {}}, 422, "nothing-asked"),
    ],
)
def test_every_failure_has_one_shape(
    service: Service, key: str, method: str, where: str, said: dict[str, Any], status: int, code: str
) -> None:
    answer = service.ask(method, where, **{"key": key, **said})
    assert (answer.status, answer.code) == (status, code)
    error = answer.json["error"]
    assert error.keys() == {"code", "message", "details", "request_id", "timestamp"}
    assert error["request_id"] == answer.headers["X-Request-Id"]
    assert error["timestamp"] == "2026-09-01T06:00:00Z"
    assert error["message"].endswith((".", "?"))


def test_whoever_is_not_known_is_told_how_to_come_in(service: Service) -> None:
    assert service.ask("GET", WHERE).headers["WWW-Authenticate"] == 'Bearer realm="tributary"'
    assert 'error="invalid_token"' in service.ask("GET", WHERE, "trib_api_x").headers["WWW-Authenticate"]


def test_a_scope_that_is_missing_is_named(service: Service) -> None:
    answer = service.ask("POST", f"{WHERE}/data-sources/acme-1/extract", service.key("acme", "data:read"), {})
    assert (answer.status, answer.code) == (403, "insufficient-scope")
    assert answer.json["error"]["details"] == {"scope": "syncs:write"}
    assert 'scope="syncs:write"' in answer.headers["WWW-Authenticate"]
    assert service.bus.published == []


def test_a_method_that_is_not_there_is_answered_with_those_that_are(service: Service, key: str) -> None:
    answer = service.ask("PUT", f"{WHERE}/data-sources/acme-1", key, {})
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, PATCH"


def test_a_workspace_that_is_being_erased_is_not_there(service: Service, key: str) -> None:
    service.engine.set("closings/acme", {"since": service.clock.now()})
    assert service.ask("GET", WHERE, key).status == 404
    assert service.ask("GET", "/tenants/me", key).status == 404


@pytest.mark.parametrize(
    ("brought", "becomes"),
    [
        ("/projects/acme/platforms", "/workspaces/acme/data-sources"),
        ("/projects/acme/connections/acme-1", "/workspaces/acme/data-sources/acme-1"),
        ("/projects/acme/credentials", "/workspaces/acme/credentials"),
        ("/projects", "/workspaces"),
    ],
)
def test_names_that_users_bring_along_mean_ours(service: Service, key: str, brought: str, becomes: str) -> None:
    assert ours(tuple(f"api/v1{brought}".split("/"))) == tuple(becomes.strip("/").split("/"))
    answer = service.ask("GET", brought, key)
    assert answer.status == 200
    assert answer.body == service.ask("GET", becomes, key).body


@pytest.mark.parametrize("said", ["my-request-0001", "x", "with spaces in it", "a" * 65])
def test_a_request_has_the_id_that_it_brings_or_one_of_ours(service: Service, key: str, said: str) -> None:
    told = service.ask("GET", WHERE, key, X_Request_Id=said).headers["X-Request-Id"]
    assert told == said if said == "my-request-0001" else re.fullmatch("[0-9a-f]{32}", told)


def test_headers_say_what_is_left_of_the_limit_also_when_something_fails(service: Service, key: str) -> None:
    for where in (WHERE, f"{WHERE}/runs/nothing", f"{WHERE}/runs?limit=0"):
        headers = service.ask("GET", where, key).headers
        assert headers["RateLimit-Policy"] == '"calls";q=120;w=60'
        assert re.fullmatch(r'"calls";r=\d+;t=60', headers["RateLimit"])


def test_more_calls_than_the_limit_are_refused_until_the_minute_is_over(
    service: Service, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, Kind.API, Limit(3))
    assert [service.ask("GET", WHERE, key).status for _ in range(4)] == [200, 200, 200, 429]
    answer = service.ask("GET", WHERE, key)
    assert answer.code == "too-many-calls"
    assert answer.headers["Retry-After"] == "60"
    service.clock.forward(minutes=1)
    assert service.ask("GET", WHERE, key).status == 200


def test_a_key_that_was_replaced_says_when_it_ends(service: Service, key: str) -> None:
    (doc,) = service.people.find("keys")
    secret, _ = service.keyring.replace(BY, doc["id"])
    assert service.ask("GET", WHERE, key).headers["Sunset"] == "Tue, 08 Sep 2026 06:00:00 GMT"
    assert "Sunset" not in service.ask("GET", WHERE, secret.reveal()).headers


def test_an_answer_that_is_at_hand_is_not_sent_again(service: Service, key: str) -> None:
    first = service.ask("GET", f"{WHERE}/credentials", key)
    again = service.ask("GET", f"{WHERE}/credentials", key, If_None_Match=f'"other", {first.headers["ETag"]}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "RateLimit" in again.headers
    service.furnish("acme", "Another title")
    assert service.ask("GET", f"{WHERE}/credentials", key, If_None_Match=first.headers["ETag"]).status == 200


def test_headers_are_strict(service: Service, key: str) -> None:
    headers = service.ask("GET", WHERE, key).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in headers
    assert service.ask("POST", "/auth/token", key, {}).headers["Cache-Control"] == "no-store"


def test_only_pages_that_are_listed_may_read_answers(service: Service, key: str) -> None:
    asks: Any = {"Access_Control_Request_Method": "PATCH"}
    listed = service.ask("OPTIONS", WHERE, Origin=PAGE, **asks)
    assert listed.status == 204
    assert listed.headers["Access-Control-Allow-Origin"] == PAGE
    assert "PATCH" in listed.headers["Access-Control-Allow-Methods"]
    assert service.ask("GET", WHERE, key, Origin=PAGE).headers["Access-Control-Allow-Origin"] == PAGE
    for origin in ("https://evil.example", f"{PAGE}.evil.example", "null"):
        for answer in (
            service.ask("OPTIONS", WHERE, Origin=origin, **asks),
            service.ask("GET", WHERE, key, Origin=origin),
        ):
            assert not any(name.startswith("Access-Control") for name in answer.headers)
            assert answer.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in listed.headers


class Moment(datetime):
    """As Firestore gives them out."""


def test_moments_of_the_store_are_told_like_any_other(service: Service, key: str) -> None:
    at = Moment(2026, 8, 31, 12, tzinfo=UTC)
    run = service.engine.get("workspaces/acme/runs/acme-run")
    for name in ("one", "two"):
        service.engine.set(f"workspaces/acme/runs/{name}", {**run, "id": name, "started_at": at, "finished_at": at})
    told = service.ask("GET", f"{WHERE}/runs?limit=2", key).json
    assert told["runs"][1]["started_at"] == "2026-08-31T12:00:00Z"
    assert len(service.ask("GET", f"{WHERE}/runs?cursor={told['next']}", key).json["runs"]) == 1


def test_an_answer_that_cannot_be_written_is_a_failure_like_any_other(
    service: Service, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(answers.ANSWERS, "workspace", lambda *_: Reply(object()))
    answer = service.ask("GET", WHERE, key)
    assert (answer.status, answer.code) == (500, "broken")


def test_a_cookie_opens_nothing(service: Service) -> None:
    assert service.ask("GET", WHERE, Cookie="__Host-tributary-session=x").status == 401


def test_whatever_breaks_within_is_told_without_a_word_of_it(
    service: Service, key: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError(f"the key was {key}")

    monkeypatch.setitem(answers.ANSWERS, "workspace", broken)
    answer = service.ask("GET", WHERE, key)
    assert (answer.status, answer.code) == (500, "broken")
    printed = capsys.readouterr().out
    assert "an answer of the API failed" in printed
    assert key not in printed + answer.body.decode()


@pytest.mark.parametrize(
    ("error", "status"), [(Later("down", "Not now."), 503), (Bug("odd", "Our own matter, of nobody's interest."), 500)]
)
def test_what_fails_within_says_whether_to_come_again(
    service: Service, key: str, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fails(*_: Any) -> Any:
        raise error

    monkeypatch.setitem(answers.ANSWERS, "workspace", fails)
    answer = service.ask("GET", WHERE, key)
    assert answer.status == status
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert b"nobody's interest" not in answer.body


def test_an_act_whose_entry_cannot_be_written_is_not_done(
    service: Service, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwritten(*_: Any) -> Any:
        raise audit.Unwritten("audit-unwritten", "Not written.")

    monkeypatch.setattr(office, "record", unwritten)
    before = service.engine.get("workspaces/acme/connections/acme-1")
    for method, where, body in (
        ("POST", f"{WHERE}/data-sources/acme-1/extract", {}),
        ("PATCH", f"{WHERE}/data-sources/acme-1", {"schedule": "hourly"}),
        ("POST", f"{WHERE}/connect-links", {"platform": "mailchimp"}),
    ):
        assert service.ask(method, where, key, body).status == 503
    assert service.bus.published == []
    assert service.engine.get("workspaces/acme/connections/acme-1") == before
    assert service.engine.find("links") == []


def test_an_endpoint_without_an_answer_fails_the_build(service: Service) -> None:
    with pytest.raises(Crooked):
        Front(service.desk, {"health": answers.ANSWERS["health"]}, service.front.policy)


def test_what_is_not_of_the_api_is_not_there(service: Service, key: str) -> None:
    assert service.respond("GET", "/workspaces/acme", key).status_code == 404
    for bare in ("/", "/favicon.ico"):
        answer = service.respond("GET", bare)
        assert answer.status_code == 404
        assert b"For people there is a page: /api/v1/docs." in answer.get_data()
    assert service.respond("GET", "/healthz").get_data() == b"ok"
    assert service.respond("HEAD", "/api/v1/health").status_code == 200
