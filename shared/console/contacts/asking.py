"""How look_up is asked for somebody who is signed in. Whether they may is decided there, by what they showed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from shared.console.desk import Desk
from shared.console.tongue import say
from shared.console.web import Reply, Visit
from shared.errors import Later, Problem
from shared.keys.admission import Refused
from shared.looking.asking import by_session
from shared.people.guard import Allowed, NotThere

AFTER = 60


def look(desk: Desk, allowed: Allowed, visit: Visit, verb: str, **asked: str | int) -> Mapping[str, Any]:
    """Raises NotThere; Refused where no turn is left; a Problem. What is empty was not asked."""
    if visit.prefetched:  # nobody looks: a browser only guesses that somebody will
        raise Later("not-looked", say("Open the page again: it was not asked for yet."))
    session = allowed.signed_in.session
    if session is None:
        raise NotThere
    said = {name: value for name, value in asked.items() if value != ""}
    origin = desk.origin(visit, allowed.caller)
    return desk.looks().ask(verb, allowed.workspace.id, by_session(session), origin, said)


def answered(allowed: Allowed, title: str, work: Callable[[], Reply]) -> Reply:
    """A page that says why there is no answer, where there is none."""
    try:
        return work()
    except Refused as refusal:
        return _says(allowed, title, refusal.sentence, 429, int(refusal.headers.get("Retry-After", AFTER)))
    except Later as problem:
        return _says(allowed, title, problem.sentence, 503, AFTER)
    except Problem as problem:
        return _says(allowed, title, problem.sentence, 409)


def told(work: Callable[[], Reply]) -> Reply:
    """The same for who reads JSON or CSV."""
    try:
        return work()
    except Refused as refusal:
        return _error(refusal.code, refusal.sentence, 429, int(refusal.headers.get("Retry-After", AFTER)))
    except Later as problem:
        return _error(problem.code, problem.sentence, 503, AFTER)
    except Problem as problem:
        return _error(problem.code, problem.sentence, 409)


def _says(allowed: Allowed, title: str, sentence: str, status: int, after: int = 0) -> Reply:
    return Reply(
        "contacts_silent.html",
        {
            "person": allowed.person,
            "workspace": allowed.workspace,
            "title": title,
            "sentence": sentence,
            "waits": status != 409,
            "heading": say("That has no answer") if status == 409 else say("No answer just now"),
        },
        status,
        after=after,
    )


def _error(code: str, sentence: str, status: int, after: int = 0) -> Reply:
    return Reply(json=orjson.dumps({"error": {"code": code, "message": sentence}}), status=status, after=after)
