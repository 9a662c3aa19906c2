"""What all lists of Klaviyo have in common: how they are paged and filtered, and what around a record is no data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Link, Once
from shared.vocabulary.stream import Stream

NEXT = "links.next"
AROUND = frozenset({"type", "links"})
RELATED = AROUND | {"relationships"}
WHOLE = Once(NEXT)
UNSIZED = Link(NEXT, 200, "", always="links")
UNCOUNTED = "Klaviyo tells no count of what a list holds."
LATE = timedelta(days=2)  # events are sent to Klaviyo some time after they happened


def pages(size: int) -> Link:
    """More than a page may hold is refused, and fewer by default: each list has a most of its own."""
    return Link(NEXT, size, "page[size]", always="links")


def simple(
    name: str, title: str, *, path: str, text: str, size: int, scope: str, allowance: str, **query: str
) -> Stream:
    """A list that is read whole each time: there are few of them, and what has gone is seen."""
    return Stream(
        name,
        title,
        path=path,
        records="data",
        columns=columns(text),
        query=query,
        pages=pages(size),
        ignore=RELATED,
        scope=scope,
        allowance=allowance,
        unproven=UNCOUNTED,
    )


SECOND = timedelta(seconds=1)


def since(field: str, exclusive: bool = False) -> Callable[[datetime | None, datetime | None], str]:
    """The filter on a time. `exclusive`: the platform knows no bound that is itself included, and no fractions of a
    second, so we begin a second earlier."""

    def phrase(begin: datetime | None, end: datetime | None) -> str:
        parts = []
        if begin is not None:
            word = "greater-than" if exclusive else "greater-or-equal"
            parts.append(f"{word}({field},{written(begin - SECOND if exclusive else begin)})")
        if end is not None:
            up = end if end.microsecond == 0 else end + SECOND
            parts.append(f"less-than({field},{written(up)})")
        return ",".join(parts)

    return phrase


def written(moment: datetime) -> str:
    """With Z: the plus of +00:00 would be read as a blank, and refused."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
