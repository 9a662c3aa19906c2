"""The link by mail: good once, for ten minutes, and only in the browser that asked for it.

Whoever asks gets the same answer after the same work, whether anybody has this address or not: a link and a letter are
written down for every address, and only `send_letter` looks whether a letter goes out.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.letters.letter import Kind, Letter, want
from shared.model import from_doc, to_doc
from shared.oauth.links import fingerprint, is_token, random_token
from shared.people import invitations, persons
from shared.people.first_owner import awaits_owner
from shared.people.levels import How
from shared.people.roles import must_use_google
from shared.stores.ports import Documents, Transaction

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class MailLink:
    id: str  # fingerprint of what opens it
    mail: str
    browser: str  # fingerprint of the cookie
    expires_at: datetime
    invitation: str = ""  # fingerprint of the one that is to be accepted
    google: str = ""  # an account that was proven in this browser, and waits for its address to be
    name: str = ""
    joins: str = ""  # the person who wants this as another way


def ask(documents: Documents, clock: Clock, asked: MailLink, address: str) -> str:
    """Write down a link and its letter; the letter's id. `address`: of the page that the link opens. What `asked`
    lacks, id and end, is filled in here."""
    token, ends = random_token(), clock.now() + LIFETIME
    link = replace(asked, id=fingerprint(token), expires_at=ends)
    letter = want(Kind.SIGN_IN, link.mail, {"link": f"{address}#{token}", "about": link.id}, clock.now(), ends)

    def work(tx: Transaction) -> None:
        tx.set(_path(link.id), to_doc(link))
        tx.set(letter.path, to_doc(letter))

    documents.transact(work)
    return letter.id


def take(tx: Transaction, now: datetime, token: str, browser: str) -> MailLink | None:
    """The link, which is used by this. Read before anything is written; None for any other browser."""
    doc = tx.get(_path(fingerprint(token))) if is_token(token) and is_token(browser) else None
    link = None if doc is None else from_doc(MailLink, doc)
    if link is None or not hmac.compare_digest(link.browser, fingerprint(browser)):
        return None
    return link if now < link.expires_at else None


def use(tx: Transaction, link: MailLink) -> None:
    tx.delete(_path(link.id))


@dataclass(frozen=True)
class Recipients:
    """Decides what goes out to an address that asked to be let in. Asked by `send_letter` only."""

    documents: Documents
    clock: Clock
    first_owner: str

    def decide(self, letter: Letter) -> Letter | None:
        """The letter as it goes out; None: nobody here has this address."""
        if letter.kind is not Kind.SIGN_IN:
            return letter
        doc = self.documents.get(_path(letter.values.get("about", "")))
        link = None if doc is None else from_doc(MailLink, doc)
        if link is None:
            return None  # used or gone by now
        person = persons.by_way(self.documents, How.MAIL, link.mail)
        if link.google or link.joins:
            return letter if self._expected(link) or person is not None else None
        if person is not None and must_use_google(self.documents, person):
            return replace(letter, kind=Kind.USE_GOOGLE, values={})
        return letter if person is not None or self._expected(link) else None

    def _expected(self, link: MailLink) -> bool:
        """Whether somebody is waited for at this address."""
        if link.joins:
            joining = persons.get(self.documents, link.joins)
            return joining is not None and joining.mail == link.mail
        if link.google and link.mail == self.first_owner and awaits_owner(self.documents):
            return True
        invitation = invitations.open_one(self.documents, link.invitation, self.clock.now())
        if invitation is None or invitation.mail != link.mail:
            return False
        return bool(link.google) or not invitation.needs_google


def _path(link: str) -> str:
    return f"mail_links/{link or 'none'}"
