"""Connections: pages of a list, and the cursors between them."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

from infra.sandbox.paging import read_cursor, write_cursor
from infra.sandbox.records import Record

LARGEST = 250  # records of a page


def refused(message: str, code: str = "BAD_REQUEST") -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})


def connection(rows: Sequence[Record], keys: Sequence[Any], said: dict[str, Any], deepest: int = 0) -> Record:
    """The page behind `after`. A cursor names the last record that was seen, so records that go or come move nothing.

    `keys`: ascending, one for each row. `deepest`: how many records a list may be paged far; 0: any number.
    """
    size = said.get("first")
    if size is None:
        raise refused("you must provide one of first or last")
    if not 0 <= size <= LARGEST:
        raise refused(f"first must be between 0 and {LARGEST}")
    start, depth = 0, 0
    if said.get("after") is not None:
        try:
            last, depth = read_cursor(said["after"])
        except (ValueError, TypeError):
            raise refused("Invalid cursor for current pagination sort.") from None
        start = bisect_right(keys, tuple(last) if isinstance(last, list) else last)
    if deepest and depth + size > deepest:
        raise refused(f"Pagination is limited to {deepest} objects. Narrow the list by a filter.")
    page = rows[start : start + size]
    cursors = [write_cursor([keys[start + place], depth + place + 1]) for place in range(len(page))]
    return {
        "edges": [{"cursor": cursor, "node": row} for cursor, row in zip(cursors, page, strict=True)],
        "nodes": page,
        "pageInfo": {
            "hasNextPage": start + size < len(rows),
            "hasPreviousPage": start > 0,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def nested(rows: Sequence[Record], said: dict[str, Any]) -> Record:
    """A list inside a record, in the order in which it was made."""
    return connection(rows, range(len(rows)), said)
