"""Connections by the API: how they stand, what is read and when, asking for syncs, and links to connect more."""

from __future__ import annotations

import pytest

from shared.messages import SyncRequested
from shared.model import path
from shared.oauth import links
from shared.states import ConnectionState, RunState
from tests.api.service import Service, names

OF = "/workspaces/acme"
ONE = f"{OF}/data-sources/acme-1"


def test_what_opens_an_account_is_in_no_answer(service: Service, key: str) -> None:
    for where in (f"{OF}/credentials", f"{OF}/credentials/acme-1", f"{OF}/data-sources", ONE, f"{ONE}/status"):
        answer = service.ask("GET", where, key)
        assert answer.status == 200
        assert b"user-acme-1" not in answer.body


def test_a_credential_says_whose_move_it_is(service: Service, key: str) -> None:
    where, doc = path("acme", "connections", "acme-1"), service.engine.get("workspaces/acme/connections/acme-1")
    problem = {"code": "grant-ended", "sentence": "The client must connect again.", "move": "client"}
    service.engine.set(where, {**doc, "state": ConnectionState.RECONNECT, "problem": problem})
    told = service.ask("GET", f"{OF}/credentials/acme-1", key).json
    assert (told["state"], told["whose_move"]) == ("reconnect", "client")
    summary = service.ask("GET", f"{OF}/summary", key).json
    assert summary["connections"] == {"reconnect": 1}
    assert summary["waits_for"] == ["mailchimp, Account acme: The client must connect again."]


def test_a_schedule_and_streams_are_said_anew(service: Service, key: str) -> None:
    told = service.ask("PATCH", ONE, key, {"schedule": "Every 6 hours", "without_streams": ["templates"]}).json
    assert told["schedule"] == "every 6 hours"
    read = {stream["name"]: stream["read"] for stream in told["streams"]}
    assert (read["templates"], read["lists"]) == (False, True)
    assert service.ask("GET", ONE, key).json == told
    assert "connection.configured" in service.acts()
    assert service.ask("PATCH", ONE, key, {"schedule": "manual"}).json["next_sync_at"] is None


@pytest.mark.parametrize(
    "body",
    [{"schedule": "now and then"}, {"with_streams": ["nothing"]}, {"without_streams": ["lists"]}, {"schedule": ""}],
)
def test_what_cannot_be_changes_nothing(service: Service, key: str, body: dict[str, object]) -> None:
    before = service.engine.get("workspaces/acme/connections/acme-1")
    answer = service.ask("PATCH", ONE, key, body)
    assert (answer.status, answer.code) == (422, "unfit")
    assert service.engine.get("workspaces/acme/connections/acme-1") == before
    assert "connection.configured" not in service.acts("begun", "done")


def test_a_sync_is_asked_for(service: Service, key: str) -> None:
    answer = service.ask("POST", f"{ONE}/extract", key, {"streams": ["lists"]})
    assert answer.status == 202
    (message,) = service.bus.published
    assert isinstance(message, SyncRequested)
    assert (message.workspace, message.connection, message.reason) == ("acme", "acme-1", "operator")
    assert (message.streams, message.since) == ("lists", "")
    assert service.acts("begun", "done").count("sync.asked") == 2


def test_past_days_are_read_once_more(service: Service, key: str) -> None:
    assert service.ask("POST", f"{ONE}/extract", key, {"since": "2026-08-01", "until": "2026-08-03"}).status == 202
    (message,) = service.bus.published
    assert (message.reason, message.since[:10], message.until[:10]) == ("backfill", "2026-08-01", "2026-08-03")


@pytest.mark.parametrize(
    "body",
    [
        {"until": "2026-08-01"},
        {"since": "2026-08-03", "until": "2026-08-01"},
        {"since": "2027-01-01"},
        {"streams": ["nothing"]},
    ],
)
def test_a_sync_that_cannot_be_is_not_asked_for(service: Service, key: str, body: dict[str, object]) -> None:
    assert service.ask("POST", f"{ONE}/extract", key, body).status == 422
    assert service.bus.published == []


