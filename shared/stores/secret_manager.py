"""Secret Manager behind the `Vault` port: the one place where credentials rest.

Its client repeats nothing but reading, and that for a minute; so all is tried again here, for seconds. Not so what
others try again: a renewed credential (`append`, by `shared/oauth/keeping.py`) and old versions (`retire`, by the next
renewal).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound, PermissionDenied
from google.cloud import secretmanager_v1 as secretmanager

from shared.clock import Clock, SystemClock
from shared.settings import Settings
from shared.stores.passing import through_outages

SECONDS = 10.0  # for one call; somebody waits for it, or a lease runs out


@dataclass(frozen=True)
class SecretManagerVault:
    settings: Settings
    clock: Clock = SystemClock()

    @cached_property
    def client(self) -> Any:
        stand_in = os.environ.get("SECRET_MANAGER_EMULATOR_HOST")
        if not stand_in:
            return secretmanager.SecretManagerServiceClient()
        import grpc  # Secret Manager has no emulator variable of its own, so the plain channel is made here
        from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
            SecretManagerServiceGrpcTransport,
        )

        return secretmanager.SecretManagerServiceClient(
            transport=SecretManagerServiceGrpcTransport(channel=grpc.insecure_channel(stand_in))
        )

    def add(
        self, name: str, payload: bytes, labels: Mapping[str, str] | None = None, until: datetime | None = None
    ) -> str:
        """Of a secret that is not there Google may also say that it may not be written "(or it may not exist)": so it
        is made, and what is refused then is refused for good."""
        try:
            return self._added(name, payload)
        except (NotFound, PermissionDenied) as refusal:
            secret: dict[str, Any] = {"replication": {"automatic": {}}, "labels": dict(labels or {})}
            if until is not None:
                secret["expire_time"] = until
            parent = f"projects/{self.settings.project}"
            try:
                through_outages(
                    self.clock, lambda: self.client.create_secret(parent=parent, secret_id=name, secret=secret)
                )
            except AlreadyExists:
                pass  # another worker made it a moment ago, or it was there and may not be written
            except PermissionDenied as denied:
                raise (refusal if isinstance(refusal, PermissionDenied) else denied) from None
            return self._added(name, payload)

    def append(self, name: str, payload: bytes) -> str | None:
        try:
            return self._add(name, payload)
        except NotFound:
            return None

    def read(self, name: str) -> tuple[str, bytes] | None:
        try:
            newest = f"{self._path(name)}/versions/latest"
            found = through_outages(
                self.clock,
                lambda: self.client.access_secret_version(name=newest, retry=None, timeout=SECONDS),
            )
        except (NotFound, FailedPrecondition):
            return None
        return _number(found.name), bytes(found.payload.data)

    def retire(self, name: str, before: str) -> None:
        for version in self.client.list_secret_versions(parent=self._path(name), timeout=SECONDS):
            destroyed = version.state == secretmanager.SecretVersion.State.DESTROYED
            if int(_number(version.name)) < int(before) and not destroyed:
                self.client.destroy_secret_version(name=version.name, timeout=SECONDS)

    def delete(self, name: str) -> None:
        with suppress(NotFound):
            through_outages(self.clock, lambda: self.client.delete_secret(name=self._path(name), timeout=SECONDS))

    def named(self, beginning: str, labels: Mapping[str, str] = MappingProxyType({})) -> list[str]:
        request = {"parent": f"projects/{self.settings.project}", "filter": f"name:{beginning}"}
        listed = through_outages(self.clock, lambda: list(self.client.list_secrets(request=request)))
        found = {secret.name.rsplit("/", 1)[-1]: secret.labels for secret in listed}
        return sorted(
            name
            for name, borne in found.items()
            if name.startswith(beginning)  # the filter also finds it further on
            and labels.items() <= dict(borne).items()
        )

    def _added(self, name: str, payload: bytes) -> str:
        return through_outages(self.clock, lambda: self._add(name, payload))

    def _add(self, name: str, payload: bytes) -> str:
        made = self.client.add_secret_version(parent=self._path(name), payload={"data": payload}, timeout=SECONDS)
        return _number(made.name)

    def _path(self, name: str) -> str:
        return f"projects/{self.settings.project}/secrets/{name}"


def _number(version: str) -> str:
    return version.rsplit("/", 1)[-1]
