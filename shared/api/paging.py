"""Where a list goes on. A cursor tells nobody anything: it is read as a stranger's word, and leads nowhere else."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from shared.api.problems import Failure
from shared.api.wire import encode
from shared.stores.ports import Doc, Documents, Where

T = TypeVar("T")


class Since(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is not younger than a moment, but for those of that very moment which were given before."""

    until: datetime
    given: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Within the answer to one question over one version."""

    version: int
    asked: str  # digest of the question
    rows: int  # that were given before


def newest(
    documents: Documents, collection: str, where: Sequence[Where], field: str, cursor: str, limit: int
) -> tuple[list[Doc], str]:
    """The documents with the latest `field` first, from the cursor on; and where the list goes on, if it does. Several
    may be of one moment, and none of them is left out or told twice."""
    since = read(cursor, Since)
    earlier: list[Where] = [(field, "<=", since.until)] if since else []
    given = set(since.given) if since else set()
    found = documents.find(collection, *where, *earlier, order=f"-{field}", limit=limit + len(given) + 1)
    left = [doc for doc in found if doc["id"] not in given]
    if len(left) <= limit:
        return left, ""
    last = left[limit - 1][field]
    same = tuple(doc["id"] for doc in left[:limit] if doc[field] == last)
    return left[:limit], write(Since(last, (*given, *same) if since and last == since.until else same))


def write(place: Since | Place) -> str:
    return base64.urlsafe_b64encode(encode(place)).decode().rstrip("=")


def read(text: str, kind: type[T]) -> T | None:
    """None: from the beginning."""
    if not text:
        return None
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(data, type=kind)
    except (binascii.Error, ValueError, msgspec.DecodeError, UnicodeDecodeError):
        raise Failure(400, "bad-cursor", "This cursor is none of ours: begin without one.") from None