def test_an_account_that_is_not_read_is_not_synced(service: Service, key: str) -> None:
    where = path("acme", "connections", "acme-1")
    service.engine.set(where, {**service.engine.get(where), "state": ConnectionState.RECONNECT})
    answer = service.ask("POST", f"{ONE}/extract", key, {})
    assert (answer.status, answer.code) == (409, "not-read")
    assert service.bus.published == []


def test_three_facts_of_an_account(service: Service, key: str) -> None:
    told = service.ask("GET", f"{ONE}/status", key).json
    assert (told["now"]["id"], told["now"]["state"], told["now"]["rows"]) == ("acme-run", "completed", 7)
    assert told["last_good"] is None
    assert told["owed"] == []


def test_a_link_is_made_shown_once_and_withdrawn(service: Service, key: str) -> None:
    made = service.ask("POST", "/tenants/me/oauth/klaviyo", key, {"label": "shop", "days": 3})
    assert made.status == 201
    assert made.headers["Cache-Control"] == "no-store"
    token = links.token_of(made.json["link"])
    link = links.find(service.engine, token)
    assert link is not None
    assert (link.workspace, link.platform, link.id) == ("acme", "klaviyo", made.json["id"])
    listed = service.ask("GET", f"{OF}/connect-links", key)
    assert token not in listed.body.decode()
    assert [each["state"] for each in listed.json["links"]] == ["open"]
    for _ in range(2):
        gone = service.ask("DELETE", f"{OF}/connect-links/{link.id}", key)
        assert (gone.status, gone.json["state"]) == (200, "revoked")
    assert token not in str(service.people.docs.of)


def test_a_link_that_was_used_stays_used(service: Service, key: str) -> None:
    token, link = links.create(service.engine, service.clock, "acme", "mailchimp")
    service.engine.set(links.link_path(link.id), {**service.engine.get(f"links/{link.id}"), "used_at": link.created_at})
    assert token
    assert service.ask("DELETE", f"{OF}/connect-links/{link.id}", key).code == "link-used"


@pytest.mark.parametrize(
    "body",
    [
        {"platform": "nothing"},
        {"platform": "mailchimp", "reconnects": "x"},
        {"platform": "klaviyo", "reconnects": "acme-1"},
    ],
)
def test_a_link_is_for_a_platform_and_a_connection_that_are_there(
    service: Service, key: str, body: dict[str, object]
) -> None:
    assert service.ask("POST", f"{OF}/connect-links", key, body).status == 422
    assert service.engine.find("links") == []


def test_lists_go_on_without_a_gap_and_without_a_double(service: Service, key: str) -> None:
    """Also where several runs began at one moment, as those of a schedule do."""
    for number in range(7):
        service.run("acme", f"run-{number}", RunState.COMPLETED)
        if number % 3 == 0:
            service.clock.forward(seconds=1)
    got, cursor = [], ""
    while True:
        told = service.ask("GET", f"{OF}/runs?limit=3&cursor={cursor}", key).json
        got += names(told["runs"])
        cursor = told["next"]
        if not cursor:
            break
    assert sorted(got) == sorted(["acme-run", *(f"run-{number}" for number in range(7))])
    assert len(service.ask("GET", f"{OF}/activity?limit=8", key).json["activity"]) == 16
    assert service.ask("GET", f"{OF}/runs?connection=other", key).json["runs"] == []


def test_what_was_done_is_told_to_whoever_may_read_it(service: Service, key: str) -> None:
    service.ask("POST", f"{ONE}/extract", key, {})
    entries = service.ask("GET", f"{OF}/audit?act=sync", key).json["entries"]
    assert {entry["act"] for entry in entries} == {"sync.asked"}
    assert {entry["outcome"] for entry in entries} == {"begun", "done"}
    assert entries[0]["who"].startswith("key:api_")
    assert entries[0]["network"] == "203.0.113.0/24"
    assert service.ask("GET", f"{OF}/audit", service.key("acme", "data:read")).status == 403


def test_keys_are_listed_without_what_opens(service: Service, key: str) -> None:
    answer = service.ask("GET", f"{OF}/keys", key)
    assert key not in answer.body.decode()
    (doc,) = service.people.find("keys")
    assert doc["digest"] not in answer.body.decode()
    assert [each["id"] for each in answer.json["keys"]] == [doc["id"]]
