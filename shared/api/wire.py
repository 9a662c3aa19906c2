"""HTTP for the API: a request as a value that was read strictly, and an answer as bytes with strict headers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl
from uuid import uuid4

import msgspec
from flask import Request, Response

from shared.api import shapes
from shared.api.problems import Failure
from shared.keys.admission import Caller, network_of
from shared.web import HEADERS, LASTING_TLS, came_from

PREFIX = ("api", "v1")
LARGEST_BODY = 128 * 1024
LARGEST_ANSWER = 30 * 1024 * 1024  # Cloud Run gives out 32 MiB at once
JSON = "application/json"
EVENTS = "text/event-stream"
CORS_ASKS = "Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Request-Id"
CORS_SHOWS = (
    "ETag, RateLimit, RateLimit-Policy, Retry-After, Sunset, X-RateLimit-Limit, X-RateLimit-Remaining, "
    "X-RateLimit-Reset, X-Request-Id"
)
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
_BEARER = re.compile(r"bearer +([A-Za-z0-9_]{1,200}) *", re.IGNORECASE)


def _usual(value: Any) -> Any:
    """Firestore's moments are of a kind of their own, which only looks like any other."""
    if isinstance(value, datetime):
        return datetime.combine(value.date(), value.time(), value.tzinfo)
    raise TypeError(type(value).__name__)


_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=_usual)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program asked. Of its headers, these come in and no others."""

    method: str
    segments: tuple[str, ...]
    query: str = ""
    body: bytes = b""
    kind: str = ""  # of the body
    presented: str = ""  # key or token
    caller: Caller = Caller()
    origin: str = ""  # where a browser says that the page is from
    preflight: bool = False
    known: tuple[str, ...] = ()  # ETags that are at hand already
    repeat: str | None = None  # Idempotency-Key
    request: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    file: tuple[str, bytes] | None = None  # kind and content
    events: Iterator[bytes] | None = None
    etag: str = ""
    page: bool = False  # for a person's browser


def asked(request: Request, hops: int) -> Asked:
    """`hops`: how many of the entries of X-Forwarded-For, from the right, our own side has written."""
    request.max_content_length = LARGEST_BODY
    headers = request.headers
    found = _BEARER.fullmatch(headers.get("Authorization", ""))
    said = headers.get("X-Request-Id", "")
    method = "GET" if request.method == "HEAD" else request.method
    return Asked(
        method=method,
        segments=tuple(part for part in request.path.split("/") if part),
        query=request.query_string.decode("latin-1"),
        body=request.get_data() if method not in ("GET", "OPTIONS") else b"",
        kind=request.mimetype,
        presented=found[1] if found else headers.get("Authorization", "")[:1] and "?",
        caller=Caller(
            network_of(came_from(headers.get("X-Forwarded-For", ""), request.remote_addr or "", hops)),
            headers.get("User-Agent", "")[:200],
        ),
        origin=headers.get("Origin", "")[:300],
        preflight=request.method == "OPTIONS" and "Access-Control-Request-Method" in headers,
        known=tuple(each.strip().removeprefix("W/") for each in headers.get("If-None-Match", "").split(",") if each),
        repeat=headers.get("Idempotency-Key"),
        request=said if _REQUEST_ID.fullmatch(said) else uuid4().hex,
    )


def body_of(asked: Asked, kind: type[Any]) -> Any:
    """The body, strictly of this type."""
    if asked.body and asked.kind != JSON:
        raise Failure(415, "not-json", "A body is JSON: Content-Type: application/json.")
    try:
        return msgspec.convert(_plain(msgspec.json.decode(asked.body or b"{}")), kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Failure(400, "not-understood", f"The body is not what is asked here: {error}.") from None


def _plain(value: Any) -> Any:
    """In JSON 64.0 is the whole number 64."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def query_of(asked: Asked, kind: type[Any], others: bool) -> tuple[Any, dict[str, list[str]]]:
    """The parameters, strictly of this type; and those besides, where others may be."""
    try:
        pairs = parse_qsl(asked.query, keep_blank_values=True, errors="strict", max_num_fields=2000)
    except ValueError:
        raise Failure(400, "not-understood", "The address cannot be read: name=value, joined by &.") from None
    said: dict[str, list[str]] = {}
    for name, value in pairs:
        said.setdefault(name, []).append(value)
    lists = list_fields(kind)
    known = {each.encode_name for each in msgspec.structs.fields(kind)}
    besides = {name: values for name, values in said.items() if name not in known}
    if besides and not others:
        name = sorted(besides)[0]
        raise Failure(400, "not-understood", f"Nothing here is called {name[:64]}.", {"known": sorted(known)})
    plain: dict[str, Any] = {}
    for name in known & said.keys():
        if name in lists:
            plain[name] = [each for text in said[name] for each in text.split(",") if each]
        elif len(said[name]) > 1:
            raise Failure(400, "not-understood", f"{name} stands in the address {len(said[name])} times.")
        else:
            plain[name] = said[name][0]
    try:
        return msgspec.convert(plain, kind, strict=False), besides
    except msgspec.ValidationError as error:
        raise Failure(400, "not-understood", f"The address is not understood: {error}.") from None


