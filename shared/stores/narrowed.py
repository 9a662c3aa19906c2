"""Published files, read with a token that opens those of one workspace only, whatever name is asked for.

Google's Security Token Service makes it from our own: a credential access boundary names the bucket, what may be done
in it at most, and how the name of an object must begin. To list is not in it, because whoever reads is led by names.
https://cloud.google.com/iam/docs/downscoping-short-lived-credentials (2026-11)
"""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import google.auth
from google.auth import credentials, downscoped
from google.oauth2 import sts

from shared.clock import Clock, SystemClock
from shared.settings import Settings
from shared.stores.ports import Objects
from shared.stores.storage import StorageObjects
from shared.warehouse import names

MOST = (
    100  # workspaces whose tokens are kept; each lasts as long as ours, an hour at most, and is renewed when asked for
)
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"


@dataclass(frozen=True)
class NarrowedObjects:
    """Of the bucket of published marts, one workspace's at a time."""

    settings: Settings
    clock: Clock = SystemClock()
    _kept: OrderedDict[str, Objects] = field(default_factory=OrderedDict, compare=False)
    _turn: Lock = field(default_factory=Lock, compare=False)

    def of(self, workspace: str) -> Objects:
        names.marts(workspace)  # nothing else comes into the condition
        with self._turn:
            if workspace not in self._kept:
                self._kept[workspace] = self._made(workspace)
            self._kept.move_to_end(workspace)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
            return self._kept[workspace]

    def _made(self, workspace: str) -> Objects:
        bucket = self.settings.published_bucket
        return StorageObjects(self.settings, self.clock, bucket, _narrowed(boundary(bucket, workspace)))


def boundary(bucket: str, workspace: str) -> downscoped.CredentialAccessBoundary:
    """The slash at the end keeps apart workspaces of which one begins like the other."""
    begins = f"projects/_/buckets/{bucket}/objects/{workspace}/"
    rule = downscoped.AccessBoundaryRule(
        available_resource=f"//storage.googleapis.com/projects/_/buckets/{bucket}",
        available_permissions=["inRole:roles/storage.objectViewer"],
        availability_condition=downscoped.AvailabilityCondition(f"resource.name.startsWith('{begins}')"),
    )
    return downscoped.CredentialAccessBoundary(rules=[rule])


def _narrowed(to: downscoped.CredentialAccessBoundary) -> Any:
    here = os.environ.get("STORAGE_EMULATOR_HOST")
    if not here:
        ours, _ = google.auth.default(scopes=[_SCOPE])
        return downscoped.Credentials(source_credentials=ours, credential_access_boundary=to)
    made = downscoped.Credentials(source_credentials=_OnThisMachine(), credential_access_boundary=to)
    made._sts_client = sts.Client(f"{here}/v1/token")  # no variable says where a stand-in is
    return made


class _OnThisMachine(credentials.Credentials):  # type: ignore[misc]
    """Our own token before the stand-in, which opens everything there."""

    def refresh(self, request: Any) -> None:
        del request
        self.token = "this-machine"  # noqa: S105  it is none
