"""The protocol's official client asks us: in both eras, with a key, and with a token that a person gave it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import msgspec
import pytest
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata
from pydantic import AnyUrl

from shared.keys.codes import Client as Written
from shared.people.agents import let_in
from shared.people.levels import Role
from shared.strangers.fetched import Fetched
from tests.agents.desk import Agency, Handler, Town
from tests.agents.test_tools import CLICKS
from tests.people.house import AGENTS, OPERATOR, House

AGENT, BACK = "https://agent.example/client.json", "https://agent.example/back"
ERAS = [("auto", "2026-07-28"), ("2026-07-28", "2026-07-28"), ("legacy", "2025-11-25")]


def client(town: Town, mode: str, auth: httpx2.Auth | None = None, **headers: str) -> Client:
    web = httpx2.AsyncClient(transport=town, headers=headers, auth=auth)
    return Client(streamable_http_client(AGENTS, http_client=web), mode=mode)


@pytest.mark.parametrize(("mode", "version"), ERAS)
def test_it_finds_and_calls_the_tools_in_both_eras(agency: Agency, key: str, mode: str, version: str) -> None:
    town = Town({"api.example": agency.agents.handle})

    async def visit() -> None:
        async with client(town, mode, Authorization=f"Bearer {key}") as asks:
            assert asks.session.protocol_version == version
            tools = (await asks.list_tools()).tools
            assert [tool.name for tool in tools] == ["what_is_there", "ask", "how_fresh", "why_changed", "campaigns"]
            for tool in tools:
                arguments: dict[str, Any] = CLICKS if tool.name == "ask" else {}
                found = await asks.call_tool(tool.name, arguments)
                assert found.is_error is False, tool.name
                assert found.structured_content is not None
            answer = await asks.call_tool("ask", {**CLICKS, "measures": ["clicks"]})
            assert answer.structured_content is not None
            assert answer.structured_content["answer"]["rows"] == [{"clicks": 31 * 32 // 2}]
            refused = await asks.call_tool("ask", {"mart": "dim_contacts", "dimensions": ["email"]})
            assert refused.is_error is True
            assert refused.structured_content is not None
            assert refused.structured_content["error"]["code"] == "persons"

    asyncio.run(visit())
    assert set(town.asked) == {"POST api.example/mcp"}


class Kept:
    """Tokens of one agent, in memory."""

    def __init__(self) -> None:
        self.tokens: Any = None
        self.client: Any = None

    async def get_tokens(self) -> Any:
        return self.tokens

    async def set_tokens(self, tokens: Any) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> Any:
        return self.client

    async def set_client_info(self, client_info: Any) -> None:
        self.client = client_info


@pytest.mark.parametrize("by_itself", [False, True], ids=["written down", "by its metadata"])
def test_it_finds_the_console_by_itself_and_comes_back_with_a_token_for_this_address(
    tmp_path: Path, by_itself: bool
) -> None:
    house = House()
    agency = Agency(
        tmp_path, house.clock, house.people, house.engine, bus=house.bus, vault=house.vault, objects=house.objects
    )
    agency.workspace()
    metadata = OAuthClientMetadata(
        client_name="Agent", redirect_uris=[AnyUrl(BACK)], token_endpoint_auth_method="none", scope=None
    )
    if by_itself:
        let_in(house.people, house.clock, OPERATOR, Written(AGENT, "", ()))
        told = {"client_id": AGENT, **metadata.model_dump(mode="json", exclude_none=True)}
        house.web[AGENT] = Fetched(200, "application/json", msgspec.json.encode(told))
    else:
        house.client(AGENT, BACK)
    person = house.person("me@agency.example", google="5")
    house.role(person, "acme", Role.VIEWER)
    browser = house.signed_in(person)
    hosts: dict[str, Handler] = {"api.example": agency.agents.handle, "console.example": house.front.handle}
    town, kept, back = Town(hosts), Kept(), list[str]()

    async def decide(address: str) -> None:
        """The person reads the page, and says yes."""
        parts = urlsplit(address)
        assert (parts.netloc, parts.path) == ("console.example", "/authorise")
        assert parse_qs(parts.query)["resource"] == [AGENTS]
        page = browser.open(f"{parts.path}?{parts.query}")
        back.append(browser.press(page, "/authorise", decision="allow", workspace="acme").onward)

    async def come_back() -> AuthorizationCodeResult:
        said = parse_qs(urlsplit(back[-1]).query)
        return AuthorizationCodeResult(code=said["code"][0], state=said["state"][0], iss=said["iss"][0])

    auth = OAuthClientProvider(AGENTS, metadata, kept, decide, come_back, client_metadata_url=AGENT)

    async def visit() -> None:
        async with client(town, "auto", auth) as asks:
            answer = await asks.call_tool("ask", CLICKS)
            assert answer.structured_content is not None
            assert answer.structured_content["answer"]["rows"] == [{"clicks": 31 * 32 // 2}]

    asyncio.run(visit())
    assert "GET api.example/.well-known/oauth-protected-resource/mcp" in town.asked
    assert "GET console.example/.well-known/oauth-authorization-server" in town.asked
    assert not any("register" in asked for asked in town.asked)
    assert house.fetched == ([AGENT] if by_itself else [])
    (entry,) = house.people.find("audit_entries", ("act", "==", "agent.asked"))
    assert entry["who"] == f"person:{person.id}"
    assert agency.ask("GET", "/auth/profile", kept.tokens.access_token).status == 401  # and it opens nothing else
