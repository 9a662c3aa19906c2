"""The protocol, message by message: both eras, and everything that is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.agents.message import CAPABILITIES, VERSION
from tests.agents.desk import MODERN, OLDER, Agency, said
from tests.api.service import HERE, PAGE

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


def test_a_server_tells_what_it_speaks(agency: Agency, key: str) -> None:
    result = said(agency.modern(key, "server/discover"))["result"]
    assert result["supportedVersions"] == ["2026-07-28", "2025-11-25", "2025-06-18"]
    assert result["capabilities"] == {"tools": {}}
    assert (result["resultType"], result["cacheScope"]) == ("complete", "public")
    assert result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "tributary"


@pytest.mark.parametrize(
    ("wanted", "given"), [("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2024-11-05", "2025-11-25")]
)
def test_an_older_client_begins_with_a_handshake_and_gets_no_session(
    agency: Agency, key: str, wanted: str, given: str
) -> None:
    message = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"protocolVersion": wanted}}
    answer = agency.send(message, key)
    assert said(answer)["result"]["protocolVersion"] == given
    assert said(answer)["id"] == 0
    assert "resultType" not in said(answer)["result"]
    assert "Mcp-Session-Id" not in answer.headers
    begun = agency.send({"jsonrpc": "2.0", "method": "notifications/initialized"}, key, MCP_Protocol_Version=given)
    assert (begun.status_code, begun.get_data()) == (202, b"")
    assert said(agency.older(key, "ping", MCP_Protocol_Version=given))["result"] == {}


def test_both_eras_see_the_same_tools(agency: Agency, key: str) -> None:
    new, old = (said(ask(key, "tools/list"))["result"] for ask in (agency.modern, agency.older))
    assert [tool["name"] for tool in new["tools"]] == ["what_is_there", "ask", "how_fresh", "why_changed", "campaigns"]
    assert new["tools"] == old["tools"]
    assert new["ttlMs"] > 0
    assert "ttlMs" not in old


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"MCP_Protocol_Version": "2025-11-25"}, -32020),  # the message says 2026-07-28
        ({"Mcp_Method": "tools/call"}, -32020),
        ({"Mcp_Method": "TOOLS/LIST"}, -32020),
    ],
)
def test_headers_say_the_same_as_the_message(agency: Agency, key: str, headers: dict[str, str], code: int) -> None:
    answer = agency.modern(key, "tools/list", None, **headers)
    assert (answer.status_code, said(answer)["error"]["code"]) == (400, code)
    assert said(answer)["id"] == 1


@pytest.mark.parametrize("missing", ["MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"])
def test_none_of_the_headers_may_be_missing(agency: Agency, key: str, missing: str) -> None:
    headers = {"MCP_Protocol_Version": MODERN, "Mcp_Method": "tools/call", "Mcp_Name": "what_is_there"}
    del headers[missing.replace("-", "_")]
    meta = {VERSION: MODERN, CAPABILITIES: {}}
    message = {**LIST, "method": "tools/call", "params": {"name": "what_is_there", "_meta": meta}}
    answer = agency.send(message, key, **headers)
    assert (answer.status_code, said(answer)["error"]["code"]) == (400, -32020)
    assert missing in said(answer)["error"]["message"]


def test_a_name_that_fits_into_no_header_comes_in_base64(agency: Agency, key: str) -> None:
    params = {"name": "what_is_there", "arguments": {}}
    assert agency.modern(key, "tools/call", params, Mcp_Name="=?base64?d2hhdF9pc190aGVyZQ==?=").status_code == 200
    for other in ("=?base64?YXNr?=", "=?base64?!?=", "ask"):
        assert agency.modern(key, "tools/call", params, Mcp_Name=other).status_code == 400


def test_a_version_that_nobody_knows_is_refused_with_those_that_are_known(agency: Agency, key: str) -> None:
    meta = {VERSION: "2030-01-01", CAPABILITIES: {}}
    message = {**LIST, "params": {"_meta": meta}}
    new = agency.send(message, key, MCP_Protocol_Version="2030-01-01", Mcp_Method="tools/list")
    old = agency.older(key, "tools/list", MCP_Protocol_Version="2025-03-26")
    for answer, requested in ((new, "2030-01-01"), (old, "2025-03-26")):
        assert answer.status_code == 400
        error = said(answer)["error"]
        assert error["code"] == -32022
        assert error["data"] == {"supported": ["2026-07-28", "2025-11-25", "2025-06-18"], "requested": requested}


def test_what_a_new_message_must_say_is_asked_for(agency: Agency, key: str) -> None:
    headers = {"MCP_Protocol_Version": MODERN, "Mcp_Method": "tools/list"}
    for meta in ({}, {VERSION: MODERN}, {VERSION: MODERN, CAPABILITIES: 1}, 1):
        answer = agency.send({**LIST, "params": {"_meta": meta}}, key, **headers)
        assert (answer.status_code, said(answer)["error"]["code"]) == (400, -32602), meta
    assert said(agency.send(LIST, key))["error"]["code"] == -32020  # an older one, and no header


@pytest.mark.parametrize("method", ["initialize", "ping", "resources/list", "subscriptions/listen", "x"])
def test_a_method_that_is_none_is_not_found(agency: Agency, key: str, method: str) -> None:
    answer = agency.modern(key, method)
    assert (answer.status_code, said(answer)["error"]["code"]) == (404, -32601)


@pytest.mark.parametrize("method", ["server/discover", "resources/list", "logging/setLevel"])
def test_older_clients_get_errors_as_answers(agency: Agency, key: str, method: str) -> None:
    answer = agency.older(key, method)
    assert (answer.status_code, said(answer)["error"]["code"], said(answer)["id"]) == (200, -32601, "one")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"{", -32700),
        (b"\xff", -32700),
        (b"[" * 100_000, -32700),
        ([LIST], -32600),
        (7, -32600),
        ({**LIST, "jsonrpc": "1.0"}, -32600),
        ({**LIST, "id": None}, -32600),
        ({**LIST, "id": 1.5}, -32600),
        ({**LIST, "id": True}, -32600),
        ({**LIST, "id": {}}, -32600),
        ({**LIST, "method": 1}, -32600),
        ({**LIST, "params": []}, -32600),
        ({"jsonrpc": "2.0", "method": "tools/list"}, -32600),
        ({"jsonrpc": "2.0", "id": 1, "result": {}}, -32600),
    ],
)
def test_what_is_no_message_is_refused(agency: Agency, key: str, message: Any, code: int) -> None:
    answer = agency.send(message, key, MCP_Protocol_Version=OLDER)
    assert (answer.status_code, said(answer)["error"]["code"]) == (400, code)


def test_what_is_wrong_with_a_call_of_a_tool(agency: Agency, key: str) -> None:
    for params in ({"name": "drop"}, {"name": "ask", "arguments": []}):
        answer = agency.modern(key, "tools/call", params)
        assert (answer.status_code, said(answer)["error"]["code"]) == (400, -32602), params
    assert said(agency.older(key, "tools/call", {"name": 7}))["error"]["code"] == -32602
    assert said(agency.older(key, "tools/list", {"cursor": "x"}))["error"]["code"] == -32602


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "PATCH"])
def test_there_are_no_streams_and_no_sessions(agency: Agency, key: str, method: str) -> None:
    answer = agency.send(None, key, method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_other_bodies_are_refused(agency: Agency, key: str) -> None:
    assert agency.send(LIST, key, Content_Type="text/plain").status_code == 415
    assert agency.send(b"{" * 200_000, key).status_code == 413


def test_pages_of_others_are_refused_before_anything_is_looked_at(agency: Agency, key: str) -> None:
    for origin in ("https://evil.example", "null", f"{HERE}.evil.example", "http://api.example"):
        answer = agency.modern(key, "tools/list", Origin=origin)
        assert answer.status_code == 403
        assert "id" not in said(answer)
        assert "Access-Control-Allow-Origin" not in answer.headers
    for origin in (PAGE, HERE):
        assert agency.modern(key, "tools/list", Origin=origin).status_code == 200
    asks = agency.send(None, "", "OPTIONS", Origin=PAGE, Access_Control_Request_Method="POST")
    assert (asks.status_code, asks.headers["Access-Control-Allow-Origin"]) == (204, PAGE)
    assert "Mcp-Method" in asks.headers["Access-Control-Allow-Headers"]


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
ANYTHING = st.recursive(PLAIN, lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(), each, max_size=3))
NAMES = st.sampled_from(["what_is_there", "ask", "how_fresh", "why_changed", "campaigns", "x"])
METHODS = st.sampled_from(["tools/call", "tools/list", "initialize", "server/discover", "notifications/x", "x"])


@pytest.mark.slow
def test_whatever_is_sent_is_answered_and_breaks_nothing(agency: Agency, key: str) -> None:
    @settings(max_examples=150, deadline=None)
    @given(
        ANYTHING,
        METHODS | ANYTHING,
        st.fixed_dictionaries({}, optional={"name": NAMES, "arguments": ANYTHING, "_meta": ANYTHING}) | ANYTHING,
        st.sampled_from([MODERN, OLDER, "x"]),
    )
    def sent(id_: Any, method: Any, params: Any, version: str) -> None:
        agency.clock.forward(minutes=1)
        message = {"jsonrpc": "2.0", "id": id_, "method": method, "params": params}
        for answer in (
            agency.send(message, key, MCP_Protocol_Version=version),
            agency.older(key, "tools/call", params if isinstance(params, dict) else {}),
        ):
            assert answer.status_code in (200, 202, 400, 404), answer.get_data()

    sent()
