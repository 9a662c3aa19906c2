"""Where a request to the API becomes an answer: found in the table, let in, held against its scope, understood, done.

The order is the security: no route, no answer; no key, no look; another workspace's is not there; no scope, no act; no
entry in the audit, no act. Whatever fails, the answer has one shape, and tells nothing of within.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Request, Response

from shared import log
from shared.api import problems
from shared.api.answering import Unchanged
from shared.api.answers import Answer
from shared.api.desk import Call, Desk
from shared.api.endpoint import Endpoint
from shared.api.endpoints import BY_PLACE, TABLE
from shared.api.problems import Failure
from shared.api.repeats import Repeats
from shared.api.wire import PREFIX, Asked, Policy, Reply, asked, body_of, encode, failed, query_of
from shared.audit.entry import Origin
from shared.errors import Problem
from shared.keys.admission import Admitted, Refused
from shared.people.routes import READS
from shared.questions.refusal import Refusal

# Names that users bring along → ours. docs/api.md has the table.
OTHER_NAMES = {"projects": "workspaces"}
WITHIN = {"platforms": "data-sources", "connections": "data-sources"}
OF_AN_ACCESS = {"refresh": "renew"}


@dataclass(frozen=True)
class Front:
    desk: Desk
    answers: Mapping[str, Answer]
    policy: Policy
    hops: int = 1

    def __post_init__(self) -> None:
        TABLE.check(self.answers)

    def handle(self, request: Request) -> Response:
        said = Asked("GET", ())
        try:
            said = asked(request, self.hops)
            return self.policy.response(self._answer(said), said)
        except Exception as error:
            return self.policy.response(self._failed(said, error), said)

    def _failed(self, said: Asked, error: Exception) -> Reply:
        if isinstance(error, Unchanged):
            return Reply(status=304, etag=error.etag)
        failure = problems.failure_of(error)
        if failure is None:
            log.failure("an answer of the API failed", error, request=said.request)
            failure = problems.broken()
        return failed(failure, said.request, self.desk.clock.now())

    def _answer(self, said: Asked) -> Reply:
        if said.preflight:
            return Reply(status=204)
        if said.segments == ("healthz",) and said.method == "GET":
            return Reply(file=("text/plain", b"ok"))
        path = ours(said.segments)
        found = TABLE.find(said.method, path) if path is not None else None
        if found is None:
            raise _nowhere(path)
        route, ids = found
        endpoint = BY_PLACE[route.method, route.path]
        admitted = None if endpoint.is_open else self.desk.gate.admit(said.presented, said.caller)
        try:
            reply = self._let_in(said, endpoint, ids, admitted)
        except Exception as error:
            reply = self._failed(said, error)
        return replace(reply, headers={**(admitted.headers if admitted else {}), **reply.headers})

    def _let_in(self, said: Asked, endpoint: Endpoint, ids: Mapping[str, str], admitted: Admitted | None) -> Reply:
        things = self.desk.gate.allow(endpoint, ids, admitted)
        by = admitted.origin(endpoint.does, said.caller, said.request) if admitted else _nobody(endpoint, said)
        query, besides = query_of(said, endpoint.query, endpoint.filters)
        body = body_of(said, endpoint.asks) if endpoint.asks is not None else None
        words = {name: ids[name] for name in endpoint.words}
        call = Call(endpoint, admitted, things, words, query, besides, body, by, said.presented, said.known)
        answer = self.answers[endpoint.does]
        if endpoint.method in READS or admitted is None or said.repeat is None:
            return answer(self.desk, call)
        repeats = Repeats(self.desk.people, self.desk.clock)
        return self._once(repeats, said.repeat, said, call, answer, admitted)

    def _once(self, repeats: Repeats, key: str, said: Asked, call: Call, answer: Answer, admitted: Admitted) -> Reply:
        place = "/".join(said.segments)
        repeat = repeats.named(admitted.subject, key, call.endpoint.method, place, said.query, said.body.hex())
        before = repeats.begin(repeat)
        if before is not None:
            status, body = before
            return Reply(file=("application/json", body), status=status, headers={"Idempotency-Replayed": "true"})
        try:
            reply = answer(self.desk, replace(call, repeat=repeat))
        except (Failure, Refusal, Refused, Problem):
            repeats.forget(repeat)
            raise
        repeats.keep(repeat, reply.status, b"" if call.endpoint.once else encode(reply.body))
        return reply


def ours(segments: tuple[str, ...]) -> tuple[str, ...] | None:
    """The path behind /api/v1 in our own words; None: it is none of the API's."""
    if segments[: len(PREFIX)] != PREFIX:
        return None
    path = list(segments[len(PREFIX) :])
    if path:
        path[0] = OTHER_NAMES.get(path[0], path[0])
    if len(path) > 2 and path[0] == "workspaces":
        path[2] = WITHIN.get(path[2], path[2])
    if len(path) > 4 and path[2] == "credentials":
        path[4] = OF_AN_ACCESS.get(path[4], path[4])
    return tuple(path)


def _nowhere(path: tuple[str, ...] | None) -> Failure:
    methods = TABLE.methods(path) if path is not None else []
    if not methods:
        return problems.not_there() if path is not None else problems.elsewhere()
    allowed = ", ".join(sorted({*methods, "OPTIONS", *(("HEAD",) if "GET" in methods else ())}))
    return Failure(405, "method-not-allowed", f"Here is {allowed}.", headers={"Allow": allowed})


def _nobody(endpoint: Endpoint, said: Asked) -> Origin:
    return Origin(
        who="", route=endpoint.does, network=said.caller.network, agent=said.caller.agent, request=said.request
    )
