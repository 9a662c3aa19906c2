"""The side of whoever asks: a token from the machine, one address, no redirects, and every answer understood."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from google.auth import jwt

from infra.local.identity import CALLER, CertificateServer
from shared.errors import Configure, Later, Problem
from shared.keys.admission import Refused, Shown
from shared.looking.asking import LARGEST, GoogleToken, LookUp
from shared.people.guard import NotThere
from tests.looking.world import ADDRESS, ORIGIN, google

SHOWN = Shown("session", "s", "d")


def answering(status: int, body: bytes = b"{}", **headers: str) -> LookUp:
    def answer(request: httpx2.Request) -> httpx2.Response:
        assert str(request.url) == f"{ADDRESS}/contacts"
        assert request.headers["authorization"] == "Bearer token"
        return httpx2.Response(status, content=body, headers=headers)

    return LookUp(ADDRESS, lambda: "token", httpx2.MockTransport(answer))


def ask(looks: LookUp) -> Any:
    return looks.ask("contacts", "acme", SHOWN, ORIGIN, {})


@pytest.mark.parametrize(
    ("status", "kind"), [(404, NotThere), (429, Refused), (401, Configure), (403, Configure), (500, Later),
                         (503, Later), (409, Problem), (400, Problem), (302, Problem)],
)  # fmt: skip
def test_every_answer_is_understood(status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        ask(answering(status, b'{"error": {"code": "c", "message": "A sentence."}}', location="https://evil.example"))
    with pytest.raises(kind):
        ask(answering(status, b"<html>", location="https://evil.example"))


def test_an_answer_that_is_too_long_is_none() -> None:
    with pytest.raises(Later):
        ask(answering(200, b"0" * (LARGEST + 1)))


def test_who_does_not_answer_is_asked_later() -> None:
    def silent(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no", request=request)

    with pytest.raises(Later):
        ask(LookUp(ADDRESS, lambda: "token", httpx2.MockTransport(silent)))


def test_a_token_comes_from_the_machine_and_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """google-auth itself asks what stands in for the machine's own server."""
    server = CertificateServer(google(), "127.0.0.1")
    try:
        monkeypatch.setattr("google.auth.compute_engine._metadata._GCE_METADATA_HOST", server.host)
        token = GoogleToken(ADDRESS)
        made = token()
        assert token() == made
        claims = jwt.decode(made, certs=google().certificates(), audience=ADDRESS)
        assert (claims["email"], claims["email_verified"]) == (CALLER, True)
        assert httpx2.get(f"http://{server.host}/computeMetadata/v1/x").status_code == 404
    finally:
        server.stop()


def test_a_machine_that_gives_no_token_is_asked_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("google.auth.compute_engine._metadata._GCE_METADATA_HOST", "127.0.0.1:9")
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", lambda _: None)
    with pytest.raises(Later):
        GoogleToken(ADDRESS)()
