"""What of a feed's key the function `feed` sees: as much as it needs to let somebody in and to ask, and nothing of whom
the key is. It stands in a database of its own, so that a fault at the most open of our doors shows nobody's roles."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from shared.keys.digests import Digest
from shared.stores.ports import Doc


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    key: str  # its id
    digest: str
    digest_by: str
    is_link: bool  # the key may stand in an address
    feed: str
    workspace: str
    name: str
    question: str
    formats: tuple[str, ...]
    until: datetime  # when the key, the feed or the time after its maker's leaving ends, whatever comes first
    sunset: str = ""  # of a key that was replaced

    @property
    def kept(self) -> Digest:
        return Digest(self.digest_by, self.digest)


def opening_path(key: str) -> str:
    return f"openings/{key}"


def opening_doc(opening: Opening) -> Doc:
    """It ends by itself, too."""
    doc = {each.name: getattr(opening, each.name) for each in fields(Opening)}
    return {**doc, "formats": list(opening.formats), "expires_at": opening.until}


def opening_of(doc: Doc) -> Opening:
    known = {each.name: doc[each.name] for each in fields(Opening) if each.name in doc}
    return Opening(**{**known, "formats": tuple(doc["formats"])})
