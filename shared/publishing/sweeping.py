"""What no manifest names that a reader can still hold is deleted: mark and sweep."""

from __future__ import annotations

import re

from shared.model import Publication
from shared.publishing import packing
from shared.stores.ports import NoObject, Objects

_BEGAN = re.compile(r"/\d{6,}-\d{6,}-(?P<at>\d{8}T\d{6})-")  # in the name of every attempt (attempt_name)


def sweep(objects: Objects, publication: Publication) -> int:
    """How many objects went. What was begun later than the newest version is being written just now."""
    newest = _began(publication.manifest)
    named = {publication.manifest} | {each["manifest"] for each in publication.before}
    kept = set(named)
    for manifest in named:
        try:
            kept |= set(packing.names_in(packing.unpack(objects.read(manifest))))
        except NoObject:
            if manifest == publication.manifest:
                raise  # then it is not known what must stay
    gone = [
        staged.name
        for staged in objects.list(f"{publication.workspace}/")
        if staged.name not in kept and _began(staged.name) <= newest
    ]
    for name in gone:
        objects.delete(name)
    return len(gone)


def _began(name: str) -> str:
    found = _BEGAN.search(name)
    return found["at"] if found else ""
