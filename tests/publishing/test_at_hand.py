"""Published files on a disk: whole, of one version, fetched once, and each client's apart."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from shared import model
from shared.errors import Bug
from shared.publishing import packing
from shared.publishing.at_hand import AtHand, Shelf
from shared.publishing.manifest import Manifest, PublishedFile
from shared.publishing.published import Published
from shared.publishing.withdrawing import withdraw
from tests.publishing.desk import WORKSPACE, Desk, text_of


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.change()
    made.minutes(4)
    assert made.publication.version == 1
    return made


def shelf(desk: Desk, folder: Path) -> Shelf:
    return Shelf(desk.reader, folder)


def said(there: AtHand, mart: str) -> str:
    (path,) = there.files[mart]
    return text_of(Path(path).read_bytes())


def test_a_version_is_at_hand_whole(desk: Desk, tmp_path: Path) -> None:
    there = shelf(desk, tmp_path).fetch(WORKSPACE)
    assert there is not None
    assert {*there.files} == {*there.manifest.marts}
    assert said(there, "ads_by_day") == desk.marts.says(WORKSPACE, "ads_by_day")


def test_what_is_at_hand_is_not_fetched_again(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shelf(desk, tmp_path).fetch(WORKSPACE)
    read = []
    monkeypatch.setattr(type(desk.reader), "file", lambda self, workspace, file: read.append(file.name))
    assert shelf(desk, tmp_path).fetch(WORKSPACE) == first
    assert read == []


def test_a_newer_version_takes_the_place_of_what_it_changed(desk: Desk, tmp_path: Path) -> None:
    first = shelf(desk, tmp_path).fetch(WORKSPACE)
    desk.look()
    desk.change()
    desk.minutes(70)
    second = shelf(desk, tmp_path).fetch(WORKSPACE)
    assert first is not None
    assert second is not None
    assert second.manifest.version > first.manifest.version
    on_disk = {str(path) for path in tmp_path.rglob("*") if path.is_file()}
    assert on_disk == {path for paths in second.files.values() for path in paths}


def test_nothing_is_at_hand_of_what_was_withdrawn(desk: Desk, tmp_path: Path) -> None:
    assert shelf(desk, tmp_path).fetch(WORKSPACE) is not None
    withdraw(desk.documents, desk.objects, desk.clock, WORKSPACE, lambda what, number: None)
    assert shelf(desk, tmp_path).fetch(WORKSPACE) is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_damaged_file_is_never_at_hand(desk: Desk, tmp_path: Path) -> None:
    manifest = desk.reader.latest(WORKSPACE)
    assert manifest is not None
    (file,) = manifest.marts["ads_by_day"].files
    desk.objects.write(file.name, b"PAR1 something else", {})
    with pytest.raises(Bug, match="not what was written"):
        shelf(desk, tmp_path).fetch(WORKSPACE)
    assert not list(tmp_path.rglob(f"{file.sha256}*"))


def published_again(desk: Desk, manifest: Manifest, name: str) -> None:
    """The same marts, as another workspace's."""

    def moved(file: PublishedFile) -> PublishedFile:
        there = replace(file, name=f"{name}/{file.name.partition('/')[2]}")
        desk.objects.write(there.name, desk.objects.read(file.name), {})
        return there

    marts = {
        mart: replace(each, files=tuple(moved(file) for file in each.files)) for mart, each in manifest.marts.items()
    }
    where = f"{name}/manifests/1"
    desk.objects.write(where, packing.pack(replace(manifest, workspace=name, marts=marts)), {})
    desk.documents.set(model.publication_path(name), model.to_doc(model.Publication(name, version=1, manifest=where)))


def test_files_of_who_was_asked_longest_ago_make_room(desk: Desk, tmp_path: Path) -> None:
    """The disk of a function is its memory, and it serves all workspaces."""
    manifest = desk.reader.latest(WORKSPACE)
    assert manifest is not None
    size = sum(file.bytes for mart in manifest.marts.values() for file in mart.files)
    assert size
    for name in ("second", "third"):
        published_again(desk, manifest, name)
    there = Shelf(desk.reader, tmp_path, most=2 * size)

    def held() -> set[str]:
        return {path.parent.name for path in tmp_path.rglob("*.parquet")}

    for name in (WORKSPACE, "second", WORKSPACE):
        assert there.fetch(name) is not None
    assert held() == {WORKSPACE, "second"}
    third = there.fetch("third")
    assert held() == {WORKSPACE, "third"}
    assert third is not None
    assert all(Path(path).exists() for paths in third.files.values() for path in paths)
    small = Shelf(desk.reader, tmp_path / "small", most=1)
    assert small.fetch(WORKSPACE) is not None
    assert small.fetch(WORKSPACE) == small.fetch(WORKSPACE)


def test_two_who_ask_at_once_fetch_each_file_once(desk: Desk, tmp_path: Path) -> None:
    manifest = desk.reader.latest(WORKSPACE)
    assert manifest is not None
    both, read = threading.Barrier(2), Counter[str]()

    class Slow(Published):
        def file(self, workspace: str, file: PublishedFile) -> bytes:
            read[file.name] += 1
            with suppress(threading.BrokenBarrierError):
                both.wait(0.2)  # where both come here, they come together
            return super().file(workspace, file)

    there = Shelf(Slow(desk.reader.documents, desk.reader.objects_of), tmp_path)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(there.fetch, [WORKSPACE, WORKSPACE])
    assert first == second is not None
    assert set(read.values()) == {1}
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".parquet"]


@pytest.mark.parametrize("workspace", ["other", "../demo", "", "demo/../demo"])
def test_another_name_leads_to_nothing(desk: Desk, tmp_path: Path, workspace: str) -> None:
    assert shelf(desk, tmp_path).fetch(WORKSPACE) is not None
    assert shelf(desk, tmp_path).fetch(workspace) is None
