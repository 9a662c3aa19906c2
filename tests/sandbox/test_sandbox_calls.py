"""POST calls, the ways a credential is carried, signed addresses; faults and spoiled records of them."""

import json

import pytest

from infra.sandbox.bulk_server import Connection
from infra.sandbox.prebuilt import Prebuilt
from tests.sandbox.reading import Time
from tests.sandbox.tiny import HOST, KEY, client, tiny, token_headers


def test_a_handler_sees_method_body_form_headers_and_credential() -> None:
    caller = client(tiny())
    said = caller.post("/v1/echo", json={"query": ["a", 1]}, headers={"X-Own": "yes"})
    assert said.headers["x-usage"] == "12"
    body = said.json()
    assert body["json"] == {"query": ["a", 1]}
    assert (body["header"], body["by"], body["method"], body["scopes"]) == ("yes", KEY, "POST", ["*"])
    assert caller.post("/v1/echo", data={"level": "ad"}).json()["form"] == {"level": "ad"}
    vendor = {"Content-Type": "application/vnd.tiny.v3+json"}
    assert caller.post("/v1/echo", content=b'{"a":1}', headers=vendor).json()["json"] == {"a": 1}
    assert caller.get("/v1/echo").json()["json"] is None
    bad = caller.post("/v1/echo", content=b"{", headers=vendor)
    assert (bad.status_code, bad.json()["reason"]) == (400, "invalid")


def test_one_address_two_methods() -> None:
    box = tiny()
    caller = client(box)
    assert caller.delete("/v1/1/ads").json() == {"method": "DELETE"}
    assert len(caller.post("/v1/1/ads", json={"first": 1}).json()["data"]["ads"]["edges"]) == 4
    assert caller.get("/v1/1/ads").status_code == 405
    assert len(caller.post("/v1/2/ads:search").json()["results"]) == 4
    assert box.calls.routes["DELETE /v1/{account}/ads"] == 1
    assert box.calls.routes["POST /v1/{account}/ads:search"] == 1


def test_credentials_in_their_places_only() -> None:
    box = tiny()
    token = box.credential()["access_token"]
    app = {"X-App": "demo-tiny"}

    def status(**headers: str) -> int:
        return client(box, **headers).get("/v1/echo").status_code

    assert status(Authorization=f"Tiny-Key {KEY}") == 200
    assert status(**{"X-Tiny-Token": KEY}) == 200
    assert status(**token_headers(box, token)) == 200
    assert status(**app, **{"X-Tiny-Token": token}) == 200
    assert status(Authorization=f"Bearer {KEY}") == 401, "a key is no token"
    assert status(**app, Authorization=f"Tiny-Key {token}") == 401, "a token is no key"
    assert status(**app, Authorization=token) == 401
    assert status(**{"X-Tiny-Token": f"Bearer {token}"}, **app) == 401
    assert status(Authorization=f"Bearer {token}") == 401, "the app must name itself"
    assert status(Authorization=f"Bearer {token}", **{"X-App": "another"}) == 401


def test_a_key_for_less_than_everything() -> None:
    box = tiny()
    caller = client(box, Authorization=f"Tiny-Key {box.grants.key(['read'])}")
    assert caller.post("/v1/1/ads:search").status_code == 200
    refused = caller.post("/v1/1/reports", json={})
    assert (refused.status_code, refused.json()["field"]) == (403, "report")


def test_tokens_derived_from_a_person_s_die_with_the_grant() -> None:
    box = tiny()
    person = client(box, **token_headers(box, box.credential()["access_token"]))
    page = person.get("/v1/page").json()
    assert (page["subject"], page["is"]) == ("page/7", "")
    assert person.get("/v1/page").json()["token"] == page["token"]
    theirs = client(box, **token_headers(box, page["token"]))
    assert theirs.get("/v1/page").json()["is"] == "page/7"
    box.expire_access_tokens()
    assert person.get("/v1/echo").status_code == 401
    assert theirs.get("/v1/echo").status_code == 200, "it has no end of its own"
    assert box.grants.withdraw(page["token"])
    assert theirs.get("/v1/echo").status_code == 401


