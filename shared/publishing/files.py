"""The files that a version consists of: looked at one by one before the manifest names them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import duckdb

from shared.errors import Bug
from shared.marts.files import Mart
from shared.publishing.attempt import Attempt
from shared.publishing.manifest import PublishedFile, PublishedMart
from shared.publishing.selection import published_columns, sql_type
from shared.stores.ports import Objects

Reader = duckdb.DuckDBPyConnection

# What DuckDB calls a column of that type in a Parquet file; times as either writer marks them.
_TYPES = {
    "STRING": {"VARCHAR"},
    "INT64": {"BIGINT"},
    "FLOAT64": {"DOUBLE"},
    "NUMERIC": {"DECIMAL(38,9)"},
    "BOOL": {"BOOLEAN"},
    "TIMESTAMP": {"TIMESTAMP WITH TIME ZONE", "TIMESTAMP"},
    "DATE": {"DATE"},
    "ARRAY<STRING>": {"VARCHAR[]"},
}


def look_at_all(
    reader: Reader, objects: Objects, attempt: Attempt, mart: Mart, names: Sequence[str], rows: int | None
) -> PublishedMart:
    """What was written of a mart. As many rows as BigQuery counted, if it did, of the types that are said, or it is an
    error."""
    fingerprint = attempt.inputs[mart.name]
    files = tuple(look_at(reader, mart, name, objects.read(name)) for name in names)
    arrived = sum(file.rows for file in files)
    if rows not in (None, arrived) or not files:
        raise Bug("rows-differ", f"{rows} rows of {mart.name} were asked for but {arrived} arrived in the bucket.")
    columns = tuple((column.name, sql_type(column)) for column in published_columns(mart))
    return PublishedMart(fingerprint=fingerprint, columns=columns, files=files)


def look_at(reader: Reader, mart: Mart, name: str, data: bytes) -> PublishedFile:
    with tempfile.TemporaryDirectory() as folder_:
        path = Path(folder_) / "file.parquet"
        path.write_bytes(data)
        (rows,) = reader.execute("SELECT num_rows FROM parquet_file_metadata(?)", [str(path)]).fetchall()[0]
        found = reader.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    wanted = [(column.name, sql_type(column)) for column in published_columns(mart)]
    told = [(column, kind) for column, kind, *_ in found]
    fits = len(told) == len(wanted) and all(
        name == column and kind in _TYPES[wants] for (name, kind), (column, wants) in zip(told, wanted, strict=True)
    )
    if not fits:
        odd = [pair for pair in told if pair[1] not in _TYPES[dict(wanted).get(pair[0], "STRING")]]
        raise Bug("types-differ", f"A file of {mart.name} has other columns than the mart.", str(odd)[:300])
    return PublishedFile(name=name, sha256=sha256(data).hexdigest(), rows=rows, bytes=len(data))
