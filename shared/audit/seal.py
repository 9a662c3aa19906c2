"""A seal: what binds one batch of entries, and all seals before it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from shared.clock import iso
from shared.stores.ports import Doc

SEALS = "audit_seals"
HEAD = "audit_heads/now"  # the newest seal, how far seals were told, and how far the chain was walked
AT_ONCE = 300  # entries of one seal
BEGINNING = "0" * 64  # what the first seal follows


@dataclass(frozen=True, slots=True)
class Seal:
    number: int  # 1, 2, 3 …: one that is missing is seen
    previous: str  # hash of the one before
    at: datetime
    entries: tuple[tuple[str, str], ...]  # id and leaf, in the order of time

    @property
    def full(self) -> bool:
        """More was waiting, perhaps: what the next one holds may be older than this one."""
        return len(self.entries) >= AT_ONCE

    @property
    def hash(self) -> str:
        told = [self.number, self.previous, iso(self.at), self.entries]
        return hashlib.sha256(orjson.dumps(told)).hexdigest()


def seal_path(number: int) -> str:
    return f"{SEALS}/{number:010d}"


def seal_doc(seal: Seal) -> Doc:
    entries = [{"id": entry, "leaf": leaf} for entry, leaf in seal.entries]
    return {
        "number": seal.number,
        "previous": seal.previous,
        "at": seal.at,
        "entries": entries,
        "hash": seal.hash,
    }


def seal_of(doc: Doc) -> Seal:
    entries: Sequence[Doc] = doc["entries"]
    return Seal(doc["number"], doc["previous"], doc["at"], tuple((each["id"], each["leaf"]) for each in entries))
