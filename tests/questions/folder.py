"""Published marts in a folder: rows written as Parquet with the types that BigQuery has, and a manifest beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow import parquet

from shared.marts.files import all_marts
from shared.publishing.manifest import Manifest, PublishedFile, PublishedMart, Stamp
from shared.vocabulary.columns import Column

Row = Mapping[str, Any]
AS_OF = datetime(2024, 3, 31, 6, tzinfo=UTC)
DIGITS = Decimal("1e-9")
TYPES = {
    "text": pyarrow.string(), "int": pyarrow.int64(), "float": pyarrow.float64(), "money": pyarrow.decimal128(38, 9),
    "bool": pyarrow.bool_(), "date": pyarrow.date32(), "time": pyarrow.timestamp("us", "UTC"), "json": pyarrow.string(),
    "texts": pyarrow.list_(pyarrow.string()),
}  # fmt: skip
COLUMNS: Mapping[str, Mapping[str, Column]] = {
    mart.name: {column.name: column for column in mart.columns} for mart in all_marts()
}


@dataclass(frozen=True)
class Folder:
    manifest: Manifest
    files: Mapping[str, Sequence[str]]


def published(folder: Path, marts: Mapping[str, Sequence[Row]]) -> Folder:
    files = {mart: write(folder, mart, rows) for mart, rows in marts.items()}
    manifest = Manifest(
        workspace="acme", version=7, cause="loaded", stamp=Stamp(as_of=AS_OF),
        marts={
            mart: PublishedMart(
                fingerprint="f", columns=tuple((each.name, each.sql_type) for each in COLUMNS[mart].values()),
                files=tuple(PublishedFile(name=path, sha256="", rows=len(marts[mart]), bytes=0) for path in paths),
            )
            for mart, paths in files.items()
        },
    )  # fmt: skip
    return Folder(manifest, files)


def write(folder: Path, mart: str, rows: Sequence[Row]) -> list[str]:
    """In two files, as years are."""
    half = len(rows) // 2
    paths = []
    for number, part in enumerate((rows[:half], rows[half:])):
        path = folder / f"{mart}-{number}.parquet"
        arrays = {
            name: pyarrow.array([_cell(column.kind, row.get(name)) for row in part], TYPES[column.kind])
            for name, column in COLUMNS[mart].items()
        }
        parquet.write_table(pyarrow.table(arrays), path)
        paths.append(str(path))
    return paths


def _cell(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "money":
        return Decimal(str(value)).quantize(DIGITS)
    if kind == "int":
        return int(value)
    if kind == "date" and isinstance(value, datetime):
        return value.date()
    return str(value) if kind == "json" else value


def typed(mart: str, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Rows as they are in the file."""
    return [{name: _cell(each.kind, row.get(name)) for name, each in COLUMNS[mart].items()} for row in rows]
