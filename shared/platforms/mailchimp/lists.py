"""What all lists of Mailchimp have in common: how they are paged, and what around a record is no data."""

from __future__ import annotations

from collections.abc import Mapping

from shared.vocabulary.paging import Count

PAGES = Count(1000, always=True)  # 10 is the default: forgetting `count` loses data quietly
TOTAL = "total_items"
LINKS = frozenset({"_links"})


def asking(records: str, **more: str) -> Mapping[str, str]:
    """Every record carries links to everything around it; they are half of the payload."""
    return {"exclude_fields": f"{records}._links,_links", **more}
