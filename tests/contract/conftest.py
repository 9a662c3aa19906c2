"""The backends of the contract, each started once per test session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.cloud import firestore, pubsub_v1, secretmanager_v1

from infra.local import emulators
from tests.contract import backends
from tests.contract.backends import GOOGLE, STAND_INS, Backend
from tests.contract.endpoint import Endpoint, listening


def _backend(kind: str, emulator: emulators.Emulator, folders: pytest.TempPathFactory) -> Iterator[Backend]:
    if kind == GOOGLE and (reason := emulator.missing()):
        pytest.skip(reason)
    with backends.running(kind, emulator, folders.mktemp("cloud")) as backend:
        yield backend


@pytest.fixture(scope="session", params=[*STAND_INS, GOOGLE])
def firestore_backend(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    yield from _backend(request.param, emulators.FIRESTORE, tmp_path_factory)


@pytest.fixture(scope="session", params=[*STAND_INS, GOOGLE])
def pubsub_backend(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    yield from _backend(request.param, emulators.PUBSUB, tmp_path_factory)


@pytest.fixture(scope="session", params=STAND_INS)
def secrets_backend(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """Google has no emulator of Secret Manager, so here the contract is its documentation alone."""
    yield from _backend(request.param, emulators.FIRESTORE, tmp_path_factory)


@pytest.fixture
def db(firestore_backend: Backend) -> firestore.Client:
    """A Firestore client on a project of its own."""
    return backends.firestore_client(firestore_backend.address)


@pytest.fixture
def publisher(pubsub_backend: Backend) -> pubsub_v1.PublisherClient:
    return backends.publisher(pubsub_backend.address)


@pytest.fixture
def subscriber(pubsub_backend: Backend) -> pubsub_v1.SubscriberClient:
    return backends.subscriber(pubsub_backend.address)


@pytest.fixture
def secrets(secrets_backend: Backend) -> secretmanager_v1.SecretManagerServiceClient:
    return backends.secrets_client(secrets_backend.address)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with listening() as found:
        yield found


@pytest.fixture
def project() -> str:
    """A project no other test uses."""
    return f"projects/{backends.fresh_project()}"
