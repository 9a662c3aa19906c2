"""The calls of a plain OAuth client, for the made-up platform."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from infra.sandbox import Box
from tests.sandbox.tiny import Tiny, client, token_headers

BACK = "http://127.0.0.1:8080/oauth/callback"
APP = {"client_id": "demo-tiny", "client_secret": "demo-tiny-secret"}


def plain(box: Box[Tiny]) -> httpx2.Client:
    return client(box, accept="*/*")


def consent(box: Box[Tiny], **asked: str) -> dict[str, str]:
    """Allow it; what came back in the redirect."""
    said = {"response_type": "code", "client_id": "demo-tiny", "redirect_uri": BACK, "state": "s", "scope": "read"}
    said = {name: value for name, value in (said | asked).items() if value}
    answer = plain(box).post("/v2/authorize", data=said | {"decision": "allow"})
    assert answer.status_code == 302, answer.text
    query = urlsplit(answer.headers["location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def trade(box: Box[Tiny], **said: str) -> dict[str, Any]:
    answer = plain(box).post("/token", data={**APP, "redirect_uri": BACK, **said})
    return {"status": answer.status_code, **answer.json()}


def swap(box: Box[Tiny], code: str, **said: str) -> dict[str, Any]:
    return trade(box, grant_type="authorization_code", code=code, **said)


def renew(box: Box[Tiny], refresh_token: str) -> dict[str, Any]:
    return trade(box, grant_type="refresh_token", refresh_token=refresh_token)


def works(box: Box[Tiny], token: str) -> bool:
    return client(box, **token_headers(box, token)).get("/v1/echo").status_code == 200
