"""Who is let in by what was proven, and as whom. Each decision is one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.audit.entry import Origin
from shared.clock import Clock
from shared.errors import Problem
from shared.model import to_doc
from shared.people import invitations, mail_links, persons
from shared.people.attempts import Attempt
from shared.people.first_owner import awaits_owner, came
from shared.people.google import Account
from shared.people.invitations import Invitation
from shared.people.levels import How
from shared.people.persons import Person, Proof, by_way, make, person_path
from shared.people.roles import must_use_google
from shared.people.sessions import Session
from shared.stores.ports import Documents, Transaction


class Refused(Problem):
    """Nobody is let in; the sentence says why to whoever stands there."""


NOT_INVITED = ("not-invited", "Nobody has invited this account yet.")
OTHER_ADDRESS = ("other-address", "The invitation is for another address than that of this account.")
NOT_OPEN = ("invitation-over", "This invitation was used, withdrawn or has ended. Ask for a new one.")
LINK_OVER = ("link-over", "This link was used already, is older than ten minutes, or was asked for elsewhere.")
NEEDS_GOOGLE = ("needs-google", "Owners and admins sign in with Google.")
TOO_OLD = ("sign-in-again", "To add a way of signing in, sign in anew and do it within 15 minutes.")


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is let in. `joined`: as whom they were let in before, with another way from now on."""

    person: Person
    how: How
    joined: bool = False


@dataclass(frozen=True, slots=True)
class MailWanted:
    """Google's word is not enough for this address: a link by mail has to prove it, too."""

    mail: str
    google: str
    name: str
    invitation: str


@dataclass(frozen=True)
class SignIn:
    documents: Documents
    clock: Clock
    first_owner: str

    def by_google(
        self, account: Account, attempt: Attempt, session: Session | None, by: Origin
    ) -> Entered | MailWanted:
        """With an account of Google's. Raises Refused, and Taken when it is joined to somebody and is another's."""

        def work(tx: Transaction) -> Entered | MailWanted:
            person = by_way(tx, How.GOOGLE, account.sub)
            invitation = self._invitation(tx, attempt.invitation)
            if attempt.joins:
                self._still(session, attempt.joins)
                return Entered(self._joined(tx, attempt.joins, How.GOOGLE, account.sub, by), How.GOOGLE, joined=True)
            if person is not None:
                if invitation is not None:
                    ours = person.mail == invitation.mail
                    if not ours and not (account.authoritative and account.mail == invitation.mail):
                        raise Refused(*OTHER_ADDRESS)
                return self._let_in(tx, person, How.GOOGLE, invitation, by)
            first = invitation is None and self._is_first_owner(tx, account.mail)
            if invitation is None and not first:
                raise Refused(*NOT_INVITED)
            if invitation is not None and account.mail != invitation.mail:
                raise Refused(*OTHER_ADDRESS)
            if not account.authoritative or by_way(tx, How.MAIL, account.mail) is not None:
                return MailWanted(account.mail, account.sub, account.name, attempt.invitation)
            return self._make(tx, Proof(account.mail, account.sub, account.name), How.GOOGLE, invitation, by)

        return self.documents.transact(work)

    def by_mail(self, token: str, browser: str, session: Session | None, by: Origin) -> Entered:
        """With a link by mail. Raises Refused; the link is used when somebody is let in."""

        def work(tx: Transaction) -> Entered:
            link = mail_links.take(tx, self.clock.now(), token, browser)
            if link is None:
                raise Refused(*LINK_OVER)
            person = by_way(tx, How.MAIL, link.mail)
            invitation = self._invitation(tx, link.invitation)
            if link.joins:
                self._still(session, link.joins)
                entered = Entered(self._joined(tx, link.joins, How.MAIL, link.mail, by), How.MAIL, joined=True)
            elif link.google and person is not None:
                joined = self._joined(tx, person.id, How.GOOGLE, link.google, by)
                entered = self._let_in(tx, joined, How.GOOGLE, invitation, by)
            elif person is not None:
                entered = self._let_in(tx, person, How.MAIL, invitation, by)
            elif invitation is None and not (link.google and self._is_first_owner(tx, link.mail)):
                raise Refused(*LINK_OVER)
            else:
                how = How.GOOGLE if link.google else How.MAIL
                entered = self._make(tx, Proof(link.mail, link.google, link.name), how, invitation, by)
            mail_links.use(tx, link)
            return entered

        entered = self.documents.transact(work)
        if entered.how is How.MAIL and not entered.joined and must_use_google(self.documents, entered.person):
            raise Refused(*NEEDS_GOOGLE)
        return entered

    def _still(self, session: Session | None, person: str) -> None:
        """Whoever adds a way is signed in as that person, and since a short while: that is the other proof."""
        if session is None or session.person != person or not session.fresh(self.clock.now()):
            raise Refused(*TOO_OLD)

    def _invitation(self, tx: Transaction, name: str) -> Invitation | None:
        if not name:
            return None
        found = invitations.open_one(tx, name, self.clock.now())
        if found is None:
            raise Refused(*NOT_OPEN)
        return found

    def _is_first_owner(self, tx: Transaction, mail: str) -> bool:
        return bool(self.first_owner) and mail == self.first_owner and awaits_owner(tx)

    def _joined(self, tx: Transaction, person: str, how: How, value: str, by: Origin) -> Person:
        return persons.add_way(tx, person, how, value, _as(by, person), self.clock.now())

    def _let_in(self, tx: Transaction, person: Person, how: How, invitation: Invitation | None, by: Origin) -> Entered:
        if invitation is None:
            return Entered(person, how)
        if invitation.needs_google and how is not How.GOOGLE:
            raise Refused(*NEEDS_GOOGLE)
        if not invitation.workspace:
            person = replace(person, owner=True)
            tx.set(person_path(person.id), to_doc(person))
        invitations.accept(tx, invitation, person, _as(by, person.id), self.clock.now())
        return Entered(person, how)

    def _make(self, tx: Transaction, proof: Proof, how: How, invitation: Invitation | None, by: Origin) -> Entered:
        """Somebody new: invited, or the first owner."""
        if invitation is not None and invitation.mail != proof.mail:
            raise Refused(*OTHER_ADDRESS)
        if invitation is not None and invitation.needs_google and how is not How.GOOGLE:
            raise Refused(*NEEDS_GOOGLE)
        now, owner = self.clock.now(), invitation is None or not invitation.workspace
        person = make(tx, proof, by, now, owner)
        if invitation is None:
            came(tx, person.id, now)
        else:
            invitations.accept(tx, invitation, person, _as(by, person.id), now)
        return Entered(person, how)


def _as(by: Origin, person: str) -> Origin:
    return replace(by, who=f"person:{person}")
