"""BigQuery's marts in memory, for tests that publish hundreds of times: what a mart says follows from its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from shared.marts.files import Mart
from shared.publishing.attempt import Attempt, files_of
from shared.publishing.fingerprints import Source, behind, sources
from shared.publishing.manifest import PublishedFile
from shared.publishing.ports import Held, Moment
from shared.publishing.published import Published
from shared.publishing.script import digest, script
from shared.publishing.selection import published_columns, published_marts, sql_type
from shared.stores.ports import Objects, StillLoading
from shared.vocabulary.columns import Column
from shared.warehouse import names

KINDS = {"STRING": "VARCHAR", "INT64": "BIGINT", "FLOAT64": "DOUBLE", "NUMERIC": "DECIMAL(38,9)", "BOOL": "BOOLEAN",
         "TIMESTAMP": "TIMESTAMPTZ", "DATE": "DATE", "ARRAY<STRING>": "VARCHAR[]"}  # fmt: skip


TRY = "1"


@dataclass
class MemoryMarts:
    """`held`: how often each table changed. A mart has one row, whose texts say how it found the tables behind it."""

    objects: Objects
    now: Callable[[], datetime]
    project: str = "memory"
    held: dict[tuple[str, Source], int] = field(default_factory=dict)
    missing: set[Source] = field(default_factory=set)
    done: dict[str, Moment] = field(default_factory=dict)  # as BigQuery knows a job that was done
    asked: list[tuple[str, ...]] = field(default_factory=list)
    slow: int = 0  # so many looks find the job under way still
    fails: list[Exception] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None  # happens while the script runs

    def change(self, workspace: str, *tables: Source) -> None:
        for table in tables or sources():
            self.held[workspace, table] = self.held.get((workspace, table), 0) + 1

    def tables(self, workspace: str) -> Mapping[Source, Held | None]:
        return {source: None if source in self.missing else self._held(workspace, source) for source in sources()}

    def _held(self, workspace: str, source: Source) -> Held:
        return Held(str(self.held.get((workspace, source), 0)), (workspace, source) not in self.held)

    def text(self, attempt: Attempt) -> str:
        return _text(self.project, attempt.name, attempt.asked, attempt.workspace.currency)

    def write(self, attempt: Attempt) -> Moment:
        job = f"{names.job(attempt.workspace.id)}{attempt.name}"
        if job not in self.done:
            if self.fails:
                raise self.fails.pop(0)
            self.asked.append(attempt.asked)
            asked = script(self.project, "published", attempt)
            assert not any(f"`{self.project}.{_address(attempt, table)}`" in asked for table in attempt.empty)
            rows = {name: self.says(attempt.workspace.id, name) for name in attempt.asked}
            self.meanwhile()
            marts = {mart.name: mart for mart in published_marts()}
            for name, row in rows.items():
                place = f"{files_of(attempt, name, TRY)}000000000000.parquet"
                self.objects.write(place, self._file(marts[name], row), {})
            self.done[job] = Moment(self.now(), date(2026, 8, 31), (), (), dict.fromkeys(rows, 1), TRY)
        if self.slow:
            self.slow -= 1
            raise StillLoading
        return self.done[job]

    def _file(self, mart: Mart, text: str) -> bytes:
        return parquet(mart, text)

    def says(self, workspace: str, mart: str) -> str:
        """What stands in the texts of its row."""
        return " ".join(self._held(workspace, source).changed for source in sorted(behind(mart)))


@dataclass
class WarehouseMarts(MemoryMarts):
    """Of what a warehouse in memory holds. Its files are texts, for tests in which nobody reads a file's columns."""

    warehouse: Any = None

    def _held(self, workspace: str, source: Source) -> Held:
        found = self.warehouse.tables.get((workspace, source[1]))
        rows = found.current.values() if found else ()
        told = sorted(f"{row['_page']} {row['_line']} {row.get('_deleted_at')}" for row in rows)
        return Held(digest("\n".join(told)), not told)

    def _file(self, mart: Mart, text: str) -> bytes:
        return f"{mart.name} {text}".encode()

    def published(self, reader: Published, workspace: str) -> bool:
        """Whether all that is published is what the tables hold now."""
        marts = {mart.name: mart for mart in published_marts()}
        found = reader.read(workspace, marts)
        if found is None:
            return False
        return all(files == [self._file(marts[name], self.says(workspace, name))] for name, files in found[1].items())


def as_text(reader: Any, mart: Mart, name: str, data: bytes) -> PublishedFile:
    """In place of `files.look_at`, for such files."""
    del reader, mart
    return PublishedFile(name=name, sha256=sha256(data).hexdigest(), rows=1, bytes=len(data))


def _address(attempt: Attempt, table: str) -> str:
    space, _, name = table.partition(".")
    return f"{ {'raw': names.raw, 'history': names.history}[space](attempt.workspace.id) }.{name}"


@lru_cache(maxsize=512)
def _text(project: str, name: str, asked: tuple[str, ...], currency: str) -> str:
    return digest("\x1f".join([project, name, currency, *asked]))


@lru_cache
def _writer() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@lru_cache(maxsize=4096)
def parquet(mart: Mart, text: str) -> bytes:
    """A file of one row, of the types that the mart has."""
    columns = published_columns(mart)
    with TemporaryDirectory() as where:
        path = Path(where) / "file.parquet"
        named = ", ".join(f'CAST(? AS {KINDS[sql_type(column)]}) AS "{column.name}"' for column in columns)
        _writer().execute(
            f"COPY (SELECT {named}) TO '{path}' (FORMAT PARQUET)", [_value(each, text) for each in columns]
        )
        return path.read_bytes()


def _value(column: Column, text: str) -> Any:
    return {
        "STRING": text, "INT64": 1, "FLOAT64": 1.5, "NUMERIC": Decimal("1.25"), "BOOL": True,
        "TIMESTAMP": datetime(2026, 9, 1, tzinfo=UTC), "DATE": date(2026, 9, 1), "ARRAY<STRING>": [text],
    }[sql_type(column)]  # fmt: skip
