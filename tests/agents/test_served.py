"""The function itself, in its own process: the protocol's official client gets the number that the API tells."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from infra.local.cloud import Cloud
from infra.local.wiring import within
from shared import model
from shared.audit.entry import Origin
from shared.keys.digests import Digests
from shared.keys.keyring import Keyring
from shared.keys.scopes import OPERATOR, for_kind
from shared.keys.texts import Kind
from shared.model import Workspace, to_doc
from shared.stores.installation import Stores
from tests.agents.test_tools import CLICKS
from tests.api.published import publish

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Stores, Cloud]]:
    with Cloud.start(None, {}, ("api", "console")) as cloud, within(cloud.environment):
        yield Stores.open(cloud.settings), cloud


def test_an_agent_asks_what_a_program_asks(served: tuple[Stores, Cloud]) -> None:
    there, cloud = served
    there.documents.set(model.workspace_path("acme"), to_doc(Workspace("acme", "Acme", currency="EUR")))
    assert there.published is not None
    publish(there.documents, there.published, "acme")
    digests = Digests(there.people, there.vault, there.clock, there.settings.keys_secret)
    ring = Keyring(there.people, digests, there.clock, lambda person, workspace: None)
    by = Origin(who="operator:tests")
    keys = {
        kind: ring.make(by, OPERATOR, kind, "acme", "a program", for_kind(kind), timedelta(days=1))[0]
        for kind in (Kind.API, Kind.MCP)
    }
    here, headers = cloud.addresses["api"], {"Authorization": f"Bearer {keys[Kind.API].reveal()}"}
    said: dict[str, str] = {
        "start_date": "2026-08-01",
        "end_date": "2026-08-31",
        "mart": "ads_by_day",
        "metrics": "clicks",
        "limit": "200",
    }
    told = httpx2.get(f"{here}/api/v1/workspaces/acme/data", params=said, headers=headers, timeout=60).json()
    for mode, version in (("auto", "2026-07-28"), ("legacy", "2025-11-25")):
        assert asyncio.run(asked(f"{here}/mcp", keys[Kind.MCP].reveal(), mode)) == (version, told)
    nobody = httpx2.post(f"{here}/mcp", json={}, timeout=60)
    assert nobody.status_code == 401
    metadata = f"{here}/.well-known/oauth-protected-resource/mcp"
    assert f'resource_metadata="{metadata}"' in nobody.headers["WWW-Authenticate"]
    resource = httpx2.get(metadata, timeout=60).json()
    issuer = resource["authorization_servers"][0]
    there_too = httpx2.get(f"{issuer}/.well-known/oauth-authorization-server", timeout=60).json()
    assert (there_too["issuer"], there_too["protected_resources"]) == (issuer, [f"{here}/mcp"])
    assert resource["resource"] == f"{here}/mcp"
    assert keys[Kind.MCP].reveal() not in cloud.processes["api"].log.read_text()


async def asked(where: str, key: str, mode: str) -> tuple[str, Any]:
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=60) as web,
        Client(streamable_http_client(where, http_client=web), mode=mode) as client,
    ):
        found = await client.call_tool("ask", CLICKS)
        assert found.structured_content is not None
        return str(client.session.protocol_version), found.structured_content["answer"]
