"""What all lists of Klaviyo have in common: how they are paged, and what around a record is no data."""

from __future__ import annotations

from datetime import timedelta

from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Link, Once
from shared.vocabulary.stream import Stream

NEXT = "links.next"
AROUND = frozenset({"type", "links"})
RELATED = AROUND | {"relationships"}
WHOLE = Once(NEXT)
UNSIZED = Link(NEXT, 200, "", always="links")
UNCOUNTED = "Klaviyo tells no count of what a list holds."

# Of reports.
POSTED = {"content-type": "application/vnd.api+json"}
SCARCE = "Sums would cost another of the 225 report calls a day."
LATE = timedelta(days=2)  # events are sent to Klaviyo some time after they happened
HISTORY = timedelta(days=730)


def pages(size: int) -> Link:
    """More than a page may hold is refused, and fewer by default: each list has a most of its own."""
    return Link(NEXT, size, "page[size]", always="links")


def simple(name: str, title: str, path: str, text: str, size: int, scope: str, allowance: str, **query: str) -> Stream:
    """A list that is read whole each time: there are few of them, and what has gone is seen."""
    return Stream(
        name, title, path, "data", columns(text), query, pages(size), ignore=RELATED, scope=scope,
        allowance=allowance, unproven=UNCOUNTED,
    )  # fmt: skip
