"""The side of whoever asks look_up: the console, and whatever else is let in by keys.

    looks = LookUp(settings.look_up_url, GoogleToken(settings.look_up_url))
    looks.ask("contact", workspace, by_session(caller.session), origin, {"address": "…"})

Whatever is not there, or not for them to see, is NotThere. Nothing here reads BigQuery, or knows who may see what.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx2
import orjson
from google.auth import compute_engine
from google.auth import exceptions as auth_errors

from shared.audit.entry import Origin
from shared.errors import Configure, Later, Problem
from shared.keys.admission import Refused, Shown
from shared.people.guard import NotThere
from shared.people.sessions import Session

LARGEST = 12 * 2**20  # of an answer: a record may have 8 MiB
SECONDS = 40.0  # a little longer than look_up takes at most


class Looks(Protocol):
    def ask(
        self, verb: str, workspace: str, shown: Shown, origin: Origin, asked: Mapping[str, str | int]
    ) -> Mapping[str, Any]:
        """Raises NotThere; Refused where no turn is left; a Problem with a sentence for whoever waits."""
        ...


def by_session(session: Session) -> Shown:
    """Of somebody who is signed in. Of a key or a token, whoever admitted it has the same (`Admitted.shown`)."""
    return Shown("session", session.short, session.id)


@dataclass(frozen=True)
class LookUp:
    """`token`: a token of this very function, signed by Google for look_up."""

    address: str
    token: Callable[[], str]
    transport: httpx2.BaseTransport | None = field(default=None, repr=False)

    def ask(
        self, verb: str, workspace: str, shown: Shown, origin: Origin, asked: Mapping[str, str | int]
    ) -> Mapping[str, Any]:
        said = {
            "workspace": workspace,
            "shown": {"kind": shown.kind, "name": shown.name, "digest": shown.digest},
            "from": {name: getattr(origin, name) for name in ("route", "network", "agent", "request")},
            "asked": dict(asked),
        }
        status, headers, body = self._post(verb, orjson.dumps(said))
        answer = _read(body)
        if status == 200:
            return answer
        if status == 404:
            raise NotThere
        error = answer.get("error")
        told = error if isinstance(error, dict) else {}
        code, sentence = str(told.get("code", "look-odd")), str(told.get("message", ""))
        if status == 429:
            raise Refused(code, sentence, 429, {"Retry-After": headers.get("retry-after", "60")})
        if status in (401, 403):
            raise Configure(
                "look-not-allowed", "This part may not look people up; who runs Tributary has to see to it."
            )
        if status >= 500:
            raise Later(code, sentence or "It cannot be looked up just now; try again in a minute.")
        raise Problem(code, sentence)

    def _post(self, verb: str, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """To the one address, no redirects, no more than fits."""
        headers = {"Authorization": f"Bearer {self.token()}", "Content-Type": "application/json"}
        try:
            with (
                httpx2.Client(
                    follow_redirects=False, timeout=SECONDS, trust_env=False, transport=self.transport
                ) as client,
                client.stream("POST", f"{self.address}/{verb}", content=body, headers=headers) as answer,
            ):
                held = b""
                for part in answer.iter_bytes():
                    held += part
                    if len(held) > LARGEST:
                        raise Later("look-odd", "The answer was too long; try again in a minute.")
                return answer.status_code, dict(answer.headers), held
        except httpx2.HTTPError as error:
            raise Later("look-silent", "It cannot be looked up just now; try again in a minute.") from error


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = None
    return found if isinstance(found, dict) else {}


@dataclass
class GoogleToken:
    """A token of the account that this function runs as, from the machine that it runs on; kept until it ends."""

    audience: str
    _held: Any = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __call__(self) -> str:
        with self._lock:
            try:
                if self._held is None:
                    # Without a request it does not ask first what the account is called, which nobody needs.
                    self._held = compute_engine.IDTokenCredentials(
                        None, self.audience, use_metadata_identity_endpoint=True
                    )
                if not self._held.valid:
                    self._held.refresh(_fetch)
            except auth_errors.GoogleAuthError as error:
                raise Later("no-token", "It cannot be looked up just now; try again in a minute.") from error
            return str(self._held.token)


@dataclass(frozen=True)
class _Answer:
    """What google-auth wants of an answer."""

    status: int
    headers: Mapping[str, str]
    data: bytes


def _fetch(
    url: str,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 10.0,
    **_: object,
) -> _Answer:
    """How google-auth asks the machine: as everything else here, without redirects and proxies."""
    try:
        got = httpx2.request(
            method, url, content=body, headers=headers, timeout=timeout, follow_redirects=False, trust_env=False
        )
    except httpx2.HTTPError as error:
        raise auth_errors.TransportError(error) from error
    return _Answer(got.status_code, got.headers, got.content)
