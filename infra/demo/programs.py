"""The API and `/mcp` as doors: each asked in its own words, page by page, by a client that knows nothing of ours but
what is documented (docs/api.md, docs/agents.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import httpx2
import msgspec
import orjson

from infra.admin.keys import by_operator, keyring
from infra.demo.doors import Door, Kinds, Told
from shared.keys.scopes import OPERATOR, Scope
from shared.keys.texts import Kind
from shared.questions.question import Grain, Question
from shared.stores.installation import Stores

Said = Mapping[str, Any]
Send = Callable[[Said], Said]  # what is asked → what is answered
API, AGENTS = "API", "/mcp"
PAGE = {API: 10_000, AGENTS: 2_000}  # rows at most
REVISION = "2026-07-28"
HOURS = timedelta(hours=1)
_AGGREGATION = {
    Grain.NONE: "none",
    Grain.DAY: "daily",
    Grain.WEEK: "weekly",
    Grain.MONTH: "monthly",
    Grain.QUARTER: "quarterly",
}


class NotAnswered(Exception):
    """A door was asked and told no rows; the text has what it said instead."""


def by_program(send: Send) -> Door:
    """`POST data/query`."""

    def tell(question: Question, _: Kinds) -> Iterator[tuple[str, Told]]:
        yield API, _paged(lambda page: send({**in_words_of_the_api(question), "limit": PAGE[API], **page}))

    return tell


def by_agent(call: Send) -> Door:
    """The tool `ask`."""

    def tell(question: Question, _: Kinds) -> Iterator[tuple[str, Told]]:
        asked = msgspec.to_builtins(question)

        def told(page: Said) -> Said:
            result = call({"name": "ask", "arguments": {**asked, "limit": PAGE[AGENTS], **page}})
            if result["isError"]:
                raise NotAnswered(f"{AGENTS}: {result['structuredContent']['error']['message']}")
            answer: Said = result["structuredContent"]["answer"]
            return answer

        yield AGENTS, _paged(told)

    return tell


def in_words_of_the_api(question: Question) -> dict[str, Any]:
    said = msgspec.to_builtins(question)
    days = said.get("days", {})
    named = {"measures": "metrics", "order": "sort"}
    return {
        **{named.get(name, name): value for name, value in said.items() if name not in ("days", "grain", "limit")},
        "date_range": {
            name: days[ours]
            for name, ours in (("start_date", "from"), ("end_date", "until"), ("period", "period"))
            if ours in days
        },
        "aggregation": _AGGREGATION[question.grain],
    }


def _paged(ask: Callable[[Said], Said]) -> Told:
    answer = ask({})
    rows = list(answer["rows"])
    while answer["next"]:
        answer = ask({"cursor": answer["next"]})
        rows += answer["rows"]
    if answer["rows_left_out"]:
        raise NotAnswered(f"{answer['rows_left_out']:,} rows were left out, and nothing says where they are")
    return rows


# -- of the running function ---------------------------------------------------------------------------


def api(stores: Stores, workspace: str, address: str) -> Send:
    """With a key that was made for it."""
    key = _key(stores, workspace, Kind.API)
    where = f"{address}/api/v1/workspaces/{workspace}/data/query"
    return lambda said: _answer(where, key, said)


def agents(stores: Stores, workspace: str, address: str) -> Send:
    """The protocol in its newest revision, as far as it takes to call a tool."""
    key = _key(stores, workspace, Kind.MCP)
    prefix = "io.modelcontextprotocol"
    meta = {f"{prefix}/protocolVersion": REVISION, f"{prefix}/clientCapabilities": {}}

    def call(params: Said) -> Said:
        headers = {"MCP-Protocol-Version": REVISION, "Mcp-Method": "tools/call", "Mcp-Name": params["name"]}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {**params, "_meta": meta}}
        result: Said = _answer(f"{address}{AGENTS}", key, message, headers)["result"]
        return result

    return call


def _key(stores: Stores, workspace: str, kind: Kind) -> str:
    secret, _ = keyring(stores).make(
        by_operator(), OPERATOR, kind, workspace, "demonstration", [Scope.DATA_READ], HOURS
    )
    return secret.reveal()


def _answer(where: str, key: str, said: Said, headers: Mapping[str, str] | None = None) -> Said:
    sent = {"Authorization": f"Bearer {key}", **(headers or {})}
    answer = httpx2.post(where, json=said, headers=sent, timeout=60)
    told: Said = orjson.loads(answer.content)
    if not answer.is_success:
        raise NotAnswered(f"{where} answered {answer.status_code}: {told.get('error')}")
    return told
