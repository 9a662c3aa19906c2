"""Where a call becomes a look: who calls is checked, what it says is read strictly, and the answer is JSON.

200 there · 404 not there, or not for them to see · 400 not understood · 401 not from a function that may call ·
409 there is no such answer, with a sentence · 429 no turn is left · 503 not now
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Request, Response
from werkzeug.exceptions import HTTPException

from shared import log
from shared.audit.entry import Origin
from shared.edge import KeysUnknown, PushVerifier, trace
from shared.errors import Later, Problem
from shared.keys.admission import Shown
from shared.looking.looker import Look, Looker
from shared.looking.routes import TABLE
from shared.looking.turns import UsedUp
from shared.looking.verbs import VERBS, Misunderstood, read
from shared.people.guard import NotThere
from shared.web import HEADERS

LARGEST = 16 * 1024
# To whoever opens the address in a browser.
FOR_PROGRAMS = "This address is not for people: the console and the API look people up here, signed as who they are."
_TEXTS = {"shown": ("kind", "name", "digest"), "from": ("route", "network", "agent", "request")}

TABLE.check(VERBS)


@dataclass
class CallVerifier(PushVerifier):
    """The same of a call: signed by Google for a function that may call us, and for us."""

    @property
    def audience(self) -> str:
        return self.settings.look_up_url

    @property
    def identities(self) -> frozenset[str]:
        return frozenset(self.settings.look_up_callers.split())


@dataclass(frozen=True)
class Front:
    looker: Looker
    verifier: PushVerifier

    def handle(self, request: Request) -> Response:
        if request.method == "GET":
            well = request.path == "/healthz"
            return Response("ok" if well else FOR_PROGRAMS, 200 if well else 404, content_type="text/plain")
        try:
            if not self.verifier.verify(request.headers.get("Authorization", "")):
                log.warning("look refused: not signed by a function that may call")
                return _refused(401, "not-signed", "Not signed by a function that may call.")
        except KeysUnknown as error:
            log.failure("the keys that sign calls could not be fetched", error.__cause__ or error)
            return _refused(503, "keys-unknown", "Who calls could not be found out; try again in a minute.")
        with log.bound(trace=trace(request, self.verifier.settings.project)):
            return self._answered(request)

    def _answered(self, request: Request) -> Response:
        try:
            return _json(200, self.looker.look(_look(request)))
        except NotThere:
            return _refused(404, "not-there", "Nothing is here, or it is not for you to see.")
        except UsedUp as error:
            sentence = "So much can be looked up in an hour and no more; it goes on in the next one."
            return _refused(429, "too-many-looks", sentence, {"Retry-After": str(error.seconds)})
        except Misunderstood as problem:
            return _refused(400, problem.code, problem.sentence)
        except Later as problem:
            log.warning("a look waits", code=problem.code)
            return _refused(503, problem.code, problem.sentence)
        except Problem as problem:
            log.warning("a look has no answer", code=problem.code)
            return _refused(409, problem.code, problem.sentence)
        except HTTPException as error:
            return _refused(error.code or 400, "not-understood", "This is too large, or malformed.")
        except Exception as error:
            log.failure("a look failed", error)
            return _refused(500, "broken", "Something went wrong; it was written down.")


def _look(request: Request) -> Look:
    """Raises NotThere for an address that is none, and Misunderstood."""
    found = TABLE.find(request.method, tuple(part for part in request.path.split("/") if part))
    if found is None:
        raise NotThere
    route, _ = found
    request.max_content_length = LARGEST
    try:
        said = orjson.loads(request.get_data())
        workspace, asked = said["workspace"], said["asked"]
        shown, origin = (_texts(said[part], *_TEXTS[part]) for part in ("shown", "from"))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise Misunderstood("not-understood", "This is no look.") from None
    if not isinstance(workspace, str):
        raise Misunderstood("not-understood", "This is no look.")
    return Look(route, workspace, Shown(**shown), Origin(who="", **origin), read(route.does, asked))


def _texts(said: Any, *names: str) -> dict[str, str]:
    if not isinstance(said, dict) or said.keys() != set(names):
        raise TypeError
    if not all(isinstance(value, str) for value in said.values()):
        raise TypeError
    return dict(said)


def _refused(status: int, code: str, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    return _json(status, {"error": {"code": code, "message": sentence}}, headers)


def _json(status: int, said: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(said), status, {**HEADERS, **(headers or {})}, content_type="application/json")
