"""A staged page, and the record in it that a row came from."""

from __future__ import annotations

import re
import zlib
from gzip import BadGzipFile, GzipFile
from io import BytesIO
from typing import Any

import orjson

from shared.errors import Problem
from shared.stores.ports import NoObject, Objects, Staged

LARGEST_PAGE = 16 * 2**20  # packed
LONGEST_LINE = 8 * 2**20
_PAGE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.=/-]{1,1000}\.ndjson\.gz")


def is_page_of(workspace: str, page: str) -> bool:
    """Nobody gets at another's page by a name that leads out of the folder."""
    return page.startswith(f"{workspace}/raw/") and _PAGE.fullmatch(page) is not None and ".." not in page


def staged(objects: Objects, page: str) -> Staged | None:
    return next((each for each in objects.list(page) if each.name == page), None)


def record(data: bytes, number: int, longest: int = LONGEST_LINE) -> Any | None:
    """The record of that number, unpacked no further than it stands; None where the page has none."""
    try:
        with GzipFile(fileobj=BytesIO(data)) as lines:
            while line := lines.readline(longest + 1):
                if len(line) > longest:
                    raise _too_large()
                found = orjson.loads(line)
                if found.get("_line") == number:
                    return found
    except (BadGzipFile, EOFError, ValueError, zlib.error):
        raise Problem("page-unreadable", "The page is not as it was written.") from None
    return None


def told(objects: Objects, page: str, number: int) -> dict[str, Any] | None:
    """The record, with what was written about its page; None where it is not there (any more)."""
    found = staged(objects, page)
    if found is None:
        return None
    if found.bytes > LARGEST_PAGE:
        raise _too_large()
    try:
        held = record(objects.read(page), number)
    except NoObject:
        return None
    return None if held is None else {"page": page, "line": number, **found.metadata, "record": held}


def _too_large() -> Problem:
    return Problem("page-too-large", "This is too large to be shown here; `tributary admin trace` shows it.")
