"""How an agent comes in: what it may ask a person, what comes back, and what it gets for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from shared.keys.admission import Refused
from shared.keys.codes import LONGEST_STATE, Client, Odd, way_back, wish
from shared.keys.scopes import Scope
from shared.keys.texts import Kind, new
from shared.keys.tokens import Issued
from tests.keys.bench import API, BY, HERE, MCP, Bench

BACK = "https://agent.example/back"
AGENT = Client(
    "https://agent.example/id.json", "<script>Agent</script>", (BACK, "http://127.0.0.1/cb", "ftp://agent/x")
)
VERIFIER = "v" * 43
ASKED = {
    "response_type": "code",
    "client_id": AGENT.id,
    "redirect_uri": BACK,
    "code_challenge": create_s256_code_challenge(VERIFIER),
    "code_challenge_method": "S256",
    "resource": MCP,
    "scope": "data:read",
    "state": "s &=1",
}


@pytest.fixture
def bench() -> Bench:
    return Bench()


def code(bench: Bench, **more: str) -> str:
    return bench.codes.give(BY, wish({**ASKED, **more}, AGENT, MCP), "ann", "acme", "session-1")


def trade(bench: Bench, code: str, **more: str | None) -> Issued:
    form = {
        "code": code,
        "code_verifier": VERIFIER,
        "client_id": AGENT.id,
        "redirect_uri": BACK,
        "resource": MCP,
        **more,
    }
    return bench.codes.trade(BY, {name: value for name, value in form.items() if value is not None})


def test_the_whole_way(bench: Bench) -> None:
    asked = wish(ASKED, AGENT, MCP)
    assert (asked.scopes, asked.audience, asked.client.host) == ((Scope.DATA_READ,), MCP, "agent.example")
    given = code(bench)
    sent = urlsplit(way_back(asked, "https://console.example", code=given))
    assert f"{sent.scheme}://{sent.netloc}{sent.path}" == BACK
    assert parse_qs(sent.query) == {"code": [given], "state": ["s &=1"], "iss": ["https://console.example"]}
    issued = trade(bench, given)
    let_in = bench.tokens.admit(issued.access.reveal(), MCP, HERE)
    assert (let_in.subject, let_in.workspace, set(let_in.scopes)) == ("person:ann", "acme", {Scope.DATA_READ})
    with pytest.raises(Refused):
        bench.tokens.admit(issued.access.reveal(), API, HERE)
    again = bench.tokens.renew(BY, issued.renewal.reveal(), AGENT.id, MCP)
    assert bench.tokens.admit(again.access.reveal(), MCP, HERE).workspace == "acme"
    assert bench.tokens.end_all(BY, "session", "session-1", "signed out") == 1


def test_without_a_scope_an_agent_asks_for_what_agents_can_have() -> None:
    assert wish({**ASKED, "scope": ""}, AGENT, MCP).scopes == (Scope.DATA_READ, Scope.STATUS_READ)


@pytest.mark.parametrize(
    "redirect",
    [
        "",
        BACK + "/",
        BACK + "?x=1",
        "https://agent.example/BACK",
        "https://agent.example.evil/back",
        "ftp://agent/x",
        "//x",
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_the_agents(redirect: str) -> None:
    with pytest.raises(Odd) as odd:
        wish({**ASKED, "redirect_uri": redirect}, AGENT, MCP)
    assert (odd.value.error, odd.value.back) == ("invalid_request", "")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"resource": API}, "invalid_target"),
        ({"resource": ""}, "invalid_target"),
        ({"scope": "data:read contacts:read"}, "invalid_scope"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"state": "s" * (LONGEST_STATE + 1)}, "invalid_request"),
    ],
)
def test_what_may_not_be_asked_is_told_to_the_agent(more: dict[str, str], error: str) -> None:
    with pytest.raises(Odd) as odd:
        wish({**ASKED, **more}, AGENT, MCP)
    assert (odd.value.error, odd.value.back) == (error, BACK)
    back = parse_qs(urlsplit(way_back(odd.value, "https://console.example", error=error)).query)
    assert back["error"] == [error]
    assert len(back["state"][0]) <= LONGEST_STATE


def test_an_agent_on_a_desk_is_reached_at_its_own_address() -> None:
    assert wish({**ASKED, "redirect_uri": "http://127.0.0.1/cb"}, AGENT, MCP).redirect == "http://127.0.0.1/cb"


@pytest.mark.parametrize(
    "more",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": None},
        {"code_verifier": "é" * 43},
        {"code_verifier": create_s256_code_challenge(VERIFIER)},
        {"client_id": "https://other.example/id.json"},
        {"client_id": None},
        {"redirect_uri": "http://127.0.0.1/cb"},
        {"redirect_uri": None},
        {"resource": API},
    ],
)
def test_a_code_is_good_for_whoever_asked_for_it_and_one_wrong_try_uses_it_up(
    bench: Bench, more: dict[str, Any]
) -> None:
    given = code(bench)
    with pytest.raises(Refused) as refusal:
        trade(bench, given, **more)
    assert (refusal.value.code, refusal.value.status) == ("invalid_grant", 400)
    with pytest.raises(Refused):
        trade(bench, given)
    assert not [path for path in bench.documents.docs if path.startswith("families/")]


@pytest.mark.parametrize("verifier", ["v" * 42, "v" * 129, "v" * 42 + "/"])
def test_what_is_no_verifier_is_none_although_its_challenge_fits(bench: Bench, verifier: str) -> None:
    given = code(bench, code_challenge=create_s256_code_challenge(verifier))
    with pytest.raises(Refused, match="invalid_grant"):
        trade(bench, given, code_verifier=verifier)


def test_a_code_is_good_for_a_minute(bench: Bench) -> None:
    given = code(bench)
    bench.clock.forward(seconds=59)
    assert trade(bench, given).scopes == ("data:read",)
    late = code(bench)
    bench.clock.forward(seconds=60)
    with pytest.raises(Refused, match="invalid_grant"):
        trade(bench, late)


def test_a_code_is_good_once_and_its_second_use_ends_what_the_first_gave(bench: Bench) -> None:
    given = code(bench)
    issued = trade(bench, given)
    with pytest.raises(Refused, match="invalid_grant"):
        trade(bench, given)
    with pytest.raises(Refused, match="invalid_token"):
        bench.tokens.admit(issued.access.reveal(), MCP, HERE)
    assert bench.acts().count("token.ended refused") == 1


def test_what_was_never_a_code_is_refused_in_the_same_way_and_writes_nothing(bench: Bench) -> None:
    given = code(bench)
    before = dict(bench.documents.docs)
    answers = set()
    forged = new(Kind.CODE, given.removeprefix("trib_code_")[:8]).secret.reveal()
    for text in ("", "x", new(Kind.CODE).secret.reveal(), forged, new(Kind.RENEWAL).secret.reveal()):
        with pytest.raises(Refused) as refusal:
            trade(bench, text)
        answers.add(str(refusal.value))
    assert len(answers) == 1
    assert dict(bench.documents.docs) == before
    assert trade(bench, given).scopes == ("data:read",)  # a forged end does not use it up


def test_what_a_person_allowed_is_in_the_audit_log(bench: Bench) -> None:
    trade(bench, code(bench))
    assert sorted(bench.acts()) == ["agent.allowed done", "token.given done"]
    kept = [doc for path, doc in bench.documents.docs.items() if path.startswith("codes/")]
    assert [doc["expires_at"] for doc in kept] == [bench.clock.now() + timedelta(days=1)]


def test_what_a_stranger_calls_itself_is_a_word_and_its_host_a_fact() -> None:
    assert (AGENT.name, AGENT.host) == ("<script>Agent</script>", "agent.example")
    assert Client("not an address", "Google", ()).host == ""
