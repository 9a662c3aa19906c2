"""Scripted faults: each does what its name says, to the calls it names, as often as it was told."""

import gzip
import json
import math
from typing import Any

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.faults import Fault
from tests.sandbox.reading import open_client

CC, EO, MC = "https://api.cc.email", "https://api.emailoctopus.com", "https://us19.api.mailchimp.com/3.0"


@pytest.fixture
def box() -> Box[Any]:
    return create("emailoctopus", limits=False, counts={"lists": 2, "contacts": 5, "campaigns": 2})


@pytest.fixture
def client(box: Box[Any]) -> httpx2.Client:
    return open_client(box, EO)


def test_which_calls_and_how_often(box: Box[Any], client: httpx2.Client) -> None:
    box.faults.add("GET /lists", "status", times=2, after=1, status=503)
    assert client.get("/campaigns").status_code == 200
    assert [client.get("/lists").status_code for _ in range(4)] == [200, 503, 503, 200]
    assert box.calls.faults["status"] == 2
    assert box.faults.pending() == []
    box.faults.add("* /*", "status", times=None, status=500)
    assert [client.get("/lists").status_code for _ in range(3)] == [500] * 3
    box.faults.clear()
    assert client.get("/lists").status_code == 200


@pytest.mark.parametrize(
    ("match", "call", "hit"),
    [
        ("GET /3.0/lists", "GET /3.0/lists?count=1", True),
        ("GET /3.0/lists", "GET /3.0/lists/abc/members?", False),
        ("POST /3.0/lists", "GET /3.0/lists?", False),
        ("* /3.0/lists/{id}/members", "GET /3.0/lists/abc/members?", True),
        ("* /3.0/lists/{id}/members", "GET /3.0/lists/a/b/members?", False),
        ("GET /3.0/*", "GET /3.0/lists/abc/members?", True),
        ("GET /3.0/lists?*offset=10*", "GET /3.0/lists?count=1&offset=10", True),
        ("GET /3.0/lists?*offset=10*", "GET /3.0/lists?count=1&offset=20", False),
        ("*", "POST /oauth2/token?", True),
    ],
)
def test_matching(match: str, call: str, hit: bool) -> None:
    line, _, query = call.partition("?")
    method, _, path = line.partition(" ")
    assert Fault(match, "status").matches(method, path, query) is hit


def test_statuses_speak_as_the_platform_or_as_its_edge(box: Box[Any], client: httpx2.Client) -> None:
    box.faults.add("GET /lists", "status", status=429, headers={"Retry-After": "7"})
    box.faults.add("GET /lists", "status", status=403, html=True)
    box.faults.add("GET /lists", "status", status=502, body="")
    limited, edge, empty = (client.get("/lists") for _ in range(3))
    assert limited.headers["retry-after"] == "7"
    assert limited.json()["status"] == 429
    assert limited.json()["type"].endswith("#too-many-requests")
    assert edge.status_code == 403
    assert edge.headers["content-type"].startswith("text/html")
    assert (empty.status_code, empty.content) == (502, b"")


def test_answers_that_are_no_answers(box: Box[Any], client: httpx2.Client) -> None:
    for kind in ("not_json", "error_200", "empty", "redirect", "gzip_bomb"):
        box.faults.add("GET /lists", kind, size=3_000_000)
    page = client.get("/lists")
    assert page.status_code == 200
    assert page.text.startswith("<!doctype html>")
    error = client.get("/lists")
    assert error.status_code == 200
    assert error.json()["title"] == "An error occurred."
    assert client.get("/lists").content == b""
    moved = client.get("/lists")
    assert moved.status_code == 302
    assert moved.headers["location"].startswith("https://attacker.example/")
    with client.stream("GET", "/lists") as bomb:
        packed = b"".join(bomb.iter_raw())
    assert len(packed) < 50_000
    assert len(gzip.decompress(packed)) > 2_900_000


def test_lost_answers_in_process(box: Box[Any], client: httpx2.Client) -> None:
    box.faults.add("GET /lists", "timeout")
    box.faults.add("GET /lists", "drop")
    with pytest.raises(httpx2.ReadTimeout):
        client.get("/lists")
    with pytest.raises(httpx2.RemoteProtocolError):
        client.get("/lists")
    assert client.get("/lists").status_code == 200
    assert box.calls.running == 0


