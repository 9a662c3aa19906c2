"""The stand-ins are killed at any moment while somebody writes; what they acknowledged is there, whole, and once.

python -m tests.local.kills google --kills 50
python -m tests.local.kills warehouse --kills 50
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.pubsub_v1 import PublisherClient, PubsubMessage, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from tests.contract import backends
from tests.local.conftest import ROOT, eventually
from tests.support.patience import HANG

PROJECT = "projects/kept"
TOPIC, ALL, SECRET = f"{PROJECT}/topics/all", f"{PROJECT}/subscriptions/all", f"{PROJECT}/secrets/tokens"
MOST_WAIT = {"google": 0.25, "warehouse": 0.5}  # seconds from the first acknowledgement to the kill
SLOTS = 20  # documents, written over and over
NAMES = 3  # objects, written over and over
LARGEST = 400_000  # bytes of one


@dataclass
class Told:
    """What one writer sent, and what of it was acknowledged: numbers that rise. A kill leaves one without an answer."""

    sent: int = 0
    acknowledged: set[int] = field(default_factory=set)
    taken: list[int] = field(default_factory=list)  # messages that were read

    @property
    def last(self) -> int:
        return max(self.acknowledged, default=0)


class Lost(AssertionError):
    """Something acknowledged is not there, or something is there in halves, or twice."""


def check(holds: bool, what: str) -> None:
    if not holds:
        raise Lost(what)


@contextmanager
def nursery(kind: str) -> Iterator[Callable[[Path], dict[str, Any]]]:
    """Begins a life in a folder; it ends with the context, at the latest."""
    made = subprocess.Popen(
        [sys.executable, "-m", "tests.local.nursery", kind],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert made.stdin
    assert made.stdout
    begun, words, lines = list[int](), made.stdin, made.stdout

    def begin(folder: Path) -> dict[str, Any]:
        print(folder, file=words, flush=True)
        found: dict[str, Any] = {}
        while not {"address", "bigquery"} & set(found) or "pid" not in found:
            line = lines.readline()
            assert line, "the stand-in did not come up"
            if line.startswith("{"):
                found |= json.loads(line)
            assert "failed" not in found, found["failed"]
        begun.append(found["pid"])
        return found

    try:
        yield begin
    finally:
        for pid in begun:
            kill(pid)
        made.kill()
        made.communicate()


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not Path(f"/proc/{pid}").exists() if Path("/proc").exists() else _gone(pid))


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


class Google:
    """Pub/Sub, Firestore and Secret Manager."""

    def __init__(self, life: dict[str, Any]) -> None:
        channel = self.channel = grpc.insecure_channel(life["address"])
        self.db = backends.firestore_client(life["address"], "kept")
        self.secrets = backends.secrets_client(life["address"])
        self.publisher = PublisherClient(transport=PublisherGrpcTransport(channel=channel))
        self.subscriber = SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))

    def prepare(self) -> None:
        self.publisher.create_topic(name=TOPIC)
        self.subscriber.create_subscription(name=ALL, topic=TOPIC)
        self.secrets.create_secret(parent=PROJECT, secret_id="tokens", secret={"replication": {"automatic": {}}})

    def documents(self, number: int, told: Told) -> None:
        both = self.db.batch()
        for side in ("left", "right"):
            both.set(self.db.document(f"{side}/{number % SLOTS}"), {"n": number})
        both.set(self.db.document("last/one"), {"n": number})
        both.commit(retry=None, timeout=HANG)

    def messages(self, number: int, told: Told) -> None:
        message = PubsubMessage(data=str(number).encode())
        self.publisher.publish(topic=TOPIC, messages=[message], retry=None, timeout=HANG)

    def versions(self, number: int, told: Told) -> None:
        payload = {"data": str(number).encode()}
        self.secrets.add_secret_version(parent=SECRET, payload=payload, retry=None, timeout=HANG)

    WRITERS = (documents, messages, versions)

    def verify(self, told: dict[str, Told]) -> None:
        def numbers(side: str) -> dict[str, int]:
            return {each.id: each.get("n") for each in self.db.collection(side).stream()}

        last = numbers("last").get("one", 0)
        check(told["documents"].last <= last <= told["documents"].sent, "a document was lost")
        left = numbers("left")
        check(left == numbers("right"), "half of a batch of documents")
        newest = {str(number % SLOTS): number for number in sorted(told["documents"].acknowledged)}
        check(all(left.get(slot, 0) >= number for slot, number in newest.items()), "a batch of documents was lost")
        found = list[int]()
        at_once = {"subscription": ALL, "max_messages": 1000, "return_immediately": True}
        while received := self.subscriber.pull(request=at_once, timeout=HANG).received_messages:
            found += [int(each.message.data) for each in received]
            self.subscriber.acknowledge(subscription=ALL, ack_ids=[each.ack_id for each in received])
        kept = told["messages"]
        kept.taken += found
        check(len(set(kept.taken)) == len(kept.taken), "a message came twice")
        check(kept.acknowledged <= set(kept.taken), "a message was lost")
        check(max(found, default=0) <= kept.sent, "a message that nobody sent")
        if told["versions"].last:
            newest = self.secrets.access_secret_version(name=f"{SECRET}/versions/latest")
            number = int(newest.payload.data)
            check(told["versions"].last <= number <= told["versions"].sent, "a version was lost")
            check(int(newest.name.rsplit("/", 1)[-1]) <= told["versions"].sent, "a version came twice")

    def close(self) -> None:
        self.channel.close()
        self.db.close()
        self.secrets.transport.close()


class Warehouse:
    """BigQuery and Cloud Storage."""

    def __init__(self, life: dict[str, Any]) -> None:
        self.storage, self.bigquery = life["storage"], f"{life['bigquery']}/bigquery/v2/projects/kept"

    def prepare(self) -> None:
        dataset = {"datasetReference": {"projectId": "kept", "datasetId": "d"}}
        self._ask(f"{self.bigquery}/datasets", json.dumps(dataset).encode())
        self._query("CREATE TABLE d.t (n INT64)")

    def objects(self, number: int, told: Told) -> None:
        dice = random.Random(number)
        data = str(number).encode().rjust(12, b"0") * dice.randint(1, LARGEST // 12)
        place = urllib.parse.urlencode({"uploadType": "media", "name": f"acme/{number % NAMES}"})
        self._ask(f"{self.storage}/upload/storage/v1/b/pages/o?{place}", data)

    def rows(self, number: int, told: Told) -> None:
        self._query(f"INSERT INTO d.t (n) VALUES ({number})")

    WRITERS = (objects, rows)

    def verify(self, told: dict[str, Told]) -> None:
        written = told["objects"]
        for name in range(NAMES):
            newest = max((number for number in written.acknowledged if number % NAMES == name), default=0)
            if not newest:
                continue
            where = f"{self.storage}/storage/v1/b/pages/o/{urllib.parse.quote(f'acme/{name}', safe='')}"
            about, data = json.loads(self._ask(where)), self._ask(f"{where}?alt=media")
            number = int(data[:12])
            check(data == data[:12] * (len(data) // 12), "an object is cut, or of two writings")
            check(newest <= number <= written.sent, "an object was lost")
            digest = base64.b64encode(hashlib.md5(data).digest()).decode()
            check((int(about["size"]), about["md5Hash"]) == (len(data), digest), "the index tells of another object")
        answer = json.loads(self._query("SELECT n FROM d.t"))
        found = Counter(int(row["f"][0]["v"]) for row in answer.get("rows", []))
        check(set(found) >= told["rows"].acknowledged, "a row was lost")
        check(max(found.values(), default=1) == 1, "a row is there twice")
        check(max(found, default=0) <= told["rows"].sent, "a row that nobody sent")

    def _query(self, sql: str) -> bytes:
        asked = {"query": sql, "useLegacySql": False, "maxResults": 100_000}
        return self._ask(f"{self.bigquery}/queries", json.dumps(asked).encode())

    def _ask(self, url: str, data: bytes | None = None) -> bytes:
        kind = {"Content-Type": "application/json" if b'"' in (data or b"")[:3] else "application/octet-stream"}
        with urllib.request.urlopen(urllib.request.Request(url, data, kind), timeout=HANG) as answer:
            return bytes(answer.read())

    def close(self) -> None: ...


KINDS: dict[str, type[Google] | type[Warehouse]] = {"google": Google, "warehouse": Warehouse}


def write(service: Any, writer: Callable[..., None], told: Told, began: threading.Event) -> None:
    """One after the other, until nobody answers. `began`: something was acknowledged."""
    while True:
        number = told.sent = told.sent + 1
        try:
            writer(service, number, told)
        except Exception:  # whatever a client makes of a service that is no longer there
            return
        told.acknowledged.add(number)
        began.set()


def rehearse(kind: str, kills: int, seed: int = 1) -> dict[str, int]:
    """What was acknowledged over all lives, by kind of write; raises `Lost`."""
    dice, make = random.Random(seed), KINDS[kind]
    told = {writer.__name__: Told() for writer in make.WRITERS}
    with tempfile.TemporaryDirectory() as folder, nursery(kind) as begin:
        life = begin(Path(folder))
        service: Any = make(life)
        service.prepare()
        for number in range(kills):
            began = {writer: threading.Event() for writer in make.WRITERS}
            workers = [
                threading.Thread(target=write, args=(service, writer, told[writer.__name__], each), daemon=True)
                for writer, each in began.items()
            ]
            for worker in workers:
                worker.start()
            # In the first life each of them gets to something; later ones end also before some did.
            for each in began.values() if number == 0 else [dice.choice([*began.values()])]:
                check(each.wait(HANG), "nothing is acknowledged")
            threading.Event().wait(dice.uniform(0, MOST_WAIT[kind]))
            kill(life["pid"])
            for worker in workers:
                worker.join()
            service.close()
            life = begin(Path(folder))
            service = make(life)
            service.verify(told)
        service.close()
    return {name: len(each.acknowledged) for name, each in told.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print(json.dumps({"kills": args.kills, **rehearse(args.kind, args.kills, args.seed)}))


if __name__ == "__main__":
    main()
