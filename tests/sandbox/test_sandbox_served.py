"""Over real sockets: keep-alive, levers under /_sandbox, faults that hang up, and the fast server."""

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.bulk_server import Connection
from infra.sandbox.prebuilt import PREBUILT, Prebuilt
from infra.sandbox.serve import Serving
from tests.sandbox.reading import ConstantContact, EmailOctopus, Mailchimp, index, keys
from tests.support.patience import HANG


@pytest.fixture
def served() -> Iterator[tuple[Box[Any], httpx2.Client]]:
    box = create("emailoctopus", limits=False, counts={"lists": 2, "contacts": 30, "campaigns": 2})
    with Serving(box) as url, httpx2.Client(base_url=url, timeout=HANG) as client:
        key = client.post("/_sandbox/credential").json()["api_key"]
        client.headers["Authorization"] = f"Bearer {key}"
        yield box, client


def test_a_full_read_over_one_kept_connection(served: tuple[Box[Any], httpx2.Client]) -> None:
    box, client = served
    read = EmailOctopus(client).read()
    truth = client.get("/_sandbox/truth").json()
    for table, key in keys("emailoctopus").items():
        assert index(read[table], key) == index(truth[table]["present"], key), table
    info = client.get("/lists")
    assert info.http_version == "HTTP/1.1"
    assert "close" not in info.headers.get("connection", "")
    assert client.get("/_sandbox/calls").json()["total"] == box.calls.total > 10


def test_levers(served: tuple[Box[Any], httpx2.Client]) -> None:
    box, client = served
    before = client.get("/_sandbox/truth", params={"table": "emailoctopus_contacts"}).json()
    assert list(before) == ["emailoctopus_contacts"]
    assert client.post("/_sandbox/change", json={"step": 2}).status_code == 200
    after = client.get("/_sandbox/truth", params={"table": "emailoctopus_contacts"}).json()
    assert after != before
    fault = {"match": "GET /lists", "kind": "status", "times": 1, "status": 502, "html": True}
    assert client.post("/_sandbox/faults", json=fault).json()["hits"] == 0
    assert len(client.get("/_sandbox/faults").json()) == 1
    assert [client.get("/lists").status_code for _ in range(2)] == [502, 200]
    client.post("/_sandbox/faults", json=fault)
    client.delete("/_sandbox/faults")
    assert client.get("/lists").status_code == 200
    assert client.post("/_sandbox/faults", json={"kind": "sabotage"}).status_code == 400
    assert client.get("/_sandbox/nothing").status_code == 404
    client.post("/_sandbox/expire-tokens")
    client.post("/_sandbox/revoke")
    assert client.get("/lists").status_code == 401
    client.post("/_sandbox/reset")
    assert client.get("/lists").status_code == 200
    assert box.calls.total == 1
    reset = client.get("/_sandbox/truth", params={"table": "emailoctopus_contacts"}).json()
    assert len(reset["emailoctopus_contacts"]["present"]) == len(before["emailoctopus_contacts"]["present"])


def test_silence_hang_ups_and_half_answers(served: tuple[Box[Any], httpx2.Client]) -> None:
    box, client = served
    box.faults.add("GET /lists", "timeout", seconds=HANG)
    with pytest.raises(httpx2.ReadTimeout):
        client.get("/lists", timeout=0.1)
    box.faults.add("GET /lists", "drop")
    with pytest.raises(httpx2.RemoteProtocolError):
        client.get("/lists")
    box.faults.add("GET /lists", "truncated")
    with pytest.raises(httpx2.RemoteProtocolError):
        client.get("/lists")
    box.reset()
    box.faults.add("GET /lists", "drop")
    with pytest.raises(httpx2.RemoteProtocolError):
        client.get("/lists")
    assert client.get("/lists").status_code == 200