def test_truncated(box: Box[Any], client: httpx2.Client) -> None:
    whole = client.get("/lists").content
    box.faults.add("GET /lists", "truncated")
    half = client.get("/lists")
    assert int(half.headers["content-length"]) == len(whole)
    assert len(half.content) == len(whole) // 2
    with pytest.raises(json.JSONDecodeError):
        half.json()


def test_spoiled_records(box: Box[Any], client: httpx2.Client) -> None:
    def spoiled(kind: Any, **how: Any) -> Any:
        box.faults.add("GET /lists", kind, **how)
        return client.get("/lists").json()

    assert "data" not in spoiled("missing_records")
    renamed = spoiled("renamed_records")
    assert len(renamed["data_v2"]) == 2
    assert "data" not in renamed
    assert all("brand_new_field" in row for row in spoiled("extra_field")["data"])
    assert isinstance(spoiled("retyped_field")["data"][0]["name"], dict)
    assert isinstance(spoiled("retyped_field", field="counts")["data"][0]["counts"], str)
    assert [row["id"] is None for row in spoiled("null_key")["data"]] == [True, False]
    assert math.isnan(spoiled("nan", field="double_opt_in")["data"][0]["double_opt_in"])
    assert len(spoiled("huge_row", size=1_000_000)["data"][0]["huge"]) == 1_000_000
    assert "🦄" in spoiled("odd_text")["data"][0]["name"]
    dates = [row["created_at"][:4] for row in spoiled("extreme_dates")["data"]]
    assert dates == ["0001", "9999"]
    assert client.get("/lists").json()["data"][0]["created_at"][:2] == "20", "the data itself is unharmed"


def test_a_page_for_ever() -> None:
    box = create("emailoctopus", limits=False, counts={"lists": 1, "contacts": 50, "campaigns": 1})
    client = open_client(box, EO)
    at = f"/lists/{next(iter(box.world.lists))['id']}/contacts"
    box.faults.add("GET /lists/{id}/contacts", "repeated_page", times=None)
    first = client.get(at, params={"limit": 5}).json()
    cursor = first["paging"]["next"]["starting_after"]
    assert client.get(at, params={"limit": 5, "starting_after": cursor}).json() == first


@pytest.mark.parametrize(
    ("style", "begin"),
    [
        ("foreign", "https://attacker.example/v3/contacts"),
        ("http", "http://api.cc.email/v3/contacts"),
        ("userinfo", "https://api.cc.email@attacker.example/"),
        ("suffix", "https://api.cc.email.attacker.example/"),
        ("relative", "//attacker.example/"),
        ("port", "https://api.cc.email:8443/"),
    ],
)
def test_hostile_next_links(style: str, begin: str) -> None:
    box = create("constant_contact", limits=False, counts={"contacts": 5, "campaigns": 1})
    box.faults.add("GET /v3/contacts", "hostile_next", style=style)
    body = open_client(box, CC).get("/v3/contacts").json()
    assert body["_links"]["next"]["href"].startswith(begin)


def test_the_token_endpoint_can_fail_too() -> None:
    box = create("constant_contact", limits=False)
    box.faults.add("POST /oauth2/default/v1/token", "status", status=503)
    client = httpx2.Client(transport=httpx2.WSGITransport(app=box.wsgi), base_url=CC)
    form = {"grant_type": "refresh_token", "refresh_token": box.credential()["refresh_token"]}
    auth = ("demo-constant_contact", "demo-constant_contact-secret")
    statuses = [client.post("/oauth2/default/v1/token", data=form, auth=auth).status_code for _ in range(3)]
    assert statuses == [503, 200, 400], "a refusal at the edge does not use the token up"


def test_a_single_body_can_be_spoiled() -> None:
    box = create("mailchimp", limits=False, counts={"members": 1, "campaigns": 1})
    client = open_client(box, MC)
    box.faults.add("GET /3.0/", "missing_records")
    assert client.get("/").json() == {}
    box.faults.add("GET /3.0/", "null_key")
    assert client.get("/").json()["account_id"] is None


def test_unknown_kinds_are_refused(box: Box[Any]) -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        box.faults.add("GET /lists", "sabotage")  # type: ignore[arg-type]
