"""Where what an agent sends becomes an answer: from here, let in, understood, answered, written down.

The order is the security: no page of others, no look; no key, no word; no message that is whole, no act; no scope, no
tool; no thing of this workspace, no answer; no entry in the audit, no answer either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request, Response
from werkzeug.exceptions import HTTPException

from shared import log
from shared.agents import telling
from shared.agents.gate import WELL_KNOWN, Gate
from shared.agents.message import (
    BAD_PARAMETERS,
    BROKEN,
    HEADERS,
    INVALID,
    OLDER,
    SUPPORTED,
    UNKNOWN_METHOD,
    Era,
    Message,
    Wrong,
    understood,
)
from shared.agents.tools import BY_NAME, DATA, Tool, listed
from shared.api import problems
from shared.api.desk import Call, Desk
from shared.api.openapi import VERSION
from shared.api.wire import JSON, Asked, Policy, Reply, asked, encode
from shared.audit.entry import Outcome
from shared.audit.record import record
from shared.errors import Later
from shared.keys.admission import Admitted
from shared.questions.refusal import Refusal

SERVER = {"name": "tributary", "title": "Tributary", "version": VERSION}
SERVER_INFO = "io.modelcontextprotocol/serverInfo"
CAPABILITIES: Mapping[str, Any] = {"tools": {}}
INSTRUCTIONS = (
    "Marketing data of one workspace: ads, mail, web, shops, social. Begin with what_is_there, then ask. Every answer"
    f" says what is left out, as of when it is and until when it is proved; pass that on. {DATA}"
)
SAME_FOR_ALL = {"ttlMs": 3_600_000, "cacheScope": "public"}  # of what tells of us, and nothing of anybody's data
MCP, WELL_KNOWN_PATHS = "/mcp", (WELL_KNOWN, f"{WELL_KNOWN}/mcp")
CORS_ASKS = "Authorization, Content-Type, MCP-Protocol-Version, Mcp-Method, Mcp-Name"
CORS_SHOWS = "WWW-Authenticate, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id"


@dataclass(frozen=True)
class Front:
    desk: Desk
    gate: Gate
    policy: Policy
    hops: int = 1

    def serves(self, path: str) -> bool:
        return path.rstrip("/") in (MCP, *WELL_KNOWN_PATHS)

    def handle(self, request: Request) -> Response:
        said = Asked("POST", ())
        try:
            said = asked(request, self.hops)
            if request.path.rstrip("/") in WELL_KNOWN_PATHS:
                return self.policy.response(self._metadata(said), said)
            reply = self._answer(said, {name: request.headers[name] for name in HEADERS if name in request.headers})
        except Wrong as wrong:
            reply = _wrong(wrong)
        except HTTPException as error:
            reply = _wrong(Wrong(INVALID, "This cannot be read, or is too large.", error.code or 400))
        except Exception as error:
            log.failure("an answer to an agent failed", error, request=said.request)
            reply = _wrong(Wrong(BROKEN, "Something went wrong here. It was written down; try again.", 500))
        return self.policy.response(reply, said)

    def _metadata(self, said: Asked) -> Reply:
        if said.method != "GET":
            return Reply(status=405, headers={"Allow": "GET, HEAD"})
        return Reply(self.gate.metadata())

    def _answer(self, said: Asked, headers: Mapping[str, str]) -> Reply:
        """The answer as HTTP. A page of others is refused before anything is looked at (DNS rebinding)."""
        if said.origin and said.origin not in (*self.policy.origins, self.gate.address.removesuffix(MCP)):
            raise Wrong(403, "Nothing is answered to this page.", 403)
        if said.preflight:
            return Reply(status=204, headers={"Access-Control-Allow-Headers": CORS_ASKS})
        if said.method != "POST":
            raise Wrong(INVALID, "Here is POST; there are no streams and no sessions.", 405, headers={"Allow": "POST"})
        admitted = self.gate.admit(said.presented, said.caller)
        shown = {"Access-Control-Expose-Headers": CORS_SHOWS} if said.origin else {}
        try:
            reply = self._understood(said, headers, admitted)
        except Wrong as wrong:
            reply = _wrong(wrong)
        return Reply(file=reply.file, status=reply.status, headers={**admitted.headers, **shown, **reply.headers})

    def _understood(self, said: Asked, headers: Mapping[str, str], admitted: Admitted) -> Reply:
        if said.kind != JSON:
            raise Wrong(INVALID, "A message is JSON: Content-Type: application/json.", 415)
        message = understood(said.body, headers)
        if message.id is None:
            return Reply(status=202)
        try:
            result = self._method(message)(message, said, admitted)
        except Wrong as wrong:
            wrong.id = message.id
            if message.era is Era.OLDER and wrong.status < 401:
                wrong.status = 200  # as those clients know it: an error is an answer, too
            raise
        except Exception as error:
            log.failure("a message of an agent failed", error, request=said.request)
            broken = Wrong(BROKEN, "Something went wrong here. It was written down; try again.", 500)
            broken.id = message.id
            raise broken from None
        if message.era is Era.MODERN:
            result = {"resultType": "complete", **result, "_meta": {SERVER_INFO: SERVER}}
        return Reply(file=(JSON, encode({"jsonrpc": "2.0", "id": message.id, "result": result})))

    # -- the methods -----------------------------------------------------------------------------------

    def _method(self, message: Message) -> Callable[[Message, Asked, Admitted], dict[str, Any]]:
        both = {"tools/list": self._list, "tools/call": self._call}
        modern, older = {"server/discover": self._discover}, {"initialize": self._initialize, "ping": self._ping}
        found = (both | (modern if message.era is Era.MODERN else older)).get(message.method)
        if found is None:
            raise Wrong(
                UNKNOWN_METHOD, f"Method not found: {message.method[:64]}", 404 if message.era is Era.MODERN else 400
            )
        return found

    def _discover(self, *_: Any) -> dict[str, Any]:
        return {
            "supportedVersions": list(SUPPORTED),
            "capabilities": CAPABILITIES,
            "instructions": INSTRUCTIONS,
            **SAME_FOR_ALL,
        }

    def _initialize(self, message: Message, *_: Any) -> dict[str, Any]:
        """A version that we do not know is answered with the newest one that begins like this."""
        wanted = message.params.get("protocolVersion")
        if not isinstance(wanted, str):
            raise Wrong(BAD_PARAMETERS, "Say a protocolVersion.")
        return {
            "protocolVersion": wanted if wanted in OLDER else OLDER[0],
            "capabilities": CAPABILITIES,
            "serverInfo": SERVER,
            "instructions": INSTRUCTIONS,
        }

    def _ping(self, *_: Any) -> dict[str, Any]:
        return {}

    def _list(self, message: Message, *_: Any) -> dict[str, Any]:
        if message.params.get("cursor") is not None:
            raise Wrong(BAD_PARAMETERS, "The list has one page.")
        return {"tools": listed(), **(SAME_FOR_ALL if message.era is Era.MODERN else {})}

    def _call(self, message: Message, said: Asked, admitted: Admitted) -> dict[str, Any]:
        name, arguments = message.params.get("name"), message.params.get("arguments", {})
        tool = BY_NAME.get(name) if isinstance(name, str) else None
        if tool is None:
            raise Wrong(BAD_PARAMETERS, f"Unknown tool: {str(name)[:64]}")
        if not isinstance(arguments, dict):
            raise Wrong(BAD_PARAMETERS, "The arguments of a tool are an object.")
        if not admitted.may(tool.scope):
            raise self.gate.lacks(tool.scope)
        try:
            result, why = telling.result(self._told(tool, arguments, said, admitted)), ""
        except Exception as error:
            failure = problems.failure_of(error)
            if failure is None:
                raise
            instead = error.question if isinstance(error, Refusal) else None
            result, why = telling.refusal(failure, instead), failure.code
        return self._written(tool, said, admitted, result, why)

    def _told(self, tool: Tool, arguments: Mapping[str, Any], said: Asked, admitted: Admitted) -> telling.Told:
        wanted = tool.read(arguments)
        named = tool.named(wanted)
        endpoint = tool.endpoint(named)
        things = self.desk.gate.allow(endpoint, named, admitted)
        by = admitted.origin(endpoint.does, said.caller, said.request)
        return tool.answer(self.desk, Call(endpoint, admitted, things, {}, None, {}, wanted, by))

    def _written(self, tool: Tool, said: Asked, admitted: Admitted, result: dict[str, Any], why: str) -> dict[str, Any]:
        """What an agent did for somebody can be read afterwards; and nothing leaves that was not written down."""
        by = admitted.origin(f"mcp.{tool.name}", said.caller, said.request)
        outcome, details = (Outcome.REFUSED, {"why": why}) if why else (Outcome.DONE, {})
        entry = by.entry(self.desk.clock.now(), "agent.asked", tool.name, admitted.workspace, outcome, **details)
        try:
            record(self.desk.people, entry)
        except Later as later:
            return telling.refusal(problems.of_problem(later))
        return result


def _wrong(wrong: Wrong) -> Reply:
    """An error that belongs to no message has no id."""
    error = {"code": wrong.code, "message": wrong.sentence, **({"data": wrong.data} if wrong.data else {})}
    id_ = {} if wrong.id is None else {"id": wrong.id}
    return Reply(
        file=(JSON, encode({"jsonrpc": "2.0", **id_, "error": error})), status=wrong.status, headers=wrong.headers
    )
