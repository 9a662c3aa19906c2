"""A key as it is kept: what it may do, until when, who made it, and what has become of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

from shared.keys.digests import Digest
from shared.keys.texts import Kind
from shared.stores.ports import Doc

LONGEST = timedelta(days=366)  # no key lives for ever; a link with one in it stands in logs and histories
ORPHANS_WORK = timedelta(days=14)  # after their maker has lost every role; so a workbook does not stop over night


class KeyState(StrEnum):
    ACTIVE = "active"
    REPLACED = "replaced"  # it has a successor, and works on until it sets
    ORPHANED = "orphaned"  # its maker is gone: it works on for a while, as a viewer's
    PAUSED = "paused"  # that while is over; somebody adopts it, or it stays so
    EXPIRED = "expired"
    REVOKED = "revoked"


OVER = frozenset({KeyState.PAUSED, KeyState.EXPIRED, KeyState.REVOKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    id: str  # kind and 8 leading characters
    kind: Kind
    workspace: str
    name: str  # what its maker calls it
    scopes: tuple[str, ...]
    maker: str  # id of a person; its power is cut with what they may now
    digest: str
    digest_by: str
    created_at: datetime
    expires_at: datetime
    feed: str = ""  # the one that a feed's key opens
    parent: str = ""  # the key by which it was made; it ends with that one
    revoked_at: datetime | None = None
    sets_at: datetime | None = None  # it was replaced, and works until then
    successor: str = ""
    orphaned_at: datetime | None = None
    used_on: str = ""  # the day of its last use, and from where; no moment, which would tell of a person's hours
    used_network: str = ""
    used_agent: str = ""
    used_noted_at: datetime | None = None  # when that was last written

    @property
    def kept(self) -> Digest:
        return Digest(self.digest_by, self.digest)

    @property
    def sunset(self) -> str:
        """When it stops, as the header `Sunset` says it (RFC 8594); empty while nothing follows it."""
        return format_datetime(self.sets_at, usegmt=True) if self.sets_at else ""

    def state(self, now: datetime) -> KeyState:
        if self.revoked_at is not None:
            return KeyState.REVOKED
        if now >= self.expires_at or (self.sets_at is not None and now >= self.sets_at):
            return KeyState.EXPIRED
        if self.orphaned_at is not None:
            return KeyState.PAUSED if now >= self.orphaned_at + ORPHANS_WORK else KeyState.ORPHANED
        return KeyState.REPLACED if self.sets_at is not None else KeyState.ACTIVE


def key_path(key: str) -> str:
    return f"keys/{key}"


def key_doc(key: Key) -> Doc:
    doc = {each.name: getattr(key, each.name) for each in fields(key)}
    return {**doc, "kind": str(key.kind), "scopes": list(key.scopes)}


def key_of(doc: Doc) -> Key:
    """From its document; fields of another release are left out."""
    known: dict[str, Any] = {each.name: doc[each.name] for each in fields(Key) if each.name in doc}
    return Key(**{**known, "kind": Kind(doc["kind"]), "scopes": tuple(doc["scopes"])})
