"""What was destroyed and what remains, for whoever must prove it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.stores.ports import Doc, Documents


@dataclass
class Receipt:
    """Kept as a document beside the work, so that an interrupted erasure goes on counting where it was."""

    id: str
    of: str
    begun_at: datetime
    finished_at: datetime | None = None
    destroyed: Counter[str] = field(default_factory=Counter)
    grants: dict[str, str] = field(default_factory=dict)  # connection → what became of its access
    spared: dict[str, str] = field(default_factory=dict)  # what the last look left alone → why
    cleared_at: datetime | None = None  # a look came to its end: whoever begins after that finds nothing to work on

    @property
    def path(self) -> str:
        return f"receipts/{self.id}"

    @property
    def of_connection(self) -> bool:
        return self.of.startswith("connection ")

    def keep(self, documents: Documents) -> None:
        documents.set(self.path, self.doc())

    def count(self, what: str, how_many: int, documents: Documents) -> None:
        """Before it is done: an interruption may count twice, but never leave out what was destroyed."""
        if how_many:
            self.destroyed[what] += how_many
            self.keep(documents)

    def spare(self, what: str, why: str) -> None:
        """It bears a name of ours, and is not; or it is not in our power."""
        self.spared[what] = why

    def cleared(self, now: datetime) -> datetime:
        """When a look first came to its end."""
        self.cleared_at = self.cleared_at or now
        return self.cleared_at

    def doc(self) -> Doc:
        return {
            "id": self.id,
            "of": self.of,
            "begun_at": self.begun_at,
            "cleared_at": self.cleared_at,
            "finished_at": self.finished_at,
            "destroyed": dict(self.destroyed),
            "grants": dict(self.grants),
            "spared": dict(self.spared),
        }


def opened(documents: Documents, name: str, of: str, now: datetime) -> Receipt:
    """The receipt of an erasure that was begun before, or a new one; what an earlier look spared is looked at anew."""
    doc = documents.get(f"receipts/{name}")
    return replace(of_doc(doc), spared={}) if doc else Receipt(name, of, now)


def of_doc(doc: Mapping[str, object]) -> Receipt:
    known = dict(doc)
    destroyed, grants, spared = known.pop("destroyed"), known.pop("grants"), known.pop("spared", {})
    return Receipt(destroyed=Counter(destroyed), grants=dict(grants), spared=dict(spared), **known)  # type: ignore[call-overload, arg-type]
