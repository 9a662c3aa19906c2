"""How Shopify is asked for a part of a list: its search syntax, its counts and its pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.vocabulary.paging import Cursor, Deep
from shared.vocabulary.slicing import Since
from shared.vocabulary.wire import Json, at

MOST = 25_000  # records that a list may be paged far
STOPPED = MOST + 1  # a count that says so may mean “more than can be counted”


def counted(name: str) -> Callable[[Json], int | None]:
    """The platform's count, unless it says that it stopped counting."""

    def told(answer: Json) -> int | None:
        count = at(answer, f"data.{name}.count")
        exact = at(answer, f"data.{name}.precision") == "EXACT"
        return count if exact and isinstance(count, int) and count != STOPPED else None

    return told


def between(name: str, by_day: bool = False) -> Callable[[datetime | None, datetime | None], str]:
    """A window in Shopify's search syntax. Unquoted, the colons of a moment would be read as filters.

    `by_day`: the filter may look at whole days, of a zone that is not told. So it ends a day later, to hide none.
    """

    def phrase(since: datetime | None, until: datetime | None) -> str:
        ends = [(">=", since), ("<", until + timedelta(days=1) if until and by_day else until)]
        return " AND ".join(f"{name}:{sign}'{moment:%Y-%m-%dT%H:%M:%SZ}'" for sign, moment in ends if moment)

    return phrase


def changed(into: str, name: str = "updated_at", by_day: bool = False, look_back: timedelta | None = None) -> Since:
    return Since(look_back, parameter=f"variables.{into}", phrase=between(name, by_day), joined=" AND ")


def pages(where: str, size: int, deep: Deep | None = None) -> Cursor:
    info = f"data.{where}.pageInfo"
    more = f"{info}.hasNextPage"
    return Cursor(f"{info}.endCursor", "variables.after", size, "variables.first", more, always=more, deep=deep)


def by_id(of: str, at: str = "legacyResourceId", name: str = "id") -> Deep:
    """Sorted by their ids, records never change places while we read. `of`: the variable with the slice's filter."""
    return Deep(MOST, at, f"variables.{of}", "variables.query", lambda number: f"{name}:>={number}")
