"""Old and new functions side by side: yesterday's messages and documents today, and today's yesterday."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import MISSING, asdict, fields, make_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from shared import model
from shared.edge import Delivery
from shared.messages import (
    FLOW,
    AccessWanted,
    AuditDue,
    DataChanged,
    LetterWanted,
    Message,
    PlatformCalled,
    RatesDue,
    RunChanged,
    SliceReady,
    SyncRequested,
    TableReady,
    Tick,
    WorkspaceWanted,
    decode,
    encode,
)
from shared.oauth import links
from shared.oauth.connect import ConnectionWriter
from shared.platforms import PLATFORMS
from shared.secret import Secret
from shared.states import BatchState, ConnectionState, Reason, RunState, SliceState
from shared.sync.second_chance import Retrier
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.columns import Column
from tests.flow.pipeline import TINY, Pipeline
from tests.support.documents import Shelves
from tests.support.memory import MemoryVault

PUBLISHED = sorted((Path(__file__).parents[1] / "golden_messages").glob("*.json"))
TODAY: dict[str, Message] = {
    message.topic: message
    for message in (
        SyncRequested("demo", "abc", "backfill", "one", "lists", "2026-01-01", "2026-02-01"),
        Tick(),
        SliceReady("demo", "abc"),
        TableReady("demo", "emailoctopus_lists"),
        RunChanged("demo", "abc", "run", "completed"),
        RatesDue(),
        AuditDue(),
        PlatformCalled("5f1c6a"),
        LetterWanted("5f1c6a"),
        DataChanged("acme"),
        AccessWanted("5f1c6a"),
        WorkspaceWanted("acme"),
    )
}
# What a document of each kind had from the first day on. A field that joins later needs a default: documents without it
# are there, and functions that do not know it go on writing them.
FROM_THE_FIRST_DAY = {
    model.Workspace: {"id", "name"},
    model.Connection: {"id", "workspace", "platform", "account", "title"},
    model.Report: {"id", "workspace", "platform", "title"},
    model.Run: {"id", "workspace", "connection", "platform", "reason"},
    model.Slice: {"id", "workspace", "connection", "run", "platform", "stream"},
    model.Page: {"id", "workspace", "connection", "run", "slice", "table"},
    model.Table: {"id", "workspace"},
    model.Batch: {"id", "workspace", "table"},
    model.Cursor: {"id", "workspace", "connection", "stream", "partition", "until", "run"},
    model.Debt: {"id", "workspace", "connection", "platform", "stream", "partition"},
    model.Publication: {"workspace"},
    model.AccessWish: {"id", "workspace", "connection", "act", "who", "asked_at", "expires_at"},
    model.Opening: {"workspace"},
    model.PlatformCall: {"id", "platform", "wish", "platforms", "by", "whose", "received_at"},
}


def yesterdays(kind: type[Any], known: set[str]) -> type[Any]:
    """The type as it was when only these fields were known."""
    kept = [field for field in fields(kind) if field.name in known]
    made = make_dataclass(kind.__name__, [(f.name, f.type, f) for f in kept], frozen=True)
    made.topic = getattr(kind, "topic", "")  # type: ignore[attr-defined]
    return made


@pytest.fixture
def world() -> Pipeline:
    return Pipeline("emailoctopus", counts=TINY["emailoctopus"])


def delivered(world: Pipeline, topic: str, sent: str) -> int:
    """The status that Pub/Sub gets for these very bytes."""
    world.machine.delivered += 1
    _, status = world.machine.edge.deliver(Delivery(f"old{world.machine.delivered}", topic, sent.encode(), 1, {}))
    return int(status)


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_every_message_ever_published_is_taken_by_todays_functions(path: Path, world: Pipeline) -> None:
    """With ids that mean nothing here it may do nothing; but it is neither refused nor tried again for ever."""
    topic = path.name.split(".v")[0]
    for example in json.loads(path.read_text()):
        status = delivered(world, topic, example["sent"])
        kept = world.machine.documents.find("failures")
        assert status == 204, example
        reasons = {doc["reason"] for doc in kept}
        assert reasons <= {"SyncRequested: there is no such connection"}, example


def test_a_sync_that_yesterdays_functions_say_word_by_word_ends_as_todays(world: Pipeline) -> None:
    """Each message is said without its version and without what has a default, as the first functions did."""
    machine = world.machine
    connection = world.connection
    assert delivered(world, SyncRequested.topic, old(SyncRequested("demo", connection.id, request="first"))) == 204
    for _ in range(2_000):
        if not machine.bus.waiting:
            break
        message = machine.bus.waiting.popleft()
        assert delivered(world, message.topic, old(message)) == 204
    assert machine.open() == []
    assert machine.run(model.stable_id(connection.id, "operator", "first"))["state"] == RunState.COMPLETED
    assert not world.differences()


def old(message: Message) -> str:
    plain = {f.name: f.default for f in fields(message) if f.default is not MISSING}
    return json.dumps({name: value for name, value in asdict(message).items() if plain.get(name) != value})


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_todays_messages_are_understood_by_every_type_there_ever_was(path: Path) -> None:
    topic = path.name.split(".v")[0]
    kind, message = FLOW[topic][0], TODAY[topic]
    for example in json.loads(path.read_text()):
        before = yesterdays(kind, set(json.loads(example["sent"])) | {"v"})
        told = decode(encode(message), before)
        for field in fields(told):
            assert getattr(told, field.name) == getattr(message, field.name)


@pytest.mark.parametrize("topic", sorted(FLOW))
def test_messages_of_tomorrow_are_understood_today(topic: str) -> None:
    """As long as their version is: a field that is new says more, a version that is new means something else."""
    message = TODAY[topic]
    more = {**asdict(message), "priority": "low", "parts": [1, {"two": None}]}
    assert decode(json.dumps(more).encode(), type(message)) == message  # type: ignore[type-var]


@pytest.mark.parametrize("kind", FROM_THE_FIRST_DAY, ids=lambda kind: kind.__name__)
def test_a_field_that_joins_a_document_has_a_default(kind: type[Any]) -> None:
    needed = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}
    assert needed == FROM_THE_FIRST_DAY[kind]


KINDS = {
    "slices": model.Slice,
    "runs": model.Run,
    "connections": model.Connection,
    "cursors": model.Cursor,
    "pages": model.Page,
    "tables": model.Table,
    "batches": model.Batch,
}
# What queries ask for, or what every release wrote from the first one on although the type has a default for it.
WRITTEN = {
    *("state", "touched_at", "created_at", "started_at", "finished_at", "expires_at", "not_before", "lease_until"),
    *("next_sync_at", "schedule", "fence", "page", "to_load", "loaded", "rows", "batch", "object", "read_at", "kind"),
    *("position", "attempts", "problem", "streams", "request", "refresh_fence", "secret", "secret_version"),
}


def older(path: str, doc: dict[str, Any]) -> dict[str, Any]:
    """As a release wrote it that did not know what came later."""
    kind = KINDS.get(path.split("/")[-2])
    if kind is None:
        return doc
    known = FROM_THE_FIRST_DAY[kind] | WRITTEN
    return {name: value for name, value in doc.items() if name in known or name == "tomorrow"}


@pytest.mark.parametrize("moment", [1, 4, 8, 12])
def test_documents_that_lack_what_is_new_and_hold_what_is_newer_are_worked_on(world: Pipeline, moment: int) -> None:
    """In the middle of a sync every document loses what came later, and gains a field of tomorrow."""
    machine = world.machine
    machine.planner.runs.begin(world.connection, Reason.OPERATOR, "first")
    for _ in range(moment):
        machine.deliver(machine.bus.waiting.popleft())
    for path, doc in list(machine.documents.docs.items()):
        machine.documents.docs[path] = {**older(path, doc), "tomorrow": {"a": 1}}
    machine.bus.publish(Tick())
    machine.settle()
    assert machine.run(model.stable_id(world.connection.id, "operator", "first"))["state"] == RunState.COMPLETED
    world.box.change(2)
    world.clock.forward(hours=1)
    assert [run["state"] for run in world.sync("second")] == [RunState.COMPLETED]
    assert not world.differences()


# -- documents of a later release ----------------------------------------------------------------------


class Tomorrows(Shelves):
    """Each document is made with a field that only a later release knows; who writes it back without it is noted."""

    def __init__(self, held: Shelves) -> None:
        super().__init__()
        self.dropped: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self.update(held)

    def __setitem__(self, path: str, doc: dict[str, Any]) -> None:
        held, kind = self.get(path), path.split("/")[-2]
        if held is None or made_anew(held, doc):
            doc = {**doc, "tomorrow": [1, {"two": None}]}
        elif "tomorrow" in doc:
            self.kept[kind] += 1
        else:
            self.dropped[kind] += 1
        super().__setitem__(path, doc)


def made_anew(held: dict[str, Any], doc: dict[str, Any]) -> bool:
    """A batch of the same pages as one that failed, and a sweep of a run that was taken up again, begin as new ones."""
    ended = held.get("state") in (SliceState.FAILED, SliceState.LOADED, RunState.COMPLETED)
    return ended and (doc.get("kind") == "sweep" or ("pages" in doc and doc["state"] == BatchState.RUNNING))


def tomorrows(world: Pipeline) -> Tomorrows:
    made = world.machine.documents.docs = Tomorrows(world.machine.documents.docs)
    return made


def test_what_a_later_release_wrote_is_kept_by_whoever_writes_it_back(world: Pipeline) -> None:
    """Over a sync that waits, a batch that is refused, dead letters, another try, a refused access and a renewal."""
    docs, machine = tomorrows(world), world.machine
    world.sync()
    world.box.change(3)
    world.clock.forward(hours=1)
    read = dict(machine.objects.held)
    machine.planner.runs.begin(world.connection, Reason.OPERATOR, "second")
    for _ in range(3):
        machine.deliver(machine.bus.waiting.popleft())
    working = [part for part in machine.documents.find_all("slices") if part["state"] != SliceState.LOADED]
    machine.documents.set(f"workspaces/demo/slices/{working[0]['id']}", {**working[0], "state": SliceState.WORKING})
    machine.failures.record(SliceReady.topic, encode(SliceReady("demo", working[0]["id"])))
    while any(isinstance(message, SliceReady) for message in machine.bus.waiting):
        machine.deliver(machine.bus.waiting.popleft())
    for name in machine.objects.held.keys() - read.keys():  # the batches of these are refused
        machine.objects.held[name] = (b"no page", machine.objects.held[name][1])
    machine.settle()
    failed = [part for part in machine.documents.find_all("slices") if part["state"] == SliceState.FAILED]
    assert len(failed) > 1
    retrier = Retrier(machine.documents, machine.bus, world.clock)
    retried = [retrier.retry("demo", part["id"]) for part in failed]
    assert any(retried)
    machine.settle()
    refused_and_connected_again(world)
    world.sync("third")
    assert not docs.dropped
    assert docs.kept.keys() >= {"slices", "runs", "connections", "cursors", "pages", "batches", "tables", "budgets"}


def refused_and_connected_again(world: Pipeline) -> None:
    """A slice is leased of a connection that was stopped; then the client connects the same account again."""
    machine, connection = world.machine, world.connection
    where = model.path("demo", "connections", connection.id)
    machine.planner.runs.begin(connection, Reason.OPERATOR, "stopped")
    machine.documents.set(where, {**(machine.documents.get(where) or {}), "state": ConnectionState.RECONNECT})
    machine.settle()
    assert machine.run(model.stable_id(connection.id, "operator", "stopped"))["state"] == RunState.FAILED
    _, link = links.create(machine.documents, world.clock, "demo", world.platform)
    connector = ConnectionWriter(machine.documents, MemoryVault(), machine.bus, machine.extractor.http, world.clock)
    account = Account(connection.account, connection.title)
    connector.connect(world.connector, link, Credential(Secret(world.keys.value), how="key"), [account], "again")
    assert (machine.documents.get(where) or {})["state"] == ConnectionState.ACTIVE
    machine.settle()


# -- tables of a later release -------------------------------------------------------------------------


def test_tables_of_a_later_release_take_rows_of_this_one_and_the_other_way_round(world: Pipeline) -> None:
    """A release adds a column, is taken back, and comes again: rows are read by each of them into the same tables."""
    contacts = world.connector.stream("contacts")
    more = replace(
        contacts, columns=(*contacts.columns, Column("tomorrow", "text", "What a later release reads", ("tomorrow",)))
    )
    streams = tuple(more if stream.name == "contacts" else stream for stream in world.connector.streams)
    for number, newer in enumerate((False, True, False, True)):
        with pytest.MonkeyPatch.context() as patch:
            if newer:
                patch.setitem(PLATFORMS, world.platform, replace(world.connector, streams=streams))
            assert [run["state"] for run in world.sync(f"number {number}")] == [RunState.COMPLETED]
            assert not world.differences()
        assert ("tomorrow" in world.warehouse.tables["demo", "emailoctopus_contacts"].columns) == (number > 0)
        world.box.change(2)
        world.clock.forward(hours=8)
