"""What Google Analytics says when it refuses, and how many tokens are left to us."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from shared.errors import Configure, Later, Problem, Reconnect
from shared.vocabulary.statuses import excerpt, refusal
from shared.vocabulary.wire import Answer, at

PACIFIC = ZoneInfo("America/Los_Angeles")  # the day of its quotas
# The client's own dashboards live on the same tokens, and ten server errors within an hour close the property to us.
LEAVE = {"tokensPerDay": 2_000, "tokensPerHour": 500, "tokensPerProjectPerHour": 100}
LEAVE_ERRORS = {"serverErrorsPerProjectPerHour": 3}
INCOMPATIBLE = re.compile(r"compatible|not a valid (dimension|metric)|unrecognized (dimension|metric)", re.IGNORECASE)


def refuse(answer: Answer) -> Problem | None:
    said = str(at(answer.json, "error.message") or "")
    if answer.status == 400 and INCOMPATIBLE.search(said):
        return Configure(
            "report-not-possible",
            "Google Analytics does not answer this report: it does not know one of its dimensions or metrics, or they "
            "do not go together.",
            excerpt(answer),
        )
    if answer.status == 403 and "SERVICE_DISABLED" in reasons(answer):
        return Configure(
            "api-not-enabled",
            "The Google Analytics Data API and Admin API are not switched on in the Google Cloud project of our app.",
            excerpt(answer),
        )
    if answer.status == 403 and "ACCESS_TOKEN_SCOPE_INSUFFICIENT" in reasons(answer):
        return Reconnect(
            "scope-missing",
            "Reading Google Analytics was not allowed to us; please connect again and leave its box ticked.",
            excerpt(answer),
        )
    problem = refusal(answer, "Google Analytics")
    if isinstance(problem, Configure):
        return Configure(
            problem.code, "Google Analytics no longer shows this property to this connection.", problem.detail
        )
    if isinstance(problem, Later) and answer.status == 429:
        return Later(problem.code, "Google Analytics has no tokens left for us now.", problem.detail, counts=False)
    return problem


def reasons(answer: Answer) -> set[str]:
    details = at(answer.json, "error.details")
    return {str(at(one, "reason")) for one in details} if isinstance(details, list) else set()


def stated_pause(answer: Answer) -> timedelta | None:
    """Tokens are told with every answer; a refusal says in its text which of them are used up."""
    if answer.status >= 500:
        return timedelta(minutes=5)
    if answer.status == 429:
        said = str(at(answer.json, "error.message") or "").lower()
        return until_midnight(answer) if "per day" in said else until_hour(answer) if "per hour" in said else None
    if "tokensPerDay" in set(short(answer, LEAVE)):
        return until_midnight(answer)
    return until_hour(answer) if any(short(answer, {**LEAVE, **LEAVE_ERRORS})) else None


def short(answer: Answer, leave: Mapping[str, int]) -> Iterator[str]:
    """The quotas of which hardly anything is left. What is zero may be left out."""
    for name, least in leave.items():
        told = at(answer.json, f"propertyQuota.{name}")
        if isinstance(told, dict) and told.get("remaining", 0) < least:
            yield name


def until_hour(answer: Answer) -> timedelta:
    """When hours end for the platform is not documented: by the clock, or an hour after; at worst we ask twice."""
    now = told_at(answer)
    return timedelta(hours=1) if now is None else timedelta(minutes=61) - timedelta(minutes=now.minute)


def until_midnight(answer: Answer) -> timedelta:
    now = told_at(answer)
    if now is None:
        return timedelta(hours=1)
    there = now.astimezone(PACIFIC)
    midnight = (there + timedelta(days=1)).replace(hour=0, minute=1, second=0, microsecond=0)
    return midnight.astimezone(now.tzinfo) - now


def told_at(answer: Answer) -> datetime | None:
    """The platform's own clock."""
    try:
        moment = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
