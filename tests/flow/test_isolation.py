"""One account in trouble is its own trouble: other connections, and other slices in the same batch, do not notice."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from infra.sandbox import Box, create_any
from shared import log, model
from shared.errors import Bug
from shared.messages import SyncRequested
from shared.model import Connection
from shared.vocabulary.platform import Platform
from tests.flow.bad import FEWER
from tests.flow.pipeline import TELLING, TINY, VALUES
from tests.support.faults import Fate
from tests.support.machine import Machine, PlainKeys
from tests.support.memory import MemoryObjects, Time
from tests.support.truth import Difference, differences
from tests.support.warehouse import MemoryWarehouse

pytestmark = pytest.mark.slow


@dataclass
class KeysOf(PlainKeys):
    """Each connection has its own credential."""

    tokens: dict[str, str] = field(default_factory=dict)

    def headers(self, platform: Platform, connection: Connection) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens[connection.id]}", "x-whose": connection.id}


@dataclass
class Neighbours(httpx2.BaseTransport):
    """Several accounts in one pipeline; each call says whose it is, because the sandboxes share some credentials."""

    clock: Time = field(default_factory=Time)
    boxes: dict[str, Box[Any]] = field(default_factory=dict)  # by connection
    calls: list[tuple[str, float]] = field(default_factory=list)  # of which connection, when

    def __post_init__(self) -> None:
        objects = MemoryObjects()
        self.keys = KeysOf()
        self.fate = Fate()
        self.warehouse = MemoryWarehouse(objects)
        self.machine = Machine(self, self.warehouse, objects=objects, clock=self.clock, keys=self.keys, fate=self.fate)
        self.keys.documents = self.machine.documents

    def move_in(self, platform: str, account: str, workspace: str = "demo", seed: int = 7) -> Connection:
        connection = self.machine.connect(
            platform, workspace, account, values=VALUES.get(platform, {}), streams=TELLING[platform]
        )
        box = create_any(
            platform,
            seed=seed,
            clock=self.clock.now,
            monotonic=lambda: self.clock.now().timestamp(),
            counts=TINY[platform] | FEWER.get(platform, {}),
        )
        self.boxes[connection.id] = box
        self.keys.tokens[connection.id] = next(iter(box.credential().values()))
        return connection

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        mine = request.headers["x-whose"]
        self.calls.append((mine, self.clock.now().timestamp()))
        return httpx2.WSGITransport(app=self.boxes[mine].wsgi).handle_request(request)

    def sync(self, request: str, *connections: Connection) -> list[dict[str, Any]]:
        """All of them at once, their messages mixed; the runs."""
        for connection in connections:
            self.machine.bus.publish(SyncRequested(connection.workspace, connection.id, "operator", request))
        self.machine.settle()
        return [
            self.machine.run(model.stable_id(connection.id, "operator", request), connection.workspace)
            for connection in connections
        ]

    def differences(self, connection: Connection) -> Difference:
        """Of this connection's rows only."""
        box, rows = self.boxes[connection.id], dict[str, list[dict[str, Any]]]()
        for workspace, name in self.warehouse.tables:
            if workspace == connection.workspace:
                found = self.warehouse.current(workspace, name)
                rows[name] = [row for row in found if row["connection_id"] == connection.id]
        return differences(connection.platform, box.truth(), rows, TELLING[connection.platform])


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())


@pytest.fixture
def street() -> Neighbours:
    return Neighbours()


BAD: dict[str, Any] = {
    "revoked": lambda box: box.revoke(),
    "down": lambda box: box.faults.add("*", "status", times=None, status=503),
    "silent": lambda box: box.faults.add("*", "timeout", times=None),
    "nonsense": lambda box: box.faults.add("*", "not_json", times=None),
    "another shape": lambda box: box.faults.add("*", "renamed_records", times=None),
    "keyless": lambda box: box.faults.add("*", "null_key", times=None),
    "redirecting": lambda box: box.faults.add("*", "redirect", times=None),
    "forbidden": lambda box: box.faults.add("*", "status", times=None, status=403),
}


