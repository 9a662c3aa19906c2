"""Letters that were written down and of which nobody was told: whoever wrote one was killed in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shared import log
from shared.clock import Clock
from shared.letters.letter import Letter
from shared.messages import LetterWanted
from shared.model import from_doc
from shared.states import LetterState
from shared.stores.ports import Bus, Documents

QUIET = timedelta(minutes=2)  # after this long a message counts as lost; told twice, a letter goes out once
MOST = 50


@dataclass(frozen=True)
class Reminder:
    documents: Documents  # the database of people
    bus: Bus
    clock: Clock

    def remind(self) -> int:
        """Tell of those that wait; how many they were. What has ended meanwhile goes with its document."""
        now = self.clock.now()
        found = self.documents.find("letters", ("state", "==", LetterState.WANTED), limit=MOST)
        letters = [from_doc(Letter, doc) for doc in found]
        late = [letter for letter in letters if letter.created_at <= now - QUIET and now < letter.useless_at]
        self.bus.publish(*(LetterWanted(letter.id) for letter in late))
        if late:
            log.info("letters told once more", count=len(late))
        return len(late)
