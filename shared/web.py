"""The little web that the connect pages need: request and response as values, strict headers between.

What comes in is cut down to what the pages use; the Host header is not part of it, so nothing can depend on it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Request, Response
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from shared import log
from shared.tongue.catalogue import ENGLISH, names
from shared.tongue.saying import language, speaking

_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-")
LARGEST_FORM = 16 * 1024  # bytes; a key and a few hidden fields
COOKIE_AGE = timedelta(hours=1)
LASTING = timedelta(hours=1)
HEADERS = {  # of every page of ours
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
LASTING_TLS = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


@dataclass(frozen=True, slots=True)
class WebRequest:
    """What a browser asked. A parameter that was sent twice counts as not sent."""

    method: str
    segments: tuple[str, ...]  # of the path; with or without the function's own name in front
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    browser: str = ""  # value of our cookie
    raw_query: str = ""  # exactly as it was sent, for signatures over it

    @property
    def last(self) -> str:
        return self.segments[-1] if self.segments else ""


@dataclass(frozen=True, slots=True)
class WebResponse:
    """A page, or a way on to another page of ours (`location`)."""

    page: Markup = Markup("")
    status: int = 200
    location: str = ""
    browser: str = ""  # cookie to set
    lasting: bool = False  # the same for everybody, so it may be kept for a while
    picture: bytes = b""  # instead of a page
    kind: str = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Policy:
    """What is the same for every reply of one function."""

    secure: bool
    style: str  # the one style sheet that pages carry inline
    form_targets: tuple[str, ...] = ()  # addresses forms may go to besides the page's own origin
    script: str = ""  # the one script that pages may run
    pictures: str = ""  # the one origin that pages may load pictures from

    @property
    def cookie(self) -> str:
        # The __Host- prefix makes browsers refuse a cookie of this name from any other host or without TLS.
        return "__Host-tributary" if self.secure else "tributary"

    @property
    def headers(self) -> dict[str, str]:
        script = f"script-src {_digest(self.script)}; " if self.script else ""
        pictures = f"img-src {self.pictures}; " if self.pictures else ""
        forms = " ".join(("'self'", *self.form_targets))
        policy = (
            f"default-src 'none'; {script}style-src {_digest(self.style)}; {pictures}form-action {forms}; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        return {"Content-Security-Policy": policy, **HEADERS, **(LASTING_TLS if self.secure else {})}


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def endpoint(
    policy: Policy, answer: Callable[[WebRequest], WebResponse], broken: Callable[[], WebResponse]
) -> Callable[[Request], Response]:
    """Make an HTTP function of one from requests to responses. Whatever fails inside, the visitor gets a page."""

    def handle(request: Request) -> Response:
        with speaking(language_of(request)):
            try:
                visit = request_of(request, policy)
                if visit.last == "healthz" and visit.method == "GET":
                    return Response("ok", content_type="text/plain", headers=policy.headers)
                return response(answer(visit), policy)
            except HTTPException as error:  # a body too large, a malformed form
                log.warning("request refused", status=error.code)
                return response(WebResponse(broken().page, error.code or 400), policy)
            except Exception as error:
                log.failure("a connect page failed", error)
                return response(broken(), policy)

    return handle


def request_of(request: Request, policy: Policy) -> WebRequest:
    request.max_content_length = LARGEST_FORM
    return WebRequest(
        method=request.method,
        segments=tuple(part for part in request.path.split("/") if part),
        query=single(request.args),
        form=single(request.form) if request.method == "POST" else {},
        browser=request.cookies.get(policy.cookie, "")[:128],
        raw_query=request.query_string.decode("latin-1"),
    )


def language_of(request: Request) -> str:
    """The one of ours that the browser likes best."""
    for asked, quality in request.accept_languages:  # what is liked best comes first
        name = asked.partition("-")[0].lower()
        if quality > 0 and name in names():
            return name
    return ENGLISH


def response(reply: WebResponse, policy: Policy) -> Response:
    made = Response(reply.picture or str(reply.page), reply.status, policy.headers, content_type=reply.kind)
    if reply.page:
        made.headers["Content-Language"] = language()
        made.headers["Vary"] = "Accept-Language"
    if reply.lasting:
        made.headers["Cache-Control"] = f"public, max-age={int(LASTING.total_seconds())}"
    if reply.location:
        made.headers["Location"] = reply.location
    if reply.browser:
        made.set_cookie(
            policy.cookie,
            reply.browser,
            max_age=COOKIE_AGE,
            path="/",
            secure=policy.secure,
            httponly=True,
            samesite="Lax",  # sent along when the platform sends the browser back to us, and never in a foreign form
        )
    return made


def single(values: MultiDict[str, str]) -> dict[str, str]:
    """One value for each name; a name that was sent twice counts as not sent."""
    return {name: found[0] for name, found in values.lists() if len(found) == 1}


def came_from(forwarded: str, peer: str, hops: int) -> str:
    """The address of whoever asks. Entries further left are what the asker wrote."""
    entries = [entry.strip() for entry in forwarded.split(",") if entry.strip()]
    return entries[-hops] if 0 < hops <= len(entries) else peer


def trace_of(request: Request) -> str:
    """The id of the trace that it belongs to: the same in our answer, in the audit and in Google's logs."""
    found = _TRACE.match(request.headers.get("traceparent", ""))
    return found[1] if found else ""
