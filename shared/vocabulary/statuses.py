"""What an HTTP status means when the platform's own words say no more. Platforms refine this, never repeat it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from shared.errors import Bug, Code, Configure, Later, Problem, Reconnect
from shared.vocabulary.shapes import shape
from shared.vocabulary.wire import Answer

LONGEST_REST = timedelta(days=1)  # whatever is stated: absurd numbers and dates are cut to it
PARTS = frozenset({206, 226})  # statuses of what is a part of an answer, or what has changed of it


def excerpt(answer: Answer) -> str:
    """What is kept of an answer for the engineer: never a word of what people wrote."""
    return shape(answer)


def refusal(answer: Answer, title: str) -> Problem | None:
    """The error behind a status, or None for a success."""
    status = answer.status
    if 200 <= status < 300 and status not in PARTS:
        return None
    detail = excerpt(answer)
    if status in PARTS:
        return Later(Code.HALF_AN_ANSWER, f"{title} sent a part of its answer only; it will be tried again.", detail)
    if status == 401:
        return Reconnect(Code.NOT_AUTHORISED, f"{title} no longer accepts this connection.", detail)
    if status == 403:
        if not answer.is_json:
            # An edge server refused, not the API: this is load, not permission.
            return Later("refused-at-edge", f"{title} turned the call away; it will be tried again.", detail)
        return Configure(Code.NO_PERMISSION, f"{title} does not let this account read this.", detail)
    if status == 429:
        return Later(Code.LIMITED, f"{title} asks us to slow down.", detail, counts=False)
    if status >= 500 or status == 408:
        return Later(Code.PLATFORM_DOWN, f"{title} has a fault of its own; it will be tried again.", detail)
    if 300 <= status < 400:
        return Bug("redirected", f"{title} answered with a redirect, which is never followed.", detail)
    return Bug("refused", f"{title} did not understand our question (status {status}).", detail)


def stated_rest(answer: Answer, headers: tuple[str, ...], now: datetime) -> datetime | None:
    """When the platform says it may be asked again, read from the first header that says so."""
    for header in headers:
        rest = _rest(answer.headers.get(header.lower(), ""), now)
        if rest is not None:
            return now + min(rest, LONGEST_REST)
    return None


def _rest(said: str, now: datetime) -> timedelta | None:
    """Seconds, or the date of HTTP (RFC 9110, 10.2.3), of which one that is over says: at once."""
    try:
        seconds = float(said)
    except ValueError:
        return _until(said, now)
    return timedelta(seconds=min(seconds, LONGEST_REST.total_seconds())) if seconds >= 0 else None


def _until(said: str, now: datetime) -> timedelta | None:
    try:
        moment = parsedate_to_datetime(said)
        return max(moment.replace(tzinfo=moment.tzinfo or UTC) - now, timedelta())
    except (TypeError, ValueError, OverflowError):
        return None
