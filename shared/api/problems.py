"""What is told when something is not done: one shape for every failure, a code for programs, a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from shared.errors import Configure, Later, Reconnect
from shared.keys.admission import Refused
from shared.managing.office import NotAsItStands
from shared.questions.query_string import write as as_query
from shared.questions.refusal import Code, Refusal

AGAIN = {"Retry-After": "5"}
NOT_AN_ANSWER = {Code.NOT_PUBLISHED: 503, Code.BUSY: 503, Code.NOT_UNDERSTOOD: 400}


class Failure(Exception):
    """The request comes to nothing; what is told of it."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message = status, code, message
        self.details, self.headers = dict(details or {}), dict(headers or {})


def not_there() -> Failure:
    """The one answer to what is not there and to what is not for whoever asks."""
    return Failure(404, "not-there", "Nothing is here, or it is not for you to see.")


def elsewhere() -> Failure:
    """To whoever opens the bare address, in a browser perhaps."""
    where = "Programs ask here, by addresses that begin with /api/v1. For people there is a page: /api/v1/docs."
    return Failure(404, "not-there", where)


def of_refused(refused: Refused) -> Failure:
    headers = dict(refused.headers)
    if refused.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="tributary", error="invalid_token"'
    return Failure(refused.status, refused.code, refused.sentence, headers=headers)


def of_refusal(refusal: Refusal) -> Failure:
    """A question without an answer: why, and which question has one."""
    status = NOT_AN_ANSWER.get(refusal.code, 422)
    details = {"way_out": refusal.way_out} if refusal.way_out else {}
    if refusal.question is not None:
        details["question"] = as_query(refusal.question)
    return Failure(status, str(refusal.code), refusal.sentence, details, AGAIN if status == 503 else {})


def of_problem(problem: Later | Configure | Reconnect) -> Failure:
    """What went wrong within, as far as whoever asks can do something about it."""
    if isinstance(problem, Later):
        return Failure(503, problem.code, problem.sentence, headers=AGAIN)
    clashes = isinstance(problem, NotAsItStands) or not isinstance(problem, Configure)
    return Failure(409 if clashes else 422, problem.code, problem.sentence)


def failure_of(error: Exception) -> Failure | None:
    """What is told of it; None: nobody foresaw it."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, Refused):
        return of_refused(error)
    if isinstance(error, Refusal):
        return of_refusal(error)
    if isinstance(error, RequestEntityTooLarge):
        return Failure(413, "too-large", "The body is larger than anything that is asked here.")
    if isinstance(error, HTTPException):
        return Failure(400, "not-understood", "The request cannot be read.")
    if isinstance(error, Later | Configure | Reconnect):
        return of_problem(error)
    return None


def broken() -> Failure:
    return Failure(500, "broken", "Something went wrong here. It was written down; try again in a minute.")
