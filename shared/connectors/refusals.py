"""What an HTTP status means when the platform's own words say no more. Platforms refine this, never repeat it."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.connectors.wire import Answer
from shared.errors import Bug, Configure, Later, Problem, Reconnect

PARTS = frozenset({206, 226})  # statuses of what is a part of an answer, or what has changed of it
EXCERPT = 300  # characters of an answer's body kept for the engineer; bodies of errors hold no credential


def excerpt(answer: Answer) -> str:
    return f"HTTP {answer.status}: {answer.body[:EXCERPT].decode('utf-8', 'replace')}"


def refusal(answer: Answer, title: str) -> Problem | None:
    """The error behind a status, or None for a success."""
    status, detail = answer.status, excerpt(answer)
    if status in PARTS:
        return Later("half-an-answer", f"{title} sent a part of its answer only; it will be tried again.", detail)
    if 200 <= status < 300:
        return None
    if status == 401:
        return Reconnect("not-authorised", f"{title} no longer accepts this connection.", detail)
    if status == 403:
        if not answer.is_json:
            # An edge server refused, not the API: this is load, not permission.
            return Later("refused-at-edge", f"{title} turned the call away; it will be tried again.", detail)
        return Configure("no-permission", f"{title} does not let this account read this.", detail)
    if status == 429:
        return Later("limited", f"{title} asks us to slow down.", detail, counts=False)
    if status >= 500 or status == 408:
        return Later("platform-down", f"{title} has a fault of its own; it will be tried again.", detail)
    if 300 <= status < 400:
        return Bug("redirected", f"{title} answered with a redirect, which is never followed.", detail)
    return Bug("refused", f"{title} did not understand our question (status {status}).", detail)


def stated_rest(answer: Answer, headers: tuple[str, ...], now: datetime) -> datetime | None:
    """When the platform says it may be asked again, read from the first header that says so."""
    for header in headers:
        value = answer.headers.get(header.lower(), "")
        try:
            seconds = float(value)
        except ValueError:
            continue
        if seconds >= 0:
            return now + timedelta(seconds=min(seconds, 86_400))
    return None
