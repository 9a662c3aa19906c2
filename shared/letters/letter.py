"""A letter: what is to go out to one address, and how far it is."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from shared.states import LetterState
from shared.tongue.catalogue import ENGLISH
from shared.tongue.saying import language

KEPT = timedelta(days=30)


class Kind(StrEnum):
    """What a letter says; the words are in `texts.py`."""

    SIGN_IN = "sign-in"  # the link by which somebody signs in
    USE_GOOGLE = "use-google"  # to whoever asked for a link and has to come another way
    INVITATION = "invitation"
    ALARM = "alarm"  # what needs somebody, and what does not any more
    WITHDRAWAL = "withdrawal"  # the link by which a client takes back what is shared


@dataclass(frozen=True, slots=True)
class Letter:
    id: str
    kind: Kind
    to: str
    created_at: datetime
    useless_at: datetime  # after that it is not sent any more: what it holds has ended
    expires_at: datetime  # when the document goes
    values: Mapping[str, str] = field(default_factory=dict)  # what its words need; gone once it was sent
    state: LetterState = LetterState.WANTED
    sending_until: datetime | None = None  # whoever sends it is given up then
    tries: int = 0
    language: str = ENGLISH  # that of the page on which it was asked for
    perhaps_twice: bool = False  # somebody was killed between handing it over and writing that down

    @property
    def path(self) -> str:
        return letter_path(self.id)


def letter_path(letter: str) -> str:
    return f"letters/{letter}"


def want(kind: Kind, to: str, values: Mapping[str, str], now: datetime, useless_at: datetime) -> Letter:
    """A letter that is to be written down, and of which `send_letter` is told then."""
    return Letter(
        f"l-{secrets.token_hex(12)}", kind, to, now, useless_at, now + KEPT, dict(values), language=language()
    )
