"""Sends a letter that is wanted. That it is being sent is written down before it is handed over.

SMTP leaves one doubt: a server that breaks off after the letter was handed over may have taken it, and so may one whose
sender was killed. Such a letter goes out once more, with the same Message-ID, and is marked *perhaps twice*.

Whoever takes so long that it was given up may be overtaken. What it has to say then counts no more: each try has a
number, and only the last one writes how it ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from shared import log
from shared.clock import Clock
from shared.errors import Configure, Later
from shared.letters.letter import Letter, letter_path
from shared.letters.message import message
from shared.letters.smtp import Perhaps, Post, Undeliverable
from shared.messages import LetterWanted
from shared.model import from_doc, to_doc
from shared.states import LetterState
from shared.stores.ports import Documents, Transaction

LEASE = timedelta(minutes=2)  # longer than handing over may take


@dataclass(frozen=True)
class Sender:
    documents: Documents
    post: Post
    clock: Clock
    agency: str
    address: str  # that letters come from
    decide: Callable[[Letter], Letter | None]  # what goes out; None: nothing

    def handle(self, wanted: LetterWanted) -> None:
        """Send it, unless that was done; raises Later or Configure when it must be tried again."""
        if not self.address:
            raise Configure("no-letters", "Letters are not set up: TRIBUTARY_SMTP_HOST and _FROM are missing.")
        letter = self.documents.transact(lambda tx: self._take(tx, wanted.letter))
        if letter is None:
            return
        if self.clock.now() >= letter.useless_at:
            self._end(letter, LetterState.LATE)
            return
        try:
            outgoing = self.decide(letter)
            if outgoing is None:
                self._end(letter, LetterState.UNSENT)
                return
            self.post.send(message(outgoing, self.agency, self.address, letter.created_at))
        except Perhaps:
            self._again(letter, perhaps_twice=True)
            raise
        except Undeliverable as refusal:
            log.warning("letter refused", letter=letter.id, kind=letter.kind, code=refusal.code)
            self._end(letter, LetterState.REFUSED)
        except Exception:  # nothing of it was handed over
            self._again(letter, letter.perhaps_twice)
            raise
        else:
            log.info("letter sent", letter=letter.id, kind=letter.kind, perhaps_twice=letter.perhaps_twice)
            self._end(letter, LetterState.SENT)

    def _take(self, tx: Transaction, name: str) -> Letter | None:
        """The letter, marked as being sent; None when it was, or will not be."""
        doc = tx.get(letter_path(name))
        if doc is None:
            return None
        letter, now = from_doc(Letter, doc), self.clock.now()
        if letter.state is LetterState.SENDING:
            if letter.sending_until is not None and now < letter.sending_until:
                raise Later("being-sent", "Somebody is sending this letter just now.")
            if letter.perhaps_twice:  # killed over it twice: it is not sent for ever
                tx.set(letter.path, to_doc(_ended(letter, LetterState.SENT)))
                return None
            letter = replace(letter, perhaps_twice=True)  # whoever sent it was killed
        elif letter.state is not LetterState.WANTED:
            return None
        taken = replace(letter, state=LetterState.SENDING, sending_until=now + LEASE, tries=letter.tries + 1)
        tx.set(taken.path, to_doc(taken))
        return taken

    def _again(self, letter: Letter, perhaps_twice: bool) -> None:
        """To be tried once more. One that may be there already is tried once more only."""
        if perhaps_twice and letter.perhaps_twice:
            self._end(letter, LetterState.SENT)
            return
        self._write(letter, replace(letter, state=LetterState.WANTED, sending_until=None, perhaps_twice=perhaps_twice))

    def _end(self, letter: Letter, state: LetterState) -> None:
        self._write(letter, _ended(letter, state))

    def _write(self, tried: Letter, changed: Letter) -> None:
        """Unless somebody else has taken the letter meanwhile."""

        def work(tx: Transaction) -> None:
            doc = tx.get(tried.path)
            if doc is not None and (doc["tries"], doc["state"]) == (tried.tries, LetterState.SENDING):
                tx.set(tried.path, to_doc(changed))

        self.documents.transact(work)


def _ended(letter: Letter, state: LetterState) -> Letter:
    """Nothing more happens with it, and what it held is forgotten."""
    return replace(letter, state=state, sending_until=None, values={})
