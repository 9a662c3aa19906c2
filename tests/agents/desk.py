"""/mcp with everything around it in memory, as an agent comes there: by hand, or by the protocol's own client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import msgspec
from flask import Request, Response
from werkzeug.test import EnvironBuilder

from shared.agents.front import Front
from shared.agents.gate import Gate
from shared.agents.message import CAPABILITIES, VERSION
from shared.api.wire import Policy
from shared.keys.scopes import OPERATOR, for_kind
from shared.keys.texts import Kind
from tests.api.service import BY, HERE, PAGE, Service
from tests.people.house import AGENTS
from tests.people.house import HERE as CONSOLE

MODERN, OLDER = "2026-07-28", "2025-11-25"
Handler = Callable[[Request], Response]


class Agency(Service):
    """The API's service with the door for agents beside it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        gate = Gate(self.door, self.tokens, AGENTS, CONSOLE)
        self.agents = Front(self.desk, gate, Policy(secure=True, origins=frozenset({PAGE})))

    def agent_key(self, workspace: str = "acme", *scopes: str, maker: str = OPERATOR) -> str:
        wanted = scopes or tuple(for_kind(Kind.MCP))
        secret, _ = self.keyring.make(BY, maker, Kind.MCP, workspace, "an agent", wanted, timedelta(days=30))
        return secret.reveal()

    def send(self, message: Any, key: str = "", method: str = "POST", where: str = "/mcp", **headers: str) -> Response:
        """`message`: bytes go as they are. Names of headers have _ for -."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = said.pop("Content-Type", "application/json")
        if key:
            said["Authorization"] = f"Bearer {key}"
        body = message if isinstance(message, bytes) else msgspec.json.encode(message) if message is not None else b""
        builder = EnvironBuilder(
            path=where, base_url=HERE, method=method, data=body, content_type=kind, headers=list(said.items())
        )
        try:
            return self.agents.handle(Request(builder.get_environ()))
        finally:
            builder.close()

    def modern(self, key: str, method: str, params: Mapping[str, Any] | None = None, **headers: str) -> Response:
        meta = {VERSION: MODERN, CAPABILITIES: {}}
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**(params or {}), "_meta": meta}}
        name = {"Mcp_Name": params["name"]} if params and "name" in params else {}
        usual = {"MCP_Protocol_Version": MODERN, "Mcp_Method": method, **name}
        return self.send(message, key, **{**usual, **headers})

    def older(self, key: str, method: str, params: Mapping[str, Any] | None = None, **headers: str) -> Response:
        message = {"jsonrpc": "2.0", "id": "one", "method": method, "params": params or {}}
        return self.send(message, key, **{"MCP_Protocol_Version": OLDER, **headers})

    def call(self, key: str, tool: str, **arguments: Any) -> dict[str, Any]:
        answer = self.modern(key, "tools/call", {"name": tool, "arguments": arguments})
        assert answer.status_code == 200, answer.get_data()
        result: dict[str, Any] = said(answer)["result"]
        return result

    def told(self, key: str, tool: str, **arguments: Any) -> dict[str, Any]:
        result = self.call(key, tool, **arguments)
        assert result["isError"] is False, result
        content: dict[str, Any] = result["structuredContent"]
        return content

    def refused(self, key: str, tool: str, **arguments: Any) -> dict[str, Any]:
        result = self.call(key, tool, **arguments)
        assert result["isError"] is True, result
        error: dict[str, Any] = result["structuredContent"]["error"]
        return error


def said(answer: Response) -> Any:
    return msgspec.json.decode(answer.get_data())


class Town(httpx2.AsyncBaseTransport):
    """Hosts of which each is one of our functions, in memory."""

    def __init__(self, hosts: Mapping[str, Handler]) -> None:
        self.hosts = hosts
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(f"{request.method} {request.url.host}{request.url.path}")
        builder = EnvironBuilder(
            path=request.url.path,
            query_string=request.url.query.decode(),
            base_url=f"https://{request.url.host}",
            method=request.method,
            data=await request.aread(),
            headers=[(name, value) for name, value in request.headers.items() if name != "content-length"],
        )
        try:
            answer = self.hosts[request.url.host](Request(builder.get_environ()))
        finally:
            builder.close()
        return httpx2.Response(answer.status_code, headers=list(answer.headers.items()), content=answer.get_data())


def made(folder: Path) -> Agency:
    agency = Agency(folder)
    agency.workspace()
    return agency
