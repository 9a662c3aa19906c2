"""Secret Manager. Google has no emulator of it: here the contract is the service's documentation alone."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core.exceptions import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound
from google.cloud import secretmanager_v1
from google.cloud.secretmanager_v1 import SecretManagerServiceClient as Client

from infra.local.secrets import SecretManager, crc32c

State = secretmanager_v1.SecretVersion.State
AUTOMATIC: dict[str, Any] = {"replication": {"automatic": {}}}


def make(secrets: Client, project: str, secret_id: str = "tokens", **labels: str) -> Any:
    return secrets.create_secret(parent=project, secret_id=secret_id, secret={**AUTOMATIC, "labels": labels})


def add(secrets: Client, secret: Any, data: bytes) -> Any:
    return secrets.add_secret_version(parent=secret.name, payload={"data": data})


def read(secrets: Client, name: str) -> bytes:
    return bytes(secrets.access_secret_version(name=name).payload.data)


def test_create_get_delete(secrets: Client, project: str) -> None:
    secret = make(secrets, project, connection="one")
    with pytest.raises(AlreadyExists):
        make(secrets, project)
    found = secrets.get_secret(name=f"{project}/secrets/tokens")
    assert found == secret
    assert dict(found.labels) == {"connection": "one"}
    assert found.create_time.timestamp() > 0
    assert found.etag
    secrets.delete_secret(name=secret.name)
    for gone in (secrets.get_secret, secrets.delete_secret):
        with pytest.raises(NotFound):
            gone(name=secret.name)


def test_names_are_answered_with_the_project_number(secrets: Client, project: str) -> None:
    """Whoever compares a name with the one they sent would fail on the service, and so does here."""
    secret = make(secrets, project)
    assert secret.name != f"{project}/secrets/tokens"
    number = secret.name.split("/")[1]
    assert number.isdigit()
    version = secrets.add_secret_version(parent=f"{project}/secrets/tokens", payload={"data": b"x"})
    assert version.name == f"projects/{number}/secrets/tokens/versions/1"
    assert read(secrets, version.name) == read(secrets, f"{project}/secrets/tokens/versions/1") == b"x"


def test_latest_is_the_newest_version(secrets: Client, project: str) -> None:
    secret = make(secrets, project)
    latest = f"{secret.name}/versions/latest"
    with pytest.raises(NotFound):
        read(secrets, latest)
    first, second = add(secrets, secret, b"one"), add(secrets, secret, b"two")
    assert [each.name.rpartition("/")[2] for each in (first, second)] == ["1", "2"]
    found = secrets.access_secret_version(name=latest)
    assert (found.name, found.payload.data) == (second.name, b"two")
    assert read(secrets, first.name) == b"one"
    assert secrets.get_secret_version(name=latest).name == second.name
    with pytest.raises(NotFound):
        read(secrets, f"{secret.name}/versions/3")


def test_disabled_and_destroyed_versions_cannot_be_read(secrets: Client, project: str) -> None:
    secret = make(secrets, project)
    add(secrets, secret, b"one")
    name = add(secrets, secret, b"two").name
    assert secrets.disable_secret_version(name=name).state == State.DISABLED
    for alias in (name, f"{secret.name}/versions/latest"):  # latest does not fall back to an older one
        with pytest.raises(FailedPrecondition):
            read(secrets, alias)
    assert secrets.enable_secret_version(name=name).state == State.ENABLED
    assert read(secrets, name) == b"two"
    destroyed = secrets.destroy_secret_version(name=name)
    assert destroyed.state == State.DESTROYED
    assert destroyed.destroy_time.timestamp() > 0
    for change in (secrets.enable_secret_version, secrets.disable_secret_version, secrets.access_secret_version):
        with pytest.raises(FailedPrecondition):
            change(name=name)
    assert read(secrets, f"{secret.name}/versions/1") == b"one"


def test_versions_are_listed_newest_first(secrets: Client, project: str) -> None:
    secret = make(secrets, project)
    for number in range(5):
        add(secrets, secret, b"%d" % number)
    secrets.disable_secret_version(name=f"{secret.name}/versions/2")
    listed = secrets.list_secret_versions(request={"parent": secret.name, "page_size": 2})
    assert [each.name.rpartition("/")[2] for each in listed] == ["5", "4", "3", "2", "1"]
    off = secrets.list_secret_versions(request={"parent": secret.name, "filter": "state:DISABLED"})
    assert [each.name.rpartition("/")[2] for each in off] == ["2"]


def test_secrets_are_listed_and_filtered(secrets: Client, project: str) -> None:
    for number in range(3):
        make(secrets, project, f"user-{number}-tokens", workspace="acme" if number else "other")
    make(secrets, project, "signing-key")

    def found(wanted: str) -> set[str]:
        listed = secrets.list_secrets(request={"parent": project, "filter": wanted, "page_size": 2})
        return {each.name.rpartition("/")[2] for each in listed}

    assert len(found("")) == 4
    assert found("labels.workspace=acme") == {"user-1-tokens", "user-2-tokens"}
    assert found("name:user-") == {"user-0-tokens", "user-1-tokens", "user-2-tokens"}
    assert found("name:user- AND labels.workspace=other") == {"user-0-tokens"}


def test_checksums(secrets: Client, project: str) -> None:
    secret = make(secrets, project)
    data = b"a token"
    version = secrets.add_secret_version(parent=secret.name, payload={"data": data, "data_crc32c": crc32c(data)})
    assert version.client_specified_payload_checksum
    assert secrets.access_secret_version(name=version.name).payload.data_crc32c == crc32c(data)
    with pytest.raises(InvalidArgument):
        secrets.add_secret_version(parent=secret.name, payload={"data": data, "data_crc32c": 1})
    assert crc32c(b"123456789") == 0xE3069283  # the check value of CRC-32C


def test_etags(secrets: Client, project: str) -> None:
    secret = make(secrets, project)
    version = add(secrets, secret, b"one")
    disabled = secrets.disable_secret_version(request={"name": version.name, "etag": version.etag})
    with pytest.raises(FailedPrecondition):
        secrets.enable_secret_version(request={"name": version.name, "etag": version.etag})
    secrets.enable_secret_version(request={"name": version.name, "etag": disabled.etag})
    with pytest.raises(FailedPrecondition):
        secrets.delete_secret(request={"name": secret.name, "etag": '"another"'})
    secrets.delete_secret(request={"name": secret.name, "etag": secret.etag})


def test_labels_can_be_changed(secrets: Client, project: str) -> None:
    secret = make(secrets, project, a="1")
    changed = {"name": secret.name, "labels": {"b": "2"}}
    secrets.update_secret(secret=changed, update_mask={"paths": ["labels"]})
    assert dict(secrets.get_secret(name=secret.name).labels) == {"b": "2"}


@pytest.mark.parametrize("data", [b"", b"x" * 65_537], ids=["empty", "more than 64 KiB"])
def test_payloads_that_are_refused(secrets: Client, project: str, data: bytes) -> None:
    with pytest.raises(InvalidArgument):
        add(secrets, make(secrets, project), data)


@pytest.mark.parametrize(
    ("secret_id", "secret"),
    [
        ("with.dots", AUTOMATIC),
        ("x" * 256, AUTOMATIC),
        ("fine", {}),
        ("fine", {**AUTOMATIC, "labels": {"Upper": "case"}}),
    ],
    ids=["dots", "too long", "no replication", "label"],
)
def test_secrets_that_are_refused(secrets: Client, project: str, secret_id: str, secret: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        secrets.create_secret(parent=project, secret_id=secret_id, secret=secret)


def test_adding_to_what_is_not_there(secrets: Client, project: str) -> None:
    with pytest.raises(NotFound):
        secrets.add_secret_version(parent=f"{project}/secrets/none", payload={"data": b"x"})


def test_a_secret_disappears_when_its_time_has_come() -> None:
    now = [1_000.0]
    engine = SecretManager(now=lambda: now[0])
    kind = secretmanager_v1.Secret.pb()
    given = kind(replication={"automatic": {}})
    given.expire_time.FromSeconds(1_060)
    engine.create("projects/demo", "brief", given)
    engine.create("projects/demo", "other", kind(replication={"automatic": {}}))
    engine.add_version("projects/demo/secrets/brief", b"hunter2")
    now[0] = 1_059.0
    assert engine.access("projects/demo/secrets/brief/versions/latest").data == b"hunter2"
    now[0] = 1_060.0
    with pytest.raises(Exception, match="not found"):
        engine.access("projects/demo/secrets/brief/versions/latest")
    assert [secret.name.rpartition("/")[2] for secret in engine.listed("projects/demo")] == ["other"]
    with pytest.raises(Exception, match="in the future"):
        engine.create("projects/demo", "late", given)


def test_a_payload_does_not_show_in_text() -> None:
    engine = SecretManager()
    engine.create("projects/demo", "tokens", secretmanager_v1.Secret.pb()(replication={"automatic": {}}))
    engine.add_version("projects/demo/secrets/tokens", b"hunter2")
    accessed = engine.access("projects/demo/secrets/tokens/versions/latest")
    assert accessed.data == b"hunter2"
    assert "hunter2" not in repr(accessed)
