"""Google's accounts: its public keys and its token endpoint. Two addresses, no redirects, little patience."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2
import orjson

from shared import log
from shared.errors import Later, Reconnect

KEYS, TOKEN = "https://www.googleapis.com/oauth2/v3/certs", "https://oauth2.googleapis.com/token"
LARGEST = 64 * 1024
SECONDS = 10.0
_AGE = re.compile(r"max-age=(\d{1,9})")
LONGEST, SHORTEST = timedelta(days=1), timedelta(minutes=5)


@dataclass(frozen=True)
class GoogleAccounts:
    """`origin`: the address of whoever stands in for Google's accounts; empty: Google itself."""

    origin: str = ""
    transport: httpx2.BaseTransport | None = field(default=None, repr=False)

    def keys(self) -> tuple[Mapping[str, Any], timedelta]:
        answer = self._ask("GET", self._there(KEYS))
        if answer.status_code != 200:
            raise Later("keys-unknown", "Google's keys could not be fetched; try again in a minute.")
        found = _AGE.search(answer.headers.get("cache-control", ""))
        lasting = timedelta(seconds=int(found[1])) if found else SHORTEST
        return _read(answer), min(max(lasting, SHORTEST), LONGEST)

    def token(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        answer = self._ask("POST", self._there(TOKEN), form)
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Later("google-silent", "Google did not answer; try again in a minute.")
        if answer.status_code != 200:
            error = _read(answer).get("error", "")
            log.warning("google did not take the code", status=answer.status_code, error=str(error)[:40])
            raise Reconnect("code-refused", "Google did not accept the sign-in; it may have been used already.")
        return _read(answer)

    def _there(self, url: str) -> str:
        return f"{self.origin.rstrip('/')}{httpx2.URL(url).path}" if self.origin else url

    def _ask(self, method: str, url: str, form: Mapping[str, str] | None = None) -> httpx2.Response:
        try:
            with (
                httpx2.Client(
                    follow_redirects=False, timeout=SECONDS, trust_env=False, transport=self.transport
                ) as client,
                client.stream(method, url, data=dict(form) if form else None) as answer,
            ):
                held = b""
                for part in answer.iter_bytes():
                    held += part
                    if len(held) > LARGEST:
                        raise Later("google-odd", "Google's answer was too long; try again in a minute.")
                return httpx2.Response(answer.status_code, headers=_plain(answer.headers), content=held)
        except httpx2.HTTPError as error:
            raise Later("google-silent", "Google did not answer; try again in a minute.") from error


def _plain(headers: httpx2.Headers) -> dict[str, str]:
    """Without what was said of how the body was squeezed: it is unpacked by now."""
    return {name: value for name, value in headers.items() if name not in ("content-encoding", "content-length")}


def _read(answer: httpx2.Response) -> Mapping[str, Any]:
    try:
        found = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Later("google-odd", "Google answered something else than was asked; try again in a minute.")
    return found
