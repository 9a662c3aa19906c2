"""The function itself, in its own process, with the stand-ins for Google's services: from a key to a number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest

from infra.local.cloud import Cloud
from infra.local.wiring import within
from shared import model
from shared.audit.entry import Origin
from shared.keys.digests import Digests
from shared.keys.keyring import Keyring
from shared.keys.scopes import OPERATOR, for_kind
from shared.keys.texts import Kind
from shared.model import Connection, Run, Workspace, to_doc
from shared.states import Reason, RunState
from shared.stores.installation import Stores
from tests.api.published import DAYS, publish

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stores() -> Iterator[tuple[Stores, Cloud]]:
    with Cloud.start(None, {}, ("api",)) as cloud, within(cloud.environment):
        yield Stores.open(cloud.settings), cloud


def test_from_a_key_to_a_number_and_a_sync(stores: tuple[Stores, Cloud]) -> None:
    there, cloud = stores
    there.documents.set(model.workspace_path("acme"), to_doc(Workspace("acme", "Acme", currency="EUR")))
    connection = Connection("acme-1", "acme", "mailchimp", "111", "Account")
    there.documents.set(model.path("acme", "connections", connection.id), to_doc(connection))
    assert there.published is not None
    publish(there.documents, there.published, "acme")
    digests = Digests(there.people, there.vault, there.clock, there.settings.keys_secret)
    ring = Keyring(there.people, digests, there.clock, lambda person, workspace: None)
    by, scopes = Origin(who="operator:tests"), for_kind(Kind.API)
    secret, _ = ring.make(by, OPERATOR, Kind.API, "acme", "a program", scopes, timedelta(days=1))
    headers = {"Authorization": f"Bearer {secret.reveal()}", "Idempotency-Key": "the-very-same"}
    with httpx2.Client(base_url=f"{cloud.addresses['api']}/api/v1", headers=headers, timeout=60) as client:
        assert client.get("/health").json()["status"] == "ok"
        assert client.get("/workspaces/another").status_code == 404
        said = {"start_date": "2026-08-01", "end_date": "2026-08-31", "metrics": "clicks"}
        told = client.get("/workspaces/acme/data", params=said)
        assert told.json()["rows"] == [{"clicks": DAYS * (DAYS + 1) // 2}]
        again = client.get("/workspaces/acme/data", params=said, headers={"If-None-Match": told.headers["ETag"]})
        assert again.status_code == 304
        asked = [client.post("/workspaces/acme/data-sources/acme-1/extract", json={}) for _ in range(2)]
        assert [each.status_code for each in asked] == [202, 202]
        assert asked[0].json() == asked[1].json()
        audit = client.get("/workspaces/acme/audit", params={"act": "sync"})
        assert {each["act"] for each in audit.json()["entries"]} == {"sync.asked"}
        assert secret.reveal() not in audit.text
        asks = {"Origin": "https://board.example", "Access-Control-Request-Method": "GET"}
        assert client.options("/health", headers=asks).status_code == 204
        assert client.put("/workspaces/acme").headers["Allow"] == "GET, HEAD, OPTIONS, PATCH"
        assert client.get("/openapi.json").json()["servers"] == [{"url": f"{cloud.addresses['api']}/api/v1"}]
        assert "<h1>Tributary API</h1>" in client.get("/docs").text
        over = Run("over", "acme", "acme-1", "mailchimp", Reason.OPERATOR, RunState.COMPLETED)
        moments = {"started_at": there.clock.now(), "finished_at": there.clock.now()}
        there.documents.set(model.path("acme", "runs", "over"), {**to_doc(over), **moments})
        events = client.get("/workspaces/acme/runs/over/events")
        assert events.headers["Content-Type"].startswith("text/event-stream")
        assert events.text.endswith("event: end\ndata: {}\n\n")
    assert secret.reveal() not in cloud.processes["api"].log.read_text()
