"""The store of secrets, where Google says of a secret that is not there that it may not be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core.exceptions import AlreadyExists, NotFound, PermissionDenied

from shared.settings import Settings
from shared.stores.secret_manager import SecretManagerVault
from tests.support.memory import MemoryVault

# As in GoogleCloudPlatform/professional-services-data-validator#1433.
DENIED = "Permission 'secretmanager.versions.add' denied for resource 'projects/p/secrets/s' (or it may not exist)."


@dataclass
class Client:
    """What is not there is not found, or denied. What was made, and how often something was asked."""

    missing: Exception
    may_create: bool = True
    may_write: bool = True
    secrets: dict[str, list[bytes]] = field(default_factory=dict)
    made: list[dict[str, Any]] = field(default_factory=list)

    def add_secret_version(self, parent: str, payload: dict[str, bytes], timeout: float) -> Any:
        if parent not in self.secrets:
            raise self.missing
        if not self.may_write:
            raise PermissionDenied(DENIED)
        self.secrets[parent].append(payload["data"])
        return SimpleNamespace(name=f"{parent}/versions/{len(self.secrets[parent])}")

    def create_secret(self, parent: str, secret_id: str, secret: dict[str, Any]) -> None:
        if not self.may_create:
            raise PermissionDenied("Permission 'secretmanager.secrets.create' denied for resource 'projects/p'.")
        if f"{parent}/secrets/{secret_id}" in self.secrets:
            raise AlreadyExists("there")
        self.made.append(secret)
        self.secrets[f"{parent}/secrets/{secret_id}"] = []


def vault(client: Client) -> SecretManagerVault:
    made = SecretManagerVault(Settings(project="p", bucket="b"))
    made.__dict__["client"] = client
    return made


@pytest.mark.parametrize("missing", [NotFound("no such secret"), PermissionDenied(DENIED)], ids=["404", "403"])
def test_a_secret_that_is_not_there_is_made(missing: Exception) -> None:
    client = Client(missing)
    assert vault(client).add("user-a", b"one", {"kind": "user"}) == "1"
    assert vault(client).add("user-a", b"two") == "2"
    assert client.secrets == {"projects/p/secrets/user-a": [b"one", b"two"]}
    assert [secret["labels"] for secret in client.made] == [{"kind": "user"}]


def test_a_secret_that_is_there_and_may_not_be_written_is_refused() -> None:
    client = Client(NotFound("no such secret"), secrets={"projects/p/secrets/user-a": []}, may_write=False)
    with pytest.raises(PermissionDenied, match=r"versions\.add"):
        vault(client).add("user-a", b"one")
    assert not client.made


@pytest.mark.parametrize(
    ("missing", "says"),
    [(PermissionDenied(DENIED), r"versions\.add"), (NotFound("no such secret"), r"secrets\.create")],
    ids=["who may not write", "who may not create"],
)
def test_who_may_neither_write_nor_create_is_told_what_it_lacks(missing: Exception, says: str) -> None:
    with pytest.raises(PermissionDenied, match=says):
        vault(Client(missing, may_create=False)).add("user-a", b"one")


def test_secrets_are_found_by_their_beginning_and_their_labels() -> None:
    """As in the vault in memory. Google's filter by name also finds what it is only a part of."""
    there = {
        "user-a-one": {"workspace": "a", "connection": "one"},
        "user-a-two": {"workspace": "a"},
        "user-a-notes": {"team": "finance"},
        "old-user-a-one": {"workspace": "a"},
    }
    found = [SimpleNamespace(name=f"projects/1/secrets/{name}", labels=labels) for name, labels in there.items()]
    real, memory = SecretManagerVault(Settings(project="p", bucket="b")), MemoryVault()
    real.__dict__["client"] = SimpleNamespace(list_secrets=lambda request: found)
    for name, labels in there.items():
        memory.add(name, b"", labels)
    for store in (real, memory):
        assert store.named("user-a-") == ["user-a-notes", "user-a-one", "user-a-two"]
        assert store.named("user-a-", {"workspace": "a"}) == ["user-a-one", "user-a-two"]
        assert store.named("user-a-", {"workspace": "a", "connection": "one"}) == ["user-a-one"]
