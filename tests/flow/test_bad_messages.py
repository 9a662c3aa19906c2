"""Messages that are none, or ask for what there is not: kept where somebody sees them, and nothing else happens."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import orjson
import pytest

from shared import log
from shared.edge import Delivery
from shared.errors import BadMessage
from shared.messages import FLOW, SliceReady, SyncRequested, TableReady, encode
from shared.sync.staging import stage
from tests.flow.pipeline import TELLING, TINY, Pipeline

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    found = io.StringIO()
    monkeypatch.setattr(log, "stream", found)
    return found


@pytest.fixture
def world() -> Pipeline:
    return Pipeline("emailoctopus", streams=TELLING["emailoctopus"], counts=TINY["emailoctopus"])


READ = sorted(FLOW)
JUNK = [
    b"",
    b"not json",
    b"[]",
    b"null",
    b"\xff\xfe",
    b'{"v":2}',
    b'{"v":"latest","workspace":"demo","slice":"x","table":"y"}',
    b'{"workspace":"../../secrets","slice":"x","table":"x","connection":"x"}',
    b'{"workspace":"demo/runs/x","slice":"x","table":"x","connection":"x"}',
    b'{"workspace":5,"slice":[],"table":{},"connection":null,"reason":1}',
    b'{"workspace":"demo","slice":"' + b"a" * 70_000 + b'"}',
    b"[" * 50_000,
]


@pytest.mark.parametrize("topic", READ)
def test_junk_between_the_messages_of_a_sync_changes_nothing(world: Pipeline, topic: str) -> None:
    machine, answers = world.machine, list[tuple[str, int]]()
    deliver = machine.deliver

    def with_junk(message: Any, attempt: int = 1) -> bool:
        number = len(answers)
        if number < len(JUNK):
            answers.append(machine.edge.deliver(Delivery(f"junk {number}", topic, JUNK[number], 1, {})))
        return deliver(message, attempt)

    machine.deliver = with_junk  # type: ignore[method-assign]
    run = machine.run(machine.sync(world.connection))
    assert run["state"] == "completed"
    assert not world.differences()
    assert set(answers) == {("", 204)}  # never to be delivered again
    kept = machine.documents.find("failures")
    understood = topic in {"minute-tick", "rates-due", "audit-due"}  # all that these say is that it is time
    assert understood or len(kept) == len(JUNK)
    assert all(len(one["data"]) <= 500 and one["expires_at"] > one["at"] for one in kept)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"workspace": "demo", "connection": "nobody"}, "there is no such connection"),
        ({"workspace": "elsewhere"}, "there is no such connection"),
        ({"workspace": ""}, "a connection without its workspace"),
        ({"reason": "because"}, "is no reason for a sync"),
        ({"reason": ""}, "is no reason for a sync"),
        ({"streams": "contacts,nothing"}, "has no stream nothing"),
        ({"streams": "; DROP TABLE x"}, "has no stream"),
        ({"since": "yesterday"}, "is not a date"),
        ({"until": "2026-13-01"}, "is not a date"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "is not a date"),
        ({"until": "9999-12-31T23:59:59-14:00"}, "is not a date"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "ends before it begins"),
        ({"since": "2026-02-01", "until": "2026-02-01"}, "ends before it begins"),
    ],
)
def test_a_request_for_what_there_is_not_is_kept_with_its_reason(
    world: Pipeline, asked: dict[str, str], why: str
) -> None:
    request = {"workspace": "demo", "connection": world.connection.id, "reason": "backfill", "request": "r", **asked}
    data = orjson.dumps(request)
    assert world.machine.edge.deliver(Delivery("m", "sync-requested", data, 1, {})) == ("", 204)
    (kept,) = world.machine.documents.find("failures")
    assert why in kept["reason"]
    assert not world.machine.documents.find_all("runs")
    assert not world.machine.bus.waiting
    assert world.machine.run(world.machine.sync(world.connection))["state"] == "completed"
    assert not world.differences()


@pytest.mark.parametrize("edge", ["0001-01-01", "9999-12-31", "2026-01-01T00:00:00+14:00", "2026-06-01"])
@pytest.mark.parametrize("side", ["since", "until"])
@pytest.mark.parametrize("platform", sorted(TINY))
def test_a_window_may_reach_to_the_ends_of_time(platform: str, edge: str, side: str) -> None:
    world = Pipeline(platform, streams=TELLING[platform], counts=TINY[platform])
    run = world.machine.run(world.machine.sync(world.connection, "old times", "backfill", **{side: edge}))
    assert run["state"] == "completed", run["problems"]
    assert world.machine.run(world.machine.sync(world.connection))["state"] == "completed"
    assert not world.differences()


@pytest.mark.parametrize(
    "message",
    [
        SliceReady("demo", "nobody"),
        SliceReady("elsewhere", "nobody"),
        TableReady("demo", "emailoctopus_contacts"),
        TableReady("demo", "no_such_table"),
        TableReady("demo", "emailoctopus_nothing"),
        TableReady("elsewhere", "emailoctopus_contacts"),
    ],
    ids=str,
)
def test_a_nudge_about_nothing_is_harmless(world: Pipeline, message: Any) -> None:
    for _ in range(2):
        assert world.machine.deliver(message)
    assert not world.machine.documents.find("failures")
    assert world.machine.run(world.machine.sync(world.connection))["state"] == "completed"
    assert world.machine.deliver(message)
    assert not world.differences()


@pytest.mark.parametrize("topic", ["slice-ready", "table-ready", "sync-requested", "minute-tick", "unheard-of"])
@pytest.mark.parametrize("data", [encode(SliceReady("demo", "nobody")), encode(TableReady("demo", "nothing")), b"{}"])
def test_dead_letters_about_nothing_fail_nothing(world: Pipeline, topic: str, data: bytes) -> None:
    run = world.machine.sync(world.connection)
    with suppress(BadMessage):  # the edge keeps it, and has done
        world.machine.failures.record(topic, data)
    assert world.machine.run(run)["state"] == "completed"
    assert {part["state"] for part in world.machine.slices(run)} == {"loaded"}


def test_a_fault_of_ours_in_one_stream_ends_with_a_sentence_and_hurts_no_other(
    world: Pipeline, monkeypatch: pytest.MonkeyPatch, out: io.StringIO
) -> None:
    """An error that nobody foresaw is not the platform's, and not to be told in its words; and it ends."""

    def broken(platform: Any, stream: Any, *rest: Any) -> Any:
        if stream.name == "contacts":
            raise ZeroDivisionError("token=very-secret")
        return stage(platform, stream, *rest)

    monkeypatch.setattr("shared.sync.reader.stage", broken)
    asked = world.machine.clock.now()
    run = world.machine.run(world.machine.sync(world.connection))
    assert run["state"] == "partly"
    assert {problem["stream"] for problem in run["problems"]} == {"contacts"}
    for problem in run["problems"]:
        assert (problem["code"], problem["move"]) == ("worker-died", "us")
        assert problem["sentence"].endswith(".")
    assert "ZeroDivisionError" in out.getvalue()
    assert "very-secret" not in out.getvalue() + repr(world.machine.documents.docs)
    assert (world.machine.clock.now() - asked).total_seconds() < 3600
    monkeypatch.setattr("shared.sync.reader.stage", stage)
    assert world.machine.run(world.machine.sync(world.connection, "second"))["state"] == "completed"
    assert not world.differences()


def test_requests_of_all_kinds_are_messages() -> None:
    """Or the refusals above would be about their form."""
    for reason in ("operator", "backfill", "replay", "connected", "schedule"):
        assert b'"v":1' in encode(SyncRequested("demo", "abc", reason, "r"))
