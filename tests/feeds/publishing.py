"""Puts a version of marts where those who answer look for it, as publish_mart does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from shared.model import Publication, publication_path, to_doc
from shared.publishing import packing
from shared.publishing.manifest import PublishedFile
from shared.stores.ports import Documents, Objects
from tests.questions.folder import Row, published


def publish(
    documents: Documents,
    objects: Objects,
    folder: Path,
    workspace: str,
    marts: Mapping[str, Sequence[Row]],
    version: int,
    now: datetime,
) -> None:
    where = folder / f"{workspace}-{version}"
    where.mkdir(parents=True)
    made = published(where, marts)
    named = {}
    for name, mart in made.manifest.marts.items():
        files = []
        for path in made.files[name]:
            data = Path(path).read_bytes()
            file = f"{workspace}/{name}/{version}-{Path(path).name}"
            objects.write(file, data, {})
            files.append(PublishedFile(name=file, sha256=sha256(data).hexdigest(), rows=1, bytes=len(data)))
        named[name] = replace(mart, files=tuple(files))
    manifest = f"{workspace}/manifests/{version}"
    objects.write(manifest, packing.pack(replace(made.manifest, workspace=workspace, version=version, marts=named)), {})
    publication = Publication(workspace, version=version, manifest=manifest, wanted_at=now)
    documents.set(publication_path(workspace), to_doc(publication))