def test_the_consent_form_over_http() -> None:
    with Serving(create("mailchimp", counts={"members": 1, "campaigns": 1})) as url, httpx2.Client() as client:
        back = "http://localhost:9999/back"
        asked = {"response_type": "code", "client_id": "demo-mailchimp", "redirect_uri": back, "state": "zoë"}
        assert "Allow" in client.get(f"{url}/oauth2/authorize", params=asked).text
        answer = client.post(f"{url}/oauth2/authorize", data=asked | {"decision": "allow"})
        assert answer.headers["location"].startswith(f"{back}?code=")
        assert answer.headers["location"].endswith("&state=zo%C3%AB")


class Fast:
    """The fast server on a thread of its own."""

    def __init__(self, hot: Prebuilt) -> None:
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(self.loop.create_server(lambda: Connection(hot), "127.0.0.1", 0))
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(HANG)
        self.server.close()
        self.loop.close()


def open_fast(url: str, path: str = "") -> httpx2.Client:
    given = httpx2.post(f"{url}/_sandbox/credential").json()
    bearer = f"Bearer {given.get('access_token') or given['api_key']}"
    return httpx2.Client(base_url=url + path, headers={"Authorization": bearer}, timeout=HANG)


@pytest.mark.slow
def test_fast_mailchimp_runs_a_whole_read_through() -> None:
    with Fast(PREBUILT["mailchimp"](250, 7)) as url, open_fast(url, "/3.0") as client:
        reader = Mailchimp(client)
        read = reader.read()
        # This reader asks twice, without a status and for archived people; the second is empty.
        assert len(read["mailchimp_list_members"]) == 250
        assert read["mailchimp_campaigns"] == []
        assert len(read["mailchimp_lists"]) == 1
        at = f"/lists/{read['mailchimp_lists'][0]['id']}/members"
        moments = sorted(row["last_changed"] for row in read["mailchimp_list_members"])
        window = {"since_last_changed": moments[99], "before_last_changed": moments[200]}
        found = list(reader.pages(at, "members", **window))
        assert len(found) == sum(moments[99] < moment < moments[200] for moment in moments)
        assert client.get(at, params={"count": 7}).json()["total_items"] == 250


@pytest.mark.slow
def test_fast_constant_contact_runs_a_whole_read_through() -> None:
    with Fast(PREBUILT["constant_contact"](250, 7)) as url, open_fast(url) as client:
        reader = ConstantContact(client)
        read = reader.read("2026-09-03")
        assert len(index(read["constant_contact_contacts"], ("contact_id",))) == 250
        assert read["constant_contact_email_campaigns"] == []
        updated = sorted(row["updated_at"] for row in read["constant_contact_contacts"] if row["updated_at"][-1] == "Z")
        found = list(reader.pages("/v3/contacts", "contacts", status="all", updated_after=updated[-3]))
        assert 0 < len(found) < 10
        assert list(reader.pages("/v3/contacts", "contacts", optout_after="2020-01-01")) == []


def test_fast_emailoctopus_runs_a_whole_read_through() -> None:
    with Fast(PREBUILT["emailoctopus"](250, 7)) as url, open_fast(url) as client:
        read = EmailOctopus(client).read()
        assert len(index(read["emailoctopus_contacts"], ("list_id", "id")[1:])) == 250
        list_id = read["emailoctopus_lists"][0]["id"]
        newest = max(row["last_updated_at"] for row in read["emailoctopus_contacts"])
        found = client.get(f"/lists/{list_id}/contacts", params={"last_updated_at.gte": newest}).json()
        assert found["data"][-1]["last_updated_at"] == newest
        assert found["paging"]["next"] is None


def test_fast_takes_requests_in_pieces_and_in_a_row() -> None:
    hot = PREBUILT["emailoctopus"](3, 7)
    written: list[bytes] = []

    class Wire(asyncio.Transport):
        def writelines(self, list_of_data: Any) -> None:
            written.append(b"".join(bytes(data) for data in list_of_data))

    connection = Connection(hot)
    connection.connection_made(Wire())
    call = b"POST /_sandbox/change HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
    for byte in call + call[:20]:
        connection.data_received(bytes([byte]))
    assert len(written) == 1
    connection.data_received(call[20:] + call)
    assert len(written) == 3
    head, _, body = written[2].partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert json.loads(body) == {"done": "POST change"}
