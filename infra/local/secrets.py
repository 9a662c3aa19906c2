"""The Secret Manager stand-in: secrets, their versions, and the rules of getting at them.

States of a version, and `latest`: https://cloud.google.com/secret-manager/docs/access-secret-version
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock

import google_crc32c
from google.cloud.secretmanager_v1.types import resources

from infra.local.persistence import Keeping, Nowhere
from infra.local.refusal import exists, failed, invalid, not_found, uncovered
from infra.local.wire import Proto

_Secret: Proto = resources.Secret.pb()
_Version: Proto = resources.SecretVersion.pb()
_STATES: Proto = resources.SecretVersion.State
ENABLED: int = _STATES.ENABLED
DISABLED: int = _STATES.DISABLED
DESTROYED: int = _STATES.DESTROYED

_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL_VALUE = re.compile(r"[a-z0-9_-]{0,63}")
_LARGEST_PAYLOAD = 65_536
_SETTABLE = {"labels", "annotations"}


@dataclass(frozen=True, slots=True)
class Accessed:
    """The payload of a version. Its text never shows the data."""

    name: str
    data: bytes
    crc32c: int

    def __repr__(self) -> str:
        return f"Accessed(name={self.name!r}, data=***)"


def crc32c(data: bytes) -> int:
    """The checksum Secret Manager uses."""
    return int(google_crc32c.value(data))


class SecretManager:
    """Every secret of every project. Thread-safe.

    As in the service, names may be asked for by project id or number and are always answered with the
    number, so that code which expects to get back the name it sent fails here too.
    """

    def __init__(self, keeping: Keeping | None = None, now: Callable[[], float] = time.time) -> None:
        self._keeping = keeping or Nowhere()
        self._now = now
        self._turn = RLock()
        self._numbers: dict[str, str] = {}  # project id -> number
        self._secrets: dict[str, Proto] = {}
        self._versions: dict[str, list[Proto]] = {}  # by secret, oldest first
        self._payloads: dict[str, bytes] = {}
        self._restore()

    # Secrets

    def create(self, parent: str, secret_id: str, given: Proto) -> Proto:
        """Create a secret without versions."""
        if not _ID.fullmatch(secret_id):
            raise invalid("The secret id must be 1 to 255 letters, digits, hyphens and underscores.")
        if given.WhichOneof("expiration") == "ttl" or given.HasField("rotation") or given.version_aliases:
            raise uncovered("A ttl, rotation and version aliases are outside what this stand-in covers.")
        if self._over(given):
            raise invalid("The expire_time must lie in the future.")
        if given.replication.WhichOneof("replication") is None:
            raise invalid("The secret must say how it is replicated.")
        _check_labels(given)
        secret = _Secret()
        secret.CopyFrom(given)
        secret.create_time.FromMicroseconds(int(self._now() * 1_000_000))
        with self._turn:
            secret.name = self._resolve(f"{parent}/secrets/{secret_id}")
            self._expire()
            if secret.name in self._secrets:
                raise exists(f"Secret [{secret.name}] already exists.")
            return self._set(secret)

    def get(self, name: str) -> Proto:
        """A secret by name."""
        with self._turn:
            full = self._resolve(name)
            self._expire()
            if full not in self._secrets:
                raise not_found(f"Secret [{full}] not found.")
            return self._secrets[full]

    def update(self, given: Proto, mask: Proto) -> Proto:
        """Change the masked fields of a secret."""
        if fixed := sorted({path.split(".")[0] for path in mask.paths} - _SETTABLE):
            raise uncovered(f"Changing {', '.join(fixed)} is outside what this stand-in covers.")
        with self._turn:
            stored = self.get(given.name)
            _check_etag(given.etag, stored)
            updated = _Secret()
            updated.CopyFrom(stored)
            mask.MergeMessage(given, updated, True, True)
            _check_labels(updated)
            return self._set(updated)

    def listed(self, parent: str, wanted: str = "") -> list[Proto]:
        """The secrets of a project that meet a filter, newest first."""
        tests = [_test(term) for term in re.split(r"\s+AND\s+", wanted.strip()) if term]
        with self._turn:
            below = self._resolve(f"{parent}/secrets/")
            self._expire()
            found = [secret for name, secret in self._secrets.items() if name.startswith(below)]
        found = [secret for secret in found if all(test(secret) for test in tests)]
        return sorted(found, key=lambda secret: (-secret.create_time.ToNanoseconds(), secret.name))

    def delete(self, name: str, etag: str = "") -> None:
        """Delete a secret with all its versions."""
        with self._turn:
            secret = self.get(name)
            _check_etag(etag, secret)
            self._drop(secret.name)

    # Versions

    def add_version(self, parent: str, data: bytes, checksum: int | None = None) -> Proto:
        """Add a version; it is enabled, and from now on the latest."""
        if not data:
            raise invalid("Secret Payload cannot be empty.")
        if len(data) > _LARGEST_PAYLOAD:
            raise invalid(f"The payload is larger than {_LARGEST_PAYLOAD} bytes.")
        if checksum is not None and checksum != crc32c(data):
            raise invalid("The data_crc32c given is not the checksum of the payload: it was damaged on the way.")
        with self._turn:
            secret = self.get(parent)
            versions = self._versions.setdefault(secret.name, [])
            version = _Version(name=f"{secret.name}/versions/{len(versions) + 1}", state=ENABLED)
            version.create_time.FromMicroseconds(int(self._now() * 1_000_000))
            version.replication_status.automatic.SetInParent()
            version.client_specified_payload_checksum = checksum is not None
            version.etag = _etag(version)
            described = version.SerializeToString()
            self._keeping.write({f"version/{version.name}": described, f"payload/{version.name}": data})
            versions.append(version)
            self._payloads[version.name] = data
            return version

    def access(self, name: str) -> Accessed:
        """The payload of an enabled version; `latest` is the newest, whatever its state."""
        with self._turn:
            version = self.version(name)
            if version.state != ENABLED:
                raise failed(f"Secret Version [{version.name}] is in {_STATES(version.state).name} state.")
            data = self._payloads[version.name]
            return Accessed(version.name, data, crc32c(data))

    def version(self, name: str) -> Proto:
        """A version by number or `latest`."""
        secret, found, number = name.rpartition("/versions/")
        if not found:
            raise invalid("The name of a version ends in /versions/{number} or /versions/latest.")
        with self._turn:
            versions = self._versions.get(self.get(secret).name, [])
            if number == "latest":
                number = str(len(versions))
            if not number.isdigit() or not 1 <= int(number) <= len(versions):
                raise not_found(f"Secret Version [{self._resolve(secret)}/versions/{number}] not found.")
            return versions[int(number) - 1]

    def versions(self, parent: str, wanted: str = "") -> list[Proto]:
        """The versions of a secret, newest first; the filter is `state:ENABLED` or the like."""
        with self._turn:
            found = list(reversed(self._versions.get(self.get(parent).name, [])))
        if not wanted:
            return found
        state = re.fullmatch(r"\s*state\s*[:=]\s*(\w+)\s*", wanted)
        if state is None or state[1] not in _STATES.__members__:
            raise uncovered("Versions are filtered by state only.")
        return [version for version in found if version.state == _STATES[state[1]]]

    def set_state(self, name: str, state: int, etag: str = "") -> Proto:
        """Enable, disable or destroy a version; destroyed is for good, and the payload is gone."""
        with self._turn:
            version = self.version(name)
            _check_etag(etag, version)
            if version.state == DESTROYED:
                raise failed(f"Secret Version [{version.name}] is in DESTROYED state.")
            changed = _Version()
            changed.CopyFrom(version)
            changed.state = state
            changes: dict[str, bytes | None] = {}
            if state == DESTROYED:
                changed.destroy_time.FromMicroseconds(int(self._now() * 1_000_000))
                changes[f"payload/{version.name}"] = None
            changed.etag = _etag(changed)
            self._keeping.write(changes | {f"version/{version.name}": changed.SerializeToString()})
            secret, _, number = version.name.rpartition("/versions/")
            self._versions[secret][int(number) - 1] = changed
            if state == DESTROYED:
                del self._payloads[version.name]
            return changed

    def close(self) -> None:
        """Let go of the file, when there is one."""
        with self._turn:
            self._keeping.close()

    # Inside

    def _over(self, secret: Proto) -> bool:
        return bool(secret.WhichOneof("expiration") == "expire_time" and secret.expire_time.seconds <= self._now())

    def _expire(self) -> None:
        """Secrets whose time has come are gone for whoever asks."""
        for name in [name for name, secret in self._secrets.items() if self._over(secret)]:
            self._drop(name)

    def _drop(self, name: str) -> None:
        versions = [version.name for version in self._versions.pop(name, [])]
        del self._secrets[name]
        gone: dict[str, bytes | None] = {f"secret/{name}": None}
        for version in versions:
            self._payloads.pop(version, None)
            gone |= {f"version/{version}": None, f"payload/{version}": None}
        self._keeping.write(gone)

    def _set(self, secret: Proto) -> Proto:
        secret.etag = _etag(secret)
        self._keeping.write({f"secret/{secret.name}": secret.SerializeToString()})
        self._secrets[secret.name] = secret
        return secret

    def _resolve(self, name: str) -> str:
        """A name as the service gives it: with the project's number."""
        parts = name.split("/")
        if len(parts) < 2 or parts[0] != "projects" or not parts[1]:
            raise invalid("The name must begin with projects/{project}.")
        if not parts[1].isdigit():
            parts[1] = self._numbers.setdefault(parts[1], _project_number(parts[1]))
        return "/".join(parts)

    def _restore(self) -> None:
        """Take up what an earlier life kept."""
        for key, kept in self._keeping.load():
            kind, _, name = key.partition("/")
            if kind == "secret":
                self._secrets[name] = _Secret.FromString(kept)
            elif kind == "payload":
                self._payloads[name] = kept
            else:
                version = _Version.FromString(kept)
                self._versions.setdefault(name.rpartition("/versions/")[0], []).append(version)
        for versions in self._versions.values():
            versions.sort(key=lambda version: int(version.name.rpartition("/")[2]))


