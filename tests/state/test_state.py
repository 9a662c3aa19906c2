"""The state is exported and restored: every type comes back as it was; nothing is lost, doubled or half restored."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from infra.local import google
from infra.state import values
from infra.state.exporting import BESIDE, MANIFEST, WITHIN, digest, export
from infra.state.restoring import Refused, restore
from infra.state.shelves import Folder
from infra.stores import Stores
from shared import model
from shared.model import Connection
from shared.oauth import links
from shared.oauth.accounts import secrets_of
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.ports import Documents
from tests.flow.world import TINY, World
from tests.world.memory import MemoryBus, MemoryDocuments, MemoryObjects, MemoryVault, Time

SETTINGS = load(env={"GOOGLE_CLOUD_PROJECT": "state", "TRIBUTARY_BUCKET": "pages"})
EVERY_KIND: dict[str, Any] = {
    "id": "kinds",
    "text": "naïve “quotes”\n\u2028 and a line",
    "whole": 2**63 - 1,
    "least": -(2**63),
    "real": 1.0,
    "tiny": 5e-324,
    "endless": float("-inf"),
    "yes": True,
    "none": None,
    "moment": datetime(2026, 11, 21, 17, 0, 0, 123456, tzinfo=UTC),
    "bytes": b"\x00\xff",
    "empty": {},
    "list": [1, "two", {"three": [3.5]}, datetime(1999, 1, 1, tzinfo=UTC)],
    "marked": {"$time": "is only a name here"},
    "deep": {"$odd": {"$odder": 1}, "plain": []},
}


def stores(documents: Documents, vault: MemoryVault | None = None) -> Stores:
    return Stores(SETTINGS, documents, MemoryBus(), vault or MemoryVault(), MemoryObjects(), Time())


def everything(documents: Documents) -> dict[str, Any]:
    found = {path: doc for name in BESIDE for path, doc in documents.each(name)}
    workspaces = [path for path in found if path.startswith("workspaces/")]
    within = {path: doc for home in workspaces for name in WITHIN for path, doc in documents.each(f"{home}/{name}")}
    return found | within


@pytest.fixture(scope="module")
def firestore() -> Iterator[None]:
    cloud = google.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in cloud.environment().items():
            patch.setenv(name, value)
        yield
    cloud.stop()


def database(name: str) -> FirestoreDocuments:
    """A project of its own, empty."""
    return FirestoreDocuments(replace(SETTINGS, project=name))


def test_every_type_of_value_comes_back_from_firestore(firestore: None, tmp_path: Path) -> None:
    before, after = database("state-before"), database("state-after")
    before.set("workspaces/acme", {"id": "acme", "name": "Acme"})
    before.set("workspaces/acme/runs/kinds", {**EVERY_KIND, "state": model.COMPLETED})
    links.create(before, Time(), "acme", "mailchimp", "the bakery")
    written = export(stores(before), Folder(tmp_path))
    assert (written["runs"], written["links"], written["workspaces"]) == (1, 1, 1)
    restore(stores(after), Folder(tmp_path))
    assert everything(after) == everything(before)
    kept = after.get("workspaces/acme/runs/kinds") or {}
    assert {name: type(value) for name, value in kept.items() if name in EVERY_KIND and name != "moment"} == {
        name: type(value) for name, value in EVERY_KIND.items() if name != "moment"
    }


def test_a_line_of_the_format_is_plain_json() -> None:
    text = values.line("a/b", EVERY_KIND)
    assert text.count(b"\n") == 1
    assert values.read(text) == ("a/b", EVERY_KIND)
    with pytest.raises(values.Unwritable, match=r"a/b\.list\[0\] holds a set"):
        values.line("a/b", {"list": [{1}]})


@pytest.fixture
def world() -> World:
    made = World("emailoctopus", counts=TINY["emailoctopus"])
    made.machine.documents.set("workspaces/demo", {"id": "demo", "name": "Demo"})
    return made


def test_a_world_is_restored_and_reads_on(world: World, tmp_path: Path) -> None:
    world.sync("first")
    before = everything(world.machine.documents)
    export(stores(world.machine.documents), Folder(tmp_path))
    empty = MemoryDocuments()
    done = restore(stores(empty), Folder(tmp_path))
    assert done.closed == 0
    changed = {path for path, doc in everything(empty).items() if doc != before[path]}
    assert before.keys() == everything(empty).keys()
    assert {path.split("/")[2] for path in changed} == {"tables", "connections"}  # their fences moved on
    world.machine.documents.docs = empty.docs
    world.box.change(3)
    world.clock.forward(hours=8)
    world.sync("second")
    assert not world.differences()


@pytest.mark.parametrize("delivered", [1, 3, 6, 10, 15])
def test_what_was_under_way_is_closed_and_read_again(world: World, tmp_path: Path, delivered: int) -> None:
    """The export is taken in the middle of a sync; what came after it is lost with the database."""
    machine = world.machine
    machine.planner.runs.begin(world.connection, "operator", "first")
    for _ in range(delivered):
        machine.deliver(machine.bus.waiting.popleft())
    export(stores(machine.documents), Folder(tmp_path))
    machine.drain()  # it goes on, into BigQuery
    machine.bus.waiting.clear()
    machine.documents.docs.clear()
    done = restore(stores(machine.documents), Folder(tmp_path))
    assert done.closed == 1
    (run,) = machine.open()  # all that is left to do is to tell of it
    assert (run["state"], run["problems"][0]["code"]) == (model.FAILED, "restored")
    machine.settle()
    assert {row["run_id"] for row in world.told()} == {run["id"]}
    world.box.change(2)
    world.clock.forward(hours=1)
    world.sync("second")
    assert not world.differences()


def test_a_database_that_is_not_empty_is_refused_unless_told(world: World, tmp_path: Path) -> None:
    made = stores(world.machine.documents)
    export(made, Folder(tmp_path))
    held = dict(world.machine.documents.docs)
    with pytest.raises(Refused, match="not empty"):
        restore(made, Folder(tmp_path))
    assert world.machine.documents.docs == held
    world.machine.documents.set("workspaces/demo", {"id": "demo", "name": "Changed"})
    restore(made, Folder(tmp_path), over=True)
    assert (world.machine.documents.get("workspaces/demo") or {})["name"] == "Demo"


@pytest.mark.parametrize("harm", ["cut", "changed", "lacks a file", "lacks the manifest", "of another format"])
def test_an_export_that_is_not_whole_restores_nothing(world: World, tmp_path: Path, harm: str) -> None:
    export(stores(world.machine.documents), Folder(tmp_path))
    file, manifest = tmp_path / "connections.ndjson.gz", tmp_path / MANIFEST
    if harm == "cut":
        file.write_bytes(file.read_bytes()[:-10])
    elif harm == "changed":
        file.write_bytes(gzip.compress(b""))
    elif harm == "of another format":
        manifest.write_bytes(orjson.dumps({**orjson.loads(manifest.read_bytes()), "format": 2}))
    else:
        (file if harm == "lacks a file" else manifest).unlink()
    empty = MemoryDocuments()
    with pytest.raises(Refused):
        restore(stores(empty), Folder(tmp_path))
    assert empty.docs == {}


@pytest.mark.parametrize(("secrets", "points_at"), [(1, True), (2, False), (0, False)])
def test_an_account_that_was_connected_again_since_is_pointed_at_its_secret(
    world: World, tmp_path: Path, secrets: int, points_at: bool
) -> None:
    """Two of them: a process died while it connected, and nobody knows which one is good."""
    vault, (where, doc) = MemoryVault(), next(world.machine.documents.each("workspaces/demo/connections"))
    beginning = secrets_of(model.from_doc(Connection, doc))
    world.machine.documents.set(where, {**doc, "secret": f"{beginning}old-tokens", "secret_version": "7"})
    export(stores(world.machine.documents), Folder(tmp_path))
    for number in range(secrets):
        vault.add(f"{beginning}{number}-tokens", b"{}")
    empty = MemoryDocuments()
    done = restore(stores(empty, vault), Folder(tmp_path))
    restored = empty.docs[where]
    new = (f"{beginning}0-tokens", "1")
    assert (restored["secret"], restored["secret_version"]) == (new if points_at else (f"{beginning}old-tokens", "7"))
    assert done.without_credential == (() if points_at else (doc["id"],))


def test_no_credential_is_exported_and_lost_ones_are_named(world: World, tmp_path: Path) -> None:
    vault, where = MemoryVault(), model.path("demo", "connections", world.connection.id)
    vault.add("user-demo-emailoctopus-x-tokens", b"hunter2")
    doc = world.machine.documents.get(where) or {}
    world.machine.documents.set(where, {**doc, "secret": "user-demo-emailoctopus-x-tokens", "secret_version": "1"})
    world.sync("first")
    token, _ = links.create(world.machine.documents, world.clock, "demo", "mailchimp")
    world.machine.documents.set("states/attempt", {"workspace": "demo", "values": {}})
    export(stores(world.machine.documents, vault), Folder(tmp_path))
    texts = [gzip.decompress(file.read_bytes()) for file in tmp_path.glob("*.gz")]
    for secret in (b"hunter2", world.keys.value.encode(), token.encode(), b"states/attempt"):
        assert not any(secret in text for text in texts)
    assert {oct(file.stat().st_mode)[-3:] for file in tmp_path.iterdir()} == {"600"}
    assert restore(stores(MemoryDocuments(), vault), Folder(tmp_path)).without_credential == ()
    assert restore(stores(MemoryDocuments()), Folder(tmp_path)).without_credential == (world.connection.id,)


def test_the_manifest_is_written_last(world: World, tmp_path: Path) -> None:
    class Shelf(Folder):
        def write(self, name: str, data: bytes) -> None:
            if name.startswith("tables"):
                raise OSError("no room")
            super().write(name, data)

    with pytest.raises(OSError, match="no room"):
        export(stores(world.machine.documents), Shelf(tmp_path))
    assert not (tmp_path / MANIFEST).exists()
    assert digest(b"") != digest(b" ")
