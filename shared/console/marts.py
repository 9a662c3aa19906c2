"""What pages of figures are made of: the published marts of a workspace, and the engine that answers from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from shared.clock import Clock
from shared.errors import Later
from shared.stores.ports import Documents
from shared.sync.data_changes import note_look

if TYPE_CHECKING:
    from shared.publishing.at_hand import AtHand, Shelf
    from shared.questions.engine import Engine

T = TypeVar("T")


@dataclass(frozen=True)
class Marts:
    """One for a process."""

    documents: Documents
    clock: Clock
    shelf: Shelf
    engine: Engine

    def read(self, workspace: str, work: Callable[[AtHand], T]) -> T | None:
        """What `work` makes of the newest version, all of it of this one; None: nothing is published yet.

        That others are asking is no fault of what was asked: later there is an answer."""
        from shared.questions.refusal import Code, Refusal

        try:
            return self.shelf.read(workspace, work)
        except Refusal as refusal:
            if refusal.code in (Code.BUSY, Code.TOO_LONG):
                raise Later(refusal.code, refusal.sentence) from refusal
            raise

    def looked(self, workspace: str) -> None:
        """Somebody looks, so it is published, and kept up to date more often."""
        note_look(self.documents, self.clock, workspace)
