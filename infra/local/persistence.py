"""Where a stand-in keeps what it acknowledged: nowhere, or in a file that outlives `kill -9`.

Every stand-in holds its state in memory and writes each change down before it answers. A change is a
set of keys and their new bytes (None: gone) and is kept whole or not at all.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol


class Keeping(Protocol):
    """What an engine needs from the place that keeps its state."""

    def load(self) -> Iterator[tuple[str, bytes]]:
        """Everything kept, in order of its keys."""

    def write(self, changes: Mapping[str, bytes | None]) -> None:
        """Keep these changes; they are safe once this returns."""

    def close(self) -> None:
        """Let go of the place."""


class Nowhere:
    """Keeps nothing: the state ends with the process."""

    def load(self) -> Iterator[tuple[str, bytes]]:
        """Nothing was kept."""
        return iter(())

    def write(self, changes: Mapping[str, bytes | None]) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do."""


class InFile:
    """Keeps the state in one SQLite file that only its owner may read.

    WAL with synchronous=NORMAL: a commit is handed to the operating system before it returns, so it
    survives the end of the process, and a power cut at worst loses the last moments, never the order.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        path.chmod(0o600)
        # The engine above serialises its writes, hence one connection for all its threads.
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=1.0)
        # One stand-in per file: a second process that opens it must fail and not diverge.
        self._file.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=NORMAL")
        self._file.execute("PRAGMA secure_delete=ON")  # a destroyed secret is overwritten, not just unlisted
        self._file.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")

    def load(self) -> Iterator[tuple[str, bytes]]:
        """Everything kept, in order of its keys."""
        yield from self._file.execute("SELECT key, value FROM kept ORDER BY key").fetchall()

    def write(self, changes: Mapping[str, bytes | None]) -> None:
        """Keep these changes in one transaction of the file."""
        if not changes:
            return
        gone = [(key,) for key, value in changes.items() if value is None]
        kept = [(key, value) for key, value in changes.items() if value is not None]
        self._file.execute("BEGIN")
        try:
            if gone:
                self._file.executemany("DELETE FROM kept WHERE key = ?", gone)
            if kept:
                self._file.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", kept)
            self._file.execute("COMMIT")
        except sqlite3.Error:
            self._file.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def keeping(folder: Path | None, name: str) -> Keeping:
    """The keeping of one stand-in: a file of that name in the folder, or nowhere."""
    return InFile(folder / f"{name}.sqlite") if folder else Nowhere()
