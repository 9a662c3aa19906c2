"""DuckDB, locked up with the files of one workspace: it reads these, and neither reads nor writes anything else.

Two questions are answered at once, each in 64 MB of its own and without a disk to spill to. One that takes too long is
stopped. A connection that has the right files is used again; it holds no state, since nothing can be written in it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from shared.questions.plan import FILES, Bound
from shared.questions.refusal import Code, Refusal

if TYPE_CHECKING:
    import duckdb

Row = tuple[Any, ...]
T = TypeVar("T")
AT_ONCE = 2
MEMORY = "64MB"  # for each
SECONDS = 10.0  # that a question may take
PATIENCE = 20.0  # that one waits for others
_SETTINGS: Mapping[str, str | bool | int] = {
    "memory_limit": MEMORY,
    "threads": 1,  # and sums of fractions are added in one order
    "temp_directory": "",
    "max_temp_directory_size": "0B",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "preserve_insertion_order": False,
    "python_enable_replacements": False,  # a name in SQL is never a variable of ours
}


@dataclass
class Engine:
    """One for a process. `files` of a question are all that its connection may read."""

    seconds: float = SECONDS
    patience: float = PATIENCE
    _slots: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _idle: list[tuple[frozenset[str], Reader]] = field(default_factory=list)

    @contextmanager
    def reading(self, files: Sequence[str]) -> Iterator[Reader]:
        """A place at the engine, with these files and nothing else."""
        if not self._slots.acquire(timeout=self.patience):
            raise Refusal(Code.BUSY, "Others are asking.", "Ask again in a few seconds.")
        try:
            known = frozenset(files)
            reader = self._taken(known) or Reader(_locked(known), self.seconds)
            try:
                yield reader
            except BaseException:
                reader.connection.close()
                raise
            self._give_back(known, reader)
        finally:
            self._slots.release()

    def _taken(self, files: frozenset[str]) -> Reader | None:
        with self._lock:
            for number, (known, reader) in enumerate(self._idle):
                if known == files:
                    del self._idle[number]
                    return reader
        return None

    def _give_back(self, files: frozenset[str], reader: Reader) -> None:
        with self._lock:
            self._idle.append((files, reader))
            for _, oldest in self._idle[:-AT_ONCE]:
                oldest.connection.close()
            del self._idle[:-AT_ONCE]


@dataclass(frozen=True)
class Reader:
    """Files do not change, so what was found out about them once is known for as long as it reads them."""

    connection: duckdb.DuckDBPyConnection
    seconds: float
    known: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, find: Callable[[], T]) -> T:
        if name not in self.known:
            self.known[name] = find()
        return self.known[name]  # type: ignore[no-any-return]

    def full(self, files: Sequence[str]) -> frozenset[str]:
        """Columns that are empty in no row, as their files say."""
        sql = f"""SELECT path_in_schema FROM parquet_metadata(${FILES}) GROUP BY path_in_schema
          HAVING SUM(stats_null_count) = 0 AND COUNT(*) = COUNT(stats_null_count)"""  # noqa: S608  a constant
        return frozenset(name for (name,) in self.rows(sql, files, {}))

    def rows(self, sql: str, files: Sequence[str], bound: Mapping[str, Bound]) -> list[Row]:
        import duckdb

        stop = threading.Timer(self.seconds, self.connection.interrupt)
        stop.daemon = True
        stop.start()
        try:
            return self.connection.execute(sql, {**bound, FILES: list(files)}).fetchall()
        except duckdb.InterruptException:
            raise Refusal(
                Code.TOO_LONG,
                f"The answer took longer than {self.seconds:g} seconds.",
                "Ask for fewer days or columns.",
            ) from None
        except duckdb.OutOfMemoryException:
            raise Refusal(
                Code.TOO_LARGE, f"The answer does not fit into {MEMORY}.", "Ask for fewer dimensions or days."
            ) from None
        except (duckdb.IOException, duckdb.PermissionException):
            gone = [path for path in files if not Path(path).exists()]
            if not gone:
                raise
            raise FileNotFoundError(gone[0]) from None  # a newer version has others
        finally:
            stop.cancel()


def _locked(files: frozenset[str]) -> duckdb.DuckDBPyConnection:
    import duckdb  # 20 MB that only who asks needs

    _say_once_that_there_is_no_pandas()
    connection = duckdb.connect(config=dict(_SETTINGS))
    with suppress(duckdb.CatalogException):  # without its calendar there is no zone to set
        connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET parquet_metadata_cache = true")  # a published file never changes
    paths = ", ".join("'" + path.replace("'", "''") + "'" for path in sorted(files))
    connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _say_once_that_there_is_no_pandas() -> None:
    """DuckDB looks for it twice for each value that is bound, and Python forgets what it did not find: a fifth of what
    a question costs."""
    if _NoPandas not in sys.meta_path and find_spec("pandas") is None:
        sys.meta_path.insert(0, _NoPandas)


class _NoPandas:
    """Refuses at once. None in sys.modules would be shorter, but modules made with Cython take it for the package."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("No module named 'pandas'", name=name)
