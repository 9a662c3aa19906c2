"""Who comes in to /mcp, how often, and what is written down of it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.agents import front, telling
from shared.audit import record as log
from shared.keys.limits import LIMITS
from shared.keys.texts import Kind
from shared.keys.tokens import Grant
from tests.agents.desk import Agency, said
from tests.api.service import BY, HERE
from tests.people.house import AGENTS
from tests.people.house import HERE as CONSOLE

METADATA = f"{HERE}/.well-known/oauth-protected-resource/mcp"


@pytest.mark.parametrize(
    "where", ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"]
)
def test_where_to_ask_a_person_stands_where_it_is_looked_for(agency: Agency, where: str) -> None:
    answer = agency.send(None, "", "GET", where)
    assert answer.status_code == 200
    assert said(answer)["resource"] == AGENTS
    assert said(answer)["authorization_servers"] == [CONSOLE]
    assert said(answer)["scopes_supported"] == ["data:read", "status:read"]
    assert agency.send(None, "", "POST", where).status_code == 405


def test_whoever_shows_nothing_is_told_where_to_ask(agency: Agency) -> None:
    answer = agency.modern("", "tools/list")
    assert answer.status_code == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert f'resource_metadata="{METADATA}"' in challenge
    assert 'scope="data:read status:read"' in challenge
    assert "error=" not in challenge


def test_keys_of_other_doors_open_nothing(agency: Agency) -> None:
    bad = [agency.key(), "trib_mcp_" + "a" * 36, "nonsense", "trib_mcp_x"]
    for key in bad:
        answer = agency.modern(key, "tools/list")
        assert answer.status_code == 401, key
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
        assert key.encode() not in answer.get_data()
    assert agency.ask("GET", "/auth/profile", agency.agent_key()).status == 401  # nor does ours open theirs


def test_a_token_is_good_at_the_door_that_it_was_given_for(agency: Agency) -> None:
    agency.agent_key()
    (doc,) = agency.keyring.documents.find("keys")
    for audience, status in ((AGENTS, 200), (f"{HERE}/api/v1", 401), (f"{AGENTS}/", 401), (CONSOLE, 401)):
        grant = Grant(f"key:{doc['id']}", "acme", ("data:read",), audience)
        token = agency.tokens.begin(BY, grant).access.reveal()
        assert agency.modern(token, "tools/list").status_code == status, audience


def test_a_scope_that_is_missing_is_named(agency: Agency) -> None:
    key = agency.agent_key("acme", "data:read")
    answer = agency.modern(key, "tools/call", {"name": "how_fresh"})
    assert answer.status_code == 403
    challenge = answer.headers["WWW-Authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="status:read"' in challenge
    assert f'resource_metadata="{METADATA}"' in challenge
    assert agency.told(key, "what_is_there")["complete"] is True


def test_a_key_has_so_many_calls_of_a_minute(agency: Agency, key: str) -> None:
    for _ in range(LIMITS[Kind.MCP].calls):
        answer = agency.modern(key, "tools/list")
        assert answer.status_code == 200
    assert answer.headers["X-RateLimit-Limit"] == "60"
    over = agency.modern(key, "tools/list")
    assert over.status_code == 429
    assert int(over.headers["Retry-After"]) > 0
    agency.clock.forward(minutes=1)
    assert agency.modern(key, "tools/list").status_code == 200


def entries(agency: Agency) -> list[tuple[str, str]]:
    found = agency.people.find("audit_entries", ("act", "==", "agent.asked"))
    return [(doc["of"], doc["outcome"]) for doc in sorted(found, key=lambda doc: str(doc["id"]))]


def test_each_call_is_in_the_audit(agency: Agency, key: str) -> None:
    agency.told(key, "what_is_there")
    agency.clock.forward(seconds=1)
    agency.refused(key, "ask", mart="nothing")
    assert entries(agency) == [("what_is_there", "done"), ("ask", "refused")]
    (done, _) = agency.people.find("audit_entries", ("act", "==", "agent.asked"))
    assert done["workspace"] == "acme"
    assert done["who"].startswith("key:mcp_")
    assert key not in str(agency.people.docs)


def test_what_cannot_be_written_down_is_not_told(agency: Agency, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> str:
        raise log.Unwritten("audit-unwritten", "Not now.")

    monkeypatch.setattr(front, "record", fails)
    assert agency.refused(key, "what_is_there")["code"] == "audit-unwritten"


def test_what_breaks_within_says_nothing(agency: Agency, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> Any:
        raise RuntimeError("a secret of within")

    monkeypatch.setattr(telling, "result", breaks)
    answer = agency.modern(key, "tools/call", {"name": "what_is_there"})
    assert (answer.status_code, said(answer)["error"]["code"], said(answer)["id"]) == (500, -32603, 1)
    assert b"within" not in answer.get_data()
