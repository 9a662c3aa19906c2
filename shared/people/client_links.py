"""The link to a client's own page: made by an admin, good for 90 days, taken back at any time. No account is needed.

It only shows. To withdraw takes a letter to the address that the admin named with it: who has the link alone ends
nothing. Of both, what opens is kept as a fingerprint.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.audit.entry import Origin
from shared.audit.record import record_in
from shared.clock import Clock
from shared.letters.letter import Kind, want
from shared.model import from_doc, to_doc
from shared.oauth.links import fingerprint, is_token, random_token
from shared.stores.ports import Documents, Transaction

LIFETIME, KEPT = timedelta(days=90), timedelta(days=180)
HOUR = timedelta(hours=1)  # in which a withdrawal is confirmed
TOKEN = re.compile(r"c[A-Za-z0-9_-]{43}")  # begins so that a path can hold it


@dataclass(frozen=True, slots=True)
class ClientLink:
    id: str  # the fingerprint
    workspace: str
    mail: str  # whose it is, and who confirms a withdrawal
    by: str
    created_at: datetime
    ends_at: datetime
    expires_at: datetime  # when the document goes
    revoked_at: datetime | None = None

    @property
    def short(self) -> str:
        """Enough to tell links apart; opens nothing."""
        return self.id[:16]

    def open(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.ends_at


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What is to be taken back, once its letter was answered."""

    id: str
    workspace: str
    link: str  # id of the one that it was asked by
    connections: list[str]
    expires_at: datetime


def link_path(link: str) -> str:
    return f"client_links/{link}"


def withdrawal_path(withdrawal: str) -> str:
    return f"withdrawals/{withdrawal}"


def make(
    documents: Documents, clock: Clock, by: Origin, workspace: str, mail: str, person: str
) -> tuple[str, ClientLink]:
    """A new link, and what opens it: the one time that it can be seen."""
    token, now = f"c{secrets.token_urlsafe(32)}", clock.now()
    made = ClientLink(fingerprint(token), workspace, mail, person, now, now + LIFETIME, now + KEPT)

    def work(tx: Transaction) -> None:
        tx.create(link_path(made.id), to_doc(made))
        record_in(tx, by.entry(now, "client-link.made", made.short, workspace))

    documents.transact(work)
    return token, made


def opened_by(documents: Documents, token: str, now: datetime) -> ClientLink | None:
    doc = documents.get(link_path(fingerprint(token))) if TOKEN.fullmatch(token) else None
    link = from_doc(ClientLink, doc) if doc else None
    return link if link is not None and link.open(now) else None


def of_workspace(documents: Documents, workspace: str) -> list[ClientLink]:
    """The newest first."""
    found = [from_doc(ClientLink, doc) for doc in documents.find("client_links", ("workspace", "==", workspace))]
    return sorted(found, key=lambda each: each.created_at, reverse=True)


def take_back(documents: Documents, now: datetime, by: Origin, link: ClientLink) -> None:
    """It shows nothing any more. Done twice it changes nothing."""

    def work(tx: Transaction) -> None:
        doc = tx.get(link_path(link.id))
        if doc is None or doc["revoked_at"] is not None:
            return
        tx.set(link_path(link.id), to_doc(replace(from_doc(ClientLink, doc), revoked_at=now)))
        record_in(tx, by.entry(now, "client-link.revoked", link.short, link.workspace))

    documents.transact(work)


def ask_to_withdraw(
    documents: Documents, clock: Clock, by: Origin, link: ClientLink, connections: Sequence[str], address: str
) -> str:
    """Written down with the letter that asks once more; the letter's id. `address`: of the page that it opens."""
    token, now = random_token(), clock.now()
    asked = Withdrawal(fingerprint(token), link.workspace, link.id, list(connections), now + HOUR)
    letter = want(Kind.WITHDRAWAL, link.mail, {"link": f"{address}#{token}"}, now, now + HOUR)

    def work(tx: Transaction) -> None:
        tx.create(withdrawal_path(asked.id), to_doc(asked))
        tx.set(letter.path, to_doc(letter))
        record_in(tx, by.entry(now, "withdrawal.asked", link.short, link.workspace, count=str(len(connections))))

    documents.transact(work)
    return letter.id


def confirmed(documents: Documents, token: str, now: datetime) -> Withdrawal | None:
    """What the letter's link opens; it stays, so that whoever was killed while it was done is answered once more."""
    doc = documents.get(withdrawal_path(fingerprint(token))) if is_token(token) else None
    found = from_doc(Withdrawal, doc) if doc else None
    return found if found is not None and now < found.expires_at else None
