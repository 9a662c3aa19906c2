"""What `send_letter` does with what is wanted: a letter, a delivery, or a round."""

from __future__ import annotations

from dataclasses import dataclass

from shared.alarms.rounds import Rounds
from shared.errors import BadMessage
from shared.hooks.delivering import Deliverer
from shared.letters.sending import Sender
from shared.messages import ROUND, LetterWanted


@dataclass(frozen=True)
class Outgoing:
    sender: Sender
    deliverer: Deliverer
    rounds: Rounds

    def handle(self, wanted: LetterWanted) -> None:
        if wanted.letter == ROUND:
            if not wanted.workspace:
                raise BadMessage("a round of no workspace")
            self.rounds.go(wanted.workspace, wanted.run)
        elif wanted.letter.startswith("d-"):
            self.deliverer.handle(wanted.letter)
        else:
            self.sender.handle(wanted)
