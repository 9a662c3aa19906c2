"""State in a folder: what was acknowledged is there after the process is gone, however it went."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter
from google.cloud.secretmanager_v1.types import resources

from infra.local import google
from infra.local.persistence import InFile
from tests.contract import backends

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PROJECT = "projects/kept"
TOPIC, NUDGES, DEAD = f"{PROJECT}/topics/nudges", f"{PROJECT}/subscriptions/nudges", f"{PROJECT}/topics/dead"


@contextmanager
def process(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The stand-ins in a process of their own, and their address."""
    command = [sys.executable, "-m", "infra.local.google", "--folder", str(folder)]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        address = running.stdout.readline().strip().partition("=")[2]
        assert address, "the stand-ins did not start"
        yield running, address
    finally:
        running.kill()
        running.communicate()


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    with process(tmp_path) as (running, address):
        db = backends.firestore_client(address, "kept")
        publisher, subscriber = backends.publisher(address), backends.subscriber(address)
        secrets = backends.secrets_client(address)
        publisher.create_topic(name=TOPIC)
        subscriber.create_subscription(name=NUDGES, topic=TOPIC)
        for number in range(20):
            db.document(f"runs/{number}").set({"n": number, "status": "ready"})
        db.document("runs/0").delete()
        db.document("runs/1").update({"status": "done"})
        ids = [publisher.publish(TOPIC, str(number).encode()).result(timeout=10) for number in range(5)]
        [taken] = subscriber.pull(subscription=NUDGES, max_messages=1).received_messages
        subscriber.acknowledge(subscription=NUDGES, ack_ids=[taken.ack_id])
        secret = secrets.create_secret(
            parent=PROJECT, secret_id="tokens", secret={"replication": {"automatic": {}}, "labels": {"a": "b"}}
        )
        secrets.add_secret_version(parent=secret.name, payload={"data": b"one"})
        version = secrets.add_secret_version(parent=secret.name, payload={"data": b"two"})
        secrets.destroy_secret_version(name=f"{secret.name}/versions/1")
        os.kill(running.pid, signal.SIGKILL)
        running.wait()

    with process(tmp_path) as (_, address):
        db = backends.firestore_client(address, "kept")
        ready = db.collection("runs").where(filter=FieldFilter("status", "==", "ready")).stream()
        assert sorted(each.get("n") for each in ready) == list(range(2, 20))
        assert not db.document("runs/0").get().exists
        subscriber = backends.subscriber(address)
        left = subscriber.pull(subscription=NUDGES, max_messages=10).received_messages
        assert {each.message.message_id for each in left} == set(ids) - {taken.message.message_id}
        secrets = backends.secrets_client(address)
        latest = secrets.access_secret_version(name=f"{secret.name}/versions/latest")
        assert (latest.name, latest.payload.data) == (version.name, b"two")
        assert [each.state.name for each in secrets.list_secret_versions(parent=secret.name)] == [
            "ENABLED",
            "DESTROYED",
        ]


def test_times_go_on_rising_after_a_restart(tmp_path: Path) -> None:
    def write() -> firestore.DocumentSnapshot:
        stand_in = google.start(tmp_path)
        document = backends.firestore_client(stand_in.address, "kept").document("runs/one")
        document.set({"n": firestore.Increment(1)}, merge=True)
        found = document.get()
        stand_in.stop()
        return found

    first, second = write(), write()
    assert second.get("n") == 2
    assert second.create_time == first.create_time
    assert second.update_time > first.update_time


def test_attempts_are_counted_across_a_restart(tmp_path: Path) -> None:
    """Else a message that fails for good would never become a dead letter."""
    attempts = []
    for life in range(2):
        stand_in = google.start(tmp_path)
        subscriber = backends.subscriber(stand_in.address)
        if life == 0:
            publisher = backends.publisher(stand_in.address)
            publisher.create_topic(name=TOPIC)
            publisher.create_topic(name=DEAD)
            policy = {"dead_letter_topic": DEAD, "max_delivery_attempts": 5}
            subscriber.create_subscription(request={"name": NUDGES, "topic": TOPIC, "dead_letter_policy": policy})
            publisher.publish(TOPIC, b"x").result(timeout=10)
        for _ in range(2):
            [taken] = subscriber.pull(subscription=NUDGES, max_messages=1).received_messages
            attempts.append(taken.delivery_attempt)
            subscriber.modify_ack_deadline(subscription=NUDGES, ack_ids=[taken.ack_id], ack_deadline_seconds=0)
        stand_in.stop()
    assert attempts == [1, 2, 3, 4]


def test_the_push_identity_stays_the_same(tmp_path: Path) -> None:
    keys = []
    for _ in range(2):
        stand_in = google.start(tmp_path)
        keys.append(stand_in.identity.key_id)
        stand_in.stop()
    assert keys[0] == keys[1]


def test_only_the_owner_can_read_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "cloud"
    stand_in = google.start(folder)
    stand_in.secrets.create("projects/kept", "tokens", _replicated())
    stand_in.secrets.add_version("projects/kept/secrets/tokens", b"a token")
    files = sorted(folder.iterdir())
    assert {"firestore.sqlite", "identity.pem", "pubsub.sqlite", "secrets.sqlite"} <= {each.name for each in files}
    assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    stand_in.stop()


def test_two_stand_ins_cannot_share_a_folder(tmp_path: Path) -> None:
    stand_in = google.start(tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        google.start(tmp_path)
    stand_in.stop()


def test_a_change_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    kept = InFile(tmp_path / "x.sqlite")
    kept.write({"a": b"1", "b": b"2"})
    with pytest.raises(sqlite3.Error):
        kept.write({"a": None, "c": object()})  # type: ignore[dict-item]
    kept.write({"b": None, "d": b"4"})
    assert dict(kept.load()) == {"a": b"1", "d": b"4"}
    kept.close()


def test_the_process_ends_when_asked_to(tmp_path: Path) -> None:
    with process(tmp_path) as (running, address):
        backends.firestore_client(address, "kept").document("runs/one").set({})
        running.terminate()
        assert running.wait(20) == 0


def _replicated() -> object:
    return resources.Secret.pb()(replication={"automatic": {}})
