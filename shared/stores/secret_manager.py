"""Secret Manager behind the `Vault` port: the one place where credentials rest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound
from google.cloud import secretmanager_v1 as secretmanager

from shared.settings import Settings


@dataclass(frozen=True)
class SecretManagerVault:
    settings: Settings

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
        try:
            return self._add(name, payload)
        except NotFound:
            secret: dict[str, Any] = {"replication": {"automatic": {}}, "labels": dict(labels or {})}
            if until is not None:
                secret["expire_time"] = until
            with suppress(AlreadyExists):  # another worker made it a moment ago
                self.client.create_secret(parent=f"projects/{self.settings.project}", secret_id=name, secret=secret)
            return self._add(name, payload)

    def append(self, name: str, payload: bytes) -> str | None:
        try:
            return self._add(name, payload)
        except NotFound:
            return None

    def read(self, name: str) -> tuple[str, bytes] | None:
        try:
            found = self.client.access_secret_version(name=f"{self._path(name)}/versions/latest")
        except (NotFound, FailedPrecondition):
            return None
        return _number(found.name), bytes(found.payload.data)

    def retire(self, name: str, before: str) -> None:
        for version in self.client.list_secret_versions(parent=self._path(name)):
            destroyed = version.state == secretmanager.SecretVersion.State.DESTROYED
            if int(_number(version.name)) < int(before) and not destroyed:
                self.client.destroy_secret_version(name=version.name)

    def delete(self, name: str) -> None:
        with suppress(NotFound):
            self.client.delete_secret(name=self._path(name))

    def named(self, beginning: str) -> list[str]:
        request = {"parent": f"projects/{self.settings.project}", "filter": f"name:{beginning}"}
        found = (secret.name.rsplit("/", 1)[-1] for secret in self.client.list_secrets(request=request))
        return sorted(name for name in found if name.startswith(beginning))  # the filter also finds it further on

    def _add(self, name: str, payload: bytes) -> str:
        made = self.client.add_secret_version(parent=self._path(name), payload={"data": payload})
        return _number(made.name)

    def _path(self, name: str) -> str:
        return f"projects/{self.settings.project}/secrets/{name}"


def _number(version: str) -> str:
    return version.rsplit("/", 1)[-1]
