"""Push requests at the door of a function: who is let in, what is understood, and what Pub/Sub is told."""

from __future__ import annotations

import base64
import gzip
import hmac
import io
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import flask
import httpx2
import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from google.auth import crypt, jwt
from werkzeug.test import EnvironBuilder

from infra.local.identity import Identity, identity
from shared import log
from shared.edge import FOR_PROGRAMS, REMOVED, Delivery, Edge, PushVerifier
from shared.errors import BadMessage, Later
from shared.messages import SliceReady, decode, encode
from shared.settings import Settings
from tests.support.memory import MemoryDocuments, Time

PUSHER = "push-extract-page@tributary.iam.gserviceaccount.com"
AUDIENCE = "https://extract-page-example.run.app"
CERTS = "https://certs.example/oauth2/v1/certs"
SETTINGS = Settings(
    project="tributary", bucket="pages", push_audience=AUDIENCE, push_identity=PUSHER, push_certs_url=CERTS
)
GOOGLE, STRANGER = identity(), identity()
MESSAGE = SliceReady("demo", "abc")


@dataclass
class Keys:
    """Where the signing keys are published; counts who asks."""

    published: dict[str, str] = field(default_factory=GOOGLE.certificates)
    asked: int = 0
    status: int = 200
    trouble: httpx2.HTTPError | None = None

    def get(self, url: str, **options: Any) -> httpx2.Response:
        assert url == CERTS
        assert options["follow_redirects"] is False
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        return httpx2.Response(self.status, json=self.published)


@dataclass
class Door:
    keys: Keys
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    got: list[Delivery] = field(default_factory=list)
    error: BaseException | None = None
    service: str = ""  # of Cloud Run, where it runs there

    def __post_init__(self) -> None:
        handlers = {SliceReady.topic: self.handle}
        self.edge = Edge(handlers, self.documents, Time(), PushVerifier(replace(SETTINGS, service=self.service)))

    def handle(self, delivery: Delivery) -> None:
        log.info("at work")
        decode(delivery.data, SliceReady)
        self.got.append(delivery)
        if self.error is not None:
            raise self.error

    def push(self, token: str | None = None, body: Any = None, path: str = "/slice-ready", **headers: str) -> int:
        header = {} if token == "" else {"Authorization": f"Bearer {token or signed()}"}
        data = body if isinstance(body, bytes) else orjson.dumps(envelope() if body is None else body)
        sent: dict[str, str] = {**header, **headers}
        said = EnvironBuilder(path, method="POST", data=data, headers=list(sent.items())).get_environ()
        return self.edge.receive(flask.Request(said))[1]

    @property
    def kept(self) -> list[dict[str, Any]]:
        return self.documents.find("failures")

    @property
    def untouched(self) -> bool:
        return not self.got and not self.documents.docs


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Keys:
    found = Keys()
    monkeypatch.setattr("shared.edge.httpx2.get", found.get)
    return found


@pytest.fixture
def door(keys: Keys) -> Door:
    return Door(keys)


@pytest.fixture(autouse=True)
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    out = io.StringIO()
    monkeypatch.setattr(log, "stream", out)
    yield out
    assert "eyJ" not in out.getvalue()  # no token, and no part of one


def envelope(data: bytes | None = None, attempt: Any = 3, **more: Any) -> dict[str, Any]:
    message = {"data": base64.b64encode(encode(MESSAGE) if data is None else data).decode(), "messageId": "77"}
    said = {"message": {**message, "attributes": {"v": "1"}, **more}, "subscription": "projects/p/subscriptions/s"}
    return said if attempt is None else {**said, "deliveryAttempt": attempt}


def signed(by: Identity = GOOGLE, key_id: str | None = None, **changes: Any) -> str:
    """A token like those of Pub/Sub, but for what is changed; None takes a claim out."""
    now = int(time.time())
    claims = {
        "iss": "https://accounts.google.com",
        "aud": AUDIENCE,
        "email": PUSHER,
        "email_verified": True,
        "iat": now,
        "exp": now + 3600,
        "sub": "1",
        **changes,
    }
    found: bytes = jwt.encode(by._signer, {n: v for n, v in claims.items() if v is not None}, key_id=key_id)
    return found.decode()


def sealed(header: Any, payload: Any, signature: bytes = b"x") -> str:
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def claims_of(token: str) -> Any:
    return jwt.decode(token, verify=False)