def test_faults_of_posts() -> None:
    box = tiny()
    caller = client(box)
    box.faults.add("POST /v1/1/ads:search", "status", status=503)
    box.faults.add("POST /v1/echo", "status", status=500, holding='"campaigns"', times=None)
    assert [caller.post("/v1/1/ads:search").status_code for _ in range(2)] == [503, 200]
    assert caller.get("/v1/echo").status_code == 200
    assert caller.post("/v1/echo", json={"of": "ads"}).status_code == 200
    assert caller.post("/v1/echo", json={"of": "campaigns"}).status_code == 500


def test_spoiled_records_of_a_post_below_a_path() -> None:
    box = tiny()
    caller = client(box)

    def spoiled(kind: str, **how: object) -> list[dict[str, dict[str, dict[str, object]]]] | None:
        box.faults.add("POST /v1/1/ads", kind, **how)  # type: ignore[arg-type]
        found = caller.post("/v1/1/ads", json={"first": 1}).json()["data"]["ads"].get("edges")
        return found if found is None else list(found)

    assert spoiled("missing_records") is None
    nulled = spoiled("null_key")
    assert nulled is not None
    assert [edge["node"]["ad"]["id"] for edge in nulled] == [None, "101", "102", "103"]
    odd = spoiled("extra_field")
    assert odd is not None
    assert all("brand_new_field" in edge["node"] for edge in odd)
    box.faults.add("POST /v1/1/ads", "renamed_records")
    renamed = caller.post("/v1/1/ads", json={"first": 1}).json()["data"]["ads"]
    assert len(renamed["edges_v2"]) == 4
    assert "edges" not in renamed


def test_signed_addresses_want_no_credential_and_end() -> None:
    time = Time()
    box = tiny(time)
    caller, anybody = client(box), client(box, accept="*/*")
    made = caller.post("/v1/1/reports", json={"of": "ads"}).json()["reportId"]
    for _ in range(3):
        told = caller.get(f"/v1/1/reports/{made}").json()
    url = told["url"].removeprefix(HOST)
    file = anybody.get(url)
    assert (file.status_code, file.headers["content-type"]) == (200, "application/octet-stream")
    assert file.content[:2] == b"\x1f\x8b"
    for headers in ({"Authorization": "Bearer any"}, {"X-Tiny-Token": KEY}, {"Authorization": f"Tiny-Key {KEY}"}):
        refused = client(box, **headers).get(url)
        assert (refused.status_code, refused.headers["content-type"]) == (400, "application/xml")
    assert anybody.get(url.replace("signature=", "signature=0")).status_code == 403
    assert anybody.get(url.replace("expires=", "expires=9")).status_code == 403, "the end is signed, too"
    box.faults.add("GET /files/*", "truncated")
    assert len(anybody.get(url).content) == len(file.content) // 2
    time.move(seconds=600)
    assert anybody.get(url).status_code == 403
    fresh = caller.get(f"/v1/1/reports/{made}").json()["url"].removeprefix(HOST)
    assert anybody.get(fresh).content == file.content


def test_the_fast_server_takes_posts() -> None:
    written: list[bytes] = []

    class Wire:
        def writelines(self, parts: list[bytes]) -> None:
            written.append(b"".join(bytes(part) for part in parts))

    box = tiny()
    hot = Prebuilt(box, posted=lambda path, body: [b'{"hot":', body, b"}"] if path == "/v1/hot" else None)
    connection = Connection(hot)
    connection.transport = Wire()  # type: ignore[assignment]
    auth = f"Authorization: Tiny-Key {KEY}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"
    for path in ("/v1/hot", "/v1/echo"):
        connection.data_received(f"POST {path} HTTP/1.1\r\n{auth}".encode())
    hot_body, cold_body = (json.loads(each.partition(b"\r\n\r\n")[2]) for each in written)
    assert hot_body == {"hot": []}
    assert (cold_body["json"], cold_body["method"]) == ([], "POST")


@pytest.mark.parametrize("body", [b"null", b""])
def test_no_body_is_no_json(body: bytes) -> None:
    said = client(tiny()).post("/v1/echo", content=body, headers={"Content-Type": "application/json"})
    assert said.json()["json"] is None
