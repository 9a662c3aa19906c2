"""How often one may look in an hour, over all instances. A turn is a document that nobody can make twice: who looks
people up may add documents to those of people, and change or delete none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.clock import Clock
from shared.stores.ports import Documents

MOST = 300  # of a person or a key; at a hundred rows each, that is a day's work for somebody who reads
WINDOW = timedelta(hours=1)


class UsedUp(Exception):
    """No turn is left; `seconds` until there are new ones."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True)
class Turns:
    documents: Documents  # the database of people
    clock: Clock
    most: int = MOST

    def take(self, who: str) -> None:
        """Never more than there are: of two who take the same one, one takes the next."""
        now = self.clock.now()
        begun = int(now.timestamp() // WINDOW.total_seconds() * WINDOW.total_seconds())
        ends = datetime.fromtimestamp(begun, UTC) + WINDOW
        of = f"{who}.{begun}"
        for number in range(self.documents.count("looks", ("of", "==", of)), self.most):
            turn = {"of": of, "at": now, "expires_at": ends + WINDOW}
            if self.documents.create_missing({f"looks/{of}.{number}": turn}):
                return
        raise UsedUp(max(1, int((ends - now).total_seconds())))