def by_public_key() -> str:
    """The old trick: the public key, which everybody has, taken for the secret of a symmetric signature."""
    header, payload = {"alg": "HS256", "typ": "JWT", "kid": GOOGLE.key_id}, claims_of(signed())
    said = sealed(header, payload).rpartition(".")[0]
    certificate = GOOGLE.certificates()[GOOGLE.key_id].encode()
    mac = hmac.digest(certificate, said.encode(), "sha256")
    return said + "." + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def by_elliptic_curve() -> str:
    """Signed well, by a key of another kind, under the name of Google's."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    token: bytes = jwt.encode(crypt.ES256Signer.from_string(pem, GOOGLE.key_id), claims_of(signed()))
    return token.decode()


def test_a_push_of_ours_is_let_in(door: Door) -> None:
    assert door.push() == 204
    (delivery,) = door.got
    assert decode(delivery.data, SliceReady) == MESSAGE
    assert (delivery.id, delivery.topic, delivery.attempt, delivery.attributes) == ("77", "slice-ready", 3, {"v": "1"})


def test_keys_are_fetched_once(door: Door) -> None:
    for _ in range(3):
        assert door.push() == 204
    assert door.keys.asked == 1


def test_a_new_key_is_learned_when_it_first_signs(door: Door) -> None:
    """Google changes its keys every few days."""
    assert door.push() == 204
    door.keys.published = {**door.keys.published, **STRANGER.certificates()}
    assert door.push(signed(STRANGER)) == 204
    assert door.keys.asked == 2


FORGED: dict[str, Any] = {
    "no token": lambda: "",
    "no token at all": lambda: " ",
    "words": lambda: "let me in",
    "two parts": lambda: signed().rpartition(".")[0],
    "four parts": lambda: signed() + ".x",
    "no signature": lambda: signed().rpartition(".")[0] + ".",
    "a signature of something else": lambda: signed(sub="2").rpartition(".")[0] + "." + signed().rpartition(".")[2],
    "another audience": lambda: signed(aud="https://load-batch-example.run.app"),
    "no audience": lambda: signed(aud=None),
    "a list of audiences": lambda: signed(aud=[AUDIENCE]),
    "another service account": lambda: signed(email="push-load-batch@tributary.iam.gserviceaccount.com"),
    "a service account of another project": lambda: signed(email=PUSHER.replace("tributary", "attacker")),
    "a service account by its looks": lambda: signed(email=PUSHER.upper()),
    "no service account": lambda: signed(email=None),
    "an address that nobody has verified": lambda: signed(email_verified=False),
    "an address of which nothing is said": lambda: signed(email_verified=None),
    "verified in words": lambda: signed(email_verified="true"),
    "another issuer": lambda: signed(iss="https://accounts.google.com.attacker.example"),
    "no issuer": lambda: signed(iss=None),
    "expired": lambda: signed(iat=int(time.time()) - 7200, exp=int(time.time()) - 3600),
    "not valid yet": lambda: signed(iat=int(time.time()) + 3600),
    "no end": lambda: signed(exp=None),
    "an end in words": lambda: signed(exp="never"),
    "algorithm none": lambda: sealed({"alg": "none", "typ": "JWT"}, claims_of(signed()), b""),
    "algorithm none under a known key": lambda: sealed({"alg": "none", "kid": GOOGLE.key_id}, claims_of(signed()), b""),
    "algorithm None": lambda: sealed({"kid": GOOGLE.key_id}, claims_of(signed())),
    "algorithm as a list": lambda: sealed({"alg": ["RS256"], "kid": GOOGLE.key_id}, claims_of(signed())),
    "the public key as a secret": by_public_key,
    "another kind of key": by_elliptic_curve,
    "signed by a stranger": lambda: signed(STRANGER),
    "signed by a stranger in Google's name": lambda: signed(STRANGER, GOOGLE.key_id),
    "signed by a stranger without a name": lambda: signed(STRANGER, ""),
    "an unknown key": lambda: signed(GOOGLE, "f" * 40),
    "a key's name that is none": lambda: sealed({"alg": "RS256", "kid": {"a": 1}}, claims_of(signed())),
    "a key's name as a path": lambda: sealed({"alg": "RS256", "kid": "../../etc/passwd"}, claims_of(signed())),
    "a header that is a list": lambda: sealed([1], claims_of(signed())),
    "claims that are a list": lambda: sealed({"alg": "RS256", "kid": GOOGLE.key_id}, [1, 2]),
    "characters beyond ASCII": lambda: signed() + "ä",
    "very long": lambda: "a" * 100_000 + "." + "b" * 100_000 + "." + "c" * 100_000,
}


@pytest.mark.parametrize("forgery", FORGED)
def test_a_forged_push_changes_nothing(door: Door, forgery: str) -> None:
    token = FORGED[forgery]()
    assert door.push(token) == 401
    assert door.untouched
    assert door.push() == 204  # and keeps nobody out


@pytest.mark.parametrize("scheme", ["Basic", "bearer", "BEARER", "Token", ""])
def test_another_scheme_is_no_token(door: Door, scheme: str) -> None:
    assert door.push("", Authorization=f"{scheme} {signed()}".strip()) == 401
    assert door.untouched


@pytest.mark.parametrize("published", [{}, [], "nothing", None, {"x": "no certificate"}])
def test_without_keys_nobody_is_let_in(door: Door, published: Any) -> None:
    door.keys.published = published
    assert door.push() == 401
    assert door.untouched


def test_keys_that_cannot_be_had_keep_everybody_out_until_they_can(door: Door, lines: io.StringIO) -> None:
    door.keys.status = 503
    assert door.push() == 503  # not known to be a stranger: to be delivered again
    assert json.loads(lines.getvalue())["message"] == "the keys of push requests could not be fetched"
    door.keys.status = 200
    assert door.push() == 204
    door.keys.status = 503
    assert door.push(signed(GOOGLE, "f" * 40)) == 503  # has us ask again, in vain
    assert door.push() == 204  # and what we know stays known


@pytest.mark.parametrize("trouble", [httpx2.ConnectError("no way out"), httpx2.ReadTimeout("slow")])
def test_where_the_keys_cannot_be_reached_a_line_says_so(
    door: Door, lines: io.StringIO, trouble: httpx2.HTTPError
) -> None:
    door.keys.trouble = trouble
    assert door.push() == 503
    line = json.loads(lines.getvalue())
    assert (line["severity"], line["error"]) == ("ERROR", type(trouble).__name__)
    assert door.untouched
    door.keys.trouble = None
    assert door.push() == 204


def removed(token: str) -> str:
    """As Cloud Run hands on a token that it has verified."""
    return f"{token.rpartition('.')[0]}.{REMOVED}"


def test_a_signature_that_cloud_run_took_away_was_verified_by_it(keys: Keys) -> None:
    door = Door(keys, service="extract-page")
    assert door.push(removed(signed())) == 204
    assert keys.asked == 0
    assert door.push() == 204  # one that it left is verified here


def test_nobody_else_may_leave_the_signature_out(door: Door) -> None:
    assert door.push(removed(signed())) == 401
    assert door.untouched


WHOLLY_IN_THE_SIGNATURE = re.compile(r"sign|key|algorithm|no token|characters")


@pytest.mark.parametrize("forgery", [name for name in FORGED if not WHOLLY_IN_THE_SIGNATURE.search(name)])
def test_all_but_the_signature_is_checked_there_too(keys: Keys, forgery: str) -> None:
    door = Door(keys, service="extract-page")
    assert door.push(removed(FORGED[forgery]())) == 401
    assert door.untouched


@pytest.mark.parametrize("forgery", FORGED)
def test_a_signature_of_another_kind_is_no_better_there(keys: Keys, forgery: str) -> None:
    door = Door(keys, service="extract-page")
    assert door.push(FORGED[forgery]()) == 401
    assert door.push(signed(STRANGER, GOOGLE.key_id).rpartition(".")[0] + "." + REMOVED.lower()) == 401
    assert door.untouched


def test_a_stranger_would_be_let_in_by_its_own_keys(door: Door) -> None:
    """So the refusals above are about the keys, not about a mistake in this file."""
    door.keys.published = STRANGER.certificates()
    assert door.push(signed(STRANGER)) == 204
    assert door.push(signed(STRANGER, "")) == 204


def test_health_needs_no_token_and_tells_nothing(door: Door) -> None:
    for path, status in (("/healthz", 200), ("/extract_page/healthz", 200), ("/", 404), ("/slice-ready", 404)):
        request = flask.Request(EnvironBuilder(path, method="GET").get_environ())
        text, found = door.edge.receive(request)
        assert (found, text) == (status, "ok" if status == 200 else FOR_PROGRAMS)
    assert door.keys.asked == 0
    assert door.untouched


# -- what is inside -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'{"message":null}',
        b'{"message":"text"}',
        b'{"message":[]}',
        {"message": {"data": None}},
        {"message": {"data": 5}},
        {"message": {"data": "!!!"}},
        {"message": {"data": "YWJ"}},
        {"message": {"data": "ü"}},
        {"message": {"data": "", "attributes": ["a"]}},
        {"subscription": "projects/p/subscriptions/s"},
        b"[" * 20_000,
        gzip.compress(b"{}", mtime=0),
    ],
    ids=repr,
)
def test_an_envelope_without_a_message_is_kept_and_never_tried_again(door: Door, body: Any) -> None:
    assert door.push(body=body) == 204
    assert not door.got
    (kept,) = door.kept
    assert kept["reason"] == "a push request that holds no message"
    assert kept["expires_at"] > kept["at"]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\x00", b'{"workspace":"demo"}', b'{"workspace":"demo","slice":"abc","v":7}', b"x" * 70_000]
)
def test_a_message_that_cannot_be_understood_is_kept_and_never_tried_again(door: Door, data: bytes) -> None:
    assert door.push(body=envelope(data)) == 204
    assert not door.got
    (kept,) = door.kept
    assert kept["reason"].startswith("SliceReady: ")
    assert (kept["topic"], kept["message"]) == ("slice-ready", "77")
    assert len(kept["data"]) <= 500
    assert door.push(body=envelope(data)) == 204  # delivered again: the same one, kept once
    assert len(door.kept) == 1


def test_a_message_of_a_topic_nobody_reads_is_kept(door: Door) -> None:
    door.edge = Edge({"one": door.handle, "two": door.handle}, door.documents, Time(), PushVerifier(SETTINGS))
    assert door.push(path="/three") == 204
    assert not door.got
    assert door.kept[0]["reason"] == "nothing here reads 'three'"


@pytest.mark.parametrize("error", [ValueError("secret-ish text"), KeyError("x"), Later("x", "Wait."), OSError("y")])
def test_whatever_is_unforeseen_is_delivered_again(door: Door, error: Exception, lines: io.StringIO) -> None:
    door.error = error
    assert door.push() == 500
    assert not door.kept
    assert "secret-ish" not in lines.getvalue()
    assert type(error).__name__ in lines.getvalue()


def test_what_a_handler_cannot_understand_is_not_delivered_again(door: Door) -> None:
    door.error = BadMessage("there is no such thing")
    assert door.push() == 204
    assert door.kept[0]["reason"] == "there is no such thing"


@pytest.mark.parametrize(("said", "attempt"), [(1, 1), (9, 9), (None, 1), ("5", 1), ([], 1)])
def test_the_delivery_attempt_is_told(door: Door, said: Any, attempt: int, lines: io.StringIO) -> None:
    assert door.push(body=envelope(attempt=said)) == 204
    assert door.got[0].attempt == attempt
    assert f'"attempt":{attempt}' in lines.getvalue()


# -- what is logged -------------------------------------------------------------------------------------

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("headers", "trace"),
    [
        ({"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}, TRACE),
        ({"X-Cloud-Trace-Context": f"{TRACE}/123;o=1"}, TRACE),
        ({"traceparent": "rubbish", "X-Cloud-Trace-Context": f"{TRACE}/1"}, TRACE),
        ({}, ""),
        ({"traceparent": "00-short-x-01"}, ""),
        ({"X-Cloud-Trace-Context": '"},{"severity":"CRITICAL'}, ""),
        ({"traceparent": '00-"},{"severity":"CRITICAL","aaaa"-x-01'}, ""),
    ],
    ids=repr,
)
def test_every_line_carries_the_trace(door: Door, headers: dict[str, str], trace: str, lines: io.StringIO) -> None:
    assert door.push(**headers) == 204
    (line,) = [json.loads(text) for text in lines.getvalue().splitlines()]
    wanted = f"projects/tributary/traces/{trace}" if trace else None
    assert line.get("logging.googleapis.com/trace") == wanted
    assert (line["message"], line["topic"], line["attempt"]) == ("at work", "slice-ready", 3)


def test_a_refused_push_is_told_without_what_it_held(door: Door, lines: io.StringIO) -> None:
    assert door.push("not-a-token-but-maybe-a-password") == 401
    assert "password" not in lines.getvalue()
    assert json.loads(lines.getvalue())["severity"] == "WARNING"


def test_a_certificate_that_is_no_key_lets_nobody_in(door: Door) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    bare = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    door.keys.published = {GOOGLE.key_id: bare.decode()}
    assert door.push() == 401
    assert door.untouched
