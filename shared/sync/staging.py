"""A page of rows as one object: gzipped NDJSON, named after where it belongs, described by its metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from isal import isal_zlib
from xxhash import xxh3_128_hexdigest

from shared.clock import iso
from shared.model import Page, Slice, stable_id
from shared.rows.shaping import Notes, lines, shaper
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Json, Request

GZIP = 31  # window bits that make zlib write the gzip container
LEVEL = 1
PORTION = 128  # lines handed to the compressor at once


@dataclass(frozen=True, slots=True)
class StagedPage:
    name: str
    data: bytes
    rows: int
    metadata: Mapping[str, str]


def object_name(slice_: Slice, read_at: datetime) -> str:
    """The fence is part of the name: a worker that lost its lease writes beside the page, never over it."""
    return (
        f"{slice_.workspace}/raw/{slice_.platform}/{read_at:%Y-%m-%d}/{slice_.run}/{slice_.stream}/{slice_.id}/"
        f"{slice_.page:06d}-{slice_.fence}.ndjson.gz"
    )


def stage(
    platform: Platform,
    stream: Stream,
    slice_: Slice,
    records: list[Json],
    given: Mapping[str, Json],
    request: Request,
    read_at: datetime,
    notes: Notes,
) -> StagedPage:
    name = object_name(slice_, read_at)
    constants = {
        "workspace_id": slice_.workspace,
        "connection_id": slice_.connection,
        "_synced_at": iso(read_at),
        "_page": name,
    }
    rows, data = pack(stream, records, given, constants, notes)
    return StagedPage(
        name,
        data,
        rows,
        {
            "connection": slice_.connection,
            "table": platform.table(stream.name),
            "stream": stream.name,
            "run": slice_.run,
            "slice": slice_.id,
            "page": str(slice_.page),
            "rows": str(rows),
            "digest": xxh3_128_hexdigest(data),
            "read_at": iso(read_at),
            "request": described(request),
        },
    )


def page_of(slice_: Slice, table: str, staged: StagedPage, read_at: datetime) -> Page:
    """The document by which the loader finds it."""
    return Page(
        id=stable_id(slice_.id, str(slice_.page)),
        workspace=slice_.workspace,
        connection=slice_.connection,
        run=slice_.run,
        slice=slice_.id,
        table=table,
        object=staged.name,
        rows=staged.rows,
        bytes=len(staged.data),
        read_at=read_at,
        touched_at=read_at,
        expires_at=slice_.expires_at,
    )


def pack(
    stream: Stream, records: list[Json], given: Mapping[str, Json], constants: Mapping[str, str], notes: Notes
) -> tuple[int, bytes]:
    """Records → checked rows → lines → gzip, in portions, so that a page is never held twice in full."""
    squeeze = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, GZIP)
    parts: list[bytes] = []
    count = 0
    shape = shaper(stream)
    found = iter(lines(shape.rows(records, given, notes), constants, shape.before, shape.with_points))
    while portion := list(islice(found, PORTION)):
        parts.append(squeeze.compress(b"".join(portion)))
        count += len(portion)
    parts.append(squeeze.flush())
    return count, b"".join(parts)


def described(request: Request) -> str:
    """The call behind a page, for whoever follows a row home. Credentials stand in headers, which are not told."""
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    return f"{request.method} {request.url}{'?' if query else ''}{query}"[:900]
