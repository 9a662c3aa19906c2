"""The state is exported and restored: every type comes back as it was; nothing is lost, doubled or half restored."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from infra.local import google
from infra.state import values
from infra.state.checking import KINDS
from infra.state.exporting import BESIDE, MANIFEST, WITHIN, digest, export
from infra.state.restoring import Refused, restore
from infra.state.targets import Folder
from shared import model
from shared.model import Connection, Publication, Run, Workspace, from_doc, publication_path, to_doc
from shared.oauth import links
from shared.oauth.accounts import secrets_of
from shared.settings import load
from shared.states import Reason, RunState
from shared.stores.firestore import FirestoreDocuments
from shared.stores.installation import Stores
from shared.stores.ports import Documents, Transaction
from tests.flow.pipeline import TINY, Pipeline
from tests.flow.test_upgrades import FROM_THE_FIRST_DAY
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryObjects, MemoryVault, Time

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


def keyed() -> MemoryVault:
    """The secrets of one installation: here its signing key."""
    vault = MemoryVault()
    vault.add(SETTINGS.signing_secret, b"signs for us")
    return vault


def stores(
    documents: Documents, vault: MemoryVault | None = None, people: Documents | None = None, **settings: Any
) -> Stores:
    said = replace(SETTINGS, **settings)
    made = Stores(said, documents, vault or keyed(), MemoryObjects(), Time(), MemoryBus())
    vars(made)["people"] = people or MemoryDocuments()
    vars(made)["feeds"] = MemoryDocuments()
    return made


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
    before.set("workspaces/acme", to_doc(Workspace("acme", "Acme")))
    run = to_doc(Run("kinds", "acme", "c", "mailchimp", Reason.SCHEDULE, RunState.COMPLETED))
    before.set("workspaces/acme/runs/kinds", {**EVERY_KIND, **run})
    _, link = links.create(before, Time(), "acme", "mailchimp", "the bakery")
    links.revoke(before, Time(), link.id)
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
def world() -> Pipeline:
    made = Pipeline("emailoctopus", counts=TINY["emailoctopus"])
    made.machine.documents.set("workspaces/demo", to_doc(Workspace("demo", "Demo")))
    return made


def test_a_world_is_restored_and_reads_on(world: Pipeline, tmp_path: Path) -> None:
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
def test_what_was_under_way_is_closed_and_read_again(world: Pipeline, tmp_path: Path, delivered: int) -> None:
    """The export is taken in the middle of a sync; what came after it is lost with the database."""
    machine = world.machine
    machine.planner.runs.begin(world.connection, Reason.OPERATOR, "first")
    for _ in range(delivered):
        machine.deliver(machine.bus.waiting.popleft())
    export(stores(machine.documents), Folder(tmp_path))
    machine.drain()  # it goes on, into BigQuery
    machine.bus.waiting.clear()
    machine.documents.docs.clear()
    done = restore(stores(machine.documents), Folder(tmp_path))
    assert done.closed == 1
    (run,) = machine.open()  # all that is left to do is to tell of it
    assert (run["state"], run["problems"][0]["code"]) == (RunState.FAILED, "restored")
    machine.settle()
    assert {row["run_id"] for row in world.told()} == {run["id"]}
    world.box.change(2)
    world.clock.forward(hours=1)
    world.sync("second")
    assert not world.differences()


def test_every_workspace_is_published_anew(world: Pipeline, tmp_path: Path) -> None:
    """What was published is not in an export; the tick sees to a version of each workspace that is there again."""
    world.sync("first")
    world.machine.documents.set("workspaces/other", to_doc(Workspace("other", "Other")))
    where = publication_path("demo")
    held = {**(world.machine.documents.get(where) or {}), "version": 7, "manifest": "demo/manifests/gone.json.gz"}
    world.machine.documents.set(where, held)
    export(stores(world.machine.documents), Folder(tmp_path))
    empty = MemoryDocuments()
    restore(stores(empty), Folder(tmp_path))
    for workspace in ("demo", "other"):
        found = from_doc(Publication, empty.docs[publication_path(workspace)])
        assert (found.version, found.manifest, found.causes) == (0, "", ["settings"])
        assert found.due_at is not None


def test_a_database_that_is_not_empty_is_refused_unless_told(world: Pipeline, tmp_path: Path) -> None:
    made = stores(world.machine.documents)
    export(made, Folder(tmp_path))
    held = dict(world.machine.documents.docs)
    with pytest.raises(Refused, match="not empty"):
        restore(made, Folder(tmp_path))
    assert world.machine.documents.docs == held
    world.machine.documents.set("workspaces/demo", {"id": "demo", "name": "Changed"})
    restore(made, Folder(tmp_path), over=True)
    assert (world.machine.documents.get("workspaces/demo") or {})["name"] == "Demo"


def test_what_terraform_and_functions_write_by_themselves_is_no_reason_to_refuse(
    world: Pipeline, tmp_path: Path
) -> None:
    export(stores(world.machine.documents), Folder(tmp_path))
    empty = MemoryDocuments()
    empty.set("workspaces/demo", {"id": "demo", "name": "From the settings"})
    empty.set("failures/late", {"reason": "there is no such connection"})
    assert restore(stores(empty), Folder(tmp_path)).documents["connections"] == 1


class Breaking(MemoryDocuments):
    """Out of order after so many commits."""

    left = done = 0

    def transact(self, work: Callable[[Transaction], Any]) -> Any:
        if not self.left:
            raise OSError("gone")
        self.left, self.done = self.left - 1, self.done + 1
        return super().transact(work)


@pytest.mark.parametrize("commits", [0, 1, 4, 7])
def test_a_restore_that_was_interrupted_is_carried_on_with(world: Pipeline, tmp_path: Path, commits: int) -> None:
    world.sync()
    export(stores(world.machine.documents), Folder(tmp_path))
    whole, broken = Breaking(), Breaking()
    whole.left = 100
    restore(stores(whole), Folder(tmp_path))
    broken.left = commits
    with pytest.raises(OSError, match="gone"):
        restore(stores(broken), Folder(tmp_path))
    assert everything(broken).keys() < everything(whole).keys()
    broken.left = 100
    restore(stores(broken), Folder(tmp_path))
    assert broken.done == whole.done  # what is written is not written again
    assert broken.docs == whole.docs


def test_a_part_of_another_export_is_no_empty_database(world: Pipeline, tmp_path: Path) -> None:
    made = stores(world.machine.documents)
    export(made, Folder(tmp_path / "first"))
    world.clock.forward(hours=1)
    broken = Breaking()
    with pytest.raises(OSError, match="gone"):
        restore(stores(broken), Folder(tmp_path / "first"))
    world.machine.documents.set("workspaces/other", {"id": "other", "name": "Other"})
    export(made, Folder(tmp_path / "second"))
    broken.left = 100
    with pytest.raises(Refused, match="another export"):
        restore(stores(broken), Folder(tmp_path / "second"))
    restore(stores(broken), Folder(tmp_path / "second"), over=True)
    assert broken.get("restores/now") is None


@pytest.mark.parametrize("harm", ["cut", "changed", "lacks a file", "lacks the manifest", "of another format"])
def test_an_export_that_is_not_whole_restores_nothing(world: Pipeline, tmp_path: Path, harm: str) -> None:
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
    world: Pipeline, tmp_path: Path, secrets: int, points_at: bool
) -> None:
    """Two of them: a process died while it connected, and nobody knows which one is good."""
    vault, (where, doc) = keyed(), next(world.machine.documents.each("workspaces/demo/connections"))
    beginning = secrets_of(from_doc(Connection, doc))
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


def test_no_credential_is_exported_and_lost_ones_are_named(world: Pipeline, tmp_path: Path) -> None:
    vault, where = keyed(), model.path("demo", "connections", world.connection.id)
    name = f"{secrets_of(world.connection)}tokens"
    vault.add(name, b"hunter2")
    doc = world.machine.documents.get(where) or {}
    world.machine.documents.set(where, {**doc, "secret": name, "secret_version": "1"})
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


def test_the_manifest_is_written_last(world: Pipeline, tmp_path: Path) -> None:
    class Shelf(Folder):
        def write(self, name: str, data: bytes) -> None:
            if name.startswith("tables"):
                raise OSError("no room")
            super().write(name, data)

    with pytest.raises(OSError, match="no room"):
        export(stores(world.machine.documents), Shelf(tmp_path))
    assert not (tmp_path / MANIFEST).exists()
    assert digest(b"") != digest(b" ")


def test_documents_of_the_first_day_are_restored_with_what_came_later(world: Pipeline, tmp_path: Path) -> None:
    """And with what a later release wrote, which this one does not know."""
    world.sync()
    documents = world.machine.documents
    for path, doc in list(documents.docs.items()):
        kind = KINDS.get(path.split("/")[-2])
        if kind is not None:
            first = {name: doc[name] for name in FROM_THE_FIRST_DAY[kind] | ({"state", "started_at"} & doc.keys())}
            documents.docs[path] = {**first, "tomorrow": 1}
    export(stores(documents), Folder(tmp_path))
    empty = MemoryDocuments()
    restore(stores(empty), Folder(tmp_path))
    assert empty.docs.keys() == documents.docs.keys()
    for path, doc in empty.docs.items():
        if path.startswith("publications/"):
            continue  # it is made anew
        kind = KINDS.get(path.split("/")[-2])
        if kind is not None:
            assert doc.keys() >= {field.name for field in fields(kind)} | {"tomorrow"}
    world.machine.documents.docs = empty.docs
    world.sync("second")
    assert not world.differences()


def rewritten(
    folder: Path, collection: str, change: Callable[[str, dict[str, Any]], tuple[str, dict[str, Any]]]
) -> None:
    """By somebody who can write there and does not hold our key."""
    file, manifest = folder / f"{collection}.ndjson.gz", folder / MANIFEST
    lines = [values.line(*change(*values.read(line))) for line in gzip.decompress(file.read_bytes()).splitlines()]
    file.write_bytes(gzip.compress(b"".join(lines)))
    said = orjson.loads(manifest.read_bytes())
    for each in said["files"]:
        if each["name"] == collection:
            each["digest"] = digest(file.read_bytes())
    manifest.write_bytes(orjson.dumps(said))


def test_an_export_that_somebody_else_wrote_is_refused(world: Pipeline, tmp_path: Path) -> None:
    export(stores(world.machine.documents), Folder(tmp_path))
    rewritten(tmp_path, "connections", lambda path, doc: (path, {**doc, "title": "Mine"}))
    empty = MemoryDocuments()
    with pytest.raises(Refused, match="seal"):
        restore(stores(empty), Folder(tmp_path))
    with pytest.raises(Refused, match="seal"):
        restore(stores(empty, MemoryVault()), Folder(tmp_path))
    assert empty.docs == {}
    restore(stores(empty), Folder(tmp_path), of="state")  # by whoever knows where it comes from


def test_an_export_of_another_project_is_refused_unless_named(world: Pipeline, tmp_path: Path) -> None:
    export(stores(world.machine.documents), Folder(tmp_path))
    empty = MemoryDocuments()
    with pytest.raises(Refused, match="of the project 'state'"):
        restore(stores(empty, project="elsewhere"), Folder(tmp_path))
    with pytest.raises(Refused, match="of the project 'state'"):
        restore(stores(empty, project="elsewhere"), Folder(tmp_path), of="another")
    assert empty.docs == {}
    restore(stores(empty, MemoryVault(), project="elsewhere"), Folder(tmp_path), of="state")


HOME = "workspaces/demo/connections/"


@pytest.mark.parametrize(
    ("collection", "path", "more", "because"),
    [
        ("connections", "workspaces/demo/cursors/x", {"id": "x"}, "no path of connections"),
        ("connections", "states/x", {"id": "x"}, "no path of connections"),
        ("connections", HOME + "x/deep/y", {"id": "y"}, "no path of connections"),
        ("connections", HOME + "..", {"id": ".."}, "no path of connections"),
        ("connections", HOME + "x", {}, "another document"),
        ("connections", "workspaces/other/connections/{id}", {}, "not in the export"),
        ("connections", HOME + "{id}", {"workspace": "other"}, "another workspace"),
        ("connections", HOME + "{id}", {"secret": "user-demo-klaviyo-abc-tokens"}, "not its own"),
        ("connections", HOME + "{id}", {"secret": "client-mailchimp"}, "not its own"),
        ("workspaces", "workspaces/acme_raw", {"id": "acme_raw"}, "no workspace that can be"),
        ("links", "links/x", {"workspace": None}, "whose it is"),
    ],
)
def test_a_line_that_is_not_at_home_is_refused(
    world: Pipeline, tmp_path: Path, collection: str, path: str, more: dict[str, Any], because: str
) -> None:
    links.create(world.machine.documents, world.clock, "demo", "emailoctopus")
    export(stores(world.machine.documents), Folder(tmp_path))
    rewritten(tmp_path, collection, lambda _, doc: (path.format(id=doc["id"]), {**doc, **more}))
    empty = MemoryDocuments()
    with pytest.raises(Refused, match=because):
        restore(stores(empty), Folder(tmp_path), of="state")
    assert empty.docs == {}


def test_links_that_were_open_are_withdrawn(world: Pipeline, tmp_path: Path) -> None:
    """Whether they were used or withdrawn after the export, nobody knows any more."""
    documents = world.machine.documents
    _, used = links.create(documents, world.clock, "demo", "mailchimp")
    token, open_then = links.create(documents, world.clock, "demo", "emailoctopus")
    documents.set(f"links/{used.id}", {**(documents.get(f"links/{used.id}") or {}), "used_at": world.clock.now()})
    export(stores(documents), Folder(tmp_path))
    empty = MemoryDocuments()
    assert restore(stores(empty), Folder(tmp_path)).withdrawn == 1
    found = links.find(empty, token)
    assert found is not None
    assert (found.id, found.trouble(world.clock.now())) == (open_then.id, "link-revoked")
    assert empty.get(f"links/{used.id}") == documents.get(f"links/{used.id}")
