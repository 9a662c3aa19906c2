"""Published files are read with a token that opens one workspace only: the real client, the real exchange of tokens,
and a stand-in that refuses what a boundary does not let through."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from google.api_core.exceptions import Forbidden, GoogleAPICallError
from google.auth import downscoped

from shared import model
from shared.errors import Bug
from shared.model import Publication, to_doc
from shared.publishing import packing, published
from shared.publishing.manifest import Manifest, PublishedFile, PublishedMart, Stamp
from shared.publishing.published import Published
from shared.stores import narrowed
from shared.stores.narrowed import NarrowedObjects, boundary
from shared.stores.ports import NoObject
from shared.stores.storage import StorageObjects
from tests.contract import warehouse_backends
from tests.support.memory import MemoryDocuments, Time

pytestmark = pytest.mark.slow
SETTINGS = replace(warehouse_backends.SETTINGS, published_bucket=warehouse_backends.SETTINGS.bucket)


class Two:
    """Two workspaces, of which one is called like the beginning of the other, with a file each."""

    def __init__(self) -> None:
        warehouse_backends.stand_in()
        self.a = f"w{uuid4().hex[:8]}"
        self.b = f"{self.a}2"
        self.whole = StorageObjects(SETTINGS, name=SETTINGS.published_bucket)
        self.narrowed = NarrowedObjects(SETTINGS)
        for each in (self.a, self.b):
            self.whole.write(self.file(each), f"of {each}".encode(), {})

    def file(self, workspace: str) -> str:
        return f"{workspace}/ads_by_day/0123/000001-000001-20261101T000000-1-000000000000.parquet"


@pytest.fixture
def two() -> Two:
    return Two()


def test_a_token_opens_the_files_of_its_workspace(two: Two) -> None:
    for each in (two.a, two.b):
        assert two.narrowed.of(each).read(two.file(each)) == f"of {each}".encode()


def test_it_opens_nobody_elses_also_where_a_name_begins_alike(two: Two) -> None:
    for own, other in ((two.a, two.b), (two.b, two.a)):
        with pytest.raises(Forbidden):
            two.narrowed.of(own).read(two.file(other))


def test_it_can_neither_list_nor_change_anything(two: Two) -> None:
    objects = two.narrowed.of(two.a)
    with pytest.raises(GoogleAPICallError):
        list(objects.list(f"{two.a}/"))
    with pytest.raises(GoogleAPICallError):
        objects.delete(two.file(two.a))
    with pytest.raises(GoogleAPICallError):
        objects.write(two.file(two.a), b"other", {})
    assert two.whole.read(two.file(two.a)) == f"of {two.a}".encode()


def test_what_is_not_there_is_not_there(two: Two) -> None:
    with pytest.raises(NoObject):
        two.narrowed.of(two.a).read(f"{two.a}/ads_by_day/none.parquet")


@pytest.mark.parametrize("name", ["", "a/b", "../b", "a'b", "*"])
def test_a_token_is_for_one_workspace_or_not_made(two: Two, name: str) -> None:
    with pytest.raises(Bug):
        two.narrowed.of(name)


def led_astray(two: Two) -> Published:
    """What is published of A names a file of B's."""
    documents, own = MemoryDocuments(), f"{two.a}/manifests/000001.json.gz"
    file = PublishedFile(name=two.file(two.b), sha256="0" * 64, rows=1, bytes=1)
    mart = PublishedMart(fingerprint="0123", columns=(), files=(file,))
    manifest = Manifest(
        workspace=two.a, version=1, cause="loaded", stamp=Stamp(as_of=Time().now()), marts={"ads_by_day": mart}
    )
    two.whole.write(own, packing.pack(manifest), {})
    documents.set(model.publication_path(two.a), to_doc(Publication(two.a, version=1, manifest=own)))
    return Published(documents, two.narrowed.of)


def test_nobody_is_led_to_what_another_has(two: Two) -> None:
    with pytest.raises(Bug) as refused:
        led_astray(two).read(two.a, ["ads_by_day"])
    assert refused.value.code == "published-elsewhere"


def test_also_without_the_check_of_the_path(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "check_place", lambda workspace, name: None)
    with pytest.raises(Forbidden):
        led_astray(two).read(two.a, ["ads_by_day"])


def test_a_token_is_made_once_for_each_workspace(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    refresh = downscoped.Credentials.refresh

    def noted(self: downscoped.Credentials, request: object) -> None:
        made.append("one")
        refresh(self, request)

    monkeypatch.setattr(downscoped.Credentials, "refresh", noted)
    for each in (two.a, two.b):
        two.narrowed.of(each).read(two.file(each))
    before = len(made)
    assert before >= 2
    for each in (two.a, two.b, two.a):
        two.narrowed.of(each).read(two.file(each))
    assert len(made) == before


def test_those_of_few_workspaces_are_kept(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrowed, "MOST", 1)
    first = two.narrowed.of(two.a)
    assert two.narrowed.of(two.a) is first
    two.narrowed.of(two.b)
    assert two.narrowed.of(two.a) is not first


def test_the_boundary_is_as_googles_page_writes_it() -> None:
    assert boundary("published", "acme").to_json() == {
        "accessBoundary": {
            "accessBoundaryRules": [
                {
                    "availableResource": "//storage.googleapis.com/projects/_/buckets/published",
                    "availablePermissions": ["inRole:roles/storage.objectViewer"],
                    "availabilityCondition": {
                        "expression": "resource.name.startsWith('projects/_/buckets/published/objects/acme/')"
                    },
                }
            ]
        }
    }
