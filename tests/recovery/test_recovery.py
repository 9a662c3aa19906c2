"""The steps of docs/disaster-recovery.md, walked: something is lost, the operator does what is written, and the tables
are held against what the platform really holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.messages import SliceReady
from shared.oauth import links
from shared.states import ConnectionState, RunState
from tests.recovery.conftest import PLATFORM, WIRE_TOO, Site, exported


@pytest.mark.slow
@WIRE_TOO
def test_firestore_is_lost(site: Site, tmp_path: Path) -> None:
    """The export is of before the last sync; BigQuery is ahead of it."""
    assert site.sync()["state"] == RunState.COMPLETED
    site.admin("state", "export", str(tmp_path))
    site.live()
    assert site.sync()["state"] == RunState.COMPLETED
    held = site.changes()

    site.live_on("after")
    assert site.admin("workspace", "list") == []
    assert site.admin("state", "restore", str(tmp_path))["without_credential"] == []
    site.live()
    assert site.sync()["state"] == RunState.COMPLETED
    assert not site.wrong()
    later = site.changes()
    assert set(held) <= set(later)
    assert len(later) == len(set(later))


def test_firestore_is_lost_while_a_sync_is_under_way(site: Site, tmp_path: Path) -> None:
    site.admin("sync", site.workspace, PLATFORM)
    for _ in range(4):
        site.machine.deliver(site.bus.waiting.popleft())
    site.admin("state", "export", str(tmp_path))
    site.machine.settle()
    site.live_on("midway")
    assert site.admin("state", "restore", str(tmp_path))["closed"] == 1
    assert site.sync()["state"] == RunState.COMPLETED
    assert not site.wrong()


@pytest.mark.slow
@WIRE_TOO
def test_the_database_is_deleted_and_the_hourly_export_is_left(site: Site) -> None:
    """Of the groups that Terraform names, made in the middle of a sync, and nothing else."""
    assert site.sync()["state"] == RunState.COMPLETED
    site.live()
    site.admin("sync", site.workspace, PLATFORM)
    for _ in range(4):
        site.machine.deliver(site.bus.waiting.popleft())
    kept = exported(site.documents, site.workspace)
    assert len({path.split("/")[-2] for path in kept}) >= 4
    site.machine.settle()
    held = site.changes()

    site.clock.forward(minutes=40)
    site.live_on("deleted")
    for path, doc in kept.items():
        site.documents.set(path, doc)
    site.live()
    assert site.sync()["state"] == RunState.COMPLETED
    assert not site.wrong()
    later = site.changes()
    assert set(held) <= set(later)
    assert len(later) == len(set(later))


def test_the_bucket_is_lost_with_pages_that_were_not_loaded(site: Site) -> None:
    assert site.sync()["state"] == RunState.COMPLETED
    site.live()
    run = site.admin("sync", site.workspace, PLATFORM)["run"]
    while site.bus.waiting:  # everything is read, and nothing is loaded
        message = site.bus.waiting.popleft()
        if message.topic in ("sync-requested", SliceReady.topic):
            site.machine.deliver(message)
    assert site.lose_objects() > 0
    site.machine.settle()
    lost = site.machine.run(run, site.workspace)
    assert lost["state"] in ("partly", RunState.FAILED)
    assert "bigquery-refused" in {problem["code"] for problem in lost["problems"]}
    assert site.wrong()

    assert site.sync()["state"] == RunState.COMPLETED
    assert not site.wrong()


@pytest.mark.slow
@WIRE_TOO
def test_the_datasets_are_lost(site: Site) -> None:
    assert site.sync()["state"] == RunState.COMPLETED
    site.live()
    assert site.sync()["state"] == RunState.COMPLETED
    held, calls = site.changes(), site.box.calls.total
    assert held

    site.lose_datasets()
    assert site.tables() == []
    assert site.replay()["state"] == RunState.COMPLETED
    assert site.box.calls.total == calls
    assert site.changes() == held  # every reading, and when it was made
    assert site.sync()["state"] == RunState.COMPLETED  # marks again what has vanished
    assert not site.wrong()
    if site.wire:  # the command asks BigQuery itself what it lacks
        runs = {doc["id"] for _, doc in site.documents.each(f"workspaces/{site.workspace}/runs")}
        assert len(runs - site.told()) == 2  # those from before the loss
        assert site.admin("marts", "refresh", site.workspace)[site.workspace] > 0
        assert site.told() == runs


def test_one_table_is_lost(site: Site) -> None:
    assert site.sync()["state"] == RunState.COMPLETED
    held = site.changes()
    del site.warehouse.tables[site.workspace, f"{PLATFORM}_contacts"]
    run = site.admin("replay", site.workspace, PLATFORM, "--stream", "contacts")["run"]
    site.machine.settle()
    assert site.machine.run(run, site.workspace)["state"] == RunState.COMPLETED
    assert site.changes() == held
    assert not site.wrong()


def test_a_secret_is_lost(site: Site) -> None:
    assert site.sync()["state"] == RunState.COMPLETED
    site.vault.delete(site.connection.secret)
    site.live_on("before")  # whoever had it in memory is gone, too
    run = site.sync()
    assert run["state"] == RunState.FAILED
    (shown,) = site.admin("connections", site.workspace)
    assert (shown["state"], shown["move"]) == (ConnectionState.RECONNECT, "client")

    made = site.admin("connect-link", "create", site.workspace, "--reconnect", PLATFORM)
    link = links.find(site.documents, made["link"].rpartition("#")[2])
    assert link is not None
    before = site.connection.id
    assert site.connect(link).id == before
    site.live()
    assert site.sync()["state"] == RunState.COMPLETED
    assert not site.wrong()


def test_firestore_and_the_datasets_are_lost(site: Site, tmp_path: Path) -> None:
    assert site.sync()["state"] == RunState.COMPLETED
    site.admin("state", "export", str(tmp_path))
    site.live()
    assert site.sync()["state"] == RunState.COMPLETED
    held = site.changes()
    site.live_on("both")
    site.lose_datasets()
    site.admin("state", "restore", str(tmp_path))
    assert site.replay()["state"] == RunState.COMPLETED
    assert site.changes() == held
    assert site.sync()["state"] == RunState.COMPLETED
    assert not site.wrong()


def test_everything_but_the_secrets_is_lost(site: Site, tmp_path: Path) -> None:
    """What cannot be had again: the changes from before."""
    assert site.sync()["state"] == RunState.COMPLETED
    site.admin("state", "export", str(tmp_path))
    site.live()
    assert site.sync()["state"] == RunState.COMPLETED
    held = site.changes()
    site.live_on("nothing")
    site.lose_datasets()
    site.lose_objects()
    site.admin("state", "restore", str(tmp_path))
    since = ["--since", "2000-01-01"]
    run = site.admin("backfill", site.workspace, PLATFORM, *since)["run"]  # cursors would leave out what is old
    site.machine.settle()
    assert site.machine.run(run, site.workspace)["state"] == RunState.COMPLETED
    assert site.sync()["state"] == RunState.COMPLETED
    assert not site.wrong()
    assert not set(held) & set(site.changes())
