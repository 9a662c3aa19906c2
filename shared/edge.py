"""Where a push request becomes a message: who sent it is checked, what it says is understood, and the answer's
status tells Pub/Sub what to do with it.

204 done, or never to be tried again (and kept where an operator sees it) · 401 not from our Pub/Sub ·
503 whether it is could not be found out · 500 unforeseen: deliver again, and after some attempts hand it to the dead
letters.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx2
import orjson
from google.auth import exceptions as auth_errors
from google.auth import jwt

from shared import log
from shared.clock import Clock, SystemClock
from shared.errors import BadMessage
from shared.model import stable_id
from shared.settings import Settings
from shared.stores.ports import Documents

if TYPE_CHECKING:
    import flask

ISSUERS = {"https://accounts.google.com", "accounts.google.com"}
TRACE = re.compile(r"[0-9a-f]{32}")
# Cloud Run may put this in the place of a signature that it has verified, so that nobody can use the token again.
# https://cloud.google.com/run/docs/troubleshooting#signature-removed (2026-11)
REMOVED = "SIGNATURE_REMOVED_BY_GOOGLE"
# To whoever opens the address in a browser.
FOR_PROGRAMS = "This address is not for people: Pub/Sub hands messages over here, signed for this function."
SKEW = 10  # seconds by which our clock and Google's may differ
FAILURES_KEPT = timedelta(days=30)  # failures stay readable this long
Answer = tuple[str, int]  # of a push request: text and status


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of a message: the same id may come again."""

    id: str
    topic: str
    data: bytes
    attempt: int
    attributes: Mapping[str, str]


Handler = Callable[[Delivery], None]


class KeysUnknown(Exception):
    """The keys that sign push requests could not be fetched, so nothing can be said about one."""


@dataclass
class PushVerifier:
    """Knows whether a push request was signed for us. Keys are fetched once and again when an unknown one appears.

    Google's tokens are verified by google-auth, which comes with every client of Google's; no other library of JOSE has
    to be imported before the first message.
    """

    settings: Settings
    keys: dict[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=SystemClock)

    @property
    def audience(self) -> str:
        """For whom a token has to be signed."""
        return self.settings.push_audience

    @property
    def identities(self) -> frozenset[str]:
        """Whose tokens are accepted."""
        return frozenset({self.settings.push_identity})

    def verify(self, header: str) -> bool:
        """Whether the token in this header was signed by Google for one of these identities, and for us."""
        scheme, _, token = header.partition(" ")
        if scheme != "Bearer" or not token:
            return False
        claims = self._checked_by_google(token) if self._removed(token) else self._checked_by_us(token)
        return (
            claims.get("iss") in ISSUERS
            and claims.get("email") in self.identities
            and claims.get("email_verified") is True
        )

    def _removed(self, token: str) -> bool:
        """On Cloud Run no request comes in before its token was verified; anywhere else this is a forgery."""
        return bool(self.settings.service) and token.rpartition(".")[2] == REMOVED

    def _checked_by_google(self, token: str) -> Mapping[str, Any]:
        """The claims of a token whose signature Cloud Run has verified: for whom it is, and for how long, is ours."""
        try:
            claims: Mapping[str, Any] = jwt.decode(token, verify=False)
            now = self.clock.now().timestamp()
            begins, ends = claims["iat"], claims["exp"]
            holds = begins - SKEW <= now <= ends + SKEW and claims["aud"] == self.audience
        except (AttributeError, KeyError, TypeError, ValueError, auth_errors.GoogleAuthError):
            return {}
        return claims if holds else {}

    def _checked_by_us(self, token: str) -> Mapping[str, Any]:
        try:
            if jwt.decode_header(token).get("kid") not in self.keys:
                self.keys = self._fetch()
            claims: Mapping[str, Any] = jwt.decode(
                token, certs=self.keys, audience=self.audience, clock_skew_in_seconds=SKEW
            )
        except (AttributeError, TypeError, ValueError, auth_errors.GoogleAuthError):
            return {}  # no token, or one of which some part is not what it should be
        return claims

    def _fetch(self) -> dict[str, str]:
        try:
            answer = httpx2.get(self.settings.push_certs_url, follow_redirects=False, timeout=10.0, trust_env=False)
        except httpx2.HTTPError as error:
            raise KeysUnknown from error
        if answer.status_code != 200:
            raise KeysUnknown
        return dict(orjson.loads(answer.content))


