"""What platforms ask of OAuth beyond the plain code flow, each on its own."""

from dataclasses import replace
from typing import Any

import httpx2

from infra.sandbox.access import OAuth, Returning, Terms
from infra.sandbox.exchanges import CLIENT_CREDENTIALS, FB_EXCHANGE, TOKEN_EXCHANGE, exchanged, on_its_own
from infra.sandbox.signing import hmac_hex, signed
from infra.sandbox.tokens import s256
from tests.sandbox.granting import APP, BACK, consent, plain, renew, swap, trade, works
from tests.sandbox.reading import Time
from tests.sandbox.tiny import RULES, client, tiny, token_headers


def test_pkce_where_it_is_required() -> None:
    box = tiny(rules=replace(RULES, pkce=True))
    assert consent(box)["error"] == "invalid_request"
    verifier = "v" * 43
    challenge = {"code_challenge": s256(verifier), "code_challenge_method": "S256"}
    assert swap(box, consent(box, **challenge)["code"])["error"] == "invalid_grant"
    assert swap(box, consent(box, **challenge)["code"], code_verifier="w" * 43)["error"] == "invalid_grant"
    assert works(box, swap(box, consent(box, **challenge)["code"], code_verifier=verifier)["access_token"])
    assert consent(box, **(challenge | {"code_challenge_method": "plain"}))["error"] == "invalid_request"


def test_scopes_between_commas_and_boxes_unticked() -> None:
    box = tiny(rules=replace(RULES, between=","))
    assert swap(box, consent(box, scope="read,report")["code"])["scope"] == "read,report"
    assert consent(box, scope="read report")["error"] == "invalid_scope"
    less = swap(box, consent(box, scope="read,report", without="report")["code"])
    assert less["scope"] == "read"
    caller = client(box, **token_headers(box, less["access_token"]))
    assert caller.post("/v1/1/reports", json={}).status_code == 403


def test_required_parameters() -> None:
    box = tiny(rules=replace(RULES, required={"audience": "ads"}))
    assert consent(box)["error"] == "invalid_request"
    assert consent(box, audience="other")["error"] == "invalid_request"
    assert "code" in consent(box, audience="ads")


def test_no_refresh_token_unless_it_is_asked_for() -> None:
    rules = replace(
        RULES,
        offline={"access_type": "offline"},
        again={"prompt": "consent"},
        rotates=False,
        repeats_refresh=False,
        client_auth="either",
    )
    box = tiny(rules=rules)
    assert "refresh_token" not in swap(box, consent(box)["code"])
    box = tiny(rules=rules)
    first = swap(box, consent(box, access_type="offline")["code"])
    assert "refresh_token" in first, "the first consent needs no prompt"
    assert "refresh_token" not in swap(box, consent(box, access_type="offline")["code"])
    third = swap(box, consent(box, access_type="offline", prompt="consent")["code"])
    for _ in range(2):
        again = renew(box, third["refresh_token"])
        assert works(box, again["access_token"])
        assert "refresh_token" not in again
    basic = plain(box).post(
        "/token",
        data={"grant_type": "refresh_token", "refresh_token": first["refresh_token"]},
        auth=("demo-tiny", "demo-tiny-secret"),
    )
    assert basic.status_code == 200


def test_the_code_by_get_and_a_token_for_a_longer_one() -> None:
    time = Time()
    rules = replace(
        RULES,
        authorize_path="/<version>/authorize",
        token_path="/<version>/oauth/access_token",
        by_get=True,
        names_grant=False,
        refresh_days=0,
        access_prefix="EAA",
        trades={FB_EXCHANGE: exchanged("fb_exchange_token", Terms(60 * 86_400))},
        tell=lambda answer: {name: value for name, value in answer.items() if name != "scope"},
        deny=lambda error, text: (400, {"error": {"message": text, "type": "OAuthException", "code": 190}}),
    )
    box = tiny(time, rules)

    def ask(**said: str) -> httpx2.Response:
        return plain(box).get("/v26.0/oauth/access_token", params={**APP, **said})

    code = consent(box)["code"]
    short = ask(redirect_uri=BACK, code=code)
    assert set(short.json()) == {"access_token", "expires_in", "token_type"}
    assert short.json()["access_token"].startswith("EAA")
    assert ask(redirect_uri=BACK, code=code).json()["error"]["code"] == 190
    assert ask(client_secret="wrong", code=code).status_code == 400
    trade_in = {"grant_type": FB_EXCHANGE, "fb_exchange_token": short.json()["access_token"]}
    long = ask(**trade_in).json()
    assert long["expires_in"] == 60 * 86_400
    time.move(hours=2)
    assert not works(box, short.json()["access_token"])
    assert works(box, long["access_token"])
    assert ask(**trade_in).json()["error"]["code"] == 190, "an expired token cannot be exchanged"
    assert box.calls.exchanges == 2


