"""What an agent sends, understood: one message of JSON-RPC, of one of two eras of the Model Context Protocol.

Since revision 2026-07-28 each message says by itself which revision it is of, and headers say the same once more for
whoever stands between. Older ones begin with `initialize`. Neither needs a session, so none is kept.
https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http (2026-11)
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

MODERN = ("2026-07-28",)
OLDER = ("2025-11-25", "2025-06-18")  # the newest first
SUPPORTED = (*MODERN, *OLDER)
VERSION, CAPABILITIES = "io.modelcontextprotocol/protocolVersion", "io.modelcontextprotocol/clientCapabilities"
HEADERS = ("MCP-Protocol-Version", "Mcp-Method", "Mcp-Name")  # those that repeat what a message says
NAMED = {"tools/call": "name"}  # method → which parameter the header Mcp-Name repeats
PARSE, INVALID, UNKNOWN_METHOD, BAD_PARAMETERS, BROKEN = -32700, -32600, -32601, -32602, -32603
MISMATCH, UNSUPPORTED = -32020, -32022
_ENCODED = ("=?base64?", "?=")


class Era(StrEnum):
    MODERN = "modern"
    OLDER = "older"


class Wrong(Exception):
    """Not a message that can be answered: what JSON-RPC and HTTP say of it."""

    def __init__(
        self,
        code: int,
        sentence: str,
        status: int = 400,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code, self.sentence, self.status = code, sentence, status
        self.data, self.headers = dict(data or {}), dict(headers or {})
        self.id: str | int | None = None  # of the message, once it is known


@dataclass(frozen=True, slots=True)
class Message:
    era: Era
    method: str
    id: str | int | None  # None: a notification, which has no answer
    params: Mapping[str, Any] = field(default_factory=dict)


def understood(body: bytes, headers: Mapping[str, str]) -> Message:
    """Raises Wrong, which names the message as soon as it has a name."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Wrong(PARSE, "This is not JSON.") from None
    if not isinstance(said, dict):
        raise Wrong(INVALID, "One message is one JSON object; several at once are not answered.")
    id_, method, params = said.get("id"), said.get("method"), said.get("params", {})
    try:
        if said.get("jsonrpc") != "2.0" or not isinstance(method, str) or not isinstance(params, dict):
            raise Wrong(INVALID, "This is no request of JSON-RPC 2.0.")
        if "id" not in said:
            return _notification(method, params)
        if not isinstance(id_, str | int) or isinstance(id_, bool):
            id_ = None
            raise Wrong(INVALID, "The id of a request is a text or a whole number.")
        return Message(_era(method, params, headers), method, id_, params)
    except Wrong as wrong:
        wrong.id = id_
        raise


def _notification(method: str, params: Mapping[str, Any]) -> Message:
    if not method.startswith("notifications/"):
        raise Wrong(INVALID, "A request has an id.")
    return Message(Era.OLDER, method, None, params)


def _era(method: str, params: Mapping[str, Any], headers: Mapping[str, str]) -> Era:
    meta, header = params.get("_meta", {}), headers.get("MCP-Protocol-Version", "")
    if not isinstance(meta, dict):
        raise Wrong(BAD_PARAMETERS, "_meta is an object.")
    if VERSION in meta:
        return _modern(method, params, meta, headers)
    if header in MODERN:
        raise Wrong(BAD_PARAMETERS, f"A request of {header} says so in _meta, too: {VERSION}.")
    if method == "initialize":
        return Era.OLDER
    if not header:
        raise Wrong(MISMATCH, "The header MCP-Protocol-Version is missing.")
    if header not in OLDER:
        raise _unsupported(header)
    return Era.OLDER


def _modern(method: str, params: Mapping[str, Any], meta: Mapping[str, Any], headers: Mapping[str, str]) -> Era:
    version = meta[VERSION]
    if not isinstance(version, str):
        raise Wrong(BAD_PARAMETERS, f"{VERSION} is a text.")
    _same("MCP-Protocol-Version", headers, version)
    if version not in MODERN:
        raise _unsupported(version)
    _same("Mcp-Method", headers, method)
    if method in NAMED:
        _same("Mcp-Name", headers, params.get(NAMED[method]))
    if not isinstance(meta.get(CAPABILITIES), dict):
        raise Wrong(BAD_PARAMETERS, f"_meta lacks {CAPABILITIES}.")
    return Era.MODERN


def _same(header: str, headers: Mapping[str, str], value: Any) -> None:
    """Whoever stands between reads the header, and we the message: both must be told the same."""
    if header not in headers:
        raise Wrong(MISMATCH, f"The header {header} is missing.")
    if _decoded(headers[header]) != value:
        raise Wrong(MISMATCH, f"The header {header} says something else than the message.")


def _decoded(value: str) -> str | None:
    """Texts that do not fit into a header are in Base64."""
    begin, end = _ENCODED
    if not (value.startswith(begin) and value.endswith(end)):
        return value
    try:
        return base64.b64decode(value[len(begin) : -len(end)], validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def _unsupported(version: str) -> Wrong:
    data = {"supported": list(SUPPORTED), "requested": version[:64]}
    return Wrong(UNSUPPORTED, "Unsupported protocol version", data=data)
