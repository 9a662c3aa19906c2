"""What the contract runs against, and the clients that talk to it."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.cloud import firestore, pubsub_v1, secretmanager_v1
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
    SecretManagerServiceGrpcTransport,
)

from infra.local import emulators, google

STAND_INS = ("in memory", "in a folder")
GOOGLE = "Google's emulator"

_projects = itertools.count(1)


@dataclass(frozen=True)
class Backend:
    """A running service, and our engines behind it when it is ours."""

    kind: str
    address: str
    stand_in: google.GoogleStandIn | None

    @property
    def ours(self) -> bool:
        """Whether this is a stand-in of ours."""
        return self.stand_in is not None


@contextmanager
def running(kind: str, emulator: emulators.Emulator, folder: Path) -> Iterator[Backend]:
    """A backend of that kind; ends when the context does."""
    if kind == GOOGLE:
        with emulators.running(emulator) as address:
            yield Backend(kind, address, None)
        return
    with ExitStack() as ending:
        stand_in = google.start(folder if kind == "in a folder" else None)
        ending.callback(stand_in.stop)
        yield Backend(kind, stand_in.address, stand_in)


def fresh_project() -> str:
    """A project no other test uses: the isolation between tests."""
    return f"contract-{os.getpid()}-{next(_projects)}"


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """Google's clients read the address of an emulator while they are made, from the environment only."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def firestore_client(address: str, project: str | None = None) -> firestore.Client:
    """A real Firestore client."""
    with _environment("FIRESTORE_EMULATOR_HOST", address):
        return firestore.Client(project=project or fresh_project())


def publisher(address: str) -> pubsub_v1.PublisherClient:
    """A real publisher that sends every message at once."""
    with _environment("PUBSUB_EMULATOR_HOST", address):
        return pubsub_v1.PublisherClient(pubsub_v1.types.BatchSettings(max_messages=1))


def subscriber(address: str) -> pubsub_v1.SubscriberClient:
    """A real subscriber."""
    with _environment("PUBSUB_EMULATOR_HOST", address):
        return pubsub_v1.SubscriberClient()


def secrets_client(address: str) -> secretmanager_v1.SecretManagerServiceClient:
    """A real Secret Manager client, on a plain channel."""
    transport = SecretManagerServiceGrpcTransport(channel=grpc.insecure_channel(address))
    return secretmanager_v1.SecretManagerServiceClient(transport=transport)


def eventually(met: Callable[[], Any], patience: float = 20.0) -> Any:
    """Wait for a condition, and give what it gave; fails when it is not met in time."""
    give_up = time.monotonic() + patience
    while time.monotonic() < give_up:
        if value := met():
            return value
        time.sleep(0.01)
    raise AssertionError(f"not within {patience} s: {met}")