def _project_number(project: str) -> str:
    """Twelve digits, always the same for the same project."""
    return str(10**11 + int(hashlib.sha256(project.encode()).hexdigest(), 16) % (9 * 10**11))


def _etag(message: Proto) -> str:
    message.etag = ""
    return f'"{hashlib.sha256(message.SerializeToString(deterministic=True)).hexdigest()[:14]}"'


def _check_etag(given: str, stored: Proto) -> None:
    if given and given != stored.etag:
        raise failed(f"The etag given is not the one of [{stored.name}]: it has changed since.")


def _check_labels(secret: Proto) -> None:
    for key, value in secret.labels.items():
        if not _LABEL_KEY.fullmatch(key) or not _LABEL_VALUE.fullmatch(value):
            raise invalid("Labels are lowercase letters, digits, hyphens and underscores, at most 63 of them.")


def _test(term: str) -> Callable[[Proto], bool]:
    """One term of a filter: `labels.key=value`, `labels.key:value`, `labels:key` or `name:part`."""
    match = re.fullmatch(r"(name|labels(?:\.[a-z0-9_-]+)?)\s*([:=])\s*\"?([^\"\s]*)\"?", term.strip())
    if match is None:
        raise uncovered("Secrets are filtered by name and labels only.")
    field, operator, wanted = match.groups()
    if field == "name":
        return lambda secret: wanted in secret.name if operator == ":" else secret.name.endswith(f"/{wanted}")
    if field == "labels":
        return lambda secret: wanted in secret.labels
    key = field.removeprefix("labels.")
    if wanted == "*":
        return lambda secret: key in secret.labels
    return lambda secret: key in secret.labels and secret.labels[key] == wanted


def page(items: list[Proto], size: int, token: str) -> tuple[list[Proto], str]:
    """One page of a list; the token is the name of the last one given."""
    names = [item.name for item in items]
    start = names.index(token) + 1 if token in names else 0
    end = start + (size or 25_000)
    return items[start:end], names[end - 1] if end < len(items) else ""
