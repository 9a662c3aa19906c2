"""The web that the console's pages need: a visit and a reply as values, strict headers between.

Of a request only this comes in; its Host header does not, so nothing can depend on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Request, Response

from shared.console.packing import LEAST, may_be_packed, packed, packed_once
from shared.keys.admission import network_of
from shared.oauth.links import is_token
from shared.tongue.catalogue import ENGLISH
from shared.tongue.saying import language
from shared.web import HEADERS, LASTING_TLS, came_from, language_of, single, trace_of

LARGEST_FORM = 16 * 1024
BROWSER_AGE = timedelta(days=1)  # the cookie that ties an attempt to a browser
_SHELF = timedelta(days=365)  # for files whose address changes with what is in them
CSP = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)

_TEXT = "text/plain; charset=utf-8"
SAVED = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    **dict.fromkeys(("pq", "bas", "gs", "md"), _TEXT),  # what is pasted into a spreadsheet, and how
}
SAVED_CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'"  # a picture runs nothing, even where it is opened


@dataclass(frozen=True, slots=True)
class Visit:
    """What a browser asked. A parameter that was sent twice counts as not sent."""

    method: str
    segments: tuple[str, ...]
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    session: str = ""  # our two cookies
    browser: str = ""
    site: str = ""  # Sec-Fetch-Site: where the request was made
    language: str = ENGLISH  # the one of ours that the browser likes best
    network: str = ""
    agent: str = ""
    asked: str = ""  # path and query as they were sent
    prefetched: bool = False  # asked by the browser on its own account
    packs: bool = False  # whether the answer may be compressed
    request: str = ""  # id of the trace that it belongs to
    route: str = ""  # what answers it, once that is known


@dataclass(frozen=True, slots=True)
class Reply:
    """A page of a template with its values, a file, JSON, or a way on to another page of ours."""

    template: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    location: str = ""
    session: str | None = None  # cookie to set; empty: to take away
    browser: str = ""
    file: tuple[str, bytes] | None = None  # kind and content, kept for a year
    json: bytes | None = None
    saved: tuple[str, bytes] | None = None  # name and content of a file, kept and not opened
    after: int = 0  # seconds after which it is worth to ask again


@dataclass(frozen=True, slots=True)
class Cookies:
    """With TLS their names make browsers refuse them from any other host (RFC 6265bis, 4.1.3.2)."""

    secure: bool

    @property
    def session(self) -> str:
        return "__Host-tributary-session" if self.secure else "tributary-session"

    @property
    def browser(self) -> str:
        return "__Host-tributary-browser" if self.secure else "tributary-browser"


def visit_of(request: Request, cookies: Cookies, hops: int) -> Visit:
    """`hops`: how many of the entries of X-Forwarded-For, from the right, our own side has written."""
    request.max_content_length = LARGEST_FORM
    asked = request.full_path if request.query_string else request.path
    return Visit(
        method="GET" if request.method == "HEAD" else request.method,
        segments=tuple(part for part in request.path.split("/") if part),
        query=single(request.args),
        form=single(request.form) if request.method == "POST" else {},
        session=request.cookies.get(cookies.session, "")[:128],
        browser=browser if is_token(browser := request.cookies.get(cookies.browser, "")) else "",
        site=request.headers.get("Sec-Fetch-Site", ""),
        language=language_of(request),
        network=network_of(came_from(request.headers.get("X-Forwarded-For", ""), request.remote_addr or "", hops)),
        agent=request.headers.get("User-Agent", "")[:200],
        asked=asked[:2000],
        prefetched="prefetch" in request.headers.get("Sec-Purpose", ""),
        packs=may_be_packed(
            request.method, request.headers.get("Accept-Encoding", ""), request.headers.get("Sec-Fetch-Site", "")
        ),
        request=trace_of(request),
    )


def response(reply: Reply, text: str, cookies: Cookies, packs: bool = False) -> Response:
    """`text`: the page, where the reply has one."""
    kind, body = "text/html; charset=utf-8", text.encode()
    if reply.file is not None:
        kind, body = reply.file
    elif reply.json is not None:
        kind, body = "application/json", reply.json
    elif reply.saved is not None:
        kind, body = SAVED[reply.saved[0].rpartition(".")[2]], reply.saved[1]
    packs = packs and len(body) >= LEAST
    if packs:
        body = packed_once(body) if reply.file is not None else packed(body)
    made = Response(body, reply.status, headers(cookies.secure), content_type=kind)
    made.headers["Vary"] = "Accept-Encoding"
    if reply.template:
        made.headers["Vary"] = "Accept-Encoding, Accept-Language"
        made.headers["Content-Language"] = language()
    if packs:
        made.headers["Content-Encoding"] = "gzip"
    if reply.file is not None:
        made.headers["Cache-Control"] = f"public, max-age={int(_SHELF.total_seconds())}, immutable"
    if reply.saved is not None:
        made.headers["Content-Disposition"] = f'attachment; filename="{reply.saved[0]}"'
        made.headers["Content-Security-Policy"] = SAVED_CSP
    if reply.after:
        made.headers["Retry-After"] = str(reply.after)
    if reply.location:
        made.headers["Location"] = reply.location
    if reply.session is not None:
        _set(made, cookies, cookies.session, reply.session, None)
    if reply.browser:
        _set(made, cookies, cookies.browser, reply.browser, BROWSER_AGE)
    return made


def headers(secure: bool) -> dict[str, str]:
    return {**HEADERS, "Content-Security-Policy": CSP, **(LASTING_TLS if secure else {})}


def _set(made: Response, cookies: Cookies, name: str, value: str, age: timedelta | None) -> None:
    made.set_cookie(
        name,
        value,
        max_age=age if value else 0,
        path="/",
        secure=cookies.secure,
        httponly=True,
        samesite="Lax",  # sent along when Google sends the browser back to us, and never in a foreign form
    )
