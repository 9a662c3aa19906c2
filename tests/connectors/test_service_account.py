"""Key files of service accounts: read strictly, traded in one place only, told nobody."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from joserfc.errors import SecurityWarning

from shared.oauth.assertions import sign
from shared.platforms.google import service_account
from shared.platforms.google.service_account import PATTERN, TOKEN, read, trade
from shared.secret import Secret

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
SCOPE = "https://www.googleapis.com/auth/analytics.readonly"
EMAIL = "reader@demo-project.iam.gserviceaccount.com"


@lru_cache
def private(size: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=size)


def pem(key: Any) -> str:
    kind = serialization.PrivateFormat.PKCS8
    text: bytes = key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())
    return text.decode()


def file(**changes: Any) -> str:
    """As the console writes it; None leaves a field out."""
    held = {
        "type": "service_account",
        "project_id": "demo-project",
        "private_key_id": "0123456789abcdef0123456789abcdef01234567",
        "private_key": pem(private()),
        "client_email": EMAIL,
        "client_id": "100000000000000000001",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "universe_domain": "googleapis.com",
        **changes,
    }
    return json.dumps({name: value for name, value in held.items() if value is not None}, indent=2)


def opened(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_a_key_is_traded_by_a_signed_word_that_is_good_for_an_hour() -> None:
    request = trade(SCOPE)(Secret(file()), NOW, sign)
    assert (request.method, request.url) == ("POST", "https://oauth2.googleapis.com/token")
    assert request.form is not None
    assert request.form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    head, claims, signature = request.form["assertion"].split(".")
    assert opened(head) == {"alg": "RS256", "typ": "JWT", "kid": "0123456789abcdef0123456789abcdef01234567"}
    now = int(NOW.timestamp())
    assert opened(claims) == {"iss": EMAIL, "scope": SCOPE, "aud": TOKEN, "iat": now, "exp": now + 3600}
    raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    signed = f"{head}.{claims}".encode()
    private().public_key().verify(raw, signed, padding.PKCS1v15(), hashes.SHA256())  # raises when it is another's


def test_a_pasted_file_does_not_say_where_to_go() -> None:
    for elsewhere in ("https://evil.example/token", "http://oauth2.googleapis.com/token", None, 7):
        with pytest.raises(ValueError, match="another place"):
            read(Secret(file(token_uri=elsewhere)))
    assert read(Secret(file(auth_uri="https://evil.example", token_url="https://evil.example"))).email == EMAIL


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "authorized_user"},
        {"type": None},
        {"client_email": "reader@evil.example"},
        {"client_email": f"{EMAIL}.evil.example"},
        {"client_email": [EMAIL]},
        {"private_key_id": "../x"},
        {"private_key_id": None},
        {"private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"},
        {"private_key": "/etc/passwd"},
        {"private_key": None},
    ],
)
def test_files_of_another_form_are_no_keys(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        read(Secret(file(**changes)))


def test_keys_of_another_kind_or_too_short_are_refused() -> None:
    for other in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 1024)):
        with pytest.raises(ValueError, match="known form"):
            read(Secret(file(private_key=pem(other))))
    first, second, *others = pem(private()).splitlines()
    bent = "\n".join([first, second[::-1], *others, ""])
    with pytest.raises(ValueError, match="cannot be read") as caught:
        trade(SCOPE)(Secret(file(private_key=bent)), NOW, sign)
    assert caught.value.__suppress_context__, "what the library says may hold the key"


def test_nobody_signs_with_a_key_of_another_kind_or_too_short() -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        sign(Secret(pem(ec.generate_private_key(ec.SECP384R1()))), "id", {})
    public = (
        private().public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    with pytest.raises(ValueError, match="another kind"):
        sign(Secret(public.decode()), "id", {})
    with pytest.warns(SecurityWarning), pytest.raises(ValueError, match="another kind"):
        sign(Secret(pem(rsa.generate_private_key(65537, 1024))), "id", {})


@pytest.mark.parametrize("text", ["", "[]", "null", '{"type": "service_account"', '"text"', "{}"])
def test_what_is_no_json_object_is_no_key(text: str) -> None:
    with pytest.raises(ValueError):
        read(Secret(text))


def test_nothing_of_a_key_gets_into_an_error() -> None:
    secret = pem(private()).splitlines()[1]
    for wrong in (file(type="x"), file(token_uri="https://evil.example"), file(client_email="x"), file()[:-30]):
        with pytest.raises(ValueError) as caught:
            read(Secret(wrong))
        seen: BaseException | None = caught.value
        while seen is not None:
            assert secret not in f"{seen!s}{seen!r}"
            assert EMAIL not in f"{seen!s}{seen!r}"
            seen = None if seen.__suppress_context__ else seen.__context__
    assert secret not in repr(read(Secret(file())))


def test_the_form_recognises_whole_files() -> None:
    import re

    assert re.fullmatch(PATTERN, file())
    assert re.fullmatch(PATTERN, f"\n{file()}\n")
    for wrong in ("", "{}", "ya29.token", file()[1:]):
        assert not re.fullmatch(PATTERN, wrong)
    assert service_account.LIFETIME.total_seconds() == 3600