def signed_back(query: dict[str, str], moment: Returning) -> dict[str, str]:
    more = {"shop": "bakery.tiny.example", "timestamp": str(moment.now), "host": moment.said["version"]}
    return signed(query | more, moment.client.secret)


def expiring(said: Any) -> Terms:
    renewed = said.get("grant_type") == "refresh_token"
    return Terms(3600, 90) if said.get("expiring") == "1" or renewed else Terms()


SHOP = replace(
    RULES,
    response_type="",
    between=",",
    names_grant=False,
    repeats_redirect=False,
    returns=signed_back,
    terms=expiring,
    grace=True,
    trades={
        TOKEN_EXCHANGE: exchanged("subject_token", Terms(3600, 90), {"expiring": "1"}, spent=True),
        CLIENT_CREDENTIALS: on_its_own(["read"], Terms(86_400)),
    },
)


def test_a_signed_callback() -> None:
    box = tiny(rules=SHOP)
    back = consent(box, response_type="")
    given = back.pop("hmac")
    assert set(back) == {"code", "state", "shop", "timestamp", "host"}
    assert back["host"] == "v2", "the placeholder of the path"
    assert given == hmac_hex("demo-tiny-secret", "&".join(f"{name}={back[name]}" for name in sorted(back)))


def test_terms_by_what_the_call_says_and_bodies_of_json() -> None:
    box = tiny(rules=SHOP)
    answer = plain(box).post("/token", json={**APP, "code": consent(box, response_type="")["code"]}).json()
    assert "refresh_token" not in answer
    assert answer["expires_in"] == 0
    old = answer["access_token"]
    migrated = trade(box, grant_type=TOKEN_EXCHANGE, subject_token=old, expiring="1")
    assert migrated["expires_in"] == 3600
    assert works(box, migrated["access_token"])
    assert not works(box, old)
    assert trade(box, grant_type=TOKEN_EXCHANGE, subject_token=old, expiring="1")["error"] == "invalid_grant"
    own = trade(box, grant_type=CLIENT_CREDENTIALS)
    assert works(box, own["access_token"])
    assert "refresh_token" not in own
    assert trade(box, grant_type="password")["error"] == "unsupported_grant_type"


def test_a_replaced_refresh_token_works_until_its_replacement_does() -> None:
    box = tiny(rules=SHOP)
    first = swap(box, consent(box, response_type="")["code"], expiring="1")["refresh_token"]
    lost = renew(box, first)["refresh_token"]
    second = renew(box, first)["refresh_token"]
    assert second not in (first, lost)
    third = renew(box, second)
    assert third["status"] == 200
    assert renew(box, first)["error"] == "invalid_grant"
    assert box.calls.refused_refreshes == 1


def test_a_grant_that_ends_on_a_fixed_day() -> None:
    time = Time()
    box = tiny(time, replace(RULES, refresh_fixed=True, rotates=False))
    token = swap(box, consent(box)["code"])["refresh_token"]
    time.move(days=29)
    assert renew(box, token)["refresh_token"] == token
    time.move(days=2)
    assert renew(box, token)["error"] == "invalid_grant"


def test_settings_go_before_what_the_platform_does() -> None:
    rotating, staying = replace(RULES, rotates=True), replace(RULES, rotates=False)

    def stays(rules: OAuth, **settings: Any) -> bool:
        box = tiny(rules=rules, **settings)
        token = box.credential()["refresh_token"]
        return bool(renew(box, token)["refresh_token"] == token)

    assert not stays(rotating)
    assert stays(staying)
    assert stays(rotating, refresh="long_lived")
    assert not stays(staying, refresh="rotating")
