"""What Klaviyo says when it refuses, and how little is left of an allowance."""

from __future__ import annotations

from datetime import timedelta

from shared.errors import Code, Configure, Later, Problem, Reconnect
from shared.vocabulary.statuses import excerpt, refusal
from shared.vocabulary.wire import Answer, at


def refuse(answer: Answer) -> Problem | None:
    """The code says which it is, where the status alone would mix a dead credential with a missing scope."""
    problem = refusal(answer, "Klaviyo")
    if problem is None or not answer.is_json:
        return problem
    errors = at(answer.json, "errors")
    codes = {str(at(error, "code")) for error in errors} if isinstance(errors, list) else set()
    if codes & {"not_authenticated", "authentication_failed"} or isinstance(problem, Reconnect):
        return Reconnect(
            Code.NOT_AUTHORISED, "Klaviyo no longer accepts this connection; please connect again.", excerpt(answer)
        )
    if "throttled" in codes:
        return Later(Code.LIMITED, "Klaviyo asks us to slow down.", excerpt(answer), counts=False)
    if isinstance(problem, Configure):
        return Configure(
            problem.code,
            "Klaviyo refuses this: the key, or what was allowed to our app, does not cover it.",
            problem.detail,
        )
    return problem


def stated_pause(answer: Answer) -> timedelta | None:
    """Nothing is left of this window: rest until the next. A refusal says it with Retry-After instead."""
    left, reset = answer.headers.get("ratelimit-remaining", ""), answer.headers.get("ratelimit-reset", "")
    return timedelta(seconds=int(reset)) if left == "0" and reset.isdecimal() and len(reset) < 6 else None
