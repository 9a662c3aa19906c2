"""Short tokens: a quarter of an hour, renewable for a week, for one door, and ended at once with what they stand on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.keys.admission import MISSES, Caller, Refused
from shared.keys.limits import LIMITS
from shared.keys.scopes import Scope
from shared.keys.texts import Kind, new
from shared.keys.tokens import MOST_RENEWALS, Grant, Issued, family_path, grant_of
from tests.keys.bench import API, BY, HERE, MCP, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def of_person(bench: Bench, **more: Any) -> Issued:
    told: dict[str, Any] = {"subject": "person:ann", "workspace": "acme", "scopes": ("data:read",), "audience": API}
    return bench.tokens.begin(BY, Grant(**{**told, **more}))


def of_key(bench: Bench, *scopes: str) -> tuple[Issued, str]:
    secret, key = bench.key(scopes=scopes or ("data:read",))
    admitted = bench.door.admit(secret.reveal(), {Kind.API}, HERE)
    return bench.tokens.begin(BY, grant_of(admitted, API)), key.id


def power(bench: Bench, issued: Issued, audience: str = API) -> frozenset[Scope]:
    return bench.tokens.admit(issued.access.reveal(), audience, HERE).scopes


def out(bench: Bench, issued: Issued, audience: str = API) -> Refused:
    with pytest.raises(Refused) as refusal:
        power(bench, issued, audience)
    return refusal.value


def test_a_key_is_traded_for_all_that_it_may_or_for_less(bench: Bench) -> None:
    secret, key = bench.key(scopes=("data:read", "status:read"))
    admitted = bench.door.admit(secret.reveal(), {Kind.API}, HERE)
    whole, less = grant_of(admitted, API), grant_of(admitted, API, ["status:read", "audit:read"])
    assert (whole.scopes, less.scopes) == (("data:read", "status:read"), ("status:read",))
    issued = bench.tokens.begin(BY, less)
    let_in = bench.tokens.admit(issued.access.reveal(), API, HERE)
    assert (let_in.subject, let_in.workspace) == (f"key:{key.id}", "acme")
    assert let_in.scopes == {Scope.STATUS_READ}


def test_a_quarter_of_an_hour(bench: Bench) -> None:
    issued = of_person(bench)
    assert issued.expires_in == 900
    bench.clock.forward(seconds=899)
    assert power(bench, issued) == {Scope.DATA_READ}
    bench.clock.forward(seconds=1)
    assert out(bench, issued).code == "invalid_token"


def test_good_at_one_door_only(bench: Bench) -> None:
    issued = of_person(bench, audience=MCP)
    assert power(bench, issued, MCP) == {Scope.DATA_READ}
    for audience in (API, "", MCP + "/", MCP.upper()):
        assert out(bench, issued, audience).code == "invalid_token"


def test_renewed_for_seven_days_and_no_longer(bench: Bench) -> None:
    issued = first = of_person(bench)
    for _ in range(7 * 24):
        bench.clock.forward(hours=1, seconds=-1)
        issued = bench.tokens.renew(BY, issued.renewal.reveal())
        assert power(bench, issued) == {Scope.DATA_READ}
    assert issued.family == first.family
    assert issued.expires_in < 900  # not beyond the family's end
    bench.clock.forward(minutes=3)
    assert out(bench, issued).code == "invalid_token"
    with pytest.raises(Refused, match="invalid_grant"):
        bench.tokens.renew(BY, issued.renewal.reveal())


def test_what_renews_is_good_once_and_a_second_use_ends_the_family(bench: Bench) -> None:
    first = of_person(bench)
    second = bench.tokens.renew(BY, first.renewal.reveal())
    third = bench.tokens.renew(BY, second.renewal.reveal())
    assert power(bench, second) == power(bench, third) == {Scope.DATA_READ}
    with pytest.raises(Refused, match="invalid_grant"):
        bench.tokens.renew(BY, first.renewal.reveal())
    for issued in (first, second, third):
        assert out(bench, issued).code == "invalid_token"
        with pytest.raises(Refused, match="invalid_grant"):
            bench.tokens.renew(BY, issued.renewal.reveal())
    assert bench.acts().count("token.ended refused") == 1


def test_whoever_knows_the_beginning_of_a_family_can_not_end_it(bench: Bench) -> None:
    issued = of_person(bench)
    forged = new(Kind.RENEWAL, issued.family).secret.reveal()
    with pytest.raises(Refused, match="invalid_grant"):
        bench.tokens.renew(BY, forged)
    bench.tokens.end(BY, forged)
    bench.tokens.end(BY, new(Kind.TOKEN, issued.family).secret.reveal())
    bench.tokens.end(BY, "nothing")
    assert power(bench, issued) == {Scope.DATA_READ}


@pytest.mark.parametrize("which", ["access", "renewal"])
def test_whoever_holds_a_token_may_end_its_family(bench: Bench, which: str) -> None:
    issued = of_person(bench)
    bench.tokens.end(BY, getattr(issued, which).reveal())
    assert out(bench, issued).code == "invalid_token"
    with pytest.raises(Refused, match="invalid_grant"):
        bench.tokens.renew(BY, issued.renewal.reveal())


def test_one_kind_of_text_is_never_taken_for_another(bench: Bench) -> None:
    issued = of_person(bench)
    for text in (issued.renewal.reveal(), bench.key()[0].reveal(), "", "x"):
        with pytest.raises(Refused, match="invalid_token"):
            bench.tokens.admit(text, API, HERE)
    with pytest.raises(Refused, match="invalid_grant"):
        bench.tokens.renew(BY, issued.access.reveal())
    with pytest.raises(Refused, match="unknown-key"):
        bench.door.admit(issued.access.reveal(), set(Kind), HERE)


@pytest.mark.parametrize("more", [{"client": "other"}, {"audience": MCP}, {"client": "other", "audience": API}])
def test_another_client_or_door_renews_nothing(bench: Bench, more: dict[str, str]) -> None:
    issued = of_person(bench, client="https://agent.example/id.json")
    asked = {"client": "https://agent.example/id.json", **more}
    with pytest.raises(Refused, match="invalid_grant"):
        bench.tokens.renew(BY, issued.renewal.reveal(), **asked)
    again = bench.tokens.renew(BY, issued.renewal.reveal(), "https://agent.example/id.json", API)
    assert power(bench, again) == {Scope.DATA_READ}


def test_a_persons_token_may_what_the_person_may_now(bench: Bench) -> None:
    issued = of_person(bench, scopes=("data:read", "syncs:write"))
    assert power(bench, issued) == {Scope.DATA_READ, Scope.SYNCS_WRITE}
    bench.roles["ann", "acme"] = "viewer"
    assert power(bench, issued) == {Scope.DATA_READ}
    bench.roles.clear()
    assert out(bench, issued).code == "invalid_token"
    with pytest.raises(Refused):
        bench.tokens.renew(BY, issued.renewal.reveal())


def test_a_keys_token_may_what_the_key_may_now_and_ends_with_it(bench: Bench) -> None:
    issued, key = of_key(bench, "data:read", "contacts:read")
    bench.roles["ann", "acme"] = "viewer"
    assert power(bench, issued) == {Scope.DATA_READ}
    bench.ring.revoke(BY, key)
    assert out(bench, issued).code == "key-revoked"
    with pytest.raises(Refused):
        bench.tokens.renew(BY, issued.renewal.reveal())


def test_a_key_that_is_gone_takes_its_tokens_along(bench: Bench) -> None:
    issued, key = of_key(bench)
    bench.documents.delete(f"keys/{key}")
    assert out(bench, issued).code == "invalid_token"


@pytest.mark.parametrize(("field", "value"), [("session", "s1"), ("subject", "person:ann"), ("client", "https://a/")])
def test_all_of_a_session_a_person_or_an_agent_end_together(bench: Bench, field: str, value: str) -> None:
    ours = [of_person(bench, session="s1", client="https://a/") for _ in range(3)]
    other = of_person(bench, session="s2", client="https://b/", subject="person:ben")
    bench.roles["ben", "acme"] = "viewer"
    assert bench.tokens.end_all(BY, field, value, "signed out") == 3
    assert bench.tokens.end_all(BY, field, value, "signed out") == 0
    assert {out(bench, each).code for each in ours} == {"invalid_token"}
    assert power(bench, other) == {Scope.DATA_READ}


def test_a_key_and_its_tokens_draw_on_one_limit(bench: Bench) -> None:
    secret, _ = bench.key()
    one = bench.tokens.begin(BY, grant_of(bench.door.admit(secret.reveal(), {Kind.API}, HERE), API))
    limit = LIMITS[Kind.API].calls
    for _ in range(limit - 1):
        power(bench, one)
    answer = out(bench, one)
    assert (answer.code, answer.status) == ("too-many-calls", 429)
    with pytest.raises(Refused, match="too-many-calls"):
        bench.door.admit(secret.reveal(), {Kind.API}, HERE)
    bench.clock.forward(minutes=1)
    assert power(bench, one) == {Scope.DATA_READ}


def test_an_unknown_token_costs_one_look_and_no_write_and_too_many_none(bench: Bench) -> None:
    issued = of_person(bench)
    seen = set()
    for text in (new(Kind.TOKEN).secret.reveal(), new(Kind.TOKEN, issued.family).secret.reveal()):
        bench.documents.asked.clear()
        with pytest.raises(Refused) as refusal:
            bench.tokens.admit(text, API, HERE)
        seen.add((str(refusal.value), tuple(bench.documents.asked)))
    assert seen == {("invalid_token: This token is not good here (any more).", ("get families",))}
    for _ in range(MISSES):
        with pytest.raises(Refused):
            bench.tokens.admit(new(Kind.TOKEN).secret.reveal(), API, HERE)
    bench.documents.asked.clear()
    with pytest.raises(Refused):
        bench.tokens.admit(new(Kind.TOKEN).secret.reveal(), API, HERE)
    assert bench.documents.asked == []
    with pytest.raises(Refused):
        bench.tokens.admit(new(Kind.TOKEN).secret.reveal(), API, Caller("198.51.100.9"))
    assert bench.documents.asked == ["get families"]


def test_a_family_does_not_grow_for_ever(bench: Bench) -> None:
    issued = of_person(bench)
    doc = bench.documents.docs[family_path(issued.family)]
    doc["spent"] = [{"by": "1", "value": "0" * 64}] * MOST_RENEWALS
    with pytest.raises(Refused, match="invalid_grant"):
        bench.tokens.renew(BY, issued.renewal.reveal())
    doc["spent"] = []
    for _ in range(10):
        issued = bench.tokens.renew(BY, issued.renewal.reveal())
    assert len(bench.documents.docs[family_path(issued.family)]["tokens"]) == 4
    assert power(bench, issued) == {Scope.DATA_READ}


def test_tokens_and_their_end_are_in_the_audit_log_and_their_documents_end_by_themselves(bench: Bench) -> None:
    issued = of_person(bench)
    bench.tokens.end(BY, issued.access.reveal())
    bench.tokens.end(BY, issued.renewal.reveal())
    assert sorted(bench.acts()) == ["token.ended done", "token.given done"]
    doc = bench.documents.docs[family_path(issued.family)]
    assert doc["expires_at"] == bench.clock.now() + timedelta(days=8)


def test_a_token_of_a_session_ends_with_it(bench: Bench) -> None:
    bench.sessions.add("fingerprint")
    issued, free = of_person(bench, session="fingerprint"), of_person(bench)
    bench.clock.forward(minutes=1)
    issued = bench.tokens.renew(BY, issued.renewal.reveal())
    assert power(bench, issued) == {Scope.DATA_READ}
    bench.sessions.clear()
    assert out(bench, issued).code == "invalid_token"
    with pytest.raises(Refused):
        bench.tokens.renew(BY, issued.renewal.reveal())
    assert power(bench, free) == {Scope.DATA_READ}