@dataclass(frozen=True)
class Edge:
    """`handlers` by topic; the last part of the path of a push request names the topic it came from."""

    handlers: Mapping[str, Handler]
    documents: Documents
    clock: Clock
    verifier: PushVerifier

    def receive(self, request: flask.Request) -> Answer:
        if request.method == "GET":
            return ("ok", 200) if request.path.endswith("/healthz") else (FOR_PROGRAMS, 404)
        try:
            trusted = self.verifier.verify(request.headers.get("Authorization", ""))
        except KeysUnknown as error:
            log.failure("the keys of push requests could not be fetched", error.__cause__ or error)
            return "", 503
        if not trusted:
            log.warning("push refused: not signed for this function")
            return "not signed for this function", 401
        with log.bound(trace=trace(request, self.verifier.settings.project)):
            try:
                delivery = opened(request)
            except BadMessage as problem:
                self.keep("unknown", "", str(problem), b"")
                return "", 204
            return self.deliver(delivery)

    def deliver(self, delivery: Delivery) -> Answer:
        with log.bound(topic=delivery.topic, delivery=delivery.id, attempt=delivery.attempt):
            return self._handled(delivery)

    def _handled(self, delivery: Delivery) -> Answer:
        handler = self.handlers.get(delivery.topic) or (
            next(iter(self.handlers.values())) if len(self.handlers) == 1 else None
        )
        try:
            if handler is None:
                raise BadMessage(f"nothing here reads {delivery.topic!r}")
            handler(delivery)
        except BadMessage as problem:
            self.keep(delivery.topic, delivery.id, str(problem), delivery.data)
            return "", 204
        except Exception as error:
            log.failure("unforeseen; it will be delivered again", error)
            return "", 500
        return "", 204

    def keep(self, topic: str, message: str, reason: str, data: bytes) -> None:
        """A message that can never be understood: kept where an operator sees it, with the beginning of its text."""
        log.warning("message kept aside", reason=reason)
        now = self.clock.now()
        name = stable_id(topic, message, reason)
        self.documents.set(
            f"failures/{name}",
            {
                "id": name,
                "topic": topic,
                "message": message,
                "reason": reason,
                "data": data[:500].decode("utf-8", "replace"),
                "at": now,
                "expires_at": now + FAILURES_KEPT,
            },
        )


def opened(request: flask.Request) -> Delivery:
    """The delivery inside a push envelope."""
    topic = request.path.rstrip("/").rsplit("/", 1)[-1]
    try:
        envelope = orjson.loads(request.get_data())
        message = envelope["message"]
        data = base64.b64decode(message.get("data", ""), validate=True)
        attempt = envelope.get("deliveryAttempt", 1)
        return Delivery(
            id=str(message.get("messageId", "")),
            topic=topic,
            data=data,
            attempt=attempt if isinstance(attempt, int) else 1,
            attributes={str(name): str(value) for name, value in (message.get("attributes") or {}).items()},
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, binascii.Error, ValueError) as error:
        raise BadMessage("a push request that holds no message") from error


def trace(request: flask.Request, project: str) -> str:
    """The trace that this request belongs to, as Cloud Logging wants it named; empty where none is told."""
    said = (
        request.headers.get("traceparent", "").partition("-")[2].partition("-")[0],
        request.headers.get("X-Cloud-Trace-Context", "").partition("/")[0],
    )
    return next((f"projects/{project}/traces/{one}" for one in said if TRACE.fullmatch(one)), "")
