"""What Constant Contact says when it refuses."""

from __future__ import annotations

from shared.errors import Code, Configure, Later, Problem, Reconnect
from shared.vocabulary.statuses import excerpt, refusal
from shared.vocabulary.wire import Answer, Json, at


def refuse(answer: Answer) -> Problem | None:
    """Errors come as one object or as a list of them; a partial answer is a success with `errors` beside `results`."""
    keys = error_keys(answer.json)
    if any("quota" in key for key in keys):
        return Later(
            Code.DAILY_ALLOWANCE,
            "Today's calls to Constant Contact are used up; it goes on after midnight UTC.",
            excerpt(answer),
            counts=False,
        )
    if any("throttle" in key for key in keys):
        return Later(Code.LIMITED, "Constant Contact asks us to slow down.", excerpt(answer), counts=False)
    problem = refusal(answer, "Constant Contact")
    if isinstance(problem, Reconnect):
        return Reconnect(
            problem.code, "Constant Contact no longer accepts this connection; please connect again.", problem.detail
        )
    if isinstance(problem, Configure):
        return Configure(
            problem.code,
            "Constant Contact refuses this: the user who connected lacks the right, or did not allow it to our app.",
            problem.detail,
        )
    return problem


def error_keys(body: Json) -> list[str]:
    errors = body if isinstance(body, list) else (at(body, "errors") or [body])
    return [str(at(error, "error_key")) for error in errors if at(error, "error_key")]
