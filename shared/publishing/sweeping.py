"""What no manifest names that a reader can still hold is deleted: mark and sweep."""

from __future__ import annotations

import re

from shared.model import Publication
from shared.publishing import files
from shared.stores.ports import NoObject, Objects

_FENCE = re.compile(r"/\d{6,}-(?P<fence>\d{6,})[-.]")


def sweep(objects: Objects, publication: Publication) -> int:
    """How many objects went. What bears a later fence is being written just now."""
    named = {publication.manifest} | {each["manifest"] for each in publication.before}
    kept = set(named)
    for manifest in named:
        try:
            kept |= set(files.names_in(files.unpack(objects.read(manifest))))
        except NoObject:
            if manifest == publication.manifest:
                raise  # then it is not known what must stay
    gone = [
        staged.name
        for staged in objects.list(f"{publication.workspace}/")
        if staged.name not in kept and _fence(staged.name) <= publication.fence
    ]
    for name in gone:
        objects.delete(name)
    return len(gone)


def _fence(name: str) -> int:
    found = _FENCE.search(name)
    return int(found["fence"]) if found else 0
