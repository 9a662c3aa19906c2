"""A feed as it is kept, in the database of people: which question, in which formats, until when."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from shared.stores.ports import Doc


class FeedState(StrEnum):
    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    id: str
    workspace: str
    name: str  # what its maker calls it; the file is called so
    question: str  # as JSON
    formats: tuple[str, ...]
    maker: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> FeedState:
        if self.revoked_at is not None:
            return FeedState.REVOKED
        return FeedState.OPEN if now < self.expires_at else FeedState.EXPIRED


def feed_path(feed: str) -> str:
    return f"feeds/{feed}"


def feed_doc(feed: Feed) -> Doc:
    return {**{each.name: getattr(feed, each.name) for each in fields(Feed)}, "formats": list(feed.formats)}


def feed_of(doc: Doc) -> Feed:
    """From its document; fields of another release are left out."""
    known = {each.name: doc[each.name] for each in fields(Feed) if each.name in doc}
    return Feed(**{**known, "formats": tuple(doc["formats"])})