@pytest.mark.parametrize(
    ("platform", "trouble"),
    [
        (platform, trouble)
        for place, platform in enumerate(sorted(TINY))
        for number, trouble in enumerate(BAD)
        if number == 0 or number % 3 == place or platform == "constant_contact"
    ],
)
def test_a_failing_account_leaves_its_neighbours_untouched(street: Neighbours, platform: str, trouble: str) -> None:
    """Same platform and tables, same workspace and another one, and another platform beside them."""
    bad = street.move_in(platform, "bad", seed=1)
    same = street.move_in(platform, "same", seed=2)
    abroad = street.move_in(platform, "abroad", "north", seed=3)
    other = street.move_in(next(name for name in sorted(TINY) if name != platform), "other", seed=4)
    BAD[trouble](street.boxes[bad.id])

    run, *fine = street.sync("first", bad, same, abroad, other)
    assert run["state"] in {"failed", "partly"}
    assert all(found["state"] == "completed" for found in fine)
    for neighbour in (same, abroad, other):
        assert not street.differences(neighbour)
    states = {doc["id"]: doc["state"] for doc in street.machine.documents.find_all("connections")}
    assert states.pop(bad.id) == ("reconnect" if trouble == "revoked" else "active")
    assert set(states.values()) == {"active"}
    if trouble == "revoked":
        return

    street.boxes[bad.id].faults.clear()
    street.clock.forward(hours=8)
    runs = street.sync("second", bad, same, abroad, other)
    assert all(found["state"] == "completed" for found in runs)
    for connection in (bad, same, abroad, other):
        assert not street.differences(connection)


@pytest.mark.parametrize("platform", ["emailoctopus", "mailchimp"])
def test_an_account_that_must_wait_lets_the_others_go_on(street: Neighbours, platform: str) -> None:
    slow, quick = street.move_in(platform, "slow", seed=1), street.move_in(platform, "quick", seed=2)
    street.boxes[slow.id].faults.add("*", "status", times=3, status=429, headers={"Retry-After": "1800"})
    began = street.clock.now().timestamp()
    runs = street.sync("first", slow, quick)
    assert [run["state"] for run in runs] == ["completed", "completed"]
    assert max(at for who, at in street.calls if who == quick.id) < began + 120
    assert max(at for who, at in street.calls if who == slow.id) > began + 1800
    assert not street.differences(slow)
    assert not street.differences(quick)


def test_an_allowance_of_the_whole_app_is_waited_for_by_all(street: Neighbours) -> None:
    """Constant Contact counts the calls of all our clients together, so a refusal of one is a refusal of all."""
    first, second = street.move_in("constant_contact", "a", seed=1), street.move_in("constant_contact", "b", seed=2)
    street.boxes[first.id].faults.add("*", "status", times=1, status=429, headers={"Retry-After": "900"})
    runs = street.sync("first", first, second)
    assert [run["state"] for run in runs] == ["completed", "completed"]
    refused, *others = sorted(at for _, at in street.calls)
    assert min(others) >= refused + 900
    assert not street.differences(first)
    assert not street.differences(second)


# -- one batch ------------------------------------------------------------------------------------------


