"""Sessions: a random token in a cookie, of which only the fingerprint is kept, with who came, how, when and from where.

A session ends after 30 minutes without activity, 12 hours after it began, when somebody ends it, and with its person.
When it was last used is written at most every five minutes; so without activity it ends after 25 to 30 minutes.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.audit.entry import Origin
from shared.audit.record import record_in
from shared.clock import Clock
from shared.model import from_doc, names_one, to_doc
from shared.oauth.links import fingerprint, is_token, random_token
from shared.people.levels import How
from shared.stores.ports import Documents, Transaction

LONGEST = timedelta(hours=12)
NOTED = timedelta(minutes=5)  # between two notes that a session is used
FRESH = timedelta(minutes=15)  # so recent a sign-in proves its way once more
AT_ONCE = 100  # sessions ended in one transaction
_TOKEN = 32  # bytes of the token of forms, and of its mask
_AGENT = 200  # letters of the browser's own name that are kept


@dataclass(frozen=True, slots=True)
class Session:
    id: str  # fingerprint of the token
    person: str
    how: How
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    network: str = ""
    agent: str = ""

    def alive(self, now: datetime, idle: timedelta) -> bool:
        return now < self.expires_at and now - self.seen_at < idle

    def fresh(self, now: datetime) -> bool:
        return now - self.created_at < FRESH

    @property
    def short(self) -> str:
        """Enough to tell sessions apart; opens nothing."""
        return self.id[:16]


@dataclass(frozen=True)
class Sessions:
    documents: Documents
    clock: Clock
    idle: timedelta

    def begin(self, by: Origin, person: str, how: How, before: str = "") -> str:
        """A new session; returns its new token. `before`: the token of the session whose place it takes."""
        token, now = random_token(), self.clock.now()
        made = Session(fingerprint(token), person, how, now, now, now + LONGEST, by.network, by.agent[:_AGENT])

        def work(tx: Transaction) -> None:
            tx.set(session_path(made.id), to_doc(made))
            if is_token(before):
                tx.delete(session_path(fingerprint(before)))
            record_in(tx, by.entry(now, "session.begun", made.short, how=how))

        self.documents.transact(work)
        return token

    def find(self, token: str, polls: bool = False) -> Session | None:
        """The live session of a token. `polls`: the request was not made by a person, and prolongs nothing."""
        doc = self.documents.get(session_path(fingerprint(token))) if is_token(token) else None
        session = None if doc is None else from_doc(Session, doc)
        now = self.clock.now()
        if session is None or not session.alive(now, self.idle):
            return None
        if not polls and now - session.seen_at >= NOTED:
            self.documents.transact(lambda tx: _note(tx, session.id, now))
        return session

    def lives(self, session: str) -> bool:
        """By its id, for what ends with it. To ask prolongs nothing."""
        doc = self.documents.get(session_path(session)) if names_one(session) else None
        return doc is not None and from_doc(Session, doc).alive(self.clock.now(), self.idle)

    def of_person(self, person: str) -> list[Session]:
        """Those that are alive, the last used first."""
        found = [from_doc(Session, doc) for doc in self.documents.find("sessions", ("person", "==", person))]
        now = self.clock.now()
        return sorted(
            (each for each in found if each.alive(now, self.idle)), key=lambda each: each.seen_at, reverse=True
        )

    def end(self, by: Origin, *sessions: Session) -> None:
        def work(tx: Transaction) -> None:
            for each in sessions:
                tx.delete(session_path(each.id))
                record_in(tx, by.entry(self.clock.now(), "session.ended", each.person, session=each.short))

        self.documents.transact(work)

    def end_all(self, by: Origin, person: str, but: str = "") -> int:
        """Every session of a person, `but` one; how many they were."""
        found = [each for each in self.of_person(person) if each.id != but]
        for start in range(0, len(found), AT_ONCE):
            self.end(by, *found[start : start + AT_ONCE])
        return len(found)


def form_token(token: str) -> str:
    """What each form of a session carries: follows from its token, and tells nothing of it. It is covered by another
    mask each time, so that nobody finds it out by how well pages that hold it can be compressed."""
    mask = secrets.token_bytes(_TOKEN)
    return (mask + _masked(_of_forms(token), mask)).hex()


def form_token_holds(token: str, said: str) -> bool:
    try:
        found = bytes.fromhex(said)
    except ValueError:
        return False
    if not token or len(found) != 2 * _TOKEN:
        return False
    return hmac.compare_digest(_of_forms(token), _masked(found[_TOKEN:], found[:_TOKEN]))


def _of_forms(token: str) -> bytes:
    return hmac.digest(token.encode(), b"form", "sha256")


def _masked(text: bytes, mask: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(text, mask, strict=True))


def _note(tx: Transaction, session: str, now: datetime) -> None:
    """A session that was ended meanwhile stays ended."""
    doc = tx.get(session_path(session))
    if doc is not None:
        tx.set(session_path(session), to_doc(replace(from_doc(Session, doc), seen_at=now)))


def session_path(session: str) -> str:
    return f"sessions/{session}"
