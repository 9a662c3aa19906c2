"""Published files on this machine's disk, where DuckDB reads them. Each is fetched once, for its name is its digest."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from shared import model
from shared.publishing.manifest import Manifest, PublishedFile
from shared.publishing.published import Published

T = TypeVar("T")
MOST = 256 * 2**20  # bytes of all workspaces together: the disk of a function is its memory


@dataclass(frozen=True)
class AtHand:
    """One version of a workspace's marts: what questions are asked of."""

    manifest: Manifest
    files: Mapping[str, Sequence[str]]  # mart → the paths of its files


@dataclass(frozen=True)
class Shelf:
    """The files of a workspace lie in a folder of its own: no digest of one leads to what another has."""

    published: Published
    folder: Path
    most: int = MOST
    _held: OrderedDict[str, int] = field(default_factory=OrderedDict)  # workspace → bytes; asked longest ago first
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _turns: defaultdict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))

    def fetch(self, workspace: str) -> AtHand | None:
        """The newest version, whole; None: nothing is published, and then nothing of it stays here either."""
        with self._turns[workspace]:  # else one clears, or writes, what the other fetches
            found = self.published.of_newest(workspace, lambda manifest: self._fetched(workspace, manifest))
        if found is None and model.names_one(workspace):
            self._clear(self.folder / workspace, set())
        self._make_room(workspace, found)
        return found

    def read(self, workspace: str, work: Callable[[AtHand], T]) -> T | None:
        """What `work` makes of the newest version, all of it of this one; None: nothing is published."""
        for last in (False, True):
            there = self.fetch(workspace)
            if there is None:
                return None
            try:
                return work(there)
            except FileNotFoundError:  # a newer version came meanwhile, and has others
                if last:
                    raise
        return None

    def _make_room(self, workspace: str, found: AtHand | None) -> None:
        """Workspaces that were asked longest ago go first; one that is asked stays, however large it is. Who reads one
        of the files meanwhile fetches it once more."""
        with self._lock:
            self._held.pop(workspace, None)
            if found is not None:
                marts = found.manifest.marts.values()
                self._held[workspace] = sum(file.bytes for mart in marts for file in mart.files)
            while len(self._held) > 1 and sum(self._held.values()) > self.most:
                oldest, _ = self._held.popitem(last=False)
                self._clear(self.folder / oldest, set())

    def _fetched(self, workspace: str, manifest: Manifest) -> AtHand:
        where = self.folder / workspace
        where.mkdir(parents=True, exist_ok=True)
        marts = manifest.marts.items()
        files = {name: [self._path(workspace, where, file) for file in mart.files] for name, mart in marts}
        self._clear(where, {path for paths in files.values() for path in paths})
        return AtHand(manifest, files)

    def _path(self, workspace: str, where: Path, file: PublishedFile) -> str:
        path = where / f"{file.sha256}.parquet"
        if not path.exists():
            begun = where / f"{file.sha256}.{os.getpid()}"
            begun.write_bytes(self.published.file(workspace, file))
            begun.replace(path)  # whoever looks meanwhile finds all of it or nothing
        return str(path)

    def _clear(self, where: Path, named: set[str]) -> None:
        """What the newest version does not name: a disk that is memory has no room for it. A reader that has one of
        these open keeps it until it closes it."""
        for path in where.glob("*.parquet"):
            if str(path) not in named:
                path.unlink(missing_ok=True)
