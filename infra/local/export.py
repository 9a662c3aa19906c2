"""Every table of a workspace as one file of gzipped NDJSON, for whoever wants to look without a warehouse."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TextIO

import orjson

from shared.stores.installation import Stores
from shared.warehouse import names


def tables(stores: Stores, workspace: str, folder: Path, words: TextIO) -> dict[str, int]:
    """Rows per table written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for table in stores.tables(workspace):
        address = names.address(stores.settings.project, names.raw(workspace), table)
        count = 0
        with gzip.open(folder / f"{table}.ndjson.gz", "wb", compresslevel=1) as file:
            for row in stores.bigquery.query_and_wait(f"SELECT * FROM {address}"):
                file.write(orjson.dumps(dict(row.items()), default=str) + b"\n")
                count += 1
        written[table] = count
    words.write(f"{sum(written.values())} rows of {len(written)} tables and views are in {folder}\n")
    return written
