"""Reads what is published of a workspace: the pointer, the manifest it names, the files that this names.

A file may go while somebody reads, because its version was superseded a day ago, or erased: then the pointer is read
once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from shared import model
from shared.errors import Bug
from shared.publishing import packing
from shared.publishing.manifest import Manifest, PublishedFile
from shared.stores.ports import Documents, NoObject, Objects

T = TypeVar("T")


@dataclass(frozen=True)
class Published:
    documents: Documents
    objects_of: Callable[[str], Objects]  # of a workspace, in the bucket of published marts

    def latest(self, workspace: str) -> Manifest | None:
        """The newest version; None: nothing is published."""
        return self.of_newest(workspace, lambda manifest: manifest)

    def read(self, workspace: str, marts: Iterable[str]) -> tuple[Manifest, Mapping[str, list[bytes]]] | None:
        """The newest version with the files of these marts, all of one version."""
        wanted = tuple(marts)

        def gathered(manifest: Manifest) -> tuple[Manifest, Mapping[str, list[bytes]]]:
            return manifest, {
                name: [self.file(workspace, file) for file in manifest.marts[name].files] for name in wanted
            }

        return self.of_newest(workspace, gathered)

    def file(self, workspace: str, file: PublishedFile) -> bytes:
        """Its content, which is what the manifest says, or an error."""
        data = self._read(workspace, file.name)
        if sha256(data).hexdigest() != file.sha256:
            raise Bug("published-damaged", "A published file is not what was written.", file.name)
        return data

    def of_newest(self, workspace: str, read: Callable[[Manifest], T]) -> T | None:
        """What `read` makes of the newest version; read once more where a file went meanwhile."""
        for _ in range(2):
            try:
                return self._once(workspace, read)
            except NoObject:
                continue
        return None  # the state was put back to a version that is gone: the next one is on its way

    def _once(self, workspace: str, read: Callable[[Manifest], T]) -> T | None:
        doc = self.documents.get(model.publication_path(workspace)) if model.names_one(workspace) else None
        if doc is None or not doc["manifest"]:
            return None
        return read(packing.unpack(self._read(workspace, doc["manifest"])))

    def _read(self, workspace: str, name: str) -> bytes:
        check_place(workspace, name)
        return self.objects_of(workspace).read(name)


def check_place(workspace: str, name: str) -> None:
    """No pointer and no manifest leads to what another has. The token that is used would not open it, either."""
    if not name.startswith(f"{workspace}/"):
        raise Bug("published-elsewhere", "What is published of a workspace names an object of another place.", name)