HOWS: dict[str, Callable[[bytes], bytes]] = {
    "an unknown column": lambda data: repacked(data, lambda rows: rows.replace(b'{"', b'{"unheard_of":1,"', 1)),
    "cut off": lambda data: data[: len(data) // 2],
    "no gzip": lambda data: b"hello",
    "a row less": lambda data: repacked(data, lambda rows: b"\n".join(rows.splitlines()[1:])),
    "nothing": lambda data: repacked(data, lambda rows: b""),
}


def repacked(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    return gzip.compress(change(gzip.decompress(data)))


def spoil(street: Neighbours, part: str, how: str) -> None:
    """The staged pages of one slice are not what they were."""
    held = street.machine.objects.held
    for name, (data, metadata) in list(held.items()):
        if metadata["slice"] == part:
            held[name] = (HOWS[how](data), metadata)


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("platform", sorted(TINY))
def test_one_bad_slice_in_a_batch_fails_alone(street: Neighbours, platform: str, how: str) -> None:
    """Two accounts and several slices share a table; what one of them staged cannot be loaded."""
    ours, theirs = street.move_in(platform, "ours", seed=1), street.move_in(platform, "theirs", seed=2)
    stream = {"emailoctopus": "contacts", "mailchimp": "list_members", "constant_contact": "contacts"}[platform]
    bad: list[str] = []

    def before_loading(when: str, what: str) -> None:
        """All pages are waiting: the next load takes them into one batch."""
        if when == "before" and what == "warehouse.stage" and not bad:
            found = street.machine.documents.find_all("slices", ("stream", "==", stream))
            (part, *_) = [part for part in found if part["connection"] == ours.id and part["rows"]]
            bad.append(part["id"])
            spoil(street, part["id"], how)

    hold_loads_until_all_is_staged(street)
    street.fate.also = before_loading
    mine, other = street.sync("first", ours, theirs)
    batches = street.machine.documents.find_all("batches", ("table", "==", f"{platform}_{stream}"))
    assert max(len(batch["pages"]) for batch in batches) >= 2
    assert other["state"] == "completed"
    assert not street.differences(theirs)

    assert mine["state"] == "partly"
    (problem,) = mine["problems"]
    assert problem["stream"] == stream
    assert problem["sentence"].endswith(".")
    parts = street.machine.slices(mine["id"])
    assert [part["id"] for part in parts if part["state"] == "failed"] == bad
    assert {part["state"] for part in parts if part["id"] not in bad} == {"loaded"}
    lost = street.differences(ours)
    assert lost.missing
    assert all(stream in row for row in lost.missing), lost.missing[:3]
    assert not lost.wrong
    assert not lost.duplicated
    partitions = {doc["partition"] for doc in street.machine.documents.find_all("cursors") if doc["stream"] == stream}
    (failed,) = [part for part in parts if part["id"] in bad]
    others = [doc for doc in street.machine.documents.find_all("cursors") if doc["connection"] == ours.id]
    assert partitions
    assert (stream, failed["partition"]) not in {(doc["stream"], doc["partition"]) for doc in others}

    street.fate.also = None
    street.clock.forward(hours=8)
    runs = street.sync("second", ours, theirs)
    assert [run["state"] for run in runs] == ["completed", "completed"]
    assert not street.differences(ours)
    assert not street.differences(theirs)


def hold_loads_until_all_is_staged(street: Neighbours) -> None:
    """Deliver what loads only when nothing else waits, so that the pages of many slices meet in one batch."""
    deliver, waiting = street.machine.deliver, street.machine.bus.waiting

    def patient(message: Any, attempt: int = 1) -> bool:
        if message.topic == "table-ready" and any(other.topic != "table-ready" for other in waiting):
            waiting.append(message)
            return True
        return deliver(message, attempt)

    street.machine.deliver = patient  # type: ignore[method-assign]


@pytest.mark.parametrize("error", [Bug("bigquery-refused", "BigQuery refused a batch."), ValueError("unforeseen")])
def test_a_table_that_cannot_be_loaded_stops_no_other_table(street: Neighbours, error: Exception) -> None:
    ours = street.move_in("emailoctopus", "ours")
    inner, stage = street.warehouse, street.warehouse.stage

    def refuse(load: Any) -> int:
        if load.table.name == "emailoctopus_contacts":
            raise error
        return stage(load)

    inner.stage = refuse  # type: ignore[method-assign]
    (run,) = street.sync("first", ours)
    assert run["state"] == "partly"
    assert {problem["stream"] for problem in run["problems"]} == {"contacts"}
    assert all(problem["sentence"].endswith(".") for problem in run["problems"])
    lost = street.differences(ours)
    assert lost.missing
    assert all("contacts" in row for row in lost.missing), lost.missing[:3]

    inner.stage = stage  # type: ignore[method-assign]
    street.clock.forward(hours=8)
    (run,) = street.sync("second", ours)
    assert run["state"] == "completed"
    assert not street.differences(ours)
