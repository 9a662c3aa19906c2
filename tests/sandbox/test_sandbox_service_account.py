"""Somebody who signs for themselves: what an assertion must be for the token address to give access."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from infra.sandbox import Box
from infra.sandbox.exchanges import JWT_BEARER
from tests.sandbox.granting import plain, works
from tests.sandbox.reading import Time
from tests.sandbox.tiny import SERVICE, Tiny, client, tiny, token_headers


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def assertion(box: Box[Tiny], time: Time, key: Any = None, alg: str = "RS256", **claims: Any) -> str:
    held = json.loads(box.key()) if key is None else key
    private = serialization.load_pem_private_key(held["private_key"].encode(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    now = int(time.now.timestamp())
    said = {"iss": held["client_email"], "aud": held["token_uri"], "scope": "read", "iat": now, "exp": now + 3600}
    head = {"alg": alg, "typ": "JWT", "kid": held["private_key_id"]}
    text = f"{part(head)}.{part(said | claims)}"
    return f"{text}.{part(private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def bear(box: Box[Tiny], text: str) -> dict[str, Any]:
    answer = plain(box).post("/token", data={"grant_type": JWT_BEARER, "assertion": text})
    return {"status": answer.status_code, **answer.json()}


def test_a_service_account_signs_for_access() -> None:
    time = Time()
    box = tiny(time)
    given = bear(box, assertion(box, time))
    assert given["expires_in"] == 3600
    assert "refresh_token" not in given
    assert works(box, given["access_token"])
    caller = client(box, **token_headers(box, given["access_token"]))
    assert caller.post("/v1/1/reports", json={}).status_code == 403, "it asked for less"
    text = assertion(box, time)
    box.revoke()
    assert not works(box, given["access_token"])
    assert bear(box, text)["error"] == "invalid_grant"
    assert bear(box, assertion(box, time))["status"] == 200, "asking for the key gives access again"


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({"aud": "https://attacker.example/token"}, "invalid_grant"),
        ({"iss": "another@tiny.iam.example"}, "invalid_grant"),
        ({"scope": "read everything"}, "invalid_scope"),
        ({"exp": 4_000_000_000}, "invalid_grant"),
        ({"iat": 1, "exp": 3601}, "invalid_grant"),
        ({"iat": "now"}, "invalid_grant"),
    ],
)
def test_assertions_that_claim_too_much(claims: dict[str, Any], error: str) -> None:
    time = Time()
    box = tiny(time)
    assert bear(box, assertion(box, time, **claims))["error"] == error


def test_assertions_signed_by_somebody_else() -> None:
    time = Time()
    box = tiny(time)
    held = json.loads(box.key())
    assert held["client_email"] == SERVICE.email
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    good = assertion(box, time)
    head, body, signature = good.split(".")
    forged = part(json.loads(base64.urlsafe_b64decode(body + "==")) | {"scope": "read report"})
    for text in (
        assertion(box, time, key=held | {"private_key": other.decode()}),
        assertion(box, time, alg="none"),
        f"{head}.{forged}.{signature}",
        f"{head}.{body}.",
        "nonsense",
    ):
        assert bear(box, text)["error"] == "invalid_grant"
    assert bear(box, good)["status"] == 200