def list_fields(kind: type[Any]) -> frozenset[str]:
    """The names of those that are lists, given with commas between or more than once."""
    hints = get_type_hints(kind, include_extras=True)
    return frozenset(name for name, hint in hints.items() if _is_list(hint))


def _is_list(hint: Any) -> bool:
    if get_origin(hint) is tuple:
        return True
    return hasattr(hint, "__metadata__") and _is_list(get_args(hint)[0])


def encode(body: Any) -> bytes:
    return _ENCODER.encode(body)


def failed(failure: Failure, request: str, now: datetime) -> Reply:
    told = shapes.Error(
        error=shapes.ErrorBody(
            code=failure.code, message=failure.message, details=failure.details, request_id=request, timestamp=now
        )
    )
    return Reply(told, failure.status, failure.headers)


@dataclass(frozen=True, slots=True)
class Policy:
    """What is the same for all answers."""

    secure: bool
    origins: frozenset[str]  # pages of others whose scripts may read our answers

    def response(self, reply: Reply, asked: Asked) -> Response:
        kind, content = JSON, b""
        if reply.file is not None:
            kind, content = reply.file
        elif reply.body is not None:
            content = encode(reply.body)
        headers = {**HEADERS, **(LASTING_TLS if self.secure else {}), **self._cors(asked)}
        headers["Content-Security-Policy"] = PAGE_CSP if reply.page else CSP
        headers["X-Request-Id"] = asked.request
        if reply.events is not None:
            made = Response(reply.events, reply.status, headers, content_type=EVENTS)
        else:
            tagged = asked.method == "GET" and reply.status == 200
            etag = reply.etag or (f'"{hashlib.sha256(content).hexdigest()[:32]}"' if tagged else "")
            if etag:
                headers |= {"ETag": etag, "Cache-Control": "private, no-cache"}
            if etag and reply.status == 200 and etag in asked.known:
                made = Response(b"", 304, headers)
            else:
                made = Response(content, reply.status, headers, content_type=kind)
        made.headers.update(reply.headers)
        return made

    def _cors(self, asked: Asked) -> dict[str, str]:
        if asked.origin not in self.origins:
            return {"Vary": "Origin"} if self.origins else {}
        allowed = {"Access-Control-Allow-Origin": asked.origin, "Vary": "Origin"}
        if asked.preflight:
            return {
                **allowed,
                "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
                "Access-Control-Allow-Headers": CORS_ASKS,
                "Access-Control-Max-Age": "600",
            }
        return {**allowed, "Access-Control-Expose-Headers": CORS_SHOWS}


CSP = "default-src 'none'; frame-ancestors 'none'"
PAGE_CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def origins_of(text: str) -> frozenset[str]:
    return frozenset(_words(text))


def _words(text: str) -> Iterable[str]:
    return (each.strip().rstrip("/") for each in text.split(",") if each.strip())
